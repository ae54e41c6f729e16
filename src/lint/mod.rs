//! What breaks or leaks a tunnel: one file per rule. Knows nothing of flags, of formats, or of what follows.
//!
//! To add a rule, write its file, with the page that `wgsidecar explain` prints as its doc comment, and add a line to
//! each of the two lists below.

pub mod bad_setting;
pub mod daemonset_shares_key;
pub mod dns_taken;
pub mod duplicate_key;
pub mod edited_injection;
pub mod explicit_key;
pub mod host_network;
pub mod merge_key;
pub mod name_taken;
pub mod no_containers;
pub mod parallel_job;
pub mod partial_injection;
pub mod reading;
pub mod replicas_share_key;
pub mod secret_shared;
pub mod shared_anchor;
pub mod unknown_workload;
pub mod windows_pod;
pub mod context;
pub mod pod;
pub mod findings;

pub use findings::{Finding, Findings, Resource, RuleInfo};
pub use pod::Pod;

use crate::text::{Level, Place};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    pub id: &'static str,
    /// The usual level; a rule may raise or lower a single finding.
    pub level: Level,
    /// Whether `--allow` can never drop it.
    pub never: bool,
    /// The rule's own file: its doc comment is its page.
    pub file: &'static str,
    pub check: Check,
}

/// When a rule looks, and at what.
#[derive(Debug)]
pub enum Check {
    /// Reading finds it: the text is no stream of documents.
    Reading,
    /// Planning finds it, where workloads and their settings are put together.
    Planning,
    /// At each pod that has, or is to have, our block.
    Pod(fn(&Pod, &mut Findings)),
    /// At the end, across all targets.
    Run(fn(&Run, &mut Findings)),
}

/// Every rule, in alphabetical order.
pub static RULES: [&Rule; 23] = [
    &reading::AFTER_DOCUMENT_END,
    &bad_setting::RULE,
    &reading::BAD_SEPARATOR,
    &daemonset_shares_key::RULE,
    &reading::DIRECTIVE,
    &dns_taken::RULE,
    &duplicate_key::RULE,
    &edited_injection::RULE,
    &explicit_key::RULE,
    &reading::HELM_TEMPLATE,
    &host_network::RULE,
    &merge_key::RULE,
    &name_taken::RULE,
    &no_containers::RULE,
    &reading::NOT_UTF8,
    &parallel_job::RULE,
    &partial_injection::RULE,
    &replicas_share_key::RULE,
    &secret_shared::RULE,
    &shared_anchor::RULE,
    &reading::SYNTAX,
    &unknown_workload::RULE,
    &windows_pod::RULE,
];

/// The rules about what cannot be edited, and what would be lost: they hold for `uninject` too.
pub static EDITING: [&Rule; 6] = [
    &duplicate_key::RULE,
    &edited_injection::RULE,
    &explicit_key::RULE,
    &merge_key::RULE,
    &partial_injection::RULE,
    &shared_anchor::RULE,
];

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}

impl Rule {
    /// The page: the doc comment of the rule's file, without its marks.
    pub fn page(&self) -> String {
        let lines = self.file.lines().take_while(|line| line.starts_with("//!"));
        lines
            .map(|line| line.trim_start_matches("//!").strip_prefix(' ').unwrap_or_default())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The first sentence of the page.
    pub fn summary(&self) -> String {
        let page = self.page();
        let paragraph = page.split("\n\n").next().unwrap_or_default();
        paragraph.replace('\n', " ")
    }
}

/// What reports say of every rule.
pub fn infos() -> Vec<RuleInfo> {
    let info = |rule: &&'static Rule| {
        let page = rule.page();
        let help = page.trim_end().rsplit("\n\n").next().unwrap_or_default().replace('\n', " ");
        RuleInfo { id: rule.id, level: rule.level, short: rule.summary(), help, full: page }
    };
    RULES.iter().map(info).collect()
}

/// What is known of all targets once every document was read.
#[derive(Debug, Default)]
pub struct Run {
    pub targets: Vec<Target>,
}

/// What stays of one target after its document was read.
#[derive(Debug)]
pub struct Target {
    /// The name of its object.
    pub place: Place,
    pub resource: Resource,
    /// The Secret that its tunnel reads.
    pub secret: String,
}
