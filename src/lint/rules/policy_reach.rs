//! An admission policy of ours adds no tunnel, or nobody can tell to which pods.
//!
//! A MutatingAdmissionPolicy does nothing until a binding puts it in force. Which pods it reaches is decided by their own
//! labels and by those of their namespace: where the Namespace is not among the manifests, lint takes the pods' own word
//! for it. Where two policies reach the same pods, the API server decides which comes first, and the pods keep the tunnel
//! of that one.
//!
//! Apply what `wgsidecar policy` prints as a whole, keep Namespaces beside the manifests, and let no two policies select
//! the same pods.

use crate::lint::{Check, Findings, ObjectRef, Rule, rule};
use crate::text::Level;

/// Found where pods are looked at.
pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Planning],
    ..rule!("policy_reach.rs", "policy-reach")
};

/// Reports a policy without a binding.
pub fn unbound(policy: &ObjectRef, findings: &mut Findings) {
    let message = format!(
        "no binding in the run puts the policy `{}` in force: it adds no tunnel",
        policy.object.name
    );
    findings
        .add(&RULE, policy.name_place(), message)
        .help("apply its MutatingAdmissionPolicyBinding too: `wgsidecar policy` prints both")
        .object(policy.resource());
}

/// Reports a policy of which the run does not tell whether it reaches certain pods.
pub fn unknown(policy: &ObjectRef, why: &str, findings: &mut Findings) {
    let message = format!(
        "whether the policy `{}` adds the tunnel cannot be told: {why}",
        policy.object.name
    );
    findings
        .add(&RULE, policy.name_place(), message)
        .level(Level::Info)
        .help("keep the Namespace with its labels beside the manifests, or try it with `kubectl apply --dry-run=server`")
        .object(policy.resource());
}

/// Reports policies that add different tunnels to the same pods.
pub fn several<'a, 's: 'a>(
    first: &ObjectRef,
    all: impl Iterator<Item = ObjectRef<'a, 's>>,
    findings: &mut Findings,
) {
    let names: Vec<_> = all.map(|view| format!("`{}`", view.object.name)).collect();
    let message = format!(
        "{} would each add another tunnel to the same pods: the one that the API server runs first wins",
        names.join(" and ")
    );
    findings
        .add(&RULE, first.name_place(), message)
        .help("let their selectors choose different pods")
        .object(first.resource());
}
