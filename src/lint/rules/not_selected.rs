//! A workload is not selected any more, and its tunnel is still there.
//!
//! The selection in the settings file is about all of the manifests, and the word `wgsidecar.dev/inject: "disabled"` about
//! the workload. What either leaves out keeps the tunnel that an earlier run has put in: no run updates it or takes it
//! out, and its script and settings grow old.
//!
//! The same holds for a patch in a HelmRelease, a Kustomization or an Application that `patches` of the settings file asks
//! for no more.
//!
//! Take the tunnel out with `wgsidecar uninject --target KIND/NAME`, or select the workload again. Where several settings
//! files share one folder, allow the rule in each of them.

use crate::lint::{Check, Findings, Resource, Rule, rule};
use crate::text::{Level, Place};

/// Found where it is decided which templates are meant.
pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Planning],
    ..rule!("not_selected.rs", "not-selected")
};

/// Reports a tunnel; `opted_out` tells whether the workload's own word is against it.
pub fn report(place: Place, workload: &Resource, opted_out: bool, findings: &mut Findings) {
    let message = if opted_out {
        "inject is disabled for this workload, but it still has a tunnel"
    } else {
        "the settings do not select this workload, but it still has a tunnel"
    };
    findings
        .add(&RULE, place, message)
        .help(format!("`wgsidecar uninject --target {}` takes it out", workload.display()));
}

/// Reports a patch for a workload; `opted_out` tells whether the word of its object is against it.
pub fn report_patch(
    place: Place,
    target: &str,
    opted_out: bool,
    remedy: String,
    findings: &mut Findings,
) {
    let message = if opted_out {
        format!("this object is left alone, and it still has the patch of `{target}`")
    } else {
        format!("the settings do not ask for this patch of `{target}`, and it is still here")
    };
    findings.add(&RULE, place, message).help(format!("`{remedy}` takes it out"));
}
