//! The LimitRanges of a namespace, and what they give to containers by default. Knows nothing of what a pod needs.

use std::borrow::Cow;
use std::collections::HashMap;

use super::index::{ObjectIndex, Said};
use super::object_ref::{ObjectRef, word};
use crate::text::Place;
use crate::wireguard::values::quantity;
use crate::yaml::NodeId;

/// The resources that we ask for.
pub const RESOURCES: [&str; 2] = ["cpu", "memory"];

/// The LimitRanges of a namespace.
#[derive(Debug)]
pub struct Ranges {
    /// Those that say the same, in an order that is not that of the files.
    groups: Vec<Vec<usize>>,
    /// What a container gets of each resource that names no amounts.
    pub defaults: [Amounts; RESOURCES.len()],
    /// Whether one looks at the pod as a whole.
    pub limits_pods: bool,
}

/// What is requested of a resource, and the limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Amounts {
    pub low: f64,
    pub high: f64,
}

/// An item of a LimitRange.
pub struct Item<'a, 's> {
    pub view: ObjectRef<'a, 's>,
    node: NodeId,
    /// Those of other LimitRanges that say the same.
    pub twins: Vec<(usize, ObjectRef<'a, 's>, NodeId)>,
}

/// A bound of an item.
pub struct Bound {
    key: &'static str,
    resource: &'static str,
    pub place: Place,
    pub amount: f64,
    pub text: String,
}

impl Ranges {
    /// All that count, by namespace.
    pub(super) fn all(context: &ObjectIndex) -> HashMap<Option<String>, Self> {
        let mut all: HashMap<_, HashMap<Said, Vec<usize>>> = HashMap::new();
        let numbers = context.by_name("", "LimitRange");
        for number in numbers.filter(|&number| context.counts(number)) {
            let namespace = context.namespace(context.view(number).object.namespace.as_deref());
            let own = all.entry(namespace.map(str::to_owned)).or_default();
            let says = context.says(number, &["limits"]).unwrap_or(Err(number));
            own.entry(says).or_default().push(number);
        }
        let of = |groups: HashMap<_, Vec<usize>>| {
            let mut groups: Vec<_> = groups.into_values().collect();
            // The order of files is no reason.
            groups.sort_by_key(|group| context.view(group[0]).object.name.clone());
            Self::new(context, groups)
        };
        all.into_iter().map(|(namespace, groups)| (namespace, of(groups))).collect()
    }

    fn new(context: &ObjectIndex, groups: Vec<Vec<usize>>) -> Self {
        let mut ranges = Self { groups, defaults: Default::default(), limits_pods: false };
        let items = ranges.items(context);
        let limits_pods = items.iter().any(|item| item.is_for("Pod"));
        let defaults = RESOURCES.map(|resource| defaults(&items, resource));
        (ranges.limits_pods, ranges.defaults) = (limits_pods, defaults);
        ranges
    }

    /// The items of all of them.
    pub fn items<'a, 's>(&self, context: &'a ObjectIndex<'s>) -> Vec<Item<'a, 's>> {
        let mut items = Vec::new();
        for group in &self.groups {
            let views = group.iter().map(|&number| (number, context.view(number)));
            let list = |(number, view): (usize, ObjectRef<'a, 's>)| {
                let nodes = view.items(&["spec", "limits"]).into_iter();
                nodes.map(move |node| (number, view, node))
            };
            let mut lists: Vec<_> = views.map(list).collect();
            let Some((first, others)) = lists.split_first_mut() else { continue };
            items.extend(first.map(|(_, view, node)| {
                let twins = others.iter_mut().filter_map(Iterator::next).collect();
                Item { view, node, twins }
            }));
        }
        items
    }
}

impl Item<'_, '_> {
    /// Whether it limits what is of a type.
    pub fn is_for(&self, kind: &str) -> bool {
        let tree = self.view.tree;
        let own = tree.get(self.node, "type").and_then(|node| tree.string(node));
        own.is_some_and(|own| own == kind)
    }

    /// The value of a bound.
    pub fn node(&self, key: &str, resource: &str) -> Option<NodeId> {
        self.view.tree.find(self.node, &[key, resource])
    }

    pub fn bound(&self, key: &'static str, resource: &'static str) -> Option<Bound> {
        let node = self.node(key, resource)?;
        let text: Cow<str> = word(self.view.tree, node)?;
        let (amount, place) = (quantity(&text)?, self.view.place(node));
        Some(Bound { key, resource, place, amount, text: text.into_owned() })
    }
}

impl Bound {
    /// Where the same bound of a twin stands.
    pub fn of_twin(&self, view: &ObjectRef, item: NodeId) -> Option<Place> {
        view.tree.find(item, &[self.key, self.resource]).map(|node| view.place(node))
    }
}

/// What a container gets that names no amounts.
fn defaults(items: &[Item], resource: &'static str) -> Amounts {
    let given = |keys: &[&'static str]| {
        let of = |key: &&'static str| {
            let items = items.iter().filter(|item| item.is_for("Container"));
            items.filter_map(|item| item.bound(key, resource)).next()
        };
        keys.iter().find_map(of).map_or(0.0, |bound| bound.amount)
    };
    // What an item leaves out the API server fills in from its other fields.
    Amounts {
        low: given(&["defaultRequest", "default", "max", "min"]),
        high: given(&["default", "max"]),
    }
}
