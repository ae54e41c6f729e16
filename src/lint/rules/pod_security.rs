//! The namespace forbids what the tunnel needs.
//!
//! Pod Security's *baseline* and *restricted* allow no NET_ADMIN in any version: the API refuses the pod, and a Deployment
//! shows it only in its events.
//!
//! Give the workload a namespace of its own with `pod-security.kubernetes.io/enforce: privileged`.

use crate::lint::admission::{Admission, Stage, fill};
use crate::lint::object_ref::word;
use crate::lint::{Check, Findings, Outline, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[
        Check::Outline(check),
        Check::Admission(
            Admission::new(
                Stage::Workload,
                "variables.enforced in ['baseline', 'restricted']",
                MESSAGE,
                HELP,
            )
            .filled(&[("LEVEL", "variables.enforced")]),
        ),
    ],
    ..rule!("pod_security.rs", "pod-security")
};

pub(super) const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

const MESSAGE: &str = "Pod Security `@LEVEL@` refuses the tunnel's NET_ADMIN";
const HELP: &str = "give the workload a namespace of its own with `pod-security.kubernetes.io/enforce: privileged`";

fn check(pod: &Outline, findings: &mut Findings) {
    let Some(view) = pod.namespace_object() else { return };
    let Some(node) = view.object.label(view.tree, ENFORCE) else { return };
    findings.unknown(&RULE, &view, node, "the Pod Security level of the namespace");
    let level = word(view.tree, node).unwrap_or_default();
    if matches!(level.as_ref(), "baseline" | "restricted") {
        findings
            .add(&RULE, view.place(node), fill(MESSAGE, &[("LEVEL", &level)]))
            .help(HELP)
            .object(view.resource())
            .related(pod.place, "its pods get a tunnel");
    }
}
