//! A private key stands where everyone can read it.
//!
//! ConfigMaps, environment variables, arguments, annotations and comments are shown by `kubectl describe`, kept in version
//! control and in logs. The key must count as known. A Secret is where it belongs, but not its annotations, and not the
//! template of a SealedSecret or an ExternalSecret.
//!
//! Ask the provider for a new key and keep it in a Secret: `wgsidecar secret FILE`.

use crate::lint::{Check, Findings, ObjectRef, Rule, rule};
use crate::text::{Level, Place, Span};
use crate::wireguard::exposed::{exposed, may_hold_key};
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Object(check)],
    ..rule!("key_in_the_open.rs", "key-in-the-open")
};

/// Where a Secret holds what nobody is to see.
const SAFE: [&str; 2] = ["data", "stringData"];

fn check(view: &ObjectRef, findings: &mut Findings) {
    let root = view.object.node;
    let is_secret = view.is("", "Secret");
    let span = if root == view.tree.root() { view.tree.document() } else { view.tree.span(root) };
    if !may_hold_key(&view.tree.text()[span.range()]) {
        return;
    }
    let mut search = Search { view, scalars: Vec::new(), places: Vec::new() };
    if is_secret {
        search.entries(root, "", |key| !SAFE.iter().any(|name| view.tree.is_key(key, name)))
    } else {
        search.value(root, "");
        search.comments(span);
    }
    for place in search.places {
        findings
            .add(&RULE, place, "a WireGuard private key is readable here")
            .help("ask for a new key, and keep it in a Secret: `wgsidecar secret FILE`");
    }
}

/// Goes through an object and keeps the places of private keys.
struct Search<'v, 'a, 's> {
    view: &'v ObjectRef<'a, 's>,
    /// Where the texts of the object stand: between them are comments.
    scalars: Vec<Span>,
    places: Vec<Place>,
}

impl Search<'_, '_, '_> {
    /// Looks at a value, whose name is that of its entry, flag or variable.
    fn value(&mut self, node: NodeId, name: &str) {
        let tree = self.view.tree;
        if tree.kind(node).is_mapping() {
            self.entries(node, name, |_| true);
        } else if tree.kind(node).is_sequence() {
            self.items(node, name);
        } else {
            self.scalars.push(tree.span(node));
            let text = tree.string(node).unwrap_or_default();
            if let Some(key) = exposed(&text, name).first() {
                let line = self.view.line(node, key.start());
                self.places.push(line.unwrap_or(self.view.place(node)));
            }
        }
    }

    fn entries(&mut self, mapping: NodeId, name: &str, is_searched: impl Fn(NodeId) -> bool) {
        let tree = self.view.tree;
        let named = tree.get(mapping, "name").and_then(|name| tree.string(name));
        for (key, value) in tree.entries(mapping).filter(|(key, _)| is_searched(*key)) {
            self.value(key, "");
            let own = tree.word(key).unwrap_or_default();
            if own == "value" {
                // A variable of a container, or an object around a value.
                self.value(value, named.as_deref().unwrap_or(name))
            } else {
                self.value(value, &own)
            }
        }
    }

    /// The flag before an argument names it.
    fn items(&mut self, sequence: NodeId, name: &str) {
        let tree = self.view.tree;
        let mut before = None;
        for item in tree.items(sequence) {
            let flag = before.and_then(|before| tree.string(before)).unwrap_or_default();
            self.value(item, &format!("{name} {flag}"));
            before = Some(item);
        }
    }

    fn comments(&mut self, object: Span) {
        self.scalars.sort();
        let scalars = std::mem::take(&mut self.scalars);
        let mut start = object.start();
        for scalar in scalars.into_iter().chain([Span::at(object.end())]) {
            if start < scalar.start() {
                self.comment(Span::new(start, scalar.start()));
            }
            start = start.max(scalar.end());
        }
    }

    fn comment(&mut self, between: Span) {
        let text = &self.view.tree.text()[between.range()];
        let Some(hash) = memchr::memchr(b'#', text.as_bytes()) else { return };
        let start = between.start() + hash;
        let keys = exposed(&text[hash..], "").into_iter();
        let place =
            |key: Span| self.view.tree.at(Span::new(start + key.start(), start + key.end()));
        self.places.extend(keys.map(place));
    }
}
