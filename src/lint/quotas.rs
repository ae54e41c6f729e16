//! Which ResourceQuotas count a pod. Knows nothing of what they allow.

use super::view::items;
use super::{Pod, View, resources};
use crate::kube::object::integer;
use crate::yaml::NodeId;

/// The quotas of the pod's namespace that count it.
pub fn of<'a, 's>(pod: &Pod<'a, 's>) -> impl Iterator<Item = View<'a, 's>> {
    let quotas = pod.context.in_namespace("", "ResourceQuota", pod.namespace());
    quotas.filter(|view| has_all_scopes(pod, view))
}

/// Whether the pod has all the scopes of a quota: one that lacks a single one is not counted.
fn has_all_scopes(pod: &Pod, view: &View) -> bool {
    let tree = view.tree;
    let text = |node: NodeId, key: &str| tree.get(node, key).and_then(|node| tree.string(node));
    let named = view
        .items(&["spec", "scopes"])
        .into_iter()
        .all(|scope| tree.string(scope).is_some_and(|scope| is_in(pod, &scope, "Exists", &[])));
    named
        && view.items(&["spec", "scopeSelector", "matchExpressions"]).into_iter().all(|node| {
            let (Some(scope), Some(operator)) = (text(node, "scopeName"), text(node, "operator"))
            else {
                return false;
            };
            let values = tree.get(node, "values").into_iter().flat_map(|list| items(tree, list));
            let values: Vec<_> = values.filter_map(|value| tree.string(value)).collect();
            is_in(pod, &scope, &operator, &values.iter().map(AsRef::as_ref).collect::<Vec<_>>())
        })
}

/// Whether a pod is in a scope; scopes that we do not know are not about pods.
fn is_in(pod: &Pod, scope: &str, operator: &str, values: &[&str]) -> bool {
    let ends = || {
        let seconds = pod.get("activeDeadlineSeconds");
        seconds.is_some_and(|node| integer(pod.tree, node).is_some_and(|seconds| seconds >= 0))
    };
    match scope {
        "Terminating" => ends(),
        "NotTerminating" => !ends(),
        "BestEffort" => !resources::has_any(pod),
        "NotBestEffort" => resources::has_any(pod),
        "PriorityClass" => {
            let class =
                pod.text(pod.spec, &["priorityClassName"]).filter(|class| !class.is_empty());
            match operator {
                "Exists" => class.is_some(),
                "DoesNotExist" => class.is_none(),
                "In" => class.is_some_and(|class| values.contains(&class.as_ref())),
                "NotIn" => class.is_none_or(|class| !values.contains(&class.as_ref())),
                _ => false,
            }
        }
        "CrossNamespacePodAffinity" => crosses_namespaces(pod),
        _ => false,
    }
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
