//! Block style: nodes told apart by their columns. Knows nothing of what is inside brackets.

use super::properties::Pending;
use super::{Kind, NodeId, Parser, Result};
use crate::text::Span;

/// What may stand where a value is expected.
#[derive(Clone, Copy)]
struct Place {
    /// Column of the collection that holds the value; -1 at the root. Its content stands further right.
    indent: isize,
    /// After `:` or at `-`, where a reader looks for the value.
    lead: usize,
    /// A list under a key may stand in the key's own column.
    list_in_column: bool,
}

impl Parser<'_> {
    /// A node where collections may begin.
    pub(super) fn block_node(&mut self, indent: isize, lead: usize) -> Result<NodeId> {
        self.node_here(Place { indent, lead, list_in_column: false }, None)
    }

    fn node_here(&mut self, place: Place, properties: Option<Pending>) -> Result<NodeId> {
        let column = self.column();
        match self.peek() {
            Some(b'-') if self.is_blank_at(1) => self.block_sequence(column, place, properties),
            Some(b'?') if self.is_blank_at(1) => {
                self.block_mapping(column, place, None, properties)
            }
            Some(b'&' | b'!') => self.node_with_properties(place, properties),
            _ => {
                let start = self.at;
                if let Some(key) = self.simple_key(place.lead) {
                    return self.block_mapping(column, place, Some((key, None)), properties);
                }
                let node = self.atom(place, true, properties)?;
                if self.is_value_indicator() {
                    self.check_key_line(Span::new(start, self.at))?;
                    return self.block_mapping(column, place, Some((node, None)), properties);
                }
                self.attach_unless_bracket(node, properties)?;
                self.finish_line()?;
                Ok(node)
            }
        }
    }

    /// Anchor or tag first: of the whole node if it begins on a later line, else of the key or scalar that follows.
    fn node_with_properties(&mut self, place: Place, outer: Option<Pending>) -> Result<NodeId> {
        let start = self.at;
        let column = self.column();
        let own = self.read_properties()?;
        if self.at_line_end() || self.peek() == Some(b'#') {
            let properties = self.join(outer, own)?;
            return self.value_below(place, properties);
        }
        if matches!(self.peek(), Some(b'-' | b'?')) && self.is_blank_at(1) {
            return Err(
                self.unexpected("a collection cannot begin on the line of its anchor or tag")
            );
        }
        let properties = if self.at_bracket() { self.join(outer, own)? } else { None };
        let node = self.atom_or_empty_key(place, own, properties)?;
        if self.is_value_indicator() {
            self.check_key_line(Span::new(start, self.at))?;
            return self.block_mapping(column, place, Some((node, own)), outer);
        }
        let properties = self.join(outer, own)?;
        self.attach_unless_bracket(node, properties)?;
        self.finish_line()?;
        Ok(node)
    }

    /// The value after `:`: on the same line, where no block collection can begin, or below, or nothing.
    fn value_after_colon(&mut self, indent: isize) -> Result<NodeId> {
        let place = Place { indent, lead: self.at, list_in_column: true };
        self.skip_inline_blanks();
        let properties = self.read_properties()?;
        match self.peek() {
            None | Some(b'\n' | b'\r' | b'#') => return self.value_below(place, properties),
            Some(b'-' | b'?') if self.is_blank_at(1) => {
                return Err(self
                    .unexpected("a list cannot begin on the line of its key")
                    .help("put it on the next line"));
            }
            _ => {}
        }
        let node = self.atom(place, false, properties)?;
        self.attach_unless_bracket(node, properties)?;
        self.finish_line()?;
        Ok(node)
    }

    /// The value after `-`, `?` or the `:` of an explicit key: here a collection may begin on the same line.
    fn value_after_dash(&mut self, place: Place) -> Result<NodeId> {
        self.skip_spaces();
        if self.peek() == Some(b'\t') {
            return Err(self.tab());
        }
        if self.at_line_end() || self.peek() == Some(b'#') {
            return self.value_below(place, None);
        }
        self.node_here(place, None)
    }

    /// The value on a later line, or nothing if the next token stands too far left.
    fn value_below(&mut self, place: Place, properties: Option<Pending>) -> Result<NodeId> {
        let empty = properties
            .map_or_else(|| self.empty_end(place), |properties| self.pending_end(properties));
        self.skip_to_token()?;
        let column = self.column() as isize;
        // A block scalar is no key, so libyaml lets it stand in the column of one.
        let in_column = matches!(self.peek(), Some(b'|' | b'>'))
            || (place.list_in_column && self.at_indicator(b'-'));
        let inside = column > place.indent || (column == place.indent && in_column);
        if self.at < self.bytes.len() && inside && !self.at_document_end() {
            return self.node_here(place, properties);
        }
        let node = self.push(Kind::Empty, Span::at(empty), place.lead);
        self.attach(node, properties)?;
        self.fresh = true;
        Ok(node)
    }

    /// An empty value's place: after the colon, or after the dash.
    fn empty_end(&self, place: Place) -> usize {
        match self.bytes.get(place.lead) {
            Some(b'-' | b'?') => place.lead + 1,
            _ => place.lead,
        }
    }

    fn block_sequence(
        &mut self,
        column: usize,
        place: Place,
        properties: Option<Pending>,
    ) -> Result<NodeId> {
        self.descend()?;
        let sequence = self.push(Kind::BlockSequence, Span::at(self.at), place.lead);
        self.attach(sequence, properties)?;
        let mut last = None;
        loop {
            let place = Place { indent: column as isize, lead: self.at, list_in_column: false };
            self.at += 1;
            let item = self.value_after_dash(place)?;
            self.link_item(sequence, &mut last, item)?;
            self.skip_to_token()?;
            if self.column() != column || !self.at_indicator(b'-') {
                break;
            }
        }
        self.check_dedent(column, place.indent)?;
        self.close_block(sequence, last);
        Ok(sequence)
    }

    /// A mapping, perhaps with its first key read already: the colon is then next.
    fn block_mapping(
        &mut self,
        column: usize,
        place: Place,
        first: Option<(NodeId, Option<Pending>)>,
        properties: Option<Pending>,
    ) -> Result<NodeId> {
        self.descend()?;
        let mapping = self.push(Kind::BlockMapping, Span::at(self.line + column), place.lead);
        self.attach(mapping, properties)?;
        let mut last = None;
        let mut entry = match first {
            Some((key, own)) => {
                self.attach_unless_bracket(key, own)?;
                self.check_key_type(key)?;
                (key, self.after_key(column)?)
            }
            None => self.entry(column)?,
        };
        loop {
            self.link_entry(mapping, &mut last, entry)?;
            self.skip_to_token()?;
            if self.column() != column || self.at == self.bytes.len() || self.at_document_end() {
                break;
            }
            entry = self.entry(column)?;
        }
        self.check_dedent(column, place.indent)?;
        self.close_block(mapping, last);
        Ok(mapping)
    }

    fn entry(&mut self, column: usize) -> Result<(NodeId, NodeId)> {
        if let Some(key) = self.simple_key(self.at) {
            return Ok((key, self.after_key(column)?));
        }
        if self.at_indicator(b'?') {
            return self.explicit_entry(column);
        }
        if self.at_indicator(b'-') {
            return Err(self.unexpected("a list item where a key is expected"));
        }
        let start = self.at;
        let place = Place { indent: column as isize, lead: start, list_in_column: false };
        let properties = self.read_properties()?;
        let key = self.atom_or_empty_key(place, properties, properties)?;
        self.attach_unless_bracket(key, properties)?;
        if !self.is_value_indicator() {
            let span = Span::new(start, self.span(key).end());
            return Err(self.error(span, "this is not a key: there is no `:` after it"));
        }
        self.check_key_line(Span::new(start, self.at))?;
        self.check_key_type(key)?;
        Ok((key, self.after_key(column)?))
    }

    fn after_key(&mut self, column: usize) -> Result<NodeId> {
        self.at += 1;
        self.value_after_colon(column as isize)
    }

    /// `? key` and, perhaps, `: value`.
    fn explicit_entry(&mut self, column: usize) -> Result<(NodeId, NodeId)> {
        let mut place = Place { indent: column as isize, lead: self.at, list_in_column: true };
        self.at += 1;
        let key = self.value_after_dash(place)?;
        self.node_mut(key).explicit = true;
        self.check_key_type(key)?;
        self.skip_to_token()?;
        if self.column() != column || !self.at_indicator(b':') {
            let end = self.span(key).end();
            return Ok((key, self.push(Kind::Empty, Span::at(end), end)));
        }
        self.at += 1;
        place.lead = self.at;
        Ok((key, self.value_after_dash(place)?))
    }

    /// One scalar, alias or flow collection; only a collection, which may not hold itself, takes the properties.
    fn atom(
        &mut self,
        place: Place,
        key_possible: bool,
        properties: Option<Pending>,
    ) -> Result<NodeId> {
        let lead = place.lead;
        self.fresh = false;
        match self.peek() {
            Some(b'*') => self.alias(lead),
            Some(b'"') => self.double_quoted(lead),
            Some(b'\'') => self.single_quoted(lead),
            Some(b'[' | b'{') => {
                self.indent = place.indent;
                self.flow_collection(lead, properties)
            }
            Some(b'|' | b'>') => self.block_scalar(place.indent, lead),
            _ => self.plain_in_block(place.indent, lead, key_possible),
        }
    }

    /// As [`Self::atom`], or a key of which nothing is written but its `own` properties: a string, if its tag says so.
    fn atom_or_empty_key(
        &mut self,
        place: Place,
        own: Option<Pending>,
        properties: Option<Pending>,
    ) -> Result<NodeId> {
        match own {
            Some(own) if self.at_indicator(b':') => {
                self.fresh = false;
                let end = self.pending_end(own);
                Ok(self.push(Kind::Empty, Span::at(end), place.lead))
            }
            _ => self.atom(place, true, properties),
        }
    }

    fn at_bracket(&self) -> bool {
        matches!(self.peek(), Some(b'[' | b'{'))
    }

    fn attach_unless_bracket(&mut self, node: NodeId, properties: Option<Pending>) -> Result<()> {
        if properties.is_none() || self.kind(node).is_collection() {
            return Ok(());
        }
        self.attach(node, properties)
    }

    /// Whether `:` and a blank follow, perhaps after blanks: what was read last is a key.
    fn is_value_indicator(&mut self) -> bool {
        if self.fresh {
            return false;
        }
        self.skip_inline_blanks();
        self.at_indicator(b':')
    }

    /// After a collection, the next token stands in the column of one that is still open.
    fn check_dedent(&self, column: usize, outer: isize) -> Result<()> {
        let here = self.column();
        let at_end = self.at == self.bytes.len() || self.at_document_end();
        // What follows the root is judged where the document ends.
        if at_end || (here as isize) <= outer || (outer < 0 && here < column) {
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
}
