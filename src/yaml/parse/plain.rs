//! Where plain text ends. Knows nothing of its meaning.

use super::{Kind, NodeId, Parser, Result};
use crate::text::Span;

impl Parser<'_> {
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
                return Err(self.no_key_here());
            }
        } else {
            while self.at_line_end() && self.continues_below(indent)? {
                self.fresh = false;
                end = self.plain_run_in_block();
                if self.peek() == Some(b':') {
                    return Err(self.no_key_below(start));
                }
            }
        }
        Ok(self.push(Kind::Plain, Span::new(start, end), lead))
    }

    /// Passes the text of one line; returns where it ends, and stops at a key's colon, a comment or the line's end.
    fn plain_run_in_block(&mut self) -> usize {
        let bytes = self.bytes;
        let mut at = self.at;
        loop {
            at += bytes[at..]
                .iter()
                .position(|&byte| PAUSES[usize::from(byte)])
                .unwrap_or(bytes.len() - at);
            let end = at;
            match bytes.get(at) {
                Some(b':') => {
                    at += 1;
                    if matches!(bytes.get(at), None | Some(b' ' | b'\t' | b'\n' | b'\r')) {
                        self.at = end;
                        return end;
                    }
                    continue;
                }
                Some(b' ' | b'\t') => {
                    while matches!(bytes.get(at), Some(b' ' | b'\t')) {
                        at += 1;
                    }
                }
                _ => {}
            }
            let key = || matches!(bytes.get(at + 1), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
            match bytes.get(at) {
                None | Some(b'\n' | b'\r' | b'#') => {}
                Some(b':') if key() => {}
                _ => continue,
            }
            self.at = at;
            return end;
        }
    }

    /// Goes to the next text below; tells whether it belongs to the plain scalar.
    fn continues_below(&mut self, indent: isize) -> Result<bool> {
        self.pass_gap(indent)?;
        self.fresh = true;
        let column = self.column() as isize;
        Ok(column > indent
            && self.peek().is_some_and(|byte| byte != b'#')
            && !self.at_document_end()
            && !self.at_document_start())
    }

    /// Passes blanks and line breaks; a tab on a later line stands right of `indent`.
    fn pass_gap(&mut self, indent: isize) -> Result<()> {
        self.skip_inline_blanks();
        while self.skip_break() {
            self.skip_spaces();
            while self.peek() == Some(b'\t') {
                if (self.column() as isize) <= indent {
                    return Err(self.tab());
                }
                self.skip_inline_blanks();
            }
        }
        Ok(())
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
                    self.pass_gap(self.indent)?;
                    if self.peek() == Some(b'#')
                        || self.at_document_end()
                        || self.at_document_start()
                    {
                        break;
                    }
                }
                _ => {
                    self.at += 1;
                    end = self.at;
                }
            }
        }
        Ok(self.push(Kind::Plain, Span::new(start, end), lead))
    }

    /// The indicators that no plain scalar begins with.
    fn check_plain_start(&self, in_flow: bool) -> Result<()> {
        let allowed = match self.peek() {
            None => false,
            Some(b'-') => !self.is_blank_at(1),
            Some(b'?' | b':') => !in_flow && !self.is_blank_at(1),
            Some(byte) => !is_indicator(byte),
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
}

/// Where plain text may end: at a key's colon, a comment, the line's end.
const PAUSES: [bool; 256] = {
    let mut table = [false; 256];
    let (mut at, bytes) = (0, b": \t\n\r");
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether no plain scalar begins with a byte.
fn is_indicator(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t'
            | b'\n'
            | b'\r'
            | b','
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'#'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
    )
}
