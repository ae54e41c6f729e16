//! Lines and columns of many offsets of one text. Knows nothing of spans.

use super::source::Position;

/// Bytes between two marks: what a lookup reads at most.
const STRIDE: usize = 4096;

/// The positions of every `STRIDE`th byte, from which the others are counted.
#[derive(Debug)]
pub(super) struct LineIndex {
    /// Invariant: entry `n` is the position of byte `n * STRIDE`.
    marks: Vec<Position>,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let mut position = Position { line: 1, column: 1 };
        let mut marks = vec![position];
        for stride in text.as_bytes().chunks(STRIDE) {
            position = advance(position, stride);
            marks.push(position);
        }
        Self { marks }
    }

    /// The line and column of a byte offset of the text that `self` was made of.
    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let mark = offset / STRIDE;
        advance(self.marks[mark], &text.as_bytes()[mark * STRIDE..offset])
    }
}

/// Where one stands after `bytes`; a character counts where its first byte is.
fn advance(from: Position, bytes: &[u8]) -> Position {
    let lines = memchr::memchr_iter(b'\n', bytes).count();
    let (start, column) = match memchr::memrchr2(b'\n', b'\r', bytes) {
        Some(line_break) => (line_break + 1, 1),
        None => (0, from.column),
    };
    let characters = bytes[start..].iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count();
    Position { line: from.line + lines, column: column + characters }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The position of an offset, by counting from the start.
    fn counted(text: &str, offset: usize) -> Position {
        let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
        let line_start = before.rfind(['\n', '\r']).map_or(0, |line_break| line_break + 1);
        Position {
            line: 1 + before.matches('\n').count(),
            column: 1 + before[line_start..].chars().count(),
        }
    }

    proptest! {
        #[test]
        fn agrees_with_counting(lines in prop::collection::vec("[a-zé😀\r]{0,9}\r?\n?", 0..9), pad in 0..3usize) {
            let text = format!("{}{}", "é\n".repeat(pad * 1365), lines.concat());
            let index = LineIndex::new(&text);
            for offset in text.len().saturating_sub(90)..=text.len() + 1 {
                prop_assert_eq!(index.position(&text, offset), counted(&text, offset));
            }
        }
    }
}
