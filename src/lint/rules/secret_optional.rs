//! The volume with the Secret is optional.
//!
//! Without the Secret the pod would start, and its script would find no key: the reason is then in a log instead of in the
//! pod's status.
//!
//! Remove `optional: true`, or let `--fix` say `false`.

use crate::lint::fix;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use serde_json::Value;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("secret_optional.rs", "secret-optional")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(existing) = pod.existing() else { return };
    let source = existing.secret_source(pod.tree);
    if let Some(node) = source.and_then(|source| pod.flag(source, &["optional"])) {
        findings
            .add(
                &RULE,
                pod.place(node),
                "the pod would start without the Secret, and fail without showing it in the pod's status",
            )
            .help("remove `optional: true`")
            .fix(fix::replace_scalar(pod.tree, node, "false".into(), Value::from(false)));
    }
}
