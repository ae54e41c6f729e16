//! SARIF 2.1.0, for code scanning.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::{Finding, Report, RuleInfo, ShownSource, document};
use crate::text::{Level, Place};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rules = report.rules.iter().map(rule_value);
    let notifications = report
        .failures
        .iter()
        .map(|failure| json!({ "level": "error", "message": { "text": failure } }));
    let invocation = json!({
        "executionSuccessful": report.failures.is_empty(),
        "toolExecutionNotifications": Vec::from_iter(notifications),
    });
    let empty = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Vec::from_iter(rules),
            }},
            "invocations": [invocation],
            "columnKind": "unicodeCodePoints",
            "results": [],
        }],
    });
    document::write(report, &empty, "results", result, out)
}

fn rule_value(rule: &RuleInfo) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.short },
        "fullDescription": { "text": rule.full },
        "help": { "text": rule.help },
        "defaultConfiguration": { "level": level(rule.level) },
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Info => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

fn result(report: &Report<'_>, finding: &Finding) -> Value {
    let diagnostic = &finding.diagnostic;
    let related = diagnostic.related.iter().map(|(place, word)| {
        let mut location = physical(report, place);
        location["message"] = json!({ "text": word });
        location
    });
    let mut result = json!({
        "ruleId": diagnostic.rule,
        "level": level(diagnostic.level),
        "message": { "text": message(finding) },
        "locations": Vec::from_iter(location(report, finding)),
        "relatedLocations": Vec::from_iter(related),
    });
    if let Some(index) = report.rules.iter().position(|rule| rule.id == diagnostic.rule) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(reason) = &finding.suppressed {
        result["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
    }
    result
}

fn message(finding: &Finding) -> String {
    let diagnostic = &finding.diagnostic;
    match &diagnostic.help {
        Some(help) => format!("{}\n\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// The place and the object; `None` where the finding has neither.
fn location(report: &Report<'_>, finding: &Finding) -> Option<Value> {
    let place = finding.diagnostic.place.map(|place| physical(report, place));
    let Some(resource) = &finding.resource else { return place };
    let mut location = place.unwrap_or_else(|| json!({}));
    let field = finding.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
    location["logicalLocations"] = json!([{
        "name": *resource.name,
        "fullyQualifiedName": format!("{resource}{field}"),
        "kind": "resource",
    }]);
    Some(location)
}

fn physical(report: &Report<'_>, place: Place) -> Value {
    let region = report.region(place);
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(report.source(place)) },
        "region": {
            "startLine": region.start.line,
            "startColumn": region.start.column,
            "endLine": region.end.line,
            "endColumn": region.end.column,
        },
    }})
}

/// The path as a relative reference of RFC 3986, or a `file:` URI of an absolute one.
fn uri(source: &ShownSource<'_>) -> String {
    let path = source.path().unwrap_or_else(|| source.name().to_owned());
    let prefix = match (Path::new(&path).is_absolute(), path.starts_with('/')) {
        (true, true) => "file://",
        (true, false) => "file:///",
        (false, _) => "",
    };
    path.bytes().fold(prefix.to_owned(), percent_encode)
}

fn percent_encode(mut uri: String, byte: u8) -> String {
    match byte {
        b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
        _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
        _ => write!(uri, "%{byte:02X}").expect("a string takes every byte"),
    }
    uri
}
