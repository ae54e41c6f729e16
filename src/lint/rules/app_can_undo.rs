//! Another container may change the pod's network.
//!
//! With NET_ADMIN, SYS_ADMIN, ALL or `privileged` it can take the tunnel down and remove the kill switch: what guards the
//! pod must not be in the hands of what it guards.
//!
//! Take the capability away. Where the container needs it, know that it could leak.

use crate::lint::admission::{Admission, Stage, fill};
use crate::lint::{Check, Findings, Pod, Rule, power, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[
        Check::Pod(check),
        Check::Admission(
            Admission::new(Stage::Pod, "size(variables.powerful) > 0", MESSAGE, HELP)
                .filled(&[("NAME", "variables.powerful.join('`, `')")]),
        ),
    ],
    ..rule!("app_can_undo.rs", "app-can-undo")
};

const MESSAGE: &str = "`@NAME@` may change the pod's network: it can remove the kill switch";
const HELP: &str = "remove the capability, unless the container needs it and can be trusted";

fn check(pod: &Pod, findings: &mut Findings) {
    for &container in &pod.others {
        let name = pod.name_of(container).unwrap_or_default();
        if let Some(node) = pod.tree.find(container, &["securityContext", "privileged"]) {
            let what = format!("whether `{name}` may change the pod's network");
            findings.unknown(&RULE, &pod.view(), node, &what);
        }
        for node in power::over_network(pod, container) {
            findings.add(&RULE, pod.place(node), fill(MESSAGE, &[("NAME", &name)])).help(HELP);
        }
    }
}
