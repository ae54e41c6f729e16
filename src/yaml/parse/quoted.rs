//! Where quotes close. Knows nothing of what is inside: it is decoded when someone asks.

use super::super::decode::{Escapes, escape, find_unicode_break};
use super::{Error, Kind, NodeId, Parser, Result};
use crate::text::Span;

impl Parser<'_> {
    pub(super) fn single_quoted(&mut self, lead: usize) -> Result<NodeId> {
        let start = self.at;
        let mut from = start + 1;
        let mut escaped = false;
        loop {
            let Some(quote) = memchr::memchr(b'\'', &self.bytes[from..]) else {
                return Err(self.unclosed_quote(start));
            };
            from += quote + 1;
            if self.bytes.get(from) != Some(&b'\'') {
                break;
            }
            from += 1;
            escaped = true;
        }
        self.finish_quoted(Kind::SingleQuoted, Span::new(start, from), lead, escaped)
    }

    pub(super) fn double_quoted(&mut self, lead: usize) -> Result<NodeId> {
        let start = self.at;
        let mut from = start + 1;
        let mut escaped = false;
        loop {
            let Some(found) = memchr::memchr2(b'"', b'\\', &self.bytes[from..]) else {
                return Err(self.unclosed_quote(start));
            };
            from += found;
            if self.bytes[from] == b'"' {
                break;
            }
            from += self.escape_width(from)?;
            escaped = true;
        }
        self.finish_quoted(Kind::DoubleQuoted, Span::new(start, from + 1), lead, escaped)
    }

    fn escape_width(&self, at: usize) -> Result<usize> {
        if matches!(self.bytes.get(at + 1), Some(b'\n' | b'\r')) {
            return Ok(2);
        }
        match escape(&self.text[at..self.bytes.len()], Escapes::Yaml) {
            Some((_, width)) => Ok(width),
            None => Err(self.bad_escape(at)),
        }
    }

    fn finish_quoted(
        &mut self,
        kind: Kind,
        span: Span,
        lead: usize,
        escaped: bool,
    ) -> Result<NodeId> {
        let line = self.line;
        for at in memchr::memchr2_iter(b'\n', b'\r', &self.bytes[span.range()]) {
            self.line = span.start() + at + 1;
            self.at = self.line;
            if self.at_document_end() || self.at_document_start() {
                return Err(self.unexpected("the end of a document inside quotes"));
            }
        }
        if !self.pass_unicode_breaks(span) {
            return Err(self.error(span, "the end of a document inside quotes"));
        }
        self.at = span.end();
        let node = self.push(kind, span, lead);
        self.node_mut(node).verbatim = !escaped && self.line == line;
        Ok(node)
    }

    /// Passes the line breaks of Unicode alone; false where the end of a document stands after one.
    fn pass_unicode_breaks(&mut self, span: Span) -> bool {
        let text = &self.text[span.range()];
        let mut at = 0;
        while let Some((found, character)) = find_unicode_break(&text[at..]) {
            at += found + character.len_utf8();
            self.line = self.line.max(span.start() + at);
            let rest = &text[at..];
            let after = rest.strip_prefix("---").or_else(|| rest.strip_prefix("..."));
            let ends = [' ', '\t', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
            if after.is_some_and(|after| after.starts_with(ends)) {
                return false;
            }
        }
        true
    }

    pub(super) fn bad_escape(&self, at: usize) -> Box<Error> {
        let end = self.text.ceil_char_boundary((at + 2).min(self.bytes.len()));
        self.error(Span::new(at, end), "no such escape in double quotes")
    }

    pub(super) fn unclosed_quote(&self, start: usize) -> Box<Error> {
        self.error(Span::new(start, start + 1), "this quote is never closed")
    }
}
