//! The changes of a run as one unified diff, with names that `git apply` and `patch -p1` take. Knows nothing of what
//! changed.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use super::analysis::Masks;
use super::read::{File, Inputs};
use crate::redact;
use crate::text::{Edits, Source, diff};

/// A diff, and the folder to apply it in where that is not the working directory.
#[derive(Debug, Default)]
pub struct Unified {
    pub text: String,
    /// The names of those that change and cannot be shown, because a line would hold a key.
    pub left_out: Vec<String>,
    pub apply_in: Option<PathBuf>,
}

/// The changes of all sources without any line that holds what no report may show, coloured as git colours them where
/// that is asked for.
pub fn unified(inputs: &Inputs, edits: &[Edits], masks: &[Masks], colored: bool) -> Unified {
    let sources = inputs.sources.iter().zip(&inputs.files).zip(edits).enumerate();
    let changed: Vec<_> = sources.filter(|(_, (_, edits))| !edits.is_empty()).collect();
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let paths = changed.iter().filter_map(|(_, ((_, file), _))| Some(&file.as_ref()?.path));
    let base = common(&here, paths.map(PathBuf::as_path));
    let mut unified =
        Unified { apply_in: (base != here).then(|| base.to_owned()), ..Unified::default() };
    for (number, ((source, file), edits)) in changed {
        let masks = masks.get(number).cloned().unwrap_or_default();
        let hidden = redact::hidden(source.text(), &masks.private, &masks.unparsed);
        // What is added may be what somebody has typed.
        let hunks = diff::hunks(source.text(), edits, &hidden);
        match hunks.filter(|hunks| !adds_key(hunks)) {
            Some(hunks) => unified.push(&name(source, file.as_ref(), base), &hunks, colored),
            None => unified.left_out.push(source.name.clone()),
        }
    }
    unified
}

/// Whether a line that is added may hold a key.
fn adds_key(hunks: &str) -> bool {
    let mut added = hunks.lines().filter(|line| line.starts_with('+'));
    added.any(|line| matches!(redact::text(line), Cow::Owned(_)))
}

impl Unified {
    fn push(&mut self, name: &str, hunks: &str, colored: bool) {
        for (sign, side) in [("---", 'a'), ("+++", 'b')] {
            let header = format!("{sign} {}\n", quoted(&format!("{side}/{name}")));
            push(&mut self.text, &header, BOLD, colored);
        }
        for line in hunks.split_inclusive('\n') {
            let style = match line.as_bytes()[0] {
                b'@' => CYAN,
                b'-' => RED,
                b'+' => GREEN,
                _ => "",
            };
            push(&mut self.text, line, style, colored);
        }
    }
}

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const CYAN: &str = "\x1b[36m";
const RESET: &str = "\x1b[m";

fn push(out: &mut String, line: &str, style: &str, colored: bool) {
    if !colored || style.is_empty() {
        return out.push_str(line);
    }
    let content = line.trim_end_matches(['\r', '\n']);
    // Writing to a string cannot fail.
    let _ = write!(out, "{style}{content}{RESET}{}", &line[content.len()..]);
}

/// The nearest folder at or above `here` that holds all files: neither program takes a name with `..` in it.
fn common<'a>(here: &'a Path, files: impl Iterator<Item = &'a Path> + Clone) -> &'a Path {
    let holds_all = |folder: &&Path| files.clone().all(|file| file.starts_with(folder));
    here.ancestors().find(holds_all).unwrap_or(here)
}

/// The name of a file from `base`, with `/` between; what is no file keeps its name.
fn name(source: &Source, file: Option<&File>, base: &Path) -> String {
    let named = Path::new(&source.name);
    let path = file.map_or(named, |file| file.path.strip_prefix(base).unwrap_or(&file.path));
    let words = path.components().filter_map(|component| match component {
        Component::Normal(word) => Some(word.to_string_lossy()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    words.collect::<Vec<_>>().join("/")
}

/// A name as both programs read it: a tab ends one with blanks, and one with odd characters is quoted as in C.
fn quoted(name: &str) -> String {
    let is_odd = |letter: char| letter.is_control() || letter == '"' || letter == '\\';
    if !name.contains(is_odd) {
        return if name.contains(' ') { format!("{name}\t") } else { name.to_owned() };
    }
    let mut quoted = String::from("\"");
    for byte in name.bytes() {
        // Writing to a string cannot fail.
        let _ = match byte {
            b'"' | b'\\' => write!(quoted, "\\{}", char::from(byte)),
            b'\t' => write!(quoted, "\\t"),
            b'\n' => write!(quoted, "\\n"),
            b'\r' => write!(quoted, "\\r"),
            b' '..=b'~' => write!(quoted, "{}", char::from(byte)),
            _ => write!(quoted, "\\{byte:03o}"),
        };
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::adds_key;

    #[test]
    fn a_key_that_is_added_is_known() {
        let key = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
        assert!(adds_key(&format!("@@ -1 +1 @@\n a\n+b: {key}\n")));
        assert!(!adds_key(
            "@@ -1 +1 @@\n-a\n+  wgsidecar.dev/injected: \"2 secret=vpn hash=10abd875e001b436e9c28f55\"\n"
        ));
    }
}
