//! A probe asks a public host.
//!
//! When the VPN is down, so is that host for this pod: a liveness probe restarts the app in a loop, a readiness probe takes
//! it out of its services. The tunnel is not mended by either.
//!
//! Probe the app itself.

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::yaml::NodeId;
use std::net::IpAddr;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("external_probe.rs", "external-probe")
};

const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

fn check(pod: &Pod, findings: &mut Findings) {
    for &container in &pod.others {
        for probe in PROBES.iter().filter_map(|probe| pod.tree.get(container, probe)) {
            for (node, host) in hosts(pod, probe) {
                if is_public(&host) {
                    findings
                        .add(
                            &RULE,
                            pod.place(node),
                            format!("the probe asks `{host}`: it fails whenever the VPN is down"),
                        )
                        .help("probe the app itself");
                }
            }
        }
    }
}

/// The hosts that a probe names, in its address or in the URLs of its command.
fn hosts(pod: &Pod, probe: NodeId) -> Vec<(NodeId, String)> {
    let direct = [["httpGet", "host"], ["tcpSocket", "host"]];
    let direct = direct.iter().filter_map(|path| pod.tree.find(probe, path));
    let direct = direct.filter_map(|node| Some((node, pod.tree.string(node)?.into_owned())));
    let command = pod.items(probe, &["exec", "command"]);
    let urls = command.filter_map(|node| {
        let text = pod.tree.string(node)?;
        let (_, rest) = text.split_once("http://").or_else(|| text.split_once("https://"))?;
        let host = rest.split(['/', ':', ' ', '?', '"', '\'']).next()?;
        Some((node, host.to_owned()))
    });
    direct.chain(urls).collect()
}

/// Whether a host is outside of what a cluster or a home would name.
fn is_public(host: &str) -> bool {
    const PRIVATE: [&str; 9] =
        ["local", "svc", "internal", "lan", "home", "localhost", "localdomain", "arpa", "cluster"];
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            let local = address.is_private() || address.is_loopback() || address.is_link_local();
            !local && !address.is_unspecified()
        }
        Ok(IpAddr::V6(address)) => {
            !(address.is_loopback() || address.is_unspecified() || address.is_unique_local())
        }
        Err(_) => {
            let last = host.rsplit('.').next().unwrap_or_default();
            host.contains('.')
                && last.bytes().all(|byte| byte.is_ascii_alphabetic())
                && !PRIVATE.contains(&last)
                && !host.contains(['$', '{'])
        }
    }
}
