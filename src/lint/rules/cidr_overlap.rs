//! A network that the tunnel is to carry is inside the ranges that stay on the cluster's network.
//!
//! What is local never enters the tunnel, so what the file's `AllowedIPs` say of such a network has no effect: packets for
//! it bypass the tunnel. A tunnel's own address, its resolver and the server's endpoint may be there.
//!
//! Choose the right `--cluster` preset, or list the ranges with `--cluster none` and `--local`.

use crate::lint::secret::TunnelSecret;
use crate::lint::{Check, Findings, ObjectRef, Outline, Rule, rule};
use crate::text::Level;
use crate::wireguard::tunnel::{Dns, Tunnel};
use ipnet::IpNet;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Outline(check)],
    ..rule!("cidr_overlap.rs", "cidr-overlap")
};

fn check(pod: &Outline, findings: &mut Findings) {
    let (Some(tunnel), Some(secret)) = (pod.tunnel, pod.secret) else { return };
    let Some((view, held)) = pod.tunnel_secret() else { return };
    let asked = (secret.number, &tunnel.local, &tunnel.dns);
    let its_settings = (pod.place, "its settings say so");
    findings
        .once(&RULE, &asked, Some(its_settings), |findings| look(tunnel, &view, held, findings));
}

/// Reports the networks of a Secret's files that never enter a tunnel.
fn look(tunnel: &Tunnel, view: &ObjectRef, secret: &TunnelSecret, findings: &mut Findings) {
    for file in &secret.files {
        // beside a default route the network is an extra, and the tunnel does most of its work
        let level = if file.conf.is_full_tunnel() { Level::Warning } else { Level::Error };
        for network in file.conf.allowed_ips() {
            let net = &network.value;
            let Some(range) = local(tunnel, net).filter(|_| !is_resolver(tunnel, net)) else {
                continue;
            };
            findings
                .add(
                    &RULE,
                    file.entry.place(view, network.span),
                    format!("the network {net} is in {range}, which never enters the tunnel"),
                )
                .level(level)
                .help(WAY_OUT)
                .field(file.entry.field(view))
                .object(view.resource());
        }
    }
}

const WAY_OUT: &str =
    "choose the cluster's own ranges: another `--cluster`, or `--cluster none` with `--local`";

/// The local range that holds a whole network.
fn local<'a>(tunnel: &'a Tunnel, network: &IpNet) -> Option<&'a IpNet> {
    tunnel.local.iter().find(|range| range.contains(network))
}

/// Whether the network is one resolver, whose queries have a rule of their own before those of the local ranges.
fn is_resolver(tunnel: &Tunnel, network: &IpNet) -> bool {
    let Dns::Servers(servers) = &tunnel.dns else { return false };
    servers.iter().any(|server| IpNet::from(*server) == *network)
}
