//! The text of a scalar from its written form. Knows nothing of what it resolves to.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::tree::Kind;

/// Decodes a scalar; `indent` is the column of a block scalar's content. In JSON there are no line breaks to fold.
pub(super) fn scalar(kind: Kind, raw: &str, indent: usize, json: bool) -> Cow<'_, str> {
    match kind {
        Kind::Plain => flow(raw, Style::Plain),
        Kind::SingleQuoted => flow(inside(raw), Style::Single),
        Kind::DoubleQuoted if json => flow(inside(raw), Style::Json),
        Kind::DoubleQuoted => flow(inside(raw), Style::Double),
        Kind::Literal | Kind::Folded => block(raw, indent, kind == Kind::Folded),
        _ => Cow::Borrowed(""),
    }
}

/// The bytes behind `!!binary` as JSON shows them.
pub(super) fn binary(text: &str) -> Option<String> {
    let mut out = String::new();
    for chunk in base64(text)?.utf8_chunks() {
        out.push_str(chunk.valid());
        // Go replaces each byte by itself.
        out.extend(chunk.invalid().iter().map(|_| '\u{FFFD}'));
    }
    Some(out)
}

/// Whether a text is base64, over several lines perhaps.
pub(super) fn is_base64(text: &str) -> bool {
    base64(text).is_some()
}

/// As Go decodes it: bits beyond the last byte do not matter.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

fn base64(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|digit| !matches!(digit, '\n' | '\r')).collect();
    BASE64.decode(digits).ok()
}

/// What stands between two quotes.
pub(super) fn inside(raw: &str) -> &str {
    &raw[1..raw.len() - 1]
}

/// Lines of a text: LF, CRLF and a bare CR end one.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let all = rest?;
        let (line, after) =
            split_line(all).map_or((all, None), |(line, after)| (line, Some(after)));
        rest = after;
        Some(line)
    })
}

/// What a backslash or a quote means inside a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Json,
}

/// The text of a plain or quoted scalar: one line break is a space, more are one fewer.
fn flow(text: &str, style: Style) -> Cow<'_, str> {
    let special = match style {
        Style::Plain => memchr::memchr2(b'\n', b'\r', text.as_bytes()),
        Style::Single => memchr::memchr3(b'\n', b'\r', b'\'', text.as_bytes()),
        Style::Double => memchr::memchr3(b'\n', b'\r', b'\\', text.as_bytes())
            .or_else(|| find_unicode_break(text).map(|(at, _)| at)),
        Style::Json => memchr::memchr(b'\\', text.as_bytes()),
    };
    if special.is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let joined = flow_run(&mut rest, style, &mut out);
        let is_gap = |next: char| GAP.contains(&next) || is_unicode_break(next, style);
        let (gap, after) = rest.split_at(rest.find(|next| !is_gap(next)).unwrap_or(rest.len()));
        rest = after;
        if style == Style::Double && find_unicode_break(gap).is_some() {
            out.push_str(&unicode_gap(gap, joined));
            continue;
        }
        match (lines(gap).count() - 1, joined) {
            (0, false) => out.push_str(gap),
            (1, false) => out.push(' '),
            (breaks, false) => out.extend(std::iter::repeat_n('\n', breaks - 1)),
            (breaks, true) => out.extend(std::iter::repeat_n('\n', breaks)),
        }
    }
    Cow::Owned(out)
}

const GAP: [char; 4] = [' ', '\t', '\n', '\r'];

/// Decodes up to the next blank or break; tells whether an escaped break ended it.
fn flow_run(rest: &mut &str, style: Style, out: &mut String) -> bool {
    loop {
        let ends = |next: char| {
            matches!(next, ' ' | '\t' | '\n' | '\r' | '\\' | '\'') || is_unicode_break(next, style)
        };
        let plain = rest.find(ends).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        *rest = &rest[plain..];
        let width = match (rest.as_bytes().first(), style) {
            (Some(b'\\'), Style::Double | Style::Json) => match split_line(rest) {
                Some(("\\", after)) => {
                    *rest = after;
                    return true;
                }
                _ => {
                    // The parser has refused every other escape.
                    let (character, width) =
                        escape(rest, Escapes::Json).unwrap_or(('\u{FFFD}', rest.len()));
                    out.push(character);
                    width
                }
            },
            (Some(b'\''), Style::Single) => {
                out.push('\'');
                2
            }
            (Some(b'\\' | b'\''), _) => {
                out.push_str(&rest[..1]);
                1
            }
            _ => return false,
        };
        *rest = &rest[width..];
    }
}

/// The first line break that is one of Unicode's alone, with its place.
pub(super) fn find_unicode_break(text: &str) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    let first = memchr::memchr2_iter(0xC2, 0xE2, bytes)
        .find(|&at| matches!(bytes[at..], [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..]))?;
    Some((first, text[first..].chars().next()?))
}

fn is_unicode_break(character: char, style: Style) -> bool {
    style == Style::Double && matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Blanks and breaks as kubectl folds them: U+0085 is a line break like any other, U+2028 and U+2029 stay themselves.
fn unicode_gap(gap: &str, joined: bool) -> String {
    let breaks = gap.replace("\r\n", "\n").replace(['\r', '\u{85}'], "\n").replace([' ', '\t'], "");
    match breaks.strip_prefix('\n') {
        Some("") if !joined => " ".to_owned(),
        Some(rest) if !joined => rest.to_owned(),
        _ => breaks,
    }
}

/// Which escapes there are in double quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    Yaml,
    /// JSON's, which YAML 1.1 does not all know; in decoding, those of YAML as well.
    Json,
}

/// The character of the escape that `text` begins with, and the escape's width in bytes.
pub(super) fn escape(text: &str, escapes: Escapes) -> Option<(char, usize)> {
    let character = match text.as_bytes().get(1)? {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{B}',
        b'f' => '\u{C}',
        b'r' => '\r',
        b'e' => '\u{1B}',
        b' ' => ' ',
        b'"' => '"',
        b'\'' => '\'',
        b'/' if escapes == Escapes::Json => '/',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        b'x' => return Some((char::from_u32(hex(text, 2, 2)?)?, 4)),
        b'u' => return short_escape(text, escapes),
        b'U' => return Some((char::from_u32(hex(text, 2, 8)?)?, 10)),
        _ => return None,
    };
    Some((character, 2))
}

/// Whether the escape that `text` begins with is one of JSON.
pub(super) fn is_json_escape(text: &str) -> bool {
    text.as_bytes().get(1).is_some_and(|byte| b"\"\\/bfnrtu".contains(byte))
}

/// `\u`: in JSON two of them write a character beyond U+FFFF, and half a pair is U+FFFD.
fn short_escape(text: &str, escapes: Escapes) -> Option<(char, usize)> {
    let code = hex(text, 2, 4)?;
    match char::from_u32(code) {
        Some(character) => Some((character, 6)),
        None if escapes == Escapes::Yaml => None,
        None => Some(surrogates(text, code).map_or(('\u{FFFD}', 6), |character| (character, 12))),
    }
}

fn surrogates(text: &str, high: u32) -> Option<char> {
    let low = text.get(6..8).filter(|mark| *mark == "\\u").and_then(|_| hex(text, 8, 4))?;
    let pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
    char::from_u32(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)).filter(|_| pair)
}

fn hex(text: &str, from: usize, digits: usize) -> Option<u32> {
    let digits = text.get(from..from + digits)?;
    digits
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The text of `|` and `>`: `raw` begins at the indicator and ends before the last line break.
fn block(raw: &str, indent: usize, folded: bool) -> Cow<'_, str> {
    let header_end = memchr::memchr2(b'\n', b'\r', raw.as_bytes()).unwrap_or(raw.len());
    let header = raw[1..header_end].split(['#', ' ', '\t']).next().unwrap_or_default();
    let (keep, strip) = (header.contains('+'), header.contains('-'));
    let Some((_, body)) = split_line(raw) else { return Cow::Borrowed("") };
    let mut out = String::with_capacity(body.len() + 1);
    let mut breaks = 0;
    let mut more_indented = false;
    let mut started = false;
    for line in lines(body) {
        let line = &line[indent.min(spaces(line))..];
        if line.is_empty() {
            breaks += 1;
            continue;
        }
        let indented = line.starts_with([' ', '\t']);
        let gap = match (folded, started) {
            (true, true) if !indented && !more_indented && breaks == 1 => " ".to_owned(),
            (true, true) if !indented && !more_indented => "\n".repeat(breaks - 1),
            _ => "\n".repeat(breaks),
        };
        out.push_str(&gap);
        out.push_str(line);
        (breaks, more_indented, started) = (1, indented, true);
    }
    let trailing = match (strip, keep) {
        (true, _) => 0,
        (_, true) => breaks,
        _ => usize::from(started),
    };
    out.extend(std::iter::repeat_n('\n', trailing));
    Cow::Owned(out)
}

fn split_line(text: &str) -> Option<(&str, &str)> {
    let end = memchr::memchr2(b'\n', b'\r', text.as_bytes())?;
    let width = if text.as_bytes()[end..].starts_with(b"\r\n") { 2 } else { 1 };
    Some((&text[..end], &text[end + width..]))
}

fn spaces(line: &str) -> usize {
    line.bytes().take_while(|&byte| byte == b' ').count()
}
