//! An object's pods are made from manifests that are not here.
//!
//! A HelmRelease, an Argo CD Application and their like only name a chart or a folder; a controller renders it in the
//! cluster. No tunnel can be put into those pods from here, and nothing else would say so. It is an error where the
//! selection means the object in particular: by its name, by its labels, or by its own `wgsidecar.dev/inject: "enabled"`.
//! An object that holds a patch of `wgsidecar patch`, or that names our plugin, is fine; and so is one whose folder or
//! whose templates are among the manifests.
//!
//! Take the way that the message names, or say that these pods need no tunnel with the label or annotation
//! `wgsidecar.dev/inject: "disabled"`.

use std::collections::HashSet;

use crate::lint::{Check, Findings, Rendered, Rule, Run, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Run(check)],
    ..rule!("rendered_elsewhere.rs", "rendered-elsewhere")
};

fn check(run: &Run, findings: &mut Findings) {
    if run.rendered.is_empty() {
        return;
    }
    let known: HashSet<_> =
        run.objects.iter().map(|(resource, _)| (&*resource.kind, &*resource.name)).collect();
    for rendered in &run.rendered {
        let is_here =
            |(kind, name): &(String, String)| known.contains(&(kind.as_str(), name.as_str()));
        if !rendered.sources.is_empty() && rendered.sources.iter().all(is_here) {
            continue;
        }
        let (kind, made) = (&rendered.resource.kind, rendered.elsewhere.made);
        findings
            .add(
                &RULE,
                rendered.place,
                format!("the pods of this {kind} {made}: they get no tunnel here"),
            )
            .level(rendered.level)
            .help(remedy(rendered))
            .object(rendered.resource.clone());
    }
}

/// The way out, with a command for this very object where there is one.
fn remedy(Rendered { elsewhere, into, .. }: &Rendered) -> String {
    match into {
        Some(words) => elsewhere.remedy.replace("--into FILE --target KIND/NAME", words),
        None => elsewhere.remedy.to_owned(),
    }
}
