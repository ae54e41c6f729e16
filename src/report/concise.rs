//! `file:line:column: level[rule]: message`, one line for each finding; `error: message` for other failures.

use std::io::{self, Write};

use super::{Report, one_line};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.open() {
        let diagnostic = &finding.diagnostic;
        if let Some(place) = diagnostic.place {
            let start = report.region(place).start;
            let name = one_line(report.source(place).name());
            write!(out, "{name}:{}:{}: ", start.line, start.column)?;
        }
        let (level, message) = (diagnostic.level.name(), one_line(&diagnostic.message));
        writeln!(out, "{level}[{}]: {message}", diagnostic.rule)?;
    }
    for failure in report.failures {
        writeln!(out, "error: {}", one_line(failure))?;
    }
    Ok(())
}
