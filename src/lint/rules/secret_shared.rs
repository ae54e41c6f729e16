//! Two workloads use the same Secret, and so the same key.
//!
//! A WireGuard server keeps one address for each key: the pods cut each other off. A patch counts as the workload that it
//! is for.
//!
//! Give each workload its own Secret: `--secret 'wg-{name}'`, or the annotation `wgsidecar.dev/secret`. Or leave out what
//! needs no tunnel: `--target`, `-l`, `--only-enabled`, or the label `wgsidecar.dev/inject: "disabled"`.

use crate::lint::admission::{Admission, Case, Stage};
use crate::lint::findings::listed;
use crate::lint::{Check, Findings, ObjectRef, Rule, Run, Target, rule};
use crate::text::{Level, Place};
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[
        Check::Run(check),
        Check::Admission(
            Admission::new(
                Stage::Impossible,
                "\
variables.missing && 'wgsidecar.dev/secret' in variables.namespaceAnnotations
&& !('wgsidecar.dev/secret' in variables.annotations)",
                BY_NAMESPACE,
                BY_NAMESPACE_HELP,
            )
            .only(Case::Unshared),
        ),
    ],
    ..rule!("secret_shared.rs", "secret-shared")
};

fn check(run: &Run, findings: &mut Findings) {
    let targets = run.targets.iter().map(|target| (target, true));
    let all = targets.chain(run.bystanders.iter().map(|target| (target, false)));
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(target, _)| (secret(target), pod_template(target)));
    for all in all.chunk_by(|(one, _), (other, _)| secret(one) == secret(other)) {
        // An object that is written twice is one object.
        let readers: Vec<_> = all.iter().map(|(target, _)| *target).collect();
        let users: Vec<_> = readers
            .chunk_by(|one, other| pod_template(one) == pod_template(other))
            .map(|same| same[0])
            .collect();
        if users.len() < 2 {
            continue;
        }
        let names = listed(users.len(), users.iter().map(|target| name(target, &users)));
        for (target, _) in all.iter().filter(|(_, is_chosen)| *is_chosen) {
            let help = if target.is_admitted { ADMITTED_HELP } else { HELP };
            findings
                .add(
                    &RULE,
                    target.place,
                    format!(
                        "the Secret `{}` and its key would be shared by {names}",
                        target.secret
                    ),
                )
                .help(help)
                .together(format!("{:?}", secret(target)), "the Secret is read here too")
                .object(target.resource.clone());
        }
    }
}

const HELP: &str = "give each its own with `--secret 'wg-{name}'`, or leave out what needs no tunnel: `--target`, `-l`, `--only-enabled`, or the label `wgsidecar.dev/inject: \"disabled\"`";

const ADMITTED_HELP: &str = "name another in each pod template's annotation `wgsidecar.dev/secret`, or leave out what needs no tunnel with its label `wgsidecar.dev/inject: \"disabled\"`";

const BY_NAMESPACE: &str = "all pods of the namespace would share the Secret that its annotation `wgsidecar.dev/secret` names, and the key";
const BY_NAMESPACE_HELP: &str =
    "name one in the pod's own annotation, or make the policy with `--allow secret-shared`";

/// Reports the annotation of a namespace for which a policy refuses the pods of the workload at a place.
pub fn by_namespace(namespace: &ObjectRef, node: NodeId, pods: Place, findings: &mut Findings) {
    findings
        .add(&RULE, namespace.place(node), BY_NAMESPACE)
        .help(BY_NAMESPACE_HELP)
        .object(namespace.resource())
        .related(pods, "its pods");
}

/// Namespace and name of the Secret that a target reads.
fn secret(target: &Target) -> (Option<&str>, &str) {
    (target.namespace(), &target.secret)
}

/// What tells a target from others: its object, and the path of its pods in it.
fn pod_template(target: &Target) -> impl Ord + '_ {
    (object(target), &target.field)
}

/// What tells an object from others. Without a name, each is one of its own.
fn object(target: &Target) -> impl Ord + '_ {
    let workload = target.workload();
    let place = (!workload.has_name()).then_some(target.place);
    (workload.identity(), place)
}

/// How a target is called; several templates of one object are told apart by their paths.
fn name(target: &Target, users: &[&Target]) -> String {
    let name = target.workload().display();
    let mut same = users.iter().filter(|user| object(user) == object(target));
    match same.nth(1) {
        Some(_) => format!("{name} ({})", target.field),
        None => name,
    }
}
