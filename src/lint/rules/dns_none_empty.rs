//! `dnsPolicy: None` without a name server.
//!
//! The API refuses the pod: with the policy `None` there must be at least one entry in `dnsConfig.nameservers`.
//!
//! Name a resolver there, or remove `dnsPolicy` and let `--dns` set both.

use crate::lint::object_ref::text;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("dns_none_empty.rs", "dns-none-empty")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(node) = pod.get("dnsPolicy") else { return };
    let is_none = text(pod.tree, node).is_some_and(|policy| policy == "None");
    if is_none && pod.items(pod.spec, &["dnsConfig", "nameservers"]).next().is_none() {
        findings
            .add(
                &RULE,
                pod.place(node),
                "`dnsPolicy: None` without `nameservers` in `dnsConfig`: the API refuses it",
            )
            .help("name a resolver in `dnsConfig`, or remove `dnsPolicy` and use `--dns`");
    }
}
