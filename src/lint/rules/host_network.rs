//! The pod uses the node's own network.
//!
//! In the node's network namespace the tunnel and its routing rules would change the traffic of the whole node: every
//! other pod on it, the kubelet, and your own way in.
//!
//! Remove `hostNetwork: true`, or leave the workload out: `wgsidecar.dev/inject: "disabled"` on its pod template.

use crate::lint::admission::{Admission, Stage};
use crate::lint::object_ref::is_true;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[
        Check::Pod(check),
        Check::Admission(Admission::new(
            Stage::Impossible,
            "variables.pod.spec.?hostNetwork.orValue(false)",
            MESSAGE,
            HELP,
        )),
    ],
    ..rule!("host_network.rs", "host-network")
};

const MESSAGE: &str = "the pod uses the node's network: a tunnel here would change the whole node";
const HELP: &str =
    "remove `hostNetwork`, or leave the workload out with `wgsidecar.dev/inject: \"disabled\"`";

/// Reports another patch that does it.
pub fn report_patch(place: Place, findings: &mut Findings) {
    findings.add(&RULE, place, "this patch changes `hostNetwork` of the same pod: in the node's network the tunnel's container fails, and the pod does not start").help(HELP);
}

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(value) = pod.get("hostNetwork") else { return };
    findings.unknown(&RULE, &pod.view(), value, "whether the pod uses the node's network");
    if is_true(pod.tree, value) {
        findings.add(&RULE, pod.place(value), MESSAGE).help(HELP);
    }
}
