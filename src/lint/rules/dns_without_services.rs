//! A container uses the name of a service, which does not resolve.
//!
//! With resolvers of its own (`dnsPolicy: None`) a pod does not ask the cluster's DNS, and only that knows names such as
//! `db.shop.svc`. Shorter ones count where they stand as the host of an address, as in `http://redis:6379`, and a Service of
//! that name is in the run.
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
            if let Some(name) = service(&text).or_else(|| short(pod, &text)) {
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

/// The first host in a text that is the name of a Service of the run: `redis:6379`, `http://redis`, `user@db.shop:5432`.
fn short<'t>(pod: &Pod, text: &'t str) -> Option<&'t str> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
    let words =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '=' | '"' | '\''));
    let mut hosts = words.filter_map(|word| {
        let (is_url, rest) = match word.split_once("://") {
            Some((_, rest)) => (true, rest),
            None => (false, word),
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = authority.rsplit('@').next()?;
        let (name, port) = host.split_once(':').map_or((host, None), |(name, it)| (name, Some(it)));
        let has_port = port.is_some_and(|port| port.parse::<u16>().is_ok());
        // A word alone may be anything.
        (host.chars().all(is_host) && (has_port || is_url && port.is_none())).then_some(name)
    });
    hosts.find(|host| {
        let (name, namespace) = match host.split_once('.') {
            Some((name, namespace)) => (name, Some(namespace)),
            None => (*host, pod.namespace()),
        };
        pod.context.has("", "Service", namespace, name)
    })
}
