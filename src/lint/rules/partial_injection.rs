//! The tunnel in the pod is incomplete.
//!
//! The init container, its volume and the annotation `wgsidecar.dev/injected` belong together. When one is missing,
//! someone edited by hand, and we cannot tell what is ours: another block beside the rest would not be accepted by the API.
//!
//! Take the rest out by hand, then `inject` again. In a repository, `git checkout` the file from before `inject`.

use crate::lint::admission::{Admission, Stage, fill};
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::{Level, Place};
use crate::wireguard::existing::Presence;

pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[
        Check::Pod(check),
        Check::Admission(
            Admission::new(
                Stage::Impossible,
                "!variables.missing && variables.mark != '' && !variables.works",
                MESSAGE,
                HELP,
            )
            .filled(&[("WHAT", "'NET_ADMIN or the Secret in its volume is missing'")]),
        ),
    ],
    ..rule!("partial_injection.rs", "partial-injection")
};

const MESSAGE: &str = "the tunnel is incomplete: @WHAT@";
const HELP: &str =
    "remove the init container, the volume and the annotation by hand, then run `wgsidecar inject`";

fn check(pod: &Pod, findings: &mut Findings) {
    if let Presence::Partial { place, missing } = pod.presence {
        report(pod.place(*place), missing, findings);
    }
}

fn report(place: Place, missing: &str, findings: &mut Findings) {
    findings.add(&RULE, place, fill(MESSAGE, &[("WHAT", missing)])).help(HELP);
}

/// Reports what is missing of a tunnel in a patch.
pub fn report_patch(place: Place, missing: &str, findings: &mut Findings) {
    findings.add(&RULE, place, fill(MESSAGE, &[("WHAT", missing)])).help(
        "remove the whole patch by hand, then run `wgsidecar inject` or `wgsidecar patch --into`",
    );
}
