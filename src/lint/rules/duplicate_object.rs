//! The same object stands twice in the run.
//!
//! The one that is applied last wins. If they differ, or only one of them has a tunnel, what runs depends on the order of
//! the files.
//!
//! Keep one of them.

use std::sync::Arc;

use crate::lint::{Check, Findings, Resource, Rule, Run, page};
use crate::text::Level;

pub static RULE: Rule = Rule {
    id: "duplicate-object",
    level: Level::Warning,
    never: false,
    page: page!("duplicate_object.rs", "duplicate-object"),
    checks: &[Check::Run(check)],
};

fn check(run: &Run, findings: &mut Findings) {
    let mut objects: Vec<_> = run.objects.iter().collect();
    objects.sort_by_key(|(resource, _)| identity(resource));
    for same in objects.chunk_by(|one, other| identity(&one.0) == identity(&other.0)) {
        let first = same[0].1;
        for (resource, place) in same.iter().filter(|(_, place)| *place != first) {
            findings
                .add(
                    &RULE,
                    *place,
                    format!(
                        "{resource} stands here a second time: the last one that is applied wins"
                    ),
                )
                .help("keep one of them")
                .about(Arc::clone(resource))
                .related(first, "the first");
        }
    }
}

/// All by which the API tells an object from others: the version is not.
fn identity(resource: &Resource) -> (&str, &str, Option<&str>, &str) {
    (resource.group(), &resource.kind, resource.namespace.as_deref(), &resource.name)
}
