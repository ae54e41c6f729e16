//! Knative refuses what a tunnel needs, unless it was told not to.
//!
//! Init containers and added capabilities are behind feature flags (`kubernetes.podspec-init-containers`,
//! `kubernetes.containerspec-addcapabilities`) that are off by default: its webhook refuses the object.
//!
//! Set both to `enabled` in the ConfigMap `config-features` of `knative-serving`.

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Manifest(check)],
    ..rule!("knative_features.rs", "knative-features")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let view = pod.view();
    if view.object.group == "serving.knative.dev" {
        findings
            .add(&RULE, pod.name_place(), "Knative refuses init containers and added capabilities by default")
            .help("set `kubernetes.podspec-init-containers` and `kubernetes.containerspec-addcapabilities` to `enabled` in `config-features`");
    }
}
