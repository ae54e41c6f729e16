//! Findings as rules report them. Knows nothing of how they are shown.

use std::fmt;

use super::Rule;
use crate::text::{Diagnostic, Level, Place};

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
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    pub api_version: String,
    pub kind: String,
    pub namespace: Option<String>,
    pub name: String,
}

/// What a report says about a rule itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Such as `host-network`.
    pub id: &'static str,
    /// The level it reports with where nothing special holds.
    pub level: Level,
    /// One sentence.
    pub short: String,
    /// What triggers it and why that is a problem.
    pub full: String,
    /// The way out.
    pub help: String,
}

impl Resource {
    /// As kubectl names it: `deployment/web`.
    pub fn display(&self) -> String {
        format!("{}/{}", self.kind.to_lowercase(), self.name)
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

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, resource: None, field: None, suppressed: None }
    }
}

/// Where rules put what they find.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    /// What the next findings are about.
    resource: Option<Resource>,
}

impl Findings {
    /// Says which object the findings from here on are about.
    pub fn about(&mut self, resource: Option<Resource>) {
        self.resource = resource;
    }

    /// Adds a finding at the rule's own level; the caller may go on to shape it.
    pub fn add(&mut self, rule: &Rule, place: Place, message: impl Into<String>) -> &mut Finding {
        let diagnostic = Diagnostic::new(rule.id, rule.level, place, message);
        self.list.push(Finding {
            diagnostic,
            resource: self.resource.clone(),
            field: None,
            suppressed: None,
        });
        self.list.last_mut().expect("a finding was pushed")
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings from a number on.
    pub fn since(&self, number: usize) -> impl Iterator<Item = &Finding> {
        self.list[number..].iter()
    }

    /// Drops those findings from a number on that someone expects.
    pub fn drop_since(&mut self, number: usize, expected: impl Fn(&Finding) -> bool) {
        let kept: Vec<_> = self.list.drain(number..).filter(|finding| !expected(finding)).collect();
        self.list.extend(kept);
    }

    pub fn into_list(self) -> Vec<Finding> {
        self.list
    }
}

impl Finding {
    /// Orders by source, then place, then rule; equal only to an exact duplicate.
    pub fn key(&self) -> impl Ord + '_ {
        let Diagnostic { rule, level, message, place, related, help } = &self.diagnostic;
        let object = (&self.resource, &self.field, &self.suppressed);
        (place, rule, level, message, related, help, object)
    }

    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    pub fn level(&mut self, level: Level) -> &mut Self {
        self.diagnostic.level = level;
        self
    }

    pub fn related(&mut self, place: Place, word: impl Into<String>) -> &mut Self {
        self.diagnostic.related.push((place, word.into()));
        self
    }

    pub fn field(&mut self, field: impl Into<String>) -> &mut Self {
        self.field = Some(field.into());
        self
    }
}
