//! Looks at the patches of an object with the eyes of the rules, and compares them with what is asked for. Changes nothing.

use super::orders::Asked;
use super::pass::{is_current, wanted};
use super::{
    Aim, Ours, PatchedPods, Patcher, Site, find, named, others, replaced, report_others, row,
    state, values,
};
use crate::kube::Object;
use crate::lint::ObjectRef;
use crate::lint::rules::{rendered_elsewhere, stale_injection};
use crate::run::listed::Listed;
use crate::text::Level;
use crate::wireguard::changes::changes;
use crate::wireguard::patch;
use crate::yaml::{NodeId, Tree};

impl<'s> Patcher<'_, '_, 's> {
    /// Looks at the patches in an object, those that are there and those that the settings ask for. Tells whether that is
    /// all that is to be looked at.
    pub fn look(&mut self, tree: &Tree<'s>, number: usize, object: &Object<'s>) -> bool {
        let name = &self.analysis.sources[tree.source()].name;
        let Some(row) = row(object, name) else { return false };
        let asked = self.orders.of(row, object, name);
        let object = &named(object, row, name);
        let ours = find(tree, object, row, self.analysis.kinds);
        if ours.is_empty() && asked.is_none() {
            return row.is_kustomize();
        }
        let workload = self.analysis.workload(tree, object);
        let view = ObjectRef { tree, object, workload: workload.as_ref() };
        self.set_subject(&view);
        let site = Site { view, row, number };
        let is_looked_at = self.all(&site, &ours, &asked.unwrap_or_default());
        if is_looked_at && !row.is_kustomize() {
            let own = self.analysis.suppressions(tree, object, None);
            self.analysis.linter.object(&site.view, &own);
        }
        true
    }

    /// Looks at the patches that the selection covers; tells whether there are any.
    fn all(&mut self, site: &Site<'_, 's>, ours: &[Ours], Asked { orders, aims }: &Asked) -> bool {
        let targets = self.analysis.targets;
        self.analysis.met.patched.extend(orders);
        let ObjectRef { tree, object, .. } = site.view;
        let is_disabled = targets.is_disabled(tree, object);
        let says_all = targets.of_settings && self.analysis.layer.patches.is_some();
        let foreign = others(tree, object, site.row, ours);
        let (mut looked_at, mut is_missing) = (Vec::new(), false);
        for one in ours {
            let aim = aims.iter().find(|aim| one.is_by_name && aim.is_of(one));
            // One that cannot be taken out as it is must be mended first.
            let is_wanted = aim.is_some() || !one.is_by_name || !says_all;
            let is_looked_at = if targets.of_settings {
                is_wanted || one.held.state != patch::State::Whole
            } else {
                self.covers(site, one)
            };
            if is_looked_at && !is_disabled {
                self.one(site, one, aim, &foreign);
                looked_at.push(one);
            } else if self.leave(site, one, is_disabled) {
                let listed = Listed::of_patch(one, self.analysis.subject(), None).not_selected();
                self.list(site, listed, one.held.secret.as_deref());
            }
        }
        for aim in aims.iter().filter(|aim| aim.find(ours).is_none()) {
            if self.is_meant(site, aim) && !is_disabled {
                self.missing(site, aim);
                is_missing = true;
            }
        }
        let is_looked_at = is_missing || is_disabled || !looked_at.is_empty();
        let named = looked_at.into_iter().filter(|one| one.is_by_name);
        self.must_match(site, named.map(|one| (one.aim(), Some(one))));
        if !is_looked_at {
            self.analysis.met.seen += 1;
            self.analysis.not_selected(tree, object);
        }
        is_looked_at
    }

    /// Looks at one patch; `aim` is what asks for it, if anything does.
    fn one(
        &mut self,
        site: &Site<'_, 's>,
        one: &Ours,
        aim: Option<&Aim>,
        foreign: &[(NodeId, bool)],
    ) {
        let &Site { ref view, row, .. } = site;
        let own = one.is_by_name.then(|| one.aim());
        self.count(site, own.as_ref());
        self.analysis.met.patches += 1;
        let mut is_current = None;
        self.apply_suppressions(view, |patcher| {
            let before = patcher.analysis.findings().len();
            state(view, one, false, patcher.analysis.findings());
            if let Some(own) = &own {
                report_others(view.tree, foreign, own, Some(one), patcher.analysis.findings());
                if let Some(mark) = &one.held.mark {
                    let settings = &mark.settings;
                    values::report(view, row, own, settings, patcher.analysis.findings());
                }
            }
            if aim.is_none() {
                let settings = &patcher.analysis.layer.settings;
                replaced(view, one, settings, None, patcher.analysis.findings());
            }
            patcher.analysis.linter.drop_unasked(before);
            is_current = aim.and_then(|aim| patcher.is_as_asked(site, one, aim));
        });
        let secret = one.held.secret.as_deref();
        let listed = Listed::of_patch(one, self.analysis.subject(), is_current);
        self.list(site, listed, secret);
        self.judge(site, |own| PatchedPods::of(site, one, own));
        let Some(secret) = secret.filter(|_| one.is_by_name) else { return };
        let script = one.held.script.clone();
        self.analysis.patch_target(view, row, &one.target(), secret.into(), script);
    }

    /// Whether a patch is the one that the settings mean; `None` where nobody knows. What is wrong with it is reported.
    fn is_as_asked(&mut self, site: &Site<'_, 's>, one: &Ours, aim: &Aim) -> Option<bool> {
        if one.held.state != patch::State::Whole {
            return None;
        }
        let (resolved, settings) = self.meant(site, aim, one.held.mark.as_ref())?;
        self.weaker(site, one, &resolved);
        let before = self.analysis.findings().len();
        replaced(&site.view, one, &settings, Some(&resolved.secret), self.analysis.findings());
        let is_replaced = self.analysis.findings().len() > before;
        self.analysis.linter.drop_unasked(before);
        let held = &one.held;
        let wanted = wanted(&resolved, &settings, Some(held));
        let is_current = is_current(held, &wanted);
        if !is_current && !is_replaced && self.analysis.linter.is_enabled(&stale_injection::RULE) {
            let mark = held.mark.as_ref();
            let changes = mark.map_or_else(Vec::new, |mark| changes(mark, &wanted.mark));
            stale_injection::report(one.place(site.view.tree), changes, self.analysis.findings());
        }
        Some(is_current)
    }

    /// Reports a patch that the settings ask for and that is not there.
    fn missing(&mut self, site: &Site<'_, 's>, aim: &Aim) {
        let &Site { ref view, row, .. } = site;
        let mut meant = None;
        self.apply_suppressions(view, |patcher| {
            if patcher.analysis.linter.is_enabled(&rendered_elsewhere::RULE) {
                let message = format!(
                    "the patch of `{}` that the settings ask for is missing",
                    aim.display()
                );
                let findings = patcher.analysis.findings();
                findings
                    .add(&rendered_elsewhere::RULE, view.name_place(), message)
                    .level(Level::Error)
                    .help("run `wgsidecar inject -i` with these settings");
            }
            meant = patcher.meant(site, aim, None);
            let before = patcher.analysis.findings().len();
            if let Some((_, settings)) = &meant {
                values::report(view, row, aim, settings, patcher.analysis.findings());
            }
            patcher.analysis.linter.drop_unasked(before);
        });
        self.count(site, Some(aim));
        self.analysis.met.patches += 1;
        let listed = Listed::missing_patch(aim, self.analysis.subject(), meant.as_ref());
        let resolved = meant.map(|(resolved, _)| resolved);
        self.list(site, listed, resolved.as_ref().map(|it| &*it.secret));
        if let Some(resolved) = resolved {
            self.judge(site, |own| PatchedPods::wanted(site, aim, &resolved, own));
            self.analysis.patch_target(view, row, &aim.display(), resolved.secret, None);
        }
    }

    /// The number of the Secret of a name that the patched pods read, where the run holds it.
    fn secret(&self, site: &Site, name: &str) -> Option<usize> {
        let namespace = site.row.namespace(site.view.tree, site.view.object);
        let found = self.analysis.run.context.secret(namespace.as_deref(), name)?;
        Some(found.number)
    }

    fn list(&mut self, site: &Site, listed: Listed, secret: Option<&str>) {
        let namespace = site.row.namespace(site.view.tree, site.view.object).map(Into::into);
        let secret = secret.and_then(|name| self.secret(site, name));
        let secret = secret.map(|number| self.analysis.run.context.tunnel_secret(number));
        self.analysis.listed.push(listed.in_namespace(namespace).reading(secret));
    }
}
