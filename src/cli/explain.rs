//! What can be typed after `wgsidecar explain`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};

use crate::lint;

pub(super) fn command() -> Command {
    let ids = PossibleValuesParser::new(lint::RULES.iter().map(|rule| rule.id));
    Command::new("explain").about("Show one rule's page, or the list of rules").arg(
        Arg::new("rule")
            .value_name("RULE")
            .help("Id of a rule")
            .value_parser(ids)
            .hide_possible_values(true),
    )
}
