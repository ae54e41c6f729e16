//! What can be typed after `wgsidecar patch`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use super::args::{Args, one, target_args};
use super::tunnel::tunnel_args;

pub(super) fn command() -> Command {
    Command::new("patch")
        .about("Print what inject would add as patches, for hosts that run no program")
        .after_help(EXAMPLES)
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
        .args(tunnel_args())
}

/// The forms that patches can have, the default first.
pub const PATCH_FORMS: [&str; 3] = ["component", "kustomization", "helmrelease"];

const EXAMPLES: &str = "Examples:
  wgsidecar patch -l vpn=true >components/vpn/kustomization.yaml
  wgsidecar patch --for helmrelease --secret mullvad";

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
