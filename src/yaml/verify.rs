//! Whether an edited document says what was planned and nothing else. Knows nothing of how it was edited.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::resolve::Scalar;
use super::tree::{Kind, NodeId, Tree};
use super::write::Addition;
use crate::text::same_bytes;

/// What is to become of one node of the original.
#[derive(Clone, Debug)]
pub enum Change {
    /// A mapping, or null, gains entries; where is the layout's business.
    Entries(Vec<Addition>),
    /// A list, or null, gains its first item.
    FirstItem(Addition),
    /// A mapping loses the entries with these keys.
    WithoutEntries(Vec<NodeId>),
    /// A list loses these items.
    WithoutItems(Vec<NodeId>),
    /// A value gives way to an empty one: null, `[]` or `{}`.
    Becomes(Kind),
    /// A scalar gives way to another value.
    Is(Arc<Value>),
    /// An item of a list comes to stand before all others.
    MovedFirst(NodeId),
}

/// The planned changes of one document, by the node that they change.
pub type Changes = Vec<(NodeId, Change)>;

/// Where the edited document differs from what was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Keys and item numbers from the root.
    pub path: String,
}

/// The long texts that have been found to say what their values do: thousands of documents share one.
#[derive(Default)]
pub struct Proven {
    /// By the value's address, which stays its own while the value is kept, and the column that the text begins in.
    texts: HashMap<(usize, usize), (Arc<Value>, Box<str>)>,
}

/// The least text that is remembered as proven: what is shorter is compared as fast as it is found.
const LEAST_PROVEN: usize = 1024;

/// Compares the edited document with the original plus the planned changes.
pub fn verify(
    old: &Tree,
    new: &Tree,
    changes: &[(NodeId, Change)],
    proven: &mut Proven,
) -> Result<(), Mismatch> {
    let mut by_node: Vec<_> = changes.iter().map(|(node, change)| (*node, change)).collect();
    by_node.sort_by_key(|(node, _)| *node);
    let mut starts: Vec<_> = changes.iter().map(|(node, _)| old.span(*node).start()).collect();
    starts.sort_unstable();
    let mut comparison = Comparison {
        old,
        new,
        changes: by_node,
        starts,
        proven,
        twins: HashMap::new(),
        path: Vec::new(),
    };
    if comparison.same(old.root(), new.root()) {
        return Ok(());
    }
    comparison.path.reverse();
    Err(Mismatch { path: comparison.path.join(".") })
}

struct Comparison<'a, 's, 'n> {
    old: &'a Tree<'s>,
    new: &'a Tree<'n>,
    /// Invariant: sorted by node.
    changes: Vec<(NodeId, &'a Change)>,
    /// Where the nodes that change begin. Invariant: sorted.
    starts: Vec<usize>,
    proven: &'a mut Proven,
    /// The new node of every original one that an alias stands for.
    twins: HashMap<NodeId, NodeId>,
    /// Filled from the difference outward.
    path: Vec<String>,
}

impl<'a> Comparison<'a, '_, '_> {
    fn same(&mut self, old: NodeId, new: NodeId) -> bool {
        if self.old.is_aliased(old) {
            self.twins.insert(old, new);
        }
        match self.change(old) {
            None => self.same_unchanged(old, new),
            Some(Change::Becomes(kind)) => is_empty_as(self.new, new, *kind),
            Some(Change::Entries(additions)) => self.same_entries(old, new, additions, &[]),
            Some(Change::WithoutEntries(keys)) => self.same_entries(old, new, &[], keys),
            Some(Change::FirstItem(addition)) => self.same_items(old, new, Some(addition), &[]),
            Some(Change::WithoutItems(items)) => self.same_items(old, new, None, items),
            Some(Change::Is(value)) => equals(self.new, new, value),
            Some(Change::MovedFirst(item)) => self.same_moved(old, new, *item),
        }
    }

    fn change(&self, node: NodeId) -> Option<&'a Change> {
        let after = self.changes.partition_point(|(changed, _)| *changed <= node);
        let (changed, change) = self.changes.get(after.checked_sub(1)?)?;
        (*changed == node).then_some(*change)
    }

    fn same_unchanged(&mut self, old: NodeId, new: NodeId) -> bool {
        let (before, after) = (self.old.kind(old), self.new.kind(new));
        if before.is_collection() && before == after && self.same_text(old, new) {
            return true;
        }
        if before == Kind::Alias {
            return after == Kind::Alias
                && self.twins.get(&self.old.follow(old)) == Some(&self.new.follow(new));
        }
        if before.is_mapping() {
            return after.is_mapping() && self.same_entries(old, new, &[], &[]);
        }
        if before.is_sequence() {
            return after.is_sequence() && self.same_items(old, new, None, &[]);
        }
        let verbatim = before == after
            && self.old.raw(old) == self.new.raw(new)
            && !matches!(before, Kind::Literal | Kind::Folded);
        verbatim && self.same_tags(old, new)
            || same_scalar(self.old.scalar(old), self.new.scalar(new))
    }

    /// Whether a collection is written as it was, from the same column on, so that it must say the same: what an alias
    /// in it says is written elsewhere, and an anchor or tag stands before it.
    fn same_text(&self, old: NodeId, new: NodeId) -> bool {
        let (before, after) = (self.old.span(old), self.new.span(new));
        let first = self.starts.partition_point(|&start| start < before.start());
        let changes_within = self.starts.get(first).is_some_and(|&start| start <= before.end());
        before.len() == after.len()
            && self.old.has_no_properties()
            && same_bytes(self.old.raw(old).as_bytes(), self.new.raw(new).as_bytes())
            && self.old.column(old) == self.new.column(new)
            && !changes_within
    }

    /// Whether a node of the edited document says what was to be added.
    fn says(&mut self, node: NodeId, value: &Arc<Value>) -> bool {
        let raw = self.new.raw(node);
        if raw.len() < LEAST_PROVEN || !self.new.has_no_properties() {
            return equals(self.new, node, value);
        }
        let key = (Arc::as_ptr(value) as usize, self.new.column(node));
        if self
            .proven
            .texts
            .get(&key)
            .is_some_and(|(_, text)| same_bytes(text.as_bytes(), raw.as_bytes()))
        {
            return true;
        }
        let says = equals(self.new, node, value);
        if says {
            self.proven.texts.insert(key, (Arc::clone(value), raw.into()));
        }
        says
    }

    fn same_tags(&self, old: NodeId, new: NodeId) -> bool {
        self.old.properties(old).and_then(|it| it.tag)
            == self.new.properties(new).and_then(|it| it.tag)
    }

    /// The original's entries in their order, but for those that go, with every addition once anywhere between.
    fn same_entries(
        &mut self,
        old: NodeId,
        new: NodeId,
        additions: &[Addition],
        without: &[NodeId],
    ) -> bool {
        let (old_tree, new_tree) = (self.old, self.new);
        if !new_tree.kind(new).is_mapping()
            || !(old_tree.kind(old).is_mapping() || old_tree.is_null(old))
        {
            return false;
        }
        let mut kept = old_tree.entries(old).filter(|(key, _)| !without.contains(key)).peekable();
        let mut added = 0;
        for (key, value) in new_tree.entries(new) {
            if let Some(addition) =
                additions.iter().find(|addition| new_tree.is_key(key, addition.key))
            {
                added += 1;
                if !self.says(value, &addition.value) {
                    return self.differs(addition.key);
                }
                continue;
            }
            let Some((old_key, old_value)) = kept.next() else {
                return self.differs(&new_tree.word(key).unwrap_or_default());
            };
            if !self.same(old_key, key) || !self.same(old_value, value) {
                return self.differs(&old_tree.word(old_key).unwrap_or_default());
            }
        }
        added == additions.len() && kept.next().is_none()
    }

    fn same_items(
        &mut self,
        old: NodeId,
        new: NodeId,
        first: Option<&Addition>,
        without: &[NodeId],
    ) -> bool {
        let (old_tree, new_tree) = (self.old, self.new);
        if !new_tree.kind(new).is_sequence()
            || !(old_tree.kind(old).is_sequence() || old_tree.is_null(old))
        {
            return false;
        }
        let mut items = new_tree.items(new);
        if let Some(addition) = first {
            let found = items.next().is_some_and(|item| self.says(item, &addition.value));
            if !found {
                return self.differs("0");
            }
        }
        let kept = old_tree.items(old).filter(|item| !without.contains(item));
        for (number, item) in kept.enumerate() {
            if !items.next().is_some_and(|new_item| self.same(item, new_item)) {
                return self.differs(&number.to_string());
            }
        }
        items.next().is_none()
    }

    fn same_moved(&mut self, old: NodeId, new: NodeId, first: NodeId) -> bool {
        let rest = self.old.items(old).filter(|item| *item != first);
        let wanted: Vec<_> = std::iter::once(first).chain(rest).collect();
        let items: Vec<_> = self.new.items(new).collect();
        wanted.len() == items.len()
            && wanted.into_iter().zip(items).all(|(old, new)| self.same(old, new))
    }

    fn differs(&mut self, step: &str) -> bool {
        self.path.push(step.to_owned());
        false
    }
}

fn same_scalar(old: Option<Scalar>, new: Option<Scalar>) -> bool {
    match (old, new) {
        (Some(Scalar::Float(old)), Some(Scalar::Float(new))) => old.to_bits() == new.to_bits(),
        (Some(old), Some(new)) => old == new,
        _ => false,
    }
}

fn is_empty_as(tree: &Tree, node: NodeId, kind: Kind) -> bool {
    match kind {
        Kind::FlowSequence => tree.kind(node) == kind && tree.items(node).next().is_none(),
        Kind::FlowMapping => tree.kind(node) == kind && tree.entries(node).next().is_none(),
        _ => tree.is_null(node),
    }
}

/// Whether a node says what a value says; the order of keys does not count.
pub fn equals(tree: &Tree, node: NodeId, value: &Value) -> bool {
    match value {
        Value::Array(values) => {
            let items: Vec<_> = tree.items(node).collect();
            tree.kind(node).is_sequence()
                && items.len() == values.len()
                && items.iter().zip(values).all(|(item, value)| equals(tree, *item, value))
        }
        Value::Object(values) => {
            let mut count = 0;
            tree.kind(node).is_mapping()
                && tree.entries(node).all(|(key, item)| {
                    count += 1;
                    tree.string(key)
                        .and_then(|key| values.get(key.as_ref()))
                        .is_some_and(|value| equals(tree, item, value))
                })
                && count == values.len()
        }
        _ => tree.scalar(node).is_some_and(|scalar| scalar_equals(&scalar, value)),
    }
}

fn scalar_equals(scalar: &Scalar, value: &Value) -> bool {
    match (scalar, value) {
        (Scalar::Null, Value::Null) => true,
        (Scalar::Bool(scalar), Value::Bool(value)) => scalar == value,
        (Scalar::Text(scalar), Value::String(value)) => scalar == value,
        (Scalar::Int(scalar), Value::Number(value)) => {
            value.as_i64().is_some_and(|value| *scalar == i128::from(value))
        }
        (Scalar::Float(scalar), Value::Number(value)) => value.as_f64() == Some(*scalar),
        _ => false,
    }
}
