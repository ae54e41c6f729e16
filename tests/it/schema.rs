//! The schema of the settings for editors: made from the table of settings, and of one mind with the reader.

use crate::support::{golden, root, run};
use serde_json::{Map, Value, json};
use wgsidecar::config::{OPTIONS, RunOption, Slot};
use wgsidecar::lint::RULES;
use wgsidecar::wireguard::settings::SETTINGS;

fn schema() -> Value {
    let rules: Vec<_> = RULES.iter().filter(|rule| !rule.never).map(|rule| rule.id).collect();
    let mut spec: Map<_, _> =
        SETTINGS.iter().map(|setting| (setting.field.to_owned(), setting.schema())).collect();
    spec.extend(OPTIONS.iter().map(|option| (option.field.to_owned(), of_option(option))));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of wgsidecar",
        "description": "wgsidecar.yaml, and the configuration of the KRM function",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "additionalProperties": false,
        "properties": {
            "apiVersion": {"const": "wgsidecar.dev/v1alpha1"},
            "kind": {"const": "WireGuardSidecar"},
            "metadata": {"description": "Not read by wgsidecar, but by its hosts", "type": "object"},
            "spec": {"type": ["object", "null"], "additionalProperties": false, "properties": spec}
        },
        "$defs": {"rule": {"type": "string", "enum": rules}}
    })
}

fn of_option(option: &RunOption) -> Value {
    let (help, example) = (option.help, option.example);
    match option.slot {
        Slot::Selector(_) => selector(help),
        Slot::Ignore(_) => ignore(help),
        Slot::Patches(_) => patches(help),
        Slot::Text(_) => json!({"description": help, "type": "string", "examples": [example]}),
        Slot::Switch(_) => json!({"description": help, "type": "boolean", "default": false}),
        Slot::Words(_) => json!({
            "description": help,
            "type": ["string", "array"],
            "items": {"type": "string"},
            "examples": [example]
        }),
        Slot::Rules(_) => json!({
            "description": help,
            "oneOf": [
                {"$ref": "#/$defs/rule"},
                {"type": "array", "items": {"$ref": "#/$defs/rule"}}
            ],
            "examples": [[example]]
        }),
    }
}

fn selector(help: &str) -> Value {
    let values = |least: u64, most: Option<u64>| {
        let mut list = json!({"type": "array", "items": {"type": "string"}, "minItems": least});
        if let Some(most) = most {
            list["maxItems"] = json!(most);
        }
        list
    };
    json!({
        "description": help,
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "matchLabels": {"type": "object", "additionalProperties": {"type": "string"}},
            "matchExpressions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["key", "operator"],
                    "additionalProperties": false,
                    "properties": {
                        "key": {"type": "string"},
                        "operator": {"enum": ["In", "NotIn", "Exists", "DoesNotExist"]},
                        "values": values(0, None)
                    },
                    "if": {"properties": {"operator": {"enum": ["In", "NotIn"]}}},
                    "then": {"required": ["values"], "properties": {"values": values(1, None)}},
                    "else": {"properties": {"values": values(0, Some(0))}}
                }
            }
        },
        "examples": [{"matchLabels": {"vpn": "true"}}]
    })
}

fn patches(help: &str) -> Value {
    json!({
        "description": help,
        "type": "array",
        "items": {
            "type": "object",
            "required": ["object", "target"],
            "additionalProperties": false,
            "properties": {
                "object": {
                    "description": "Kind/name, or the path of a kustomization.yaml",
                    "type": "string",
                    "minLength": 1
                },
                "target": {
                    "description": "The workloads that it renders, by kind and name",
                    "type": ["string", "array"],
                    "items": {"type": "string"}
                },
                "source": {
                    "description": "Which of an Application's sources, where several could be meant; the first is 1",
                    "type": "integer",
                    "minimum": 1
                }
            }
        },
        "examples": [[{"object": "HelmRelease/web", "target": "Deployment/web"}]]
    })
}

fn ignore(help: &str) -> Value {
    json!({
        "description": help,
        "type": "array",
        "items": {
            "type": "object",
            "required": ["rule", "reason"],
            "additionalProperties": false,
            "properties": {
                "rule": {"$ref": "#/$defs/rule"},
                "target": {"description": "Kind/name; every object without it", "type": "string"},
                "namespace": {"description": "Namespace of the objects; any without it", "type": "string"},
                "reason": {"type": "string", "minLength": 1}
            }
        },
        "examples": [[{"rule": "secret-shared", "target": "Deployment/web", "reason": "Never at once."}]]
    })
}

#[test]
fn the_file_is_made_from_the_table() {
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    golden(&root().join("integrations/schema.json"), text.as_bytes());
}

fn object(spec: &str) -> String {
    format!(
        "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nmetadata: {{name: vpn}}\nspec: {spec}\n"
    )
}

/// What the schema and what the program say of a settings file.
fn verdicts(text: &str) -> (bool, bool, String) {
    let value: Value = serde_yaml::from_str(text).unwrap();
    let schema = jsonschema::draft7::new(&schema()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wgsidecar.yaml");
    std::fs::write(&file, text).unwrap();
    let args = ["inject", "--config", file.to_str().unwrap()];
    let ran = run(&args, b"apiVersion: v1\nkind: Service\nmetadata: {name: web}\n");
    let is_named = |line: &str| {
        line.contains(file.to_str().unwrap())
            && !line.contains("; settings from ")
            && !line.contains(" no workload")
    };
    let read = !ran.stderr.lines().any(is_named) && !ran.stderr.contains("bad-setting");
    (schema.is_valid(&value), read, ran.stderr)
}

#[test]
fn good_settings_are_good_to_both() {
    for spec in [
        "",
        "{secretName: 'wg-{name}', cluster: k3s, local: [10.0.0.0/8], dns: [10.64.0.1], mtu: 1380}",
        "{local: 10.0.0.0/8, dns: cluster, mtu: auto, killSwitch: \"on\", handshakeTimeout: 30}",
        "{requests: {cpu: 50m, memory: 64Mi}, limits: [cpu=1], installTools: true}",
        "{pullPolicy: Never, interface: wg1, rulePriority: 200, image: 'a/b:1', containerName: vpn}",
        "{inbound: ['tcp:80', 'udp:53-54'], keyPerReplica: false, onlyEnabled: false, policy: true, namespace: media}",
        "{selector: {matchLabels: {vpn: 'true'}, matchExpressions: [{key: a, operator: In, values: [b]}, {key: c, operator: Exists}]}}",
        "{allow: [secret-shared], ignore: [{rule: no-keepalive, reason: Tried.}], target: [Deployment/web]}",
        "{allow: secret-shared, workload: example.com/Widget=spec.template}",
    ] {
        let (schema, read, why) = verdicts(&object(spec));
        assert!(schema, "the schema refuses {spec}");
        assert!(read, "the program refuses {spec}: {why}");
    }
}

#[test]
fn bad_settings_are_bad_to_both() {
    for spec in [
        "{secret: mullvad}",
        "{cluster: k9s}",
        "{killSwitch: maybe}",
        "{pullPolicy: Sometimes}",
        "{onlyEnabled: perhaps}",
        "{policy: wgsidecar}",
        "{requests: {gpu: 1}}",
        "{allow: [no-such-rule]}",
        "{allow: [host-network]}",
        "{ignore: [{rule: no-keepalive}]}",
        "{selector: {matchLabel: {a: b}}}",
        "{selector: {matchExpressions: [{key: a, operator: Is}]}}",
        "{selector: {matchExpressions: [{key: a, operator: In}]}}",
        "[secretName]",
    ] {
        let (schema, read, _) = verdicts(&object(spec));
        assert!(!schema, "the schema accepts {spec}");
        assert!(!read, "the program accepts {spec}");
    }
}

#[test]
fn the_settings_of_the_repository_are_good() {
    for path in ["integrations/example/wgsidecar.yaml", "integrations/kustomize/vpn.yaml"] {
        let (schema, read, why) = verdicts(&std::fs::read_to_string(root().join(path)).unwrap());
        assert!(schema && read, "{path}: {why}");
    }
    let example =
        std::fs::read_to_string(root().join("integrations/example/wgsidecar.yaml")).unwrap();
    let line = example.lines().next().unwrap();
    let schema = line.strip_prefix("# yaml-language-server: $schema=").unwrap();
    assert!(root().join("integrations/example").join(schema).is_file());
}
