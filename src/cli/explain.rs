//! What can be typed after `wgsidecar explain`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};

use super::page::Page;
use crate::lint;

pub(super) fn command() -> Command {
    let ids = PossibleValuesParser::new(lint::RULES.iter().map(|rule| rule.id));
    let command = Command::new("explain").about("Show one rule's page, or the list of rules").arg(
        Arg::new("rule")
            .value_name("RULE")
            .help("Id of a rule")
            .value_parser(ids)
            .hide_possible_values(true),
    );
    PAGE.finish(command)
}

pub(super) const PAGE: Page = Page {
    examples: &["wgsidecar explain", "wgsidecar explain secret-shared"],
    exit: &[(0, "Done"), (2, "There is no such rule")],
    environment: &[],
    files: &[],
    more: "docs/rules.md",
};
