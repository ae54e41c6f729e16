//! What can be typed after `wgsidecar patch`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::PathBuf;

use super::args::{Args, Mode, allow_arg, flag, one, output_args, switch, target_args};
use super::page::{FAILED, Page, SETTINGS_ENVIRONMENT, SETTINGS_FILES};
use super::tunnel::tunnel_args;

pub(super) fn command() -> Command {
    let command = Command::new("patch")
        .about("Print what inject would add as patches, for tools that cannot run wgsidecar")
        .arg(
            Arg::new("for")
                .long("for")
                .value_name("HOST")
                .value_parser(PossibleValuesParser::new(PATCH_FORMS))
                .default_value(PATCH_FORMS[0])
                .help("A Component of kustomize, or what belongs in an object of Flux or Argo CD")
                .help_heading("Output"),
        )
        .args(
            target_args()
                .into_iter()
                .filter(|arg| ["selector", "only-enabled", "target"].contains(&arg.get_id().as_str())),
        )
        .arg(
            Arg::new("into")
                .long("into")
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("Write the patches into the HelmRelease, the Kustomization or the Application in FILE")
                .help_heading(INTO)
                .conflicts_with_all(["for", "selector", "only-enabled"]),
        )
        .arg(
            Arg::new("object")
                .long("object")
                .value_name("KIND/NAME")
                .help("Which object of FILE, where there are several: KIND/NAME or NAMESPACE/KIND/NAME, such as helmrelease/web")
                .help_heading(INTO)
                .requires("into"),
        )
        .arg(
            Arg::new("source")
                .long("source")
                .value_name("N")
                .value_parser(clap::value_parser!(u16).range(1..))
                .help("Which of an Application's sources, where several could be meant; the first is 1")
                .help_heading(INTO)
                .requires("into"),
        )
        .arg(
            switch("remove", "Take the patches out again, to the byte: those for --target, or all")
                .help_heading(INTO)
                .requires("into"),
        )
        .args(output_args().into_iter().filter(|arg| arg.get_id() != "in-place").map(|arg| {
            arg.help_heading(INTO).requires("into")
        }))
        .arg(allow_arg().help(ALLOW))
        .args(tunnel_args());
    PAGE.finish(command)
}

const INTO: &str = "Writing into an object";

const ALLOW: &str =
    "Drop the findings of this rule; daemonset-shares-key brings the tunnel to DaemonSets too";

/// The forms that patches can have, the default first.
pub const PATCH_FORMS: [&str; 4] = ["component", "kustomization", "helmrelease", "application"];

pub(super) const PAGE: Page = Page {
    examples: &[
        "wgsidecar patch -l vpn=true >components/vpn/kustomization.yaml",
        "wgsidecar patch --into apps/web/helmrelease.yaml --target deploy/web --secret mullvad",
        "wgsidecar patch --for helmrelease --secret mullvad",
    ],
    exit: &[
        (0, "Done, or nothing to do"),
        (
            1,
            "An object was refused and nothing was written; with --check or --diff, something would change",
        ),
        (2, FAILED),
    ],
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
    /// The file that the patches are written into.
    pub into: Option<PathBuf>,
    /// Which object in it.
    pub object: Option<String>,
    /// Which of an Application's sources.
    pub source: Option<usize>,
    /// Whether they are to go.
    pub remove: bool,
    /// The workloads that they are for.
    pub targets: Vec<String>,
}

impl PatchArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        let mut args = Args::new(matches);
        let into: Option<PathBuf> = one(matches, "into");
        // They name what is rendered, and nothing that is read here.
        let targets = args.take("target");
        args.paths.extend(into.clone());
        if into.is_some() && args.mode == Mode::Print {
            args.mode = Mode::InPlace;
        }
        Self {
            args,
            form: one(matches, "for").unwrap_or_default(),
            into,
            object: one(matches, "object"),
            source: one(matches, "source").map(|number: u16| number.into()),
            remove: flag(matches, "remove"),
            targets,
        }
    }
}
