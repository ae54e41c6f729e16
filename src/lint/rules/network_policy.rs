//! A NetworkPolicy blocks the tunnel's packets.
//!
//! Where a policy for egress selects the pod, only what some such policy allows may leave: the tunnel needs UDP to the
//! server's endpoint, and DNS as well where that is a host name. What a policy really allows can be told for an address;
//! where the endpoint is not known, this is a warning. Of policies that allow the same one is named for each pod: a rule in
//! one is enough.
//!
//! Add the rule that the message prints to the policy's `egress`.

use std::collections::HashSet;

use crate::lint::egress::{self, Allowed, Wanted};
use crate::lint::selectors::{Selection, SelectorKind};
use crate::lint::{Check, Findings, Outline, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::conf::{Endpoint, Host};
use crate::wireguard::script::sha256;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check), Check::Patch(check_patch)],
    ..rule!("network_policy.rs", "network-policy")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let selecting =
        pod.context.selecting(SelectorKind::NetworkPolicy, pod.namespace(), pod.tree, pod.template);
    if selecting.is_empty() {
        return;
    }
    compare(&pod.outline(), &selecting, &selecting, findings);
}

/// Which labels the pods of a patch have is not known: a policy for all pods selects them, and any other one may allow what
/// they need.
fn check_patch(pods: &Outline, findings: &mut Findings) {
    let Some(namespace) = pods.namespace else { return };
    let selecting = pods.context.selecting_unknown(SelectorKind::NetworkPolicy, namespace);
    let Some([certainly, perhaps]) = selecting else { return };
    compare(pods, &[certainly], &[perhaps], findings);
}

/// Reports the policies that select a pod, where none of those that may allow something does.
fn compare(
    pod: &Outline,
    selecting: &[Selection],
    allowing: &[Selection],
    findings: &mut Findings,
) {
    let allowed = |wanted: &Wanted| allowing.iter().map(|it| it.egress().allows(wanted)).max();
    let wanted = wanted(pod).into_iter().filter_map(|it| Some((allowed(&it)?, it)));
    let blocked: Vec<_> = wanted.filter(|(allowed, _)| *allowed != Allowed::Yes).collect();
    if blocked.is_empty() {
        return;
    }
    // A Secret may name many servers: what is asked is told apart by this alone.
    let asked = sha256(&format!("{blocked:?}"));
    let its_pods = (pod.place, "its pods get a tunnel");
    for policies in selecting {
        findings.once(&RULE, &(policies.id(), &asked), Some(its_pods), |findings| {
            for (allowed, wanted) in &blocked {
                report(policies, *allowed, wanted, findings);
            }
        });
    }
}

/// Reports policies that do not let out what a tunnel needs.
fn report(policies: &Selection, allowed: Allowed, wanted: &Wanted, findings: &mut Findings) {
    let (level, certainly) = match allowed {
        Allowed::No => (Level::Error, "allows no"),
        Allowed::Unknown | Allowed::Yes => (Level::Warning, "may not allow"),
    };
    for alike in policies.objects() {
        let Some(place) = egress::limits(&alike.view) else { continue };
        findings
            .add(
                &RULE,
                place,
                format!("what leaves the pod is limited here, and the policy {certainly} {wanted}"),
            )
            .help(format!("add to `egress`: `{}`", wanted.rule()))
            .level(level)
            .field("spec.egress")
            .object(alike.view.resource());
        findings.shared_by(|| alike.twins(egress::limits));
    }
}

/// What the tunnel needs: its endpoints, and the way to resolve those that are names.
fn wanted(pod: &Outline) -> Vec<Wanted> {
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
    let mut seen = HashSet::new();
    wanted.retain(|it| seen.insert(*it));
    wanted
}
