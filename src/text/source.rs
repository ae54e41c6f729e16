//! One input text with its name. Knows nothing of what the text means.

use std::sync::OnceLock;

use super::line_index::LineIndex;
use super::span::Span;

/// One input: a file, or standard input.
#[derive(Debug)]
pub struct Source {
    /// As reports show it: a path, or `<stdin>`.
    pub name: String,
    /// Invariant: shorter than 4 GiB, so that a [`Span`] can hold every offset.
    text: String,
    lines: OnceLock<LineIndex>,
}

/// Where a line and a column stand, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// Why bytes cannot be a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// UTF-16 or UTF-32, known by its byte order mark or its NUL bytes.
    Utf16,
    /// The text with U+FFFD for what is not UTF-8, and where the first one stands.
    NotUtf8 { shown: String, offset: usize },
    /// 4 GiB or more.
    TooLarge,
}

impl Source {
    /// Takes the bytes of an input.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, Unreadable> {
        if bytes.len() >= u32::MAX as usize {
            return Err(Unreadable::TooLarge);
        }
        if looks_like_utf16(&bytes) {
            return Err(Unreadable::Utf16);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { name: name.into(), text, lines: OnceLock::new() }),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Err(Unreadable::NotUtf8 { shown, offset })
            }
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing stands in it but blanks, line ends and a byte order mark.
    pub fn is_blank(&self) -> bool {
        self.text.trim_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).is_empty()
    }

    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        self.lines.get_or_init(|| LineIndex::new(&self.text)).position(&self.text, offset)
    }
}

/// Where the line that holds `offset` begins. A line ends with LF, CRLF or a bare CR.
pub fn line_start(text: &str, offset: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..offset]).map_or(0, |newline| newline + 1)
}

/// Where the columns of the line that holds `offset` begin: behind a byte order mark, which takes none.
pub fn first_column(text: &str, offset: usize) -> usize {
    offset - text[line_start(text, offset)..offset].trim_start_matches('\u{FEFF}').len()
}

/// Where the line after the one that holds `offset` begins, or the end of the text.
pub fn next_line(text: &str, offset: usize) -> usize {
    let bytes = text.as_bytes();
    let Some(found) = memchr::memchr2(b'\n', b'\r', &bytes[offset..]) else { return text.len() };
    let end = offset + found;
    if bytes[end..].starts_with(b"\r\n") { end + 2 } else { end + 1 }
}

/// The line end that the line before `offset` uses; `\n` where there is none.
pub fn line_end_before(text: &str, offset: usize) -> &'static str {
    let before = &text.as_bytes()[..offset];
    match memchr::memrchr2(b'\n', b'\r', before) {
        Some(end) if before[..=end].ends_with(b"\r\n") => "\r\n",
        Some(end) if before[end] == b'\r' => "\r",
        _ => "\n",
    }
}

fn looks_like_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, _, ..] | [_, 0, ..])
}

/// Whether two long texts are the same: as `==`, for which musl looks at one byte at a time.
pub fn same_bytes(one: &[u8], other: &[u8]) -> bool {
    let differ = |(one, other): (&[u8], &[u8])| {
        one.iter().zip(other).fold(0, |bits, (one, other)| bits | (one ^ other)) != 0
    };
    one.len() == other.len() && !one.chunks(256).zip(other.chunks(256)).any(differ)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let source = Source::new("a", "x\né: y\n".into()).unwrap();
        assert_eq!(source.position(4), Position { line: 2, column: 2 });
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
    }

    #[test]
    fn refuses_what_is_not_utf8() {
        assert_eq!(Source::new("a", vec![0xFF, 0xFE, b'a', 0]).unwrap_err(), Unreadable::Utf16);
        assert_eq!(
            Source::new("a", b"a\nb\xFF".to_vec()).unwrap_err(),
            Unreadable::NotUtf8 { shown: "a\nb\u{FFFD}".into(), offset: 3 }
        );
    }
}
