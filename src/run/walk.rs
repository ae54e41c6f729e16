//! Finds the files of a folder that somebody applies, and says what is left out and why. Knows nothing of what becomes of
//! them.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder};

use super::kustomization::{self, Use};
use crate::config::{FILE_NAME, GROUP, KIND};
use crate::yaml::stream;

/// What the walks of a run have found.
pub struct Walk<'p> {
    /// What kustomizations make of files and folders, by their real paths.
    uses: HashMap<PathBuf, Use>,
    /// The kustomizations that were read already, each with the folders that it applies.
    read: HashMap<PathBuf, Vec<PathBuf>>,
    /// Whether a kustomization, by its name and its bytes, holds a patch of ours or is to hold one.
    is_patched: &'p dyn Fn(&str, &[u8]) -> bool,
    /// Those of which that holds.
    patched: Vec<PathBuf>,
    pub notes: Notes,
}

/// What a walk has to say.
#[derive(Debug, Default)]
pub struct Notes {
    pub errors: Vec<String>,
    /// What was left out although it looks like manifests.
    pub warnings: Vec<String>,
    /// What was left out because it is never applied, or because a walk does not go there.
    pub left_out: Vec<String>,
}

/// A file that a walk has found, as it is shown and as it really is called.
#[derive(Clone, Debug)]
pub struct Found {
    pub path: PathBuf,
    pub real: PathBuf,
}

impl<'p> Walk<'p> {
    /// A walk that has seen nothing yet.
    pub fn new(is_patched: &'p dyn Fn(&str, &[u8]) -> bool) -> Self {
        let (uses, read) = (HashMap::new(), HashMap::new());
        Self { uses, read, is_patched, patched: Vec::new(), notes: Notes::default() }
    }

    /// The real paths of the kustomizations that hold a patch of ours, or are to hold one, and of all that these apply.
    pub fn patched(&self) -> HashSet<PathBuf> {
        let (mut all, mut open) = (HashSet::new(), self.patched.clone());
        while let Some(kustomization) = open.pop() {
            if all.contains(&kustomization) {
                continue;
            }
            for folder in self.read.get(&kustomization).into_iter().flatten() {
                let files = kustomization::NAMES.iter().map(|name| folder.join(name));
                open.extend(files.filter(|file| self.read.contains_key(file)));
            }
            all.insert(kustomization);
        }
        all
    }

    /// The files of a folder that may hold manifests, by name.
    pub fn folder(&mut self, folder: &Path) -> Vec<Found> {
        if is_chart(folder) {
            self.notes.warnings.push(of_chart(folder));
            return Vec::new();
        }
        let real = match fs::canonicalize(folder) {
            Ok(real) => real,
            Err(error) => {
                let reason = super::read::reason(&error);
                self.notes.errors.push(format!("cannot read {}: {reason}", folder.display()));
                return Vec::new();
            }
        };
        self.kustomizations_above(&real);
        let skipped = Arc::new(Mutex::new(Notes::default()));
        let notes = Arc::clone(&skipped);
        let is_wanted = move |entry: &DirEntry| match why_skipped(entry) {
            None => true,
            Some(skipped) => {
                if let Ok(mut notes) = notes.lock() {
                    skipped.note(entry.path(), &mut notes);
                }
                false
            }
        };
        let entries = WalkBuilder::new(folder)
            .require_git(false)
            .hidden(false)
            .sort_by_file_path(Path::cmp)
            .filter_entry(is_wanted)
            .build();
        let mut found = Vec::new();
        for entry in entries {
            match entry {
                Err(error) => {
                    let error = format!("cannot read {}: {error}", folder.display());
                    self.notes.errors.push(error);
                }
                Ok(entry) => found.extend(self.entry(&entry, folder, &real)),
            }
        }
        if let Ok(skipped) = skipped.lock() {
            self.notes.warnings.extend_from_slice(&skipped.warnings);
            self.notes.left_out.extend_from_slice(&skipped.left_out);
        }
        found
    }

    /// Looks at what stands in a folder; a file that may hold manifests comes back.
    fn entry(&mut self, entry: &DirEntry, folder: &Path, real: &Path) -> Option<Found> {
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            return None;
        }
        let inner = path.strip_prefix(folder).unwrap_or(path);
        // Nothing on the way below the folder is a link: a walk follows none.
        let real = if kind.is_symlink() {
            fs::canonicalize(path)
        } else {
            Ok(if inner.as_os_str().is_empty() { real.into() } else { real.join(inner) })
        };
        let real = real.unwrap_or_else(|_| path.to_owned());
        if kustomization::is_name(path) {
            self.kustomization(&real, path);
        }
        (is_manifest_name(path) && path.is_file()).then(|| Found { path: path.to_owned(), real })
    }

    /// Reads the kustomizations of the folders above: one of them may patch with what is in here.
    fn kustomizations_above(&mut self, real: &Path) {
        for folder in real.ancestors() {
            if folder.join(".git").exists() {
                break;
            }
            let Some(above) = folder.parent() else { break };
            for name in kustomization::NAMES {
                let file = above.join(name);
                if file.is_file() {
                    self.kustomization(&file, &file);
                }
            }
        }
    }

    fn kustomization(&mut self, real: &Path, shown: &Path) {
        if self.read.contains_key(real) {
            return;
        }
        let applied = self.read.entry(real.to_owned()).or_default();
        // What cannot be read is reported where it is read as an input.
        let Ok(text) = fs::read_to_string(real) else { return };
        if (self.is_patched)(&shown.display().to_string(), text.as_bytes()) {
            self.patched.push(real.to_owned());
        }
        let folder = real.parent().unwrap_or(Path::new("."));
        match kustomization::uses(&text) {
            Err(reason) => self.notes.warnings.push(format!(
                "{} cannot be read, so that its patches are not known: {reason}",
                shown.display()
            )),
            Ok(uses) => {
                for (path, what) in uses {
                    let Ok(used) = fs::canonicalize(folder.join(&path)) else { continue };
                    if what == Use::Resource && used.is_dir() {
                        applied.push(used.clone());
                    }
                    let used = self.uses.entry(used).or_insert(what);
                    // What is applied by one is no patch of another.
                    *used = (*used).min(what);
                }
            }
        }
    }

    /// What a kustomization uses a file as, if it is something else than a resource.
    pub fn use_of(&self, file: &Found) -> Option<&'static str> {
        if self.uses.is_empty() {
            return None;
        }
        // A folder stands for all that is in it.
        file.real.ancestors().find_map(|path| self.uses.get(path))?.name()
    }
}

/// Why a walk does not go to a file or into a folder.
enum Skipped {
    Chart,
    /// What git keeps: leaving it out needs no message.
    Silently,
    Because(&'static str),
}

impl Skipped {
    fn note(self, path: &Path, notes: &mut Notes) {
        match self {
            Self::Chart => notes.warnings.push(of_chart(path)),
            Self::Silently => {}
            Self::Because(reason) => notes.left_out.push(format!("{}: {reason}", path.display())),
        }
    }
}

fn why_skipped(entry: &DirEntry) -> Option<Skipped> {
    let (path, kind) = (entry.path(), entry.file_type()?);
    if entry.depth() == 0 {
        return None;
    }
    let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
    if kind.is_dir() {
        return match () {
            () if entry.file_name() == ".git" => Some(Skipped::Silently),
            () if is_hidden => Some(Skipped::Because("a hidden folder")),
            () if is_chart(path) => Some(Skipped::Chart),
            () => None,
        };
    }
    let is_link = kind.is_symlink();
    if is_link && path.is_dir() {
        return Some(Skipped::Because("a link to a folder"));
    }
    if !is_manifest_name(path) {
        return is_hidden.then_some(Skipped::Silently);
    }
    match path.is_file() {
        true if is_hidden => Some(Skipped::Because("a hidden file")),
        true => None,
        false if is_link => Some(Skipped::Because("a link to nothing")),
        false => Some(Skipped::Because("no regular file")),
    }
}

fn is_chart(folder: &Path) -> bool {
    folder.join("Chart.yaml").is_file()
}

fn of_chart(folder: &Path) -> String {
    format!(
        "{} is a Helm chart and was left out: render it with `helm template` first",
        folder.display()
    )
}

fn is_manifest_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Why a kustomization is left out.
pub const KUSTOMIZATION: &str = "a kustomization";

/// Why a file that was found in a folder, and not named, is none that anyone applies.
pub fn why_left_out(path: &Path, bytes: &[u8]) -> Option<&'static str> {
    let holds = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    if kustomization::is_name(path)
        || (holds("kustomize.config.k8s.io/") && holds("kind: Kustomization"))
    {
        return Some(KUSTOMIZATION);
    }
    if is_settings(path, bytes) {
        return Some("settings of wgsidecar");
    }
    if holds("kind: Kptfile") {
        return Some("a Kptfile");
    }
    (!holds("kind")).then_some("no object: there is no `kind` in it")
}

/// Whether a file holds our settings and nothing else. One that cannot be read is what its name says.
pub fn is_settings(path: &Path, bytes: &[u8]) -> bool {
    let holds = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|_| holds(KIND) && holds(GROUP)) else {
        return false;
    };
    let (documents, errors) = stream::split(text);
    let trees: Result<Vec<_>, _> =
        documents.into_iter().map(|document| stream::parse(text, document)).collect();
    match trees {
        Ok(trees) if errors.is_empty() => {
            let said = trees.iter().flatten().filter(|tree| !tree.is_null(tree.root()));
            let is_settings = said.map(|tree| {
                let text = |key| tree.get(tree.root(), key).and_then(|node| tree.string(node));
                let version = text("apiVersion").unwrap_or_default();
                let group = version.split('/').next().unwrap_or_default();
                text("kind").is_some_and(|kind| kind == KIND) && group == GROUP
            });
            let all: Vec<_> = is_settings.collect();
            !all.is_empty() && all.into_iter().all(|it| it)
        }
        _ => path.ends_with(FILE_NAME),
    }
}
