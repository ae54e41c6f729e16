//! More of these pods may run than one, with one key, because something scales them.
//!
//! A WireGuard server keeps one address for each key: pods that run together cut each other off. Autoscalers and
//! KEDA's objects count, and so do kinds that scale themselves: a Knative Service starts as many pods as there are requests
//! unless it has a maximum, and Ray does with its own autoscaler.
//!
//! Remove the autoscaler, or let its maximum be 1.

use crate::lint::object_ref::{is_true, word};
use crate::lint::{Check, Findings, ObjectRef, Outline, Pod, Resource, Rule, Run, rule, scalers};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check), Check::Patch(check_patch), Check::Run(check_borrowers)],
    ..rule!("autoscaled.rs", "autoscaled")
};

const WHAT: &str = "how many pods would share the WireGuard key";

fn check(pod: &Pod, findings: &mut Findings) {
    if pod.has_key_per_replica() {
        return;
    }
    by_others(pod, findings);
    by_knative(pod, findings);
    by_itself(pod, findings);
}

/// What objects of the run make of the pods that a patch is for.
fn check_patch(pods: &Outline, findings: &mut Findings) {
    let Some(namespace) = pods.namespace.filter(|_| !pods.has_key_per_replica()) else { return };
    for view in pods.context.scaling_named(pods.kind, Some(namespace), pods.name) {
        by_scaler(&view, pods.place, findings);
    }
}

/// What objects of the run make of the pod.
fn by_others(pod: &Pod, findings: &mut Findings) {
    for view in pod.context.scaling(&pod.workload.object) {
        by_scaler(&view, pod.name_place(), findings);
    }
}

/// What objects of the run make of a Rollout that makes pods of a target's template.
fn check_borrowers(run: &Run, findings: &mut Findings) {
    for (borrower, target) in run.borrowers() {
        let Resource { kind, namespace, name, .. } = &*borrower.resource;
        for view in run.context.scaling_named(kind, namespace.as_deref(), name) {
            by_scaler(&view, target.place, findings);
        }
    }
}

fn by_scaler(view: &ObjectRef, scaled: Place, findings: &mut Findings) {
    let limit = scalers::limit(view);
    if let Some(node) = limit.node
        && findings.unknown(&RULE, view, node, WHAT).is_some()
    {
        return;
    }
    if limit.pods.is_some_and(|pods| pods <= 1) {
        return;
    }
    let place = limit.node.map_or_else(|| view.name_place(), |node| view.place(node));
    findings
        .add(&RULE, place, message(limit.pods, "several"))
        .help(format!("remove the {}, or set `{}: 1`", view.object.kind, limit.path))
        .field(limit.path)
        .object(view.resource())
        .related(scaled, "what it scales");
}

/// What Knative makes of the pod: by default any number.
fn by_knative(pod: &Pod, findings: &mut Findings) {
    if pod.view().object.group != "serving.knative.dev" {
        return;
    }
    let annotation = |names: [&str; 2]| names.iter().find_map(|name| pod.annotation(name));
    let most =
        annotation(["autoscaling.knative.dev/max-scale", "autoscaling.knative.dev/maxScale"]);
    let least =
        annotation(["autoscaling.knative.dev/min-scale", "autoscaling.knative.dev/minScale"]);
    if let Some(node) = most
        && findings.unknown(&RULE, &pod.view(), node, WHAT).is_some()
    {
        return;
    }
    let number = |node| word(pod.tree, node)?.parse::<i128>().ok();
    let more = least.filter(|&node| number(node).is_none_or(|least| least > 1));
    // 0 is no limit.
    let limit = most.and_then(number).filter(|&most| most != 0);
    if limit == Some(1) && more.is_none() {
        return;
    }
    let place = most.or(more).map_or_else(|| pod.name_place(), |node| pod.place(node));
    findings
        .add(&RULE, place, message(limit.max(more.and_then(number)), ANY))
        .help("set the annotation `autoscaling.knative.dev/max-scale: \"1\"` on the pods");
}

/// What the kind makes of the pod where it scales by itself.
fn by_itself(pod: &Pod, findings: &mut Findings) {
    let Some((is_on, most)) = pod.template.pods.scaled else { return };
    let Some(node) = pod.template.sibling(pod.tree, is_on) else { return };
    let what = "whether the pods are scaled";
    if findings.unknown(&RULE, &pod.view(), node, what).is_some() || !is_true(pod.tree, node) {
        return;
    }
    let limit = pod.template.sibling(pod.tree, most).filter(|&node| !pod.tree.is_null(node));
    if let Some(node) = limit
        && findings.unknown(&RULE, &pod.view(), node, WHAT).is_some()
    {
        return;
    }
    let pods = limit.and_then(|node| pod.workload.object.integer(pod.tree, node));
    if pods.is_none_or(|pods| pods > 1) {
        let key = most.rsplit('.').next().unwrap_or(most);
        findings
            .add(&RULE, pod.place(limit.unwrap_or(node)), message(pods, ANY))
            .help(format!("remove `{is_on}`, or set `{key}: 1`"))
            .field(is_on);
    }
}

/// Warns of an autoscaler that the values of a chart ask for; `about` says of what it may be, and `most` what its limit is.
pub fn report_values(
    place: Place,
    about: &str,
    most: Option<i128>,
    is_on: &str,
    findings: &mut Findings,
) {
    findings
        .add(&RULE, place, format!("{about}{}", message(most, ANY)))
        .help(format!("set `{is_on}: false`"))
        .level(Level::Warning);
}

const ANY: &str = "any number of";

/// `otherwise` says how many there are where that is not known.
fn message(pods: Option<i128>, otherwise: &str) -> String {
    let many = pods.map_or(otherwise.to_owned(), |pods| format!("up to {pods}"));
    format!("{many} pods would share one WireGuard key: they cut each other off")
}
