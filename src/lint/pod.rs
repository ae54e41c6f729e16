//! One pod template as rules see it. Knows nothing of any rule.

use std::borrow::Cow;

use crate::kube::workload::{Template, Workload};
use crate::text::Place;
use crate::wireguard::existing::Presence;
use crate::wireguard::mark::{self, Site};
use crate::wireguard::tunnel::Tunnel;
use crate::yaml::{NodeId, Tree};

/// A pod template with what it holds of ours and the tunnel that is meant for it.
pub struct Pod<'a, 's> {
    pub source: usize,
    pub tree: &'a Tree<'s>,
    pub workload: &'a Workload<'s>,
    pub template: &'a Template,
    pub spec: NodeId,
    pub presence: &'a Presence,
    /// What `inject` would build, or `None` where nothing is to be injected.
    pub tunnel: Option<&'a Tunnel>,
}

impl<'s> Pod<'_, 's> {
    pub fn place(&self, node: NodeId) -> Place {
        Place { source: self.source, span: self.tree.span(node) }
    }

    /// The place of the object's name, or of its kind.
    pub fn name_place(&self) -> Place {
        let object = &self.workload.object;
        self.place(
            object.name_node.or_else(|| self.tree.get(object.node, "kind")).unwrap_or(object.node),
        )
    }

    /// Whether each pod of the template has a key of its own.
    pub fn has_key_per_replica(&self) -> bool {
        self.tunnel.is_some_and(|tunnel| tunnel.ordinal.is_some())
    }

    /// A value of the pod's spec.
    pub fn get(&self, key: &str) -> Option<NodeId> {
        self.tree.get(self.spec, key)
    }

    /// The items of one of the spec's lists.
    pub fn list(&self, key: &str) -> Vec<NodeId> {
        self.get(key)
            .map_or_else(Vec::new, |list| self.tree.items(self.tree.follow(list)).collect())
    }

    /// The item of one of the spec's lists that has this name.
    pub fn named(&self, key: &str, name: &str) -> Option<NodeId> {
        self.list(key).into_iter().find(|&item| self.name_of(item).is_some_and(|it| it == name))
    }

    pub fn name_of(&self, item: NodeId) -> Option<Cow<'s, str>> {
        self.tree.string(self.tree.get(item, "name")?)
    }

    /// Every mapping and list on the way from the document's root to what an edit touches, each with the key, if it
    /// is a key, that leads on from it.
    pub fn path(&self) -> Vec<(NodeId, Option<&'static str>)> {
        let tree = self.tree;
        let list = self.workload.object.list.iter();
        let mut path: Vec<_> = list.chain(&self.template.chain).map(|&node| (node, None)).collect();
        path.push((self.template.node, Some("metadata")));
        path.push((self.template.node, Some("spec")));
        if let Some(metadata) = self.template.metadata {
            path.push((metadata, Some("annotations")));
            path.extend(
                tree.get(metadata, "annotations").map(|annotations| (annotations, Some(mark::KEY))),
            );
        }
        for site in [Site::InitContainers, Site::Volumes] {
            path.push((self.spec, Some(site.key())));
            path.extend(self.get(site.key()).map(|list| (list, None)));
        }
        path.extend(["dnsPolicy", "dnsConfig", "containers"].map(|key| (self.spec, Some(key))));
        path
    }
}
