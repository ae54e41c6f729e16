//! The arguments that commands share. Knows nothing of the commands.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};

use crate::config::{Flag, RunOption, Slot};
use crate::kube::version::Version;
use crate::lint;
use crate::lint::suppression::suppressible;
use crate::text::Level;
use crate::wireguard::settings::{SETTINGS, Setting};

pub(super) fn global_args() -> [Arg; 5] {
    let heading = "General";
    [
        file("config", "FILE", "Settings file to read instead of wgsidecar.yaml")
            .help_heading(heading)
            .global(true),
        switch("no-config", "Read no settings file")
            .help_heading(heading)
            .global(true)
            .conflicts_with("config"),
        Arg::new("color")
            .long("color")
            .value_name("WHEN")
            .value_parser(["auto", "always", "never"])
            .default_value("auto")
            .hide_default_value(true)
            .help("When to use colour")
            .help_heading(heading)
            .global(true),
        switch("quiet", "Hide the report of each workload, but no warning or error")
            .short('q')
            .help_heading(heading)
            .global(true)
            .conflicts_with("verbose"),
        switch("verbose", "Show each finding in full, infos, and what was left out")
            .short('v')
            .help_heading(heading)
            .global(true),
    ]
}

pub(super) fn input_args() -> [Arg; 3] {
    [
        Arg::new("path")
            .value_name("FILE|DIR|-")
            .num_args(0..)
            .action(ArgAction::Append)
            .value_parser(clap::value_parser!(PathBuf))
            .value_hint(ValueHint::AnyPath)
            .help("Manifests: files, folders, or - for standard input, which is also the default"),
        Arg::new("filename")
            .short('f')
            .long("filename")
            .value_name("FILE|DIR|-")
            .action(ArgAction::Append)
            .value_parser(clap::value_parser!(PathBuf))
            .value_hint(ValueHint::AnyPath)
            .help("The same as FILE, as in kubectl"),
        Arg::new("stdin-filename")
            .long("stdin-filename")
            .value_name("PATH")
            .help("Name of standard input in reports"),
    ]
}

pub(super) fn output_args() -> [Arg; 3] {
    let heading = "Output";
    [
        switch("in-place", "Change the files themselves: all of them or none")
            .short('i')
            .help_heading(heading)
            .group("writing"),
        switch("check", "Change nothing; exit with 1 if something would change")
            .help_heading(heading)
            .group("writing"),
        switch("diff", "Print what would change as a unified diff; exit with 1 if there is any")
            .help_heading(heading)
            .group("writing"),
    ]
}

pub(super) fn target_args() -> Vec<Arg> {
    let chooses =
        |option: &RunOption| !matches!(option.slot, Slot::Rules(_)) && option.name != KEEP;
    let options = RunOption::flags().filter(|(option, _)| chooses(option));
    options.map(|(option, flag)| option_arg(option, flag).help_heading(TARGETS)).collect()
}

const TARGETS: &str = "Targets (every workload without one of these)";

fn option_arg(option: &'static RunOption, flag: &'static Flag) -> Arg {
    let arg = Arg::new(option.name).long(option.name).help(flag.help).value_name(flag.value);
    let arg = flag.short.into_iter().fold(arg, Arg::short);
    match option.slot {
        Slot::Switch(_) => truth(arg),
        slot if slot.is_list() => arg.action(ArgAction::Append).value_delimiter(','),
        _ => arg,
    }
}

/// A flag that is `true` without a value, and switches off with `=false` what a lower layer has switched on.
pub(super) fn truth(arg: Arg) -> Arg {
    arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_name("BOOL")
}

const KEEP: &str = "keep";

fn named(name: &str) -> Arg {
    let mut options = RunOption::flags();
    let (option, flag) = options.find(|it| it.0.name == name).expect("there is such an option");
    option_arg(option, flag)
}

pub(super) fn allow_arg() -> Arg {
    named("allow").value_parser(Allowed).hide_possible_values(true)
}

pub(super) fn keep_arg() -> Arg {
    named(KEEP).help_heading("Tunnel")
}

pub(super) fn kube_version_arg() -> Arg {
    Arg::new("kube-version")
        .long("kube-version")
        .value_name("VERSION")
        .value_parser(Version::parse)
        .help("Release of the cluster, such as 1.29: report what an older one refuses")
}

/// Offers the rules that can be allowed, and says of the others that they cannot.
#[derive(Clone)]
struct Allowed;

impl TypedValueParser for Allowed {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let ids = PossibleValuesParser::new(lint::RULES.iter().map(|rule| rule.id));
        let allowed = |id: String| suppressible(&id).map(str::to_owned);
        ids.try_map(allowed).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let allowed = lint::RULES.iter().filter(|rule| !rule.never);
        Some(Box::new(allowed.map(|rule| PossibleValue::new(rule.id))))
    }
}

pub(super) fn rules_arg(name: &'static str, help: &'static str) -> Arg {
    let ids = PossibleValuesParser::new(lint::RULES.iter().map(|rule| rule.id));
    Arg::new(name)
        .long(name)
        .value_name("RULE")
        .action(ArgAction::Append)
        .value_delimiter(',')
        .value_parser(ids)
        .hide_possible_values(true)
        .help(help)
}

pub(super) fn fail_on_arg() -> Arg {
    Arg::new("fail-on")
        .long("fail-on")
        .value_name("LEVEL")
        .value_parser(["error", "warning", "info", "never"])
        .help("Exit with 1 from this level on")
}

pub(super) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

pub(super) fn file(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .value_parser(clap::value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath)
        .help(help)
}

/// What to do with the changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Print,
    InPlace,
    Check,
    Diff,
}

/// The arguments of the commands that go by a tunnel.
#[derive(Clone, Debug)]
pub struct Args {
    pub paths: Vec<PathBuf>,
    pub stdin_name: Option<String>,
    /// What stands for an empty standard input; without it that is an error.
    pub if_empty: Option<&'static str>,
    pub mode: Mode,
    /// The tunnel's settings with the values that were typed.
    pub settings: Vec<(&'static Setting, Vec<String>)>,
    /// The same for the options of a run.
    pub options: Vec<(&'static RunOption, Vec<String>)>,
    pub kube_version: Option<Version>,
    pub general: General,
}

impl Args {
    pub fn new(matches: &ArgMatches) -> Self {
        Self {
            paths: many(matches, "path").into_iter().chain(many(matches, "filename")).collect(),
            stdin_name: one(matches, "stdin-filename"),
            if_empty: None,
            mode: mode(matches),
            settings: SETTINGS
                .iter()
                .filter_map(|setting| Some((setting, typed(matches, setting.name)?)))
                .collect(),
            options: RunOption::flags()
                .filter_map(|(option, _)| Some((option, typed(matches, option.name)?)))
                .collect(),
            kube_version: one(matches, "kube-version"),
            general: General::new(matches),
        }
    }
}

impl Args {
    /// The values of an option that means something else to a command.
    pub(super) fn take(&mut self, name: &str) -> Vec<String> {
        let taken = self.options.extract_if(.., |(option, _)| option.name == name);
        taken.flat_map(|(_, values)| values).collect()
    }
}

fn typed(matches: &ArgMatches, name: &str) -> Option<Vec<String>> {
    let values = many(matches, name);
    (!values.is_empty()).then_some(values)
}

fn mode(matches: &ArgMatches) -> Mode {
    let modes = [("in-place", Mode::InPlace), ("check", Mode::Check), ("diff", Mode::Diff)];
    modes.into_iter().find(|(name, _)| flag(matches, name)).map_or(Mode::Print, |(_, mode)| mode)
}

/// The arguments of every command.
#[derive(Clone, Debug)]
pub struct General {
    pub config: Option<PathBuf>,
    pub no_config: bool,
    pub color: String,
    pub quiet: bool,
    pub verbose: bool,
}

impl General {
    pub fn new(matches: &ArgMatches) -> Self {
        Self {
            config: one(matches, "config"),
            no_config: matches.get_flag("no-config"),
            color: one(matches, "color").unwrap_or_default(),
            quiet: matches.get_flag("quiet"),
            verbose: matches.get_flag("verbose"),
        }
    }
}

/// The least level that makes a run fail; `None` where none does.
pub(super) fn fail_on(matches: &ArgMatches) -> Option<Level> {
    let word: String = one(matches, "fail-on").unwrap_or_default();
    [Level::Error, Level::Warning, Level::Info].into_iter().find(|level| level.name() == word)
}

/// Absent where the command has no such argument.
pub(super) fn one<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Option<T> {
    matches.try_get_one::<T>(name).ok().flatten().cloned()
}

pub(super) fn many<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Vec<T> {
    matches
        .try_get_many::<T>(name)
        .ok()
        .flatten()
        .map(|values| values.cloned().collect())
        .unwrap_or_default()
}

pub(super) fn flag(matches: &ArgMatches, name: &str) -> bool {
    one::<bool>(matches, name).unwrap_or(false)
}
