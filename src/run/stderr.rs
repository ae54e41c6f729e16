//! Standard error, and the log that gets the same words: neither gets a key. Knows nothing of what is said.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::sync::OnceLock;

use anstream::{AutoStream, ColorChoice, StripStream};

use crate::redact::{self, Redacted};
use crate::report::Look;

/// The variable that names the log: some hosts throw standard error away.
pub const LOG: &str = "WGSIDECAR_LOG";

/// Standard error. What is written to it is appended to the log too, without colours.
pub struct Stderr(Redacted<Streams>);

struct Streams {
    console: AutoStream<io::Stderr>,
    log: Option<StripStream<File>>,
}

impl Stderr {
    /// `color` is the word of `--color`.
    pub fn new(color: &str) -> Self {
        let choice = super::stdout::color_choice(color, &io::stderr());
        let log = log().and_then(|log| log.try_clone().ok()).map(StripStream::new);
        let console = AutoStream::new(io::stderr(), choice);
        Self(Redacted::new(Streams { console, log }))
    }

    /// How findings look here.
    pub fn look(&self, verbose: bool) -> Look {
        let size = terminal_size::terminal_size_of(io::stderr());
        Look {
            color: self.0.inner().console.current_choice() != ColorChoice::Never,
            width: size.map_or(Look::WIDTH, |(width, _)| width.0.into()),
            verbose,
        }
    }
}

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Write for Streams {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let logged = self.log.as_mut().map_or(Ok(()), |log| log.write_all(bytes));
        self.console.write_all(bytes).and(logged).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.log.as_mut().map_or(Ok(()), Write::flush)?;
        self.console.flush()
    }
}

/// The log, opened once; one that cannot be opened is a warning.
fn log() -> Option<&'static File> {
    static OPENED: OnceLock<Option<File>> = OnceLock::new();
    OPENED.get_or_init(open).as_ref()
}

fn open() -> Option<File> {
    let path = std::env::var_os(LOG).filter(|path| !path.is_empty())?;
    match OpenOptions::new().append(true).create(true).open(&path) {
        Ok(file) => Some(file),
        Err(error) => {
            let path = path.to_string_lossy();
            let (path, reason) = (redact::text(&path), super::read::reason(&error));
            // Standard error may be closed: then there is nowhere to warn.
            let _ = writeln!(io::stderr(), "warning: cannot write the log {path}: {reason}");
            None
        }
    }
}
