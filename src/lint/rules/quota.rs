//! The namespace's quota is smaller than what our container asks for.
//!
//! A ResourceQuota refuses each pod that would exceed it. One with scopes counts only the pods that are in all of them.
//!
//! Raise the quota, or ask for less with `--requests` and `--limits`.

use crate::lint::view::word;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::lint::{quotas, resources};
use crate::text::Level;
use crate::wireguard::values::quantity;

pub static RULE: Rule =
    Rule { level: Level::Error, checks: &[Check::Pod(check)], ..rule!("quota.rs", "quota") };

/// A quota's entry, and the part and resource of a container that count in it.
pub(super) const ENTRIES: [(&str, &str, &str); 6] = [
    ("requests.cpu", "requests", "cpu"),
    ("cpu", "requests", "cpu"),
    ("requests.memory", "requests", "memory"),
    ("memory", "requests", "memory"),
    ("limits.cpu", "limits", "cpu"),
    ("limits.memory", "limits", "memory"),
];

fn check(pod: &Pod, findings: &mut Findings) {
    for view in quotas::of(pod) {
        for (entry, part, resource) in ENTRIES {
            let Some(node) = view.find(&["spec", "hard", entry]) else { continue };
            findings.unknown(&RULE, &view, node, "the quota");
            let hard = word(view.tree, node).unwrap_or_default();
            let Some(ours) = resources::of_ours(pod, part, resource) else { continue };
            // Then the containers' own amounts do not count.
            if pod.find(&["resources", part, resource]).is_some() {
                continue;
            }
            if quantity(&ours) > quantity(&hard) && quantity(&hard).is_some() {
                findings
                    .add(&RULE, view.place(node), format!("the quota of {hard} is less than the tunnel's {part} of {ours} {resource}"))
                    .help(format!("raise it, or ask for less with `--{part} {resource}=…`"))
                    .field(format!("spec.hard[{entry}]"))
                    .about(view.resource())
                    .related(pod.name_place(), "its pods get a tunnel");
            }
        }
    }
}
