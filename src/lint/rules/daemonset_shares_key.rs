//! A DaemonSet runs one pod on each node, all with one key.
//!
//! A WireGuard server keeps one address for each key: pods that run together cut each other off.
//!
//! Use a Deployment with one replica, or a StatefulSet with `--key-per-replica`. A DaemonSet that is meant for a single
//! node is fine with `--allow daemonset-shares-key`.

use crate::kube::kinds::PodIdentity;
use crate::lint::admission::{Admission, Stage};
use crate::lint::{Check, Findings, Outline, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[
        Check::Outline(check),
        Check::Admission(Admission::new(
            Stage::Workload,
            "object.kind == 'DaemonSet'",
            MESSAGE,
            "use a Deployment with one replica",
        )),
    ],
    ..rule!("daemonset_shares_key.rs", "daemonset-shares-key")
};

const MESSAGE: &str = "a pod on each node would share one WireGuard key: they cut each other off";

fn check(pod: &Outline, findings: &mut Findings) {
    if pod.pods.spread == PodIdentity::PerNode {
        findings
            .add(&RULE, pod.place, MESSAGE)
            .help("use a Deployment with one replica, or a StatefulSet with `--key-per-replica`; for a single node `--allow daemonset-shares-key`");
    }
}
