//! The tools are installed before the tunnel stands, and the only resolvers are inside it.
//!
//! With `--install-tools` the init container asks for the package mirror by name. With `--dns` the pod asks nobody but the
//! resolvers that it names: one with a private address answers through the tunnel alone, which is what the tools are to
//! build. The init container fails at every start.
//!
//! Use an image that holds the tools: leave `--install-tools` out.

use std::net::IpAddr;

use crate::lint::{Check, Findings, Outline, Rule, rule};
use crate::text::Level;
use crate::wireguard::tunnel::Dns;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Outline(check)],
    ..rule!("install_needs_names.rs", "install-needs-names")
};

fn check(pod: &Outline, findings: &mut Findings) {
    let Some(tunnel) = pod.tunnel.filter(|tunnel| tunnel.install_tools) else { return };
    let Dns::Servers(servers) = &tunnel.dns else { return };
    if servers.iter().all(|server| is_private(*server) && !tunnel.is_local(server)) {
        findings
            .add(
                &RULE,
                pod.place,
                "`--install-tools` needs a resolver before the tunnel stands, and `--dns` names none outside it",
            )
            .help("leave `--install-tools` out: the default image holds the tools");
    }
}

/// Whether the internet does not know the address: RFC 1918, RFC 6598 (where VPN providers take theirs from), RFC 4193.
fn is_private(server: IpAddr) -> bool {
    match server {
        IpAddr::V4(server) => {
            let [a, b, ..] = server.octets();
            server.is_private() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(server) => server.is_unique_local(),
    }
}
