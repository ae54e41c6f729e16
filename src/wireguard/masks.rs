//! What no excerpt may show, because a key may be in it. Knows nothing of the grammar around it.

use super::keys::{SUSPECT, is_base64, may_hold_key};
use super::piece::Part;
use super::values::quoted;
use crate::text::span::Span;

/// The user's value for a message, unless a key may be in it.
pub(super) fn shown(text: &str) -> String {
    match may_hold_key(text) {
        true => "a value like a key".to_string(),
        false => quoted(text),
    }
}

/// Every run of base64 that is long enough to be a key, comments included.
pub(super) fn suspects(text: &str) -> impl Iterator<Item = Span> {
    let runs =
        Part { text, start: 0 }.pieces(|character| !u8::try_from(character).is_ok_and(is_base64));
    runs.filter(|run| run.text.len() >= SUSPECT).map(Part::span)
}

/// The spans sorted and disjoint.
pub(super) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}
