//! Two peers have the same network in `AllowedIPs`.
//!
//! WireGuard gives each network to one peer: the last one that names it.
//!
//! Give each network to one peer.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::SameRoute, page!("same_route.rs", "same-route"));
