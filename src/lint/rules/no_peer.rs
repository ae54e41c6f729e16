//! The configuration has no `[Peer]`.
//!
//! `wg setconf` accepts it, and the tunnel leads nowhere: all traffic into it is lost.
//!
//! Add the server's section.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::NoPeer, page!("no_peer.rs", "no-peer"));
