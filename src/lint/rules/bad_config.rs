//! A line of the configuration means nothing to WireGuard.
//!
//! `wg setconf` refuses the whole file for one such line, and the pod never starts. Known are the keys of `wg` and of
//! wg-quick, in their sections; values under `data` must be base64. Of a value that stands twice the last one counts, which
//! is a warning. A placeholder that another tool fills in (`${KEY}`, `<path:kv#key>`) is no mistake, and is not checked.
//!
//! Correct the line, or take the provider's file again: `wgsidecar secret` reads what providers write.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "bad-config",
    level: Level::Error,
    never: false,
    page: page!("bad_config.rs", "bad-config"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    for kind in [Kind::BadConfig, Kind::Placeholder] {
        report(view, secret, &RULE, kind, findings);
    }
}
