//! rustc's look: the place, its line, the way out. A cause is said once.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Heading, Message, Renderer, Snippet,
    normalize_untrusted_str,
};

use super::causes::{Cause, causes};
use super::{Finding, Report, counted, one_line};
use crate::text::{Diagnostic, Level, Place};

/// Related places that are shown with their lines; of further ones only the places are.
const RELATED: usize = 2;
/// No line is cut by the renderer: excerpts are short already.
const UNLIMITED: usize = 4096;
/// Ends each heading; other text cannot hold it, for it is normalized.
const HEADING_END: char = '\u{1}';
/// Columns before a note's words, and as many as its end may take.
const NOTE: usize = 32;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if report.look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(UNLIMITED);
    let table = Table::new(report);
    let causes = if report.look.verbose {
        report.open().map(|first| Cause { first, others: Vec::new() }).collect()
    } else {
        causes(report.open())
    };
    for cause in &causes {
        let rendered = renderer.render(&[group(report, cause)]);
        writeln!(out, "{}\n", without_excerpt_columns(&rendered))?;
    }
    table.write(out)?;
    let is_short = |Cause { first, others }: &Cause| {
        !others.is_empty() || first.diagnostic.related.len() > shown(report)
    };
    write_counts(report, causes.iter().any(is_short), out)?;
    match *table.rules() {
        [] => Ok(()),
        [rule] => writeln!(out, "for more, see `wgsidecar explain {rule}`"),
        _ => writeln!(out, "for more on a rule, see `wgsidecar explain RULE`"),
    }
}

/// How many findings each rule has, the gravest first.
struct Table<'a> {
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    rule: &'a str,
    level: Level,
    found: usize,
    fixable: usize,
}

impl<'a> Table<'a> {
    fn new(report: &'a Report<'_>) -> Self {
        let mut counts = BTreeMap::new();
        for finding in report.open() {
            let Diagnostic { rule, level, .. } = finding.diagnostic;
            let (found, fixable) = counts.entry((Reverse(level), rule)).or_insert((0, 0));
            *found += 1;
            *fixable += usize::from(finding.fixable);
        }
        let rows = counts.into_iter().map(|((Reverse(level), rule), (found, fixable))| Row {
            rule,
            level,
            found,
            fixable,
        });
        Self { rows: rows.collect() }
    }

    fn rules(&self) -> Vec<&'a str> {
        let mut rules = Vec::from_iter(self.rows.iter().map(|row| row.rule));
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// One line for each rule; none where the counts of the levels say all of it.
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let total: usize = self.rows.iter().map(|row| row.found).sum();
        if self.rows.len() < 2 || total == self.rows.len() {
            return Ok(());
        }
        let width = self.rows.iter().map(|row| row.rule.len()).max().unwrap_or(0).max(4);
        let fixes = self.rows.iter().any(|row| row.fixable > 0);
        let column = |text: String| if fixes { format!("  {text:>7}") } else { String::new() };
        writeln!(out, "{:width$}  level    found{}", "rule", column("fixable".into()))?;
        for Row { rule, level, found, fixable } in &self.rows {
            let fixable = column(fixable.to_string());
            writeln!(out, "{rule:width$}  {:7}  {found:>5}{fixable}", level.name())?;
        }
        writeln!(out)
    }
}

/// `1 error, 2 warnings`; nothing where there are no findings: what went wrong beside them has lines of its own, and only
/// counts with them. `is_short` tells whether some are shown by their places only.
fn write_counts(report: &Report<'_>, is_short: bool, out: &mut dyn Write) -> io::Result<()> {
    let levels = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "info")];
    let failures = |level| if level == Level::Error { report.failures.len() } else { 0 };
    let counts = levels.map(|(level, noun)| (report.count(level) + failures(level), noun));
    let words = Vec::from_iter(
        counts
            .into_iter()
            .filter(|&(number, _)| number > 0)
            .map(|(number, noun)| counted(number, noun)),
    );
    if levels.iter().all(|&(level, _)| report.count(level) == 0) {
        return Ok(());
    }
    let total: usize = counts.iter().map(|(number, _)| number).sum();
    let fixes = match report.open().filter(|finding| finding.fixable).count() {
        0 => String::new(),
        _ if total == 1 => "; `wgsidecar lint --fix` fixes it".to_owned(),
        all if all == total => "; `wgsidecar lint --fix` fixes all of them".to_owned(),
        some => format!("; `wgsidecar lint --fix` fixes {some} of them"),
    };
    let more = if is_short { "; `-v` shows each" } else { "" };
    writeln!(out, "{}{fixes}{more}", words.join(", "))
}

fn group<'a>(report: &Report<'a>, cause: &Cause<'a>) -> Group<'a> {
    let diagnostic = &cause.first.diagnostic;
    // What it quotes may hold line breaks.
    let message = one_line(&diagnostic.message);
    let title = heading(diagnostic.level).primary_title(message).id(diagnostic.rule);
    Group::with_title(title).elements(places(report, diagnostic)).elements(notes(report, cause))
}

fn heading(level: Level) -> Heading<'static> {
    match level {
        Level::Info => Heading::INFO,
        Level::Warning => Heading::WARNING,
        Level::Error => Heading::ERROR,
    }
}

/// The place and the related ones, each a heading and a line.
fn places<'a>(report: &Report<'a>, diagnostic: &'a Diagnostic) -> Vec<Element<'a>> {
    let mut elements = Vec::new();
    if let Some(place) = diagnostic.place {
        elements.push(snippet(report, place, AnnotationKind::Primary, None));
    }
    for (place, word) in diagnostic.related.iter().take(shown(report)) {
        elements.push(snippet(report, place, AnnotationKind::Context, Some(word)));
    }
    elements
}

fn snippet<'a>(
    report: &Report<'a>,
    place: Place,
    kind: AnnotationKind,
    label: Option<&str>,
) -> Element<'a> {
    let source = report.source(place);
    let start = report.region(place).start;
    let name = one_line(source.name());
    let heading = format!("{name}:{}:{}{HEADING_END}", start.line, start.column);
    let excerpt = source.excerpt(place.span);
    let annotation = kind.span(excerpt.marked).label(label.map(one_line));
    Snippet::source(excerpt.text).line_start(start.line).path(heading).annotation(annotation).into()
}

/// Takes off what the renderer appends to each heading: it counts columns in the excerpt, which is cut.
fn without_excerpt_columns(rendered: &str) -> String {
    let appended = |letter: char| letter == ':' || letter.is_ascii_digit();
    rendered.split(HEADING_END).map(|part| part.trim_start_matches(appended)).collect()
}

/// Related places that are shown with their lines.
fn shown(report: &Report) -> usize {
    if report.look.verbose { usize::MAX } else { RELATED }
}

fn notes<'a>(report: &Report<'a>, cause: &Cause<'a>) -> Vec<Message<'a>> {
    let note = |text: String| Heading::NOTE.message(text);
    let Finding { diagnostic, resource, fixable, .. } = cause.first;
    let name = |place| name(report, place, diagnostic.place);
    let related = diagnostic.related.iter().skip(shown(report)).map(|(place, _)| name(place));
    let more = diagnostic.related.len().saturating_sub(shown(report));
    let object = resource.as_ref().map(|resource| one_line(&format!("in {resource}")));
    let others = cause.others.iter().map(|finding| {
        let place = finding.diagnostic.place.map(name).unwrap_or_default();
        match &finding.resource {
            Some(other) if Some(other) != resource.as_ref() => {
                format!("{} ({place})", one_line(&other.display()))
            }
            _ => place,
        }
    });
    let help = diagnostic.help.as_ref().map(|help| {
        let does = if *fixable { " (`lint --fix` does that)" } else { "" };
        Heading::HELP.message(format!("{}{does}", normalize_untrusted_str(help)))
    });
    let mut notes = Vec::from_iter(also(report, "also at", more, related).map(note));
    notes.extend(object.map(note));
    notes.extend(help);
    let is_elsewhere = |it: &&Finding| it.resource.is_some() && it.resource != *resource;
    let word = if cause.others.iter().any(is_elsewhere) { "also in" } else { "also at" };
    notes.extend(also(report, word, cause.others.len(), others).map(note));
    notes
}

/// `file:line:column`, or the line alone where the file has been said.
fn name(report: &Report, place: Place, first: Option<Place>) -> String {
    let start = report.region(place).start;
    if first.is_some_and(|first| first.source == place.source) {
        return format!("line {}", start.line);
    }
    format!("{}:{}:{}", one_line(report.source(place).name()), start.line, start.column)
}

/// As many of `total` names as a line holds, one at least, and how many more there are.
fn also(
    report: &Report,
    word: &str,
    total: usize,
    names: impl Iterator<Item = String>,
) -> Option<String> {
    let room = report.look.width.saturating_sub(NOTE);
    let (mut line, mut listed) = (String::new(), 0);
    for name in names {
        let between = if line.is_empty() { "" } else { ", " };
        if listed > 0 && line.chars().count() + between.len() + name.chars().count() > room {
            break;
        }
        line.extend([between, &name]);
        listed += 1;
    }
    match total - listed {
        _ if total == 0 => None,
        0 => Some(format!("{word} {line}")),
        more => Some(format!("{word} {line} and {more} more")),
    }
}
