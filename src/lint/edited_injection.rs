//! The tunnel's block was edited by hand.
//!
//! The mark holds a hash of what was injected, and the block does not match it, or somebody has put a comment into it:
//! `inject` or `uninject` would lose the edit. Sorting, quoting and indenting anew are no edits, and neither are a new tag of the image or the name that
//! kustomize gives the Secret.
//!
//! Say it with a setting instead (`wgsidecar inject --help` lists them), then let `inject` write it:
//! `--allow edited-injection` replaces the edited block.

use super::{Check, Findings, Pod, Rule, page};
use crate::text::Level;
use crate::wireguard::existing::Presence;

pub static RULE: Rule = Rule {
    id: "edited-injection",
    level: Level::Error,
    never: false,
    page: page!("edited_injection.rs", "edited-injection"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Presence::Whole(existing) = pod.presence else { return };
    if existing.edited {
        let name = pod.tree.get(existing.container, "name").unwrap_or(existing.container);
        findings
            .add(
                &RULE,
                pod.place(name),
                "the tunnel's block was edited by hand: the edit would be lost",
            )
            .help("say it with a setting, then let `--allow edited-injection` replace the block, or take it out");
    }
}
