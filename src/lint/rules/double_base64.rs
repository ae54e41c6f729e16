//! The file in the Secret is base64 once more.
//!
//! Under `data` Kubernetes decodes once; what was encoded twice arrives in the pod as base64, and `wg setconf` refuses it.
//! Text belongs under `stringData` as it is.
//!
//! Encode once, or use `stringData`.

use crate::lint::{Rule, page};
use crate::wireguard::conf_issue::Kind;

pub static RULE: Rule = Rule::conf(Kind::DoubleBase64, page!("double_base64.rs", "double-base64"));
