//! A workload asks for a tunnel and has none.
//!
//! The label or annotation `wgsidecar.dev/inject: "enabled"` promises a tunnel. Applied as is, it runs without a tunnel,
//! and nothing would show it: no setting of the run asks for a tunnel, or the selection leaves the workload out.
//! Where a MutatingAdmissionPolicy of ours is among the manifests and reaches the pods, or the settings file says
//! `policy: true`, the cluster keeps the promise. A policy goes by the labels of the pod template and of the namespace, and
//! needs its binding.
//!
//! Run `wgsidecar inject`, or remove the label or annotation.

use crate::lint::admission::{Admission, Stage};
use crate::lint::{Check, Findings, Rule, rule};
use crate::text::{Level, Place};

/// Found where pods are looked at.
pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[
        Check::Planning,
        Check::Admission(
            Admission::new(Stage::Unprotected, "variables.missing", MESSAGE, "@WAY_OUT@")
                .filled(&[("WAY_OUT", "variables.wayOut")]),
        ),
    ],
    ..rule!("not_injected.rs", "not-injected")
};

const MESSAGE: &str = "this asks for a tunnel, and the pods have none";

/// Reports the word that asks for a tunnel. `policies` are those of the run, each with why it adds none.
pub fn report(place: Place, policies: &[(Place, String)], findings: &mut Findings) {
    let help = match policies {
        [] => "run `wgsidecar inject`, or remove `wgsidecar.dev/inject`",
        _ => {
            "give the pods and the namespace the labels that the policy selects by, or run `wgsidecar inject`"
        }
    };
    let found = findings.add(&RULE, place, MESSAGE).help(help);
    for (policy, why) in policies {
        found.related(*policy, format!("this policy adds none: {why}"));
    }
}
