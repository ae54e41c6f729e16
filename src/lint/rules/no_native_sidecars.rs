//! The cluster is too old for a tunnel that stays.
//!
//! `--mode sidecar` writes an init container with `restartPolicy: Always`, which is a native sidecar from Kubernetes 1.29 on.
//! An older cluster leaves the field out, and waits forever for the container to end: the pod never starts.
//!
//! Use `--mode init`, or a newer cluster. `--kube-version` says how old yours is.

use crate::kube::version::Version;
use crate::lint::{Check, Findings, Outline, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Outline(check)],
    ..rule!("no_native_sidecars.rs", "no-native-sidecars")
};

/// The first release whose clusters have them unless somebody switches them off.
const FIRST: Version = Version { major: 1, minor: 29 };

fn check(pod: &Outline, findings: &mut Findings) {
    let Some(version) = pod.context.kube_version.filter(|version| *version < FIRST) else { return };
    if pod.is_sidecar() {
        findings
            .add(
                &RULE,
                pod.tunnel_place,
                format!(
                    "Kubernetes {version} has no native sidecars: the pod waits forever for the tunnel's container to end"
                ),
            )
            .help(format!("use `--mode init`, or Kubernetes {FIRST} or newer"));
    }
}
