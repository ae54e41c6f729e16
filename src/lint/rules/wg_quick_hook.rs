//! The file has commands for wg-quick.
//!
//! PostUp and its like are never executed: no wg-quick runs in the pod, and a command from a file has no business as root.
//! What a kill switch in such a line does, the tunnel does by itself.
//!
//! Remove the lines; for routes and rules there are the settings.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::WgQuickHook, page!("wg_quick_hook.rs", "wg-quick-hook"));
