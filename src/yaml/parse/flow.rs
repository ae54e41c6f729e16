//! Flow style: what stands in brackets and braces, JSON among it. Knows nothing of columns.

use super::{Kind, NodeId, Parser, Result};
use crate::text::Span;

impl Parser<'_> {
    /// A list or mapping in brackets; `lead` is where its place begins.
    pub(super) fn flow_collection(&mut self, lead: usize) -> Result<NodeId> {
        self.descend()?;
        let node = match self.peek() {
            Some(b'[') => self.flow_sequence(lead),
            _ => self.flow_mapping(lead),
        }?;
        self.depth -= 1;
        Ok(node)
    }

    pub(super) fn flow_node(&mut self) -> Result<NodeId> {
        self.flow_value(self.at)
    }

    fn flow_value(&mut self, lead: usize) -> Result<NodeId> {
        let properties = self.read_properties()?;
        if properties.is_some() {
            self.skip_flow_gap()?;
        }
        let node = match self.peek() {
            Some(b'[' | b'{') => self.flow_collection(lead)?,
            Some(b'"') => self.double_quoted(lead)?,
            Some(b'\'') => self.single_quoted(lead)?,
            Some(b'*') => self.alias(lead)?,
            Some(b',' | b']' | b'}') if properties.is_some() => {
                let end = properties.as_ref().map_or(lead, |properties| properties.span.end());
                self.push(Kind::Empty, Span::at(end), lead)
            }
            Some(b'|' | b'>') => {
                return Err(self.unexpected("a block scalar cannot stand in brackets"));
            }
            Some(b'-') if self.is_blank_at(1) => {
                return Err(self.unexpected("a block list cannot stand in brackets"));
            }
            _ => self.plain_in_flow(lead)?,
        };
        self.attach(node, properties);
        Ok(node)
    }

    fn flow_sequence(&mut self, lead: usize) -> Result<NodeId> {
        let open = self.at;
        let sequence = self.push(Kind::FlowSequence, Span::at(open), lead);
        let mut last = None;
        self.at += 1;
        loop {
            self.skip_flow_gap()?;
            match self.peek() {
                Some(b']') => break,
                Some(b',') => return Err(self.unexpected("a value is missing before the comma")),
                None => return Err(self.unclosed(open)),
                _ => {}
            }
            let item = self.flow_item()?;
            self.link(sequence, &mut last, item);
            if !self.flow_comma(open, b']')? {
                break;
            }
        }
        self.at += 1;
        self.node_mut(sequence).span.end = self.at as u32;
        Ok(sequence)
    }

    /// An item of a list: a node, or a pair without braces.
    fn flow_item(&mut self) -> Result<NodeId> {
        let start = self.at;
        let explicit = self.flow_explicit()?;
        let key = self.flow_value(start)?;
        self.node_mut(key).explicit = explicit;
        if !self.at_flow_colon(explicit)? {
            return if explicit {
                Err(self.unexpected("a value is missing after `? key`"))
            } else {
                Ok(key)
            };
        }
        self.check_flow_key(start, key)?;
        let pair = self.push(Kind::FlowPair, Span::at(start), start);
        let value = self.flow_value_after_colon()?;
        let mut last = None;
        self.link(pair, &mut last, key);
        self.link(pair, &mut last, value);
        self.node_mut(pair).span.end = self.span(value).end;
        Ok(pair)
    }

    fn flow_mapping(&mut self, lead: usize) -> Result<NodeId> {
        let open = self.at;
        let mapping = self.push(Kind::FlowMapping, Span::at(open), lead);
        let mut last = None;
        self.at += 1;
        loop {
            self.skip_flow_gap()?;
            match self.peek() {
                Some(b'}') => break,
                Some(b',') => return Err(self.unexpected("a key is missing before the comma")),
                Some(b':') => return Err(self.unexpected("a key cannot be null")),
                Some(b'[' | b'{') => return Err(self.unexpected("a key must be a scalar")),
                None => return Err(self.unclosed(open)),
                _ => {}
            }
            let (key, value) = self.flow_entry()?;
            self.link(mapping, &mut last, key);
            self.link(mapping, &mut last, value);
            if !self.flow_comma(open, b'}')? {
                break;
            }
        }
        self.at += 1;
        self.node_mut(mapping).span.end = self.at as u32;
        Ok(mapping)
    }

    fn flow_entry(&mut self) -> Result<(NodeId, NodeId)> {
        let start = self.at;
        let explicit = self.flow_explicit()?;
        let key = self.flow_value(start)?;
        self.node_mut(key).explicit = explicit;
        self.check_flow_key(start, key)?;
        let value = match self.at_flow_colon(explicit)? {
            true => self.flow_value_after_colon()?,
            false => self.push(Kind::Absent, Span::at(self.span(key).end()), self.span(key).end()),
        };
        Ok((key, value))
    }

    fn flow_explicit(&mut self) -> Result<bool> {
        let explicit = self.peek() == Some(b'?') && self.is_blank_at(1);
        if explicit {
            self.at += 1;
            self.skip_flow_gap()?;
        }
        Ok(explicit)
    }

    /// Goes to the `:` after a key, which stands on the key's line unless the key is explicit.
    fn at_flow_colon(&mut self, explicit: bool) -> Result<bool> {
        let end = self.at;
        self.skip_flow_gap()?;
        if self.peek() != Some(b':') {
            return Ok(false);
        }
        let same_line = explicit
            || self.json
            || memchr::memchr2(b'\n', b'\r', &self.bytes[end..self.at]).is_none();
        if same_line {
            Ok(true)
        } else {
            Err(self.unexpected("the `:` must stand on the line of its key"))
        }
    }

    fn flow_value_after_colon(&mut self) -> Result<NodeId> {
        self.at += 1;
        let lead = self.at;
        self.skip_flow_gap()?;
        match self.peek() {
            Some(b',' | b']' | b'}') => Ok(self.push(Kind::Empty, Span::at(lead), lead)),
            _ => self.flow_value(lead),
        }
    }

    fn check_flow_key(&self, start: usize, key: NodeId) -> Result<()> {
        let span = Span::new(start, self.span(key).end().max(start));
        self.check_key(span, key)
    }

    /// Passes a comma; false at the closing bracket.
    fn flow_comma(&mut self, open: usize, close: u8) -> Result<bool> {
        self.skip_flow_gap()?;
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == close => Ok(false),
            None => Err(self.unclosed(open)),
            Some(_) => Err(self.unexpected(format!("expected `,` or `{}`", close as char))),
        }
    }

    /// Blanks, line breaks and comments between tokens.
    fn skip_flow_gap(&mut self) -> Result<()> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\n' | b'\r') => {
                    self.skip_break();
                    if self.at_document_end() {
                        return Err(self.unexpected("`...` inside brackets"));
                    }
                }
                Some(b'#') => self.at = self.line_end(),
                _ => return Ok(()),
            }
        }
    }

    fn unclosed(&self, open: usize) -> super::Error {
        let bracket = self.bytes[open] as char;
        self.error(Span::new(open, open + 1), format!("`{bracket}` is never closed"))
    }
}
