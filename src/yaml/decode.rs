//! The text of a scalar from its written form. Knows nothing of what it resolves to.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::tree::Kind;

/// Decodes a scalar; `indent` is the column of a block scalar's content.
pub(super) fn scalar(kind: Kind, raw: &str, indent: usize) -> Cow<'_, str> {
    match kind {
        Kind::Plain => flow(raw, Style::Plain),
        Kind::SingleQuoted => flow(inside(raw), Style::Single),
        Kind::DoubleQuoted => flow(inside(raw), Style::Double),
        Kind::Literal | Kind::Folded => block(raw, indent, kind == Kind::Folded),
        _ => Cow::Borrowed(""),
    }
}

/// The bytes behind `!!binary`, where they are text.
pub(super) fn binary(text: &str) -> Option<String> {
    let digits: String = text.split_ascii_whitespace().collect();
    String::from_utf8(STANDARD.decode(digits).ok()?).ok()
}

fn inside(raw: &str) -> &str {
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
}

/// The text of a plain or quoted scalar: one line break is a space, more are one fewer.
fn flow(text: &str, style: Style) -> Cow<'_, str> {
    let special = match style {
        Style::Plain => memchr::memchr2(b'\n', b'\r', text.as_bytes()),
        Style::Single => memchr::memchr3(b'\n', b'\r', b'\'', text.as_bytes()),
        Style::Double => memchr::memchr3(b'\n', b'\r', b'\\', text.as_bytes()),
    };
    if special.is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let joined = flow_run(&mut rest, style, &mut out);
        let gap = rest.find(|next| !GAP.contains(&next)).unwrap_or(rest.len());
        match (lines(&rest[..gap]).count() - 1, joined) {
            (0, false) => out.push_str(&rest[..gap]),
            (1, false) => out.push(' '),
            (breaks, false) => out.extend(std::iter::repeat_n('\n', breaks - 1)),
            (breaks, true) => out.extend(std::iter::repeat_n('\n', breaks)),
        }
        rest = &rest[gap..];
    }
    Cow::Owned(out)
}

const GAP: [char; 4] = [' ', '\t', '\n', '\r'];

/// Decodes up to the next blank or break; tells whether an escaped break ended it.
fn flow_run(rest: &mut &str, style: Style, out: &mut String) -> bool {
    loop {
        let plain = rest.find([' ', '\t', '\n', '\r', '\\', '\'']).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        *rest = &rest[plain..];
        let width = match (rest.as_bytes().first(), style) {
            (Some(b'\\'), Style::Double) => match split_line(rest) {
                Some(("\\", after)) => {
                    *rest = after;
                    return true;
                }
                _ => {
                    // The parser has refused every other escape.
                    let (character, width) = escape(rest).unwrap_or(('\u{FFFD}', rest.len()));
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

/// The character of the escape that `text` begins with, and the escape's width in bytes.
pub(super) fn escape(text: &str) -> Option<(char, usize)> {
    let digits = match text.as_bytes().get(1)? {
        b'0' => return Some(('\0', 2)),
        b'a' => return Some(('\u{7}', 2)),
        b'b' => return Some(('\u{8}', 2)),
        b't' | b'\t' => return Some(('\t', 2)),
        b'n' => return Some(('\n', 2)),
        b'v' => return Some(('\u{B}', 2)),
        b'f' => return Some(('\u{C}', 2)),
        b'r' => return Some(('\r', 2)),
        b'e' => return Some(('\u{1B}', 2)),
        b' ' => return Some((' ', 2)),
        b'"' => return Some(('"', 2)),
        b'\'' => return Some(('\'', 2)),
        b'/' => return Some(('/', 2)),
        b'\\' => return Some(('\\', 2)),
        b'N' => return Some(('\u{85}', 2)),
        b'_' => return Some(('\u{A0}', 2)),
        b'L' => return Some(('\u{2028}', 2)),
        b'P' => return Some(('\u{2029}', 2)),
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => return None,
    };
    let code = hex(text, 2, digits)?;
    match code {
        0xD800..=0xDBFF => surrogates(text, code),
        _ => Some((char::from_u32(code)?, 2 + digits)),
    }
}

/// JSON's way to write a character beyond U+FFFF: two `\u`.
fn surrogates(text: &str, high: u32) -> Option<(char, usize)> {
    let low = text.get(6..8).filter(|mark| *mark == "\\u").and_then(|_| hex(text, 8, 4))?;
    let code = 0x10000 + ((high - 0xD800) << 10) + low.checked_sub(0xDC00)?;
    Some((char::from_u32(code)?, 12))
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
