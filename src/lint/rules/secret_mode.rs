//! More than the owner may read the key's file.
//!
//! The file belongs to root and needs mode 0400, which is `defaultMode: 256`. Written without the leading zero, `400` is
//! 0620. With an `fsGroup` on the pod, Kubernetes adds the group's bits whatever the mode says; no other container mounts
//! the volume, so that is for information only.
//!
//! Write `defaultMode: 256`, or let `--fix` do it.

use crate::kube::object::integer;
use crate::lint::fix;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use serde_json::Value;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("secret_mode.rs", "secret-mode")
};

/// The bits of group and others.
const OTHERS: i128 = 0o077;
/// 0400, as JSON and YAML 1.2 write it too.
const OWNER: i64 = 0o400;

fn check(pod: &Pod, findings: &mut Findings) {
    let group = pod.find(&["securityContext", "fsGroup"]);
    if let Some(node) = group.filter(|_| pod.existing().is_some() || pod.tunnel.is_some()) {
        findings
            .add(&RULE, pod.place(node), "with `fsGroup` the group may read the key's file too")
            .help("no other container mounts it; leave `fsGroup` out if nothing needs it")
            .level(Level::Info);
    }
    let Some(existing) = pod.existing() else { return };
    let mode = |of| pod.tree.find(existing.volume, &[of, "defaultMode"]);
    let own = mode("secret").or_else(|| mode("projected"));
    let source = existing.secret_source(pod.tree);
    let items = source.into_iter().flat_map(|source| pod.items(source, &["items"]));
    let modes = own.into_iter().chain(items.filter_map(|item| pod.tree.get(item, "mode")));
    for node in modes {
        let Some(mode) = integer(pod.tree, node).filter(|mode| mode & OTHERS != 0) else {
            continue;
        };
        findings
            .add(
                &RULE,
                pod.place(node),
                format!("mode {mode:04o} lets users other than the owner read the key"),
            )
            .help("write `defaultMode: 256`, which is 0400")
            .fix(fix::replace_scalar(pod.tree, node, OWNER.to_string(), Value::from(OWNER)));
    }
}
