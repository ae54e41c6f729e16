//! Whether edits touch nothing but what a plan changes. Knows nothing of what the texts say.

use std::collections::HashSet;

use super::{Change, Changes};
use crate::text::{Edit, Span, same_bytes};
use crate::yaml::tree::{Kind, NodeId, Tree};
use crate::yaml::write::{Plan, end, is_empty, start};

/// Compares the bytes of the edited document with those of the original and its edits, which are sorted. What the edits
/// take away must belong to what the plan changes, or be blanks and commas around it. Returns what they have put in, by
/// its place in the edited document; the error is where the original and the edited document part.
pub(super) fn compare(old: &Tree, part: Span, new: &Tree, plan: &Plan) -> Result<Vec<Span>, usize> {
    let going = going(old, &plan.changes);
    let moved = moved(plan);
    let document = new.document();
    let mut at = part.start();
    let mut rest = &new.text()[document.range()];
    let mut put = Vec::with_capacity(plan.edits.iter().len());
    for edit in plan.edits.iter() {
        let kept = old.text().get(at..edit.span.start()).ok_or(at)?;
        rest = after(rest, kept).and_then(|rest| after(rest, &edit.text)).ok_or(at)?;
        at = edit.span.end();
        let (before, after) = unchanged(old.text(), edit);
        let taken = Span::new(edit.span.start() + before, at - after);
        let end = document.end() - rest.len() - after;
        if !moved.contains(&old.text()[taken.range()]) {
            is_within(old, taken, &going)?;
        }
        if !moved.contains(&*edit.text) {
            put.push(Span::new(end - (edit.text.len() - before - after), end));
        }
    }
    let kept = old.text().get(at..part.end()).ok_or(at)?;
    match after(rest, kept) {
        Some("") => Ok(put),
        _ => Err(at),
    }
}

/// What comes after `start`, where the text begins so.
fn after<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let (found, rest) = text.split_at_checked(start.len())?;
    same_bytes(found.as_bytes(), start.as_bytes()).then_some(rest)
}

/// What a plan that moves something puts in: whoever takes just that away elsewhere takes nothing away.
fn moved(plan: &Plan) -> HashSet<&str> {
    let moves = plan.changes.iter().any(|(_, change)| matches!(change, Change::MovedFirst(_)));
    let insertions = plan.edits.iter().filter(|edit| moves && edit.span.is_empty());
    insertions.map(|edit| &*edit.text).collect()
}

/// How many bytes an edit takes away and puts in again, before the others and after them.
fn unchanged(text: &str, edit: &Edit) -> (usize, usize) {
    let (old, new) = (text[edit.span.range()].bytes(), edit.text.bytes());
    let same = |(old, new): &(u8, u8)| old == new;
    let before = old.clone().zip(new.clone()).take_while(same).count();
    let most = old.len().min(new.len()) - before;
    (before, old.rev().zip(new.rev()).take(most).take_while(same).count())
}

/// Whether all of a span belongs to one of the parts, which are in order and apart, or is a blank or a comma; else where
/// it does not.
pub(super) fn is_within(tree: &Tree, span: Span, parts: &[Span]) -> Result<(), usize> {
    let mut at = span.start();
    while at < span.end() {
        let next = parts.partition_point(|part| part.end() <= at);
        match parts.get(next).filter(|part| part.start() <= at) {
            Some(part) => at = part.end(),
            None if matches!(tree.text().as_bytes()[at], b' ' | b'\t' | b'\n' | b'\r' | b',') => {
                at += 1;
            }
            None => return Err(at),
        }
    }
    Ok(())
}

/// Brings parts in order; those that meet are one.
pub(super) fn merge(parts: &mut Vec<Span>) {
    parts.sort_unstable();
    parts.dedup_by(|next, last| {
        let meets = next.start <= last.end;
        last.end = if meets { last.end.max(next.end) } else { last.end };
        meets
    });
}

/// The parts of the original that changes take away or write anew, in order and apart.
fn going(tree: &Tree, changes: &Changes) -> Vec<Span> {
    let mut going = Vec::new();
    for (node, change) in changes {
        match change {
            Change::Entries(_) | Change::FirstItem(_) if is_empty(tree, *node) => {
                going.push(tree.span(*node));
            }
            Change::Entries(_)
            | Change::FirstItem(_)
            | Change::LastItems(_)
            | Change::MovedFirst(_) => {}
            Change::WithoutEntries(keys) => {
                let entries = tree.entries(*node).filter(|(key, _)| keys.contains(key));
                going.extend(entries.map(|(key, value)| entry(tree, *node, key, value)));
            }
            Change::WithoutItems(items) => {
                going.extend(items.iter().map(|&item| self::item(tree, *node, item)));
            }
            Change::Is(_) => whole(tree, *node, &mut going),
        }
    }
    merge(&mut going);
    going
}

/// All of a value, but for the comments between the parts of a collection.
fn whole(tree: &Tree, node: NodeId, going: &mut Vec<Span>) {
    let span = tree.span(node);
    if !tree.kind(node).is_collection() {
        return going.push(span);
    }
    going.extend(tree.entries(node).map(|(key, value)| entry(tree, node, key, value)));
    going.extend(tree.items(node).map(|item| self::item(tree, node, item)));
    going.extend(brackets(tree, node));
}

/// The brackets of a collection that has some.
pub(super) fn brackets(tree: &Tree, node: NodeId) -> impl Iterator<Item = Span> {
    let span = tree.span(node);
    let has_some = matches!(tree.kind(node), Kind::FlowSequence | Kind::FlowMapping);
    let ends = has_some.then(|| {
        [Span::new(span.start(), span.start() + 1), Span::new(span.end() - 1, span.end())]
    });
    ends.into_iter().flatten()
}

fn entry(tree: &Tree, mapping: NodeId, key: NodeId, value: NodeId) -> Span {
    let from = if tree.is_explicit_key(key) { tree.lead(key) } else { start(tree, key) };
    with_comment(tree, mapping, Span::new(from, end(tree, value)))
}

fn item(tree: &Tree, sequence: NodeId, item: NodeId) -> Span {
    let from = match tree.kind(sequence) {
        Kind::BlockSequence => tree.lead(item),
        _ => start(tree, item),
    };
    with_comment(tree, sequence, Span::new(from, end(tree, item)))
}

/// A key to its colon, and its value; not a comment between.
pub(super) fn new_entry(tree: &Tree, key: NodeId, value: NodeId) -> [Span; 2] {
    [Span::new(start(tree, key), tree.lead(value)), tree.span(value)]
}

/// An item, and its dash where it has one; not a comment between.
pub(super) fn new_item(tree: &Tree, sequence: NodeId, item: NodeId) -> [Span; 2] {
    let dash = usize::from(tree.kind(sequence) == Kind::BlockSequence);
    [Span::new(tree.lead(item), tree.lead(item) + dash), tree.span(item)]
}

/// In block style a comment behind the last line belongs to what it stands behind.
fn with_comment(tree: &Tree, parent: NodeId, span: Span) -> Span {
    let behind = &tree.text()[span.end()..];
    let comment = behind.trim_start_matches([' ', '\t']);
    if tree.kind(parent).is_flow() || !comment.starts_with('#') {
        return span;
    }
    let length = comment.find(['\n', '\r']).unwrap_or(comment.len());
    Span::new(span.start(), span.end() + (behind.len() - comment.len()) + length)
}
