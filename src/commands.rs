//! Leads from the command that was typed to what does it. Knows nothing of how it is done.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::ArgMatches;

use crate::cli::{self, Args, LintArgs, SecretArgs};
use crate::lint;
use crate::run::plan::Verb;
use crate::run::{self, Exit};

/// Runs the program and gives its exit code.
pub fn main() -> ExitCode {
    let matches = cli::command("wgsidecar").get_matches();
    match dispatch(&matches) {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(Exit::Failed as u8)
        }
    }
}

fn dispatch(matches: &ArgMatches) -> anyhow::Result<Exit> {
    match matches.subcommand() {
        Some(("inject", matches)) => run::run(&Args::new(matches), Verb::Inject),
        Some(("uninject", matches)) => run::run(&Args::new(matches), Verb::Uninject),
        Some(("lint", matches)) => run::lint::run(&LintArgs::new(matches)),
        Some(("secret", matches)) => run::secret::run(&SecretArgs::new(matches)),
        Some(("explain", matches)) => explain(matches.get_one::<String>("rule")),
        Some(("completions", matches)) => completions(matches),
        Some(("man", _)) => print(&cli::man_page()?),
        _ => unreachable!("clap accepts the commands of `cli` only"),
    }
}

fn explain(rule: Option<&String>) -> anyhow::Result<Exit> {
    match rule.and_then(|id| lint::find(id)) {
        Some(rule) => print(lint::explain::page(rule).as_bytes()),
        None => print(lint::explain::list().as_bytes()),
    }
}

fn completions(matches: &ArgMatches) -> anyhow::Result<Exit> {
    let shell = *matches.get_one::<clap_complete::Shell>("shell").expect("clap requires it");
    print(&cli::completions(shell))
}

fn print(text: &[u8]) -> anyhow::Result<Exit> {
    match io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(Exit::Done),
    }
}
