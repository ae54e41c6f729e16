//! Findings that somebody expects, with the reason. Knows nothing of where settings come from.

use std::collections::HashMap;

use super::{Finding, Findings, ObjectRef, find, rules::bad_setting};
use crate::kube::Target;
use crate::text::Place;
use crate::wireguard::annotations::BadAnnotation;
use crate::wireguard::settings::nearest_of;
use crate::yaml::{NodeId, Tree};

/// The prefix of the annotations, before a rule's id.
pub const PREFIX: &str = "ignore.wgsidecar.dev/";

/// An entry of `ignore` in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    pub rule: String,
    /// Every object without it.
    pub target: Option<Target>,
    /// Objects of any namespace without it.
    pub namespace: Option<String>,
    pub reason: String,
    pub place: Option<Place>,
}

/// An annotation that suppresses a rule's findings on one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    pub rule: &'static str,
    pub reason: String,
    /// The annotation's key.
    pub place: Place,
}

/// The entries of `ignore`, found by what they are about.
pub(super) struct Ignores<'a> {
    pub(super) all: &'a [Ignore],
    /// Their numbers by rule, by the name of an object, if they name one, and by a namespace, or by none: each is here
    /// for its own and for the objects that may be in any.
    by_name: HashMap<(&'a str, Option<&'a str>, Space<'a>), Vec<usize>>,
}

/// Where an object is that an entry is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Space<'a> {
    Anywhere,
    Named(&'a str),
    /// The object says nothing of it.
    Unknown,
}

impl<'a> Ignores<'a> {
    pub(super) fn new(all: &'a [Ignore]) -> Self {
        let mut by_name: HashMap<_, Vec<usize>> = HashMap::new();
        for (number, ignore) in all.iter().enumerate() {
            let name = ignore.target.as_ref().map(Target::name);
            let space = ignore.namespace.as_deref().map_or(Space::Anywhere, Space::Named);
            for space in [space, Space::Unknown] {
                by_name.entry((ignore.rule.as_str(), name, space)).or_default().push(number);
            }
        }
        Self { all, by_name }
    }

    /// The number of the first that covers a finding.
    pub(super) fn covering(&self, finding: &Finding) -> Option<usize> {
        let about = finding.resource.as_deref();
        let names = [None, about.map(|it| &*it.name)];
        let own = about.and_then(|it| it.namespace.as_deref());
        let spaces = match own {
            Some(own) => [Space::Anywhere, Space::Named(own)],
            None => [Space::Anywhere, Space::Unknown],
        };
        let keys = names.iter().flat_map(|name| spaces.map(|space| (*name, space)));
        let lists = keys
            .filter_map(|(name, space)| self.by_name.get(&(finding.diagnostic.rule, name, space)));
        let covers = |number: &&usize| self.all[**number].covers(finding);
        lists.filter_map(|numbers| numbers.iter().find(covers)).min().copied()
    }
}

impl Ignore {
    /// Whether it is about a finding: its rule, and the object that the finding is about or stands for.
    pub fn covers(&self, finding: &Finding) -> bool {
        let about = finding.resource.as_deref();
        let names = |target: &Target| about.is_some_and(|it| target.names(it.id()));
        // An object that names no namespace may be in any.
        let holds = |namespace: &String| {
            about.is_some_and(|it| it.namespace.as_deref().is_none_or(|own| own == namespace))
        };
        self.rule == finding.diagnostic.rule
            && self.target.as_ref().is_none_or(names)
            && self.namespace.as_ref().is_none_or(holds)
    }
}

/// The suppressions among the annotations in `metadata`, and those that say nothing we understand.
pub fn read(tree: &Tree, metadata: Option<NodeId>) -> (Vec<Suppression>, Vec<BadAnnotation>) {
    let (mut list, mut bad) = (Vec::new(), Vec::new());
    let annotations = metadata.and_then(|metadata| tree.get(metadata, "annotations"));
    for (key, value) in annotations.into_iter().flat_map(|node| tree.entries(tree.follow(node))) {
        let Some(word) = tree.string(key) else { continue };
        let Some(id) = word.strip_prefix(PREFIX) else { continue };
        match check(id, tree.string(value).as_deref()) {
            Ok((rule, reason)) => {
                let place = tree.place(key);
                list.push(Suppression { rule, reason, place });
            }
            Err((message, help)) => {
                bad.push(BadAnnotation { node: key, message, help, meant: None })
            }
        }
    }
    (list, bad)
}

/// The suppressions among the annotations in `metadata`; what is wrong with one is reported.
pub fn of(view: &ObjectRef, metadata: Option<NodeId>, findings: &mut Findings) -> Vec<Suppression> {
    let (list, bad) = read(view.tree, metadata);
    for bad in bad {
        findings
            .add(&bad_setting::RULE, view.place(bad.node), bad.message)
            .finding
            .diagnostic
            .help = bad.help;
    }
    list
}

fn check(
    id: &str,
    reason: Option<&str>,
) -> Result<(&'static str, String), (String, Option<String>)> {
    let rule = suppressible(id).map_err(|message| (message, None))?;
    match reason.map(str::trim).filter(|reason| !reason.is_empty()) {
        Some(reason) => Ok((rule, reason.to_owned())),
        None => Err((
            format!("`{PREFIX}{id}` gives no reason"),
            Some("say why in its value, in quotes".into()),
        )),
    }
}

/// The id of a rule that may be allowed or ignored, or why it may not.
pub fn suppressible(id: &str) -> Result<&'static str, String> {
    match find(id) {
        Some(rule) if rule.never => Err(format!("the rule `{id}` can never be allowed")),
        Some(rule) => Ok(rule.id),
        None => Err(match nearest_of(id, super::RULES.iter().map(|rule| rule.id)) {
            Some(nearest) => format!("there is no rule `{id}`: did you mean `{nearest}`?"),
            None => format!("there is no rule `{id}`"),
        }),
    }
}
