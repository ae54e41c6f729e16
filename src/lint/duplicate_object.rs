//! The same object stands twice in the run.
//!
//! The one that is applied last wins. If they differ, or only one of them has a tunnel, what runs depends on the order of
//! the files.
//!
//! Keep one of them.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::{Check, Findings, Resource, Rule, Run, page};
use crate::text::Level;

pub static RULE: Rule = Rule {
    id: "duplicate-object",
    level: Level::Warning,
    never: false,
    page: page!("duplicate_object.rs", "duplicate-object"),
    checks: &[Check::Run(check)],
};

fn check(run: &Run, findings: &mut Findings) {
    let mut first_places = HashMap::with_capacity(run.objects.len());
    for (resource, place) in &run.objects {
        let first = *first_places.entry(Identity(resource)).or_insert(*place);
        if first != *place {
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

/// An object as the API tells it from others: by all but its version.
struct Identity<'a>(&'a Resource);

impl Identity<'_> {
    fn parts(&self) -> (&str, &str, Option<&str>, &str) {
        let Resource { kind, namespace, name, .. } = self.0;
        (self.0.group(), kind, namespace.as_deref(), name)
    }
}

impl PartialEq for Identity<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Identity<'_> {}

impl Hash for Identity<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}
