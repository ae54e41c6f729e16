//! What a tunnel's resolvers make of a pod's own DNS settings. Knows nothing of edits.

use std::borrow::Cow;
use std::net::IpAddr;

use super::existing::Existing;
use super::mark::{Before, Site};
use super::values::address;
use crate::yaml::write::is_empty;
use crate::yaml::{NodeId, Tree};

/// The DNS settings of a pod as they would be without a tunnel of ours.
#[derive(Clone, Debug, Default)]
pub struct Own {
    policy: Option<NodeId>,
    config: Option<NodeId>,
    nameservers: Option<NodeId>,
    /// Whether nothing can be put beside them.
    closed: bool,
}

/// What is to be ours beside a pod's own DNS settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The places where a resolver's settings go in; what stands there is empty, or the default written out.
    Sites(Vec<Site>),
    /// The pod's own words, which ask for something else.
    Taken(Vec<NodeId>),
    /// Something is to go in, and the pod template has no place for it.
    NoPlace,
}

impl Own {
    /// Reads the settings of a pod that may hold a tunnel; `get` gives the values of its spec.
    pub fn read(
        tree: &Tree,
        get: impl Fn(&str) -> Option<NodeId>,
        closed: bool,
        existing: Option<&Existing>,
    ) -> Self {
        let before = |site| existing.and_then(|existing| existing.mark.places.get(&site));
        let own = |site: Site| get(site.key()).filter(|_| before(site).is_none());
        // A mapping that holds our list alone goes with it.
        let is_alone = |config: &NodeId| {
            before(Site::Nameservers) == Some(&Before::Absent)
                && tree.entries(tree.follow(*config)).count() == 1
        };
        let config = own(Site::DnsConfig).filter(|config| !is_alone(config));
        let nameservers = config.filter(|_| before(Site::Nameservers).is_none());
        Self {
            policy: own(Site::DnsPolicy),
            config,
            nameservers: nameservers.and_then(|config| tree.get(config, Site::Nameservers.key())),
            closed,
        }
    }

    /// Where a tunnel with these resolvers adds to them. A list that names the same ones stays, and so do `options` and
    /// `searches`.
    pub fn fit(&self, tree: &Tree, servers: &[IpAddr]) -> Fit {
        let mut sites = Vec::new();
        let mut taken = Vec::new();
        match self.policy {
            Some(node) if tree.string(node).is_some_and(|policy| policy == "None") => {}
            Some(node) if !is_default_policy(tree, node) => taken.push(node),
            _ => sites.push(Site::DnsPolicy),
        }
        let mut take = |site, node: NodeId, is_fine: bool| {
            if is_fine { sites.push(site) } else { taken.push(node) }
        };
        match (self.config, self.nameservers) {
            (None, _) => sites.push(Site::DnsConfig),
            (Some(config), _) if is_empty(tree, config) => {
                take(Site::DnsConfig, config, is_replaceable(tree, config))
            }
            (Some(config), None) => {
                take(Site::Nameservers, config, tree.kind(tree.follow(config)).is_mapping())
            }
            (Some(_), Some(list)) if nameservers(tree, list).as_deref() == Some(servers) => {}
            (Some(_), Some(list)) => {
                let is_free = is_empty(tree, list) && is_replaceable(tree, list);
                take(Site::Nameservers, list, is_free)
            }
        }
        match (taken.is_empty(), sites.is_empty()) {
            (false, _) => Fit::Taken(taken),
            (true, false) if self.closed => Fit::NoPlace,
            (true, _) => Fit::Sites(sites),
        }
    }

    /// Which resolvers the pod asks for by itself: `cluster`, addresses, or both.
    pub fn words(&self, tree: &Tree) -> Cow<'static, str> {
        let policy = self.policy.and_then(|node| tree.string(node));
        let first = match policy.as_deref() {
            Some("None") => None,
            Some("Default") => Some("the node's"),
            _ => Some("cluster"),
        };
        let items = self.nameservers.into_iter().flat_map(|list| tree.items(tree.follow(list)));
        let named = items.filter_map(|item| Some(address(&tree.string(item)?)?.to_string()));
        let named: Vec<_> = named.collect();
        match (first, named.is_empty()) {
            (Some(first), true) => first.into(),
            (None, true) => "none".into(),
            (Some(first), false) => format!("{first}, {}", named.join(", ")).into(),
            (None, false) => named.join(", ").into(),
        }
    }
}

/// Whether a pod without the policy would have the same: it is the default, or nothing.
fn is_default_policy(tree: &Tree, node: NodeId) -> bool {
    let says_default =
        tree.string(node).is_some_and(|policy| ["", "ClusterFirst"].contains(&&*policy));
    (says_default || tree.is_null(node)) && is_replaceable(tree, node)
}

/// Whether the bytes of a value fit into a mark and can come back: they stand on one line.
fn is_replaceable(tree: &Tree, node: NodeId) -> bool {
    !tree.raw(node).contains(['\n', '\r'])
}

/// The addresses in a list; `None` if any item is not an address.
fn nameservers(tree: &Tree, list: NodeId) -> Option<Vec<IpAddr>> {
    let items = tree.items(tree.follow(list));
    items.map(|item| address(&tree.string(item)?)).collect()
}
