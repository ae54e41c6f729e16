//! The ConfigMap with the tunnel's script does not hold what its name says.
//!
//! With `--script configmap` the container reads its script from a ConfigMap whose name ends with the script's hash, and
//! its arguments check the whole hash before a line of it runs. If the text differs, nothing runs: the init container fails,
//! and the pod starts nothing else. That the ConfigMap is not among the manifests is an info: it may be in the cluster.
//!
//! Print it with `wgsidecar script` and the same settings, and apply it before the workload.

use std::collections::HashSet;

use crate::lint::{Check, Findings, ObjectRef, Pod, Rule, Run, rule};
use crate::text::Level;
use crate::wireguard::script::{FILE, digits_of, sha256};

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Object(check), Check::Run(absent)],
    ..rule!("script_config_map.rs", "script-config-map")
};

const HELP: &str = "print it with `wgsidecar script` and the same settings";

fn check(view: &ObjectRef, findings: &mut Findings) {
    let Some(digits) = digits_of(&view.object.name).filter(|_| view.is("", "ConfigMap")) else {
        return;
    };
    let node = view.find(&["data", FILE]);
    let text = node.and_then(|node| view.tree.string(node)).unwrap_or_default();
    if !sha256(&text).starts_with(digits) {
        let place = node.map_or_else(|| view.name_place(), |node| view.place(node));
        findings
            .add(&RULE, place, "the script does not match the hash in the ConfigMap's name: the tunnel's container refuses it, and the pod does not start")
            .help(HELP);
    }
}

/// Remembers the ConfigMap that a pod reads its script from.
pub fn name(pod: &Pod) -> Option<String> {
    let node = pod.existing()?.script_node(pod.tree)?;
    pod.tree.string(node).map(|name| name.into_owned())
}

/// The names of the ConfigMaps that the run holds.
pub fn here<'r>(run: &'r Run) -> HashSet<&'r str> {
    let maps = run.objects.iter().filter(|(resource, _)| *resource.kind == *"ConfigMap");
    maps.map(|(resource, _)| &*resource.name).collect()
}

fn absent(run: &Run, findings: &mut Findings) {
    let here = here(run);
    for target in &run.targets {
        let Some(name) = &target.script else { continue };
        if !here.contains(name.as_str()) {
            findings
                .add(
                    &RULE,
                    target.place,
                    format!("the ConfigMap `{name}` is not among these manifests"),
                )
                .help(HELP)
                .level(Level::Info)
                .object(target.resource.clone());
        }
    }
}
