//! An address of the tunnel is inside the ranges that stay on the cluster's network.
//!
//! What is local never enters the tunnel: its own address, a resolver in it or the server's endpoint there cannot be
//! reached as meant.
//!
//! Choose the right `--cluster` preset, or list the ranges with `--local`.

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;
use crate::wireguard::conf::Host;
use crate::wireguard::tunnel::{Dns, Tunnel};
use ipnet::IpNet;
use std::net::IpAddr;

pub static RULE: Rule = Rule {
    id: "cidr-overlap",
    level: Level::Error,
    never: false,
    page: page!("cidr_overlap.rs", "cidr-overlap"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(tunnel) = pod.tunnel else { return };
    if let Dns::Servers(servers) = &tunnel.dns {
        for server in servers {
            if let Some(range) = local(tunnel, *server) {
                let message =
                    format!("the resolver {server} is in {range}, which never enters the tunnel");
                findings.add(&RULE, pod.name_place(), message).help(WAY_OUT);
            }
        }
    }
    let Some((view, secret)) = pod.tunnel_secret() else { return };
    for file in &secret.files {
        let own = file
            .addresses
            .iter()
            .map(|address| ("address", file.address_entry, address.value.addr(), address.span));
        let servers = file.conf.endpoints().filter_map(|endpoint| match endpoint.value.host {
            Host::Address(address) => Some(("endpoint", file.entry, address, endpoint.span)),
            Host::Name(_) => None,
        });
        for (what, entry, address, span) in own.chain(servers) {
            let Some(range) = local(tunnel, address) else { continue };
            findings
                .add(
                    &RULE,
                    entry.place(&view, span),
                    format!("the {what} {address} is in {range}, which never enters the tunnel"),
                )
                .help(WAY_OUT)
                .field(entry.field(&view))
                .about(view.resource())
                .related(pod.name_place(), "its settings say so");
        }
    }
}

const WAY_OUT: &str = "choose the cluster's own ranges with `--cluster` or `--local`";

/// The local range that holds an address.
fn local(tunnel: &Tunnel, address: IpAddr) -> Option<&IpNet> {
    tunnel.local.iter().find(|range| range.contains(&address))
}
