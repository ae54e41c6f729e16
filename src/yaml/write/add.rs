//! Plans what goes in: an entry of a mapping, the first item of a list, or either into an empty value.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::emit::{self, Flow};
use super::{
    Addition, EmitCache, Layout, Style, bytes_of, column, end, line_after, original, start,
};
use crate::text::source::next_line;
use crate::text::{Edits, Span};
use crate::yaml::resolve::is_safe_plain;
use crate::yaml::tree::{Kind, NodeId, Tree};
use crate::yaml::verify::Change;

/// Plans additions to one document on its original text.
pub struct Adder<'a, 's> {
    pub tree: &'a Tree<'s>,
    pub style: Style,
    pub texts: &'a mut EmitCache,
    pub edits: &'a mut Edits,
}

/// What an empty value is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    Entry,
    Item,
}

impl Adder<'_, '_> {
    /// Adds an entry to a mapping in lines, or in braces: in sorted place where the document is sorted, else before the key
    /// `before` where there is one, else last. `depth` counts the collections around the mapping.
    pub fn entry(
        &mut self,
        mapping: NodeId,
        addition: &Addition,
        before: Option<&str>,
        depth: usize,
    ) {
        match self.tree.kind(mapping) {
            Kind::BlockMapping => {
                let offset = self.entry_offset(mapping, addition.key, before);
                self.insert_entry(offset, column(self.tree, mapping), addition, depth);
            }
            _ => self.flow_entry(mapping, addition, depth),
        }
    }

    /// Adds the first item to a list that has some.
    pub fn first_item(&mut self, sequence: NodeId, addition: &Addition, depth: usize) {
        match self.tree.kind(sequence) {
            Kind::BlockSequence => self.block_item(sequence, addition, depth),
            _ => self.flow_item(sequence, addition, depth),
        }
    }

    /// Adds items behind those of a list that has some.
    pub fn last_items(&mut self, sequence: NodeId, values: Vec<Value>, depth: usize) -> Change {
        let addition = |value| Addition { key: "", value: Arc::new(value) };
        let additions: Vec<_> = values.into_iter().map(addition).collect();
        if let Some(last) = self.tree.items(sequence).last() {
            additions.iter().for_each(|addition| self.item_after(last, sequence, addition, depth));
        }
        Change::LastItems(additions)
    }

    fn item_after(&mut self, last: NodeId, sequence: NodeId, addition: &Addition, depth: usize) {
        let tree = self.tree;
        if tree.kind(sequence) == Kind::BlockSequence {
            let (column, width) = (column(tree, sequence), self.dash_width(sequence));
            return self.insert_item(line_after(tree, last), column, width, addition, depth);
        }
        let layout = self
            .own_line(start(tree, last))
            .map_or(self.one_line_flow(sequence), |column| self.flow_lines(column));
        let separator = self.separator(layout);
        let [_, text] = self.flow_text(addition, Filling::Item, layout);
        self.insert_pieces(end(tree, last), depth, [separator.into(), text]);
    }

    /// Fills the empty value (null, `[]`, `{}`, nothing) of a key in `parent`; returns the bytes that stood there.
    pub fn fill(
        &mut self,
        parent: NodeId,
        value: NodeId,
        addition: &Addition,
        filling: Filling,
        depth: usize,
    ) -> String {
        let place = Span::new(self.tree.header_end(value), self.tree.span(value).end());
        let brackets = self.tree.kind(value).is_flow();
        let one_line = !bytes_of(self.tree, value).contains(['\n', '\r']);
        match self.tree.kind(parent) {
            Kind::BlockMapping if one_line => {
                self.open_block(parent, place, addition, filling, depth)
            }
            _ if brackets => {
                let inside = self.tree.span(value).start() + 1;
                let pieces = self.flow_text(addition, filling, self.one_line_flow(parent));
                self.insert_pieces(inside, depth, pieces);
            }
            _ => {
                let pieces = self.flow_text(addition, filling, self.one_line_flow(parent));
                let text = bracketed(&pieces.concat(), filling);
                match self.tree.kind(value) {
                    // An entry of the parent may follow at the same offset.
                    Kind::Empty => self.edits.insert(place.end(), depth, format!(" {text}")),
                    _ => self.edits.replace(self.tree.span(value), text),
                }
            }
        }
        original(self.tree, value).to_owned()
    }

    /// Puts the entries of a mapping in the place of an empty value of a key in `parent`.
    pub fn fill_mapping(
        &mut self,
        parent: NodeId,
        value: NodeId,
        entries: &Map<String, Value>,
        depth: usize,
    ) {
        let one_line = !bytes_of(self.tree, value).contains(['\n', '\r']);
        if self.tree.kind(parent) != Kind::BlockMapping || !one_line {
            self.replace(value, &Arc::new(Value::Object(entries.clone())), depth);
            return;
        }
        let place = Span::new(self.tree.header_end(value), self.tree.span(value).end());
        if !place.is_empty() {
            self.edits.delete(place);
        }
        let column = column(self.tree, parent) + self.style.step;
        let mut text = String::new();
        for (key, value) in entries {
            emit::block_entry(&mut text, column, key, value, self.style);
        }
        let offset = next_line(self.tree.text(), place.end());
        self.insert_lines(offset, depth, text.into());
    }

    /// Puts items in the place of an empty value of a key in `parent`.
    pub fn fill_list(&mut self, parent: NodeId, value: NodeId, items: &[Value], depth: usize) {
        let one_line = !bytes_of(self.tree, value).contains(['\n', '\r']);
        if self.tree.kind(parent) != Kind::BlockMapping || !one_line {
            self.replace(value, &Arc::new(Value::Array(items.to_vec())), depth);
            return;
        }
        let place = Span::new(self.tree.header_end(value), self.tree.span(value).end());
        if !place.is_empty() {
            self.edits.delete(place);
        }
        let offset = next_line(self.tree.text(), place.end());
        let column = column(self.tree, parent) + self.style.dash;
        for item in items {
            let addition = Addition { key: "", value: Arc::new(item.clone()) };
            self.insert_item(offset, column, 2, &addition, depth);
        }
    }

    /// Puts another value, short enough for one line, in the place of one; returns the bytes that stood there.
    pub fn replace(&mut self, value: NodeId, new: &Arc<Value>, depth: usize) -> String {
        let tree = self.tree;
        let flow = Layout::Flow { flow: Flow::Spaced, sorted: self.style.sorted };
        let text = match new.as_str().filter(|text| !tree.is_json() && is_safe_plain(text)) {
            Some(text) => text.into(),
            None => self.texts.get(new, flow),
        };
        match tree.kind(value) {
            // An entry of the parent may follow at the same offset.
            Kind::Empty => self.edits.insert(tree.header_end(value), depth, format!(" {text}")),
            _ => self.edits.replace(tree.span(value), text),
        }
        original(tree, value).to_owned()
    }

    /// Puts another text in the place of one, in lines where the old one is so; the style is that of its document.
    pub fn replace_text(&mut self, value: NodeId, new: &str) {
        let tree = self.tree;
        let text = match tree.kind(value) {
            Kind::Literal | Kind::Folded => {
                emit::literal_at(tree.indentation(value), new, self.style)
            }
            _ => None,
        };
        self.edits.replace(tree.span(value), text.unwrap_or_else(|| emit::json_string(new)));
    }

    /// Takes what stands after the key away and puts a block below the key's line.
    fn open_block(
        &mut self,
        parent: NodeId,
        place: Span,
        addition: &Addition,
        filling: Filling,
        depth: usize,
    ) {
        if !place.is_empty() {
            self.edits.delete(place);
        }
        let offset = next_line(self.tree.text(), place.end());
        let column = column(self.tree, parent);
        match filling {
            Filling::Entry => self.insert_entry(offset, column + self.style.step, addition, depth),
            Filling::Item => self.insert_item(offset, column + self.style.dash, 2, addition, depth),
        }
    }

    fn entry_offset(&self, mapping: NodeId, key: &str, before: Option<&str>) -> usize {
        let tree = self.tree;
        let entries: Vec<_> = tree.entries(mapping).collect();
        let next = entries.iter().position(|(other, _)| {
            if self.style.sorted {
                tree.word(*other).is_some_and(|word| word.as_ref() > key)
            } else {
                before.is_some_and(|before| tree.is_key(*other, before))
            }
        });
        let last =
            entries.last().map_or(tree.span(mapping).end(), |(_, value)| line_after(tree, *value));
        match next {
            // Right after the line of the mapping's own key, before any comment; there is none on a dash's line.
            Some(0) => {
                let below = next_line(tree.text(), tree.header_end(mapping));
                if tree.lead(mapping) < start(tree, entries[0].0)
                    && below <= start(tree, entries[0].0)
                {
                    below
                } else {
                    last
                }
            }
            Some(next) => line_after(tree, entries[next - 1].1),
            None => last,
        }
    }

    fn block_item(&mut self, sequence: NodeId, addition: &Addition, depth: usize) {
        let tree = self.tree;
        let offset = next_line(tree.text(), tree.header_end(sequence));
        let width = self.dash_width(sequence);
        self.insert_item(offset, column(tree, sequence), width, addition, depth);
    }

    /// Columns from the dash of a list's first item to the item.
    fn dash_width(&self, sequence: NodeId) -> usize {
        const USUAL: usize = 2;
        let tree = self.tree;
        let Some(first) = tree.items(sequence).next() else { return USUAL };
        let (dash, content) = (tree.lead(first), start(tree, first));
        let same_line = !tree.text()[dash..content].contains(['\n', '\r']) && content > dash + 1;
        if same_line { content - dash } else { USUAL }
    }

    fn insert_entry(&mut self, offset: usize, column: usize, addition: &Addition, depth: usize) {
        let layout = Layout::Entry { column, key: addition.key, style: self.style };
        let text = self.texts.get(&addition.value, layout);
        self.insert_lines(offset, depth, text);
    }

    fn insert_item(
        &mut self,
        offset: usize,
        column: usize,
        width: usize,
        addition: &Addition,
        depth: usize,
    ) {
        let text =
            self.texts.get(&addition.value, Layout::Item { column, width, style: self.style });
        self.insert_lines(offset, depth, text);
    }

    /// Puts whole lines in; at the end of a text without a final line break there is none afterwards either.
    fn insert_lines(&mut self, offset: usize, depth: usize, lines: Arc<str>) {
        let text = self.tree.text();
        let unfinished = offset == text.len() && !text.ends_with(['\n', '\r']);
        if unfinished {
            let line_end = self.style.line_end;
            let body = lines.strip_suffix(line_end).unwrap_or(&lines);
            self.edits.insert(offset, depth, format!("{line_end}{body}"));
        } else {
            self.edits.insert(offset, depth, lines);
        }
    }

    /// A key after the last value of a mapping in braces, or in the braces of an empty one.
    fn flow_entry(&mut self, mapping: NodeId, addition: &Addition, depth: usize) {
        let tree = self.tree;
        let Some((key, value)) = tree.entries(mapping).last() else {
            let pieces = self.flow_text(addition, Filling::Entry, self.one_line_flow(mapping));
            return self.insert_pieces(tree.span(mapping).start() + 1, depth, pieces);
        };
        let layout = self
            .own_line(start(tree, key))
            .map_or(self.one_line_flow(mapping), |column| self.flow_lines(column));
        let separator = self.separator(layout);
        let gap = if tree.kind(value) == Kind::Empty { " " } else { "" };
        let [key, text] = self.flow_text(addition, Filling::Entry, layout);
        let key = format!("{gap}{separator}{key}").into();
        self.insert_pieces(end(tree, value), depth, [key, text]);
    }

    /// What stands between two values of a collection in brackets.
    fn separator(&self, layout: Flow) -> String {
        match layout {
            Flow::Lines { column, line_end, .. } => format!(",{line_end}{}", " ".repeat(column)),
            Flow::Spaced => ", ".to_owned(),
            Flow::Compact => ",".to_owned(),
        }
    }

    /// An item before the first of a list in brackets, and before a comment that stands above that.
    fn flow_item(&mut self, sequence: NodeId, addition: &Addition, depth: usize) {
        let tree = self.tree;
        let Some(first) = tree.items(sequence).next() else { return };
        let open = tree.span(sequence).start() + 1;
        let gap = &tree.text()[open..start(tree, first)];
        let offset = if gap.contains(['\n', '\r']) {
            open + next_line(gap, 0) + leading_blanks(&gap[next_line(gap, 0)..])
        } else {
            start(tree, first)
        };
        let own_line = self.own_line(offset);
        let layout =
            own_line.map_or(self.one_line_flow(sequence), |column| self.flow_lines(column));
        let [_, text] = self.flow_text(addition, Filling::Item, layout);
        let separator = match (own_line, layout) {
            (Some(column), _) => {
                format!(",{}{}", self.style.line_end, &tree.text()[offset - column..offset])
            }
            (None, Flow::Compact) => ",".to_owned(),
            (None, _) => ", ".to_owned(),
        };
        self.insert_pieces(offset, depth, [text, separator.into()]);
    }

    /// Puts a text in by pieces: thousands of pods share one of them.
    fn insert_pieces(&mut self, offset: usize, depth: usize, pieces: [Arc<str>; 2]) {
        for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
            self.edits.insert(offset, depth, piece);
        }
    }

    /// The key with its colon, where there is one, and the value.
    fn flow_text(&mut self, addition: &Addition, filling: Filling, layout: Flow) -> [Arc<str>; 2] {
        let layout_of_value = Layout::Flow { flow: layout, sorted: self.style.sorted };
        let value = self.texts.get(&addition.value, layout_of_value);
        let colon = if layout == Flow::Compact { ":" } else { ": " };
        let key = match filling {
            Filling::Entry => format!("\"{}\"{colon}", addition.key),
            Filling::Item => String::new(),
        };
        [key.into(), value]
    }

    /// The column of an offset that only blanks precede on its line.
    fn own_line(&self, offset: usize) -> Option<usize> {
        let before = &self.tree.text()[..offset];
        let line = before.trim_end_matches([' ', '\t']);
        (line.is_empty() || line.ends_with(['\n', '\r'])).then_some(offset - line.len())
    }

    fn flow_lines(&self, column: usize) -> Flow {
        Flow::Lines { column, step: self.style.step, line_end: self.style.line_end }
    }

    /// Compact where the collection's text has no blank after a colon or comma.
    fn one_line_flow(&self, collection: NodeId) -> Flow {
        let tree = self.tree;
        let spaced = tree
            .entries(collection)
            .all(|(_, value)| tree.text()[tree.lead(value)..].starts_with([' ', '\n', '\r', '\t']))
            && tree.items(collection).all(|item| {
                tree.entries(item).all(|(_, value)| {
                    !tree.kind(item).is_flow()
                        || tree.text()[tree.lead(value)..].starts_with([' ', '\n', '\r', '\t'])
                })
            });
        if spaced { Flow::Spaced } else { Flow::Compact }
    }
}

fn bracketed(text: &str, filling: Filling) -> String {
    match filling {
        Filling::Entry => format!("{{{text}}}"),
        Filling::Item => format!("[{text}]"),
    }
}

fn leading_blanks(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}
