//! A key of the configuration is not valid.
//!
//! A WireGuard key is 32 bytes, written as 44 characters of base64. `wg setconf` refuses the file, and prints a malformed
//! private key into the pod's log.
//!
//! Take the key from the provider's file again, whole and without quotes.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "bad-key",
    level: Level::Error,
    never: false,
    page: page!("bad_key.rs", "bad-key"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::BadKey, findings);
}
