//! The flags as a layer. Knows nothing of how they are read.

use super::{Layer, Reading};
use crate::cli::Args;
use crate::kube::Selector;

/// The flags as a layer.
pub fn from_flags(args: &Args) -> Reading {
    let mut reading = Reading {
        layer: Layer {
            targets: args.targets.clone(),
            namespace: args.namespace.clone(),
            only_enabled: args.only_enabled.then_some(true),
            workloads: args.workloads.clone(),
            allow: args.allow.clone(),
            ..Layer::default()
        },
        ..Reading::default()
    };
    for (setting, values) in &args.settings {
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        reading.set(setting, &values, None, &format!("--{}", setting.name));
    }
    if let Some(text) = &args.selector {
        match Selector::parse(text) {
            Ok(selector) => reading.layer.selector = Some((selector, text.clone())),
            Err(reason) => drop(reading.error(None, format!("`--selector`: {reason}"))),
        }
    }
    reading
}
