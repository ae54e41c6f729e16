//! Paths of keys with wildcards, followed through a tree. Knows nothing of what stands at their ends.
//!
//! `spec.tasks[*].template`: `[*]` is any item of a list, `*` any key, `*ReplicaSpecs` any key that ends so. The empty
//! path is the object itself.

use std::borrow::Cow;
use std::fmt::Write;

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
        let key = word.trim_end_matches("[*]");
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

/// Every way along `path` that the tree holds, each from `from` to its end, aliases as they are written.
pub fn chains(tree: &Tree, from: NodeId, path: &str) -> Vec<Vec<NodeId>> {
    let mut chains = vec![vec![from]];
    for segment in segments(path) {
        match segment {
            Segment::Key(key) => chains.retain_mut(|chain| extend(tree, chain, key)),
            _ => chains = chains.iter().flat_map(|chain| branches(tree, chain, segment)).collect(),
        }
    }
    chains
}

/// What `path` leads to from the root of `chain`, its wildcards bound as `chain` bound those of `along`.
///
/// The way is that of `chain` as long as both paths go together; `None` where it then ends or meets a wildcard.
pub fn sibling(tree: &Tree, chain: &[NodeId], along: &str, path: &str) -> Option<Vec<NodeId>> {
    let shared = segments(along).zip(segments(path)).take_while(|(ours, theirs)| ours == theirs);
    let shared = shared.count();
    let mut found = chain.get(..=shared)?.to_vec();
    for segment in segments(path).skip(shared) {
        let Segment::Key(key) = segment else { return None };
        if !extend(tree, &mut found, key) {
            return None;
        }
    }
    Some(found)
}

/// The path with its wildcards replaced by the indexes and keys that `chain` took.
pub fn bound<'p>(tree: &Tree, chain: &[NodeId], path: &'p str) -> Cow<'p, str> {
    if !path.contains('*') {
        return Cow::Borrowed(path);
    }
    let mut text = String::with_capacity(path.len() + 8);
    for (segment, step) in segments(path).zip(chain.windows(2)) {
        let key = match segment {
            Segment::AnyItem => {
                let mut items = tree.items(tree.follow(step[0]));
                let index = items.position(|item| item == step[1]).unwrap_or_default();
                // Writing to a string cannot fail.
                let _ = write!(text, "[{index}]");
                continue;
            }
            Segment::AnyKey(_) => key_of(tree, step[0], step[1]),
            Segment::Key(key) => Cow::Borrowed(key),
        };
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(&key);
    }
    Cow::Owned(text)
}

fn key_of<'s>(tree: &Tree<'s>, mapping: NodeId, value: NodeId) -> Cow<'s, str> {
    let pair = pairs(tree, mapping).into_iter().find(|&(_, candidate)| candidate == value);
    pair.and_then(|(key, _)| tree.word(key)).unwrap_or(Cow::Borrowed("*"))
}

fn extend(tree: &Tree, chain: &mut Vec<NodeId>, key: &str) -> bool {
    let next = chain.last().and_then(|&last| tree.get(last, key));
    chain.extend(next);
    next.is_some()
}

fn branches(tree: &Tree, chain: &[NodeId], segment: Segment) -> Vec<Vec<NodeId>> {
    let Some(&last) = chain.last() else { return Vec::new() };
    let mut children = match segment {
        Segment::AnyItem => tree.items(tree.follow(last)).collect(),
        Segment::AnyKey(suffix) => values_under(tree, last, suffix),
        Segment::Key(_) => Vec::new(),
    };
    // One way through an alias shows that there is one; all of them could be the square of what is written.
    if chain.iter().any(|&node| tree.kind(node) == Kind::Alias) {
        children.truncate(1);
    }
    children.into_iter().map(|child| [chain, &[child]].concat()).collect()
}

fn values_under(tree: &Tree, mapping: NodeId, suffix: &str) -> Vec<NodeId> {
    let ends_so =
        |key: NodeId| suffix.is_empty() || tree.word(key).is_some_and(|key| key.ends_with(suffix));
    let pairs = pairs(tree, mapping).into_iter();
    pairs.filter(|&(key, _)| ends_so(key)).map(|(_, value)| value).collect()
}
