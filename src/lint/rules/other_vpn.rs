//! Another VPN runs in the pod.
//!
//! Two programs would own the routes of one network namespace: gluetun, OpenVPN, Tailscale and the like set rules of their
//! own, and which of them wins changes from start to start. A container counts as a VPN by the name of its image, or, where
//! it may change the network, by a tunnel device or by the settings that VPN images are given.
//!
//! Keep one of the two. To route through a VPN that another pod runs, that pod needs no tunnel of ours. Where the image's
//! own VPN is off (`VPN_ENABLED: "no"`), nothing is found.

use crate::lint::{Check, Findings, Pod, Rule, power, rule};
use crate::text::Level;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("other_vpn.rs", "other-vpn")
};

/// What stands in the names of VPNs, of protocols and of providers, and hardly in another.
const NAMES: [&str; 24] = [
    "amneziawg",
    "boringtun",
    "gluetun",
    "innernet",
    "ipsec",
    "libreswan",
    "mullvad",
    "netbird",
    "netclient",
    "nordlynx",
    "openconnect",
    "pod-gateway",
    "private-internet-access",
    "protonwire",
    "softether",
    "strongswan",
    "surfshark",
    "tailscale",
    "tun2socks",
    "vpn",
    "wgcf",
    "windscribe",
    "wireguard",
    "zerotier",
];

/// Words that mean a VPN, among others: they count where the container may change the network.
const WORDS: [&str; 12] = [
    "awg",
    "firezone",
    "l2tp",
    "n2n",
    "nebula",
    "ocserv",
    "pia",
    "pptp",
    "sstp",
    "tinc",
    "warp",
    "yggdrasil",
];

/// Words of images that watch or manage a VPN and run none.
const NO_VPN: [&str; 12] = [
    "admin",
    "checker",
    "controller",
    "dashboard",
    "exporter",
    "generator",
    "management",
    "monitor",
    "operator",
    "portal",
    "ui",
    "webhook",
];

/// Environment variables that set up a VPN, and words in the names of such variables.
const VARIABLES: [&str; 2] = ["TS_AUTHKEY", "NB_SETUP_KEY"];
const SETTINGS: [&str; 3] = ["WIREGUARD", "WG", "WARP"];

/// Variables by which an image's VPN is switched off, and how.
const SWITCHES: [&str; 2] = ["VPN_ENABLED", "VPN"];
const OFF: [&str; 4] = ["no", "false", "off", "0"];

fn check(pod: &Pod, findings: &mut Findings) {
    for &container in pod.others.iter().filter(|&&container| !is_off(pod, container)) {
        let may_change = power::over_network(pod, container).next().is_some();
        let found = by_image(pod, container, may_change)
            .or_else(|| by_device(pod, container))
            .or_else(|| by_settings(pod, container).filter(|_| may_change));
        if let Some((node, why)) = found {
            findings
                .add(&RULE, pod.place(node), format!("{why}: both would manage the routes"))
                .help("keep one of the two");
        }
    }
}

fn by_image(pod: &Pod, container: NodeId, may_change: bool) -> Option<(NodeId, String)> {
    let node = pod.tree.get(container, "image")?;
    let image = pod.tree.string(node)?.to_lowercase();
    let path = path_of(&image);
    let name = path.rsplit('/').next().unwrap_or_default();
    if words(name).any(|word| NO_VPN.contains(&word)) {
        return None;
    }
    let is_named = |text: &str| {
        NAMES.iter().any(|vpn| text.contains(vpn)) || words(text).any(|word| word == "wg")
    };
    let is_meant = || words(path).any(|word| WORDS.contains(&word));
    let is_vpn = is_named(name) || (may_change && (is_named(path) || is_meant()));
    is_vpn.then(|| (node, format!("the image `{path}` brings a VPN of its own")))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(['-', '_', '.', '/'])
}

/// An image's path without its registry, its tag and its digest.
fn path_of(image: &str) -> &str {
    let path = image.split('@').next().unwrap_or_default();
    let start = path.rfind('/').map_or(0, |slash| slash + 1);
    let path = path[start..].find(':').map_or(path, |colon| &path[..start + colon]);
    match path.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
        _ => path,
    }
}

/// The device with which a tunnel is made in user space: mounted from the node, or given by a plugin for devices.
fn by_device(pod: &Pod, container: NodeId) -> Option<(NodeId, String)> {
    let name = pod.name_of(container).unwrap_or_default();
    let why = format!("`{name}` has a tunnel device of its own");
    let is_device = |path: &str| matches!(path.trim_end_matches('/'), "/dev/net/tun" | "/dev/net");
    let mount = pod.items(container, &["volumeMounts"]).find(|&mount| {
        let volume = pod.text(mount, &["name"]).and_then(|name| pod.named("volumes", &name));
        let source = volume.and_then(|volume| pod.text(volume, &["hostPath", "path"]));
        let target = pod.text(mount, &["mountPath"]);
        source.is_some_and(|path| is_device(&path)) || target.is_some_and(|it| is_device(&it))
    });
    let limits = pod.tree.find(container, &["resources", "limits"]);
    let limits = limits.into_iter().flat_map(|it| pod.tree.entries(pod.tree.follow(it)));
    let resource = limits.map(|(key, _)| key).find(|&key| {
        let resource = pod.tree.string(key).unwrap_or_default();
        resource.rsplit_once('/').is_some_and(|(_, name)| matches!(name, "tun" | "net_tun"))
    });
    Some((mount.or(resource)?, why))
}

fn by_settings(pod: &Pod, container: NodeId) -> Option<(NodeId, String)> {
    pod.items(container, &["env"]).find_map(|entry| {
        let node = pod.tree.get(entry, "name")?;
        let name = pod.tree.string(node)?;
        let is_setting = |word: &str| word.ends_with("VPN") || SETTINGS.contains(&word);
        let is_vpn = VARIABLES.contains(&name.as_ref()) || name.split('_').any(is_setting);
        is_vpn.then(|| {
            let container = pod.name_of(container).unwrap_or_default();
            (node, format!("`{container}` is set up as a VPN by `{name}`"))
        })
    })
}

/// Whether the settings of a container say that its VPN is off.
fn is_off(pod: &Pod, container: NodeId) -> bool {
    pod.items(container, &["env"]).any(|entry| {
        let is_switch = pod.name_of(entry).is_some_and(|name| SWITCHES.contains(&name.as_ref()));
        let value = || pod.text(entry, &["value"]).unwrap_or_default().to_lowercase();
        is_switch && OFF.contains(&value().as_str())
    })
}
