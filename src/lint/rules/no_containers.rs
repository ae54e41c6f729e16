//! The pod template is not one that we understand.
//!
//! `containers` is missing, empty or no list, or another part of the pod template is not of the type that Kubernetes
//! gives it. The API would refuse it; editing it would be a guess.
//!
//! Fix the pod template. For a kind with its pods elsewhere, name the path: `--workload 'group/Kind=path'`.

use crate::kube::kinds::Shape;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::yaml::NodeId;
use crate::yaml::write::is_empty;

pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[Check::Pod(check)],
    ..rule!("no_containers.rs", "no-containers")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let tree = pod.tree;
    let message = match pod.get("containers") {
        // Its one container is why it counts as a pod at all.
        None if matches!(pod.template.pods.shape, Shape::Flat(_)) => None,
        None => Some((pod.spec, "the pod has no `containers`")),
        Some(list) if !tree.kind(tree.follow(list)).is_sequence() => {
            wrong_type(pod, list, "containers", "list", findings);
            None
        }
        Some(list) if tree.items(tree.follow(list)).next().is_none() => {
            Some((list, "`containers` is empty"))
        }
        Some(_) => None,
    };
    if let Some((node, message)) = message {
        findings.add(&RULE, pod.place(node), message).help("a pod needs at least one container");
    }
    wrong_types(pod, findings);
}

fn wrong_types(pod: &Pod, findings: &mut Findings) {
    let tree = pod.tree;
    let annotations = pod.template.metadata.and_then(|metadata| tree.get(metadata, "annotations"));
    let mappings = [(pod.template.metadata, "metadata"), (annotations, "annotations")];
    let lists = [(pod.get("initContainers"), "initContainers"), (pod.get("volumes"), "volumes")];
    let values = mappings.map(|it| (it, true)).into_iter().chain(lists.map(|it| (it, false)));
    for ((node, name), mapping) in values {
        let Some(node) = node else { continue };
        let kind = tree.kind(tree.follow(node));
        let fits = if mapping { kind.is_mapping() } else { kind.is_sequence() }
            || (is_empty(tree, node) && !kind.is_collection());
        if !fits {
            wrong_type(pod, node, name, if mapping { "mapping" } else { "list" }, findings);
        }
    }
}

fn wrong_type(pod: &Pod, node: NodeId, name: &str, word: &str, findings: &mut Findings) {
    let what = format!("what `{name}` holds");
    if let Some(found) = findings.unknown(&RULE, &pod.view(), node, &what) {
        // Nothing can be added to it.
        found.level(Level::Error);
        return;
    }
    findings
        .add(&RULE, pod.place(node), format!("`{name}` is not a {word}"))
        .help(format!("Kubernetes wants a {word} here"));
}
