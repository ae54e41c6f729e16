//! What a user reads of a run: findings in every format, and the lines about workloads. Knows the text they are about,
//! and nothing of YAML, of Kubernetes, or of the command line.

pub mod shown;
pub mod summary;
pub mod table;
mod excerpt;
mod causes;
mod human;
mod concise;
mod json;
mod document;
mod sarif;
mod github;
mod gitlab;
mod junit;

use std::io::{self, Write};

pub use crate::lint::{Finding, Resource, RuleInfo};
use shown::Region;
pub use shown::ShownSource;

use crate::lint::findings::together;
use crate::text::{Level, Place};

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// rustc's look, for a terminal.
    Human,
    /// One line for each finding.
    Concise,
    /// Our own, described by a schema.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
}

type Renderer = fn(&Report<'_>, &mut dyn Write) -> io::Result<()>;

/// A format, its name, and what writes it; in the order of [`Format`].
const FORMATS: [(Format, &str, Renderer); 7] = [
    (Format::Human, "human", human::write),
    (Format::Concise, "concise", concise::write),
    (Format::Json, "json", json::write),
    (Format::Sarif, "sarif", sarif::write),
    (Format::Github, "github", github::write),
    (Format::Gitlab, "gitlab", gitlab::write),
    (Format::Junit, "junit", junit::write),
];

impl Format {
    /// All formats, in the order in which they are documented.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().map(|row| row.0)
    }

    /// As it is typed: `human`.
    pub fn name(self) -> &'static str {
        FORMATS[self as usize].1
    }
}

/// All findings of a run, ready to be written in any format.
#[derive(Debug)]
pub struct Report<'a> {
    /// Invariant: sorted by source, place and rule, without duplicates; each place is one of `sources`.
    findings: Vec<Finding>,
    sources: &'a [ShownSource<'a>],
    rules: &'a [RuleInfo],
    /// Why the run failed beside the findings, such as a file that cannot be read: no report looks clean then.
    failures: &'a [&'a str],
    /// That nothing was checked, where a clean report would look as if all were well.
    notice: Option<String>,
    look: Look,
}

/// How human output looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether it has ANSI colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether each finding is shown in full, and not only the first of its cause.
    pub verbose: bool,
}

impl Look {
    /// The width of a file or a pipe, which has no columns of its own.
    pub const WIDTH: usize = 100;
}

impl Default for Look {
    fn default() -> Self {
        Self { color: false, width: Self::WIDTH, verbose: false }
    }
}

impl<'a> Report<'a> {
    /// Orders the findings, redacts them, drops exact duplicates and makes one of those that belong together. Their places
    /// index `sources`, of which the settings file is the last; `rules` are all there are.
    pub fn new(
        findings: &[Finding],
        sources: &'a [ShownSource<'a>],
        rules: &'a [RuleInfo],
    ) -> Self {
        let mut findings: Vec<_> = findings.iter().map(Finding::redacted).collect();
        let last = sources.len().saturating_sub(1);
        for diagnostic in findings.iter_mut().map(|finding| &mut finding.diagnostic) {
            let related = diagnostic.related.own().map(|(place, _)| place);
            for place in diagnostic.place.iter_mut().chain(related) {
                place.source = place.source.min(last);
            }
        }
        findings.sort_by(|a, b| a.key().cmp(&b.key()));
        findings.dedup();
        let findings = together(findings, |source| sources[source].name());
        Self { findings, sources, rules, failures: &[], notice: None, look: Look::default() }
    }

    /// Takes what went wrong beside the findings.
    pub fn failures(mut self, failures: &'a [&'a str]) -> Self {
        self.failures = failures;
        self
    }

    /// Takes what a host that shows nothing else must say.
    pub fn notice(mut self, notice: Option<String>) -> Self {
        self.notice = notice;
        self
    }

    /// Says how human output looks.
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// Writes the report, the same findings in every format, by many small writes.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        FORMATS[format as usize].2(self, out)
    }

    /// How many findings of a level there are, suppressed ones aside.
    pub fn count(&self, level: Level) -> usize {
        self.open().filter(|finding| finding.diagnostic.level == level).count()
    }

    /// The findings that are not suppressed.
    fn open(&self) -> impl Iterator<Item = &Finding> + '_ {
        self.findings.iter().filter(|finding| finding.suppressed.is_none())
    }

    fn source(&self, place: Place) -> &'a ShownSource<'a> {
        &self.sources[place.source]
    }

    fn region(&self, place: Place) -> Region {
        self.source(place).region(place.span)
    }
}

/// Text that may come from a manifest, fit for one line of a terminal.
pub fn one_line(text: &str) -> String {
    let text = text.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ");
    annotate_snippets::normalize_untrusted_str(&text)
}

/// Alternatives in a row: `a, b or c`.
pub fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A number with its noun: `1 error`, `2 errors`, `2 patches`.
pub fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ if noun.ends_with("ch") => format!("{number} {noun}es"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_formats() {
        for (index, format) in Format::all().enumerate() {
            assert_eq!(format as usize, index);
        }
    }
}
