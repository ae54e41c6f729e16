//! The laws over generated manifests: every layout, and what other programs make of it.

use crate::support::engine::{Settings, obeys_the_laws, transform_with, without_script};
use serde_json::{Value, json};
use wgsidecar::config::Layer;
use wgsidecar::kube::Kinds;
use wgsidecar::run::plan::{Verb, plan};
use wgsidecar::text::Source;
use wgsidecar::wireguard::settings::find;
use wgsidecar::yaml::{self, stream};

const ALLOW: [&str; 4] =
    ["replicas-share-key", "daemonset-shares-key", "parallel-job", "secret-shared"];

/// The manifests of a test: the same everywhere. The variable `SEEDS` says how many others there are to be.
fn seeds(usual: u64) -> impl Iterator<Item = u64> {
    let count = std::env::var("SEEDS").map(|count| count.parse().expect("SEEDS is a number"));
    0..count.unwrap_or(usual)
}

fn transform(text: &str, verb: Verb, settings: Settings) -> Option<String> {
    transform_with(text, verb, &ALLOW, settings).ok().map(|(text, _)| text)
}

const PLAIN: Settings<'static> = &[("secret", "vpn")];
const RESOLVERS: Settings<'static> = &[("dns", "10.64.0.1"), ("container-name", "tunnel")];
const OTHERS: [Settings<'static>; 3] = [
    &[("secret", "other"), ("cluster", "k3s")],
    RESOLVERS,
    &[("install-tools", "true"), ("container-name", "a")],
];

#[test]
fn the_laws_hold_over_generated_manifests() {
    let (mut all, mut injected) = (0, 0);
    for seed in seeds(100) {
        let text = crate::support::generate::manifest(&crate::support::generate::seeded(seed));
        all += 1;
        let held = |settings| obeys_the_laws(&text, &ALLOW, settings).is_ok_and(|edits| edits > 0);
        injected += usize::from(held(PLAIN));
        held(RESOLVERS);
        let untouched = transform(&text, Verb::Uninject, PLAIN);
        assert!(
            untouched.is_none_or(|it| it == text),
            "uninject changed what is not ours:\n{text}"
        );
    }
    assert!(3 * injected > all, "only {injected} of {all} manifests could be injected");
}

/// So much that it is shared out between threads.
#[test]
fn many_manifests_come_out_as_each_does_alone() {
    const ENOUGH: usize = 600 << 10;
    let (mut texts, mut size) = (Vec::new(), 0);
    for seed in 0.. {
        let text = crate::support::generate::manifest(&crate::support::generate::seeded(seed));
        if let Some(out) = transform(&text, Verb::Inject, PLAIN) {
            size += text.len();
            texts.push((text, out));
        }
        if size > ENOUGH {
            break;
        }
    }
    let source = |(number, (text, _)): (usize, &(String, String))| {
        Source::new(format!("{number}.yaml"), text.clone().into_bytes()).unwrap()
    };
    let sources: Vec<_> = texts.iter().enumerate().map(source).collect();
    let mut layer = Layer { allow: ALLOW.map(str::to_owned).to_vec(), ..Layer::default() };
    layer.settings.set(find("secret").unwrap(), &["vpn"]).unwrap();
    let kinds = Kinds::builtin();
    let planned = plan(&sources, Verb::Inject, &layer, &kinds, &layer.select(&kinds).unwrap());
    for ((text, out), edits) in texts.iter().zip(&planned.edits) {
        let mut written = Vec::new();
        edits.write(text, &mut written).unwrap();
        assert!(written == out.as_bytes(), "it came out in another way:\n{text}");
    }
    let order = planned.outcomes.iter().filter(|outcome| outcome.tunnel.is_some()).count();
    assert!(order > 500, "only {order} pods got a tunnel");
}

#[test]
fn new_settings_give_what_they_would_have_given_at_once() {
    for seed in seeds(100) {
        let text = crate::support::generate::manifest(&crate::support::generate::seeded(seed));
        let Some(direct) = transform(&text, Verb::Inject, PLAIN) else { continue };
        for other in OTHERS {
            let Some(first) = transform(&text, Verb::Inject, other) else { continue };
            let again = transform(&first, Verb::Inject, PLAIN)
                .expect("what could be injected can be replaced");
            assert!(
                again == direct,
                "{other:?} leaves something behind:\n{text}\n--- direct\n{}\n--- again\n{}",
                without_script(&direct),
                without_script(&again)
            );
        }
    }
}

/// Other programs write the same objects in their own way.
#[test]
fn what_other_programs_rewrote_is_found_again() {
    for seed in seeds(100) {
        let text = crate::support::generate::manifest(&crate::support::generate::seeded(seed));
        let Some(injected) = transform(&text, Verb::Inject, PLAIN) else { continue };
        let (before, after) = (values(&text), values(&injected));
        for rewrite in [as_json, as_json_after_a_separator, as_block, as_sorted_block] {
            // A line separator is a line break to YAML, and no program writes it bare.
            let rewritten = rewrite(&after).replace('\u{2028}', "\\u2028");
            let same = transform_with(&rewritten, Verb::Inject, &ALLOW, PLAIN)
                .map(|it| it.0)
                .unwrap_or_else(|rules| panic!("{rules:?}:\n{}", without_script(&rewritten)));
            assert!(
                same == rewritten,
                "another layout is an edit:\n{}",
                without_script(&rewritten)
            );
            let back = transform(&rewritten, Verb::Uninject, PLAIN);
            let back =
                back.unwrap_or_else(|| panic!("uninject refuses:\n{}", without_script(&rewritten)));
            assert_eq!(
                sorted(&values(&back)),
                sorted(&before),
                "{}\n---\n{back}",
                without_script(&rewritten)
            );
            // An empty value on several lines is refused where one line is not.
            let Some(direct) = transform(&text, Verb::Inject, RESOLVERS) else { continue };
            let other = transform(&rewritten, Verb::Inject, RESOLVERS);
            let told = |text: &str| sorted_without_mark(&values(text));
            assert!(
                other.is_some_and(|other| told(&other) == told(&direct)),
                "new settings give something else in:\n{}",
                without_script(&rewritten)
            );
        }
    }
}

/// A cluster gives an object back with its defaults in it: that is no edit, and the tunnel comes out of it as cleanly.
#[test]
fn what_a_cluster_gives_back_is_found_again() {
    let amounts: Settings = &[("secret", "vpn"), ("limits", "cpu=0.5,memory=65536Ki")];
    for seed in seeds(100) {
        let text = crate::support::generate::manifest(&crate::support::generate::seeded(seed));
        let Some(injected) = transform(&text, Verb::Inject, amounts) else { continue };
        let (before, after) = (live(&values(&text)), live(&values(&injected)));
        for rewrite in [as_json, as_sorted_block] {
            let after = rewrite(&after).replace('\u{2028}', "\\u2028");
            let same = transform_with(&after, Verb::Inject, &ALLOW, amounts)
                .map(|it| it.0)
                .unwrap_or_else(|rules| panic!("{rules:?}:\n{}", without_script(&after)));
            assert!(same == after, "defaults are an edit:\n{}", without_script(&after));
            let back = transform(&after, Verb::Uninject, amounts)
                .unwrap_or_else(|| panic!("uninject refuses:\n{}", without_script(&after)));
            assert_eq!(sorted(&values(&back)), sorted(&before), "{}", without_script(&after));
        }
    }
}

/// Objects as `kubectl get` shows them.
fn live(values: &[Value]) -> Vec<Value> {
    let mut values = values.to_vec();
    for value in &mut values {
        let objects = match value.get_mut("items").and_then(Value::as_array_mut) {
            Some(items) => items.iter_mut().collect(),
            None => vec![value],
        };
        for object in objects.into_iter().filter(|it| it.is_object()) {
            if !object["metadata"].is_object() {
                object["metadata"] = json!({});
            }
            object["metadata"]["uid"] = "4c3f8bd2-7c4f-4d3e-9f4e-3b8f3a9d2c11".into();
            object["metadata"]["managedFields"] =
                json!([{"manager": "kubectl", "operation": "Update"}]);
            object["status"] = json!({"observedGeneration": 1});
            add_defaults(object);
        }
    }
    values
}

/// What the API server adds to every pod in a value.
fn add_defaults(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(add_defaults),
        Value::Object(map) => {
            for list in ["initContainers", "containers"] {
                let Some(Value::Array(containers)) = map.get_mut(list) else { continue };
                containers.iter_mut().filter(|it| it.is_object()).for_each(default_container);
            }
            map.values_mut().for_each(add_defaults);
        }
        _ => {}
    }
}

fn default_container(container: &mut Value) {
    let is_pinned = container["image"].as_str().is_some_and(|image| image.contains(':'));
    let defaults = [
        ("imagePullPolicy", json!(if is_pinned { "IfNotPresent" } else { "Always" })),
        ("terminationMessagePath", json!("/dev/termination-log")),
        ("terminationMessagePolicy", json!("File")),
    ];
    for (key, default) in defaults {
        if container.get(key).is_none_or(Value::is_null) {
            container[key] = default;
        }
    }
    if container.pointer("/resources/limits/cpu") == Some(&json!("0.5")) {
        container["resources"]["limits"] = json!({"cpu": "500m", "memory": "64Mi"});
    }
}

fn values(text: &str) -> Vec<Value> {
    let documents = stream::split(text).0.into_iter();
    let trees = documents.flat_map(|document| stream::parse(text, document).expect("it is read"));
    trees.map(|tree: yaml::Tree| tree.value(tree.root())).collect()
}

fn as_json(values: &[Value]) -> String {
    values.iter().map(|value| format!("{value:#}\n")).collect()
}

fn as_json_after_a_separator(values: &[Value]) -> String {
    values.iter().map(|value| format!("---\n{value}\n")).collect()
}

fn as_block(values: &[Value]) -> String {
    values.iter().map(|value| format!("---\n{}", yaml::write::document(value))).collect()
}

fn as_sorted_block(values: &[Value]) -> String {
    as_block(&sorted(values))
}

fn sorted(values: &[Value]) -> Vec<Value> {
    values.iter().map(|value| map(value, &|_, value| Some(value))).collect()
}

/// The mark says what stood there, which another program may have written in another way.
fn sorted_without_mark(values: &[Value]) -> Vec<Value> {
    let strip = |key: &str, value: Value| (key != "wgsidecar.dev/injected").then_some(value);
    values.iter().map(|value| map(value, &strip)).collect()
}

fn map(value: &Value, keep: &impl Fn(&str, Value) -> Option<Value>) -> Value {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), keep(key, map(value, keep))?)))
                .collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => items.iter().map(|item| map(item, keep)).collect(),
        other => other.clone(),
    }
}
