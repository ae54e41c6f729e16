//! A peer has no `PersistentKeepalive`.
//!
//! Behind a NAT, which is where most nodes are, the way back closes after a minute or two of silence. For a pod that only
//! calls out this does not matter.
//!
//! `PersistentKeepalive = 25` keeps it open.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "no-keepalive",
    level: Level::Info,
    never: false,
    page: page!("no_keepalive.rs", "no-keepalive"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::NoKeepalive, findings);
}
