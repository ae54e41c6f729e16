//! The namespace's quota is smaller than what our container asks for.
//!
//! A ResourceQuota refuses each pod that would exceed it. One with scopes counts only the pods that are in all of them. Of
//! several that are too small the smallest is named first.
//!
//! Raise the quota, or ask for less with `--requests` and `--limits`.

use crate::lint::findings::Twin;
use crate::lint::quotas::{self, ENTRIES, Hard};
use crate::lint::resources;
use crate::lint::{Check, Findings, ObjectRef, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::values::quantity;

pub static RULE: Rule =
    Rule { level: Level::Error, checks: &[Check::Pod(check)], ..rule!("quota.rs", "quota") };

fn check(pod: &Pod, findings: &mut Findings) {
    for quotas in quotas::of(pod) {
        for &(number, node) in &quotas.open {
            findings.unknown(&RULE, &pod.context.view(number), node, "the quota");
        }
        for ((entry, part, resource), all) in ENTRIES.iter().zip(&quotas.entries) {
            let Some(ours) = resources::of_ours(pod, part, resource) else { continue };
            // Then the containers' own amounts do not count.
            if pod.find(&["resources", part, resource]).is_some() {
                continue;
            }
            let Some(amount) = quantity(&ours) else { continue };
            let [least, others @ ..] = all.as_slice() else { continue };
            if amount <= least.amount {
                continue;
            }
            let view = pod.context.view(least.number);
            let hard = &least.text;
            findings
                .add(
                    &RULE,
                    view.place(least.node),
                    format!(
                        "the quota of {hard} is less than the tunnel's {part} of {ours} {resource}"
                    ),
                )
                .help(format!("raise it, or ask for less with `--{part} {resource}=…`"))
                .field(format!("spec.hard[{entry}]"))
                .object(view.resource())
                .related(pod.name_place(), "its pods get a tunnel");
            let others = others.iter().take_while(|hard| amount > hard.amount);
            findings.shared_by(|| others.map(|hard| twin(&pod.context.view(hard.number), hard)));
        }
    }
}

/// Another quota that is too small.
fn twin(view: &ObjectRef, Hard { number, node, text, .. }: &Hard) -> Twin {
    let word = format!("and that of {text} in {}", view.resource().display());
    Twin { number: *number, place: view.place(*node), word }
}
