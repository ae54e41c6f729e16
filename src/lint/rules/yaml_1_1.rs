//! A value is not what it looks like.
//!
//! To kubectl `yes`, `on` and `off` are booleans and `1` is a number, also where a label or annotation needs a string: the
//! API refuses it. Other tools read YAML 1.2, where `yes` is a word. In braces `0400` is not JSON, where it is octal outside.
//!
//! Write `true` and `false`, and put strings in quotes; `--fix` does both.

use crate::kube::select::INJECT;
use crate::lint::fix;
use crate::lint::rules::bad_setting;
use crate::lint::{Check, Findings, ObjectRef, Rule, rule};
use crate::text::Level;
use crate::wireguard::annotations;
use crate::yaml::{Kind, NodeId, Scalar, Tree};
use serde_json::Value;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    // A value of which a setting cannot be made need not be called one that the API refuses, too.
    matter: Some(&bad_setting::RULE),
    checks: &[Check::Object(check)],
    ..rule!("yaml_1_1.rs", "yaml-1-1")
};

/// Booleans of a pod that decide about its network.
const SWITCHES: [&str; 4] = ["hostNetwork", "hostPID", "hostIPC", "hostUsers"];

fn check(view: &ObjectRef, findings: &mut Findings) {
    let Some(workload) = view.workload else { return };
    let own = [view.object.metadata].into_iter();
    let inner = workload.templates.iter().map(|template| template.metadata);
    let mut metadata: Vec<_> = own.chain(inner).flatten().collect();
    metadata.dedup();
    for metadata in metadata {
        strings(view, metadata, findings);
    }
    for spec in workload.templates.iter().filter_map(|template| template.spec) {
        switches(view, spec, findings);
        modes(view, spec, findings);
    }
}

/// Labels and annotations, which must be strings.
fn strings(view: &ObjectRef, metadata: NodeId, findings: &mut Findings) {
    let tree = view.tree;
    for map in ["labels", "annotations"].iter().filter_map(|key| tree.get(metadata, key)) {
        for (key, value) in tree.entries(tree.follow(map)) {
            let what = match tree.scalar(value) {
                Some(Scalar::Bool(_)) => "a boolean",
                Some(Scalar::Int(_) | Scalar::Float(_)) => "a number",
                _ => continue,
            };
            let name = tree.word(key).unwrap_or_default();
            let raw = tree.raw(value);
            let found = findings.add(
                &RULE,
                view.place(value),
                format!(
                    "the value of `{name}` is {what}, and must be a string: the API refuses it"
                ),
            );
            // This switch of ours has words of its own.
            if let (INJECT, Some(Scalar::Bool(is_on))) = (name.as_ref(), tree.scalar(value)) {
                let word = if is_on { "enabled" } else { "disabled" };
                let fix = fix::replace_scalar(tree, value, format!("\"{word}\""), word.into());
                found.help(format!("write `\"{word}\"`")).fix(fix);
                continue;
            }
            found.help(format!("write `\"{raw}\"`"));
            // Of ours `bad-setting` knows whether quotes are enough.
            if !name.starts_with(annotations::PREFIX) {
                found.fix(fix::in_quotes(tree, value));
            }
        }
    }
}

fn switches(view: &ObjectRef, spec: NodeId, findings: &mut Findings) {
    for node in SWITCHES.iter().filter_map(|key| view.tree.get(spec, key)) {
        let raw = view.tree.raw(node);
        let Some(Scalar::Bool(value)) = view.tree.scalar(node) else { continue };
        if !matches!(raw, "true" | "false") {
            findings
                .add(
                    &RULE,
                    view.place(node),
                    format!("`{raw}` is a boolean to kubectl, and a word to other readers"),
                )
                .help(format!("write `{value}`"))
                .fix(fix::replace_scalar(view.tree, node, value.to_string(), Value::from(value)));
        }
    }
}

/// Octal modes in braces, which no JSON reader accepts.
fn modes(view: &ObjectRef, spec: NodeId, findings: &mut Findings) {
    let Some(volumes) = view.tree.get(spec, "volumes") else { return };
    let mut nodes = Vec::new();
    search(view.tree, volumes, &mut nodes);
    for node in nodes {
        let (raw, Some(Scalar::Int(value))) = (view.tree.raw(node), view.tree.scalar(node)) else {
            continue;
        };
        if raw.len() > 1 && raw.starts_with('0') {
            let decimal = i64::try_from(value).unwrap_or_default();
            findings
                .add(
                    &RULE,
                    view.place(node),
                    format!("`{raw}` in braces is not a number to a reader of JSON"),
                )
                .help(format!("write `{value}`"))
                .fix(fix::replace_scalar(view.tree, node, value.to_string(), Value::from(decimal)));
        }
    }
}

/// The modes that stand in braces.
fn search(tree: &Tree, node: NodeId, nodes: &mut Vec<NodeId>) {
    for (key, value) in tree.entries(node) {
        let is_mode = tree.is_key(key, "defaultMode") || tree.is_key(key, "mode");
        if is_mode && tree.kind(node) == Kind::FlowMapping {
            nodes.push(value);
        }
        search(tree, value, nodes);
    }
    tree.items(node).for_each(|item| search(tree, item, nodes));
}
