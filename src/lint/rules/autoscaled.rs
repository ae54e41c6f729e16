//! An autoscaler may run more than one of these pods, with one key.
//!
//! A WireGuard server keeps one address for each key: pods that run together cut each other off.
//!
//! Remove the autoscaler, or let its maximum be 1.

use crate::kube::object::integer;
use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;

pub static RULE: Rule = Rule {
    id: "autoscaled",
    level: Level::Error,
    never: false,
    page: page!("autoscaled.rs", "autoscaled"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    if pod.has_key_per_replica() {
        return;
    }
    for view in pod.context.scaling(&pod.workload.object) {
        let is_keda = view.object.kind == "ScaledObject";
        let path = ["spec", if is_keda { "maxReplicaCount" } else { "maxReplicas" }];
        let node = view.find(&path);
        // KEDA's own default is 100; an HPA must say it.
        let most =
            node.map_or(Some(if is_keda { 100 } else { 1 }), |node| integer(view.tree, node));
        if most.is_none_or(|most| most > 1) {
            let place = node.map_or_else(|| view.name_place(), |node| view.place(node));
            let word = most.map_or("several".to_owned(), |most| most.to_string());
            findings
                .add(
                    &RULE,
                    place,
                    format!(
                        "up to {word} pods would share one WireGuard key: they cut each other off"
                    ),
                )
                .help(format!("remove the autoscaler, or set `{}: 1`", path[1]))
                .field(path.join("."))
                .about(view.resource())
                .related(pod.name_place(), "what it scales");
        }
    }
}
