//! What would be edited is shared: an alias stands for it, or it is an alias itself.
//!
//! With `spec: &pod …` here and `spec: *pod` elsewhere, one edit changes two objects, and taking it out again would
//! too.
//!
//! Write the shared part out in both places. An anchor that no alias uses does no harm.

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;
use crate::yaml::Kind;

pub static RULE: Rule = Rule {
    id: "shared-anchor",
    level: Level::Error,
    never: true,
    page: page!("shared_anchor.rs", "shared-anchor"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    if pod.tree.has_no_properties() {
        return;
    }
    let mut seen = Vec::new();
    for &(node, _) in &pod.path {
        if seen.contains(&node) {
            continue;
        }
        seen.push(node);
        let message = match pod.tree.kind(node) {
            Kind::Alias => {
                "this alias stands for a value elsewhere, which an edit here would change too"
            }
            _ if pod.tree.is_aliased(node) => {
                "an alias elsewhere stands for this value: an edit here would change that too"
            }
            _ => continue,
        };
        let place = match pod.tree.properties(node) {
            Some(properties) => crate::text::Place { source: pod.source, span: properties.span },
            None => pod.place(node),
        };
        findings.add(&RULE, place, message).help("write the shared part out in both places");
    }
}
