//! No peer takes everything.
//!
//! Only the listed networks go into the tunnel, and everything else leaves in clear: no kill switch guards it. That may be
//! what you want.
//!
//! `AllowedIPs = 0.0.0.0/0, ::/0` takes everything. For a split tunnel that is meant, say so in the Secret:
//! `ignore.wgsidecar.dev/split-tunnel: "only the office is behind it"`.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "split-tunnel",
    level: Level::Warning,
    never: false,
    page: page!("split_tunnel.rs", "split-tunnel"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::SplitTunnel, findings);
}
