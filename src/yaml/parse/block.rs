//! Block style: nodes told apart by their columns. Knows nothing of what is inside brackets.

use super::{Kind, MAX_KEY, NodeId, Parser, PendingProperties, Result};
use crate::text::Span;

/// What may stand where a value is expected.
#[derive(Clone, Copy)]
struct Place {
    /// Column of the collection that holds the value; -1 at the root. Its content stands further right.
    indent: isize,
    /// After `:` or `-`, where a reader looks for the value.
    lead: usize,
    /// A list under a key may stand in the key's own column.
    list_in_column: bool,
}

impl<'s> Parser<'s> {
    /// A node at the start of a line, or right after `- `: here collections may begin.
    pub(super) fn block_node(&mut self, indent: isize, lead: usize) -> Result<NodeId> {
        self.node_here(Place { indent, lead, list_in_column: false }, None)
    }

    fn node_here(
        &mut self,
        place: Place,
        properties: Option<PendingProperties<'s>>,
    ) -> Result<NodeId> {
        let column = self.column();
        match self.peek() {
            Some(b'-') if self.is_blank_at(1) => {
                let node = self.block_sequence(column, place)?;
                self.attach(node, properties);
                Ok(node)
            }
            Some(b'?') if self.is_blank_at(1) => {
                self.block_mapping(column, place, None, properties)
            }
            Some(b'&' | b'!') if properties.is_none() => self.node_with_properties(place),
            _ => self.key_or_value(column, place, properties),
        }
    }

    /// Anchor or tag first: of the whole node if it begins on a later line, else of the key or scalar that follows.
    fn node_with_properties(&mut self, place: Place) -> Result<NodeId> {
        let start = self.at;
        let column = self.column();
        let properties = self.read_properties()?;
        if self.at_line_end() || self.peek() == Some(b'#') {
            return self.value_below(place, properties);
        }
        if matches!(self.peek(), Some(b'-' | b'?')) && self.is_blank_at(1) {
            return Err(
                self.unexpected("a collection cannot begin on the line of its anchor or tag")
            );
        }
        let key = self.atom(place, true)?;
        self.attach(key, properties);
        if self.is_value_indicator() {
            self.check_key(Span::new(start, self.at), key)?;
            return self.block_mapping(column, place, Some(key), None);
        }
        self.finish_line()?;
        Ok(key)
    }

    fn key_or_value(
        &mut self,
        column: usize,
        place: Place,
        properties: Option<PendingProperties<'s>>,
    ) -> Result<NodeId> {
        let start = self.at;
        // A key's own properties stand on its line; those given here belong to the node that begins here.
        let own = match self.peek() {
            Some(b'&' | b'!') => self.read_properties()?,
            _ => None,
        };
        let node = self.atom(place, true)?;
        if self.is_value_indicator() {
            self.attach(node, own);
            self.check_key(Span::new(start, self.at), node)?;
            return self.block_mapping(column, place, Some(node), properties);
        }
        if own.is_some() {
            return Err(
                self.error(Span::new(start, self.at), "a node has at most one anchor and one tag")
            );
        }
        self.attach(node, properties);
        self.finish_line()?;
        Ok(node)
    }

    /// A value on the line of its key: no collection in block style can begin here.
    fn inline_value(
        &mut self,
        place: Place,
        properties: Option<PendingProperties<'s>>,
    ) -> Result<NodeId> {
        match self.peek() {
            Some(b'-' | b'?') if self.is_blank_at(1) => {
                return Err(self
                    .unexpected("a list cannot begin on the line of its key")
                    .help("put it on the next line"));
            }
            Some(b'&' | b'!') if properties.is_none() => {
                let properties = self.read_properties()?;
                if self.at_line_end() || self.peek() == Some(b'#') {
                    return self.value_below(place, properties);
                }
                return self.inline_value(place, properties);
            }
            _ => {}
        }
        let node = self.atom(place, false)?;
        self.attach(node, properties);
        self.finish_line()?;
        Ok(node)
    }

    /// The value after `:`: on the same line, below, or nothing.
    fn value_after_colon(&mut self, indent: isize) -> Result<NodeId> {
        let place = Place { indent, lead: self.at, list_in_column: true };
        self.skip_inline_blanks();
        if self.at_line_end() || self.peek() == Some(b'#') {
            return self.value_below(place, None);
        }
        self.inline_value(place, None)
    }

    /// The value after `-` or `?`: here a collection may begin on the same line.
    fn value_after_dash(
        &mut self,
        indent: isize,
        lead: usize,
        list_in_column: bool,
    ) -> Result<NodeId> {
        let place = Place { indent, lead, list_in_column };
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        if self.peek() == Some(b'\t') {
            return Err(self.unexpected("a tab cannot indent").help("indent with spaces"));
        }
        if self.at_line_end() || self.peek() == Some(b'#') {
            return self.value_below(place, None);
        }
        self.node_here(place, None)
    }

    /// The value on a later line, or nothing if the next token stands too far left.
    fn value_below(
        &mut self,
        place: Place,
        properties: Option<PendingProperties<'s>>,
    ) -> Result<NodeId> {
        let empty =
            properties.as_ref().map_or(self.empty_end(place), |properties| properties.span.end());
        self.skip_to_token()?;
        let column = self.column() as isize;
        let inside = column > place.indent
            || (place.list_in_column
                && column == place.indent
                && self.peek() == Some(b'-')
                && self.is_blank_at(1));
        if self.at < self.bytes.len() && inside && !self.at_document_end() {
            return self.node_here(place, properties);
        }
        let node = self.push(Kind::Empty, Span::at(empty), place.lead);
        self.attach(node, properties);
        Ok(node)
    }

    /// An empty value's span: after the colon, or after the dash.
    fn empty_end(&self, place: Place) -> usize {
        match self.bytes.get(place.lead) {
            Some(b'-' | b'?') => place.lead + 1,
            _ => place.lead,
        }
    }

    fn block_sequence(&mut self, column: usize, place: Place) -> Result<NodeId> {
        self.descend()?;
        let sequence = self.push(Kind::BlockSequence, Span::at(self.at), place.lead);
        let mut last = None;
        // In the column of its key, a list's items are indented as the key's mapping is.
        let indent = column as isize;
        loop {
            let dash = self.at;
            self.at += 1;
            let item = self.value_after_dash(indent, dash, false)?;
            self.link(sequence, &mut last, item);
            self.skip_to_token()?;
            let more = self.column() == column && self.peek() == Some(b'-') && self.is_blank_at(1);
            if !more {
                self.check_dedent(column, place.indent)?;
                break;
            }
        }
        self.close(sequence, last);
        Ok(sequence)
    }

    fn block_mapping(
        &mut self,
        column: usize,
        place: Place,
        mut first: Option<NodeId>,
        properties: Option<PendingProperties<'s>>,
    ) -> Result<NodeId> {
        self.descend()?;
        let start = first.map_or(self.at, |key| self.key_start(key));
        let mapping = self.push(Kind::BlockMapping, Span::at(start), place.lead);
        self.attach(mapping, properties);
        let mut last = None;
        loop {
            let (key, value) = match first.take() {
                Some(key) => (key, self.after_key(column)?),
                None => self.entry(column)?,
            };
            self.link(mapping, &mut last, key);
            self.link(mapping, &mut last, value);
            self.skip_to_token()?;
            if self.at == self.bytes.len() || self.column() != column || self.at_document_end() {
                self.check_dedent(column, place.indent)?;
                break;
            }
        }
        self.close(mapping, last);
        Ok(mapping)
    }

    fn entry(&mut self, column: usize) -> Result<(NodeId, NodeId)> {
        if self.peek() == Some(b'?') && self.is_blank_at(1) {
            return self.explicit_entry(column);
        }
        let start = self.at;
        let place = Place { indent: column as isize, lead: start, list_in_column: false };
        let properties = match self.peek() {
            Some(b'&' | b'!') => self.read_properties()?,
            Some(b'-') if self.is_blank_at(1) => {
                return Err(self.unexpected("a list item where a key is expected"));
            }
            _ => None,
        };
        let key = self.atom(place, true)?;
        self.attach(key, properties);
        if !self.is_value_indicator() {
            let span = Span::new(start, self.span(key).end());
            return Err(self.error(span, "this is no key: there is no `:` after it"));
        }
        self.check_key(Span::new(start, self.at), key)?;
        Ok((key, self.after_key(column)?))
    }

    fn after_key(&mut self, column: usize) -> Result<NodeId> {
        self.at += 1;
        self.value_after_colon(column as isize)
    }

    /// `? key` and, perhaps, `: value`.
    fn explicit_entry(&mut self, column: usize) -> Result<(NodeId, NodeId)> {
        let lead = self.at;
        self.at += 1;
        let key = self.value_after_dash(column as isize, lead, true)?;
        self.node_mut(key).explicit = true;
        self.check_key_type(key)?;
        self.skip_to_token()?;
        let has_value = self.column() == column && self.peek() == Some(b':') && self.is_blank_at(1);
        if !has_value {
            return Ok((
                key,
                self.push(Kind::Empty, Span::at(self.span(key).end()), self.span(key).end()),
            ));
        }
        let lead = self.at + 1;
        self.at = lead;
        let value = self.value_after_dash(column as isize, lead, true)?;
        Ok((key, value))
    }

    /// One scalar, alias or flow collection.
    fn atom(&mut self, place: Place, key_possible: bool) -> Result<NodeId> {
        let lead = place.lead;
        let node = match self.peek() {
            Some(b'*') => self.alias(lead)?,
            Some(b'"') => self.double_quoted(lead)?,
            Some(b'\'') => self.single_quoted(lead)?,
            Some(b'[' | b'{') => {
                let line = self.line;
                let node = self.flow_collection(lead)?;
                self.line = line.max(crate::text::source::line_start(self.text, self.at));
                node
            }
            Some(b'|' | b'>') => self.block_scalar(place.indent, lead)?,
            _ => self.plain_in_block(place.indent, lead, key_possible)?,
        };
        Ok(node)
    }

    /// Whether `:` and a blank follow, perhaps after blanks: what was read last is a key.
    fn is_value_indicator(&mut self) -> bool {
        // A block scalar has taken its last line whole, and is no key.
        if self.at == self.line {
            return false;
        }
        self.skip_inline_blanks();
        self.peek() == Some(b':') && self.is_blank_at(1)
    }

    /// A key stands on one line, within libyaml's limit, and is a scalar that is not null.
    pub(super) fn check_key(&self, span: Span, key: NodeId) -> Result<()> {
        let text = &self.bytes[span.range()];
        if memchr::memchr2(b'\n', b'\r', text).is_some() {
            return Err(self.error(span, "a key must stand on one line"));
        }
        if span.len() > MAX_KEY && !self.json && self.text[span.range()].chars().count() > MAX_KEY {
            return Err(self.error(
                Span::new(span.start(), span.start() + 1),
                format!("a key longer than {MAX_KEY} characters"),
            ));
        }
        self.check_key_type(key)
    }

    fn check_key_type(&self, key: NodeId) -> Result<()> {
        let span = self.span(key);
        let null = match self.kind(key) {
            Kind::Empty => true,
            Kind::Plain => matches!(&self.text[span.range()], "~" | "null" | "Null" | "NULL"),
            kind if kind.is_collection() => return Err(self.error(span, "a key must be a scalar")),
            _ => false,
        };
        if null { Err(self.error(span, "a key cannot be null")) } else { Ok(()) }
    }

    fn key_start(&self, key: NodeId) -> usize {
        match self.nodes[key.0 as usize].properties {
            super::NONE => self.span(key).start(),
            index => self.properties[index as usize].span.start(),
        }
    }

    /// After a collection, the next token stands in the column of one that is still open.
    fn check_dedent(&self, column: usize, outer: isize) -> Result<()> {
        let here = self.column();
        if self.at == self.bytes.len() || (here as isize) <= outer || self.at_document_end() {
            return Ok(());
        }
        Err(match here.cmp(&column) {
            std::cmp::Ordering::Less => {
                self.unexpected("indented less than what comes before, but not as anything above")
            }
            std::cmp::Ordering::Equal => self.unexpected("neither a key nor a list item fits here"),
            std::cmp::Ordering::Greater => {
                self.unexpected("indented deeper than what comes before")
            }
        })
    }

    /// The collection ends where its last child ends.
    fn close(&mut self, collection: NodeId, last: Option<NodeId>) {
        self.depth -= 1;
        if let Some(last) = last {
            self.node_mut(collection).span.end = self.span(last).end;
        }
    }
}
