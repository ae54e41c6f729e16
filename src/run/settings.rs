//! Puts the layers of settings together for one run. Knows nothing of manifests.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::patched::Orders;
use super::read::{Inputs, reason};
use crate::cli::{Args, General};
use crate::config::{self, Layer, Reading, Selection};
use crate::kube::{Kinds, Targets};
use crate::lint::Finding;
use crate::report::summary::Tail;
use crate::run::plan::Verb;
use crate::text::{Diagnostic, Place, Source};
use crate::wireguard::settings::Settings;

/// The variable that names the settings file.
const CONFIG: &str = "WGSIDECAR_CONFIG";

/// The settings of a run, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Configured {
    pub layer: Layer,
    /// The settings file, for the places in it.
    pub file: Option<Source>,
    /// Its real path.
    path: Option<PathBuf>,
    /// What is wrong with any of the layers; those of flags and variables have no place.
    errors: Vec<Diagnostic>,
    pub warnings: Vec<String>,
    /// Settings files that would count for some of the inputs alone, by their real paths.
    pub ignored: Vec<PathBuf>,
    /// `None` where any setting is wrong.
    pub selection: Option<(Kinds, Targets)>,
    /// Whether the selection stands in the settings file alone, which speaks of a whole repository.
    of_file: bool,
    /// What the settings file says of the tunnel.
    pub file_settings: Settings,
    /// What the environment and the settings file say, and will say to the next command too.
    pub standing: Layer,
    /// What of it the user has typed, or said in the environment.
    typed: Selection,
}

/// Whose selection of workloads counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selecting {
    /// That of the flags, the environment and the settings.
    ByAll,
    /// That of the flags alone: settings that no longer select a workload must not keep its tunnel in it.
    ByFlags,
}

impl From<Verb> for Selecting {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Inject | Verb::Patch | Verb::Lint => Self::ByAll,
            Verb::Uninject | Verb::Unpatch => Self::ByFlags,
        }
    }
}

impl Configured {
    /// Reads the settings file and the environment and lays the flags over them.
    pub fn read(args: &Args, selecting: Selecting) -> anyhow::Result<Self> {
        let mut configured = Self::default();
        let file = configured.read_file(&args.general, &args.paths)?;
        Ok(configured.lay(args, file, selecting))
    }

    /// Lays the environment and the flags over settings that a host has handed to us; no file is looked for.
    pub fn over(args: &Args, handed: Reading) -> Self {
        let mut configured = Self::default().lay(args, handed, Selecting::ByAll);
        configured.of_file = false;
        configured
    }

    fn lay(mut self, args: &Args, lowest: Reading, selecting: Selecting) -> Self {
        let variables = std::env::vars_os();
        let text = |text: OsString| text.to_string_lossy().into_owned();
        let environment =
            config::from_environment(variables.map(|(name, value)| (text(name), text(value))));
        let mut flags = config::from_flags(&args.settings, &args.options);
        flags.layer.kube_version = args.kube_version;
        let [flags, mut environment, mut lowest] =
            [flags, environment, lowest].map(|reading| self.take(reading));
        self.standing = environment.clone().over(lowest.clone());
        if selecting == Selecting::ByFlags {
            environment.selection = Selection::default();
            lowest.selection = Selection::default();
            lowest.patches = None;
        }
        let typed = flags.over(environment);
        self.typed = typed.selection.clone();
        self.of_file = !self.is_typed();
        self.file_settings = lowest.settings.clone();
        self.layer = typed.over(lowest);
        self.layer.below = self.below();
        self.select();
        self
    }

    /// The working directory as the settings file's folder sees it.
    fn below(&self) -> String {
        let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
        let home = self.path.as_deref().and_then(Path::parent);
        let below = home.and_then(|home| here.strip_prefix(home).ok());
        below.map_or_else(String::new, |below| below.display().to_string())
    }

    /// Reads the settings file that counts for these inputs.
    fn read_file(&mut self, general: &General, paths: &[PathBuf]) -> anyhow::Result<Reading> {
        if general.no_config {
            return Ok(Reading::default());
        }
        let variable = std::env::var_os(CONFIG).filter(|path| !path.is_empty());
        let named = general.config.clone().or_else(|| variable.map(Into::into));
        let here = std::env::current_dir().unwrap_or_default();
        let from = folder_of_all(paths, &here);
        let shown = |path: &Path| path.strip_prefix(&here).unwrap_or(path).display().to_string();
        let found = config::find_file(named.as_deref(), &from);
        if named.is_none() {
            self.ignored = beside(paths, found.as_deref());
            let misnamed = config::find_misnamed(&from);
            // The file in use may be nearer, and then the other one is not meant here.
            let misnamed = misnamed.filter(|path| {
                found.as_ref().is_none_or(|found| path.starts_with(found.parent().unwrap_or(found)))
            });
            self.warnings.extend(misnamed.map(|path| {
                format!("{} is ignored: the name is {}", shown(&path), config::FILE_NAME)
            }));
        }
        let Some(path) = found else { return Ok(Reading::default()) };
        let name = shown(&path);
        let bytes = std::fs::read(&path).map_err(|error| {
            anyhow::anyhow!("cannot read the settings file {name}: {}", reason(&error))
        })?;
        let source = Source::new(name.clone(), bytes)
            .map_err(|_| anyhow::anyhow!("the settings file {name} is not UTF-8"))?;
        let reading = config::from_file(&source, Place::SETTINGS);
        self.path = std::fs::canonicalize(&path).ok();
        self.file = Some(source);
        Ok(reading)
    }

    fn take(&mut self, reading: Reading) -> Layer {
        self.errors.extend(reading.errors);
        self.warnings.extend(reading.warnings);
        reading.layer
    }

    fn select(&mut self) {
        let selection =
            self.layer.kinds().and_then(|kinds| Ok((self.layer.select(&kinds)?, kinds)));
        self.errors.extend(Orders::read(&self.layer).err().unwrap_or_default());
        match selection {
            // What is meant is unknown, and whatever were found would be about something else.
            Ok(_) if !self.errors.is_empty() => {}
            Ok((targets, kinds)) => {
                let typed = Layer { selection: self.typed.clone(), ..Layer::default() };
                // What is wrong with it was found in the whole.
                let typed = typed.select(&kinds).ok().map(Arc::new);
                let targets = Targets { of_settings: self.of_file, typed, ..targets };
                self.selection = Some((kinds, targets));
            }
            Err(errors) => self.errors.extend(errors),
        }
    }

    /// Whether the user has typed a selection, or said it in the environment.
    pub fn is_typed(&self) -> bool {
        self.typed.is_some()
    }

    /// Asks for patches alone, whatever else the settings select.
    pub fn ask(&mut self, patches: Vec<config::Patch>) {
        self.layer.patches = Some(patches);
        self.layer.selection = Selection::default();
        (self.of_file, self.typed) = (false, Selection::default());
        self.select();
    }

    /// Takes what a command cannot do with the settings among what is wrong with them.
    pub fn refuse(&mut self, errors: impl IntoIterator<Item = Diagnostic>) {
        self.errors.extend(errors);
    }

    /// The settings file's real path.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Whether a settings file that a walk has found is the one in use.
    pub fn is_in_use(&self, file: &Path) -> bool {
        self.path.as_deref() == Some(file)
    }

    /// Whether any setting is wrong.
    pub fn is_wrong(&self) -> bool {
        !self.errors.is_empty()
    }

    /// How the last line of a run with these settings ends.
    pub fn tail(&self, inputs: Option<&Inputs>) -> Tail<'_> {
        Tail {
            files: inputs.map(|inputs| inputs.sources.len()),
            left_out: inputs.map_or(0, |inputs| inputs.left_out.len()),
            settings: self.file.as_ref().map(|file| file.name.as_str()),
        }
    }

    /// Whether the selection must match something in a run that writes manifests, or only looks at them. One of the
    /// settings file is about the whole repository, and of that a hook names what has changed.
    pub fn must_match(&self, inputs: &Inputs, writes: bool) -> bool {
        writes || !inputs.are_named || !self.of_file
    }

    /// Whether a run goes over all that the settings file is about: its folder, or more.
    pub fn is_whole(&self, inputs: &Inputs) -> bool {
        let home = self.path.as_deref().and_then(Path::parent);
        home.is_none_or(|home| inputs.folders.iter().any(|folder| home.starts_with(folder)))
    }

    /// Where something stands that no flag says: `wgsidecar.yaml:5:12`.
    pub fn stands(&self, name: &str, place: Option<Place>) -> Option<String> {
        match (place, &self.file) {
            (Some(place), Some(file)) => {
                let at = file.position(place.span.start());
                Some(format!("{}:{}:{}", file.name, at.line, at.column))
            }
            (Some(_), None) => Some("the settings".into()),
            (None, _) => (!name.starts_with("--")).then(|| format!("`{name}`")),
        }
    }

    /// What is wrong with flags and variables.
    pub fn usage(&self) -> impl Iterator<Item = String> + '_ {
        let placeless = self.errors.iter().filter(|error| error.place.is_none());
        placeless.map(|Diagnostic { message, help, .. }| {
            let help = help.as_ref().map_or(String::new(), |help| format!(": {help}"));
            format!("{message}{help}")
        })
    }

    /// What is wrong with the settings file.
    pub fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        let placed = self.errors.iter().filter(|error| error.place.is_some());
        placed.cloned().map(Finding::from)
    }
}

/// The settings files that count for single inputs, but for the one that counts for all.
fn beside(paths: &[PathBuf], in_use: Option<&Path>) -> Vec<PathBuf> {
    let real = paths.iter().filter_map(|path| std::fs::canonicalize(path).ok());
    let folder = |path: PathBuf| {
        if path.is_dir() {
            Some(path)
        } else {
            Some(path.parent().filter(|_| path.is_file())?.into())
        }
    };
    let folders: BTreeSet<PathBuf> = real.filter_map(folder).collect();
    let found = folders.iter().filter_map(|folder| config::find_file(None, folder));
    let found: BTreeSet<_> = found.filter(|path| Some(path.as_path()) != in_use).collect();
    found.into_iter().collect()
}

/// The nearest folder that holds all inputs; standard input is in the working directory.
fn folder_of_all(paths: &[PathBuf], here: &Path) -> PathBuf {
    let folder = |path: &PathBuf| {
        let is_stream = path.as_os_str() == "-"
            || std::fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir());
        let real = std::fs::canonicalize(path).ok().filter(|_| !is_stream)?;
        let is_folder = real.is_dir();
        Some(if is_folder { real } else { real.parent()?.to_owned() })
    };
    let here = std::fs::canonicalize(here).unwrap_or_else(|_| here.to_owned());
    let folders = paths.iter().map(|path| folder(path).unwrap_or_else(|| here.clone()));
    let common = folders.reduce(|one, other| {
        let holds = |folder: &&Path| other.starts_with(folder);
        one.ancestors().find(holds).unwrap_or(Path::new("/")).to_owned()
    });
    common.unwrap_or(here)
}
