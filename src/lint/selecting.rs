//! Objects that select pods by label, found without asking each of them. Knows nothing of what they do to the pods.

use std::borrow::Cow;
use std::collections::HashMap;

use super::context::{Context, Word};
use super::view::View;
use crate::kube::object::{label, pairs};
use crate::kube::selector::{Operator, Requirement};
use crate::kube::{Error, Selector, Template};
use crate::yaml::Tree;

/// What selects pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Selects {
    NetworkPolicy,
    DisruptionBudget,
    Service,
}

/// How a kind writes its selector.
struct Row {
    selects: Selects,
    group: &'static str,
    kind: &'static str,
    path: [&'static str; 2],
    /// Reads it; what is left out selects everything or nothing.
    read: fn(&Tree, crate::yaml::NodeId) -> Result<Selector, Error>,
    absent_selects: bool,
}

const ROWS: [Row; 3] = [
    Row {
        selects: Selects::NetworkPolicy,
        group: "networking.k8s.io",
        kind: "NetworkPolicy",
        path: ["spec", "podSelector"],
        read: Selector::read,
        absent_selects: true,
    },
    Row {
        selects: Selects::DisruptionBudget,
        group: "policy",
        kind: "PodDisruptionBudget",
        path: ["spec", "selector"],
        read: Selector::read,
        absent_selects: false,
    },
    Row {
        selects: Selects::Service,
        group: "",
        kind: "Service",
        path: ["spec", "selector"],
        read: Selector::equal,
        absent_selects: false,
    },
];

/// A selector with the number of its object.
type Numbered = (usize, Selector);

/// Selectors by what selects and in which namespace.
#[derive(Debug, Default)]
pub(super) struct Selecting {
    by_place: HashMap<(Selects, Option<Word<'static>>), Selectors>,
    pub(super) bad: Vec<(usize, Error)>,
}

/// Selectors by one label that each of them needs, the rarest of its own.
#[derive(Debug, Default)]
struct Selectors {
    by_label: HashMap<(Word<'static>, Word<'static>), Vec<Numbered>>,
    /// Those that need no certain value of any label.
    general: Vec<Numbered>,
}

impl Selecting {
    pub(super) fn new(context: &Context) -> Self {
        let mut selecting = Self::default();
        let selectors = selecting.read(context);
        let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
        for label in selectors.iter().flat_map(|(.., selector)| needed(selector)) {
            *counts.entry(label).or_default() += 1;
        }
        let rarest = |(.., selector): &(_, _, _, Selector)| {
            let (key, value) = needed(selector).min_by_key(|label| counts[label])?;
            Some((key.to_owned().into(), value.to_owned().into()))
        };
        let labels: Vec<_> = selectors.iter().map(rarest).collect();
        for ((selects, namespace, number, selector), label) in selectors.into_iter().zip(labels) {
            let own = selecting.by_place.entry((selects, namespace.map(Cow::Owned))).or_default();
            let list = match label {
                Some(label) => own.by_label.entry(label).or_default(),
                None => &mut own.general,
            };
            list.push((number, selector));
        }
        selecting
    }

    fn read(&mut self, context: &Context) -> Vec<(Selects, Option<String>, usize, Selector)> {
        let mut selectors = Vec::new();
        for row in &ROWS {
            for &number in context.numbers(row.group, row.kind) {
                let view = context.view(number);
                let namespace = context.namespace(view.object.namespace.as_deref());
                match read(&view, row) {
                    Ok(Some(selector)) if context.counts(number) => selectors.push((
                        row.selects,
                        namespace.map(str::to_owned),
                        number,
                        selector,
                    )),
                    Ok(_) => {}
                    Err(error) => self.bad.push((number, error)),
                }
            }
        }
        selectors
    }

    pub(super) fn matching(
        &self,
        selects: Selects,
        namespace: Option<&str>,
        tree: &Tree,
        template: &Template,
    ) -> Vec<usize> {
        let Some(own) = self.by_place.get(&(selects, namespace.map(Cow::Borrowed))) else {
            return Vec::new();
        };
        let labels = template.metadata.and_then(|metadata| tree.get(metadata, "labels"));
        let labels = labels.map_or_else(Vec::new, |labels| pairs(tree, labels));
        let labels =
            labels.iter().filter_map(|&(key, value)| Some((tree.word(key)?, tree.word(value)?)));
        let by_label = labels.filter_map(|label| own.by_label.get(&label)).flatten();
        let value =
            |key: &str| -> Option<Cow<str>> { tree.word(label(tree, template.metadata, key)?) };
        let candidates = by_label.chain(&own.general);
        let matching = candidates.filter(|(_, selector)| selector.matches(value));
        let mut numbers: Vec<_> = matching.map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

fn read(view: &View, row: &Row) -> Result<Option<Selector>, Error> {
    let selector = view.find(&row.path).filter(|&node| !view.tree.is_null(node));
    match selector {
        Some(node) => {
            let selector = (row.read)(view.tree, node)?;
            // A Service without any label in its selector selects nothing.
            let selects_all = selector.requirements.is_empty();
            Ok((row.selects != Selects::Service || !selects_all).then_some(selector))
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
