//! Scalars in random styles.

use super::choices::Choices;
use super::data::Data;

/// Where a scalar stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Block,
    Flow,
}

pub fn json(data: &Data) -> String {
    match data {
        Data::Null => "null".into(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        // What is JSON here may be YAML after a separator.
        Data::Text(text) => {
            serde_json::to_string(text).expect("a string is JSON").replace('\u{2028}', "\\u2028")
        }
        _ => String::new(),
    }
}

/// A key, on one line.
pub fn key(choices: &mut Choices, text: &str, place: Place) -> String {
    match choices.below(6) {
        4 if is_simple(text) => single(choices, text, None),
        5 => double(choices, text, None),
        _ if is_plain(text, place) => text.to_owned(),
        _ => double(choices, text, None),
    }
}

/// A scalar that ends on the line it ends on; lines that go on stand at `column`.
pub fn inline(choices: &mut Choices, data: &Data, place: Place, column: usize) -> String {
    let text = match data {
        Data::Null if place == Place::Block => return choices.pick(&["null", "~", ""]).to_owned(),
        Data::Null => return choices.pick(&["null", "~", "Null"]).to_owned(),
        Data::Bool(true) => return choices.pick(&["true", "True", "yes", "on", "y"]).to_owned(),
        Data::Bool(false) => return choices.pick(&["false", "False", "no", "off", "n"]).to_owned(),
        Data::Text(text) => text,
        _ => return json(data),
    };
    match choices.below(8) {
        0..=3 if is_plain(text, place) => text.clone(),
        4 if is_plain(text, place) && !text.contains([':', '#']) => folded(choices, text, column),
        5 if is_simple(text) => single(choices, text, None),
        6 if is_simple(text) => single(choices, text, Some(column)),
        7 => double(choices, text, Some(column)),
        _ => double(choices, text, None),
    }
}

/// Text that keeps its meaning without quotes.
fn is_plain(text: &str, place: Place) -> bool {
    let reserved = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let begins = text.starts_with(|first: char| first.is_alphabetic() || first == '/');
    let flow = place == Place::Flow && text.contains([',', '[', ']', '{', '}', '?', ':']);
    begins
        && !flow
        && !reserved.iter().any(|word| text.eq_ignore_ascii_case(word))
        && !text.contains(['\n', '\t', '\0', '\u{1b}', '\u{2028}'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([' ', ':'])
}

/// Text that single quotes can hold on one line.
fn is_simple(text: &str) -> bool {
    !text.contains(['\n', '\0', '\u{1b}', '\u{2028}'])
}

/// Some single spaces between words become line breaks.
fn folded(choices: &mut Choices, text: &str, column: usize) -> String {
    let mut out = String::new();
    let characters: Vec<char> = text.chars().collect();
    for (at, &character) in characters.iter().enumerate() {
        let word = |at: Option<usize>| {
            at.and_then(|at| characters.get(at)).is_some_and(|c| !c.is_whitespace() && *c != '#')
        };
        let between = word(at.checked_sub(1)) && word(Some(at + 1));
        if character == ' ' && between && choices.rarely(3) {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', column));
        } else {
            out.push(character);
        }
    }
    out
}

fn single(choices: &mut Choices, text: &str, column: Option<usize>) -> String {
    let text = match column {
        Some(column) => folded(choices, text, column),
        None => text.to_owned(),
    };
    format!("'{}'", text.replace('\'', "''"))
}

fn double(choices: &mut Choices, text: &str, column: Option<usize>) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        if let Some(column) = column.filter(|_| choices.rarely(12)) {
            out.push_str("\\\n");
            out.extend(std::iter::repeat_n(' ', column));
            // Blanks at the start of a line would be lost.
            if character == ' ' {
                out.push_str("\\ ");
                continue;
            }
        }
        out.push_str(&escaped(choices, character));
    }
    out.push('"');
    out
}

fn escaped(choices: &mut Choices, character: char) -> String {
    let code = u32::from(character);
    match character {
        '"' => "\\\"".into(),
        '\\' => "\\\\".into(),
        '\n' => "\\n".into(),
        '\t' => "\\t".into(),
        '\0' => "\\0".into(),
        '\u{2028}' => "\\L".into(),
        _ if code < 0x20 => format!("\\x{code:02x}"),
        _ if choices.rarely(30) => format!("\\U{code:08X}"),
        _ if choices.rarely(30) && code < 0x10000 => format!("\\u{code:04x}"),
        _ => character.to_string(),
    }
}

/// A text as `|` or `>`, from after the colon to the end of its last line, and whether it keeps blank lines after it.
pub fn lines(
    choices: &mut Choices,
    data: &Data,
    parent: usize,
    step: usize,
) -> Option<(String, bool)> {
    let Data::Text(text) = data else { return None };
    let body = text.trim_end_matches('\n');
    let unprintable = text.contains(['\0', '\u{1b}', '\u{2028}', '\t']) && !text.contains("\techo");
    if body.is_empty() || unprintable || !choices.rarely(if text.contains('\n') { 2 } else { 6 }) {
        return None;
    }
    let breaks = text.len() - body.len();
    let chomping = match breaks {
        0 => "-",
        1 => choices.pick(&["", "", "+"]),
        _ => "+",
    };
    let indented = body.lines().any(|line| line.starts_with([' ', '\t']));
    let folds = !indented && !body.starts_with('\n') && choices.rarely(3);
    let explicit = body.starts_with([' ', '\n']) || choices.rarely(8);
    let width = if explicit { step.to_string() } else { String::new() };
    let style = if folds { ">" } else { "|" };
    let comment = choices.pick(&["", "", "  # c"]);
    let mut out = format!(" {style}{width}{chomping}{comment}\n");
    let body = if folds { unfolded(body) } else { body.to_owned() };
    for line in body.split('\n') {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', parent + step));
        }
        out.push_str(line);
        out.push('\n');
    }
    out.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
    Some((out, chomping == "+"))
}

/// One break more in every run of breaks.
fn unfolded(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if character == '\n' && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push(character);
    }
    out
}
