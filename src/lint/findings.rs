//! Findings as rules report them. Knows nothing of how they are shown.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::verdict::Verdict;
use super::{ObjectRef, Rule, find};
use crate::kube::{Id, Object, placeholder};
use crate::redact;
use crate::text::{Diagnostic, Level, Place, Related};
use crate::yaml::NodeId;
use crate::yaml::write::Plan;

/// A diagnostic with what KRM results carry besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub diagnostic: Diagnostic,
    /// The object that the finding is about.
    pub resource: Option<Arc<Resource>>,
    /// Path of the field in the object, such as `spec.template.spec.hostNetwork`.
    pub field: Option<String>,
    /// Why somebody decided to live with it; a suppressed finding counts nowhere.
    pub suppressed: Option<String>,
    /// Whether `lint --fix` mends it.
    pub fixable: bool,
    /// What it has in common with others, where several objects do something wrong together.
    pub together: Option<Together>,
}

/// What objects do wrong together: each has a finding of its own, so that each may suppress it, and what is left is one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Together {
    /// What no other finding of the rule has.
    cause: Arc<str>,
    /// What stands at the places of the others.
    word: &'static str,
}

/// The findings, where all that belong together are one: the first by the name of its source and by its place, so that
/// the order of files changes nothing. Each of the others adds its place to that one.
pub fn together<'n>(findings: Vec<Finding>, name: impl Fn(usize) -> &'n str) -> Vec<Finding> {
    type Key = (&'static str, Level, Arc<str>, Option<String>);
    let key = |finding: &Finding| -> Option<Key> {
        let Diagnostic { rule, level, .. } = finding.diagnostic;
        let cause = Arc::clone(&finding.together.as_ref()?.cause);
        Some((rule, level, cause, finding.suppressed.clone()))
    };
    let mut groups: HashMap<Key, Vec<usize>> = HashMap::new();
    for (number, finding) in findings.iter().enumerate() {
        if let Some(key) = key(finding) {
            groups.entry(key).or_default().push(number);
        }
    }
    let rank = |&number: &usize| {
        let place = findings[number].diagnostic.place;
        place.map(|Place { source, span }| (name(source), span))
    };
    let mut heads = HashMap::new();
    let mut others = HashSet::new();
    for mut group in groups.into_values() {
        group.sort_by_key(rank);
        let first = findings[group[0]].diagnostic.place;
        let related = group[1..].iter().filter_map(|&number| {
            let Finding { diagnostic, together, .. } = &findings[number];
            // Two patches of one object are at one place.
            let place = diagnostic.place.filter(|_| diagnostic.place != first)?;
            Some((place, together.as_ref()?.word.to_owned()))
        });
        heads.insert(group[0], Vec::from_iter(related));
        others.extend(group.drain(1..));
    }
    let numbered = findings.into_iter().enumerate();
    let kept = numbered.filter(|(number, _)| !others.contains(number));
    let kept = kept.map(|(number, mut finding)| {
        finding.diagnostic.related.extend(heads.remove(&number).unwrap_or_default());
        finding
    });
    kept.collect()
}

/// Names one object, as `resourceRef` of a KRM result does.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    pub api_version: Arc<str>,
    pub kind: Arc<str>,
    pub namespace: Option<Arc<str>>,
    pub name: Arc<str>,
}

/// What a report says about a rule itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Such as `host-network`.
    pub id: &'static str,
    /// The level it reports with where nothing special holds.
    pub level: Level,
    /// One sentence.
    pub short: String,
    /// What triggers it and why that is a problem.
    pub full: String,
    /// The way out.
    pub help: String,
}

impl Resource {
    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// All by which the API tells an object from others: kind, group, namespace and name, not the version.
    pub fn identity(&self) -> (&str, &str, Option<&str>, &str) {
        (&self.kind, self.group(), self.namespace.as_deref(), &self.name)
    }

    /// Whether it has a name that tells it from others: one that is still to be generated does not.
    pub fn has_name(&self) -> bool {
        !self.name.is_empty() && !self.name.ends_with('*')
    }

    /// By what a selection names it.
    pub fn id(&self) -> Id<'_> {
        let namespace = self.namespace.as_deref();
        Id { group: self.group(), kind: &self.kind, namespace, name: &self.name }
    }

    pub fn of(object: &Object) -> Self {
        let api_version = if object.group.is_empty() {
            object.version.as_ref().into()
        } else {
            format!("{}/{}", object.group, object.version).into()
        };
        Self {
            api_version,
            kind: object.kind.as_ref().into(),
            namespace: object.namespace.as_deref().map(Into::into),
            name: object.name.as_ref().into(),
        }
    }

    /// The same, but what is said alike of another is kept once for both.
    pub fn sharing(mut self, other: &Self) -> Self {
        let pairs = [(&mut self.api_version, &other.api_version), (&mut self.kind, &other.kind)];
        let namespaces = self.namespace.as_mut().zip(other.namespace.as_ref());
        for (own, others) in pairs.into_iter().chain(namespaces) {
            if own == others {
                *own = Arc::clone(others);
            }
        }
        self
    }

    fn texts(&self) -> impl Iterator<Item = &Arc<str>> {
        [&self.api_version, &self.kind, &self.name].into_iter().chain(&self.namespace)
    }

    /// As kubectl names it: `deployment/web`.
    pub fn display(&self) -> String {
        // In small letters a key would not be known for one.
        let kind = redact::text(&self.kind).to_lowercase();
        if self.name.is_empty() {
            format!("{kind} without a name")
        } else {
            format!("{kind}/{}", self.name)
        }
    }

    /// The same with its namespace before it, where it says one: `media/deployment/web`.
    pub fn qualified(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{}", self.display()),
            None => self.display(),
        }
    }
}

impl fmt::Display for Resource {
    /// As people say it: `Deployment shop/web`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            _ if self.name.is_empty() => write!(out, "{} without a name", self.kind),
            Some(namespace) => write!(out, "{} {namespace}/{}", self.kind, self.name),
            None => write!(out, "{} {}", self.kind, self.name),
        }
    }
}

/// Names that a sentence lists before it counts the rest.
pub const LISTED: usize = 5;

/// `count` names in a sentence: the first ones, and how many more there are.
pub fn listed(count: usize, names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<_> = names.take(LISTED).collect();
    let rest = count.saturating_sub(names.len());
    if rest > 0 {
        names.push(format!("{rest} more"));
    }
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostic,
            resource: None,
            field: None,
            suppressed: None,
            fixable: false,
            together: None,
        }
    }
}

/// A finding, and what would mend it where that is safe.
#[derive(Debug)]
pub struct FindingBuilder {
    pub finding: Finding,
    /// Edits of the document that the check looks at.
    pub fix: Option<Plan>,
    /// The number of the verdict on a pod that this stands for: its finding is the first of many then, and suppressed
    /// where the pod itself suppresses them.
    pub(super) verdict: Option<usize>,
}

/// What a rule is about.
fn matter(rule: &'static str) -> &'static str {
    find(rule).and_then(|rule| rule.matter).map_or(rule, |matter| matter.id)
}

/// Where rules put what they find.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<FindingBuilder>,
    /// What the next findings are about.
    subject: Option<Arc<Resource>>,
    /// The objects that others stand for in what is found of those, by rule, place and message: named once, however many
    /// pods it concerns.
    twins: HashMap<(&'static str, Option<Place>, String), Vec<Twin>>,
    pub(super) verdicts: Vec<Verdict>,
    /// Their numbers by the rule and by what it has asked of a pod; none where it has found nothing.
    known: HashMap<String, Option<usize>>,
}

/// An object of which the same is found as of another.
#[derive(Clone, Debug)]
pub struct Twin {
    /// Its number in the context.
    pub number: usize,
    pub place: Place,
    /// What it has to do with the first place.
    pub word: String,
}

impl Twin {
    pub(super) fn of(number: usize, view: &ObjectRef, place: Place) -> Self {
        Self { number, place, word: format!("and in {}", view.resource().display()) }
    }
}

impl Findings {
    /// Says which object the findings from here on are about.
    pub fn set_subject(&mut self, subject: Option<Arc<Resource>>) {
        self.subject = subject;
    }

    /// What the next findings are about.
    pub fn subject(&self) -> Option<&Arc<Resource>> {
        self.subject.as_ref()
    }

    /// Adds a finding at the rule's own level; the caller may go on to shape it.
    pub fn add(
        &mut self,
        rule: &Rule,
        place: Place,
        message: impl Into<String>,
    ) -> &mut FindingBuilder {
        let mut finding = Finding::from(Diagnostic::new(rule.id, rule.level, place, message));
        finding.resource.clone_from(&self.subject);
        self.list.push(FindingBuilder { finding, fix: None, verdict: None });
        self.list.last_mut().expect("a finding was pushed")
    }

    /// Reports what a rule finds of other objects for the sake of a pod: `look` looks for it once for all pods of which the
    /// rule asks the same. Where `pod` is one, each of them is named by its place, with a word on what it has to do with
    /// what is found.
    pub fn once(
        &mut self,
        rule: &Rule,
        asked: &impl fmt::Debug,
        pod: Option<(Place, &'static str)>,
        look: impl FnOnce(&mut Self),
    ) {
        let key = format!("{} {asked:?}", rule.id);
        let number = self.known.get(&key).copied().unwrap_or_else(|| {
            let before = self.list.len();
            look(self);
            let found = Vec::from_iter(self.list.drain(before..).map(|found| found.finding));
            let number = (!found.is_empty()).then_some(self.verdicts.len());
            self.verdicts.extend(number.map(|_| Verdict::new(found, pod.map(|(_, word)| word))));
            self.known.insert(key, number);
            number
        });
        let Some(verdict) = number.map(|number| &self.verdicts[number]) else { return };
        let mut finding = Finding { suppressed: None, ..verdict.findings[0].clone() };
        finding.diagnostic.related = Related::default();
        finding.diagnostic.related.extend(pod.map(|(place, word)| (place, word.to_owned())));
        self.list.push(FindingBuilder { finding, fix: None, verdict: number });
    }

    /// Reports a value on which a rule depends, where another tool is still to fill it in. `what` says what nobody knows
    /// until then.
    pub fn unknown(
        &mut self,
        rule: &Rule,
        view: &ObjectRef,
        node: NodeId,
        what: &str,
    ) -> Option<&mut FindingBuilder> {
        let placeholder = placeholder::open(view.tree, node)?;
        let found = self.placeholder(rule, view.place(node), &placeholder, what);
        if view.workload.is_none() {
            found.object(view.resource());
        }
        Some(found)
    }

    /// Reports a placeholder that hides something.
    pub fn placeholder(
        &mut self,
        rule: &Rule,
        place: Place,
        text: &str,
        what: &str,
    ) -> &mut FindingBuilder {
        self.add(rule, place, format!("`{text}` is a placeholder: {what} is not known yet"))
            .help("run wgsidecar on the manifests in which it is filled in")
            .level(Level::Warning)
    }

    /// Says which objects share the last finding.
    pub fn shared_by<I: Iterator<Item = Twin>>(&mut self, twins: impl FnOnce() -> I) {
        let Some(last) = self.list.last() else { return };
        let key = key(&last.finding);
        self.twins.entry(key).or_insert_with(|| twins().collect());
    }

    /// The numbers of the objects that share a suppressed finding, each with its rule.
    pub fn suppressed_twins(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let suppressed = |finding: &&Finding| !finding.is_open();
        let mut seen = HashSet::new();
        let mut findings = Vec::new();
        for FindingBuilder { finding, verdict, .. } in &self.list {
            match *verdict {
                None => findings.extend(Some(finding).filter(suppressed)),
                Some(number) if seen.insert((number, finding.is_open())) => {
                    let all = self.verdicts[number].findings.iter();
                    findings.extend(all.filter(|it| !finding.is_open() || suppressed(it)));
                }
                Some(_) => {}
            }
        }
        let twins = findings.into_iter().filter_map(|it| self.twins.get_key_value(&key(it)));
        let all: HashMap<_, _> = twins.collect();
        all.into_iter()
            .flat_map(|((rule, ..), twins)| twins.iter().map(|twin| (*rule, twin.number)))
    }

    /// Whether an error is among the findings from a number on that nobody suppresses.
    pub fn refuses(&self, from: usize) -> bool {
        self.list[from..].iter().filter(|found| found.finding.is_open()).any(|found| {
            match found.verdict.and_then(|number| self.verdicts[number].judged.as_ref()) {
                Some(judged) => judged.refuses,
                None => found.finding.diagnostic.level == Level::Error,
            }
        })
    }

    /// Takes over what was found elsewhere.
    pub fn absorb(&mut self, other: Self) {
        let mut numbers = HashMap::new();
        let mut verdicts: Vec<_> = other.verdicts.into_iter().map(Some).collect();
        for (key, theirs) in other.known {
            let next = self.verdicts.len();
            let ours = *self.known.entry(key).or_insert(theirs.map(|_| next));
            if let Some((theirs, ours)) = theirs.zip(ours) {
                numbers.insert(theirs, ours);
                self.verdicts.extend(verdicts[theirs].take().filter(|_| ours == next));
            }
        }
        self.list.extend(other.list.into_iter().map(|found| {
            let verdict = found.verdict.and_then(|number| numbers.get(&number).copied());
            FindingBuilder { verdict, ..found }
        }));
        self.twins.extend(other.twins);
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings from a number on.
    pub fn since(&mut self, number: usize) -> &mut [FindingBuilder] {
        &mut self.list[number..]
    }

    /// Drops the suppressed findings from a number on.
    pub fn drop_since(&mut self, number: usize, unwanted: impl Fn(&Finding) -> bool) {
        let kept: Vec<_> =
            self.list.drain(number..).filter(|found| !unwanted(&found.finding)).collect();
        self.list.extend(kept);
    }

    /// All findings. Those that differ in related places only, as one object's that concerns many targets, become one;
    /// of those of one matter at one place only the gravest stay.
    pub fn into_list(mut self) -> Vec<Finding> {
        let all = self.spread();
        let mut gravest: HashMap<_, (Level, usize)> = HashMap::new();
        for finding in &all {
            let Diagnostic { rule, place, level, .. } = finding.diagnostic;
            let (gravest, count) = gravest.entry((matter(rule), place)).or_insert((level, 0));
            *gravest = level.max(*gravest);
            *count += 1;
        }
        let mut numbers = HashMap::new();
        let mut list: Vec<Finding> = Vec::with_capacity(gravest.len());
        for finding in all {
            let Diagnostic { rule, place, level, ref message, .. } = finding.diagnostic;
            match gravest.get(&(matter(rule), place)) {
                Some((gravest, _)) if level < *gravest => continue,
                Some((_, 1)) => {
                    list.push(finding);
                    continue;
                }
                _ => {}
            }
            let key = (rule, place, message.clone(), finding.suppressed.clone());
            let number = *numbers.entry(key).or_insert(list.len());
            match list.get_mut(number) {
                Some(first) => first.diagnostic.related.absorb(finding.diagnostic.related),
                None => list.push(finding),
            }
        }
        for finding in &mut list {
            let twins = if self.twins.is_empty() { None } else { self.twins.remove(&key(finding)) };
            let related = &mut finding.diagnostic.related;
            related.extend(twins.into_iter().flatten().map(|twin| (twin.place, twin.word)));
            related.sort();
        }
        list
    }

    /// The findings one by one: those of a verdict where it was first met, with all pods that share it.
    fn spread(&mut self) -> Vec<Finding> {
        let list = std::mem::take(&mut self.list);
        let mut pods: HashMap<_, Vec<Place>> = HashMap::new();
        for FindingBuilder { finding, verdict, .. } in &list {
            if let Some(number) = verdict {
                let places = finding.diagnostic.related.iter().map(|(place, _)| place);
                pods.entry((*number, finding.suppressed.clone())).or_default().extend(places);
            }
        }
        let mut findings = Vec::with_capacity(list.len());
        for FindingBuilder { finding, verdict, .. } in list {
            let Some(number) = verdict else {
                findings.push(finding);
                continue;
            };
            let Finding { suppressed, .. } = finding;
            let Some(mut places) = pods.remove(&(number, suppressed.clone())) else { continue };
            places.sort_unstable();
            places.dedup();
            let (places, verdict) = (Arc::<[Place]>::from(places), &self.verdicts[number]);
            findings.extend(verdict.findings.iter().cloned().map(|mut finding| {
                if let Some(word) = verdict.word {
                    finding.diagnostic.related.share(word, Arc::clone(&places));
                }
                let suppressed = suppressed.clone().or(finding.suppressed);
                Finding { suppressed, ..finding }
            }));
        }
        findings
    }
}

fn key(finding: &Finding) -> (&'static str, Option<Place>, String) {
    let Diagnostic { rule, place, message, .. } = &finding.diagnostic;
    (rule, *place, message.clone())
}

impl Finding {
    /// Orders by source, then place, then rule; equal only to an exact duplicate.
    pub fn key(&self) -> impl Ord + '_ {
        let Diagnostic { rule, level, message, place, related, help } = &self.diagnostic;
        let object = (&self.resource, &self.field, &self.suppressed, self.fixable, &self.together);
        (place, rule, level, message, related, help, object)
    }

    /// The same finding with `…` for what may be a key: its words may quote a manifest, and reports are shown to everyone.
    pub fn redacted(&self) -> Self {
        let mut finding = self.clone();
        let Diagnostic { message, help, related, .. } = &mut finding.diagnostic;
        let words = related.own().map(|(_, word)| word);
        let texts =
            [Some(message), help.as_mut(), finding.field.as_mut(), finding.suppressed.as_mut()];
        texts.into_iter().flatten().chain(words).for_each(redact::in_place);
        if let Some(resource) = &mut finding.resource {
            // Others share it, and hardly any needs a change.
            if resource.texts().any(|text| matches!(redact::text(text), Cow::Owned(_))) {
                let Resource { api_version, kind, namespace, name } = Arc::make_mut(resource);
                let names = [api_version, kind, name].into_iter().chain(namespace);
                names.for_each(|text| *text = redact::text(text).into());
            }
        }
        finding
    }

    /// Whether it counts: it is not suppressed.
    pub fn is_open(&self) -> bool {
        self.suppressed.is_none()
    }
}

impl FindingBuilder {
    /// Names the way out.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.finding.diagnostic.help = Some(help.into());
        self
    }

    /// Puts another level in the place of the rule's own.
    pub fn level(&mut self, level: Level) -> &mut Self {
        self.finding.diagnostic.level = level;
        self
    }

    /// Adds a second place, with a word on what it has to do with the first.
    pub fn related(&mut self, place: Place, word: impl Into<String>) -> &mut Self {
        self.finding.diagnostic.related.push(place, word);
        self
    }

    /// Says what it has in common with others: those of one cause come to one finding, and `word` says what stands at the
    /// places of the others.
    pub fn together(&mut self, cause: impl Into<Arc<str>>, word: &'static str) -> &mut Self {
        self.finding.together = Some(Together { cause: cause.into(), word });
        self
    }

    /// Names the field by its path in the object.
    pub fn field(&mut self, field: impl Into<String>) -> &mut Self {
        self.finding.field = Some(field.into());
        self
    }

    /// Names the object that the finding is about, where it is not the one that is looked at.
    pub fn object(&mut self, resource: impl Into<Arc<Resource>>) -> &mut Self {
        self.finding.resource = Some(resource.into());
        self
    }

    /// Adds what would mend it.
    pub fn fix(&mut self, fix: Option<Plan>) -> &mut Self {
        self.finding.fixable = fix.is_some();
        self.fix = fix;
        self
    }
}
