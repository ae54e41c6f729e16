//! Findings of one cause, which a reader wants to hear of once.

use std::collections::HashMap;

use super::Finding;
use crate::lint::rules::bad_setting;
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

/// What two findings of one cause have in common: all but the names and numbers in their words, where the object that
/// each is about says which is meant.
fn cause(finding: &Finding) -> (&'static str, Level, String, Option<String>) {
    let diagnostic = &finding.diagnostic;
    let says_which = finding.resource.is_some() && diagnostic.rule != bad_setting::RULE.id;
    let words = |text: &str| if says_which { without_names(text) } else { text.to_owned() };
    let help = diagnostic.help.as_deref().map(words);
    (diagnostic.rule, diagnostic.level, words(&diagnostic.message), help)
}

/// The text without what is quoted in it, and without the numbers that stand by themselves.
fn without_names(text: &str) -> String {
    let words = text.split('`').step_by(2).flat_map(|words| words.split(' '));
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    words.filter(|word| !is_number(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn names_and_numbers_make_no_cause() {
        let (one, other) = ("the Secret `a` serves 2 pods", "the Secret `b` serves 31 pods");
        assert_eq!(without_names(one), without_names(other));
        assert_ne!(without_names(one), without_names("the Secret `a` serves no pod"));
        assert_ne!(without_names("10.0.0.0/8 is outside"), without_names("11.0.0.0/8 is outside"));
    }
}
