//! What was configured: the settings file, the environment, the flags, and how they lie over each other. Knows nothing
//! of manifests.

mod options;
mod flags;
mod environment;
mod file;
mod object;
mod template;

use std::collections::BTreeMap;

use crate::kube::version::Version;
use crate::kube::{Kinds, Selector, Target, Targets};
use crate::lint::suppression::{Ignore, suppressible};
use crate::text::{Diagnostic, Level, Place, Related};
use crate::wireguard::settings::{Setting, Settings};

pub use environment::from_environment;
pub use file::{FILE_NAME, find_file, find_misnamed, from_file};
pub use flags::{Typed, from_flags};
pub use object::{GROUP, KIND, from_object};
pub use options::{Flag, OPTIONS, RunOption, Slot};
pub use template::template;

/// What one place says: the file, the environment, or the flags.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    pub settings: Settings,
    pub selection: Selection,
    pub workloads: Vec<Written>,
    pub allow: Vec<String>,
    pub ignore: Vec<Ignore>,
    /// The objects that are to have patches of ours, where anything is said of it: an empty list says that none is.
    pub patches: Option<Vec<Patch>>,
    /// The working directory as the settings file's folder sees it, such as `apps/web`; empty where it is not below that.
    pub below: String,
    /// Whether a policy of ours in the cluster gives pods that ask for a tunnel theirs.
    pub policy: Option<bool>,
    /// The cluster's release. A flag alone says it.
    pub kube_version: Option<Version>,
    /// Whether settings that are not given are taken from the mark of the existing tunnel.
    pub keep: Option<bool>,
    /// Who has said the options that one place alone can say, by their names.
    pub origins: BTreeMap<&'static str, Origin>,
}

/// Who has said something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As the user knows its place: `--namespace`, `WGSIDECAR_NAMESPACE`, `namespace`.
    pub name: String,
    /// Its place in the settings file.
    pub place: Option<Place>,
}

impl Layer {
    /// Whether anything is said of the tunnel that is wanted.
    pub fn wants_tunnels(&self) -> bool {
        !self.settings.is_empty() || self.keep == Some(true)
    }
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
    /// The only file that is meant.
    pub file: Option<String>,
    pub targets: Vec<Written>,
    /// Which of an Application's sources is meant, the first being 1.
    pub source: Option<usize>,
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
    /// This layer over a lower one: what both say in a list adds up, but a selector or target replaces those below.
    pub fn over(mut self, mut lower: Self) -> Self {
        if self.selection.selector.is_some() || !self.selection.targets.is_empty() {
            lower.selection.selector = None;
            lower.selection.targets.clear();
        }
        for option in &OPTIONS {
            option.slot.lay(&mut self, &mut lower);
        }
        for (name, origin) in lower.origins {
            self.origins.entry(name).or_insert(origin);
        }
        self.settings = self.settings.over(&lower.settings);
        self
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
            typed: None,
        })
    }
}

impl Selection {
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
            let reason = setting.spell(&reason, name);
            self.error(place, format!("`{name}`: {reason}"));
        }
    }
}

impl Reading {
    /// Takes an option that is written as one text, a list with commas. `shown` is what the user calls it.
    fn set_text(
        &mut self,
        option: &'static RunOption,
        text: &str,
        place: Option<Place>,
        shown: &str,
    ) {
        if option.slot.is_list() {
            let words = text.split(',').filter(|word| !word.trim().is_empty());
            self.set_option(option, words, place, shown);
        } else {
            self.set_option(option, [text].into_iter(), place, shown)
        }
    }

    /// Takes the values of an option, of which only a list has more than one.
    fn set_option<'v>(
        &mut self,
        option: &'static RunOption,
        values: impl Iterator<Item = &'v str>,
        place: Option<Place>,
        shown: &str,
    ) {
        self.layer.origins.insert(option.name, Origin { name: shown.into(), place });
        let mut values = values.map(str::trim);
        let written = |word: &str| Written { text: word.into(), name: shown.into(), place };
        let layer = &mut self.layer;
        match option.slot {
            Slot::Words(at) => *at(layer) = values.map(written).collect(),
            Slot::Rules(at) => values.for_each(|rule| self.add_rule(at, rule, place, shown)),
            Slot::Ignore(_) | Slot::Patches(_) => {}
            Slot::Text(at) => *at(layer) = values.next().map(Into::into),
            Slot::Selector(at) => {
                let text = values.next().unwrap_or_default();
                match Selector::parse(text) {
                    Ok(selector) => *at(layer) = Some((selector, text.into())),
                    Err(reason) => drop(self.error(place, format!("`{shown}`: {reason}"))),
                }
            }
            Slot::Switch(at) => match values.next().unwrap_or_default() {
                "true" => *at(layer) = Some(true),
                "false" => *at(layer) = Some(false),
                text => {
                    let message = format!("`{shown}`: `{text}` is neither `true` nor `false`");
                    self.error(place, message);
                }
            },
        }
    }

    /// Takes a rule whose findings are dropped.
    fn add_rule(
        &mut self,
        at: fn(&mut Layer) -> &mut Vec<String>,
        rule: &str,
        place: Option<Place>,
        shown: &str,
    ) {
        match suppressible(rule) {
            Ok(rule) => at(&mut self.layer).push(rule.into()),
            Err(reason) => drop(self.error(place, format!("`{shown}`: {reason}"))),
        }
    }
}

fn diagnostic(level: Level, place: Option<Place>, message: String) -> Diagnostic {
    Diagnostic {
        rule: "bad-setting",
        level,
        message,
        place,
        related: Related::default(),
        help: None,
    }
}

/// An error about settings that has no place in a file.
pub fn error(message: String) -> Diagnostic {
    diagnostic(Level::Error, None, message)
}
