//! Where block scalars end, `|` and `>`. Knows nothing of what is inside: it is decoded when someone asks.

use super::{Kind, NodeId, Parser, Result};
use crate::text::Span;

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
        let (mut content, mut trailing) = (None, None);
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
        Ok((content, trailing))
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
