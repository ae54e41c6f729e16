//! Our container has no requests or no limits.
//!
//! A ResourceQuota on CPU or memory refuses every pod with a container that does not say what it needs: with such a quota
//! in the run this is an error.
//!
//! Set them with `--requests` and `--limits`, or let `--fix` write the usual ones.

use crate::lint::fix::Site;
use crate::lint::quotas::{ENTRIES, Quotas};
use crate::lint::resources;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::yaml::NodeId;
use crate::yaml::write::Plan;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("missing_resources.rs", "missing-resources")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(ours) = pod.ours() else { return };
    let missing: Vec<_> = ["requests", "limits"]
        .into_iter()
        .filter(|part| !resources::has(pod.tree, ours, part))
        .collect();
    if missing.is_empty() {
        return;
    }
    let quotas = pod.context.quotas(pod.namespace());
    let quota = quotas
        .and_then(|all| all.of(&all.facts(pod)).find_map(|quotas| refusing(quotas, &missing)));
    let level = if quota.is_some() { Level::Error } else { Level::Warning };
    let refuses = if quota.is_some() { "refuses" } else { "would refuse" };
    let message = format!(
        "the tunnel's container has no {}: a ResourceQuota {refuses} its pod",
        missing.join(" and no ")
    );
    let found = findings.add(&RULE, pod.item_place(ours), message);
    found
        .help("set them with `--requests` and `--limits`")
        .level(level)
        .fix(mend(pod, ours, &missing));
    if let Some(quota) = quota {
        found.related(pod.context.view(quota).name_place(), "the quota");
    }
}

/// The number of a quota that refuses a container that lacks requests, or limits; requests are those of the limits where it
/// has some.
fn refusing(quotas: &Quotas, missing: &[&str]) -> Option<usize> {
    let entries = ENTRIES.iter().zip(&quotas.entries);
    let lacking =
        entries.filter(|((_, part, _), _)| missing.contains(part) && missing.contains(&"limits"));
    lacking.filter_map(|(_, all)| all.first()).map(|hard| hard.number).next()
}

fn mend(pod: &Pod, ours: NodeId, missing: &[&'static str]) -> Option<Plan> {
    let site = Site { tree: pod.tree, chain: &pod.chain(), mapping: ours };
    let entries = missing.iter().map(|part| (*part, resources::amounts(part))).collect();
    site.set_all("resources", entries, resources::whole(), Some("volumeMounts"))
}
