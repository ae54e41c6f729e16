//! The policy that adds the tunnel to a pod, as `inject` adds it to a manifest. Knows nothing of what is refused.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::pod::{self, Root, SECRET_WORD};
use super::{NAME, Policy, annotations, cel, expression, object, used, variable};
use crate::wireguard::mark::{Before, Mark, Site};
use crate::wireguard::pod::Block;
use crate::wireguard::settings::find;
use crate::wireguard::tunnel::Dns;

pub(super) fn documents(policy: &Policy) -> Vec<Value> {
    let mut variables = pod::variables(policy, Root::Pod);
    if policy.tunnel.dns != Dns::Cluster {
        variables.push(variable("dns", DNS));
    }
    variables.push(variable("newMark", mark(policy)));
    variables.push(variable("at", "variables.inits.indexOf(variables.ours)"));
    let mutation =
        json!({"patchType": "JSONPatch", "jsonPatch": {"expression": expression(patch(policy))}});
    let spec = json!({
        "failurePolicy": "Fail",
        // A policy or webhook that comes after this one may put a container before ours.
        "reinvocationPolicy": "IfNeeded",
        "matchConstraints": {
            "namespaceSelector": policy.selection.namespace_selector(),
            "objectSelector": policy.selection.object_selector(),
            "resourceRules": pod::creation()["resourceRules"],
        },
        "variables": used(variables, &mutation),
        "mutations": [mutation],
    });
    let mut adding = object("MutatingAdmissionPolicy", NAME, spec);
    for (key, text) in annotations(policy.tunnel, policy.recorded, policy.secret) {
        adding["metadata"]["annotations"][key] = text.into();
    }
    vec![adding, object("MutatingAdmissionPolicyBinding", NAME, json!({"policyName": NAME}))]
}

/// Nothing where no tunnel can be, or where it stands already: whoever refuses says why. What is ours goes first.
fn patch(policy: &Policy) -> String {
    let block = policy.block(&[]);
    let steps = [
        step("/metadata/annotations/wgsidecar.dev~1injected", "variables.newMark"),
        step("/spec/volumes/0", &typed("spec.volumes", &block.volume)),
        step("/spec/initContainers/0", &typed("spec.initContainers", &container(&block))),
    ];
    let added = [vec![PARENTS.to_owned(), list(&steps)], resolvers(policy)].concat().join(" +\n");
    format!(
        "size(variables.impossible) > 0\n? []\n: !variables.missing\n? {MOVE}\n: {}",
        added.replace('\n', "\n  ")
    )
}

/// The steps to resolvers inside the tunnel, each where the pod has nothing of its own.
fn resolvers(policy: &Policy) -> Vec<String> {
    let all = policy.block(&DNS_SITES).dns;
    let steps = all.iter().map(|(site, value)| {
        let path = match site {
            Site::Nameservers => "spec.dnsConfig.nameservers".to_owned(),
            site => format!("spec.{}", site.key()),
        };
        let step = step(&format!("/{}", path.replace('.', "/")), &typed(&path, value));
        format!("('{}' in variables.dns ? {} : [])", site.key(), list(&[step]))
    });
    steps.collect()
}

/// The places where a tunnel's resolvers can go.
const DNS_SITES: [Site; 3] = [Site::DnsPolicy, Site::DnsConfig, Site::Nameservers];

/// Those of them that are to be ours in a pod, by their keys.
const DNS: &str = "\
(variables.dnsPolicy == 'None' ? [] : ['dnsPolicy']) +
(size(variables.dnsConfig) == 0 ? ['dnsConfig'] : size(variables.nameservers) == 0 ? ['nameservers'] : [])";

fn list(steps: &[String]) -> String {
    format!("[\n  {}]", steps.join(",\n").replace('\n', "\n  "))
}

/// Only what is marked is ours to move.
const MOVE: &str = "\
(variables.at == 0 || variables.mark == '' ? []
  : [JSONPatch{op: 'move', from: '/spec/initContainers/' + string(variables.at), path: '/spec/initContainers/0'}])";

/// What a step can only go into where it is there.
const PARENTS: &str = "\
(has(object.metadata.annotations) ? [] : [JSONPatch{op: 'add', path: '/metadata/annotations', value: {}}]) +
(has(object.spec.volumes) ? [] : [JSONPatch{op: 'add', path: '/spec/volumes', value: []}]) +
(has(object.spec.initContainers) ? [] : [JSONPatch{op: 'add', path: '/spec/initContainers', value: []}])";

fn step(path: &str, value: &str) -> String {
    format!("JSONPatch{{op: 'add', path: {}, value: {value}}}", cel::string(path))
}

/// An object at its path, expressions in the places of what differs from pod to pod.
fn typed(path: &str, value: &Value) -> String {
    cel::object(path, value, 0)
        .replace(&cel::string(SECRET_WORD), "variables.secret")
        .replace(&cel::string(SCRIPT_WORD), "variables.script")
}

/// What stands for the script until a variable does.
const SCRIPT_WORD: &str = "@SCRIPT@";

fn container(block: &Block) -> Value {
    let mut container = block.container.as_ref().clone();
    container["args"] = json!([SCRIPT_WORD]);
    container
}

/// The mark as `inject` writes it, but for what it alone can know: the Secret's content, and what stood in the pod template.
fn mark(policy: &Policy) -> String {
    let mut variants = BTreeMap::new();
    for places in DNS_PLACES {
        let block = policy.block(places);
        let mut mark = Mark::of(&block, policy.recorded, SECRET_WORD).without_secret();
        mark.places = block.dns.iter().map(|(site, _)| (*site, Before::Absent)).collect();
        let keys: Vec<_> = block.dns.iter().map(|(site, _)| site.key()).collect();
        variants.insert(keys.join(","), mark.to_string());
    }
    let rest = |text: &str| text.strip_prefix(FORMAT).unwrap_or(text).to_owned();
    let rest = match variants.len() {
        1 => variants.values().map(|text| cel::string(&rest(text))).collect(),
        _ => {
            let entries = variants.iter().map(|(keys, text)| {
                format!("\n  {}: {}", cel::string(keys), cel::string(&rest(text)))
            });
            format!("{{{}}}[variables.dns.join(',')]", entries.collect::<Vec<_>>().join(","))
        }
    };
    let default = find("secret").map_or("", |setting| setting.default);
    format!(
        "{} + (variables.secret == {} ? '' : ' secret=' + variables.secret) + {rest}",
        cel::string(FORMAT),
        cel::string(default)
    )
}

/// The number of the annotation's format, which the Secret's word follows.
const FORMAT: &str = "2";

/// What of a pod's DNS settings can be ours.
const DNS_PLACES: [&[Site]; 6] = [
    &[Site::DnsPolicy, Site::DnsConfig],
    &[Site::DnsPolicy, Site::Nameservers],
    &[Site::DnsPolicy],
    &[Site::DnsConfig],
    &[Site::Nameservers],
    &[],
];
