//! What is wrong with a configuration as a whole. Knows nothing of its grammar.

use std::collections::HashSet;

use ipnet::IpNet;

use super::conf::{Conf, Endpoint, Host, Peer, Spanned, is_default_route};
use super::conf_issue::{ConfIssue, Kind, Level, Problems};
use super::values::shown;
use crate::text::span::Span;

/// The warning about wg-quick's hooks, placed at the first.
pub(super) fn hooks(lines: &[(&'static str, Span)]) -> Option<ConfIssue> {
    let (names, first) = names(lines)?;
    let message = match lines.len() {
        1 => format!("{names} is never executed"),
        count => format!("{count} hooks are never executed: {names}"),
    };
    let help = "the pod's kill switch and routes are built without them";
    Some(Kind::WgQuickHook.at(first, message, help))
}

/// The error about lines of AmneziaWG without which the file is one of plain WireGuard, placed at the first.
pub(super) fn junk(lines: &[(&'static str, Span)]) -> Option<ConfIssue> {
    let (names, first) = names(lines)?;
    let message = format!("`wg` does not know AmneziaWG's {names}");
    let help = "the server takes plain WireGuard too: remove the lines, or let `wgsidecar secret` leave them out";
    Some(Kind::AmneziaJunk.at(first, message, help))
}

/// The names of lines, each once, and the place of the first line.
fn names(lines: &[(&'static str, Span)]) -> Option<(String, Span)> {
    let mut names = Vec::new();
    for (name, _) in lines {
        let name = format!("`{name}`");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let last = names.pop()?;
    let list = if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) };
    Some((list, lines.first()?.1))
}

/// Finds what a file lacks or contradicts, the tunnel's addresses aside.
pub(super) fn check(conf: &Conf, problems: &mut Problems) {
    if conf.is_foreign {
        return;
    }
    private_key(conf, problems);
    if conf.peers.is_empty() {
        problems.push(Kind::NoPeer.at(
            conf.interface.heading,
            "there is no `[Peer]`",
            "the tunnel needs a server",
        ));
    }
    for peer in &conf.peers {
        check_peer(conf, peer, problems);
    }
    endpoints(conf, problems);
    routes(conf, problems);
}

fn private_key(conf: &Conf, problems: &mut Problems) {
    let interface = &conf.interface;
    match &interface.private_key {
        Some(key) if key.value.is_zero() => {
            problems.push(Kind::BadKey.at(
                key.span,
                "`PrivateKey` is all zeros, which is not a key",
                "",
            ));
        }
        None if !interface.names.contains(&"PrivateKey") => {
            let help = "it belongs in `[Interface]`";
            problems.push(Kind::SecretIncomplete.at(
                interface.heading,
                "there is no `PrivateKey`",
                help,
            ));
        }
        _ => {}
    }
}

fn check_peer(conf: &Conf, peer: &Peer, problems: &mut Problems) {
    public_key(conf, peer, problems);
    if !peer.names.contains(&"AllowedIPs") {
        let message = "this peer has no `AllowedIPs`: nothing goes to it";
        let help = "`0.0.0.0/0, ::/0` sends everything to it";
        problems.push(Kind::NoAllowedIps.at(peer.heading, message, help));
    }
    if peer.keepalive.is_none() && peer.endpoint.is_some() {
        let help = "25 keeps the way back open through a NAT";
        problems.push(Kind::NoKeepalive.at(
            peer.heading,
            "this peer has no `PersistentKeepalive`",
            help,
        ));
    }
    if let Some(Spanned { value: Endpoint { host: Host::Name(name), .. }, span }) = &peer.endpoint {
        let message = format!(
            "the endpoint {} is a host name: it is resolved outside the tunnel",
            shown(name)
        );
        problems.push(Kind::EndpointName.at(
            *span,
            message,
            "an address needs no resolver outside the tunnel",
        ));
    }
}

fn public_key(conf: &Conf, peer: &Peer, problems: &mut Problems) {
    let Some(key) = &peer.public_key else {
        if !peer.names.contains(&"PublicKey") {
            problems.push(Kind::BadKey.at(peer.heading, "this peer has no `PublicKey`", ""));
        }
        return;
    };
    let Some(private) = &conf.interface.private_key else { return };
    let message = if key.value == private.value {
        "`PublicKey` is the `PrivateKey` once more"
    } else if key.value == private.value.public() {
        "`PublicKey` is the one that belongs to `PrivateKey`"
    } else if key.value.public() == private.value {
        "`PrivateKey` is the public key that belongs to what stands at `PublicKey`: they are swapped"
    } else {
        return;
    };
    problems.push(Kind::SwappedKeys.at(key.span, message, "the server's public key belongs here"));
}

fn endpoints(conf: &Conf, problems: &mut Problems) {
    let named = conf.peers.iter().any(|peer| peer.names.contains(&"Endpoint"));
    if let (Some(peer), false) = (conf.peers.first(), named) {
        let message = "no peer has an `Endpoint`: the pod would wait for a server that cannot know where it is";
        problems.push(Kind::BadEndpoint.at(peer.heading, message, "write `Endpoint = HOST:PORT`"));
    }
}

fn routes(conf: &Conf, problems: &mut Problems) {
    let mut taken = HashSet::new();
    for network in conf.allowed_ips() {
        if !taken.insert(network.value) {
            let message = format!(
                "`{}` appears twice in `AllowedIPs`: only the last peer gets it",
                network.value
            );
            problems.push(Kind::SameRoute.at(
                network.span,
                message,
                "give each network to one peer",
            ));
        }
    }
    if let (Some(first), false) = (conf.allowed_ips().next(), conf.is_full_tunnel()) {
        let message = "no peer has a default route: only the listed networks use the tunnel";
        let help = "`AllowedIPs = 0.0.0.0/0, ::/0` takes everything; ignore this if you want a split tunnel";
        problems.push(Kind::SplitTunnel.at(first.span, message, help));
    }
}

/// The error of a tunnel without any address, placed at the interface's heading.
pub fn no_address(conf: &Conf) -> Option<ConfIssue> {
    let is_absent = !conf.interface.names.contains(&"Address");
    let help = "the tunnel needs its own address, such as `Address = 10.2.0.2/32`";
    is_absent
        .then(|| Kind::SecretIncomplete.at(conf.interface.heading, "there is no `Address`", help))
}

/// Warnings for addresses that stand for a whole network; places are those of the addresses.
pub fn wide_prefixes(addresses: &[Spanned<IpNet>]) -> Vec<ConfIssue> {
    let wide = addresses
        .iter()
        .filter(|address| address.value.prefix_len() < address.value.max_prefix_len());
    wide.map(|Spanned { value, span }| {
        let message = format!("`{value}` stands for a whole network");
        let help = format!("`{}` is the tunnel's own address", IpNet::from(value.addr()));
        Kind::WidePrefix.at(*span, message, help)
    })
    .collect()
}

/// The warning when a full tunnel takes one family of addresses and not the other, placed at its default route.
///
/// Both routes and one address is an info: providers write `::/0` so that IPv6 cannot leak.
pub fn one_family(conf: &Conf, addresses: &[Spanned<IpNet>]) -> Option<ConfIssue> {
    let route = |is_v6| {
        conf.allowed_ips().find(|net| is_default_route(&net.value) && is_ipv6(net) == is_v6)
    };
    let has = |is_v6| addresses.iter().any(|address| is_ipv6(address) == is_v6);
    let (span, v6, level) = match (route(false), route(true)) {
        (None, None) => return None,
        (Some(route), None) => (route.span, true, Level::Warning),
        (None, Some(route)) => (route.span, false, Level::Warning),
        (Some(_), Some(route)) if has(false) && !has(true) => (route.span, true, Level::Info),
        (Some(route), Some(_)) if has(true) && !has(false) => (route.span, false, Level::Info),
        (Some(_), Some(_)) => return None,
    };
    let (family, all) = if v6 { ("IPv6", "::/0") } else { ("IPv4", "0.0.0.0/0") };
    let problem = one_family_problem(span, family, all, level, has(v6));
    Some(ConfIssue { level, ..problem })
}

fn one_family_problem(
    span: Span,
    family: &str,
    all: &str,
    level: Level,
    has_address: bool,
) -> ConfIssue {
    match (level, has_address) {
        (Level::Info, _) => {
            let message = format!(
                "`{all}` goes into the tunnel, which has no {family} address: {family} is cut off"
            );
            Kind::OneFamily.at(span, message, "")
        }
        (_, true) => {
            let message =
                format!("the tunnel has an {family} address, and `AllowedIPs` no `{all}`");
            Kind::OneFamily.at(span, message, format!("add `{all}`, or {family} is cut off"))
        }
        (_, false) => {
            let message = format!(
                "`AllowedIPs` has a default route, and none for {family}: {family} is cut off"
            );
            Kind::OneFamily.at(span, message, format!("with an {family} address, add `{all}`"))
        }
    }
}

fn is_ipv6(network: &Spanned<IpNet>) -> bool {
    matches!(network.value, IpNet::V6(_))
}
