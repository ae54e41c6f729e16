//! What a KRM function reports besides its items. Knows nothing of what is done with it.

use serde_json::{Map, Value, json};

use crate::kube::{Object, objects};
use crate::lint::{Finding, Resource};
use crate::run::failures;
use crate::run::plan::Planned;
use crate::run::settings::Configured;
use crate::text::{Diagnostic, Level, Place};
use crate::yaml::Tree;

/// Everything that was found, in the order of its places.
pub(super) fn results(tree: &Tree, configured: &Configured, planned: &Planned) -> Vec<Value> {
    let settings = configured.diagnostics(0).map(Finding::from);
    let open = planned.findings.iter().filter(|finding| finding.is_open());
    let mut findings: Vec<_> = settings.chain(open.cloned()).collect();
    findings.sort_by(|one, other| one.key().cmp(&other.key()));
    findings.dedup();
    let files = files(tree);
    let found = findings.iter().map(|finding| result(finding, &files));
    let failed = failures(configured, planned);
    let error = Level::Error.name();
    found
        .chain(failed.iter().map(|message| json!({"message": message, "severity": error})))
        .collect()
}

fn result(finding: &Finding, files: &[(Place, Value)]) -> Value {
    let diagnostic = &finding.diagnostic;
    let mut result = Map::new();
    result.insert("message".into(), message(diagnostic).into());
    result.insert("severity".into(), diagnostic.level.name().into());
    if let Some(resource) = finding.resource.as_ref().filter(|resource| !resource.name.is_empty()) {
        result.insert("resourceRef".into(), reference(resource));
    }
    if let Some(field) = &finding.field {
        result.insert("field".into(), json!({"path": field}));
    }
    let around = |place: &Place| diagnostic.place.is_some_and(|inner| contains(place, &inner));
    if let Some((_, file)) = files.iter().find(|(place, _)| around(place)) {
        result.insert("file".into(), file.clone());
    }
    result.insert("tags".into(), json!({"rule": diagnostic.rule}));
    Value::Object(result)
}

fn message(diagnostic: &Diagnostic) -> String {
    let Diagnostic { rule, message, help, .. } = diagnostic;
    let help = help.as_ref().map_or(String::new(), |help| format!("; {help}"));
    format!("{rule}: {message}{help}").replace('\n', " ")
}

fn reference(resource: &Resource) -> Value {
    let mut reference = json!({"apiVersion": resource.api_version, "kind": resource.kind});
    if let Some(namespace) = &resource.namespace {
        reference["namespace"] = json!(namespace);
    }
    reference["name"] = json!(resource.name);
    reference
}

fn contains(outer: &Place, inner: &Place) -> bool {
    inner.source == outer.source
        && outer.span.start <= inner.span.start
        && inner.span.end <= outer.span.end
}

/// The items that came from files, and where each stands in its own.
fn files(tree: &Tree) -> Vec<(Place, Value)> {
    let objects = objects(tree).unwrap_or_default();
    let file = |object: &Object| {
        let place = Place { source: 0, span: tree.span(tree.follow(object.node)) };
        Some((place, file(tree, object)?))
    };
    objects.iter().filter_map(file).collect()
}

/// Both spellings of the host's annotations count. A path from the root of a file system is nobody else's business.
fn file(tree: &Tree, object: &Object) -> Option<Value> {
    let annotation = |name: &str| {
        let prefixes = ["internal.config.kubernetes.io/", "config.kubernetes.io/"];
        let values =
            prefixes.iter().map(|prefix| object.annotation(tree, &format!("{prefix}{name}")));
        values.flatten().find_map(|node| tree.word(node))
    };
    let path = annotation("path").filter(|path| !path.starts_with(['/', '\\']))?;
    let mut file = json!({"path": path});
    if let Some(index) = annotation("index").and_then(|index| index.parse::<u64>().ok()) {
        file["index"] = json!(index);
    }
    Some(file)
}
