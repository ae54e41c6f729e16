//! Objects that select pods by label, found without asking each of them. Knows nothing of what they do to the pods.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::index::{ObjectIndex, Word};
use super::object_ref::ObjectRef;
use crate::kube::object::{label, pairs};
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
}

/// The numbers of groups, by one label that the selector of each of them needs, the rarest of its own.
#[derive(Debug, Default)]
struct Selectors {
    by_label: HashMap<(Word<'static>, Word<'static>), Vec<usize>>,
    /// Those that need no certain value of any label, by what they say where one is enough.
    general: BTreeMap<Option<usize>, Vec<usize>>,
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
            let is_one_enough = row(place.0).is_one_enough;
            let own = selecting.by_place.entry(place).or_default();
            let list = match needed(&group.selector).min_by_key(|label| counts[label]) {
                Some((key, value)) => {
                    let label = (key.to_owned().into(), value.to_owned().into());
                    own.by_label.entry(label).or_default()
                }
                None => own.general.entry(is_one_enough.then_some(group.says)).or_default(),
            };
            list.push(number);
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
                    Ok(Some(selector)) if context.counts(number) => selector,
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

    /// The objects that select a pod template, each with those that it stands for.
    pub(super) fn matching(
        &self,
        selects: SelectorKind,
        namespace: Option<&str>,
        tree: &Tree,
        template: &Template,
    ) -> Vec<(usize, &[usize])> {
        let Some(own) = self.by_place.get(&(selects, namespace.map(Cow::Borrowed))) else {
            return Vec::new();
        };
        let labels = template.metadata.and_then(|metadata| tree.get(metadata, "labels"));
        let labels = labels.map_or_else(Vec::new, |labels| pairs(tree, labels));
        let labels =
            labels.iter().filter_map(|&(key, value)| Some((tree.word(key)?, tree.word(value)?)));
        let value =
            |key: &str| -> Option<Cow<str>> { tree.word(label(tree, template.metadata, key)?) };
        let matches = |number: &&usize| self.groups[**number].selector.matches(value);
        let by_label = labels.filter_map(|label| own.by_label.get(&label)).flatten();
        let general = own.general.iter().flat_map(|(says, groups)| {
            let most = if says.is_some() { 1 } else { usize::MAX };
            groups.iter().filter(matches).take(most)
        });
        let mut numbers: Vec<_> = by_label.filter(matches).chain(general).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        if row(selects).is_one_enough {
            let mut said = HashSet::new();
            numbers.retain(|&number| said.insert(self.groups[number].says));
        }
        let groups = numbers.into_iter().map(|number| &self.groups[number]);
        groups.map(|group| (group.first, group.twins.as_slice())).collect()
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
fn needed(selector: &Selector) -> impl Iterator<Item = (&str, &str)> {
    selector.requirements.iter().filter_map(|Requirement { key, operator }| match operator {
        Operator::In(values) => match values.as_slice() {
            [value] => Some((key.as_str(), value.as_str())),
            _ => None,
        },
        _ => None,
    })
}
