//! The Secret that the tunnel reads is not among the manifests.
//!
//! It may well be in the cluster already: then all is fine, but nobody has checked what is in it. Without it the pod waits
//! in ContainerCreating. SealedSecret, ExternalSecret and SOPS files count as present.
//!
//! Make one of the provider's file with `wgsidecar secret`.

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;

pub static RULE: Rule = Rule {
    id: "secret-absent",
    level: Level::Info,
    never: false,
    page: page!("secret_absent.rs", "secret-absent"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(name) = pod.secret_name() else { return };
    if pod.secret.is_some() || is_made(pod, &name) {
        return;
    }
    findings
        .add(&RULE, pod.secret_place(), format!("the Secret `{name}` is not among these manifests"))
        .help("`wgsidecar secret FILE` makes one of the provider's file");
}

/// Whether an operator makes the Secret of another object.
fn is_made(pod: &Pod, name: &str) -> bool {
    let makers = [
        ("bitnami.com", "SealedSecret", ["spec", "template", "metadata", "name"].as_slice()),
        ("external-secrets.io", "ExternalSecret", &["spec", "target", "name"]),
    ];
    makers.iter().any(|(group, kind, path)| {
        pod.context.in_namespace(group, kind, pod.namespace()).any(|view| {
            view.object.name == name || view.text(path).is_some_and(|made| made == name)
        })
    })
}
