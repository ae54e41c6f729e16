//! Random documents in random styles. All randomness comes from a string of bytes, so that a test that fails can make
//! its document smaller by making the bytes fewer and lesser.
#![allow(dead_code, unreachable_pub)]

mod choices;
mod data;
mod kubernetes;
mod write;
mod scalars;

pub use choices::Choices;
pub use data::{Data, Entry};

use wgsidecar::yaml::{NodeId, Scalar, Tree};

/// A tree, and the text of a document that holds it.
pub fn document(bytes: &[u8]) -> (Data, String) {
    let mut choices = Choices::new(bytes);
    let data = data::tree(&mut choices);
    let text = write::document(&mut choices, &data);
    (data, text)
}

/// A stream of Kubernetes objects, of which some hold pods.
pub fn manifest(bytes: &[u8]) -> String {
    let mut choices = Choices::new(bytes);
    let mut text = String::new();
    for number in 0..=choices.below(3) {
        if number > 0 {
            if !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(choices.pick(&["---\n", "--- # next\n", "---\r\n"]));
        }
        let data = kubernetes::object(&mut choices);
        text.push_str(&write::document(&mut choices, &data));
    }
    text
}

/// A list of Kubernetes objects as kustomize and kpt send it.
pub fn resource_list(bytes: &[u8]) -> String {
    let mut choices = Choices::new(bytes);
    let data = kubernetes::resource_list(&mut choices);
    write::document(&mut choices, &data)
}

/// Bytes for [`manifest`] and [`document`] from a seed.
pub fn seeded(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) as u8
    };
    let length = 64 + 16 * usize::from(next());
    (0..length).map(|_| next()).collect()
}

/// Whether a node of a tree is what was written, in the order in which it was written.
pub fn agrees(tree: &Tree, node: NodeId, data: &Data) -> bool {
    let target = tree.follow(node);
    match data {
        Data::Anchored(_, data) => tree.properties(node).is_some() && agrees(tree, node, data),
        Data::Alias(_, data) => target != node && agrees(tree, target, data),
        Data::List(items) => {
            let nodes: Vec<_> = tree.items(target).collect();
            tree.kind(target).is_sequence()
                && nodes.len() == items.len()
                && nodes.iter().zip(items).all(|(node, item)| agrees(tree, *node, item))
        }
        Data::Map(entries) => {
            let nodes: Vec<_> = tree.entries(target).collect();
            tree.kind(target).is_mapping()
                && nodes.len() == entries.len()
                && nodes.iter().zip(entries).all(|(node, entry)| agrees_entry(tree, *node, entry))
        }
        Data::Null => tree.scalar(node) == Some(Scalar::Null),
        Data::Bool(value) => tree.scalar(node) == Some(Scalar::Bool(*value)),
        Data::Int(value) => tree.scalar(node) == Some(Scalar::Int(i128::from(*value))),
        Data::Text(text) => tree.string(node).is_some_and(|string| string == text.as_str()),
    }
}

fn agrees_entry(tree: &Tree, (key, value): (NodeId, NodeId), entry: &Entry) -> bool {
    match entry {
        Entry::Merge(data) => tree.is_merge_key(key) && agrees(tree, value, data),
        Entry::Pair(name, data) => tree.is_key(key, name) && agrees(tree, value, data),
    }
}
