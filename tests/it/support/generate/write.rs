//! Documents in random styles.

use super::choices::Choices;
use super::data::{Data, Entry};
use super::scalars::{self, Place};

/// Writes one document.
pub fn document(choices: &mut Choices, data: &Data) -> String {
    if choices.rarely(8) && !data.holds_names() {
        return json(choices, data);
    }
    let step = 1 + (1 + choices.below(4)) % 4;
    let mut writer = Writer { choices, out: String::new(), step, keeps: false, open: false };
    writer.lines_between(0);
    let root = if writer.choices.rarely(12) { 2 } else { 0 };
    match data {
        Data::Map(entries) if !entries.is_empty() => writer.block_map(entries, root, false),
        _ => return json(writer.choices, data),
    }
    finish(writer)
}

fn finish(mut writer: Writer) -> String {
    writer.lines_between(0);
    if writer.choices.rarely(12) {
        writer.out.push_str("...\n");
    }
    let Writer { choices, mut out, .. } = writer;
    // The break after a blank line belongs to a scalar that keeps its breaks.
    if choices.rarely(5) && !out.ends_with("\n\n") && out.ends_with('\n') {
        out.pop();
    }
    if choices.rarely(6) { out.replace('\n', "\r\n") } else { out }
}

fn json(choices: &mut Choices, data: &Data) -> String {
    let mut text = String::new();
    let break_between = choices.pick(&["", "\n", "\n\t"]);
    json_value(data, break_between, &mut text);
    let last = choices.pick(&["\n", ""]);
    format!("{text}{last}")
}

fn json_value(data: &Data, gap: &str, out: &mut String) {
    let (open, close) = match data {
        Data::List(_) => ('[', ']'),
        Data::Map(_) => ('{', '}'),
        _ => return out.push_str(&scalars::json(data)),
    };
    out.push(open);
    let mut first = true;
    let mut comma = |out: &mut String| {
        out.push_str(if std::mem::take(&mut first) { "" } else { "," });
        out.push_str(gap);
    };
    match data {
        Data::List(items) => items.iter().for_each(|item| {
            comma(out);
            json_value(item, gap, out);
        }),
        Data::Map(entries) => entries.iter().for_each(|entry| {
            let Entry::Pair(key, value) = entry else { return };
            comma(out);
            out.push_str(&scalars::json(&Data::text(key)));
            out.push_str(if gap.is_empty() { ":" } else { ": " });
            json_value(value, gap, out);
        }),
        _ => {}
    }
    out.push_str(gap);
    out.push(close);
}

struct Writer<'c, 'b> {
    choices: &'c mut Choices<'b>,
    out: String,
    /// How much deeper each mapping stands than what holds it.
    step: usize,
    /// Whether the last scalar would take blank lines that follow it.
    keeps: bool,
    /// Whether it would take lines of blanks.
    open: bool,
}

impl Writer<'_, '_> {
    fn indent(&mut self, column: usize) {
        self.out.extend(std::iter::repeat_n(' ', column));
    }

    /// Blank lines and comments, or nothing.
    fn lines_between(&mut self, column: usize) {
        match self.choices.below(16) {
            13 if !self.keeps => self.out.push('\n'),
            14 if !self.open => self.out.push_str("   \n"),
            15 => {
                let shift = self.choices.below(2) * (column / 2);
                self.indent(column - shift);
                self.out.push_str("# - comment: {\n");
            }
            _ => return,
        }
        // A comment ends the scalar before it.
        if self.out.ends_with("{\n") {
            (self.keeps, self.open) = (false, false);
        }
    }

    /// A line ends, perhaps with a comment.
    fn end_line(&mut self) {
        let end = match self.choices.below(16) {
            // After an indicator no tab may stand.
            14 if self.out.ends_with(|last: char| !last.is_ascii_punctuation()) => " \t\n",
            14 => "  \n",
            15 => "  # it's \"a\" comment\n",
            _ => "\n",
        };
        self.out.push_str(end);
        (self.keeps, self.open) = (false, false);
    }

    /// The entries, the first of them perhaps on a line that has begun.
    fn block_map(&mut self, entries: &[Entry], column: usize, mut begun: bool) {
        for entry in entries {
            if !std::mem::take(&mut begun) {
                self.lines_between(column);
                self.indent(column);
            }
            let (key, value) = match entry {
                Entry::Merge(value) => ("<<".to_owned(), value),
                Entry::Pair(key, value) => (scalars::key(self.choices, key, Place::Block), value),
            };
            let explicit = self.choices.rarely(40);
            if explicit {
                self.out.push_str(&format!("? {key}"));
                self.end_line();
                self.indent(column);
            } else {
                self.out.push_str(&key);
                self.out.push_str(if self.choices.rarely(20) { " " } else { "" });
            }
            self.out.push(':');
            self.value(value, column, !explicit);
        }
    }

    fn block_list(&mut self, items: &[Data], column: usize, mut begun: bool) {
        let width = if self.choices.rarely(6) { 4 } else { 2 };
        for item in items {
            if !std::mem::take(&mut begun) {
                self.lines_between(column);
                self.indent(column);
            }
            self.out.push('-');
            let gap = " ".repeat(width - 1);
            match item {
                Data::Map(entries) if !entries.is_empty() && !self.choices.rarely(5) => {
                    self.out.push_str(&gap);
                    self.block_map(entries, column + width, true);
                }
                Data::List(items) if !items.is_empty() && self.choices.below(2) == 0 => {
                    self.out.push_str(&gap);
                    self.block_list(items, column + width, true);
                }
                _ => self.value(item, column, false),
            }
        }
    }

    /// The value after `:` or `-` of a collection in `column`.
    fn value(&mut self, data: &Data, column: usize, under_key: bool) {
        if let Data::Anchored(name, data) = data {
            self.out.push_str(&format!(" &{name}"));
            return self.value(data, column, under_key);
        }
        let flow = self.choices.rarely(8);
        match data {
            Data::Map(entries) if !entries.is_empty() && !flow => {
                self.end_line();
                self.block_map(entries, column + self.step, false);
            }
            Data::List(items) if !items.is_empty() && !flow => {
                self.end_line();
                let indented = !under_key || self.choices.below(2) == 1;
                self.block_list(items, column + if indented { self.step } else { 0 }, false);
            }
            Data::Map(_) | Data::List(_) | Data::Alias(..) => {
                self.out.push_str(self.choices.pick(&[" ", "  "]));
                self.flow(data, column + 1);
                self.end_line();
            }
            _ => self.block_scalar(data, column, under_key),
        }
    }

    fn block_scalar(&mut self, data: &Data, column: usize, under_key: bool) {
        if let Some((text, keeps)) = scalars::lines(self.choices, data, column, self.step) {
            self.out.push_str(&text);
            (self.keeps, self.open) = (keeps, true);
            return;
        }
        let text = scalars::inline(self.choices, data, Place::Block, column + self.step);
        if !text.is_empty() {
            let gap = self.choices.pick(&[" ", "   ", "\t"]);
            // After a dash no tab may stand.
            self.out.push_str(if under_key { gap } else { " " });
        }
        self.out.push_str(&text);
        self.end_line();
    }

    /// In brackets; lines that go on stand at `column` or further right.
    fn flow(&mut self, data: &Data, column: usize) {
        match data {
            Data::Anchored(name, data) => {
                self.out.push_str(&format!("&{name} "));
                self.flow(data, column);
            }
            Data::Alias(name, _) => self.out.push_str(&format!("*{name} ")),
            Data::List(items) => {
                self.out.push('[');
                for (number, item) in items.iter().enumerate() {
                    self.flow_gap(column);
                    self.flow(item, column);
                    self.flow_comma(number + 1 == items.len());
                }
                self.flow_gap(column);
                self.out.push(']');
            }
            Data::Map(entries) => {
                self.out.push('{');
                for (number, entry) in entries.iter().enumerate() {
                    self.flow_gap(column);
                    self.flow_entry(entry, column);
                    self.flow_comma(number + 1 == entries.len());
                }
                self.flow_gap(column);
                self.out.push('}');
            }
            _ => {
                let text = scalars::inline(self.choices, data, Place::Flow, column);
                self.out.push_str(&text);
            }
        }
    }

    fn flow_entry(&mut self, entry: &Entry, column: usize) {
        let (key, value) = match entry {
            Entry::Merge(value) => ("<<".to_owned(), value),
            Entry::Pair(key, value) => (scalars::key(self.choices, key, Place::Flow), value),
        };
        let tight = key.ends_with('"') && self.choices.rarely(3);
        self.out.push_str(&key);
        self.out.push_str(if tight { ":" } else { ": " });
        self.flow_gap(column);
        self.flow(value, column);
    }

    fn flow_comma(&mut self, last: bool) {
        if !last || self.choices.rarely(6) {
            self.out.push_str(self.choices.pick(&[",", " ,", ", "]));
        }
    }

    fn flow_gap(&mut self, column: usize) {
        match self.choices.below(12) {
            8 => self.out.push(' '),
            9 => self.out.push('\t'),
            10 => self.out.push('\n'),
            11 => self.out.push_str(" # comment, ]\n"),
            _ => return,
        }
        if self.out.ends_with('\n') {
            self.indent(column);
        }
    }
}
