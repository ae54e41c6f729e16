//! The tunnel in the manifest is not the one that the settings mean now.
//!
//! `inject` would write another block: a setting has changed, or the Secret's content, or the form of the block. A new
//! release of wgsidecar alone is no reason, and neither is another tag of the image.
//!
//! Run `wgsidecar inject` again; `wgsidecar inject --check` fails for the same reason.

use crate::lint::admission::{Admission, Case, Stage};
use crate::lint::findings::listed;
use crate::lint::{Check, Findings, Rule, rule};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[
        Check::Planning,
        Check::Admission(
            Admission::new(
                Stage::Impossible,
                "!variables.missing && variables.works && !variables.own",
                "the tunnel is not the one of the cluster's policy: its image, command, script or DNS settings differ",
                "run `wgsidecar uninject` and let the policy add the tunnel, or `wgsidecar inject` with the policy's settings",
            )
            .only(Case::Strict),
        ),
    ],
    ..rule!("stale_injection.rs", "stale-injection")
};

/// Reports a block whose mark stands at a place; `changes` are what `inject` would change of it.
pub fn report(place: Place, changes: Vec<String>, findings: &mut Findings) {
    let mut message = "`inject` would write another tunnel here".to_owned();
    if !changes.is_empty() {
        message += &format!(": {}", listed(changes.len(), changes.into_iter()));
    }
    findings.add(&RULE, place, message).help("run `wgsidecar inject` again");
}

/// Reports a policy that adds another tunnel to pods, at what it says of that.
pub fn report_policy(place: Place, findings: &mut Findings) {
    findings
        .add(&RULE, place, "this policy adds another tunnel than the settings mean")
        .help("regenerate it with `wgsidecar policy`, apply it, and restart the pods");
}
