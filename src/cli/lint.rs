//! What can be typed after `wgsidecar lint`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use super::args::{
    Args, allow_arg, fail_on, fail_on_arg, flag, input_args, keep_arg, kube_version_arg, many, one,
    rules_arg, switch, target_args,
};
use super::page::{NO_MATCH, Page, SETTINGS_ENVIRONMENT, SETTINGS_FILES};
use super::tunnel::tunnel_args;
use crate::report::Format;
use crate::text::Level;

pub(super) fn command() -> Command {
    let command = Command::new("lint")
        .about("Check manifests for what breaks or leaks a tunnel")
        .args(input_args())
        .args(lint_args())
        .args(target_args())
        .args(tunnel_args())
        .arg(keep_arg())
        .arg(allow_arg())
        .arg(kube_version_arg());
    PAGE.finish(command)
}

pub(super) const PAGE: Page = Page {
    examples: &[
        "wgsidecar lint manifests/",
        "kubectl kustomize . | wgsidecar lint --secret mullvad --format github",
        "wgsidecar lint --fix --diff manifests/",
        "wgsidecar lint --suppress 'older than the linter' manifests/",
    ],
    exit: &[
        (0, "No finding at or above the level of --fail-on"),
        (1, "There are findings; with --fix --diff, something would change"),
        (2, NO_MATCH),
    ],
    environment: SETTINGS_ENVIRONMENT,
    files: SETTINGS_FILES,
    more: "docs/rules.md",
};

fn lint_args() -> [Arg; 7] {
    let heading = "Report";
    [
        Arg::new("format")
            .long("format")
            .value_name("FORMAT")
            .value_parser(PossibleValuesParser::new(Format::all().map(Format::name)))
            .default_value("human")
            .help("Form of the report")
            .help_heading(heading),
        fail_on_arg().default_value("warning").help_heading(heading),
        rules_arg("select", "Look for these rules only").help_heading(heading),
        rules_arg("ignore", "Look for all but these rules").help_heading(heading),
        switch("fix", "Fix in the files what can be fixed safely")
            .help_heading("Output")
            .group("changes"),
        Arg::new("suppress")
            .long("suppress")
            .value_name("REASON")
            .value_parser(reason)
            .allow_hyphen_values(true)
            .help("Suppress what is found now: in the settings file, or by annotations where there is none; an error that is suppressed no longer stops inject")
            .help_heading("Output")
            .group("changes"),
        switch("diff", "With --fix or --suppress, print what would change and change nothing")
            .requires("changes")
            .help_heading("Output"),
    ]
}

/// A reason that says something.
fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why the findings are expected".to_owned()),
        reason => Ok(reason.to_owned()),
    }
}

/// The arguments of `lint` besides those that it shares.
#[derive(Clone, Debug)]
pub struct LintArgs {
    pub args: Args,
    pub format: Format,
    /// The least level that makes the run fail; `None` where none does.
    pub fail_on: Option<Level>,
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    pub fix: bool,
    /// Why what is found is to be suppressed from now on.
    pub suppress: Option<String>,
}

impl LintArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        let format: String = one(matches, "format").unwrap_or_default();
        Self {
            args: Args::new(matches),
            format: Format::all().find(|it| it.name() == format).unwrap_or(Format::Human),
            fail_on: fail_on(matches),
            select: many(matches, "select"),
            ignore: many(matches, "ignore"),
            fix: flag(matches, "fix"),
            suppress: one(matches, "suppress"),
        }
    }
}
