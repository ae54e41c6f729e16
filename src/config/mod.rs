//! What was configured: the settings file, the environment, the flags, and how they lie over each other. Knows nothing
//! of manifests.

mod flags;
mod environment;
mod file;
mod object;

use crate::kube::{Kinds, Selector, Target, Targets};
use crate::lint::suppression::Ignore;
use crate::text::{Diagnostic, Level, Place};
use crate::wireguard::settings::{Setting, Settings};

pub use environment::from_environment;
pub use file::{FILE_NAME, find_file, from_file};
pub use flags::from_flags;
pub use object::{FIELDS, GROUP, KIND, from_object};

/// What one place says: the file, the environment, or the flags.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    pub settings: Settings,
    /// The selector, and how it was written.
    pub selector: Option<(Selector, String)>,
    pub targets: Vec<String>,
    pub namespace: Option<String>,
    pub only_enabled: Option<bool>,
    pub workloads: Vec<String>,
    pub allow: Vec<String>,
    pub ignore: Vec<Ignore>,
}

impl Layer {
    /// This layer over a lower one. A selector replaces the lower one's; lists of rules and kinds add up.
    pub fn over(self, lower: Self) -> Self {
        let selects = self.selector.is_some() || !self.targets.is_empty();
        let (selector, targets) =
            if selects { (self.selector, self.targets) } else { (lower.selector, lower.targets) };
        Self {
            settings: self.settings.over(&lower.settings),
            selector,
            targets,
            namespace: self.namespace.or(lower.namespace),
            only_enabled: self.only_enabled.or(lower.only_enabled),
            workloads: [lower.workloads, self.workloads].concat(),
            allow: [lower.allow, self.allow].concat(),
            ignore: [lower.ignore, self.ignore].concat(),
        }
    }

    /// The kinds that this layer knows.
    pub fn kinds(&self) -> Result<Kinds, String> {
        Kinds::with(&self.workloads.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The selection that this layer asks for.
    pub fn select(&self, kinds: &Kinds) -> Result<Targets, String> {
        let targets =
            self.targets.iter().map(|text| Target::parse(text, kinds)).collect::<Result<_, _>>()?;
        Ok(Targets {
            selector: self.selector.as_ref().map(|(selector, _)| selector.clone()),
            targets,
            namespace: self.namespace.clone(),
            only_enabled: self.only_enabled.unwrap_or(false),
        })
    }
}

/// A layer and what is wrong with it.
#[derive(Debug, Default)]
pub struct Reading {
    pub layer: Layer,
    pub errors: Vec<Diagnostic>,
    pub warnings: Vec<Diagnostic>,
}

impl Reading {
    fn error(&mut self, place: Option<Place>, message: String) -> &mut Diagnostic {
        self.errors.push(diagnostic(Level::Error, place, message));
        self.errors.last_mut().expect("an error was pushed")
    }

    fn set(
        &mut self,
        setting: &'static Setting,
        values: &[&str],
        place: Option<Place>,
        name: &str,
    ) {
        if let Err(reason) = self.layer.settings.set(setting, values) {
            self.error(place, format!("`{name}`: {reason}"));
        }
    }
}

fn diagnostic(level: Level, place: Option<Place>, message: String) -> Diagnostic {
    Diagnostic { rule: "bad-setting", level, message, place, related: Vec::new(), help: None }
}

/// An error about settings that has no place in a file.
pub fn error(message: String) -> Diagnostic {
    diagnostic(Level::Error, None, message)
}
