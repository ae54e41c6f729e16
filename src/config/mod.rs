//! What was configured: the settings file, the environment, the flags, and how they lie over each other. Knows nothing
//! of manifests.

mod flags;
mod environment;
mod file;
mod object;
mod template;

use crate::kube::{Kinds, Selector, Target, Targets};
use crate::lint::suppression::Ignore;
use crate::text::{Diagnostic, Level, Place};
use crate::wireguard::settings::{Setting, Settings};

pub use environment::{VARIABLES, from_environment};
pub use file::{FILE_NAME, find_file, from_file};
pub use flags::from_flags;
pub use object::{FIELDS, GROUP, KIND, from_object};
pub use template::template;

/// What one place says: the file, the environment, or the flags.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    pub settings: Settings,
    pub selection: Selection,
    pub workloads: Vec<Written>,
    pub allow: Vec<String>,
    pub ignore: Vec<Ignore>,
    /// The objects that are to have patches of ours.
    pub patches: Vec<Patch>,
    /// Whether a policy of ours in the cluster gives pods that ask for a tunnel theirs.
    pub policy: Option<bool>,
}

/// Which workloads one place asks for.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The selector, and how it was written.
    pub selector: Option<(Selector, String)>,
    pub targets: Vec<Written>,
    pub namespace: Option<String>,
    pub only_enabled: Option<bool>,
}

/// Patches that an object is to have.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// Every object that takes patches where there is none.
    pub object: Option<Written>,
    pub targets: Vec<Written>,
}

/// A value that is understood once all layers are known, and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub text: String,
    /// As the user knows its place: `--target`, `WGSIDECAR_TARGET`, `target`.
    pub name: String,
    /// Its place in the settings file.
    pub place: Option<Place>,
}

impl Layer {
    /// This layer over a lower one. Lists of rules and kinds add up.
    pub fn over(self, lower: Self) -> Self {
        Self {
            settings: self.settings.over(&lower.settings),
            selection: self.selection.over(lower.selection),
            workloads: [lower.workloads, self.workloads].concat(),
            allow: [lower.allow, self.allow].concat(),
            ignore: [lower.ignore, self.ignore].concat(),
            patches: [lower.patches, self.patches].concat(),
            policy: self.policy.or(lower.policy),
        }
    }

    /// The kinds that this layer knows, or what is wrong with those that it adds.
    pub fn kinds(&self) -> Result<Kinds, Vec<Diagnostic>> {
        let bad = self.workloads.iter().filter_map(|it| it.wrong(Kinds::check(&it.text)));
        let bad: Vec<_> = bad.collect();
        if !bad.is_empty() {
            return Err(bad);
        }
        let texts: Vec<_> = self.workloads.iter().map(|it| it.text.as_str()).collect();
        Kinds::with(&texts).map_err(|reason| vec![error(reason)])
    }

    /// The workloads that this layer asks for, or what is wrong with those that it names.
    pub fn select(&self, kinds: &Kinds) -> Result<Targets, Vec<Diagnostic>> {
        let Selection { selector, targets, namespace, only_enabled } = &self.selection;
        let (mut bad, mut named) = (Vec::new(), Vec::new());
        for written in targets {
            match Target::parse(&written.text, kinds) {
                Ok(target) => named.push(target),
                Err(reason) => bad.extend(written.wrong(Err(reason))),
            }
        }
        if !bad.is_empty() {
            return Err(bad);
        }
        Ok(Targets {
            selector: selector.as_ref().map(|(selector, _)| selector.clone()),
            named: named.into_iter().collect(),
            namespace: namespace.clone(),
            only_enabled: only_enabled.unwrap_or(false),
            with_opted_out: false,
            of_settings: false,
        })
    }
}

impl Selection {
    /// This one over a lower one: a selector or target replaces the selectors and targets below.
    fn over(self, lower: Self) -> Self {
        let selects = self.selector.is_some() || !self.targets.is_empty();
        let (selector, targets) =
            if selects { (self.selector, self.targets) } else { (lower.selector, lower.targets) };
        Self {
            selector,
            targets,
            namespace: self.namespace.or(lower.namespace),
            only_enabled: self.only_enabled.or(lower.only_enabled),
        }
    }

    /// Whether it asks for anything.
    pub fn is_some(&self) -> bool {
        self.selector.is_some()
            || !self.targets.is_empty()
            || self.namespace.is_some()
            || self.only_enabled == Some(true)
    }
}

impl Written {
    /// The error about it, where there is one.
    pub fn wrong(&self, checked: Result<(), String>) -> Option<Diagnostic> {
        let reason = checked.err()?;
        Some(diagnostic(Level::Error, self.place, format!("`{}`: {reason}", self.name)))
    }
}

/// A layer and what is wrong with it.
#[derive(Debug, Default)]
pub struct Reading {
    pub layer: Layer,
    pub errors: Vec<Diagnostic>,
    /// What is no reason to stop, such as variables that we do not know.
    pub warnings: Vec<String>,
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
