//! Which pods a policy is about, as label selectors and as CEL. Knows nothing of what it does to them.

use serde_json::{Map, Value, json};

use super::cel;
use crate::kube::Selector;
use crate::kube::select::INJECT;
use crate::kube::selector::{Operator, Requirement};
use crate::lint::policies::NAMESPACE_NAME;

/// The label by which a namespace is chosen, unless another selector is asked for.
pub const NAMESPACE_LABEL: &str = "wgsidecar.dev/policy";

/// The namespace whose pods a cluster cannot start without.
const SYSTEM: &str = "kube-system";

/// The pods that get a tunnel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    pub namespaces: Selector,
    pub pods: Pods,
}

/// Which pods of a chosen namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pods {
    /// Those whose label asks for it.
    Enabled,
    /// Those with certain labels, but for those whose label opts out.
    Matching(Selector),
    /// All, but for those whose label opts out.
    All,
}

impl Selection {
    /// Whether the cluster's own namespace would be chosen.
    pub fn is_for_the_system(&self) -> bool {
        self.namespaces.matches(|key| (key == NAMESPACE_NAME).then(|| SYSTEM.into()))
    }

    /// The namespaces, as an object writes it. Nobody takes the cluster's own pods by a label that was set too widely.
    pub fn namespace_selector(&self) -> Value {
        let mut requirements = self.namespaces.requirements.clone();
        if self.pods == Pods::All {
            requirements.push(requirement(NAMESPACE_NAME, Operator::NotIn(vec![SYSTEM.into()])));
        }
        label_selector(&requirements)
    }

    /// The pods that the API server adds a tunnel to, as an object writes it.
    pub fn object_selector(&self) -> Value {
        let word = match self.pods {
            Pods::Enabled => Operator::In(vec!["enabled".into()]),
            Pods::Matching(_) | Pods::All => Operator::NotIn(vec!["disabled".into()]),
        };
        label_selector(&[self.own(), &[requirement(INJECT, word)]].concat())
    }

    /// The pods of chosen namespaces that need a tunnel though no label of theirs says so. Where a label must say so there
    /// are none: no pod both has the label and lacks it.
    pub fn silent(&self) -> Value {
        let absent = requirement(INJECT, Operator::DoesNotExist);
        match self.pods {
            Pods::Enabled => label_selector(&[requirement(INJECT, Operator::Exists), absent]),
            Pods::Matching(_) | Pods::All => label_selector(&[self.own(), &[absent]].concat()),
        }
    }

    /// Labels beside our own.
    fn own(&self) -> &[Requirement] {
        match &self.pods {
            Pods::Matching(selector) => &selector.requirements,
            Pods::Enabled | Pods::All => &[],
        }
    }

    /// Whether the API server would add a tunnel to a pod, in CEL: by `variables.namespaceLabels` and `variables.labels`.
    pub fn chosen(&self) -> String {
        let namespaces = self.namespaces.requirements.iter();
        let namespaces = namespaces.map(|it| holds(it, "variables.namespaceLabels"));
        let pods = self.own().iter().map(|it| holds(it, "variables.labels"));
        let word = match self.pods {
            Pods::Enabled => format!("variables.labels[?'{INJECT}'].orValue('') == 'enabled'"),
            Pods::Matching(_) | Pods::All => {
                format!("variables.labels[?'{INJECT}'].orValue('') != 'disabled'")
            }
        };
        namespaces.chain(pods).chain([word]).collect::<Vec<_>>().join("\n&& ")
    }

    /// As a person says it.
    pub fn describe(&self) -> String {
        let pods = match &self.pods {
            Pods::Enabled => format!("pods with the label {INJECT}=enabled"),
            Pods::Matching(selector) => format!("pods with {selector}"),
            Pods::All => "all pods".into(),
        };
        format!("{pods} in namespaces with {}", self.namespaces)
    }
}

/// The pods that were promised a tunnel: their label says so, or it says nothing that anybody understands.
pub(super) fn promised() -> Value {
    label_selector(&[
        requirement(INJECT, Operator::Exists),
        requirement(INJECT, Operator::NotIn(vec!["disabled".into()])),
    ])
}

fn requirement(key: &str, operator: Operator) -> Requirement {
    Requirement { key: key.into(), operator }
}

/// A requirement that no label selector of an object can say.
pub fn unspeakable(selector: &Selector) -> Option<&Requirement> {
    let mut all = selector.requirements.iter();
    all.find(|it| matches!(it.operator, Operator::GreaterThan(_) | Operator::LessThan(_)))
}

fn label_selector(requirements: &[Requirement]) -> Value {
    let mut labels = Map::new();
    let mut expressions = Vec::new();
    for Requirement { key, operator } in requirements {
        let (word, values) = match operator {
            Operator::In(values) if values.len() == 1 && !labels.contains_key(key) => {
                labels.insert(key.clone(), values[0].as_str().into());
                continue;
            }
            Operator::In(values) => ("In", Some(values)),
            Operator::NotIn(values) => ("NotIn", Some(values)),
            Operator::Exists => ("Exists", None),
            Operator::DoesNotExist => ("DoesNotExist", None),
            Operator::GreaterThan(_) | Operator::LessThan(_) => continue,
        };
        let mut expression = json!({"key": key, "operator": word});
        if let Some(values) = values {
            expression["values"] = json!(values);
        }
        expressions.push(expression);
    }
    let mut selector = json!({});
    if !labels.is_empty() {
        selector["matchLabels"] = labels.into();
    }
    if !expressions.is_empty() {
        selector["matchExpressions"] = expressions.into();
    }
    selector
}

/// A requirement on a map of labels, in CEL.
fn holds(requirement: &Requirement, labels: &str) -> String {
    let key = cel::string(&requirement.key);
    let is_in = |values: &[String]| match values {
        [value] => format!("({key} in {labels} && {labels}[{key}] == {})", cel::string(value)),
        values => {
            let values = cel::list(values);
            format!("({key} in {labels} && {labels}[{key}] in {values})")
        }
    };
    match &requirement.operator {
        Operator::In(values) => is_in(values),
        Operator::NotIn(values) => format!("!({})", is_in(values)),
        Operator::DoesNotExist => format!("!({key} in {labels})"),
        Operator::Exists | Operator::GreaterThan(_) | Operator::LessThan(_) => {
            format!("{key} in {labels}")
        }
    }
}
