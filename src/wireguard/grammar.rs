//! Reads wg-quick and `wg setconf` files. Knows nothing of what makes a good tunnel.
//!
//! As `wg` does it: a line ends at the first `#`, blanks mean nothing even inside a value, sections and keys come in any
//! case. As wg-quick does it: its own keys belong into `[Interface]`, addresses and resolvers are separated by commas or
//! blanks. What neither would take is a problem.

use std::collections::HashMap;

use ipnet::IpNet;

use super::conf::{Conf, Endpoint, Peer, Spanned, number};
use super::conf_issue::{ConfIssue, Kind, Level, Problems};
use super::keys::Key;
use super::settings::nearest_of;
use super::spanned_str::SpannedStr;
use super::values::{address, quoted, shown};
use super::{findings, foreign};
use crate::kube::placeholder;
use crate::redact::{is_wordy, may_hold_piece, merged};
use crate::text::span::Span;

/// Reads a whole file. Never fails: what is wrong is among the problems.
pub fn parse(text: &str) -> Conf {
    if let Some(conf) = foreign::recognize(text) {
        return conf;
    }
    let mut reader = Reader { line: Span::at(0), ..Reader::default() };
    let mut rest = SpannedStr { text, start: 0 }.without_bom();
    while !rest.text.is_empty() {
        let end =
            memchr::memchr(b'\n', rest.text.as_bytes()).map_or(rest.text.len(), |end| end + 1);
        let (line, after) = rest.cut(end);
        reader.line(line);
        rest = after;
    }
    reader.finish()
}

/// Reads the text of a wg0.address: CIDRs or addresses between line breaks, blanks and commas.
pub fn parse_addresses(text: &str) -> (Vec<Spanned<IpNet>>, Vec<ConfIssue>) {
    let mut reader = Reader { name: "Address", ..Reader::default() };
    let text = SpannedStr { text, start: 0 }.without_bom();
    reader.line = text.trimmed().span();
    if placeholder::begins(text.text.trim()) {
        reader.placeholder("the address")
    } else {
        reader.addresses(text)
    }
    (reader.conf.interface.addresses, reader.problems.finish())
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Section {
    #[default]
    None,
    Interface,
    Peer,
    /// One that makes no sense: its lines are not read.
    Other,
}

/// A key of the file's grammar.
struct Entry {
    name: &'static str,
    section: Section,
    sort: Sort,
    /// Whether wg-quick reads it itself, and takes no value for nothing; `wg` refuses the line.
    may_be_empty: bool,
    read: fn(&mut Reader, SpannedStr<'_>),
}

/// What comes of a key that stands more than once in its section.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// The last one counts.
    Value,
    /// The last one counts, and who means two is unknown.
    Key,
    /// All count.
    List,
    /// All count, and their texts are a shell's.
    Hook,
}

const fn wg(
    name: &'static str,
    section: Section,
    sort: Sort,
    read: fn(&mut Reader, SpannedStr<'_>),
) -> Entry {
    Entry { name, section, sort, may_be_empty: false, read }
}

const fn quick(name: &'static str, sort: Sort, read: fn(&mut Reader, SpannedStr<'_>)) -> Entry {
    Entry { name, section: Section::Interface, sort, may_be_empty: true, read }
}

/// Every key that `wg` or wg-quick knows.
static ENTRIES: [Entry; 17] = [
    wg("PrivateKey", Section::Interface, Sort::Key, |reader, value| {
        reader.conf.interface.private_key = reader.key(value);
    }),
    wg("ListenPort", Section::Interface, Sort::Value, |reader, value| {
        reader.conf.interface.listen_port = reader.number(value, 0, "a port from 0 to 65535");
    }),
    wg("FwMark", Section::Interface, Sort::Value, |reader, value| {
        reader.conf.interface.fw_mark = reader.fw_mark(value);
    }),
    quick("Address", Sort::List, Reader::addresses),
    quick("DNS", Sort::List, Reader::dns),
    quick("MTU", Sort::Value, |reader, value| {
        reader.conf.interface.mtu =
            reader.number(value, 576, "a number of bytes from 576 to 65535");
    }),
    // These two are nothing to a pod, however often they are there.
    quick("Table", Sort::List, |_, _| {}),
    Entry { may_be_empty: false, ..quick("SaveConfig", Sort::List, |_, _| {}) },
    quick("PreUp", Sort::Hook, Reader::hook),
    quick("PostUp", Sort::Hook, Reader::hook),
    quick("PreDown", Sort::Hook, Reader::hook),
    quick("PostDown", Sort::Hook, Reader::hook),
    wg("PublicKey", Section::Peer, Sort::Key, |reader, value| {
        let key = reader.key(value);
        reader.peer(|peer| peer.public_key = key);
    }),
    wg("PresharedKey", Section::Peer, Sort::Key, |reader, value| {
        let key = reader.key(value);
        reader.peer(|peer| peer.preshared_key = key);
    }),
    wg("AllowedIPs", Section::Peer, Sort::List, Reader::allowed_ips),
    wg("Endpoint", Section::Peer, Sort::Value, |reader, value| {
        let endpoint = reader.endpoint(value);
        reader.peer(|peer| peer.endpoint = endpoint);
    }),
    wg("PersistentKeepalive", Section::Peer, Sort::Value, |reader, value| {
        let seconds = reader.keepalive(value);
        reader.peer(|peer| peer.keepalive = seconds);
    }),
];

/// What a key of AmneziaWG does to the packets.
#[derive(Clone, Copy)]
enum Disguise {
    /// Packets before the handshake, which any server drops.
    Junk,
    /// Another form of WireGuard's own packets, unless it has this value.
    Form(&'static str),
}

/// The keys by which AmneziaWG disguises its packets, with the values of plain WireGuard
/// (`device/constants.go` of wireguard-go).
const AMNEZIA: [(&str, Disguise); 30] = [
    ("Jc", Disguise::Junk),
    ("Jmin", Disguise::Junk),
    ("Jmax", Disguise::Junk),
    ("I1", Disguise::Junk),
    ("I2", Disguise::Junk),
    ("I3", Disguise::Junk),
    ("I4", Disguise::Junk),
    ("I5", Disguise::Junk),
    ("J1", Disguise::Junk),
    ("J2", Disguise::Junk),
    ("J3", Disguise::Junk),
    ("Itime", Disguise::Junk),
    ("S1", Disguise::Form("0")),
    ("S2", Disguise::Form("0")),
    ("S3", Disguise::Form("0")),
    ("S4", Disguise::Form("0")),
    ("H1", Disguise::Form("1")),
    ("H2", Disguise::Form("2")),
    ("H3", Disguise::Form("3")),
    ("H4", Disguise::Form("4")),
    ("AdvancedSecurity", Disguise::Form("off")),
    ("HeaderProtectionKey", Disguise::Form("")),
    ("ContentPaddingAddition", Disguise::Form("0")),
    ("RandomTrailers", Disguise::Form("off")),
    ("DisableCookies", Disguise::Form("off")),
    ("RekeyAfterTime", Disguise::Form("120")),
    ("RekeyTimeout", Disguise::Form("5")),
    ("RejectAfterTime", Disguise::Form("180")),
    ("KeepaliveTimeout", Disguise::Form("10")),
    ("MaxHandshakeAttempts", Disguise::Form("18")),
];

#[derive(Default)]
struct Reader {
    conf: Conf,
    problems: Problems,
    masks: Vec<Span>,
    section: Section,
    /// The name of the entry that is being read.
    name: &'static str,
    /// The line that is being read, without its comment.
    line: Span,
    /// What the entries of the section say that count once, blanks aside.
    values: HashMap<&'static str, String>,
    /// The hooks and their lines.
    hooks: Vec<(&'static str, Span)>,
    /// The first key that gives WireGuard's packets another form.
    disguise: Option<ConfIssue>,
    /// The other keys of AmneziaWG and their lines.
    junk: Vec<(&'static str, Span)>,
    has_interface: bool,
}

impl Reader {
    fn line(&mut self, line: SpannedStr<'_>) {
        let content = memchr::memchr(b'#', line.text.as_bytes()).unwrap_or(line.text.len());
        let line = line.cut(content).0.trimmed();
        self.line = line.span();
        match line.text.as_bytes().first() {
            None => {}
            Some(b'[') => self.heading(line),
            Some(_) if self.section == Section::Other => self.masks.push(self.line),
            Some(b';') => self.reject("`;` does not begin a comment", "begin it with `#`"),
            Some(_) => match line.around('=') {
                Some((name, value)) => self.entry(name, value),
                None if placeholder::begins(line.text) => {
                    // What it stands for may be all that the file seems to lack.
                    self.conf.is_foreign = true;
                    self.placeholder("a line");
                }
                None => self.reject("this line is neither a `[Section]` nor `Key = value`", ""),
            },
        }
    }

    /// Notes that the line as a whole makes no sense, and keeps it out of excerpts: it may be a part of a key.
    fn reject(&mut self, message: impl Into<String>, help: &str) {
        self.masks.push(self.line);
        self.problems.push(Kind::BadConfig.at(self.line, message, help));
    }

    /// Notes what is odd about the line, which counts all the same.
    fn flag(&mut self, level: Level, message: String, help: &str) {
        self.problems.push(ConfIssue { level, ..Kind::BadConfig.at(self.line, message, help) });
    }

    fn heading(&mut self, line: SpannedStr<'_>) {
        self.section = match line.squeezed().to_lowercase().as_str() {
            "[interface]" if self.has_interface => {
                self.reject(
                    "the file has a second `[Interface]`",
                    "one file describes one interface",
                );
                Section::Other
            }
            "[interface]" => Section::Interface,
            "[peer]" => Section::Peer,
            _ => {
                self.reject("this section is not known", "there are `[Interface]` and `[Peer]`");
                Section::Other
            }
        };
        self.values.clear();
        match self.section {
            Section::Interface => {
                self.has_interface = true;
                self.conf.interface.heading = self.line;
            }
            Section::Peer => self.conf.peers.push(Peer { heading: self.line, ..Peer::default() }),
            _ => {}
        }
    }

    fn entry(&mut self, name: SpannedStr<'_>, value: SpannedStr<'_>) {
        let known = name.squeezed();
        if let Some((name, disguise)) =
            AMNEZIA.iter().find(|(amnezia, _)| amnezia.eq_ignore_ascii_case(&known))
        {
            return self.amnezia(name, *disguise, value);
        }
        let Some(entry) = ENTRIES.iter().find(|entry| entry.name.eq_ignore_ascii_case(&known))
        else {
            return self.unknown(name, value);
        };
        self.name = entry.name;
        if entry.section != self.section {
            return self.misplaced(entry);
        }
        if value.text.is_empty() {
            if !entry.may_be_empty {
                self.note_name(entry);
                self.reject(format!("`{}` has no value", entry.name), "remove the line");
            }
            return;
        }
        self.note_name(entry);
        if placeholder::begins(value.text) && entry.sort != Sort::Hook {
            return self.placeholder(&format!("`{}`", entry.name));
        }
        if value.text.contains(['"', '\'']) && entry.sort != Sort::Hook {
            let message = format!("`{}`: quotes would be part of the value", entry.name);
            return self.reject(message, "remove them");
        }
        if self.counts(entry, value) {
            (entry.read)(self, value);
        }
    }

    fn placeholder(&mut self, what: &str) {
        let message =
            format!("{what} is a placeholder that another tool fills in: it is not checked");
        let help = "run wgsidecar on what the tool makes of it";
        self.problems.push(Kind::Placeholder.at(self.line, message, help));
    }

    /// Remembers that the section has an entry, whatever it says.
    fn note_name(&mut self, entry: &Entry) {
        let names = match (self.section, self.conf.peers.last_mut()) {
            (Section::Peer, Some(peer)) => &mut peer.names,
            _ => &mut self.conf.interface.names,
        };
        if !names.contains(&entry.name) {
            names.push(entry.name);
        }
    }

    /// Whether a value is to be read: of those that count once the last is, but of two keys nobody knows which is meant.
    fn counts(&mut self, entry: &Entry, value: SpannedStr<'_>) -> bool {
        if matches!(entry.sort, Sort::List | Sort::Hook) {
            return true;
        }
        let Some(before) = self.values.insert(entry.name, value.squeezed()) else { return true };
        if before == value.squeezed() {
            if entry.sort == Sort::Key {
                self.masks.push(value.span());
            }
            return false;
        }
        let message = format!("`{}` appears twice in its section", entry.name);
        if entry.sort == Sort::Key {
            self.reject(message, "keep one of them");
            return false;
        }
        self.flag(Level::Warning, format!("{message}: the last one wins"), "keep one of them");
        true
    }

    fn misplaced(&mut self, entry: &Entry) {
        let section = match entry.section {
            Section::Interface => "[Interface]",
            _ => "[Peer]",
        };
        let place = match self.section {
            Section::None => "before any section",
            _ => "in the wrong section",
        };
        self.reject(format!("`{}` is {place}", entry.name), &format!("it belongs in `{section}`"));
    }

    fn amnezia(&mut self, name: &'static str, disguise: Disguise, value: SpannedStr<'_>) {
        if may_hold_piece(value.text) {
            self.masks.push(value.span());
        }
        let text = value.squeezed();
        let is_plain = match disguise {
            Disguise::Junk => true,
            Disguise::Form(plain) => text.is_empty() || text.eq_ignore_ascii_case(plain),
        };
        if is_plain {
            return self.junk.push((name, self.line));
        }
        let message = format!(
            "`{name}` makes this an AmneziaWG file: plain WireGuard cannot talk to such a server"
        );
        let help = "ask the provider for a WireGuard file";
        self.disguise.get_or_insert(Kind::AmneziaConfig.at(self.line, message, help));
    }

    /// An unknown key, named only if it cannot be the end of a real key that a line break cut in two.
    fn unknown(&mut self, name: SpannedStr<'_>, value: SpannedStr<'_>) {
        if self.problems.are_too_many() {
            return self.reject(String::new(), "");
        }
        let is_name = name.text.len() <= 30 && is_wordy(name.text);
        let message = if is_name && !value.text.trim_matches('=').is_empty() {
            format!("{} is not a setting that wg or wg-quick knows", quoted(name.text))
        } else {
            "this is not a setting that wg or wg-quick knows".to_string()
        };
        let nearest = nearest_of(name.text, ENTRIES.iter().map(|entry| entry.name));
        self.reject(
            message,
            &nearest.map(|name| format!("did you mean `{name}`?")).unwrap_or_default(),
        );
    }

    /// Notes what is wrong with a value of the entry that is being read.
    fn flaw(&mut self, kind: Kind, value: SpannedStr<'_>, reason: &str, help: &str) {
        let span = value.span();
        if may_hold_piece(value.text) {
            self.masks.push(span);
        }
        self.problems.push(kind.at(span, format!("`{}`: {reason}", self.name), help));
    }

    fn peer(&mut self, change: impl FnOnce(&mut Peer)) {
        if let Some(peer) = self.conf.peers.last_mut() {
            change(peer);
        }
    }

    fn key(&mut self, value: SpannedStr<'_>) -> Option<Spanned<Key>> {
        self.masks.push(value.span());
        match Key::parse(&value.squeezed()) {
            Ok(key) => Some(Spanned { value: key, span: value.span() }),
            Err(reason) => {
                self.flaw(Kind::BadKey, value, &reason, "copy it again, whole");
                None
            }
        }
    }

    fn number(&mut self, value: SpannedStr<'_>, least: u16, what: &str) -> Option<Spanned<u16>> {
        let text = value.squeezed();
        let number = number(&text)
            .and_then(|number| u16::try_from(number).ok())
            .filter(|number| *number >= least);
        if number.is_none() {
            self.flaw(Kind::BadConfig, value, &format!("{} is not {what}", shown(&text)), "");
        }
        number.map(|number| Spanned { value: number, span: value.span() })
    }

    fn keepalive(&mut self, value: SpannedStr<'_>) -> Option<Spanned<u16>> {
        if value.text.eq_ignore_ascii_case("off") {
            Some(Spanned { value: 0, span: value.span() })
        } else {
            self.number(value, 0, "a number of seconds from 0 to 65535, or `off`")
        }
    }

    fn fw_mark(&mut self, value: SpannedStr<'_>) -> Option<Spanned<u32>> {
        let text = value.squeezed();
        let mark = match text.strip_prefix("0x") {
            _ if text.eq_ignore_ascii_case("off") => Some(0),
            Some(hex) if !hex.starts_with('+') => u32::from_str_radix(hex, 16).ok(),
            _ => number(&text),
        };
        if mark.is_none() {
            self.flaw(
                Kind::BadConfig,
                value,
                &format!("{} is neither a mark such as `0xca6c` nor `off`", shown(&text)),
                "",
            );
        }
        mark.map(|mark| Spanned { value: mark, span: value.span() })
    }

    fn hook(&mut self, _value: SpannedStr<'_>) {
        self.hooks.push((self.name, self.line));
    }

    fn addresses(&mut self, value: SpannedStr<'_>) {
        for piece in value.pieces(is_separator).filter(|piece| !piece.text.is_empty()) {
            match network(piece.text) {
                Some(network) => {
                    self.conf
                        .interface
                        .addresses
                        .push(Spanned { value: network, span: piece.span() });
                }
                None => self.no_network(piece),
            }
        }
    }

    fn allowed_ips(&mut self, value: SpannedStr<'_>) {
        for piece in value.pieces(|character| character == ',') {
            let text = piece.squeezed();
            match network(&text) {
                Some(network) => {
                    let network = Spanned { value: network.trunc(), span: piece.span() };
                    self.peer(|peer| peer.allowed_ips.push(network));
                }
                None if text.is_empty() => {
                    self.flaw(
                        Kind::BadConfig,
                        value,
                        "a comma without a network beside it",
                        "remove the comma",
                    );
                }
                None => self.no_network(piece),
            }
        }
    }

    fn no_network(&mut self, piece: SpannedStr<'_>) {
        let reason = format!(
            "{} is not an address with a prefix length, such as `10.2.0.2/32`",
            shown(piece.text)
        );
        self.flaw(Kind::BadConfig, piece, &reason, "");
    }

    /// As wg-quick tells them apart: digits and dots, or a colon, make a resolver; the rest are search domains.
    fn dns(&mut self, value: SpannedStr<'_>) {
        for piece in value.pieces(is_separator).filter(|piece| !piece.text.is_empty()) {
            let numeric = piece.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            let span = piece.span();
            match address(piece.text) {
                Some(value) => self.conf.interface.dns.push(Spanned { value, span }),
                None if numeric || piece.text.contains(':') => {
                    self.flaw(
                        Kind::BadConfig,
                        piece,
                        &format!("{} is not an IP address", shown(piece.text)),
                        "",
                    );
                }
                None => {
                    self.conf.interface.search.push(Spanned { value: piece.text.to_string(), span })
                }
            }
        }
    }

    fn endpoint(&mut self, value: SpannedStr<'_>) -> Option<Spanned<Endpoint>> {
        match Endpoint::parse(&value.squeezed()) {
            Ok(endpoint) => Some(Spanned { value: endpoint, span: value.span() }),
            Err(reason) => {
                self.flaw(
                    Kind::BadEndpoint,
                    value,
                    &reason,
                    "write `HOST:PORT`, an IPv6 address in brackets",
                );
                None
            }
        }
    }

    fn finish(mut self) -> Conf {
        let disguise = self.disguise.take().or_else(|| findings::junk(&self.junk));
        for problem in disguise.into_iter().chain(findings::hooks(&self.hooks)) {
            self.problems.push(problem);
        }
        findings::check(&self.conf, &mut self.problems);
        self.conf.masks = merged(self.masks);
        self.conf.problems = self.problems.finish();
        self.conf
    }
}

fn is_separator(character: char) -> bool {
    character == ',' || character.is_whitespace()
}

/// An address with or without a prefix length.
fn network(text: &str) -> Option<IpNet> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (self::address(address)?, Some(length)),
        None => (self::address(text)?, None),
    };
    match length {
        Some(length) => IpNet::new(address, u8::try_from(number(length)?).ok()?).ok(),
        None => Some(IpNet::from(address)),
    }
}
