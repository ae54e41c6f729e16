//! The tunnel reads a different Secret than the one it was made for.
//!
//! Its mark names the Secret that was asked for, and the volume names another one, which no kustomization has made of
//! it by a prefix, a suffix or a hash. Two pods that read one Secret have one key and cut each other off. It is an error
//! where the run holds either of the two, and a warning where it cannot be known what the name stands for.
//!
//! Put the name back, or ask for the other Secret: `--secret`, or the annotation `wgsidecar.dev/secret`.

use crate::lint::findings::FindingBuilder;
use crate::lint::index::Whereabouts;
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::{Level, Place};

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("secret_replaced.rs", "secret-replaced")
};

fn check(pod: &Pod, findings: &mut Findings) {
    let Some(existing) = pod.existing() else { return };
    let Some(name) = existing.secret_name(pod.tree) else { return };
    let marked = existing.mark.secret();
    // Where another one is asked for now, the block is written anew.
    if name == marked || pod.wanted.is_some_and(|wanted| wanted.asked != marked) {
        return;
    }
    let is_here =
        |name| matches!(pod.context.whereabouts(pod.namespace(), name), Whereabouts::Here);
    let could_be_renamed = name.contains(&*marked);
    let level = match (could_be_renamed, is_called(pod, &marked), is_here(&name)) {
        (true, false, _) => return,
        (false, false, false) => Level::Warning,
        _ => Level::Error,
    };
    let node = existing.secret_node(pod.tree).unwrap_or(existing.volume);
    report(pod.place(node), &name, &marked, findings).level(level);
}

/// Reports the Secret of a tunnel that was made for another one.
pub fn report<'f>(
    place: Place,
    name: &str,
    marked: &str,
    findings: &'f mut Findings,
) -> &'f mut FindingBuilder {
    let message = format!("the tunnel reads the Secret `{name}`, but was made for `{marked}`");
    findings.add(&RULE, place, message).help(format!(
        "put `{marked}` back, or ask for `{name}` with `--secret` or the annotation `wgsidecar.dev/secret`"
    ))
}

/// Whether the run holds a Secret, or what makes one, of this very name.
fn is_called(pod: &Pod, name: &str) -> bool {
    let context = pod.context;
    match context.secret(pod.namespace(), name) {
        Some(found) => context.view(found.number).object.name == name,
        None => matches!(context.whereabouts(pod.namespace(), name), Whereabouts::Here),
    }
}
