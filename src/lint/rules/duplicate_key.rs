//! A key occurs twice in one mapping.
//!
//! kubectl takes the last one, kustomize refuses the file, other readers take the first. On the way to what would be
//! edited it is an error, because an edit of either would be wrong for someone; elsewhere it is a warning.
//!
//! Remove one of them.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::lint::{Check, FindingBuilder, Findings, ObjectRef, Pod, Rule, Way, rule};
use crate::text::Level;
use crate::yaml::{Kind, NodeId, Tree};

pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[Check::Manifest(check), Check::Object(check_rest)],
    ..rule!("duplicate_key.rs", "duplicate-key")
};

fn check(pod: &Pod, findings: &mut Findings) {
    check_way(pod.way(), findings);
}

/// Looks at the way to what an edit touches.
pub fn check_way(way: Way, findings: &mut Findings) {
    let path = way.steps;
    let mut seen = HashSet::new();
    let (mut twins, mut before) = (Vec::new(), None);
    for (index, &(mapping, key)) in path.iter().enumerate() {
        let next = path.get(index + 1).map(|(next, _)| *next);
        if index == 0 || path[index - 1].0 != mapping {
            twins = duplicates(way.tree, mapping);
            before = seam(way.tree, mapping, &twins);
        }
        for &Twin { first, second, value } in &twins {
            let word = way.tree.word(second).unwrap_or_default();
            let leads_on = key == Some(word.as_ref()) || Some(value) == next;
            if leads_on && seen.insert(second) {
                findings
                    .add(&RULE, way.place(second), format!("`{word}` occurs twice in this mapping"))
                    .help(help(before, second))
                    .related(way.place(first), "the first is here");
            }
        }
    }
}

/// Reports the keys that occur twice on the way to a pod template that is not there: a reader may see the other one.
/// Tells whether there are any.
pub fn on_the_way(view: &ObjectRef, path: &str, findings: &mut Findings) -> bool {
    let before = findings.len();
    let mut node = view.object.node;
    let steps = path.split('.').map(|step| step.split('[').next().unwrap_or_default());
    for step in steps.filter(|step| !step.is_empty()).chain(["spec"]) {
        let twins = duplicates(view.tree, node).into_iter();
        for twin in twins.filter(|twin| view.tree.word(twin.second).is_some_and(|it| it == step)) {
            add(view, twin, REMOVE, findings);
        }
        let Some(next) = view.tree.get(node, step) else { break };
        node = next;
    }
    findings.len() > before
}

const REMOVE: &str = "remove one of the two";

/// The first key of a second object, where two documents have become one because their separator is missing.
fn seam(tree: &Tree, mapping: NodeId, twins: &[Twin]) -> Option<NodeId> {
    if tree.follow(mapping) != tree.follow(tree.root()) {
        return None;
    }
    let is_head = |key: &NodeId| {
        tree.word(*key).is_some_and(|word| ["apiVersion", "kind"].contains(&word.as_ref()))
    };
    let heads = twins.iter().map(|twin| twin.second).filter(is_head);
    heads.min_by_key(|&key| tree.span(key).start())
}

/// The way out of a key that occurs again.
fn help(seam: Option<NodeId>, key: NodeId) -> &'static str {
    match seam {
        Some(first) if first == key => "a `---` is missing before this line",
        Some(_) => "a `---` is missing between the two",
        None => REMOVE,
    }
}

fn add<'f>(
    view: &ObjectRef,
    twin: Twin,
    help: &str,
    findings: &'f mut Findings,
) -> &'f mut FindingBuilder {
    let word = view.tree.word(twin.second).unwrap_or_default();
    findings
        .add(&RULE, view.place(twin.second), format!("`{word}` occurs twice in this mapping"))
        .help(help)
        .related(view.place(twin.first), "the first is here")
}

fn check_rest(view: &ObjectRef, findings: &mut Findings) {
    search(view, view.tree.follow(view.object.node), findings);
}

fn search(view: &ObjectRef, node: NodeId, findings: &mut Findings) {
    let twins = duplicates(view.tree, node);
    let seam = seam(view.tree, node, &twins);
    for twin in twins {
        add(view, twin, help(seam, twin.second), findings).level(Level::Warning);
    }
    for child in view.tree.entries(node).map(|(_, value)| value).chain(view.tree.items(node)) {
        if view.tree.kind(child).is_collection() {
            search(view, child, findings);
        }
    }
}

/// A key that occurs again, with its value and the occurrence before.
#[derive(Clone, Copy)]
struct Twin {
    first: NodeId,
    second: NodeId,
    value: NodeId,
}

/// Keys that occur again.
fn duplicates(tree: &Tree, mapping: NodeId) -> Vec<Twin> {
    if all_differ(tree, tree.follow(mapping)) {
        return Vec::new();
    }
    let mut keys: Vec<_> = tree
        .entries(tree.follow(mapping))
        .filter_map(|(key, value)| Some((tree.word(key)?, key, value)))
        .collect();
    keys.sort_by(|a, b| a.0.cmp(&b.0).then(tree.span(a.1).cmp(&tree.span(b.1))));
    keys.windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| Twin { first: pair[0].1, second: pair[1].1, value: pair[1].2 })
        .collect()
}

/// Whether a mapping is one of the many with few keys that mean what is written, no two alike.
fn all_differ(tree: &Tree, mapping: NodeId) -> bool {
    let mut keys = [""; 12];
    for (number, (key, _)) in tree.entries(mapping).enumerate() {
        let Some(name) = written(tree, key).filter(|_| number < keys.len()) else { return false };
        if keys[..number].contains(&name) {
            return false;
        }
        keys[number] = name;
    }
    true
}

/// What a key means, where that is what stands there.
fn written<'s>(tree: &Tree<'s>, key: NodeId) -> Option<&'s str> {
    match tree.kind(key) {
        _ if tree.properties(key).is_some() => None,
        Kind::Plain => Some(tree.raw(key)),
        Kind::DoubleQuoted | Kind::SingleQuoted => match tree.decoded(key) {
            Cow::Borrowed(name) => Some(name),
            Cow::Owned(_) => None,
        },
        _ => None,
    }
}
