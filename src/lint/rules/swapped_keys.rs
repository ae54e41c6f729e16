//! The peer's public key is that of the private key itself.
//!
//! The tunnel would talk to itself: no server knows what to do with it. It happens when the keys of the two sides are
//! exchanged.
//!
//! `PrivateKey` is the pod's own, `PublicKey` the server's.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "swapped-keys",
    level: Level::Error,
    never: false,
    page: page!("swapped_keys.rs", "swapped-keys"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::SwappedKeys, findings);
}
