//! Changes to one source: planned on its original offsets, applied once. Knows nothing of why.

use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::sync::Arc;

use super::span::Span;

/// One change: the bytes of `span` give way to `text`.
#[derive(Clone, Debug)]
pub struct Edit {
    pub span: Span,
    pub text: Arc<str>,
    /// How deep in the document the text belongs: of several at one offset, the deepest comes first.
    depth: usize,
}

impl Edit {
    /// By how many bytes the text gets longer.
    fn growth(&self) -> isize {
        self.text.len() as isize - self.span.len() as isize
    }
}

/// The changes to one source, or to a part of it.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    /// Invariant once [`Edits::sort`] has run: sorted by start, and disjoint.
    list: Vec<Edit>,
}

impl Edits {
    /// Puts `text` at `offset`; of several at one offset the deepest comes first.
    pub fn insert(&mut self, offset: usize, depth: usize, text: impl Into<Arc<str>>) {
        self.list.push(Edit { span: Span::at(offset), text: text.into(), depth });
    }

    pub fn replace(&mut self, span: Span, text: impl Into<Arc<str>>) {
        self.list.push(Edit { span, text: text.into(), depth: 0 });
    }

    pub fn delete(&mut self, span: Span) {
        self.replace(span, "");
    }

    /// Takes the edits of another part of the same source.
    pub fn append(&mut self, mut other: Self) {
        self.list.append(&mut other.list);
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.list.iter()
    }

    /// Orders the edits; insertions at one offset go innermost first, else as they were planned.
    pub fn sort(&mut self) {
        assert!(self.sort_apart(), "edits of one source never overlap");
    }

    /// Orders the edits as [`Edits::sort`] does; tells whether none overlaps another, so that they can be applied.
    pub fn sort_apart(&mut self) -> bool {
        self.list.sort_by_key(|edit| (edit.span.start, edit.span.end, usize::MAX - edit.depth));
        self.list.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start)
    }

    /// The edits that do at once what these do to `part` of `text` and then `next` to what comes out: offsets in `next`
    /// count from the start of that. `new` is the text after both. Both are sorted, and so is the result, which touches
    /// nothing that neither of them touches.
    pub fn then(&self, text: &str, part: Span, next: &Self, new: &str) -> Self {
        let mut edits = Self::default();
        for Touched { old, new: range } in touched(self, next, part.start()) {
            // What the first takes away the second may put back.
            if text[old.clone()] != new[range.clone()] {
                edits.replace(Span::new(old.start, old.end), &new[range]);
            }
        }
        edits
    }

    /// Appends the bytes `range` of `text`, edited, to `out`. Call [`Edits::sort`] first.
    pub fn apply(&self, text: &str, range: Span, out: &mut String) {
        let mut at = range.start();
        for edit in &self.list {
            out.push_str(&text[at..edit.span.start()]);
            out.push_str(&edit.text);
            at = edit.span.end();
        }
        out.push_str(&text[at..range.end()]);
    }

    /// Writes the edited text piece by piece: it is never built as a whole.
    pub fn write(&self, text: &str, out: &mut impl Write) -> io::Result<()> {
        // An edit is a few kB: written by themselves they would be as many calls of the system.
        let mut out = BufWriter::with_capacity(64 * 1024, out);
        let mut at = 0;
        for edit in &self.list {
            out.write_all(&text.as_bytes()[at..edit.span.start()])?;
            out.write_all(edit.text.as_bytes())?;
            at = edit.span.end();
        }
        out.write_all(&text.as_bytes()[at..])?;
        out.flush()
    }
}

/// A range of bytes that edits have touched: where it is in the source, and where in the text after them.
struct Touched {
    old: Range<usize>,
    new: Range<usize>,
}

/// The ranges that the first or the second edits touch, in order: between them, the text before the first, between the
/// two and after the second is the same. `start` is the offset in the source at which the edited text begins.
fn touched(first: &Edits, second: &Edits, start: usize) -> Vec<Touched> {
    // All ranges are taken to the text between the two: each with the bytes that the first edits have added there and
    // that the second will add.
    let mut shift = 0;
    let mut between: Vec<(Range<usize>, isize, isize)> = Vec::new();
    for edit in &first.list {
        let from = (edit.span.start() - start).saturating_add_signed(shift);
        shift += edit.growth();
        between.push((from..from + edit.text.len(), edit.growth(), 0));
    }
    between.extend(second.list.iter().map(|edit| (edit.span.range(), 0, edit.growth())));
    between.sort_by_key(|(range, ..)| (range.start, range.end));
    let (mut touched, mut to_old, mut to_new) = (Vec::new(), start as isize, 0isize);
    let mut between = between.into_iter().peekable();
    while let Some((mut range, mut added, mut adds)) = between.next() {
        while let Some((next, more, adds_more)) =
            between.next_if(|(next, ..)| next.start <= range.end)
        {
            range.end = range.end.max(next.end);
            (added, adds) = (added + more, adds + adds_more);
        }
        let old = range.start.saturating_add_signed(to_old);
        let new = range.start.saturating_add_signed(to_new);
        (to_old, to_new) = (to_old - added, to_new + adds);
        touched.push(Touched {
            old: old..range.end.saturating_add_signed(to_old),
            new: new..range.end.saturating_add_signed(to_new),
        });
    }
    touched
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeper_text_comes_first_at_one_offset() {
        let mut edits = Edits::default();
        edits.insert(1, 1, "outer");
        edits.insert(1, 2, "inner");
        edits.delete(Span::new(1, 2));
        edits.sort();
        let mut out = String::new();
        edits.apply("abc", Span::new(0, 3), &mut out);
        assert_eq!(out, "ainnerouterc");
        let mut written = Vec::new();
        edits.write("abc", &mut written).unwrap();
        assert_eq!(written, out.as_bytes());
    }

    fn applied(edits: &Edits, text: &str, part: Span) -> String {
        let mut out = String::new();
        edits.apply(text, part, &mut out);
        out
    }

    #[test]
    fn two_lists_of_edits_become_one() {
        let text = "head abcdefgh";
        let part = Span::new(5, text.len());
        // Every pair of edits: what is replaced in `abcdefgh`, and by what.
        let mut all = vec![vec![]];
        for from in 0..=8 {
            for to in from..=8 {
                all.extend(["", "X", "XYZ"].map(|new| vec![(from, to, new)]));
            }
        }
        all.push(vec![(0, 1, "XY"), (2, 4, ""), (4, 4, "Z"), (7, 8, "")]);
        all.push(vec![(1, 3, ""), (3, 5, ""), (8, 8, "XY")]);
        let edits = |list: &[(usize, usize, &str)], start: usize| {
            let mut edits = Edits::default();
            for &(from, to, new) in list {
                edits.replace(Span::new(start + from, start + to), new);
            }
            edits
        };
        for first in &all {
            let first = edits(first, part.start());
            let middle = applied(&first, text, part);
            for second in all.iter().filter(|list| list.iter().all(|it| it.1 <= middle.len())) {
                let second = edits(second, 0);
                let new = applied(&second, &middle, Span::new(0, middle.len()));
                let mut both = first.then(text, part, &second, &new);
                assert!(both.sort_apart());
                assert_eq!(applied(&both, text, part), new, "{first:?} {second:?}");
                let kept =
                    |edits: &Edits| edits.list.iter().map(|edit| edit.span.len()).sum::<usize>();
                let most = kept(&first) + kept(&second);
                assert!(kept(&both) <= most, "{first:?} {second:?} {both:?}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "never overlap")]
    fn overlaps_are_a_mistake_of_ours() {
        let mut edits = Edits::default();
        edits.delete(Span::new(0, 3));
        edits.delete(Span::new(2, 4));
        edits.sort();
    }
}
