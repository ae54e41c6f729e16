//! Another VPN runs in the pod.
//!
//! Two programs would own the routes of one network namespace: gluetun, OpenVPN, Tailscale and the like set rules of their
//! own, and which of them wins changes from start to start.
//!
//! Keep one of the two. To route through a VPN that another pod runs, that pod needs no tunnel of ours.

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;

pub static RULE: Rule = Rule {
    id: "other-vpn",
    level: Level::Warning,
    never: false,
    page: page!("other_vpn.rs", "other-vpn"),
    checks: &[Check::Pod(check)],
};

/// Words that a VPN's image has in its name.
const NAMES: [&str; 12] = [
    "gluetun",
    "openvpn",
    "tailscale",
    "netbird",
    "wg-easy",
    "wireguard",
    "zerotier",
    "nordlynx",
    "nordvpn",
    "protonvpn",
    "mullvad",
    "delugevpn",
];

/// Words of images that watch or manage a VPN and run none.
const NO_VPN: [&str; 9] = [
    "exporter",
    "operator",
    "ui",
    "admin",
    "controller",
    "webhook",
    "management",
    "dashboard",
    "portal",
];

fn check(pod: &Pod, findings: &mut Findings) {
    for &container in &pod.others {
        let Some(node) = pod.tree.get(container, "image") else { continue };
        let image = pod.tree.string(node).unwrap_or_default();
        if let Some(name) = vpn(&image) {
            findings
                .add(
                    &RULE,
                    pod.place(node),
                    format!("`{name}` in this pod is a VPN too: two owners of the routes"),
                )
                .help("keep one of the two");
        }
    }
}

/// The VPN that an image runs, by the last part of its name.
fn vpn(image: &str) -> Option<&'static str> {
    let path = image.split('@').next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let name = name.to_lowercase();
    let mut words = name.split(['-', '_', '.']);
    if words.any(|word| NO_VPN.contains(&word)) {
        return None;
    }
    NAMES.into_iter().find(|vpn| name.contains(vpn))
}
