//! An object of an unknown kind holds containers.
//!
//! Its pods get no tunnel, and nothing else would say so. It is an error where the object asks for a tunnel with
//! `wgsidecar.dev/inject: "enabled"`.
//!
//! Name the kind and where its pod templates are: `--workload 'group/Kind=path'` for each of them, or `workload` in the
//! settings file. If its pods need no tunnel, say so with the label or annotation `wgsidecar.dev/inject: "disabled"`.

use crate::lint::{Check, Rule, rule};
use crate::text::Level;

/// Found where workloads are looked for.
pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Planning],
    ..rule!("unknown_workload.rs", "unknown-workload")
};
