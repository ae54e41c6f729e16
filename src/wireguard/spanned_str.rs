//! Pieces of a text and their places. Knows nothing of what they mean.

use super::conf_issue::{ConfIssue, Kind};
use crate::text::span::Span;

/// The text in `bytes`, or the first place where they are not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, ConfIssue> {
    let wrong = |at: usize, message: &str, help: &str| {
        let end = bytes.len().min(at + 1);
        Err(Kind::BadConfig.at(Span::new(at.min(end), end), message, help))
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return wrong(0, "the file is UTF-16 or UTF-32", "save it as UTF-8");
    }
    if let Some(at) = memchr::memchr(0, bytes) {
        return wrong(at, "a NUL byte: this is not a text file", "");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => wrong(
            error.valid_up_to(),
            "this byte is not UTF-8",
            "the file may be Latin-1: save it as UTF-8",
        ),
    }
}

/// Line and column of a byte, both from 1; columns count characters, and each byte that is not part of one.
pub fn line_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let column: usize = before[start..]
        .utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum();
    (memchr::memchr_iter(b'\n', before).count() + 1, column + 1)
}

/// A piece of the text, and where it starts.
#[derive(Clone, Copy)]
pub(super) struct SpannedStr<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl<'a> SpannedStr<'a> {
    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// The pieces before and from byte `at` on.
    pub(super) fn cut(self, at: usize) -> (Self, Self) {
        let (before, after) = self.text.split_at(at);
        (Self { text: before, start: self.start }, Self { text: after, start: self.start + at })
    }

    pub(super) fn without_bom(self) -> Self {
        if self.text.starts_with('\u{feff}') { self.cut('\u{feff}'.len_utf8()).1 } else { self }
    }

    pub(super) fn trimmed(self) -> Self {
        let start = self.start + (self.text.len() - self.text.trim_start().len());
        Self { text: self.text.trim(), start }
    }

    /// The trimmed pieces around the first `separator`.
    pub(super) fn around(self, separator: char) -> Option<(Self, Self)> {
        let at = self.text.find(separator)?;
        let (before, rest) = self.cut(at);
        Some((before.trimmed(), rest.cut(separator.len_utf8()).1.trimmed()))
    }

    /// The trimmed pieces between separators, empty ones too.
    pub(super) fn pieces(
        self,
        separator: impl Fn(char) -> bool,
    ) -> impl Iterator<Item = SpannedStr<'a>> {
        let pieces = self.text.split(separator);
        pieces.map(move |piece| {
            let start = self.start + (piece.as_ptr() as usize - self.text.as_ptr() as usize);
            SpannedStr { text: piece, start }.trimmed()
        })
    }

    /// The text without any blanks, as `wg` reads it.
    pub(super) fn squeezed(self) -> String {
        self.text.chars().filter(|character| !character.is_ascii_whitespace()).collect()
    }
}
