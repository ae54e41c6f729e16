//! An annotation of ours has an unknown name or a value that means nothing.
//!
//! `wgsidecar.dev/` annotations on a workload or its pod template are settings of its tunnel. One that is not
//! understood is an error and not ignored: it was meant to say something, perhaps what keeps the pod closed. Of the labels
//! only `wgsidecar.dev/inject` is read, so a setting among them is an error too.
//!
//! Take the nearest name or the form that the message gives. `image`, `install-tools` and `container-name` decide what
//! runs as root and can be set by flag, variable and settings file only.

use crate::lint::admission::{Admission, Stage};
use crate::lint::{Check, Rule, page};
use crate::text::Level;

/// Found where a target's settings are put together.
pub static RULE: Rule = Rule {
    id: "bad-setting",
    level: Level::Error,
    never: false,
    page: page!("bad_setting.rs", "bad-setting"),
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
            "the annotation `wgsidecar.dev/secret` does not name a Secret",
            "write a name of at most 253 of `a-z`, `0-9`, `-` and `.`",
        )),
        Check::Admission(
            Admission::new(
                Stage::Impossible,
                "variables.missing && size(variables.unheard) > 0",
                "the tunnel comes from the cluster's policy, which obeys no `@NAMES@`",
                "take the annotation off, or run `wgsidecar inject`",
            )
            .filled(&[("NAMES", "variables.unheard.join('`, `')")]),
        ),
    ],
};

/// What is said of an opt-in or opt-out that says nothing.
pub const NEITHER: &str = "`wgsidecar.dev/inject` is neither `enabled` nor `disabled`";
pub const NEITHER_HELP: &str = "write `\"enabled\"` or `\"disabled\"`, in quotes";
