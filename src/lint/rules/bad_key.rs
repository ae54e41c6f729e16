//! A key of the configuration is not valid.
//!
//! A WireGuard key is 32 bytes, written as 44 characters of base64. `wg setconf` refuses the file, and prints a malformed
//! private key into the pod's log.
//!
//! Take the key from the provider's file again, whole and without quotes.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::BadKey, page!("bad_key.rs", "bad-key"));
