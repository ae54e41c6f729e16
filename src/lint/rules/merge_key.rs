//! A merge key (`<<`) stands where an entry would be added.
//!
//! An entry beside `<<: *base` hides the one of the same name in `base`: adding `volumes` would take the base's
//! volumes away.
//!
//! Write the merged entries out.

use crate::lint::{Check, Findings, Pod, Rule, Way, rule};
use crate::text::Level;
use crate::yaml::{NodeId, Tree};

pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[Check::Manifest(check)],
    ..rule!("merge_key.rs", "merge-key")
};

fn check(pod: &Pod, findings: &mut Findings) {
    check_way(pod.way(), findings);
}

/// Looks at the way to what an edit touches.
pub fn check_way(way: Way, findings: &mut Findings) {
    let path = way.steps;
    let mut seen: Vec<NodeId> = Vec::new();
    for (index, &(mapping, key)) in path.iter().enumerate() {
        let Some(merge) = merge_key(way.tree, mapping).filter(|merge| !seen.contains(merge)) else {
            continue;
        };
        let leads_on = path
            .get(index + 1)
            .is_some_and(|(next, _)| way.tree.entries(mapping).any(|(_, value)| value == *next));
        if key.is_some() || !leads_on {
            seen.push(merge);
            findings
                .add(
                    &RULE,
                    way.place(merge),
                    "a merge key where an entry would be added: it would hide what is merged in",
                )
                .help("write the merged entries out");
        }
    }
}

fn merge_key(tree: &Tree, mapping: NodeId) -> Option<NodeId> {
    tree.entries(tree.follow(mapping)).map(|(key, _)| key).find(|&key| tree.is_merge_key(key))
}
