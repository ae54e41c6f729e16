//! Two independent readers of YAML that judge a tree of ours.
#![allow(dead_code, unreachable_pub)]

use std::fmt;

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};
use serde::Deserialize;
use serde_yaml::Value;
use wgsidecar::yaml::{Kind, NodeId, Scalar, Tree, stream};

/// Why a judge says no: it refuses the text, or it reads it otherwise.
#[derive(Debug)]
pub enum Objection {
    Refuses(String),
    ReadsOtherwise(String),
}

impl fmt::Display for Objection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refuses(why) => write!(out, "refuses: {why}"),
            Self::ReadsOtherwise(what) => write!(out, "reads otherwise: {what}"),
        }
    }
}

impl From<&str> for Objection {
    fn from(what: &str) -> Self {
        Self::ReadsOtherwise(what.to_owned())
    }
}

pub type Verdict = Result<(), Objection>;

/// What a judge reads otherwise than we do, in the documents of a text that both read.
pub fn objection(text: &str) -> Option<String> {
    // To libyaml of today a comma ends a tag, to kubectl it does not.
    let comma_in_tag = |word: &str| word.contains('!') && word.contains(',');
    // To libyaml a byte order mark may begin any line, to kubectl it is text there.
    let late_mark = text.rfind('\u{FEFF}').is_some_and(|at| at > 0);
    if late_mark || text.split_ascii_whitespace().any(comma_in_tag) {
        return None;
    }
    // At the root YAML 1.2 lets the lines of a block scalar begin in the first column.
    let is_block = |tree: &Tree| matches!(tree.kind(tree.root()), Kind::Literal | Kind::Folded);
    let granit =
        |tree: &Tree| if is_read_anew(text) || is_block(tree) { Ok(()) } else { granit(tree) };
    // serde_yaml takes the next anchor for one that is defined twice.
    let libyaml = |tree: &Tree| if defines_twice(text) { Ok(()) } else { libyaml(tree) };
    let trees = stream::split(text).0.into_iter();
    let trees = trees.flat_map(|document| stream::parse(text, document).unwrap_or_default());
    trees.into_iter().find_map(|tree| {
        let verdicts = [("libyaml", libyaml(&tree)), ("granit", granit(&tree))];
        verdicts.into_iter().find_map(|(who, verdict)| match verdict {
            Err(Objection::ReadsOtherwise(what)) => Some(format!("{who}: {what}")),
            _ => None,
        })
    })
}

fn defines_twice(text: &str) -> bool {
    let is_name = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
    let names = text.split('&').skip(1);
    let mut names: Vec<_> = names.filter_map(|it| it.split(|it| !is_name(it)).next()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

/// Whether a text may hold what YAML 1.2 reads otherwise than 1.1, and granit-parser with it.
fn is_read_anew(text: &str) -> bool {
    // In brackets a colon ends a key before punctuation too, and a colon or question mark may begin a text.
    let punctuation = |pair: &[u8]| match pair {
        [b':', next] => b",[]{}".contains(next),
        [b'?', next] => !next.is_ascii_whitespace(),
        _ => false,
    };
    let begins_text = |three: &[u8]| match three {
        [before, b':', next] => before.is_ascii_whitespace() && !next.is_ascii_whitespace(),
        _ => false,
    };
    // The name of an anchor goes on to the next blank or bracket.
    let name = |after: &str| {
        let word = after.split(|it: char| it.is_whitespace() || ",[]{}".contains(it)).next();
        word.is_some_and(|it| {
            !it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
        })
    };
    // There are no other line breaks than CR and LF.
    let is_break = |it: char| matches!(it, '\u{85}' | '\u{2028}' | '\u{2029}');
    text.contains(is_break)
        || text.as_bytes().windows(2).any(punctuation)
        || text.as_bytes().windows(3).any(begins_text)
        || text.split(['&', '*']).skip(1).any(name)
}

/// libyaml, or serde_json for JSON, reads the same structure and the same strings.
pub fn libyaml(tree: &Tree) -> Verdict {
    let text = document(tree);
    let value = if tree.is_json() {
        serde_json::from_str::<Value>(&text).map_err(|error| error.to_string())
    } else {
        serde_yaml::from_str::<Value>(&text).map_err(|error| error.to_string())
    };
    match value {
        Ok(value) => same_value(tree, tree.root(), &value),
        // What serde_yaml adds to the grammar is not kubectl's.
        Err(error) if LIMITS.iter().any(|limit| error.contains(limit)) => Ok(()),
        Err(error) => Err(Objection::Refuses(error)),
    }
}

const LIMITS: [&str; 4] = [
    "duplicate entry",
    "repetition limit exceeded",
    "recursion limit exceeded",
    "as u128, expected any YAML value",
];

/// Whether libyaml's grammar and serde_yaml's decoding accept a text.
pub fn libyaml_accepts(text: &str) -> bool {
    serde_yaml::Deserializer::from_str(text).all(|document| Value::deserialize(document).is_ok())
}

/// The document without its byte order mark, and with the line end after its last line that kubectl adds.
fn document(tree: &Tree) -> String {
    let text = tree.text()[tree.document().range()].trim_start_matches('\u{FEFF}');
    let end = if text.ends_with(['\n', '\r']) { "" } else { "\n" };
    format!("{text}{end}")
}

fn same_value(tree: &Tree, node: NodeId, value: &Value) -> Verdict {
    let node = tree.follow(node);
    let agree = match value {
        Value::Tagged(tagged) => return same_value(tree, node, &tagged.value),
        Value::Sequence(items) => {
            let ours: Vec<_> = tree.items(node).collect();
            ours.iter().zip(items).try_for_each(|(item, value)| same_value(tree, *item, value))?;
            tree.kind(node).is_sequence() && ours.len() == items.len()
        }
        Value::Mapping(entries) => {
            let ours: Vec<_> = tree.entries(node).collect();
            for ((our_key, our_value), (key, value)) in ours.iter().zip(entries) {
                same_value(tree, *our_key, key)?;
                same_value(tree, *our_value, value)?;
            }
            tree.kind(node).is_mapping() && ours.len() == entries.len()
        }
        Value::String(text) => is_text(tree, node, text),
        Value::Null => is_scalar(tree, node) && tree.decoded(node).len() <= 4,
        Value::Bool(_) => match tree.scalar(node) {
            Some(Scalar::Bool(_)) => true,
            // A tag has made it a string.
            _ => is_scalar(tree, node) && tree.properties(node).is_some(),
        },
        Value::Number(number) => same_number(tree, node, number),
    };
    if agree {
        return Ok(());
    }
    let message = format!("{:?} {:?}, not {value:?}", tree.kind(node), tree.raw(node));
    Err(Objection::ReadsOtherwise(message))
}

/// YAML 1.2 has a text where kubectl may see a boolean or an octal number.
fn is_text(tree: &Tree, node: NodeId, text: &str) -> bool {
    let binary = tree.string(node).is_some_and(|string| string == text);
    is_scalar(tree, node) && (tree.decoded(node) == text || binary)
}

fn same_number(tree: &Tree, node: NodeId, number: &serde_yaml::Number) -> bool {
    match tree.scalar(node) {
        Some(Scalar::Int(value)) => number.as_f64() == Some(value as f64),
        // serde_json may err in the last bit.
        Some(Scalar::Float(value)) => {
            number.as_f64().is_some_and(|it| (it - value).abs() <= value.abs() * 1e-15)
        }
        // A tag has made it a string.
        _ => tree.properties(node).is_some(),
    }
}

fn is_scalar(tree: &Tree, node: NodeId) -> bool {
    tree.scalar(node).is_some()
}

/// granit-parser reports the same structure, the same decoded text, the same styles, and the same spans where its own
/// are exact.
pub fn granit(tree: &Tree) -> Verdict {
    let text = document(tree);
    let options = granit_parser::options! {
        emit_comments: false,
        block_nesting_limit: 10_000,
        flow_nesting_limit: 10_000,
    };
    let mut events = Vec::new();
    for event in Parser::new_from_str_with_options(&text, options) {
        match event {
            Ok((Event::StreamStart | Event::DocumentStart(..), _)) => {}
            Ok((Event::DocumentEnd, _)) => break,
            Ok(event) => events.push(event),
            Err(error) => return Err(Objection::Refuses(error.to_string())),
        }
    }
    let mut reading = Granit { tree, offset: offset(tree), events: events.iter() };
    reading.same(tree.root())
}

fn offset(tree: &Tree) -> usize {
    let text = &tree.text()[tree.document().range()];
    tree.document().end() - text.trim_start_matches('\u{FEFF}').len()
}

struct Granit<'t, 's, 'e> {
    tree: &'t Tree<'s>,
    /// Where the text that granit reads begins.
    offset: usize,
    events: std::slice::Iter<'e, (Event<'e>, Span)>,
}

impl Granit<'_, '_, '_> {
    fn same(&mut self, node: NodeId) -> Verdict {
        let tree = self.tree;
        let kind = tree.kind(node);
        let (event, span) = self.events.next().ok_or("an event is missing")?;
        let agree = match event {
            Event::Alias(_) => kind == Kind::Alias && self.has_span(node, span),
            Event::Scalar(text, style, ..) => {
                same_style(kind, *style) && self.has_text(node, text) && self.has_span(node, span)
            }
            Event::SequenceStart(style, ..) => {
                kind.is_sequence() && kind.is_flow() == (*style == StructureStyle::Flow)
            }
            Event::MappingStart(style, ..) => {
                kind.is_mapping() && kind.is_flow() == (*style == StructureStyle::Flow)
            }
            _ => false,
        };
        if !agree {
            let ours = (kind, tree.decoded(node), tree.span(node));
            let message = format!("{ours:?}, not {event:?} at {:?}", span.byte_range());
            return Err(Objection::ReadsOtherwise(message));
        }
        tree.items(node).try_for_each(|item| self.same(item))?;
        tree.entries(node).try_for_each(|(key, value)| {
            self.same(key)?;
            self.same(value)
        })?;
        if kind.is_collection() { self.end(node) } else { Ok(()) }
    }

    fn end(&mut self, node: NodeId) -> Verdict {
        let kind = self.tree.kind(node);
        let (event, span) = self.events.next().ok_or("an end is missing")?;
        let agree = match event {
            Event::SequenceEnd => kind.is_sequence(),
            Event::MappingEnd => kind.is_mapping(),
            _ => false,
        };
        let end = span.byte_range().map(|range| range.end + self.offset);
        let bracket = matches!(kind, Kind::FlowSequence | Kind::FlowMapping);
        if agree && (!bracket || end == Some(self.tree.span(node).end())) {
            return Ok(());
        }
        let message = format!("{kind:?} at {:?}, not {event:?} at {end:?}", self.tree.span(node));
        Err(Objection::ReadsOtherwise(message))
    }

    fn has_text(&self, node: NodeId, text: &str) -> bool {
        match self.tree.kind(node) {
            // An empty value is `~` to granit, unless a tag makes it a string.
            Kind::Empty | Kind::Absent => matches!(text, "" | "~"),
            _ => self.tree.decoded(node) == text,
        }
    }

    /// Block scalars and empty values have no exact end in granit.
    fn has_span(&self, node: NodeId, span: &Span) -> bool {
        let Some(range) = span.byte_range() else { return true };
        let offset = self.offset;
        let ours = self.tree.span(node);
        match self.tree.kind(node) {
            // Nor has what holds nothing but line breaks a start.
            Kind::Literal | Kind::Folded
                if self.tree.decoded(node).trim_matches('\n').is_empty() =>
            {
                true
            }
            Kind::Literal | Kind::Folded => {
                (ours.start()..=ours.end() + 1).contains(&(range.start + offset))
            }
            Kind::Empty | Kind::Absent => range.is_empty(),
            _ => range.start + offset == ours.start() && range.end + offset == ours.end(),
        }
    }
}

fn same_style(kind: Kind, style: ScalarStyle) -> bool {
    match style {
        ScalarStyle::Plain => matches!(kind, Kind::Plain | Kind::Empty | Kind::Absent),
        ScalarStyle::SingleQuoted => kind == Kind::SingleQuoted,
        ScalarStyle::DoubleQuoted => kind == Kind::DoubleQuoted,
        ScalarStyle::Literal => kind == Kind::Literal,
        ScalarStyle::Folded => kind == Kind::Folded,
    }
}
