//! Puts the layers of settings together for one run. Knows nothing of manifests.

use anyhow::Context;

use crate::cli::{Args, General};
use crate::config::{self, Layer, Reading};
use crate::kube::{Kinds, Targets};
use crate::lint::Finding;
use crate::text::{Diagnostic, Place, Source};

/// The settings of a run, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Configured {
    pub layer: Layer,
    /// The settings file, for the places in it.
    pub file: Option<Source>,
    pub errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
    /// `None` where any setting is wrong.
    pub selection: Option<(Kinds, Targets)>,
}

impl Configured {
    /// Reads the settings file and the environment and lays the flags over them.
    pub fn read(args: &Args) -> anyhow::Result<Self> {
        let mut configured = Self::default();
        let file = configured.read_file(&args.general)?;
        Ok(configured.lay(args, file))
    }

    /// Lays the environment and the flags over settings that a host has handed to us; no file is looked for.
    pub fn over(args: &Args, handed: Reading) -> Self {
        Self::default().lay(args, handed)
    }

    fn lay(mut self, args: &Args, lowest: Reading) -> Self {
        let environment =
            config::from_environment(std::env::vars_os().filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            }));
        let flags = config::from_flags(args);
        let layers = [flags, environment, lowest].map(|reading| self.take(reading));
        self.layer = layers.into_iter().reduce(Layer::over).unwrap_or_default();
        self.select();
        self
    }

    fn read_file(&mut self, general: &General) -> anyhow::Result<Reading> {
        if general.no_config {
            return Ok(Reading::default());
        }
        let named =
            general.config.clone().or_else(|| std::env::var_os("WGSIDECAR_CONFIG").map(Into::into));
        let here = std::env::current_dir().unwrap_or_default();
        let Some(path) = config::find_file(named.as_deref(), &here) else {
            return Ok(Reading::default());
        };
        let bytes = std::fs::read(&path)
            .with_context(|| format!("cannot read the settings file {}", path.display()))?;
        let name = path.strip_prefix(&here).unwrap_or(&path).display().to_string();
        let source = Source::new(name, bytes)
            .map_err(|_| anyhow::anyhow!("the settings file {} is not UTF-8", path.display()))?;
        let reading = config::from_file(&source, Place::SETTINGS);
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
        match selection {
            // What is meant is unknown, and whatever were found would be about something else.
            Ok(_) if !self.errors.is_empty() => {}
            Ok((targets, kinds)) => self.selection = Some((kinds, targets)),
            Err(message) => self.errors.push(config::error(message)),
        }
    }

    /// What the selection asks for, in the user's own words, where it asks for anything.
    pub fn asks_for(&self) -> Option<String> {
        let layer = &self.layer;
        let mut parts = Vec::new();
        parts.extend(layer.selector.as_ref().map(|(_, text)| format!("the selector `{text}`")));
        parts.extend(
            (!layer.targets.is_empty())
                .then(|| format!("the target `{}`", layer.targets.join("`, `"))),
        );
        parts.extend(
            layer.namespace.as_ref().map(|namespace| format!("the namespace `{namespace}`")),
        );
        parts.extend((layer.only_enabled == Some(true)).then(|| "`--only-enabled`".to_owned()));
        (!parts.is_empty()).then(|| parts.join(" with "))
    }

    /// Errors and warnings about the settings; places in the settings file are of source number `file`.
    pub fn findings(&self, file: usize) -> impl Iterator<Item = Finding> + '_ {
        self.errors.iter().chain(&self.warnings).cloned().map(move |mut diagnostic| {
            diagnostic.place = diagnostic.place.map(|place| place.numbered(file));
            Finding::from(diagnostic)
        })
    }
}
