//! The file is one of AmneziaWG.
//!
//! `Jc`, `Jmin`, `S1`, `H1` and the like change what a handshake looks like: plain WireGuard cannot talk to such a server,
//! and leaving the lines out does not help.
//!
//! Ask the provider for a plain WireGuard file.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "amnezia-config",
    level: Level::Error,
    never: false,
    page: page!("amnezia_config.rs", "amnezia-config"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::AmneziaConfig, findings);
}
