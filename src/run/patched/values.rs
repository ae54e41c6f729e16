//! What the values of a chart say of the pods that a patch is for, where that can be read without the chart. Knows nothing
//! of patches.

use super::guess;
use super::orders::Aim;
use crate::kube::Object;
use crate::kube::patched::Patched;
use crate::lint::object_ref::{is_true, text, word};
use crate::lint::rules::{autoscaled, replicas_share_key, rollout_overlap};
use crate::lint::{Findings, ObjectRef};
use crate::wireguard::patch;
use crate::wireguard::settings::Settings;
use crate::yaml::{NodeId, Tree};

/// Where values say how many pods a workload has, and how they are replaced.
struct Keys {
    replicas: &'static [&'static str],
    /// Names of a strategy, each with how many pods may come before the old ones are gone.
    strategies: &'static [(&'static str, &'static str)],
    /// Whether an autoscaler is made, and its limit.
    scaling: Option<(&'static str, &'static str)>,
}

/// The keys that charts have in common: most begin as `helm create` lays them out.
const COMMON: Keys = Keys {
    replicas: &["replicaCount", "replicas"],
    strategies: &[
        ("strategy", "rollingUpdate.maxSurge"),
        ("strategy.type", "strategy.rollingUpdate.maxSurge"),
        ("updateStrategy", "rollingUpdate.maxSurge"),
        ("updateStrategy.type", "updateStrategy.rollingUpdate.maxSurge"),
    ],
    scaling: Some(("autoscaling.enabled", "autoscaling.maxReplicas")),
};

/// Those of one controller of the chart whose names are known.
const CONTROLLER: Keys = Keys {
    replicas: &["replicas"],
    strategies: &[("strategy", "rollingUpdate.surge")],
    scaling: None,
};

/// Warns of values by which more pods than one have the key of a patched workload. Of a chart that is not known nobody
/// knows what they are about, and the message says so.
pub(super) fn report(
    view: &ObjectRef,
    row: &Patched,
    aim: &Aim,
    settings: &Settings,
    findings: &mut Findings,
) {
    let &ObjectRef { tree, object, .. } = view;
    let Some(values) = values(tree, object, row) else { return };
    let has_key_each = settings.is_on("key-per-replica") && patch::ordinal(aim.row).is_some();
    let controllers = guess::controllers(tree, object);
    let (own, keys, about) = match controllers {
        Some(all) => match guess::controller(tree, object, &all, aim) {
            Some(own) => (own, CONTROLLER, String::new()),
            None => return,
        },
        None => (values, COMMON, format!("if this is about {}, ", aim.display())),
    };
    let at = |path: &str| {
        let path: Vec<_> = path.split('.').collect();
        tree.find(own, &path).filter(|&node| !tree.is_null(node))
    };
    let is_one_of = |kinds: &[&str]| kinds.contains(&aim.row.kind);
    if is_one_of(&["Deployment", "StatefulSet"]) && !has_key_each {
        let counts = keys.replicas.iter().filter_map(|path| at(path));
        for node in counts {
            if let Some(count @ 2..) = object.integer(tree, node) {
                let by_ordinal = patch::ordinal(aim.row).is_some();
                replicas_share_key::report_values(
                    view.place(node),
                    &about,
                    count,
                    by_ordinal,
                    findings,
                );
            }
        }
        if let Some((is_on, most)) = keys.scaling
            && let Some(node) = at(is_on).filter(|&node| is_true(tree, node))
        {
            let most = at(most).and_then(|node| object.integer(tree, node));
            if most.is_none_or(|most| most > 1) {
                autoscaled::report_values(view.place(node), &about, most, is_on, findings);
            }
        }
    }
    if is_one_of(&["Deployment"]) {
        for (path, surge) in keys.strategies {
            let Some(node) = at(path) else { continue };
            let is_none = at(surge).and_then(|node| word(tree, node));
            let is_none = is_none.is_some_and(|word| matches!(word.as_ref(), "0" | "0%"));
            if text(tree, node).is_some_and(|name| name == "RollingUpdate") && !is_none {
                rollout_overlap::report_values(view.place(node), &about, path, findings);
            }
        }
    }
}

/// The values of a release.
fn values(tree: &Tree, object: &Object, row: &Patched) -> Option<NodeId> {
    let values = row.values.and_then(|path| object.at(tree, path))?;
    tree.kind(tree.follow(values)).is_mapping().then(|| tree.follow(values))
}
