//! Flow style: what stands in brackets and braces. Knows nothing of columns.

use super::properties::Pending;
use super::{Error, Kind, NodeId, Parser, Result};
use crate::text::Span;

impl Parser<'_> {
    /// A list or mapping in brackets; `lead` is where its place begins.
    pub(super) fn flow_collection(
        &mut self,
        lead: usize,
        properties: Option<Pending>,
    ) -> Result<NodeId> {
        self.descend()?;
        let open = self.at;
        let is_sequence = self.bytes[open] == b'[';
        let kind = if is_sequence { Kind::FlowSequence } else { Kind::FlowMapping };
        let node = self.push(kind, Span::at(open), lead);
        self.attach(node, properties)?;
        self.at += 1;
        if is_sequence { self.flow_items(node, open) } else { self.flow_entries(node, open) }?;
        self.at += 1;
        self.node_mut(node).span.end = self.at as u32;
        self.depth -= 1;
        Ok(node)
    }

    fn flow_items(&mut self, sequence: NodeId, open: usize) -> Result<()> {
        let mut last = None;
        loop {
            self.skip_flow_gap()?;
            match self.peek() {
                Some(b']') => return Ok(()),
                Some(b',') => return Err(self.unexpected("a value is missing before the comma")),
                None => return Err(self.unclosed(open)),
                _ => {}
            }
            let item = self.flow_item()?;
            self.link_item(sequence, &mut last, item)?;
            if !self.flow_comma(open, b']')? {
                return Ok(());
            }
        }
    }

    /// An item of a list: a node, or a pair without braces.
    fn flow_item(&mut self) -> Result<NodeId> {
        let start = self.at;
        let explicit = self.flow_explicit()?;
        let key = self.flow_value(self.at)?;
        self.skip_flow_gap()?;
        let has_value = self.peek() == Some(b':');
        if !explicit && !has_value {
            return Ok(key);
        }
        let value = self.flow_value_of(key, start, explicit)?;
        let pair = self.push(Kind::FlowPair, Span::at(start), start);
        self.link_entry(pair, &mut None, (key, value))?;
        self.node_mut(pair).first = key.0;
        self.node_mut(pair).span.end = self.span(value).end.max(self.header_end(value));
        Ok(pair)
    }

    fn flow_entries(&mut self, mapping: NodeId, open: usize) -> Result<()> {
        let mut last = None;
        loop {
            self.skip_flow_gap()?;
            match self.peek() {
                Some(b'}') => return Ok(()),
                Some(b',') => return Err(self.unexpected("a key is missing before the comma")),
                Some(b':') => return Err(self.unexpected("a key cannot be null")),
                None => return Err(self.unclosed(open)),
                _ => {}
            }
            let start = self.at;
            let explicit = self.flow_explicit()?;
            let key = self.flow_value(self.at)?;
            self.skip_flow_gap()?;
            let value = self.flow_value_of(key, start, explicit)?;
            self.link_entry(mapping, &mut last, (key, value))?;
            if !self.flow_comma(open, b'}')? {
                return Ok(());
            }
        }
    }

    /// In brackets `?` needs no blank after it.
    fn flow_explicit(&mut self) -> Result<bool> {
        let explicit = self.peek() == Some(b'?');
        if explicit {
            self.at += 1;
            self.skip_flow_gap()?;
        }
        Ok(explicit)
    }

    /// The value of a key that began at `start`: after its colon, or absent.
    fn flow_value_of(&mut self, key: NodeId, start: usize, explicit: bool) -> Result<NodeId> {
        self.node_mut(key).explicit = explicit;
        self.check_key_type(key)?;
        if self.peek() != Some(b':') {
            let end = self.span(key).end();
            return Ok(self.push(Kind::Absent, Span::at(end), end));
        }
        if !explicit {
            self.check_key_line(Span::new(start, self.at))?;
        }
        self.at += 1;
        let lead = self.at;
        self.skip_flow_gap()?;
        match self.peek() {
            Some(b',' | b']' | b'}') => Ok(self.push(Kind::Empty, Span::at(lead), lead)),
            _ => self.flow_value(lead),
        }
    }

    fn flow_value(&mut self, lead: usize) -> Result<NodeId> {
        let mut properties = None;
        while self.at_properties() {
            let more = self.read_properties()?;
            properties = self.join(properties, more)?;
            self.skip_flow_gap()?;
        }
        let node = match self.peek() {
            Some(b'[' | b'{') => return self.flow_collection(lead, properties),
            Some(b'"') => self.double_quoted(lead)?,
            Some(b'\'') => self.single_quoted(lead)?,
            Some(b'*') => self.alias(lead)?,
            Some(b',' | b']' | b'}' | b':') if properties.is_some() => {
                let end = properties.map_or(lead, |properties| self.pending_end(properties));
                self.push(Kind::Empty, Span::at(end), lead)
            }
            Some(b'|' | b'>') => {
                return Err(self.unexpected("a block scalar cannot stand in brackets"));
            }
            _ => self.plain_in_flow(lead)?,
        };
        self.attach(node, properties)?;
        Ok(node)
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
                    if self.at_document_end() || self.at_document_start() {
                        return Err(self.unexpected("the end of a document inside brackets"));
                    }
                }
                Some(b'#') => self.at = self.line_end(),
                _ => return Ok(()),
            }
        }
    }

    pub(super) fn unclosed(&self, open: usize) -> Box<Error> {
        let bracket = self.bytes[open] as char;
        self.error(Span::new(open, open + 1), format!("`{bracket}` is never closed"))
    }
}
