//! The namespace's limits do not allow what our container asks for.
//!
//! A LimitRange for containers refuses each one below its `min`, above its `max`, or whose limits are more than
//! `maxLimitRequestRatio` times its requests. One for pods looks at the pod as a whole: at the sum of its containers, or
//! at an init container where that is larger, as ours often is.
//!
//! Ask for amounts within it: `--requests` and `--limits`.

use crate::lint::index::Alike;
use crate::lint::object_ref::word;
use crate::lint::resources;
use crate::lint::{Check, Findings, ObjectRef, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::values::quantity;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("limit_range.rs", "limit-range")
};

/// An item of a LimitRange.
struct Item<'a, 's> {
    alike: Alike<'a, 's>,
    view: ObjectRef<'a, 's>,
    /// Its place in the list.
    number: usize,
    node: NodeId,
}

/// A bound of an item.
struct Bound {
    node: NodeId,
    key: &'static str,
    resource: &'static str,
}

/// What is requested of a resource, and the limit.
#[derive(Clone, Copy, Debug, Default)]
struct Amounts {
    low: f64,
    high: f64,
}

/// What the pod as a whole needs, with our container and without it.
struct Whole {
    with: Amounts,
    without: Amounts,
}

fn check(pod: &Pod, findings: &mut Findings) {
    let ranges = pod.context.limit_ranges(pod.namespace());
    let items: Vec<_> = ranges
        .flat_map(|alike| {
            let view = alike.view;
            let nodes = view.items(&["spec", "limits"]).into_iter().enumerate();
            nodes.map(move |(number, node)| Item { alike, view, number, node })
        })
        .collect();
    for resource in ["cpu", "memory"] {
        let amount = |part| quantity(&resources::of_ours(pod, part, resource)?);
        let (Some(low), Some(high)) = (amount("requests"), amount("limits")) else { continue };
        let ours = Amounts { low, high };
        let mut whole = None;
        for item in &items {
            item.unknown(resource, findings);
            match item.kind().as_deref() {
                Some("Container") => item.container(pod, resource, ours, findings),
                Some("Pod") => {
                    let whole = whole.get_or_insert_with(|| Whole::of(pod, resource, ours, &items));
                    item.pod(pod, resource, whole, findings);
                }
                _ => {}
            }
        }
    }
}

impl<'s> Item<'_, 's> {
    fn kind(&self) -> Option<std::borrow::Cow<'s, str>> {
        self.view.tree.string(self.view.tree.get(self.node, "type")?)
    }

    fn bound(&self, key: &'static str, resource: &'static str) -> Option<(Bound, f64, String)> {
        let node = self.view.tree.find(self.node, &[key, resource])?;
        let word = word(self.view.tree, node)?;
        Some((Bound { node, key, resource }, quantity(&word)?, word.into_owned()))
    }

    /// Reports the bounds that another tool is still to fill in.
    fn unknown(&self, resource: &'static str, findings: &mut Findings) {
        for key in ["min", "max", "maxLimitRequestRatio"] {
            if let Some(node) = self.view.tree.find(self.node, &[key, resource]) {
                findings.unknown(&RULE, &self.view, node, "the namespace's range");
            }
        }
    }

    /// Whether our container alone is outside the range.
    fn container(&self, pod: &Pod, resource: &'static str, ours: Amounts, findings: &mut Findings) {
        let text = |part| resources::of_ours(pod, part, resource).unwrap_or_default();
        let (requests, limits) = (text("requests"), text("limits"));
        let below = self.bound("min", resource).filter(|(_, min, _)| exceeds(*min, ours.low));
        if let Some((node, _, min)) = below {
            let message = format!(
                "the tunnel's request of {requests} {resource} is below the minimum of {min}"
            );
            self.report(pod, node, message, findings);
        }
        let above = self.bound("max", resource).filter(|(_, max, _)| exceeds(ours.high, *max));
        if let Some((node, _, max)) = above {
            let message =
                format!("the tunnel's limit of {limits} {resource} is above the maximum of {max}");
            self.report(pod, node, message, findings);
        }
        if let Some((node, most)) = self.ratio(resource, ours) {
            let message = format!(
                "the tunnel's limit of {limits} {resource} is more than {most} times its request of {requests}"
            );
            self.report(pod, node, message, findings);
        }
    }

    /// Whether our container makes the pod as a whole leave the range.
    fn pod(&self, pod: &Pod, resource: &'static str, whole: &Whole, findings: &mut Findings) {
        let Whole { with, without } = *whole;
        let above = self.bound("max", resource).filter(|(_, max, _)| exceeds(with.high, *max));
        if let Some((node, _, max)) = above.filter(|_| exceeds(with.high, without.high)) {
            let limits = resources::of_ours(pod, "limits", resource).unwrap_or_default();
            let message = format!(
                "with the tunnel's limit of {limits} {resource} the pod is above the maximum of {max}"
            );
            self.report(pod, node, message, findings);
        }
        let is_new = self.ratio(resource, without).is_none();
        if let Some((node, most)) = self.ratio(resource, with).filter(|_| is_new) {
            let message = format!(
                "with the tunnel the pod's limit of {resource} is more than {most} times its request"
            );
            self.report(pod, node, message, findings);
        }
    }

    /// The ratio of limit and request that is allowed, where it is more.
    fn ratio(&self, resource: &'static str, amounts: Amounts) -> Option<(Bound, String)> {
        let (node, most, word) = self.bound("maxLimitRequestRatio", resource)?;
        exceeds(amounts.high, amounts.low * most).then_some((node, word))
    }

    fn report(&self, pod: &Pod, bound: Bound, message: String, findings: &mut Findings) {
        findings
            .add(&RULE, self.view.place(bound.node), message)
            .help("choose amounts within the range: `--requests` and `--limits`")
            .object(self.view.resource())
            .related(pod.name_place(), "its pods get a tunnel");
        let same = |view: &ObjectRef| {
            let item = *view.items(&["spec", "limits"]).get(self.number)?;
            view.tree.find(item, &[bound.key, bound.resource]).map(|node| view.place(node))
        };
        findings.shared_by(|| self.alike.twins(same));
    }
}

impl Whole {
    fn of(pod: &Pod, resource: &'static str, ours: Amounts, items: &[Item]) -> Self {
        // What the pod itself says stands for all of its containers.
        if resources::PARTS.iter().any(|part| pod.find(&["resources", part, resource]).is_some()) {
            return Self { with: Amounts::default(), without: Amounts::default() };
        }
        let default = defaults(items, resource);
        let of = |container| amounts(pod, container, resource, default);
        let total = |ours: Option<Amounts>| Amounts {
            low: resources::of_pod(pod, ours.map(|ours| ours.low), |it| of(it).low),
            high: resources::of_pod(pod, ours.map(|ours| ours.high), |it| of(it).high),
        };
        Self { with: total(Some(ours)), without: total(None) }
    }
}

/// What a container gets that names no amounts.
fn defaults(items: &[Item], resource: &'static str) -> Amounts {
    let is_container = |item: &&Item| item.kind().is_some_and(|kind| kind == "Container");
    let given = |keys: &[&'static str]| {
        let of = |key: &&'static str| {
            items.iter().filter(is_container).find_map(|it| it.bound(key, resource))
        };
        keys.iter().find_map(of).map_or(0.0, |(_, amount, _)| amount)
    };
    // What an item leaves out the API server fills in from its other fields.
    Amounts {
        low: given(&["defaultRequest", "default", "max", "min"]),
        high: given(&["default", "max"]),
    }
}

/// What a container requests, or its limit: as it is written, else by default.
fn amounts(pod: &Pod, container: NodeId, resource: &'static str, default: Amounts) -> Amounts {
    let written = |part| {
        let node = pod.tree.find(container, &["resources", part, resource])?;
        quantity(&word(pod.tree, node)?)
    };
    let limit = written("limits");
    // A request that is not written is the limit, where that is.
    Amounts {
        low: written("requests").or(limit).unwrap_or(default.low),
        high: limit.unwrap_or(default.high),
    }
}

/// Whether an amount is more than another by more than what sums of fractions lose.
fn exceeds(amount: f64, other: f64) -> bool {
    amount > other * (1.0 + 1e-9)
}
