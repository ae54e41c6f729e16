//! One pod template as rules see it. Knows nothing of any rule.

use std::borrow::Cow;

use super::index::{FoundSecret, ObjectIndex};
use super::object_ref::{ObjectRef, is_true, items, text};
use super::outline::{self, Outline};
use super::secret::TunnelSecret;
use crate::kube::kinds::Shape;
use crate::kube::object::{annotation, label};
use crate::kube::{Count, Template, Workload};
use crate::text::Place;
use crate::wireguard::dns::{Fit, Own};
use crate::wireguard::existing::{Existing, Presence, is_ours};
use crate::wireguard::mark::{self, Mark, Site};
use crate::wireguard::settings::Settings;
use crate::wireguard::tunnel::{Dns, Inbound, Protocol, Tunnel};
use crate::yaml::{NodeId, Tree};

/// A pod template with what it holds of ours and the tunnel that is meant for it.
pub struct Pod<'a, 's> {
    pub tree: &'a Tree<'s>,
    pub workload: &'a Workload<'s>,
    pub template: &'a Template,
    pub spec: NodeId,
    pub presence: &'a Presence,
    /// What `inject` would build, or `None` where nothing is to be injected.
    pub tunnel: Option<&'a Tunnel>,
    /// The name of the Secret that it would read. Invariant: there is one where there is a tunnel.
    pub tunnel_reads: Option<&'a str>,
    /// What the tunnel is made of. Invariant: as for the Secret's name.
    pub wanted: Option<Wanted<'a>>,
    /// Whether the cluster itself adds the tunnel, by a policy, and the manifest stays as it is.
    pub is_admitted: bool,
    /// Whether the tunnel is to be taken out.
    pub is_to_go: bool,
    /// The namespace that its pods are put into, whatever its object says.
    pub put_into: Option<&'a str>,
    /// The Secret that the tunnel reads, where the run holds it in plain or encrypted.
    pub secret: Option<&'a FoundSecret>,
    /// The other objects of the run.
    pub context: &'a ObjectIndex<'s>,
    /// Every container but ours. Invariant, as for all below: as [`Pod::new`] found it in what is above.
    pub others: Vec<NodeId>,
    /// The numbers that multiply the template's pods.
    pub counts: Vec<Count>,
    /// Every mapping and list on the way from the document's root to what an edit touches, each with the key, if it is
    /// a key, that leads on from it.
    pub path: Vec<Step>,
}

/// A mapping or a list on the way to what an edit touches, with the key, if it is a key, that leads on from it.
pub type Step = (NodeId, Option<&'static str>);

/// The way to what an edit touches.
#[derive(Clone, Copy)]
pub struct Way<'a, 's> {
    pub tree: &'a Tree<'s>,
    pub steps: &'a [Step],
}

impl Way<'_, '_> {
    pub fn place(&self, node: NodeId) -> Place {
        self.tree.place(node)
    }
}

/// What is meant for a pod.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub tunnel: &'a Tunnel,
    pub settings: &'a Settings,
    /// Whether what nobody says was taken from the mark of the tunnel that is there.
    pub keeps: bool,
    /// The name of the Secret that was asked for.
    pub asked: &'a str,
    /// The name of the Secret that the tunnel is to read: another one where a generator has renamed it.
    pub reads: &'a str,
}

/// What a pod's spec holds itself, wherever its other fields stand.
const OWN: [&str; 3] = ["initContainers", "containers", "volumes"];

impl<'a, 's> Pod<'a, 's> {
    /// A pod of which nothing is known yet but what is written.
    pub fn new(
        tree: &'a Tree<'s>,
        workload: &'a Workload<'s>,
        template: &'a Template,
        spec: NodeId,
        presence: &'a Presence,
        context: &'a ObjectIndex<'s>,
    ) -> Self {
        Self {
            tree,
            workload,
            template,
            spec,
            presence,
            tunnel: None,
            tunnel_reads: None,
            wanted: None,
            is_admitted: false,
            is_to_go: false,
            put_into: None,
            secret: None,
            context,
            others: others(tree, template, spec, presence),
            counts: template.counts(tree, &workload.object),
            path: path(tree, workload, template, spec),
        }
    }

    /// The same pod with what is meant for it.
    pub fn with_wanted(mut self, wanted: Option<Wanted<'a>>) -> Self {
        self.tunnel = wanted.map(|wanted| wanted.tunnel);
        self.tunnel_reads = wanted.map(|wanted| wanted.reads);
        self.wanted = wanted;
        self.path.extend(self.dns_path());
        self
    }

    /// The pod's DNS settings as they would be without the tunnel.
    pub fn own_dns(&self) -> Own {
        let closed = matches!(self.template.pods.shape, Shape::Flat(_));
        Own::read(self.tree, |key| self.get(key), closed, self.existing())
    }

    /// What of the pod's own DNS settings gives way to ours, or gets our resolvers.
    fn dns_path(&self) -> Vec<(NodeId, Option<&'static str>)> {
        let wanted = match self.tunnel.map(|tunnel| &tunnel.dns) {
            Some(Dns::Servers(servers)) => self.own_dns().fit(self.tree, servers),
            _ => Fit::Sites(Vec::new()),
        };
        let wanted = if let Fit::Sites(sites) = wanted { sites } else { Vec::new() };
        let ours = self.existing().into_iter().flat_map(|existing| &existing.dns);
        let mut path = Vec::new();
        for site in wanted.into_iter().chain(ours.map(|entry| entry.site)) {
            let config = self.get(Site::DnsConfig.key());
            match site {
                Site::Nameservers => {
                    path.extend(config.map(|config| (config, Some(site.key()))));
                    path.extend(self.find(&["dnsConfig", "nameservers"]).map(|list| (list, None)));
                }
                _ => path.extend(self.get(site.key()).map(|node| (node, None))),
            }
        }
        path
    }

    pub fn place(&self, node: NodeId) -> Place {
        self.tree.place(node)
    }

    /// The way to what an edit of it touches.
    pub fn way(&self) -> Way<'_, 's> {
        Way { tree: self.tree, steps: &self.path }
    }

    pub fn view(&self) -> ObjectRef<'a, 's> {
        let object = &self.workload.object;
        ObjectRef { tree: self.tree, object, workload: Some(self.workload) }
    }

    /// The place of the object's name, or of its kind.
    pub fn name_place(&self) -> Place {
        self.view().name_place()
    }

    pub fn namespace(&self) -> Option<&'a str> {
        self.put_into.or(self.workload.object.namespace.as_deref())
    }

    /// A value of the pod's spec, or of what stands for it where the spec does not say it.
    pub fn get(&self, key: &str) -> Option<NodeId> {
        let around = self.template.around.filter(|_| !OWN.contains(&key));
        self.tree.get(self.spec, key).or_else(|| self.tree.get(around?, key))
    }

    pub fn find(&self, path: &[&str]) -> Option<NodeId> {
        let (first, rest) = path.split_first()?;
        self.tree.find(self.get(first)?, rest)
    }

    /// The node under a path from another; from the spec, as [`Pod::find`] has it.
    fn find_from(&self, from: NodeId, path: &[&str]) -> Option<NodeId> {
        if from == self.spec { self.find(path) } else { self.tree.find(from, path) }
    }

    /// The string under a path from a node.
    pub fn text(&self, from: NodeId, path: &[&str]) -> Option<Cow<'s, str>> {
        text(self.tree, self.find_from(from, path)?)
    }

    /// The node under a path from another, where it is true.
    pub fn flag(&self, from: NodeId, path: &[&str]) -> Option<NodeId> {
        self.find_from(from, path).filter(|&node| is_true(self.tree, node))
    }

    /// The items of one of the spec's lists.
    pub fn list(&self, key: &str) -> impl Iterator<Item = NodeId> + use<'a, 's> {
        self.items(self.spec, &[key])
    }

    /// The items of the list under a path from a node.
    pub fn items(&self, from: NodeId, path: &[&str]) -> impl Iterator<Item = NodeId> + use<'a, 's> {
        let tree = self.tree;
        self.find_from(from, path).into_iter().flat_map(|list| items(tree, list))
    }

    /// The item of one of the spec's lists that has this name.
    pub fn named(&self, key: &str, name: &str) -> Option<NodeId> {
        self.list(key).find(|&item| self.name_of(item).is_some_and(|it| it == name))
    }

    pub fn name_of(&self, item: NodeId) -> Option<Cow<'s, str>> {
        match self.tree.get(item, "name") {
            Some(name) => self.tree.string(name),
            None => self.template.pods.shape.unnamed().map(Cow::Borrowed),
        }
    }

    /// The place of an item's name.
    pub fn item_place(&self, item: NodeId) -> Place {
        self.place(self.tree.get(item, "name").unwrap_or(item))
    }

    /// A label of the pods.
    pub fn label(&self, key: &str) -> Option<NodeId> {
        label(self.tree, self.template.metadata, key)
    }

    /// An annotation of the pods.
    pub fn annotation(&self, key: &str) -> Option<NodeId> {
        annotation(self.tree, self.template.metadata, key)
    }

    /// The tunnel that stands in the pod already.
    pub fn existing(&self) -> Option<&'a Existing> {
        self.presence.whole()
    }

    /// Our container as it stands in the pod.
    pub fn ours(&self) -> Option<NodeId> {
        self.existing().map(|existing| existing.container)
    }

    /// The name of the Secret that the tunnel reads or would read.
    pub fn secret_name(&self) -> Option<Cow<'a, str>> {
        match self.tunnel_reads {
            Some(name) => Some(Cow::Borrowed(name)),
            None => {
                self.existing()?.secret_name(self.tree).map(|name| Cow::Owned(name.into_owned()))
            }
        }
    }

    /// Where the Secret is named: in the block, else by a setting, which counts as the object's name.
    pub fn secret_place(&self) -> Place {
        let named = self.existing().filter(|_| self.tunnel.is_none());
        let node = named.and_then(|existing| existing.secret_node(self.tree));
        node.map_or_else(|| self.name_place(), |node| self.place(node))
    }

    /// What is known of it without its manifest.
    pub fn outline(&self) -> Outline<'a, 's> {
        let existing = self.existing();
        let image = match self.tunnel {
            Some(tunnel) => Some(Cow::Borrowed(tunnel.image.as_str())),
            None => existing
                .and_then(|existing| existing.image(self.tree))
                .map(|it| it.into_owned().into()),
        };
        Outline {
            kind: &self.workload.object.kind,
            name: &self.workload.object.name,
            pods: self.template.pods,
            namespace: self.context.namespace(self.namespace()),
            place: self.name_place(),
            tunnel_place: self
                .ours()
                .map_or_else(|| self.name_place(), |ours| self.item_place(ours)),
            tunnel: self.tunnel,
            mark: self.mark(),
            image,
            secret_name: self.secret_name(),
            secret_place: self.secret_place(),
            secret: self.secret,
            context: self.context,
        }
    }

    /// What was injected.
    fn mark(&self) -> Option<&'a Mark> {
        self.existing().map(|existing| &existing.mark)
    }

    /// What the tunnel's Secret holds, where it can be read.
    pub fn tunnel_secret(&self) -> Option<(ObjectRef<'a, 's>, &'a TunnelSecret)> {
        self.context.readable(self.secret?)
    }

    /// Whether each pod of the template has a key of its own.
    pub fn has_key_per_replica(&self) -> bool {
        match self.tunnel {
            Some(tunnel) => tunnel.ordinal.is_some(),
            None => self.ours().is_some_and(|ours| {
                let args = self.items(ours, &["args"]);
                let ordinals = ["WG_ORDINAL", "JOB_COMPLETION_INDEX"];
                args.filter_map(|arg| self.tree.string(arg))
                    .any(|script| ordinals.iter().any(|ordinal| script.contains(ordinal)))
            }),
        }
    }

    /// Whether the tunnel's container stays as a native sidecar.
    pub fn is_sidecar(&self) -> bool {
        outline::is_sidecar(self.tunnel, self.mark())
    }

    /// Whether the tunnel's settings name resolvers, so that the cluster's is out of reach.
    pub fn has_own_resolvers(&self) -> bool {
        outline::has_own_resolvers(self.tunnel, self.mark())
    }

    /// Whether replies from a server's port may leave by the cluster's network; as by default where nobody knows.
    pub fn lets_in(&self, protocol: Protocol, port: u16) -> bool {
        self.inbound().lets_out(protocol, port)
    }

    /// From which ports replies may leave.
    pub fn inbound(&self) -> &'a Inbound {
        self.tunnel.map_or(&Inbound::All, |tunnel| &tunnel.inbound)
    }

    /// The nodes from the object to the pod's spec, whose style what is added takes over.
    pub fn chain(&self) -> Vec<NodeId> {
        self.template.chain_to(self.spec)
    }
}

fn others(tree: &Tree, template: &Template, spec: NodeId, presence: &Presence) -> Vec<NodeId> {
    let shape = template.pods.shape;
    let lists = shape.container_lists().iter().filter_map(|path| tree.find(spec, path));
    let lone = shape.lone_containers().iter().filter_map(|key| tree.get(spec, key));
    let all = lists.flat_map(|list| items(tree, list)).chain(lone);
    let is_ours = |container: &NodeId| match presence {
        Presence::Complete(existing) => *container == existing.container,
        // The rest of a tunnel that somebody has cut is another rule's business.
        Presence::Partial { .. } | Presence::Newer(_) => is_ours(tree, *container),
        Presence::Absent => false,
    };
    all.filter(|container| !is_ours(container)).collect()
}

fn path(
    tree: &Tree,
    workload: &Workload,
    template: &Template,
    spec: NodeId,
) -> Vec<(NodeId, Option<&'static str>)> {
    let list = workload.object.list.iter();
    let mut path = Vec::with_capacity(template.chain.len() + 12);
    path.extend(list.chain(&template.chain).map(|&node| (node, None)));
    path.push((template.holder(), Some("metadata")));
    path.push((template.node, Some("spec")));
    if let Some(metadata) = template.metadata {
        path.push((metadata, Some("annotations")));
        path.extend(
            tree.get(metadata, "annotations").map(|annotations| (annotations, Some(mark::KEY))),
        );
    }
    for site in [Site::InitContainers, Site::Volumes] {
        path.push((spec, Some(site.key())));
        path.extend(tree.get(spec, site.key()).map(|list| (list, None)));
    }
    path.extend(["dnsPolicy", "dnsConfig", "containers"].map(|key| (spec, Some(key))));
    path
}
