//! The kubelet may get no answer from a port that `--inbound` does not name.
//!
//! Probes and lifecycle hooks by HTTP, TCP and gRPC come from the node. Where its address is in a network that the pod has a
//! route of its own to, as with most bridges, the answer leaves whatever `--inbound` says. Elsewhere, as with Calico or
//! Cilium, the node's address is an outside one: the answer goes into the tunnel, the probe fails, and the pod is restarted
//! or never ready.
//!
//! Name the port in `--inbound`, or the network of the nodes in `--local`, or probe with `exec`.

use crate::kube::object::integer;
use crate::lint::object_ref::text;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::tunnel::Protocol;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("blocked_probe.rs", "blocked-probe")
};

/// Where a container says what the kubelet asks it.
const HANDLERS: [&[&str]; 5] = [
    &["livenessProbe"],
    &["readinessProbe"],
    &["startupProbe"],
    &["lifecycle", "postStart"],
    &["lifecycle", "preStop"],
];

/// The ways to ask over the network.
const ACTIONS: [&str; 3] = ["httpGet", "tcpSocket", "grpc"];

fn check(pod: &Pod, findings: &mut Findings) {
    for &container in &pod.others {
        let handlers = HANDLERS.iter().filter_map(|path| pod.tree.find(container, path));
        for handler in handlers {
            for action in ACTIONS.iter().filter_map(|action| pod.tree.get(handler, action)) {
                look(pod, container, action, findings);
            }
        }
    }
}

fn look(pod: &Pod, container: NodeId, action: NodeId, findings: &mut Findings) {
    // Another host is not this pod.
    let host = pod.text(action, &["host"]).filter(|host| !host.is_empty());
    let Some(node) = pod.tree.get(action, "port").filter(|_| host.is_none()) else { return };
    let Some(port) = number(pod, container, node).and_then(|port| u16::try_from(port).ok()) else {
        return;
    };
    if !pod.lets_in(Protocol::Tcp, port) {
        findings
            .add(
                &RULE,
                pod.place(node),
                format!("the kubelet may get no answer: `--inbound` does not let port {port} out"),
            )
            .help(format!(
                "allow it with `--inbound tcp:{port}`, or the nodes' network with `--local`"
            ));
    }
}

/// The number of a port, which may be the name of one of the container's.
fn number(pod: &Pod, container: NodeId, node: NodeId) -> Option<i128> {
    if let Some(number) = integer(pod.tree, node) {
        return Some(number);
    }
    let name = text(pod.tree, node)?;
    let mut ports = pod.items(container, &["ports"]);
    let port = ports.find(|&port| pod.name_of(port).is_some_and(|it| it == name))?;
    integer(pod.tree, pod.tree.get(port, "containerPort")?)
}
