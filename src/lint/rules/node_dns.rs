//! The pod uses the node's own resolvers.
//!
//! `dnsPolicy: Default` copies the node's `/etc/resolv.conf`. A resolver outside the local ranges is asked through the
//! tunnel, where a private one cannot answer; one inside them is asked outside the tunnel.
//!
//! Leave `dnsPolicy` out, which means the cluster's resolver, or remove it and set `--dns` to a resolver in the tunnel.

use crate::lint::object_ref::text;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("node_dns.rs", "node-dns")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(node) = pod.get("dnsPolicy") else { return };
    findings.unknown(&RULE, &pod.view(), node, "which resolvers the pod asks");
    if text(pod.tree, node).is_some_and(|policy| policy == "Default") {
        findings
            .add(
                &RULE,
                pod.place(node),
                "the pod asks the node's resolvers: out of reach through the tunnel, or a leak",
            )
            .help("remove `dnsPolicy: Default`, or use `--dns` with a resolver in the tunnel");
    }
}
