//! What help and the man page say of a command beside its flags: examples, exit codes, variables, files, and where more
//! is written. Knows nothing of what a command does.

use std::fmt::Write;

use clap::Command;

/// The page of one command.
#[derive(Debug)]
pub(super) struct Page {
    /// Whole commands, as a user types them.
    pub(super) examples: &'static [&'static str],
    /// Codes and their meanings, lowest first.
    pub(super) exit: &'static [(u8, &'static str)],
    /// Variables of the environment that matter here.
    pub(super) environment: &'static [(&'static str, &'static str)],
    /// Files that are read or written beside those that are named.
    pub(super) files: &'static [(&'static str, &'static str)],
    /// The page of the documentation that says more.
    pub(super) more: &'static str,
}

/// Done, findings, failed: what most commands end with.
pub(super) const FAILED: &str =
    "Wrong usage or settings, input that cannot be read, or output that cannot be written";

pub(super) const NO_MATCH: &str = "Wrong usage or settings, input that cannot be read, a selection that matches nothing, or output \
     that cannot be written";

/// Variables that commands with settings read.
pub(super) const SETTINGS_ENVIRONMENT: &[(&str, &str)] = &[
    (
        "WGSIDECAR_NAME",
        "The setting --name: WGSIDECAR_SECRET is --secret. Flags win over variables, and variables over the settings file",
    ),
    ("NO_COLOR", "No colour. CLICOLOR_FORCE and FORCE_COLOR ask for it where there is no terminal"),
];

pub(super) const COLOR_ENVIRONMENT: &[(&str, &str)] = &[(
    "NO_COLOR",
    "No colour. CLICOLOR_FORCE and FORCE_COLOR ask for it where there is no terminal",
)];

pub(super) const SETTINGS_FILES: &[(&str, &str)] = &[
    (
        "wgsidecar.yaml",
        "The settings file: the nearest one from the folder that holds all named paths up to the repository's root",
    ),
    (".gitignore", "What it names is left out when a folder is read"),
];

impl Page {
    /// Puts examples, exit codes and the way to the long page at the end of a command's help.
    pub(super) fn finish(&self, command: Command) -> Command {
        let name = command.get_name().to_owned();
        let mut short = String::new();
        if !self.examples.is_empty() {
            short.push_str("Examples:\n");
            self.examples.iter().for_each(|line| short.extend(["  ", line, "\n"]));
            short.push('\n');
        }
        let mut long = short.clone();
        for text in [&mut short, &mut long] {
            text.push_str("Exit codes:\n");
            for (code, meaning) in self.exit {
                let _ = writeln!(text, "  {code}  {meaning}");
            }
        }
        let _ = write!(short, "\n`wgsidecar help {name}` shows every flag; more in {}", self.more);
        let _ = write!(long, "\nMore: `wgsidecar man {name}`, {}", self.more);
        command.after_help(short).after_long_help(long)
    }

    /// The sections of the man page that clap knows nothing of, in roff.
    pub(super) fn sections(&self) -> String {
        let mut out = String::new();
        if !self.examples.is_empty() {
            out.push_str(".SH EXAMPLES\n.nf\n");
            self.examples.iter().for_each(|line| out.extend([&escaped(line), "\n"]));
            out.push_str(".fi\n");
        }
        let exit: Vec<_> =
            self.exit.iter().map(|(code, meaning)| (code.to_string(), *meaning)).collect();
        section(
            &mut out,
            "EXIT STATUS",
            exit.iter().map(|(code, meaning)| (code.as_str(), *meaning)),
        );
        section(&mut out, "ENVIRONMENT", self.environment.iter().copied());
        section(&mut out, "FILES", self.files.iter().copied());
        let _ = write!(out, ".SH SEE ALSO\n{}\n", escaped(self.more));
        out
    }
}

fn section<'a>(out: &mut String, title: &str, rows: impl Iterator<Item = (&'a str, &'a str)>) {
    let mut rows = rows.peekable();
    if rows.peek().is_some() {
        let _ = writeln!(out, ".SH {title}");
    }
    for (word, meaning) in rows {
        let _ = writeln!(out, ".TP\n\\fB{}\\fR\n{}.", escaped(word), escaped(meaning));
    }
}

/// Text as roff prints it: a line that starts with a dot or a quote would be a request.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}
