//! A unified diff made from edits: it compares nothing but the lines that they touch. Knows nothing of files.

use std::fmt::Write;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::edits::Edits;
use super::source::{line_start, next_line};
use super::span::Span;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The hunks of a unified diff; none where nothing changes. Call [`Edits::sort`] first.
///
/// No line that holds a part of `hidden`, which is sorted and disjoint, is in them. `None` where that cannot be: the line
/// is one of those that change, or all that could be context behind a change, without which `git apply` takes no hunk.
pub fn hunks(text: &str, edits: &Edits, hidden: &[Span]) -> Option<String> {
    let text = Shown { text, hidden };
    let changes = changes(text.text, edits);
    let mut out = String::new();
    let mut lines = Lines { text: text.text, at: 0, number: 1 };
    let mut shift = 0isize;
    for group in groups(&text, &changes) {
        shift += hunk(&text, group, &mut lines, shift, &mut out)?;
    }
    Some(out)
}

/// A text, and what of it is not to be seen.
struct Shown<'t> {
    text: &'t str,
    hidden: &'t [Span],
}

impl Shown<'_> {
    fn hides(&self, span: Span) -> bool {
        let next = self.hidden.partition_point(|hidden| hidden.end <= span.start);
        self.hidden.get(next).is_some_and(|hidden| hidden.start < span.end)
    }

    /// Where the context of `lines` lines before an offset begins: at the last hidden line at the latest.
    fn context_before(&self, offset: usize, lines: usize) -> usize {
        let before = |at: &usize| (*at > 0).then(|| line_start(self.text, at - 1));
        let lines = std::iter::successors(Some(offset), before).skip(1).take(lines);
        self.context(offset, lines)
    }

    /// Where the context of `lines` lines from an offset on ends: at the first hidden line at the latest.
    fn context_after(&self, offset: usize, lines: usize) -> usize {
        let after = |at: &usize| (*at < self.text.len()).then(|| next_line(self.text, *at));
        let lines = std::iter::successors(Some(offset), after).skip(1).take(lines);
        self.context(offset, lines)
    }

    fn context(&self, offset: usize, borders: impl Iterator<Item = usize>) -> usize {
        let shown =
            |&border: &usize| !self.hides(Span::new(offset.min(border), offset.max(border)));
        borders.take_while(shown).last().unwrap_or(offset)
    }
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
            change(text, open, &std::mem::take(&mut pending), &mut changes);
            region = None;
        }
        region = Some(
            region.map_or(span, |open| Span { start: open.start, end: open.end.max(span.end) }),
        );
        pending.replace(edit.span, edit.text.clone());
    }
    if let Some(open) = region {
        change(text, open, &pending, &mut changes);
    }
    changes
}

/// Appends the lines of a part that edits leave different: an update takes a whole block out and puts it in again.
fn change(text: &str, part: Span, edits: &Edits, changes: &mut Vec<Change>) {
    let mut new = String::new();
    edits.apply(text, part, &mut new);
    let before: Vec<_> = text[part.range()].split_inclusive('\n').collect();
    let after: Vec<_> = new.split_inclusive('\n').collect();
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    for change in capture_diff_slices(Algorithm::Myers, &before, &after) {
        if change.tag() != DiffTag::Equal {
            let lines = change.old_range();
            let start = part.start() + length(&before[..lines.start]);
            let old = Span::new(start, start + length(&before[lines]));
            changes.push(Change { old, new: after[change.new_range()].concat() });
        }
    }
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

/// Changes that stand so close that their contexts meet, with nothing hidden between them.
fn groups<'a>(text: &Shown, changes: &'a [Change]) -> impl Iterator<Item = &'a [Change]> {
    let meet = |one: &Change, other: &Change| {
        let gap = Span::new(one.old.end(), other.old.start());
        let lines = text.text[gap.range()].lines().take(2 * CONTEXT + 1).count();
        lines <= 2 * CONTEXT && !text.hides(gap)
    };
    changes.chunk_by(meet)
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

/// Appends one hunk; returns by how many lines it grows the text, or `None` where it would show what is hidden.
fn hunk(
    text: &Shown,
    group: &[Change],
    lines: &mut Lines,
    shift: isize,
    out: &mut String,
) -> Option<isize> {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return Some(0) };
    let end = text.context_after(last.old.end(), CONTEXT);
    let behind = Span::new(last.old.end(), end);
    let is_last = end == text.text.len();
    if group.iter().any(|change| text.hides(change.old)) || (behind.is_empty() && !is_last) {
        return None;
    }
    // Where less stands behind the change than before it, `patch` looks for it at the end of the file.
    let before = if is_last { CONTEXT } else { text.text[behind.range()].lines().count() };
    let start = text.context_before(first.old.start(), before);
    let text = text.text;
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
    Some(new_count as isize - old_count as isize)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(text: &str, plan: impl Fn(&mut Edits)) -> String {
        let mut edits = Edits::default();
        plan(&mut edits);
        edits.sort();
        hunks(text, &edits, &[]).unwrap()
    }

    /// The diff of a text whose lines with an `x` are hidden, with `NEW` put before the line `at`.
    fn without_hidden_lines(text: &str, at: &str) -> Option<String> {
        let mut edits = Edits::default();
        edits.insert(text.find(at).unwrap(), 0, "NEW\n");
        let hidden: Vec<_> = text.match_indices('x').map(|(at, _)| Span::new(at, at + 1)).collect();
        hunks(text, &edits, &hidden)
    }

    #[test]
    fn hidden_lines_are_no_context() {
        let text = "1x\n2\n3\n4\n5x\n6\n";
        let hunk = |at| without_hidden_lines(text, at);
        assert_eq!(hunk("3").unwrap(), "@@ -2,3 +2,4 @@\n 2\n+NEW\n 3\n 4\n");
        assert_eq!(hunk("4").unwrap(), "@@ -3,2 +3,3 @@\n 3\n+NEW\n 4\n");
        assert_eq!(hunk("2").unwrap(), "@@ -2,3 +2,4 @@\n+NEW\n 2\n 3\n 4\n");
        assert_eq!(hunk("6").unwrap(), "@@ -6 +6,2 @@\n+NEW\n 6\n");
        assert_eq!(hunk("5x"), None);
        assert_eq!(hunk("1x"), None);
    }

    #[test]
    fn a_hidden_line_parts_two_changes_and_is_none_of_them() {
        let text = "1\n2x\n3\n4x\n5\n";
        let plan = |edits: &mut Edits, at: usize| edits.replace(Span::new(at, at + 1), "9");
        let hidden = [Span::new(3, 4), Span::new(8, 9)];
        let diff = |places: &[usize]| {
            let mut edits = Edits::default();
            places.iter().for_each(|&at| plan(&mut edits, at));
            edits.sort();
            hunks(text, &edits, &hidden)
        };
        assert_eq!(diff(&[10]).unwrap(), "@@ -5 +5 @@\n-5\n+9\n");
        // Behind the other changes nothing can be shown, and one is on a hidden line.
        assert_eq!(diff(&[0]), None);
        assert_eq!(diff(&[5, 10]), None);
        assert_eq!(diff(&[2]), None);
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
