//! A Job's pod template cannot be changed.
//!
//! The API refuses a new init container in the template of a Job that exists: what is applied here works for a new one
//! only. The same holds for JobSets and Volcano's Jobs.
//!
//! Delete the Job first.

use crate::kube::Update;
use crate::lint::{Check, Findings, Outline, Pod, Rule, rule};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Info,
    checks: &[Check::Manifest(check), Check::Patch(check_patch)],
    ..rule!("job_immutable.rs", "job-immutable")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let view = pod.view();
    if pod.template.pods.update == Update::Refused && !view.is("", "Pod") {
        report(pod.name_place(), &view.object.kind, findings);
    }
}

fn check_patch(pods: &Outline, findings: &mut Findings) {
    // Patches that go by labels are for any kind.
    let is_named = !pods.name.is_empty();
    if is_named && pods.pods.update == Update::Refused && pods.kind != "Pod" {
        report(pods.place, pods.kind, findings);
    }
}

fn report(place: Place, kind: &str, findings: &mut Findings) {
    findings
        .add(&RULE, place, format!("a {kind} that exists cannot get an init container"))
        .help("delete it first");
}
