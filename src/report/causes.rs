//! Findings of one cause, which a reader wants to hear of once.

use std::collections::HashMap;

use super::Finding;
use crate::text::Level;

/// Findings of one rule that say the same of several places.
#[derive(Debug)]
pub(super) struct Cause<'a> {
    pub first: &'a Finding,
    /// The others, in the order of their places.
    pub others: Vec<&'a Finding>,
}

/// The findings by cause, each cause where its first finding stands.
pub(super) fn causes<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Cause<'a>> {
    let mut numbers = HashMap::new();
    let mut causes: Vec<Cause> = Vec::new();
    for finding in findings {
        let number = *numbers.entry(cause(finding)).or_insert(causes.len());
        match causes.get_mut(number) {
            Some(cause) => cause.others.push(finding),
            None => causes.push(Cause { first: finding, others: Vec::new() }),
        }
    }
    causes
}

/// What two findings of one cause have in common: all but the names and numbers in their words.
fn cause(finding: &Finding) -> (&'static str, Level, String, Option<String>) {
    let diagnostic = &finding.diagnostic;
    let help = diagnostic.help.as_deref().map(without_names);
    (diagnostic.rule, diagnostic.level, without_names(&diagnostic.message), help)
}

/// The text without what is quoted in it, and without its numbers.
fn without_names(text: &str) -> String {
    let words = text.split('`').step_by(2);
    words.flat_map(|word| word.chars().filter(|letter| !letter.is_ascii_digit())).collect()
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn names_and_numbers_make_no_cause() {
        let (one, other) = ("the Secret `a` serves 2 pods", "the Secret `b` serves 31 pods");
        assert_eq!(without_names(one), without_names(other));
        assert_ne!(without_names(one), without_names("the Secret `a` serves no pod"));
    }
}
