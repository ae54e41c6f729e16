//! JSON, strictly, as kubectl reads a text that begins with `{`. Knows nothing of YAML.

use super::super::decode::{Escapes, escape, is_json_escape};
use super::{Error, Kind, NodeId, Parser, Result, all};
use crate::text::Span;

/// The indentation that strings are remembered with.
const STRING: usize = 0;

impl Parser<'_> {
    pub(super) fn json_document(&mut self) -> Result<Option<NodeId>> {
        let root = self.json_object()?;
        self.skip_json_blanks();
        if self.at < self.bytes.len() {
            return Err(self.not_json("unexpected text after a JSON object"));
        }
        Ok(root)
    }

    pub(super) fn json_object(&mut self) -> Result<Option<NodeId>> {
        if self.at == 0 {
            self.skip_mark();
        }
        self.skip_json_blanks();
        match self.peek() {
            None => Ok(None),
            Some(b'{') => self.json_collection(self.at).map(Some),
            Some(_) => Err(self.not_json("unexpected text after a JSON object")),
        }
    }

    fn json_collection(&mut self, lead: usize) -> Result<NodeId> {
        self.descend()?;
        let open = self.at;
        let (kind, close) = match self.bytes[open] {
            b'[' => (Kind::FlowSequence, b']'),
            _ => (Kind::FlowMapping, b'}'),
        };
        let node = self.push(kind, Span::at(open), lead);
        let mut last = None;
        self.at += 1;
        self.skip_json_blanks();
        while self.peek() != Some(close) {
            match close {
                b']' => {
                    let item = self.json_value(self.at)?;
                    self.link(node, &mut last, item);
                }
                _ => self.json_entry(node, &mut last)?,
            }
            if !self.json_comma(open, close)? {
                break;
            }
        }
        self.at += 1;
        self.node_mut(node).span.end = self.at as u32;
        self.depth -= 1;
        Ok(node)
    }

    fn json_entry(&mut self, mapping: NodeId, last: &mut Option<NodeId>) -> Result<()> {
        if self.peek() != Some(b'"') {
            return Err(self.not_json("a key in double quotes must stand here"));
        }
        let key = self.json_string(self.at)?;
        self.skip_json_blanks();
        if self.peek() != Some(b':') {
            return Err(self.not_json("a `:` must stand here"));
        }
        self.at += 1;
        let lead = self.at;
        self.skip_json_blanks();
        let value = self.json_value(lead)?;
        self.link_pair(mapping, last, key, value);
        Ok(())
    }

    fn json_value(&mut self, lead: usize) -> Result<NodeId> {
        match self.peek() {
            Some(b'{' | b'[') => self.json_collection(lead),
            Some(b'"') => self.json_string(lead),
            _ => self.json_word(lead),
        }
    }

    /// Goes to the next item, past a comma that must not be the last; false at the closing bracket.
    fn json_comma(&mut self, open: usize, close: u8) -> Result<bool> {
        self.skip_json_blanks();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.skip_json_blanks();
                match self.peek() {
                    Some(byte) if byte == close => Err(self.not_json("a comma before the end")),
                    _ => Ok(true),
                }
            }
            Some(byte) if byte == close => Ok(false),
            None => Err(self.unclosed(open)),
            Some(_) => Err(self.not_json(format!("expected `,` or `{}`", close as char))),
        }
    }

    fn json_string(&mut self, lead: usize) -> Result<NodeId> {
        let start = self.at;
        self.at += 1;
        let (mut verbatim, mut passed_before) = (true, false);
        loop {
            let rest = &self.bytes[self.at..];
            let length = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            let control = |byte: u8| byte < 0x20;
            if !all(&rest[..length], |byte| !control(byte)) {
                self.at += rest.iter().position(|&byte| control(byte)).unwrap_or(length);
                return Err(self.not_json("a control character or line break in a string"));
            }
            self.at += length;
            match self.peek() {
                Some(b'"') => break,
                Some(_) if verbatim => {
                    verbatim = false;
                    // Only strings with escapes are remembered, so that no other is compared.
                    let here = std::mem::replace(&mut self.at, start + 1);
                    passed_before = self.skip_passed(STRING, b"\"");
                    if !passed_before {
                        self.at = here;
                    }
                }
                Some(_) => {
                    let rest = &self.text[self.at..self.bytes.len()];
                    let escape = escape(rest, Escapes::Json).filter(|_| is_json_escape(rest));
                    let Some((_, width)) = escape else { return Err(self.bad_escape(self.at)) };
                    self.at += width;
                }
                None => return Err(self.unclosed_quote(start)),
            }
        }
        if !verbatim && !passed_before {
            self.remember(STRING, Span::new(start + 1, self.at));
        }
        self.at += 1;
        let node = self.push(Kind::DoubleQuoted, Span::new(start, self.at), lead);
        self.node_mut(node).verbatim = verbatim;
        Ok(node)
    }

    /// `true`, `false`, `null` or a number.
    fn json_word(&mut self, lead: usize) -> Result<NodeId> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = rest
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'-' | b'.'))
            .unwrap_or(rest.len());
        let word = &rest[..length];
        if !matches!(word, b"true" | b"false" | b"null") && !is_number(word) {
            return Err(self.not_json("a JSON value must stand here"));
        }
        self.at += length;
        Ok(self.push(Kind::Plain, Span::new(start, self.at), lead))
    }

    fn skip_json_blanks(&mut self) {
        loop {
            // Most of what is blank indents a line.
            while self.bytes[self.at..].starts_with(b"        ") {
                self.at += 8;
            }
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                _ => return,
            }
        }
    }

    fn not_json(&self, message: impl Into<String>) -> Box<Error> {
        self.unexpected(message)
            .help("kubectl reads a text that begins with `{` as JSON; after `---` it is YAML")
    }
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?`
fn is_number(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let (whole, rest) = digits(word);
    let rest = match rest {
        [b'.', fraction @ ..] if fraction.first().is_some_and(u8::is_ascii_digit) => {
            digits(fraction).1
        }
        _ => rest,
    };
    let rest = match rest {
        [b'e' | b'E', b'-' | b'+', exponent @ ..] | [b'e' | b'E', exponent @ ..]
            if exponent.first().is_some_and(u8::is_ascii_digit) =>
        {
            digits(exponent).1
        }
        _ => rest,
    };
    let leading_zero = whole.len() > 1 && whole[0] == b'0';
    !whole.is_empty() && !leading_zero && rest.is_empty()
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}
