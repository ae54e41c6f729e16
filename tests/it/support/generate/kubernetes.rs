//! Objects as people write them, with pods in all places that hold some.

use super::choices::Choices;
use super::data::{self, Data, Entry};

/// One object, or a list of some.
pub fn object(choices: &mut Choices) -> Data {
    if !choices.rarely(10) {
        return workload(choices);
    }
    let items = (0..1 + choices.below(3)).map(|_| workload(choices)).collect();
    let list = Data::map(vec![
        ("apiVersion", Data::text("v1")),
        ("kind", Data::text("List")),
        ("items", Data::List(items)),
    ]);
    shuffled(choices, list)
}

/// What a host sends: objects, and settings that may be wrong.
pub fn resource_list(choices: &mut Choices) -> Data {
    let items = (0..choices.below(4)).map(|_| workload(choices)).collect();
    let mut entries = vec![
        ("apiVersion", Data::text("config.kubernetes.io/v1")),
        ("kind", Data::text("ResourceList")),
        ("items", Data::List(items)),
    ];
    if choices.below(2) == 1 {
        let secret = Data::map(vec![("secret", data::scalar(choices))]);
        let settings = Data::map(vec![
            ("apiVersion", Data::text("wgsidecar.dev/v1alpha1")),
            ("kind", Data::text("WireGuardSidecar")),
            ("spec", secret),
        ]);
        entries.push(("functionConfig", settings));
    }
    if choices.rarely(4) {
        entries.push(("results", Data::List(vec![data::scalar(choices)])));
    }
    shuffled(choices, Data::map(entries))
}

fn workload(choices: &mut Choices) -> Data {
    let (version, kind) = KINDS[choices.below(KINDS.len())];
    let spec = match kind {
        "Pod" => pod_spec(choices),
        "ConfigMap" => data::scalar(choices),
        "CronJob" => {
            let template = template(choices);
            let job = with_extras(choices, vec![("template", template)]);
            let job = with_extras(choices, vec![("spec", job)]);
            with_extras(choices, vec![("schedule", Data::text("1 * * * *")), ("jobTemplate", job)])
        }
        _ => {
            let template = template(choices);
            with_extras(choices, vec![("template", template)])
        }
    };
    let metadata = metadata(choices, true);
    let entries = vec![
        ("apiVersion", Data::text(version)),
        ("kind", Data::text(kind)),
        ("metadata", metadata),
        (if kind == "ConfigMap" { "data" } else { "spec" }, spec),
    ];
    let object = with_extras(choices, entries);
    if choices.rarely(6) { shuffled(choices, object) } else { object }
}

const KINDS: [(&str, &str); 8] = [
    ("apps/v1", "Deployment"),
    ("v1", "Pod"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("apps/v1", "ReplicaSet"),
    ("v1", "ConfigMap"),
];

fn template(choices: &mut Choices) -> Data {
    let mut entries = Vec::new();
    match choices.below(6) {
        0..=3 => entries.push(("metadata", metadata(choices, false))),
        4 => {}
        _ => entries.push(("metadata", empty(choices))),
    }
    entries.push(("spec", pod_spec(choices)));
    let template = with_extras(choices, entries);
    if choices.rarely(4) { shuffled(choices, template) } else { template }
}

fn metadata(choices: &mut Choices, named: bool) -> Data {
    let mut entries = Vec::new();
    if named {
        entries.push(("name", Data::text(choices.pick(&["app", "web-1", "db.example"]))));
    }
    if choices.below(2) == 0 {
        let label = Data::map(vec![("app", Data::text("app"))]);
        entries.push(("labels", label));
    }
    match choices.below(5) {
        0 | 1 => {}
        2 => entries.push(("annotations", empty(choices))),
        _ => {
            let value = Data::text(choices.pick(&["x", "true", "1", "a: b", "one\ntwo\n"]));
            entries.push(("annotations", Data::map(vec![("example.com/note", value)])));
        }
    }
    if choices.rarely(6) {
        entries.push(("creationTimestamp", Data::Null));
    }
    with_extras(choices, entries)
}

fn pod_spec(choices: &mut Choices) -> Data {
    let mut entries = Vec::new();
    for (name, often) in [("initContainers", 4), ("volumes", 3)] {
        match choices.below(often) {
            0 => entries.push((name, named_items(choices))),
            1 if choices.rarely(3) => entries.push((name, Data::List(Vec::new()))),
            1 if choices.rarely(3) => entries.push((name, Data::Null)),
            _ => {}
        }
    }
    entries.push(("containers", named_items(choices)));
    dns_settings(choices, &mut entries);
    let spec = with_extras(choices, entries);
    if choices.rarely(2) { shuffled(choices, spec) } else { spec }
}

fn dns_settings(choices: &mut Choices, entries: &mut Vec<(&str, Data)>) {
    match choices.below(8) {
        0 | 1 => entries.push(("dnsPolicy", Data::text("ClusterFirst"))),
        2 => entries.push(("dnsPolicy", Data::text(choices.pick(&["", "None", "Default"])))),
        3 => entries.push(("dnsPolicy", Data::Null)),
        _ => {}
    }
    let resolvers = || Data::List(vec![Data::text("10.64.0.1")]);
    let config = match choices.below(8) {
        0 => empty(choices),
        1 => Data::map(vec![("searches", Data::List(vec![Data::text("lan")]))]),
        2 => Data::map(vec![("nameservers", resolvers())]),
        3 => Data::map(vec![("nameservers", Data::List(Vec::new()))]),
        4 => {
            let lists = vec![("searches", Data::List(Vec::new())), ("nameservers", Data::Null)];
            with_extras(choices, lists)
        }
        _ => return,
    };
    entries.push(("dnsConfig", config));
}

fn named_items(choices: &mut Choices) -> Data {
    let item = |number: usize, choices: &mut Choices| {
        let name = Data::Text(format!("item-{number}"));
        let mut entries = vec![("name", name)];
        if choices.below(2) == 1 {
            entries.push(("image", Data::text("example.com/image:1.2")));
        }
        if choices.rarely(3) {
            entries.push(("args", Data::List(vec![data::scalar(choices), Data::text("-v")])));
        }
        with_extras(choices, entries)
    };
    Data::List((0..1 + choices.below(3)).map(|number| item(number, choices)).collect())
}

fn empty(choices: &mut Choices) -> Data {
    if choices.below(2) == 0 { Data::Map(Vec::new()) } else { Data::Null }
}

/// Adds keys that mean nothing, in any place.
fn with_extras(choices: &mut Choices, entries: Vec<(&str, Data)>) -> Data {
    let Data::Map(mut entries) = Data::map(entries) else { return Data::Null };
    for number in 0..choices.below(5).saturating_sub(2) {
        let value = match choices.below(3) {
            0 => data::scalar(choices),
            1 => Data::List(vec![data::scalar(choices)]),
            _ => Data::map(vec![("x", data::scalar(choices))]),
        };
        let at = choices.below(entries.len() + 1);
        entries.insert(at, Entry::Pair(format!("extra{number}"), value));
    }
    Data::Map(entries)
}

fn shuffled(choices: &mut Choices, data: Data) -> Data {
    let Data::Map(mut entries) = data else { return data };
    for last in (1..entries.len()).rev() {
        entries.swap(last, choices.below(last + 1));
    }
    Data::Map(entries)
}
