//! A container or volume has the name that ours would get, and we did not write it.
//!
//! Names are unique among a pod's containers and among its volumes: the API refuses a second one.
//!
//! Give ours another name with `--container-name`.

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;
use crate::wireguard::existing::{Presence, is_ours};

pub static RULE: Rule = Rule {
    id: "name-taken",
    level: Level::Error,
    never: false,
    page: page!("name_taken.rs", "name-taken"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(tunnel) = pod.tunnel else { return };
    let ours = match pod.presence {
        Presence::Whole(existing) => [Some(existing.container), Some(existing.volume)],
        // Parts of ours are another rule's business.
        Presence::Partial { .. } => return,
        Presence::Absent => [None, None],
    };
    let what = [
        ("initContainers", "container"),
        ("containers", "container"),
        ("ephemeralContainers", "container"),
        ("volumes", "volume"),
    ];
    for (list, word) in what {
        let Some(item) = pod.named(list, &tunnel.container) else { continue };
        if ours.contains(&Some(item)) || (word == "container" && is_ours(pod.tree, item)) {
            continue;
        }
        let place = pod.place(pod.tree.get(item, "name").unwrap_or(item));
        findings
            .add(&RULE, place, format!("a {word} is called `{}` already", tunnel.container))
            .help("give the tunnel's container and volume another name with `--container-name`");
    }
}
