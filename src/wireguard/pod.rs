//! What a tunnel adds to a pod, as JSON with its keys in the order in which people write them. Knows nothing of YAML.

use std::sync::Arc;

use serde_json::{Value, json};

use super::mark::Site;
use super::normal::{MOUNT_PATH, Parts, VARIABLE_PREFIX};
use super::script;
use super::tunnel::{
    Delivery, Dns, Mode, Ordinal, PullPolicy, Resources, Sidecar, Tunnel, Unhealthy,
};

/// The objects that one tunnel adds to a pod, their keys in the order in which people write them.
#[derive(Clone, Debug)]
pub struct Block {
    pub container: Arc<Value>,
    pub volume: Arc<Value>,
    /// What goes into the pod's DNS settings, where the tunnel's own resolvers are used.
    pub dns: Vec<(Site, Arc<Value>)>,
    /// Of all this in its normal form.
    pub hash: Arc<str>,
}

/// Where the Secret's name stands in a volume that holds the script too.
const PROJECTED: &str = "/projected/sources/0/secret/name";

/// What a pod without DNS settings of its own gets.
pub const ALL_DNS: [Site; 2] = [Site::DnsPolicy, Site::DnsConfig];

impl Block {
    /// The block of a tunnel that reads the Secret of this name, for a pod where `dns` is to be ours.
    pub fn new(tunnel: &Tunnel, secret: &str, dns: &[Site]) -> Self {
        let container = Arc::new(container(tunnel));
        let volume = Arc::new(volume(tunnel, secret));
        let dns: Vec<_> =
            dns.iter().filter_map(|&site| Some((site, dns_at(tunnel, site)?))).collect();
        let by_key =
            dns.iter().map(|(site, value)| (site.key().to_owned(), value.as_ref().clone()));
        let by_key = by_key.collect();
        let hash = Parts { container: &container, volume: &volume, dns: &by_key }.hash().into();
        Self { container, volume, dns, hash }
    }

    /// The same block with another Secret, whose name the hash leaves out.
    pub fn with_secret(&self, secret: &str) -> Self {
        let mut block = self.clone();
        if self.secret() != secret {
            let volume = Arc::make_mut(&mut block.volume);
            match volume.pointer_mut(PROJECTED) {
                Some(name) => *name = secret.into(),
                None => volume["secret"]["secretName"] = secret.into(),
            }
        }
        block
    }

    /// The name of the ConfigMap that holds the script, where the block does not.
    pub fn script_map(&self) -> Option<String> {
        let name = self.volume.pointer("/projected/sources/1/configMap/name")?;
        name.as_str().map(str::to_owned)
    }

    /// The name of the Secret in the volume.
    pub fn secret(&self) -> &str {
        let volume = &self.volume;
        let name = volume.pointer(PROJECTED).unwrap_or(&volume["secret"]["secretName"]);
        name.as_str().unwrap_or_default()
    }
}

/// What a tunnel puts at a place of the pod's DNS settings; nothing where the pod keeps the cluster's resolver.
fn dns_at(tunnel: &Tunnel, site: Site) -> Option<Arc<Value>> {
    let Dns::Servers(servers) = &tunnel.dns else { return None };
    let servers: Vec<_> = servers.iter().map(ToString::to_string).collect();
    Some(Arc::new(match site {
        Site::DnsPolicy => "None".into(),
        Site::Nameservers => servers.into(),
        _ => dns_config(servers),
    }))
}

fn container(tunnel: &Tunnel) -> Value {
    let sidecar = match tunnel.mode {
        Mode::Init => None,
        Mode::Sidecar(sidecar) => Some(sidecar),
    };
    let port = sidecar.and_then(|it| it.metrics);
    let is_unhealthy = |it| sidecar.is_some_and(|sidecar: Sidecar| sidecar.unhealthy == it);
    present(json!({
        "name": tunnel.container,
        "image": tunnel.image,
        "imagePullPolicy": tunnel.pull_policy.map(pull_policy),
        // Replaces the image's own entry point, which may need more than the container is allowed.
        "command": ["sh", "-c"],
        "args": [script::argument(tunnel)],
        "restartPolicy": sidecar.map(|_| "Always"),
        "env": (tunnel.ordinal == Some(Ordinal::Pod)).then(|| [pod_index()]),
        "ports": port.map(|port| json!([{"name": METRICS_PORT, "containerPort": port}])),
        "startupProbe": sidecar.map(|_| startup_probe(tunnel)),
        "livenessProbe": is_unhealthy(Unhealthy::Restart).then(|| probe(tunnel, "up", 60, 5)),
        "readinessProbe": is_unhealthy(Unhealthy::Unready).then(|| probe(tunnel, "up", 15, 2)),
        // A ResourceQuota refuses a container without them.
        "resources": {
            "requests": quantities(&tunnel.requests),
            "limits": quantities(&tunnel.limits),
        },
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [{"name": tunnel.container, "mountPath": MOUNT_PATH, "readOnly": true}],
        "securityContext": security_context(tunnel),
    }))
}

/// An object without the keys that have no value.
fn present(mut object: Value) -> Value {
    if let Some(entries) = object.as_object_mut() {
        entries.retain(|_, value| !value.is_null());
    }
    object
}

/// The name of the port that serves metrics, as a PodMonitor asks for it.
const METRICS_PORT: &str = "wg-metrics";

/// Holds back what comes after until the tunnel stands. The script ends by itself when it does not come to stand; the
/// kubelet is only to end one that hangs.
fn startup_probe(tunnel: &Tunnel) -> Value {
    probe(tunnel, ".", 1, 3600_u32.saturating_add(tunnel.handshake_timeout))
}

/// Asks what the script says of the tunnel, in a place that outlives the container.
fn probe(tunnel: &Tunnel, word: &str, period: u32, failures: u32) -> Value {
    let file = format!("/sys/class/net/{}/ifalias", tunnel.interface);
    json!({
        "exec": {"command": ["grep", "-q", word, file]},
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    })
}

fn pull_policy(policy: PullPolicy) -> &'static str {
    match policy {
        PullPolicy::Always => "Always",
        PullPolicy::IfNotPresent => "IfNotPresent",
        PullPolicy::Never => "Never",
    }
}

/// Empty before Kubernetes 1.28, which knows no such label: the script then reads the host name.
fn pod_index() -> Value {
    let path = "metadata.labels['apps.kubernetes.io/pod-index']";
    json!({
        "name": format!("{VARIABLE_PREFIX}ORDINAL"),
        "valueFrom": {"fieldRef": {"fieldPath": path}},
    })
}

fn quantities(resources: &Resources) -> Value {
    json!({"cpu": resources.cpu, "memory": resources.memory})
}

/// Complete, so that nothing of the pod's own context reaches in: uid 0 and NET_ADMIN, everything else dropped.
fn security_context(tunnel: &Tunnel) -> Value {
    present(json!({
        "allowPrivilegeEscalation": false,
        "capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]},
        "readOnlyRootFilesystem": (!tunnel.install_tools).then_some(true),
        "runAsUser": 0,
        "runAsGroup": 0,
        "runAsNonRoot": false,
        "seccompProfile": {"type": "RuntimeDefault"},
    }))
}

/// Mode 0400, written as the number that readers of JSON and of YAML 1.2 agree on.
fn volume(tunnel: &Tunnel, secret: &str) -> Value {
    let name = &tunnel.container;
    match tunnel.delivery {
        Delivery::Inline => {
            json!({"name": name, "secret": {"secretName": secret, "defaultMode": 256}})
        }
        Delivery::ConfigMap => {
            let map = script::map_name(&script::sha256(&script::script(tunnel)));
            // No other key of the ConfigMap may come into the place of a file of the Secret.
            let items = json!([{"key": script::FILE, "path": script::FILE}]);
            let map = json!({"configMap": {"name": map, "items": items}});
            let sources = json!([{"secret": {"name": secret}}, map]);
            json!({"name": name, "projected": {"sources": sources, "defaultMode": 256}})
        }
    }
}

fn dns_config(servers: Vec<String>) -> Value {
    json!({"nameservers": servers, "options": [{"name": "ndots", "value": "1"}]})
}
