//! Where block scalars end, `|` and `>`. Knows nothing of what is inside: it is decoded when someone asks.

use std::collections::VecDeque;

use super::{Kind, NodeId, Parser, Result};
use crate::text::{Span, same_bytes};

/// The latest long lines of block scalars, each with its indentation and without the last line break: thousands of
/// documents share some, and where lines end depends on nothing else. Beside them the latest long strings of JSON with
/// escapes in them, up to their last quote, as of an indentation of 0, which no block scalar has.
#[derive(Debug, Default)]
pub struct ScalarCache(VecDeque<(usize, String)>);

/// How many are remembered: a document may hold others beside ours.
const REMEMBERED: usize = 4;

/// The least that is remembered, in bytes: what is shorter is passed as fast as it is compared.
const LEAST_REMEMBERED: usize = 1024;

impl Parser<'_> {
    /// `|` and `>` with their lines. The span ends before the last line break that belongs to the scalar.
    pub(super) fn block_scalar(&mut self, parent: isize, lead: usize) -> Result<NodeId> {
        let start = self.at;
        let kind = if self.peek() == Some(b'|') { Kind::Literal } else { Kind::Folded };
        self.at += 1;
        let (explicit, keep) = self.block_header()?;
        let header_end = self.at;
        self.skip_inline_blanks();
        self.skip_comment();
        if !self.at_line_end() {
            return Err(self.unexpected("unexpected text after `|` or `>`"));
        }
        let body = self.at;
        self.skip_break();
        let indent = match explicit {
            Some(width) => (parent.max(0) as usize) + width,
            None => self.detect_indent((parent + 1).max(1) as usize)?,
        };
        let (content, trailing) = self.block_lines(indent)?;
        let end = match (keep, content) {
            (true, _) => trailing.unwrap_or(body),
            (false, Some(content)) => content,
            (false, None) => header_end,
        };
        let node = self.push(kind, Span::new(start, end), lead);
        self.node_mut(node).first = indent as u32;
        self.fresh = true;
        Ok(node)
    }

    /// Indentation and chomping, in any order.
    fn block_header(&mut self) -> Result<(Option<usize>, bool)> {
        let (mut width, mut chomp) = (None, None);
        loop {
            match self.peek() {
                Some(sign @ (b'+' | b'-')) if chomp.is_none() => chomp = Some(sign),
                Some(b'0') => return Err(self.unexpected("an indentation of 0")),
                Some(digit @ b'1'..=b'9') if width.is_none() => {
                    width = Some(usize::from(digit - b'0'));
                }
                _ => return Ok((width, chomp == Some(b'+'))),
            }
            self.at += 1;
        }
    }

    /// The column of the content: of its first line, or of a blank line before it that is longer.
    fn detect_indent(&mut self, least: usize) -> Result<usize> {
        let start = self.at;
        let mut widest = 0;
        loop {
            self.skip_spaces();
            widest = widest.max(self.column());
            if self.peek() == Some(b'\t') {
                return Err(self.tab());
            }
            if !self.skip_break() {
                break;
            }
        }
        (self.at, self.line) = (start, start);
        Ok(widest.max(least))
    }

    /// Passes the lines; returns where the last line with content ends and where the last line of all ends.
    fn block_lines(&mut self, indent: usize) -> Result<(Option<usize>, Option<usize>)> {
        let start = self.at;
        let (mut content, mut trailing) = (None, None);
        let passed_before = self.skip_passed(indent, b"\n\r");
        if passed_before {
            content = Some(self.at);
            trailing = content;
            self.skip_break();
        }
        while self.at < self.bytes.len() {
            let width = self.spaces(indent);
            self.at += width;
            if width == indent && !self.at_line_end() {
                self.at = self.line_end();
                content = Some(self.at);
            } else if self.peek() == Some(b'\t') {
                return Err(self.tab());
            } else if !self.at_line_end() {
                break;
            }
            trailing = Some(self.at);
            self.skip_break();
        }
        if let Some(end) = content.filter(|_| !passed_before) {
            self.remember(indent, Span::new(start, end));
        }
        Ok((content, trailing))
    }

    /// Passes text that was passed before at the same indentation, if it is here and one of `ends` follows.
    pub(super) fn skip_passed(&mut self, indent: usize, ends: &[u8]) -> bool {
        let Some(ScalarCache(passed)) = &self.passed else { return false };
        let rest = &self.bytes[self.at..];
        let is_here = |(column, text): &&(usize, String)| {
            *column == indent
                && rest.get(text.len()).is_some_and(|end| ends.contains(end))
                && same_bytes(&rest[..text.len()], text.as_bytes())
        };
        let length = passed.iter().find(is_here).map(|(_, text)| text.len());
        self.at += length.unwrap_or(0);
        length.is_some()
    }

    pub(super) fn remember(&mut self, indent: usize, lines: Span) {
        if let Some(ScalarCache(passed)) =
            self.passed.as_mut().filter(|_| lines.len() >= LEAST_REMEMBERED)
        {
            passed.truncate(REMEMBERED - 1);
            passed.push_front((indent, self.text[lines.range()].to_owned()));
        }
    }

    /// How many spaces stand here, `most` at most.
    fn spaces(&self, most: usize) -> usize {
        const SPACES: [u8; 64] = [b' '; 64];
        let line = &self.bytes[self.at..];
        if SPACES.get(..most).is_some_and(|spaces| line.starts_with(spaces)) {
            return most;
        }
        line.iter().take(most).take_while(|&&byte| byte == b' ').count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ScalarCache, parse, parse_edited, parse_json_prefix};
    use super::{LEAST_REMEMBERED, REMEMBERED};
    use crate::text::Span;

    #[test]
    fn what_was_passed_before_is_passed_alike() {
        let line = format!("{}\n", "x".repeat(LEAST_REMEMBERED));
        let texts = [
            format!("a: |\n  {line}"),
            format!("b: |\n  {line}c: 1\n"),
            format!("b:\n  c: |\n    {line}"),
            format!("b: |\n    {line}"),
            format!("b: |\n  {line}  more\n\n\nc: 1\n"),
            format!("b: |\n  {line}  mo\n"),
            format!("b: |\n  {line}  more or less\n"),
            format!("b: |+\n  {line}\n\n"),
            format!("b: >\n  {line}   deeper\n # less\nc: 1\n"),
            format!("b: |\n  {}", line.trim_end()),
            format!("b: |\r\n  {}\r\nc: 1\r\n", line.trim_end()),
            format!("b: |\n  {line} c: 1\n"),
        ];
        let others = (0..=REMEMBERED).map(|other| format!("b: |\n  {other}{line}"));
        let texts: Vec<_> = texts.into_iter().chain(others).collect();
        let mut passed = ScalarCache::default();
        let old = parse("{}", Span::new(0, 2)).unwrap().unwrap();
        for text in texts.iter().chain(&texts) {
            let fresh = parse(text, Span::new(0, text.len()));
            let again = parse_edited(&old, text, &mut passed);
            assert_eq!(format!("{again:?}"), format!("{fresh:?}"), "{text:.20}");
        }
    }

    #[test]
    fn strings_of_json_are_passed_alike() {
        let long = "x".repeat(LEAST_REMEMBERED);
        let texts = [
            format!("{{\"a\": \"\\n{long}\"}}"),
            format!("{{\"a\": \"\\n{long}\", \"b\": \"\\n{long}\"}}"),
            format!("{{\"\\n{long}\": 1}}"),
            format!("{{\"a\": \"\\n{long}y\"}}"),
            format!("{{\"a\": \"\\n{long}\\\"\"}}"),
            format!("{{\"a\": \"\\n{long}\\"),
            format!("{{\"a\": \"{long}\"}}"),
            format!("{{\"a\": \"\\n{long}"),
            format!("{{\"a\": \"\\n{long}\"x}}"),
        ];
        let mut passed = ScalarCache::default();
        let (old, _) = parse_json_prefix("{}", Span::new(0, 2)).unwrap().unwrap();
        for text in texts.iter().chain(&texts) {
            let fresh = parse_edited(&old, text, &mut ScalarCache::default());
            let again = parse_edited(&old, text, &mut passed);
            assert_eq!(format!("{again:?}"), format!("{fresh:?}"), "{text:.20}");
        }
    }
}
