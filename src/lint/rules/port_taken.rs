//! A container listens on the port where the tunnel is to serve its metrics.
//!
//! All containers of a pod share one network: whoever comes second cannot listen there, and fails or serves nothing.
//!
//! Choose another port with `--metrics`.

use crate::kube::object::integer;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::tunnel::{Mode, Sidecar};

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("port_taken.rs", "port-taken")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(Mode::Sidecar(Sidecar { metrics: Some(metrics), .. })) = pod.tunnel.map(|it| it.mode)
    else {
        return;
    };
    for port in pod.others.iter().flat_map(|&container| pod.items(container, &["ports"])) {
        let is_tcp = pod.text(port, &["protocol"]).is_none_or(|protocol| protocol == "TCP");
        let Some(node) = pod.tree.get(port, "containerPort").filter(|_| is_tcp) else { continue };
        if integer(pod.tree, node) == Some(metrics.into()) {
            findings
                .add(
                    &RULE,
                    pod.place(node),
                    format!("the tunnel is to serve its metrics on port {metrics} too"),
                )
                .help("choose another port with `--metrics`");
        }
    }
}
