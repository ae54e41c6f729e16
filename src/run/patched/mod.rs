//! Puts patches into the objects that take them, and takes them out again. Knows nothing of files, nor of how such an
//! object is written.

mod guess;
mod orders;
mod ours;
mod pass;

pub use orders::{Aim, Orders};
pub use ours::{
    Ours, find, holds_ours, named, of_resource, others, row, state, with_kustomization,
};
pub use pass::{Job, carry_out, contents};

use std::sync::Arc;

use self::orders::Order;
use self::pass::{is_current, wanted};
use super::list::Listed;
use super::plan::Verb;
use super::survey::Survey;
use super::target::{kept, report_annotations, report_settings};
use crate::kube::Object;
use crate::kube::kinds::Spread;
use crate::kube::patched::Patched;
use crate::lint::rules::signed_file;
use crate::lint::rules::{
    daemonset_shares_key, duplicate_key, explicit_key, merge_key, rendered_elsewhere,
    shared_anchor, stale_injection, weaker_tunnel,
};
use crate::lint::suppression::Suppression;
use crate::lint::{View, Way};
use crate::report::summary::Action;
use crate::text::Level;
use crate::wireguard::annotations;
use crate::wireguard::changes::changes;
use crate::wireguard::mark::Mark;
use crate::wireguard::patch::{self, State};
use crate::wireguard::settings::{Resolved, Settings, WorkloadRef};
use crate::yaml::{NodeId, Tree};

/// Decides about the patches of one document.
pub struct Patcher<'p, 'a, 's> {
    pub survey: &'p mut Survey<'a, 's>,
    pub orders: &'p Orders,
    pub verb: Verb,
}

impl<'s> Patcher<'_, '_, 's> {
    /// The jobs for one object; its number in the document goes with them. The second value tells whether somebody has
    /// asked for patches of it, or it has some that go.
    pub fn object(
        &mut self,
        tree: &Tree<'s>,
        number: usize,
        object: &Object<'s>,
        jobs: &mut Vec<Job>,
    ) -> bool {
        let name = self.survey.sources[tree.source()].name.clone();
        let Some(row) = row(object, &name) else { return false };
        let orders: Vec<_> = self.orders.of(row, object, &name).collect();
        let object = &named(object, row, &name);
        let view = View { tree, object, workload: None };
        let before = jobs.len();
        match self.verb {
            Verb::Uninject => {
                if self.survey.targets.covers_patched(tree, object) {
                    self.take_out(&view, row, number, &[], jobs);
                }
            }
            // What it says of them is in `check`.
            Verb::Lint => return false,
            _ if orders.is_empty() => {
                for one in find(tree, object, row, self.survey.kinds) {
                    self.survey.turn_to(&view);
                    self.survey.patch_bystander(&view, row, &one);
                }
                return false;
            }
            Verb::Unpatch => {
                self.survey.met.patched.extend(orders.iter().map(|(number, _)| *number));
                self.survey.met.objects.push(view.resource().into());
                let aims: Vec<_> =
                    orders.iter().flat_map(|(_, order)| order.targets.clone()).collect();
                self.take_out(&view, row, number, &aims, jobs);
                return true;
            }
            Verb::Inject | Verb::Patch => {
                self.survey.met.patched.extend(orders.iter().map(|(number, _)| *number));
                self.survey.turn_to(&view);
                let subject = self.survey.subject();
                self.survey.met.objects.push(subject);
                if !self.is_covered(tree, object) {
                    return true;
                }
                if self.survey.targets.is_disabled(tree, object) {
                    self.survey.outcome(Action::Skipped("disabled by wgsidecar.dev/inject"), None);
                    return true;
                }
                let ours = find(tree, object, row, self.survey.kinds);
                for aim in self.aims(&view, row, &orders, &ours) {
                    self.put_in(&view, row, number, aim, &ours, jobs);
                }
                return true;
            }
        }
        jobs.len() > before
    }

    /// Whether the selection covers an object that has patches, or is to have some.
    fn is_covered(&mut self, tree: &Tree<'s>, object: &Object<'s>) -> bool {
        let targets = self.survey.targets;
        // A selection of the settings file is about workloads: its patches say themselves where they go.
        let is_covered =
            self.verb == Verb::Patch || targets.of_settings || targets.covers_patched(tree, object);
        match is_covered {
            true => self.survey.met.targets.extend(targets.named.of(object)),
            false => {
                self.survey.met.seen += 1;
                self.survey.not_selected(tree, object);
            }
        }
        is_covered
    }

    /// Looks at the patches in an object, those that are there and those that the settings ask for. Tells whether that is
    /// all that is to be looked at.
    pub fn check(&mut self, tree: &Tree<'s>, object: &Object<'s>, source: &str) -> bool {
        let Some(row) = row(object, source) else { return false };
        let mut orders: Vec<_> = self.orders.of(row, object, source).collect();
        let object = &named(object, row, source);
        let ours = find(tree, object, row, self.survey.kinds);
        if ours.is_empty() && orders.is_empty() {
            return row.is_kustomize();
        }
        self.survey.met.patched.extend(orders.iter().map(|(number, _)| *number));
        let workload = self.survey.workload(tree, object);
        let view = View { tree, object, workload: workload.as_ref() };
        self.survey.turn_to(&view);
        let own = self.survey.suppressions(tree, object, None);
        if !self.is_covered(tree, object) {
            ours.iter().for_each(|one| self.survey.patch_bystander(&view, row, one));
            return true;
        }
        if self.survey.targets.is_disabled(tree, object) {
            orders.clear();
        }
        let mut aims: Vec<&Aim> = Vec::new();
        for aim in orders.iter().flat_map(|(_, order)| &order.targets) {
            if !aims.contains(&aim) {
                aims.push(aim);
            }
        }
        let is = |aim: &Aim, one: &Ours| one.is_by_name && aim.is(&one.held);
        for one in &ours {
            let asked = aims.iter().copied().find(|aim| is(aim, one));
            self.judge(&view, row, one, asked, &own);
        }
        for aim in aims.into_iter().filter(|aim| !ours.iter().any(|one| is(aim, one))) {
            self.miss(&view, row, aim, &own);
        }
        if !row.is_kustomize() {
            self.survey.judge.object(&view, &own);
        }
        true
    }

    /// Judges a patch that is there; `asked` is what the settings ask for in its place.
    fn judge(
        &mut self,
        view: &View<'_, 's>,
        row: &'static Patched,
        one: &Ours,
        asked: Option<&Aim>,
        own: &[Suppression],
    ) {
        let before = self.survey.findings().len();
        state(view, one, self.survey.findings());
        if one.is_by_name {
            others(view, row, &one.aim(), Some(one), self.survey.findings());
        }
        self.survey.judge.drop_unasked(before);
        let is_current = asked.and_then(|aim| self.is_as_asked(view, row, one, aim));
        self.survey.judge.settle(before, own);
        self.count();
        let secret = one.held.secret.as_deref();
        let found = secret.and_then(|secret| self.secret(view, row, secret));
        let listed = Listed::of_patch(one, self.survey.subject(), is_current);
        self.list(view, row, listed, found);
        let Some(secret) = secret.filter(|_| one.is_by_name) else { return };
        self.survey.patch_target(view, row, &one.target(), secret.into());
        if let Some(number) = found {
            self.survey.judge.secret(number);
        }
    }

    /// Whether a patch is the one that the settings mean; `None` if that cannot be told. What is wrong with it is reported.
    fn is_as_asked(
        &mut self,
        view: &View<'_, 's>,
        row: &'static Patched,
        one: &Ours,
        aim: &Aim,
    ) -> Option<bool> {
        if one.held.state != State::Whole {
            return None;
        }
        let (resolved, settings) = self.meant(view, row, aim, one.held.mark.as_ref())?;
        self.weaker(view, one, &resolved);
        let is_current = is_current(&one.held, &wanted(&resolved, &settings, Some(&one.held)));
        if !is_current && self.survey.judge.looks_for(&stale_injection::RULE) {
            stale_injection::report(one.place(view.tree), self.survey.findings());
        }
        Some(is_current)
    }

    /// Reports a patch that the settings ask for and that is not there.
    fn miss(&mut self, view: &View<'_, 's>, row: &'static Patched, aim: &Aim, own: &[Suppression]) {
        let before = self.survey.findings().len();
        if self.survey.judge.looks_for(&rendered_elsewhere::RULE) {
            let message =
                format!("the patch of `{}` that the settings ask for is missing", aim.display());
            self.survey
                .findings()
                .add(&rendered_elsewhere::RULE, view.name_place(), message)
                .level(Level::Error)
                .help("run `wgsidecar inject -i` with these settings");
        }
        let meant = self.meant(view, row, aim, None);
        self.survey.judge.settle(before, own);
        self.count();
        let listed = Listed::missing_patch(aim, self.survey.subject(), meant.as_ref());
        let found =
            meant.as_ref().and_then(|(resolved, _)| self.secret(view, row, &resolved.secret));
        self.list(view, row, listed, found);
        if let Some((resolved, _)) = meant {
            self.survey.patch_target(view, row, &aim.display(), resolved.secret);
        }
    }

    fn count(&mut self) {
        self.survey.met.patches += 1;
        self.survey.met.chosen += 1;
    }

    /// The number of the Secret that the patched pods read, where the run holds it.
    fn secret(&self, view: &View, row: &Patched, name: &str) -> Option<usize> {
        let namespace = row.namespace(view.tree, view.object);
        let found = self.survey.run.context.secret(namespace.as_deref(), name)?;
        Some(found.number)
    }

    fn list(&mut self, view: &View, row: &Patched, listed: Listed, secret: Option<usize>) {
        let namespace = row.namespace(view.tree, view.object).map(Into::into);
        let secret = secret.map(|number| self.survey.run.context.tunnel_secret(number));
        self.survey.listed.push(listed.in_namespace(namespace).reading(secret));
    }

    /// Warns of a patch that would guard less than the one that is there.
    fn weaker(&mut self, view: &View<'_, 's>, ours: &Ours, resolved: &Resolved) {
        let looks = self.verb == Verb::Patch || self.survey.judge.looks_for(&weaker_tunnel::RULE);
        if let (Some(mark), true) = (&ours.held.mark, looks) {
            let place = ours.place(view.tree);
            let keeps = self.survey.layer.keep == Some(true);
            weaker_tunnel::report(place, mark, &resolved.tunnel, keeps, self.survey.findings());
        }
    }

    /// The workloads that an object is to have patches for.
    fn aims(
        &mut self,
        view: &View<'_, 's>,
        row: &Patched,
        orders: &[(usize, &Order)],
        ours: &[Ours],
    ) -> Vec<Aim> {
        let mut aims: Vec<Aim> = Vec::new();
        for aim in orders.iter().flat_map(|(_, order)| &order.targets) {
            if !aims.contains(aim) {
                aims.push(aim.clone());
            }
        }
        if !aims.is_empty() {
            return aims;
        }
        let named = ours.iter().filter(|it| it.is_by_name);
        aims.extend(named.map(|it| it.aim()));
        if aims.is_empty() {
            let place = view.name_place();
            match guess::workload(view.tree, view.object, row) {
                Ok(aim) => {
                    self.survey.met.guessed.push(aim.display());
                    aims.push(aim);
                }
                Err(why) => {
                    let message = format!("it is not known which workload the patch is for: {why}");
                    let found =
                        self.survey.findings().add(&rendered_elsewhere::RULE, place, message);
                    found.level(Level::Error).help(
                        "name it: `--target deploy/NAME`, or under `patches` in the settings file",
                    );
                }
            }
        }
        aims
    }

    fn put_in(
        &mut self,
        view: &View<'_, 's>,
        row: &'static Patched,
        number: usize,
        aim: Aim,
        ours: &[Ours],
        jobs: &mut Vec<Job>,
    ) {
        let &View { tree, object, .. } = view;
        let own = self.survey.suppressions(tree, object, None);
        let before = self.survey.findings().len();
        let existing = ours.iter().find(|it| it.is_by_name && aim.is(&it.held));
        let mark = existing.and_then(|existing| existing.held.mark.as_ref());
        let meant = self.meant(view, row, &aim, mark);
        match existing {
            Some(ours) => self.state(view, ours),
            None => self.spot(view, row),
        }
        if aim.row.templates[0].spread == Spread::PerNode {
            let message = "one key for a pod on each node: the patch is for a DaemonSet";
            self.survey
                .findings()
                .add(&daemonset_shares_key::RULE, view.name_place(), message)
                .help("use another kind, or `--allow daemonset-shares-key`");
        }
        others(view, row, &aim, existing, self.survey.findings());
        if let (Some(ours), Some((resolved, _))) = (existing, &meant) {
            self.weaker(view, ours, resolved);
        }
        let wanted = meant
            .map(|(resolved, settings)| wanted(&resolved, &settings, existing.map(|it| &it.held)));
        let is_current = existing
            .zip(wanted.as_ref())
            .is_some_and(|(ours, wanted)| is_current(&ours.held, wanted));
        if !is_current {
            self.signature(view);
        }
        let refused = self.survey.judge.settle(before, &own);
        let Some(wanted) = wanted else { return };
        let secret: Arc<str> = wanted.block.secret().into();
        self.survey.patch_target(view, row, &aim.display(), Arc::clone(&secret));
        if refused {
            return;
        }
        let action = match (is_current, existing) {
            (true, _) => Action::Unchanged,
            (false, Some(_)) => Action::Updated,
            (false, None) => Action::Injected,
        };
        let changes = match (action, mark) {
            (Action::Updated, Some(mark)) => changes(mark, &wanted.mark),
            _ => Vec::new(),
        };
        let namespace = row.namespace(view.tree, view.object).map(Into::into);
        let in_use = Some(wanted.in_use.clone());
        self.survey.patch_outcome(&aim.display(), namespace, action, in_use, changes);
        if !is_current {
            jobs.push(Job { object: number, row, aim, wanted: Some(wanted) });
        }
    }

    /// What is meant for a workload that an object patches.
    fn meant(
        &mut self,
        view: &View<'_, 's>,
        row: &Patched,
        aim: &Aim,
        mark: Option<&Mark>,
    ) -> Option<(Resolved, Settings)> {
        let &View { tree, object, .. } = view;
        let (own, bad) = annotations::read(tree, object.metadata, None);
        if !bad.is_empty() {
            report_annotations(tree, bad, self.survey.findings());
            return None;
        }
        let mut settings = own.over(&self.survey.layer.settings);
        if let (Some(true), Some(mark)) = (self.survey.layer.keep, mark) {
            settings = settings.over(&kept(
                self.survey.layer,
                mark,
                view.name_place(),
                self.survey.findings(),
            )?);
        }
        let namespace = row.namespace(tree, object);
        let workload = WorkloadRef {
            kind: aim.row.kind,
            name: Some(&aim.name),
            namespace: namespace.as_deref(),
            ordinal: patch::ordinal(aim.row),
        };
        match settings.resolve(&workload) {
            Ok(resolved) => Some((resolved, settings)),
            Err(bad) => {
                report_settings(view.name_place(), &bad, self.survey.findings());
                None
            }
        }
    }

    /// Reports what keeps a patch of ours from being replaced or taken out.
    fn state(&mut self, view: &View<'_, 's>, ours: &Ours) {
        state(view, ours, self.survey.findings());
        let way = ours.list.way();
        self.way(view, &way);
    }

    /// Reports what keeps a patch from being put in.
    fn spot(&mut self, view: &View<'_, 's>, row: &Patched) {
        match row.spot(view.tree, view.object) {
            Ok(spot) => self.way(view, &spot.way),
            Err(closed) => {
                let place = view.place(closed.node);
                let findings = self.survey.findings();
                findings
                    .add(&rendered_elsewhere::RULE, place, closed.message)
                    .level(Level::Error)
                    .help(closed.help);
            }
        }
    }

    fn way(&mut self, view: &View<'_, 's>, steps: &[(NodeId, Option<&'static str>)]) {
        let tree = view.tree;
        let root = (tree.root() != view.object.node).then_some((tree.root(), None));
        let list = view.object.list.map(|list| (list, None));
        let steps: Vec<_> = root.into_iter().chain(list).chain(steps.iter().copied()).collect();
        let way = Way { tree, steps: &steps };
        let findings = self.survey.findings();
        for check in [
            shared_anchor::check_way,
            merge_key::check_way,
            duplicate_key::check_way,
            explicit_key::check_way,
        ] {
            check(way, findings);
        }
    }

    fn signature(&mut self, view: &View<'_, 's>) {
        let keys = ["spec", "postRenderers", "kustomize", "patches", "source", "sources", "target"];
        let leaf = ["patch", "name", "kind", "group", "version"];
        let path = |leaf: &&str| keys.iter().chain([leaf]).map(|it| (*it).to_owned()).collect();
        let leaves: Vec<Vec<String>> = leaf.iter().map(path).collect();
        signed_file::report_leaves(view, &leaves, self.survey.findings());
    }

    /// The jobs that take patches out: those for some workloads, or all.
    fn take_out(
        &mut self,
        view: &View<'_, 's>,
        row: &'static Patched,
        number: usize,
        aims: &[Aim],
        jobs: &mut Vec<Job>,
    ) {
        let &View { tree, object, .. } = view;
        let ours = find(tree, object, row, self.survey.kinds);
        let meant = |it: &&Ours| aims.is_empty() || aims.iter().any(|aim| aim.is(&it.held));
        let going: Vec<_> = ours.iter().filter(meant).collect();
        if going.is_empty() {
            return;
        }
        self.survey.turn_to(view);
        self.survey.met.seen += 1;
        self.survey.met.chosen += 1;
        let own = self.survey.suppressions(tree, object, None);
        let before = self.survey.findings().len();
        going.iter().for_each(|ours| self.state(view, ours));
        self.signature(view);
        if self.survey.judge.settle(before, &own) {
            return;
        }
        for ours in going {
            self.survey.patch_outcome(&ours.target(), None, Action::Uninjected, None, Vec::new());
            let aim = ours.aim();
            jobs.push(Job { object: number, row, aim, wanted: None });
        }
    }
}
