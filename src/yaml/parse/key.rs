//! What stands before a colon: the short way to nearly every key, and what no key may be. Knows nothing of values.

use super::super::resolve::{Scalar, is_null, resolve_plain};
use super::super::tree::Tag;
use super::{Kind, MAX_KEY, NONE, Node, NodeId, Parser, Result};
use crate::text::Span;

impl Parser<'_> {
    /// A key of letters, digits and the like, right before its colon, as nearly all are; nothing is passed where
    /// anything else stands.
    pub(super) fn simple_key(&mut self, lead: usize) -> Option<NodeId> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| !SIMPLE[usize::from(byte)])?;
        let is_key = rest[length] == b':' && matches!(rest.get(length + 1), Some(b' ' | b'\n'));
        let word = &self.text[self.at..self.at + length];
        if !is_key || length > MAX_KEY || word.is_empty() || word.starts_with('-') || is_null(word)
        {
            return None;
        }
        let start = self.at;
        self.at += length;
        self.fresh = false;
        Some(self.push(Kind::Plain, Span::new(start, self.at), lead))
    }

    /// A key stands on one line with its colon, within libyaml's limit.
    pub(super) fn check_key_line(&self, span: Span) -> Result<()> {
        if span.start() < self.line {
            return Err(self.error(span, "a key must stand on one line with its `:`"));
        }
        if span.len() > MAX_KEY && self.text[span.range()].chars().nth(MAX_KEY).is_some() {
            let start = Span::new(span.start(), span.start() + 1);
            return Err(self.error(start, format!("a key longer than {MAX_KEY} characters")));
        }
        Ok(())
    }

    /// A key is a scalar that is not null.
    #[inline]
    pub(super) fn check_key_type(&self, key: NodeId) -> Result<()> {
        match self.nodes[key.0 as usize] {
            Node { kind: Kind::Plain, span, properties: NONE, .. }
                if !is_null(&self.text[span.range()]) =>
            {
                Ok(())
            }
            _ => self.check_odd_key(key),
        }
    }

    fn check_odd_key(&self, key: NodeId) -> Result<()> {
        let target = self.target(key);
        let tag = self.tag(target);
        let null = match self.kind(target) {
            kind if kind.is_collection() => {
                return Err(self.error(self.span(key), "a key must be a scalar"));
            }
            Kind::Empty => !matches!(tag, Some(Tag::Text | Tag::Binary)),
            Kind::Plain if tag.is_none() => is_null(self.raw(target)),
            _ => tag == Some(Tag::Plain) && resolve_plain(self.decoded(target)) == Scalar::Null,
        };
        if null { Err(self.error(self.span(key), "a key cannot be null")) } else { Ok(()) }
    }
}

/// The bytes of simple keys. Invariant: none ends plain text, and none but `-` is an indicator where it begins.
const SIMPLE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'/' | b'-');
        byte += 1;
    }
    table
};
