//! Findings as rules report them. Knows nothing of how they are shown.

use super::Rule;
use crate::text::{Diagnostic, Level, Place};

/// A diagnostic with the object that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub diagnostic: Diagnostic,
    pub resource: Option<Resource>,
    /// Keys and item numbers from the object's root, such as `spec.template.spec.hostNetwork`.
    pub field: Option<String>,
}

/// An object as Kubernetes names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    pub api_version: String,
    pub kind: String,
    pub namespace: Option<String>,
    pub name: String,
}

impl Resource {
    /// As reports show it: `deployment/web`.
    pub fn display(&self) -> String {
        format!("{}/{}", self.kind.to_lowercase(), self.name)
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
        self.list.push(Finding { diagnostic, resource: self.resource.clone(), field: None });
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
