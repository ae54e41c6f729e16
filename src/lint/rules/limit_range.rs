//! The namespace's limits do not allow what our container asks for.
//!
//! A LimitRange refuses each container below its `min`, above its `max`, or whose limits are more than
//! `maxLimitRequestRatio` times its requests.
//!
//! Ask for amounts within it: `--requests` and `--limits`.

use crate::lint::resources;
use crate::lint::{Check, Findings, Pod, Rule, View, page};
use crate::text::Level;
use crate::wireguard::values::quantity;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    id: "limit-range",
    level: Level::Error,
    never: false,
    page: page!("limit_range.rs", "limit-range"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    for view in pod.context.in_namespace("", "LimitRange", pod.namespace()) {
        for limit in view.items(&["spec", "limits"]) {
            let of = view.tree.get(limit, "type").and_then(|node| view.tree.string(node));
            if of.is_some_and(|of| of == "Container") {
                for resource in ["cpu", "memory"] {
                    outside(pod, &view, limit, resource, findings);
                }
            }
        }
    }
}

fn outside(pod: &Pod, view: &View, limit: NodeId, resource: &str, findings: &mut Findings) {
    let requests = resources::of_ours(pod, "requests", resource);
    let limits = resources::of_ours(pod, "limits", resource);
    let (Some(requests), Some(limits)) = (requests, limits) else { return };
    let (Some(low), Some(high)) = (quantity(&requests), quantity(&limits)) else { return };
    let bound = |key| {
        let node = view.tree.find(limit, &[key, resource])?;
        Some((node, quantity(&view.tree.word(node)?)?))
    };
    let mut report = |node: NodeId, message: String| {
        findings
            .add(&RULE, view.place(node), message)
            .help("choose amounts within the range: `--requests` and `--limits`")
            .about(view.resource())
            .related(pod.name_place(), "its pods get a tunnel");
    };
    if let Some((node, _)) = bound("min").filter(|(_, min)| low < *min) {
        report(node, format!("the tunnel's request of {requests} {resource} is below the least"));
    }
    if let Some((node, _)) = bound("max").filter(|(_, max)| high > *max) {
        report(node, format!("the tunnel's limit of {limits} {resource} is above the most"));
    }
    if let Some((node, _)) = bound("maxLimitRequestRatio").filter(|(_, most)| low * most < high) {
        report(
            node,
            format!(
                "the tunnel's limit of {limits} {resource} is too many times its request of {requests}"
            ),
        );
    }
}
