//! The policies that warn: when a pod is created or debugged, and when a workload is applied. Knows nothing of what is
//! refused.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::pod::{self, Root};
use super::{NAME, Policy, bindings, object, rule, text, used};
use crate::kube::kinds::WORKLOADS;
use crate::lint::Rule;
use crate::lint::admission::{Admission, Stage};

pub(super) fn documents(policy: &Policy) -> Vec<Value> {
    [pods(policy), workloads(policy)].concat()
}

fn pods(policy: &Policy) -> Vec<Value> {
    let name = format!("{NAME}-pods");
    let warnings: Value = policy.conditions(Stage::Pod).map(|it| warning(it, "", "")).collect();
    let rules =
        [rule("", &["CREATE"], &["pods"]), rule("", &["UPDATE"], &["pods/ephemeralcontainers"])];
    let spec = json!({
        "failurePolicy": "Ignore",
        "matchConstraints": {"resourceRules": rules},
        "variables": used(pod::variables(policy, Root::Pod), &warnings),
        "validations": warnings,
    });
    let warn = object("ValidatingAdmissionPolicy", &name, spec);
    [vec![warn], bindings(policy, &name, "Warn")].concat()
}

/// What a controller makes of a workload is refused where nobody sees it, so whoever applies it hears of it at once.
fn workloads(policy: &Policy) -> Vec<Value> {
    let name = format!("{NAME}-workloads");
    let stages = [
        (Stage::Impossible, REFUSED, "variables.wanted && "),
        (Stage::Unprotected, REFUSED, "variables.wanted && !variables.chosen && "),
        (Stage::Pod, "", "variables.wanted && "),
        (Stage::Workload, "", "variables.wanted && "),
    ];
    let warnings = stages.into_iter().flat_map(|(stage, prefix, guard)| {
        policy.conditions(stage).map(move |it| warning(it, prefix, guard))
    });
    let warnings: Value = warnings.collect();
    let by_user = json!({"name": "no-controller-made-it", "expression": "!has(object.metadata.ownerReferences)"});
    let spec = json!({
        "failurePolicy": "Ignore",
        "matchConstraints": {"resourceRules": resources()},
        "matchConditions": [by_user],
        "variables": used(pod::variables(policy, Root::Template), &warnings),
        "validations": warnings,
    });
    let binding = json!({"policyName": name, "validationActions": ["Warn"]});
    vec![
        object("ValidatingAdmissionPolicy", &name, spec),
        object("ValidatingAdmissionPolicyBinding", &name, binding),
    ]
}

/// What a warning about a workload says first where its pods will not come into being.
const REFUSED: &str = "the pods will be refused: ";

/// Warns of a condition where `guard` holds, unless the object says why it lives with it.
fn warning((of, admission): (&Rule, &Admission), prefix: &str, guard: &str) -> Value {
    let suppressed = if of.never {
        String::new()
    } else {
        format!(" || 'ignore.wgsidecar.dev/{}' in variables.suppressed", of.id)
    };
    let when = match guard {
        "" => format!("!({}){suppressed}", admission.when),
        guard => format!("!({guard}({})){suppressed}", admission.when),
    };
    let prefix = format!("wgsidecar: {prefix}");
    pod::validation(when, text(&prefix, of, admission), &format!("{prefix}{}", of.id))
}

/// The groups that every cluster has.
const GROUPS: [&str; 3] = ["", "apps", "batch"];

/// The templates that `variables.pod` finds.
const TEMPLATES: [&str; 2] = ["spec.template", "spec.jobTemplate.spec.template"];

/// The resources of every cluster that make pods.
fn resources() -> Vec<Value> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in WORKLOADS {
        let [template] = row.templates else { continue };
        if GROUPS.contains(&row.groups[0]) && TEMPLATES.contains(&template.path) {
            groups.entry(row.groups[0]).or_default().push(format!("{}s", row.kind.to_lowercase()));
        }
    }
    let rules = groups.into_iter().map(|(group, resources)| {
        let resources: Vec<_> = resources.iter().map(String::as_str).collect();
        rule(group, &["CREATE", "UPDATE"], &resources)
    });
    rules.collect()
}
