//! Writes everything, or nothing. Knows nothing of what changed.

use std::io::{self, Write};
use std::path::Path;

use super::read::{File, reason};
use crate::text::{Edits, Place, Source};
use crate::yaml::stream::is_json;

/// Writes all sources as one stream, with the separators that it needs between them.
///
/// To kubectl a stream that begins with `{` is JSON, and nothing but objects may follow; in every other one JSON is
/// YAML, and an object that follows another without a separator is not seen. `followers` are such objects.
pub fn stream(
    sources: &[Source],
    edits: &[Edits],
    followers: &[Place],
    out: &mut impl Write,
) -> io::Result<()> {
    for (index, (source, edits)) in sources.iter().zip(edits).enumerate() {
        if index > 0 {
            out.write_all(separator(sources[index - 1].text(), source.text()))?;
        }
        if sources.len() > 1 && is_json(source.text()) {
            separated(index, source.text(), edits, followers).write(source.text(), out)?
        } else {
            edits.write(source.text(), out)?
        }
    }
    out.flush()
}

/// The edits of a stream of JSON objects, with separators between the objects, and one before the first of all.
fn separated(index: usize, text: &str, edits: &Edits, followers: &[Place]) -> Edits {
    let mut edits = edits.clone();
    if index == 0 {
        let mark = text.len() - text.trim_start_matches('\u{FEFF}').len();
        edits.insert(mark, 0, "---\n");
    }
    for follower in followers.iter().filter(|follower| follower.source == index) {
        edits.insert(follower.span.start(), 0, "\n---\n");
    }
    edits.sort();
    edits
}

/// What must stand between two texts. Insertions never end a text in another way than it ended before.
fn separator(before: &str, after: &str) -> &'static [u8] {
    let starts_anew = after.trim_start_matches('\u{FEFF}').starts_with("---");
    match (before.is_empty() || before.ends_with('\n'), starts_anew) {
        (true, true) => b"",
        (false, true) => b"\n",
        (true, false) => b"---\n",
        (false, false) => b"\n---\n",
    }
}

/// Replaces every changed file. All new texts are on the disk before the first file is replaced, and if one cannot be,
/// those before it are put back.
pub fn in_place(sources: &[Source], files: &[Option<File>], edits: &[Edits]) -> Result<(), String> {
    let changed = sources.iter().zip(files).zip(edits).filter(|(_, edits)| !edits.is_empty());
    let mut ready = Vec::new();
    for ((source, file), edits) in changed {
        let file = file.as_ref().ok_or("standard input cannot be changed in place")?;
        let new = prepare(&file.path, |out| edits.write(source.text(), out))
            .map_err(|error| cannot_write(source, &error))?;
        ready.push((source, file, new));
    }
    for (source, file, _) in &ready {
        let modified = std::fs::metadata(&file.path).and_then(|it| it.modified()).ok();
        if modified != file.modified {
            return Err(format!(
                "{} was changed by someone else meanwhile: nothing was written",
                source.name
            ));
        }
    }
    let mut replaced: Vec<(&Source, &File)> = Vec::new();
    for (source, file, new) in ready {
        if let Err(error) = new.persist(&file.path) {
            return Err(put_back(source, &error.error, &replaced));
        }
        replaced.push((source, file));
    }
    Ok(())
}

fn put_back(failed: &Source, error: &io::Error, replaced: &[(&Source, &File)]) -> String {
    let back = |(source, file): &(&Source, &File)| {
        let old = prepare(&file.path, |out| out.write_all(source.text().as_bytes()))?;
        old.persist(&file.path).map_err(|error| error.error)
    };
    let lost: Vec<_> = replaced
        .iter()
        .filter(|it| back(it).is_err())
        .map(|(source, _)| source.name.as_str())
        .collect();
    let message = cannot_write(failed, error);
    if lost.is_empty() {
        format!("{message}; no file was changed")
    } else {
        format!(
            "{message}; these hold the new text already and could not be put back: {}",
            lost.join(", ")
        )
    }
}

/// Writes a new text beside a file, with the file's owner and mode.
fn prepare(
    path: &Path,
    write: impl FnOnce(&mut std::fs::File) -> io::Result<()>,
) -> io::Result<tempfile::TempPath> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".wgsidecar-").tempfile_in(folder)?;
    write(new.as_file_mut())?;
    let old = std::fs::metadata(path)?;
    keep_owner(new.as_file(), &old);
    new.as_file().set_permissions(old.permissions())?;
    new.as_file().sync_all()?;
    Ok(new.into_temp_path())
}

/// Gives a file the owner of another, as `sed -i` does: root in a container that works on a user's folder may. Whoever may
/// not gets a file of their own.
#[cfg(unix)]
fn keep_owner(file: &std::fs::File, old: &std::fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    if fchown(file, Some(old.uid()), Some(old.gid())).is_err() {
        let _ = fchown(file, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &std::fs::File, _: &std::fs::Metadata) {}

fn cannot_write(source: &Source, error: &io::Error) -> String {
    format!("cannot write {}: {}", source.name, reason(error))
}
