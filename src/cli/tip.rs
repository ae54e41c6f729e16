//! What is said of a flag that a command has not, and of a value that a flag has not. Knows nothing of what flags mean,
//! but for kubectl's `--dry-run`.

use clap::Arg;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::command;

/// Mends what clap says of a mistake in the command line.
pub fn with_better_tip(name: &'static str, usage: clap::Error) -> clap::Error {
    match usage.kind() {
        ErrorKind::UnknownArgument => of_unknown_flag(name, usage),
        ErrorKind::InvalidValue => without_long_list(name, usage),
        ErrorKind::InvalidSubcommand => best_first(usage),
        _ => usage,
    }
}

/// Shows the two commands that are most like what was typed. clap puts the likest last.
fn best_first(mut usage: clap::Error) -> clap::Error {
    const SHOWN: usize = 2;
    if let Some(ContextValue::Strings(mut names)) = usage.remove(ContextKind::SuggestedSubcommand) {
        names.reverse();
        names.truncate(SHOWN);
        usage.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(names));
    }
    usage
}

/// Takes out a list of values that fills the screen: only rules are so many.
fn without_long_list(name: &str, mut usage: clap::Error) -> clap::Error {
    const LISTED: usize = 20;
    let values = usage.get(ContextKind::ValidValue);
    if matches!(values, Some(ContextValue::Strings(values)) if values.len() > LISTED) {
        let tip = format!("`{name} explain` lists all rules");
        usage.remove(ContextKind::ValidValue);
        usage.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    usage
}

/// Says which commands that people type have a flag that this one has not. That a flag could be the name of a file is never said.
fn of_unknown_flag(name: &'static str, mut usage: clap::Error) -> clap::Error {
    let Some(ContextValue::String(typed)) = usage.get(ContextKind::InvalidArg) else {
        return usage;
    };
    // kubectl's word.
    let flag = if typed == "--dry-run" { "--diff" } else { typed }.to_owned();
    usage.remove(ContextKind::Suggested);
    let is_flag = |arg: &Arg| {
        arg.get_long().is_some_and(|long| flag == format!("--{long}"))
            || arg.get_short().is_some_and(|short| flag == format!("-{short}"))
    };
    let whole = command(name);
    let typed = whole.get_subcommands().filter(|command| command.get_name() != "krm");
    let having: Vec<_> = typed
        .filter(|command| command.get_arguments().any(is_flag))
        .map(|command| format!("`{}`", command.get_name()))
        .collect();
    if !having.is_empty() {
        let tip = format!("`{flag}` is a flag of {}", having.join(", "));
        usage.remove(ContextKind::SuggestedArg);
        usage.remove(ContextKind::Usage);
        usage.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    usage
}
