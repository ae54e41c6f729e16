//! Objects that select pods by label, found without asking each of them for each pod. Knows nothing of what they do to
//! the pods.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::egress::{self, Egress};
use super::index::{Alike, ObjectIndex, Word};
use super::object_ref::ObjectRef;
use super::reaching::{Remembered, remembered, shared_keys};
use super::rules::{disruption_budget, outside_service};
use crate::kube::object::pairs;
use crate::kube::selector::{Operator, Requirement};
use crate::kube::{Error, Selector, Template};
use crate::yaml::Tree;

/// What selects pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SelectorKind {
    NetworkPolicy,
    DisruptionBudget,
    Service,
}

/// How a kind writes its selector.
struct Row {
    selects: SelectorKind,
    group: &'static str,
    kind: &'static str,
    path: [&'static str; 2],
    /// Reads it; what is left out selects everything or nothing.
    read: fn(&Tree, crate::yaml::NodeId) -> Result<Selector, Error>,
    absent_selects: bool,
    /// Whether rules can find anything of one; the others are left out.
    matters: fn(&ObjectRef) -> bool,
    /// What else of it rules look at.
    says: &'static [&'static str],
    /// Whether one of those that say the same is enough to mend what is wrong with all that select a pod.
    is_one_enough: bool,
}

const ROWS: [Row; 3] = [
    Row {
        selects: SelectorKind::NetworkPolicy,
        group: "networking.k8s.io",
        kind: "NetworkPolicy",
        path: ["spec", "podSelector"],
        read: Selector::read,
        absent_selects: true,
        matters: |view| egress::limits(view).is_some(),
        says: &["policyTypes", "egress"],
        is_one_enough: true,
    },
    Row {
        selects: SelectorKind::DisruptionBudget,
        group: "policy",
        kind: "PodDisruptionBudget",
        path: ["spec", "selector"],
        read: Selector::read,
        absent_selects: false,
        matters: disruption_budget::matters,
        says: &["minAvailable", "maxUnavailable"],
        is_one_enough: false,
    },
    Row {
        selects: SelectorKind::Service,
        group: "",
        kind: "Service",
        path: ["spec", "selector"],
        read: Selector::equal,
        absent_selects: false,
        matters: outside_service::matters,
        says: &["type", "externalTrafficPolicy", "ports"],
        is_one_enough: false,
    },
];

/// Objects that select the same pods and say the same of them. One stands for all.
#[derive(Debug)]
struct Group {
    /// What its objects say, as a number.
    says: usize,
    first: usize,
    twins: Vec<usize>,
    selector: Selector,
}

/// What selects pods, in which namespace, and what it says.
type Key = (SelectorKind, Option<String>, usize, Selector);

/// Selectors by what selects and in which namespace.
#[derive(Debug, Default)]
pub(super) struct SelectorIndex {
    /// Invariant: in an order that is not that of the files.
    groups: Vec<Group>,
    by_place: HashMap<(SelectorKind, Option<Word<'static>>), Selectors>,
    pub(super) bad: Vec<(usize, Error)>,
    /// How many classes there are.
    classes: AtomicUsize,
}

/// Groups by one label that the selector of each of them needs, the rarest of its own.
#[derive(Debug, Default)]
struct Selectors {
    by_label: HashMap<(Word<'static>, Word<'static>), Bucket>,
    /// Those that need no certain value of any label.
    general: Bucket,
    /// Classes by those that they were put together of.
    together: Classes<Vec<usize>>,
    /// What selects every pod, and what selects any.
    of_unknown: OnceLock<[Arc<Class>; 2]>,
    /// Two classes without what both of them say, by the numbers of the two.
    apart: Remembered<[usize; 2], [Arc<Class>; 2]>,
}

/// Groups that are asked together.
#[derive(Debug, Default)]
struct Bucket {
    /// Their numbers, by what they say where one is enough.
    groups: BTreeMap<Option<usize>, Vec<usize>>,
    /// The labels that their selectors look at.
    keys: BTreeSet<String>,
    /// What selects pods with certain ones of those labels.
    classes: Classes<Vec<(String, Option<String>)>>,
}

type Classes<K> = Remembered<K, Class>;

/// The groups that select the same pods, as far as a bucket holds them.
#[derive(Debug)]
struct Class {
    id: usize,
    /// Invariant: sorted.
    groups: Vec<usize>,
    /// Its groups by what they say, where one is enough.
    by_says: OnceLock<HashMap<usize, usize>>,
    egress: OnceLock<Egress>,
}

/// Objects that select a pod.
#[derive(Clone, Debug)]
pub struct Selection<'a, 's> {
    class: Arc<Class>,
    index: &'a SelectorIndex,
    context: &'a ObjectIndex<'s>,
}

impl<'a, 's> Selection<'a, 's> {
    /// The same for all pods that these objects select.
    pub fn id(&self) -> usize {
        self.class.id
    }

    /// The objects, each with those that it stands for.
    pub fn objects(&self) -> impl Iterator<Item = Alike<'a, 's>> {
        let groups = self.class.groups.iter().map(|&number| &self.index.groups[number]);
        groups.map(|group| self.context.alike(group.first, &group.twins))
    }

    /// What they let out, where they are NetworkPolicies.
    pub fn egress(&self) -> &Egress {
        self.class.egress.get_or_init(|| Egress::of(self.objects().map(|alike| alike.view)))
    }
}

impl SelectorIndex {
    pub(super) fn new(context: &ObjectIndex) -> Self {
        let mut selecting = Self::default();
        let places = selecting.read(context);
        let groups = &selecting.groups;
        let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
        for label in groups.iter().flat_map(|group| needed(&group.selector)) {
            *counts.entry(label).or_default() += 1;
        }
        for (number, (group, place)) in groups.iter().zip(places).enumerate() {
            let says = row(place.0).is_one_enough.then_some(group.says);
            let own = selecting.by_place.entry(place).or_default();
            let bucket = match needed(&group.selector).min_by_key(|label| counts[label]) {
                Some((key, value)) => {
                    let label = (key.to_owned().into(), value.to_owned().into());
                    own.by_label.entry(label).or_default()
                }
                None => &mut own.general,
            };
            bucket.groups.entry(says).or_default().push(number);
            let keys = group.selector.requirements.iter().map(|it| it.key.clone());
            bucket.keys.extend(keys);
        }
        selecting
    }

    /// Reads all selectors; the place of each group.
    fn read(&mut self, context: &ObjectIndex) -> Vec<(SelectorKind, Option<Word<'static>>)> {
        let mut words = HashMap::new();
        let mut groups: HashMap<Key, usize> = HashMap::new();
        let mut places = Vec::new();
        for row in &ROWS {
            for number in context.by_name(row.group, row.kind) {
                let view = context.view(number);
                let selector = match read(&view, row) {
                    Ok(Some(selector)) if context.counts(number) && (row.matters)(&view) => {
                        selector
                    }
                    Ok(_) => continue,
                    Err(error) => {
                        self.bad.push((number, error));
                        continue;
                    }
                };
                let next = words.len();
                let says = context.says(number, row.says);
                let says = *words.entry(says.unwrap_or(Err(number))).or_insert(next);
                let namespace = context.namespace(view.object.namespace.as_deref());
                let namespace = namespace.map(str::to_owned);
                let key = (row.selects, namespace.clone(), says, selector.clone());
                match groups.entry(key) {
                    Entry::Occupied(group) => self.groups[*group.get()].twins.push(number),
                    Entry::Vacant(group) => {
                        group.insert(self.groups.len());
                        self.groups.push(Group {
                            says,
                            first: number,
                            twins: Vec::new(),
                            selector,
                        });
                        places.push((row.selects, namespace.map(Cow::Owned)));
                    }
                }
            }
        }
        places
    }

    /// What selects a pod template, in parts that others may share with it.
    pub(super) fn matching<'a, 's>(
        &'a self,
        context: &'a ObjectIndex<'s>,
        selects: SelectorKind,
        namespace: Option<&str>,
        tree: &Tree,
        template: &Template,
    ) -> Vec<Selection<'a, 's>> {
        let Some(own) = self.by_place.get(&(selects, namespace.map(Cow::Borrowed))) else {
            return Vec::new();
        };
        let labels = template.metadata.and_then(|metadata| tree.get(metadata, "labels"));
        let labels = labels.map_or_else(Vec::new, |labels| pairs(tree, labels));
        let labels =
            labels.into_iter().filter_map(|(key, value)| Some((tree.word(key)?, tree.word(value))));
        let labels: BTreeMap<_, _> = labels.collect();
        let by_label = labels.iter().filter_map(|(key, value)| {
            own.by_label.get(&(key.as_ref().into(), value.as_deref()?.into()))
        });
        let classes = by_label.chain([&own.general]).map(|bucket| self.class(bucket, &labels));
        let mut classes: Vec<_> = classes.filter(|class| !class.groups.is_empty()).collect();
        if row(selects).is_one_enough && classes.len() > 1 {
            classes = self.reduced(own, classes);
        }
        classes.into_iter().map(|class| Selection { class, index: self, context }).collect()
    }

    /// What selects a pod whose labels nobody knows: for certain, and perhaps.
    pub(super) fn unknown<'a, 's>(
        &'a self,
        context: &'a ObjectIndex<'s>,
        selects: SelectorKind,
        namespace: &str,
    ) -> Option<[Selection<'a, 's>; 2]> {
        let own = self.by_place.get(&(selects, Some(Cow::Borrowed(namespace))))?;
        let classes = own.of_unknown.get_or_init(|| {
            let buckets = own.by_label.values().chain([&own.general]);
            let any = buckets.flat_map(|bucket| bucket.groups.values().flatten().copied());
            let any = Vec::from_iter(any);
            let selects_all =
                |number: &usize| self.groups[*number].selector.requirements.is_empty();
            let all = any.iter().copied().filter(selects_all);
            [all.collect(), any].map(|groups| self.new_class(groups))
        });
        Some(classes.clone().map(|class| Selection { class, index: self, context }))
    }

    /// What of a bucket selects pods with certain labels.
    fn class(&self, bucket: &Bucket, labels: &BTreeMap<Cow<str>, Option<Cow<str>>>) -> Arc<Class> {
        let value = |key: &str| labels.get(key)?.as_deref().map(Cow::Borrowed);
        let asked = shared_keys(&bucket.keys, labels);
        let asked = asked.map(|(key, value)| (key.to_owned(), value.as_deref().map(str::to_owned)));
        self.known(&bucket.classes, asked.collect(), || {
            let matches = |number: &&usize| self.groups[**number].selector.matches(value);
            let groups = bucket.groups.iter().flat_map(|(says, groups)| {
                let most = if says.is_some() { 1 } else { usize::MAX };
                groups.iter().filter(matches).take(most)
            });
            groups.copied().collect()
        })
    }

    /// Classes in which of the groups that say the same the first alone is left. Those of many groups stay what they are
    /// for all pods that have them: most pods have them with a class of their own beside.
    fn reduced(&self, own: &Selectors, mut classes: Vec<Arc<Class>>) -> Vec<Arc<Class>> {
        /// More of them are put together: a pod may have a class for each of its labels.
        const APART: usize = 3;
        classes.sort_by_key(|class| Reverse(class.groups.len()));
        if classes.len() > APART {
            let small = self.together(own, &classes.split_off(APART - 1));
            classes.push(small);
        }
        for at in 1..classes.len() {
            for before in 0..at {
                let pair = self.apart(own, &classes[before], &classes[at]);
                [classes[before], classes[at]] = Arc::unwrap_or_clone(pair);
            }
        }
        classes.retain(|class| !class.groups.is_empty());
        classes
    }

    /// Classes as one.
    fn together(&self, own: &Selectors, classes: &[Arc<Class>]) -> Arc<Class> {
        let ids = classes.iter().map(|class| class.id).collect();
        self.known(&own.together, ids, || {
            let mut numbers: Vec<_> =
                classes.iter().flat_map(|class| &class.groups).copied().collect();
            numbers.sort_unstable();
            let mut said = HashSet::new();
            numbers.retain(|&number| said.insert(self.groups[number].says));
            numbers
        })
    }

    /// Two classes without the groups of which the other has an earlier one that says the same.
    fn apart(&self, own: &Selectors, one: &Arc<Class>, other: &Arc<Class>) -> Arc<[Arc<Class>; 2]> {
        remembered(&own.apart, [one.id, other.id], || {
            let says = |&number: &usize| (self.groups[number].says, number);
            let by_says = one.by_says.get_or_init(|| one.groups.iter().map(says).collect());
            let same = |number: usize| Some((*by_says.get(&self.groups[number].says)?, number));
            let twins = Vec::from_iter(other.groups.iter().filter_map(|&number| same(number)));
            let later = |class: &Arc<Class>| {
                let later = twins.iter().map(|&(one, other)| one.max(other));
                later.filter(|number| class.groups.binary_search(number).is_ok()).collect()
            };
            let without = |class: &Arc<Class>| {
                let later: HashSet<_> = later(class);
                let kept = class.groups.iter().filter(|number| !later.contains(number));
                if later.is_empty() {
                    Arc::clone(class)
                } else {
                    self.new_class(kept.copied().collect())
                }
            };
            Arc::new([without(one), without(other)])
        })
    }

    /// The class that is known by something, with the groups that `find` finds.
    fn known<K: Eq + Hash>(
        &self,
        classes: &Classes<K>,
        by: K,
        find: impl FnOnce() -> Vec<usize>,
    ) -> Arc<Class> {
        remembered(classes, by, || self.new_class(find()))
    }

    fn new_class(&self, mut groups: Vec<usize>) -> Arc<Class> {
        let id = self.classes.fetch_add(1, Ordering::Relaxed);
        groups.sort_unstable();
        Arc::new(Class { id, groups, by_says: OnceLock::new(), egress: OnceLock::new() })
    }
}

fn row(selects: SelectorKind) -> &'static Row {
    &ROWS[selects as usize]
}

fn read(view: &ObjectRef, row: &Row) -> Result<Option<Selector>, Error> {
    let selector = view.find(&row.path).filter(|&node| !view.tree.is_null(node));
    match selector {
        Some(node) => {
            let selector = (row.read)(view.tree, node)?;
            // A Service without any label in its selector selects nothing.
            let selects_all = selector.requirements.is_empty();
            Ok((row.selects != SelectorKind::Service || !selects_all).then_some(selector))
        }
        None => Ok(row.absent_selects.then(Selector::default)),
    }
}

/// The labels of which a selector needs one certain value.
pub(super) fn needed(selector: &Selector) -> impl Iterator<Item = (&str, &str)> {
    selector.requirements.iter().filter_map(|Requirement { key, operator }| match operator {
        Operator::In(values) => match values.as_slice() {
            [value] => Some((key.as_str(), value.as_str())),
            _ => None,
        },
        _ => None,
    })
}
