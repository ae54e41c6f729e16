//! The cluster is too old for a tunnel that stays.
//!
//! `--mode sidecar` writes an init container with `restartPolicy: Always`, which is a native sidecar from Kubernetes 1.29 on.
//! An older cluster leaves the field out, and waits forever for the container to end: the pod never starts.
//!
//! Use `--mode init`, or a newer cluster. `--kube-version` says how old yours is.

use crate::kube::version::Version;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("no_native_sidecars.rs", "no-native-sidecars")
};

/// The first release whose clusters have them unless somebody switches them off.
const FIRST: Version = Version { major: 1, minor: 29 };

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(version) = pod.context.kube_version.filter(|version| *version < FIRST) else { return };
    if pod.is_sidecar() {
        let place = pod.ours().map_or_else(|| pod.name_place(), |ours| pod.item_place(ours));
        findings
            .add(
                &RULE,
                place,
                format!(
                    "Kubernetes {version} has no native sidecars: the pod waits forever for the tunnel's container to end"
                ),
            )
            .help(format!("use `--mode init`, or Kubernetes {FIRST} or newer"));
    }
}
