//! A WireGuard configuration: what it holds, and where. Knows nothing of Secrets.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use super::conf_issue::ConfIssue;
pub use super::grammar::{parse, parse_addresses};
use super::keys::Key;
pub use super::spanned_str::{decode, line_column};
use super::values::{DEFAULT_ROUTE_PREFIX, address, port, shown};
use crate::text::span::Span;

/// What a wg-quick or `wg setconf` file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conf {
    pub interface: Interface,
    pub peers: Vec<Peer>,
    /// The file is something else, or another tool puts lines into it: what it lacks is not known.
    pub is_foreign: bool,
    /// Everything that is wrong with the file by itself, in the order of its places. What depends on the tunnel's
    /// addresses, which may stand elsewhere, is for `findings`.
    pub problems: Vec<ConfIssue>,
    /// What no excerpt may show, besides what looks like a key anywhere: values of keys, broken or not. Sorted, disjoint.
    pub masks: Vec<Span>,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

/// The `[Interface]` section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// The section's heading; empty at the start where there is none.
    pub heading: Span,
    /// Keys of the file that stand in the section, in canonical case, whether or not their values make sense.
    pub names: Vec<&'static str>,
    pub private_key: Option<Spanned<Key>>,
    /// Addresses as they stand: a wide prefix is kept, a missing one is that of a single address.
    pub addresses: Vec<Spanned<IpNet>>,
    pub dns: Vec<Spanned<IpAddr>>,
    pub search: Vec<Spanned<String>>,
    pub mtu: Option<Spanned<u16>>,
    pub listen_port: Option<Spanned<u16>>,
    pub fw_mark: Option<Spanned<u32>>,
}

/// A `[Peer]` section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The section's heading.
    pub heading: Span,
    /// As in the interface.
    pub names: Vec<&'static str>,
    pub public_key: Option<Spanned<Key>>,
    pub preshared_key: Option<Spanned<Key>>,
    /// Networks without host bits.
    pub allowed_ips: Vec<Spanned<IpNet>>,
    pub endpoint: Option<Spanned<Endpoint>>,
    /// Seconds; 0 is off.
    pub keepalive: Option<Spanned<u16>>,
}

/// Where a peer listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    pub host: Host,
    pub port: u16,
}

/// An address, or a name that must be resolved before there is a tunnel.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    Address(IpAddr),
    Name(String),
}

impl Endpoint {
    /// The endpoint in `text`, which has no blanks, or why there is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shown = shown(text);
        let Some((host, digits)) = text.rsplit_once(':') else {
            return Err(format!("{shown} has no port"));
        };
        if address(text).is_some_and(|address| address.is_ipv6()) {
            return Err(format!("{shown} is an IPv6 address without brackets and port"));
        }
        let Some(port) = number(digits).and_then(port) else {
            return Err(format!("{shown} has no port from 1 to 65535 at its end"));
        };
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = match (bracketed, address(bracketed.unwrap_or(host))) {
            (Some(_), Some(address @ IpAddr::V6(_))) | (None, Some(address @ IpAddr::V4(_))) => {
                Host::Address(address)
            }
            (None, None) if is_host_name(host) => Host::Name(host.to_string()),
            _ => return Err(format!("{shown} names no host")),
        };
        Ok(Self { host, port })
    }
}

/// Letters, digits, `-`, `_` and dots, and not only digits and dots, which the resolver would take for an address.
fn is_host_name(host: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let labels = host.strip_suffix('.').unwrap_or(host).split('.');
    host.len() <= 253
        && host.bytes().all(known)
        && host.bytes().any(|byte| byte.is_ascii_alphabetic())
        && labels
            .into_iter()
            .all(|label| (1..=63).contains(&label.len()) && !label.starts_with('-'))
}

/// A number as `wg` reads it: digits only, leading zeros or not.
pub(super) fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| !text.starts_with('+'))
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Address(IpAddr::V6(address)) => write!(formatter, "[{address}]:{}", self.port),
            Host::Address(address) => write!(formatter, "{address}:{}", self.port),
            Host::Name(name) => write!(formatter, "{name}:{}", self.port),
        }
    }
}

/// Whether `network` holds so much that it counts as a default route.
pub fn is_default_route(network: &IpNet) -> bool {
    network.prefix_len() <= DEFAULT_ROUTE_PREFIX
}

impl Conf {
    /// The networks of all peers.
    pub fn allowed_ips(&self) -> impl Iterator<Item = &Spanned<IpNet>> {
        self.peers.iter().flat_map(|peer| &peer.allowed_ips)
    }

    /// Where the peers listen.
    pub fn endpoints(&self) -> impl Iterator<Item = &Spanned<Endpoint>> {
        self.peers.iter().filter_map(|peer| peer.endpoint.as_ref())
    }

    /// Whether a peer takes everything, so that the kill switch is on by default.
    pub fn is_full_tunnel(&self) -> bool {
        self.allowed_ips().any(|network| is_default_route(&network.value))
    }

    /// The text that the script reads: canonical keys, no comments, a final newline. It takes MTU for itself, and
    /// `wg setconf` accepts the rest.
    ///
    /// FwMark is left out, because the script sets its own.
    pub fn canonical(&self) -> String {
        let mut lines = Lines::default();
        lines.section("[Interface]");
        lines.line("PrivateKey", text(&self.interface.private_key, Key::encoded));
        lines.line("ListenPort", text(&self.interface.listen_port, u16::to_string));
        lines.line("MTU", text(&self.interface.mtu, u16::to_string));
        for peer in &self.peers {
            lines.section("[Peer]");
            lines.line("PublicKey", text(&peer.public_key, Key::encoded));
            lines.line("PresharedKey", text(&peer.preshared_key, Key::encoded));
            lines.line("AllowedIPs", list(&peer.allowed_ips));
            lines.line("Endpoint", text(&peer.endpoint, Endpoint::to_string));
            lines.line("PersistentKeepalive", text(&peer.keepalive, u16::to_string));
        }
        lines.0
    }
}

/// The text of wg0.address: one CIDR a line, a wide prefix narrowed to the one address unless it is kept.
pub fn address_lines(addresses: &[Spanned<IpNet>], keep_prefix: bool) -> String {
    let line = |address: &Spanned<IpNet>| {
        if keep_prefix {
            format!("{}\n", address.value)
        } else {
            format!("{}\n", IpNet::from(address.value.addr()))
        }
    };
    addresses.iter().map(line).collect()
}

fn text<T>(value: &Option<Spanned<T>>, write: impl Fn(&T) -> String) -> Option<String> {
    value.as_ref().map(|value| write(&value.value))
}

fn list(networks: &[Spanned<IpNet>]) -> Option<String> {
    let texts: Vec<_> = networks.iter().map(|network| network.value.to_string()).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn section(&mut self, heading: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0 += heading;
        self.0.push('\n');
    }

    fn line(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.0 += &format!("{key} = {value}\n");
        }
    }
}
