//! Leads from the command that was typed to what does it. Knows nothing of how it is done.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;

use clap::ArgMatches;

use crate::cli::{
    self, Args, InitArgs, KrmArgs, LintArgs, ListArgs, PatchArgs, PolicyArgs, ScriptArgs,
    SecretArgs,
};
use crate::hosts::{helm, krm, kubectl};
use crate::lint;
use crate::run::plan::Verb;
use crate::run::stderr::Stderr;
use crate::run::{self, Exit, stdout};

/// Runs the program and gives its exit code.
pub fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let program = words.first().cloned().unwrap_or_default();
    let ended = if kubectl::asks_for_completion(&program) {
        complete(&words)
    } else {
        run(kubectl::name(&program), &words)
    };
    let exit = ended.unwrap_or_else(|error| {
        // If standard error is closed, there is nowhere to report it.
        let _ = writeln!(Stderr::new(color(&words)), "error: {error:#}");
        Exit::Failed
    });
    ExitCode::from(exit as u8)
}

fn run(name: &'static str, words: &[OsString]) -> anyhow::Result<Exit> {
    if let Some(bytes) = stdin_as_krm(words)? {
        return krm::answer(&KrmArgs::stdin_as_krm(), bytes);
    }
    match cli::command(name).try_get_matches_from(words) {
        Ok(matches) => dispatch(name, &matches),
        Err(usage) => explain_usage(&cli::with_better_tip(name, usage), color(words)),
    }
}

/// What a host sends that starts the program without a word.
fn stdin_as_krm(words: &[OsString]) -> anyhow::Result<Option<Vec<u8>>> {
    if words.len() > 1 || io::stdin().is_terminal() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(krm::is_meant(&bytes).then_some(bytes))
}

/// The word of `--color` on a command line that may be wrong elsewhere.
fn color(words: &[OsString]) -> &str {
    let mut words = words.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let mut color = "auto";
    while let Some(word) = words.next() {
        match word.strip_prefix("--color=") {
            Some(value) => color = value,
            None if word == "--color" => color = words.next().unwrap_or(color),
            None => {}
        }
    }
    color
}

/// Help that was asked for is data; usage that is wrong is an error.
fn explain_usage(usage: &clap::Error, color: &str) -> anyhow::Result<Exit> {
    let text = usage.render().ansi().to_string();
    if usage.use_stderr() {
        // If the stream is closed, there is nowhere to report it.
        let _ = write!(Stderr::new(color), "{text}");
        return Ok(Exit::Failed);
    }
    stdout::words(color, |out| write!(out, "{text}")).map(|()| Exit::Done)
}

fn complete(words: &[OsString]) -> anyhow::Result<Exit> {
    let words: Vec<_> = words.iter().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    print(kubectl::complete(&words).as_bytes())
}

fn dispatch(name: &'static str, matches: &ArgMatches) -> anyhow::Result<Exit> {
    match matches.subcommand() {
        Some(("inject", matches)) => run::run(&piped(matches), Verb::Inject),
        Some(("uninject", matches)) => run::run(&piped(matches), Verb::Uninject),
        Some(("lint", matches)) => run::lint::run(&LintArgs::new(matches)),
        Some(("secret", matches)) => run::secret::run(&SecretArgs::new(matches)),
        Some(("list", matches)) => run::list::run(&ListArgs::new(matches)),
        Some(("init", matches)) => run::init::run(&InitArgs::new(matches)),
        Some(("patch", matches)) => run::patch::run(&PatchArgs::new(matches)),
        Some(("script", matches)) => run::script::run(&ScriptArgs::new(matches)),
        Some(("policy", matches)) => run::policy::run(&PolicyArgs::new(matches)),
        Some(("krm", matches)) => krm::run(&KrmArgs::new(matches)),
        Some(("explain", matches)) => explain(matches.get_one::<String>("rule")),
        Some(("completions", matches)) => completions(matches),
        Some(("man", matches)) => print(&cli::man_page(command_name(matches))?),
        Some(("help", matches)) => help(name, command_name(matches)),
        _ => unreachable!("clap accepts the commands of `cli` only"),
    }
}

fn command_name(matches: &ArgMatches) -> Option<&str> {
    matches.get_one::<String>("command").map(String::as_str)
}

fn help(name: &'static str, of: Option<&str>) -> anyhow::Result<Exit> {
    let text = cli::help(name, of).ansi().to_string();
    stdout::words("auto", |out| out.write_all(text.as_bytes())).map(|()| Exit::Done)
}

fn piped(matches: &ArgMatches) -> Args {
    Args { if_empty: helm::if_empty(), ..Args::new(matches) }
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
    stdout::data(|out| out.write_all(text)).map(|()| Exit::Done)
}
