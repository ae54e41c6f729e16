//! The resolved settings of a tunnel, but for the Secret's name: no option, no default, no flag name below it.

use std::net::IpAddr;

use ipnet::IpNet;

/// What `inject` builds into pods: thousands of workloads share one tunnel, though each may have a Secret of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tunnel {
    /// Name of the network interface.
    pub interface: String,
    /// Name of the init container and of the volume.
    pub container: String,
    pub image: String,
    /// `None` leaves the field out, so that the kubelet's own default holds.
    pub pull_policy: Option<PullPolicy>,
    /// Whether the container installs its tools with `apk` before it builds the tunnel.
    pub install_tools: bool,
    /// What stays on the cluster's network: sorted, each once.
    pub local: Vec<IpNet>,
    pub inbound: Inbound,
    pub dns: Dns,
    pub kill_switch: KillSwitch,
    /// MTU of the interface in bytes; `None` derives it from the path to the endpoint.
    pub mtu: Option<u16>,
    /// Seconds to wait for the first handshake; 0 does not wait.
    pub handshake_timeout: u32,
    /// The lowest of the ten routing rule priorities that are ours.
    pub rule_priority: u32,
    pub requests: Resources,
    pub limits: Resources,
    pub ordinal: Option<Ordinal>,
    pub mode: Mode,
    pub delivery: Delivery,
}

/// How the script comes to the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// In its arguments.
    Inline,
    /// In a ConfigMap, whose content the arguments check.
    ConfigMap,
}

/// How long the container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// It builds the tunnel and ends.
    Init,
    /// It builds the tunnel and looks after it for as long as the pod runs.
    Sidecar(Sidecar),
}

/// What a container that stays does besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sidecar {
    pub unhealthy: Unhealthy,
    /// The port that serves metrics.
    pub metrics: Option<u16>,
}

/// What comes of a tunnel that has had no handshake for minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unhealthy {
    /// The log says so.
    Keep,
    /// The pod is not ready, so that no Service sends anything to it.
    Unready,
    /// The container is restarted.
    Restart,
}

impl Tunnel {
    /// Whether the container stays as a native sidecar.
    pub fn is_sidecar(&self) -> bool {
        matches!(self.mode, Mode::Sidecar(_))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PullPolicy {
    Always,
    IfNotPresent,
    Never,
}

/// From which server ports replies may leave by the cluster's network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Inbound {
    /// Every TCP port below the ephemeral range.
    All,
    None,
    /// Sorted, each once.
    Ports(Vec<Ports>),
}

impl Inbound {
    /// The highest port that `All` lets in: those above are the ones from which clients ask.
    pub const LAST: u16 = 32767;

    /// Whether replies from a server's port may leave by the cluster's network.
    pub fn lets_out(&self, protocol: Protocol, port: u16) -> bool {
        match self {
            Self::All => protocol == Protocol::Tcp && port <= Self::LAST,
            Self::None => false,
            Self::Ports(list) => list.iter().any(|ports| {
                ports.protocol == protocol && (ports.first..=ports.last).contains(&port)
            }),
        }
    }
}

impl Tunnel {
    /// Whether an address stays on the cluster's network.
    pub fn is_local(&self, address: &IpAddr) -> bool {
        self.local.iter().any(|range| range.contains(address))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ports {
    pub protocol: Protocol,
    pub first: u16,
    pub last: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    Tcp,
    Udp,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dns {
    /// The pod keeps the cluster's resolver.
    Cluster,
    /// One to three resolvers inside the tunnel, in the order they were named.
    Servers(Vec<IpAddr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KillSwitch {
    /// On when the Secret's file describes a full tunnel.
    Auto,
    On,
    Off,
}

/// Kubernetes quantities of one container.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resources {
    pub cpu: String,
    pub memory: String,
}

/// Where a pod reads its ordinal, for one key per replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ordinal {
    /// A StatefulSet's pod: the label `apps.kubernetes.io/pod-index`, else the host name's end.
    Pod,
    /// An indexed Job's pod: the completion index.
    Completion,
}
