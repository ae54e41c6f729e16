//! A workload asks for a tunnel and has none.
//!
//! The label or annotation `wgsidecar.dev/inject: "enabled"` promises a tunnel. What is applied like this runs without
//! one, and nothing would show it: no setting of the run asks for a tunnel, or the selection leaves the workload out.
//! Where a MutatingAdmissionPolicy of ours is among the manifests, or the settings file says `policy: true`, the cluster
//! keeps the promise.
//!
//! Run `wgsidecar inject`, or take the label or annotation off.

use crate::lint::admission::{Admission, Stage};
use crate::lint::{Check, Findings, Rule, page};
use crate::text::{Level, Place};

/// Found where pods are looked at.
pub static RULE: Rule = Rule {
    id: "not-injected",
    level: Level::Error,
    never: false,
    page: page!("not_injected.rs", "not-injected"),
    checks: &[
        Check::Planning,
        Check::Admission(
            Admission::new(Stage::Unprotected, "variables.missing", MESSAGE, "@WAY_OUT@")
                .filled(&[("WAY_OUT", "variables.wayOut")]),
        ),
    ],
};

const MESSAGE: &str = "this asks for a tunnel, and the pods have none";

/// Reports the word that asks for a tunnel.
pub fn report(place: Place, findings: &mut Findings) {
    findings
        .add(&RULE, place, MESSAGE)
        .help("run `wgsidecar inject`, or take `wgsidecar.dev/inject` off");
}
