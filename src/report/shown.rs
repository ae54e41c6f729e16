//! A source as reports show it: what of it is private, and where its offsets stand. Knows no format.

use std::borrow::Cow;
use std::path::MAIN_SEPARATOR;

use super::excerpt::{Excerpt, excerpt, reach};
use crate::redact::{self, Hidden};
use crate::text::{Position, Source, Span};

/// A source, and what of it no report may show. Its text is read only when a finding asks for a place in it.
#[derive(Debug)]
pub struct ShownSource<'a> {
    source: &'a Source,
    /// As reports show it: a path may hold anything.
    name: Cow<'a, str>,
    hidden: Hidden<'a>,
}

/// Where a place begins and ends; the end is the position after its last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: Position,
    pub(super) end: Position,
}

impl<'a> ShownSource<'a> {
    /// A source of which nothing is known: where it names a Secret, no value of it is shown.
    pub fn new(source: &'a Source) -> Self {
        Self::parsed(source, Vec::new(), vec![Span::new(0, source.text().len())])
    }

    /// A source whose values in `private` are never shown, nor those of a Secret in the documents `unparsed`.
    pub fn parsed(source: &'a Source, private: Vec<Span>, unparsed: Vec<Span>) -> Self {
        let name = redact::text(&source.name);
        Self { source, name, hidden: Hidden::new(source.text(), private, unparsed) }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The path as CI systems compare it: `/` between, no leading `./`; `None` for standard input.
    pub(super) fn path(&self) -> Option<String> {
        if self.name().starts_with('<') {
            return None;
        }
        let path = self.name().replace(MAIN_SEPARATOR, "/");
        Some(path.strip_prefix("./").map(str::to_owned).unwrap_or(path))
    }

    pub(super) fn region(&self, span: Span) -> Region {
        Region { start: self.source.position(span.start()), end: self.source.position(span.end()) }
    }

    pub(super) fn excerpt(&self, span: Span) -> Excerpt {
        let text = self.source.text();
        excerpt(text, span, &self.hidden.within(reach(text, span)))
    }
}
