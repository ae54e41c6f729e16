//! The pod runs on Windows.
//!
//! Windows nodes have no Linux capabilities, no network namespaces and no such init container: the pod would never
//! start.
//!
//! Leave the workload out: `wgsidecar.dev/inject: "disabled"` on its pod template.

use crate::lint::admission::{Admission, Stage};
use crate::lint::object_ref::text;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[
        Check::Pod(check),
        Check::Admission(Admission::new(Stage::Impossible, ADMISSION, MESSAGE, HELP)),
    ],
    ..rule!("windows_pod.rs", "windows-pod")
};

const MESSAGE: &str = "the pod runs on Windows, where no such tunnel can be built";
const HELP: &str = "leave the workload out with `wgsidecar.dev/inject: \"disabled\"`";

const ADMISSION: &str = "\
variables.pod.spec.?os.?name.orValue('') == 'windows'
|| ['kubernetes.io/os', 'beta.kubernetes.io/os'].exists(key,
  variables.pod.spec.?nodeSelector[?key].orValue('') == 'windows'
  || variables.pod.spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms
    .orValue([]).exists(term, term.?matchExpressions.orValue([]).exists(needed,
      needed.key == key && needed.operator == 'In' && needed.values.all(value, value == 'windows'))))";

const LABELS: [&str; 2] = ["kubernetes.io/os", "beta.kubernetes.io/os"];

fn check(pod: &Pod, findings: &mut Findings) {
    let os = pod.find(&["os", "name"]);
    let selector = pod.get("nodeSelector");
    let selected = LABELS.iter().filter_map(|label| pod.tree.get(selector?, label));
    let written: Vec<_> = os.into_iter().chain(selected).collect();
    for &node in &written {
        findings.unknown(&RULE, &pod.view(), node, "the system that the pod runs on");
    }
    let named = written.into_iter().filter(|&node| is_windows(pod, node));
    for node in named.chain(required_by_affinity(pod)) {
        findings.add(&RULE, pod.place(node), MESSAGE).help(HELP);
    }
}

fn is_windows(pod: &Pod, node: NodeId) -> bool {
    text(pod.tree, node).is_some_and(|text| text == "windows")
}

/// Values of required node affinity that name Windows alone.
fn required_by_affinity(pod: &Pod) -> Vec<NodeId> {
    let tree = pod.tree;
    let path = [
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    ];
    let terms = pod.find(&path).map(|terms| tree.follow(terms));
    let terms = terms.into_iter().flat_map(|terms| tree.items(terms));
    let expressions = terms
        .filter_map(|term| tree.get(term, "matchExpressions"))
        .flat_map(|list| tree.items(tree.follow(list)));
    let on_os = expressions.filter(|&expression| {
        let text = |key| tree.get(expression, key).and_then(|node| tree.string(node));
        text("key").is_some_and(|key| LABELS.contains(&key.as_ref()))
            && text("operator").is_some_and(|operator| operator == "In")
    });
    on_os
        .filter_map(|expression| {
            let values: Vec<_> = tree.items(tree.follow(tree.get(expression, "values")?)).collect();
            values.iter().all(|&value| is_windows(pod, value)).then(|| values.first().copied())?
        })
        .collect()
}
