//! An annotation of ours has an unknown name or a value that means nothing.
//!
//! `wgsidecar.dev/` annotations on a workload or its pod template are settings of its tunnel. One that is not
//! understood is an error and not ignored: it was meant to say something, perhaps what keeps the pod closed. Of the labels
//! only `wgsidecar.dev/inject` is read, so a setting among them is an error too.
//!
//! Take the nearest name or the form that the message gives. `image`, `install-tools` and `container-name` decide what
//! runs as root and can be set by flag, variable and settings file only.

use crate::lint::{Check, Rule, page};
use crate::text::Level;

/// Found where a target's settings are put together.
pub static RULE: Rule = Rule {
    id: "bad-setting",
    level: Level::Error,
    never: false,
    page: page!("bad_setting.rs", "bad-setting"),
    checks: &[Check::Planning],
};
