//! The Secret that the tunnel reads is not among the manifests.
//!
//! It may well be in the cluster already: then all is fine, but nobody has checked what is in it. Without it the pod waits
//! in ContainerCreating. A SealedSecret, an ExternalSecret and the like, from which an operator makes the Secret, and a SOPS
//! file count as present.
//!
//! Make one of the provider's file with `wgsidecar secret`.

use crate::lint::context::Whereabouts;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Info,
    checks: &[Check::Pod(check)],
    ..rule!("secret_absent.rs", "secret-absent")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(name) = pod.secret_name() else { return };
    // One in another namespace is another rule's business.
    if let Whereabouts::Nowhere = pod.context.whereabouts(pod.namespace(), &name) {
        findings
            .add(
                &RULE,
                pod.secret_place(),
                format!("the Secret `{name}` is not among these manifests"),
            )
            .help("`wgsidecar secret FILE` makes one of the provider's file");
    }
}
