//! A key on the way to what would be edited is written as `? key`.
//!
//! It is legal and nobody writes it; an edit beside it is more likely to be wrong than right. The same holds for a key
//! in braces that has no colon.
//!
//! Write `key: value`.

use crate::lint::{Check, Findings, Pod, Rule, Way, rule};
use crate::text::Level;
use crate::yaml::Kind;

pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[Check::Manifest(check)],
    ..rule!("explicit_key.rs", "explicit-key")
};

fn check(pod: &Pod, findings: &mut Findings) {
    check_way(pod.way(), findings);
}

/// Looks at the way to what an edit touches.
pub fn check_way(way: Way, findings: &mut Findings) {
    let mut seen = Vec::new();
    for &(mapping, _) in way.steps {
        if seen.contains(&mapping) {
            continue;
        }
        seen.push(mapping);
        let odd = way.tree.entries(way.tree.follow(mapping)).find(|(key, value)| {
            way.tree.is_explicit_key(*key) || way.tree.kind(*value) == Kind::Absent
        });
        if let Some((key, _)) = odd {
            findings
                .add(&RULE, way.place(key), "a key that is not written as `key: value`")
                .help("write `key: value`");
        }
    }
}
