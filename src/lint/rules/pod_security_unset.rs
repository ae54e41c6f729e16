//! The namespace does not say which Pod Security level holds.
//!
//! Then the cluster's default does: *privileged* in plain Kubernetes, *baseline* on Talos and others, which refuses the
//! tunnel's NET_ADMIN.
//!
//! Label the namespace `pod-security.kubernetes.io/enforce: privileged`.

use crate::lint::rules::pod_security::ENFORCE;
use crate::lint::{Check, Findings, Outline, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Info,
    checks: &[Check::Outline(check)],
    ..rule!("pod_security_unset.rs", "pod-security-unset")
};

fn check(pod: &Outline, findings: &mut Findings) {
    let Some(view) = pod.namespace_object() else { return };
    if view.object.label(view.tree, ENFORCE).is_none() {
        findings
            .add(&RULE, view.name_place(), "the namespace sets no Pod Security level")
            .help("label the namespace `pod-security.kubernetes.io/enforce: privileged`")
            .object(view.resource())
            .related(pod.place, "its pods get a tunnel");
    }
}
