//! The tunnel's block was edited by hand.
//!
//! The mark holds a hash of what was injected, and the block does not match it, or somebody has put a comment into it:
//! `inject` or `uninject` would lose the edit. Sorting, quoting and indenting anew are no edits, and neither are a new
//! tag of the image or the name that kustomize gives the Secret. The finding stands at an edit where the settings still
//! mean what was injected; else, and for a comment, at the container's name.
//!
//! Say it with a setting instead (`wgsidecar inject --help` lists them), then let `inject` write it:
//! `--allow edited-injection` replaces the edited block.

use serde_json::Value;

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;
use crate::wireguard::existing::{Existing, Presence};
use crate::wireguard::pod::Block;
use crate::yaml::verify::equals;
use crate::yaml::{NodeId, Tree};

pub static RULE: Rule = Rule {
    id: "edited-injection",
    level: Level::Error,
    never: false,
    page: page!("edited_injection.rs", "edited-injection"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Presence::Whole(existing) = pod.presence else { return };
    if existing.edited {
        let name = || pod.tree.get(existing.container, "name").unwrap_or(existing.container);
        let edit = edit(pod, existing).unwrap_or_else(name);
        findings
            .add(
                &RULE,
                pod.place(edit),
                "the tunnel's block was edited by hand: the edit would be lost",
            )
            .help("say it with a setting, then let `--allow edited-injection` replace the block, or take it out");
    }
}

/// An edit, where the settings still mean the block that was injected.
fn edit(pod: &Pod, existing: &Existing) -> Option<NodeId> {
    let block = Block::new(pod.tunnel?, pod.tunnel_reads?);
    let block = if existing.mark.dns { block } else { block.without_dns() };
    if *block.hash != *existing.mark.hash {
        return None;
    }
    let own =
        [(Some(existing.container), &block.container), (Some(existing.volume), &block.volume)];
    let dns = block.dns.iter().flat_map(|(policy, config)| {
        [(pod.get("dnsPolicy"), policy), (pod.get("dnsConfig"), config)]
    });
    own.into_iter().chain(dns).find_map(|(part, value)| differs(pod.tree, part?, value))
}

/// The innermost node that says something else than the value, or the first key that the value has not; the image and
/// the Secret's name may differ.
fn differs(tree: &Tree, node: NodeId, value: &Value) -> Option<NodeId> {
    let (within, differs_itself) = match value {
        Value::Object(values) if tree.kind(node).is_mapping() => {
            let within = tree.entries(node).find_map(|(key, item)| {
                let name = tree.string(key)?;
                match values.get(&*name) {
                    _ if matches!(&*name, "image" | "secretName") => None,
                    Some(value) => differs(tree, item, value),
                    None => Some(key),
                }
            });
            (within, values.keys().any(|key| tree.get(node, key).is_none()))
        }
        Value::Array(values) if tree.kind(node).is_sequence() => {
            let mut items = tree.items(node).zip(values);
            let within = items.find_map(|(item, value)| differs(tree, item, value));
            (within, tree.items(node).count() != values.len())
        }
        _ => (None, !equals(tree, node, value)),
    };
    within.or(differs_itself.then_some(node))
}
