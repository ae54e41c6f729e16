//! Pod templates where no table knows of any. Knows nothing of the kinds that it finds them in.

use std::collections::HashSet;

use super::path;
use crate::yaml::{NodeId, Tree};

/// A pod template that no row of the table leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// The key `containers`.
    pub containers: NodeId,
    /// The path of the pod template as `--workload` wants it; `.` where the object itself is the pod.
    pub path: String,
}

/// How deep a pod template is looked for.
const DEPTH: usize = 32;

/// What the API server or a controller writes is not looked at.
const NOT_ASKED_FOR: [&str; 2] = ["metadata", "status"];

/// The pod templates of an object but those at `known` nodes: each `spec` with containers that have a name and an
/// image.
pub fn unlisted(tree: &Tree, object: NodeId, known: &HashSet<NodeId>) -> Vec<Unlisted> {
    let mut search = Search { tree, known, path: Vec::new(), found: Vec::new() };
    for (key, value) in tree.entries(tree.follow(object)) {
        if !NOT_ASKED_FOR.iter().any(|name| tree.is_key(key, name)) {
            search.entry(key, value);
        }
    }
    search.found
}

/// The different paths of some, in their order; those that `--workload` cannot take are left out.
pub fn paths(found: &[Unlisted]) -> Vec<&str> {
    let mut seen = HashSet::new();
    let all = found.iter().map(|found| found.path.as_str());
    all.filter(|path| *path == "." || path::check(path).is_ok())
        .filter(|path| seen.insert(*path))
        .collect()
}

struct Search<'a, 's> {
    tree: &'a Tree<'s>,
    known: &'a HashSet<NodeId>,
    path: Vec<Step<'s>>,
    found: Vec<Unlisted>,
}

#[derive(Clone, Copy)]
enum Step<'s> {
    Item,
    /// As it is written: quotes only cost the hint.
    Key(&'s str),
}

impl Search<'_, '_> {
    fn node(&mut self, node: NodeId) {
        if self.path.len() > DEPTH || self.known.contains(&node) {
            return;
        }
        for item in self.tree.items(node) {
            self.path.push(Step::Item);
            self.node(item);
            self.path.pop();
        }
        for (key, value) in self.tree.entries(node) {
            self.entry(key, value);
        }
    }

    fn entry(&mut self, key: NodeId, value: NodeId) {
        if self.is_pod(key, value) {
            // The last step is the `spec` of the template.
            let path = written(&self.path[..self.path.len() - 1]);
            self.found.push(Unlisted { containers: key, path });
            return;
        }
        self.path.push(Step::Key(self.tree.raw(key)));
        self.node(value);
        self.path.pop();
    }

    /// Whether these are the containers of a pod's spec.
    fn is_pod(&self, key: NodeId, value: NodeId) -> bool {
        let is_template = |word: &str| word.ends_with("emplate");
        match *self.path.as_slice() {
            [.., Step::Key(template), Step::Key("spec")] => {
                are_containers(self.tree, key, value, is_template(template))
            }
            [.., Step::Key("spec")] => are_containers(self.tree, key, value, false),
            _ => false,
        }
    }
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

/// Whether the first item has the name and the image of a container, not a policy's pattern for them. What is called a
/// template may leave the image to its operator.
fn are_containers(tree: &Tree, key: NodeId, value: NodeId, in_template: bool) -> bool {
    let is_plain = |node: NodeId| {
        let text = tree.string(node).unwrap_or_default();
        // A placeholder such as `${IMAGE}` stands for a name.
        !text.is_empty() && !text.replace("${", "").contains(['*', '?', '{', '(', '!', ' '])
    };
    let Some(first) = tree.items(value).next() else { return false };
    let name = tree.get(first, "name").is_some_and(is_plain);
    let image = tree.get(first, "image").map_or(in_template, is_plain);
    tree.is_key(key, "containers") && name && image
}
