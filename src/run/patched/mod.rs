//! Puts patches into the objects that take them, and takes them out again. Knows nothing of files, nor of how such an
//! object is written.

mod built;
mod covered;
mod files;
mod guess;
mod kustomized;
mod look;
mod orders;
mod ours;
mod pass;
mod pods;
mod values;

pub use covered::{At, Cover, Covered, Says};
pub use files::behind;
pub use kustomized::Kustomized;
pub use orders::{Aim, Orders};
pub use ours::{
    Ours, find, holds_ours, named, of_resource, others, replaced, report_others, row, state,
    with_kustomization,
};
pub use pass::{PatchChange, carry_out, contents};
pub use pods::PatchedPods;

use std::path::Path;
use std::sync::Arc;

use self::orders::Asked;
use self::pass::wanted;
use super::analysis::Analysis;
use super::patch::in_shell;
use super::plan::Verb;
use super::pod_template::{kept, report_annotations, report_settings};
use super::unmatched::LeftPatch;
use crate::kube::patched::{self, Patched};
use crate::kube::{Id, Object};
use crate::lint::findings::listed;
use crate::lint::rules::{
    duplicate_key, explicit_key, merge_key, not_selected, rendered_elsewhere, shared_anchor,
    signed_file, weaker_tunnel,
};
use crate::lint::suppression::Suppression;
use crate::lint::{ObjectRef, Resource, Way};
use crate::report::summary::Action;
use crate::text::Level;
use crate::wireguard::annotations;
use crate::wireguard::changes::changes;
use crate::wireguard::mark::Mark;
use crate::wireguard::patch;
use crate::wireguard::settings::{Resolved, Settings, WorkloadRef};
use crate::yaml::{NodeId, Tree};

/// Decides about the patches of one document.
pub struct Patcher<'p, 'a, 's> {
    pub analysis: &'p mut Analysis<'a, 's>,
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
        jobs: &mut Vec<PatchChange>,
    ) -> bool {
        let name = self.analysis.sources[tree.source()].name.clone();
        let Some(row) = row(object, &name) else { return false };
        let asked = self.orders.of(row, object, &name);
        let object = &named(object, row, &name);
        let site = Site { view: ObjectRef { tree, object, workload: None }, row, number };
        let before = jobs.len();
        match (self.verb, asked.is_some()) {
            // What it says of them is in `look`.
            (Verb::Lint, _) => false,
            (Verb::Uninject, _) => {
                let ours = find(tree, object, row, self.analysis.kinds);
                let going: Vec<_> = ours.iter().filter(|it| self.covers(&site, it)).collect();
                self.take_out(&site, &going, jobs);
                jobs.len() > before
            }
            (Verb::Unpatch, true) => {
                self.unpatch(&site, &asked.unwrap_or_default(), jobs);
                true
            }
            (Verb::Inject | Verb::Patch | Verb::Unpatch, _) => self.inject(&site, asked, jobs),
        }
    }

    /// Puts in what is asked for, and says what is left alone; tells whether nothing else is to be done to it.
    fn inject(
        &mut self,
        site: &Site<'_, 's>,
        asked: Option<Asked>,
        jobs: &mut Vec<PatchChange>,
    ) -> bool {
        let &Site { view: ObjectRef { tree, object, .. }, row, .. } = site;
        let ours = find(tree, object, row, self.analysis.kinds);
        if asked.is_none() && ours.is_empty() {
            return row.is_kustomize();
        }
        self.set_subject(&site.view);
        let is_disabled = self.analysis.targets.is_disabled(tree, object);
        let is_asked = asked.is_some();
        let Asked { orders, aims } = asked.unwrap_or_default();
        if is_asked {
            self.analysis.met.patched.extend(orders);
            let subject = self.analysis.subject();
            self.analysis.met.objects.push(subject);
        }
        let (chosen, left): (Vec<_>, Vec<_>) =
            aims.iter().cloned().partition(|aim| self.is_meant(site, aim));
        self.analysis.met.seen += left.len();
        left.iter().for_each(|_| self.analysis.not_selected(tree, object));
        let is_chosen = is_asked && left.len() < aims.len().max(1);
        if is_disabled && is_chosen {
            self.analysis.outcome(Action::Skipped("disabled by wgsidecar.dev/inject"), None);
        }
        let chosen = if is_chosen && !is_disabled {
            self.with_guesses(site, chosen, &ours)
        } else {
            Vec::new()
        };
        let foreign = others(tree, object, row, &ours);
        for aim in &chosen {
            self.count(site, Some(aim));
            self.put_in(site, aim, (&ours, &foreign), jobs);
        }
        self.must_match(site, chosen.iter().map(|aim| (aim.clone(), aim.find(&ours))));
        for one in ours.iter().filter(|one| !chosen.iter().any(|aim| aim.is_of(one))) {
            let is_meant = aims.iter().any(|aim| aim.is_of(one)) || self.verb != Verb::Inject;
            if is_meant && !is_disabled {
                self.analysis.patch_bystander(&site.view, row, one);
            } else {
                self.leave(site, one, is_disabled);
            }
        }
        is_asked || row.is_kustomize()
    }

    /// Turns to an object, which may be the one that a target means.
    fn set_subject(&mut self, view: &ObjectRef<'_, 's>) {
        self.analysis.set_subject(view);
        if !self.analysis.targets.named.is_empty() {
            let subject = self.analysis.subject();
            self.analysis.met.workloads.push(subject);
        }
    }

    /// Remembers the patches of a kustomization, until it is known what its files hold.
    fn must_match<'o>(
        &mut self,
        site: &Site<'_, 's>,
        patches: impl Iterator<Item = (Aim, Option<&'o Ours>)>,
    ) {
        let view = &site.view;
        let own = self.analysis.suppressions(view.tree, view.object, None);
        let subject = self.analysis.subject();
        let Some(mut kustomized) = Kustomized::read(site, subject, own) else { return };
        for (aim, existing) in patches {
            let place = existing.map_or(view.name_place(), |ours| ours.place(view.tree));
            kustomized.add(view.tree, place, aim, existing);
        }
        self.analysis.kustomized.push(kustomized);
    }

    /// Takes out what is asked for; what is not there is a mistake of who asks.
    fn unpatch(&mut self, site: &Site<'_, 's>, asked: &Asked, jobs: &mut Vec<PatchChange>) {
        let &Site { view: ObjectRef { tree, object, .. }, row, .. } = site;
        let resource = site.view.resource();
        let ours = find(tree, object, row, self.analysis.kinds);
        let met = &mut self.analysis.met;
        met.patched.extend(&asked.orders);
        for aim in asked.aims.iter().filter(|aim| !ours.iter().any(|it| aim.is_of(it))) {
            let named = || ours.iter().filter(|it| it.is_by_name);
            let others = match named().count() {
                0 => "it has none of ours".to_owned(),
                1 => format!("its patch is of {}", listed(1, named().map(Ours::target))),
                count => format!("its patches are of {}", listed(count, named().map(Ours::target))),
            };
            let message =
                format!("{} has no patch of `{}`: {others}", resource.display(), aim.display());
            met.absent.push(message);
        }
        met.objects.push(resource.into());
        let is_meant =
            |it: &&Ours| asked.aims.is_empty() || asked.aims.iter().any(|aim| aim.is_of(it));
        let going: Vec<_> = ours.iter().filter(is_meant).collect();
        if going.is_empty() {
            self.analysis.set_subject(&site.view);
            self.analysis.outcome(Action::Skipped("it has no patch of ours"), None);
        }
        self.take_out(site, &going, jobs);
    }

    /// Does something whose findings the object may suppress; tells whether an error is left.
    fn apply_suppressions(
        &mut self,
        view: &ObjectRef<'_, 's>,
        report: impl FnOnce(&mut Self),
    ) -> bool {
        let own = self.analysis.suppressions(view.tree, view.object, None);
        let before = self.analysis.findings().len();
        report(self);
        self.analysis.linter.apply_suppressions(before, &own)
    }

    /// Whether a selection that the user has typed covers a patch, by the names of its object and of its workload.
    fn covers(&self, site: &Site, ours: &Ours) -> bool {
        self.covers_aim(site, ours.is_by_name.then(|| ours.aim()).as_ref())
    }

    fn covers_aim(&self, site: &Site, aim: Option<&Aim>) -> bool {
        let &Site { view: ObjectRef { tree, object, .. }, row, .. } = site;
        let namespace = row.namespace(tree, object);
        let id = aim.map(|aim| aim.id(namespace.as_deref()));
        self.analysis.targets.covers_patch(tree, object, id)
    }

    /// Whether a patch that somebody asks for is meant in this run. A selection of the settings file is about workloads:
    /// its patches say themselves where they go.
    fn is_meant(&mut self, site: &Site, aim: &Aim) -> bool {
        let targets = self.analysis.targets;
        if !targets.named.is_empty() {
            let namespace = site.row.namespace(site.view.tree, site.view.object);
            self.analysis.met.workloads.push(aim.resource(namespace.as_deref()).into());
        }
        self.verb == Verb::Patch || targets.of_settings || self.covers_aim(site, Some(aim))
    }

    /// Counts what the selection has chosen: the named targets by which it did are met.
    fn count(&mut self, site: &Site, aim: Option<&Aim>) {
        let &Site { view: ObjectRef { tree, object, .. }, row, .. } = site;
        let namespace = row.namespace(tree, object);
        let ids = [Some(Id::of(object)), aim.map(|aim| aim.id(namespace.as_deref()))];
        let named = &self.analysis.targets.named;
        let met = ids.into_iter().flatten().flat_map(|id| named.of(id));
        self.analysis.met.targets.extend(met);
        self.analysis.met.chosen += 1;
    }

    /// Remembers a patch that nothing is done to; one that the settings ask for no more, or whose object opts out, is
    /// reported. Tells whether it was such a one.
    fn leave(&mut self, site: &Site<'_, 's>, ours: &Ours, opted_out: bool) -> bool {
        self.analysis.patch_bystander(&site.view, site.row, ours);
        let tree = site.view.tree;
        let file = &self.analysis.sources[tree.source()].name;
        let way_out = || way_out(file, &site.view.resource(), &ours.target());
        if !self.analysis.targets.named.is_empty() && ours.is_by_name {
            let namespace = site.row.namespace(tree, site.view.object);
            let workload = ours.aim().resource(namespace.as_deref());
            let (object, way_out) = (self.analysis.subject(), way_out());
            self.analysis.met.left_patches.push(LeftPatch { object, workload, way_out });
        }
        let says = self.analysis.targets.of_settings && self.analysis.layer.patches.is_some();
        let is_dropped = opted_out || ours.is_by_name && says;
        if is_dropped && self.analysis.linter.is_enabled(&not_selected::RULE) {
            let (place, way_out) = (ours.place(tree), way_out());
            self.apply_suppressions(&site.view, |patcher| {
                let findings = patcher.analysis.findings();
                not_selected::report_patch(place, &ours.target(), opted_out, way_out, findings);
            });
        }
        is_dropped
    }

    /// Warns of a patch that would guard less than the one that is there.
    fn weaker(&mut self, site: &Site<'_, 's>, ours: &Ours, resolved: &Resolved) {
        let looks =
            self.verb == Verb::Patch || self.analysis.linter.is_enabled(&weaker_tunnel::RULE);
        let Some(mark) = ours.held.mark.as_ref().filter(|_| looks) else { return };
        let tree = site.view.tree;
        let namespace = site.row.namespace(tree, site.view.object);
        let context = self.analysis.run.context;
        let secret = context.secret(namespace.as_deref(), &resolved.secret);
        let secret = secret.map(|found| context.tunnel_secret(found.number));
        let (place, wanted) = (ours.place(tree), (&*resolved.tunnel, &*resolved.secret));
        let keeps = (self.verb != Verb::Patch).then_some(self.analysis.layer.keep == Some(true));
        weaker_tunnel::report(place, mark, wanted, keeps, secret, self.analysis.findings());
    }

    /// The workloads that an object is to have patches for: those that are named, or else those that it has some for, or
    /// the one that it surely renders.
    fn with_guesses(&mut self, site: &Site<'_, 's>, named: Vec<Aim>, ours: &[Ours]) -> Vec<Aim> {
        if !named.is_empty() {
            return named;
        }
        let own = ours.iter().filter(|it| it.is_by_name);
        let mut aims: Vec<_> = own.map(Ours::aim).collect();
        if aims.is_empty() {
            let ObjectRef { tree, object, .. } = site.view;
            match guess::workload(tree, object, site.row) {
                Ok(aim) => {
                    self.analysis.met.guessed.push(aim.display());
                    aims.push(aim);
                }
                Err(why) => {
                    let message = format!("cannot tell which workload to patch: {why}");
                    let place = site.view.name_place();
                    let findings = self.analysis.findings();
                    findings
                        .add(&rendered_elsewhere::RULE, place, message)
                        .level(Level::Error)
                        .help("name it: `--target deploy/NAME`, or under `patches` in the settings file");
                }
            }
        }
        aims
    }

    fn put_in(
        &mut self,
        site: &Site<'_, 's>,
        aim: &Aim,
        (ours, foreign): (&[Ours], &[(NodeId, bool)]),
        jobs: &mut Vec<PatchChange>,
    ) {
        let &Site { ref view, row, number } = site;
        let existing = aim.find(ours);
        let mark = existing.and_then(|existing| existing.held.mark.as_ref());
        let (mut new, mut is_current) = (None, false);
        let refused = self.apply_suppressions(view, |patcher| {
            let meant = patcher.meant(site, aim, mark);
            match existing {
                Some(ours) => patcher.state(view, ours),
                None => patcher.spot(view, row, aim),
            }
            report_others(view.tree, foreign, aim, existing, patcher.analysis.findings());
            if let (Some(ours), Some((resolved, _))) = (existing, &meant) {
                patcher.weaker(site, ours, resolved);
            }
            if let Some((_, settings)) = &meant {
                values::report(view, row, aim, settings, patcher.analysis.findings());
            }
            if let (Some(ours), Some((resolved, settings))) = (existing, &meant) {
                let findings = patcher.analysis.findings();
                replaced(view, ours, settings, Some(&resolved.secret), findings);
            }
            let held = existing.map(|it| &it.held);
            if let Some((resolved, _)) = &meant {
                patcher.judge(site, |own| PatchedPods::wanted(site, aim, resolved, own));
            }
            new = meant.map(|(resolved, settings)| {
                let wanted = wanted(&resolved, &settings, held);
                let script = wanted.block.script_map();
                patcher.analysis.script(script.as_deref(), &settings, patch::ordinal(aim.row));
                wanted
            });
            is_current =
                held.zip(new.as_ref()).is_some_and(|(held, new)| pass::is_current(held, new));
            if !is_current {
                patcher.signature(view);
            }
        });
        let Some(wanted) = new else { return };
        let secret: Arc<str> = wanted.block.secret().into();
        let script = wanted.block.script_map();
        self.analysis.patch_target(view, row, &aim.display(), Arc::clone(&secret), script);
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
        self.analysis.patch_outcome(&aim.display(), namespace, action, in_use, changes);
        if !is_current {
            let aim = aim.clone();
            jobs.push(PatchChange { object: number, row, aim, wanted: Some(wanted) });
        }
    }

    /// Has the rules look at the pods of a patch, once it is known whether the run holds them.
    fn judge(&mut self, site: &Site, pods: impl FnOnce(Vec<Suppression>) -> PatchedPods) {
        let own = self.analysis.suppressions(site.view.tree, site.view.object, None);
        self.analysis.patched_pods.push(pods(own));
    }

    /// What is meant for a workload that an object patches.
    fn meant(
        &mut self,
        site: &Site<'_, 's>,
        aim: &Aim,
        mark: Option<&Mark>,
    ) -> Option<(Resolved, Settings)> {
        let &Site { ref view, row, .. } = site;
        let &ObjectRef { tree, object, .. } = view;
        let (own, bad) = annotations::read(tree, object.metadata, None);
        if !bad.is_empty() {
            report_annotations(tree, bad, self.analysis.findings());
            return None;
        }
        let mut settings = own.over(&self.analysis.layer.settings);
        if let (Some(true), Some(mark)) = (self.analysis.layer.keep, mark) {
            let (layer, place) = (self.analysis.layer, view.name_place());
            settings = settings.over(&kept(layer, mark, place, self.analysis.findings())?);
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
                report_settings(view.name_place(), &bad, self.analysis.findings());
                None
            }
        }
    }

    /// Reports what keeps a patch of ours from being replaced or taken out.
    fn takes_out(&self) -> bool {
        matches!(self.verb, Verb::Uninject | Verb::Unpatch)
    }

    fn state(&mut self, view: &ObjectRef<'_, 's>, ours: &Ours) {
        state(view, ours, self.takes_out(), self.analysis.findings());
        let way = ours.list.way();
        self.way(view, &way);
    }

    /// Reports what keeps a patch from being put in.
    fn spot(&mut self, view: &ObjectRef<'_, 's>, row: &Patched, aim: &Aim) {
        match row.spot(view.tree, view.object, aim.source) {
            Ok(spot) => self.way(view, &spot.way),
            Err(closed) => {
                let place = view.place(closed.node);
                let findings = self.analysis.findings();
                findings
                    .add(&rendered_elsewhere::RULE, place, closed.message)
                    .level(Level::Error)
                    .help(closed.help);
            }
        }
    }

    fn way(&mut self, view: &ObjectRef<'_, 's>, steps: &[(NodeId, Option<&'static str>)]) {
        let tree = view.tree;
        let root = (tree.root() != view.object.node).then_some((tree.root(), None));
        let list = view.object.list.map(|list| (list, None));
        let steps: Vec<_> = root.into_iter().chain(list).chain(steps.iter().copied()).collect();
        let way = Way { tree, steps: &steps };
        let findings = self.analysis.findings();
        for check in [
            shared_anchor::check_way,
            merge_key::check_way,
            duplicate_key::check_way,
            explicit_key::check_way,
        ] {
            check(way, findings);
        }
    }

    fn signature(&mut self, view: &ObjectRef<'_, 's>) {
        let keys = ["spec", "postRenderers", "kustomize", "patches", "source", "sources", "target"];
        let leaf = ["patch", "name", "kind", "group", "version"];
        let path = |leaf: &&str| keys.iter().chain([leaf]).map(|it| (*it).to_owned()).collect();
        let leaves: Vec<Vec<String>> = leaf.iter().map(path).collect();
        signed_file::report_leaves(view, &leaves, self.analysis.findings());
    }

    /// The jobs that take patches out.
    fn take_out(&mut self, site: &Site<'_, 's>, going: &[&Ours], jobs: &mut Vec<PatchChange>) {
        if going.is_empty() {
            return;
        }
        let &Site { ref view, row, number } = site;
        self.analysis.set_subject(view);
        for ours in going {
            self.count(site, ours.is_by_name.then(|| ours.aim()).as_ref());
        }
        let refused = self.apply_suppressions(view, |patcher| {
            going.iter().for_each(|ours| patcher.state(view, ours));
            patcher.signature(view);
        });
        if refused {
            return;
        }
        for ours in going {
            self.analysis.patch_outcome(&ours.target(), None, Action::Uninjected, None, Vec::new());
            jobs.push(PatchChange { object: number, row, aim: ours.aim(), wanted: None });
        }
    }
}

/// An object that takes patches.
struct Site<'p, 's> {
    view: ObjectRef<'p, 's>,
    row: &'static Patched,
    /// Which of its document's objects it is.
    number: usize,
}

/// The words of the command that puts a patch into an object of a file: the workload is named by its kind and name where it is
/// not known.
pub fn into_words(tree: &Tree, object: &Object, file: &str) -> Option<String> {
    let row = row(object, file).filter(|_| Path::new(file).is_file())?;
    let target = match guess::workload(tree, object, row) {
        Ok(_) => "",
        Err(_) => " --target KIND/NAME",
    };
    let object = in_shell(&Resource::of(object).qualified());
    Some(format!("--into {} --object {object}{target}", in_shell(file)))
}

/// The command that takes one patch out and leaves the others.
fn way_out(file: &str, object: &Resource, target: &str) -> String {
    if Path::new(file).is_file() {
        let object = match object.group() {
            patched::KUSTOMIZE => String::new(),
            _ => format!(" --object {}", in_shell(&object.qualified())),
        };
        let (file, target) = (in_shell(file), in_shell(target));
        format!("wgsidecar patch --into {file}{object} --remove --target {target}")
    } else {
        format!("wgsidecar uninject --target {}", in_shell(&object.display()))
    }
}
