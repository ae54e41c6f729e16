//! Our own JSON, as `integrations/report.schema.json` describes it. Every key is always there.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Finding, Report, Resource, document};
use crate::text::{Level, Place, Position};

/// Grows when a reader of the format would have to change.
const VERSION: u32 = 1;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let empty = json!({
        "version": VERSION,
        "findings": [],
        "failures": report.failures,
        "summary": {
            "errors": report.count(Level::Error),
            "warnings": report.count(Level::Warning),
            "infos": report.count(Level::Info),
            "suppressed": report.findings.len() - report.open().count(),
        },
    });
    document::write(report, &empty, "findings", finding_value, out)
}

fn finding_value(report: &Report<'_>, finding: &Finding) -> Value {
    let diagnostic = &finding.diagnostic;
    let related = diagnostic
        .related
        .iter()
        .map(|(place, word)| json!({ "message": word, "place": place_value(report, place) }));
    json!({
        "rule": diagnostic.rule,
        "level": diagnostic.level.name(),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "place": diagnostic.place.map(|place| place_value(report, place)),
        "related": Vec::from_iter(related),
        "resource": finding.resource.as_deref().map(resource_value),
        "field": finding.field,
        "suppressed": finding.suppressed,
        "fixable": finding.fixable,
    })
}

fn place_value(report: &Report<'_>, place: Place) -> Value {
    let region = report.region(place);
    json!({
        "file": report.source(place).name(),
        "start": position_value(region.start, place.span.start()),
        "end": position_value(region.end, place.span.end()),
    })
}

fn position_value(position: Position, offset: usize) -> Value {
    json!({ "line": position.line, "column": position.column, "offset": offset })
}

fn resource_value(resource: &Resource) -> Value {
    json!({
        "apiVersion": *resource.api_version,
        "kind": *resource.kind,
        "namespace": resource.namespace.as_deref(),
        "name": *resource.name,
    })
}
