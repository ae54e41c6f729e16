//! What can be typed after `wgsidecar policy`.

use clap::{Arg, ArgMatches, Command};

use super::args::{Args, allow_arg, flag, one, switch};
use super::page::{Page, SETTINGS_ENVIRONMENT, SETTINGS_FILES};
use super::tunnel::tunnel_args;
use crate::policy::NAMESPACE_LABEL;

pub(super) fn command() -> Command {
    let heading = "Pods (those with the label wgsidecar.dev/inject=enabled without one of these)";
    let command = Command::new("policy")
        .about("Print admission policies, so that the API server adds the tunnel to pods")
        .arg(
            switch(
                "all-pods",
                "All pods of the chosen namespaces, but for those with the label wgsidecar.dev/inject=disabled",
            )
            .conflicts_with("pod-selector")
            .help_heading(heading),
        )
        .arg(
            Arg::new("pod-selector")
                .short('l')
                .long("selector")
                .value_name("LABELS")
                .help("Pods whose labels match, as in kubectl")
                .help_heading(heading),
        )
        .arg(
            Arg::new("namespace-selector")
                .long("namespace-selector")
                .value_name("LABELS")
                .help(format!("Namespaces whose labels match [default: {NAMESPACE_LABEL}=enabled]"))
                .help_heading(heading),
        )
        .arg(switch("strict", "Refuse any other tunnel than this one").help_heading("Policy"))
        .arg(
            allow_arg()
                .help("Leave out the warnings of this rule; secret-shared lets pods share a Secret")
                .help_heading("Policy"),
        )
        .args(tunnel_args());
    PAGE.finish(command)
}

pub(super) const PAGE: Page = Page {
    examples: &[
        "wgsidecar policy --secret mullvad --cluster k3s >policy.yaml && kubectl apply -f policy.yaml",
        "wgsidecar policy --all-pods --namespace-selector team=media --allow secret-shared",
    ],
    exit: &[(0, "Done"), (2, "Wrong usage, or settings that no policy can have")],
    environment: SETTINGS_ENVIRONMENT,
    files: SETTINGS_FILES,
    more: "docs/policy.md",
};

/// The arguments of `policy`.
#[derive(Clone, Debug)]
pub struct PolicyArgs {
    pub args: Args,
    pub all_pods: bool,
    pub pods: Option<String>,
    pub namespaces: Option<String>,
    pub strict: bool,
}

impl PolicyArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        Self {
            args: Args::new(matches),
            all_pods: flag(matches, "all-pods"),
            pods: one(matches, "pod-selector"),
            namespaces: one(matches, "namespace-selector"),
            strict: flag(matches, "strict"),
        }
    }
}
