//! The table that `list` prints. Knows nothing of workloads.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns: each head, the value that says nothing new, so that it gives way on a narrow terminal, and to how many
/// letters its cells may be cut.
const COLUMNS: [(&str, &str, usize); 8] = [
    ("NAMESPACE", "-", 8),
    ("WORKLOAD", "", 16),
    ("SECRET", "", 8),
    ("ENDPOINT", UNKNOWN, 8),
    ("CLUSTER", "", 8),
    ("DNS", "cluster", 8),
    ("KILL-SWITCH", "auto", 8),
    ("STATE", "", 8),
];

/// Stands for what is not known.
pub const UNKNOWN: &str = "?";

/// Between two columns.
const GAP: usize = 2;

/// What stands in a row, in the order of the columns.
pub type Cells = [String; COLUMNS.len()];

/// Writes aligned columns, no wider than `width`: those that say nothing new give way, then the widest. Where even the
/// headings have no room, each row has lines of its own.
pub fn write(cells: &[Cells], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let Some(columns) = columns(cells, width) else { return records(cells, width, out) };
    for line in std::iter::once(&COLUMNS.map(|(head, ..)| head.to_owned())).chain(cells) {
        let cut = columns.iter().map(|&(at, width)| {
            let text = fit(&line[at], width);
            let blanks = " ".repeat(width + GAP - text.width());
            text + &blanks
        });
        writeln!(out, "{}", cut.collect::<String>().trim_end())?;
    }
    Ok(())
}

/// The columns that are shown and how wide each is; `None` where they cannot be.
fn columns(cells: &[Cells], width: usize) -> Option<Vec<(usize, usize)>> {
    let widest = |column: usize, head: &str| {
        let widths = cells.iter().map(|line| line[column].width());
        widths.chain([head.width()]).max().unwrap_or(0)
    };
    let heads = COLUMNS.iter().enumerate();
    let mut columns: Vec<_> = heads.map(|(at, (head, ..))| (at, widest(at, head))).collect();
    let total = |columns: &[(usize, usize)]| {
        columns.iter().map(|(_, width)| width + GAP).sum::<usize>() - GAP
    };
    for column in (0..COLUMNS.len()).rev() {
        if total(&columns) > width && cells.iter().all(|line| says_nothing(line, column)) {
            columns.retain(|(at, _)| *at != column);
        }
    }
    while total(&columns) > width {
        // The state is what the list is read for.
        let may_give = |(at, width): &(usize, usize)| {
            let (head, _, least) = COLUMNS[*at];
            at + 1 < COLUMNS.len() && *width > least.max(head.width())
        };
        let others = columns.iter_mut().filter(|column| may_give(column));
        others.max_by_key(|(_, width)| *width)?.1 -= 1;
    }
    Some(columns)
}

/// Whether a cell says what it would say of most.
fn says_nothing(line: &Cells, column: usize) -> bool {
    let usual = COLUMNS[column].1;
    !usual.is_empty() && (line[column] == usual || line[column] == UNKNOWN)
}

/// Writes the state of each row under its name, and below it what is not as usual.
fn records(cells: &[Cells], width: usize, out: &mut dyn Write) -> io::Result<()> {
    for line in cells {
        let [namespace, workload, rest @ .., state] = line;
        let name = match namespace.as_str() {
            "-" => workload.clone(),
            _ => format!("{namespace}/{workload}"),
        };
        writeln!(out, "{}", fit(&name, width))?;
        writeln!(out, "{}", fit(&format!("  {state}"), width))?;
        let named = rest.iter().enumerate().map(|(at, cell)| (at + 2, cell));
        let known = named.filter(|&(at, cell)| !says_nothing(line, at) && cell != UNKNOWN);
        for (at, cell) in known {
            writeln!(
                out,
                "{}",
                fit(&format!("  {}: {cell}", COLUMNS[at].0.to_lowercase()), width)
            )?;
        }
    }
    Ok(())
}

/// The text, with `…` for its middle where it is wider than its column: names differ at their ends.
fn fit(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let end = width * 2 / 3;
    let start = end_of(cell.chars(), width.saturating_sub(end + 1));
    let tail: Vec<_> = cell.chars().rev().take(end_of(cell.chars().rev(), end)).collect();
    cell.chars().take(start).chain(['…']).chain(tail.into_iter().rev()).collect()
}

/// How many letters have room in so many columns.
fn end_of(letters: impl Iterator<Item = char>, room: usize) -> usize {
    let mut used = 0;
    let fits = |letter: &char| {
        used += letter.width().unwrap_or(0);
        used <= room
    };
    letters.take_while(fits).count()
}
