//! A service mesh takes the pod's traffic.
//!
//! Its init container or CNI plugin redirects every TCP connection to a proxy, whose own connections then go through the
//! tunnel; while the tunnel is built, a CNI plugin's redirection leads to a proxy that does not run yet.
//!
//! Leave the pod out of the mesh, or exclude the VPN's endpoint from it; the message names the annotation.

use crate::lint::{Check, Findings, Pod, Rule, View, page};
use crate::text::Level;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    id: "service-mesh",
    level: Level::Warning,
    never: false,
    page: page!("service_mesh.rs", "service-mesh"),
    checks: &[Check::Pod(check)],
};

/// What puts a pod into a mesh, and what keeps the tunnel out of it.
struct Mesh {
    name: &'static str,
    /// A label or annotation of the pods or of their Namespace.
    key: &'static str,
    values: &'static [&'static str],
    way_out: &'static str,
}

const ON: &[&str] = &["true", "enabled"];
const ISTIO: &str = "set `sidecar.istio.io/inject: \"false\"`, or exclude the endpoint with `traffic.sidecar.istio.io/excludeOutboundIPRanges`";
const LINKERD: &str = "set `linkerd.io/inject: disabled`, or exclude ports with `config.linkerd.io/skip-outbound-ports`";
const CONSUL: &str = "set `consul.hashicorp.com/connect-inject: \"false\"`, or exclude the endpoint with `consul.hashicorp.com/transparent-proxy-exclude-outbound-cidrs`";
const KUMA: &str = "set `kuma.io/sidecar-injection: disabled`, or exclude ports with `traffic.kuma.io/exclude-outbound-ports`";

const MESHES: [Mesh; 6] = [
    Mesh { name: "Istio", key: "sidecar.istio.io/inject", values: ON, way_out: ISTIO },
    Mesh { name: "Istio", key: "istio-injection", values: ON, way_out: ISTIO },
    Mesh { name: "Istio", key: "istio.io/rev", values: &[], way_out: ISTIO },
    Mesh {
        name: "Linkerd",
        key: "linkerd.io/inject",
        values: &["enabled", "ingress"],
        way_out: LINKERD,
    },
    Mesh {
        name: "Consul",
        key: "consul.hashicorp.com/connect-inject",
        values: ON,
        way_out: CONSUL,
    },
    Mesh { name: "Kuma", key: "kuma.io/sidecar-injection", values: ON, way_out: KUMA },
];

fn check(pod: &Pod, findings: &mut Findings) {
    let metadata = pod.template.metadata;
    let lists: Vec<_> = ["labels", "annotations"]
        .into_iter()
        .filter_map(|list| pod.tree.get(metadata?, list))
        .collect();
    let namespace = pod.context.namespace_object(pod.namespace());
    let words = |mesh: &Mesh| lists.iter().filter_map(|&list| pod.tree.get(list, mesh.key));
    for mesh in &MESHES {
        let message =
            || format!("{} takes the pod's traffic before and beside the tunnel", mesh.name);
        if let Some(node) = words(mesh).find(|&node| mesh.is_on(pod, node)) {
            findings.add(&RULE, pod.place(node), message()).help(mesh.way_out);
            continue;
        }
        if let Some(view) = &namespace {
            let same = || MESHES.iter().filter(|other| other.name == mesh.name);
            let node = mesh.by_namespace(view);
            let node = node.filter(|_| !same().flat_map(words).any(|node| is_out(pod, node)));
            if let Some(node) = node {
                findings
                    .add(&RULE, view.place(node), message())
                    .help(mesh.way_out)
                    .about(view.resource())
                    .related(pod.name_place(), "its pods get a tunnel");
            }
        }
    }
}

/// Whether the pod itself refuses the mesh by the word at a node.
fn is_out(pod: &Pod, node: NodeId) -> bool {
    pod.tree.word(node).is_some_and(|word| matches!(word.as_ref(), "false" | "disabled"))
}

impl Mesh {
    /// What puts the pods of a Namespace into the mesh.
    fn by_namespace(&self, view: &View) -> Option<NodeId> {
        let object = view.object;
        let places = [object.label(view.tree, self.key), object.annotation(view.tree, self.key)];
        let mut places = places.into_iter().flatten();
        places.find(|&node| self.has(view.tree.string(node).as_deref()))
    }

    fn is_on(&self, pod: &Pod, node: NodeId) -> bool {
        self.has(pod.tree.word(node).as_deref())
    }

    fn has(&self, value: Option<&str>) -> bool {
        value.is_some_and(|value| self.values.is_empty() || self.values.contains(&value))
    }
}
