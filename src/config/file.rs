//! The settings file: where it is, and the object in it. Knows nothing of the object's fields.

use std::path::{Path, PathBuf};

use super::{Reading, from_object};
use crate::text::{Place, Source};
use crate::yaml::{Tree, stream};

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
        [] => reading,
        [tree] => from_object(tree, tree.root(), source),
        [first, second, ..] => {
            let place = |tree: &Tree| Place { source, span: tree.span(tree.root()) };
            let message = format!("one settings object is needed, and there are {}", trees.len());
            let error = reading.error(Some(place(second)), message);
            error.related.push((place(first), "the first is here".into()));
            reading
        }
    }
}
