//! The Secret has no key for some of the pods.
//!
//! With `--key-per-replica` each ordinal reads a file of its own, `0.conf`, `1.conf` and so on: a pod without one never
//! starts.
//!
//! Make the Secret of as many files: `wgsidecar secret --per-replica 0.conf 1.conf …`.

use crate::kube::object::integer;
use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;
use crate::wireguard::tunnel::Ordinal;
use std::ops::Range;

pub static RULE: Rule = Rule {
    id: "too-few-keys",
    level: Level::Error,
    never: false,
    page: page!("too_few_keys.rs", "too-few-keys"),
    checks: &[Check::Pod(check)],
};

/// Ordinals that a message lists before it stops.
const LISTED: usize = 5;

fn check(pod: &Pod, findings: &mut Findings) {
    if !pod.has_key_per_replica() {
        return;
    }
    let (Some((view, secret)), Some(ordinals)) = (pod.tunnel_secret(), ordinals(pod)) else {
        return;
    };
    // A range may be as large as someone writes it; the files are as many as there are.
    let missing = ordinals.clone().filter(|ordinal| secret.file(&ordinal.to_string()).is_none());
    let listed: Vec<_> = missing.take(LISTED).map(|ordinal| format!("`{ordinal}.conf`")).collect();
    if !listed.is_empty() {
        findings
            .add(
                &RULE,
                view.name_place(),
                format!("the Secret has no {} for its pods", listed.join(", ")),
            )
            .help("make it of one file for each: `wgsidecar secret --per-replica 0.conf 1.conf …`")
            .about(view.resource())
            .related(pod.name_place(), "its pods");
    }
}

/// The ordinals that the pods will have, where the manifest says it.
fn ordinals(pod: &Pod) -> Option<Range<u32>> {
    let tree = pod.tree;
    let number = |path| Some(integer(tree, pod.template.sibling(tree, path)?));
    let completion = pod.tunnel.is_some_and(|tunnel| tunnel.ordinal == Some(Ordinal::Completion))
        || matches!(pod.workload.object.kind.as_ref(), "Job" | "CronJob");
    let (start, count) = if completion {
        let path = pod.template.pods.path.strip_suffix("template")?;
        (0, number(&format!("{path}completions")).unwrap_or(Some(1))?)
    } else {
        let start = number("spec.ordinals.start").unwrap_or(Some(0))?;
        (start, number("spec.replicas").unwrap_or(Some(1))?)
    };
    let start = u32::try_from(start).ok()?;
    Some(start..start.saturating_add(u32::try_from(count).ok()?))
}
