//! A run may begin while the one before it still works, both with one key.
//!
//! With `concurrencyPolicy: Allow`, which is the default, the clock starts the next Job whether or not the last has ended.
//! A WireGuard server keeps one address for each key: the pods cut each other off.
//!
//! Set `concurrencyPolicy: Forbid`, or let `--fix` write it.

use crate::kube::Update;
use crate::lint::admission::{Admission, Stage};
use crate::lint::fix::Site;
use crate::lint::object_ref::text;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::yaml::write::Plan;
use serde_json::Value;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[
        Check::Pod(check),
        Check::Admission(Admission::new(
            Stage::Workload,
            "object.kind == 'CronJob' && object.spec.?concurrencyPolicy.orValue('Allow') == 'Allow'",
            MESSAGE,
            HELP,
        )),
    ],
    ..rule!("cronjob_overlap.rs", "cronjob-overlap")
};

const MESSAGE: &str = "a run may begin while the last one works, both with one WireGuard key";
const HELP: &str = "set `concurrencyPolicy: Forbid`";

fn check(pod: &Pod, findings: &mut Findings) {
    let Update::Scheduled(path) = pod.template.pods.update else { return };
    let node = pod.template.sibling(pod.tree, path).filter(|&node| !pod.tree.is_null(node));
    if let Some(node) = node {
        findings.unknown(&RULE, &pod.view(), node, "whether runs overlap");
    }
    if node.is_none_or(|node| {
        text(pod.tree, node).is_some_and(|policy| ["Allow", ""].contains(&policy.as_ref()))
    }) {
        let place = node.map_or_else(|| pod.name_place(), |node| pod.place(node));
        findings.add(&RULE, place, MESSAGE).help(HELP).fix(mend(pod));
    }
}

fn mend(pod: &Pod) -> Option<Plan> {
    let object = pod.workload.object.node;
    let spec = pod.tree.get(object, "spec")?;
    let site = Site { tree: pod.tree, chain: &[object, spec], mapping: spec };
    site.set("concurrencyPolicy", Value::from("Forbid"), Some("jobTemplate"))
}
