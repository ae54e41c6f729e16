//! What can be wrong with a tunnel's configuration file. Knows nothing of how it is shown.

pub use crate::text::Level;
use crate::text::Span;

/// One thing that is wrong, without the value of any key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfIssue {
    pub kind: Kind,
    pub level: Level,
    /// Bytes of the text that was read.
    pub span: Span,
    pub message: String,
    /// The way out; empty where the message says it.
    pub help: String,
}

/// What sort of problem it is: the rule that reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    BadConfig,
    BadKey,
    SwappedKeys,
    BadEndpoint,
    NoPeer,
    NoAllowedIps,
    AmneziaConfig,
    /// Lines of AmneziaWG that change nothing on the wire.
    AmneziaJunk,
    DoubleBase64,
    /// A value that another tool fills in.
    Placeholder,
    SecretIncomplete,
    AddressShared,
    WgQuickHook,
    EndpointName,
    OneFamily,
    WidePrefix,
    SplitTunnel,
    SameRoute,
    NoKeepalive,
}

impl Kind {
    /// The rule's id.
    pub fn id(self) -> &'static str {
        self.rule().0
    }

    /// How much it matters as a rule.
    pub fn level(self) -> Level {
        self.rule().1
    }

    /// Both, of the rule that reports it.
    pub const fn rule(self) -> (&'static str, Level) {
        match self {
            Self::BadConfig => ("bad-config", Level::Error),
            Self::Placeholder => ("bad-config", Level::Info),
            Self::BadKey => ("bad-key", Level::Error),
            Self::SwappedKeys => ("swapped-keys", Level::Error),
            Self::BadEndpoint => ("bad-endpoint", Level::Error),
            Self::NoPeer => ("no-peer", Level::Error),
            Self::NoAllowedIps => ("no-allowed-ips", Level::Error),
            Self::AmneziaConfig | Self::AmneziaJunk => ("amnezia-config", Level::Error),
            Self::DoubleBase64 => ("double-base64", Level::Error),
            Self::SecretIncomplete => ("secret-incomplete", Level::Error),
            Self::AddressShared => ("address-shared", Level::Error),
            Self::WgQuickHook => ("wg-quick-hook", Level::Warning),
            Self::EndpointName => ("endpoint-name", Level::Warning),
            Self::OneFamily => ("one-family", Level::Warning),
            Self::WidePrefix => ("wide-prefix", Level::Warning),
            Self::SplitTunnel => ("split-tunnel", Level::Warning),
            Self::SameRoute => ("same-route", Level::Warning),
            Self::NoKeepalive => ("no-keepalive", Level::Info),
        }
    }

    /// A problem of this kind at `span`.
    pub fn at(self, span: Span, message: impl Into<String>, help: impl Into<String>) -> ConfIssue {
        ConfIssue {
            kind: self,
            level: self.level(),
            span,
            message: message.into(),
            help: help.into(),
        }
    }
}

/// The most problems of one file that are named; a file with more of them is not a configuration at all.
const MOST: usize = 100;

/// Collects problems, and only counts them when they are too many.
#[derive(Default)]
pub(super) struct Problems {
    named: Vec<ConfIssue>,
    /// The first one that is not named, with the highest level of them all.
    more: Option<(usize, ConfIssue)>,
}

impl Problems {
    /// Whether the next one will only be counted.
    pub(super) fn are_too_many(&self) -> bool {
        self.named.len() >= MOST
    }

    pub(super) fn push(&mut self, problem: ConfIssue) {
        match &mut self.more {
            None if self.named.len() < MOST => self.named.push(problem),
            Some((count, first)) => {
                *count += 1;
                first.level = first.level.max(problem.level);
            }
            more => *more = Some((1, problem)),
        }
    }

    /// The problems in the order of their places; those without a name as one, at the end.
    pub(super) fn finish(mut self) -> Vec<ConfIssue> {
        self.named.sort_by_key(|problem| problem.span);
        if let Some((count, first)) = self.more {
            let level: Level = first.level;
            let message = format!("{count} more problems are not named");
            self.named.push(ConfIssue {
                level,
                ..Kind::BadConfig.at(first.span, message, "is this a WireGuard file?")
            });
        }
        self.named
    }
}
