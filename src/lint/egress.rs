//! What a NetworkPolicy lets out of the pods that it selects. Knows nothing of tunnels.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use super::object_ref::text;
use super::{ObjectRef, Resource};
use crate::kube::object::integer;
use crate::kube::placeholder;
use crate::text::Place;
use crate::yaml::NodeId;

/// A policy that limits what leaves.
pub struct Egress<'a, 's> {
    view: &'a ObjectRef<'a, 's>,
    rules: Vec<NodeId>,
    /// Where the rules stand, or would.
    pub place: Place,
    pub resource: Resource,
}

/// What somebody wants to send.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// UDP to an address and port.
    Address(IpAddr, u16),
    /// UDP to a port of an address that is not known.
    Port(u16),
    /// UDP to the outside, to an unknown address.
    Somewhere,
    /// Queries to any resolver.
    Dns,
}

/// Whether a policy lets something out; of several policies the best counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowed {
    No,
    Unknown,
    Yes,
}

use Allowed::{No, Unknown, Yes};

impl<'a, 's> Egress<'a, 's> {
    /// The policy's egress; `None` where it leaves that alone.
    pub fn read(view: &'a ObjectRef<'a, 's>) -> Option<Self> {
        let egress = view.find(&["spec", "egress"]).filter(|&node| !view.tree.is_null(node));
        let types = view.items(&["spec", "policyTypes"]);
        let is_named = |node: &NodeId| view.tree.string(*node).is_some_and(|word| word == "Egress");
        let named = types.iter().copied().find(is_named);
        if named.is_none() && (egress.is_none() || !types.is_empty()) {
            return None;
        }
        let place = egress.or(named).map_or_else(|| view.name_place(), |node| view.place(node));
        let rules = view.items(&["spec", "egress"]);
        Some(Self { view, rules, place, resource: view.resource() })
    }

    pub fn allows(&self, wanted: &Wanted) -> Allowed {
        let rule = |&rule: &NodeId| self.peers(rule, wanted).min(self.ports(rule, wanted));
        self.rules.iter().map(rule).max().unwrap_or(No)
    }

    /// Whether a rule leads to where the packet goes; without any peer it leads everywhere.
    fn peers(&self, rule: NodeId, wanted: &Wanted) -> Allowed {
        let peers = self.items(rule, "to");
        if peers.is_empty() {
            return Yes;
        }
        peers.into_iter().map(|peer| self.peer(peer, wanted)).max().unwrap_or(No)
    }

    fn peer(&self, peer: NodeId, wanted: &Wanted) -> Allowed {
        let tree = self.view.tree;
        let Some(block) = tree.get(peer, "ipBlock") else {
            // Pods: resolvers are some, a server of ours may be one if its address is private.
            return match wanted {
                Wanted::Address(IpAddr::V4(address), _) if !address.is_private() => No,
                Wanted::Dns => Yes,
                _ => Unknown,
            };
        };
        let range = |node: NodeId| text(tree, node)?.parse::<IpNet>().ok();
        let Some(cidr) = tree.get(block, "cidr").and_then(range) else { return Unknown };
        let except: Vec<_> = self.items(block, "except").into_iter().filter_map(range).collect();
        match wanted {
            Wanted::Address(address, _) => {
                let is_in = cidr.contains(address) && !except.iter().any(|it| it.contains(address));
                if is_in { Yes } else { No }
            }
            Wanted::Dns => Yes,
            _ if cidr.prefix_len() == 0 => Yes,
            _ => Unknown,
        }
    }

    fn ports(&self, rule: NodeId, wanted: &Wanted) -> Allowed {
        let ports = self.items(rule, "ports");
        if ports.is_empty() {
            return Yes;
        }
        ports.into_iter().map(|port| self.port(port, wanted)).max().unwrap_or(No)
    }

    fn port(&self, port: NodeId, wanted: &Wanted) -> Allowed {
        let tree = self.view.tree;
        let protocol = tree.get(port, "protocol");
        if protocol.is_some_and(|node| placeholder::open(tree, node).is_some()) {
            return Unknown;
        }
        // TCP is the default, and no tunnel's protocol.
        if protocol.and_then(|node| text(tree, node)).is_none_or(|protocol| protocol != "UDP") {
            return No;
        }
        let Some(node) = tree.get(port, "port") else { return Yes };
        let Some(first) = integer(tree, node) else { return Unknown };
        let last = tree.get(port, "endPort").and_then(|node| integer(tree, node)).unwrap_or(first);
        let number = match wanted {
            Wanted::Address(_, port) | Wanted::Port(port) => *port,
            Wanted::Dns => 53,
            // A rule for resolvers does not let a tunnel through.
            Wanted::Somewhere if (first, last) == (53, 53) => return No,
            Wanted::Somewhere => return Unknown,
        };
        if (first..=last).contains(&i128::from(number)) { Yes } else { No }
    }

    fn items(&self, node: NodeId, key: &str) -> Vec<NodeId> {
        let list = self.view.tree.get(node, key).into_iter();
        list.flat_map(|list| super::object_ref::items(self.view.tree, list)).collect()
    }
}

impl Wanted {
    /// The rule that allows it, as an item of `egress`.
    pub fn rule(&self) -> String {
        let port =
            |number: &dyn fmt::Display| format!("ports: [{{protocol: UDP, port: {number}}}]");
        match self {
            Self::Address(address, number) => {
                let cidr = IpNet::from(*address);
                format!("{{to: [{{ipBlock: {{cidr: \"{cidr}\"}}}}], {}}}", port(number))
            }
            Self::Port(number) => format!("{{{}}}", port(number)),
            Self::Somewhere => format!("{{{}}}", port(&"PORT OF THE SERVER")),
            Self::Dns => format!("{{{}}}", port(&53)),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(IpAddr::V6(address), port) => write!(out, "UDP to [{address}]:{port}"),
            Self::Address(address, port) => write!(out, "UDP to {address}:{port}"),
            Self::Port(port) => write!(out, "UDP to port {port}"),
            Self::Somewhere => out.write_str("UDP to the tunnel's server"),
            Self::Dns => out.write_str("DNS, which the server's name needs"),
        }
    }
}
