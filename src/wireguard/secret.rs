//! Makes configurations into the Secret that the tunnel reads. Knows nothing of YAML.

use std::collections::HashMap;
use std::hash::Hash;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value, json};

use super::conf::{Conf, Host, Spanned, address_lines};
use super::conf_issue::{ConfIssue, Kind, Level};
use super::findings;
use super::names;
use super::values::{Parsed, shown};
use crate::text::span::Span;

/// What the Secret is to look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    name: String,
    namespace: Option<String>,
    pub form: Form,
    /// Keeps addresses that stand for a whole network as they are.
    pub keep_prefix: bool,
    /// What the configurations are to each other, in their order.
    pub files: Files,
}

/// What several files of one Secret are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Files {
    /// One file alone, or servers that a sidecar tries in turn: all for the same pod.
    #[default]
    Servers,
    /// One for each ordinal.
    Replicas,
}

/// How the Secret holds its files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As text that can be read and sealed.
    #[default]
    StringData,
    /// As base64.
    Data,
}

impl Options {
    /// Options for a Secret of this name; fails with the reason when the API would not have it.
    pub fn new(name: &str, namespace: Option<&str>) -> Parsed<Self> {
        let name = names::subdomain(name)?;
        let namespace = namespace.map(names::namespace).transpose()?;
        Ok(Self {
            name,
            namespace,
            form: Form::default(),
            keep_prefix: false,
            files: Files::default(),
        })
    }
}

/// What became of the configurations.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The object, its keys in the order in which people write them; `None` if any problem is an error.
    pub secret: Option<Value>,
    /// What is wrong: in each file by itself, then between them.
    pub problems: Vec<Found>,
    /// What to tell the user about `inject`, a line each: the command, and what could not go into it.
    pub hints: Vec<String>,
}

/// A problem, and the configuration it was found in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Index into the configurations.
    pub file: usize,
    pub problem: ConfIssue,
}

/// The API refuses a Secret whose values are larger than this, in bytes.
const LARGEST: usize = 1 << 20;

/// Makes a Secret of one configuration, of one for each replica, or of the servers that a pod may use.
pub fn build(confs: &[Conf], options: &Options) -> Outcome {
    let mut problems = Vec::new();
    for (file, conf) in confs.iter().enumerate() {
        problems
            .extend(problems_of(conf, options).into_iter().map(|problem| Found { file, problem }));
    }
    if options.files == Files::Replicas {
        let name = |file| format!("`{file}.conf`");
        problems.extend(shared(confs, name, "would have", "for each replica"));
    }
    let files = files(confs, options);
    problems.extend(too_large(&files));
    let is_refused = problems.iter().any(|found| found.problem.level == Level::Error);
    let secret = (!is_refused).then(|| object(&files, options));
    let (flag, readers) = match options.files {
        Files::Replicas => (" --key-per-replica", "replicas"),
        Files::Servers if confs.len() > 1 => (" --mode sidecar", "servers"),
        Files::Servers => ("", "pods"),
    };
    let hints = if is_refused { Vec::new() } else { hints(confs, &options.name, flag, readers) };
    Outcome { secret, problems, hints }
}

/// Makes a Secret of each configuration; `options` are those of each, and `name` what their names have in common, with
/// `{name}` for the workload's. The files are called `files`.
pub fn build_each(confs: &[Conf], options: &[Options], name: &str, files: &[&str]) -> Vec<Outcome> {
    let pairs = confs.iter().zip(options);
    let mut outcomes: Vec<_> =
        pairs.map(|(conf, options)| build(std::slice::from_ref(conf), options)).collect();
    for (file, outcome) in outcomes.iter_mut().enumerate() {
        outcome.problems.iter_mut().for_each(|found| found.file = file);
        outcome.hints.clear();
    }
    let called = |file: usize| format!("`{}`", files[file]);
    for mut found in shared(confs, called, "has", "for each pod") {
        // Whoever runs but one of them at a time may do so.
        found.problem.level = Level::Warning;
        outcomes[found.file].problems.push(found);
    }
    if let Some(last) = outcomes.last_mut() {
        last.hints = hints(confs, &format!("'{name}'"), "", "pods");
        if name.contains("{name}") {
            let how = "each workload uses the Secret named after it; to use another, set the annotation `wgsidecar.dev/secret`";
            last.hints.insert(1, hint(how.to_string()));
        }
    }
    outcomes
}

/// All that is wrong with one configuration, in the order of the places.
fn problems_of(conf: &Conf, options: &Options) -> Vec<ConfIssue> {
    let addresses = &conf.interface.addresses;
    // A Secret is made without lines that mean nothing; a hint says so.
    let problems = conf.problems.iter().filter(|problem| problem.kind != Kind::AmneziaJunk);
    let mut problems: Vec<_> = problems.cloned().map(filled_in).collect();
    problems.extend(findings::no_address(conf).filter(|_| !conf.is_foreign));
    problems.extend(findings::one_family(conf, addresses));
    problems.extend(
        findings::wide_prefixes(addresses)
            .into_iter()
            .map(|problem| if options.keep_prefix { problem } else { narrowed(problem) }),
    );
    problems.sort_by_key(|problem| problem.span);
    problems
}

/// No tool fills in placeholders in a Secret that was made from a file.
fn filled_in(problem: ConfIssue) -> ConfIssue {
    if problem.kind != Kind::Placeholder {
        return problem;
    }
    let message = problem.message.replace(": it is not checked", "");
    let help = "fill it in first: `envsubst <FILE | wgsidecar secret -`".to_string();
    ConfIssue { level: Level::Error, message, help, ..problem }
}

fn narrowed(problem: ConfIssue) -> ConfIssue {
    let message = format!("{}: narrowed to the one address", problem.message);
    ConfIssue { message, help: "`--keep-prefix` keeps the network".to_string(), ..problem }
}

/// Two pods with one key or one address would throw each other out of the tunnel. `name` names a file, and `pods` says what
/// needs one of its own.
fn shared(confs: &[Conf], name: impl Fn(usize) -> String, has: &str, pods: &str) -> Vec<Found> {
    let keys = |conf: &'_ Conf| conf.interface.private_key.iter().map(placed).collect::<Vec<_>>();
    let addresses = |conf: &'_ Conf| {
        let addresses = conf.interface.addresses.iter();
        addresses.map(|address| (address.value.addr(), address.span)).collect::<Vec<_>>()
    };
    let report = |file, earlier, span, what: &str| {
        let message = format!("{} {has} the {what} of {}", name(file), name(earlier));
        let help = format!("ask the provider for a file of its own {pods}");
        Found { file, problem: Kind::AddressShared.at(span, message, help) }
    };
    let keys = repeated(confs, keys).into_iter();
    let mut found: Vec<_> =
        keys.map(|(file, earlier, span)| report(file, earlier, span, "`PrivateKey`")).collect();
    let addresses = repeated(confs, addresses).into_iter();
    found.extend(addresses.map(|(file, earlier, span)| report(file, earlier, span, "address")));
    found
}

fn placed<T: Clone>(value: &Spanned<T>) -> (T, Span) {
    (value.value.clone(), value.span)
}

/// Each value that an earlier file has: its file, the earlier one, and its place.
fn repeated<T: Hash + Eq>(
    confs: &[Conf],
    of: impl Fn(&Conf) -> Vec<(T, Span)>,
) -> Vec<(usize, usize, Span)> {
    let mut first = HashMap::new();
    let mut found = Vec::new();
    for (file, conf) in confs.iter().enumerate() {
        for (value, span) in of(conf) {
            let earlier = *first.entry(value).or_insert(file);
            if earlier != file {
                found.push((file, earlier, span));
            }
        }
    }
    found
}

/// Names and texts of the Secret's files, in the order in which they are written.
fn files(confs: &[Conf], options: &Options) -> Vec<(String, String)> {
    let pair = |(file, conf): (usize, &Conf)| {
        let stem = match options.files {
            Files::Servers => format!("wg{file}"),
            Files::Replicas => file.to_string(),
        };
        let addresses = address_lines(&conf.interface.addresses, options.keep_prefix);
        [(format!("{stem}.conf"), conf.canonical()), (format!("{stem}.address"), addresses)]
    };
    confs.iter().enumerate().flat_map(pair).collect()
}

fn too_large(files: &[(String, String)]) -> Option<Found> {
    let size: usize = files.iter().map(|(_, text)| text.len()).sum();
    let message = format!("the files have {size} bytes, and a Secret holds at most {LARGEST}");
    let problem = || Kind::BadConfig.at(Span::at(0), message, "leave out peers");
    (size > LARGEST).then(|| Found { file: 0, problem: problem() })
}

fn object(files: &[(String, String)], options: &Options) -> Value {
    let mut metadata = json!({"name": options.name});
    if let Some(namespace) = &options.namespace {
        metadata["namespace"] = namespace.as_str().into();
    }
    let field = match options.form {
        Form::StringData => "stringData",
        Form::Data => "data",
    };
    let value = |text: &String| match options.form {
        Form::StringData => text.clone(),
        Form::Data => BASE64_STANDARD.encode(text),
    };
    let files = files.iter().map(|(name, text)| (name.clone(), value(text).into()));
    let files: Map<_, Value> = files.collect();
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        field: files,
    })
}

/// The command that uses the Secret as the files mean it, with the `flag` that this takes, and what of them it cannot do.
/// There is a file for each of the `readers`.
fn hints(confs: &[Conf], name: &str, flag: &str, readers: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let mut command = format!("wgsidecar inject -i --secret {name}{flag}");
    if let Some(servers) = resolvers(confs, readers, &mut notes) {
        command += &format!(" --dns {servers}");
    }
    notes.extend(left_out(confs));
    let next = format!("next: `{command} FILES`");
    std::iter::once(next).chain(notes.into_iter().map(hint)).collect()
}

fn hint(text: String) -> String {
    format!("hint: {text}")
}

/// What a configuration asks for that is a setting of the tunnel, and not of the Secret.
pub struct Asked {
    /// The value of `dns`.
    pub dns: Option<String>,
    /// What else is to be known of a setting, by its name.
    pub notes: Vec<(&'static str, String)>,
}

/// What `conf` asks of the settings.
pub fn asked(conf: &Conf) -> Asked {
    let mut notes = Vec::new();
    let dns = resolvers(std::slice::from_ref(conf), "pods", &mut notes);
    let mut notes: Vec<_> =
        notes.into_iter().map(|note| ("dns", format!("Note: {note}."))).collect();
    if let Some(mtu) = &conf.interface.mtu {
        let kept = format!("Note: the file's MTU of {} stays in the Secret, and holds.", mtu.value);
        notes.push(("mtu", kept));
    }
    Asked { dns, notes }
}

/// What is said of lines that are no part of plain WireGuard.
fn left_out(confs: &[Conf]) -> Option<String> {
    let mut problems = confs.iter().flat_map(|conf| &conf.problems);
    problems.any(|problem| problem.kind == Kind::AmneziaJunk).then(|| {
        "AmneziaWG's junk packets are left out: the server takes plain WireGuard too".to_string()
    })
}

/// The value of `--dns`, if it can be used; `notes` say what cannot.
fn resolvers(confs: &[Conf], readers: &str, notes: &mut Vec<String>) -> Option<String> {
    let servers = |conf: &Conf| {
        conf.interface.dns.iter().map(|server| server.value.to_string()).collect::<Vec<_>>()
    };
    let search = confs.iter().flat_map(|conf| &conf.interface.search);
    if let Some(domain) = search.map(|domain| shown(&domain.value)).next() {
        notes.push(format!("search domains such as {domain} are left out"));
    }
    let first = confs.first().map(servers).filter(|servers| !servers.is_empty())?;
    if confs.iter().any(|conf| servers(conf) != first) {
        notes.push(format!(
            "the files name different resolvers, and `--dns` is the same for all {readers}"
        ));
        return None;
    }
    if let Some(name) = confs.iter().find_map(endpoint_name) {
        notes.push(format!(
            "the file's resolvers, `{}`, need an endpoint that is an address: with `--dns` nothing could resolve {name}",
            first.join(",")
        ));
        return None;
    }
    if first.len() > 3 {
        notes.push(format!(
            "a pod can have 3 resolvers, the file names {}: the rest are left out",
            first.len()
        ));
    }
    Some(first[..first.len().min(3)].join(","))
}

fn endpoint_name(conf: &Conf) -> Option<String> {
    conf.endpoints().find_map(|endpoint| match &endpoint.value.host {
        Host::Name(name) => Some(shown(name)),
        Host::Address(_) => None,
    })
}
