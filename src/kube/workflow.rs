//! The templates of Argo Workflows: which of them make a pod, and which make several at once. Knows nothing of other
//! kinds.

use std::collections::HashMap;

use super::object::integer;
use super::path::Way;
use crate::yaml::{NodeId, Tree};

/// What may stand in a template that makes a pod, and why that pod can get no init container.
pub(super) const PODS: [(&str, Option<&str>); 7] = [
    ("container", None),
    ("script", None),
    ("containerSet", None),
    ("data", None),
    ("resource", Some("this template creates objects from text: what pods they make is not seen")),
    ("http", Some("Argo Workflows sends this request from a pod of its own")),
    ("plugin", Some("Argo Workflows runs this plugin in a pod of its own")),
];

/// What makes a step or task run once for each of many values.
const LOOPS: [&str; 3] = ["withItems", "withParam", "withSequence"];

/// The key that makes a pod of a template, and why the pod is closed; `None` where the template makes none.
pub(super) fn pod(tree: &Tree, way: &Way) -> Option<(NodeId, Option<&'static str>)> {
    let template = *way.nodes.last()?;
    PODS.iter().find_map(|&(name, reason)| Some((key_of(tree, template, name)?, reason)))
}

/// Where it stands that pods of one template run at the same time: by the template's name, and for those that stand in a
/// step or task by its node.
#[derive(Debug, Default)]
pub(super) struct Repeated<'s> {
    by_name: HashMap<std::borrow::Cow<'s, str>, NodeId>,
    inline: HashMap<NodeId, NodeId>,
}

impl<'s> Repeated<'s> {
    /// Looks through the steps and tasks of a workflow's spec.
    pub(super) fn of(tree: &Tree<'s>, spec: NodeId) -> Self {
        let mut repeated = Self::default();
        if !one_at_a_time(tree, spec) {
            for template in items(tree, tree.get(spec, "templates")) {
                repeated.look_through(tree, template);
            }
        }
        repeated
    }

    fn look_through(&mut self, tree: &Tree<'s>, template: NodeId) {
        if one_at_a_time(tree, template) {
            return;
        }
        // The steps of one inner list run at the same time, and so may the tasks of a graph.
        for group in items(tree, tree.get(template, "steps")) {
            let mut called = HashMap::new();
            for step in items(tree, Some(group)) {
                self.step(tree, step);
                let Some(name) = tree.get(step, "template") else { continue };
                let Some(word) = tree.string(name) else { continue };
                if called.insert(word.clone(), name).is_some() {
                    self.by_name.entry(word).or_insert(name);
                }
            }
        }
        for task in items(tree, tree.find(template, &["dag", "tasks"])) {
            self.step(tree, task);
        }
    }

    /// A step or task that runs for each of many values.
    fn step(&mut self, tree: &Tree<'s>, step: NodeId) {
        let many = |name: &&str| {
            let node = tree.get(step, name)?;
            let count = if tree.kind(tree.follow(node)).is_sequence() {
                Some(tree.items(tree.follow(node)).count() as i128)
            } else {
                tree.get(node, "count").and_then(|count| tree.word(count)?.parse().ok())
            };
            count.is_none_or(|count| count > 1).then(|| key_of(tree, step, name))?
        };
        let Some(key) = LOOPS.iter().find_map(many) else { return };
        if let Some(name) = tree.get(step, "template").and_then(|name| tree.string(name)) {
            self.by_name.entry(name).or_insert(key);
        }
        if let Some(inline) = tree.get(step, "inline") {
            self.inline.insert(inline, key);
        }
    }

    /// Where it stands that a template makes several pods at once.
    pub(super) fn at(&self, tree: &Tree<'s>, template: NodeId) -> Option<NodeId> {
        let name = tree.get(template, "name").and_then(|name| tree.string(name));
        let named = name.and_then(|name| self.by_name.get(&name));
        self.inline.get(&template).or(named).copied()
    }
}

fn one_at_a_time(tree: &Tree, node: NodeId) -> bool {
    tree.get(node, "parallelism").and_then(|it| integer(tree, it)) == Some(1)
}

/// The key of an entry, or its value where a merge brings it.
fn key_of(tree: &Tree, mapping: NodeId, name: &str) -> Option<NodeId> {
    let mapping = tree.follow(mapping);
    let key = tree.entries(mapping).map(|(key, _)| key).find(|&key| tree.is_key(key, name));
    key.or_else(|| tree.get(mapping, name))
}

fn items(tree: &Tree, list: Option<NodeId>) -> Vec<NodeId> {
    list.map_or_else(Vec::new, |list| tree.items(tree.follow(list)).collect())
}
