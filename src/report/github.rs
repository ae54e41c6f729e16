//! Workflow commands of GitHub Actions, which become annotations of a pull request.

use std::io::{self, Write};

use super::{Finding, Report};
use crate::text::{Level, Place};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.open() {
        let diagnostic = &finding.diagnostic;
        write!(
            out,
            "::{} title={}",
            command(diagnostic.level),
            property(&format!("wgsidecar ({})", diagnostic.rule))
        )?;
        let prefix = match diagnostic.place {
            Some(place) => write_place(report, place, out)?,
            None => String::new(),
        };
        writeln!(out, "::{}", data(&format!("{prefix}{}", message(finding))))?;
    }
    if let Some(notice) = &report.notice {
        writeln!(out, "::notice title=wgsidecar::{}", data(notice))?;
    }
    for failure in report.failures {
        writeln!(out, "::error title=wgsidecar::{}", data(failure))?;
    }
    Ok(())
}

fn command(level: Level) -> &'static str {
    match level {
        Level::Info => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

/// Writes the place's properties. Where there is no file to annotate, returns what the message begins with instead.
fn write_place(report: &Report<'_>, place: Place, out: &mut dyn Write) -> io::Result<String> {
    let source = report.source(place);
    let region = report.region(place);
    let (start, end) = (region.start, region.end);
    let Some(path) = source.path() else {
        return Ok(format!("{}:{}:{}: ", source.name(), start.line, start.column));
    };
    write!(out, ",file={},line={}", property(&path), start.line)?;
    if start.line == end.line {
        write!(out, ",col={},endLine={},endColumn={}", start.column, end.line, end.column)?
    } else {
        write!(out, ",endLine={}", end.line)?
    }
    Ok(String::new())
}

fn message(finding: &Finding) -> String {
    let diagnostic = &finding.diagnostic;
    match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
