//! Changes to one source: planned on its original offsets, applied once. Knows nothing of why.

use std::io::{self, IoSlice, Write};
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

    /// Writes the edited text as slices of the source and of the texts put in: it is never built as a whole.
    pub fn write(&self, text: &str, out: &mut impl Write) -> io::Result<()> {
        /// The system takes 1,024 slices at once: two for each edit, and what follows the last.
        const AT_ONCE: usize = 1022;
        let mut slices = Vec::with_capacity(AT_ONCE.min(2 * self.list.len()) + 1);
        let mut at = 0;
        for edit in &self.list {
            if slices.len() == AT_ONCE {
                write_all_vectored(out, &mut slices)?;
                slices.clear();
            }
            slices.push(IoSlice::new(&text.as_bytes()[at..edit.span.start()]));
            slices.push(IoSlice::new(edit.text.as_bytes()));
            at = edit.span.end();
        }
        slices.push(IoSlice::new(&text.as_bytes()[at..]));
        write_all_vectored(out, &mut slices)
    }
}

/// As `Write::write_all_vectored`, which is not stable yet.
fn write_all_vectored(out: &mut impl Write, mut slices: &mut [IoSlice<'_>]) -> io::Result<()> {
    IoSlice::advance_slices(&mut slices, 0);
    while !slices.is_empty() {
        match out.write_vectored(slices) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut slices, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
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

    #[test]
    #[should_panic(expected = "never overlap")]
    fn overlaps_are_a_mistake_of_ours() {
        let mut edits = Edits::default();
        edits.delete(Span::new(0, 3));
        edits.delete(Span::new(2, 4));
        edits.sort();
    }
}
