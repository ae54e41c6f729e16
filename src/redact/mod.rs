//! Keeps keys in. Whatever leaves the process in words, and not as the manifests that were asked for, passes through here:
//! what an excerpt hides of an input, and a last look at every text on its way out. Knows no YAML and no format.

pub mod scan;
pub mod source;
mod writer;

use std::borrow::Cow;

use serde_json::Value;

pub use scan::{is_base64, is_wordy, merged};
pub use source::{Hidden, hidden};
pub use writer::Redacted;

/// Stands for what is hidden.
pub const HIDDEN: char = '…';

/// The text with `…` for what may be a key. Terminal colours stay.
pub fn text(text: &str) -> Cow<'_, str> {
    const ESCAPE: &str = "\u{1b}[";
    if !text.contains(ESCAPE) {
        return plain(text);
    }
    let mut out = String::with_capacity(text.len());
    for (number, part) in text.split(ESCAPE).enumerate() {
        let color = if number == 0 { 0 } else { part.find('m').map_or(0, |end| end + 1) };
        let (color, words) = part.split_at(color);
        out.extend([if number == 0 { "" } else { ESCAPE }, color, &plain(words)]);
    }
    Cow::Owned(out)
}

fn plain(text: &str) -> Cow<'_, str> {
    let spans = scan::scan(text);
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        out.push_str(&text[at..span.start()]);
        out.push(HIDDEN);
        at = span.end();
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// Takes what may be a key out of a text that somebody holds.
pub fn in_place(text: &mut String) {
    if let Cow::Owned(redacted) = self::text(text) {
        *text = redacted;
    }
}

/// Takes what may be a key out of every text of a JSON value, its keys too.
pub fn value(value: &mut Value) {
    match value {
        Value::String(text) => in_place(text),
        Value::Array(items) => items.iter_mut().for_each(self::value),
        Value::Object(entries) => {
            let taken = std::mem::take(entries);
            entries.extend(taken.into_iter().map(|(mut name, mut value)| {
                in_place(&mut name);
                self::value(&mut value);
                (name, value)
            }));
        }
        _ => {}
    }
}

/// A run of this many base64 characters is taken for the larger half of a key where something short belongs.
const HALF: usize = 22;
/// A run of this many is taken for a piece of a key if it has capitals, which host names do not have.
const PIECE: usize = 8;

/// Whether `text`, a value that is not what belongs there, may hold a piece of a key. Stricter than the scan: whoever asks
/// can do without the text.
pub fn may_hold_piece(text: &str) -> bool {
    let mut runs = text.as_bytes().split(|byte| !is_base64(*byte));
    let is_mixed = |run: &[u8]| run.iter().any(u8::is_ascii_uppercase);
    text.contains('=') || runs.any(|run| run.len() >= HALF || run.len() >= PIECE && is_mixed(run))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";

    #[test]
    fn colors_stay() {
        let colored = format!("\u{1b}[33m{KEY}\u{1b}[0m deploy/{}", &KEY[..43]);
        assert_eq!(text(&colored), "\u{1b}[33m…\u{1b}[0m deploy/…");
        assert_eq!(text("\u{1b}]0;a\u{1b}"), "\u{1b}]0;a\u{1b}");
    }

    #[test]
    fn json_is_searched_whole() {
        let mut json = serde_json::json!({"a": [KEY, 1], KEY: {"b": format!("x {KEY}")}});
        value(&mut json);
        assert_eq!(json, serde_json::json!({"a": ["…", 1], "…": {"b": "x …"}}));
    }

    #[test]
    fn host_names_are_no_pieces() {
        for host in ["europe3.vpn.example.org:1637", "VPN.example.com", "2001:DB8::1"] {
            assert!(!may_hold_piece(host), "{host}");
        }
        for piece in ["FyLWZpeHR1", "x=", "10.0.0.1d2dzaWRlY2"] {
            assert!(may_hold_piece(piece), "{piece}");
        }
    }
}
