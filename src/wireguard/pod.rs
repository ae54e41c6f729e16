//! What a tunnel adds to a pod, as Kubernetes' own types. Knows nothing of YAML.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::{
    Capabilities, Container, EnvVar, EnvVarSource, ObjectFieldSelector, PodDNSConfig,
    PodDNSConfigOption, ResourceRequirements, SeccompProfile, SecretVolumeSource, SecurityContext,
    Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde_json::{Map, Value};

use super::mark::Site;
use super::normal::{MOUNT_PATH, Parts, VARIABLE_PREFIX};
use super::script;
use super::tunnel::{Dns, Ordinal, PullPolicy, Resources, Tunnel};

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

/// What a pod without DNS settings of its own gets.
pub const ALL_DNS: [Site; 2] = [Site::DnsPolicy, Site::DnsConfig];

impl Block {
    /// The block of a tunnel that reads the Secret of this name, for a pod where `dns` is to be ours.
    pub fn new(tunnel: &Tunnel, secret: &str, dns: &[Site]) -> Self {
        let container = Arc::new(ordered(&container(tunnel)));
        let volume = Arc::new(ordered(&volume(&tunnel.container, secret)));
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
        if self.volume["secret"]["secretName"] != *secret {
            Arc::make_mut(&mut block.volume)["secret"]["secretName"] = secret.into();
        }
        block
    }
}

/// What a tunnel puts at a place of the pod's DNS settings; nothing where the pod keeps the cluster's resolver.
fn dns_at(tunnel: &Tunnel, site: Site) -> Option<Arc<Value>> {
    let Dns::Servers(servers) = &tunnel.dns else { return None };
    let servers: Vec<_> = servers.iter().map(ToString::to_string).collect();
    Some(Arc::new(match site {
        Site::DnsPolicy => "None".into(),
        Site::Nameservers => servers.into(),
        _ => ordered(&dns_config(servers)),
    }))
}

fn container(tunnel: &Tunnel) -> Container {
    Container {
        name: tunnel.container.clone(),
        image: Some(tunnel.image.clone()),
        image_pull_policy: tunnel.pull_policy.map(|policy| pull_policy(policy).to_owned()),
        // Replaces the image's own entry point, which may need more than the container is allowed.
        command: Some(vec!["sh".into(), "-c".into()]),
        args: Some(vec![script::script(tunnel)]),
        env: tunnel.ordinal.filter(|&ordinal| ordinal == Ordinal::Pod).map(|_| vec![pod_index()]),
        resources: Some(resources(tunnel)),
        termination_message_policy: Some("FallbackToLogsOnError".into()),
        volume_mounts: Some(vec![VolumeMount {
            name: tunnel.container.clone(),
            mount_path: MOUNT_PATH.into(),
            read_only: Some(true),
            ..VolumeMount::default()
        }]),
        security_context: Some(security_context(tunnel)),
        ..Container::default()
    }
}

fn pull_policy(policy: PullPolicy) -> &'static str {
    match policy {
        PullPolicy::Always => "Always",
        PullPolicy::IfNotPresent => "IfNotPresent",
        PullPolicy::Never => "Never",
    }
}

/// Empty before Kubernetes 1.28, which knows no such label: the script then reads the host name.
fn pod_index() -> EnvVar {
    let field_path = "metadata.labels['apps.kubernetes.io/pod-index']".into();
    let field_ref = Some(ObjectFieldSelector { field_path, api_version: None });
    EnvVar {
        name: format!("{VARIABLE_PREFIX}ORDINAL"),
        value_from: Some(EnvVarSource { field_ref, ..EnvVarSource::default() }),
        ..EnvVar::default()
    }
}

/// Requests and limits: a ResourceQuota refuses a container without them.
fn resources(tunnel: &Tunnel) -> ResourceRequirements {
    ResourceRequirements {
        requests: Some(quantities(&tunnel.requests)),
        limits: Some(quantities(&tunnel.limits)),
        ..ResourceRequirements::default()
    }
}

fn quantities(resources: &Resources) -> BTreeMap<String, Quantity> {
    [
        ("cpu".into(), Quantity(resources.cpu.clone())),
        ("memory".into(), Quantity(resources.memory.clone())),
    ]
    .into()
}

/// Complete, so that nothing of the pod's own context reaches in: uid 0 and NET_ADMIN, everything else dropped.
fn security_context(tunnel: &Tunnel) -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities {
            add: Some(vec!["NET_ADMIN".into()]),
            drop: Some(vec!["ALL".into()]),
        }),
        read_only_root_filesystem: (!tunnel.install_tools).then_some(true),
        run_as_user: Some(0),
        run_as_group: Some(0),
        run_as_non_root: Some(false),
        seccomp_profile: Some(SeccompProfile {
            type_: "RuntimeDefault".into(),
            localhost_profile: None,
        }),
        ..SecurityContext::default()
    }
}

/// Mode 0400, written as the number that readers of JSON and of YAML 1.2 agree on.
fn volume(name: &str, secret: &str) -> Volume {
    Volume {
        name: name.to_owned(),
        secret: Some(SecretVolumeSource {
            secret_name: Some(secret.to_owned()),
            default_mode: Some(256),
            ..SecretVolumeSource::default()
        }),
        ..Volume::default()
    }
}

fn dns_config(servers: Vec<String>) -> PodDNSConfig {
    let option = PodDNSConfigOption { name: Some("ndots".into()), value: Some("1".into()) };
    PodDNSConfig { nameservers: Some(servers), options: Some(vec![option]), searches: None }
}

/// The order in which people write the keys of what we add.
const ORDER: [&str; 33] = [
    "name",
    "image",
    "imagePullPolicy",
    "command",
    "args",
    "env",
    "value",
    "valueFrom",
    "fieldRef",
    "fieldPath",
    "secret",
    "secretName",
    "defaultMode",
    "nameservers",
    "options",
    "resources",
    "requests",
    "limits",
    "cpu",
    "memory",
    "terminationMessagePolicy",
    "volumeMounts",
    "mountPath",
    "readOnly",
    "securityContext",
    "allowPrivilegeEscalation",
    "capabilities",
    "add",
    "drop",
    "readOnlyRootFilesystem",
    "runAsUser",
    "runAsGroup",
    "runAsNonRoot",
];

fn ordered(object: &impl k8s_openapi::serde::Serialize) -> Value {
    sort(serde_json::to_value(object).expect("Kubernetes' types are plain data"))
}

fn sort(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> =
                map.into_iter().map(|(key, value)| (key, sort(value))).collect();
            entries.sort_by_key(|(key, _)| {
                ORDER.iter().position(|other| other == key).unwrap_or(ORDER.len())
            });
            Value::Object(Map::from_iter(entries))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sort).collect()),
        other => other,
    }
}
