//! JUnit's XML: one suite for each source, one case for each finding.

use std::io::{self, Write};

use super::{Finding, Report};
use crate::text::{Diagnostic, Level};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(report);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let all = suites.iter().flat_map(|(_, findings)| findings.iter().copied());
    writeln!(out, r#"<testsuites name="wgsidecar" {}>"#, totals(all, report.failures.len()))?;
    if !report.failures.is_empty() {
        write_failures(report.failures, out)?;
    }
    for (name, findings) in &suites {
        write_suite(report, name, findings, out)?;
    }
    writeln!(out, "</testsuites>")
}

/// What stands in each source, by its name; first what stands in none.
fn suites<'a>(report: &'a Report<'_>) -> Vec<(&'a str, Vec<&'a Finding>)> {
    let mut suites = vec![("wgsidecar", Vec::new())];
    suites.extend(report.sources.iter().map(|source| (source.name(), Vec::new())));
    for finding in &report.findings {
        let suite = finding.diagnostic.place.map_or(0, |place| 1 + place.source);
        suites[suite].1.push(finding);
    }
    if suites.len() > 1 && suites[0].1.is_empty() {
        suites.remove(0);
    }
    suites
}

/// What went wrong beside the findings, each an error of a suite of its own.
fn write_failures(failures: &[&str], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"  <testsuite name="run" {}>"#, totals([].into_iter(), failures.len()))?;
    for failure in failures {
        let message = escape(failure);
        writeln!(
            out,
            r#"    <testcase name="run" classname="run"><error message="{message}">{message}</error></testcase>"#
        )?;
    }
    writeln!(out, "  </testsuite>")
}

fn write_suite(
    report: &Report<'_>,
    name: &str,
    findings: &[&Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = escape(name);
    writeln!(out, r#"  <testsuite name="{name}" {}>"#, totals(findings.iter().copied(), 0))?;
    if findings.is_empty() {
        writeln!(out, r#"    <testcase name="no findings" classname="{name}"/>"#)?;
    }
    for finding in findings {
        write_case(report, &name, finding, out)?;
    }
    writeln!(out, "  </testsuite>")
}

/// The counts that JUnit wants of a suite; one without findings is a single test that passes.
fn totals<'a>(findings: impl Iterator<Item = &'a Finding> + Clone, errors: usize) -> String {
    let skipped = findings.clone().filter(|finding| finding.suppressed.is_some()).count();
    let failures = findings.clone().filter(|finding| fails(finding)).count();
    let tests = (findings.count() + errors).max(1);
    format!(r#"tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}""#)
}

fn fails(finding: &Finding) -> bool {
    finding.suppressed.is_none() && finding.diagnostic.level > Level::Info
}

fn write_case(
    report: &Report<'_>,
    suite: &str,
    finding: &Finding,
    out: &mut dyn Write,
) -> io::Result<()> {
    let diagnostic = &finding.diagnostic;
    let (rule, message) = (escape(diagnostic.rule), escape(&diagnostic.message));
    match diagnostic.place.map(|place| report.region(place).start) {
        Some(start) => {
            let (line, column) = (start.line, start.column);
            write!(
                out,
                r#"    <testcase name="{rule} {line}:{column}" classname="{suite}" file="{suite}" line="{line}">"#
            )?;
        }
        None => write!(out, r#"    <testcase name="{rule}" classname="{suite}">"#)?,
    }
    let text = escape(&text(report, diagnostic));
    let level = diagnostic.level.name();
    match &finding.suppressed {
        Some(reason) => write!(out, r#"<skipped message="{}"/>"#, escape(reason))?,
        None if fails(finding) => {
            write!(out, r#"<failure type="{level}" message="{message}">{text}</failure>"#)?
        }
        None => write!(out, "<system-out>{text}</system-out>")?,
    }
    writeln!(out, "</testcase>")
}

fn text(report: &Report<'_>, diagnostic: &Diagnostic) -> String {
    let mut text =
        format!("{}[{}]: {}", diagnostic.level.name(), diagnostic.rule, diagnostic.message);
    if let Some(place) = diagnostic.place {
        let start = report.region(place).start;
        text = format!("{}:{}:{}: {text}", report.source(place).name(), start.line, start.column);
    }
    if let Some(help) = &diagnostic.help {
        text = format!("{text}\nhelp: {help}");
    }
    text
}

/// Escapes for text and attributes alike; what XML 1.0 cannot hold becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\0'..'\u{20}' | '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            _ => escaped.push(letter),
        }
    }
    escaped
}
