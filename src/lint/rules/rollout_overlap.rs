//! A rolling update starts the new pod while the old one runs, both with one key.
//!
//! A WireGuard server keeps one address for each key: until the old pod is gone, neither has a working tunnel, and a new
//! pod that waits for its handshake may never get one.
//!
//! Use `strategy: {type: Recreate}`, or let `--fix` write it; where the kind knows no such strategy, `maxSurge: 0`.

use crate::kube::Update;
use crate::kube::kinds::{More, Rolling};
use crate::lint::admission::{Admission, Stage};
use crate::lint::fix::{self, Site};
use crate::lint::object_ref::{text, word};
use crate::lint::{Check, Findings, Pod, Rule, Run, rule};
use crate::text::{Level, Place};
use crate::yaml::write::Plan;
use crate::yaml::{NodeId, Tree};
use serde_json::{Value, json};

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[
        Check::Pod(check),
        Check::Run(check_borrowers),
        Check::Admission(Admission::new(
            Stage::Workload,
            "\
object.kind == 'Deployment' && object.spec.?strategy.?type.orValue('') != 'Recreate'
&& !(string(object.spec.?strategy.?rollingUpdate.?maxSurge.orValue('25%')) in ['0', '0%'])",
            MESSAGE,
            "set `spec.strategy.type: Recreate`",
        )),
    ],
    ..rule!("rollout_overlap.rs", "rollout-overlap")
};

const MESSAGE: &str =
    "an update would start the new pod while the old one runs, both with one WireGuard key";

fn check(pod: &Pod, findings: &mut Findings) {
    let Update::Rolling(rolling) = pod.template.pods.update else { return };
    let at = |path: &str| pod.template.sibling(pod.tree, path);
    let Some(node) = overlap(pod.tree, &at, &rolling) else { return };
    if !pod.has_key_per_replica() {
        let what = "whether an update starts the new pod while the old one runs";
        if let Some(node) = node
            && findings.unknown(&RULE, &pod.view(), node, what).is_some()
        {
            return;
        }
        let place = node.map_or_else(|| pod.name_place(), |node| pod.place(node));
        findings.add(&RULE, place, MESSAGE).help(remedy(&rolling)).fix(mend(pod, &rolling));
    }
}

/// Rollouts that replace the pods of a target as they say, not as the target does.
fn check_borrowers(run: &Run, findings: &mut Findings) {
    for (borrower, target) in run.borrowers() {
        let (Some(place), More::Count(_, rolling)) = (borrower.overlap, borrower.more) else {
            continue;
        };
        findings
            .add(&RULE, place, MESSAGE)
            .help(remedy(&rolling))
            .object(borrower.resource.clone())
            .related(target.place, "whose pods it makes");
    }
}

/// Warns of a strategy in the values of a chart, under this path; `about` says of what it may be.
pub fn report_values(place: Place, about: &str, path: &str, findings: &mut Findings) {
    let message = format!("{about}{MESSAGE}");
    findings.add(&RULE, place, message).help(format!("set `{path}: Recreate`"));
}

/// Whether a new pod may start before the old one is gone, and the value that says so, if one does.
pub fn overlap(
    tree: &Tree,
    at: &dyn Fn(&str) -> Option<NodeId>,
    rolling: &Rolling,
) -> Option<Option<NodeId>> {
    let at = |path: &str| at(path).filter(|&node| !tree.is_null(node));
    let named = rolling.recreate.and_then(|(path, never)| Some((at(path)?, never)));
    if named.is_some_and(|(node, never)| text(tree, node).is_some_and(|name| name == never)) {
        return None;
    }
    let surge = rolling.surge.and_then(at);
    let overlaps = match surge {
        Some(node) => !is_none(tree, node),
        None => rolling.surges_by_default,
    };
    overlaps.then(|| surge.or(named.map(|(node, _)| node)))
}

fn is_none(tree: &Tree, surge: NodeId) -> bool {
    word(tree, surge).is_some_and(|word| matches!(word.as_ref(), "0" | "0%"))
}

fn remedy(rolling: &Rolling) -> String {
    match (rolling.recreate, rolling.surge) {
        (Some((path, never)), _) => format!("set `{path}: {never}`"),
        (None, Some(path)) => format!("set `{path}: 0`"),
        (None, None) => "the kind has no other way: scale it to zero before an update".into(),
    }
}

/// `strategy: {type: Recreate}` where it is the Deployment's own; other kinds have more to decide.
fn mend(pod: &Pod, rolling: &Rolling) -> Option<Plan> {
    let (_, never) = rolling.recreate.filter(|(path, _)| *path == "spec.strategy.type")?;
    let (tree, object) = (pod.tree, pod.workload.object.node);
    let spec = tree.get(object, "spec")?;
    let site = Site { tree, chain: &[object, spec], mapping: spec };
    let strategy =
        tree.get(spec, "strategy").map(|strategy| (strategy, tree.get(strategy, "type")));
    if let Some((strategy, None)) = strategy
        && tree.get(strategy, "rollingUpdate").is_some()
    {
        return fix::replace_only_entry(tree, strategy, ("type", never));
    }
    let named = site.set_all(
        "strategy",
        vec![("type", Value::from(never))],
        json!({"type": never}),
        Some("template"),
    );
    match strategy.filter(|&(strategy, _)| tree.get(strategy, "rollingUpdate").is_some()) {
        Some((strategy, _)) => fix::both(named, fix::remove_entry(tree, strategy, "rollingUpdate")),
        None => named,
    }
}
