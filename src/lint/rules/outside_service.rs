//! Clients from outside reach the pod with their own address, and answers would go into the tunnel.
//!
//! With `externalTrafficPolicy: Local` the pod sees the client's address, which is in no local range; the answer leaves by
//! the cluster's network only from a port of `--inbound`. By default every TCP port below 32768 is one.
//!
//! Add the port to `--inbound`, or use `externalTrafficPolicy: Cluster`.

use crate::kube::object::integer;
use crate::lint::object_ref::text;
use crate::lint::selectors::SelectorKind;
use crate::lint::{Check, Findings, ObjectRef, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::tunnel::Protocol;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("outside_service.rs", "outside-service")
};

fn check(pod: &Pod, findings: &mut Findings) {
    for alike in
        pod.context.selecting(SelectorKind::Service, pod.namespace(), pod.tree, pod.template)
    {
        let view = alike.view;
        for key in ["type", "externalTrafficPolicy"] {
            if let Some(node) = view.find(&["spec", key]) {
                let what = "whether clients from outside reach the pod with their own address";
                findings.unknown(&RULE, &view, node, what);
            }
        }
        let kind = view.text(&["spec", "type"]).unwrap_or_default();
        let policy = view.text(&["spec", "externalTrafficPolicy"]).unwrap_or_default();
        if !matches!(kind.as_ref(), "LoadBalancer" | "NodePort") || policy != "Local" {
            continue;
        }
        for (index, port) in view.items(&["spec", "ports"]).into_iter().enumerate() {
            for node in
                ["targetPort", "port", "protocol"].iter().filter_map(|key| view.tree.get(port, key))
            {
                findings.unknown(&RULE, &view, node, "the port of the pod");
            }
            let Some((protocol, word, number)) = target(pod, &view, port) else { continue };
            if !pod.lets_in(protocol, number) {
                findings
                    .add(&RULE, view.place(port), "answers to clients outside the cluster would go into the tunnel")
                    .help(format!("allow the port with `--inbound {word}:{number}`, or use `externalTrafficPolicy: Cluster`"))
                    .object(view.resource())
                    .related(pod.name_place(), "its pods");
                let port = |view: &ObjectRef| {
                    view.items(&["spec", "ports"]).get(index).map(|&port| view.place(port))
                };
                findings.shared_by(|| alike.twins(port));
            }
        }
    }
}

/// The pod's own port behind one of a service.
fn target(pod: &Pod, view: &ObjectRef, port: NodeId) -> Option<(Protocol, &'static str, u16)> {
    let tree = view.tree;
    let is_udp =
        tree.get(port, "protocol").and_then(|node| text(tree, node)).is_some_and(|it| it == "UDP");
    let (protocol, word) = if is_udp { (Protocol::Udp, "udp") } else { (Protocol::Tcp, "tcp") };
    let node = tree.get(port, "targetPort").or_else(|| tree.get(port, "port"))?;
    let number = match integer(tree, node) {
        Some(number) => number,
        None => named(pod, &text(tree, node)?)?,
    };
    Some((protocol, word, u16::try_from(number).ok()?))
}

fn named(pod: &Pod, name: &str) -> Option<i128> {
    let mut ports = pod.others.iter().flat_map(|&container| pod.items(container, &["ports"]));
    let port = ports.find(|&port| pod.name_of(port).is_some_and(|it| it == name))?;
    integer(pod.tree, pod.tree.get(port, "containerPort")?)
}
