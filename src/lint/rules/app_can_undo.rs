//! Another container may change the pod's network.
//!
//! With NET_ADMIN, SYS_ADMIN, ALL or `privileged` it can take the tunnel down and remove the kill switch: what guards the
//! pod must not be in the hands of what it guards.
//!
//! Take the capability away. Where the container needs it, know that it could leak.

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    id: "app-can-undo",
    level: Level::Warning,
    never: false,
    page: page!("app_can_undo.rs", "app-can-undo"),
    checks: &[Check::Pod(check)],
};

const CAPABILITIES: [&str; 3] = ["NET_ADMIN", "SYS_ADMIN", "ALL"];

fn check(pod: &Pod, findings: &mut Findings) {
    for &container in &pod.others {
        let name = pod.name_of(container).unwrap_or_default();
        for node in powers(pod, container) {
            findings
                .add(
                    &RULE,
                    pod.place(node),
                    format!("`{name}` may change the pod's network: it can remove the kill switch"),
                )
                .help("take the capability away, unless the container needs it and can be trusted");
        }
    }
}

/// What gives a container power over the network.
fn powers(pod: &Pod, container: NodeId) -> Vec<NodeId> {
    let privileged = pod.flag(container, &["securityContext", "privileged"]);
    let added = pod.items(container, &["securityContext", "capabilities", "add"]);
    let added = added.filter(|&node| {
        let name = pod.tree.string(node).unwrap_or_default().to_uppercase();
        CAPABILITIES.contains(&name.strip_prefix("CAP_").unwrap_or(&name))
    });
    privileged.into_iter().chain(added).collect()
}
