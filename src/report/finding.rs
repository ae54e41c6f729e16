//! One finding as a report shows it: the plain diagnostic and the object it is about. Knows no format.

use std::fmt;

use crate::text::{Diagnostic, Level};

/// A diagnostic with what KRM results carry besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub diagnostic: Diagnostic,
    /// The object that the finding is about.
    pub resource: Option<Resource>,
    /// Path of the field in the object, such as `spec.template.spec.hostNetwork`.
    pub field: Option<String>,
    /// Why somebody decided to live with it; a suppressed finding counts nowhere.
    pub suppressed: Option<String>,
}

/// Names one object, as `resourceRef` of a KRM result does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    pub api_version: String,
    pub kind: String,
    pub namespace: Option<String>,
    pub name: String,
}

/// What a report says about a rule itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Such as `host-network`.
    pub id: &'static str,
    /// The level it reports with where nothing special holds.
    pub level: Level,
    /// One sentence.
    pub short: &'static str,
    /// What triggers it and why that is a problem.
    pub full: &'static str,
    /// The way out.
    pub help: &'static str,
}

impl Finding {
    /// Says which object it is about.
    pub fn resource(mut self, resource: Resource) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Says which field it is about, by its path.
    pub fn field(mut self, path: impl Into<String>) -> Self {
        self.field = Some(path.into());
        self
    }

    /// Makes it one that is only listed, and says why.
    pub fn suppressed(mut self, reason: impl Into<String>) -> Self {
        self.suppressed = Some(reason.into());
        self
    }

    /// Orders by source, then place, then rule; equal only to an exact duplicate.
    pub(super) fn key(&self) -> impl Ord + '_ {
        let Diagnostic { rule, level, message, place, related, help } = &self.diagnostic;
        let object = (&self.resource, &self.field, &self.suppressed);
        (place, rule, level, message, related, help, object)
    }
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, resource: None, field: None, suppressed: None }
    }
}

impl fmt::Display for Resource {
    /// As people say it: `Deployment shop/web`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(out, "{} {namespace}/{}", self.kind, self.name),
            None => write!(out, "{} {}", self.kind, self.name),
        }
    }
}
