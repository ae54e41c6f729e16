//! Kubernetes does not accept a selector.
//!
//! Which pods a policy, a budget or a service means cannot be told then: its part in what happens to a tunnel is unknown.
//!
//! Fix the selector; the API would refuse it too.

use crate::lint::{Check, Findings, Rule, Run, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Run(check)],
    ..rule!("bad_selector.rs", "bad-selector")
};

fn check(run: &Run, findings: &mut Findings) {
    for (view, error) in run.context.bad_selectors() {
        findings
            .add(
                &RULE,
                view.place(error.node),
                format!("{}: which pods are meant is unknown", error.message),
            )
            .help("the API refuses it too")
            .object(view.resource());
    }
}
