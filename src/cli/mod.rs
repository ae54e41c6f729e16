//! What can be typed, and what was typed. Knows nothing of what it leads to.

mod args;
mod tunnel;
mod inject;
mod uninject;
mod lint;
mod secret;
mod explain;
mod patch;
mod krm;
mod generated;
mod tip;

use clap::Command;

pub use args::{Args, General, Mode};
pub use generated::{completions, man_page};
pub use krm::KrmArgs;
pub use lint::LintArgs;
pub use patch::{PATCH_FORMS, PatchArgs};
pub use secret::SecretArgs;
pub use tip::with_better_tip;

/// The whole command line. `name` is what the user calls the program: `wgsidecar`, or `kubectl wgsidecar`.
pub fn command(name: &'static str) -> Command {
    Command::new(name)
        .bin_name(name)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Adds a WireGuard tunnel to the pods in Kubernetes manifests, and takes it out again to the byte")
        .after_help(format!("Offline: it never talks to a cluster or the network. `{name} COMMAND --help` says more."))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(120)
        .subcommands([
            inject::command(),
            uninject::command(),
            lint::command(),
            secret::command(),
            explain::command(),
            patch::command(),
            krm::command(),
            generated::completions_command(),
            generated::man_command(),
        ])
        .args(args::global_args())
}
