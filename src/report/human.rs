//! rustc's look: the place, its line, the way out.

use std::collections::HashSet;
use std::io::{self, Write};

use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Look, Message, Renderer, Snippet,
    normalize_untrusted_str,
};

use super::{Finding, Report, counted, one_line};
use crate::text::{Diagnostic, Level, Place};

/// Related places that are shown; further ones are counted.
const RELATED: usize = 10;
/// No line is cut by the renderer: excerpts are short already.
const UNLIMITED: usize = 4096;
/// Ends each heading; other text cannot hold it, for it is normalized.
const HEADING_END: char = '\u{1}';

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if report.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(UNLIMITED);
    let mut explained = HashSet::new();
    for finding in report.open() {
        let first = explained.insert(finding.diagnostic.rule);
        let rendered = renderer.render(&[group(report, finding, first)]);
        writeln!(out, "{}\n", without_excerpt_columns(&rendered))?;
    }
    write_counts(report, out)
}

/// `1 error, 2 warnings`; nothing where there are no findings. What went wrong beside them counts too.
fn write_counts(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let levels = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "info")];
    let failures = |level| if level == Level::Error { report.failures.len() } else { 0 };
    let counts = levels.map(|(level, noun)| (report.count(level) + failures(level), noun));
    let words = Vec::from_iter(
        counts
            .into_iter()
            .filter(|&(number, _)| number > 0)
            .map(|(number, noun)| counted(number, noun)),
    );
    if words.is_empty() { Ok(()) } else { writeln!(out, "{}", words.join(", ")) }
}

fn group<'a>(report: &Report<'a>, finding: &'a Finding, first_of_rule: bool) -> Group<'a> {
    let diagnostic = &finding.diagnostic;
    // What it quotes may hold line breaks.
    let message = one_line(&diagnostic.message);
    let title = look(diagnostic.level).primary_title(message).id(diagnostic.rule);
    Group::with_title(title)
        .elements(places(report, diagnostic))
        .elements(notes(finding, first_of_rule))
}

fn look(level: Level) -> Look<'static> {
    match level {
        Level::Info => Look::INFO,
        Level::Warning => Look::WARNING,
        Level::Error => Look::ERROR,
    }
}

/// The place and the related ones, each a heading and a line.
fn places<'a>(report: &Report<'a>, diagnostic: &'a Diagnostic) -> Vec<Element<'a>> {
    let mut elements = Vec::new();
    if let Some(place) = diagnostic.place {
        elements.push(snippet(report, place, AnnotationKind::Primary, None));
    }
    for (place, word) in diagnostic.related.iter().take(RELATED) {
        elements.push(snippet(report, *place, AnnotationKind::Context, Some(word)));
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

fn notes(finding: &Finding, first_of_rule: bool) -> Vec<Message<'_>> {
    let diagnostic = &finding.diagnostic;
    let note = |text: String| Look::NOTE.message(text);
    let help = |text: &String| Look::HELP.message(normalize_untrusted_str(text));
    let more = diagnostic.related.len().saturating_sub(RELATED);
    let more = (more > 0).then(|| format!("and {} more", counted(more, "place")));
    let object = finding.resource.as_ref().map(|resource| one_line(&format!("in {resource}")));
    let explain =
        first_of_rule.then(|| format!("for more, see `wgsidecar explain {}`", diagnostic.rule));
    let mut notes = Vec::from_iter(more.map(note));
    notes.extend(object.map(note));
    notes.extend(diagnostic.help.as_ref().map(help));
    notes.extend(explain.map(note));
    notes
}
