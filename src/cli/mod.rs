//! What can be typed, and what was typed. Knows nothing of what it leads to.

mod args;
mod tunnel;
mod inject;
mod uninject;
mod lint;
mod secret;
mod init;
mod list;
mod explain;
mod patch;
mod script;
mod policy;
mod krm;
mod generated;
mod page;
mod tip;

use clap::Command;

use self::page::Page;

pub use args::{Args, General, Mode};
pub use generated::{completions, help, man_page};
pub use init::InitArgs;
pub use krm::KrmArgs;
pub use lint::LintArgs;
pub use list::ListArgs;
pub use patch::{PATCH_FORMS, PatchArgs};
pub use policy::PolicyArgs;
pub use script::ScriptArgs;
pub use secret::SecretArgs;
pub use tip::with_better_tip;

/// A command, and what its help and its man page say beside its flags.
struct Row {
    name: &'static str,
    command: fn() -> Command,
    page: &'static Page,
}

/// Every command, in the order in which help lists them.
const COMMANDS: &[Row] = &[
    Row { name: "inject", command: inject::command, page: &inject::PAGE },
    Row { name: "uninject", command: uninject::command, page: &uninject::PAGE },
    Row { name: "lint", command: lint::command, page: &lint::PAGE },
    Row { name: "secret", command: secret::command, page: &secret::PAGE },
    Row { name: "list", command: list::command, page: &list::PAGE },
    Row { name: "init", command: init::command, page: &init::PAGE },
    Row { name: "explain", command: explain::command, page: &explain::PAGE },
    Row { name: "patch", command: patch::command, page: &patch::PAGE },
    Row { name: "script", command: script::command, page: &script::PAGE },
    Row { name: "policy", command: policy::command, page: &policy::PAGE },
    Row { name: "krm", command: krm::command, page: &krm::PAGE },
    Row {
        name: "completions",
        command: generated::completions_command,
        page: &generated::COMPLETIONS,
    },
    Row { name: "man", command: generated::man_command, page: &generated::MAN },
    Row { name: "help", command: generated::help_command, page: &generated::HELP },
];

/// The names of all commands.
pub fn command_names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|row| row.name)
}

/// The whole command line. `name` is what the user calls the program: `wgsidecar`, or `kubectl wgsidecar`.
pub fn command(name: &'static str) -> Command {
    Command::new(name)
        .bin_name(name)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Adds a WireGuard tunnel to the pods in Kubernetes manifests, and takes it out again to the byte")
        .after_help(format!("Offline: it never talks to a cluster or the network. `{name} help COMMAND` says more."))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(120)
        .subcommands(COMMANDS.iter().map(|row| (row.command)()))
        .args(args::global_args())
}
