//! Reads every input before anything else happens. Knows nothing of what the texts mean.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::walk::{self, Found, Walk};
use super::{kustomization, patched};
use crate::config::FILE_NAME;
use crate::lint::{Finding, rules::reading};
use crate::text::{Diagnostic, Place, Source, Span, Unreadable};

/// Everything that was read, in the order in which it was named; a folder's files by name.
#[derive(Debug, Default)]
pub struct Inputs {
    pub sources: Vec<Source>,
    /// Where each source came from; `None` for standard input.
    pub files: Vec<Option<File>>,
    /// Whether every input is a file that was named outright: neither a stream nor what a folder holds.
    pub are_named: bool,
    /// The folders that were walked, by their real paths.
    pub folders: Vec<PathBuf>,
    /// What cannot be read: each a message, and all that was tried is here or in `not_utf8`.
    pub errors: Vec<String>,
    /// What can be shown but not worked on, with what is wrong with it; the place is in a source number 0.
    pub not_utf8: Vec<(Source, Diagnostic)>,
    /// What a walk left out although it looks like manifests.
    pub warnings: Vec<String>,
    /// What a walk left out because it is never applied.
    pub left_out: Vec<String>,
    /// The settings files that a walk has found.
    pub settings: Vec<Found>,
}

/// A file on disk as it was read.
#[derive(Clone, Debug)]
pub struct File {
    /// Behind every symbolic link: what a change would replace.
    pub path: PathBuf,
    pub modified: Option<SystemTime>,
}

/// Reads paths, folders and `-`; standard input where nothing is named. `if_empty` stands for an empty standard input,
/// which is an error without it.
///
/// A kustomization in a folder is read where `is_patched` says so of its name and its bytes: it is no object that anyone
/// applies, and may hold patches of ours. Those that it applies are read too: they say what the patches are for.
pub fn read(
    paths: &[PathBuf],
    stdin_name: Option<&str>,
    if_empty: Option<&'static str>,
    is_patched: &dyn Fn(&str, &[u8]) -> bool,
) -> Inputs {
    let mut inputs = Inputs::default();
    let mut seen = HashSet::new();
    if paths.is_empty() && io::stdin().is_terminal() {
        inputs.errors.push("no input: name files or folders, or pipe manifests in".into());
        return inputs;
    }
    if paths.is_empty() {
        inputs.read_stdin(stdin_name, if_empty);
    }
    inputs.are_named = !paths.is_empty() && paths.iter().all(|path| path.is_file());
    let folders = paths.iter().filter(|path| path.is_dir());
    inputs.folders.extend(folders.filter_map(|path| std::fs::canonicalize(path).ok()));
    let mut walk = Walk::new(is_patched);
    let folders: Vec<_> =
        paths.iter().map(|path| path.is_dir().then(|| walk.folder(path))).collect();
    // Only now it is known what the kustomizations of all folders use.
    let patched = walk.patched();
    for (path, folder) in paths.iter().zip(folders) {
        if let Some(found) = folder {
            let is_patched = |file: &Found, name: &str, bytes: &[u8]| {
                patched.contains(&file.real) || is_patched(name, bytes)
            };
            found.iter().for_each(|file| inputs.read_found(file, &walk, &mut seen, &is_patched));
        } else if path.as_os_str() == "-" {
            if seen.insert(PathBuf::from("-")) {
                inputs.read_stdin(stdin_name, if_empty);
            }
        } else {
            inputs.read_named(path, &mut seen);
        }
    }
    inputs.errors.extend(walk.notes.errors);
    inputs.warnings.extend(walk.notes.warnings);
    inputs.left_out.extend(walk.notes.left_out);
    inputs
}

pub(super) const EMPTY: &str =
    "standard input is empty: name the files, or look at the command before the pipe";

impl Inputs {
    /// Reads what the kustomizations among the inputs build: it says what a patch is for, and stays as it is.
    pub fn add_what_is_built(&mut self) {
        let is_kustomization = |source: &&Source| kustomization::is_name(Path::new(&source.name));
        let named = self.sources.iter().filter(is_kustomization);
        let behind: Vec<_> = named.flat_map(patched::behind).collect();
        self.files.extend(behind.iter().map(|_| None));
        self.sources.extend(behind);
    }

    /// Whether a walk has left out a kustomization whose path ends so.
    pub fn leaves_out_kustomization(&self, path: &str) -> bool {
        let end = format!("{path}: {}", walk::KUSTOMIZATION);
        let end = end.trim_start_matches("./");
        let is_it = |before: &str| before.is_empty() || before.ends_with('/');
        self.left_out.iter().any(|text| text.strip_suffix(end).is_some_and(is_it))
    }

    /// Refuses what is no file where files are to be changed, as `flag` asks.
    pub fn must_be_files(&self, flag: &str, short: &str) -> anyhow::Result<()> {
        if self.files.iter().any(Option::is_none) {
            anyhow::bail!(
                "`{flag}` changes files, and standard input or a pipe is not a file: name the files, or leave `{short}` out"
            );
        }
        Ok(())
    }

    fn read_stdin(&mut self, name: Option<&str>, if_empty: Option<&'static str>) {
        let mut bytes = Vec::new();
        let name = name.unwrap_or("<stdin>");
        match io::stdin().lock().read_to_end(&mut bytes) {
            Err(error) => self.errors.push(format!("cannot read standard input: {error}")),
            Ok(_) if bytes.trim_ascii().is_empty() => match if_empty {
                Some(text) => self.push(name.to_owned(), text.into(), None),
                None => self.errors.push(EMPTY.into()),
            },
            Ok(_) => self.push(name.to_owned(), bytes, None),
        }
    }

    /// Reads a file that was named, once.
    fn read_named(&mut self, path: &Path, seen: &mut HashSet<PathBuf>) {
        let name = path.display().to_string();
        // `<(…)` and `/dev/stdin` lead to a pipe: it has no path, and is no file that could be changed
        if std::fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir()) {
            return match std::fs::read(path) {
                Err(error) => self.errors.push(format!("cannot read {name}: {}", reason(&error))),
                Ok(bytes) if bytes.trim_ascii().is_empty() => self
                    .errors
                    .push(format!("{name} is empty: the command behind it has probably failed")),
                Ok(bytes) => self.push(name, bytes, None),
            };
        }
        match std::fs::canonicalize(path) {
            Err(error) => self.errors.push(format!("cannot read {name}: {}", reason(&error))),
            Ok(real) => {
                if let Some((bytes, file)) = self.read_file(&name, real, seen) {
                    self.push(name, bytes, Some(file));
                }
            }
        }
    }

    /// Reads a file that was found in a folder, once, unless it is never applied.
    fn read_found(
        &mut self,
        found: &Found,
        walk: &Walk,
        seen: &mut HashSet<PathBuf>,
        is_patched: &dyn Fn(&Found, &str, &[u8]) -> bool,
    ) {
        let name = found.path.display().to_string();
        let Some((bytes, file)) = self.read_file(&name, found.real.clone(), seen) else { return };
        if found.path.ends_with(FILE_NAME) && walk::is_settings(&found.path, &bytes) {
            self.settings.push(found.clone());
        }
        let is_read =
            |reason: &&str| *reason != walk::KUSTOMIZATION || !is_patched(found, &name, &bytes);
        let reason = walk::why_left_out(&found.path, &bytes).filter(is_read);
        match reason.or_else(|| walk.use_of(found)) {
            Some(reason) => {
                self.left_out.push(format!("{name}: {reason}"));
                // It may be named too, and then it is read.
                seen.remove(&file.path);
            }
            None => self.push(name, bytes, Some(file)),
        }
    }

    /// The bytes of a file that was not read before.
    fn read_file(
        &mut self,
        name: &str,
        real: PathBuf,
        seen: &mut HashSet<PathBuf>,
    ) -> Option<(Vec<u8>, File)> {
        if !seen.insert(real.clone()) {
            return None;
        }
        let modified = std::fs::metadata(&real).and_then(|it| it.modified()).ok();
        match std::fs::read(&real) {
            Ok(bytes) => Some((bytes, File { path: real, modified })),
            Err(error) => {
                self.errors.push(format!("cannot read {name}: {}", reason(&error)));
                None
            }
        }
    }

    fn push(&mut self, name: String, bytes: Vec<u8>, file: Option<File>) {
        match Source::new(name.clone(), bytes) {
            Ok(source) => {
                self.sources.push(source);
                self.files.push(file);
            }
            Err(Unreadable::Utf16) => self.not_utf8(
                name,
                String::new(),
                0,
                "this is UTF-16 or UTF-32, not UTF-8",
                "convert it (`iconv -f UTF-16 -t UTF-8`)",
            ),
            Err(Unreadable::NotUtf8 { shown, offset }) => self.not_utf8(
                name,
                shown,
                offset,
                "this line is not UTF-8",
                "save the file as UTF-8",
            ),
            Err(Unreadable::TooLarge) => {
                self.errors.push(format!("{name}: 4 GiB or more: split it"))
            }
        }
    }

    fn not_utf8(&mut self, name: String, shown: String, offset: usize, message: &str, help: &str) {
        let first = shown[offset..].chars().next().map_or(0, char::len_utf8);
        let Ok(source) = Source::new(name.clone(), shown.into_bytes()) else {
            self.errors.push(format!("{name}: {message}: {help}"));
            return;
        };
        let place = Place { source: 0, span: Span::new(offset, offset + first) };
        let rule = &reading::NOT_UTF8;
        let diagnostic = Diagnostic::new(rule.id, rule.level, place, message).help(help);
        self.not_utf8.push((source, diagnostic));
    }

    /// Puts what is not UTF-8 behind the sources, once nothing is planned any more, and says what is wrong with it.
    pub fn show_not_utf8(&mut self, findings: &mut Vec<Finding>) {
        for (source, mut diagnostic) in self.not_utf8.drain(..) {
            diagnostic.place =
                diagnostic.place.map(|it| Place { source: self.sources.len(), ..it });
            self.sources.push(source);
            findings.push(diagnostic.into());
        }
    }
}

/// The system's reason without its number.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
