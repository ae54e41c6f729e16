//! An init container stands before ours.
//!
//! Init containers run one after the other, in their order: what comes before the tunnel sends traffic outside it, and a native
//! sidecar (`restartPolicy: Always`) goes on doing so.
//!
//! Argo Workflows fetches the input artifacts of a template in an init container of its own, before all others.
//!
//! Move ours to the start of `initContainers`, or let `--fix` do it; `wgsidecar inject` always puts it there.

use crate::kube::kinds::Shape;
use crate::lint::admission::{Admission, Stage, fill};
use crate::lint::fix;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[
        Check::Pod(check),
        Check::Admission(
            Admission::new(
                Stage::Unprotected,
                "!variables.missing && variables.inits[0] != variables.ours",
                MESSAGE,
                HELP,
            )
            .filled(&[("NAME", "variables.inits[0]")]),
        ),
    ],
    ..rule!("runs_before_tunnel.rs", "runs-before-tunnel")
};

const MESSAGE: &str = "`@NAME@` runs before the tunnel: it sends traffic outside the tunnel";
const HELP: &str = "move the tunnel's container to the start of `initContainers`";

/// Reports a patch that is applied after ours and puts init containers into the same pod.
pub fn report_patch(place: Place, findings: &mut Findings) {
    let message = "this patch comes after the tunnel's and changes `initContainers`: what it puts first runs before the tunnel";
    findings.add(&RULE, place, message).help(
        "move it before the tunnel's: `wgsidecar patch --remove`, then `--into` again, puts ours last",
    );
}

fn check(pod: &Pod, findings: &mut Findings) {
    artifacts(pod, findings);
    let Some(existing) = pod.existing() else { return };
    let list = existing.init_containers;
    let before = pod.tree.items(list).take_while(|&item| item != existing.container);
    for item in before.collect::<Vec<_>>() {
        let name = pod.name_of(item).unwrap_or_default();
        findings
            .add(&RULE, pod.item_place(item), fill(MESSAGE, &[("NAME", &name)]))
            .help(HELP)
            .fix(fix::move_first(pod.tree, list, existing.container));
    }
}

/// What Argo Workflows fetches before any other container runs.
fn artifacts(pod: &Pod, findings: &mut Findings) {
    let Shape::Flat(_) = pod.template.pods.shape else { return };
    let artifacts: Vec<_> = pod.items(pod.spec, &["inputs", "artifacts"]).collect();
    // `raw` stands in the workflow itself.
    if let Some(&first) = artifacts.iter().find(|&&it| pod.tree.get(it, "raw").is_none()) {
        findings
            .add(
                &RULE,
                pod.item_place(first),
                "Argo Workflows fetches input artifacts before the tunnel is up, and so outside it",
            )
            .help("let the container fetch them itself");
    }
}
