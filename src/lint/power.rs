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

/// The same in CEL: the names of the containers beside ours that may change the network, as `variables.powerful`.
pub const POWERFUL: &str = "\
(variables.pod.spec.containers + variables.pod.spec.?initContainers.orValue([]) + variables.pod.spec.?ephemeralContainers.orValue([]))
  .filter(container, container.name != variables.ours && (container.?securityContext.?privileged.orValue(false)
    || container.?securityContext.?capabilities.?add.orValue([]).exists(added,
      added.upperAscii() in ['NET_ADMIN', 'SYS_ADMIN', 'ALL', 'CAP_NET_ADMIN', 'CAP_SYS_ADMIN', 'CAP_ALL'])))
  .map(container, container.name)";
