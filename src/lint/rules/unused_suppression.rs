//! A suppression suppresses nothing.
//!
//! The rule that it names finds nothing here any more: what was expected has gone, and the next such mistake would be
//! hidden.
//!
//! Remove the annotation, or the entry of `ignore` in the settings file.

use crate::lint::{Check, Findings, Rule, rule};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Info,
    checks: &[Check::Planning],
    ..rule!("unused_suppression.rs", "unused-suppression")
};

/// Reports one that was not needed.
pub fn report(rule: &str, place: Place, findings: &mut Findings) {
    findings.add(&RULE, place, format!("nothing of `{rule}` is suppressed here")).help("remove it");
}
