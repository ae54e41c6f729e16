//! Plans edits that add to a document and take out of it again, in the document's own style. Knows nothing of what
//! is added.

mod emit;
pub mod add;
pub mod remove;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::tree::{Kind, NodeId, Tree};
use super::verify::Changes;
use crate::text::Edits;
use crate::text::source::{first_column, line_end_before, next_line};

/// A key, or an item of the list under it, with its value.
#[derive(Clone, Debug)]
pub struct Addition {
    pub key: &'static str,
    pub value: Arc<Value>,
}

/// How a document is laid out, learnt from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// Columns from a mapping's keys to those of a mapping below.
    pub step: usize,
    /// Columns from a key to the dashes of the list under it.
    pub dash: usize,
    /// Whether keys stand in alphabetical order.
    pub sorted: bool,
    pub line_end: &'static str,
}

impl Style {
    /// Learns from the mappings on the way, and of lists from all of `region` where the way has none.
    pub fn learn_with_lists(tree: &Tree, chain: &[NodeId], region: NodeId) -> Self {
        let style = Self::learn(tree, chain, region);
        if chain.iter().any(|&node| list_offset(tree, node).is_some()) {
            return style;
        }
        Self { dash: first_list_offset(tree, region).unwrap_or(style.step), ..style }
    }

    /// Learns from the mappings `chain`, each in the one before; keys are to be sorted where all of `region` is.
    pub fn learn(tree: &Tree, chain: &[NodeId], region: NodeId) -> Self {
        let blocks = chain.iter().filter(|&&node| tree.kind(node) == Kind::BlockMapping);
        let columns: Vec<_> = blocks.map(|&node| column(tree, node)).collect();
        let steps = columns.windows(2).rev().map(|pair| pair[1].saturating_sub(pair[0]));
        Self {
            step: steps.into_iter().find(|&step| step > 0).unwrap_or(2),
            dash: chain.iter().rev().find_map(|&node| list_offset(tree, node)).unwrap_or(0),
            sorted: is_sorted(tree, region),
            line_end: line_end(tree, region),
        }
    }
}

/// The line end that a region uses; of one in brackets on a single line nobody asks, for no line is put into it, and that
/// line may hold thousands more.
fn line_end(tree: &Tree, region: NodeId) -> &'static str {
    let span = tree.span(region);
    let from = if tree.kind(region).is_flow() { span.start() } else { 0 };
    line_end_before(&tree.text()[from..], span.end() - from)
}

/// The column of a block mapping's keys, or of a list's dashes, in bytes.
fn column(tree: &Tree, node: NodeId) -> usize {
    let start = match tree.kind(node) {
        Kind::BlockMapping => match tree.entries(node).next() {
            Some((key, _)) if tree.is_explicit_key(key) => tree.lead(key),
            Some((key, _)) => start(tree, key),
            None => tree.span(node).start(),
        },
        _ => tree.span(node).start(),
    };
    start - first_column(tree.text(), start)
}

/// A whole document that says what a mapping does.
pub fn document(value: &Value) -> String {
    let style = Style { step: 2, line_end: "\n", ..Style::default() };
    let mut out = String::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        emit::block_entry(&mut out, 0, key, value, style);
    }
    out
}

/// Whether a value is null, `[]`, `{}`, or nothing at all: it must be opened before something can be put in.
pub fn is_empty(tree: &Tree, value: NodeId) -> bool {
    let kind = tree.kind(value);
    kind != Kind::Alias
        && (tree.is_null(value)
            || (kind.is_flow()
                && tree.items(value).next().is_none()
                && tree.entries(value).next().is_none()))
}

/// The bytes after a key's colon or properties, to the end of its value.
pub fn bytes_of<'s>(tree: &Tree<'s>, value: NodeId) -> &'s str {
    &tree.text()[tree.header_end(value)..tree.span(value).end()]
}

/// The bytes that must come back when an empty value is emptied again: what stands before a value on another line than
/// its key stays there.
pub fn original<'s>(tree: &Tree<'s>, value: NodeId) -> &'s str {
    if has_own_line(tree, value) { tree.raw(value) } else { bytes_of(tree, value) }
}

/// Whether a value begins on another line than its key ends on.
fn has_own_line(tree: &Tree, value: NodeId) -> bool {
    tree.text()[tree.header_end(value)..tree.span(value).start()].contains(['\n', '\r'])
}

/// Where a node begins, its properties included.
pub(super) fn start(tree: &Tree, node: NodeId) -> usize {
    tree.properties(node).map_or(tree.span(node).start(), |properties| properties.span.start())
}

/// Where a value's text ends; an empty value's at its colon or its properties.
pub(super) fn end(tree: &Tree, value: NodeId) -> usize {
    tree.span(value).end().max(tree.header_end(value))
}

/// Where the line after a value's true end begins.
fn line_after(tree: &Tree, value: NodeId) -> usize {
    next_line(tree.text(), tree.span(value).end())
}

/// How far the dashes of the first block list in a mapping stand from its keys.
fn list_offset(tree: &Tree, mapping: NodeId) -> Option<usize> {
    if tree.kind(mapping) != Kind::BlockMapping {
        return None;
    }
    let lists = tree.entries(mapping).filter(|(_, value)| tree.kind(*value) == Kind::BlockSequence);
    lists.map(|(_, value)| column(tree, value).saturating_sub(column(tree, mapping))).next()
}

/// The same of the first mapping that has a block list, from `node` down.
fn first_list_offset(tree: &Tree, node: NodeId) -> Option<usize> {
    let below = || tree.entries(node).map(|(_, value)| value).chain(tree.items(node));
    list_offset(tree, node).or_else(|| below().find_map(|below| first_list_offset(tree, below)))
}

/// Whether every mapping from `node` down has its keys in alphabetical order, and one of them at least three.
fn is_sorted(tree: &Tree, node: NodeId) -> bool {
    let mut longest = 0;
    all_sorted(tree, node, &mut longest) && longest >= 3
}

fn all_sorted(tree: &Tree, node: NodeId, longest: &mut usize) -> bool {
    let mut previous = None;
    let mut count = 0;
    for (key, value) in tree.entries(node) {
        let Some(word) = tree.word(key) else { return false };
        if previous.as_ref().is_some_and(|previous| *previous >= word)
            || !all_sorted(tree, value, longest)
        {
            return false;
        }
        previous = Some(word);
        count += 1;
    }
    *longest = count.max(*longest);
    tree.items(node).all(|item| all_sorted(tree, item, longest))
}

/// The edits of one document and what they are to change in its tree.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub edits: Edits,
    pub changes: Changes,
}

/// The long texts of additions, each made once for every layout: thousands of pods share one.
#[derive(Default)]
pub struct EmitCache {
    /// Keyed by the value's address: the value is kept, so that the address stays its own.
    texts: HashMap<(usize, Layout), (Arc<Value>, Arc<str>)>,
    /// The latest lists of one value, each with the value, by the key that they stand under.
    lists: HashMap<&'static str, (Arc<Value>, Arc<Value>)>,
}

/// The least text that is shared: what is shorter is written again as fast as it is found.
const LEAST_SHARED: usize = 512;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Layout {
    Entry { column: usize, key: &'static str, style: Style },
    Item { column: usize, width: usize, style: Style },
    Flow { flow: emit::Flow, sorted: bool },
}

impl EmitCache {
    /// The list that is to hold one value alone under a key; the same list for the same value.
    pub fn list_of(&mut self, key: &'static str, item: &Arc<Value>) -> Arc<Value> {
        let list = || (Arc::clone(item), Arc::new(Value::Array(vec![item.as_ref().clone()])));
        let (latest, known) = self.lists.entry(key).or_insert_with(list);
        if !Arc::ptr_eq(latest, item) {
            (*latest, *known) = list();
        }
        Arc::clone(known)
    }

    fn get(&mut self, value: &Arc<Value>, layout: Layout) -> Arc<str> {
        let key = (Arc::as_ptr(value) as usize, layout);
        if let Some((_, text)) = self.texts.get(&key) {
            return Arc::clone(text);
        }
        let mut text = String::with_capacity(256);
        match layout {
            Layout::Entry { column, key, style } => {
                emit::block_entry(&mut text, column, key, value, style)
            }
            Layout::Item { column, width, style } => {
                emit::block_item(&mut text, column, width, value, style)
            }
            Layout::Flow { flow, sorted } => emit::flow(&mut text, value, flow, sorted),
        }
        let text: Arc<str> = text.into();
        if text.len() >= LEAST_SHARED {
            self.texts.insert(key, (Arc::clone(value), Arc::clone(&text)));
        }
        text
    }
}
