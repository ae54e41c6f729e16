//! A workload gets its tunnel twice: in its own manifest and by a patch, or by two patches.
//!
//! A kustomization, a Flux Kustomization or an Argo CD Application holds a patch of wgsidecar for a workload, and the
//! manifest that it patches has a tunnel already. kustomize merges the two: the pod gets some of the one and some of the
//! other. A change of settings changes one of them only, and what is taken out of one place stays in the other. Two objects
//! that patch the same workload are no better. What two kustomizations build of one base are two workloads, and fine.
//!
//! Keep one of them, and take the other out with the command that the message names. `inject` writes nothing into a
//! workload for which a patch is there, or is asked for in the settings file.

use crate::lint::{Check, Findings, Rule, rule};
use crate::text::{Level, Place};

/// Found where it is decided what becomes of a template.
pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Planning],
    ..rule!("injected_twice.rs", "injected-twice")
};

/// Reports a workload of which the manifest, at this place, has a tunnel of its own, and the patches beside that: each
/// with its place, its object and the command that takes it out.
pub fn report(
    place: Place,
    own: Option<String>,
    patches: &[(Place, String, &str)],
    findings: &mut Findings,
) {
    let by = patches.iter().map(|(_, object, _)| format!("the patch in {object}"));
    let by: Vec<_> = own.iter().map(|_| "its own manifest".to_owned()).chain(by).collect();
    let commands =
        own.iter().map(String::as_str).chain(patches.iter().map(|(.., command)| *command));
    let commands: Vec<_> = commands.map(|command| format!("`{command}`")).collect();
    let found = findings
        .add(
            &RULE,
            place,
            format!("this workload gets its tunnel more than once: by {}", by.join(" and by ")),
        )
        .help(format!("keep one, and take the other out: {}", commands.join(" or ")));
    for (place, ..) in patches {
        found.related(*place, "patched here");
    }
}
