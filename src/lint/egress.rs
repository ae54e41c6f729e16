//! What NetworkPolicies let out of the pods that they select. Knows nothing of tunnels.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use super::ObjectRef;
use super::object_ref::text;
use crate::kube::object::integer;
use crate::kube::placeholder;
use crate::text::Place;
use crate::yaml::{NodeId, Tree};

/// What policies let out together, put in order by what decides about a packet, so that no rule is asked in vain.
#[derive(Debug, Default)]
pub struct Egress {
    /// The ports of the rules by what their peers say of a packet whatever its address is.
    by_peers: HashMap<(Aim, Allowed), Ports>,
    /// The rules that lead to ranges of addresses, by the numbers of their ports.
    blocks: Nets<Vec<Block>>,
    /// Of the rules that lead to the same ranges together.
    ports: Vec<Ports>,
}

/// What somebody wants to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Allowed {
    No,
    Unknown,
    Yes,
}

use Allowed::{No, Unknown, Yes};

/// Where a packet goes, as far as a peer that is no range of addresses minds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Aim {
    /// To an address on the internet, where no pod is.
    Internet,
    /// To an address that may be a pod's.
    Pod,
    Resolver,
    Unknown,
}

const AIMS: [Aim; 4] = [Aim::Internet, Aim::Pod, Aim::Resolver, Aim::Unknown];

/// A range of addresses, and those that are left out of it.
type Range = (IpNet, Vec<IpNet>);

/// The addresses of a peer; an error where nobody can read them, `None` where it is pods.
type Peer = Option<Result<Range, ()>>;

/// A range of addresses, but for others.
#[derive(Debug)]
struct Block {
    except: Nets<()>,
    ports: usize,
}

/// The ports of rules.
#[derive(Debug, Default)]
struct Ports {
    all: bool,
    /// Whether there is one of which nobody knows which it is.
    unknown: bool,
    /// Whether there is one beside that of resolvers.
    others: bool,
    /// Invariant: sorted and disjoint, once all are there.
    ranges: Vec<(i128, i128)>,
}

/// Networks, found by an address in them.
#[derive(Debug)]
struct Nets<T> {
    by_net: HashMap<IpNet, T>,
    lengths: BTreeSet<u8>,
}

/// Where a policy limits what leaves: where its rules stand, or would. `None` where it leaves that alone.
pub fn limits(view: &ObjectRef) -> Option<Place> {
    let egress = view.find(&["spec", "egress"]).filter(|&node| !view.tree.is_null(node));
    let types = view.items(&["spec", "policyTypes"]);
    let is_named = |node: &NodeId| view.tree.string(*node).is_some_and(|word| word == "Egress");
    let named = types.iter().copied().find(is_named);
    if named.is_none() && (egress.is_none() || !types.is_empty()) {
        return None;
    }
    Some(egress.or(named).map_or_else(|| view.name_place(), |node| view.place(node)))
}

impl Egress {
    /// What policies allow that limit what leaves.
    pub fn of<'a, 's: 'a>(policies: impl Iterator<Item = ObjectRef<'a, 's>>) -> Self {
        let mut egress = Self::default();
        let mut same = HashMap::new();
        for view in policies {
            for rule in view.items(&["spec", "egress"]) {
                egress.add(view.tree, rule, &mut same);
            }
        }
        let ports = egress.by_peers.values_mut().chain(&mut egress.ports);
        ports.for_each(Ports::sort);
        egress
    }

    /// Takes in a rule. `same` knows the number of the ports of all that lead to the same ranges.
    fn add(&mut self, tree: &Tree, rule: NodeId, same: &mut HashMap<Vec<Range>, usize>) {
        let (peers, ports) = (items(tree, rule, "to"), items(tree, rule, "ports"));
        let add = |all: &mut Ports| all.add(tree, &ports);
        let peers = Vec::from_iter(peers.into_iter().map(|peer| range(tree, peer)));
        for aim in AIMS {
            // Without any peer it leads everywhere.
            let allowed = peers.iter().map(|peer| aim.by_peer(peer)).max().unwrap_or(Yes);
            if allowed > No {
                add(self.by_peers.entry((aim, allowed)).or_default());
            }
        }
        let ranges = Vec::from_iter(peers.into_iter().flatten().flatten());
        if ranges.is_empty() {
            return;
        }
        let next = self.ports.len();
        let number = *same.entry(ranges.clone()).or_insert(next);
        if number == next {
            self.ports.push(Ports::default());
            for (net, except) in ranges {
                let except = except.into_iter().map(|net| (net, ()));
                let block = Block { except: except.collect(), ports: number };
                self.blocks.entry(net).push(block);
            }
        }
        add(&mut self.ports[number]);
    }

    pub fn allows(&self, wanted: &Wanted) -> Allowed {
        let aim = Aim::of(wanted);
        let by_peers = [Yes, Unknown].into_iter().filter_map(|allowed| {
            let ports = self.by_peers.get(&(aim, allowed))?;
            Some(ports.allow(wanted).min(allowed))
        });
        let address = if let Wanted::Address(address, _) = wanted { Some(*address) } else { None };
        let blocks = address.into_iter().flat_map(|address| {
            let blocks = self.blocks.around(address).flatten();
            let blocks = blocks.filter(move |it| it.except.around(address).next().is_none());
            blocks.map(|block| self.ports[block.ports].allow(wanted))
        });
        by_peers.chain(blocks).max().unwrap_or(No)
    }
}

impl Aim {
    fn of(wanted: &Wanted) -> Self {
        match wanted {
            Wanted::Address(IpAddr::V4(address), _) if !address.is_private() => Self::Internet,
            Wanted::Address(..) => Self::Pod,
            Wanted::Dns => Self::Resolver,
            Wanted::Port(_) | Wanted::Somewhere => Self::Unknown,
        }
    }

    /// Whether a peer leads there, as far as that does not depend on an address.
    fn by_peer(self, peer: &Peer) -> Allowed {
        match (peer, self) {
            // Pods: resolvers are some, a server of ours may be one if its address is private.
            (None, Self::Internet) => No,
            (None, Self::Resolver) => Yes,
            (None | Some(Err(())), _) => Unknown,
            (Some(Ok(_)), Self::Internet | Self::Pod) => No,
            (Some(Ok(_)), Self::Resolver) => Yes,
            (Some(Ok((net, _))), Self::Unknown) if net.prefix_len() == 0 => Yes,
            (Some(Ok(_)), Self::Unknown) => Unknown,
        }
    }
}

fn range(tree: &Tree, peer: NodeId) -> Peer {
    let block = tree.get(peer, "ipBlock")?;
    let net = |node: NodeId| Some(text(tree, node)?.parse::<IpNet>().ok()?.trunc());
    let Some(cidr) = tree.get(block, "cidr").and_then(net) else { return Some(Err(())) };
    let except = items(tree, block, "except").into_iter().filter_map(net).collect();
    Some(Ok((cidr, except)))
}

impl Ports {
    /// Takes in the ports of a rule.
    fn add(&mut self, tree: &Tree, ports: &[NodeId]) {
        self.all |= ports.is_empty();
        for &port in ports {
            let protocol = tree.get(port, "protocol");
            if protocol.is_some_and(|node| placeholder::open(tree, node).is_some()) {
                self.unknown = true;
                continue;
            }
            // TCP is the default, and no tunnel's protocol.
            if protocol.and_then(|node| text(tree, node)).is_none_or(|protocol| protocol != "UDP") {
                continue;
            }
            let number = |key| tree.get(port, key).map(|node| integer(tree, node));
            match number("port") {
                None => self.all = true,
                Some(None) => self.unknown = true,
                Some(Some(first)) => {
                    let last = number("endPort").flatten().unwrap_or(first);
                    self.others |= (first, last) != (53, 53);
                    self.ranges.push((first, last));
                }
            }
        }
    }

    fn sort(&mut self) {
        self.ranges.retain(|(first, last)| first <= last);
        self.ranges.sort_unstable();
        self.ranges.dedup_by(|next, before| {
            let meets = next.0 <= before.1;
            before.1 = if meets { before.1.max(next.1) } else { before.1 };
            meets
        });
    }

    fn allow(&self, wanted: &Wanted) -> Allowed {
        let is_listed = |port: u16| {
            let port = i128::from(port);
            let after = self.ranges.partition_point(|&(first, _)| first <= port);
            after.checked_sub(1).is_some_and(|at| port <= self.ranges[at].1)
        };
        let (listed, may_be) = match wanted {
            Wanted::Address(_, port) | Wanted::Port(port) => (is_listed(*port), false),
            Wanted::Dns => (is_listed(53), false),
            // A rule for resolvers does not let a tunnel through.
            Wanted::Somewhere => (false, self.others),
        };
        match (self.all || listed, self.unknown || may_be) {
            (true, _) => Yes,
            (false, true) => Unknown,
            (false, false) => No,
        }
    }
}

impl<T> Nets<T> {
    /// What is kept of the networks that an address is in.
    fn around(&self, address: IpAddr) -> impl Iterator<Item = &T> {
        let nets = self.lengths.iter().filter_map(move |&length| IpNet::new(address, length).ok());
        nets.filter_map(|net| self.by_net.get(&net.trunc()))
    }
}

impl<T: Default> Nets<T> {
    fn entry(&mut self, net: IpNet) -> &mut T {
        self.lengths.insert(net.prefix_len());
        self.by_net.entry(net).or_default()
    }
}

impl<T> Default for Nets<T> {
    fn default() -> Self {
        Self { by_net: HashMap::new(), lengths: BTreeSet::new() }
    }
}

impl<T> FromIterator<(IpNet, T)> for Nets<T> {
    fn from_iter<I: IntoIterator<Item = (IpNet, T)>>(nets: I) -> Self {
        let by_net: HashMap<_, _> = nets.into_iter().collect();
        let lengths = by_net.keys().map(IpNet::prefix_len).collect();
        Self { by_net, lengths }
    }
}

fn items(tree: &Tree, node: NodeId, key: &str) -> Vec<NodeId> {
    let list = tree.get(node, key).into_iter();
    list.flat_map(|list| super::object_ref::items(tree, list)).collect()
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
