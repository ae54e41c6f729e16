//! Plans what goes out again: the exact counterpart of every way in which `add` puts something in.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::{end, has_own_line, start};
use crate::text::source::{first_column, next_line};
use crate::text::{Edits, Span};
use crate::yaml::parse;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// Plans removals from one document on its original text.
#[derive(Default)]
pub struct Remover {
    /// Spans of whole lines.
    lines: Vec<Span>,
    edits: Edits,
}

impl Remover {
    /// Takes entries out of a mapping that keeps others.
    pub fn entries(&mut self, tree: &Tree, mapping: NodeId, keys: &[NodeId]) {
        let all: Vec<_> = tree.entries(mapping).collect();
        let goes = |index: usize| all.get(index).is_some_and(|(key, _)| keys.contains(key));
        for index in (0..all.len()).filter(|&index| goes(index)) {
            let (key, value) = all[index];
            if tree.kind(mapping) == Kind::BlockMapping {
                self.block_entry(tree, key, value);
                continue;
            }
            let span = Span::new(start(tree, key), end(tree, value));
            let next = all.get(index + 1).map(|(next, _)| start(tree, *next));
            if (0..index).any(|before| !goes(before)) {
                self.after_previous(tree, end(tree, all[index - 1].1), span);
            } else {
                self.before_next(tree, span, next);
            }
        }
    }

    /// Takes an item out of a list that keeps others.
    pub fn item(&mut self, tree: &Tree, sequence: NodeId, item: NodeId) {
        self.items(tree, sequence, &[item]);
    }

    /// Takes items out of a list that keeps others.
    pub fn items(&mut self, tree: &Tree, sequence: NodeId, going: &[NodeId]) {
        let all: Vec<_> = tree.items(sequence).collect();
        let going: HashSet<_> = going.iter().collect();
        let span = |item: NodeId| Span::new(start(tree, item), tree.span(item).end());
        if tree.kind(sequence) == Kind::BlockSequence {
            for &item in all.iter().filter(|item| going.contains(item)) {
                self.block_lines(tree, tree.lead(item), span(item).end());
            }
            return;
        }
        let kept = all.iter().rposition(|item| !going.contains(item));
        let at_end = all.split_at(kept.map_or(0, |index| index + 1)).1;
        let from = kept.map(|index| end(tree, all[index]));
        let has_comment = |from: usize| {
            let ends = std::iter::once(from).chain(at_end.iter().map(|&item| span(item).end()));
            let mut gaps = ends.zip(at_end.iter().map(|&item| span(item).start()));
            gaps.any(|(from, to)| tree.text()[from..to].contains('#'))
        };
        let at_once = from.zip(at_end.last()).filter(|(from, _)| !has_comment(*from));
        if let Some((from, &last)) = at_once {
            self.edits.delete(Span::new(from, span(last).end()));
        }
        let before = if at_once.is_some() { kept.unwrap_or(0) } else { all.len() };
        for (index, &item) in all[..before].iter().enumerate() {
            if going.contains(&item) {
                let next = all.get(index + 1).map(|next| start(tree, *next));
                self.before_next(tree, span(item), next);
            }
        }
    }

    /// Takes a value in brackets out with the comma before it: not where a comment stands between, for a comma may be
    /// the last.
    fn after_previous(&mut self, tree: &Tree, previous: usize, span: Span) {
        let has_comment = tree.text()[previous..span.start()].contains('#');
        let from = if has_comment { span.start() } else { previous };
        self.edits.delete(Span::new(from, span.end()));
    }

    /// Takes a value in brackets out with the comma after it, and what is blank from there to the next comment or value.
    fn before_next(&mut self, tree: &Tree, span: Span, next: Option<usize>) {
        let gap = &tree.text()[span.end()..next.unwrap_or(span.end())];
        let Some(comma) = comma(gap) else { return self.edits.delete(span) };
        let after = &gap[comma + 1..];
        let end = span.end() + comma + 1 + (after.len() - after.trim_start_matches(BLANKS).len());
        if gap[..comma].contains('#') {
            self.edits.delete(span);
            self.edits.delete(Span::new(span.end() + comma, end));
        } else {
            self.edits.delete(Span::new(span.start(), end));
        }
    }

    /// Gives a value that holds nothing but ours the text back that stood in its place; returns what that says.
    pub fn restore(&mut self, tree: &Tree, value: NodeId, original: &str) -> Value {
        let said = said_by(original).unwrap_or_default();
        let header = tree.header_end(value);
        let whole = tree.span(value);
        let has_comment = tree.text()[header..whole.start().max(header)].contains('#');
        let keeps_lead =
            has_own_line(tree, value) && (has_comment || original.starts_with(is_no_blank));
        let place = if keeps_lead { whole } else { Span::new(header, whole.end()) };
        let original = fitting(tree, value, original, place, &said);
        match tree.kind(value) {
            Kind::BlockMapping | Kind::BlockSequence => {
                let first = match tree.kind(value) {
                    Kind::BlockMapping => tree
                        .entries(value)
                        .next()
                        .map_or(whole.start(), |(key, _)| start(tree, key)),
                    _ => tree.items(value).next().map_or(whole.start(), |item| tree.lead(item)),
                };
                if !original.is_empty() {
                    self.edits.replace(Span::at(header), original.as_ref());
                }
                self.block_lines(tree, first, whole.end());
            }
            _ => self.edits.replace(place, original.as_ref()),
        }
        said
    }

    /// The edits: lines that touch are one, and at the end of a text without a final line break the break before
    /// them goes instead of the one after.
    pub fn finish(mut self, tree: &Tree) -> Edits {
        let text = tree.text();
        self.lines.sort();
        let mut merged: Vec<Span> = Vec::new();
        for span in self.lines {
            match merged.last_mut() {
                Some(last) if last.end >= span.start => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        for mut span in merged {
            if span.end() == text.len() && !text.ends_with(['\n', '\r']) {
                span.start = (span.start() - line_break_width(&text[..span.start()])) as u32;
            }
            self.edits.delete(span);
        }
        self.edits
    }

    /// Takes the lines of an entry out; where it began on a dash's line, the next takes its place there.
    fn block_entry(&mut self, tree: &Tree, key: NodeId, value: NodeId) {
        let text = tree.text();
        let (from, to) = (start(tree, key), tree.span(value).end());
        let line = first_column(text, from);
        if text[line..from].bytes().all(|byte| byte == b' ') {
            return self.block_lines(tree, from, to);
        }
        let below = next_line(text, to);
        let blanks = text[below..].bytes().take_while(|&byte| byte == b' ').count();
        let is_key = !text[below + blanks..].starts_with(['#', '\n', '\r']);
        self.edits.delete(Span::new(from, if is_key { below + blanks } else { below }));
    }

    fn block_lines(&mut self, tree: &Tree, from: usize, to: usize) {
        let text = tree.text();
        self.lines.push(Span::new(first_column(text, from), next_line(text, to)));
    }
}

/// What the bytes say that stood after a key; `None` where they are no value alone.
pub fn said_by(original: &str) -> Option<Value> {
    // In braces no line needs any indentation.
    let text = format!("{{\"original\": {original}\n}}");
    let tree = parse(&text, Span::new(0, text.len())).ok()??;
    let mut entries = tree.entries(tree.root());
    let (_, value) = entries.next()?;
    entries.next().is_none().then(|| tree.value(value))
}

/// What stood in a value's place, as it can stand there now: another program may have written the document anew.
fn fitting<'t>(
    tree: &Tree,
    value: NodeId,
    original: &'t str,
    place: Span,
    said: &Value,
) -> Cow<'t, str> {
    let fits = if tree.json {
        serde_json::from_str::<Value>(original).is_ok()
    } else {
        !original.contains(['\n', '\r']) || surrounds(original, tree, value, place, said)
    };
    if !fits {
        return match said {
            Value::Null if !tree.json => "".into(),
            _ => format!(" {said}").into(),
        };
    }
    let is_block = matches!(tree.kind(value), Kind::BlockMapping | Kind::BlockSequence);
    let adjacent = !is_block && tree.span(value).start() == place.start();
    if original.starts_with(is_no_blank) && !adjacent {
        Cow::Owned(format!(" {original}"))
    } else {
        Cow::Borrowed(original)
    }
}

/// Whether the lines of an empty value are still around what was put into it: never around a block.
fn surrounds(original: &str, tree: &Tree, value: NodeId, place: Span, said: &Value) -> bool {
    let now = &tree.text()[place.range()];
    match said {
        _ if !tree.kind(value).is_flow() => false,
        Value::Null => {
            let gap = tree.span(value).start() - tree.header_end(value);
            original.trim_end_matches(|last: char| !last.is_ascii_whitespace()) == &now[..gap]
        }
        _ => {
            let (bytes, now) = (original.bytes(), now.bytes());
            let same = |(a, b): &(u8, u8)| a == b;
            let before = bytes.clone().zip(now.clone()).take_while(same).count();
            let after = bytes.rev().zip(now.rev()).take_while(same).count();
            before + after >= original.len()
        }
    }
}

fn is_no_blank(first: char) -> bool {
    !first.is_ascii_whitespace()
}

/// Blanks and line breaks.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// Where the comma stands in what separates two values in brackets: blanks, and comments that may hold others.
fn comma(gap: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = gap[at..].trim_start_matches(BLANKS);
        at = gap.len() - rest.len();
        match rest.strip_prefix('#') {
            Some(comment) => at += 1 + comment.find(['\n', '\r'])?,
            None => return rest.starts_with(',').then_some(at),
        }
    }
}

fn line_break_width(text: &str) -> usize {
    match text.as_bytes() {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n' | b'\r'] => 1,
        _ => 0,
    }
}
