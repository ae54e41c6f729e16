//! A newer wgsidecar wrote the tunnel in this pod.
//!
//! Its mark, the annotation `wgsidecar.dev/injected`, is in a format that this release does not know, so it cannot tell
//! what belongs to the tunnel and what stood there before.
//!
//! Update wgsidecar. To keep this release, take the tunnel out with the one that wrote it, then `inject` again.

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::{Level, Place};
use crate::wireguard::existing::Presence;

pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[Check::Pod(check)],
    ..rule!("newer_injection.rs", "newer-injection")
};

fn check(pod: &Pod, findings: &mut Findings) {
    if let Presence::Newer(mark) = pod.presence {
        report(pod.place(*mark), findings);
    }
}

/// Reports a tunnel of a later release.
pub fn report(place: Place, findings: &mut Findings) {
    findings
        .add(&RULE, place, "this tunnel was written by a newer wgsidecar")
        .help("update wgsidecar, or take the tunnel out with the release that wrote it");
}
