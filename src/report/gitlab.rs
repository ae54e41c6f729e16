//! GitLab's code quality report.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Finding, Report};
use crate::text::{Level, Position};

/// What GitLab shows for a finding that is about no file: it takes none without a path.
const NO_PATH: &str = ".";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut seen = HashMap::new();
    let issues = report.open().map(|finding| issue(report, finding, &mut seen));
    let issues = Vec::from_iter(issues.chain(report.failures.iter().enumerate().map(failure)));
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue(report: &Report<'_>, finding: &Finding, seen: &mut HashMap<String, usize>) -> Value {
    let diagnostic = &finding.diagnostic;
    let path = path(report, finding);
    let identity = identity(finding, &path);
    let number = seen.entry(identity.clone()).or_default();
    *number += 1;
    json!({
        "description": diagnostic.message,
        "check_name": diagnostic.rule,
        "fingerprint": fingerprint(&identity, *number),
        "severity": severity(diagnostic.level),
        "location": { "path": path, "positions": positions(report, finding) },
    })
}

/// What went wrong beside the findings: an empty report would say that all is well.
fn failure((number, message): (usize, &&str)) -> Value {
    json!({
        "description": message,
        "check_name": "wgsidecar",
        "fingerprint": fingerprint(message, number),
        "severity": "blocker",
        "location": { "path": NO_PATH, "positions": { "begin": { "line": 1 } } },
    })
}

fn path(report: &Report<'_>, finding: &Finding) -> String {
    let Some(place) = finding.diagnostic.place else { return NO_PATH.to_owned() };
    let source = report.source(place);
    source.path().unwrap_or_else(|| source.name().to_owned())
}

fn positions(report: &Report<'_>, finding: &Finding) -> Value {
    let value = |position: Position| json!({ "line": position.line, "column": position.column });
    match finding.diagnostic.place.map(|place| report.region(place)) {
        Some(region) => json!({ "begin": value(region.start), "end": value(region.end) }),
        None => json!({ "begin": { "line": 1 } }),
    }
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warning => "minor",
        Level::Error => "critical",
    }
}

/// What stays the same when lines move: everything but the position.
fn identity(finding: &Finding, path: &str) -> String {
    let resource = finding.resource.as_ref().map(ToString::to_string).unwrap_or_default();
    let field = finding.field.as_deref().unwrap_or_default();
    [finding.diagnostic.rule, path, &resource, field, &finding.diagnostic.message].join("\0")
}

/// Tells equal findings apart by their number from the top.
fn fingerprint(identity: &str, number: usize) -> String {
    let hash = Sha256::digest(format!("{identity}\0{number}"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
