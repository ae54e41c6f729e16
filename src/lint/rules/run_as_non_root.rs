//! The pod forbids root, and our container does not say that it needs it.
//!
//! With `runAsNonRoot: true` on the pod and no fields of its own, the kubelet refuses to start our container
//! (CreateContainerConfigError): only uid 0 may build a tunnel.
//!
//! Give our container `runAsUser: 0` and `runAsNonRoot: false`, as `inject` does, or let `--fix` add them.

use crate::lint::fix::Site;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::yaml::write::Plan;
use crate::yaml::{NodeId, Scalar};
use serde_json::json;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("run_as_non_root.rs", "run-as-non-root")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(ours) = pod.ours() else { return };
    let forbidden = pod.flag(pod.spec, &["securityContext", "runAsNonRoot"]);
    let own = pod.tree.find(ours, &["securityContext", "runAsNonRoot"]);
    let is_allowed = own.is_some_and(|node| pod.tree.scalar(node) == Some(Scalar::Bool(false)));
    if let (Some(forbidden), false) = (forbidden, is_allowed) {
        findings
            .add(
                &RULE,
                pod.item_place(ours),
                "the pod forbids root, and the tunnel's container needs it: it never starts",
            )
            .help("give the tunnel's container `runAsUser: 0` and `runAsNonRoot: false`")
            .related(pod.place(forbidden), "forbidden here")
            .fix(mend(pod, ours));
    }
}

fn mend(pod: &Pod, ours: NodeId) -> Option<Plan> {
    let site = Site { tree: pod.tree, chain: &pod.chain(), mapping: ours };
    let entries = vec![("runAsUser", json!(0)), ("runAsNonRoot", json!(false))];
    let whole = json!({"runAsUser": 0, "runAsGroup": 0, "runAsNonRoot": false});
    site.set_all("securityContext", entries, whole, None)
}
