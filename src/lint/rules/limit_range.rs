//! The namespace's limits do not allow what our container asks for.
//!
//! A LimitRange for containers refuses each one below its `min`, above its `max`, or whose limits are more than
//! `maxLimitRequestRatio` times its requests. One for pods looks at the pod as a whole: at the sum of its containers, or
//! at an init container where that is larger, as ours often is.
//!
//! Ask for amounts within it: `--requests` and `--limits`.

use std::borrow::Cow;

use crate::lint::findings::Twin;
use crate::lint::object_ref::word;
use crate::lint::ranges::{Amounts, Bound, Item, RESOURCES};
use crate::lint::resources;
use crate::lint::{Check, Findings, Outline, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::values::quantity;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check), Check::Patch(check_patch)],
    ..rule!("limit_range.rs", "limit-range")
};

/// What our container asks for of a resource.
#[derive(Debug)]
struct Asked<'a> {
    resource: &'static str,
    requests: Cow<'a, str>,
    limits: Cow<'a, str>,
    ours: Amounts,
    /// Where a range looks at that.
    whole: Option<Whole>,
}

/// What the pod as a whole needs, with our container and without it.
#[derive(Debug)]
struct Whole {
    with: Amounts,
    without: Amounts,
}

fn check(pod: &Pod, findings: &mut Findings) {
    let (context, namespace) = (pod.context, pod.namespace());
    let Some(ranges) = context.limit_ranges(namespace) else { return };
    let whole = |at: usize, ours| {
        ranges.limits_pods.then(|| Whole::of(pod, RESOURCES[at], ours, ranges.defaults[at]))
    };
    let asked = (0..RESOURCES.len()).filter_map(|at| Asked::of(pod, at, whole));
    let asked = Vec::from_iter(asked);
    let namespace = context.namespace(namespace);
    let resources = Vec::from_iter(asked.iter().map(|asked| asked.resource));
    findings.once(&RULE, &(namespace, &resources), None, |findings| {
        for item in ranges.items(context) {
            resources.iter().for_each(|resource| unknown(&item, resource, findings));
        }
    });
    let its_pods = (pod.name_place(), "its pods get a tunnel");
    findings.once(&RULE, &(namespace, &asked), Some(its_pods), |findings| {
        let items = ranges.items(context);
        for asked in &asked {
            items.iter().for_each(|item| asked.compare(item, findings));
        }
    });
}

/// What the other containers of a patch's pods ask for is not known, so only ours is compared.
fn check_patch(pods: &Outline, findings: &mut Findings) {
    let (context, Some(namespace)) = (pods.context, pods.namespace) else { return };
    let Some(ranges) = context.limit_ranges(Some(namespace)) else { return };
    let asked = RESOURCES.into_iter().filter_map(|resource| {
        let text = |part| Some(Cow::Borrowed(resources::of_tunnel(pods.tunnel?, part, resource)?));
        Asked::new(resource, text("requests")?, text("limits")?)
    });
    let asked = Vec::from_iter(asked);
    let its_pods = (pods.place, "its pods get a tunnel");
    findings.once(&RULE, &(namespace, "patch", &asked), Some(its_pods), |findings| {
        let items = ranges.items(context);
        for asked in &asked {
            items.iter().for_each(|item| asked.compare(item, findings));
        }
    });
}

/// Reports the bounds that another tool is still to fill in.
fn unknown(item: &Item, resource: &str, findings: &mut Findings) {
    for key in ["min", "max", "maxLimitRequestRatio"] {
        if let Some(node) = item.node(key, resource) {
            findings.unknown(&RULE, &item.view, node, "the namespace's range");
        }
    }
}

impl<'a> Asked<'a> {
    fn of(
        pod: &Pod<'a, '_>,
        at: usize,
        whole: impl Fn(usize, Amounts) -> Option<Whole>,
    ) -> Option<Self> {
        let resource = RESOURCES[at];
        let text = |part| resources::of_ours(pod, part, resource);
        let asked = Self::new(resource, text("requests")?, text("limits")?)?;
        Some(Self { whole: whole(at, asked.ours), ..asked })
    }

    /// The same where nothing is known of the pod as a whole.
    fn new(resource: &'static str, requests: Cow<'a, str>, limits: Cow<'a, str>) -> Option<Self> {
        let ours = Amounts { low: quantity(&requests)?, high: quantity(&limits)? };
        Some(Self { resource, requests, limits, ours, whole: None })
    }

    fn compare(&self, item: &Item, findings: &mut Findings) {
        if item.is_for("Container") {
            self.container(item, findings);
        }
        if let Some(whole) = self.whole.as_ref().filter(|_| item.is_for("Pod")) {
            self.pod(whole, item, findings);
        }
    }

    /// Whether our container alone is outside the range.
    fn container(&self, item: &Item, findings: &mut Findings) {
        let Self { resource, requests, limits, ours, .. } = self;
        let below = item.bound("min", resource).filter(|min| exceeds(min.amount, ours.low));
        if let Some(bound) = below {
            let min = &bound.text;
            let message = format!(
                "the tunnel's request of {requests} {resource} is below the minimum of {min}"
            );
            report(item, &bound, message, findings);
        }
        let above = item.bound("max", resource).filter(|max| exceeds(ours.high, max.amount));
        if let Some(bound) = above {
            let max = &bound.text;
            let message =
                format!("the tunnel's limit of {limits} {resource} is above the maximum of {max}");
            report(item, &bound, message, findings);
        }
        if let Some(bound) = self.ratio(item, *ours) {
            let most = &bound.text;
            let message = format!(
                "the tunnel's limit of {limits} {resource} is more than {most} times its request of {requests}"
            );
            report(item, &bound, message, findings);
        }
    }

    /// Whether our container makes the pod as a whole leave the range.
    fn pod(&self, Whole { with, without }: &Whole, item: &Item, findings: &mut Findings) {
        let Self { resource, limits, .. } = self;
        let above = item.bound("max", resource).filter(|max| exceeds(with.high, max.amount));
        if let Some(bound) = above.filter(|_| exceeds(with.high, without.high)) {
            let max = &bound.text;
            let message = format!(
                "with the tunnel's limit of {limits} {resource} the pod is above the maximum of {max}"
            );
            report(item, &bound, message, findings);
        }
        let is_new = self.ratio(item, *without).is_none();
        if let Some(bound) = self.ratio(item, *with).filter(|_| is_new) {
            let most = &bound.text;
            let message = format!(
                "with the tunnel the pod's limit of {resource} is more than {most} times its request"
            );
            report(item, &bound, message, findings);
        }
    }

    /// The ratio of limit and request that is allowed, where it is more.
    fn ratio(&self, item: &Item, amounts: Amounts) -> Option<Bound> {
        let most = item.bound("maxLimitRequestRatio", self.resource)?;
        exceeds(amounts.high, amounts.low * most.amount).then_some(most)
    }
}

fn report(item: &Item, bound: &Bound, message: String, findings: &mut Findings) {
    findings
        .add(&RULE, bound.place, message)
        .help("choose amounts within the range: `--requests` and `--limits`")
        .object(item.view.resource());
    findings.shared_by(|| {
        item.twins.iter().filter_map(|(number, view, node)| {
            Some(Twin::of(*number, view, bound.of_twin(view, *node)?))
        })
    });
}

impl Whole {
    fn of(pod: &Pod, resource: &'static str, ours: Amounts, default: Amounts) -> Self {
        // What the pod itself says stands for all of its containers.
        if resources::PARTS.iter().any(|part| pod.find(&["resources", part, resource]).is_some()) {
            return Self { with: Amounts::default(), without: Amounts::default() };
        }
        let of = |container| amounts(pod, container, resource, default);
        let total = |ours: Option<Amounts>| Amounts {
            low: resources::of_pod(pod, ours.map(|ours| ours.low), |it| of(it).low),
            high: resources::of_pod(pod, ours.map(|ours| ours.high), |it| of(it).high),
        };
        Self { with: total(Some(ours)), without: total(None) }
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
