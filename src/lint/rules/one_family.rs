//! The tunnel takes one family of addresses and not the other.
//!
//! With a default route for IPv4 and none for IPv6, or the reverse, the other family is cut off by the kill switch, or
//! leaks without one.
//!
//! Add the other route, `::/0` or `0.0.0.0/0`, if the provider gives an address for it.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::OneFamily, page!("one_family.rs", "one-family"));
