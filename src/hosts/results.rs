//! What a KRM function reports besides its items. Knows nothing of what is done with it.

use serde_json::{Map, Value, json};

use crate::kube::{Object, objects};
use crate::lint::findings::together;
use crate::lint::{Finding, Resource};
use crate::redact;
use crate::run::is_shown;
use crate::run::plan::Planned;
use crate::run::settings::Configured;
use crate::text::{Diagnostic, Level, Span};
use crate::yaml::{NodeId, Tree};

/// What was found, in the order of its places; infos only where they are asked for.
pub(super) fn results(
    tree: &Tree,
    configured: &Configured,
    planned: &Planned,
    failures: &[String],
    verbose: bool,
) -> Vec<Value> {
    let settings = configured.findings();
    let open =
        planned.findings.iter().filter(|finding| finding.is_open() && is_shown(finding, verbose));
    let mut findings: Vec<_> = settings.chain(open.cloned()).collect();
    findings.sort_by(|one, other| one.key().cmp(&other.key()));
    findings.dedup();
    // All of them stand in one text.
    let findings = together(findings, |_| "");
    let items = items(tree);
    let found = findings.iter().map(|finding| result(tree, finding, &items));
    let error = Level::Error.name();
    let failed = failures.iter().map(|message| json!({"message": message, "severity": error}));
    found.chain(failed).map(redacted).collect()
}

fn redacted(mut result: Value) -> Value {
    redact::value(&mut result);
    result
}

fn result(tree: &Tree, finding: &Finding, items: &[Object]) -> Value {
    let diagnostic = &finding.diagnostic;
    let span = diagnostic.place.filter(|place| place.source == 0).map(|place| place.span);
    let item = items.iter().find(|item| span.is_some_and(|span| contains(tree, item.node, span)));
    let mut result = Map::new();
    result.insert("message".into(), message(diagnostic).into());
    result.insert("severity".into(), diagnostic.level.name().into());
    if let Some(resource) = finding.resource.as_ref().filter(|resource| !resource.name.is_empty()) {
        result.insert("resourceRef".into(), reference(resource));
    }
    let found = item.zip(span).map(|(item, span)| field(tree, item.node, span));
    if let Some(path) = finding.field.clone().or(found).filter(|path| !path.is_empty()) {
        result.insert("field".into(), json!({"path": path}));
    }
    if let Some(file) = item.and_then(|item| file(tree, item)) {
        result.insert("file".into(), file);
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
    let mut reference = json!({"apiVersion": *resource.api_version, "kind": *resource.kind});
    if let Some(namespace) = &resource.namespace {
        reference["namespace"] = json!(**namespace);
    }
    reference["name"] = json!(*resource.name);
    reference
}

fn items<'s>(tree: &Tree<'s>) -> Vec<Object<'s>> {
    objects(tree).unwrap_or_default()
}

/// The path of the innermost node around a span, from the object that holds it.
fn field(tree: &Tree, object: NodeId, span: Span) -> String {
    let mut path = String::new();
    let mut node = object;
    while let Some((step, inner)) = step(tree, tree.follow(node), span) {
        path.push_str(&step);
        node = inner;
    }
    path.trim_start_matches('.').to_owned()
}

fn step(tree: &Tree, node: NodeId, span: Span) -> Option<(String, NodeId)> {
    let holds = |node| contains(tree, node, span);
    if let Some((key, value)) = tree.entries(node).find(|(key, value)| holds(*key) || holds(*value))
    {
        let word = tree.word(key).unwrap_or_default();
        let step = if word.contains('.') { format!("[{word}]") } else { format!(".{word}") };
        return Some((step, value));
    }
    let (number, item) = tree.items(node).enumerate().find(|(_, item)| holds(*item))?;
    Some((format!("[{number}]"), item))
}

fn contains(tree: &Tree, node: NodeId, inner: Span) -> bool {
    let outer = tree.span(tree.follow(node));
    outer.start <= inner.start && inner.end <= outer.end
}

/// Both spellings of the host's annotations count. An absolute path is private to the machine.
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
