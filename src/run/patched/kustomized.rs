//! Whether what a kustomization builds holds the workloads that its patches are for, where the run holds all of it. Knows
//! nothing of what a patch says.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::built::{FIELDS, Named, Paths};
use super::{Aim, Ours, Site};
use crate::lint::Resource;
use crate::lint::findings::listed;
use crate::lint::rules::patch_matches_nothing;
use crate::lint::suppression::Suppression;
use crate::run::analysis::Analysis;
use crate::text::Place;
use crate::yaml::{NodeId, Tree};

/// A kustomization, and the workloads that its patches of ours are for.
#[derive(Debug)]
pub struct Kustomized {
    source: usize,
    resource: Arc<Resource>,
    suppressions: Vec<Suppression>,
    named: Named,
    /// With each whether its patch is there already.
    aims: Vec<(Place, Aim, bool)>,
}

impl Kustomized {
    /// What is known of a kustomization before all files are read; nothing where more than files decides.
    pub(super) fn read(
        site: &Site,
        resource: Arc<Resource>,
        suppressions: Vec<Suppression>,
    ) -> Option<Self> {
        let (tree, object) = (site.view.tree, site.view.object.node);
        let word = |key| tree.get(object, key).and_then(|node| tree.string(node));
        // What a Component patches is for others to say.
        if !site.row.is_kustomize() || word("kind").is_some_and(|kind| kind != "Kustomization") {
            return None;
        }
        let named = Named::read(tree, object);
        // Of one that names nothing, a template may be all that is here.
        let names_any = FIELDS.iter().any(|field| tree.get(object, field).is_some());
        (named.is_all && names_any).then(|| Self {
            source: tree.source(),
            resource,
            suppressions,
            named,
            aims: Vec::new(),
        })
    }

    /// Takes a patch that is to be, or that is there and says no more than which workload it is for.
    pub(super) fn add(&mut self, tree: &Tree, place: Place, aim: Aim, existing: Option<&Ours>) {
        if existing.is_none_or(|ours| is_plain(tree, ours, &aim)) {
            self.aims.push((place, aim, existing.is_some()));
        }
    }
}

/// Whether a patch stands among the `patches` and is for one workload, whatever else is there.
fn is_plain(tree: &Tree, ours: &Ours, aim: &Aim) -> bool {
    let Some(target) = tree.get(ours.item, "target") else { return ours.list.key == "patches" };
    let known = ["group", "version", "kind", "name"];
    let is_known = |(key, _): (NodeId, _)| tree.word(key).is_some_and(|key| known.contains(&&*key));
    let text = |key| tree.get(target, key).and_then(|node| tree.string(node));
    // kustomize takes them for regular expressions.
    let pattern = aim.name.replace('.', r"\.");
    let kind = text("kind").is_none_or(|kind| kind == aim.row.kind);
    ours.list.key == "patches"
        && tree.entries(tree.follow(target)).all(is_known)
        && kind
        && text("name").is_some_and(|name| name == pattern)
}

impl Analysis<'_, '_> {
    /// Reports the patches of kustomizations for workloads that none of their files holds. Where a file is not among what
    /// was read, nobody knows.
    pub fn unmatched_patches(&mut self) {
        let all = std::mem::take(&mut self.kustomized);
        if all.is_empty() || !self.linter.is_enabled(&patch_matches_nothing::RULE) {
            return;
        }
        let paths = Paths::of(self.sources);
        let mut objects: HashMap<usize, Vec<Arc<Resource>>> = HashMap::new();
        for (resource, place) in &self.run.objects {
            objects.entry(place.source).or_default().push(Arc::clone(resource));
        }
        let unread: HashSet<_> = self.unread().collect();
        for Kustomized { source, resource, suppressions, named, aims } in all {
            let built = paths.built(source, &named);
            if !built.is_all || built.files.iter().any(|file| unread.contains(file)) {
                continue;
            }
            let here: Vec<_> =
                built.files.iter().filter_map(|it| objects.get(it)).flatten().collect();
            // Another tool may still fill a name in.
            if here.iter().any(|it| it.name.contains(['$', '{', '<'])) {
                continue;
            }
            let names: HashSet<_> =
                here.iter().map(|it| (it.group(), &*it.kind, &*it.name)).collect();
            let missing = aims.iter().filter(|(_, aim, _)| {
                let id = aim.id(None);
                !names.contains(&(id.group, id.kind, id.name))
            });
            for (place, aim, is_there) in missing {
                let workloads =
                    here.iter().filter(|it| self.kinds.find(it.group(), &it.kind).is_some());
                let workloads: Vec<_> = workloads.map(|it| it.display()).collect();
                let others = listed(workloads.len(), workloads.into_iter());
                let before = self.linter.findings.len();
                self.linter.findings.set_subject(Some(Arc::clone(&resource)));
                patch_matches_nothing::report(
                    *place,
                    &aim.display(),
                    &others,
                    *is_there,
                    &mut self.linter.findings,
                );
                self.linter.apply_suppressions(before, &suppressions);
            }
        }
    }
}
