//! The Secret has several servers, and the pod uses the first alone.
//!
//! `wg1.conf` and the files after it are for a sidecar, which goes on to the next server when one does not answer. An init
//! container reads `wg0.conf` and ends: when that server is gone, the pod stays closed.
//!
//! Set `--mode sidecar`, or take the other files out of the Secret.

use crate::lint::{Check, Findings, Outline, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Outline(check)],
    ..rule!("unused_servers.rs", "unused-servers")
};

fn check(pod: &Outline, findings: &mut Findings) {
    let (Some((view, secret)), Some(found)) = (pod.tunnel_secret(), pod.secret) else { return };
    let Some(second) = secret.file("wg1") else { return };
    if pod.is_sidecar() || pod.has_key_per_replica() || secret.file("wg0").is_none() {
        return;
    }
    findings.once(&RULE, &found.number, Some((pod.place, "reads `wg0.conf` alone")), |findings| {
        let message = "`wg1.conf` is not used: an init container goes on to no other server";
        findings
            .add(&RULE, view.place(second.entry.key), message)
            .help("set `--mode sidecar`, or take the file out")
            .object(view.resource());
    });
}
