//! Leads from the command that was typed to what does it. Knows nothing of how it is done.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::ArgMatches;

use crate::cli::{self, Args, SecretArgs};
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
        Some(("secret", matches)) => run::secret::run(&SecretArgs::new(matches)),
        Some(("explain", matches)) => explain(matches.get_one::<String>("rule")),
        Some(("completions", matches)) => completions(matches),
        Some(("man", _)) => print(&cli::man_page()?),
        _ => unreachable!("clap accepts the commands of `cli` only"),
    }
}

fn explain(rule: Option<&String>) -> anyhow::Result<Exit> {
    let Some(rule) = rule.and_then(|id| lint::find(id)) else {
        let width = lint::RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
        let lines = lint::RULES.iter().map(|rule| {
            format!("{:width$}  {:7}  {}\n", rule.id, rule.level.name(), rule.summary())
        });
        return print(lines.collect::<String>().as_bytes());
    };
    let never = if rule.never { ", can never be allowed" } else { "" };
    print(format!("{} ({}{never})\n\n{}\n", rule.id, rule.level.name(), rule.page()).as_bytes())
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
