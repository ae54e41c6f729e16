//! The variables of the environment as a layer. Knows nothing of where they come from.

use super::{Reading, diagnostic};
use crate::kube::Selector;
use crate::lint::suppression::suppressible;
use crate::text::Level;
use crate::wireguard::settings::{self, SETTINGS};

/// Variables that name no setting of a layer.
const OTHER_VARIABLES: [&str; 2] = ["WGSIDECAR_LOG", "WGSIDECAR_CONFIG"];

/// The variables `WGSIDECAR_…` as a layer. An unknown one is a warning: CI systems define their own.
pub fn from_environment(variables: impl Iterator<Item = (String, String)>) -> Reading {
    let mut reading = Reading::default();
    let mut ours: Vec<_> = variables.filter(|(name, _)| name.starts_with("WGSIDECAR_")).collect();
    ours.sort();
    for (name, value) in ours {
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.variable() == name) {
            reading.set(setting, &[&value], None, &name);
        } else if !set_variable(&mut reading, &name, &value)
            && !OTHER_VARIABLES.contains(&name.as_str())
        {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.variable()).collect();
            let mut warning =
                diagnostic(Level::Warning, None, format!("the variable `{name}` names no setting"));
            warning.help = settings::nearest_of(&name, known.iter().map(String::as_str))
                .map(|nearest| format!("did you mean `{nearest}`?"));
            reading.warnings.push(warning);
        }
    }
    reading
}

/// Takes the value of a variable that is no setting's; false where there is none of this name.
pub(super) fn set_variable(reading: &mut Reading, name: &str, value: &str) -> bool {
    let list = || {
        value
            .split(',')
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect()
    };
    match name {
        "WGSIDECAR_SELECTOR" => match Selector::parse(value) {
            Ok(selector) => reading.layer.selector = Some((selector, value.to_owned())),
            Err(reason) => drop(reading.error(None, format!("`{name}`: {reason}"))),
        },
        "WGSIDECAR_TARGET" => reading.layer.targets = list(),
        "WGSIDECAR_NAMESPACE" => reading.layer.namespace = Some(value.to_owned()),
        "WGSIDECAR_WORKLOAD" => reading.layer.workloads = list(),
        "WGSIDECAR_ALLOW" => {
            reading.layer.allow = list();
            check_rules(reading, name);
        }
        "WGSIDECAR_ONLY_ENABLED" => match value {
            "true" => reading.layer.only_enabled = Some(true),
            "false" => reading.layer.only_enabled = Some(false),
            _ => drop(
                reading.error(None, format!("`{name}`: `{value}` is neither `true` nor `false`")),
            ),
        },
        _ => return false,
    }
    true
}

fn check_rules(reading: &mut Reading, name: &str) {
    for rule in reading.layer.allow.clone() {
        if let Err(reason) = suppressible(&rule) {
            reading.error(None, format!("`{name}`: {reason}"));
        }
    }
}
