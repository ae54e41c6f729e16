//! What is found alike for many pods, looked for once. Knows nothing of any rule.

use super::Finding;

/// What a rule finds of other objects for the sake of a pod, and so for each pod of which it asks the same.
#[derive(Debug)]
pub(super) struct Verdict {
    /// Invariant: about other objects than that of the pod. What is suppressed in one is so by its object or by the
    /// settings: a pod may suppress all of them at once.
    pub(super) findings: Vec<Finding>,
    /// What the pods have to do with it, where it names them.
    pub(super) word: Option<&'static str>,
    pub(super) judged: Option<Judged>,
}

/// What comes of the suppressions of objects and settings.
#[derive(Debug)]
pub(super) struct Judged {
    /// The numbers of the entries of `ignore` that cover a finding, until a pod has needed them.
    pub(super) ignores: Vec<usize>,
    /// Whether an error stands against the pods.
    pub(super) refuses: bool,
}

impl Verdict {
    pub(super) fn new(findings: Vec<Finding>, word: Option<&'static str>) -> Self {
        Self { findings, word, judged: None }
    }
}
