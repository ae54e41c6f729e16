//! The Secret is in another namespace.
//!
//! A pod can mount Secrets of its own namespace only: this one waits in ContainerCreating.
//!
//! Put the Secret into the workload's namespace.

use crate::lint::{Check, Findings, Pod, Rule, page};
use crate::text::Level;

pub static RULE: Rule = Rule {
    id: "secret-elsewhere",
    level: Level::Error,
    never: false,
    page: page!("secret_elsewhere.rs", "secret-elsewhere"),
    checks: &[Check::Pod(check)],
};

fn check(pod: &Pod, findings: &mut Findings) {
    let (Some(name), Some(own), None) = (pod.secret_name(), pod.namespace(), pod.secret) else {
        return;
    };
    for view in pod.context.secrets_called(&name) {
        let Some(other) = view.object.namespace.as_deref().filter(|other| *other != own) else {
            continue;
        };
        findings
            .add(
                &RULE,
                pod.secret_place(),
                format!(
                    "the Secret `{name}` is in `{other}`, and the pod in `{own}` cannot mount it"
                ),
            )
            .help(format!("put the Secret into the namespace `{own}`"))
            .related(view.name_place(), "the Secret");
    }
}
