//! What would be edited is shared: an alias stands for it, or it is an alias itself.
//!
//! With `spec: &pod …` here and `spec: *pod` elsewhere, one edit changes two objects, and taking it out again would
//! too.
//!
//! Write the shared part out in both places. An anchor that no alias uses does no harm.

use crate::lint::{Check, Findings, Pod, Rule, Way, rule};
use crate::text::Level;
use crate::yaml::Kind;

pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[Check::Manifest(check)],
    ..rule!("shared_anchor.rs", "shared-anchor")
};

fn check(pod: &Pod, findings: &mut Findings) {
    check_way(pod.way(), findings);
}

/// Looks at the way to what an edit touches.
pub fn check_way(way: Way, findings: &mut Findings) {
    if way.tree.has_no_properties() {
        return;
    }
    let mut seen = Vec::new();
    for &(node, _) in way.steps {
        if seen.contains(&node) {
            continue;
        }
        seen.push(node);
        let message = match way.tree.kind(node) {
            Kind::Alias => {
                "this alias stands for a value elsewhere, which an edit here would change too"
            }
            _ if way.tree.is_aliased(node) => {
                "an alias elsewhere stands for this value: an edit here would change that too"
            }
            _ => continue,
        };
        let place = match way.tree.properties(node) {
            Some(properties) => way.tree.at(properties.span),
            None => way.place(node),
        };
        findings.add(&RULE, place, message).help("write the shared part out in both places");
    }
}
