//! Prints the ConfigMap with the script for tunnels whose manifests do not hold it. Knows nothing of manifests.

use std::io::Write;

use super::settings::{Configured, Selecting};
use super::{Console, Exit, stdout};
use crate::cli::ScriptArgs;
use crate::wireguard::names;
use crate::wireguard::script::config_map;
use crate::wireguard::settings::{Resolved, WorkloadRef};
use crate::wireguard::tunnel::Ordinal;
use crate::yaml::write::document;

/// Runs `script`.
pub fn run(script: &ScriptArgs) -> anyhow::Result<Exit> {
    let configured = Configured::read(&script.args, Selecting::ByAll)?;
    let mut console = Console { general: &script.args.general, configured: &configured };
    console.settings()?;
    console.findings(&[], &[], &[])?;
    console.errors(configured.usage())?;
    if configured.is_wrong() {
        return Ok(Exit::Failed);
    }
    if let Some(namespace) = &script.namespace {
        names::label(std::slice::from_ref(namespace))
            .map_err(|reason| anyhow::anyhow!("`--namespace`: {reason}"))?;
    }
    let settings = &configured.layer.settings;
    // Where each replica has a key of its own, an indexed Job reads its number elsewhere than a StatefulSet.
    let ordinals = if settings.is_on("key-per-replica") {
        vec![Some(Ordinal::Pod), Some(Ordinal::Completion)]
    } else {
        vec![None]
    };
    let mut documents = Vec::new();
    for ordinal in ordinals {
        let Resolved { tunnel, .. } =
            settings.resolve(&WorkloadRef::any(ordinal)).map_err(|bad| {
                let reasons = bad.iter().map(|it| format!("`{}`: {}", it.setting, it.message));
                anyhow::anyhow!("{}", reasons.collect::<Vec<_>>().join("; "))
            })?;
        documents.push(document(&config_map(&tunnel, script.namespace.as_deref())));
    }
    stdout::data(|out| out.write_all(documents.join("---\n").as_bytes()))?;
    Ok(Exit::Done)
}
