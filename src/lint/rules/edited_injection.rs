//! The tunnel's block was edited by hand.
//!
//! The mark holds a hash of what was injected, and the block does not match it, or somebody has put a comment into it:
//! `inject` or `uninject` would lose the edit. Sorting, quoting and indenting again is not an edit, and neither is a new
//! tag of the image or the name that kustomize gives the Secret. The finding stands at an edit where the settings still
//! mean what was injected; else, and for a comment, at the container's name. Of a patch, its `target` counts too: that alone
//! decides which workloads get the tunnel.
//!
//! Undo the edit, or use a setting for it (`wgsidecar inject --help` lists them) and run `inject --allow edited-injection`
//! to overwrite the block. To discard the edit, run `uninject --allow edited-injection`.

use serde_json::Value;

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::{Level, Place};
use crate::wireguard::existing::{Edited, Existing, Presence};
use crate::wireguard::normal::Form;
use crate::wireguard::pod::Block;
use crate::yaml::{NodeId, Tree};

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("edited_injection.rs", "edited-injection")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Presence::Complete(existing) = pod.presence else { return };
    let node = match existing.edited {
        None => return,
        Some(Edited::Mark) => existing.mark_value,
        Some(Edited::Block) => {
            let name = || pod.tree.get(existing.container, "name").unwrap_or(existing.container);
            edit(pod, existing).unwrap_or_else(name)
        }
    };
    let edited = existing.edited.unwrap_or(Edited::Block);
    report(pod.place(node), edited, pod.is_to_go, findings);
}

/// The ways out for who puts a tunnel in, and for who takes it out.
const OVERWRITE: &str = "undo the edit, or use a setting for it and run `inject --allow edited-injection` to overwrite the block";
const DISCARD: &str = "to discard the edit, run `uninject --allow edited-injection`";

/// Reports an edit at a place; `takes_out` tells whether the tunnel is to go.
pub fn report(place: Place, edited: Edited, takes_out: bool, findings: &mut Findings) {
    let message = match edited {
        Edited::Mark => {
            "the annotation `wgsidecar.dev/injected` was edited by hand: what it says was never injected"
        }
        Edited::Block => "the tunnel's block was edited by hand: the edit would be lost",
    };
    findings.add(&RULE, place, message).help(if takes_out { DISCARD } else { OVERWRITE });
}

/// Reports a patch that holds more than the tunnel.
pub fn report_more(place: Place, findings: &mut Findings) {
    let message = "this patch holds more than the tunnel, which would be lost";
    findings
        .add(&RULE, place, message)
        .help("put the rest into a patch of its own, then let `--allow edited-injection` replace this one");
}

/// Reports a patch whose target selects other pods than those of the workload that it is for.
pub fn report_target(place: Place, workload: &str, findings: &mut Findings) {
    let message = format!(
        "this patch is for `{workload}`, but its target selects something else: the tunnel goes there, or nowhere"
    );
    findings
        .add(&RULE, place, message)
        .help("undo the edit of `target`, or let `--allow edited-injection` replace the patch");
}

/// An edit, where the settings still mean the block that was injected.
fn edit(pod: &Pod, existing: &Existing) -> Option<NodeId> {
    let sites: Vec<_> = existing.mark.dns().map(|(site, _)| site).collect();
    let block = Block::new(pod.tunnel?, pod.tunnel_reads?, &sites);
    if *block.hash != *existing.mark.hash {
        return None;
    }
    let container = pod.tree.value(existing.container);
    let form = Form::of_block(&container);
    let own = [(existing.container, &block.container), (existing.volume, &block.volume)];
    let dns = block.dns.iter().filter_map(|(site, value)| {
        Some((existing.dns.iter().find(|entry| entry.site == *site)?.value, value))
    });
    own.into_iter().chain(dns).find_map(|(part, value)| differs(pod.tree, &form, "", part, value))
}

/// The innermost node that says something else than the value, or the first key that the value has not.
fn differs(tree: &Tree, form: &Form, key: &str, node: NodeId, value: &Value) -> Option<NodeId> {
    if form.is_same(key, &tree.value(node), value) {
        return None;
    }
    let within = match value {
        Value::Object(values) => tree.entries(node).find_map(|(key, item)| {
            let name = tree.string(key)?;
            match values.get(&*name) {
                Some(value) => differs(tree, form, &name, item, value),
                None => (!form.is_same(&name, &tree.value(item), &Value::Null)).then_some(key),
            }
        }),
        Value::Array(values) => {
            let mut items = tree.items(node).zip(values);
            items.find_map(|(item, value)| differs(tree, form, "", item, value))
        }
        _ => None,
    };
    within.or(Some(node))
}
