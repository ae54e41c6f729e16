//! A peer has no `AllowedIPs`.
//!
//! Nothing is ever sent to it, and nothing that it sends is accepted.
//!
//! `AllowedIPs = 0.0.0.0/0, ::/0` sends everything through it.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule =
    Rule::conf(Kind::NoAllowedIps, page!("no_allowed_ips.rs", "no-allowed-ips"));
