//! A service mesh takes the pod's traffic.
//!
//! A mesh redirects every TCP connection to a proxy, whose own connections then go through the tunnel. That is so with a
//! sidecar, which its init container or CNI plugin sets up, and without one, as in Istio's ambient mode, where a proxy of
//! the node does it from within the pod's network. While the tunnel is built, a CNI plugin's redirection leads to a proxy
//! that does not run yet.
//!
//! Leave the pod out of the mesh, or exclude the VPN's endpoint from it; the message names the label or annotation.

use crate::lint::object_ref::word;
use crate::lint::{Check, Findings, ObjectRef, Outline, Pod, Rule, rule};
use crate::text::{Level, Place};
use crate::yaml::{NodeId, Tree};

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check), Check::Patch(check_patch)],
    ..rule!("service_mesh.rs", "service-mesh")
};

/// A mesh, what puts a pod into it, and what keeps the tunnel out of it.
struct Mesh {
    name: &'static str,
    /// Labels or annotations of the pods or of their Namespace, with the values that put a pod in: any but those that
    /// keep it out where none is listed.
    keys: &'static [(&'static str, &'static [&'static str])],
    /// The container that stands in a pod whose sidecar was injected before.
    sidecar: Option<&'static str>,
    remedy: &'static str,
}

const ON: &[&str] = &["true", "enabled", "yes"];
const OUT: [&str; 4] = ["false", "disabled", "no", "none"];

const MESHES: [Mesh; 10] = [
    Mesh {
        name: "Istio",
        keys: &[
            ("sidecar.istio.io/inject", ON),
            ("istio-injection", ON),
            ("istio.io/rev", &[]),
            ("sidecar.istio.io/status", &[]),
        ],
        sidecar: Some("istio-proxy"),
        remedy: "set `sidecar.istio.io/inject: \"false\"`, or exclude the endpoint with `traffic.sidecar.istio.io/excludeOutboundIPRanges`",
    },
    Mesh {
        // Kmesh uses the same label.
        name: "Istio's ambient mode",
        keys: &[("istio.io/dataplane-mode", &[]), ("ambient.istio.io/redirection", ON)],
        sidecar: None,
        remedy: "set the label `istio.io/dataplane-mode: none` on the pods",
    },
    Mesh {
        name: "Linkerd",
        keys: &[("linkerd.io/inject", &["enabled", "ingress"]), ("linkerd.io/proxy-version", &[])],
        sidecar: Some("linkerd-proxy"),
        remedy: "set `linkerd.io/inject: disabled`, or exclude ports with `config.linkerd.io/skip-outbound-ports`",
    },
    Mesh {
        name: "Consul",
        keys: &[
            ("consul.hashicorp.com/connect-inject", ON),
            ("consul.hashicorp.com/mesh-inject", ON),
            ("consul.hashicorp.com/transparent-proxy", ON),
        ],
        sidecar: Some("consul-dataplane"),
        remedy: "set `consul.hashicorp.com/connect-inject: \"false\"`, or exclude the endpoint with `consul.hashicorp.com/transparent-proxy-exclude-outbound-cidrs`",
    },
    Mesh {
        name: "Kuma",
        keys: &[("kuma.io/sidecar-injection", ON)],
        sidecar: Some("kuma-sidecar"),
        remedy: "set `kuma.io/sidecar-injection: disabled`, or exclude ports with `traffic.kuma.io/exclude-outbound-ports`",
    },
    Mesh {
        name: "Cilium",
        keys: &[("io.cilium/mtls-enabled", ON), ("policy.cilium.io/proxy-visibility", &[])],
        sidecar: None,
        remedy: "remove the label `io.cilium/mtls-enabled` or the annotation `policy.cilium.io/proxy-visibility`",
    },
    Mesh {
        name: "Open Service Mesh",
        keys: &[("openservicemesh.io/sidecar-injection", ON)],
        sidecar: None,
        remedy: "set `openservicemesh.io/sidecar-injection: disabled`, or exclude ports with `openservicemesh.io/outbound-port-exclusion-list`",
    },
    Mesh {
        name: "Flomesh",
        keys: &[("flomesh.io/sidecar-injection", ON)],
        sidecar: None,
        remedy: "set `flomesh.io/sidecar-injection: disabled`",
    },
    Mesh {
        name: "App Mesh",
        keys: &[("appmesh.k8s.aws/sidecarInjectorWebhook", ON)],
        sidecar: None,
        remedy: "set `appmesh.k8s.aws/sidecarInjectorWebhook: disabled`, or exclude the endpoint with `appmesh.k8s.aws/egressIgnoredIPs`",
    },
    Mesh {
        name: "NGINX Service Mesh",
        keys: &[("injector.nsm.nginx.com/auto-inject", ON)],
        sidecar: Some("nginx-mesh-sidecar"),
        remedy: "set `injector.nsm.nginx.com/auto-inject: \"false\"`, or exclude ports with `config.nsm.nginx.com/ignore-outgoing-ports`",
    },
];

fn check(pod: &Pod, findings: &mut Findings) {
    let namespace = pod.context.namespace_object(pod.namespace());
    let lists = lists(pod.tree, pod.template.metadata);
    for mesh in &MESHES {
        let words = mesh.words(pod.tree, &lists);
        if let Some(node) = mesh.by_words(pod.tree, &words).or_else(|| mesh.by_sidecar(pod)) {
            findings.add(&RULE, pod.place(node), mesh.message()).help(mesh.remedy);
            continue;
        }
        if words.iter().any(|&(node, _)| is_out(pod.tree, node)) {
            continue;
        }
        mesh.report_namespace(namespace, pod.name_place(), findings);
    }
}

/// What labels the pods of a patch have is not known; those of their namespace are.
fn check_patch(pods: &Outline, findings: &mut Findings) {
    let namespace = pods.namespace_object();
    MESHES.iter().for_each(|mesh| mesh.report_namespace(namespace, pods.place, findings));
}

/// The labels and the annotations.
fn lists(tree: &Tree, metadata: Option<NodeId>) -> Vec<NodeId> {
    let lists = ["labels", "annotations"].into_iter();
    lists.filter_map(|list| tree.get(metadata?, list)).collect()
}

/// Whether a value keeps a pod out of the mesh.
fn is_out(tree: &Tree, node: NodeId) -> bool {
    word(tree, node).is_some_and(|word| OUT.contains(&word.to_lowercase().as_str()))
}

/// A value, and those that put a pod into the mesh.
type Word = (NodeId, &'static [&'static str]);

impl Mesh {
    fn message(&self) -> String {
        format!("{} takes the pod's traffic before and beside the tunnel", self.name)
    }

    /// Reports a namespace that puts its pods into the mesh; those at a place get a tunnel.
    fn report_namespace(&self, namespace: Option<ObjectRef>, pods: Place, findings: &mut Findings) {
        let Some(view) = namespace else { return };
        let Some(node) = self.by_namespace(&view) else { return };
        findings
            .add(&RULE, view.place(node), self.message())
            .help(self.remedy)
            .object(view.resource())
            .related(pods, "its pods get a tunnel");
    }

    /// What labels and annotations say of the mesh.
    fn words(&self, tree: &Tree, lists: &[NodeId]) -> Vec<Word> {
        let of = |&list: &NodeId| {
            let words = self.keys.iter();
            words.filter_map(move |&(key, values)| Some((tree.get(list, key)?, values)))
        };
        lists.iter().flat_map(of).collect()
    }

    fn by_words(&self, tree: &Tree, words: &[Word]) -> Option<NodeId> {
        let is_in = |&&(node, values): &&Word| {
            let Some(word) = word(tree, node) else { return false };
            let word = word.to_lowercase();
            let is_empty = values.is_empty();
            (is_empty && !word.is_empty() && !is_out(tree, node)) || values.contains(&word.as_str())
        };
        words.iter().find(is_in).map(|&(node, _)| node)
    }

    fn by_sidecar(&self, pod: &Pod) -> Option<NodeId> {
        let name = self.sidecar?;
        let is_called = |&&it: &&NodeId| pod.name_of(it).is_some_and(|own| own == name);
        let container = *pod.others.iter().find(is_called)?;
        Some(pod.tree.get(container, "name").unwrap_or(container))
    }

    /// What puts the pods of a Namespace into the mesh.
    fn by_namespace(&self, view: &ObjectRef) -> Option<NodeId> {
        let words = self.words(view.tree, &lists(view.tree, view.object.metadata));
        self.by_words(view.tree, &words)
    }
}
