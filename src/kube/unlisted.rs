//! Pod templates where no table knows of any. Knows nothing of the kinds that it finds them in.

use std::collections::HashSet;

use super::path;
use crate::yaml::{NodeId, Tree};

/// Pods that no row of the table leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// The key `containers`.
    pub containers: NodeId,
    /// The path of the pod template as `--workload` wants it; `.` where the object itself is the pod. `None` where the
    /// containers are in no `spec`.
    pub path: Option<String>,
}

/// How deep a pod template is looked for.
const DEPTH: usize = 32;

/// What the API server or a controller writes is not looked at.
const NOT_ASKED_FOR: [&str; 2] = ["metadata", "status"];

/// What stands under these changes pods that others make.
const PATCHES: [&str; 4] = ["patch", "patches", "override", "overrides"];

/// The pods of an object but those at `known` nodes: what has containers that have a name and an image.
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
    let all = found.iter().filter_map(|found| found.path.as_deref());
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
        let tree = self.tree;
        if PATCHES.iter().any(|name| tree.is_key(key, name)) {
            return;
        }
        let is_template =
            |step: &Step| matches!(step, Step::Key(word) if word.ends_with("emplate"));
        let template = match self.path.as_slice() {
            [template @ .., Step::Key("spec")] => Some(template),
            _ => None,
        };
        let may_lack_image = template.and_then(<[_]>::last).is_some_and(is_template);
        if are_containers(tree, key, value, may_lack_image) {
            self.found.push(Unlisted { containers: key, path: template.map(written) });
            return;
        }
        self.path.push(Step::Key(tree.raw(key)));
        self.node(value);
        self.path.pop();
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
fn are_containers(tree: &Tree, key: NodeId, value: NodeId, may_lack_image: bool) -> bool {
    let is_plain = |node: NodeId| {
        let text = tree.string(node).unwrap_or_default();
        // A placeholder such as `${IMAGE}` stands for a name.
        !text.is_empty() && !text.replace("${", "").contains(['*', '?', '{', '(', '!', ' '])
    };
    let Some(first) = tree.items(value).next() else { return false };
    let name = tree.get(first, "name").is_some_and(is_plain);
    let image = tree.get(first, "image").map_or(may_lack_image, is_plain);
    tree.is_key(key, "containers") && name && image
}
