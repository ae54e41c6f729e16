//! Messages, help and pages name flags as text: each must exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use wgsidecar::cli;

/// Flags of other programs that we tell users to call.
const OTHERS: [&str; 9] = [
    "dry-run",
    "exec",
    "kustomization-file",
    "mac-only-encrypted",
    "no-cache",
    "no-scripts",
    "path",
    "source",
    "values",
];

/// The flags of each command.
fn flags() -> BTreeMap<&'static str, BTreeSet<String>> {
    let long = |arg: &clap::Arg| arg.get_long().map(str::to_owned);
    let whole = cli::command("wgsidecar");
    let common: BTreeSet<_> =
        whole.get_arguments().filter_map(long).chain(["help".to_owned()]).collect();
    let of = |name| {
        let command = whole.find_subcommand(name).unwrap();
        (name, command.get_arguments().filter_map(long).chain(common.clone()).collect())
    };
    cli::command_names().map(of).collect()
}

/// The words of a text that are flags.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let is_flag = |character: char| character.is_ascii_lowercase() || "-".contains(character);
    text.match_indices("--").filter_map(move |(at, _)| {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|before| before == '-' || before.is_alphanumeric()) {
            return None;
        }
        let word = &text[at + 2..];
        let word = &word[..word.find(|other| !is_flag(other)).unwrap_or(word.len())];
        (word.len() > 1 && !word.starts_with('-') && !word.ends_with('-')).then_some(word)
    })
}

/// What a user may get to read of a source file: comments only where they are a rule's page.
fn read(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    let is_read = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("//!") || !line.starts_with("//")
    };
    text.lines().filter(is_read).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_flag_that_is_named_exists() {
    let flags = flags();
    let all: BTreeSet<_> = flags.values().flatten().map(String::as_str).collect();
    let mut paths = Vec::new();
    crate::layers::collect(&crate::support::root().join("src"), &mut paths);
    let files: Vec<_> = paths.iter().map(|path| (path.display().to_string(), read(path))).collect();
    let mut met = BTreeSet::new();
    for (file, text) in &files {
        for name in named(text) {
            assert!(
                all.contains(name) || OTHERS.contains(&name),
                "{file}: there is no flag `--{name}`"
            );
            met.insert(name);
        }
        // A whole command must take the flags that stand behind it.
        for span in text.split('`').filter(|span| span.starts_with("wgsidecar ")) {
            let Some(own) = span.split(' ').nth(1).and_then(|verb| flags.get(verb)) else {
                continue;
            };
            let wrong = named(span.split(" | ").next().unwrap()).find(|name| !own.contains(*name));
            assert_eq!(wrong, None, "{file}: `{span}`");
        }
    }
    assert!(met.len() > 30, "only {} flags are named", met.len());
    let stale: Vec<_> = OTHERS.iter().filter(|name| !met.contains(*name)).collect();
    assert!(stale.is_empty(), "nothing names {stale:?} any more");
}

#[test]
fn errors_of_usage_obey_the_colour_that_is_asked_for() {
    let is_colored = |args: &[&str], force: &str| {
        let mut command = crate::support::wgsidecar();
        command.args(args).env("CLICOLOR_FORCE", force).env_remove("NO_COLOR");
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        output.stderr.contains(&0x1b)
    };
    assert!(is_colored(&["inject", "--nope"], "1"));
    assert!(!is_colored(&["--color", "never", "inject", "--nope"], "1"));
    assert!(!is_colored(&["inject", "--nope", "--color=never"], "1"));
    assert!(is_colored(&["inject", "--nope", "--color", "always"], ""));
    assert!(!is_colored(&["inject", "--nope", "--color"], ""));
    assert!(!is_colored(&["inject", "--nope", "--", "--color=always"], ""));
}
