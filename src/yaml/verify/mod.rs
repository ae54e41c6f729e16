//! Whether an edited document says what was planned and nothing else, and whether every byte that was not to change is
//! still there. Knows nothing of how the edits were planned.

mod bytes;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::comment;
use super::parse::{ScalarCache, parse_edited};
use super::resolve::Scalar;
use super::tree::{Kind, NodeId, Tree};
use super::write::{Addition, Plan};
use crate::text::{Span, same_bytes};

/// What is to become of one node of the original.
#[derive(Clone, Debug)]
pub enum Change {
    /// A mapping, or null, gains entries; where is the layout's business.
    Entries(Vec<Addition>),
    /// A list, or null, gains its first item.
    FirstItem(Addition),
    /// A list that has items gains others behind them.
    LastItems(Vec<Addition>),
    /// A mapping loses the entries with these keys.
    WithoutEntries(Vec<NodeId>),
    /// A list loses these items.
    WithoutItems(Vec<NodeId>),
    /// A value gives way to another, which is written out in full.
    Is(Arc<Value>),
    /// An item of a list comes to stand before all others.
    MovedFirst(NodeId),
}

/// The planned changes of one document, by the node that they change.
pub type Changes = Vec<(NodeId, Change)>;

/// Where the edited document differs from what was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Keys and item numbers of the original, from the root.
    pub path: String,
}

/// What is edited and verified by itself: a document, or an object of a list in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub node: NodeId,
    /// Where its text stands.
    pub span: Span,
}

impl Part {
    /// All of a document.
    pub fn whole(tree: &Tree) -> Self {
        Self { node: tree.root(), span: tree.document() }
    }

    /// One object of a document, where its text is a document too.
    pub fn object(tree: &Tree, node: NodeId) -> Self {
        if tree.is_json() { Self { node, span: tree.span(node) } } else { Self::whole(tree) }
    }
}

/// The long texts that have been found to say what their values do: thousands of documents share one.
#[derive(Default)]
pub struct VerifyCache {
    /// By the value's address, which stays its own while the value is kept, and the text's indentation.
    texts: HashMap<(usize, usize), (Arc<Value>, Box<str>)>,
}

/// The least text that is remembered as proven: what is shorter is compared as fast as it is found.
const LEAST_PROVEN: usize = 1024;

/// Edits a part of a document, into `text`, and gives back the tree of what comes out, once it is verified to say what was
/// planned and nothing else.
pub fn apply<'t>(
    old: &Tree,
    part: Part,
    plan: &mut Plan,
    text: &'t mut String,
    (passed, proven): (&mut ScalarCache, &mut VerifyCache),
) -> Result<Tree<'t>, Mismatch> {
    let at = |path: String| Mismatch { path };
    if !plan.edits.sort_apart() {
        return Err(at("two edits of one text".into()));
    }
    text.clear();
    plan.edits.apply(old.text(), part.span, text);
    let new = parse_edited(old, text, passed).map_err(|error| at(error.message))?;
    let new = new.ok_or_else(|| Mismatch::at(Vec::new()))?;
    verify(old, part, &new, plan, proven)?;
    Ok(new)
}

/// Compares a part of a document, edited, with the original plus the planned changes: its bytes first, then what it says.
fn verify(
    old: &Tree,
    part: Part,
    new: &Tree,
    plan: &Plan,
    proven: &mut VerifyCache,
) -> Result<(), Mismatch> {
    verify_part(old, part, new, plan, proven).map_err(|inner| {
        let outer = if part.node == old.root() {
            Vec::new()
        } else {
            steps(old, old.root(), old.span(part.node).start(), Some(part.node))
        };
        Mismatch::at([outer, inner].concat())
    })
}

/// The error leads from the part to the difference.
fn verify_part(
    old: &Tree,
    part: Part,
    new: &Tree,
    plan: &Plan,
    proven: &mut VerifyCache,
) -> Result<(), Vec<String>> {
    let put =
        bytes::compare(old, part.span, new, plan).map_err(|at| steps(old, part.node, at, None))?;
    let coming = compare(old, part.node, new, &plan.changes, proven)?;
    let is_planned = |&span: &Span| bytes::is_within(new, span, &coming);
    put.iter().try_for_each(is_planned).map_err(|at| steps(new, new.root(), at, None))
}

impl Mismatch {
    fn at(path: Vec<String>) -> Self {
        if path.is_empty() {
            Self { path: "the document".to_owned() }
        } else {
            Self { path: path.join(".") }
        }
    }
}

/// Compares what the edited document says with what the original says, and with the changes. Returns the spans of the
/// edited document that say what is new, in order; the error leads to the difference.
fn compare(
    old: &Tree,
    node: NodeId,
    new: &Tree,
    changes: &Changes,
    proven: &mut VerifyCache,
) -> Result<Vec<Span>, Vec<String>> {
    let mut by_node: Vec<_> = changes.iter().map(|(node, change)| (*node, change)).collect();
    by_node.sort_by_key(|(node, _)| *node);
    let mut starts: Vec<_> = by_node.iter().map(|(node, _)| old.span(*node).start()).collect();
    starts.sort_unstable();
    let mut comparison = Comparison {
        old,
        new,
        changes: by_node,
        starts,
        met: 0,
        proven,
        twins: HashMap::new(),
        coming: Vec::new(),
        path: Vec::new(),
    };
    if !comparison.same(node, new.root()) {
        comparison.path.reverse();
        return Err(comparison.path);
    }
    // What was to change in a part that goes away, or elsewhere, can only be a mistake in the plan.
    if comparison.met != changes.len() {
        return Err(Vec::new());
    }
    bytes::merge(&mut comparison.coming);
    Ok(comparison.coming)
}

/// The keys and item numbers that lead from a node to what stands at an offset, or before it; not beyond `last`.
fn steps(tree: &Tree, mut node: NodeId, offset: usize, last: Option<NodeId>) -> Vec<String> {
    let mut steps = Vec::new();
    while Some(node) != last {
        let entries = tree.entries(node).take_while(|(key, _)| tree.lead(*key) <= offset);
        let items = tree.items(node).take_while(|item| tree.lead(*item) <= offset).enumerate();
        let (step, inner) = match (entries.last(), items.last()) {
            (Some((key, value)), _) => (step(tree, key), value),
            (_, Some((number, item))) => (number.to_string(), item),
            (None, None) => break,
        };
        steps.push(step);
        node = inner;
    }
    steps
}

fn step(tree: &Tree, key: NodeId) -> String {
    tree.word(key).map_or_else(|| tree.raw(key).to_owned(), Cow::into_owned)
}

struct Comparison<'a, 's, 'n> {
    old: &'a Tree<'s>,
    new: &'a Tree<'n>,
    /// Invariant: sorted by node.
    changes: Vec<(NodeId, &'a Change)>,
    /// Where the nodes that change begin. Invariant: sorted.
    starts: Vec<usize>,
    /// How many changes were compared.
    met: usize,
    proven: &'a mut VerifyCache,
    /// The new node of every original one that an alias stands for.
    twins: HashMap<NodeId, NodeId>,
    /// The parts of the edited document that say what is new.
    coming: Vec<Span>,
    /// Filled from the difference outward.
    path: Vec<String>,
}

/// What becomes of the entries of a mapping.
#[derive(Default)]
struct Entries<'a> {
    additions: Vec<&'a Addition>,
    without: Vec<NodeId>,
}

impl<'a> Comparison<'a, '_, '_> {
    fn same(&mut self, old: NodeId, new: NodeId) -> bool {
        if self.old.is_aliased(old) {
            self.twins.insert(old, new);
        }
        if self.properties(self.old, old) != self.properties(self.new, new) {
            return false;
        }
        let first = self.changes.partition_point(|(changed, _)| *changed < old);
        let count = self.changes[first..].iter().take_while(|(changed, _)| *changed == old).count();
        self.met += count;
        let changes = &self.changes[first..first + count];
        match *changes {
            [] => self.same_unchanged(old, new),
            [(_, Change::Is(value))] => self.comes(new, equals(self.new, new, value)),
            [(_, Change::FirstItem(addition))] => self.same_items(old, new, Some(addition), &[]),
            [(_, Change::LastItems(additions))] => self.same_then(old, new, additions),
            [(_, Change::WithoutItems(items))] => self.same_items(old, new, None, items),
            [(_, Change::MovedFirst(item))] => self.same_moved(old, new, *item),
            _ => self.same_changed_entries(old, new, first..first + count),
        }
    }

    /// Remembers that all of a node is new, where it says what was planned.
    fn comes(&mut self, node: NodeId, says_it: bool) -> bool {
        self.coming.push(self.new.span(node));
        says_it
    }

    /// Several changes of one node can only be of its entries.
    fn same_changed_entries(&mut self, old: NodeId, new: NodeId, changes: Range<usize>) -> bool {
        let mut entries = Entries::default();
        for (_, change) in &self.changes[changes] {
            match change {
                Change::Entries(additions) => entries.additions.extend(additions),
                Change::WithoutEntries(keys) => entries.without.extend(keys),
                _ => return false,
            }
        }
        self.same_entries(old, new, &entries)
    }

    /// The anchor and the tag as they are written.
    fn properties<'t>(&self, tree: &Tree<'t>, node: NodeId) -> Option<&'t str> {
        tree.properties(node).map(|properties| &tree.text()[properties.span.range()])
    }

    fn same_unchanged(&mut self, old: NodeId, new: NodeId) -> bool {
        let kind = self.old.kind(old);
        if kind != self.new.kind(new) {
            return false;
        }
        match kind {
            Kind::Alias => self.twins.get(&self.old.follow(old)) == Some(&self.new.follow(new)),
            // Where their lines begin is no part of what they say.
            Kind::Literal | Kind::Folded => self.old.decoded(old) == self.new.decoded(new),
            _ if !kind.is_collection() => self.old.raw(old) == self.new.raw(new),
            _ if self.same_text(old, new) => true,
            _ if kind.is_mapping() => self.same_entries(old, new, &Entries::default()),
            _ => self.same_items(old, new, None, &[]),
        }
    }

    /// Whether a collection is written as it was, from the same column on, so that it must say the same: what an alias
    /// in it says is written elsewhere, and an anchor or tag stands before it.
    fn same_text(&self, old: NodeId, new: NodeId) -> bool {
        let (before, after) = (self.old.span(old), self.new.span(new));
        let first = self.starts.partition_point(|&start| start < before.start());
        let changes_within = self.starts.get(first).is_some_and(|&start| start <= before.end());
        before.len() == after.len()
            && !changes_within
            && self.old.has_no_properties()
            && same_bytes(self.old.raw(old).as_bytes(), self.new.raw(new).as_bytes())
            && self.old.indentation(old) == self.new.indentation(new)
    }

    /// Whether a node of the edited document says what was to be added, without a comment.
    fn says(&mut self, parent: NodeId, node: NodeId, value: &Arc<Value>) -> bool {
        let raw = self.new.raw(node);
        let says = |tree| equals(tree, node, value) && !comment::goes_with(tree, parent, node);
        if raw.len() < LEAST_PROVEN || !self.new.has_no_properties() {
            return says(self.new);
        }
        let key = (Arc::as_ptr(value) as usize, self.new.indentation(node));
        let known = self.proven.texts.get(&key);
        if known.is_some_and(|(_, text)| same_bytes(text.as_bytes(), raw.as_bytes())) {
            return true;
        }
        let says = says(self.new);
        if says {
            self.proven.texts.insert(key, (Arc::clone(value), raw.into()));
        }
        says
    }

    /// The original's entries in their order, but for those that go, with every addition once anywhere between.
    fn same_entries(&mut self, old: NodeId, new: NodeId, changed: &Entries) -> bool {
        let (old_tree, new_tree) = (self.old, self.new);
        if !new_tree.kind(new).is_mapping()
            || !(old_tree.kind(old).is_mapping() || old_tree.is_null(old))
        {
            return false;
        }
        if !old_tree.kind(old).is_mapping() {
            self.coming.extend(bytes::brackets(new_tree, new));
        }
        let mut kept = old_tree.entries(old).filter(|(key, _)| !changed.without.contains(key));
        let mut missing = changed.additions.clone();
        for (key, value) in new_tree.entries(new) {
            if let Some(found) = missing.iter().position(|it| new_tree.is_key(key, it.key)) {
                let addition = missing.swap_remove(found);
                if !self.says(new, value, &addition.value) {
                    return self.differs(addition.key);
                }
                self.coming.extend(bytes::new_entry(new_tree, key, value));
                continue;
            }
            let Some((old_key, old_value)) = kept.next() else {
                return self.differs(step(new_tree, key));
            };
            if !self.same(old_key, key) || !self.same(old_value, value) {
                return self.differs(step(old_tree, old_key));
            }
        }
        match (kept.next(), missing.first()) {
            (Some((lost, _)), _) => self.differs(step(old_tree, lost)),
            (None, Some(addition)) => self.differs(addition.key),
            (None, None) => true,
        }
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
        if !old_tree.kind(old).is_sequence() {
            self.coming.extend(bytes::brackets(new_tree, new));
        }
        let mut items = new_tree.items(new);
        if let Some(addition) = first {
            let item = items.next().filter(|item| self.says(new, *item, &addition.value));
            let Some(item) = item else { return self.differs("0") };
            self.coming.extend(bytes::new_item(new_tree, new, item));
        }
        let old_items = old_tree.items(old).enumerate();
        self.same_in_order(old_items.filter(|(_, item)| !without.contains(item)), items)
    }

    fn same_then(&mut self, old: NodeId, new: NodeId, last: &[Addition]) -> bool {
        let mut items: Vec<_> = self.new.items(new).collect();
        let ours = items.split_off(items.len().saturating_sub(last.len()));
        if ours.len() < last.len() {
            return self.differs("the last item");
        }
        for (&item, addition) in ours.iter().zip(last) {
            if !self.says(new, item, &addition.value) {
                return self.differs("the last item");
            }
            self.coming.extend(bytes::new_item(self.new, new, item));
        }
        let old_tree = self.old;
        self.same_in_order(old_tree.items(old).enumerate(), items.into_iter())
    }

    fn same_moved(&mut self, old: NodeId, new: NodeId, first: NodeId) -> bool {
        let (old_tree, new_tree) = (self.old, self.new);
        let is_first = |(_, item): &(usize, NodeId)| *item == first;
        let moved = old_tree.items(old).enumerate().filter(is_first);
        let rest = old_tree.items(old).enumerate().filter(|item| !is_first(item));
        self.same_in_order(moved.chain(rest), new_tree.items(new))
    }

    /// Whether items of the original, each with its number, are those of the edited document.
    fn same_in_order(
        &mut self,
        old: impl Iterator<Item = (usize, NodeId)>,
        mut new: impl Iterator<Item = NodeId>,
    ) -> bool {
        for (number, item) in old {
            if !new.next().is_some_and(|new_item| self.same(item, new_item)) {
                return self.differs(number.to_string());
            }
        }
        new.next().is_none()
    }

    fn differs(&mut self, step: impl Into<String>) -> bool {
        self.path.push(step.into());
        false
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
            let entries: Vec<_> = tree.entries(node).collect();
            // As many entries as there are keys, and each key among them: none is there twice.
            tree.kind(node).is_mapping()
                && entries.len() == values.len()
                && values.iter().all(|(name, value)| {
                    let mut named = entries.iter().filter(|(key, _)| tree.is_key(*key, name));
                    named.next().is_some_and(|(_, item)| equals(tree, *item, value))
                })
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
        (Scalar::Float(scalar), Value::Number(value)) => {
            value.is_f64() && value.as_f64() == Some(*scalar)
        }
        _ => false,
    }
}
