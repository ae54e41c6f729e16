//! What a Secret of the run holds for a tunnel, and where. Knows nothing of the pods that read it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ipnet::IpNet;
use serde_json::Value;

use super::view::View;
use super::{Findings, Rule};
use crate::text::{Place, Span};
use crate::wireguard::conf::{self, Conf, Spanned};
use crate::wireguard::problem::{Kind, Problem};
use crate::wireguard::{findings, normal};
use crate::yaml::{self, NodeId, Tree};

/// A Secret as a tunnel reads it.
#[derive(Debug, Default)]
pub struct TunnelSecret {
    /// A hash of all its entries; `None` where they are encrypted.
    pub content: Option<String>,
    /// The configurations in it: `wg0`, or one for each ordinal.
    pub files: Vec<TunnelFile>,
}

/// One configuration in a Secret.
#[derive(Debug)]
pub struct TunnelFile {
    /// `wg0`, or an ordinal.
    pub stem: String,
    pub conf: Conf,
    /// Those of the address file, or of the configuration where there is none.
    pub addresses: Vec<Spanned<IpNet>>,
    /// All that is wrong, each with the entry that it stands in.
    pub problems: Vec<(Entry, Problem)>,
    pub entry: Entry,
    /// Where the addresses stand.
    pub address_entry: Entry,
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
    bytes: Result<Cow<'s, [u8]>, &'static str>,
}

impl TunnelSecret {
    pub fn read(view: &View) -> Self {
        let entries = entries(view);
        if is_encrypted(view) {
            return Self::default();
        }
        let stems = entries.keys().filter_map(|name| name.strip_suffix(".conf"));
        let stems = stems.filter(|stem| is_stem(stem)).map(str::to_owned).collect::<Vec<_>>();
        let files = stems.into_iter().filter_map(|stem| TunnelFile::read(stem, &entries));
        let files = files.collect();
        Self { content: Some(content_hash(&entries)), files }
    }

    /// Whether it can be read and holds a tunnel.
    pub fn is_tunnel(&self) -> bool {
        !self.files.is_empty()
    }

    pub fn is_encrypted(&self) -> bool {
        self.content.is_none()
    }

    /// The configuration of this stem.
    pub fn file(&self, stem: &str) -> Option<&TunnelFile> {
        self.files.iter().find(|file| file.stem == stem)
    }
}

impl TunnelFile {
    fn read(stem: String, entries: &BTreeMap<Cow<str>, Read>) -> Option<Self> {
        let read = entries.get(format!("{stem}.conf").as_str())?;
        let (conf, mut problems) = match text(read) {
            Ok(text) => (conf::parse(text), Vec::new()),
            Err(problem) => (Conf::default(), vec![(read.entry, problem)]),
        };
        problems.extend(conf.problems.iter().cloned().map(|problem| (read.entry, problem)));
        let unreadable = problems
            .iter()
            .any(|(_, problem)| problem.span.is_empty() || problem.kind == Kind::DoubleBase64);
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
            None if unreadable && file.conf.peers.is_empty() => {}
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
    pub fn place(&self, view: &View, span: Span) -> Place {
        let line = if self.encoded { None } else { view.line(self.value, span.start()) };
        line.unwrap_or(view.place(self.key))
    }

    /// The path of the entry in its object.
    pub fn field(&self, view: &View) -> String {
        let form = if self.encoded { "data" } else { "stringData" };
        format!("{form}[{}]", view.tree.word(self.key).unwrap_or_default())
    }
}

/// Reports the problems of one sort in a Secret.
pub fn report(view: &View, secret: &TunnelSecret, rule: &Rule, kind: Kind, out: &mut Findings) {
    for file in &secret.files {
        for (entry, problem) in file.problems.iter().filter(|(_, problem)| problem.kind == kind) {
            let name = view.tree.word(entry.key).unwrap_or_default();
            let place = entry.place(view, problem.span);
            let found = out.add(rule, place, format!("`{name}`: {}", problem.message));
            found.about(view.resource()).level(problem.level).field(entry.field(view));
            if !problem.help.is_empty() {
                found.help(&problem.help);
            }
        }
    }
}

/// What no report may show of a Secret: its entries, whatever they are.
pub fn private_spans(view: &View, spans: &mut Vec<Span>) {
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

fn is_stem(stem: &str) -> bool {
    stem == "wg0" || (!stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit()))
}

/// SOPS leaves the names and encrypts the values.
fn is_encrypted(view: &View) -> bool {
    view.find(&["sops"]).is_some()
}

/// The entries by name, those of `stringData` over those of `data`.
fn entries<'s>(view: &View<'_, 's>) -> BTreeMap<Cow<'s, str>, Read<'s>> {
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

fn bytes<'s>(tree: &Tree<'s>, value: NodeId, encoded: bool) -> Result<Cow<'s, [u8]>, &'static str> {
    let text = match tree.scalar(value) {
        Some(yaml::Scalar::Text(text)) => text,
        Some(yaml::Scalar::Null) => Cow::Borrowed(""),
        _ => return Err("the value is no string"),
    };
    if encoded {
        return decode_base64(&text).map(Cow::Owned).ok_or("the value under `data` is not base64");
    }
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    let digits: String = text.split_ascii_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(&digits).ok()
}

fn text<'a>(read: &'a Read) -> Result<&'a str, Problem> {
    match &read.bytes {
        Ok(bytes) => conf::decode(bytes),
        Err(reason) => Err(Kind::BadConfig.at(
            Span::at(0),
            *reason,
            "write the file as text under `stringData`, or its base64 under `data`",
        )),
    }
}

/// A hash of a Secret's entries, the same whether they are written in `data` or in `stringData`.
fn content_hash(entries: &BTreeMap<Cow<str>, Read>) -> String {
    let list: Value = entries
        .iter()
        .map(|(name, read)| serde_json::json!([name, read.bytes.as_deref().unwrap_or_default()]))
        .collect();
    normal::hash(&list.to_string())
}
