//! What can be typed after `wgsidecar list`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use super::args::{Args, input_args, keep_arg, one, target_args};
use super::page::{NO_MATCH, Page, SETTINGS_ENVIRONMENT, SETTINGS_FILES};
use super::tunnel::tunnel_args;

pub(super) fn command() -> Command {
    let command = Command::new("list")
        .about("List what has a tunnel, what will get one, and with which settings")
        .long_about(STATES)
        .args(input_args())
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(PossibleValuesParser::new(["human", "json"]))
                .default_value("human")
                .help("Form of the list"),
        )
        .args(target_args())
        .args(tunnel_args())
        .arg(keep_arg());
    PAGE.finish(command)
}

const STATES: &str = "\
List what has a tunnel, what will get one, and with which settings

States:
  up to date          the tunnel is the one that the settings mean
  stale               `inject` would write another one
  injected            there is a tunnel, and no setting says which one is wanted
  not selected        there is a tunnel, and the settings file does not select the workload
  edited              somebody has edited the tunnel by hand
  broken              parts of the tunnel are missing
  of a newer release  a newer wgsidecar has written the tunnel
  by policy           a policy of the cluster adds the tunnel when a pod is created
  not injected        a tunnel is wanted, and there is none
  rendered elsewhere  the pods are made from what is not among the manifests";

pub(super) const PAGE: Page = Page {
    examples: &[
        "wgsidecar list clusters/",
        "kubectl get deployments,statefulsets -A -o yaml | wgsidecar list",
    ],
    exit: &[(0, "Done"), (1, "A workload's own settings mean nothing"), (2, NO_MATCH)],
    environment: SETTINGS_ENVIRONMENT,
    files: SETTINGS_FILES,
    more: "docs/settings.md",
};

/// The arguments of `list`.
#[derive(Clone, Debug)]
pub struct ListArgs {
    pub args: Args,
    pub is_json: bool,
}

impl ListArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        let format: String = one(matches, "format").unwrap_or_default();
        Self { args: Args::new(matches), is_json: format == "json" }
    }
}
