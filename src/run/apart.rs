//! Which fixes of a document can be made in one go.

use std::collections::{BTreeMap, HashSet};

use crate::text::Span;
use crate::yaml::NodeId;
use crate::yaml::write::Plan;

/// Fixes that do not meet: each changes other nodes and other text than the others.
#[derive(Default)]
pub struct Apart {
    /// All that was taken in.
    pub plan: Plan,
    nodes: HashSet<NodeId>,
    /// Where what they change ends, by where it starts. Invariant: disjoint.
    spans: BTreeMap<usize, usize>,
}

impl Apart {
    /// Takes a fix in, unless it meets another: the next pass sees to it. Tells whether it did.
    pub fn add(&mut self, fix: &Plan) -> bool {
        // What an edit ends at is another's too: which of the two comes first would matter.
        let meets = |span: Span| {
            let before = self.spans.range(..=span.end()).next_back();
            before.is_some_and(|(_, &end)| end >= span.start())
        };
        if fix.edits.iter().any(|edit| meets(edit.span))
            || fix.changes.iter().any(|(node, _)| self.nodes.contains(node))
        {
            return false;
        }
        for edit in fix.edits.iter() {
            let end = self.spans.entry(edit.span.start()).or_default();
            *end = edit.span.end().max(*end);
        }
        self.nodes.extend(fix.changes.iter().map(|(node, _)| *node));
        self.plan.edits.append(fix.edits.clone());
        self.plan.changes.extend(fix.changes.iter().cloned());
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::yaml;
    use crate::yaml::verify::Change;

    /// Which fixes are taken, each by the bytes that it replaces.
    fn taken(fixes: &[&[(usize, usize)]]) -> Vec<bool> {
        let mut apart = Apart::default();
        let plan = |spans: &&[(usize, usize)]| {
            let mut plan = Plan::default();
            for &(from, to) in *spans {
                plan.edits.replace(Span::new(from, to), "x");
            }
            plan
        };
        let taken = fixes.iter().map(|fix| apart.add(&plan(fix))).collect();
        assert!(apart.plan.edits.sort_apart());
        taken
    }

    #[test]
    fn what_meets_text_of_another_fix_waits() {
        assert_eq!(taken(&[&[(0, 4)], &[(5, 8)], &[(9, 9)]]), [true; 3]);
        for second in [(3, 5), (4, 6), (4, 4), (0, 2), (2, 3), (2, 2), (1, 8), (2, 4)] {
            assert_eq!(taken(&[&[(2, 4)], &[second]]), [true, false], "{second:?}");
        }
        // one edit that meets is enough, and what waits is in nobody's way
        assert_eq!(
            taken(&[&[(2, 4), (8, 9)], &[(20, 21), (9, 10)], &[(20, 22)]]),
            [true, false, true]
        );
    }

    #[test]
    fn what_changes_a_node_of_another_fix_waits() {
        let tree = yaml::parse("a: 1\nb: 2\n", Span::new(0, 10)).unwrap().unwrap();
        let nodes: Vec<_> = tree.entries(tree.root()).map(|(_, value)| value).collect();
        let fix = |node: usize| {
            let change = Change::Is(Arc::new(3.into()));
            Plan { changes: vec![(nodes[node], change)], ..Plan::default() }
        };
        let mut apart = Apart::default();
        assert_eq!([0, 1, 0].map(|node| apart.add(&fix(node))), [true, true, false]);
        assert_eq!(apart.plan.changes.len(), 2);
    }
}
