//! The configuration has no `[Peer]`.
//!
//! `wg setconf` accepts it, and the tunnel leads nowhere: all traffic into it is lost.
//!
//! Add the server's section.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "no-peer",
    level: Level::Error,
    never: false,
    page: page!("no_peer.rs", "no-peer"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::NoPeer, findings);
}
