//! The flags of the tunnel's settings, made from their table. Knows nothing of what a setting means.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, Command};

use super::args::truth;
use crate::wireguard::presets;
use crate::wireguard::settings::{SETTINGS, Setting, Shape};

pub(super) fn tunnel_args() -> impl Iterator<Item = Arg> {
    SETTINGS.iter().map(|setting| {
        let arg = Arg::new(setting.name)
            .long(setting.name)
            .help(setting_help(setting))
            .value_parser(Offered(setting.words))
            .hide_possible_values(true)
            .hide_short_help(!IN_SHORT_HELP.contains(&setting.name))
            .help_heading("Tunnel");
        match setting.shape {
            Shape::Switch => truth(arg),
            _ if setting.is_list() => arg.action(ArgAction::Append).value_name(setting.value),
            _ => arg.value_name(setting.value),
        }
    })
}

/// The settings that `-h` shows; `--help` shows all.
const IN_SHORT_HELP: [&str; 5] = ["secret", "cluster", "local", "dns", "key-per-replica"];

/// Offers words to completions and takes any text: what a text means is judged later, with its place.
#[derive(Clone)]
struct Offered(&'static [&'static str]);

impl TypedValueParser for Offered {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let words = self.0.iter().map(PossibleValue::new);
        (!self.0.is_empty()).then(|| Box::new(words) as Box<dyn Iterator<Item = PossibleValue>>)
    }
}

fn setting_help(setting: &Setting) -> String {
    let words = match setting.name {
        "cluster" => format!("{}: {}", setting.help, presets::NAMES.join(", ")),
        _ => setting.help.to_owned(),
    };
    match setting.default {
        "" | "false" => words,
        default => format!("{words} [default: {default}]"),
    }
}
