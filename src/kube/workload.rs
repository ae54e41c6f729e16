//! The pods of an object, found through the table of kinds. Knows nothing of what is chosen or changed.

use std::borrow::Cow;

use super::kinds::{Pods, Row};
use super::lookup::Kinds;
use super::object::{Object, integer};
use super::path::{self, Taken, Way};
use crate::yaml::{NodeId, Tree};

/// An object that holds pods.
#[derive(Clone, Debug)]
pub struct Workload<'s> {
    pub object: Object<'s>,
    pub row: &'static Row,
    /// Empty where the object is skipped, and where it lacks what its kind must have.
    pub templates: Vec<Template>,
    /// Why the object's pods are not its own.
    pub skipped: Option<&'static str>,
}

/// A pod template of a workload; for a Pod, the object itself.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its row: where its kind has it, and what multiplies its pods.
    pub pods: &'static Pods,
    /// The nodes from the object to the template, both included, aliases as they are written.
    pub chain: Vec<NodeId>,
    pub node: NodeId,
    pub metadata: Option<NodeId>,
    pub spec: Option<NodeId>,
    /// What the wildcards of its path stand for.
    taken: Vec<Taken>,
}

/// A number that multiplies the pods of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub node: NodeId,
    /// Its path from the object: `spec.tasks[1].replicas`.
    pub field: Cow<'static, str>,
    /// How many pods of the template it makes.
    pub pods: i128,
}

/// The object's pods; `None` where its kind holds none.
pub fn workload<'s>(tree: &Tree<'s>, kinds: &Kinds, object: &Object<'s>) -> Option<Workload<'s>> {
    let row = kinds.find(&object.group, &object.kind)?;
    let borrows = |path| path::sibling(tree, &[object.node], "", path);
    let borrowed =
        row.borrowed.filter(|&(path, _)| borrows(path).is_some_and(|it| !tree.is_null(it)));
    let skipped = borrowed.map(|(_, reason)| reason);
    let templates = match skipped {
        Some(_) => Vec::new(),
        None => row.templates.iter().flat_map(|pods| templates(tree, object.node, pods)).collect(),
    };
    Some(Workload { object: object.clone(), row, templates, skipped })
}

fn templates(tree: &Tree, object: NodeId, pods: &'static Pods) -> Vec<Template> {
    let ways = path::ways(tree, object, pods.path).into_iter();
    ways.map(|way| Template::new(tree, pods, way)).collect()
}

impl Template {
    fn new(tree: &Tree, pods: &'static Pods, way: Way) -> Self {
        let Way { nodes: chain, taken } = way;
        let node = *chain.last().expect("a way begins with its object");
        let (metadata, spec) = (tree.get(node, "metadata"), tree.get(node, "spec"));
        Self { pods, chain, node, metadata, spec, taken }
    }

    /// The path of the template from its object: `spec.tasks[0].template`; empty for a Pod.
    pub fn field(&self, tree: &Tree) -> Cow<'static, str> {
        path::bound(tree, self.pods.path, &self.taken)
    }

    /// The value at another path from the object, its wildcards bound as the template's.
    pub fn sibling(&self, tree: &Tree, path: &str) -> Option<NodeId> {
        path::sibling(tree, &self.chain, self.pods.path, path)
    }

    /// The numbers that are written and multiply the template's pods.
    pub fn counts(&self, tree: &Tree) -> Vec<Count> {
        self.pods.counts.iter().filter_map(|path| self.count(tree, path)).collect()
    }

    fn count(&self, tree: &Tree, path: &'static str) -> Option<Count> {
        let node = self.sibling(tree, path)?;
        let less = self.pods.less.filter(|&(count, _)| count == path);
        let made_elsewhere = less.and_then(|(_, other)| self.sibling(tree, other)).is_some();
        let pods = integer(tree, node)? - i128::from(made_elsewhere);
        Some(Count { node, field: path::bound(tree, path, &self.taken), pods })
    }
}
