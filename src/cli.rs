//! What can be typed, and what was typed. Knows nothing of what it leads to.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};

use crate::lint;
use crate::report::Format;
use crate::text::Level;
use crate::wireguard::presets;
use crate::wireguard::settings::{SETTINGS, Setting, Shape};

/// The whole command line. `name` is what the user calls the program: `wgsidecar`, or `kubectl wgsidecar`.
pub fn command(name: &'static str) -> Command {
    Command::new(name)
        .bin_name(name)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Adds a WireGuard tunnel to the pods in Kubernetes manifests, and takes it out again to the byte")
        .after_help(format!("Offline: it never talks to a cluster or the network. `{name} COMMAND --help` says more."))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(120)
        .subcommands([inject(), uninject(), lint_command(), secret(), explain(), patch(), krm(), completions_command(), man()])
        .args(global_args())
}

/// Says which commands have a flag that this one has not. That a flag could be the name of a file is never said.
pub fn with_better_tip(name: &'static str, mut usage: clap::Error) -> clap::Error {
    let typed = match usage.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(typed)) if usage.kind() == ErrorKind::UnknownArgument => typed,
        _ => return usage,
    };
    // kubectl's word.
    let flag = if typed == "--dry-run" { "--diff" } else { typed }.to_owned();
    usage.remove(ContextKind::Suggested);
    let is_flag = |arg: &Arg| {
        arg.get_long().is_some_and(|long| flag == format!("--{long}"))
            || arg.get_short().is_some_and(|short| flag == format!("-{short}"))
    };
    let whole = command(name);
    let visible = whole.get_subcommands().filter(|command| !command.is_hide_set());
    let having: Vec<_> = visible
        .filter(|command| command.get_arguments().any(is_flag))
        .map(|command| format!("`{}`", command.get_name()))
        .collect();
    if !having.is_empty() {
        let tip = format!("`{flag}` is a flag of {}", having.join(", "));
        usage.remove(ContextKind::SuggestedArg);
        usage.remove(ContextKind::Usage);
        usage.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    usage
}

fn inject() -> Command {
    Command::new("inject")
        .about("Add the tunnel to the pods of the manifests")
        .after_help(EXAMPLES)
        .args(input_args())
        .args(output_args())
        .args(target_args())
        .args(tunnel_args())
        .arg(allow_arg())
}

const EXAMPLES: &str = "Examples:
  kubectl kustomize . | wgsidecar inject --secret mullvad | kubectl apply -f -
  wgsidecar inject -i -l vpn=true manifests/
  wgsidecar inject --diff --cluster k3s --dns 10.64.0.1 deploy.yaml";

fn uninject() -> Command {
    Command::new("uninject")
        .about("Take the tunnel out of the manifests again, to the byte")
        .args(input_args())
        .args(output_args())
        .args(target_args())
        .arg(allow_arg())
}

fn lint_command() -> Command {
    Command::new("lint")
        .about("Check manifests for what breaks or leaks a tunnel")
        .after_help(LINT_EXAMPLES)
        .args(input_args())
        .args(lint_args())
        .args(target_args())
        .args(tunnel_args())
        .arg(allow_arg())
}

const LINT_EXAMPLES: &str = "Examples:
  wgsidecar lint manifests/
  kubectl kustomize . | wgsidecar lint --secret mullvad --format github
  wgsidecar lint --fix --diff manifests/";

fn lint_args() -> [Arg; 6] {
    let heading = "Report";
    [
        Arg::new("format")
            .long("format")
            .value_name("FORMAT")
            .value_parser(PossibleValuesParser::new(Format::all().map(Format::name)))
            .default_value("human")
            .help("Form of the report")
            .help_heading(heading),
        fail_on_arg().default_value("warning").help_heading(heading),
        rules_arg("select", "Look for these rules only").help_heading(heading),
        rules_arg("ignore", "Look for all but these rules").help_heading(heading),
        switch("fix", "Mend in the files what can be mended safely").help_heading("Output"),
        switch("diff", "With --fix, print what would change and change nothing")
            .requires("fix")
            .help_heading("Output"),
    ]
}

fn fail_on_arg() -> Arg {
    Arg::new("fail-on")
        .long("fail-on")
        .value_name("LEVEL")
        .value_parser(["error", "warning", "info", "never"])
        .help("Exit with 1 from this level on")
}

fn rules_arg(name: &'static str, help: &'static str) -> Arg {
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

fn secret() -> Command {
    Command::new("secret")
        .about("Make the file of a VPN provider into a Secret")
        .after_help("A key is read from a file or standard input, never from an argument.")
        .arg(
            Arg::new("file")
                .value_name("FILE|-")
                .required(true)
                .num_args(1..)
                .value_parser(clap::value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("wg-quick file, or - for standard input"),
        )
        .args([
            Arg::new("name").long("name").value_name("NAME").default_value("wireguard").help("Name of the Secret"),
            Arg::new("namespace").short('n').long("namespace").value_name("NAME").help("Namespace of the Secret"),
            file("output", "FILE", "Write to a file that only you can read, instead of standard output").short('o'),
            switch("data", "Write data in base64 instead of stringData"),
            switch("keep-prefix", "Keep addresses that stand for a whole network as they are"),
            switch("per-replica", "Make one Secret of several files, a key for each replica: 0.conf, 1.conf and so on"),
            switch("check", "Print no Secret, only what is wrong with the file"),
        ])
}

fn explain() -> Command {
    let ids = PossibleValuesParser::new(lint::RULES.iter().map(|rule| rule.id));
    Command::new("explain").about("Show one rule's page, or the list of rules").arg(
        Arg::new("rule")
            .value_name("RULE")
            .help("Id of a rule")
            .value_parser(ids)
            .hide_possible_values(true),
    )
}

fn patch() -> Command {
    Command::new("patch")
        .about("Print what inject would add as patches, for hosts that run no program")
        .after_help(PATCH_EXAMPLES)
        .arg(
            Arg::new("for")
                .long("for")
                .value_name("HOST")
                .value_parser(PossibleValuesParser::new(PATCH_FORMS))
                .default_value(PATCH_FORMS[0])
                .help("A Component of kustomize, or what belongs into an object of Flux")
                .help_heading("Output"),
        )
        .args(
            target_args()
                .into_iter()
                .filter(|arg| ["selector", "only-enabled"].contains(&arg.get_id().as_str())),
        )
        .args(tunnel_args())
}

/// The forms that patches can have, the default first.
pub const PATCH_FORMS: [&str; 3] = ["component", "kustomization", "helmrelease"];

const PATCH_EXAMPLES: &str = "Examples:
  wgsidecar patch -l vpn=true >components/vpn/kustomization.yaml
  wgsidecar patch --for helmrelease --secret mullvad";

fn krm() -> Command {
    Command::new("krm")
        .about("Answer a ResourceList on standard input with one, as a KRM function")
        .hide(true)
        .arg(switch("lint", "Check the items and change none"))
        .arg(fail_on_arg().default_value("error"))
        .args(target_args())
        .args(tunnel_args())
        .arg(allow_arg())
}

fn completions_command() -> Command {
    Command::new("completions").about("Print the completions for a shell").hide(true).arg(
        Arg::new("shell").required(true).value_parser(clap::value_parser!(clap_complete::Shell)),
    )
}

fn man() -> Command {
    Command::new("man").about("Print the man page").hide(true)
}

fn global_args() -> [Arg; 5] {
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
        switch("verbose", "Show infos and what was left out")
            .short('v')
            .help_heading(heading)
            .global(true),
    ]
}

fn input_args() -> [Arg; 3] {
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

fn output_args() -> [Arg; 3] {
    let heading = "Output";
    [
        switch("in-place", "Change the files themselves: all of them or none")
            .short('i')
            .help_heading(heading)
            .group("mode"),
        switch("check", "Change nothing; exit with 1 if something would change")
            .help_heading(heading)
            .group("mode"),
        switch("diff", "Print what would change as a unified diff; exit with 1 if there is any")
            .help_heading(heading)
            .group("mode"),
    ]
}

fn target_args() -> [Arg; 5] {
    let heading = "Targets (every workload without one of these)";
    [
        Arg::new("selector").short('l').long("selector").value_name("LABELS").help("Workloads whose labels match, as in kubectl").help_heading(heading),
        Arg::new("target")
            .long("target")
            .value_name("KIND/NAME")
            .action(ArgAction::Append)
            .help("One workload, such as deploy/web")
            .help_heading(heading),
        Arg::new("namespace").short('n').long("namespace").value_name("NAME").help("Objects of this namespace, or that name none").help_heading(heading),
        switch("only-enabled", "Workloads with the label or annotation wgsidecar.dev/inject: \"enabled\"").help_heading(heading),
        Arg::new("workload")
            .long("workload")
            .value_name("GROUP/KIND=PATH")
            .action(ArgAction::Append)
            .help("Another kind and where its pod template is, such as example.com/Widget=spec.template")
            .help_heading(heading),
    ]
}

fn tunnel_args() -> impl Iterator<Item = Arg> {
    SETTINGS.iter().map(|setting| {
        let arg = Arg::new(setting.name)
            .long(setting.name)
            .help(setting_help(setting))
            .value_parser(Offered(setting.words))
            .hide_possible_values(true)
            .help_heading("Tunnel");
        match setting.shape {
            Shape::Switch => arg
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true")
                .value_name("BOOL"),
            _ if setting.is_list() => arg.action(ArgAction::Append).value_name(setting.value),
            _ => arg.value_name(setting.value),
        }
    })
}

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

fn allow_arg() -> Arg {
    let ids = PossibleValuesParser::new(
        lint::RULES.iter().filter(|rule| !rule.never).map(|rule| rule.id),
    );
    rules_arg("allow", "Drop the findings of this rule").value_parser(ids)
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn file(name: &'static str, value: &'static str, help: &'static str) -> Arg {
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

/// The arguments that `inject`, `uninject` and `lint` share.
#[derive(Clone, Debug)]
pub struct Args {
    pub paths: Vec<PathBuf>,
    pub stdin_name: Option<String>,
    /// What stands for an empty standard input; without it that is an error.
    pub if_empty: Option<&'static str>,
    pub mode: Mode,
    pub selector: Option<String>,
    pub targets: Vec<String>,
    pub namespace: Option<String>,
    pub only_enabled: bool,
    pub workloads: Vec<String>,
    /// The tunnel's settings with the values that were typed.
    pub settings: Vec<(&'static Setting, Vec<String>)>,
    pub allow: Vec<String>,
    pub general: General,
}

/// The arguments of `lint` besides those that it shares.
#[derive(Clone, Debug)]
pub struct LintArgs {
    pub args: Args,
    pub format: Format,
    /// The least level that makes the run fail; `None` where none does.
    pub fail_on: Option<Level>,
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    pub fix: bool,
}

impl LintArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        let format: String = one(matches, "format").unwrap_or_default();
        Self {
            args: Args::new(matches),
            format: Format::all().find(|it| it.name() == format).unwrap_or(Format::Human),
            fail_on: fail_on(matches),
            select: many(matches, "select"),
            ignore: many(matches, "ignore"),
            fix: flag(matches, "fix"),
        }
    }
}

/// The least level that makes a run fail; `None` where none does.
fn fail_on(matches: &ArgMatches) -> Option<Level> {
    let word: String = one(matches, "fail-on").unwrap_or_default();
    [Level::Error, Level::Warning, Level::Info].into_iter().find(|level| level.name() == word)
}

/// The arguments of a KRM function.
#[derive(Clone, Debug)]
pub struct KrmArgs {
    pub args: Args,
    /// Whether it only checks.
    pub lint: bool,
    /// The least level that makes a check fail; `None` where none does.
    pub fail_on: Option<Level>,
}

impl KrmArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        let lint = flag(matches, "lint");
        Self { args: Args::new(matches), lint, fail_on: fail_on(matches) }
    }

    /// What a host means that starts the program without a word.
    pub fn unspoken() -> Self {
        let matches = command("wgsidecar").get_matches_from(["wgsidecar", "krm"]);
        Self::new(matches.subcommand().expect("the command was named").1)
    }
}

/// The arguments of `patch`.
#[derive(Clone, Debug)]
pub struct PatchArgs {
    pub args: Args,
    /// One of [`PATCH_FORMS`].
    pub form: String,
}

impl PatchArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        Self { args: Args::new(matches), form: one(matches, "for").unwrap_or_default() }
    }
}

/// The arguments of `secret`.
#[derive(Clone, Debug)]
pub struct SecretArgs {
    pub files: Vec<PathBuf>,
    pub name: String,
    pub namespace: Option<String>,
    pub output: Option<PathBuf>,
    pub data: bool,
    pub keep_prefix: bool,
    pub per_replica: bool,
    pub check: bool,
    pub general: General,
}

impl SecretArgs {
    pub fn new(matches: &ArgMatches) -> Self {
        Self {
            files: many(matches, "file"),
            name: one(matches, "name").unwrap_or_default(),
            namespace: one(matches, "namespace"),
            output: one(matches, "output"),
            data: flag(matches, "data"),
            keep_prefix: flag(matches, "keep-prefix"),
            per_replica: flag(matches, "per-replica"),
            check: flag(matches, "check"),
            general: General::new(matches),
        }
    }
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

impl Args {
    pub fn new(matches: &ArgMatches) -> Self {
        Self {
            paths: many(matches, "path").into_iter().chain(many(matches, "filename")).collect(),
            stdin_name: one(matches, "stdin-filename"),
            if_empty: None,
            mode: mode(matches),
            selector: one(matches, "selector"),
            targets: many(matches, "target"),
            namespace: one(matches, "namespace"),
            only_enabled: flag(matches, "only-enabled"),
            workloads: many(matches, "workload"),
            settings: SETTINGS
                .iter()
                .filter_map(|setting| Some((setting, typed(matches, setting)?)))
                .collect(),
            allow: many(matches, "allow"),
            general: General::new(matches),
        }
    }
}

fn typed(matches: &ArgMatches, setting: &Setting) -> Option<Vec<String>> {
    let values = many(matches, setting.name);
    (!values.is_empty()).then_some(values)
}

fn mode(matches: &ArgMatches) -> Mode {
    let modes = [("in-place", Mode::InPlace), ("check", Mode::Check), ("diff", Mode::Diff)];
    modes.into_iter().find(|(name, _)| flag(matches, name)).map_or(Mode::Print, |(_, mode)| mode)
}

/// Absent where the command has no such argument.
fn one<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Option<T> {
    matches.try_get_one::<T>(name).ok().flatten().cloned()
}

fn many<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Vec<T> {
    matches
        .try_get_many::<T>(name)
        .ok()
        .flatten()
        .map(|values| values.cloned().collect())
        .unwrap_or_default()
}

fn flag(matches: &ArgMatches, name: &str) -> bool {
    one::<bool>(matches, name).unwrap_or(false)
}

/// The completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut command("wgsidecar"), "wgsidecar", &mut out);
    match shell {
        clap_complete::Shell::Bash => with_files(&String::from_utf8_lossy(&out)).into_bytes(),
        clap_complete::Shell::Fish => {
            out.extend(rules_for_fish().into_bytes());
            out
        }
        _ => out,
    }
}

/// Bash's completions with files where a command takes files: as they are generated, they offer all flags there.
fn with_files(script: &str) -> String {
    let whole = command("wgsidecar");
    let is_path =
        |arg: &Arg| matches!(arg.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath);
    let starts: Vec<_> = whole
        .get_subcommands()
        .filter(|command| command.get_positionals().any(is_path))
        .map(|command| format!("wgsidecar__subcmd__{})", command.get_name()))
        .collect();
    let (mut out, mut takes_files) = (String::new(), false);
    for line in script.lines() {
        let word = line.trim_start();
        if word.starts_with("wgsidecar__subcmd__") {
            takes_files = starts.iter().any(|start| start == word);
        }
        let line = match word {
            "if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then" if takes_files => {
                "            if [[ ${cur} == -* ]] ; then"
            }
            // The last line of a command: bash completes files where there is no candidate.
            r#"COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )"#
                if takes_files && !line.starts_with("                ") =>
            {
                "            COMPREPLY=()"
            }
            _ => line,
        };
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The ids for `explain`: fish's completions, as they are generated, know the words of flags only.
fn rules_for_fish() -> String {
    let ids: Vec<_> = lint::RULES.iter().map(|rule| rule.id).collect();
    format!(
        "complete -c wgsidecar -n \"__fish_wgsidecar_using_subcommand explain\" -f -a \"{}\"\n",
        ids.join(" ")
    )
}

/// The man page, each command in a section of its own.
pub fn man_page() -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let whole = command("wgsidecar");
    let visible: Vec<_> =
        whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect();
    clap_mangen::Man::new(whole).render(&mut out)?;
    for command in visible {
        out.extend(format!(".SH \"WGSIDECAR {}\"\n", command.get_name().to_uppercase()).bytes());
        let man = clap_mangen::Man::new(command);
        man.render_description_section(&mut out)?;
        man.render_options_section(&mut out)?;
    }
    Ok(out)
}
