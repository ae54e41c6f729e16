//! What can be wrong with a tunnel's configuration file. Knows nothing of how it is shown.

use crate::text::span::Span;

/// One thing that is wrong, without the value of any key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: Kind,
    pub level: Level,
    /// Bytes of the text that was read.
    pub span: Span,
    pub message: String,
    /// The way out; empty where the message says it.
    pub help: String,
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Info,
    Warning,
    Error,
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
    DoubleBase64,
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

    fn rule(self) -> (&'static str, Level) {
        match self {
            Self::BadConfig => ("bad-config", Level::Error),
            Self::BadKey => ("bad-key", Level::Error),
            Self::SwappedKeys => ("swapped-keys", Level::Error),
            Self::BadEndpoint => ("bad-endpoint", Level::Error),
            Self::NoPeer => ("no-peer", Level::Error),
            Self::NoAllowedIps => ("no-allowed-ips", Level::Error),
            Self::AmneziaConfig => ("amnezia-config", Level::Error),
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
    pub fn at(self, span: Span, message: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem {
            kind: self,
            level: self.level(),
            span,
            message: message.into(),
            help: help.into(),
        }
    }
}
