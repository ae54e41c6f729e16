//! Which ResourceQuotas count a pod, and the least that they allow. Knows nothing of what a pod needs.

use std::collections::{HashMap, HashSet};

use super::index::ObjectIndex;
use super::object_ref::{items, word};
use super::{ObjectRef, Pod, resources};
use crate::kube::object::integer;
use crate::kube::placeholder;
use crate::wireguard::values::quantity;
use crate::yaml::NodeId;

/// A quota's entry, and the part and resource of a container that count in it.
pub const ENTRIES: [(&str, &str, &str); 6] = [
    ("requests.cpu", "requests", "cpu"),
    ("cpu", "requests", "cpu"),
    ("requests.memory", "requests", "memory"),
    ("memory", "requests", "memory"),
    ("limits.cpu", "limits", "cpu"),
    ("limits.memory", "limits", "memory"),
];

/// The quotas of a namespace.
#[derive(Debug, Default)]
pub struct QuotaIndex {
    groups: Vec<Quotas>,
    /// The scopes that are named in them.
    scopes: HashSet<String>,
}

/// The quotas of a namespace that count the same pods.
#[derive(Debug)]
pub struct Quotas {
    scopes: Vec<Scope>,
    /// What each allows of an entry. Invariant: the least first, and what is no amount last.
    pub entries: [Vec<Hard>; ENTRIES.len()],
    /// The values that another tool is still to fill in, each with the number of its quota.
    pub open: Vec<(usize, NodeId)>,
}

/// What a quota allows of an entry.
#[derive(Debug)]
pub struct Hard {
    /// The number of the quota in the context.
    pub number: usize,
    pub node: NodeId,
    pub amount: f64,
    pub text: String,
}

/// A scope that a pod must be in.
#[derive(Debug, Default)]
struct Scope {
    name: String,
    operator: String,
    values: Vec<String>,
}

impl QuotaIndex {
    /// All that count, by namespace.
    pub(super) fn all(context: &ObjectIndex) -> HashMap<Option<String>, Self> {
        let mut all: HashMap<Option<String>, Self> = HashMap::new();
        let mut known = HashMap::new();
        let numbers = context.by_name("", "ResourceQuota");
        for number in numbers.filter(|&number| context.counts(number)) {
            let view = context.view(number);
            let Some(scopes) = scopes(&view) else { continue };
            let namespace = context.namespace(view.object.namespace.as_deref()).map(str::to_owned);
            let own = all.entry(namespace.clone()).or_default();
            let says = context.says(number, &["scopes", "scopeSelector"]).unwrap_or(Err(number));
            let at = *known.entry((namespace, says)).or_insert_with(|| {
                own.scopes.extend(scopes.iter().map(|scope| scope.name.clone()));
                own.groups.push(Quotas { scopes, entries: Default::default(), open: Vec::new() });
                own.groups.len() - 1
            });
            own.groups[at].add(&view, number);
        }
        for quotas in all.values_mut().flat_map(|own| &mut own.groups) {
            // In a stable way: those of one amount stay in the order of their names.
            quotas
                .entries
                .iter_mut()
                .for_each(|all| all.sort_by(|a, b| a.amount.total_cmp(&b.amount)));
        }
        all
    }

    /// What the scopes ask of a pod.
    pub fn facts(&self, pod: &Pod) -> Facts {
        let asks = |scopes: &[&str]| scopes.iter().any(|scope| self.scopes.contains(*scope));
        Facts {
            ends: asks(&["Terminating", "NotTerminating"]) && ends(pod),
            has_amounts: asks(&["BestEffort", "NotBestEffort"]) && resources::has_any(pod),
            class: if asks(&["PriorityClass"]) { class(pod) } else { None },
            crosses_namespaces: asks(&["CrossNamespacePodAffinity"]) && crosses_namespaces(pod),
        }
    }

    /// Those that count every pod.
    pub fn without_scopes(&self) -> impl Iterator<Item = &Quotas> {
        self.groups.iter().filter(|quotas| quotas.scopes.is_empty())
    }

    /// Those that count a pod: one with scopes counts only the pods that are in all of them.
    pub fn of<'a>(&'a self, facts: &Facts) -> impl Iterator<Item = &'a Quotas> {
        let groups = self.groups.iter();
        groups.filter(move |quotas| quotas.scopes.iter().all(|scope| scope.holds(facts)))
    }
}

impl Quotas {
    fn add(&mut self, view: &ObjectRef, number: usize) {
        for ((entry, ..), all) in ENTRIES.iter().zip(&mut self.entries) {
            let Some(node) = view.find(&["spec", "hard", entry]) else { continue };
            let text = word(view.tree, node).unwrap_or_default().into_owned();
            let amount = quantity(&text).unwrap_or(f64::INFINITY);
            all.push(Hard { number, node, amount, text });
            self.open.extend(placeholder::open(view.tree, node).map(|_| (number, node)));
        }
    }
}

/// The scopes of a quota; `None` where one of them is not a scope.
fn scopes(view: &ObjectRef) -> Option<Vec<Scope>> {
    let tree = view.tree;
    let text = |node: NodeId| tree.string(node).map(|text| text.into_owned());
    let named = view.items(&["spec", "scopes"]).into_iter().map(|node| {
        Some(Scope { name: text(node)?, operator: "Exists".into(), ..Scope::default() })
    });
    let selected = view.items(&["spec", "scopeSelector", "matchExpressions"]).into_iter();
    let selected = selected.map(|node| {
        let values = tree.get(node, "values").into_iter().flat_map(|list| items(tree, list));
        Some(Scope {
            name: text(tree.get(node, "scopeName")?)?,
            operator: text(tree.get(node, "operator")?)?,
            values: values.filter_map(text).collect(),
        })
    });
    named.chain(selected).collect()
}

/// What scopes ask of a pod.
#[derive(Debug)]
pub struct Facts {
    ends: bool,
    has_amounts: bool,
    class: Option<String>,
    crosses_namespaces: bool,
}

impl Scope {
    /// Whether a pod is in it; scopes that we do not know are not about pods.
    fn holds(&self, Facts { ends, has_amounts, class, crosses_namespaces }: &Facts) -> bool {
        let is_named = |class: &String| self.values.contains(class);
        let class = class.as_ref();
        match self.name.as_str() {
            "Terminating" => *ends,
            "NotTerminating" => !ends,
            "BestEffort" => !has_amounts,
            "NotBestEffort" => *has_amounts,
            "PriorityClass" => match self.operator.as_str() {
                "Exists" => class.is_some(),
                "DoesNotExist" => class.is_none(),
                "In" => class.is_some_and(is_named),
                "NotIn" => !class.is_some_and(is_named),
                _ => false,
            },
            "CrossNamespacePodAffinity" => *crosses_namespaces,
            _ => false,
        }
    }
}

fn ends(pod: &Pod) -> bool {
    let seconds = pod.get("activeDeadlineSeconds");
    seconds.is_some_and(|node| integer(pod.tree, node).is_some_and(|seconds| seconds >= 0))
}

fn class(pod: &Pod) -> Option<String> {
    let class = pod.text(pod.spec, &["priorityClassName"])?;
    (!class.is_empty()).then(|| class.into_owned())
}

/// Whether an affinity of the pod looks at pods of other namespaces.
fn crosses_namespaces(pod: &Pod) -> bool {
    const TERMS: [(&str, &[&str]); 2] = [
        ("requiredDuringSchedulingIgnoredDuringExecution", &[]),
        ("preferredDuringSchedulingIgnoredDuringExecution", &["podAffinityTerm"]),
    ];
    ["podAffinity", "podAntiAffinity"].iter().any(|affinity| {
        TERMS.iter().any(|(when, path)| {
            let mut terms = pod.items(pod.spec, &["affinity", affinity, when]);
            terms.any(|term| {
                let term = pod.tree.find(term, path);
                let has = |key| term.is_some_and(|term| pod.tree.get(term, key).is_some());
                has("namespaces") || has("namespaceSelector")
            })
        })
    })
}
