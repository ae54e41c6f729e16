//! The variables of the environment as a layer. Knows nothing of where they come from.

use super::{Reading, RunOption};
use crate::wireguard::settings::{self, SETTINGS};

/// The prefix of every variable of ours.
const PREFIX: &str = "WGSIDECAR_";

/// Variables that are read elsewhere.
const OTHERS: [&str; 2] = ["config", "log"];

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
        } else if let Some(option) = RunOption::find(&name).filter(|_| is_ours) {
            reading.set_text(option, &value, None, &variable);
        } else if !is_ours || !OTHERS.contains(&name.as_str()) {
            let options = RunOption::flags().map(|(option, _)| option.name);
            let known = SETTINGS.iter().map(|setting| setting.name).chain(options).chain(OTHERS);
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
