//! The file is for AmneziaWG.
//!
//! `S1` to `S4` and `H1` to `H4` change what WireGuard's packets look like: plain WireGuard cannot talk to such a server, and
//! leaving the lines out does not help. Where they have the values of plain WireGuard (`S1 = 0`, `H1 = 1`, `H2 = 2` and so
//! on), only `Jc`, `Jmin`, `Jmax` and `I1` to `I5` are left, which send junk that any server ignores: without these lines
//! the file is one of WireGuard.
//!
//! Ask the provider for a plain WireGuard file, or make the Secret with `wgsidecar secret`, which leaves out what is junk.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule =
    Rule::conf(Kind::AmneziaConfig, page!("amnezia_config.rs", "amnezia-config"));
