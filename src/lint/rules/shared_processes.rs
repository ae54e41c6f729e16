//! The app's containers see the tunnel's processes.
//!
//! With `shareProcessNamespace: true` the app can end the container that stays with `--mode sidecar`, and as root read the files
//! that it sees, the key among them. An init container has ended before the app starts.
//!
//! Take the field away, or use `--mode init`.

use crate::lint::admission::{Admission, Case, Stage};
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[
        Check::Pod(check),
        Check::Admission(
            Admission::new(
                Stage::Pod,
                "variables.pod.spec.?shareProcessNamespace.orValue(false)",
                MESSAGE,
                HELP,
            )
            .only(Case::Sidecar),
        ),
    ],
    ..rule!("shared_processes.rs", "shared-processes")
};

const MESSAGE: &str =
    "the containers share their processes: the app can end the tunnel's, and as root read its key";
const HELP: &str = "remove `shareProcessNamespace`, or use `--mode init`";

fn check(pod: &Pod, findings: &mut Findings) {
    let path = ["shareProcessNamespace"];
    if !pod.is_sidecar() {
        return;
    }
    if let Some(node) = pod.find(&path) {
        findings.unknown(&RULE, &pod.view(), node, "whether the app sees the tunnel's processes");
    }
    if let Some(node) = pod.flag(pod.spec, &path) {
        findings.add(&RULE, pod.place(node), MESSAGE).help(HELP);
    }
}
