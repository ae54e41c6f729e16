//! Small mendings of a manifest, planned on its bytes. Knows nothing of the rules that want them.
//!
//! Where the place is written in a way that an edit could harm (an alias, a tag, a merge), there is no fix.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::text::source::{line_start, next_line};
use crate::text::{Edits, Span};
use crate::yaml::verify::{Change, Changes};
use crate::yaml::write::add::Adder;
use crate::yaml::write::remove::Remover;
use crate::yaml::write::{Addition, EmitCache, Plan, Style, is_empty};
use crate::yaml::{Kind, NodeId, Tree};

/// A mapping, with the nodes that lead to it from the object.
#[derive(Clone, Copy)]
pub struct Site<'a, 's> {
    pub tree: &'a Tree<'s>,
    pub chain: &'a [NodeId],
    pub mapping: NodeId,
}

impl<'a> Site<'a, '_> {
    /// Lets the mapping have an entry: adds it before the key `before`, fills its empty value, or writes another scalar.
    pub fn set(self, key: &'static str, value: Value, before: Option<&str>) -> Option<Plan> {
        let Some(node) = self.own(key)? else {
            return self.add(vec![(key, value)], before);
        };
        let may_give_way = match value {
            Value::Array(_) | Value::Object(_) => is_empty(self.tree, node),
            _ => is_empty(self.tree, node) || is_replaceable(self.tree, node),
        };
        // A tag would be that of the new value.
        (may_give_way && self.tree.properties(node).is_none()).then(|| self.replace(node, value))
    }

    /// Lets the mapping under a key have entries. Where there is nothing under the key it becomes `whole`.
    pub fn set_all(
        self,
        key: &'static str,
        entries: Vec<(&'static str, Value)>,
        whole: Value,
        before: Option<&str>,
    ) -> Option<Plan> {
        let inner = match self.own(key)? {
            Some(node) if !is_empty(self.tree, node) => node,
            _ => return self.set(key, whole, before),
        };
        // The inner mapping itself shows how far its keys are indented; the outer one may be the item of a list.
        let chain = [self.chain, &[self.mapping, inner]].concat();
        let inner = Site { chain: &chain, mapping: inner, ..self };
        let mut missing = Vec::new();
        let mut plan = Plan::default();
        for (key, value) in entries {
            if inner.own(key)?.is_none() {
                missing.push((key, value));
            } else {
                append(&mut plan, inner.set(key, value, None)?);
            }
        }
        if !missing.is_empty() {
            append(&mut plan, inner.add(missing, None)?);
        }
        Some(plan)
    }

    /// The value that the mapping itself has under a key. No answer where an edit could harm what stands elsewhere.
    fn own(self, key: &str) -> Option<Option<NodeId>> {
        let tree = self.tree;
        let is_shared = |&node: &NodeId| tree.is_aliased(node) || tree.kind(node) == Kind::Alias;
        let mut entries = tree.entries(self.mapping);
        let is_plain = tree.kind(self.mapping).is_mapping()
            && !self.chain.iter().chain([&self.mapping]).any(is_shared)
            && !entries.any(|(key, _)| tree.is_merge_key(key));
        if !is_plain {
            return None;
        }
        let found = tree.entries(self.mapping).filter(|(own, _)| tree.is_key(*own, key));
        Some(found.last().map(|(_, value)| value))
    }

    /// Adds entries that the mapping does not have.
    fn add(self, entries: Vec<(&'static str, Value)>, before: Option<&str>) -> Option<Plan> {
        let Self { tree, chain, mapping } = self;
        tree.entries(mapping).next()?;
        let additions: Vec<_> = entries
            .into_iter()
            .map(|(key, value)| Addition { key, value: Arc::new(value) })
            .collect();
        let edits = self.edited(|adder| {
            additions.iter().for_each(|it| adder.entry(mapping, it, before, chain.len()));
        });
        Some(Plan { edits, changes: vec![(mapping, Change::Entries(additions))] })
    }

    /// Puts a value in the place of an empty one, or of a scalar.
    fn replace(self, node: NodeId, value: Value) -> Plan {
        let value = Arc::new(value);
        let depth = self.chain.len();
        let edits = self.edited(|adder| match value.as_ref() {
            Value::Object(entries) => adder.fill_mapping(self.mapping, node, entries, depth),
            Value::Array(items) => adder.fill_list(self.mapping, node, items, depth),
            _ => drop(adder.replace(node, &value, depth)),
        });
        Plan { edits, changes: vec![(node, Change::Is(value))] }
    }

    fn edited(self, edit: impl FnOnce(&mut Adder)) -> Edits {
        let (mut edits, mut texts) = (Edits::default(), EmitCache::default());
        let style = Style::learn(self.tree, self.chain, self.mapping);
        edit(&mut Adder { tree: self.tree, style, texts: &mut texts, edits: &mut edits });
        edits
    }
}

fn append(plan: &mut Plan, other: Plan) {
    plan.edits.append(other.edits);
    plan.changes.extend(other.changes);
}

/// Writes another scalar in the place of one.
pub fn replace_scalar(tree: &Tree, node: NodeId, text: String, value: Value) -> Option<Plan> {
    if !is_replaceable(tree, node) {
        return None;
    }
    let mut edits = Edits::default();
    edits.replace(tree.span(node), text);
    Some(Plan { edits, changes: vec![(node, Change::Is(Arc::new(value)))] })
}

/// Makes a string of a scalar.
pub fn in_quotes(tree: &Tree, node: NodeId) -> Option<Plan> {
    let raw = tree.raw(node);
    replace_scalar(tree, node, format!("\"{raw}\""), Value::from(raw))
}

/// Whether a scalar stands on its own, in a style that another can take over.
fn is_replaceable(tree: &Tree, node: NodeId) -> bool {
    let is_short = matches!(tree.kind(node), Kind::Plain | Kind::SingleQuoted | Kind::DoubleQuoted);
    is_short && tree.properties(node).is_none() && !tree.is_aliased(node)
}

/// Writes another entry in the place of the only one of a mapping.
pub fn replace_only_entry(tree: &Tree, mapping: NodeId, new: (&str, &str)) -> Option<Plan> {
    let mut entries = tree.entries(mapping);
    let (Some((key, value)), None) = (entries.next(), entries.next()) else { return None };
    let is_plain = |node| tree.properties(node).is_none() && !tree.is_aliased(node);
    let is_safe = [mapping, key, value].into_iter().all(is_plain) && !tree.is_explicit_key(key);
    if !is_safe || tree.is_merge_key(key) {
        return None;
    }
    let (name, word) = new;
    let text = match tree.kind(key) {
        Kind::Plain => format!("{name}: {word}"),
        _ => format!("\"{name}\": \"{word}\""),
    };
    let end = tree.span(value).end().max(tree.header_end(value));
    let mut edits = Edits::default();
    edits.replace(Span::new(tree.span(key).start(), end), text);
    Some(Plan { edits, changes: vec![(mapping, Change::Is(Arc::new(json!({name: word}))))] })
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

/// Both plans, or none: one without the other would be no fix. They must change other nodes.
pub fn both(one: Option<Plan>, other: Option<Plan>) -> Option<Plan> {
    let (mut one, other) = (one?, other?);
    append(&mut one, other);
    Some(one)
}
