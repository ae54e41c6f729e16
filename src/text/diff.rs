//! A unified diff made from edits: it shows what was planned, without comparing anything. Knows nothing of files.

use std::fmt::Write;

use super::edits::Edits;
use super::source::{line_start, next_line};
use super::span::Span;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The hunks of a unified diff; none where nothing changes. Call [`Edits::sort`] first.
pub fn hunks(text: &str, edits: &Edits) -> String {
    let changes = changes(text, edits);
    let mut out = String::new();
    let mut lines = Lines { text, at: 0, number: 1 };
    let mut shift = 0isize;
    for group in groups(text, &changes) {
        shift += hunk(text, group, &mut lines, shift, &mut out);
    }
    out
}

/// Whole lines of the original that give way to others.
struct Change {
    old: Span,
    new: String,
}

fn changes(text: &str, edits: &Edits) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut pending = Edits::default();
    let mut region: Option<Span> = None;
    for edit in edits.iter() {
        let span = lines_of(text, edit.span, &edit.text);
        if let Some(open) = region.filter(|open| {
            span.start > open.end
                || (span.start == open.end && !span.is_empty() && !open.is_empty())
        }) {
            changes.push(change(text, open, &std::mem::take(&mut pending)));
            region = None;
        }
        region = Some(
            region.map_or(span, |open| Span { start: open.start, end: open.end.max(span.end) }),
        );
        pending.replace(edit.span, edit.text.clone());
    }
    changes.extend(region.map(|open| change(text, open, &pending)));
    changes
}

fn change(text: &str, old: Span, edits: &Edits) -> Change {
    let mut new = String::new();
    edits.apply(text, old, &mut new);
    Change { old, new }
}

/// The lines that an edit touches: none where it puts whole lines between others.
fn lines_of(text: &str, span: Span, put: &str) -> Span {
    let between =
        line_start(text, span.start()) == span.start() && (put.is_empty() || put.ends_with('\n'));
    match (between, span.is_empty()) {
        (true, true) => span,
        (true, false) if line_start(text, span.end()) == span.end() => span,
        _ => Span::new(line_start(text, span.start()), next_line(text, span.end())),
    }
}

/// Changes that stand so close that their contexts meet.
fn groups<'a>(text: &str, changes: &'a [Change]) -> Vec<&'a [Change]> {
    let mut groups = Vec::new();
    let mut start = 0;
    for index in 1..=changes.len() {
        let apart = |gap: &str| gap.lines().take(2 * CONTEXT + 1).count() > 2 * CONTEXT;
        if index == changes.len()
            || apart(&text[changes[index - 1].old.end()..changes[index].old.start()])
        {
            groups.push(&changes[start..index]);
            start = index;
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Counts lines on the way through the text.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    number: usize,
}

impl Lines<'_> {
    fn number_at(&mut self, offset: usize) -> usize {
        self.number += memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..offset]).count();
        self.at = offset;
        self.number
    }
}

/// Appends one hunk; returns by how many lines it grows the text.
fn hunk(text: &str, group: &[Change], lines: &mut Lines, shift: isize, out: &mut String) -> isize {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return 0 };
    let start = context_before(text, first.old.start());
    let end = context_after(text, last.old.end());
    let mut body = String::new();
    let (mut old_count, mut new_count, mut at) = (0, 0, start);
    for change in group {
        let kept = push_lines(&mut body, ' ', &text[at..change.old.start()]);
        let removed = push_lines(&mut body, '-', &text[change.old.range()]);
        let added = push_lines(&mut body, '+', &change.new);
        (old_count, new_count, at) =
            (old_count + kept + removed, new_count + kept + added, change.old.end());
    }
    let kept = push_lines(&mut body, ' ', &text[at..end]);
    (old_count, new_count) = (old_count + kept, new_count + kept);
    let old_start = lines.number_at(start) - usize::from(old_count == 0);
    let new_start = (old_start + usize::from(old_count == 0)).saturating_add_signed(shift)
        - usize::from(new_count == 0);
    // Writing to a string cannot fail.
    let _ =
        writeln!(out, "@@ -{} +{} @@", range(old_start, old_count), range(new_start, new_count));
    out.push_str(&body);
    new_count as isize - old_count as isize
}

fn range(start: usize, count: usize) -> String {
    if count == 1 { start.to_string() } else { format!("{start},{count}") }
}

fn push_lines(out: &mut String, sign: char, text: &str) -> usize {
    let mut count = 0;
    for line in text.split_inclusive('\n') {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
        count += 1;
    }
    count
}

fn context_before(text: &str, offset: usize) -> usize {
    (0..CONTEXT).fold(offset, |at, _| if at == 0 { 0 } else { line_start(text, at - 1) })
}

fn context_after(text: &str, offset: usize) -> usize {
    (0..CONTEXT).fold(offset, |at, _| next_line(text, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(text: &str, plan: impl Fn(&mut Edits)) -> String {
        let mut edits = Edits::default();
        plan(&mut edits);
        edits.sort();
        hunks(text, &edits)
    }

    #[test]
    fn shows_lines_that_come_and_go() {
        let text = "a\nb\nc\nd\ne\n";
        assert_eq!(
            diff(text, |edits| edits.insert(2, 0, "x\n")),
            "@@ -1,4 +1,5 @@\n a\n+x\n b\n c\n d\n"
        );
        assert_eq!(
            diff(text, |edits| edits.delete(Span::new(4, 6))),
            "@@ -1,5 +1,4 @@\n a\n b\n-c\n d\n e\n"
        );
        assert_eq!(diff(text, |_| ()), "");
    }

    #[test]
    fn shows_a_changed_line_and_a_missing_final_newline() {
        assert_eq!(
            diff("a: []\nb", |edits| edits.delete(Span::new(2, 5))),
            "@@ -1,2 +1,2 @@\n-a: []\n+a:\n b\n\\ No newline at end of file\n"
        );
        assert_eq!(
            diff("a", |edits| edits.insert(1, 0, "\nb")),
            "@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn far_changes_are_hunks_of_their_own() {
        let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let plan = |edits: &mut Edits| {
            edits.insert(0, 0, "x\ny\n");
            edits.insert(text.len(), 0, "z\n");
        };
        assert_eq!(
            diff(text, plan),
            "@@ -1,3 +1,5 @@\n+x\n+y\n 1\n 2\n 3\n@@ -7,3 +9,4 @@\n 7\n 8\n 9\n+z\n"
        );
    }
}
