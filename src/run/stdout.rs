//! Standard output: the data that was asked for as it is, words without what may be a key. Knows nothing of either.

use std::io::{self, IsTerminal, Write};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anyhow::Context as _;

use crate::cli::General;
use crate::redact::Redacted;
use crate::report::Look;

/// Writes data: manifests, a Secret, a page of ours.
pub fn data(write: impl FnOnce(&mut io::StdoutLock) -> io::Result<()>) -> anyhow::Result<()> {
    ended(write(&mut io::stdout().lock()))
}

/// Writes words about what was read or typed. `color` is the word of `--color`.
pub fn words(
    color: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let choice = color_choice(color, &io::stdout());
    let mut out = Redacted::new(AutoStream::new(io::stdout().lock(), choice));
    ended(write(&mut out).and_then(|()| out.flush()))
}

/// How findings look on standard output.
pub fn look(general: &General) -> Look {
    let size = terminal_size::terminal_size_of(io::stdout());
    Look {
        color: is_colored(&general.color),
        width: size.map_or(Look::WIDTH, |(width, _)| width.0.into()),
        verbose: general.verbose,
    }
}

/// Whether somebody reads it on a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether a reader sees colours.
pub fn is_colored(color: &str) -> bool {
    color_choice(color, &io::stdout()) != ColorChoice::Never
}

/// A reader that went away is no failure of ours.
fn ended(result: io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// What a word of `--color` means for a stream. `FORCE_COLOR` means what `CLICOLOR_FORCE` does.
pub fn color_choice(word: &str, stream: &impl RawStream) -> ColorChoice {
    let variable = |name| std::env::var_os(name).unwrap_or_default();
    let is_forced = || {
        let value = variable("FORCE_COLOR");
        !value.is_empty() && value != "0" && value != "false" && variable("NO_COLOR").is_empty()
    };
    match word {
        "always" => ColorChoice::Always,
        "never" => ColorChoice::Never,
        _ if is_forced() => ColorChoice::Always,
        _ => AutoStream::choice(stream),
    }
}
