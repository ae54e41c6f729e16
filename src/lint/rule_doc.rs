//! A rule's page, as `explain` and the documentation show it. Knows nothing of what the rule looks for.

/// Where the words and the examples of a rule stand: its own file and its own fixtures, so that they cannot rot.
#[derive(Debug)]
pub struct RuleDoc {
    /// The rule's own file: its doc comment is the text.
    pub file: &'static str,
    /// A manifest that triggers the rule.
    pub bad: &'static [u8],
    /// One that comes close and does not.
    pub near: &'static [u8],
}

/// The page of the rule `$id`, whose file is `$file`.
macro_rules! page {
    ($file:literal, $id:literal) => {
        $crate::lint::page!(text include_str!($file), $id)
    };
    (text $text:expr, $id:literal) => {
        $crate::lint::rule_doc::RuleDoc {
            file: $text,
            bad: include_bytes!(concat!("../../../fixtures/rules/", $id, "/bad.yaml")),
            near: include_bytes!(concat!("../../../fixtures/rules/", $id, "/near.yaml")),
        }
    };
}
pub(crate) use page;

/// The rule `$id`, whose file is `$file`, for a struct to be completed: each has a level and checks of its own.
macro_rules! rule {
    ($file:literal, $id:literal) => {
        $crate::lint::Rule {
            id: $id,
            level: $crate::text::Level::Error,
            never: false,
            matter: None,
            page: $crate::lint::page!($file, $id),
            checks: &[],
        }
    };
}
pub(crate) use rule;

/// How the script begins.
const SCRIPT: &str = "# wgsidecar: this pod's packets";

impl RuleDoc {
    /// The doc comment of the rule's file, without its marks.
    pub fn text(&self) -> String {
        let lines = self.file.lines().take_while(|line| line.starts_with("//!"));
        lines
            .map(|line| line.trim_start_matches("//!").strip_prefix(' ').unwrap_or_default())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The first paragraph.
    pub fn summary(&self) -> String {
        let text = self.text();
        let paragraph = text.split("\n\n").next().unwrap_or_default();
        paragraph.replace('\n', " ")
    }

    /// The last paragraph: the way out.
    pub fn remedy(&self) -> String {
        let text = self.text();
        text.trim_end().rsplit("\n\n").next().unwrap_or_default().replace('\n', " ")
    }

    /// What `lint` is given to judge a fixture: its first line may say something else than the usual.
    pub fn arguments(fixture: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(fixture);
        let first = text.lines().next().unwrap_or_default();
        let given = first.strip_prefix("# lint:").unwrap_or("--secret vpn");
        given.split_whitespace().map(str::to_owned).collect()
    }

    /// The whole command.
    pub fn command(fixture: &[u8]) -> String {
        [vec!["wgsidecar lint".to_owned()], Self::arguments(fixture)].concat().join(" ")
    }

    /// A fixture without that line, and with no more than the beginning of the script.
    pub fn example(fixture: &[u8]) -> String {
        let text = String::from_utf8_lossy(fixture);
        let mut within = None;
        let mut example = String::new();
        for line in text.split_inclusive('\n').filter(|line| !line.starts_with("# lint:")) {
            let words = line.trim_start();
            let indent = line.len() - words.len();
            if within.is_some_and(|script| words.is_empty() || indent >= script) {
                continue;
            }
            within = words.starts_with(SCRIPT).then_some(indent);
            example.push_str(line);
            if within.is_some() {
                example.push_str(&format!("{}…\n", " ".repeat(indent)));
            }
        }
        example
    }
}
