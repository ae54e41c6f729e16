//! Prints the ConfigMap with the script for tunnels whose manifests do not hold it. Knows nothing of manifests.

use std::collections::BTreeSet;
use std::io::Write;

use super::analysis::AbsentScript;
use super::patch::{flags, in_shell};
use super::settings::{Configured, Selecting};
use super::{Console, Exit, stdout};
use crate::cli::ScriptArgs;
use crate::wireguard::names;
use crate::wireguard::script::{config_map, map_name, script, sha256};
use crate::wireguard::settings::{Resolved, SETTINGS, Settings, WorkloadRef};
use crate::wireguard::tunnel::Ordinal;
use crate::yaml::write::document;

/// Runs `script`.
pub fn run(args: &ScriptArgs) -> anyhow::Result<Exit> {
    let configured = Configured::read(&args.args, Selecting::ByAll)?;
    let mut console = Console { general: &args.args.general, configured: &configured };
    console.settings()?;
    console.findings(&[], &[], &[])?;
    console.errors(configured.usage())?;
    if configured.is_wrong() {
        return Ok(Exit::Failed);
    }
    if let Some(namespace) = &args.namespace {
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
        documents.push(document(&config_map(&tunnel, args.namespace.as_deref())));
    }
    stdout::data(|out| out.write_all(documents.join("---\n").as_bytes()))?;
    Ok(Exit::Done)
}

/// So many commands are named.
const MOST: usize = 5;

/// Says which ConfigMaps the pods wait for, and what prints them.
pub fn note(
    out: &mut dyn Write,
    configured: &Configured,
    absent: &[AbsentScript],
) -> std::io::Result<()> {
    if absent.is_empty() {
        return Ok(());
    }
    // One command for a script in one namespace; two scripts may be of one command.
    let commands: BTreeSet<_> = absent.iter().map(|it| command(configured, it)).collect();
    let count = commands.len();
    let quoted = commands.iter().map(|command| format!("`{command}`"));
    let names: BTreeSet<_> = absent.iter().map(|it| it.name.as_str()).collect();
    let what = match Vec::from_iter(names)[..] {
        [name] => format!("the ConfigMap {name} with the script, which is"),
        ref names => format!("{} ConfigMaps with their scripts, which are", names.len()),
    };
    let mut commands: Vec<_> = quoted.take(MOST).collect();
    if count > MOST {
        commands.push(format!("{} more", count - MOST));
    }
    writeln!(
        out,
        "note: the pods do not start without {what} not in these files; print and apply with {}",
        commands.join(" and ")
    )
}

/// The shortest command that prints a ConfigMap.
fn command(configured: &Configured, absent: &AbsentScript) -> String {
    let AbsentScript { name, namespace, settings, ordinal } = absent;
    let base = &configured.file_settings;
    let makes_it = |settings: &Settings| {
        let resolved = settings.clone().over(base).resolve(&WorkloadRef::any(*ordinal));
        resolved.is_ok_and(|it| map_name(&sha256(&script(&it.tunnel))) == *name)
    };
    let mut least = settings.clone();
    for setting in &SETTINGS {
        let mut less = least.clone();
        less.forget(setting.name);
        if makes_it(&less) {
            least = less;
        }
    }
    let mut words: Vec<_> = least.texts().map(|(setting, text)| (setting.name, text)).collect();
    // A settings file that is not found from here must be named.
    let file = configured.file.as_ref().map(|file| file.name.clone());
    words.extend(file.filter(|name| name.contains('/')).map(|name| ("config", name)));
    let namespace =
        namespace.as_ref().map_or_else(String::new, |it| format!(" -n {}", in_shell(it)));
    format!("wgsidecar script{}{namespace}", flags(&words))
}
