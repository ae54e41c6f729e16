//! What can be typed after `wgsidecar krm`, and what a host means that starts the program without a word.

use clap::{ArgMatches, Command};

use super::args::{Args, allow_arg, fail_on, fail_on_arg, flag, switch, target_args};
use super::page::{FAILED, Page, SETTINGS_ENVIRONMENT};
use super::tunnel::tunnel_args;
use crate::text::Level;

pub(super) fn command() -> Command {
    let command = Command::new("krm")
        .about("Read a ResourceList and write one, as kustomize and kpt ask a KRM function to")
        .arg(switch("lint", "Check the items and change none"))
        .arg(fail_on_arg().default_value("error"))
        .args(target_args())
        .args(tunnel_args())
        .arg(allow_arg());
    PAGE.finish(command)
}

pub(super) const PAGE: Page = Page {
    examples: &["kpt fn eval shop --exec \"wgsidecar krm\" -- secret=mullvad cluster=k3s"],
    exit: &[
        (0, "Done, or nothing to do"),
        (1, "A workload was refused: the list comes back unchanged with its results"),
        (2, FAILED),
    ],
    environment: SETTINGS_ENVIRONMENT,
    files: &[],
    more: "docs/hosts.md",
};

/// The arguments of a KRM function.
#[derive(Clone, Debug)]
pub struct KrmArgs {
    pub args: Args,
    /// Whether it only checks.
    pub lint: bool,
    /// The least level that makes a check fail; `None` where none does.
    pub fail_on: Option<Level>,
}

impl KrmArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        let lint = flag(matches, "lint");
        Self { args: Args::new(matches), lint, fail_on: fail_on(matches) }
    }

    /// What a host means that starts the program without a word.
    pub fn stdin_as_krm() -> Self {
        let matches = super::command("wgsidecar").get_matches_from(["wgsidecar", "krm"]);
        Self::new(matches.subcommand().expect("the command was named").1)
    }
}
