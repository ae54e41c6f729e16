//! A peer has no `PersistentKeepalive`.
//!
//! Behind a NAT, which is where most nodes are, the way back closes after a minute or two of silence. For a pod that only
//! calls out this does not matter.
//!
//! `PersistentKeepalive = 25` keeps it open.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::NoKeepalive, page!("no_keepalive.rs", "no-keepalive"));
