//! One finding with its place. Knows nothing of YAML, of Kubernetes, or of how it is shown.

use super::related::Related;
use super::span::Span;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Info,
    Warning,
    Error,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A span of one of the run's sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Index into the run's sources.
    pub source: usize,
    pub span: Span,
}

impl Place {
    /// The index of the settings file, which stands behind all other sources, however many there are.
    pub const SETTINGS: usize = usize::MAX;
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Id of the rule, such as `host-network`.
    pub rule: &'static str,
    pub level: Level,
    /// What is wrong: no final period, never a key's value.
    pub message: String,
    /// `None` where the finding is about no text, such as a file that cannot be read.
    pub place: Option<Place>,
    /// Other places that belong to the finding.
    pub related: Related,
    /// The way out.
    pub help: Option<String>,
}

impl Diagnostic {
    pub fn new(rule: &'static str, level: Level, place: Place, message: impl Into<String>) -> Self {
        Self {
            rule,
            level,
            message: message.into(),
            place: Some(place),
            related: Related::default(),
            help: None,
        }
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn related(mut self, place: Place, word: impl Into<String>) -> Self {
        self.related.push(place, word);
        self
    }
}
