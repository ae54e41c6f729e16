//! A peer has no `AllowedIPs`.
//!
//! Nothing is ever sent to it, and nothing that it sends is accepted.
//!
//! `AllowedIPs = 0.0.0.0/0, ::/0` sends everything through it.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "no-allowed-ips",
    level: Level::Error,
    never: false,
    page: page!("no_allowed_ips.rs", "no-allowed-ips"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::NoAllowedIps, findings);
}
