//! Multus gives the pod further networks.
//!
//! Each may bring routes of its own beside the tunnel's. One with a `default-route` takes the traffic away from it: that is
//! an error.
//!
//! Leave the annotation out, or be sure that the networks hold no route that the tunnel should have.

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;

pub static RULE: Rule = Rule {
    id: "extra-networks",
    level: Level::Warning,
    never: false,
    page: page!("extra_networks.rs", "extra-networks"),
    checks: &[Check::Pod(check)],
};

const ANNOTATION: &str = "k8s.v1.cni.cncf.io/networks";

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(node) = pod.annotation(ANNOTATION) else { return };
    let text = pod.tree.string(node).unwrap_or_default();
    if matches!(text.trim(), "" | "[]") {
        return;
    }
    let message = match text.contains("default-route") {
        true => "a further network brings a default route beside the tunnel's",
        false => "further networks bring routes beside the tunnel's",
    };
    let level = if text.contains("default-route") { Level::Error } else { Level::Warning };
    findings
        .add(&RULE, pod.place(node), message)
        .help("leave the annotation out, or make sure that no route of it takes what the tunnel should")
        .level(level);
}
