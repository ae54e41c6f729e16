//! The pod runs in a sandbox with a kernel of its own.
//!
//! gVisor has no WireGuard device at all; a Kata guest has one only if its kernel was built with it.
//!
//! Use the node's default runtime for this pod, or a guest kernel with WireGuard.

use crate::lint::object_ref::text;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("sandboxed_runtime.rs", "sandboxed-runtime")
};

const SANDBOXES: [&str; 3] = ["gvisor", "runsc", "kata"];

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(node) = pod.get("runtimeClassName") else { return };
    if findings.unknown(&RULE, &pod.view(), node, "the runtime of the pod").is_some() {
        return;
    }
    let name = text(pod.tree, node).unwrap_or_default().to_lowercase();
    if SANDBOXES.iter().any(|sandbox| name.contains(sandbox)) {
        findings
            .add(&RULE, pod.place(node), format!("the kernel of `{name}` may have no WireGuard"))
            .help("use the node's default runtime, or a guest kernel with WireGuard");
    }
}
