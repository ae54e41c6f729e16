//! Anchors, tags and aliases. Knows nothing of the nodes that they stand before.

use std::borrow::Cow;
use std::num::NonZeroU32;

use super::super::decode;
use super::super::resolve::{Scalar, resolve_plain};
use super::super::tree::{Kind, NodeId, Properties, Tag};
use super::{Parser, Result};
use crate::text::Span;

/// Anchor and tag, read before the node they belong to: their number among all that were read. Few nodes have any, so
/// what is handed around is small.
#[derive(Clone, Copy)]
pub(super) struct Pending(NonZeroU32);

#[derive(Clone, Copy)]
pub(super) struct Read<'s> {
    span: Span,
    anchor: Option<&'s str>,
    /// With its `!`.
    tag: Option<&'s str>,
}

impl<'s> Parser<'s> {
    pub(super) fn at_properties(&self) -> bool {
        matches!(self.peek(), Some(b'&' | b'!'))
    }

    /// Reads anchor and tag, in any order, and the blanks after them.
    #[inline]
    pub(super) fn read_properties(&mut self) -> Result<Option<Pending>> {
        if self.at_properties() { self.read_some_properties() } else { Ok(None) }
    }

    fn read_some_properties(&mut self) -> Result<Option<Pending>> {
        let mut found = None;
        while self.at_properties() {
            let start = self.at;
            let (mut anchor, mut tag) = (None, None);
            match self.peek() {
                Some(b'&') => anchor = Some(self.read_anchor_name()?),
                _ => tag = Some(self.read_tag()?),
            }
            let read = self.pend(Read { span: Span::new(start, self.at), anchor, tag });
            found = self.join(found, Some(read))?;
            self.skip_inline_blanks();
        }
        Ok(found)
    }

    fn pend(&mut self, read: Read<'s>) -> Pending {
        self.read.push(read);
        let number = NonZeroU32::new(self.read.len() as u32);
        Pending(number.expect("something was pushed, and a source is smaller than 4 GiB"))
    }

    fn read(&self, pending: Pending) -> Read<'s> {
        self.read[pending.0.get() as usize - 1]
    }

    pub(super) fn pending_end(&self, pending: Pending) -> usize {
        self.read(pending).span.end()
    }

    /// Properties may stand on two lines; a node has one anchor and one tag.
    pub(super) fn join(
        &mut self,
        first: Option<Pending>,
        second: Option<Pending>,
    ) -> Result<Option<Pending>> {
        let (Some(a), Some(b)) = (first, second) else { return Ok(first.or(second)) };
        let (a, b) = (self.read(a), self.read(b));
        if (a.anchor.is_some() && b.anchor.is_some()) || (a.tag.is_some() && b.tag.is_some()) {
            return Err(self.error(b.span, "a node has at most one anchor and one tag"));
        }
        let span = Span { start: a.span.start, end: b.span.end };
        Ok(Some(self.pend(Read { span, anchor: a.anchor.or(b.anchor), tag: a.tag.or(b.tag) })))
    }

    fn read_anchor_name(&mut self) -> Result<&'s str> {
        let start = self.at + 1;
        let length = self.bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
        self.at = start + length;
        let ends = self.is_blank_at(0)
            || matches!(self.peek(), Some(b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'));
        if length == 0 || !ends {
            return Err(self.unexpected("an anchor's name holds letters, digits, `-` and `_` only"));
        }
        Ok(&self.text[start..self.at])
    }

    fn read_tag(&mut self) -> Result<&'s str> {
        let start = self.at;
        let verbatim = self.byte(1) == Some(b'<');
        self.at += 1 + usize::from(verbatim);
        let uri = self.bytes[self.at..].iter().take_while(|byte| is_uri(**byte)).count();
        self.at += uri;
        if verbatim && uri > 0 && self.peek() == Some(b'>') {
            self.at += 1;
        } else if verbatim {
            return Err(self.unexpected("a verbatim tag ends with `>`"));
        }
        if !self.is_blank_at(0) {
            return Err(self.unexpected("a tag ends with a blank"));
        }
        let tag = &self.text[start..self.at];
        let handle = tag[1..].bytes().take_while(|byte| is_word(*byte)).count() + 1;
        if tag[handle..].starts_with('!') && !verbatim && (handle > 1 || tag.len() == 2) {
            Err(self.error(Span::new(start, self.at), "a tag handle that no directive declares"))
        } else {
            Ok(tag)
        }
    }

    /// Gives a node its properties and makes its anchor known.
    pub(super) fn attach(&mut self, node: NodeId, pending: Option<Pending>) -> Result<()> {
        let Some(pending) = pending else { return Ok(()) };
        let Read { span, anchor, tag } = self.read(pending);
        if self.kind(node) == Kind::Alias {
            return Err(self.error(span, "an alias has no anchor and no tag of its own"));
        }
        let tag = match tag {
            Some(tag) => self.check_tag(node, tag, span)?,
            None => None,
        };
        self.node_mut(node).properties = self.properties.len() as u32;
        self.properties.push(Properties { span, tag, anchored: anchor.is_some() });
        if let Some(name) = anchor {
            self.anchors.insert(name, node);
        }
        Ok(())
    }

    /// What a tag says about a node; an error where the scalar is no such thing.
    fn check_tag(&self, node: NodeId, tag: &str, span: Span) -> Result<Option<Tag>> {
        if self.kind(node).is_collection() {
            return Ok(None);
        }
        let Some(name) = core_name(tag) else { return Ok(Some(Tag::Text)) };
        let text = self.decoded(node);
        let (fits, tag) = match name {
            "int" | "float" | "bool" | "null" => (fits(name, text), Tag::Plain),
            "timestamp" => (is_date(&text), Tag::Text),
            "binary" => (decode::is_base64(&text), Tag::Binary),
            _ => (true, Tag::Text),
        };
        if fits {
            Ok(Some(tag))
        } else {
            Err(self.error(span, "the value is not what its tag says"))
        }
    }

    pub(super) fn alias(&mut self, lead: usize) -> Result<NodeId> {
        let start = self.at;
        let name = self.read_anchor_name()?;
        let span = Span::new(start, self.at);
        let Some(&target) = self.anchors.get(name) else {
            return Err(self.error(span, format!("no anchor `{name}` before this alias")));
        };
        // A collection has no end until it is complete.
        if self.kind(target).is_collection() && self.span(target).is_empty() {
            return Err(self.error(span, format!("the anchor `{name}` holds itself")));
        }
        let alias = self.push(Kind::Alias, span, lead);
        self.node_mut(alias).first = target.0;
        self.node_mut(target).aliased = true;
        Ok(alias)
    }
}

/// The name of a tag of YAML's own.
fn core_name(tag: &str) -> Option<&str> {
    let verbatim = || tag.strip_prefix("!<tag:yaml.org,2002:")?.strip_suffix('>');
    tag.strip_prefix("!!").or_else(verbatim)
}

fn fits(name: &str, text: Cow<'_, str>) -> bool {
    match resolve_plain(text) {
        Scalar::Null => name == "null",
        Scalar::Bool(_) => name == "bool",
        Scalar::Int(_) => name == "int" || name == "float",
        Scalar::Float(_) => name == "float",
        Scalar::Text(_) => false,
    }
}

/// Whether the text begins as a date of YAML does: year, month, day.
fn is_date(text: &str) -> bool {
    let date = text.split(['T', 't', ' ']).next().unwrap_or_default();
    let widths: Vec<usize> = date.split('-').map(str::len).collect();
    let digits = date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    digits && matches!(widths[..], [4, 1 | 2, 1 | 2])
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_uri(byte: u8) -> bool {
    is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte)
}
