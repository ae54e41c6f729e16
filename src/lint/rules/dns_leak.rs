//! All traffic goes through the tunnel, and names are resolved outside it.
//!
//! The pod asks the cluster's resolver, which asks the node's: whoever runs that network sees which names the pod looks
//! up. In return, services of the cluster keep their names.
//!
//! Set `--dns` to a resolver inside the tunnel, such as the one in the provider's file, where no service name is needed.

use crate::lint::{Check, Findings, Outline, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Info,
    checks: &[Check::Pod(check), Check::Patch(look)],
    ..rule!("dns_leak.rs", "dns-leak")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let policy = pod.text(pod.spec, &["dnsPolicy"]);
    let by_cluster = policy.is_none_or(|policy| policy.starts_with("ClusterFirst"));
    if by_cluster {
        look(&pod.outline(), findings);
    }
}

/// Looks at a pod that asks the cluster's resolver, as all do that say nothing else.
fn look(pod: &Outline, findings: &mut Findings) {
    let Some(secret) = &pod.secret_name else { return };
    let split = pod
        .tunnel_secret()
        .and_then(|(_, secret)| secret.file("wg0").map(|file| !file.conf.is_full_tunnel()));
    if !pod.has_own_resolvers() && split != Some(true) {
        findings
            .add(&RULE, pod.place, format!("names are resolved by the cluster, outside the tunnel of `{secret}`"))
            .help("`--dns IP` names a resolver inside the tunnel; names of services then stop resolving");
    }
}
