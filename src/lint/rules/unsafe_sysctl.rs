//! The pod sets a sysctl that tunnels are often given, and that is not needed.
//!
//! `net.ipv4.conf.all.src_valid_mark` and its like are unsafe sysctls: the kubelet refuses the pod unless the node allows
//! them, and so does Pod Security *baseline*. Our script works without: it needs no such setting.
//!
//! Remove it.

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("unsafe_sysctl.rs", "unsafe-sysctl")
};

const UNSAFE: [&str; 4] =
    ["net.ipv4.conf.", "net.ipv6.conf.", "net.ipv4.ip_forward", "net.ipv6.ip_forward"];

fn check(pod: &Pod, findings: &mut Findings) {
    for sysctl in pod.items(pod.spec, &["securityContext", "sysctls"]) {
        let name = pod.name_of(sysctl).unwrap_or_default().replace('/', ".");
        if UNSAFE.iter().any(|prefix| name.starts_with(prefix)) {
            findings
                .add(
                    &RULE,
                    pod.item_place(sysctl),
                    format!("`{name}` is refused by most nodes, and the tunnel does not need it"),
                )
                .help("remove it");
        }
    }
}
