//! The admission policies of ours in a run: what they add, and to which pods. Knows nothing of how one is made.

use std::borrow::Cow;
use std::collections::HashMap;

use super::index::ObjectIndex;
use super::object_ref::ObjectRef;
use super::reaching::Reaching;
use crate::kube::object::label;
use crate::kube::selector::{Operator, Requirement};
use crate::kube::{Error, Selector, Template, placeholder};
use crate::wireguard::mark::{self, Mark};
use crate::wireguard::settings::{Settings, find};
use crate::yaml::{NodeId, Tree};

/// The name of the policies that refuse and that add; the others' begin with it.
pub const NAME: &str = "wgsidecar";

/// The annotation of a policy that names the image with its tag, which no mark holds.
pub const IMAGE: &str = "wgsidecar.dev/image";

/// The label that every namespace has.
pub const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

const GROUP: &str = "admissionregistration.k8s.io";

/// The policies of ours that count.
#[derive(Debug)]
pub(super) struct Policies {
    pub(super) all: Vec<Admitting>,
    pub(super) reaching: Reaching,
    /// The selectors in them that mean nothing, each with the number of its object.
    pub(super) bad: Vec<(usize, Error)>,
}

/// A MutatingAdmissionPolicy of ours.
#[derive(Debug)]
pub struct Admitting {
    /// Its number in the context.
    pub number: usize,
    /// What it adds; `None` where it does not say.
    pub settings: Option<Settings>,
    /// Whether a namespace may name one Secret for all of its pods.
    pub shares_keys: bool,
    pub(super) own: Matching,
    /// Of its bindings. It adds nothing without one.
    pub(super) bindings: Vec<Matching>,
}

/// Which pods a policy or a binding matches.
#[derive(Debug, Default)]
pub(super) struct Matching {
    pub(super) namespaces: Selector,
    pub(super) pods: Selector,
    /// The field that narrows this down by more than labels.
    narrowed: Option<&'static str>,
}

/// Whether a policy adds its tunnel to the pods of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    Yes,
    /// It does not, and why.
    No(String),
    /// The run does not tell, and why.
    Unknown(String),
}

/// What is known of a label.
pub(super) enum Known<'a> {
    Value(Option<Cow<'a, str>>),
    Unknown,
}

/// The pods of one template.
#[derive(Clone, Copy)]
pub struct Pods<'a, 's> {
    pub tree: &'a Tree<'s>,
    pub template: &'a Template,
    /// The namespace that the workload names.
    pub namespace: Option<&'a str>,
}

impl Admitting {
    /// Whether a binding of the run puts it in force.
    pub fn is_bound(&self) -> bool {
        !self.bindings.is_empty()
    }

    /// Whether one of its bindings makes it add the tunnel to the pods of a template.
    pub(super) fn reaches_by(&self, binding: usize, pods: Pods, context: &ObjectIndex) -> Reach {
        match self.own.reaches(pods, context) {
            Reach::No(why) => Reach::No(why),
            own => own.and(self.bindings[binding].reaches(pods, context)),
        }
    }

    /// Why it does not add the tunnel to the pods of a template, which it does not reach.
    pub fn why_not(&self, pods: Pods, context: &ObjectIndex) -> String {
        let first = self.bindings.first().map(|_| self.reaches_by(0, pods, context));
        match (self.own.reaches(pods, context), first) {
            (Reach::No(why), _) | (_, Some(Reach::No(why))) => why,
            _ => "no binding in the run puts it in force".into(),
        }
    }
}

impl Policies {
    pub(super) fn new(context: &ObjectIndex) -> Self {
        let (mut all, mut bad) = (Vec::new(), Vec::new());
        let counting = |kind| {
            let numbers = context.numbers(GROUP, kind).iter().copied();
            numbers.filter(|&number| context.counts(number))
        };
        for number in counting("MutatingAdmissionPolicy") {
            let view = context.view(number);
            if is_ours(&view) {
                let own = Matching::read(&view, &["spec", "matchConstraints"], number, &mut bad);
                let (settings, shares_keys) = (settings(&view), shares_keys(&view));
                all.push(Admitting { number, settings, shares_keys, own, bindings: Vec::new() });
            }
        }
        let named = |policy: &Admitting| context.view(policy.number).object.name.clone();
        let by_name: HashMap<_, _> =
            all.iter().enumerate().map(|(at, policy)| (named(policy), at)).collect();
        for number in counting(BINDING).filter(|_| !by_name.is_empty()) {
            let view = context.view(number);
            let of = view.text(&["spec", "policyName"]);
            if let Some(&at) = of.and_then(|of| by_name.get(&of)) {
                let matching = Matching::read(&view, &["spec", "matchResources"], number, &mut bad);
                all[at].bindings.push(matching);
            }
        }
        let reaching = Reaching::new(&all);
        Self { all, reaching, bad }
    }
}

const BINDING: &str = "MutatingAdmissionPolicyBinding";

/// A policy of ours says what it adds; one without that counts by its name.
fn is_ours(view: &ObjectRef) -> bool {
    let name = &view.object.name;
    let is_called = name == NAME || name.strip_prefix(NAME).is_some_and(|it| it.starts_with('-'));
    is_called || view.object.annotation(view.tree, mark::KEY).is_some()
}

/// What a policy says that it adds.
fn settings(view: &ObjectRef) -> Option<Settings> {
    let text = |key| view.tree.string(view.object.annotation(view.tree, key)?);
    let (Mark { mut settings, .. }, _) = Mark::parse(&text(mark::KEY)?).ok()?;
    if let Some(image) = text(IMAGE) {
        settings.forget("image");
        settings.set(find("image")?, &[&image]).ok()?;
    }
    Some(settings)
}

/// The policy itself says so in one place only: where it looks for the Secret's name.
fn shares_keys(view: &ObjectRef) -> bool {
    let text = |node: NodeId, key| view.tree.string(view.tree.get(node, key)?);
    let variables = view.items(&["spec", "variables"]);
    let mut secrets =
        variables.into_iter().filter(|&it| text(it, "name").is_some_and(|it| it == "secret"));
    secrets.any(|it| text(it, "expression").is_some_and(|it| it.contains("namespaceAnnotations")))
}

impl Matching {
    fn read(view: &ObjectRef, path: &[&str], number: usize, bad: &mut Vec<(usize, Error)>) -> Self {
        let at = |key| view.find(&[path, &[key]].concat()).filter(|&it| !view.tree.is_null(it));
        let mut selector = |key| {
            let read = at(key).map_or(Ok(Selector::default()), |it| Selector::read(view.tree, it));
            read.map_err(|error| bad.push((number, error))).ok()
        };
        let (namespaces, pods) = (selector("namespaceSelector"), selector("objectSelector"));
        let is_bad = namespaces.is_none() || pods.is_none();
        let holds = |path: &[&str]| !view.items(path).is_empty();
        let rules = [path, &["resourceRules"]].concat();
        let narrowed = [
            (is_bad, "selector, which the API refuses"),
            (holds(&["spec", "matchConditions"]), "matchConditions"),
            (holds(&[path, &["excludeResourceRules"]].concat()), "excludeResourceRules"),
            (view.object.kind == BINDING && holds(&rules), "resourceRules"),
            (view.find(&["spec", "paramRef"]).is_some(), "paramRef"),
        ];
        let narrowed = narrowed.into_iter().find(|(is, _)| *is).map(|(_, field)| field);
        let (namespaces, pods) = (namespaces.unwrap_or_default(), pods.unwrap_or_default());
        Self { namespaces, pods, narrowed }
    }

    fn reaches(&self, pods: Pods, context: &ObjectIndex) -> Reach {
        let Pods { tree, template, namespace } = pods;
        let own = |key: &str| match label(tree, template.metadata, key) {
            Some(node) => known(tree, node),
            None => Known::Value(None),
        };
        let namespace = context.namespace(namespace);
        let object = context.namespace_object(namespace);
        let of_namespace = |key: &str| match (&object, namespace) {
            (_, Some(name)) if key == NAMESPACE_NAME => Known::Value(Some(name.into())),
            (Some(view), _) => match view.object.label(view.tree, key) {
                Some(node) => known(view.tree, node),
                None => Known::Value(None),
            },
            (None, _) => Known::Unknown,
        };
        let pods = holds(&self.pods, own, |it| match it.operator {
            Operator::NotIn(_) | Operator::DoesNotExist => {
                format!("the pods have a label against `{it}`")
            }
            _ => format!("the pods do not have the label `{it}`"),
        });
        let namespace = match namespace {
            Some(name) => format!("the namespace `{name}`"),
            None => "the namespace".into(),
        };
        let namespaces = holds(&self.namespaces, of_namespace, |it| match object {
            Some(_) => format!("the labels of {namespace} do not match `{it}`"),
            None => format!("{namespace} is not in the run, and its labels must match `{it}`"),
        });
        let narrowed = match self.narrowed {
            Some(field) => Reach::Unknown(format!("its `{field}` cannot be judged here")),
            None => Reach::Yes,
        };
        pods.and(namespaces).and(narrowed)
    }
}

/// Whether labels satisfy all requirements; `why` says of one what is wrong with it.
fn holds<'a>(
    selector: &Selector,
    value: impl Fn(&str) -> Known<'a>,
    why: impl Fn(&Requirement) -> String,
) -> Reach {
    let one = |requirement: &Requirement| match value(&requirement.key) {
        Known::Value(value) => {
            if requirement.holds(value) {
                Reach::Yes
            } else {
                Reach::No(why(requirement))
            }
        }
        Known::Unknown => Reach::Unknown(why(requirement)),
    };
    selector.requirements.iter().map(one).fold(Reach::Yes, Reach::and)
}

/// A label's value, unless another tool is still to fill it in.
pub(super) fn known<'a>(tree: &Tree<'a>, node: NodeId) -> Known<'a> {
    match placeholder::open(tree, node) {
        Some(_) => Known::Unknown,
        None => Known::Value(placeholder::string(tree, node).or_else(|| tree.word(node))),
    }
}

impl Reach {
    /// Where both must hold.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No(why), _) | (_, Self::No(why)) => Self::No(why),
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}
