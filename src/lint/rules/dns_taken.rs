//! The pod has DNS settings of its own, and the tunnel asks for others.
//!
//! With resolvers inside the tunnel (`--dns IP`) the pod needs `dnsPolicy: None` and a `dnsConfig` of ours. What
//! stands there is yours, and we change nothing that is not ours.
//!
//! Remove the pod's `dnsPolicy` and `dnsConfig`, or keep the cluster's resolver with `--dns cluster`.

use crate::kube::kinds::Shape;
use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;
use crate::wireguard::existing::Presence;
use crate::wireguard::pod::dns_of;
use crate::wireguard::tunnel::Dns;
use crate::yaml::verify::equals;

pub static RULE: Rule = Rule {
    id: "dns-taken",
    level: Level::Error,
    never: false,
    page: page!("dns_taken.rs", "dns-taken"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(tunnel) = pod.tunnel.filter(|tunnel| tunnel.dns != Dns::Cluster) else { return };
    if matches!(pod.presence, Presence::Whole(existing) if existing.mark.dns) {
        return;
    }
    let Some((policy, config)) = dns_of(tunnel) else { return };
    let own = [(pod.get("dnsPolicy"), &policy), (pod.get("dnsConfig"), &config)];
    if own
        .iter()
        .all(|(node, wanted)| node.is_some_and(|node| equals(pod.tree, node, wanted.as_ref())))
    {
        return;
    }
    if matches!(pod.template.pods.shape, Shape::Flat(_)) {
        findings
            .add(&RULE, pod.name_place(), "a workflow's template cannot have DNS settings of its own")
            .help("write `dnsPolicy: None` and the same `dnsConfig` into the workflow's own spec, or keep the cluster's resolver with `--dns cluster`");
        return;
    }
    for node in own.iter().filter_map(|(node, _)| *node) {
        findings
            .add(&RULE, pod.place(node), "the pod has DNS settings of its own, and the tunnel asks for others")
            .help("remove `dnsPolicy` and `dnsConfig`, or keep the cluster's resolver with `--dns cluster`");
    }
}
