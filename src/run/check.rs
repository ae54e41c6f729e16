//! Looks at every document of a run with the eyes of the rules, and plans what they can mend. Knows nothing of files or
//! output.

use std::collections::HashMap;

use super::analysis::{Chosen, spec};
use super::apart::Apart;
use super::editor::PodChange;
use super::gather::Documents;
use super::left_out::Left;
use super::listed::Listed;
use super::plan::{Planned, Verb, build};
use super::pod_template::{PodTemplateRef, ResolvedTarget};
use super::walker::{Walker, walk};
use crate::config::Layer;
use crate::kube::{Kinds, Targets, select};
use crate::lint::rules::signed_file::{self, Signature};
use crate::lint::rules::{image_replaced, policy_reach, script_config_map, stale_injection};
use crate::lint::suppression::Suppression;
use crate::lint::{Pod, Rule};
use crate::policy;
use crate::report::summary::Action;
use crate::text::Source;
use crate::wireguard::existing::Presence;
use crate::wireguard::mark::{self, Mark};
use crate::wireguard::settings::WorkloadRef;
use crate::yaml::verify::Part;
use crate::yaml::write::Plan;
use crate::yaml::{NodeId, Tree};

/// Lets the rules look at everything; the edits are what would mend some of it.
pub fn check(
    sources: &[Source],
    layer: &Layer,
    kinds: &Kinds,
    targets: &Targets,
    rules: Vec<&'static Rule>,
) -> Planned {
    walk(Documents::split(sources), &rules, Verb::Lint, layer, kinds, targets)
}

impl<'s> Walker<'_, 's> {
    /// Looks at a template; tells what it is left with. What suppresses findings in it suppresses them in its object too.
    pub(super) fn lint(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        chosen: Chosen,
        objects: &mut Vec<Suppression>,
    ) -> Left {
        let PodTemplateRef { tree, workload, template } = site;
        let own = self.suppressions(site);
        objects.extend(own.iter().cloned());
        let left = match chosen {
            Chosen::Yes(spec)
                if !self.is_left_to_policies(site, spec) && self.pod(site, spec, true, &own) =>
            {
                Left::With
            }
            Chosen::Yes(_) => self.admitted(site, chosen, &own),
            Chosen::Hollow => {
                if self.is_configured() {
                    self.analysis.hollow(tree, workload, Some(template));
                }
                Left::Excused
            }
            Chosen::No | Chosen::Skipped => {
                if let (Chosen::Skipped, Some(spec)) = (chosen, spec(tree, Some(template))) {
                    self.pod(site, spec, false, &own);
                }
                let left = self.analysis.not_chosen(site, chosen, &own);
                // What the settings or the object itself leave to others a policy may take.
                let is_left = chosen == Chosen::Skipped || self.analysis.targets.of_settings;
                match (is_left && left != Left::With).then(|| self.admitted(site, chosen, &own)) {
                    Some(admitted) if admitted != Left::Without => admitted,
                    _ => left,
                }
            }
        };
        if left == Left::Without {
            self.analysis.not_injected(site, &own);
        }
        left
    }

    /// Whether a pod asks a policy of the run for its tunnel, and no selection says that `inject` is to add one.
    fn is_left_to_policies(&mut self, site: PodTemplateRef<'_, 's>, spec: NodeId) -> bool {
        let PodTemplateRef { tree, workload, template } = site;
        !self.analysis.layer.selection.is_some()
            && !self.analysis.run.context.policies().is_empty()
            && select::asks(tree, &workload.object, Some(template)).is_some()
            && matches!(self.analysis.presence(site, spec), Presence::Absent)
    }

    /// Looks at a pod; tells whether it has a tunnel or is to get one.
    fn pod(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        spec: NodeId,
        chosen: bool,
        own: &[Suppression],
    ) -> bool {
        let presence = self.analysis.presence(site, spec);
        let context = self.analysis.run.context;
        let is_meant = self.is_configured() && chosen;
        let meant = if is_meant {
            self.analysis.meant(site, &presence)
        } else {
            site.settings(&self.analysis.layer.settings, self.analysis.findings());
            None
        };
        if !is_meant && matches!(presence, Presence::Absent) {
            return false;
        }
        let pod = self.analysis.pod(site, spec, &presence, meant.as_ref());
        let namespace = site.workload.object.namespace.as_deref();
        let found = pod.secret_name().and_then(|name| context.secret(namespace, &name));
        let pod = Pod { secret: found.as_ref(), ..pod };
        let is_current = meant.as_ref().map(|meant| !self.stale(&pod, meant, own));
        let resource = self.analysis.subject();
        let listed = Listed::new(&pod, resource, is_current);
        self.analysis.listed.push(if chosen { listed } else { listed.not_selected() });
        if let Some(secret) = pod.secret_name() {
            let script = script_config_map::name(&pod);
            self.analysis.target(pod.name_place(), site, secret.into(), script, false);
        }
        self.analysis.judged += 1;
        self.analysis.linter.pod(&pod, own);
        true
    }

    /// Reports a block that `inject` would write in another way, and a signature that it would break; tells whether it
    /// would.
    fn stale(&mut self, pod: &Pod, meant: &ResolvedTarget, own: &[Suppression]) -> bool {
        let existing = pod.existing().cloned();
        let is_edited = existing.as_ref().is_some_and(|existing| existing.edited.is_some());
        if is_edited || (existing.is_none() && !matches!(pod.presence, Presence::Absent)) {
            return false;
        }
        let mark = existing.as_ref().map(|existing| pod.place(existing.mark_key));
        let wanted = build(&mut self.editor.blocks, pod, meant);
        let job = PodChange { workload: 0, template: 0, existing, wanted: Some(wanted) };
        if job.action(pod.tree) == Action::Unchanged {
            return false;
        }
        let before = self.analysis.findings().len();
        let mut changes = job.changes(pod.tree);
        let is_replaced = image_replaced::is_replaced(pod);
        if is_replaced {
            // That has a rule of its own, and `inject` refuses it.
            changes.retain(|change| !change.starts_with("image "));
        }
        if let Some(place) = mark
            && self.analysis.linter.is_enabled(&stale_injection::RULE)
            && !(is_replaced && changes.is_empty())
        {
            stale_injection::report(place, changes, self.analysis.findings());
        }
        if self.analysis.linter.is_enabled(&signed_file::RULE) {
            let block = job.wanted.as_ref().map(|build| &build.block);
            let object = (&pod.workload.object, pod.template);
            signed_file::report(pod.tree, object, block, self.analysis.findings());
        }
        self.analysis.linter.apply_suppressions(before, own);
        true
    }

    /// Reports a policy of ours that adds another tunnel than the settings mean.
    fn stale_policies(&mut self) {
        let settings = &self.analysis.layer.settings;
        if settings.is_empty() || !self.analysis.linter.is_enabled(&stale_injection::RULE) {
            return;
        }
        let resolved = settings.resolve(&WorkloadRef::any(None));
        let (Ok(resolved), Ok(secret)) = (resolved, settings.secret_pattern()) else { return };
        let mut wanted = HashMap::new();
        let context = self.analysis.run.context;
        for policy in context.policies() {
            let view = context.view(policy.number);
            let own = |key: &str| view.object.annotation(view.tree, key);
            let differs = |(key, text): &(&str, String)| {
                own(key)
                    .filter(|&node| view.tree.string(node).is_none_or(|own| own != text.as_str()))
            };
            let Some(mark) = own(mark::KEY) else { continue };
            let mark = view.tree.string(mark).and_then(|text| Mark::parse(&text).ok());
            // A policy sees pods, so its Secret cannot be called after their workload.
            let named = mark.filter(|_| secret.contains("{name}"));
            let secret = named.map_or_else(|| secret.clone().into(), |(mark, _)| mark.secret());
            let wanted = wanted.entry(secret).or_insert_with_key(|secret| {
                policy::annotations(&resolved.tunnel, &resolved.recorded, secret)
            });
            if let Some(node) = wanted.iter().find_map(differs) {
                self.analysis.set_subject(&view);
                let suppressions = self.analysis.suppressions(view.tree, view.object, None);
                let before = self.analysis.findings().len();
                stale_injection::report_policy(view.place(node), self.analysis.findings());
                self.analysis.linter.apply_suppressions(before, &suppressions);
            }
        }
    }

    /// Plans what mends the findings of one document from a number on.
    pub(super) fn mend(&mut self, tree: &Tree<'s>, before: usize) {
        let is_signed = self.breaks_signature(tree, before);
        let found = self.analysis.findings().since(before).iter_mut();
        let found = found.filter_map(|found| {
            found.finding.fixable &= !is_signed;
            (!is_signed).then_some(found)
        });
        let fixes: Vec<_> = found
            .filter_map(|found| {
                let fix = found.fix.take().filter(|_| found.finding.is_open())?;
                Some((found.finding.diagnostic.rule, fix))
            })
            .collect();
        let (mended, plan) = self.agreeing(tree, fixes);
        self.mended.extend(mended.into_iter().map(|rule| (tree.source(), rule)));
        self.editor.add(self.analysis.sources, tree, Ok(plan.edits));
    }

    /// The fixes that leave what was planned, and of those that meet the first: the next pass sees to the other. One that
    /// leaves something else is a mistake of ours, which is no reason to refuse a run: it is dropped.
    fn agreeing(
        &mut self,
        tree: &Tree<'s>,
        fixes: Vec<(&'static str, Plan)>,
    ) -> (Vec<&'static str>, Plan) {
        let (mut rules, mut apart) = (Vec::new(), Apart::default());
        for (rule, fix) in &fixes {
            if apart.add(fix) {
                rules.push(*rule);
            }
        }
        let Err(path) = self.editor.verify(tree, Part::whole(tree), &mut apart.plan) else {
            return (rules, apart.plan);
        };
        if let [(rule, _)] = fixes[..] {
            self.dropped.push(format!("{rule}: {path}"));
            return (Vec::new(), Plan::default());
        }
        let mut first = fixes;
        let second = first.split_off(first.len() / 2);
        let (mut rules, plan) = self.agreeing(tree, first);
        let (others, other) = self.agreeing(tree, second);
        let mut both = Apart::default();
        if both.add(&plan)
            && both.add(&other)
            && self.editor.verify(tree, Part::whole(tree), &mut both.plan).is_ok()
        {
            rules.extend(others);
            return (rules, both.plan);
        }
        (rules, plan)
    }

    /// Whether a document has anything to mend and a signature that a mending would break.
    fn breaks_signature(&mut self, tree: &Tree<'s>, before: usize) -> bool {
        let fixes = self.analysis.findings().since(before).iter().any(|found| found.fix.is_some());
        let objects = if fixes { self.analysis.objects(tree) } else { Vec::new() };
        let signatures = objects.iter().filter_map(|object| Signature::of(tree, object));
        signatures.into_iter().any(Signature::covers_all)
    }

    /// Judges what no document leads to: the Secrets of tunnels, and policies of ours.
    pub(super) fn judge_context(&mut self) {
        let context = self.analysis.run.context;
        for &number in context.numbers("", "Secret") {
            if context.tunnel_secret(number).is_tunnel() {
                self.analysis.linter.secret(number);
            }
        }
        self.stale_policies();
        self.unbound_policies();
    }

    /// Reports policies of ours that no binding puts in force.
    fn unbound_policies(&mut self) {
        let context = self.analysis.run.context;
        for policy in context.policies().iter().filter(|policy| !policy.is_bound()) {
            let view = context.view(policy.number);
            let before = self.analysis.findings().len();
            policy_reach::unbound(&view, self.analysis.findings());
            self.analysis.linter.apply_suppressions(before, &[]);
        }
    }
}
