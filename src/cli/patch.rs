//! What can be typed after `wgsidecar patch`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use super::args::{Args, allow_arg, one, target_args};
use super::page::{FAILED, Page, SETTINGS_ENVIRONMENT, SETTINGS_FILES};
use super::tunnel::tunnel_args;

pub(super) fn command() -> Command {
    let command = Command::new("patch")
        .about("Print what inject would add as patches, for hosts that run no program")
        .arg(
            Arg::new("for")
                .long("for")
                .value_name("HOST")
                .value_parser(PossibleValuesParser::new(PATCH_FORMS))
                .default_value(PATCH_FORMS[0])
                .help("A Component of kustomize, or what belongs into an object of Flux")
                .help_heading("Output"),
        )
        .args(
            target_args()
                .into_iter()
                .filter(|arg| ["selector", "only-enabled"].contains(&arg.get_id().as_str())),
        )
        .arg(allow_arg().help(ALLOW))
        .args(tunnel_args());
    PAGE.finish(command)
}

const ALLOW: &str =
    "Drop the findings of this rule; daemonset-shares-key brings the tunnel to DaemonSets too";

/// The forms that patches can have, the default first.
pub const PATCH_FORMS: [&str; 3] = ["component", "kustomization", "helmrelease"];

pub(super) const PAGE: Page = Page {
    examples: &[
        "wgsidecar patch -l vpn=true >components/vpn/kustomization.yaml",
        "wgsidecar patch --for helmrelease --secret mullvad",
    ],
    exit: &[(0, "Done"), (2, FAILED)],
    environment: SETTINGS_ENVIRONMENT,
    files: SETTINGS_FILES,
    more: "docs/hosts.md",
};

/// The arguments of `patch`.
#[derive(Clone, Debug)]
pub struct PatchArgs {
    pub args: Args,
    /// One of [`PATCH_FORMS`].
    pub form: String,
}

impl PatchArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        Self { args: Args::new(matches), form: one(matches, "for").unwrap_or_default() }
    }
}
