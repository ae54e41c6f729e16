//! Comments, which stand between the nodes. Knows nothing of whose they are.

use super::tree::{Kind, NodeId, Tree};
use crate::text::Span;

/// Whether a comment stands within a node, or behind it on its last line where the node's parent is in block style: who
/// takes the node out takes the comment with it.
pub fn goes_with(tree: &Tree, parent: NodeId, node: NodeId) -> bool {
    let span = tree.span(node);
    let mut at = span.start();
    let mut found = false;
    leaves(tree, node, &mut |leaf| {
        found |= holds_hash(tree, at, leaf.start());
        at = at.max(leaf.end());
    });
    let behind = tree.text()[span.end()..].trim_start_matches([' ', '\t']);
    let is_behind = behind.starts_with('#') && !tree.kind(parent).is_flow();
    found || is_behind || holds_hash(tree, at, span.end())
}

/// The scalars and aliases below a node, in their order.
fn leaves(tree: &Tree, node: NodeId, see: &mut impl FnMut(Span)) {
    if !tree.kind(node).is_collection() {
        // The header of a block scalar may have a comment.
        if matches!(tree.kind(node), Kind::Literal | Kind::Folded) {
            let span = tree.span(node);
            return see(Span::new(line_end(tree, span.start()).min(span.end()), span.end()));
        }
        return see(tree.span(node));
    }
    tree.entries(node).for_each(|(key, value)| {
        leaves(tree, key, see);
        leaves(tree, value, see);
    });
    tree.items(node).for_each(|item| leaves(tree, item, see));
}

fn holds_hash(tree: &Tree, from: usize, to: usize) -> bool {
    from < to && tree.text().as_bytes()[from..to].contains(&b'#')
}

fn line_end(tree: &Tree, at: usize) -> usize {
    let rest = &tree.text().as_bytes()[at..];
    at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    #[test]
    fn comments_are_told_from_text() {
        let cases = [
            ("a: {b: \"#\", c: d#e}\n", false),
            ("a: {b: c} # behind\n", true),
            ("{a: {b: c} # outside\n}\n", false),
            ("a:\n  b: c # behind\n", true),
            ("a:\n  # above\n  b: c\n", false),
            ("a:\n  b: c\n  # between\n  d: e\n", true),
            ("a:\n  b: c\n  # below\n", false),
            ("a:\n  b: |\n    # text\n", false),
            ("a:\n  b: | # header\n    text\n", true),
            ("a:\n  - [b, # inside\n     c]\n", true),
        ];
        for (text, expected) in cases {
            let tree = parse(text, Span::new(0, text.len())).unwrap().unwrap();
            let value = tree.get(tree.root(), "a").unwrap();
            assert_eq!(goes_with(&tree, tree.root(), value), expected, "{text}");
        }
    }
}
