//! The tunnel's address stands for a whole network.
//!
//! `10.14.0.2/16` makes 65,536 addresses local to the tunnel; if the cluster uses some of them, they are lost.
//!
//! Write the one address, `/32` or `/128`, as `wgsidecar secret` does.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::WidePrefix, page!("wide_prefix.rs", "wide-prefix"));
