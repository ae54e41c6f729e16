//! What the API server looks for when it admits an object: a rule in CEL, with the rule's own words. Knows nothing of
//! the policies that it becomes part of.

/// One condition on a pod, on a pod template, or on a workload.
///
/// The CEL texts use the variables that every policy of ours defines: `pod` (a pod, or a workload's template), its `labels` and `annotations`,
/// `name` (what our container would be called), `ours` (what it is called here), `missing` (whether there is none of
/// that name), `works` (whether it can be the tunnel), `mark` (the annotation, or nothing); for a workload `job`, what
/// holds the template and the number of pods at a time.
#[derive(Debug)]
pub struct Admission {
    pub stage: Stage,
    pub case: Case,
    /// True where the rule finds something.
    pub when: &'static str,
    /// The finding's message, words between `@` to be filled in.
    pub message: &'static str,
    /// Those words, and the CEL strings that take their places.
    pub fill: &'static [(&'static str, &'static str)],
    /// The way out.
    pub help: &'static str,
}

/// What a condition is about, and what becomes of whoever meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A pod that no tunnel can be added to: it is refused, and so a workload that would make such pods is warned about.
    Impossible,
    /// A pod that could have had a tunnel by now and has none that works: it is refused.
    Unprotected,
    /// A pod or a template that is warned about.
    Pod,
    /// A workload that is warned about.
    Workload,
}

/// The policies that have a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Always,
    /// Those whose tunnel has resolvers of its own.
    Resolvers,
    /// Those that let nobody share a key.
    Unshared,
    /// Those that accept no other tunnel than their own.
    Strict,
    /// Those whose container stays.
    Sidecar,
}

impl Admission {
    /// A condition of every policy, whose message has no words to fill in.
    pub const fn new(
        stage: Stage,
        when: &'static str,
        message: &'static str,
        help: &'static str,
    ) -> Self {
        Self { stage, case: Case::Always, when, message, fill: &[], help }
    }

    /// The same with the words of its message.
    pub const fn filled(self, fill: &'static [(&'static str, &'static str)]) -> Self {
        Self { fill, ..self }
    }

    /// The same, in some policies only.
    pub const fn only(self, case: Case) -> Self {
        Self { case, ..self }
    }
}

/// A message with words between `@`, as the linter says it.
pub fn fill(message: &str, words: &[(&str, &str)]) -> String {
    words
        .iter()
        .fold(message.to_owned(), |text, (word, value)| text.replace(&format!("@{word}@"), value))
}
