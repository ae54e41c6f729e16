//! The completions and the man page, and the hidden commands that print them. Knows nothing of where they are kept.

use clap::{Arg, Command, ValueHint};

use super::command;
use crate::lint;

pub(super) fn completions_command() -> Command {
    Command::new("completions").about("Print the completions for a shell").hide(true).arg(
        Arg::new("shell").required(true).value_parser(clap::value_parser!(clap_complete::Shell)),
    )
}

pub(super) fn man_command() -> Command {
    Command::new("man").about("Print the man page").hide(true)
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

/// The man page, each command in a section of its own.
pub fn man_page() -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let whole = command("wgsidecar");
    let visible: Vec<_> =
        whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect();
    clap_mangen::Man::new(whole).render(&mut out)?;
    for command in visible {
        out.extend(format!(".SH \"WGSIDECAR {}\"\n", command.get_name().to_uppercase()).bytes());
        let man = clap_mangen::Man::new(command);
        man.render_description_section(&mut out)?;
        man.render_options_section(&mut out)?;
    }
    Ok(out)
}
