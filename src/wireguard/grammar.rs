//! Reads wg-quick and `wg setconf` files. Knows nothing of what makes a good tunnel.
//!
//! As `wg` does it: a line ends at the first `#`, blanks mean nothing even inside a value, sections and keys come in any
//! case. As wg-quick does it: its own keys belong into `[Interface]`, addresses and resolvers are separated by commas or
//! blanks. What neither would take is a problem.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;

use super::conf::{Conf, Endpoint, Peer, Spanned, number};
use super::findings;
use super::keys::Key;
use super::piece::Part;
use super::problem::{Kind, Problem, Problems};
use super::settings::nearest_of;
use super::values::{address, quoted, shown};
use crate::redact::{is_base64, is_wordy, may_hold_piece, merged};
use crate::text::span::Span;

/// Reads a whole file. Never fails: what is wrong is among the problems.
pub fn parse(text: &str) -> Conf {
    if is_encoded(text) {
        return encoded(text);
    }
    let mut reader = Reader { line: Span::at(0), ..Reader::default() };
    let mut rest = Part { text, start: 0 }.without_bom();
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
pub fn parse_addresses(text: &str) -> (Vec<Spanned<IpNet>>, Vec<Problem>) {
    let mut reader = Reader { name: "Address", ..Reader::default() };
    reader.addresses(Part { text, start: 0 }.without_bom());
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
    /// Whether it may stand more than once.
    repeats: bool,
    read: fn(&mut Reader, Part<'_>),
}

const fn once(name: &'static str, section: Section, read: fn(&mut Reader, Part<'_>)) -> Entry {
    Entry { name, section, repeats: false, read }
}

const fn often(name: &'static str, section: Section, read: fn(&mut Reader, Part<'_>)) -> Entry {
    Entry { name, section, repeats: true, read }
}

/// Every key that `wg` or wg-quick knows.
static ENTRIES: [Entry; 17] = [
    once("PrivateKey", Section::Interface, |reader, value| {
        reader.conf.interface.private_key = reader.key(value);
    }),
    once("ListenPort", Section::Interface, |reader, value| {
        reader.conf.interface.listen_port = reader.number(value, 0, "a port from 0 to 65535");
    }),
    once("FwMark", Section::Interface, |reader, value| {
        reader.conf.interface.fw_mark = reader.fw_mark(value);
    }),
    often("Address", Section::Interface, Reader::addresses),
    often("DNS", Section::Interface, Reader::dns),
    once("MTU", Section::Interface, |reader, value| {
        reader.conf.interface.mtu =
            reader.number(value, 576, "a number of bytes from 576 to 65535");
    }),
    once("Table", Section::Interface, |_, _| {}),
    once("SaveConfig", Section::Interface, |_, _| {}),
    often("PreUp", Section::Interface, Reader::hook),
    often("PostUp", Section::Interface, Reader::hook),
    often("PreDown", Section::Interface, Reader::hook),
    often("PostDown", Section::Interface, Reader::hook),
    once("PublicKey", Section::Peer, |reader, value| {
        let key = reader.key(value);
        reader.peer(|peer| peer.public_key = key);
    }),
    once("PresharedKey", Section::Peer, |reader, value| {
        let key = reader.key(value);
        reader.peer(|peer| peer.preshared_key = key);
    }),
    often("AllowedIPs", Section::Peer, Reader::allowed_ips),
    once("Endpoint", Section::Peer, |reader, value| {
        let endpoint = reader.endpoint(value);
        reader.peer(|peer| peer.endpoint = endpoint);
    }),
    once("PersistentKeepalive", Section::Peer, |reader, value| {
        let seconds = reader.keepalive(value);
        reader.peer(|peer| peer.keepalive = seconds);
    }),
];

/// The keys by which AmneziaWG disguises its packets; plain WireGuard has no such thing.
const AMNEZIA: [&str; 20] = [
    "Jc", "Jmin", "Jmax", "S1", "S2", "S3", "S4", "H1", "H2", "H3", "H4", "I1", "I2", "I3", "I4",
    "I5", "J1", "J2", "J3", "Itime",
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
    is_amnezia: bool,
    has_interface: bool,
}

impl Reader {
    fn line(&mut self, line: Part<'_>) {
        let content = memchr::memchr(b'#', line.text.as_bytes()).unwrap_or(line.text.len());
        let line = line.cut(content).0.trimmed();
        self.line = line.span();
        match line.text.as_bytes().first() {
            None => {}
            Some(b'[') => self.heading(line),
            Some(_) if self.section == Section::Other => self.masks.push(self.line),
            Some(b';') => self.reject("`;` begins no comment", "begin it with `#`"),
            Some(_) => match line.around('=') {
                Some((name, value)) => self.entry(name, value),
                None => self.reject("this line is neither a `[Section]` nor `Key = value`", ""),
            },
        }
    }

    /// Notes that the line as a whole makes no sense, and keeps it out of excerpts: it may be a part of a key.
    fn reject(&mut self, message: impl Into<String>, help: &str) {
        self.masks.push(self.line);
        self.problems.push(Kind::BadConfig.at(self.line, message, help));
    }

    fn heading(&mut self, line: Part<'_>) {
        self.section = match line.squeezed().to_lowercase().as_str() {
            "[interface]" if self.has_interface => {
                self.reject("a second `[Interface]`", "one file describes one interface");
                Section::Other
            }
            "[interface]" => Section::Interface,
            "[peer]" => Section::Peer,
            _ => {
                self.reject("no such section", "there are `[Interface]` and `[Peer]`");
                Section::Other
            }
        };
        match self.section {
            Section::Interface => {
                self.has_interface = true;
                self.conf.interface.heading = self.line;
            }
            Section::Peer => self.conf.peers.push(Peer { heading: self.line, ..Peer::default() }),
            _ => {}
        }
    }

    fn entry(&mut self, name: Part<'_>, value: Part<'_>) {
        let known = name.squeezed();
        if let Some(name) = AMNEZIA.iter().find(|amnezia| amnezia.eq_ignore_ascii_case(&known)) {
            return self.amnezia(name);
        }
        let Some(entry) = ENTRIES.iter().find(|entry| entry.name.eq_ignore_ascii_case(&known))
        else {
            return self.unknown(name, value);
        };
        self.name = entry.name;
        if entry.section != self.section {
            return self.misplaced(entry);
        }
        if !self.first_time(entry) && !entry.repeats {
            return self.reject(
                format!("`{}` stands twice in its section", entry.name),
                "keep one of them",
            );
        }
        self.value(entry, value);
    }

    /// Whether the section did not have `entry` yet; from now on it has.
    fn first_time(&mut self, entry: &Entry) -> bool {
        let names = match (self.section, self.conf.peers.last_mut()) {
            (Section::Peer, Some(peer)) => &mut peer.names,
            _ => &mut self.conf.interface.names,
        };
        let is_new = !names.contains(&entry.name);
        if is_new {
            names.push(entry.name);
        }
        is_new
    }

    fn value(&mut self, entry: &Entry, value: Part<'_>) {
        let is_hook = entry.name.starts_with("Pre") && entry.name != "PresharedKey"
            || entry.name.starts_with("Post");
        if value.text.is_empty() {
            self.reject(format!("`{}` has no value", entry.name), "");
        } else if value.text.contains(['"', '\'']) && !is_hook {
            self.reject(
                format!("`{}`: quotes would be part of the value", entry.name),
                "remove them",
            );
        } else {
            (entry.read)(self, value);
        }
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
        self.reject(
            format!("`{}` stands {place}", entry.name),
            &format!("it belongs into `{section}`"),
        );
    }

    fn amnezia(&mut self, name: &str) {
        if !self.is_amnezia {
            self.is_amnezia = true;
            let message = format!(
                "`{name}` makes this an AmneziaWG file: plain WireGuard cannot talk to such a server"
            );
            self.problems.push(Kind::AmneziaConfig.at(
                self.line,
                message,
                "ask the provider for a WireGuard file",
            ));
        }
    }

    /// An unknown key, named only if it cannot be the end of a real key that a line break cut in two.
    fn unknown(&mut self, name: Part<'_>, value: Part<'_>) {
        if self.problems.are_too_many() {
            return self.reject(String::new(), "");
        }
        let is_name = name.text.len() <= 30 && is_wordy(name.text);
        let message = match is_name && !value.text.trim_matches('=').is_empty() {
            true => format!("neither wg nor wg-quick knows the key {}", quoted(name.text)),
            false => "neither wg nor wg-quick knows this key".to_string(),
        };
        let nearest = nearest_of(name.text, ENTRIES.iter().map(|entry| entry.name));
        self.reject(
            message,
            &nearest.map(|name| format!("did you mean `{name}`?")).unwrap_or_default(),
        );
    }

    /// Notes what is wrong with a value of the entry that is being read.
    fn flaw(&mut self, kind: Kind, value: Part<'_>, reason: &str, help: &str) {
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

    fn key(&mut self, value: Part<'_>) -> Option<Spanned<Key>> {
        self.masks.push(value.span());
        match Key::parse(&value.squeezed()) {
            Ok(key) => Some(Spanned { value: key, span: value.span() }),
            Err(reason) => {
                self.flaw(Kind::BadKey, value, &reason, "copy it again, whole");
                None
            }
        }
    }

    fn number(&mut self, value: Part<'_>, least: u16, what: &str) -> Option<Spanned<u16>> {
        let text = value.squeezed();
        let number = number(&text)
            .and_then(|number| u16::try_from(number).ok())
            .filter(|number| *number >= least);
        if number.is_none() {
            self.flaw(Kind::BadConfig, value, &format!("{} is not {what}", shown(&text)), "");
        }
        number.map(|number| Spanned { value: number, span: value.span() })
    }

    fn keepalive(&mut self, value: Part<'_>) -> Option<Spanned<u16>> {
        match value.text.eq_ignore_ascii_case("off") {
            true => Some(Spanned { value: 0, span: value.span() }),
            false => self.number(value, 0, "a number of seconds from 0 to 65535, or `off`"),
        }
    }

    fn fw_mark(&mut self, value: Part<'_>) -> Option<Spanned<u32>> {
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
                &format!("{} is no mark such as `0xca6c`, nor `off`", shown(&text)),
                "",
            );
        }
        mark.map(|mark| Spanned { value: mark, span: value.span() })
    }

    fn hook(&mut self, _value: Part<'_>) {
        let message = format!("`{}` is never executed", self.name);
        let help = "the pod's kill switch and routes are built without it";
        self.problems.push(Kind::WgQuickHook.at(self.line, message, help));
    }

    fn addresses(&mut self, value: Part<'_>) {
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

    fn allowed_ips(&mut self, value: Part<'_>) {
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

    fn no_network(&mut self, piece: Part<'_>) {
        let reason = format!(
            "{} is no address with a prefix length, such as `10.2.0.2/32`",
            shown(piece.text)
        );
        self.flaw(Kind::BadConfig, piece, &reason, "");
    }

    /// As wg-quick tells them apart: digits and dots, or a colon, make a resolver; the rest are search domains.
    fn dns(&mut self, value: Part<'_>) {
        for piece in value.pieces(is_separator).filter(|piece| !piece.text.is_empty()) {
            let numeric = piece.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            let span = piece.span();
            match address(piece.text) {
                Some(value) => self.conf.interface.dns.push(Spanned { value, span }),
                None if numeric || piece.text.contains(':') => {
                    self.flaw(
                        Kind::BadConfig,
                        piece,
                        &format!("{} is no IP address", shown(piece.text)),
                        "",
                    );
                }
                None => {
                    self.conf.interface.search.push(Spanned { value: piece.text.to_string(), span })
                }
            }
        }
    }

    fn endpoint(&mut self, value: Part<'_>) -> Option<Spanned<Endpoint>> {
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

/// Whether the text is base64 of a configuration file: it has been encoded once too often.
fn is_encoded(text: &str) -> bool {
    /// `[Interface]` has so many characters in base64.
    const ENCODED: usize = 16;
    let known = |byte: u8| is_base64(byte) || byte == b'=' || byte.is_ascii_whitespace();
    let text = text.trim();
    if text.len() < ENCODED || !text.bytes().all(known) {
        return false;
    }
    let decoded = STANDARD.decode(Part { text, start: 0 }.squeezed()).unwrap_or_default();
    String::from_utf8_lossy(&decoded).to_lowercase().contains("[interface]")
}

fn encoded(text: &str) -> Conf {
    let whole = Part { text, start: 0 }.trimmed().span();
    let problem = Kind::DoubleBase64.at(
        whole,
        "this is base64 of a WireGuard file",
        "decode it once: `base64 -d`",
    );
    Conf { problems: vec![problem], masks: vec![whole], ..Conf::default() }
}
