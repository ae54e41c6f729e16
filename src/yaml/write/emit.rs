//! Values as text: in block style as a person writes them, in flow style as strict JSON. Knows nothing of places.

use serde_json::{Map, Value};

use super::super::resolve::is_safe_plain;
use super::Style;

/// Appends `key: value` at a column, with a line end after it.
pub(super) fn block_entry(out: &mut String, column: usize, key: &str, value: &Value, style: Style) {
    pad(out, column);
    entry(out, column, key, value, style);
}

/// Appends `- value` with the dash at a column and the content `width` further right.
pub(super) fn block_item(
    out: &mut String,
    column: usize,
    width: usize,
    value: &Value,
    style: Style,
) {
    pad(out, column);
    out.push('-');
    pad(out, width - 1);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (number, (key, value)) in entries(map, style).into_iter().enumerate() {
                if number > 0 {
                    pad(out, column + width);
                }
                entry(out, column + width, key, value, style);
            }
        }
        Value::String(text) if is_literal(text) => literal(out, column + width, text, style),
        _ => {
            flow(out, value, Flow::Spaced, style.sorted);
            out.push_str(style.line_end);
        }
    }
}

fn entry(out: &mut String, column: usize, key: &str, value: &Value, style: Style) {
    push_string(out, key);
    out.push(':');
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push_str(style.line_end);
            for (key, value) in entries(map, style) {
                block_entry(out, column + style.step, key, value, style);
            }
        }
        Value::Array(items) if !items.iter().all(is_short) => {
            out.push_str(style.line_end);
            for item in items {
                block_item(out, column + style.dash, 2, item, style);
            }
        }
        Value::String(text) if is_literal(text) => {
            out.push(' ');
            literal(out, column + style.step, text, style);
        }
        _ => {
            out.push(' ');
            inline(out, value, style);
            out.push_str(style.line_end);
        }
    }
}

fn entries(map: &Map<String, Value>, style: Style) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    if style.sorted {
        entries.sort_by_key(|(key, _)| key.as_str());
    }
    entries
}

fn inline(out: &mut String, value: &Value, style: Style) {
    match value {
        Value::String(text) => push_string(out, text),
        _ => flow(out, value, Flow::Spaced, style.sorted),
    }
}

/// Whether a list item reads well inside brackets.
fn is_short(item: &Value) -> bool {
    match item {
        Value::String(text) => !text.contains('\n'),
        Value::Array(_) | Value::Object(_) => false,
        _ => true,
    }
}

/// Whether a string can be a block scalar that every reader reads back the same.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    (body.contains('\n') || (text.ends_with('\n') && !body.is_empty()))
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && text.bytes().all(|byte| byte == b'\n' || (0x20..0x7F).contains(&byte))
        && !body.lines().any(|line| line.ends_with(' '))
}

fn literal(out: &mut String, column: usize, text: &str, style: Style) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    out.push_str(style.line_end);
    for line in text.lines() {
        if !line.is_empty() {
            pad(out, column);
            out.push_str(line);
        }
        out.push_str(style.line_end);
    }
}

/// A text as a block scalar whose lines begin at a column, without the last line's end; `None` where it cannot be one.
pub(super) fn literal_at(column: usize, text: &str, style: Style) -> Option<String> {
    let mut out = String::new();
    is_literal(text).then(|| literal(&mut out, column, text, style));
    let length = out.strip_suffix(style.line_end)?.len();
    out.truncate(length);
    Some(out)
}

pub(super) fn json_string(text: &str) -> String {
    let mut out = String::new();
    push_json(&mut out, text);
    out
}

fn push_string(out: &mut String, text: &str) {
    if is_safe_plain(text) { out.push_str(text) } else { push_json(out, text) }
}

fn push_json(out: &mut String, text: &str) {
    out.push_str(&serde_json::to_string(text).expect("a string is plain data"));
}

fn pad(out: &mut String, width: usize) {
    out.extend(std::iter::repeat_n(' ', width));
}

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Flow {
    /// `{"a":1,"b":2}`
    Compact,
    /// `{"a": 1, "b": 2}`
    Spaced,
    /// One entry a line, the brackets' line indented by `column`.
    Lines { column: usize, step: usize, line_end: &'static str },
}

/// Appends a value as strict JSON.
pub(super) fn flow(out: &mut String, value: &Value, layout: Flow, sorted: bool) {
    match value {
        Value::Object(map) => {
            let style = Style { sorted, ..Style::default() };
            bracket(
                out,
                layout,
                '{',
                '}',
                entries(map, style).into_iter(),
                |out, inner, (key, value)| {
                    push_json(out, key);
                    out.push_str(if layout == Flow::Compact { ":" } else { ": " });
                    flow(out, value, inner, sorted);
                },
            );
        }
        Value::Array(items) => bracket(out, layout, '[', ']', items.iter(), |out, inner, item| {
            flow(out, item, inner, sorted)
        }),
        _ => out.push_str(&value.to_string()),
    }
}

fn bracket<T>(
    out: &mut String,
    layout: Flow,
    open: char,
    close: char,
    items: impl ExactSizeIterator<Item = T>,
    mut write: impl FnMut(&mut String, Flow, T),
) {
    out.push(open);
    let inner = match layout {
        Flow::Lines { column, step, line_end } => {
            Flow::Lines { column: column + step, step, line_end }
        }
        other => other,
    };
    let empty = items.len() == 0;
    for (number, item) in items.enumerate() {
        match (number, inner) {
            (_, Flow::Lines { column, line_end, .. }) => {
                out.push_str(if number > 0 { "," } else { "" });
                out.push_str(line_end);
                pad(out, column);
            }
            (0, _) => {}
            (_, Flow::Compact) => out.push(','),
            (_, Flow::Spaced) => out.push_str(", "),
        }
        write(out, inner, item);
    }
    if let (Flow::Lines { column, line_end, .. }, false) = (layout, empty) {
        out.push_str(line_end);
        pad(out, column);
    }
    out.push(close);
}
