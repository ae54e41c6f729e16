//! Plans the edits that take a tunnel out of one pod template. Knows nothing of files.

use std::sync::Arc;

use crate::kube::workload::Template;
use crate::wireguard::existing::{DnsEntry, Existing};
use crate::wireguard::mark::Site;
use crate::yaml::verify::{Change, Changes};
use crate::yaml::write::Plan;
use crate::yaml::write::remove::Remover;
use crate::yaml::{NodeId, Tree};

/// The exact counterpart of [`inject::plan`](crate::inject::plan): what the mark says stood there comes back.
pub fn plan(tree: &Tree, template: &Template, existing: &Existing) -> Plan {
    let mut removal = Removal {
        tree,
        existing,
        remover: Remover::default(),
        changes: Changes::new(),
        gone: Vec::new(),
    };
    if let Some(spec) = template.spec {
        let mut keys = removal.dns(spec);
        keys.extend(removal.list_item(
            spec,
            existing.init_containers,
            existing.container,
            Site::InitContainers,
        ));
        keys.extend(removal.list_item(spec, existing.volumes, existing.volume, Site::Volumes));
        removal.entries(spec, keys);
    }
    if let Some(metadata) = template.metadata {
        removal.mark(template.holder(), tree.follow(metadata));
    }
    removal.carry_out();
    Plan { edits: removal.remover.finish(tree), changes: removal.changes }
}

struct Removal<'a, 's> {
    tree: &'a Tree<'s>,
    existing: &'a Existing,
    remover: Remover,
    changes: Changes,
    /// What each mapping is to lose: all at once, so that what is left stays whole.
    gone: Vec<(NodeId, Vec<NodeId>)>,
}

impl Removal<'_, '_> {
    /// Takes our part of the pod's DNS settings out; returns the keys of the spec that are wholly ours.
    fn dns(&mut self, spec: NodeId) -> Vec<NodeId> {
        let mut keys = Vec::new();
        for &DnsEntry { site, parent, key, value } in &self.existing.dns {
            if self.restore(value, site) {
                continue;
            }
            if site != Site::Nameservers {
                keys.push(key);
            } else if self.tree.entries(parent).count() > 1 {
                self.entries(parent, vec![key]);
            } else {
                keys.extend(key_of(self.tree, spec, parent));
            }
        }
        keys
    }

    /// Takes our item out of a list; returns the list's key where the whole list is ours.
    fn list_item(
        &mut self,
        spec: NodeId,
        list: NodeId,
        item: NodeId,
        site: Site,
    ) -> Option<NodeId> {
        if self.tree.items(list).count() > 1 {
            self.remover.item(self.tree, list, item);
            self.changes.push((list, Change::WithoutItems(vec![item])));
            return None;
        }
        if self.restore(list, site) {
            return None;
        }
        key_of(self.tree, spec, list)
    }

    /// Takes the mark out, and the annotations and metadata that hold nothing else.
    fn mark(&mut self, holder: NodeId, metadata: NodeId) {
        let Some(annotations) = self.tree.get(metadata, "annotations") else { return };
        if self.tree.entries(annotations).count() > 1 {
            return self.entries(annotations, vec![self.existing.mark_key]);
        }
        if self.restore(annotations, Site::Annotations) {
            return;
        }
        if self.tree.entries(metadata).count() > 1 {
            return self
                .entries(metadata, Vec::from_iter(key_of(self.tree, metadata, annotations)));
        }
        if !self.restore(metadata, Site::Metadata) {
            self.entries(holder, Vec::from_iter(key_of(self.tree, holder, metadata)));
        }
    }

    fn restore(&mut self, value: NodeId, site: Site) -> bool {
        let Some(original) = self.existing.mark.original(site) else { return false };
        let said = self.remover.restore(self.tree, value, original);
        self.changes.push((value, Change::Is(Arc::new(said))));
        true
    }

    fn entries(&mut self, mapping: NodeId, keys: Vec<NodeId>) {
        match self.gone.iter_mut().find(|(known, _)| *known == mapping) {
            Some((_, gone)) => gone.extend(keys),
            None => self.gone.push((mapping, keys)),
        }
    }

    fn carry_out(&mut self) {
        for (mapping, keys) in std::mem::take(&mut self.gone) {
            if self.tree.entries(mapping).count() == keys.len() {
                // A patch may hold nothing but ours; a mapping in lines cannot be empty.
                let said = self.remover.restore(self.tree, mapping, " {}");
                self.changes.push((mapping, Change::Is(Arc::new(said))));
            } else if !keys.is_empty() {
                self.remover.entries(self.tree, mapping, &keys);
                self.changes.push((mapping, Change::WithoutEntries(keys)));
            }
        }
    }
}

fn key_of(tree: &Tree, mapping: NodeId, value: NodeId) -> Option<NodeId> {
    tree.entries(mapping).find(|(_, other)| *other == value).map(|(key, _)| key)
}
