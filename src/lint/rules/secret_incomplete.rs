//! The Secret lacks what the tunnel reads.
//!
//! It needs `wg0.conf` with a `PrivateKey`, and the tunnel's own address: in `wg0.address`, or as `Address` in the file.
//! With `--key-per-replica` each ordinal has its own two files.
//!
//! Make it of the provider's file with `wgsidecar secret`.

use crate::kube::kinds::PodIdentity;
use crate::lint::findings::listed;
use crate::lint::secret::TunnelSecret;
use crate::lint::{Check, Findings, ObjectRef, Outline, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check), Check::Patch(check_patch), Check::Conf],
    ..rule!("secret_incomplete.rs", "secret-incomplete")
};

fn check(pod: &Pod, findings: &mut Findings) {
    look(&pod.outline(), pod.has_key_per_replica(), findings);
}

fn check_patch(pods: &Outline, findings: &mut Findings) {
    look(pods, pods.has_key_per_replica(), findings);
}

fn look(pod: &Outline, has_key_each: bool, findings: &mut Findings) {
    let (Some((view, secret)), Some(found)) = (pod.tunnel_secret(), pod.secret) else { return };
    if has_key_each || secret.file("wg0").is_some() {
        return;
    }
    let has_ordinal = matches!(pod.pods.spread, PodIdentity::Ordinal | PodIdentity::Completion(_));
    let reader = (pod.place, "read by this");
    findings.once(&RULE, &(found.number, has_ordinal), Some(reader), |findings| {
        report(&view, secret, has_ordinal, findings);
    });
}

/// Reports a Secret without the file that pods read, some of which have an ordinal.
fn report(view: &ObjectRef, secret: &TunnelSecret, has_ordinal: bool, findings: &mut Findings) {
    let ordinals = || secret.files.iter().filter(|file| file.is_of_replica());
    let count = ordinals().count();
    let names = || listed(count, ordinals().map(|file| format!("`{}.conf`", file.stem)));
    let help = match (count, has_ordinal) {
        (0, _) => "make it of the provider's file with `wgsidecar secret`".to_owned(),
        (_, true) => {
            format!("it holds {}, one key for each replica: set `--key-per-replica`", names())
        }
        (_, false) => format!(
            "it holds {}, one key for each replica, which needs a StatefulSet or an indexed Job",
            names()
        ),
    };
    findings
        .add(&RULE, view.name_place(), "the Secret has no `wg0.conf`")
        .help(help)
        .object(view.resource());
}
