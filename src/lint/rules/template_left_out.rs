//! Some of an object's pods get no tunnel.
//!
//! An object may make pods from several templates: a Ray cluster has a head and workers, a workflow a pod for each of
//! its templates. Where one has a tunnel and another has none, part of the work bypasses the VPN. Some pods are made by a
//! controller that gives nobody a place for an init container; no tunnel can be put into those.
//!
//! Name every path with `--workload 'group/Kind=path'`, or choose the other templates too. If these pods need no tunnel,
//! say so: the label `wgsidecar.dev/inject: "disabled"` on their template, or the annotation
//! `ignore.wgsidecar.dev/template-left-out` with the reason.

use crate::lint::{Check, Rule, rule};
use crate::text::Level;

/// Found where the templates of a workload are gone through.
pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Planning],
    ..rule!("template_left_out.rs", "template-left-out")
};
