//! The pod has DNS settings of its own, and the tunnel asks for others.
//!
//! With resolvers inside the tunnel (`--dns IP`) the pod needs `dnsPolicy: None` and those resolvers in its `dnsConfig`.
//! What stands there asks for others, such as the node's (`Default`), and we change nothing that is not ours. The default
//! `ClusterFirst` gives way, `options` and `searches` stay, and so does a list with the very resolvers.
//!
//! Remove the pod's `dnsPolicy` and its `nameservers`, or keep the cluster's resolver with `--dns cluster`. With
//! `--allow dns-taken` the pod keeps its own.

use crate::lint::admission::{Admission, Case, Stage};
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::dns::Fit;
use crate::wireguard::tunnel::Dns;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[
        Check::Pod(check),
        // The API server has written the default out by then.
        Check::Admission(
            Admission::new(
                Stage::Impossible,
                "\
variables.missing && (!(variables.dnsPolicy in ['', 'ClusterFirst', 'None'])
  || size(variables.nameservers) > 0 && variables.nameservers != variables.resolvers)",
                MESSAGE,
                HELP,
            )
            .only(Case::Resolvers),
        ),
    ],
    ..rule!("dns_taken.rs", "dns-taken")
};

const MESSAGE: &str = "the pod has DNS settings of its own, and the tunnel asks for others";
const HELP: &str =
    "remove `dnsPolicy` and `nameservers`, or keep the cluster's resolver with `--dns cluster`";

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(Dns::Servers(servers)) = pod.tunnel.map(|tunnel| &tunnel.dns) else { return };
    match pod.own_dns().fit(pod.tree, servers) {
        Fit::Sites(_) => {}
        Fit::NoPlace => {
            findings
                .add(&RULE, pod.name_place(), "a workflow's template cannot have DNS settings of its own")
                .help("write `dnsPolicy: None` and the same `nameservers` into the workflow's own spec, or keep the cluster's resolver with `--dns cluster`");
        }
        Fit::Taken(nodes) => {
            for node in nodes {
                findings.add(&RULE, pod.place(node), MESSAGE).help(HELP);
            }
        }
    }
}
