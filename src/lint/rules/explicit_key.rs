//! A key on the way to what would be edited is written as `? key`.
//!
//! It is legal and nobody writes it; an edit beside it is more likely to be wrong than right. The same holds for a key
//! in braces that has no colon.
//!
//! Write `key: value`.

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;
use crate::yaml::Kind;

pub static RULE: Rule = Rule {
    id: "explicit-key",
    level: Level::Error,
    never: true,
    page: page!("explicit_key.rs", "explicit-key"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    let mut seen = Vec::new();
    for &(mapping, _) in &pod.path {
        if seen.contains(&mapping) {
            continue;
        }
        seen.push(mapping);
        let odd = pod.tree.entries(pod.tree.follow(mapping)).find(|(key, value)| {
            pod.tree.is_explicit_key(*key) || pod.tree.kind(*value) == Kind::Absent
        });
        if let Some((key, _)) = odd {
            findings
                .add(&RULE, pod.place(key), "a key that is not written as `key: value`")
                .help("write `key: value`");
        }
    }
}
