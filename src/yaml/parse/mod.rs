//! From the text of one document to its nodes, with exact spans. Knows nothing of streams.
//!
//! The grammar is that of goyaml.v2, which kubectl reads with: YAML 1.1 as libyaml has it. What kubectl refuses is
//! refused here, and what is accepted has the same tree; the tests hold both against two independent readers.

mod block;
mod flow;
mod scalar;

use std::collections::HashMap;

use super::tree::{Kind, NONE, Node, NodeId, Properties, Tag, Tree};
use crate::text::Span;

/// Collections nest at most this deep.
pub const MAX_DEPTH: usize = 256;

/// A key is at most this many characters long, as in libyaml.
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
    pub(super) fn new(rule: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { rule, span, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

type Result<T> = std::result::Result<T, Error>;

/// Parses one document: the bytes `span` of `text`, without separators. `None` where it holds no node.
pub fn parse(text: &str, span: Span) -> Result<Option<Tree<'_>>> {
    let mut parser = Parser::new(text, span);
    match parser.document() {
        Ok(Some(root)) => Ok(Some(parser.into_tree(root, span))),
        Ok(None) => Ok(None),
        Err(error) => Err(template_error(&text[span.range()], span.start(), error)),
    }
}

/// Parses the next of several JSON objects in one text; returns where it ends.
pub fn parse_json_prefix(text: &str, span: Span) -> Result<Option<(Tree<'_>, usize)>> {
    let mut parser = Parser::new(text, span);
    let root = parser
        .first_object()
        .map_err(|error| template_error(&text[span.range()], span.start(), error))?;
    let end = parser.at;
    Ok(root.map(|root| (parser.into_tree(root, Span::new(span.start(), end)), end)))
}

pub(super) struct Parser<'s> {
    text: &'s str,
    /// The source up to the end of the document.
    bytes: &'s [u8],
    at: usize,
    /// Where the line of `at` begins; kept only in block context.
    line: usize,
    depth: usize,
    /// Whether the text begins with `{`: kubectl then reads it as JSON, which knows no limit for keys.
    json: bool,
    nodes: Vec<Node>,
    properties: Vec<Properties>,
    /// The latest node of each anchor's name; `None` while the node is not complete.
    anchors: HashMap<&'s str, Option<NodeId>>,
}

impl<'s> Parser<'s> {
    fn new(text: &'s str, span: Span) -> Self {
        Self {
            text,
            bytes: &text.as_bytes()[..span.end()],
            at: span.start(),
            line: span.start(),
            depth: 0,
            json: false,
            nodes: Vec::with_capacity(span.len() / 16),
            properties: Vec::new(),
            anchors: HashMap::new(),
        }
    }

    fn into_tree(self, root: NodeId, span: Span) -> Tree<'s> {
        Tree { text: self.text, nodes: self.nodes, properties: self.properties, root, span }
    }

    fn document(&mut self) -> Result<Option<NodeId>> {
        let Some(root) = self.root()? else { return Ok(None) };
        self.skip_to_token()?;
        if self.at_document_end() {
            self.nothing_after_end()?;
        } else if self.at < self.bytes.len() {
            return Err(self.unexpected("unexpected text after the end of the document's content"));
        }
        Ok(Some(root))
    }

    fn first_object(&mut self) -> Result<Option<NodeId>> {
        self.skip_to_token()?;
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        if self.peek() != Some(b'{') {
            return Err(self.unexpected("unexpected text after a JSON object"));
        }
        self.json = true;
        self.flow_node().map(Some)
    }

    fn root(&mut self) -> Result<Option<NodeId>> {
        self.check_characters()?;
        if self.bytes[self.at..].starts_with("\u{FEFF}".as_bytes()) {
            self.at += 3;
            self.line = self.at;
        }
        self.skip_to_token()?;
        if self.at_document_end() {
            self.nothing_after_end()?;
            return Ok(None);
        }
        match self.peek() {
            None => Ok(None),
            Some(b'%') if self.column() == 0 => {
                let end = self.line_end();
                let span = Span::new(self.at, end);
                Err(Error::new("directive", span, "a directive before `---`: kubectl refuses it")
                    .help("remove the line"))
            }
            first => {
                self.json = first == Some(b'{');
                self.block_node(-1, self.at).map(Some)
            }
        }
    }

    /// Refuses what no reader of YAML accepts, and the line breaks that only some know.
    fn check_characters(&self) -> Result<()> {
        let text = &self.bytes[self.at..];
        let control =
            |byte: u8| (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F;
        let odd = |character: char| {
            matches!(
                character,
                '\u{80}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}'
            )
        };
        let found = if text.iter().fold(false, |found, &byte| found | control(byte)) {
            text.iter().position(|&byte| control(byte)).map(|at| (at, 1))
        } else if text.is_ascii() {
            None
        } else {
            self.text[self.at..self.bytes.len()]
                .char_indices()
                .find(|&(_, c)| odd(c))
                .map(|(at, c)| (at, c.len_utf8()))
        };
        let Some((offset, width)) = found else { return Ok(()) };
        let span = Span::new(self.at + offset, self.at + offset + width);
        let code = self.text[span.range()].chars().next().map_or(0, u32::from);
        Err(Error::new(
            "syntax",
            span,
            format!("the character U+{code:04X} cannot stand in a manifest"),
        )
        .help("write it as an escape in double quotes"))
    }

    fn nothing_after_end(&mut self) -> Result<()> {
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
        let span = Span::new(self.at, self.line_end());
        Err(Error::new(
            "after-document-end",
            span,
            "text after `...`: kubectl ignores it in silence",
        )
        .help("separate documents with `---`, or remove the text"))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn byte(&self, offset: usize) -> Option<u8> {
        self.bytes.get(self.at + offset).copied()
    }

    /// Bytes from the start of the line.
    fn column(&self) -> usize {
        self.at - self.line
    }

    /// Whether a blank, a line break or the end follows after `offset` bytes.
    fn is_blank_at(&self, offset: usize) -> bool {
        matches!(self.byte(offset), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    fn at_line_end(&self) -> bool {
        matches!(self.peek(), None | Some(b'\n' | b'\r'))
    }

    fn line_end(&self) -> usize {
        let rest = &self.bytes[self.at..];
        self.at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
    }

    /// Whether `...` stands alone in the first column. (`---` ended the document before it came here, unless a bare
    /// carriage return hid it from the splitter.)
    fn at_document_end(&self) -> bool {
        self.column() == 0 && self.bytes[self.at..].starts_with(b"...") && self.is_blank_at(3)
    }

    fn skip_inline_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) {
        if self.peek() == Some(b'#') {
            self.at = self.line_end();
        }
    }

    /// Passes one line break, if one is here.
    fn skip_break(&mut self) -> bool {
        let width = match self.peek() {
            Some(b'\r') if self.byte(1) == Some(b'\n') => 2,
            Some(b'\n' | b'\r') => 1,
            _ => return false,
        };
        self.at += width;
        self.line = self.at;
        true
    }

    /// Goes on to the next token in block context: over the rest of the line and over blank and comment lines.
    fn skip_to_token(&mut self) -> Result<()> {
        if self.at > self.line {
            self.skip_inline_blanks();
        }
        loop {
            while self.peek() == Some(b' ') {
                self.at += 1;
            }
            self.skip_comment();
            if !self.skip_break() {
                break;
            }
        }
        if self.peek() == Some(b'\t') {
            return Err(self.unexpected("a tab cannot indent").help("indent with spaces"));
        }
        let marker =
            self.column() == 0 && self.bytes[self.at..].starts_with(b"---") && self.is_blank_at(3);
        if marker {
            return Err(self
                .unexpected("a separator after a bare carriage return: kubectl does not see it"));
        }
        Ok(())
    }

    /// The rest of the line holds nothing but a comment.
    fn finish_line(&mut self) -> Result<()> {
        // A block scalar has taken its last line whole.
        if self.at == self.line {
            return Ok(());
        }
        self.skip_inline_blanks();
        match self.peek() {
            None | Some(b'#' | b'\n' | b'\r') => Ok(()),
            Some(b':') if self.is_blank_at(1) => Err(self
                .unexpected("a key is not possible here")
                .help("quote a value that holds `: `")),
            _ => Err(self.unexpected("unexpected text after a value")),
        }
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

    /// Links `child` as the next after `last`, or as the first of `parent`.
    fn link(&mut self, parent: NodeId, last: &mut Option<NodeId>, child: NodeId) {
        match last.replace(child) {
            Some(previous) => self.node_mut(previous).next = child.0,
            None => self.node_mut(parent).first = child.0,
        }
    }

    fn descend(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(self.unexpected(format!("nested deeper than {MAX_DEPTH} levels")))
    }

    fn unexpected(&self, message: impl Into<String>) -> Error {
        let width = self.text[self.at..self.bytes.len()].chars().next().map_or(0, char::len_utf8);
        Error::new("syntax", Span::new(self.at, self.at + width), message)
    }

    fn error(&self, span: Span, message: impl Into<String>) -> Error {
        Error::new("syntax", span, message)
    }
}

/// Anchor and tag, read before the node they belong to.
#[derive(Clone, Copy)]
struct PendingProperties<'s> {
    span: Span,
    anchor: Option<&'s str>,
    tag: Option<Tag>,
}

impl<'s> Parser<'s> {
    /// Reads anchor and tag, in any order, and the blanks after them.
    fn read_properties(&mut self) -> Result<Option<PendingProperties<'s>>> {
        let start = self.at;
        let mut found = PendingProperties { span: Span::at(start), anchor: None, tag: None };
        let mut tagged = false;
        loop {
            match self.peek() {
                Some(b'&') if found.anchor.is_none() => {
                    let name = self.read_anchor_name()?;
                    found.anchor = Some(name);
                    self.anchors.insert(name, None);
                }
                Some(b'!') if !tagged => {
                    tagged = true;
                    found.tag = self.read_tag()?;
                }
                Some(b'&' | b'!') => {
                    return Err(self.unexpected("a node has at most one anchor and one tag"));
                }
                _ => break,
            }
            found.span.end = self.at as u32;
            self.skip_inline_blanks();
        }
        Ok((!found.span.is_empty()).then_some(found))
    }

    fn read_anchor_name(&mut self) -> Result<&'s str> {
        let start = self.at + 1;
        let rest = &self.bytes[start..];
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            .count();
        self.at = start + length;
        let ends = self.is_blank_at(0)
            || matches!(self.peek(), Some(b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'));
        if length == 0 || !ends {
            return Err(self.unexpected("an anchor's name holds letters, digits, `-` and `_` only"));
        }
        Ok(&self.text[start..self.at])
    }

    fn read_tag(&mut self) -> Result<Option<Tag>> {
        let start = self.at;
        let verbatim = self.byte(1) == Some(b'<');
        while let Some(byte) = self.peek() {
            let ends = matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
                || (!verbatim && matches!(byte, b',' | b'[' | b']' | b'{' | b'}'));
            if ends {
                break;
            }
            self.at += 1;
        }
        if !self.is_blank_at(0) && self.peek() != Some(b',') {
            return Err(self.unexpected("a blank must follow a tag"));
        }
        let tag = &self.text[start..self.at];
        let (handle, suffix) = match tag.strip_prefix("!!") {
            Some(suffix) => ("!!", suffix),
            None => {
                match tag.strip_prefix("!<tag:yaml.org,2002:").and_then(|tag| tag.strip_suffix('>'))
                {
                    Some(suffix) => ("!!", suffix),
                    None => ("!", &tag[1..]),
                }
            }
        };
        if verbatim && !tag.ends_with('>') {
            return Err(self.error(Span::new(start, self.at), "a verbatim tag ends with `>`"));
        }
        if handle == "!" && !verbatim && suffix.contains('!') {
            return Err(
                self.error(Span::new(start, self.at), "a tag handle that no directive declares")
            );
        }
        Ok(match (handle, suffix) {
            ("!!", "int" | "bool" | "float" | "null" | "timestamp") => Some(Tag::Plain),
            ("!!", "map" | "seq" | "merge") => None,
            ("!!", "binary") => Some(Tag::Binary),
            _ => Some(Tag::Text),
        })
    }

    /// Gives a node its properties and makes its anchor known.
    fn attach(&mut self, node: NodeId, properties: Option<PendingProperties<'s>>) {
        let Some(PendingProperties { span, anchor, tag }) = properties else { return };
        self.node_mut(node).properties = self.properties.len() as u32;
        self.properties.push(Properties { span, tag, anchored: anchor.is_some() });
        if let Some(name) = anchor {
            self.anchors.insert(name, Some(node));
        }
    }

    fn alias(&mut self, lead: usize) -> Result<NodeId> {
        let start = self.at;
        let name = self.read_anchor_name()?;
        let span = Span::new(start, self.at);
        match self.anchors.get(name) {
            Some(&Some(target)) => {
                let alias = self.push(Kind::Alias, span, lead);
                self.node_mut(alias).first = target.0;
                self.node_mut(target).aliased = true;
                Ok(alias)
            }
            Some(None) => Err(self.error(span, format!("the anchor `{name}` holds itself"))),
            None => Err(self.error(span, format!("no anchor `{name}` before this alias"))),
        }
    }
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
    Error::new(
        "helm-template",
        span,
        "`{{` where YAML needs a value: this is a template, not a manifest",
    )
    .help("run `helm template` first and pipe its output")
}
