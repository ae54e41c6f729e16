//! A NetworkPolicy blocks the tunnel's packets.
//!
//! Where a policy for egress selects the pod, only what some such policy allows may leave: the tunnel needs UDP to the
//! server's endpoint, and DNS as well where that is a host name. What a policy really allows can be told for an address;
//! where the endpoint is not known, this is a warning. Of policies that allow the same one is named for each pod: a rule in
//! one is enough.
//!
//! Add the rule that the message prints to the policy's `egress`.

use crate::lint::egress::{Allowed, Egress, Wanted};
use crate::lint::selectors::SelectorKind;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::conf::{Endpoint, Host};

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("network_policy.rs", "network-policy")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let selecting =
        pod.context.selecting(SelectorKind::NetworkPolicy, pod.namespace(), pod.tree, pod.template);
    let limiting = selecting.iter().filter_map(|alike| Some((alike, Egress::read(&alike.view)?)));
    let policies: Vec<_> = limiting.collect();
    if policies.is_empty() {
        return;
    }
    for wanted in wanted(pod) {
        let allowed = policies.iter().map(|(_, policy)| policy.allows(&wanted)).max();
        let level = match allowed {
            None | Some(Allowed::Yes) => continue,
            Some(Allowed::Unknown) => Level::Warning,
            Some(Allowed::No) => Level::Error,
        };
        let certainly = if level == Level::Error { "allows no" } else { "may not allow" };
        for (alike, policy) in &policies {
            findings
                .add(
                    &RULE,
                    policy.place,
                    format!(
                        "what leaves the pod is limited here, and the policy {certainly} {wanted}"
                    ),
                )
                .help(format!("add to `egress`: `{}`", wanted.rule()))
                .level(level)
                .field("spec.egress")
                .object(policy.resource.clone())
                .related(pod.name_place(), "its pods get a tunnel");
            findings.shared_by(|| alike.twins(|view| Some(Egress::read(view)?.place)));
        }
    }
}

/// What the tunnel needs: its endpoints, and the way to resolve those that are names.
fn wanted(pod: &Pod) -> Vec<Wanted> {
    let secret = pod.tunnel_secret().map(|(_, secret)| secret);
    let files = secret.into_iter().flat_map(|secret| &secret.files);
    let endpoints: Vec<&Endpoint> =
        files.flat_map(|file| file.conf.endpoints().map(|endpoint| &endpoint.value)).collect();
    if endpoints.is_empty() {
        return vec![Wanted::Somewhere];
    }
    let mut wanted: Vec<_> = endpoints
        .iter()
        .map(|endpoint| match endpoint.host {
            Host::Address(address) => Wanted::Address(address, endpoint.port),
            Host::Name(_) => Wanted::Port(endpoint.port),
        })
        .collect();
    if endpoints.iter().any(|endpoint| matches!(endpoint.host, Host::Name(_))) {
        wanted.push(Wanted::Dns);
    }
    wanted
}
