//! Paths of keys with wildcards, followed through a tree. Knows nothing of what stands at their ends.
//!
//! `spec.tasks[*].template`: `[*]` is any item of a list, `*` any key, `*ReplicaSpecs` any key that ends so. The empty
//! path is the object itself.

use std::borrow::Cow;

use super::object::pairs;
use crate::yaml::{Kind, NodeId, Tree};

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment<'p> {
    Key(&'p str),
    /// `[*]`
    AnyItem,
    /// `*` where the suffix is empty, else `*Suffix`.
    AnyKey(&'p str),
}

/// The steps of a path.
pub fn segments(path: &str) -> impl Iterator<Item = Segment<'_>> {
    path.split('.').filter(|word| !word.is_empty()).flat_map(|word| {
        let key = if word.ends_with(']') { word.trim_end_matches("[*]") } else { word };
        let first = match key.strip_prefix('*') {
            Some(suffix) => Segment::AnyKey(suffix),
            None => Segment::Key(key),
        };
        let lists = (word.len() - key.len()) / "[*]".len();
        std::iter::once(first).chain(std::iter::repeat_n(Segment::AnyItem, lists))
    })
}

/// Why a text is not a path, for one that a user typed.
pub fn check(path: &str) -> Result<(), String> {
    match path.split('.').find(|word| !is_word(word)) {
        None => Ok(()),
        Some("") => Err("a key is missing".into()),
        Some(word) => Err(format!("`{word}` is neither a key, `*`, `*Suffix` nor `key[*]`")),
    }
}

fn is_word(word: &str) -> bool {
    let key = word.trim_end_matches("[*]");
    let name = key.strip_prefix('*').unwrap_or(key);
    !key.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// One way along a path.
#[derive(Clone, Debug)]
pub struct Way {
    /// The nodes from the start to the end, both included, aliases as they are written. Invariant: never empty.
    pub nodes: Vec<NodeId>,
    /// What the wildcards stand for, in their order.
    pub taken: Vec<Taken>,
}

/// What one wildcard stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Index(usize),
    /// The node of the key.
    Key(NodeId),
}

/// Every way along `path` that the tree holds.
pub fn ways(tree: &Tree, from: NodeId, path: &str) -> Vec<Way> {
    let mut ways = vec![Way { nodes: vec![from], taken: Vec::new() }];
    for segment in segments(path) {
        match segment {
            Segment::Key(key) => ways.retain_mut(|way| way.extend(tree, key)),
            _ => ways = ways.iter().flat_map(|way| way.branches(tree, segment)).collect(),
        }
    }
    ways
}

/// What `path` leads to from the start of `nodes`, which go along another path: as long as both go together the
/// wildcards are bound alike, and after that there may be none.
pub fn sibling(tree: &Tree, nodes: &[NodeId], along: &str, path: &str) -> Option<NodeId> {
    let together = segments(along).zip(segments(path)).take_while(|(ours, theirs)| ours == theirs);
    let together = together.count();
    segments(path).skip(together).try_fold(*nodes.get(together)?, |node, segment| match segment {
        Segment::Key(key) => tree.get(node, key),
        _ => None,
    })
}

/// The path with its wildcards replaced by what was taken for them.
pub fn bound<'p>(tree: &Tree, path: &'p str, taken: &[Taken]) -> Cow<'p, str> {
    if !path.contains('*') {
        return Cow::Borrowed(path);
    }
    let mut taken = taken.iter();
    let mut text = String::with_capacity(path.len() + 8);
    for segment in segments(path) {
        let key = match segment {
            Segment::Key(key) => Cow::Borrowed(key),
            _ => match taken.next() {
                Some(&Taken::Key(key)) => tree.word(key).unwrap_or_default(),
                Some(&Taken::Index(index)) => format!("[{index}]").into(),
                None => break,
            },
        };
        if !text.is_empty() && segment != Segment::AnyItem {
            text.push('.');
        }
        text.push_str(&key);
    }
    Cow::Owned(text)
}

impl Way {
    /// The key of the last node, or the node itself where it has none.
    pub fn end(&self, tree: &Tree) -> NodeId {
        let last = self.nodes[self.nodes.len() - 1];
        let parent = self.nodes.iter().rev().nth(1).map(|&parent| tree.follow(parent));
        let mut entries = parent.into_iter().flat_map(|parent| tree.entries(parent));
        entries.find(|(_, value)| *value == last).map_or(last, |(key, _)| key)
    }

    fn extend(&mut self, tree: &Tree, key: &str) -> bool {
        let next = self.nodes.last().and_then(|&last| tree.get(last, key));
        self.nodes.extend(next);
        next.is_some()
    }

    fn branches(&self, tree: &Tree, segment: Segment) -> Vec<Self> {
        let Some(&last) = self.nodes.last() else { return Vec::new() };
        let mut children = match segment {
            Segment::Key(_) => Vec::new(),
            Segment::AnyItem => items(tree, last),
            Segment::AnyKey(suffix) => values_under(tree, last, suffix),
        };
        // One way through an alias shows that there is one; all of them could be the square of what is written.
        if self.nodes.iter().any(|&node| tree.kind(node) == Kind::Alias) {
            children.truncate(1);
        }
        children.into_iter().map(|(taken, child)| self.then(taken, child)).collect()
    }

    fn then(&self, taken: Taken, child: NodeId) -> Self {
        let nodes = [self.nodes.as_slice(), &[child]].concat();
        Self { nodes, taken: [self.taken.as_slice(), &[taken]].concat() }
    }
}

fn items(tree: &Tree, list: NodeId) -> Vec<(Taken, NodeId)> {
    let items = tree.items(tree.follow(list)).enumerate();
    items.map(|(index, item)| (Taken::Index(index), item)).collect()
}

fn values_under(tree: &Tree, mapping: NodeId, suffix: &str) -> Vec<(Taken, NodeId)> {
    let ends_so =
        |key: NodeId| suffix.is_empty() || tree.word(key).is_some_and(|key| key.ends_with(suffix));
    let pairs = pairs(tree, mapping).into_iter().filter(|&(key, _)| ends_so(key));
    pairs.map(|(key, value)| (Taken::Key(key), value)).collect()
}
