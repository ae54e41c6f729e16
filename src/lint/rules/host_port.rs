//! A port of the node leads into the pod, and answers would go into the tunnel.
//!
//! A client outside the cluster's ranges reaches the pod through `hostPort`; the pod's answers follow the default route,
//! which is the tunnel, unless the port is one of `--inbound`. By default every TCP port below 32768 is.
//!
//! Add the port to `--inbound`, or use a Service.

use crate::kube::object::integer;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::tunnel::Protocol;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("host_port.rs", "host-port")
};

fn check(pod: &Pod, findings: &mut Findings) {
    for port in pod.others.iter().flat_map(|&container| pod.items(container, &["ports"])) {
        let Some(node) = pod.tree.get(port, "hostPort") else { continue };
        for node in ["hostPort", "containerPort"].iter().filter_map(|key| pod.tree.get(port, key)) {
            findings.unknown(
                &RULE,
                &pod.view(),
                node,
                "the port by which the node leads into the pod",
            );
        }
        let number = pod.tree.get(port, "containerPort").and_then(|node| integer(pod.tree, node));
        let (Some(1..), Some(Ok(number))) = (integer(pod.tree, node), number.map(u16::try_from))
        else {
            continue;
        };
        let is_udp = pod.text(port, &["protocol"]).is_some_and(|protocol| protocol == "UDP");
        let (protocol, word) = if is_udp { (Protocol::Udp, "udp") } else { (Protocol::Tcp, "tcp") };
        if !pod.lets_in(protocol, number) {
            findings
                .add(
                    &RULE,
                    pod.place(node),
                    "answers to clients outside the cluster would go into the tunnel",
                )
                .help(format!("allow the port with `--inbound {word}:{number}`, or use a Service"));
        }
    }
}
