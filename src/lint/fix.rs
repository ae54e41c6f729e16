//! Small mendings of a manifest, planned on its bytes. Knows nothing of the rules that want them.
//!
//! Where the place is written in a way that an edit could harm (an alias, a tag, an empty value), there is no fix.

use std::sync::Arc;

use serde_json::Value;

use crate::text::source::{line_start, next_line};
use crate::text::{Edits, Span};
use crate::yaml::verify::{Change, Changes};
use crate::yaml::write::add::Adder;
use crate::yaml::write::remove::Remover;
use crate::yaml::write::{Addition, Plan, Style, Texts};
use crate::yaml::{Kind, NodeId, Tree};

/// Adds an entry to a mapping; `chain` leads to it from the root.
pub fn add_entry(
    tree: &Tree,
    chain: &[NodeId],
    mapping: NodeId,
    addition: Addition,
    before: Option<&str>,
) -> Option<Plan> {
    if !tree.kind(mapping).is_mapping() || tree.entries(mapping).next().is_none() {
        return None;
    }
    let mut edits = Edits::default();
    let mut texts = Texts::default();
    let style = Style::learn(tree, chain, mapping);
    let mut adder = Adder { tree, style, texts: &mut texts, edits: &mut edits };
    adder.entry(mapping, &addition, before, chain.len());
    Some(Plan { edits, changes: vec![(mapping, Change::Entries(vec![addition]))] })
}

/// Writes another scalar in the place of one.
pub fn replace_scalar(tree: &Tree, node: NodeId, text: String, value: Value) -> Option<Plan> {
    let is_plain = matches!(tree.kind(node), Kind::Plain | Kind::SingleQuoted | Kind::DoubleQuoted);
    if !is_plain || tree.properties(node).is_some() || tree.is_aliased(node) {
        return None;
    }
    let mut edits = Edits::default();
    edits.replace(tree.span(node), text);
    Some(Plan { edits, changes: vec![(node, Change::Is(Arc::new(value)))] })
}

/// Takes an entry out of a mapping that keeps others.
pub fn remove_entry(tree: &Tree, mapping: NodeId, name: &str) -> Option<Plan> {
    let keys: Vec<_> =
        tree.entries(mapping).map(|(key, _)| key).filter(|&key| tree.is_key(key, name)).collect();
    if keys.is_empty() || tree.entries(mapping).count() == keys.len() {
        return None;
    }
    let mut remover = Remover::default();
    remover.entries(tree, mapping, &keys);
    let changes: Changes = vec![(mapping, Change::WithoutEntries(keys))];
    Some(Plan { edits: remover.finish(tree), changes })
}

/// Moves an item of a block list before all others, with the lines that it stands on.
pub fn move_first(tree: &Tree, list: NodeId, item: NodeId) -> Option<Plan> {
    let first = tree.items(list).next()?;
    if tree.kind(list) != Kind::BlockSequence || tree.is_aliased(list) {
        return None;
    }
    let text = tree.text();
    let lines =
        |item| Span::new(line_start(text, tree.lead(item)), next_line(text, tree.span(item).end()));
    let own_line = |item| text[lines(item).start()..tree.lead(item)].trim().is_empty();
    let moved = lines(item);
    if !own_line(first) || !own_line(item) || !text[moved.range()].ends_with('\n') {
        return None;
    }
    let mut edits = Edits::default();
    edits.insert(lines(first).start(), 0, &text[moved.range()]);
    edits.delete(moved);
    Some(Plan { edits, changes: vec![(list, Change::MovedFirst(item))] })
}

/// Both plans, or none: one without the other would be no mending.
pub fn both(one: Option<Plan>, other: Option<Plan>) -> Option<Plan> {
    let (mut one, other) = (one?, other?);
    one.edits.append(other.edits);
    one.changes.extend(other.changes);
    Some(one)
}
