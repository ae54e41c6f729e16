//! The Secret is in another namespace.
//!
//! A pod can mount Secrets of its own namespace only: this one waits in ContainerCreating.
//!
//! Put the Secret, or the SealedSecret, ExternalSecret or the like that makes it, into the workload's namespace.

use crate::lint::findings::listed;
use crate::lint::index::Whereabouts;
use crate::lint::{Check, Findings, ObjectRef, Outline, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Outline(check)],
    ..rule!("secret_elsewhere.rs", "secret-elsewhere")
};

fn check(pod: &Outline, findings: &mut Findings) {
    let (Some(name), Some(own)) = (&pod.secret_name, pod.namespace) else { return };
    let Whereabouts::Elsewhere(views) = pod.context.whereabouts(Some(own), name) else { return };
    let namespace =
        |view: &ObjectRef| format!("`{}`", view.object.namespace.as_deref().unwrap_or("default"));
    let namespaces = listed(views.len(), views.iter().map(namespace));
    let message =
        format!("the Secret `{name}` is in {namespaces}, and the pod in `{own}` cannot mount it");
    let found = findings.add(&RULE, pod.secret_place, message);
    found.help(format!("put the Secret into the namespace `{own}`"));
    for view in views {
        found.related(view.name_place(), "the Secret");
    }
}
