//! Another container reads the Secret with the key.
//!
//! Only our init container needs it. Whoever has the key can be the pod, from anywhere.
//!
//! Take the mount or the reference away.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("app_reads_key.rs", "app-reads-key")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(secret) = pod.secret_name() else { return };
    let volumes = volumes(pod, &secret);
    for &container in &pod.others {
        let name = pod.name_of(container).unwrap_or_default();
        for node in readers(pod, container, &secret, &volumes) {
            findings
                .add(
                    &RULE,
                    pod.place(node),
                    format!("`{name}` reads the Secret `{secret}` with the tunnel's key"),
                )
                .help("only the tunnel's own container needs it");
        }
    }
}

/// The names of the volumes that hold the Secret.
fn volumes<'s>(pod: &Pod<'_, 's>, secret: &str) -> HashSet<Cow<'s, str>> {
    let holds = |volume: &NodeId| {
        let sources = pod.items(*volume, &["projected", "sources"]);
        let names = sources.filter_map(|source| pod.text(source, &["secret", "name"]));
        pod.text(*volume, &["secret", "secretName"])
            .into_iter()
            .chain(names)
            .any(|name| name == secret)
    };
    let volumes = pod.list("volumes").filter(holds);
    volumes.filter_map(|volume| pod.name_of(volume)).collect()
}

fn readers(pod: &Pod, container: NodeId, secret: &str, volumes: &HashSet<Cow<str>>) -> Vec<NodeId> {
    let find = |node, path: &[&str]| pod.tree.find(node, path);
    let is = |node: &NodeId| pod.tree.string(*node).is_some_and(|name| name == secret);
    let mounts = pod.items(container, &["volumeMounts"]);
    let mounts = mounts.filter_map(|mount| pod.tree.get(mount, "name"));
    let mounts = mounts
        .filter(|&node| pod.tree.string(node).is_some_and(|name| volumes.contains(name.as_ref())));
    let env = pod.items(container, &["env"]);
    let env =
        env.filter_map(|entry| find(entry, &["valueFrom", "secretKeyRef", "name"])).filter(is);
    let from = pod.items(container, &["envFrom"]);
    let from = from.filter_map(|entry| find(entry, &["secretRef", "name"])).filter(is);
    mounts.chain(env).chain(from).collect()
}
