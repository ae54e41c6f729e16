//! The same object is written twice.
//!
//! The one that is applied last wins, and that is the one that other rules look at. If they differ, or only one of them
//! has a tunnel, what runs depends on the order of the files.
//!
//! Keep one of them.

use std::sync::Arc;

use crate::lint::{Check, Findings, Rule, Run, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Run(check)],
    ..rule!("duplicate_object.rs", "duplicate-object")
};

fn check(run: &Run, findings: &mut Findings) {
    let mut objects: Vec<_> = run.objects.iter().collect();
    objects.sort_by_key(|(resource, place)| (resource.identity(), *place));
    objects.dedup_by_key(|(_, place)| *place);
    for same in objects.chunk_by(|one, other| one.0.identity() == other.0.identity()) {
        let times = match same.len() {
            1 => continue,
            2 => "twice".to_owned(),
            count => format!("{count} times"),
        };
        for (resource, place) in same {
            let message =
                format!("{resource} is written {times}: the last one that is applied wins");
            findings
                .add(&RULE, *place, message)
                .help("keep one of them")
                .together(format!("{:?}", resource.identity()), "also defined here")
                .object(Arc::clone(resource));
        }
    }
}
