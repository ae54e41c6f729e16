//! The same object stands twice in the run.
//!
//! The one that is applied last wins. If they differ, or only one of them has a tunnel, what runs depends on the order of
//! the files.
//!
//! Keep one of them.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Check, Findings, Rule, Run, page};
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
        let (namespace, name) = (resource.namespace.as_deref(), resource.name.as_str());
        let identity = (resource.group(), resource.kind.as_str(), namespace, name);
        let first = *first_places.entry(identity).or_insert(*place);
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
