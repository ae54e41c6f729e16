//! The settings of a tunnel, in one table. Knows nothing of layers of values, nor of where one was written.
//!
//! The table drives everything that names a setting: flags, variables, annotations, the settings file, ConfigMap keys,
//! completions and the JSON schema.

use serde_json::{Value, json};

use super::names;
use super::presets;
use super::resolve::check_pattern;
pub use super::resolve::{BadSetting, Resolved, Settings, Tunnels, WorkloadRef};
use super::values::{self, Parsed};

/// One setting, and all that its users need to know of it.
#[derive(Debug)]
pub struct Setting {
    /// As in `--kill-switch`, `wgsidecar.dev/kill-switch` and the key of a ConfigMap.
    pub name: &'static str,
    /// As in the settings file.
    pub field: &'static str,
    /// What stands for the value in a usage line; empty for a switch.
    pub value: &'static str,
    /// The text that means the same as leaving it out; empty where nothing does.
    pub default: &'static str,
    pub help: &'static str,
    pub shape: Shape,
    /// Whether an annotation may set it; what decides who runs as root may not be.
    pub annotation: bool,
    /// Words to offer; the only ones there are if the shape is a choice.
    pub words: &'static [&'static str],
    pub example: &'static str,
    /// Fails with the reason when the values, all together, mean nothing.
    pub check: fn(&[String]) -> Parsed<()>,
}

/// The form of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    /// One of the setting's words.
    Choice,
    /// A number, or a text that begins with one.
    Number,
    /// Values that are separated by commas, or a list.
    List,
    /// A list of `cpu=…` and `memory=…`, or a map.
    Amounts,
    /// `true` or `false`, and true when it stands without a value.
    Switch,
}

/// Every setting of a tunnel, in the order in which help shows them.
pub static SETTINGS: [Setting; 21] = [
    Setting {
        name: "secret",
        field: "secretName",
        value: "NAME",
        default: "wireguard",
        help: "Secret that holds wg0.conf; {name}, {namespace} and {kind} are the workload's own",
        shape: Shape::Text,
        annotation: true,
        words: &[],
        example: "wg-{name}",
        check: |values| values::one(values).and_then(check_pattern),
    },
    Setting {
        name: "cluster",
        field: "cluster",
        value: "PRESET",
        default: "kubeadm",
        help: "Distribution whose service and pod ranges stay on the cluster's network",
        shape: Shape::Choice,
        annotation: true,
        words: &presets::NAMES,
        example: "k3s",
        check: |values| values::cluster(values).map(drop),
    },
    Setting {
        name: "local",
        field: "local",
        value: "CIDR",
        default: "",
        help: "Range that stays on the cluster's network beside the preset's, such as a LAN",
        shape: Shape::List,
        annotation: true,
        words: &[],
        example: "192.168.1.0/24",
        check: |values| values::networks(values).map(drop),
    },
    Setting {
        name: "inbound",
        field: "inbound",
        value: "PORTS",
        default: "all",
        help: "Server ports whose replies may leave by the cluster's network: all, none, tcp:PORT[-PORT], udp:PORT[-PORT]",
        shape: Shape::List,
        annotation: true,
        words: &["all", "none"],
        example: "tcp:8080",
        check: |values| values::inbound(values).map(drop),
    },
    Setting {
        name: "dns",
        field: "dns",
        value: "cluster|IP",
        default: "cluster",
        help: "Resolvers of the pod: the cluster's, or up to three inside the tunnel",
        shape: Shape::List,
        annotation: true,
        words: &["cluster"],
        example: "10.64.0.1",
        check: |values| values::dns(values).map(drop),
    },
    Setting {
        name: "kill-switch",
        field: "killSwitch",
        value: "auto|on|off",
        default: "auto",
        help: "Whether the pod is cut off while the tunnel is down; auto is on for a full tunnel",
        shape: Shape::Choice,
        annotation: true,
        words: &["auto", "on", "off"],
        example: "on",
        check: |values| values::kill_switch(values).map(drop),
    },
    Setting {
        name: "mtu",
        field: "mtu",
        value: "auto|N",
        default: "auto",
        help: "MTU of the interface in bytes; auto fits the path to the endpoint",
        shape: Shape::Number,
        annotation: true,
        words: &["auto"],
        example: "1380",
        check: |values| values::mtu(values).map(drop),
    },
    Setting {
        name: "handshake-timeout",
        field: "handshakeTimeout",
        value: "DURATION",
        default: "30s",
        help: "How long to wait for the first handshake: 30, 30s, 1m; 0 does not wait",
        shape: Shape::Number,
        annotation: true,
        words: &[],
        example: "1m",
        check: |values| values::duration(values).map(drop),
    },
    Setting {
        name: "interface",
        field: "interface",
        value: "NAME",
        default: "wg0",
        help: "Name of the network interface in the pod",
        shape: Shape::Text,
        annotation: true,
        words: &[],
        example: "wg1",
        check: |values| names::interface(values).map(drop),
    },
    Setting {
        name: "rule-priority",
        field: "rulePriority",
        value: "N",
        default: "100",
        help: "Priority of the first of wgsidecar's ten routing rules",
        shape: Shape::Number,
        annotation: true,
        words: &[],
        example: "200",
        check: |values| values::rule_priority(values).map(drop),
    },
    Setting {
        name: "image",
        field: "image",
        value: "IMAGE",
        default: "docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116",
        help: "Image of the init container: busybox, iproute2 and wireguard-tools, or apk with --install-tools",
        shape: Shape::Text,
        annotation: false,
        words: &[],
        example: "registry.example.com/wireguard:1.0",
        check: |values| names::image(values).map(drop),
    },
    Setting {
        name: "pull-policy",
        field: "pullPolicy",
        value: "POLICY",
        default: "",
        help: "imagePullPolicy of the init container; without it the cluster decides",
        shape: Shape::Choice,
        annotation: true,
        words: &["Always", "IfNotPresent", "Never"],
        example: "IfNotPresent",
        check: |values| values::pull_policy(values).map(drop),
    },
    Setting {
        name: "install-tools",
        field: "installTools",
        value: "",
        default: "false",
        help: "Install the tools with apk at every start; the image is alpine:3.22 unless --image names one",
        shape: Shape::Switch,
        annotation: false,
        words: &["true", "false"],
        example: "true",
        check: |values| values::switch(values).map(drop),
    },
    Setting {
        name: "requests",
        field: "requests",
        value: "AMOUNTS",
        default: "cpu=10m,memory=32Mi",
        help: "Resources that the init container requests",
        shape: Shape::Amounts,
        annotation: true,
        words: &[],
        example: "cpu=50m",
        check: |values| values::amounts(values).map(drop),
    },
    Setting {
        name: "limits",
        field: "limits",
        value: "AMOUNTS",
        default: "cpu=1,memory=64Mi",
        help: "Resources that the init container may use",
        shape: Shape::Amounts,
        annotation: true,
        words: &[],
        example: "memory=128Mi",
        check: |values| values::amounts(values).map(drop),
    },
    Setting {
        name: "container-name",
        field: "containerName",
        value: "NAME",
        default: "wireguard",
        help: "Name of the init container and of its volume",
        shape: Shape::Text,
        annotation: false,
        words: &[],
        example: "vpn",
        check: |values| names::label(values).map(drop),
    },
    Setting {
        name: "key-per-replica",
        field: "keyPerReplica",
        value: "",
        default: "false",
        help: "Give each ordinal of a StatefulSet or an indexed Job its own file of the Secret",
        shape: Shape::Switch,
        annotation: true,
        words: &["true", "false"],
        example: "true",
        check: |values| values::switch(values).map(drop),
    },
    Setting {
        name: "mode",
        field: "mode",
        value: "init|sidecar",
        default: "init",
        help: "Whether the container exits once the tunnel is up, or stays as a native sidecar that looks after it",
        shape: Shape::Choice,
        annotation: true,
        words: &["init", "sidecar"],
        example: "sidecar",
        check: |values| values::is_sidecar(values).map(drop),
    },
    Setting {
        name: "unhealthy",
        field: "unhealthy",
        value: "keep|unready|restart",
        default: "keep",
        help: "What a sidecar does about a tunnel that stays dead: log it, mark the pod unready, or restart",
        shape: Shape::Choice,
        annotation: true,
        words: &["keep", "unready", "restart"],
        example: "restart",
        check: |values| values::unhealthy(values).map(drop),
    },
    Setting {
        name: "metrics",
        field: "metrics",
        value: "off|PORT",
        default: "off",
        help: "Port where a sidecar serves the tunnel's metrics to Prometheus, over the cluster's network",
        shape: Shape::Number,
        annotation: true,
        words: &["off"],
        example: "9586",
        check: |values| values::metrics(values).map(drop),
    },
    Setting {
        name: "script",
        field: "script",
        value: "inline|configmap",
        default: "inline",
        help: "Whether the manifest holds the script, or a ConfigMap that `wgsidecar script` prints, checked before it runs",
        shape: Shape::Choice,
        annotation: false,
        words: &["inline", "configmap"],
        example: "configmap",
        check: |values| values::delivery(values).map(drop),
    },
];

/// The image where no setting names one: one with the tools, or one that can install them.
pub fn default_image(install_tools: bool) -> &'static str {
    if install_tools {
        "docker.io/library/alpine:3.22"
    } else {
        find("image").map_or("", |setting| setting.default)
    }
}

/// Whether `image` is one that we choose where no setting names one, at whatever tag, and another than `chosen`.
pub fn is_another_default(image: &str, chosen: &str) -> bool {
    let is_default =
        [true, false].iter().any(|&it| repository(default_image(it)) == repository(image));
    is_default && repository(image) != repository(chosen)
}

/// An image's name without its tag and digest.
pub fn repository(image: &str) -> &str {
    let named = image.split('@').next().unwrap_or_default();
    let tag = named.rfind(':').filter(|&colon| !named[colon..].contains('/'));
    &named[..tag.unwrap_or(named.len())]
}

/// Whether two images come from one repository, however much of Docker Hub's name is written.
pub fn is_same_repository(one: &str, other: &str) -> bool {
    let short = |image| {
        let name: &str = repository(image);
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        name.strip_prefix("library/").unwrap_or(name)
    };
    short(one) == short(other)
}

/// The setting called `name`, as in a flag.
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The setting whose field of the settings file is `field`.
pub fn find_field(field: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.field == field)
}

/// The setting's name that was probably meant by `name`.
pub fn nearest(name: &str) -> Option<&'static str> {
    nearest_of(name, SETTINGS.iter().map(|setting| setting.name))
}

/// The field of the settings file that was probably meant by `field`.
pub fn nearest_field(field: &str) -> Option<&'static str> {
    nearest_of(field, SETTINGS.iter().map(|setting| setting.field))
}

/// The one of `known` that is most like `word`, if any is like it at all.
pub fn nearest_of<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 60 {
        return None;
    }
    let plain = |text: &str| text.replace(['-', '_', ' '], "").to_lowercase();
    let word = plain(word);
    let likeness = |name: &str| {
        let name = plain(name);
        let is_slip = word.len() > 2 && strsim::osa_distance(&word, &name) == 1;
        strsim::jaro_winkler(&word, &name).max(if is_slip { 0.9 } else { 0.0 })
    };
    let rated = known.into_iter().map(|name| (likeness(name), name));
    // Of two that are as like, the first in the alphabet: their order here may be that of files.
    let best =
        rated.max_by(|(one, name), (other, next)| one.total_cmp(other).then(next.cmp(name)))?;
    (best.0 > 0.8).then_some(best.1)
}

impl Setting {
    /// A reason as a user reads it who knows this setting as `shown`: `{local}` in it is another setting, and has the
    /// name that it has in the same place.
    pub fn spell(&self, reason: &str, shown: &str) -> String {
        let spelt = |other: &Self| {
            let [own, name] = match shown {
                _ if shown == self.field => [self.field, other.field].map(str::to_owned),
                _ if shown == self.variable() => [self.variable(), other.variable()],
                _ => [self.name, other.name].map(str::to_owned),
            };
            shown.replace(&own, &name)
        };
        SETTINGS.iter().fold(reason.to_owned(), |text, other| {
            let word = format!("{{{}}}", other.name);
            if text.contains(&word) { text.replace(&word, &spelt(other)) } else { text }
        })
    }

    /// The value that somebody means who writes yes or no in another way: `true` for `on`, or `off` for `false`.
    pub fn meant(&self, text: &str) -> Option<&'static str> {
        const WORDS: [[&str; 6]; 2] = [
            ["true", "on", "yes", "y", "1", "enabled"],
            ["false", "off", "no", "n", "0", "disabled"],
        ];
        let own = if self.shape == Shape::Switch { &["true", "false"] } else { self.words };
        let is_word = |word: &&str| word.eq_ignore_ascii_case(text.trim());
        let same = WORDS.iter().find(|words| words.iter().any(is_word))?;
        let choice = matches!(self.shape, Shape::Switch | Shape::Choice);
        own.iter().copied().find(|word| choice && same.contains(word))
    }

    /// The environment variable, as in `WGSIDECAR_KILL_SWITCH`.
    pub fn variable(&self) -> String {
        format!("WGSIDECAR_{}", self.name.replace('-', "_").to_uppercase())
    }

    /// The annotation, as in `wgsidecar.dev/kill-switch`.
    pub fn annotation_key(&self) -> String {
        format!("wgsidecar.dev/{}", self.name)
    }

    /// Whether several values may be given, apart or with commas between them.
    pub fn is_list(&self) -> bool {
        matches!(self.shape, Shape::List | Shape::Amounts)
    }

    /// Whether it may stand without a value.
    pub fn is_switch(&self) -> bool {
        self.shape == Shape::Switch
    }

    /// The JSON schema of the field in the settings file.
    pub fn schema(&self) -> Value {
        let mut schema = match self.shape {
            Shape::Text => json!({"type": "string"}),
            Shape::Choice => json!({"type": "string", "enum": self.words}),
            Shape::Number => json!({"type": ["string", "integer"]}),
            Shape::List => json!({"type": ["string", "array"], "items": {"type": "string"}}),
            Shape::Amounts => json!({
                "type": ["string", "array", "object"],
                "items": {"type": "string"},
                "properties": {"cpu": {"type": ["string", "number"]}, "memory": {"type": ["string", "integer"]}},
                "additionalProperties": false
            }),
            Shape::Switch => json!({"type": "boolean"}),
        };
        schema["description"] = json!(self.help);
        if let Some(default) = self.schema_default() {
            schema["default"] = default;
        }
        schema["examples"] =
            json!([if self.is_switch() { json!(true) } else { json!(self.example) }]);
        schema
    }

    fn schema_default(&self) -> Option<Value> {
        match (self.default, self.shape) {
            ("", _) => None,
            (default, Shape::Switch) => Some(json!(default == "true")),
            (default, _) => Some(json!(default)),
        }
    }

    /// The values that mean the same as leaving it out.
    pub fn default_values(&self) -> Vec<String> {
        match self.default {
            "" => Vec::new(),
            default => self.split(default),
        }
    }

    /// `text` as values: one, or those between the commas of a list.
    pub fn split(&self, text: &str) -> Vec<String> {
        if self.is_list() {
            text.split(',').map(|part| part.trim().to_string()).collect()
        } else {
            vec![text.trim().to_string()]
        }
    }
}
