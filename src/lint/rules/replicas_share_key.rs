//! More than one pod would be made from one template, with one key.
//!
//! A WireGuard server keeps one address for each key: the one that spoke last. Two pods with one key take the tunnel
//! from each other again and again; measured, each loses between a third and all of its packets.
//!
//! An object may make pods of another one's template: an Argo Rollout with a `workloadRef` has replicas of its own, and
//! Flagger runs a second Deployment beside the one that a Canary names.
//!
//! The values of a HelmRelease that holds a patch are read too, where they say it as most charts have it: that is a warning,
//! for the chart is not here.
//!
//! Run one replica. For a StatefulSet, give each ordinal its own key with `--key-per-replica`.

use crate::kube::Count;
use crate::kube::kinds::More;
use crate::kube::kinds::PodIdentity;
use crate::lint::admission::{Admission, Stage, fill};
use crate::lint::{Borrower, Check, Findings, Pod, Rule, Run, rule};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[
        Check::Pod(check),
        Check::Run(check_borrowers),
        Check::Admission(
            Admission::new(
                Stage::Workload,
                "object.spec.?replicas.orValue(1) > 1",
                MESSAGE,
                "run one",
            )
            .filled(&[("COUNT", "string(object.spec.replicas)")]),
        ),
    ],
    ..rule!("replicas_share_key.rs", "replicas-share-key")
};

const MESSAGE: &str = "@COUNT@ pods would share one WireGuard key: they cut each other off";

const WHAT: &str = "how many pods would share the WireGuard key";

/// What a Job calls the number of pods that run at a time.
pub(super) const PARALLELISM: &str = "parallelism";

fn check(pod: &Pod, findings: &mut Findings) {
    if pod.has_key_per_replica() {
        return;
    }
    let remedy = match pod.template.pods.spread {
        PodIdentity::Ordinal if pod.is_admitted => {
            "run one, or give each its own key with `wgsidecar inject --key-per-replica`"
        }
        PodIdentity::Ordinal => BY_ORDINAL,
        PodIdentity::Alike | PodIdentity::PerNode | PodIdentity::Completion(_) => ALIKE,
    };
    for &Count { node, ref field, pods: count } in &pod.counts {
        if count > 1 && !field.ends_with(PARALLELISM) {
            let message = fill(MESSAGE, &[("COUNT", &count.to_string())]);
            findings
                .add(&RULE, pod.place(node), message)
                .help(remedy)
                .field(field.clone().into_owned());
        }
    }
    if let Some(node) = pod.template.repeated {
        let message =
            "pods of this template that run at the same time would share one WireGuard key";
        findings
            .add(&RULE, pod.place(node), message)
            .help("let them run one after the other: `parallelism: 1`");
    }
    if let Some((path, count)) = pod.template.unwritten_count(pod.tree) {
        let message =
            format!("{count} pods would share one WireGuard key: `{path}` defaults to {count}");
        findings.add(&RULE, pod.name_place(), message).help(format!("set `{path}: 1`")).field(path);
    }
    unreadable(pod, &RULE, |path| !path.ends_with(PARALLELISM), findings);
}

/// Warns of a number of replicas in the values of a chart; `about` says of what it may be, and `by_ordinal` whether each may
/// have its own key.
pub fn report_values(
    place: Place,
    about: &str,
    count: i128,
    by_ordinal: bool,
    findings: &mut Findings,
) {
    let message = fill(MESSAGE, &[("COUNT", &count.to_string())]);
    let help = if by_ordinal { BY_ORDINAL } else { ALIKE };
    findings.add(&RULE, place, format!("{about}{message}")).help(help).level(Level::Warning);
}

const ALIKE: &str = "run one, or use a StatefulSet with `--key-per-replica`";
const BY_ORDINAL: &str = "run one, or give each its own key with `--key-per-replica`";

/// Reports those of the counts that say no number.
pub(super) fn unreadable(
    pod: &Pod,
    rule: &Rule,
    is_ours: fn(&str) -> bool,
    findings: &mut Findings,
) {
    let unwritten = pod.template.pods.unwritten.map(|(path, _)| path);
    let paths = pod.template.pods.counts.iter().copied().chain(unwritten);
    for node in
        paths.filter(|path| is_ours(path)).filter_map(|it| pod.template.sibling(pod.tree, it))
    {
        if pod.tree.is_null(node) || pod.workload.object.integer(pod.tree, node).is_some() {
            continue;
        }
        if findings.unknown(rule, &pod.view(), node, WHAT).is_none() {
            findings
                .add(rule, pod.place(node), format!("this is not a number: {WHAT} is unknown"))
                .help("write a number without quotes");
        }
    }
}

/// Objects that make more pods of a target's template.
fn check_borrowers(run: &Run, findings: &mut Findings) {
    for (borrower, target) in run.borrowers() {
        let Borrower { place, count, more, resource, placeholder, .. } = borrower;
        if let (Some((place, _)), Some(placeholder)) = (count, placeholder) {
            findings
                .placeholder(&RULE, *place, placeholder, WHAT)
                .object(resource.clone())
                .related(target.place, "whose pods it makes");
            continue;
        }
        let (place, message, help) = match (more, count) {
            (More::Again, _) => {
                (*place, "a second pod would share one WireGuard key with the first: a canary runs beside it".to_owned(), "leave the workload out, or release it without a canary")
            }
            (More::Count(..), Some((place, Some(count)))) if *count > 1 => (
                *place,
                format!("{count} pods would share one WireGuard key: they cut each other off"),
                "run one",
            ),
            (More::Count(..), Some((place, None))) => (
                *place,
                "this is not a number: how many pods would share the WireGuard key is unknown".to_owned(),
                "write a number without quotes",
            ),
            _ => continue,
        };
        findings
            .add(&RULE, place, message)
            .help(help)
            .object(resource.clone())
            .related(target.place, "whose pods it makes");
    }
}
