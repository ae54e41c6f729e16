//! Where the parser stands in its text: bytes, columns, blanks and lines. Knows nothing of nodes.

use super::{Error, Parser, Result};
use crate::text::Span;

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn byte(&self, offset: usize) -> Option<u8> {
        self.bytes.get(self.at + offset).copied()
    }

    /// Bytes from the start of the line.
    pub(super) fn column(&self) -> usize {
        self.at - self.line
    }

    /// Whether a blank, a line break or the end follows after `offset` bytes.
    pub(super) fn is_blank_at(&self, offset: usize) -> bool {
        matches!(self.byte(offset), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    pub(super) fn at_line_end(&self) -> bool {
        matches!(self.peek(), None | Some(b'\n' | b'\r'))
    }

    pub(super) fn line_end(&self) -> usize {
        let rest = &self.bytes[self.at..];
        self.at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
    }

    /// Whether `- `, `? ` or `: ` stands here.
    pub(super) fn at_indicator(&self, indicator: u8) -> bool {
        self.peek() == Some(indicator) && self.is_blank_at(1)
    }

    /// Whether `...` stands alone in the first column.
    pub(super) fn at_document_end(&self) -> bool {
        self.at_marker(b"...")
    }

    /// Whether `---` does: the splitter saw it, unless a bare carriage return hid it.
    pub(super) fn at_document_start(&self) -> bool {
        self.at_marker(b"---")
    }

    fn at_marker(&self, marker: &[u8]) -> bool {
        self.at == self.line && self.bytes[self.at..].starts_with(marker) && self.is_blank_at(3)
    }

    /// Passes a byte order mark.
    pub(super) fn skip_mark(&mut self) {
        if self.bytes[self.at..].starts_with("\u{FEFF}".as_bytes()) {
            self.at += 3;
            self.line = self.at;
        }
    }

    #[inline]
    pub(super) fn skip_spaces(&mut self) {
        let mut rest = &self.bytes[self.at..];
        while let [b' ', b' ', b' ', b' ', more @ ..] = rest {
            rest = more;
        }
        while let [b' ', more @ ..] = rest {
            rest = more;
        }
        self.at = self.bytes.len() - rest.len();
    }

    #[inline]
    pub(super) fn skip_inline_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    pub(super) fn skip_comment(&mut self) {
        if self.peek() == Some(b'#') {
            self.at = self.line_end();
        }
    }

    /// Passes one line break, if one is here.
    pub(super) fn skip_break(&mut self) -> bool {
        let width = match self.peek() {
            Some(b'\n') => 1,
            Some(b'\r') if self.byte(1) == Some(b'\n') => 2,
            Some(b'\r') => 1,
            _ => return false,
        };
        self.at += width;
        self.line = self.at;
        true
    }

    /// Goes on to the next token in block context: over blank and comment lines and the token's indentation.
    pub(super) fn skip_to_token(&mut self) -> Result<()> {
        loop {
            self.skip_spaces();
            match self.peek() {
                Some(b'\n' | b'\r') => _ = self.skip_break(),
                Some(b'#') => self.skip_comment(),
                Some(b'\t') => return Err(self.tab()),
                _ => break,
            }
        }
        if self.at_document_start() {
            let message = "a separator after a bare carriage return: kubectl does not see it";
            return Err(self.unexpected(message));
        }
        Ok(())
    }

    /// The rest of the line holds nothing but a comment.
    pub(super) fn finish_line(&mut self) -> Result<()> {
        if self.fresh {
            return Ok(());
        }
        self.skip_inline_blanks();
        match self.peek() {
            None | Some(b'#' | b'\n' | b'\r') => Ok(()),
            Some(b':') if self.is_blank_at(1) => Err(self.no_key_here()),
            _ if self.depth == 0 => Err(self.ignored_text("the document's content")),
            _ => Err(self.unexpected("unexpected text after a value")),
        }
    }

    pub(super) fn no_key_here(&self) -> Box<Error> {
        self.unexpected("unexpected key inside a value").help("quote a value that contains `: `")
    }

    /// A key on a line that goes on with the plain scalar from `start`.
    pub(super) fn no_key_below(&self, start: usize) -> Box<Error> {
        let above = &self.text[..start];
        let above = &above[above.rfind(['\n', '\r']).map_or(0, |end| end + 1)..];
        let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let is_deeper = blanks(&self.text[self.line..self.at]) > blanks(above);
        if is_deeper {
            self.unexpected("unexpected key: this line is indented more than the line above")
                .help("align it, or quote a value that contains `: `")
        } else {
            self.no_key_here()
        }
    }

    pub(super) fn tab(&self) -> Box<Error> {
        self.unexpected("a tab cannot indent").help("indent with spaces")
    }

    /// An error at the character that stands here.
    pub(super) fn unexpected(&self, message: impl Into<String>) -> Box<Error> {
        let width = self.text[self.at..self.bytes.len()].chars().next().map_or(0, char::len_utf8);
        self.error(Span::new(self.at, self.at + width), message)
    }

    pub(super) fn error(&self, span: Span, message: impl Into<String>) -> Box<Error> {
        Error::new("syntax", span, message)
    }
}
