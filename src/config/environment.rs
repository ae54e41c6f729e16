//! The variables of the environment as a layer. Knows nothing of where they come from.

use super::{Reading, Written};
use crate::kube::Selector;
use crate::lint::suppression::suppressible;
use crate::text::Place;
use crate::wireguard::settings::{self, SETTINGS};

/// The prefix of every variable of ours.
const PREFIX: &str = "WGSIDECAR_";

/// Variables that are no settings of the tunnel, named as the flags are.
pub const VARIABLES: [&str; 8] =
    ["selector", "target", "workload", "namespace", "only-enabled", "allow", "config", "log"];

/// The variables `WGSIDECAR_…` as a layer. An empty one counts as not set; an unknown one is a warning, because CI
/// systems define their own.
pub fn from_environment(variables: impl Iterator<Item = (String, String)>) -> Reading {
    let mut reading = Reading::default();
    let mut ours: Vec<_> = variables
        .filter(|(name, value)| name.starts_with(PREFIX) && !value.trim().is_empty())
        .collect();
    ours.sort();
    for (variable, value) in ours {
        let name = variable[PREFIX.len()..].to_lowercase().replace('_', "-");
        // `WGSIDECAR_kill_switch` is somebody else's.
        let is_ours = variable == self::variable(&name);
        if let Some(setting) = settings::find(&name).filter(|_| is_ours) {
            reading.set(setting, &[&value], None, &variable);
        } else if !is_ours || !reading.set_text(&name, &value, None, &variable) {
            let known = SETTINGS.iter().map(|setting| setting.name).chain(VARIABLES);
            let nearest = settings::nearest_of(&name, known)
                .map(|nearest| format!(": did you mean `{}`?", self::variable(nearest)));
            let nearest = nearest.unwrap_or_default();
            reading.warnings.push(format!("the variable `{variable}` is not a setting{nearest}"));
        }
    }
    reading
}

fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.replace('-', "_").to_uppercase())
}

impl Reading {
    /// Takes the text of what is no setting of the tunnel, a list with commas; false where there is nothing of this
    /// name. `shown` is what the user calls it.
    pub(super) fn set_text(
        &mut self,
        name: &str,
        text: &str,
        place: Option<Place>,
        shown: &str,
    ) -> bool {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        let written = |word: &str| Written { text: word.into(), name: shown.into(), place };
        let layer = &mut self.layer;
        match name {
            "selector" => match Selector::parse(text) {
                Ok(selector) => layer.selection.selector = Some((selector, text.into())),
                Err(reason) => drop(self.error(place, format!("`{shown}`: {reason}"))),
            },
            "target" => layer.selection.targets = words.map(written).collect(),
            "namespace" => layer.selection.namespace = Some(text.trim().into()),
            "workload" => layer.workloads = words.map(written).collect(),
            "allow" => words.for_each(|rule| self.allow(rule, place, shown)),
            "only-enabled" => match text.trim() {
                "true" => layer.selection.only_enabled = Some(true),
                "false" => layer.selection.only_enabled = Some(false),
                _ => {
                    let message = format!("`{shown}`: `{text}` is neither `true` nor `false`");
                    self.error(place, message);
                }
            },
            "config" | "log" => {}
            _ => return false,
        }
        true
    }

    /// Takes a rule whose findings are dropped.
    pub(super) fn allow(&mut self, rule: &str, place: Option<Place>, shown: &str) {
        match suppressible(rule) {
            Ok(rule) => self.layer.allow.push(rule.into()),
            Err(reason) => drop(self.error(place, format!("`{shown}`: {reason}"))),
        }
    }
}
