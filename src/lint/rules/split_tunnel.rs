//! No peer takes everything.
//!
//! Only the listed networks go into the tunnel, and everything else bypasses it: no kill switch guards it. That may be
//! what you want.
//!
//! `AllowedIPs = 0.0.0.0/0, ::/0` takes everything. For a split tunnel that is meant, say so in the Secret:
//! `ignore.wgsidecar.dev/split-tunnel: "only the office is behind it"`.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::SplitTunnel, page!("split_tunnel.rs", "split-tunnel"));
