//! The objects of the run that hold no pods but decide what becomes of them. Knows nothing of any rule.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::kube::Object;
use crate::wireguard::mark;
use crate::yaml::{NodeId, Tree};

/// The objects that rules read, with their documents.
#[derive(Debug, Default)]
pub struct Context<'s> {
    documents: Vec<(usize, Tree<'s>)>,
    objects: Vec<Seen<'s>>,
}

/// An object of the run.
#[derive(Debug)]
pub struct Seen<'s> {
    /// Index of its source.
    pub source: usize,
    document: usize,
    pub object: Object<'s>,
}

/// The Secret that a tunnel means, as this run knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSecret {
    /// Its name now: a generator may have added a hash to the one that was asked for.
    pub name: String,
    /// A hash of what it holds.
    pub content: String,
}

impl<'s> Context<'s> {
    /// Keeps a document for the objects in it.
    pub fn add(&mut self, source: usize, tree: Tree<'s>, objects: Vec<Object<'s>>) {
        let document = self.documents.len();
        self.documents.push((source, tree));
        self.objects.extend(objects.into_iter().map(|object| Seen { source, document, object }));
    }

    /// The objects of a kind.
    pub fn of_kind<'a>(
        &'a self,
        group: &'a str,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a Seen<'s>> {
        self.objects
            .iter()
            .filter(move |seen| seen.object.kind == kind && seen.object.group == group)
    }

    /// The tree that an object is in.
    pub fn tree(&self, seen: &Seen) -> &Tree<'s> {
        &self.documents[seen.document].1
    }

    /// The plain Secret that is meant by a name: the one of that name, or the only one to whose name a generator has
    /// added a hash.
    pub fn secret(&self, namespace: Option<&str>, name: &str) -> Option<FoundSecret> {
        let near = |seen: &&Seen| match (&seen.object.namespace, namespace) {
            (Some(own), Some(wanted)) => own == wanted,
            _ => true,
        };
        let secrets: Vec<_> = self.of_kind("", "Secret").filter(near).collect();
        if let Some(exact) =
            secrets.iter().find(|seen| seen.object.name == name || self.was_called(seen, name))
        {
            return Some(self.found(exact, name.to_owned()));
        }
        let mut hashed =
            secrets.iter().filter(|seen| has_generated_suffix(&seen.object.name, name));
        match (hashed.next(), hashed.next()) {
            (Some(only), None) => Some(self.found(only, only.object.name.to_string())),
            _ => None,
        }
    }

    fn found(&self, seen: &Seen, name: String) -> FoundSecret {
        FoundSecret { name, content: content_hash(self.tree(seen), seen.object.node) }
    }

    /// Whether kustomize, which calls us, knew the object by this name before it renamed it.
    fn was_called(&self, seen: &Seen, name: &str) -> bool {
        let names = seen
            .object
            .annotation(self.tree(seen), PREVIOUS_NAMES)
            .and_then(|node| self.tree(seen).string(node));
        names.is_some_and(|names| names.split(',').any(|previous| previous == name))
    }
}

const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";

/// Whether `generated` is `name`, a dash, and the ten characters that kustomize makes of a content's hash.
fn has_generated_suffix(generated: &str, name: &str) -> bool {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let suffix = generated.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
    suffix.is_some_and(|suffix| {
        suffix.len() == 10 && suffix.bytes().all(|byte| ALPHABET.contains(&byte))
    })
}

/// A hash of a Secret's entries, the same whether they are written in `data` or in `stringData`.
fn content_hash(tree: &Tree, secret: NodeId) -> String {
    let mut entries: BTreeMap<Cow<str>, Vec<u8>> = BTreeMap::new();
    for (field, decode) in [
        ("data", decode_base64 as fn(&str) -> Vec<u8>),
        ("stringData", |text| text.as_bytes().to_vec()),
    ] {
        let values = tree.get(secret, field).map(|node| tree.follow(node));
        for (key, value) in values.into_iter().flat_map(|values| tree.entries(values)) {
            let text = tree.word(value).unwrap_or_default();
            entries.insert(tree.word(key).unwrap_or_default(), decode(&text));
        }
    }
    let list: Value =
        entries.into_iter().map(|(key, bytes)| serde_json::json!([key, bytes])).collect();
    mark::hash(&list.to_string())
}

fn decode_base64(text: &str) -> Vec<u8> {
    use base64::Engine;
    let digits: String = text.split_ascii_whitespace().collect();
    // What is no base64 is refused by its own rule; here it only has to count as something.
    base64::engine::general_purpose::STANDARD
        .decode(&digits)
        .unwrap_or_else(|_| digits.into_bytes())
}
