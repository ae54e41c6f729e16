//! A line of the configuration means nothing to WireGuard.
//!
//! `wg setconf` refuses the whole file for one such line, and the pod never starts. Allowed are the keys of `wg` and of
//! wg-quick, in their sections; values under `data` must be base64. If a setting appears twice, the last one wins, which
//! is a warning. A placeholder that another tool fills in (`${KEY}`, `<path:kv#key>`) is not a mistake, and is not checked.
//!
//! Correct the line, or take the provider's file again: `wgsidecar secret` reads what providers write.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::BadConfig, page!("bad_config.rs", "bad-config"));
