//! Requests and limits of a container. Knows nothing of quotas or of any rule.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Pod;
use crate::wireguard::settings::{Setting, find};
use crate::wireguard::tunnel::Tunnel;
use crate::wireguard::values::{self, Amounts};
use crate::yaml::{NodeId, Tree};

/// The parts of `resources`.
pub const PARTS: [&str; 2] = ["requests", "limits"];

/// Whether a container names requests, or limits.
pub fn has(tree: &Tree, container: NodeId, part: &str) -> bool {
    let written = tree.find(container, &["resources", part]);
    written.is_some_and(|node| tree.entries(tree.follow(node)).next().is_some())
}

/// Whether any container of the pod, ours included, or the pod itself names an amount.
pub fn has_any(pod: &Pod) -> bool {
    let ours = pod.ours().into_iter();
    let mut named = pod.others.iter().copied().chain(ours).chain([pod.spec]);
    pod.tunnel.is_some() || named.any(|it| PARTS.iter().any(|part| has(pod.tree, it, part)))
}

/// The whole of `resources` as `inject` writes it by default.
pub fn whole() -> Value {
    json!({"requests": amounts("requests"), "limits": amounts("limits")})
}

/// One part of `resources` as `inject` writes it by default.
pub fn amounts(part: &str) -> Value {
    let given = find(part).map(Setting::default_values).unwrap_or_default();
    let Amounts { cpu, memory } = values::amounts(&given).unwrap_or_default();
    json!({"cpu": cpu, "memory": memory})
}

/// What our container requests (or may use, as `part` says) of a resource: as it stands, or as it would be written.
pub fn of_ours<'a>(pod: &Pod<'a, '_>, part: &str, resource: &str) -> Option<Cow<'a, str>> {
    if let Some(ours) = pod.ours() {
        let node = pod.tree.find(ours, &["resources", part, resource])?;
        return pod.tree.word(node).map(|word| Cow::Owned(word.into_owned()));
    }
    of_tunnel(pod.tunnel?, part, resource).map(Cow::Borrowed)
}

/// What the container of a tunnel would request, or may use.
pub fn of_tunnel<'a>(tunnel: &'a Tunnel, part: &str, resource: &str) -> Option<&'a str> {
    let amounts = if part == "limits" { &tunnel.limits } else { &tunnel.requests };
    match resource {
        "cpu" => Some(&amounts.cpu),
        "memory" => Some(&amounts.memory),
        _ => None,
    }
}

/// What the pod as a whole needs: the sum of its containers and sidecars, or an init container where that needs more.
/// `ours` is our container's amount, `None` to leave it out, and `amount` that of any other.
pub fn of_pod(pod: &Pod, ours: Option<f64>, amount: impl Fn(NodeId) -> f64) -> f64 {
    let together: f64 = pod.list("containers").map(&amount).sum();
    let to_come = pod.ours().is_none().then_some(ours).flatten().unwrap_or(0.0);
    let mut sidecars = if pod.is_sidecar() { to_come } else { 0.0 };
    let mut most = to_come;
    for container in pod.list("initContainers") {
        let amount =
            if pod.ours() == Some(container) { ours.unwrap_or(0.0) } else { amount(container) };
        match pod.text(container, &["restartPolicy"]).as_deref() {
            Some("Always") => sidecars += amount,
            _ => most = most.max(sidecars + amount),
        }
    }
    most.max(together + sidecars)
}
