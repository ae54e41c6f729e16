//! The nodes of one document: spans over the borrowed text. Knows nothing of what a key means.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::decode::{self, inside};
use super::resolve::{Scalar, resolve_plain};
use crate::text::source::first_column;
use crate::text::{Place, Span};

/// Index of a node in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    BlockSequence,
    FlowSequence,
    BlockMapping,
    FlowMapping,
    /// `[key: value]`: a mapping of one pair without braces.
    FlowPair,
    Alias,
    /// Nothing is written: null.
    Empty,
    /// A flow mapping's key without a colon: its value is null and has no place of its own.
    Absent,
}

impl Kind {
    pub fn is_mapping(self) -> bool {
        matches!(self, Self::BlockMapping | Self::FlowMapping | Self::FlowPair)
    }

    pub fn is_sequence(self) -> bool {
        matches!(self, Self::BlockSequence | Self::FlowSequence)
    }

    pub fn is_collection(self) -> bool {
        self.is_mapping() || self.is_sequence()
    }

    /// Whether the node is a collection in brackets or braces.
    pub fn is_flow(self) -> bool {
        matches!(self, Self::FlowSequence | Self::FlowMapping | Self::FlowPair)
    }
}

/// What an explicit tag says about a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// `!!str`, `!`, or one that kubectl does not know: the text as it stands.
    Text,
    /// `!!int`, `!!bool`, `!!float`, `!!null` and the like: read as if it were plain.
    Plain,
    /// `!!binary`: base64.
    Binary,
}

/// Anchor and tag of a node.
#[derive(Clone, Copy, Debug)]
pub struct Properties {
    /// From the first property to the end of the last.
    pub span: Span,
    pub tag: Option<Tag>,
    pub anchored: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// The content without its properties, to its true end. A block scalar ends before its last line break.
    pub(super) span: Span,
    /// Where the node's place begins: after the `:` of its key, at the `-` of its item, else the span's start.
    pub(super) lead: u32,
    /// First child of a collection, target of an alias, indentation of a block scalar's content.
    pub(super) first: u32,
    pub(super) next: u32,
    /// Index into the properties, or [`NONE`].
    pub(super) properties: u32,
    pub(super) kind: Kind,
    /// Whether an alias elsewhere stands for this node.
    pub(super) aliased: bool,
    /// Whether it is a key written as `? key`.
    pub(super) explicit: bool,
    /// Whether it is in quotes and means just what stands between them: no escape, no fold.
    pub(super) verbatim: bool,
}

pub(super) const NONE: u32 = u32::MAX;

/// The nodes of one document over the text of its source.
#[derive(Clone, Debug)]
pub struct Tree<'s> {
    pub(super) text: &'s str,
    /// Index of the text among the run's sources.
    pub(super) source: usize,
    /// Invariant: links between nodes are indexes into this arena; no collection holds itself.
    pub(super) nodes: Vec<Node>,
    pub(super) properties: Vec<Properties>,
    pub(super) root: NodeId,
    /// What the document's text spans, without the separator before it.
    pub(super) span: Span,
    /// Whether it was read as JSON.
    pub(super) json: bool,
    /// What the mappings of many entries hold, by their nodes, once somebody has looked into one.
    pub(super) large: OnceLock<HashMap<NodeId, Large>>,
}

/// The merge key.
const MERGE: &str = "<<";

/// Entries of a mapping that are looked through one by one: for more there is a table.
const FEW: usize = 16;

/// What a mapping of many entries holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Large {
    /// By key the number of its last entry, and the value there.
    values: HashMap<Box<str>, (usize, NodeId)>,
    /// What is merged, with the number of the entry. Invariant: in their order; of those that merge one mapping the last.
    merges: Vec<(usize, NodeId)>,
}

impl<'s> Tree<'s> {
    /// The text of the whole source: spans count in it.
    pub fn text(&self) -> &'s str {
        self.text
    }

    /// Index of that source among the run's; 0 where there is only one.
    pub fn source(&self) -> usize {
        self.source
    }

    /// Where a node is, for a report.
    pub fn place(&self, node: NodeId) -> Place {
        self.at(self.span(node))
    }

    /// The place of a span of the tree's text.
    pub fn at(&self, span: Span) -> Place {
        Place { source: self.source, span }
    }

    pub fn root(&self) -> NodeId {
        self.root
    }

    /// Whether the document was read as JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The document, from after its separator to before the next.
    pub fn document(&self) -> Span {
        self.span
    }

    pub fn kind(&self, node: NodeId) -> Kind {
        self.node(node).kind
    }

    /// The node's content, without anchor and tag.
    pub fn span(&self, node: NodeId) -> Span {
        self.node(node).span
    }

    /// The bytes as they are written.
    pub fn raw(&self, node: NodeId) -> &'s str {
        &self.text[self.span(node).range()]
    }

    /// Where the node's place begins: after the `:` of its key, at the `-` of its item.
    pub fn lead(&self, node: NodeId) -> usize {
        self.node(node).lead as usize
    }

    pub fn properties(&self, node: NodeId) -> Option<Properties> {
        let index = self.node(node).properties;
        (index != NONE).then(|| self.properties[index as usize])
    }

    /// Whether the document holds neither anchors, and so no aliases, nor tags.
    pub fn has_no_properties(&self) -> bool {
        self.properties.is_empty()
    }

    /// What the meaning of the node's text depends on beside the text: the column of a block collection, where the lines
    /// of a block scalar begin. Nothing else minds where it stands, and a line in brackets may be long: its start is not
    /// looked for.
    pub fn indentation(&self, node: NodeId) -> usize {
        match self.kind(node) {
            Kind::BlockSequence | Kind::BlockMapping => {
                let start = self.span(node).start();
                start - first_column(self.text, start)
            }
            Kind::Literal | Kind::Folded => self.node(node).first as usize,
            _ => 0,
        }
    }

    /// Where the content's place begins: after the properties, else after the colon.
    pub fn header_end(&self, node: NodeId) -> usize {
        self.properties(node).map_or(self.lead(node), |properties| properties.span.end())
    }

    /// Whether an alias elsewhere in the document stands for this node.
    pub fn is_aliased(&self, node: NodeId) -> bool {
        self.node(node).aliased
    }

    /// Whether the node is a key written as `? key`.
    pub fn is_explicit_key(&self, node: NodeId) -> bool {
        self.node(node).explicit
    }

    /// The node that an alias stands for, else the node itself.
    pub fn follow(&self, node: NodeId) -> NodeId {
        match self.node(node) {
            Node { kind: Kind::Alias, first, .. } => NodeId(*first),
            _ => node,
        }
    }

    /// The items of a sequence; none of anything else.
    pub fn items(&self, sequence: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let node = self.node(sequence);
        let mut next = if node.kind.is_sequence() { node.first } else { NONE };
        std::iter::from_fn(move || {
            let item = (next != NONE).then_some(NodeId(next))?;
            next = self.node(item).next;
            Some(item)
        })
    }

    /// The keys and values of a mapping as they are written, merges not resolved; none of anything else.
    pub fn entries(&self, mapping: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let node = self.node(mapping);
        let mut next = if node.kind.is_mapping() { node.first } else { NONE };
        std::iter::from_fn(move || {
            let key = (next != NONE).then_some(NodeId(next))?;
            let value = NodeId(self.node(key).next);
            next = self.node(value).next;
            Some((key, value))
        })
    }

    /// What a scalar means to kubectl; `None` for a collection.
    pub fn scalar(&self, node: NodeId) -> Option<Scalar<'s>> {
        let node = self.follow(node);
        let tag = self.properties(node).and_then(|properties| properties.tag);
        let kind = self.kind(node);
        if kind.is_collection() {
            return None;
        }
        if matches!(kind, Kind::Empty | Kind::Absent) {
            return Some(match tag {
                Some(Tag::Text | Tag::Binary) => Scalar::Text("".into()),
                _ => Scalar::Null,
            });
        }
        let text = self.decoded(node);
        Some(match (kind, tag) {
            (Kind::Plain, None) | (_, Some(Tag::Plain)) => resolve_plain(text),
            (_, Some(Tag::Binary)) => Scalar::Text(decode::binary(&text).map_or(text, Cow::Owned)),
            _ => Scalar::Text(text),
        })
    }

    /// The text of a string; `None` for numbers, booleans, null and collections.
    pub fn string(&self, node: NodeId) -> Option<Cow<'s, str>> {
        match self.scalar(node)? {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar of any type, as it is written without its quotes; `None` for null and collections.
    pub fn word(&self, node: NodeId) -> Option<Cow<'s, str>> {
        match self.scalar(node)? {
            Scalar::Text(text) => Some(text),
            Scalar::Null => None,
            _ => Some(self.decoded(self.follow(node))),
        }
    }

    /// The text of a scalar without its quotes, escapes and folds, whatever it resolves to; empty for anything else.
    pub fn decoded(&self, node: NodeId) -> Cow<'s, str> {
        let Node { kind, first, verbatim, .. } = *self.node(node);
        if verbatim {
            Cow::Borrowed(inside(self.raw(node)))
        } else {
            decode::scalar(kind, self.raw(node), first as usize, self.json)
        }
    }

    /// Whether the node is null: written so, or nothing is written.
    pub fn is_null(&self, node: NodeId) -> bool {
        matches!(self.scalar(node), Some(Scalar::Null))
    }

    /// Whether a key is the string `name`.
    #[inline]
    pub fn is_key(&self, key: NodeId, name: &str) -> bool {
        let node = self.node(key);
        match node.kind {
            // No name that is asked for would resolve to anything but itself.
            Kind::Plain if node.properties == NONE => self.is_written(node, name),
            _ if node.verbatim && node.properties == NONE => {
                node.span.len() == name.len() + 2
                    && self.text.as_bytes()[node.span.start() + 1..node.span.end() - 1]
                        == *name.as_bytes()
            }
            _ => self.is_odd_key(key, name),
        }
    }

    #[cold]
    fn is_odd_key(&self, key: NodeId, name: &str) -> bool {
        self.string(key).is_some_and(|text| text == name)
    }

    /// Whether a key is the merge key: `<<`, unquoted.
    #[inline]
    pub fn is_merge_key(&self, key: NodeId) -> bool {
        // The parser has refused one with a tag.
        let node = self.node(key);
        node.kind == Kind::Plain && self.is_written(node, MERGE)
    }

    #[inline]
    fn is_written(&self, node: &Node, text: &str) -> bool {
        node.span.len() == text.len() && self.text.as_bytes()[node.span.range()] == *text.as_bytes()
    }

    /// The value that kubectl sees under a key: the last of duplicates, merges included in their order.
    pub fn get(&self, mapping: NodeId, name: &str) -> Option<NodeId> {
        let mapping = self.follow(mapping);
        let node = self.node(mapping);
        let mut next = if node.kind.is_mapping() { node.first } else { NONE };
        let (mut found, mut left) = (None, FEW);
        while next != NONE {
            let key = NodeId(next);
            let node = self.node(key);
            let value = NodeId(node.next);
            // Most keys are told from the name, and from a merge, by their length.
            let is_other = node.kind == Kind::Plain
                && node.properties == NONE
                && node.span.len() != name.len()
                && node.span.len() != MERGE.len();
            if left == 0 || !is_other && self.is_merge_key(key) {
                return self.get_merged(mapping, name, &mut HashMap::new());
            }
            if !is_other && self.is_key(key, name) {
                found = Some(value);
            }
            next = self.node(value).next;
            left -= 1;
        }
        found
    }

    /// The value under a path of keys.
    pub fn find(&self, from: NodeId, path: &[&str]) -> Option<NodeId> {
        path.iter().try_fold(from, |node, name| self.get(node, name))
    }

    /// The node as a value: the last of duplicate keys, aliases as their text, so that it is never larger than its text.
    pub fn value(&self, node: NodeId) -> Value {
        match self.kind(node) {
            Kind::Alias => Value::from(self.raw(node)),
            kind if kind.is_sequence() => self.items(node).map(|item| self.value(item)).collect(),
            kind if kind.is_mapping() => {
                let key =
                    |key| self.word(key).map_or_else(|| self.raw(key).to_owned(), Cow::into_owned);
                Value::Object(
                    self.entries(node)
                        .map(|(name, value)| (key(name), self.value(value)))
                        .collect(),
                )
            }
            _ => match self.scalar(node) {
                Some(Scalar::Bool(value)) => Value::from(value),
                Some(Scalar::Int(value)) => i64::try_from(value).map_or(Value::Null, Value::from),
                Some(Scalar::Float(value)) => Value::from(value),
                Some(Scalar::Text(text)) => Value::from(text.into_owned()),
                Some(Scalar::Null) | None => Value::Null,
            },
        }
    }

    /// `known` holds what the merged mappings gave, so that merges of merges cost no more than the mappings there are.
    fn get_merged(
        &self,
        mapping: NodeId,
        name: &str,
        known: &mut HashMap<NodeId, Option<NodeId>>,
    ) -> Option<NodeId> {
        let mapping = self.follow(mapping);
        if let Some(found) = known.get(&mapping) {
            return *found;
        }
        let large = self.large.get_or_init(|| self.all_large());
        let found = match large.get(&mapping) {
            Some(large) => self.get_in_large(large, name, known),
            None => self.entries(mapping).fold(None, |found, (key, value)| {
                if self.is_merge_key(key) {
                    self.get_in_merge(value, name, known).or(found)
                } else if self.is_key(key, name) {
                    Some(value)
                } else {
                    found
                }
            }),
        };
        if self.is_aliased(mapping) {
            known.insert(mapping, found);
        }
        found
    }

    fn get_in_large(
        &self,
        Large { values, merges }: &Large,
        name: &str,
        known: &mut HashMap<NodeId, Option<NodeId>>,
    ) -> Option<NodeId> {
        let own = values.get(name);
        let later =
            merges.iter().rev().take_while(|(number, _)| own.is_none_or(|it| it.0 < *number));
        let merged = later.filter_map(|(_, merged)| self.get_in_merge(*merged, name, known)).next();
        merged.or(own.map(|(_, value)| *value))
    }

    fn all_large(&self) -> HashMap<NodeId, Large> {
        let nodes = (0..).take(self.nodes.len()).map(NodeId);
        let large = nodes.filter(|&node| self.entries(node).nth(FEW).is_some());
        large.map(|node| (node, self.read_large(node))).collect()
    }

    fn read_large(&self, mapping: NodeId) -> Large {
        let (mut values, mut merges) = (HashMap::new(), HashMap::new());
        for (number, (key, value)) in self.entries(mapping).enumerate() {
            if self.is_merge_key(key) {
                merges.insert(self.follow(value), number);
            } else if let Some(text) = self.key_text(key) {
                values.insert(text.into(), (number, value));
            }
        }
        let mut merges: Vec<_> = merges.into_iter().map(|(node, number)| (number, node)).collect();
        merges.sort_unstable();
        Large { values, merges }
    }

    /// The name that a key has.
    fn key_text(&self, key: NodeId) -> Option<Cow<'s, str>> {
        let node = self.node(key);
        match node.kind {
            Kind::Plain if node.properties == NONE => Some(self.raw(key).into()),
            _ => self.string(key),
        }
    }

    /// The first of a list of merged mappings wins.
    fn get_in_merge(
        &self,
        merged: NodeId,
        name: &str,
        known: &mut HashMap<NodeId, Option<NodeId>>,
    ) -> Option<NodeId> {
        let merged = self.follow(merged);
        if self.kind(merged).is_sequence() {
            self.items(merged).find_map(|item| self.get_merged(item, name, known))
        } else {
            self.get_merged(merged, name, known)
        }
    }

    fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn a_key_is_what_it_says_however_it_is_quoted() {
        let names = ["kind", "kinds", "kin", "a b", "\\x", r"\\", "\u{e9}", "\u{2028}"];
        let keys = [
            "kind",
            "'kind'",
            r#""kind""#,
            r#""\x6bind""#,
            r#""ki\u006ed""#,
            "\"a\n  b\"",
            "\"a\\\n  \\ b\"",
            r#""\\x""#,
            r#""\xe9""#,
            r#""\L""#,
            "\u{e9}",
            "true",
            r#""true""#,
            "!!str kind",
            "\"kind\\\n\"",
            "\"a\nb\"",
            r#""\\""#,
        ];
        for key in keys {
            let text = format!("? {key}\n: 1");
            let tree = parse(&text, Span::new(0, text.len())).unwrap().unwrap();
            let (node, _) = tree.entries(tree.root()).next().unwrap();
            for name in names {
                let said = tree.string(node).is_some_and(|text| text == name);
                assert_eq!(tree.is_key(node, name), said, "{key} {name}");
            }
        }
    }

    /// What `get` gives by its definition, without a table.
    fn looked_through(tree: &Tree, mapping: NodeId, name: &str) -> Option<NodeId> {
        let mapping = tree.follow(mapping);
        let mut found = None;
        for (key, value) in tree.entries(mapping) {
            if !tree.is_merge_key(key) {
                found = if tree.is_key(key, name) { Some(value) } else { found };
                continue;
            }
            let merged = tree.follow(value);
            let mut all: Vec<_> = tree.items(merged).collect();
            if !tree.kind(merged).is_sequence() {
                all.push(merged);
            }
            let mut all = all.into_iter();
            found = all.find_map(|it| looked_through(tree, it, name)).or(found);
        }
        found
    }

    #[test]
    fn a_table_says_what_looking_through_the_entries_says() {
        let others: String = (0..2 * FEW).map(|n| format!("  other{n}: {n}\n")).collect();
        let keys = ["a", "'b'", "\"\\x61\"", "!!str c", "true", "a", "1"];
        let own: String =
            keys.iter().enumerate().map(|(n, key)| format!("  {key}: own{n}\n")).collect();
        let texts = [
            format!("x:\n{own}{others}"),
            format!("x:\n{others}{own}"),
            format!(
                "y: &y {{a: 1, b: 2}}\nz: &z {{a: 3, c: 4}}\nx:\n{others}  <<: *y\n{own}  <<: *z\n"
            ),
            format!(
                "y: &y {{a: 1}}\nz: &z {{c: 4}}\nx:\n{own}{others}  <<: *y\n  <<: *z\n  <<: *y\n"
            ),
            format!("y: &y\n{others}  a: 1\nz: &z\n  <<: *y\n  c: 4\nx:\n  <<: [*z, *y]\n{own}"),
            format!("y: &y\n{own}{others}\nx: {{<<: *y, b: 5}}\n"),
            format!("y: &y\n{own}{others}\nx: *y\n"),
        ];
        for text in texts {
            let tree = parse(&text, Span::new(0, text.len())).unwrap().unwrap();
            let x = tree.get(tree.root(), "x").unwrap();
            for name in ["a", "b", "c", "true", "~", "1", "other0", "other20", "none", "<<"] {
                let (own, all) = (tree.get(x, name), looked_through(&tree, x, name));
                assert_eq!(own, all, "{name} in\n{text}");
            }
        }
    }
}
