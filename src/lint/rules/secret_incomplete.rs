//! The Secret lacks what the tunnel reads.
//!
//! It needs `wg0.conf` with a `PrivateKey`, and the tunnel's own address: in `wg0.address`, or as `Address` in the file.
//! With `--key-per-replica` each ordinal has its own two files.
//!
//! Make it of the provider's file with `wgsidecar secret`.

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check), Check::Conf],
    ..rule!("secret_incomplete.rs", "secret-incomplete")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some((view, secret)) = pod.tunnel_secret() else { return };
    if !pod.has_key_per_replica() && secret.file("wg0").is_none() {
        findings
            .add(&RULE, view.name_place(), "the Secret has no `wg0.conf`")
            .help("make it of the provider's file with `wgsidecar secret`")
            .about(view.resource())
            .related(pod.name_place(), "read by this");
    }
}
