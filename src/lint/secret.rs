//! What a Secret of the run holds for a tunnel, and where. Knows nothing of the pods that read it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use ipnet::IpNet;
use serde_json::Value;

use super::object_ref::ObjectRef;
use super::{Findings, Rule};
use crate::kube::placeholder;
use crate::text::{Place, Span};
use crate::wireguard::conf::{self, Conf, Host, Spanned};
use crate::wireguard::conf_issue::{ConfIssue, Kind};
use crate::wireguard::{findings, normal};
use crate::yaml::{self, NodeId, Tree};

/// A Secret as a tunnel reads it.
#[derive(Debug, Default)]
pub struct TunnelSecret {
    /// A hash of all its entries; `None` where they are encrypted.
    pub content: Option<String>,
    /// The configurations in it: `wg0` and other servers, or one for each ordinal. Invariant: sorted by stem.
    pub files: Vec<TunnelFile>,
    /// What the servers' addresses are, each once: `IPv4`, `IPv6`, `name`.
    pub endpoints: BTreeSet<&'static str>,
    /// What is wrong with other entries, for which the API refuses the whole Secret.
    problems: Vec<(Entry, ConfIssue)>,
}

/// One configuration in a Secret.
#[derive(Debug)]
pub struct TunnelFile {
    /// `wg0` or another server's, or an ordinal.
    pub stem: String,
    pub conf: Conf,
    /// Those of the address file, or of the configuration where there is none.
    pub addresses: Vec<Spanned<IpNet>>,
    /// All that is wrong, each with the entry that it stands in.
    pub problems: Vec<(Entry, ConfIssue)>,
    pub entry: Entry,
    /// Where the addresses stand.
    pub address_entry: Entry,
}

impl TunnelFile {
    /// Whether it is one replica's.
    pub fn is_of_replica(&self) -> bool {
        self.stem.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// An entry of a Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub key: NodeId,
    value: NodeId,
    /// Whether it is base64: places within it are that of its key.
    encoded: bool,
}

/// One of a Secret's entries with the text in it, or why there is none.
struct Read<'s> {
    entry: Entry,
    bytes: Result<Cow<'s, [u8]>, NoBytes>,
}

/// Why an entry has no bytes, and the way out.
type NoBytes = (&'static str, &'static str);

impl TunnelSecret {
    pub fn read(view: &ObjectRef) -> Self {
        let entries = entries(view);
        if is_encrypted(view) {
            return Self::default();
        }
        let stems = entries.keys().filter_map(|name| name.strip_suffix(".conf"));
        let mut stems: Vec<_> = stems.filter(|stem| is_stem(stem)).map(str::to_owned).collect();
        stems.sort_unstable();
        let is_read = |name: &str| {
            let file = name.rsplit_once('.').filter(|(_, end)| ["conf", "address"].contains(end));
            file.is_some_and(|(stem, _)| stems.binary_search_by(|it| it.as_str().cmp(stem)).is_ok())
        };
        let others = entries.iter().filter(|(name, _)| !is_read(name)).map(|(_, read)| read);
        let problems = others.filter_map(|read| {
            let reason = read.bytes.as_ref().err()?;
            Some((read.entry, no_bytes(reason)))
        });
        let (content, problems) = (Some(content_hash(&entries)), problems.collect());
        let files = stems.iter().filter_map(|stem| TunnelFile::read(stem.clone(), &entries));
        let files = Vec::from_iter(files);
        let endpoints = files.iter().flat_map(|file| file.conf.endpoints());
        let endpoints = endpoints.map(|endpoint| match endpoint.value.host {
            Host::Address(IpAddr::V4(_)) => "IPv4",
            Host::Address(IpAddr::V6(_)) => "IPv6",
            Host::Name(_) => "name",
        });
        Self { content, endpoints: endpoints.collect(), files, problems }
    }

    /// Whether it can be read and holds a tunnel.
    pub fn is_tunnel(&self) -> bool {
        !self.files.is_empty()
    }

    pub fn is_encrypted(&self) -> bool {
        self.content.is_none()
    }

    /// Reports the problems in it that are a rule's.
    pub fn report(&self, view: &ObjectRef, rule: &'static Rule, out: &mut Findings) {
        let problems = self.files.iter().flat_map(|file| &file.problems).chain(&self.problems);
        for (entry, problem) in problems.filter(|(_, problem)| problem.kind.id() == rule.id) {
            let name = view.tree.word(entry.key).unwrap_or_default();
            let place = entry.place(view, problem.span);
            let found = out.add(rule, place, format!("`{name}`: {}", problem.message));
            found.object(view.resource()).level(problem.level).field(entry.field(view));
            if !problem.help.is_empty() {
                found.help(&problem.help);
            }
        }
    }

    /// The configuration of this stem.
    pub fn file(&self, stem: &str) -> Option<&TunnelFile> {
        let found = self.files.binary_search_by(|file| file.stem.as_str().cmp(stem));
        found.ok().map(|number| &self.files[number])
    }
}

impl TunnelFile {
    /// What tells pods apart that read it: one pod alone uses all the servers of a Secret, one at a time.
    pub fn reader(&self) -> &str {
        if self.stem.starts_with("wg") { "wg" } else { &self.stem }
    }

    fn read(stem: String, entries: &BTreeMap<Cow<str>, Read>) -> Option<Self> {
        let read = entries.get(format!("{stem}.conf").as_str())?;
        let (conf, mut problems) = match text(read) {
            Ok(text) => (conf::parse(text), Vec::new()),
            Err(problem) => {
                let nothing = Conf { is_foreign: true, ..Conf::default() };
                (nothing, vec![(read.entry, problem)])
            }
        };
        problems.extend(conf.problems.iter().cloned().map(|problem| (read.entry, problem)));
        let mut file = Self {
            stem,
            addresses: conf.interface.addresses.clone(),
            conf,
            problems,
            entry: read.entry,
            address_entry: read.entry,
        };
        match entries.get(format!("{}.address", file.stem).as_str()) {
            Some(read) => file.read_addresses(read),
            None if file.conf.is_foreign => {}
            None => {
                let missing = findings::no_address(&file.conf);
                file.problems.extend(missing.map(|problem| (read.entry, problem)));
            }
        }
        file.judge_addresses();
        Some(file)
    }

    fn read_addresses(&mut self, read: &Read) {
        self.address_entry = read.entry;
        match text(read) {
            Ok(text) => {
                let (addresses, problems) = conf::parse_addresses(text);
                if addresses.is_empty() && problems.is_empty() {
                    let help = "write the tunnel's own address, such as `10.2.0.2/32`";
                    let problem = Kind::SecretIncomplete.at(Span::at(0), "no address", help);
                    self.problems.push((read.entry, problem));
                }
                self.addresses = addresses;
                self.problems.extend(problems.into_iter().map(|problem| (read.entry, problem)));
            }
            Err(problem) => self.problems.push((read.entry, problem)),
        }
    }

    fn judge_addresses(&mut self) {
        let one_family = findings::one_family(&self.conf, &self.addresses);
        self.problems.extend(one_family.map(|problem| (self.entry, problem)));
        let wide = findings::wide_prefixes(&self.addresses);
        self.problems.extend(wide.into_iter().map(|problem| (self.address_entry, problem)));
    }
}

impl Entry {
    /// The place of a span of the entry's text: its lines where they stand as they are, else the entry's key.
    pub fn place(&self, view: &ObjectRef, span: Span) -> Place {
        let line = if self.encoded { None } else { view.line(self.value, span.start()) };
        line.unwrap_or(view.place(self.key))
    }

    /// The path of the entry in its object.
    pub fn field(&self, view: &ObjectRef) -> String {
        let form = if self.encoded { "data" } else { "stringData" };
        format!("{form}[{}]", view.tree.word(self.key).unwrap_or_default())
    }
}

/// What no report may show of a Secret: its entries, whatever they are.
pub fn private_spans(view: &ObjectRef, spans: &mut Vec<Span>) {
    for field in ["data", "stringData"] {
        let Some(values) = view.find(&[field]) else { continue };
        let values = view.tree.follow(values);
        if !view.tree.kind(values).is_mapping() {
            spans.push(view.tree.span(values));
        }
        for (_, value) in view.tree.entries(values) {
            spans.push(view.tree.span(value));
            spans.push(view.tree.span(view.tree.follow(value)));
        }
    }
}

/// `wg0`, `wg1` and so on, the servers that a sidecar tries in turn, or an ordinal.
fn is_stem(stem: &str) -> bool {
    let number = stem.strip_prefix("wg").unwrap_or(stem);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// SOPS leaves the names and encrypts the values.
fn is_encrypted(view: &ObjectRef) -> bool {
    view.find(&["sops"]).is_some()
}

/// The entries by name, those of `stringData` over those of `data`.
fn entries<'s>(view: &ObjectRef<'_, 's>) -> BTreeMap<Cow<'s, str>, Read<'s>> {
    let mut entries = BTreeMap::new();
    for (field, encoded) in [("data", true), ("stringData", false)] {
        let values = view.find(&[field]).map(|node| view.tree.follow(node));
        for (key, value) in values.into_iter().flat_map(|values| view.tree.entries(values)) {
            let entry = Entry { key, value, encoded };
            let read = Read { entry, bytes: bytes(view.tree, value, encoded) };
            entries.insert(view.tree.word(key).unwrap_or_default(), read);
        }
    }
    entries
}

fn bytes<'s>(tree: &Tree<'s>, value: NodeId, encoded: bool) -> Result<Cow<'s, [u8]>, NoBytes> {
    let text = match tree.scalar(value) {
        Some(yaml::Scalar::Text(text)) => text,
        Some(yaml::Scalar::Null) => Cow::Borrowed(""),
        _ => return Err(("the value is not a string", "put it in quotes")),
    };
    if encoded && !placeholder::begins(&text) {
        return decode_base64(&text).map(Cow::Owned);
    }
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}

/// As the API reads it: only line breaks may stand between the characters.
fn decode_base64(text: &str) -> Result<Vec<u8>, NoBytes> {
    let decode = |text: String| LENIENT.decode(text).ok();
    if let Some(bytes) = decode(text.replace(['\r', '\n'], "")) {
        return Ok(bytes);
    }
    let squeezed: String = text.split_whitespace().collect();
    Err(if decode(squeezed.clone()).is_some() {
        (
            "the base64 under `data` has blanks in it, and the API refuses the Secret",
            "write it on one line, or as a block scalar with `|`, which keeps line breaks as they are",
        )
    } else if decode(squeezed.replace('-', "+").replace('_', "/")).is_some() {
        (
            "the value under `data` is base64 for URLs, and the API refuses the Secret",
            "write `+` for `-` and `/` for `_`",
        )
    } else {
        (
            "the value under `data` is not base64, and the API refuses the Secret",
            "write the text under `stringData`, or its base64 under `data`",
        )
    })
}

/// Go does not look at the bits that a last character has too many.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

fn text<'a>(read: &'a Read) -> Result<&'a str, ConfIssue> {
    conf::decode(read.bytes.as_ref().map_err(no_bytes)?)
}

fn no_bytes((message, help): &NoBytes) -> ConfIssue {
    Kind::BadConfig.at(Span::at(0), *message, *help)
}

/// A hash of a Secret's entries, the same whether they are written in `data` or in `stringData`.
fn content_hash(entries: &BTreeMap<Cow<str>, Read>) -> String {
    let list: Value = entries
        .iter()
        .map(|(name, read)| serde_json::json!([name, read.bytes.as_deref().unwrap_or_default()]))
        .collect();
    normal::hash(&list.to_string())
}
