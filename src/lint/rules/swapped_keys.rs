//! The peer's public key is that of the private key itself.
//!
//! The tunnel would talk to itself: no server knows what to do with it. It happens when the keys of the two sides are
//! exchanged.
//!
//! `PrivateKey` is the pod's own, `PublicKey` the server's.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::SwappedKeys, page!("swapped_keys.rs", "swapped-keys"));
