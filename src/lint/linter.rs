//! Lets the rules look, and drops what somebody has allowed or suppressed. Knows nothing of where settings come from.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::index::ObjectIndex;
use super::suppression::{self, Ignore, Ignores, Suppression};
use super::verdict::{Judged, Verdict};
use super::{
    Check, Finding, FindingBuilder, Findings, ObjectRef, Outline, Pod, Resource, Rule, Run, find,
    rules::unused_suppression,
};
use crate::text::{Level, Place};

/// The rules of a run, and what they have found so far.
pub struct Linter<'a, 's> {
    pub findings: Findings,
    context: &'a ObjectIndex<'s>,
    rules: Vec<&'static Rule>,
    allow: HashSet<&'a str>,
    reasons: Reasons<'a, 's>,
    seen: Vec<Seen>,
    /// Whether the Secrets that were judged have errors.
    secrets: HashMap<usize, bool>,
}

/// Why findings are suppressed.
struct Reasons<'a, 's> {
    context: &'a ObjectIndex<'s>,
    ignores: Ignores<'a>,
    /// Places of the suppressions that suppress something, and of those that could have.
    used: HashSet<Place>,
    /// Numbers of the entries of `ignore` that suppress something.
    used_ignores: HashSet<usize>,
}

impl Reasons<'_, '_> {
    /// Suppresses a finding as suppressions of its rule say.
    fn take<'o>(&mut self, all: impl IntoIterator<Item = &'o Suppression>, finding: &mut Finding) {
        for own in all.into_iter().filter(|own| own.rule == finding.diagnostic.rule) {
            self.used.insert(own.place);
            finding.suppressed.get_or_insert_with(|| own.reason.clone());
        }
    }

    /// Suppresses a finding as the object says that it is about, beside the one that was looked at, else as the settings
    /// say; the number of the entry that does.
    fn of_others(&mut self, finding: &mut Finding, subject: Option<&Resource>) -> Option<usize> {
        let about = finding.resource.as_deref().filter(|about| Some(*about) != subject);
        let others = about.map_or(&[][..], |resource| self.context.suppressions(resource));
        self.take(others, finding);
        if finding.suppressed.is_some() {
            return None;
        }
        let number = self.ignores.covering(finding)?;
        finding.suppressed = Some(self.ignores.all[number].reason.clone());
        Some(number)
    }
}

/// A suppression that could suppress something.
struct Seen {
    suppression: Suppression,
    resource: Option<Arc<Resource>>,
    /// Whether it stands at an object without pods, so that most rules look at it only for the sake of a pod.
    needs_pods: bool,
}

impl<'a, 's> Linter<'a, 's> {
    pub fn new(
        rules: Vec<&'static Rule>,
        allow: &'a [String],
        ignore: &'a [Ignore],
        context: &'a ObjectIndex<'s>,
    ) -> Self {
        Self {
            findings: Findings::default(),
            context,
            rules,
            allow: allow.iter().map(String::as_str).collect(),
            reasons: Reasons {
                context,
                ignores: Ignores::new(ignore),
                used: HashSet::new(),
                used_ignores: HashSet::new(),
            },
            seen: Vec::new(),
            secrets: HashMap::new(),
        }
    }

    /// Takes over what another with the same rules has found in later documents.
    pub fn absorb(&mut self, later: Self) {
        self.findings.absorb(later.findings);
        self.reasons.used.extend(later.reasons.used);
        self.reasons.used_ignores.extend(later.reasons.used_ignores);
        self.seen.extend(later.seen);
        self.secrets.extend(later.secrets);
    }

    /// Whether a rule is one of the run's.
    pub fn is_enabled(&self, rule: &Rule) -> bool {
        self.rules.iter().any(|it| it.id == rule.id)
    }

    /// Drops the findings from a number on whose rules nobody has asked for.
    pub fn drop_unasked(&mut self, before: usize) {
        let rules = &self.rules;
        self.findings
            .drop_since(before, |finding| rules.iter().all(|it| it.id != finding.diagnostic.rule));
    }

    /// Judges a pod and its Secret; tells whether an error stands against it.
    pub fn pod(&mut self, pod: &Pod, suppressions: &[Suppression]) -> bool {
        let (before, outline) = (self.findings.len(), pod.outline());
        for rule in &self.rules {
            for check in rule.checks {
                match check {
                    Check::Pod(check) => check(pod, &mut self.findings),
                    Check::Outline(check) => check(&outline, &mut self.findings),
                    Check::Manifest(check) if !pod.is_admitted => check(pod, &mut self.findings),
                    _ => {}
                }
            }
        }
        self.see(suppressions, false);
        let refused = self.apply_suppressions(before, suppressions);
        // What a pod suppresses is its own: the Secret may be that of others too.
        let secret_refused = pod.secret.is_some_and(|secret| self.secret(secret.number));
        refused || secret_refused
    }

    /// Judges what a patch brings to pods that nobody sees, and its Secret; tells whether an error stands against it.
    pub fn patch(&mut self, pods: &Outline, suppressions: &[Suppression]) -> bool {
        let before = self.findings.len();
        for rule in &self.rules {
            for check in rule.checks {
                if let Check::Outline(check) | Check::Patch(check) = check {
                    check(pods, &mut self.findings);
                }
            }
        }
        let refused = self.apply_suppressions(before, suppressions);
        pods.secret.is_some_and(|secret| self.secret(secret.number)) || refused
    }

    /// Judges a Secret once; tells whether an error stands against it.
    pub fn secret(&mut self, number: usize) -> bool {
        if let Some(&refused) = self.secrets.get(&number) {
            return refused;
        }
        let (view, secret) = (self.context.view(number), self.context.tunnel_secret(number));
        let before = self.findings.len();
        let own = suppression::of(&view, view.object.metadata, &mut self.findings);
        for rule in &self.rules {
            for check in rule.checks {
                if matches!(check, Check::Conf) {
                    secret.report(&view, rule, &mut self.findings);
                }
            }
        }
        let refused = self.apply_suppressions(before, &own);
        self.secrets.insert(number, refused);
        refused
    }

    /// Judges an object by itself; tells whether an error stands against it.
    pub fn object(&mut self, view: &ObjectRef, suppressions: &[Suppression]) -> bool {
        let before = self.findings.len();
        if view.workload.is_none() {
            self.see(suppressions, true);
        }
        for rule in &self.rules {
            for check in rule.checks {
                if let Check::Object(check) = check {
                    check(view, &mut self.findings);
                }
            }
        }
        self.apply_suppressions(before, suppressions)
    }

    /// Judges what the run holds together.
    pub fn run(&mut self, run: &Run, suppressions: &HashMap<Place, Vec<Suppression>>) {
        let before = self.findings.len();
        for rule in &self.rules {
            for check in rule.checks {
                if let Check::Run(check) = check {
                    check(run, &mut self.findings);
                }
            }
        }
        for number in before..self.findings.len() {
            let place = self.findings.since(number)[0].finding.diagnostic.place;
            let own = place.and_then(|place| suppressions.get(&place));
            self.suppress(number, number + 1, own.map_or(&[], Vec::as_slice));
        }
        self.drop_allowed(before);
    }

    /// The numbers of the Secrets that were judged.
    pub fn secrets(&self) -> Vec<usize> {
        let mut numbers: Vec<_> = self.secrets.keys().copied().collect();
        numbers.sort_unstable();
        numbers
    }

    /// Drops and suppresses findings from a number on; tells whether an error is left.
    pub fn apply_suppressions(&mut self, before: usize, suppressions: &[Suppression]) -> bool {
        self.drop_allowed(before);
        self.suppress(before, self.findings.len(), suppressions);
        self.findings.refuses(before)
    }

    fn see(&mut self, suppressions: &[Suppression], needs_pods: bool) {
        let resource = self.findings.subject();
        self.seen.extend(suppressions.iter().map(|suppression| Seen {
            suppression: suppression.clone(),
            resource: resource.cloned(),
            needs_pods,
        }));
    }

    fn drop_allowed(&mut self, before: usize) {
        let allow = &self.allow;
        self.findings.drop_since(before, |finding| allow.contains(finding.diagnostic.rule));
    }

    fn suppress(&mut self, from: usize, to: usize, suppressions: &[Suppression]) {
        let subject = self.findings.subject().cloned();
        for number in from..to {
            let FindingBuilder { finding, verdict, .. } = &mut self.findings.since(number)[0];
            let rule = finding.diagnostic.rule;
            if find(rule).is_none_or(|rule| rule.never) {
                continue;
            }
            self.reasons.take(suppressions, finding);
            let by_pod = finding.suppressed.is_some();
            match *verdict {
                Some(verdict) => self.judge(verdict, by_pod),
                None => {
                    let ignore = self.reasons.of_others(finding, subject.as_deref());
                    self.reasons.used_ignores.extend(ignore);
                }
            }
        }
    }

    /// Suppresses what a verdict finds, but for a pod that suppresses all of it.
    fn judge(&mut self, number: usize, by_pod: bool) {
        let Verdict { findings, judged, .. } = &mut self.findings.verdicts[number];
        let judged = judged.get_or_insert_with(|| {
            let ignores = findings.iter_mut().filter_map(|it| self.reasons.of_others(it, None));
            let ignores = ignores.collect();
            let mut open = findings.iter().filter(|finding| finding.is_open());
            Judged { ignores, refuses: open.any(|it| it.diagnostic.level == Level::Error) }
        });
        if !by_pod {
            self.reasons.used_ignores.extend(std::mem::take(&mut judged.ignores));
        }
    }

    /// Reports the suppressions of active rules that suppressed nothing.
    pub fn unused(&mut self, run: &Run) {
        let is_active = |id: &str| self.rules.iter().any(|rule| rule.id == id);
        if !is_active(unused_suppression::RULE.id) {
            return;
        }
        for (rule, number) in self.findings.suppressed_twins() {
            let own = self.context.suppressions_of(number).iter().filter(|own| own.rule == rule);
            self.reasons.used.extend(own.map(|own| own.place));
        }
        for Seen { suppression, resource, needs_pods } in &self.seen {
            let could = !needs_pods
                || !run.targets.is_empty()
                || find(suppression.rule).is_some_and(Rule::looks_at_objects);
            if could
                && !self.reasons.used.contains(&suppression.place)
                && is_active(suppression.rule)
            {
                self.findings.set_subject(resource.clone());
                unused_suppression::report(suppression.rule, suppression.place, &mut self.findings);
            }
        }
        self.findings.set_subject(None);
        for (number, ignore) in self.reasons.ignores.all.iter().enumerate() {
            if let Some(place) = ignore.place
                && !self.reasons.used_ignores.contains(&number)
                && is_active(&ignore.rule)
            {
                unused_suppression::report(&ignore.rule, place, &mut self.findings);
            }
        }
    }

    /// All findings, in no order.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings.into_list()
    }
}
