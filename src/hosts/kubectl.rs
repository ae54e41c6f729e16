//! kubectl, which knows us as a plugin and asks us what could be typed next. Knows nothing of what a command does.

use std::ffi::OsStr;
use std::path::Path;

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command, ValueHint};

use crate::cli;

/// The names under which kubectl finds its plugins and their completions.
const PLUGIN: &str = "kubectl-wgsidecar";
const COMPLETION: &str = "kubectl_complete-wgsidecar";

/// What the user types to start the program that was found as `program`.
pub fn name(program: &OsStr) -> &'static str {
    if is(program, PLUGIN) { "kubectl wgsidecar" } else { "wgsidecar" }
}

/// Whether kubectl asks what could be typed next.
pub fn asks_for_completion(program: &OsStr) -> bool {
    is(program, COMPLETION)
}

fn is(program: &OsStr, name: &str) -> bool {
    Path::new(program).file_stem() == Some(OsStr::new(name))
}

/// What could stand for the last word, in the form that kubectl reads: a candidate a line with its description after a
/// tab, and in the last line whether files are candidates too.
pub fn complete(words: &[String]) -> String {
    let mut command = cli::command("kubectl wgsidecar");
    command.build();
    let (last, before) = words.split_last().map_or(("", &[][..]), |(last, it)| (last, it));
    let Answer { candidates, files } = answer(&Line::read(&command, before), last);
    let mut out = String::new();
    for (candidate, description) in candidates {
        let description = description.split('\n').next().unwrap_or_default().replace('\t', " ");
        let tab = if description.is_empty() { "" } else { "\t" };
        out.push_str(&format!("{candidate}{tab}{description}\n"));
    }
    out.push_str(if files { ":0\n" } else { ":4\n" });
    out
}

#[derive(Default)]
struct Answer {
    /// Each with its description.
    candidates: Vec<(String, String)>,
    files: bool,
}

/// What was typed before the last word.
struct Line<'c> {
    command: &'c Command,
    /// The flag whose value comes next.
    open: Option<&'c Arg>,
    /// Whether `--` has ended the flags.
    ended: bool,
}

impl<'c> Line<'c> {
    fn read(command: &'c Command, words: &[String]) -> Self {
        let mut line = Self { command, open: None, ended: false };
        for word in words {
            line.word(word);
        }
        line
    }

    fn word(&mut self, word: &str) {
        if self.open.take().is_some() || self.ended {
            return;
        }
        if word == "--" {
            self.ended = true;
        } else if let Some(inner) = self.command.find_subcommand(word) {
            self.command = inner;
        } else if !word.contains('=') {
            self.open = self.flag(word).filter(|flag| takes_next_word(flag));
        }
    }

    fn flag(&self, word: &str) -> Option<&'c Arg> {
        self.command.get_arguments().find(|arg| {
            let long = word.strip_prefix("--").is_some_and(|name| arg.get_long() == Some(name));
            let short =
                |letter: char| word.strip_prefix('-') == Some(letter.encode_utf8(&mut [0; 4]));
            long || arg.get_short().is_some_and(short)
        })
    }
}

fn takes_next_word(flag: &Arg) -> bool {
    matches!(flag.get_action(), ArgAction::Set | ArgAction::Append) && !flag.is_require_equals_set()
}

fn answer(line: &Line, last: &str) -> Answer {
    if let Some(flag) = line.open {
        return values(flag, "", last);
    }
    if last.starts_with('-') && !line.ended {
        return match last.split_once('=') {
            Some((name, typed)) => line
                .flag(name)
                .map(|flag| values(flag, &format!("{name}="), typed))
                .unwrap_or_default(),
            None => flags(line.command, last),
        };
    }
    if line.command.has_subcommands() {
        return subcommands(line.command, last);
    }
    let positional = line.command.get_positionals().next();
    positional.map(|positional| values(positional, "", last)).unwrap_or_default()
}

fn flags(command: &Command, typed: &str) -> Answer {
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let flags = shown.filter_map(|arg| {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        Some((format!("--{}", arg.get_long()?), help))
    });
    let candidates = flags.filter(|(flag, _)| flag.starts_with(typed)).collect();
    Answer { candidates, files: false }
}

fn subcommands(command: &Command, typed: &str) -> Answer {
    let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
    let commands = shown.map(|command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        (command.get_name().to_owned(), about)
    });
    let candidates = commands.filter(|(name, _)| name.starts_with(typed)).collect();
    Answer { candidates, files: false }
}

/// The values that an argument may have; of a list with commas the last is completed.
fn values(arg: &Arg, before: &str, typed: &str) -> Answer {
    let (done, typed) = match arg.get_action() {
        ArgAction::Append => typed.split_at(typed.rfind(',').map_or(0, |comma| comma + 1)),
        _ => ("", typed),
    };
    let value = |value: &PossibleValue| {
        let help = value.get_help().map(ToString::to_string).unwrap_or_default();
        (format!("{before}{done}{}", value.get_name()), help)
    };
    let known = arg.get_possible_values();
    let fitting = known.iter().filter(|known| known.get_name().starts_with(typed));
    let files = matches!(arg.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath);
    Answer { candidates: fitting.map(value).collect(), files }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(words: &[&str]) -> String {
        super::complete(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn programs_are_known_by_their_file_name() {
        assert_eq!(name(OsStr::new("/usr/bin/kubectl-wgsidecar")), "kubectl wgsidecar");
        assert_eq!(name(OsStr::new("kubectl-wgsidecar.exe")), "kubectl wgsidecar");
        assert_eq!(name(OsStr::new("/opt/wgsidecar")), "wgsidecar");
        assert!(asks_for_completion(OsStr::new("./kubectl_complete-wgsidecar")));
    }

    #[test]
    fn commands_come_first() {
        let all = complete(&[""]);
        assert!(all.starts_with("inject\tAdd the tunnel"), "{all}");
        assert!(all.ends_with("\n:4\n") && all.contains("\nkrm\t"), "{all}");
        assert_eq!(complete(&["uni"]).lines().count(), 2);
        assert_eq!(complete(&[]), all);
    }

    #[test]
    fn flags_and_their_values() {
        assert!(complete(&["inject", "--sec"]).starts_with("--secret\tSecret that holds"));
        assert!(complete(&["inject", "--cluster", "k3"]).starts_with("k3s\n:4"));
        assert_eq!(complete(&["inject", "--cluster=k3"]), "--cluster=k3s\n:4\n");
        assert_eq!(complete(&["lint", "--format", "sa"]), "sarif\n:4\n");
        assert!(complete(&["lint", "--allow", "name-taken,dns-"]).contains("name-taken,dns-taken"));
        assert_eq!(complete(&["inject", "--image", ""]), ":4\n");
    }

    #[test]
    fn files_where_files_are_meant() {
        assert_eq!(complete(&["inject", ""]), ":0\n");
        assert_eq!(complete(&["inject", "-f", ""]), ":0\n");
        assert_eq!(complete(&["inject", "--", "--"]), ":0\n");
        assert_eq!(complete(&["inject", "-n", ""]), ":4\n");
        assert!(complete(&["explain", "host-n"]).starts_with("host-network"));
    }
}
