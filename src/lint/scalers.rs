//! What makes more pods of another object than that one says, in one table. Knows nothing of keys.

use std::borrow::Cow;

use super::object_ref::{ObjectRef, text};
use crate::kube::object::integer;
use crate::kube::{Object, path};
use crate::yaml::{NodeId, Tree};

/// A kind whose objects scale others.
struct Row {
    group: &'static str,
    kind: &'static str,
    /// Path of the mapping that names what is scaled; without a kind in it, that is a Deployment.
    target: &'static str,
    /// Path of the numbers of pods that there may be, and how many they are where none is written.
    most: (&'static str, i128),
    /// The annotation that switches it off.
    off: Option<&'static str>,
}

const fn row(
    group: &'static str,
    kind: &'static str,
    target: &'static str,
    path: &'static str,
    unwritten: i128,
) -> Row {
    Row { group, kind, target, most: (path, unwritten), off: None }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("autoscaling", "HorizontalPodAutoscaler", "spec.scaleTargetRef", "spec.maxReplicas", 1),
    row("keda.sh", "ScaledObject", "spec.scaleTargetRef", "spec.maxReplicaCount", 100),
    Row {
        off: Some("httpscaledobject.keda.sh/skip-scaledobject-creation"),
        ..row("http.keda.sh", "HTTPScaledObject", "spec.scaleTargetRef", "spec.replicas.max", 100)
    },
    row("autoscaling.alibabacloud.com", "CronHorizontalPodAutoscaler", "spec.scaleTargetRef", "spec.jobs[*].targetSize", 1),
    row("autoscaling.gke.io", "MultidimPodAutoscaler", "spec.scaleTargetRef", "spec.constraints.global.maxReplicas", 1),
    row("datadoghq.com", "WatermarkPodAutoscaler", "spec.scaleTargetRef", "spec.maxReplicas", 1),
];

/// The most pods that a scaler makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Where it is written.
    pub node: Option<NodeId>,
    /// The path of that, or of where it would be.
    pub path: &'static str,
    /// `None` where what is written is no number.
    pub pods: Option<i128>,
}

fn find(object: &Object) -> Option<&'static Row> {
    ROWS.iter().find(|row| object.is(row.group, row.kind))
}

/// The kind and name of what an object scales.
pub fn target<'s>(tree: &Tree<'s>, object: &Object) -> Option<(Cow<'s, str>, Cow<'s, str>)> {
    let row = find(object)?;
    let is_off = |key| object.annotation(tree, key).and_then(|node| text(tree, node));
    if row.off.and_then(is_off).is_some_and(|word| word == "true") {
        return None;
    }
    let target = path::sibling(tree, &[object.node], "", row.target)?;
    let word = |key| text(tree, tree.get(target, key)?);
    // The first HTTPScaledObjects had a key of their own.
    let name = word("name").or_else(|| word("deployment"))?;
    Some((word("kind").unwrap_or("Deployment".into()), name))
}

/// The most pods that an object which scales another makes of it.
pub fn limit(view: &ObjectRef) -> Limit {
    let (path, unwritten) = find(view.object).map_or(("", 1), |row| row.most);
    let nodes = path::ways(view.tree, view.object.node, path).into_iter();
    let numbers = nodes.filter_map(|way| way.nodes.last().copied());
    let numbers = numbers.filter(|&node| !view.tree.is_null(node));
    let numbers = numbers.map(|node| (integer(view.tree, node), node));
    // What is no number may be the largest.
    let most = numbers.max_by_key(|(pods, _)| (pods.is_none(), *pods));
    Limit {
        node: most.map(|(_, node)| node),
        path,
        pods: most.map_or(Some(unwritten), |(pods, _)| pods),
    }
}
