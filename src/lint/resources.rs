//! Requests and limits of a container. Knows nothing of quotas or of any rule.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Value, json};

use super::Pod;
use crate::wireguard::settings::{Setting, find};
use crate::wireguard::values::{self, Amounts};
use crate::yaml::write::Addition;
use crate::yaml::{NodeId, Tree};

/// The parts of `resources`.
pub const PARTS: [&str; 2] = ["requests", "limits"];

/// Whether a container names requests, or limits.
pub fn has(tree: &Tree, container: NodeId, part: &str) -> bool {
    let written = tree.find(container, &["resources", part]);
    written.is_some_and(|node| tree.entries(tree.follow(node)).next().is_some())
}

/// The whole of `resources` as `inject` writes it by default.
pub fn addition() -> Addition {
    let value = json!({"requests": amounts("requests"), "limits": amounts("limits")});
    Addition { key: "resources", value: Arc::new(value) }
}

/// One part of `resources` as `inject` writes it by default.
pub fn part(key: &'static str) -> Addition {
    Addition { key, value: Arc::new(amounts(key)) }
}

fn amounts(setting: &str) -> Value {
    let given = find(setting).map(Setting::default_values).unwrap_or_default();
    let Amounts { cpu, memory } = values::amounts(&given).unwrap_or_default();
    json!({"cpu": cpu, "memory": memory})
}

/// What our container requests (or may use, as `part` says) of a resource: as it stands, or as it would be written.
pub fn of_ours<'a>(pod: &Pod<'a, '_>, part: &str, resource: &str) -> Option<Cow<'a, str>> {
    if let Some(ours) = pod.ours() {
        let node = pod.tree.find(ours, &["resources", part, resource])?;
        return pod.tree.word(node).map(|word| Cow::Owned(word.into_owned()));
    }
    let tunnel = pod.tunnel?;
    let amounts = if part == "limits" { &tunnel.limits } else { &tunnel.requests };
    match resource {
        "cpu" => Some(Cow::Borrowed(&amounts.cpu)),
        "memory" => Some(Cow::Borrowed(&amounts.memory)),
        _ => None,
    }
}
