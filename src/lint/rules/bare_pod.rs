//! A Pod by itself cannot be changed.
//!
//! The API refuses a new init container in a Pod that exists: what is applied here works for a new one only.
//!
//! Delete the Pod first, or use a Deployment.

use crate::lint::{Check, Findings, Outline, Pod, Rule, rule};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Info,
    checks: &[Check::Manifest(check), Check::Patch(check_patch)],
    ..rule!("bare_pod.rs", "bare-pod")
};

fn check(pod: &Pod, findings: &mut Findings) {
    if pod.view().is("", "Pod") {
        report(pod.name_place(), findings);
    }
}

fn check_patch(pods: &Outline, findings: &mut Findings) {
    // Patches that go by labels are for any kind.
    if pods.kind == "Pod" && !pods.name.is_empty() {
        report(pods.place, findings);
    }
}

fn report(place: Place, findings: &mut Findings) {
    findings
        .add(&RULE, place, "a Pod that exists cannot get an init container")
        .help("delete it first, or use a Deployment");
}
