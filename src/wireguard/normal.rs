//! The normal form of a block, by which it is known again whoever has written it anew: people, kustomize, a cluster.
//! Knows nothing of marks.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::values;

/// Where the Secret is mounted.
pub const MOUNT_PATH: &str = "/etc/wireguard";

/// What the names of our environment variables begin with.
pub const VARIABLE_PREFIX: &str = "WG_";

/// What an injection holds, in whatever layout.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    pub container: &'a Value,
    pub volume: &'a Value,
    /// What of the pod's DNS settings is ours, by key.
    pub dns: &'a Map<String, Value>,
}

impl Parts<'_> {
    /// The hash of the normal form. The image and the Secret's name are left out, so that neither a bot's new tag nor
    /// kustomize's prefix is an edit.
    pub fn hash(self) -> String {
        let form = Form::of_block(self.container);
        let container = form.of(self.container).to_string();
        hash(&form.block(&container, self.volume, self.dns))
    }
}

/// The first 8 bytes of SHA-256 in hex: enough to notice a change, too little to say anything of the content.
pub fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let first = digest.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(first))
}

/// What the API server writes into a container, a probe or a volume where a manifest is silent
/// (`pkg/apis/core/v1/defaults.go` of Kubernetes), and what means the same as silence.
const DEFAULTS: [(&str, &str); 14] = [
    ("terminationMessagePath", "/dev/termination-log"),
    ("procMount", "Default"),
    ("privileged", "false"),
    ("mountPropagation", "None"),
    ("recursiveReadOnly", "Disabled"),
    ("apiVersion", "v1"),
    ("optional", "false"),
    ("successThreshold", "1"),
    ("failureThreshold", "3"),
    ("periodSeconds", "10"),
    ("timeoutSeconds", "1"),
    ("scheme", "HTTP"),
    ("protocol", "TCP"),
    ("defaultMode", "420"),
];

/// Keys whose values do not count.
const LEFT_OUT: [&str; 2] = ["image", "secretName"];

/// Where the API server mounts the token of the pod's service account into every container.
const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// How a form is made.
pub struct Form<'a> {
    /// The container's image, which decides over the default of its pull policy; without one every policy counts.
    pub(super) image: Option<&'a str>,
    /// Whether spellings of one amount are the same.
    pub(super) amounts: bool,
}

impl<'a> Form<'a> {
    /// How the form of a block with this container is made.
    pub fn of_block(container: &'a Value) -> Self {
        Self { image: image_of(container), amounts: true }
    }

    /// The form of a block as JSON; that of its container is known.
    pub(super) fn block(
        &self,
        container: &str,
        volume: &Value,
        dns: &Map<String, Value>,
    ) -> String {
        format!("[{container},{},{}]", self.of(volume), self.of_map(dns))
    }

    /// Whether two values under a key have the same form; null stands for silence.
    pub fn is_same(&self, key: &str, one: &Value, other: &Value) -> bool {
        LEFT_OUT.contains(&key) || self.under(key, one) == self.under(key, other)
    }

    /// The form of a value: keys sorted, and nothing in it that says what silence would.
    pub(super) fn of(&self, value: &Value) -> Value {
        self.under("", value).unwrap_or_default()
    }

    fn of_map(&self, map: &Map<String, Value>) -> Value {
        let entries = map.iter().filter_map(|(key, value)| {
            let value =
                if LEFT_OUT.contains(&key.as_str()) { None } else { self.under(key, value) };
            Some((key.clone(), value?))
        });
        // Whatever feature `serde_json` is built with, the keys are sorted.
        entries.collect::<BTreeMap<_, _>>().into_iter().collect()
    }

    fn under(&self, key: &str, value: &Value) -> Option<Value> {
        let form = match value {
            Value::Object(map) if self.amounts && ["requests", "limits"].contains(&key) => {
                map.iter().map(|(name, value)| (name.clone(), amount(value))).collect()
            }
            // kustomize changes these names too, and the script is known by its hash.
            Value::Object(map) if ["secret", "configMap"].contains(&key) => {
                let mut map = map.clone();
                map.remove("name");
                self.of_map(&map)
            }
            Value::Object(map) => self.of_map(map),
            Value::Array(items) => {
                let items = items.iter().filter(|item| item["mountPath"] != TOKEN_PATH);
                items.filter_map(|item| self.under("", item)).collect()
            }
            scalar if self.is_default(key, scalar) => Value::Null,
            scalar => scalar.clone(),
        };
        let is_silent = match &form {
            Value::Null => true,
            Value::Object(map) => map.is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        (!is_silent).then_some(form)
    }

    fn is_default(&self, key: &str, scalar: &Value) -> bool {
        let is = |default: &str| word(scalar) == default;
        match key {
            "imagePullPolicy" => self.image.is_some_and(|image| is(default_pull_policy(image))),
            _ => DEFAULTS.iter().any(|(name, default)| *name == key && is(default)),
        }
    }
}

/// The block as it would be without what a cluster puts into any container, in its own pods or in all that come to it:
/// variables and mounts of admission webhooks, other resources of a LimitRange, dropped capabilities and labels of
/// SELinux from OpenShift. It may also have its own `pull_policy`. None of this gives the container more power.
pub(super) fn without_additions(container: &Value, pull_policy: bool) -> Value {
    let mut container = container.clone();
    let Some(map) = container.as_object_mut() else { return container };
    map.remove("envFrom");
    if pull_policy {
        map.remove("imagePullPolicy");
    }
    let begins = |item: &Value, key: &str, with: &str| {
        item[key].as_str().is_some_and(|text| text.starts_with(with))
    };
    retain(map.get_mut("env"), |item| begins(item, "name", VARIABLE_PREFIX));
    retain(map.get_mut("volumeMounts"), |item| begins(item, "mountPath", MOUNT_PATH));
    if let Some(Value::Object(resources)) = map.get_mut("resources") {
        resources.remove("claims");
        for amounts in resources.values_mut().filter_map(Value::as_object_mut) {
            amounts.retain(|name, _| ["cpu", "memory"].contains(&name.as_str()));
        }
    }
    if let Some(Value::Object(context)) = map.get_mut("securityContext") {
        context.remove("seLinuxOptions");
        let dropped = context.get_mut("capabilities").and_then(|it| it.get_mut("drop"));
        retain(dropped, |item| item == "ALL");
    }
    container
}

fn retain(list: Option<&mut Value>, keep: impl Fn(&Value) -> bool) {
    if let Some(Value::Array(items)) = list {
        items.retain(keep);
    }
}

/// The image that a container runs.
pub(super) fn image_of(container: &Value) -> Option<&str> {
    container.get("image")?.as_str()
}

/// The policy that the API server writes for an image (`parsers.ParseImageName`: a digest alone is no `latest`).
fn default_pull_policy(image: &str) -> &'static str {
    let (name, digest) = image.split_once('@').map_or((image, None), |(name, it)| (name, Some(it)));
    let last = name.rsplit('/').next().unwrap_or_default();
    match last.split_once(':').map(|(_, tag)| tag) {
        Some("latest") => "Always",
        None if digest.is_none() => "Always",
        _ => "IfNotPresent",
    }
}

/// A quantity in billionths, whatever its spelling.
fn amount(value: &Value) -> Value {
    values::billionths(&word(value)).map_or_else(|| value.clone(), |it| it.to_string().into())
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(container: Value) -> String {
        Parts { container: &container, volume: &json!({}), dns: &Map::new() }.hash()
    }

    #[test]
    fn what_says_the_same_has_one_hash() {
        let same = [
            (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1})),
            (
                json!({"resources": {"limits": {"cpu": "0.5"}}}),
                json!({"resources": {"limits": {"cpu": "500m"}}}),
            ),
            (
                json!({"resources": {"limits": {"cpu": 1}}}),
                json!({"resources": {"limits": {"cpu": "1000m"}}}),
            ),
            (json!({"env": [], "ports": null, "lifecycle": {}}), json!({})),
            (json!({"image": "a:1"}), json!({"image": "b:2", "imagePullPolicy": "IfNotPresent"})),
            (json!({"image": "a"}), json!({"image": "a", "imagePullPolicy": "Always"})),
            (
                json!({"image": "a:1/b"}),
                json!({"image": "a:1/b:latest@sha256:0", "imagePullPolicy": "Always"}),
            ),
            (
                json!({"image": "a@sha256:0"}),
                json!({"image": "a@sha256:0", "imagePullPolicy": "IfNotPresent"}),
            ),
            (json!({}), json!({"startupProbe": {"periodSeconds": 10, "successThreshold": 1}})),
            (
                json!({}),
                json!({"volumeMounts": [{"name": "kube-api-access-x", "mountPath": TOKEN_PATH}]}),
            ),
        ];
        for (one, other) in same {
            assert_eq!(of(one.clone()), of(other.clone()), "{one} {other}");
        }
    }

    #[test]
    fn what_says_something_else_has_another() {
        let other = [
            (json!({"image": "a:1"}), json!({"image": "a:1", "imagePullPolicy": "Always"})),
            (json!({"image": "a"}), json!({"image": "a", "imagePullPolicy": "IfNotPresent"})),
            (json!({"image": "a:1"}), json!({"image": "a:1", "imagePullPolicy": "Never"})),
            (json!({"args": ["a", "b"]}), json!({"args": ["b", "a"]})),
            (json!({"runAsUser": 0}), json!({"runAsUser": "0"})),
            (json!({"privileged": true}), json!({})),
            (json!({"env": [{"name": "A"}]}), json!({})),
            (
                json!({"resources": {"limits": {"cpu": "1"}}}),
                json!({"resources": {"limits": {"cpu": "1m"}}}),
            ),
        ];
        for (one, other) in other {
            assert_ne!(of(one.clone()), of(other.clone()), "{one} {other}");
        }
    }

    #[test]
    fn what_a_cluster_adds_is_seen_through_but_never_more_power() {
        let ours = json!({
            "env": [{"name": "WG_ORDINAL"}],
            "resources": {"limits": {"cpu": "1"}},
            "volumeMounts": [{"name": "wireguard", "mountPath": MOUNT_PATH}],
            "securityContext": {"capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]}},
        });
        let mut live = ours.clone();
        live["env"].as_array_mut().unwrap().push(json!({"name": "AWS_REGION"}));
        live["envFrom"] = json!([{"configMapRef": {"name": "proxy"}}]);
        live["imagePullPolicy"] = "Always".into();
        live["resources"]["limits"]["ephemeral-storage"] = "1Gi".into();
        live["resources"]["requests"] = json!({"ephemeral-storage": "1Gi"});
        live["volumeMounts"]
            .as_array_mut()
            .unwrap()
            .push(json!({"mountPath": "/var/run/secrets/eks"}));
        live["securityContext"]["capabilities"]["drop"] = json!(["ALL", "MKNOD"]);
        live["securityContext"]["seLinuxOptions"] = json!({"level": "s0:c1,c2"});
        assert_eq!(of(without_additions(&live, true)), of(ours.clone()));
        for (pointer, value) in [
            ("/securityContext/capabilities/add", json!(["NET_ADMIN", "SYS_ADMIN"])),
            ("/securityContext/privileged", json!(true)),
            ("/env/0/value", json!("1")),
            ("/resources/limits/cpu", json!("2")),
            ("/restartPolicy", json!("Always")),
            ("/args", json!(["sleep"])),
        ] {
            let mut edited = live.clone();
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            edited.pointer_mut(parent).unwrap()[key] = value;
            assert_ne!(of(without_additions(&edited, true)), of(ours.clone()), "{pointer}");
        }
    }
}
