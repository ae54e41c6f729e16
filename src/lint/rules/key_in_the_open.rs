//! A private key stands where everyone can read it.
//!
//! ConfigMaps, environment variables, arguments and annotations are shown by `kubectl describe`, kept in version control
//! and in logs. The key must count as known.
//!
//! Ask the provider for a new key and keep it in a Secret: `wgsidecar secret FILE`.

use crate::lint::{Check, Findings, Rule, View, page};
use crate::text::{Level, Place};
use crate::wireguard::keys::Key;
use crate::yaml::{NodeId, Tree};

pub static RULE: Rule = Rule {
    id: "key-in-the-open",
    level: Level::Error,
    never: false,
    page: page!("key_in_the_open.rs", "key-in-the-open"),
    checks: &[Check::Object(check)],
};

/// Kinds that may hold keys, or hold them encrypted.
const SAFE: [&str; 3] = ["Secret", "SealedSecret", "ExternalSecret"];

fn check(view: &View, findings: &mut Findings) {
    let text = &view.tree.text()[view.tree.span(view.object.node).range()];
    if SAFE.contains(&view.object.kind.as_ref()) || !may_hold_key(text) {
        return;
    }
    let mut places = Vec::new();
    search(view.tree, view.object.node, &mut places);
    for node in places {
        let place = Place { source: view.source, span: view.tree.span(node) };
        findings
            .add(&RULE, place, "a private key of WireGuard stands here in clear")
            .help("ask for a new key, and keep it in a Secret: `wgsidecar secret FILE`");
    }
}

/// A quick look: the word must stand somewhere before anything is searched.
fn may_hold_key(text: &str) -> bool {
    ["rivate", "RIVATE", "reshared", "RESHARED"]
        .iter()
        .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

fn search(tree: &Tree, node: NodeId, places: &mut Vec<NodeId>) {
    let named = tree.get(node, "name").and_then(|name| tree.string(name));
    for (key, value) in tree.entries(node) {
        let name = tree.word(key).unwrap_or_default();
        let is_named =
            is_private(&name) || (name == "value" && named.as_deref().is_some_and(is_private));
        let text = tree.string(value).unwrap_or_default();
        if holds_key(&text) || (is_named && is_key(&text)) {
            places.push(value);
        }
        search(tree, value, places);
    }
    for item in tree.items(node) {
        if tree.string(item).is_some_and(|text| holds_key(&text)) {
            places.push(item);
        }
        search(tree, item, places);
    }
}

/// Whether a line of a text gives a private or preshared key.
fn holds_key(text: &str) -> bool {
    text.lines().any(|line| {
        let Some((name, value)) = line.split_once(['=', ':']) else { return false };
        is_private(name) && is_key(value)
    })
}

fn is_private(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    let name: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    name.ends_with("privatekey") || name.ends_with("presharedkey")
}

fn is_key(text: &str) -> bool {
    Key::parse(text.trim().trim_matches(['"', '\''])).is_ok_and(|key| !key.is_zero())
}
