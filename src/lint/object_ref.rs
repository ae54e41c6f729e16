//! One object as rules see it. Knows nothing of any rule.

use std::borrow::Cow;

use super::Resource;
use crate::kube::{Object, Workload, placeholder};
use crate::text::{Place, Span};
use crate::yaml::{Kind, NodeId, Scalar, Tree};

/// An object of the run in its document.
#[derive(Clone, Copy, Debug)]
pub struct ObjectRef<'a, 's> {
    pub tree: &'a Tree<'s>,
    pub object: &'a Object<'s>,
    /// Its pods, where its kind holds some.
    pub workload: Option<&'a Workload<'s>>,
}

impl<'a, 's> ObjectRef<'a, 's> {
    pub fn place(&self, node: NodeId) -> Place {
        self.tree.place(node)
    }

    /// The place of the object's name, or of its kind.
    pub fn name_place(&self) -> Place {
        let kind = || self.tree.get(self.object.node, "kind");
        self.place(self.object.name_node.or_else(kind).unwrap_or(self.object.node))
    }

    /// The line that an offset of a literal's text is on; `None` for other values, whose text stands in another form.
    pub fn line(&self, value: NodeId, offset: usize) -> Option<Place> {
        let (tree, value) = (self.tree, self.tree.follow(value));
        let text = tree.string(value).filter(|_| tree.kind(value) == Kind::Literal)?;
        let before = &text.as_bytes()[..offset.min(text.len())];
        let number = memchr::memchr_iter(b'\n', before).count();
        let raw = tree.raw(value);
        let line = raw.split_inclusive('\n').nth(number + 1)?;
        let start = tree.span(value).start() + (line.as_ptr() as usize - raw.as_ptr() as usize);
        let blanks = line.len() - line.trim_start().len();
        let end = line.trim_end().len().max(blanks);
        Some(tree.at(Span::new(start + blanks, start + end)))
    }

    pub fn find(&self, path: &[&str]) -> Option<NodeId> {
        self.tree.find(self.object.node, path)
    }

    /// The string under a path.
    pub fn text(&self, path: &[&str]) -> Option<Cow<'s, str>> {
        text(self.tree, self.find(path)?)
    }

    /// The items of the list under a path.
    pub fn items(&self, path: &[&str]) -> Vec<NodeId> {
        self.find(path).into_iter().flat_map(|list| items(self.tree, list)).collect()
    }

    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.object.group == group && self.object.kind == kind
    }

    pub fn resource(&self) -> Resource {
        Resource::of(self.object)
    }
}

/// The items of a list, or of the one that an alias stands for.
pub fn items<'a>(tree: &'a Tree, list: NodeId) -> impl Iterator<Item = NodeId> + 'a {
    tree.items(tree.follow(list))
}

/// Whether a value is true in any spelling, and once placeholders have their defaults.
pub fn is_true(tree: &Tree, node: NodeId) -> bool {
    placeholder::scalar(tree, node) == Some(Scalar::Bool(true))
}

/// Whether a value is false in the same way.
pub fn is_false(tree: &Tree, node: NodeId) -> bool {
    placeholder::scalar(tree, node) == Some(Scalar::Bool(false))
}

/// A string once placeholders have their defaults.
pub fn text<'s>(tree: &Tree<'s>, node: NodeId) -> Option<Cow<'s, str>> {
    placeholder::string(tree, node)
}

/// A scalar of any type as it is written, once placeholders have their defaults.
pub fn word<'s>(tree: &Tree<'s>, node: NodeId) -> Option<Cow<'s, str>> {
    text(tree, node).or_else(|| tree.word(node))
}
