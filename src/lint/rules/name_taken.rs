//! A container or volume has the name that ours would get, and we did not write it.
//!
//! Names are unique among a pod's containers and among its volumes: the API refuses a second one.
//!
//! Give ours another name with `--container-name`.

use crate::lint::admission::{Admission, Stage, fill};
use crate::lint::object_ref::items;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::existing::{Presence, is_ours};
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[
        Check::Pod(check),
        // A container of our name that is not marked as ours may still be a tunnel that somebody wrote.
        Check::Admission(
            Admission::new(
                Stage::Impossible,
                "\
variables.missing && variables.pod.spec.containers.exists(container, container.name == variables.name)
|| !variables.missing && variables.mark == '' && !variables.works",
                MESSAGE,
                HELP,
            )
            .filled(&[("WHAT", "'container'"), ("NAME", "variables.name")]),
        ),
        Check::Admission(
            Admission::new(
                Stage::Impossible,
                "variables.missing && variables.pod.spec.?volumes.orValue([]).exists(volume, volume.name == variables.name)",
                MESSAGE,
                HELP,
            )
            .filled(&[("WHAT", "'volume'"), ("NAME", "variables.name")]),
        ),
    ],
    ..rule!("name_taken.rs", "name-taken")
};

const MESSAGE: &str = "a @WHAT@ is called `@NAME@` already";
const HELP: &str = "give the tunnel's container and volume another name with `--container-name`";

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(tunnel) = pod.tunnel else { return };
    let our_volume = match pod.presence {
        Presence::Complete(existing) => Some(existing.volume),
        // Parts of ours are another rule's business.
        Presence::Partial { .. } | Presence::Newer(_) => return,
        Presence::Absent => None,
    };
    let is_called = |item: &NodeId| pod.name_of(*item).is_some_and(|name| name == tunnel.container);
    let mut containers = pod.others.iter().copied().filter(|&item| !is_ours(pod.tree, item));
    let mut volumes = pod.list("volumes").filter(|&item| Some(item) != our_volume);
    let taken = [(containers.find(is_called), "container"), (volumes.find(is_called), "volume")];
    if let Some(claim) = claim(pod, &tunnel.container) {
        findings
            .add(
                &RULE,
                pod.place(claim),
                format!(
                    "the volume of the claim template `{}` would replace the Secret's",
                    tunnel.container
                ),
            )
            .help(HELP);
    }
    for (item, word) in taken {
        let Some(item) = item else { continue };
        findings
            .add(
                &RULE,
                pod.item_place(item),
                fill(MESSAGE, &[("WHAT", word), ("NAME", &tunnel.container)]),
            )
            .help(HELP);
    }
}

/// The name of a claim template beside the pod template that is called so: the controller puts its volume in the place of
/// the pod's own one of that name.
fn claim(pod: &Pod, name: &str) -> Option<NodeId> {
    let &[.., around, _] = pod.template.chain.as_slice() else { return None };
    let claims = pod.tree.get(around, "volumeClaimTemplates")?;
    let names =
        items(pod.tree, claims).filter_map(|claim| pod.tree.find(claim, &["metadata", "name"]));
    names.into_iter().find(|&it| pod.tree.string(it).is_some_and(|it| it == name))
}
