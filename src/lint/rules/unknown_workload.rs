//! An object of a kind that is in no table holds containers.
//!
//! Its pods get no tunnel, and nothing else would say so.
//!
//! Name the kind and where its pod template is: `--workload 'group/Kind=path'`, or `workload` in the settings file.

use crate::lint::{Check, Rule, page};
use crate::text::Level;

/// Found where workloads are looked for.
pub static RULE: Rule = Rule {
    id: "unknown-workload",
    level: Level::Info,
    never: false,
    page: page!("unknown_workload.rs", "unknown-workload"),
    checks: &[Check::Planning],
};
