//! Pods in objects of kinds that are in no table. Knows nothing of the kinds it finds.

use super::lookup::{Class, Kinds};
use super::object::Object;
use crate::yaml::{NodeId, Tree};

/// Pods in an object whose kind is not in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWorkload {
    /// The key `containers`.
    pub containers: NodeId,
    /// The path of the pod template as `--workload` wants it; `.` where the object itself is the pod.
    pub path: String,
}

/// How deep a pod template is looked for.
const DEPTH: usize = 32;

/// The first pod template in an object of an unknown kind: a `spec` with containers that have a name and an image.
pub fn unknown_workload(tree: &Tree, kinds: &Kinds, object: &Object) -> Option<UnknownWorkload> {
    let known = kinds.find(&object.group, &object.kind).is_some()
        || kinds.reads(&object.group, &object.kind)
        || kinds.class(&object.kind) == Class::Builtin;
    if known {
        return None;
    }
    let mut path = Vec::new();
    let containers = search(tree, object.node, &mut path)?;
    // The last step is the `spec` of the template.
    path.pop();
    Some(UnknownWorkload { containers, path: written(&path) })
}

/// Leaves the way to the containers' mapping in `path`.
fn search<'s>(tree: &Tree<'s>, node: NodeId, path: &mut Vec<Step<'s>>) -> Option<NodeId> {
    if path.len() > DEPTH {
        return None;
    }
    for item in tree.items(node) {
        path.push(Step::Item);
        let found = search(tree, item, path);
        if found.is_some() {
            return found;
        }
        path.pop();
    }
    for (key, value) in tree.entries(node) {
        if matches!(path.last(), Some(Step::Key("spec"))) && are_containers(tree, key, value) {
            return Some(key);
        }
        path.push(Step::Key(tree.raw(key)));
        let found = search(tree, value, path);
        if found.is_some() {
            return found;
        }
        path.pop();
    }
    None
}

#[derive(Clone, Copy)]
enum Step<'s> {
    Item,
    /// As it is written: quotes only cost the hint.
    Key(&'s str),
}

fn written(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Item => text.push_str("[*]"),
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => text.extend([".", key]),
        }
    }
    if text.is_empty() { ".".into() } else { text }
}

/// Whether the first item has the name and the image of a container, not a policy's pattern for them.
fn are_containers(tree: &Tree, key: NodeId, value: NodeId) -> bool {
    let is_plain = |node: NodeId| {
        let text = tree.string(node).unwrap_or_default();
        !text.is_empty() && !text.contains(['*', '?', '{', '(', '!', ' '])
    };
    let Some(first) = tree.items(value).next() else { return false };
    let has = |name| tree.get(first, name).is_some_and(is_plain);
    tree.is_key(key, "containers") && has("name") && has("image")
}
