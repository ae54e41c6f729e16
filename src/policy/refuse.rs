//! The policy that refuses pods without the tunnel that they were promised. Knows nothing of how they would get it.

use serde_json::{Value, json};

use super::pod::{self, Root};
use super::{NAME, Policy, bindings, met, object, used, variable};
use crate::lint::admission::Stage;

pub(super) fn documents(policy: &Policy) -> Vec<Value> {
    let mut variables = pod::variables(policy, Root::Pod);
    variables.push(variable("unprotected", met(policy.conditions(Stage::Unprotected))));
    variables.push(variable(
        "problems",
        "size(variables.impossible) > 0 ? variables.impossible : variables.unprotected",
    ));
    let mut validation = pod::validation(
        "size(variables.problems) == 0".into(),
        "'wgsidecar: ' + variables.problems.join('; ')".into(),
        "wgsidecar: the pod cannot have the tunnel, or does not have it",
    );
    validation["reason"] = "Forbidden".into();
    let spec = json!({
        "failurePolicy": "Fail",
        "matchConstraints": pod::creation(),
        "variables": used(variables, &validation),
        "validations": [validation],
    });
    let refuse = object("ValidatingAdmissionPolicy", NAME, spec);
    [vec![refuse], bindings(policy, NAME, "Deny")].concat()
}
