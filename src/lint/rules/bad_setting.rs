//! An annotation of ours has an unknown name or a value that means nothing.
//!
//! `wgsidecar.dev/` annotations on a workload or its pod template are settings of its tunnel. One that is not
//! understood is an error and not ignored: it was meant to say something, perhaps what keeps the pod closed. Of the labels
//! only `wgsidecar.dev/inject` is read, so a setting among them is an error too.
//!
//! Where a policy of ours adds the tunnel in the cluster, it obeys the pod template's `wgsidecar.dev/secret` and no other
//! setting, and it chooses pods by their labels alone.
//!
//! Take the nearest name or the form that the message gives. `image`, `install-tools` and `container-name` decide what
//! runs as root and can be set by flag, variable and settings file only.

use crate::lint::admission::{Admission, Stage, fill};
use crate::lint::{Check, Findings, Rule, rule};
use crate::text::{Level, Place};

/// Found where a target's settings are put together.
pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[
        Check::Planning,
        Check::Admission(Admission::new(
            Stage::Impossible,
            "\
[variables.labels, variables.annotations].exists(words,
  !(words[?'wgsidecar.dev/inject'].orValue('enabled') in ['enabled', 'disabled']))",
            NEITHER,
            NEITHER_HELP,
        )),
        Check::Admission(Admission::new(
            Stage::Impossible,
            "\
variables.missing && (size(variables.secret) > 253
  || !variables.secret.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'))",
            NO_SECRET,
            NO_SECRET_HELP,
        )),
        Check::Admission(
            Admission::new(
                Stage::Impossible,
                "variables.missing && size(variables.unheard) > 0",
                UNHEARD,
                UNHEARD_HELP,
            )
            .filled(&[("NAMES", "variables.unheard.join('`, `')")]),
        ),
    ],
    ..rule!("bad_setting.rs", "bad-setting")
};

/// What is said of an opt-in or opt-out that says nothing.
pub const NEITHER: &str = "`wgsidecar.dev/inject` is neither `enabled` nor `disabled`";
pub const NEITHER_HELP: &str = "write `\"enabled\"` or `\"disabled\"`, in quotes";

const NO_SECRET: &str = "the annotation `wgsidecar.dev/secret` does not name a Secret";
const NO_SECRET_HELP: &str = "write a name of at most 253 of `a-z`, `0-9`, `-` and `.`";

const UNHEARD: &str = "the tunnel comes from the cluster's policy, which obeys no `@NAMES@`";
const UNHEARD_HELP: &str = "remove the annotation, or run `wgsidecar inject`";

/// Reports an annotation of a pod template that names no Secret, where a policy adds the tunnel.
pub fn no_secret(place: Place, findings: &mut Findings) {
    findings.add(&RULE, place, NO_SECRET).help(NO_SECRET_HELP);
}

/// Reports an annotation of a pod template for which a policy refuses the pods.
pub fn unheard(place: Place, key: &str, findings: &mut Findings) {
    findings.add(&RULE, place, fill(UNHEARD, &[("NAMES", key)])).help(UNHEARD_HELP);
}

/// Reports an annotation of a workload that no pod of it has, so that a policy never sees it.
pub fn unheard_of_workload(place: Place, key: &str, findings: &mut Findings) {
    let message = format!(
        "the tunnel comes from the cluster's policy, which sees no `{key}` of the workload"
    );
    findings.add(&RULE, place, message).help("move it to the annotations of the pod template");
}

/// Reports a word that keeps no policy from adding the tunnel.
pub fn unheard_opt_out(place: Place, findings: &mut Findings) {
    let message = "the cluster's policy adds the tunnel all the same: it goes by the pods' labels";
    let help = "put `wgsidecar.dev/inject: \"disabled\"` among the labels of the pod template";
    findings.add(&RULE, place, message).help(help);
}
