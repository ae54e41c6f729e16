//! The settings file: where it is, and the object in it. Knows nothing of the object's fields.

use std::path::{Path, PathBuf};

use super::{Reading, from_object};
use crate::text::{Place, Source, Span};
use crate::yaml;

/// The file that is looked for from the working directory up to the repository's root.
pub const FILE_NAME: &str = "wgsidecar.yaml";

/// The settings file that counts here: the named one, else the nearest up to the repository's root.
pub fn find_file(named: Option<&Path>, from: &Path) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    for folder in from.ancestors() {
        let file = folder.join(FILE_NAME);
        if file.is_file() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a settings file. `source` is the number that places in it get.
pub fn from_file(file: &Source, source: usize) -> Reading {
    let span = Span::new(0, file.text().len());
    match yaml::parse(file.text(), without_first_separator(file.text(), span)) {
        Err(error) => {
            let mut reading = Reading::default();
            let place = Place { source, span: error.span };
            reading.error(Some(place), error.message).help = error.help;
            reading
        }
        Ok(None) => Reading::default(),
        Ok(Some(tree)) => from_object(&tree, tree.root(), source),
    }
}

/// A file may begin with `---`.
fn without_first_separator(text: &str, span: Span) -> Span {
    let documents = yaml::stream::split(text).0;
    let filled: Vec<_> = documents
        .into_iter()
        .filter(|document| !text[document.span.range()].trim().is_empty())
        .collect();
    match filled[..] {
        [document] => document.span,
        _ => span,
    }
}
