//! A key occurs twice in one mapping, on the way to what would be edited.
//!
//! kubectl takes the last one, kustomize refuses the file, other readers take the first: an edit of either would be
//! wrong for someone.
//!
//! Remove one of them.

use super::{Check, Findings, Pod, Rule};
use crate::text::Level;
use crate::yaml::{NodeId, Tree};

pub static RULE: Rule = Rule {
    id: "duplicate-key",
    level: Level::Error,
    never: true,
    file: include_str!("duplicate_key.rs"),
    check: Check::Pod(check),
};

fn check(pod: &Pod, findings: &mut Findings) {
    let path = pod.path();
    let mut seen: Vec<NodeId> = Vec::new();
    for (index, &(mapping, key)) in path.iter().enumerate() {
        let next = path.get(index + 1).map(|(next, _)| *next);
        for (first, second) in duplicates(pod.tree, mapping) {
            let word = pod.tree.word(second).unwrap_or_default();
            let leads_on =
                key == Some(word.as_ref()) || value_of(pod.tree, mapping, second) == next;
            if leads_on && !seen.contains(&second) {
                seen.push(second);
                findings
                    .add(&RULE, pod.place(second), format!("`{word}` occurs twice in this mapping"))
                    .help("remove one of the two")
                    .related(pod.place(first), "the first is here");
            }
        }
    }
}

fn value_of(tree: &Tree, mapping: NodeId, key: NodeId) -> Option<NodeId> {
    tree.entries(tree.follow(mapping)).find(|(other, _)| *other == key).map(|(_, value)| value)
}

/// Keys that occur again, each with its first occurrence.
pub fn duplicates(tree: &Tree, mapping: NodeId) -> Vec<(NodeId, NodeId)> {
    let mut keys: Vec<_> = tree
        .entries(tree.follow(mapping))
        .filter_map(|(key, _)| Some((tree.word(key)?, key)))
        .collect();
    keys.sort_by(|a, b| a.0.cmp(&b.0).then(tree.span(a.1).cmp(&tree.span(b.1))));
    keys.windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| (pair[0].1, pair[1].1))
        .collect()
}
