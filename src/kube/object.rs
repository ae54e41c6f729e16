//! The objects of a document, lists unpacked as kubectl does. Knows nothing of pods.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::kinds::LISTS;
use super::path;
use super::placeholder;
use crate::yaml::{NodeId, Scalar, Tree};

/// One Kubernetes object.
#[derive(Clone, Debug)]
pub struct Object<'s> {
    /// The object's mapping, or the alias that stands for it.
    pub node: NodeId,
    /// The list whose item it is: the value of `items` as it is written, or of what stands for it.
    pub list: Option<NodeId>,
    /// The API group; empty for the core group, and where no `apiVersion` is written.
    pub group: Cow<'s, str>,
    pub version: Cow<'s, str>,
    pub kind: Cow<'s, str>,
    /// `metadata.name`, else `generateName` and a `*`, else empty.
    pub name: Cow<'s, str>,
    /// Where the name stands, or what it is made from.
    pub name_node: Option<NodeId>,
    pub namespace: Option<Cow<'s, str>>,
    pub metadata: Option<NodeId>,
    /// What numbers the parameters stand for, of the template of OpenShift that holds it.
    parameters: Option<Arc<Parameters>>,
}

/// Numbers by the name of a parameter.
type Parameters = HashMap<String, i128>;

/// What kubectl would refuse, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub node: NodeId,
    pub message: String,
}

impl Error {
    pub(super) fn new(node: NodeId, message: impl Into<String>) -> Self {
        Self { node, message: message.into() }
    }
}

/// The objects of a document: its root, or the items of a list.
///
/// As for kubectl, a list is what has `items`, whatever its kind; and so are the kinds that hold objects as a list
/// does. A document without a kind holds no object. The error is for a list within a list, and for one whose items are
/// not objects.
pub fn objects<'s>(tree: &Tree<'s>) -> Result<Vec<Object<'s>>, Error> {
    let Some(root) = Object::read(tree, tree.root(), None) else { return Ok(Vec::new()) };
    let mut objects = Vec::new();
    match tree.get(root.node, "items") {
        None => unpack(tree, root, &mut objects)?,
        Some(items) => {
            for item in list(tree, items, "the `items` of a list are not a list")? {
                if tree.get(item, "items").is_some() {
                    return Err(Error::new(item, "a list within a list"));
                }
                let object = Object::read(tree, item, Some(&root));
                let object = object.map(|object| Object { list: Some(items), ..object });
                object.map_or(Ok(()), |object| unpack(tree, object, &mut objects))?;
            }
        }
    }
    Ok(objects)
}

/// Adds an object, or those that it holds as a list does.
fn unpack<'s>(
    tree: &Tree<'s>,
    object: Object<'s>,
    objects: &mut Vec<Object<'s>>,
) -> Result<(), Error> {
    let is_of = |&&(group, kind, _): &&(&str, &str, &str)| object.is(group, kind);
    let held = LISTS.iter().find(is_of);
    let held = held.and_then(|&(_, _, path)| Some((path, object.at(tree, path)?)));
    let Some((path, held)) = held.filter(|&(_, held)| !tree.is_null(held)) else {
        objects.push(object);
        return Ok(());
    };
    // Many aliases of one list would hold more objects than anybody has written.
    let (whole, part) = (tree.span(object.node), tree.span(tree.follow(held)));
    if part.start() < whole.start() || whole.end() < part.end() {
        return Err(Error::new(held, "these objects are written elsewhere: write them out here"));
    }
    let parameters = parameters(tree, &object, path);
    for item in list(tree, held, "the objects of this one are not a list")? {
        let object = Object::read(tree, item, None);
        let object =
            object.map(|it| Object { list: Some(held), parameters: parameters.clone(), ..it });
        object.map_or(Ok(()), |object| unpack(tree, object, objects))?;
    }
    Ok(())
}

/// The parameters beside a list of objects: their names, with the numbers that they stand for by default.
fn parameters(tree: &Tree, object: &Object, path: &str) -> Option<Arc<Parameters>> {
    let beside = path.strip_suffix("objects")?;
    let list = object.at(tree, &format!("{beside}parameters"))?;
    let number = |item| {
        let name = tree.string(tree.get(item, "name")?)?.into_owned();
        Some((name, tree.word(tree.get(item, "value")?)?.parse().ok()?))
    };
    Some(Arc::new(tree.items(tree.follow(list)).filter_map(number).collect()))
}

/// The items of a list of objects.
fn list(tree: &Tree, list: NodeId, message: &str) -> Result<Vec<NodeId>, Error> {
    let node = tree.follow(list);
    if !tree.kind(node).is_sequence() && !tree.is_null(node) {
        return Err(Error::new(list, message));
    }
    let items: Vec<_> = tree.items(node).collect();
    let is_object = |item: &&NodeId| tree.kind(tree.follow(**item)).is_mapping();
    match items.iter().find(|item| !is_object(item)) {
        Some(item) => Err(Error::new(*item, "an item of a list is not an object")),
        None => Ok(items),
    }
}

impl<'s> Object<'s> {
    /// Reads a mapping with a kind, its own or that of the typed list it stands in.
    fn read(tree: &Tree<'s>, node: NodeId, list: Option<&Self>) -> Option<Self> {
        let text = |from, key| tree.get(from, key).and_then(|value| tree.string(value));
        let written = |text: &Cow<'s, str>| !text.is_empty();
        let kind = text(node, "kind").filter(written);
        let api_version = text(node, "apiVersion").filter(written);
        let (group, version, kind) = match (api_version, kind, list) {
            (None, None, Some(list)) => {
                (list.group.clone(), list.version.clone(), item_kind(&list.kind)?)
            }
            (api_version, kind, _) => {
                let (group, version) = split_api_version(api_version.unwrap_or_default());
                (group, version, kind?)
            }
        };
        let metadata = tree.get(node, "metadata");
        let (name, name_node) = name_of(tree, metadata);
        let namespace = metadata.and_then(|metadata| text(metadata, "namespace")).filter(written);
        let (list, parameters) = (None, None);
        let object = Self {
            node,
            list,
            group,
            version,
            kind,
            name,
            name_node,
            namespace,
            metadata,
            parameters,
        };
        Some(object)
    }

    /// A mapping that need not say what it is.
    pub fn unnamed(tree: &Tree<'s>, node: NodeId) -> Self {
        let metadata = tree.get(node, "metadata");
        let (name, name_node) = name_of(tree, metadata);
        Self {
            node,
            list: None,
            group: "".into(),
            version: "".into(),
            kind: "".into(),
            name,
            name_node,
            namespace: None,
            metadata,
            parameters: None,
        }
    }

    /// The same object in another tree, where it is the mapping `node`.
    pub fn read_again<'t>(&self, tree: &Tree<'t>, node: NodeId) -> Object<'t>
    where
        's: 't,
    {
        let metadata = tree.get(node, "metadata");
        let (name, name_node) = name_of(tree, metadata);
        Object { node, list: None, metadata, name, name_node, ..self.clone() }
    }

    /// The value at a path without wildcards.
    pub fn at(&self, tree: &Tree, path: &str) -> Option<NodeId> {
        path::sibling(tree, &[self.node], "", path)
    }

    /// A number as its host reads it: one that stands there, or that a parameter stands for.
    pub fn integer(&self, tree: &Tree, node: NodeId) -> Option<i128> {
        let of_parameter = || {
            let text = tree.string(node)?;
            let name = text.strip_prefix("${{")?.strip_suffix("}}")?;
            self.parameters.as_ref()?.get(name).copied()
        };
        integer(tree, node).or_else(of_parameter)
    }

    /// Whether it has a name that tells it from others: one that is still to be generated does not.
    pub fn has_name(&self) -> bool {
        !self.name.is_empty() && !self.name.ends_with('*')
    }

    /// Whether it is of this kind of this group.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.group == group
    }

    /// The value of one of its labels.
    pub fn label(&self, tree: &Tree, key: &str) -> Option<NodeId> {
        label(tree, self.metadata, key)
    }

    /// The value of one of its annotations.
    pub fn annotation(&self, tree: &Tree, key: &str) -> Option<NodeId> {
        annotation(tree, self.metadata, key)
    }
}

/// The value of a label in `metadata`; only a string is one to Kubernetes.
pub fn label(tree: &Tree, metadata: Option<NodeId>, key: &str) -> Option<NodeId> {
    tree.find(metadata?, &["labels", key])
}

/// The value of an annotation in `metadata`; only a string is one to Kubernetes.
pub fn annotation(tree: &Tree, metadata: Option<NodeId>, key: &str) -> Option<NodeId> {
    tree.find(metadata?, &["annotations", key])
}

/// The keys and values of a mapping, those of merged mappings before or after its own, as they are written; a later
/// one wins over an earlier.
pub fn pairs(tree: &Tree, mapping: NodeId) -> Vec<(NodeId, NodeId)> {
    let mut pairs = Vec::new();
    collect_pairs(tree, mapping, &mut HashSet::new(), &mut pairs);
    pairs
}

/// A mapping that is merged twice adds nothing the second time: without this, merges of merges grow without bound.
fn collect_pairs(
    tree: &Tree,
    mapping: NodeId,
    seen: &mut HashSet<NodeId>,
    pairs: &mut Vec<(NodeId, NodeId)>,
) {
    let mapping = tree.follow(mapping);
    // Only a mapping with an alias can be reached twice.
    if tree.is_aliased(mapping) && !seen.insert(mapping) {
        return;
    }
    for (key, value) in tree.entries(mapping) {
        if !tree.is_merge_key(key) {
            pairs.push((key, value));
            continue;
        }
        let mut merged: Vec<_> = tree.items(tree.follow(value)).collect();
        // The first of a list wins, so it comes last.
        merged.reverse();
        if merged.is_empty() {
            merged.push(value);
        }
        merged.into_iter().for_each(|merged| collect_pairs(tree, merged, seen, pairs));
    }
}

/// A number as kubectl reads it once placeholders have their defaults; `None` if it is not a number.
pub fn integer(tree: &Tree, node: NodeId) -> Option<i128> {
    match placeholder::scalar(tree, node)? {
        Scalar::Int(value) => Some(value),
        Scalar::Float(value) if value.fract() == 0.0 => Some(value as i128),
        _ => None,
    }
}

/// The kind of the items of a typed list.
fn item_kind<'s>(list: &Cow<'s, str>) -> Option<Cow<'s, str>> {
    let kind = match list {
        Cow::Borrowed(list) => Cow::Borrowed(list.strip_suffix("List")?),
        Cow::Owned(list) => Cow::Owned(list.strip_suffix("List")?.into()),
    };
    (!kind.is_empty()).then_some(kind)
}

fn split_api_version(api_version: Cow<str>) -> (Cow<str>, Cow<str>) {
    match api_version {
        Cow::Borrowed(text) => {
            let (group, version) = text.split_once('/').unwrap_or(("", text));
            (group.into(), version.into())
        }
        Cow::Owned(text) => {
            let (group, version) = text.split_once('/').unwrap_or(("", &text));
            (Cow::Owned(group.into()), Cow::Owned(version.into()))
        }
    }
}

fn name_of<'s>(tree: &Tree<'s>, metadata: Option<NodeId>) -> (Cow<'s, str>, Option<NodeId>) {
    let word = |key| {
        let node = metadata.and_then(|metadata| tree.get(metadata, key))?;
        tree.word(node).filter(|word| !word.is_empty()).map(|word| (word, node))
    };
    if let Some((name, node)) = word("name") {
        return (name, Some(node));
    }
    match word("generateName") {
        Some((prefix, node)) => (Cow::Owned(format!("{prefix}*")), Some(node)),
        None => (Cow::Borrowed(""), None),
    }
}
