//! The pods that patches are for, where the run does not hold them. Knows nothing of how patches are written.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Aim, Ours, Site};
use crate::kube::WorkloadKind;
use crate::lint::suppression::Suppression;
use crate::lint::{Outline, Resource};
use crate::run::analysis::{Analysis, patch_field};
use crate::text::Place;
use crate::wireguard::mark::Mark;
use crate::wireguard::patch::{self, Held, State};
use crate::wireguard::settings::{Resolved, WorkloadRef};
use crate::wireguard::tunnel::Tunnel;

/// Pods that a patch is for, until it is known whether the run holds them.
#[derive(Debug)]
pub struct PatchedPods {
    /// The object that holds the patch, and what it suppresses.
    resource: Arc<Resource>,
    suppressions: Vec<Suppression>,
    row: &'static WorkloadKind,
    name: String,
    namespace: Option<String>,
    place: Place,
    tunnel_place: Place,
    tunnel: Option<Arc<Tunnel>>,
    mark: Option<Mark>,
    image: Option<String>,
    secret: Option<String>,
}

/// The tunnel that a patch says, as far as its mark records it.
pub(super) fn tunnel(held: &Held, namespace: Option<&str>) -> Option<Resolved> {
    let mark = held.mark.as_ref().filter(|_| held.state == State::Whole)?;
    let workload = WorkloadRef {
        kind: held.row.kind,
        name: Some(&held.name),
        namespace,
        ordinal: patch::ordinal(held.row),
    };
    let mut resolved = mark.settings.resolve(&workload).ok()?;
    if let Some(image) = held.image.clone() {
        // Of the image the mark records the repository alone.
        resolved.tunnel = Arc::new(Tunnel { image, ..resolved.tunnel.as_ref().clone() });
    }
    if let Some(secret) = &held.secret {
        resolved.secret = secret.as_str().into();
    }
    Some(resolved)
}

impl PatchedPods {
    /// Those of a patch that is there.
    pub(super) fn of(site: &Site, ours: &Ours, suppressions: Vec<Suppression>) -> Self {
        let (tree, held) = (site.view.tree, &ours.held);
        let namespace = site.row.namespace(tree, site.view.object);
        let tunnel = tunnel(held, namespace.as_deref()).map(|it| it.tunnel);
        Self {
            row: held.row,
            name: if ours.is_by_name { held.name.clone() } else { String::new() },
            tunnel_place: ours.place(tree),
            tunnel,
            mark: held.mark.clone(),
            image: held.image.clone(),
            secret: held.secret.clone(),
            ..Self::at(site, held.row, suppressions)
        }
    }

    /// Those of a patch that is to be.
    pub(super) fn wanted(
        site: &Site,
        aim: &Aim,
        resolved: &Resolved,
        suppressions: Vec<Suppression>,
    ) -> Self {
        Self {
            name: aim.name.clone(),
            image: Some(resolved.tunnel.image.clone()),
            tunnel: Some(Arc::clone(&resolved.tunnel)),
            secret: Some(resolved.secret.to_string()),
            ..Self::at(site, aim.row, suppressions)
        }
    }

    fn at(site: &Site, row: &'static WorkloadKind, suppressions: Vec<Suppression>) -> Self {
        let place = site.view.name_place();
        Self {
            resource: site.view.resource().into(),
            suppressions,
            row,
            name: String::new(),
            namespace: site.row.namespace(site.view.tree, site.view.object),
            place,
            tunnel_place: place,
            tunnel: None,
            mark: None,
            image: None,
            secret: None,
        }
    }

    /// What tells the patch from others, as those say it that have met its workload.
    fn key(&self) -> (Place, String) {
        let target = format!("{}/{}", self.row.kind.to_lowercase(), self.name);
        (self.place, patch_field(&target))
    }
}

impl Analysis<'_, '_> {
    /// Judges the pods of patches that the run does not hold: of the others their own manifests say more.
    pub fn judge_patches(&mut self) {
        let judged: HashSet<_> = std::mem::take(&mut self.judged_covers);
        let all = std::mem::take(&mut self.patched_pods);
        for pods in all.iter().filter(|pods| !judged.contains(&pods.key())) {
            let namespace = pods.namespace.as_deref();
            let context = self.run.context;
            let secret = pods.secret.as_deref();
            // Where nobody knows the namespace, one of that name may be another one.
            let found = secret.filter(|_| namespace.is_some());
            let found = found.and_then(|name| context.secret(namespace, name));
            let outline = Outline {
                kind: pods.row.kind,
                name: &pods.name,
                pods: &pods.row.templates[0],
                namespace,
                place: pods.place,
                tunnel_place: pods.tunnel_place,
                tunnel: pods.tunnel.as_deref(),
                mark: pods.mark.as_ref(),
                image: pods.image.as_deref().map(Into::into),
                secret_name: secret.map(Into::into),
                secret_place: pods.tunnel_place,
                secret: found.as_ref(),
                context,
            };
            self.linter.findings.set_subject(Some(Arc::clone(&pods.resource)));
            self.linter.patch(&outline, &pods.suppressions);
        }
    }
}
