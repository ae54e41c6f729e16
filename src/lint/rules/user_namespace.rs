//! The pod runs in a user namespace.
//!
//! With `hostUsers: false` uid 0 and NET_ADMIN hold inside the pod's own user namespace only. Whether the kernel then lets
//! a WireGuard device be made depends on its version and the runtime, and is not tested here.
//!
//! Remove `hostUsers: false`, or try it on the node first.

use crate::lint::object_ref::is_false;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("user_namespace.rs", "user-namespace")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(node) = pod.get("hostUsers") else { return };
    findings.unknown(&RULE, &pod.view(), node, "whether the pod runs in a user namespace");
    if is_false(pod.tree, node) {
        findings
            .add(&RULE, pod.place(node), "in a user namespace the tunnel's device may be refused")
            .help("remove `hostUsers: false`, or try it on the node first");
    }
}
