//! The file in the Secret is base64 once more.
//!
//! Under `data` Kubernetes decodes once; what was encoded twice arrives in the pod as base64, and `wg setconf` refuses it.
//! Text belongs under `stringData` as it is.
//!
//! Encode once, or use `stringData`.

use crate::lint::secret::{TunnelSecret, report};
use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::Level;
use crate::wireguard::problem::Kind;

pub static RULE: Rule = Rule {
    id: "double-base64",
    level: Level::Error,
    never: false,
    page: page!("double_base64.rs", "double-base64"),
    checks: &[Check::Secret(check)],
};

fn check(view: &View, secret: &TunnelSecret, findings: &mut Findings) {
    report(view, secret, &RULE, Kind::DoubleBase64, findings);
}
