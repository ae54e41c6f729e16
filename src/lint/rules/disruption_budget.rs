//! A disruption budget keeps the only pod from ever being moved.
//!
//! One key means one pod. A budget that wants it available at all times lets no node be drained.
//!
//! Remove the budget, or let it allow one pod to be away: `maxUnavailable: 1`.

use crate::kube::object::integer;
use crate::kube::placeholder;
use crate::lint::index::Alike;
use crate::lint::object_ref::word;
use crate::lint::selectors::SelectorKind;
use crate::lint::{Check, Findings, ObjectRef, Pod, Rule, rule};
use crate::text::{Level, Place};
use crate::yaml::{NodeId, Tree};

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("disruption_budget.rs", "disruption-budget")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let many = pod.counts.iter().any(|count| count.pods != 1);
    if many {
        return;
    }
    let budgets = pod.context.selecting(
        SelectorKind::DisruptionBudget,
        pod.namespace(),
        pod.tree,
        pod.template,
    );
    for budgets in budgets {
        findings.once(&RULE, &("open", budgets.id()), None, |findings| {
            for Alike { view, .. } in budgets.objects() {
                for node in numbers(&view) {
                    findings.unknown(&RULE, &view, node, "whether the only pod may be away");
                }
            }
        });
        let pod = (pod.name_place(), "its only pod");
        findings.once(&RULE, &budgets.id(), Some(pod), |findings| {
            for alike in budgets.objects() {
                let Some(place) = forbids(&alike.view) else { continue };
                findings
                    .add(
                        &RULE,
                        place,
                        "the only pod may never be away: no node with it can be drained",
                    )
                    .help("remove the budget, or set `maxUnavailable: 1`")
                    .object(alike.view.resource());
                findings.shared_by(|| alike.twins(forbids));
            }
        });
    }
}

/// Whether anything can be found of a budget.
pub(in crate::lint) fn matters(view: &ObjectRef) -> bool {
    let is_open = |node| placeholder::open(view.tree, node).is_some();
    forbids(view).is_some() || numbers(view).any(is_open)
}

/// The numbers that a budget gives.
fn numbers(view: &ObjectRef) -> impl Iterator<Item = NodeId> {
    ["minAvailable", "maxUnavailable"].into_iter().filter_map(|key| view.find(&["spec", key]))
}

/// Where a budget says that its only pod may never be away.
fn forbids(view: &ObjectRef) -> Option<Place> {
    let least = view.find(&["spec", "minAvailable"]).filter(|&node| !is_zero(view.tree, node));
    let away = view.find(&["spec", "maxUnavailable"]).filter(|&node| is_zero(view.tree, node));
    least.or(away).map(|node| view.place(node))
}

/// Whether a number or percentage is zero; one that cannot be read counts as zero.
fn is_zero(tree: &Tree, node: NodeId) -> bool {
    let text = word(tree, node).unwrap_or_default();
    match text.strip_suffix('%') {
        Some(percent) => percent.parse::<u32>().unwrap_or(0) == 0,
        None => integer(tree, node).unwrap_or(0) == 0,
    }
}
