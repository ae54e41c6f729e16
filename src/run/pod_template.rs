//! What is meant for one pod template: its settings, its tunnel, its Secret. Knows nothing of rules or of edits.

use std::sync::Arc;

use crate::config::Layer;
use crate::kube::kinds::PodIdentity;
use crate::kube::{Object, Template, Workload};
use crate::lint::index::{FoundSecret, ObjectIndex};
use crate::lint::{Findings, Wanted, fix, rules::bad_setting};
use crate::text::Place;
use crate::wireguard::annotations::{self, BadAnnotation};
use crate::wireguard::existing::{self, Existing, Presence};
use crate::wireguard::hashes::Hashes;
use crate::wireguard::mark::{Format, Mark};
use crate::wireguard::settings::{BadSetting, Resolved, SETTINGS, Settings, Tunnels, WorkloadRef};
use crate::wireguard::tunnel::{Ordinal, Tunnel};
use crate::yaml::{NodeId, Tree};

/// One pod template and where it stands.
#[derive(Clone, Copy)]
pub struct PodTemplateRef<'a, 's> {
    pub tree: &'a Tree<'s>,
    pub workload: &'a Workload<'s>,
    pub template: &'a Template,
}

/// What is meant for a pod template.
#[derive(Clone, Debug)]
pub struct ResolvedTarget {
    pub settings: Settings,
    pub tunnel: Arc<Tunnel>,
    /// What of the settings a mark keeps.
    pub recorded: Arc<Settings>,
    /// Whether what nobody says was taken from the mark.
    pub keeps: bool,
    /// The Secret that was asked for, whatever name it has in this run.
    pub asked: Arc<str>,
    /// The name of the Secret that the pods will read: a generator may have renamed the one that was asked for.
    pub reads: Arc<str>,
    /// That Secret, where the run holds it.
    pub secret: Option<FoundSecret>,
}

impl ResolvedTarget {
    /// The same as rules see it.
    pub fn wanted(&self) -> Wanted<'_> {
        let Self { settings, tunnel, asked, reads, keeps, .. } = self;
        Wanted { tunnel, settings, asked, reads, keeps: *keeps }
    }
}

impl<'a, 's> PodTemplateRef<'a, 's> {
    /// What of ours the template holds already.
    pub fn presence(self, spec: NodeId, hashes: &mut Hashes) -> Presence {
        existing::find(
            hashes,
            self.tree,
            self.workload.object.metadata,
            self.template.metadata,
            spec,
        )
    }

    /// Puts the template's own annotations over the settings of the run; `None` where they mean nothing, which is
    /// then among the findings.
    pub fn meant(
        self,
        run: &Layer,
        context: &ObjectIndex,
        tunnels: &mut Tunnels,
        existing: Option<&Existing>,
        findings: &mut Findings,
    ) -> Option<ResolvedTarget> {
        let mut settings = self.settings(&run.settings, findings)?;
        let keeps = run.keep == Some(true);
        if let Some(existing) = existing.filter(|_| keeps) {
            let place = self.tree.place(existing.mark_key);
            settings = settings.over(&kept(run, &existing.mark, place, findings)?);
        }
        let Resolved { tunnel, secret: asked, recorded } =
            self.resolve(&settings, tunnels, findings)?;
        let (reads, secret) = self.secret(&asked, context, existing);
        Some(ResolvedTarget { settings, tunnel, recorded, keeps, asked, reads, secret })
    }

    /// The Secret that is meant by a name: where the pods read one under another name already, because kustomize has
    /// renamed it, that one stays.
    fn secret(
        self,
        asked: &Arc<str>,
        context: &ObjectIndex,
        existing: Option<&Existing>,
    ) -> (Arc<str>, Option<FoundSecret>) {
        let namespace = self.workload.object.namespace.as_deref();
        let found = context.secret(namespace, asked);
        let is_renamed = found.as_ref().is_some_and(|found| found.name != *asked);
        let same = existing.filter(|existing| existing.mark.secret() == **asked && !is_renamed);
        match same.and_then(|existing| existing.secret_name(self.tree)) {
            Some(name) if *name != **asked => {
                let found = context.secret(namespace, &name);
                (name.into(), found)
            }
            _ => (found.as_ref().map_or(asked, |found| &found.name).clone(), found),
        }
    }

    /// The settings for the template: its annotations over those of the run.
    pub fn settings(self, run: &Settings, findings: &mut Findings) -> Option<Settings> {
        let outer = self.workload.object.metadata;
        let (own, bad) = annotations::read(self.tree, outer, self.template.metadata);
        let fine = bad.is_empty();
        report_annotations(self.tree, bad, findings);
        fine.then(|| own.over(run))
    }

    /// Where its pods can read their ordinal, if they have one.
    pub fn ordinal(self) -> Option<Ordinal> {
        ordinal(self.tree, self.template)
    }

    fn resolve(
        self,
        settings: &Settings,
        tunnels: &mut Tunnels,
        findings: &mut Findings,
    ) -> Option<Resolved> {
        let object = &self.workload.object;
        let name = Some(object.name.as_ref()).filter(|_| object.has_name());
        let workload = WorkloadRef {
            kind: &object.kind,
            name,
            namespace: object.namespace.as_deref(),
            ordinal: ordinal(self.tree, self.template),
        };
        let bad = match tunnels.resolve(settings, &workload) {
            Ok(resolved) => return Some(resolved),
            Err(bad) => bad,
        };
        report_settings(name_place(self.tree, object), &bad, findings);
        None
    }
}

/// Reports annotations that say nothing we understand.
pub fn report_annotations(tree: &Tree, bad: Vec<BadAnnotation>, findings: &mut Findings) {
    for BadAnnotation { node, message, help, meant } in bad {
        let found = findings.add(&bad_setting::RULE, tree.place(node), message);
        found.finding.diagnostic.help = help;
        let quoted =
            |text: String| fix::replace_scalar(tree, node, format!("\"{text}\""), text.into());
        found.fix(meant.and_then(quoted));
    }
}

/// Reports settings that mean nothing for the workload at a place.
pub fn report_settings(place: Place, bad: &[BadSetting], findings: &mut Findings) {
    for BadSetting { setting, message } in bad {
        findings.add(&bad_setting::RULE, place, format!("`{setting}`: {message}"));
    }
}

/// The settings that a mark records, but for those that decide what runs as root; `None` where it records none, which is
/// then among the findings.
pub fn kept(run: &Layer, mark: &Mark, place: Place, findings: &mut Findings) -> Option<Settings> {
    if mark.format == Format::One {
        let keep = run.origins.get("keep").map_or("--keep", |origin| &origin.name);
        let message =
            format!("`{keep}`: this mark records no settings: an older release has written it");
        findings
            .add(&bad_setting::RULE, place, message)
            .help("give all settings once with `--keep=false`: the new mark records them");
        return None;
    }
    let mut settings = mark.settings.clone();
    for setting in SETTINGS.iter().filter(|setting| !setting.annotation) {
        settings.forget(setting.name);
    }
    Some(settings)
}

/// The place of an object's name, or of its kind.
pub fn name_place(tree: &Tree, object: &Object) -> Place {
    let node = object.name_node.or_else(|| tree.get(object.node, "kind")).unwrap_or(object.node);
    tree.place(node)
}

/// Where the pods of a template can read their ordinal, if they have one.
fn ordinal(tree: &Tree, template: &Template) -> Option<Ordinal> {
    match template.pods.spread {
        PodIdentity::Ordinal => Some(Ordinal::Pod),
        PodIdentity::Completion(mode) => {
            let mode = template.sibling(tree, mode).and_then(|node| tree.string(node));
            mode.filter(|mode| mode == "Indexed").map(|_| Ordinal::Completion)
        }
        PodIdentity::Alike | PodIdentity::PerNode => None,
    }
}
