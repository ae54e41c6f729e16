//! What can be typed after `wgsidecar script`.

use clap::{Arg, ArgMatches, Command};

use super::args::{Args, one};
use super::page::{FAILED, Page, SETTINGS_ENVIRONMENT, SETTINGS_FILES};
use super::tunnel::tunnel_args;

pub(super) fn command() -> Command {
    let command = Command::new("script")
        .about("Print the ConfigMap that --script configmap needs")
        .arg(
            Arg::new("of")
                .short('n')
                .long("namespace")
                .value_name("NAME")
                .help("Namespace of the ConfigMap: that of the workloads"),
        )
        .args(tunnel_args());
    PAGE.finish(command)
}

pub(super) const PAGE: Page = Page {
    examples: &[
        "wgsidecar script -n media --cluster k3s | kubectl apply -f -",
        "wgsidecar inject -i --script configmap --cluster k3s manifests/",
    ],
    exit: &[(0, "Done"), (2, FAILED)],
    environment: SETTINGS_ENVIRONMENT,
    files: SETTINGS_FILES,
    more: "docs/tunnel.md",
};

/// The arguments of `script`.
#[derive(Clone, Debug)]
pub struct ScriptArgs {
    pub args: Args,
    pub namespace: Option<String>,
}

impl ScriptArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        Self { args: Args::new(matches), namespace: one(matches, "of") }
    }
}
