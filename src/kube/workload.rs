//! The pods of an object, found through the table of kinds. Knows nothing of what is chosen or changed.

use std::borrow::Cow;

use super::kinds::{Pods, Shape, WorkloadKind};
use super::lookup::Kinds;
use super::object::Object;
use super::path::{self, Taken, Way};
use super::workflow::{self, Repeated};
use crate::yaml::{NodeId, Tree};

/// An object that makes pods.
#[derive(Clone, Debug)]
pub struct Workload<'s> {
    pub object: Object<'s>,
    pub row: &'static WorkloadKind,
    /// Empty where the object is skipped, and where it lacks what its kind must have.
    pub templates: Vec<Template>,
    /// Its pods to which no init container can be given.
    pub closed: Vec<Closed>,
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
    /// The metadata that the pods get.
    pub metadata: Option<NodeId>,
    /// What holds the pod's containers and volumes; the template itself where it is flat.
    pub spec: Option<NodeId>,
    /// What holds the pod's other fields, where the spec does not say them.
    pub around: Option<NodeId>,
    /// Where it stands that several of its pods run at the same time, beside the counts.
    pub repeated: Option<NodeId>,
    /// Index in the chain of what holds the metadata.
    holder: usize,
    /// What the wildcards of its path stand for.
    taken: Vec<Taken>,
}

/// Pods to which no init container can be given.
#[derive(Clone, Debug)]
pub struct Closed {
    /// The key that stands for them, or what they are made from.
    pub node: NodeId,
    /// Its path from the object.
    pub field: String,
    pub reason: &'static str,
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

/// The object's pods; `None` where its kind makes none.
pub fn workload<'s>(tree: &Tree<'s>, kinds: &Kinds, object: &Object<'s>) -> Option<Workload<'s>> {
    let row = kinds.find(&object.group, &object.kind)?;
    let names = |path| object.at(tree, path).is_some_and(|it| !tree.is_null(it));
    let skipped = row.borrowed.filter(|it| names(it.path)).map(|it| it.reason);
    let mut workload = Workload {
        object: object.clone(),
        row,
        templates: Vec::new(),
        closed: Vec::new(),
        skipped,
    };
    if skipped.is_none() {
        row.templates.iter().for_each(|pods| workload.add(tree, pods));
        workload.find_repeated(tree);
    }
    Some(workload)
}

impl<'s> Workload<'s> {
    /// Whether an object of the kind may do without a pod template.
    pub fn may_be_empty(&self) -> bool {
        self.row.templates.iter().all(|pods| pods.optional)
    }

    fn add(&mut self, tree: &Tree, pods: &'static Pods) {
        for way in path::ways(tree, self.object.node, pods.path) {
            let closed = match pods.shape {
                Shape::Flat(_) => match workflow::pod(tree, &way) {
                    None => continue,
                    Some((key, reason)) => reason.map(|reason| (key, reason)),
                },
                Shape::Closed(_) if self.leads_on(&way) => continue,
                Shape::Closed(reason) => Some((way.end(tree), reason)),
                Shape::Template | Shape::SpecOnly => None,
            };
            match closed {
                None => self.templates.push(Template::new(tree, pods, way)),
                Some((node, reason)) => {
                    let field = path::bound(tree, pods.path, &way.taken).into_owned();
                    self.closed.push(Closed { node, field, reason });
                }
            }
        }
    }

    fn find_repeated(&mut self, tree: &Tree<'s>) {
        // All templates of one workflow have the same around them.
        let Some(spec) = self.templates.iter().find_map(|template| template.around) else { return };
        let repeated = Repeated::of(tree, spec);
        for template in &mut self.templates {
            template.repeated = repeated.at(tree, template.node);
        }
    }

    /// Whether a way leads to a template: then it ends at no pod beside it.
    fn leads_on(&self, way: &Way) -> bool {
        way.nodes.last().is_some_and(|end| self.templates.iter().any(|it| it.chain.contains(end)))
    }
}

impl Template {
    fn new(tree: &Tree, pods: &'static Pods, way: Way) -> Self {
        let Way { nodes: chain, taken } = way;
        let last = chain.len() - 1;
        let node = chain[last];
        let (holder, spec, around) = match pods.shape {
            Shape::Template | Shape::Closed(_) => (last, tree.get(node, "spec"), None),
            Shape::SpecOnly => (0, tree.get(node, "spec"), None),
            Shape::Flat(around) => {
                (last, Some(node), path::sibling(tree, &chain, pods.path, around))
            }
        };
        let metadata = tree.get(chain[holder], "metadata");
        Self { pods, node, metadata, spec, around, repeated: None, holder, taken, chain }
    }

    /// What holds, or is to hold, the metadata that the pods get.
    pub fn holder(&self) -> NodeId {
        self.chain[self.holder]
    }

    /// How many collections stand around the entries of the metadata's holder.
    pub fn holder_depth(&self) -> usize {
        self.holder + 1
    }

    /// The key of the template's containers, or what comes closest.
    pub fn pods_node(&self, tree: &Tree) -> NodeId {
        let Some(spec) = self.spec.map(|spec| tree.follow(spec)) else { return self.node };
        let is_key = |key: NodeId| {
            let mut names =
                std::iter::once("containers").chain(workflow::PODS.iter().map(|it| it.0));
            names.any(|name| tree.is_key(key, name))
        };
        let mut keys = tree.entries(spec).map(|(key, _)| key);
        keys.find(|&key| is_key(key)).unwrap_or(self.node)
    }

    /// The nodes from the object to the pod's spec, both included.
    pub fn chain_to(&self, spec: NodeId) -> Vec<NodeId> {
        if spec == self.node {
            self.chain.clone()
        } else {
            [self.chain.as_slice(), &[spec]].concat()
        }
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
    pub fn counts(&self, tree: &Tree, object: &Object) -> Vec<Count> {
        let unwritten = self.pods.unwritten.map(|(path, _)| path);
        let paths = self.pods.counts.iter().copied().chain(unwritten);
        paths.filter_map(|path| self.count(tree, object, path)).collect()
    }

    /// The count that is more than one because it is not written: its path, and how many pods it makes.
    pub fn unwritten_count(&self, tree: &Tree) -> Option<(&'static str, i128)> {
        let written = |path| self.sibling(tree, path).is_some_and(|node| !tree.is_null(node));
        self.pods.unwritten.filter(|&(path, _)| !written(path))
    }

    fn count(&self, tree: &Tree, object: &Object, path: &'static str) -> Option<Count> {
        let node = self.sibling(tree, path)?;
        let less = self.pods.less.filter(|&(count, _)| count == path);
        let made_elsewhere = less.and_then(|(_, other)| self.sibling(tree, other)).is_some();
        let pods = object.integer(tree, node)? - i128::from(made_elsewhere);
        Some(Count { node, field: path::bound(tree, path, &self.taken), pods })
    }
}
