//! The completions, the man pages and the help, and the commands that print them. Knows nothing of where they are kept.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, ValueHint};

use super::page::Page;
use super::{COMMANDS, command};
use crate::lint;

pub(super) fn completions_command() -> Command {
    let command = Command::new("completions").about("Print the completions for a shell").arg(
        Arg::new("shell").required(true).value_parser(clap::value_parser!(clap_complete::Shell)),
    );
    COMPLETIONS.finish(command)
}

pub(super) const COMPLETIONS: Page = Page {
    examples: &["wgsidecar completions bash >/etc/bash_completion.d/wgsidecar"],
    exit: PRINTED,
    environment: &[],
    files: &[],
    more: "docs/hosts.md",
};

pub(super) fn man_command() -> Command {
    let about = "Print the man page of a command, or of the program";
    MAN.finish(Command::new("man").about(about).arg(command_arg()))
}

pub(super) const MAN: Page = Page {
    examples: &["wgsidecar man inject | man -l -"],
    exit: PRINTED,
    environment: &[],
    files: &[],
    more: "README.md",
};

pub(super) fn help_command() -> Command {
    let about = "Show the help of a command, with every flag";
    HELP.finish(Command::new("help").about(about).arg(command_arg()))
}

pub(super) const HELP: Page = Page {
    examples: &["wgsidecar help inject"],
    exit: PRINTED,
    environment: &[],
    files: &[],
    more: "README.md",
};

const PRINTED: &[(u8, &str)] = &[(0, "Done"), (2, "Wrong usage")];

fn command_arg() -> Arg {
    Arg::new("command")
        .value_name("COMMAND")
        .value_parser(PossibleValuesParser::new(COMMANDS.iter().map(|row| row.name)))
        .hide_possible_values(true)
        .help("One of the commands")
}

/// The help of a command, or of the program where none is named, as `--help` shows it. `name` is what the user calls
/// the program.
pub fn help(name: &'static str, of: Option<&str>) -> clap::builder::StyledStr {
    let mut whole = command(name);
    whole.build();
    match of.and_then(|of| whole.find_subcommand_mut(of)) {
        Some(command) => command.render_long_help(),
        None => whole.render_help(),
    }
}

/// The completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut command("wgsidecar"), "wgsidecar", &mut out);
    match shell {
        clap_complete::Shell::Bash => with_files(&String::from_utf8_lossy(&out)).into_bytes(),
        clap_complete::Shell::Fish => {
            out.extend(rules_for_fish().into_bytes());
            out
        }
        _ => out,
    }
}

/// Bash's completions with files where a command takes files: as they are generated, they offer all flags there.
fn with_files(script: &str) -> String {
    let whole = command("wgsidecar");
    let is_path =
        |arg: &Arg| matches!(arg.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath);
    let starts: Vec<_> = whole
        .get_subcommands()
        .filter(|command| command.get_positionals().any(is_path))
        .map(|command| format!("wgsidecar__subcmd__{})", command.get_name()))
        .collect();
    let (mut out, mut takes_files) = (String::new(), false);
    for line in script.lines() {
        let word = line.trim_start();
        if word.starts_with("wgsidecar__subcmd__") {
            takes_files = starts.iter().any(|start| start == word);
        }
        let line = match word {
            "if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then" if takes_files => {
                "            if [[ ${cur} == -* ]] ; then"
            }
            // The last line of a command: bash completes files where there is no candidate.
            r#"COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )"#
                if takes_files && !line.starts_with("                ") =>
            {
                "            COMPREPLY=()"
            }
            _ => line,
        };
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The ids for `explain`: fish's completions, as they are generated, know the words of flags only.
fn rules_for_fish() -> String {
    let ids: Vec<_> = lint::RULES.iter().map(|rule| rule.id).collect();
    format!(
        "complete -c wgsidecar -n \"__fish_wgsidecar_using_subcommand explain\" -f -a \"{}\"\n",
        ids.join(" ")
    )
}

/// The man page of a command, or of the program where none is named.
pub fn man_page(of: Option<&str>) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut whole = command("wgsidecar");
    whole.build();
    let Some(row) = COMMANDS.iter().find(|row| Some(row.name) == of) else {
        clap_mangen::Man::new(whole).render(&mut out)?;
        return Ok(out);
    };
    let command = whole.find_subcommand(row.name).expect("the table makes the commands").clone();
    let man = clap_mangen::Man::new(command);
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    out.extend(row.page.sections().into_bytes());
    Ok(out)
}
