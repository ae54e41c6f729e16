//! A Job's pod template cannot be changed.
//!
//! The API refuses a new init container in the template of a Job that exists: what is applied here works for a new one
//! only. The same holds for JobSets and Volcano's Jobs.
//!
//! Delete the Job first.

use crate::kube::Update;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Info,
    checks: &[Check::Manifest(check)],
    ..rule!("job_immutable.rs", "job-immutable")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let view = pod.view();
    if pod.template.pods.update == Update::Refused && !view.is("", "Pod") {
        let kind = &view.object.kind;
        findings
            .add(
                &RULE,
                pod.name_place(),
                format!("a {kind} that exists cannot get an init container"),
            )
            .help("delete it first");
    }
}
