//! Begins a settings file. Knows nothing of manifests.

use std::io::Write;

use super::secret::{Purpose, must_be_of_provider, read, report};
use super::stderr::Stderr;
use super::{Exit, stdout};
use crate::cli::InitArgs;
use crate::config;
use crate::wireguard::conf;
use crate::wireguard::secret::{self, Options};
use crate::wireguard::settings::{Settings, find};

/// Runs `init`.
pub fn run(init: &InitArgs) -> anyhow::Result<Exit> {
    let general = &init.args.general;
    let flags = config::from_flags(&init.args.settings, &init.args.options);
    let mut out = Stderr::new(&general.color);
    for error in &flags.errors {
        writeln!(out, "error: {}", error.message)?;
    }
    if !flags.errors.is_empty() {
        return Ok(Exit::Failed);
    }
    let mut settings = flags.layer.settings;
    let mut notes = Vec::new();
    if let Some(path) = &init.file {
        let file = read(path)?;
        must_be_of_provider(&file, "init")?;
        let conf = conf::parse(file.text());
        let options = Options::new("wireguard", None).map_err(anyhow::Error::msg)?;
        let mut outcome = secret::build(std::slice::from_ref(&conf), &options);
        outcome.hints.clear();
        let is_fit = outcome.secret.is_some();
        report(general, &[file], std::slice::from_ref(&conf), &[outcome], Purpose::Print)?;
        if !is_fit {
            return Ok(Exit::Failed);
        }
        let asked = secret::asked(&conf);
        fill(&mut settings, "dns", asked.dns.as_deref());
        notes.extend(asked.notes);
    }
    stdout::data(|out| out.write_all(config::template(&settings, &notes).as_bytes()))?;
    if !general.quiet {
        let next = "next: save this as `wgsidecar.yaml` beside the manifests, and look at what `wgsidecar inject --diff` would change";
        writeln!(out, "{next}")?;
    }
    Ok(Exit::Done)
}

/// Takes what a file asks for, unless a flag says otherwise; what no setting can be is left out.
fn fill(settings: &mut Settings, name: &str, value: Option<&str>) {
    if let (Some(value), Some(setting), false) = (value, find(name), settings.has(name)) {
        let _ = settings.set(setting, &[value]);
    }
}
