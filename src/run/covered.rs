//! Looks at the workloads that get their tunnel by a patch in another object: nothing is put into their own manifest. Knows
//! nothing of how such an object holds its patches.

use super::analysis::{Chosen, spec};
use super::left_out::Left;
use super::listed::Listed;
use super::patch::in_shell;
use super::patched::{Cover, Says};
use super::plan::Verb;
use super::pod_template::{PodTemplateRef, ResolvedTarget};
use super::walker::Walker;
use crate::lint::Pod;
use crate::lint::rules::injected_twice;
use crate::report::summary::Action;
use crate::wireguard::existing::Presence;
use crate::wireguard::settings::Resolved;
use crate::yaml::NodeId;

impl<'s> Walker<'_, 's> {
    /// Looks at a template whose tunnel comes from a patch, and tells what it is left with. `None` where none does, or
    /// where there is more to be said of what it holds itself.
    pub(super) fn covered(&mut self, site: PodTemplateRef<'_, 's>, chosen: Chosen) -> Option<Left> {
        let PodTemplateRef { tree, workload, template } = site;
        let lints = self.verb == Verb::Lint;
        let covered = self.analysis.covered;
        let covers: Vec<_> = covered.of(tree.source(), &workload.object).collect();
        let first = covers.first()?;
        covers.iter().for_each(|cover| self.analysis.covered(cover));
        let spec = spec(tree, Some(template))?;
        let presence = self.analysis.presence(site, spec);
        let own = match &presence {
            Presence::Absent => None,
            Presence::Complete(existing) => Some(existing.mark_key),
            Presence::Partial { place, .. } | Presence::Newer(place) => Some(*place),
        };
        // Of an object that is not here nobody knows whether it has the patch.
        let is_known = covers.iter().all(|cover| cover.at.is_some());
        // A selection of the settings file is about workloads: patches say themselves where they go.
        let is_chosen = matches!(chosen, Chosen::Yes(_));
        let is_meant = is_chosen || chosen == Chosen::No && self.analysis.targets.of_settings;
        let counts = is_known && (lints || is_meant);
        let meets = |one: &&&Cover| {
            let mut others = covers.iter().filter(|other| !std::ptr::eq(**other, **one));
            own.is_some() || others.any(|other| covered.meet(one, other))
        };
        let meeting: Vec<_> = covers.iter().filter(meets).copied().collect();
        if counts && !meeting.is_empty() {
            self.injected_twice(site, own, &meeting);
        }
        if own.is_some() && (lints || !is_known) {
            return None;
        }
        // What else is asked of a patch is not known here.
        for cover in covers.iter().filter(|_| is_meant && own.is_none()) {
            let says = cover.says.as_ref().filter(|_| lints && !cover.is_asked);
            if says.is_some() || cover.is_asked && (!lints || self.is_configured()) {
                self.judge(site, spec, &presence, cover, says);
                self.analysis.judged_cover(cover);
            }
        }
        if !is_chosen {
            return (own.is_none() && first.exists).then_some(Left::With);
        }
        if lints {
            let (resource, field) = (self.analysis.subject(), template.field(tree).into_owned());
            let listed = if first.exists { Listed::patched } else { Listed::missing };
            self.analysis.listed.push(listed(resource, field));
            self.analysis.judged += 1;
        } else if self.verb == Verb::Inject {
            self.analysis.outcome(Action::ByPatch, None);
        }
        Some(Left::With)
    }

    /// Lets the rules look at a pod as the patch makes it.
    fn judge(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        spec: NodeId,
        presence: &Presence,
        cover: &Cover,
        says: Option<&Says>,
    ) {
        let own = self.suppressions(site);
        let covered = self.analysis.covered;
        let put_into = covered.namespace_of(cover).map(|name| &**name);
        let meant = match says {
            Some(says) => Some(self.said(site, put_into, says)),
            None => self.analysis.meant(site, presence),
        };
        let pod = self.analysis.pod(site, spec, presence, meant.as_ref());
        self.analysis.linter.pod(&Pod { put_into, ..pod }, &own);
    }

    /// What a patch that is there says of a tunnel in a pod that is put into a namespace.
    fn said(
        &self,
        site: PodTemplateRef<'_, 's>,
        put_into: Option<&str>,
        Says { settings, resolved }: &Says,
    ) -> ResolvedTarget {
        let namespace = put_into.or(site.workload.object.namespace.as_deref());
        let Resolved { tunnel, secret: asked, recorded } = resolved.clone();
        let secret = self.analysis.run.context.secret(namespace, &asked);
        let reads = secret.as_ref().map_or(&asked, |found| &found.name).clone();
        ResolvedTarget {
            settings: settings.clone(),
            tunnel,
            recorded,
            keeps: false,
            asked,
            reads,
            secret,
        }
    }

    /// Reports a workload that a patch is for and that has a tunnel of its own, or another patch.
    fn injected_twice(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        mark: Option<NodeId>,
        covers: &[&Cover],
    ) {
        if !self.analysis.linter.is_enabled(&injected_twice::RULE) {
            return;
        }
        let PodTemplateRef { tree, workload, .. } = site;
        let suppressions = self.suppressions(site);
        let before = self.analysis.findings().len();
        let file = in_shell(&self.analysis.sources[tree.source()].name);
        let target = self.analysis.subject().display();
        let own = mark.map(|_| format!("wgsidecar uninject -i {file} --target {target}"));
        let place = mark.map_or_else(
            || super::pod_template::name_place(tree, &workload.object),
            |mark| tree.place(mark),
        );
        let patches = covers.iter().filter_map(|cover| {
            Some((cover.at?.patch, cover.object.display(), cover.way_out.as_str()))
        });
        let patches: Vec<_> = patches.collect();
        injected_twice::report(place, own, &patches, self.analysis.findings());
        self.analysis.linter.apply_suppressions(before, &suppressions);
    }
}
