//! The tunnel's address stands for a whole network.
//!
//! `10.14.0.2/16` makes 65,536 addresses local to the tunnel; if the cluster uses some of them, they are lost.
//!
//! Write the one address, `/32` or `/128`, as `wgsidecar secret` does.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "wide-prefix",
    level: Level::Warning,
    never: false,
    page: page!("wide_prefix.rs", "wide-prefix"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::WidePrefix, findings);
}
