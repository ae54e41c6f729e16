//! A Pod by itself cannot be changed.
//!
//! The API refuses a new init container in a Pod that exists: what is applied here works for a new one only.
//!
//! Delete the Pod first, or use a Deployment.

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Info,
    checks: &[Check::Manifest(check)],
    ..rule!("bare_pod.rs", "bare-pod")
};

fn check(pod: &Pod, findings: &mut Findings) {
    if pod.view().is("", "Pod") {
        findings
            .add(&RULE, pod.name_place(), "a Pod that exists cannot get an init container")
            .help("delete it first, or use a Deployment");
    }
}
