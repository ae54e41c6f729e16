//! The flags as a layer. Knows nothing of how they are read.

use super::{Layer, Reading, Selection, Written};
use crate::cli::Args;
use crate::kube::Selector;

/// The flags as a layer.
pub fn from_flags(args: &Args) -> Reading {
    let mut reading = Reading {
        layer: Layer {
            selection: Selection {
                targets: written("target", &args.targets),
                only_enabled: args.only_enabled.then_some(true),
                ..Selection::default()
            },
            workloads: written("workload", &args.workloads),
            allow: args.allow.clone(),
            ..Layer::default()
        },
        ..Reading::default()
    };
    for (setting, values) in &args.settings {
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        reading.set(setting, &values, None, &format!("--{}", setting.name));
    }
    if let Some(text) = reading.not_empty("namespace", args.namespace.as_ref()) {
        reading.layer.selection.namespace = Some(text);
    }
    if let Some(text) = reading.not_empty("selector", args.selector.as_ref()) {
        match Selector::parse(&text) {
            Ok(selector) => reading.layer.selection.selector = Some((selector, text)),
            Err(reason) => drop(reading.error(None, format!("`--selector`: {reason}"))),
        }
    }
    reading
}

fn written(flag: &str, values: &[String]) -> Vec<Written> {
    let one = |value: &String| Written {
        text: value.trim().to_owned(),
        name: format!("--{flag}"),
        place: None,
    };
    values.iter().map(one).collect()
}

impl Reading {
    /// The value of a flag. A variable of a script that is not set makes it empty, and then it would select everything.
    fn not_empty(&mut self, flag: &str, value: Option<&String>) -> Option<String> {
        let value = value?;
        if value.trim().is_empty() {
            self.error(None, format!("`--{flag}`: the value is empty"));
            return None;
        }
        Some(value.clone())
    }
}
