//! Which bytes of an input must not be shown. Knows no YAML: it goes by bytes, and hides too much rather than too little.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;

use super::scan::{merged, scan};
use crate::text::Span;
use crate::text::source::{line_start, next_line};

/// Endings of the names whose values are hidden, in lower case without `-`, `_` and `.`.
const PRIVATE_NAMES: [&str; 10] = [
    "privatekey",
    "presharedkey",
    "password",
    "passwd",
    "passphrase",
    "token",
    "apikey",
    "accesskey",
    "clientsecret",
    "credentials",
];

/// Values that tell nothing, whatever they are the value of: `automountServiceAccountToken: false`.
const SWITCHES: [&str; 5] = ["true", "false", "null", "~", ""];

/// The spans to hide, sorted and disjoint: `private`, what looks like a key, and the values of Secrets in `unparsed` documents.
pub fn hidden(text: &str, private: &[Span], unparsed: &[Span]) -> Vec<Span> {
    let mut spans = values(text, private, unparsed);
    spans.extend(scan(text));
    merged(spans)
}

/// The same for a part of a text at a time: a report shows few lines of it.
#[derive(Debug)]
pub struct Hidden<'t> {
    text: &'t str,
    private: Vec<Span>,
    unparsed: Vec<Span>,
    /// What is hidden whatever it looks like.
    values: OnceCell<Vec<Span>>,
    /// What looks like a key in each block that was asked for.
    keys: RefCell<HashMap<usize, Vec<Span>>>,
}

/// Bytes of a block, which is looked at once.
const BLOCK: usize = 1 << 14;
/// Bytes on either side of a block that say whether a key begins or ends in it; a broken key takes a hundred.
const MARGIN: usize = 1 << 10;

impl<'t> Hidden<'t> {
    /// `private` and `unparsed` are as for [`hidden`].
    pub fn new(text: &'t str, private: Vec<Span>, unparsed: Vec<Span>) -> Self {
        Self { text, private, unparsed, values: OnceCell::new(), keys: RefCell::default() }
    }

    /// What of a range is to be hidden, sorted and disjoint.
    pub fn within(&self, range: Range<usize>) -> Vec<Span> {
        let values = self.values.get_or_init(|| values(self.text, &self.private, &self.unparsed));
        let first = values.partition_point(|span| span.end() <= range.start);
        let values = values[first..].iter().take_while(|span| span.start() < range.end);
        let mut spans = Vec::from_iter(values.copied());
        let mut keys = self.keys.borrow_mut();
        for block in range.start / BLOCK..range.end.div_ceil(BLOCK) {
            spans.extend(keys.entry(block).or_insert_with(|| self.keys_of(block)).iter());
        }
        merged(spans)
    }

    fn keys_of(&self, block: usize) -> Vec<Span> {
        let start = self.text.floor_char_boundary((block * BLOCK).saturating_sub(MARGIN));
        let end = self.text.ceil_char_boundary(((block + 1) * BLOCK + MARGIN).min(self.text.len()));
        let moved = |span: Span| Span::new(start + span.start(), start + span.end());
        scan(&self.text[start..end]).into_iter().map(moved).collect()
    }
}

/// What is hidden whatever it looks like, sorted and disjoint.
fn values(text: &str, private: &[Span], unparsed: &[Span]) -> Vec<Span> {
    let mut spans = private.to_vec();
    named_values(text, &mut spans);
    for &document in unparsed {
        if names_a_secret(&text[document.range()]) {
            values_of_lines(text, document, &mut spans);
        }
    }
    merged(spans)
}

/// Values after names such as `PrivateKey`, with `:` or `=` between, and in `name: PASSWORD`, `value: …`.
fn named_values(text: &str, spans: &mut Vec<Span>) {
    let mut named_private = false;
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b':', b'=', &text.as_bytes()[at..]) {
        let separator = at + found;
        let name = name_before(&text[at..separator]);
        at = separator + 1;
        if is_private(name) || (named_private && name == "value") {
            let start = at + count(&text.as_bytes()[at..], |byte| matches!(byte, b' ' | b'\t'));
            at = value_end(text, separator, start);
            if !SWITCHES.contains(&text[start..at].trim_end()) {
                spans.push(Span::new(start, at));
            }
        }
        if name == "name" {
            named_private = is_private(name_after(&text[at..]));
        }
    }
}

/// The word that ends where `before` does, quotes and blanks aside.
fn name_before(before: &str) -> &str {
    let trimmed = before.trim_end_matches([' ', '\t', '"', '\'', '\\']);
    let start = trimmed.bytes().rev().take_while(|&byte| is_name(byte)).count();
    &trimmed[trimmed.len() - start..]
}

/// The word that `after` begins with, quotes and blanks aside.
fn name_after(after: &str) -> &str {
    let trimmed = after.trim_start_matches([' ', '\t', '"', '\'', '\\']);
    &trimmed[..count(trimmed.as_bytes(), is_name)]
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn is_private(name: &str) -> bool {
    let letters = name.bytes().rev().filter(u8::is_ascii_alphanumeric);
    let letters = letters.map(|letter| letter.to_ascii_lowercase());
    PRIVATE_NAMES.iter().any(|ending| letters.clone().take(ending.len()).eq(ending.bytes().rev()))
}

/// Where the value at `start` ends: at its closing quote, or with the lines that are indented below its name.
fn value_end(text: &str, separator: usize, start: usize) -> usize {
    match text.as_bytes().get(start) {
        Some(&quote @ (b'"' | b'\'')) => quoted_end(text, start + 1, quote),
        Some(b'|' | b'>' | b'\n' | b'\r') | None => indented_end(text, separator),
        Some(_) => line_end(text, start),
    }
}

fn quoted_end(text: &str, start: usize, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let escape = if quote == b'"' { b'\\' } else { quote };
    let mut at = start;
    while let Some(found) = memchr::memchr2(quote, escape, &bytes[at..]) {
        let here = at + found;
        let escapes =
            bytes[here] == escape && (escape != quote || bytes.get(here + 1) == Some(&quote));
        if !escapes {
            return here + 1;
        }
        at = text.ceil_char_boundary((here + 2).min(text.len()));
    }
    text.len()
}

fn indented_end(text: &str, separator: usize) -> usize {
    let depth = indentation(&text[line_start(text, separator)..]);
    let mut end = line_end(text, separator);
    let mut next = next_line(text, separator);
    while next < text.len() {
        let line = &text[next..line_end(text, next)];
        if !line.trim().is_empty() && indentation(line) <= depth {
            break;
        }
        end = next + line.len();
        next = next_line(text, next);
    }
    end
}

/// Blanks and the dashes of a sequence before a line's text.
fn indentation(line: &str) -> usize {
    count(line.as_bytes(), |byte| matches!(byte, b' ' | b'-'))
}

fn line_end(text: &str, offset: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[offset..])
        .map_or(text.len(), |found| offset + found)
}

/// Whether the word `Secret` stands in a document; where else than after `kind:` it may stand is not worth a risk.
fn names_a_secret(document: &str) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = document.as_bytes();
    memchr::memmem::find_iter(bytes, "Secret")
        .any(|at| !is_word(bytes[..at].last()) && !is_word(bytes.get(at + "Secret".len())))
}

/// Hides all of each line but a name that it may begin with.
fn values_of_lines(text: &str, document: Span, spans: &mut Vec<Span>) {
    let mut start = document.start();
    while start < document.end() {
        let end = line_end(text, start).min(document.end());
        let shown = start + name_length(&text[start..end]);
        if shown < end {
            spans.push(Span::new(shown, end));
        }
        start = next_line(text, start);
    }
}

/// How far a line is indentation, a name, its colon and blanks; without a name only the indentation counts.
fn name_length(line: &str) -> usize {
    let bytes = line.as_bytes();
    let start = count(bytes, |byte| matches!(byte, b' ' | b'\t' | b'-' | b'{' | b'"' | b'\''));
    let name = start + count(&bytes[start..], |byte| is_name(byte) || byte == b'/');
    let colon = name + count(&bytes[name..], |byte| matches!(byte, b'"' | b'\''));
    match &bytes[colon..] {
        [b':'] => line.len(),
        [b':', b' ', rest @ ..] => colon + 2 + count(rest, |byte| byte == b' '),
        _ => count(bytes, |byte| byte == b' '),
    }
}

fn count(bytes: &[u8], of: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|&&byte| of(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_private_names_are_hidden() {
        shows("PrivateKey = hunter2\nMTU = 1420", "PrivateKey = …\nMTU = 1420");
        shows("db-password: 'it''s' # why", "db-password: … # why");
        shows(r#"{"password": "a\"b", "user": "c"}"#, r#"{"password": …, "user": "c"}"#);
        shows("a:\n  token: |\n    x\n\n    y\n  b: z", "a:\n  token: …\n  b: z");
        shows(
            "- name: DB_PASSWORD\n  value: x\n- name: A\n  value: y",
            "- name: DB_PASSWORD\n  value: …\n- name: A\n  value: y",
        );
        for open in ["secretName: wireguard", "automountServiceAccountToken: false\na: b"] {
            shows(open, open);
        }
    }

    #[test]
    fn base64_of_a_key_is_hidden_wherever_it_stands() {
        let key = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
        shows(&format!("args: [{key}]"), "args: […]");
        shows(&format!("é{key}é"), "é…é");
        shows(
            "name: a-very-long-name-of-a-deployment-with-many-words",
            "name: a-very-long-name-of-a-deployment-with-many-words",
        );
    }

    #[test]
    fn an_unparsed_secret_shows_only_names() {
        let text = "kind: Secret\ndata:\n  a: b\n  hunter2\n- \"c\": d";
        let all = [Span::new(0, text.len())];
        assert_eq!(
            masked(text, &hidden(text, &[], &all)),
            "kind: …\ndata:\n  a: …\n  …\n- \"c\": …"
        );
        let sealed = "kind: SealedSecret\na: b";
        assert!(hidden(sealed, &[], &[Span::new(0, sealed.len())]).is_empty());
    }

    fn shows(text: &str, expected: &str) {
        assert_eq!(masked(text, &hidden(text, &[], &[])), expected);
    }

    fn masked(text: &str, spans: &[Span]) -> String {
        let mut out = text.to_owned();
        for span in spans.iter().rev() {
            out.replace_range(span.range(), "…");
        }
        out
    }
}
