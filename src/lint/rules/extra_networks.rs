//! The pod gets other networks than the cluster's.
//!
//! Multus and its like give the pod further interfaces, and each may bring routes of its own beside the tunnel's. One with
//! a `default-route` takes the traffic away from it: that is an error. Another network in the place of the cluster's
//! (`v1.multus-cni.io/default-network`) brings its own addresses and its own default route, which the ranges of
//! `--cluster` and `--local` say nothing of.
//!
//! Leave the annotation out, or be sure that the networks hold no route that the tunnel should have.

use crate::lint::admission::{Admission, Stage};
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[
        Check::Pod(check),
        // What is an error. A tunnel that came with the pod was allowed by whoever injected it.
        Check::Admission(Admission::new(
            Stage::Impossible,
            "\
variables.missing && ['k8s.v1.cni.cncf.io/networks', 'danm.k8s.io/interfaces', 'networkservicemesh.io', 'networking.gke.io/interfaces']
  .exists(key, variables.annotations[?key].orValue('').contains('default-route'))",
            DEFAULT_ROUTE,
            HELP,
        )),
        Check::Admission(Admission::new(
            Stage::Impossible,
            "\
variables.missing
&& !(variables.annotations[?'networking.gke.io/default-interface'].orValue('') in ['', 'eth0'])",
            DEFAULT_INTERFACE,
            HELP,
        )),
    ],
    ..rule!("extra_networks.rs", "extra-networks")
};

const DEFAULT_ROUTE: &str = "a further network brings a default route beside the tunnel's";
const DEFAULT_INTERFACE: &str = "another interface takes the default route from the tunnel";
const HELP: &str =
    "leave the annotation out, or make sure that no route of it takes what the tunnel should";

/// An annotation that gives a pod networks.
struct Row {
    key: &'static str,
    means: Means,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    /// A list of networks beside the cluster's.
    Further,
    /// A list of all networks, the cluster's included.
    All,
    /// The network that takes the place of the cluster's.
    Instead,
    /// The interface that takes the default route.
    DefaultRoute,
}

const fn row(key: &'static str, means: Means) -> Row {
    Row { key, means }
}

const ROWS: [Row; 6] = [
    row("k8s.v1.cni.cncf.io/networks", Means::Further),
    row("v1.multus-cni.io/default-network", Means::Instead),
    row("danm.k8s.io/interfaces", Means::All),
    row("networkservicemesh.io", Means::Further),
    row("networking.gke.io/interfaces", Means::All),
    row("networking.gke.io/default-interface", Means::DefaultRoute),
];

/// A label of the Namespace by which OVN-Kubernetes gives its pods a network of their own in the place of the cluster's.
const PRIMARY: &str = "k8s.ovn.org/primary-user-defined-network";

const INSTEAD: &str =
    "another network takes the place of the cluster's: its routes and ranges are its own";

fn check(pod: &Pod, findings: &mut Findings) {
    for row in &ROWS {
        let Some(node) = pod.annotation(row.key) else { continue };
        let text = pod.tree.string(node).unwrap_or_default();
        let Some((message, level)) = row.says(text.trim()) else { continue };
        findings.add(&RULE, pod.place(node), message).help(HELP).level(level);
    }
    let Some(view) = pod.context.namespace_object(pod.namespace()) else { return };
    if let Some(node) = view.object.label(view.tree, PRIMARY) {
        findings
            .add(&RULE, view.place(node), INSTEAD)
            .help("name its ranges with `--local`, or use a namespace without the label")
            .object(view.resource())
            .related(pod.name_place(), "its pods get a tunnel");
    }
}

impl Row {
    /// What its value comes to; nothing where it names no other network.
    fn says(&self, text: &str) -> Option<(&'static str, Level)> {
        let further = if text.contains("default-route") {
            (DEFAULT_ROUTE, Level::Error)
        } else {
            ("further networks bring routes beside the tunnel's", Level::Warning)
        };
        match self.means {
            _ if text.is_empty() => None,
            Means::Further if count(text) > 0 => Some(further),
            Means::All if count(text) > 1 => Some(further),
            Means::Further | Means::All => None,
            Means::Instead => Some((INSTEAD, Level::Warning)),
            Means::DefaultRoute if text == "eth0" => None,
            Means::DefaultRoute => Some((DEFAULT_INTERFACE, Level::Error)),
        }
    }
}

/// How many networks a list names, written as JSON or between commas.
fn count(text: &str) -> usize {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Array(list)) => list.len(),
        _ => text.split(',').filter(|name| !name.trim().is_empty()).count(),
    }
}
