//! Two peers have the same network in `AllowedIPs`.
//!
//! WireGuard gives each network to one peer: the last one that names it.
//!
//! Give each network to one peer.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "same-route",
    level: Level::Warning,
    never: false,
    page: page!("same_route.rs", "same-route"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::SameRoute, findings);
}
