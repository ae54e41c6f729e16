//! What gives a container power over the pod's network. Knows nothing of what it does with it.

use super::Pod;
use crate::yaml::NodeId;

const CAPABILITIES: [&str; 3] = ["NET_ADMIN", "SYS_ADMIN", "ALL"];

/// Where a container says that it may change the network.
pub fn over_network(pod: &Pod, container: NodeId) -> impl Iterator<Item = NodeId> {
    let privileged = pod.flag(container, &["securityContext", "privileged"]);
    let added = pod.items(container, &["securityContext", "capabilities", "add"]);
    let added = added.filter(|&node| {
        let name = pod.tree.string(node).unwrap_or_default().to_uppercase();
        CAPABILITIES.contains(&name.strip_prefix("CAP_").unwrap_or(&name))
    });
    privileged.into_iter().chain(added)
}
