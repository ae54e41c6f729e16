//! Reads the files that a kustomization builds, and those of the kustomizations that it names. Knows nothing of what they
//! hold, and of no network.

use std::collections::HashSet;
use std::path::Path;

use super::built::{Named, clean};
use crate::kube::patched::{FILES, is_file};
use crate::run::kustomization;
use crate::text::Source;
use crate::yaml::stream::{self, Document};

/// So many files and bytes are read; of what is behind them nobody knows, as of an address.
const MOST_FILES: usize = 2_000;
const MOST_BYTES: u64 = 64 << 20;

/// The files behind a kustomization that can be read, each by the path that leads to it from there.
pub fn behind(kustomization: &Source) -> Vec<Source> {
    let mut files: Vec<Source> = Vec::new();
    let (mut seen, mut left) = (HashSet::new(), MOST_BYTES);
    seen.extend(std::fs::canonicalize(&kustomization.name));
    let mut open = named(kustomization);
    while let Some(path) = open.pop() {
        let path = if Path::new(&path).is_dir() {
            let inside = FILES.iter().map(|name| clean(&format!("{path}/{name}")));
            match inside.into_iter().find(|path| Path::new(path).is_file()) {
                Some(path) => path,
                None => continue,
            }
        } else {
            path
        };
        // A link or a circle may lead to a file again.
        let is_new = std::fs::canonicalize(&path).is_ok_and(|real| seen.insert(real));
        if files.len() >= MOST_FILES || !is_new {
            continue;
        }
        let size = std::fs::metadata(&path).ok().filter(|it| it.is_file()).map(|it| it.len());
        let Some(rest) = size.and_then(|size| left.checked_sub(size)) else { continue };
        let Some(source) = std::fs::read(&path).ok().and_then(|it| Source::new(path, it).ok())
        else {
            continue;
        };
        left = rest;
        // Of what cannot be read others speak: it is not what is to change.
        if !is_readable(&source) {
            continue;
        }
        if is_file(Path::new(&source.name)) {
            open.extend(named(&source));
        }
        files.push(source);
    }
    // Whatever leads to a file first, the order is that of the names.
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

fn is_readable(source: &Source) -> bool {
    let (documents, errors) = kustomization::split(&source.name, source.text());
    let parses = |document: Document| stream::parse(source.text(), document).is_ok();
    errors.is_empty() && documents.into_iter().all(parses)
}

/// What a kustomization names, by the paths that lead there.
fn named(kustomization: &Source) -> Vec<String> {
    let folder = kustomization.name.rsplit_once('/').map_or("", |it| it.0);
    let named = Named::of(kustomization).map_or_else(Vec::new, |it| it.paths);
    let paths = named.into_iter().filter(|path| !path.is_empty());
    let within = |path: String| match folder {
        "" if !kustomization.name.starts_with('/') => clean(&path),
        folder => clean(&format!("{folder}/{path}")),
    };
    paths.map(within).collect()
}
