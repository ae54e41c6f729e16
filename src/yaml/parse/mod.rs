//! From the text of one document to its nodes, with exact spans. Knows nothing of streams.
//!
//! The grammar is that of goyaml.v2, which kubectl reads with: YAML 1.1 as libyaml has it. What kubectl refuses is
//! refused here, and what is accepted has the same tree; the tests hold both against two independent readers. Refused
//! although kubectl reads them: text that it ignores after the end of a document, the line breaks of Unicode outside
//! double quotes, which readers disagree on, and nesting deeper than [`MAX_DEPTH`].

mod cursor;
mod properties;
mod block;
mod key;
mod flow;
mod plain;
mod quoted;
mod literal;
mod json;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

pub use self::literal::ScalarCache;
use self::properties::Read;
use super::decode::{self, find_unicode_break};
use super::tree::{Kind, NONE, Node, NodeId, Properties, Tag, Tree};
use crate::text::Span;

/// Collections nest at most this deep.
pub const MAX_DEPTH: usize = 256;

/// A key's colon stands at most this many characters after its start, as in libyaml.
const MAX_KEY: usize = 1024;

/// Why a text is not a document that kubectl reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Id of the rule: `syntax`, `after-document-end`, `directive`, `helm-template`.
    pub rule: &'static str,
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
}

impl Error {
    fn new(rule: &'static str, span: Span, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { rule, span, message: message.into(), help: None })
    }

    fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }
}

/// Boxed, so that a node's number comes back in a register.
type Result<T> = std::result::Result<T, Box<Error>>;

/// Parses one document of YAML: the bytes `span` of `text`, without separators. `None` where it holds no node.
pub fn parse(text: &str, span: Span) -> std::result::Result<Option<Tree<'_>>, Error> {
    let mut parser = Parser::new(text, span);
    let root = parser.document();
    parser.finish(root, span)
}

/// Parses the next of several JSON objects, of which kubectl takes a text that begins with `{` to be made; returns
/// where it ends.
pub fn parse_json_prefix(
    text: &str,
    span: Span,
) -> std::result::Result<Option<(Tree<'_>, usize)>, Error> {
    let mut parser = Parser::new(text, span);
    parser.json = true;
    let root = parser.json_object();
    let end = parser.at;
    let span = if root.is_ok() { Span::new(span.start(), end) } else { span };
    Ok(parser.finish(root, span)?.map(|tree| (tree, end)))
}

/// Parses the new text of a document in the language of the old. `passed` is for the next such text.
pub fn parse_edited<'s>(
    old: &Tree,
    text: &'s str,
    passed: &mut ScalarCache,
) -> std::result::Result<Option<Tree<'s>>, Error> {
    let span = Span::new(0, text.len());
    let mut parser = Parser::new(text, span);
    parser.json = old.json;
    parser.passed = Some(std::mem::take(passed));
    let root = if old.json { parser.json_document() } else { parser.document() };
    *passed = parser.passed.take().unwrap_or_default();
    parser.finish(root, span)
}

struct Parser<'s> {
    text: &'s str,
    /// The source up to the end of the document.
    bytes: &'s [u8],
    at: usize,
    /// Where the line of `at` begins. Invariant: at most `at`.
    line: usize,
    /// Whether the last scalar took the end of its line with it: `at` is then where the next token may begin.
    fresh: bool,
    /// Column of the innermost block collection, -1 outside of any: plain text in brackets minds it.
    indent: isize,
    depth: usize,
    json: bool,
    is_ascii: bool,
    nodes: Vec<Node>,
    properties: Vec<Properties>,
    read: Vec<Read<'s>>,
    /// For texts of which many share long lines; `None` for the input.
    passed: Option<ScalarCache>,
    /// The latest node of each anchor's name.
    anchors: HashMap<&'s str, NodeId>,
    /// How deep the merges nest of the mappings that have some.
    merges: HashMap<NodeId, usize>,
}

/// Whether a document stands right after a separator in the first line of its source: kubectl leaves that one in the
/// document, and then `...` may end it at once.
fn follows_first_separator(text: &str, start: usize) -> bool {
    let before = text[..start].trim_start_matches('\u{FEFF}');
    before.starts_with("---") && before.trim_end_matches(['\r', '\n']).lines().count() == 1
}

impl<'s> Parser<'s> {
    fn new(text: &'s str, span: Span) -> Self {
        Self {
            text,
            bytes: &text.as_bytes()[..span.end()],
            at: span.start(),
            line: span.start(),
            fresh: false,
            indent: -1,
            depth: 0,
            json: false,
            is_ascii: false,
            // Between the dense (a node for 9 bytes) and the prose of block scalars.
            nodes: Vec::with_capacity(span.len() / 16 + 4),
            properties: Vec::new(),
            read: Vec::new(),
            passed: None,
            anchors: HashMap::new(),
            merges: HashMap::new(),
        }
    }

    fn finish(
        self,
        root: Result<Option<NodeId>>,
        span: Span,
    ) -> std::result::Result<Option<Tree<'s>>, Error> {
        let Self { text, nodes, properties, json, .. } = self;
        match root {
            Ok(root) => {
                let large = OnceLock::new();
                let tree =
                    |root| Tree { text, source: 0, nodes, properties, root, span, json, large };
                Ok(root.map(tree))
            }
            Err(error) => Err(template_error(&text[span.range()], span.start(), *error)),
        }
    }

    fn document(&mut self) -> Result<Option<NodeId>> {
        let start = self.at;
        self.check_characters()?;
        self.skip_mark();
        self.skip_to_token()?;
        if self.at == self.bytes.len() {
            self.check_unicode_breaks(Span::new(start, self.at))?;
            return Ok(None);
        }
        if self.peek() == Some(b'%') && self.column() == 0 {
            let span = Span::new(self.at, self.line_end());
            return Err(Error::new(
                "directive",
                span,
                "a directive before `---`: kubectl refuses it",
            )
            .help("remove the line"));
        }
        if self.at_document_end() {
            if !follows_first_separator(self.text, start) {
                return Err(self.unexpected("`...` ends a document that holds nothing"));
            }
            return self.nothing_after().map(|()| None);
        }
        let root = self.block_node(-1, self.at)?;
        self.check_value(root)?;
        self.nothing_after()?;
        self.check_unicode_breaks(Span::new(start, self.bytes.len()))?;
        Ok(Some(root))
    }

    /// Refuses text after the root and after `...`: kubectl does not see it.
    fn nothing_after(&mut self) -> Result<()> {
        self.skip_to_token()?;
        let ended = self.at_document_end();
        while self.at_document_end() {
            self.at += 3;
            self.skip_inline_blanks();
            self.skip_comment();
            if !self.at_line_end() {
                break;
            }
            self.skip_to_token()?;
        }
        if self.at == self.bytes.len() {
            return Ok(());
        }
        Err(self.ignored_text(if ended { "`...`" } else { "the document's content" }))
    }

    fn ignored_text(&self, after: &str) -> Box<Error> {
        let span = Span::new(self.at, self.line_end());
        let message = format!("text after {after}: kubectl ignores it in silence");
        Error::new("after-document-end", span, message)
            .help("separate documents with `---`, or remove the text")
    }

    /// Refuses what no reader of YAML accepts.
    fn check_characters(&mut self) -> Result<()> {
        let text = &self.bytes[self.at..];
        let plain = |byte: u8| (byte.wrapping_sub(b' ') <= b'~' - b' ') | (byte == b'\n');
        self.is_ascii = all(text, plain);
        if self.is_ascii {
            return Ok(());
        }
        self.is_ascii = text.is_ascii();
        let allowed = |byte: u8| {
            ((byte >= 0x20) | (byte == b'\t') | (byte == b'\n') | (byte == b'\r')) & (byte != 0x7F)
        };
        let found = match (all(text, allowed), self.is_ascii) {
            (true, true) => None,
            (true, false) => find_odd_character(&self.text[self.at..self.bytes.len()]),
            (false, _) => text.iter().position(|&byte| !allowed(byte)),
        };
        found.map_or(Ok(()), |offset| Err(self.odd_character(self.at + offset)))
    }

    /// Refuses the line breaks that only some readers know, but in double quotes, where all agree that they are text.
    fn check_unicode_breaks(&self, span: Span) -> Result<()> {
        if self.is_ascii {
            return Ok(());
        }
        let text = &self.text[span.range()];
        let mut at = 0;
        let mut quoted = None;
        while let Some((found, character)) = find_unicode_break(&text[at..]) {
            let place = span.start() + at + found;
            let spans = quoted.get_or_insert_with(|| self.double_quoted_spans());
            let after = spans.partition_point(|quoted| quoted.start() <= place);
            if after == 0 || spans[after - 1].end() <= place {
                return Err(self.odd_character(place));
            }
            at += found + character.len_utf8();
        }
        Ok(())
    }

    fn double_quoted_spans(&self) -> Vec<Span> {
        let quoted = self.nodes.iter().filter(|node| node.kind == Kind::DoubleQuoted);
        let mut spans: Vec<_> = quoted.map(|node| node.span).collect();
        spans.sort();
        spans
    }

    fn odd_character(&self, at: usize) -> Box<Error> {
        let character = self.text[at..].chars().next().unwrap_or_default();
        let message = format!("the character U+{:04X} cannot stand here", u32::from(character));
        Error::new("syntax", Span::new(at, at + character.len_utf8()), message)
            .help("write it as an escape in double quotes")
    }

    fn push(&mut self, kind: Kind, span: Span, lead: usize) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node {
            span,
            lead: lead as u32,
            first: NONE,
            next: NONE,
            properties: NONE,
            kind,
            aliased: false,
            explicit: false,
            verbatim: false,
        });
        id
    }

    fn node_mut(&mut self, node: NodeId) -> &mut Node {
        &mut self.nodes[node.0 as usize]
    }

    fn span(&self, node: NodeId) -> Span {
        self.nodes[node.0 as usize].span
    }

    fn kind(&self, node: NodeId) -> Kind {
        self.nodes[node.0 as usize].kind
    }

    fn raw(&self, node: NodeId) -> &'s str {
        &self.text[self.span(node).range()]
    }

    fn decoded(&self, node: NodeId) -> Cow<'s, str> {
        let indent = self.nodes[node.0 as usize].first as usize;
        decode::scalar(self.kind(node), self.raw(node), indent, self.json)
    }

    fn tag(&self, node: NodeId) -> Option<Tag> {
        match self.nodes[node.0 as usize].properties {
            NONE => None,
            index => self.properties[index as usize].tag,
        }
    }

    /// Links `child` as the next after `last`, or as the first of `parent`.
    fn link(&mut self, parent: NodeId, last: &mut Option<NodeId>, child: NodeId) {
        match last.replace(child) {
            Some(previous) => self.node_mut(previous).next = child.0,
            None => self.node_mut(parent).first = child.0,
        }
    }

    /// Links a key and its value as the next after `last`, or as the first of `parent`.
    fn link_pair(&mut self, parent: NodeId, last: &mut Option<NodeId>, key: NodeId, value: NodeId) {
        self.link(parent, last, key);
        self.node_mut(key).next = value.0;
        *last = Some(value);
    }

    fn link_item(&mut self, parent: NodeId, last: &mut Option<NodeId>, item: NodeId) -> Result<()> {
        self.link(parent, last, item);
        self.check_value(item)
    }

    fn link_entry(
        &mut self,
        parent: NodeId,
        last: &mut Option<NodeId>,
        (key, value): (NodeId, NodeId),
    ) -> Result<()> {
        self.link_pair(parent, last, key, value);
        self.check_value(value)?;
        match self.kind(key) {
            Kind::Plain if self.span(key).len() == 2 && self.raw(key) == "<<" => {
                self.check_merge(parent, key, value)
            }
            kind if !kind.is_collection() && self.tag(key).is_some() => self.check_tagged_key(key),
            _ => Ok(()),
        }
    }

    /// Refuses the floats that JSON cannot say.
    fn check_value(&self, node: NodeId) -> Result<()> {
        let endless = self.kind(node) == Kind::Plain
            && matches!(self.bytes[self.span(node).start()], b'.' | b'+' | b'-')
            && ENDLESS.contains(&self.raw(node))
            && self.tag(node).is_none();
        if endless {
            return Err(self.error(self.span(node), "a number that JSON does not know"));
        }
        Ok(())
    }

    /// Whether `<<` with a tag merges depends on the tag, and in practice no file has one.
    fn check_tagged_key(&self, key: NodeId) -> Result<()> {
        if self.tag(key).is_some() && self.decoded(key) == "<<" {
            return Err(self.error(self.span(key), "a merge key with a tag"));
        }
        Ok(())
    }

    /// A merge takes a mapping, or a list of them, not through an alias for the list.
    fn check_merge(&mut self, parent: NodeId, key: NodeId, value: NodeId) -> Result<()> {
        self.check_tagged_key(key)?;
        if !self.kind(value).is_sequence() {
            return self.check_merged(parent, value);
        }
        let mut item = self.nodes[value.0 as usize].first;
        while item != NONE {
            self.check_merged(parent, NodeId(item))?;
            item = self.nodes[item as usize].next;
        }
        Ok(())
    }

    /// Who looks for a key goes down a chain of merges, which therefore nest no deeper than collections.
    fn check_merged(&mut self, parent: NodeId, value: NodeId) -> Result<()> {
        let merged = self.target(value);
        if !self.kind(merged).is_mapping() {
            let message = "`<<` merges a mapping or a list of mappings";
            return Err(self.error(self.span(value), message));
        }
        let depth = 1 + self.merges.get(&merged).copied().unwrap_or(0);
        if depth > MAX_DEPTH {
            let message = format!("merges nested deeper than {MAX_DEPTH} levels");
            return Err(self.error(self.span(value), message));
        }
        let deepest = self.merges.entry(parent).or_insert(0);
        *deepest = depth.max(*deepest);
        Ok(())
    }

    /// The node that an alias stands for, else the node itself.
    fn target(&self, node: NodeId) -> NodeId {
        match self.nodes[node.0 as usize] {
            Node { kind: Kind::Alias, first, .. } => NodeId(first),
            _ => node,
        }
    }

    fn descend(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(self.unexpected(format!("nested deeper than {MAX_DEPTH} levels")))
    }

    /// The collection ends where its last child ends.
    fn close_block(&mut self, collection: NodeId, last: Option<NodeId>) {
        self.depth -= 1;
        if let Some(last) = last {
            let end = self.span(last).end.max(self.header_end(last));
            self.node_mut(collection).span.end = end;
        }
    }

    fn header_end(&self, node: NodeId) -> u32 {
        match self.nodes[node.0 as usize].properties {
            NONE => 0,
            index => self.properties[index as usize].span.end,
        }
    }
}

const ENDLESS: [&str; 12] = [
    ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN",
    ".NAN",
];

/// Whether all bytes are such. Without a branch, so that many are looked at at once.
fn all(text: &[u8], such: impl Fn(u8) -> bool) -> bool {
    text.iter().fold(true, |all, &byte| all & such(byte))
}

/// Control characters, and what is no character.
fn find_odd_character(text: &str) -> Option<usize> {
    let odd = |character: char| matches!(character, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}');
    text.char_indices().find(|&(_, character)| odd(character)).map(|(at, _)| at)
}

/// Names a template's braces as the reason where they are one.
fn template_error(document: &str, start: usize, error: Error) -> Error {
    let at = error.span.start() - start;
    let line = memchr::memrchr(b'\n', &document.as_bytes()[..at]).map_or(0, |newline| newline + 1);
    let line_end =
        memchr::memchr(b'\n', &document.as_bytes()[at..]).map_or(document.len(), |end| at + end);
    let Some(brace) = document[line..line_end].find("{{").filter(|_| error.rule == "syntax") else {
        return error;
    };
    let brace = line + brace;
    let end = document[brace..].find("}}").map_or(brace + 2, |end| brace + end + 2);
    let span = Span::new(start + brace, start + end);
    let message = "`{{` where YAML needs a value: this is a template, not a manifest";
    *Error::new("helm-template", span, message)
        .help("run `helm template` first and pipe its output")
}
