//! The settings file: where it is, and the object in it. Knows nothing of the object's fields.

use std::path::{Path, PathBuf};

use super::{Reading, from_object};
use crate::text::{Place, Source, Span};
use crate::yaml::{Tree, stream};

/// The file that is looked for from the working directory up to the repository's root.
pub const FILE_NAME: &str = "wgsidecar.yaml";

/// The settings file that counts here: the named one, else the nearest up to the repository's root.
pub fn find_file(named: Option<&Path>, from: &Path) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    nearest(FILE_NAME, from)
}

/// The nearest file up to the repository's root that looks like a settings file and is none, for its name.
pub fn find_misnamed(from: &Path) -> Option<PathBuf> {
    nearest("wgsidecar.yml", from)
}

/// The nearest file of this name up to the repository's root.
fn nearest(name: &str, from: &Path) -> Option<PathBuf> {
    for folder in from.ancestors() {
        let file = folder.join(name);
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
    let mut reading = Reading::default();
    let (documents, mut errors) = stream::split(file.text());
    let mut trees = Vec::new();
    for document in documents {
        match stream::parse(file.text(), document) {
            Ok(found) => trees.extend(found.into_iter().filter(|tree| !tree.is_null(tree.root()))),
            Err(error) => errors.push(error),
        }
    }
    for error in errors {
        let place = Place { source, span: error.span };
        reading.error(Some(place), error.message).help = error.help;
    }
    match &trees[..] {
        _ if !reading.errors.is_empty() => reading,
        // Something is meant, and the defaults would be used without a word.
        [] if file.is_blank() => {
            let place = Place { source, span: Span::at(0) };
            let error = reading.error(Some(place), format!("{} is empty", file.name));
            error.help = Some("fill it in, `wgsidecar init` begins one, or delete it".into());
            reading
        }
        [] => {
            let warning = format!("{} sets nothing: the defaults are used", file.name);
            reading.warnings.push(warning);
            reading
        }
        [tree] => from_object(tree, tree.root(), source),
        [first, second, ..] => {
            let place = |tree: &Tree| Place { source, span: tree.span(tree.root()) };
            let message = format!("one settings object is needed, and there are {}", trees.len());
            let error = reading.error(Some(place(second)), message);
            error.related.push(place(first), "the first is here");
            reading
        }
    }
}
