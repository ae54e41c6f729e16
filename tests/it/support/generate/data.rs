//! Trees without a style.

use std::rc::Rc;

use super::choices::Choices;

#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Self>),
    Map(Vec<Entry>),
    /// An anchor's name before a node.
    Anchored(String, Box<Self>),
    /// The name of an anchor and what it stands for.
    Alias(String, Rc<Self>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Pair(String, Data),
    Merge(Data),
}

impl Data {
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub fn map(entries: Vec<(&str, Self)>) -> Self {
        let pair = |(key, value): (&str, Self)| Entry::Pair(key.to_owned(), value);
        Self::Map(entries.into_iter().map(pair).collect())
    }

    pub fn is_collection(&self) -> bool {
        match self {
            Self::Anchored(_, data) => data.is_collection(),
            Self::List(_) | Self::Map(_) => true,
            _ => false,
        }
    }

    pub fn holds_names(&self) -> bool {
        match self {
            Self::Anchored(..) | Self::Alias(..) => true,
            Self::List(items) => items.iter().any(Self::holds_names),
            Self::Map(entries) => entries.iter().any(|entry| match entry {
                Entry::Pair(_, value) => value.holds_names(),
                Entry::Merge(_) => true,
            }),
            _ => false,
        }
    }
}

/// A mapping of anything.
pub fn tree(choices: &mut Choices) -> Data {
    let mut anchors = Vec::new();
    map(choices, &mut anchors, 0)
}

type Anchors = Vec<(String, Data)>;

fn any(choices: &mut Choices, anchors: &mut Anchors, depth: usize) -> Data {
    if choices.rarely(12) && !anchors.is_empty() {
        let (name, data) = &anchors[choices.below(anchors.len().min(256))];
        return Data::Alias(name.clone(), Rc::new(data.clone()));
    }
    let data = match choices.below(if depth < 5 { 8 } else { 4 }) {
        0..=3 => scalar(choices),
        4 | 5 => list(choices, anchors, depth + 1),
        _ => map(choices, anchors, depth + 1),
    };
    if !choices.rarely(12) {
        return data;
    }
    let name = format!("a{}", anchors.len());
    anchors.push((name.clone(), data.clone()));
    Data::Anchored(name, Box::new(data))
}

fn list(choices: &mut Choices, anchors: &mut Anchors, depth: usize) -> Data {
    Data::List((0..choices.below(4)).map(|_| any(choices, anchors, depth)).collect())
}

fn map(choices: &mut Choices, anchors: &mut Anchors, depth: usize) -> Data {
    let mut entries: Vec<Entry> = Vec::new();
    for _ in 0..choices.below(6) {
        let key = key(choices);
        let is_new = |entry: &Entry| !matches!(entry, Entry::Pair(name, _) if *name == key);
        if entries.iter().all(is_new) {
            entries.push(Entry::Pair(key, any(choices, anchors, depth)));
        }
    }
    let mapping = anchors.iter().find(|(_, data)| matches!(data, Data::Map(_)));
    if let Some((name, data)) = mapping.filter(|_| choices.rarely(8)) {
        entries.push(Entry::Merge(Data::Alias(name.clone(), Rc::new(data.clone()))));
    }
    Data::Map(entries)
}

fn key(choices: &mut Choices) -> String {
    choices.pick(KEYS).to_owned()
}

const KEYS: &[&str] = &[
    "a",
    "b",
    "name",
    "kind",
    "spec",
    "containers",
    "x-y",
    "example.com/z",
    "a b",
    "1",
    "true",
    "y",
    "null",
    "",
    "é",
    "<<",
    "a: b",
    "#c",
    "'",
    "\"",
    "\\",
    "-",
    "?",
    "long key with words",
    "🙂",
];

pub fn scalar(choices: &mut Choices) -> Data {
    match choices.below(8) {
        0..=4 => Data::text(choices.pick(TEXTS)),
        5 => Data::Int([0, 1, -1, 42, 65_536, i64::MAX, i64::MIN][choices.below(7)]),
        6 => Data::Bool(choices.below(2) == 1),
        _ => Data::Null,
    }
}

const TEXTS: &[&str] = &[
    "a",
    "some words that can be folded over lines",
    "",
    "yes",
    "null",
    "1",
    "0x1F",
    "1e3",
    "~",
    "<<",
    " leading",
    "trailing ",
    "tab\there",
    "a: b",
    "a #b",
    "a#b",
    "#c",
    "- d",
    "http://example.com/x?y=1&z",
    "[x]",
    "{{ template }}",
    "it's",
    "say \"so\"",
    "back\\slash",
    "one\ntwo",
    "one\ntwo\n",
    "one\n\ntwo\n\n\n",
    "\nleading break",
    "  indented\nless\n",
    "one\n  indented\ntwo\n",
    "trailing \nblank\n",
    "\n",
    "...",
    "---",
    "---\nseparator\n",
    "# comment\n- list\nkey: value\n",
    "é ü 🙂",
    "a\u{a0}b\u{2028}c",
    "\0\u{1b}",
    "*alias",
    "&anchor",
    "!tag",
    "%directive",
    "@at",
    "`tick`",
    "| pipe",
    "> fold",
    "a,b",
    "set -eu\nif true; then\n\techo \"$x\"\nfi\n",
];
