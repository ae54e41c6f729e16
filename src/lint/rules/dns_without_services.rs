//! A container uses the name of a service, which does not resolve.
//!
//! With resolvers of its own (`dnsPolicy: None`) a pod does not ask the cluster's DNS, and only that knows names such as
//! `db.shop.svc`.
//!
//! Use the cluster's resolver (`dns: cluster`), or give the container an address.

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::tunnel::Dns;
use crate::yaml::NodeId;
use std::net::IpAddr;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("dns_without_services.rs", "dns-without-services")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let policy = pod.text(pod.spec, &["dnsPolicy"]);
    let is_none = policy.is_some_and(|policy| policy == "None");
    if !(is_none || pod.has_own_resolvers()) || asks_cluster(pod) {
        return;
    }
    for &container in &pod.others {
        for node in words(pod, container) {
            let Some(text) = pod.tree.string(node) else { continue };
            if let Some(name) = service(&text) {
                findings
                    .add(
                        &RULE,
                        pod.place(node),
                        format!(
                            "`{name}` does not resolve: the pod does not ask the cluster's DNS"
                        ),
                    )
                    .help("use the cluster's resolver (`--dns cluster`), or give an address");
            }
        }
    }
}

/// Whether one of the resolvers is in the cluster.
fn asks_cluster(pod: &Pod) -> bool {
    let Some(tunnel) = pod.tunnel else { return false };
    let written = pod.items(pod.spec, &["dnsConfig", "nameservers"]);
    let written = written.into_iter().filter_map(|node| pod.tree.string(node)?.parse().ok());
    let servers: Vec<IpAddr> = match &tunnel.dns {
        Dns::Servers(servers) => servers.clone(),
        Dns::Cluster => written.collect(),
    };
    servers.iter().any(|server| tunnel.is_local(server))
}

/// The values of a container's environment, and its arguments.
fn words(pod: &Pod, container: NodeId) -> Vec<NodeId> {
    let env = pod.items(container, &["env"]);
    let mut words: Vec<_> = env.filter_map(|entry| pod.tree.get(entry, "value")).collect();
    words.extend(pod.items(container, &["command"]));
    words.extend(pod.items(container, &["args"]));
    words
}

/// The first name of a service in a text: `NAME.NAMESPACE.svc`.
fn service(text: &str) -> Option<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let mut names = text.split(|c| !is_name(c));
    names.find(|name| {
        let labels: Vec<_> = name.split('.').collect();
        let at = labels.iter().position(|label| *label == "svc");
        at.is_some_and(|at| at >= 2 && labels[..at].iter().all(|label| !label.is_empty()))
    })
}
