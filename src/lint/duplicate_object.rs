//! The same object stands twice in the run.
//!
//! The one that is applied last wins. If they differ, or only one of them has a tunnel, what runs depends on the order of
//! the files.
//!
//! Keep one of them.

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
    for (resource, places) in &run.objects {
        let Some((first, rest)) = places.split_first() else { continue };
        for place in rest {
            findings
                .add(
                    &RULE,
                    *place,
                    format!(
                        "{resource} stands here a second time: the last one that is applied wins"
                    ),
                )
                .help("keep one of them")
                .about(resource.clone())
                .related(*first, "the first");
        }
    }
}
