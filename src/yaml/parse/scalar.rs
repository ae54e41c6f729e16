//! Where scalars end. Knows nothing of their meaning: they are decoded when someone asks.

use super::super::decode::escape;
use super::{Kind, NodeId, Parser, Result};
use crate::text::Span;

impl Parser<'_> {
    pub(super) fn single_quoted(&mut self, lead: usize) -> Result<NodeId> {
        let start = self.at;
        let mut from = start + 1;
        loop {
            let Some(quote) = memchr::memchr(b'\'', &self.bytes[from..]) else {
                return Err(self.unclosed_quote(start));
            };
            from += quote + 1;
            if self.bytes.get(from) != Some(&b'\'') {
                break;
            }
            from += 1;
        }
        self.finish_quoted(Kind::SingleQuoted, start, from, lead)
    }

    pub(super) fn double_quoted(&mut self, lead: usize) -> Result<NodeId> {
        let start = self.at;
        let mut from = start + 1;
        loop {
            let Some(found) = memchr::memchr2(b'"', b'\\', &self.bytes[from..]) else {
                return Err(self.unclosed_quote(start));
            };
            from += found;
            if self.bytes[from] == b'"' {
                break;
            }
            from += match &self.bytes[from + 1..] {
                [b'\r', b'\n', ..] => 3,
                [b'\n' | b'\r', ..] => 2,
                _ => match escape(&self.text[from..self.bytes.len()]) {
                    Some((_, width)) => width,
                    None => {
                        let end = self.text.ceil_char_boundary((from + 2).min(self.bytes.len()));
                        return Err(
                            self.error(Span::new(from, end), "no such escape in double quotes")
                        );
                    }
                },
            };
        }
        self.finish_quoted(Kind::DoubleQuoted, start, from + 1, lead)
    }

    fn finish_quoted(
        &mut self,
        kind: Kind,
        start: usize,
        end: usize,
        lead: usize,
    ) -> Result<NodeId> {
        if let Some(last) = memchr::memrchr2(b'\n', b'\r', &self.bytes[start..end]) {
            let marker = self.text[start..end].match_indices(['\n', '\r']).find(|(at, _)| {
                let rest = &self.bytes[start + at + 1..];
                (rest.starts_with(b"...") || rest.starts_with(b"---"))
                    && matches!(rest.get(3), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
            });
            if let Some((at, _)) = marker {
                let at = start + at + 1;
                return Err(
                    self.error(Span::new(at, at + 3), "the end of a document inside quotes")
                );
            }
            self.line = start + last + 1;
        }
        self.at = end;
        Ok(self.push(kind, Span::new(start, end), lead))
    }

    fn unclosed_quote(&self, start: usize) -> super::Error {
        self.error(Span::new(start, start + 1), "this quote is never closed")
    }

    /// A plain scalar in block context. It goes on over lines that stand right of `indent`, unless it is a key.
    pub(super) fn plain_in_block(
        &mut self,
        indent: isize,
        lead: usize,
        key_possible: bool,
    ) -> Result<NodeId> {
        let start = self.at;
        self.check_plain_start(false)?;
        let mut end = self.plain_run_in_block();
        if self.peek() == Some(b':') {
            if !key_possible {
                return Err(self
                    .unexpected("a key is not possible here")
                    .help("quote a value that holds `: `"));
            }
            return Ok(self.push(Kind::Plain, Span::new(start, end), lead));
        }
        while self.at_line_end() && self.continues_below(indent)? {
            end = self.plain_run_in_block();
            if self.peek() == Some(b':') {
                return Err(self
                    .unexpected("a key is not possible here")
                    .help("a key must stand on one line, in its column"));
            }
        }
        Ok(self.push(Kind::Plain, Span::new(start, end), lead))
    }

    /// Goes to the plain scalar's next line, if the text below belongs to it.
    fn continues_below(&mut self, indent: isize) -> Result<bool> {
        let (at, line) = (self.at, self.line);
        while self.skip_break() {
            loop {
                match self.peek() {
                    Some(b'\t') if (self.column() as isize) < indent => {
                        return Err(self
                            .unexpected("a tab cannot indent")
                            .help("indent with spaces"));
                    }
                    Some(b' ' | b'\t') => self.at += 1,
                    _ => break,
                }
            }
        }
        let column = self.column() as isize;
        let marker =
            column == 0 && self.bytes[self.at..].starts_with(b"---") && self.is_blank_at(3);
        if self.at == self.bytes.len()
            || column <= indent
            || self.peek() == Some(b'#')
            || self.at_document_end()
            || marker
        {
            // What stands here is the next token's, tabs before a comment included.
            if self.peek() != Some(b'#') {
                (self.at, self.line) = (at, line);
                self.pass_blank_lines();
            }
            return Ok(false);
        }
        Ok(true)
    }

    /// To the end of the last blank line before the next text: those lines were checked.
    fn pass_blank_lines(&mut self) {
        loop {
            let (at, line) = (self.at, self.line);
            if !self.skip_break() {
                return;
            }
            self.skip_inline_blanks();
            if !self.at_line_end() {
                (self.at, self.line) = (at, line);
                return;
            }
        }
    }

    /// Passes plain text on one line; returns where it ends without trailing blanks.
    fn plain_run_in_block(&mut self) -> usize {
        let mut end = self.at;
        loop {
            match self.peek() {
                None | Some(b'\n' | b'\r') => return end,
                Some(b':') if self.is_blank_at(1) => return end,
                Some(b' ' | b'\t') => {
                    self.skip_inline_blanks();
                    if self.peek() == Some(b'#') {
                        return end;
                    }
                }
                _ => {
                    self.at += 1;
                    end = self.at;
                }
            }
        }
    }

    /// A plain scalar in brackets, perhaps over several lines.
    pub(super) fn plain_in_flow(&mut self, lead: usize) -> Result<NodeId> {
        let start = self.at;
        self.check_plain_start(true)?;
        let mut end = start;
        loop {
            match self.peek() {
                None | Some(b',' | b'[' | b']' | b'{' | b'}') => break,
                Some(b':') if self.is_blank_at(1) => break,
                Some(b'?') => {
                    return Err(self
                        .unexpected("`?` in plain text in brackets: kubectl misreads it")
                        .help("quote the text"));
                }
                Some(b' ' | b'\t' | b'\n' | b'\r') => {
                    self.skip_blanks_and_breaks();
                    if self.peek() == Some(b'#') || self.at_document_end() {
                        break;
                    }
                }
                _ => {
                    self.at += 1;
                    end = self.at;
                }
            }
        }
        self.at = end;
        Ok(self.push(Kind::Plain, Span::new(start, end), lead))
    }

    fn skip_blanks_and_breaks(&mut self) {
        loop {
            self.skip_inline_blanks();
            if !self.skip_break() {
                return;
            }
        }
    }

    /// The indicators that no plain scalar begins with.
    fn check_plain_start(&self, in_flow: bool) -> Result<()> {
        let allowed = match self.peek() {
            None => false,
            Some(b'-') => {
                !matches!(self.byte(1), Some(b' ' | b'\t')) && (in_flow || !self.is_blank_at(1))
            }
            Some(b'?' | b':') => !in_flow && !self.is_blank_at(1),
            Some(byte) => !b",[]{}#&*!|>'\"%@`".contains(&byte),
        };
        if allowed { Ok(()) } else { Err(self.unexpected(self.why_no_plain())) }
    }

    fn why_no_plain(&self) -> &'static str {
        match self.peek() {
            None => "the text ends where a value is expected",
            Some(b'@' | b'`') => "`@` and a backtick cannot begin plain text: quote it",
            Some(b'%') => "`%` cannot begin plain text: quote it",
            Some(b':') => "a key is missing before `:`",
            _ => "unexpected character where a value is expected",
        }
    }

    /// `|` and `>` with their lines. The span ends before the last line break that belongs to the scalar.
    pub(super) fn block_scalar(&mut self, parent: isize, lead: usize) -> Result<NodeId> {
        let start = self.at;
        let kind = if self.peek() == Some(b'|') { Kind::Literal } else { Kind::Folded };
        self.at += 1;
        let (explicit, keep) = self.block_header()?;
        let header_end = self.at;
        self.skip_inline_blanks();
        self.skip_comment();
        let body = if self.at_line_end() {
            self.at
        } else {
            return Err(self.unexpected("unexpected text after `|` or `>`"));
        };
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
                    width = Some(usize::from(digit - b'0'))
                }
                _ => return Ok((width, chomp == Some(b'+'))),
            }
            self.at += 1;
        }
    }

    /// The column of the content: of its first line, or of a blank line before it that is longer.
    fn detect_indent(&mut self, least: usize) -> Result<usize> {
        let (at, line) = (self.at, self.line);
        let mut widest = 0;
        loop {
            while self.peek() == Some(b' ') {
                self.at += 1;
            }
            widest = widest.max(self.column());
            if self.peek() == Some(b'\t') && self.column() < least {
                return Err(self.unexpected("a tab cannot indent").help("indent with spaces"));
            }
            if !self.skip_break() {
                break;
            }
        }
        (self.at, self.line) = (at, line);
        Ok(widest.max(least))
    }

    /// Passes the lines; returns where the last line with content ends and where the last line of all ends.
    fn block_lines(&mut self, indent: usize) -> Result<(Option<usize>, Option<usize>)> {
        let (mut content, mut trailing) = (None, None);
        while self.at < self.bytes.len() {
            let start = self.at;
            let width =
                self.bytes[start..].iter().take(indent).take_while(|&&byte| byte == b' ').count();
            self.at = start + width;
            if width == indent && !self.at_line_end() {
                self.at = self.line_end();
                content = Some(self.at);
            } else if self.peek() == Some(b'\t') {
                return Err(self.unexpected("a tab cannot indent").help("indent with spaces"));
            } else if !self.at_line_end() {
                self.at = start;
                break;
            }
            trailing = Some(self.at);
            self.skip_break();
        }
        Ok((content, trailing))
    }
}
