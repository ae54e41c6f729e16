//! Files that are something else than a wg-quick file, told by a look. Knows nothing of the grammar.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::conf::Conf;
use super::conf_issue::Kind;
use super::spanned_str::SpannedStr;
use crate::redact::is_base64;

/// A sort of file that people take for a wg-quick file.
struct Sort {
    is: fn(&str) -> bool,
    kind: Kind,
    message: &'static str,
    help: &'static str,
}

const SORTS: [Sort; 6] = [
    Sort {
        is: is_encoded,
        kind: Kind::DoubleBase64,
        message: "this is base64 of a WireGuard file",
        help: "decode it once: `base64 -d`",
    },
    Sort {
        is: is_openvpn,
        kind: Kind::BadConfig,
        message: "this is an OpenVPN file, and the tunnel is WireGuard",
        help: "ask the provider for a WireGuard file",
    },
    Sort {
        is: |text| text.starts_with("vpn://"),
        kind: Kind::BadConfig,
        message: "this is a link of AmneziaVPN and not a WireGuard file",
        help: "export the connection as a WireGuard file",
    },
    Sort {
        is: |text| {
            text.starts_with('<')
                && has_word(text, &["<!doctype", "<html", "<head", "<?xml", "<plist"])
        },
        kind: Kind::BadConfig,
        message: "this is a web page or XML and not a WireGuard file",
        help: "download the file again, logged in",
    },
    Sort {
        is: |text| text.starts_with('{') && !text.starts_with("{{"),
        kind: Kind::BadConfig,
        message: "this is JSON and not a WireGuard file",
        help: "ask the provider for the file that wg-quick reads",
    },
    Sort {
        is: |text| text.starts_with("-----BEGIN "),
        kind: Kind::BadConfig,
        message: "this is a certificate or a key in PEM format and not a WireGuard file",
        help: "ask the provider for the file that wg-quick reads",
    },
];

/// What a file is instead, as the one problem of a configuration that holds nothing.
pub(super) fn recognize(text: &str) -> Option<Conf> {
    let whole = SpannedStr { text, start: 0 }.without_bom().trimmed();
    let sort = SORTS.iter().find(|sort| (sort.is)(whole.text))?;
    let problem = sort.kind.at(whole.span(), sort.message, sort.help);
    let (problems, masks) = (vec![problem], vec![whole.span()]);
    Some(Conf { is_foreign: true, problems, masks, ..Conf::default() })
}

/// It has been encoded once too often.
fn is_encoded(text: &str) -> bool {
    /// `[Interface]` has so many characters in base64.
    const LEAST: usize = 16;
    let known = |byte: u8| is_base64(byte) || byte == b'=' || byte.is_ascii_whitespace();
    if text.len() < LEAST || !text.bytes().all(known) {
        return false;
    }
    let decoded = STANDARD.decode(SpannedStr { text, start: 0 }.squeezed()).unwrap_or_default();
    String::from_utf8_lossy(&decoded).to_lowercase().contains("[interface]")
}

/// Two of the directives that every client's file has, and no section of a wg-quick file.
fn is_openvpn(text: &str) -> bool {
    const DIRECTIVES: [&str; 14] = [
        "client",
        "dev",
        "proto",
        "remote",
        "nobind",
        "persist-key",
        "persist-tun",
        "cipher",
        "auth-user-pass",
        "remote-cert-tls",
        "resolv-retry",
        "<ca>",
        "<tls-auth>",
        "<tls-crypt>",
    ];
    let words: HashSet<_> = text.lines().take(LINES).filter_map(first_word).collect();
    let is_wg_quick = words.iter().any(|word| word.starts_with('['));
    !is_wg_quick && DIRECTIVES.iter().filter(|word| words.contains(**word)).count() >= 2
}

/// The word that a line begins with, unless it is a long one.
fn first_word(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let start = &line[..line.floor_char_boundary(20)];
    start.split_whitespace().next()
}

/// The first lines of a file, which tell what it is.
const LINES: usize = 500;

fn has_word(text: &str, words: &[&str]) -> bool {
    let head: String = text.chars().take(1000).collect();
    let head = head.to_lowercase();
    words.iter().any(|word| head.contains(word))
}
