//! What a pod already holds of ours. Knows nothing of what is wanted.

use std::borrow::Cow;

use serde_json::Value;

use super::mark::{self, Mark};
use crate::yaml::{NodeId, Tree, comment};

/// How the first line of our script begins: it tells our container from another of its name.
pub const SCRIPT_HEAD: &str = "# wgsidecar: ";

/// What of ours a pod template holds.
#[derive(Clone, Debug)]
pub enum Presence {
    Absent,
    Whole(Box<Existing>),
    /// Parts only: someone edited by hand.
    Partial {
        place: NodeId,
        missing: &'static str,
    },
}

/// One injection in a pod template.
#[derive(Clone, Debug)]
pub struct Existing {
    pub mark: Mark,
    /// The mark's key in the annotations.
    pub mark_key: NodeId,
    /// The list of init containers, and ours in it.
    pub init_containers: NodeId,
    pub container: NodeId,
    /// The list of volumes, and ours in it.
    pub volumes: NodeId,
    pub volume: NodeId,
    /// The keys of `dnsPolicy` and `dnsConfig`, where they are ours.
    pub dns: Vec<NodeId>,
    /// Whether the block's content differs from what its mark says, or somebody has put a comment into it.
    pub edited: bool,
}

impl Existing {
    /// The image that the container runs now.
    pub fn image<'s>(&self, tree: &Tree<'s>) -> Option<Cow<'s, str>> {
        tree.string(tree.get(self.container, "image")?)
    }

    /// The name of the Secret in the volume, as kustomize may have changed it.
    pub fn secret_name<'s>(&self, tree: &Tree<'s>) -> Option<Cow<'s, str>> {
        tree.string(tree.find(self.volume, &["secret", "secretName"])?)
    }
}

/// Looks for our block in a pod template's metadata and spec.
pub fn find(tree: &Tree, metadata: Option<NodeId>, spec: NodeId) -> Presence {
    let annotations = metadata.and_then(|metadata| tree.get(metadata, "annotations"));
    let mark_entry = annotations.and_then(|annotations| {
        let annotations = tree.follow(annotations);
        entry(tree, annotations, mark::KEY).map(|(key, value)| (annotations, key, value))
    });
    let mark = mark_entry.and_then(|(_, _, value)| Mark::parse(&tree.string(value)?));
    let init_containers = tree.get(spec, "initContainers").map(|list| tree.follow(list));
    let Some((annotations, mark_key, mark_value)) = mark_entry else {
        let ours = init_containers
            .and_then(|list| tree.items(list).find(|&container| is_ours(tree, container)));
        return ours
            .map_or(Presence::Absent, |place| Presence::Partial { place, missing: "the mark" });
    };
    let partial = |missing| Presence::Partial { place: mark_key, missing };
    let Some(mark) = mark else { return partial("a mark that can be read") };
    let Some((init_containers, container)) = named(tree, init_containers, &mark.name) else {
        return partial("the init container");
    };
    let volumes = tree.get(spec, "volumes").map(|list| tree.follow(list));
    let Some((volumes, volume)) = named(tree, volumes, &mark.name) else {
        return partial("the volume");
    };
    let dns: Vec<_> = match mark.dns {
        true => ["dnsPolicy", "dnsConfig"]
            .iter()
            .filter_map(|key| Some(entry(tree, spec, key)?.0))
            .collect(),
        false => Vec::new(),
    };
    if mark.dns && dns.len() < 2 {
        return partial("`dnsPolicy` or `dnsConfig`");
    }
    let spec = tree.follow(spec);
    let with_dns = tree.entries(spec).filter(|(key, _)| dns.contains(key));
    let mut parts = with_dns.map(|(_, value)| (spec, value)).chain([
        (init_containers, container),
        (volumes, volume),
        (annotations, mark_value),
    ]);
    let edited = hash_now(tree, spec, container, volume, mark.dns) != mark.hash
        || parts.any(|(parent, part)| comment::goes_with(tree, parent, part));
    Presence::Whole(Box::new(Existing {
        mark,
        mark_key,
        init_containers,
        container,
        volumes,
        volume,
        dns,
        edited,
    }))
}

/// Whether a container runs our script.
pub fn is_ours(tree: &Tree, container: NodeId) -> bool {
    ["command", "args"].iter().filter_map(|key| tree.get(container, key)).any(|list| {
        tree.items(tree.follow(list))
            .any(|item| tree.string(item).is_some_and(|text| text.starts_with(SCRIPT_HEAD)))
    })
}

fn hash_now(
    tree: &Tree,
    spec: NodeId,
    container: NodeId,
    volume: NodeId,
    with_dns: bool,
) -> String {
    let value = |key| tree.get(spec, key).map_or(Value::Null, |node| tree.value(node));
    let dns = with_dns.then(|| (value("dnsPolicy"), value("dnsConfig")));
    mark::hash_of_parts(
        &tree.value(container),
        &tree.value(volume),
        dns.as_ref().map(|(policy, config)| (policy, config)),
    )
}

/// The entry of a mapping under a key, as it is written there.
fn entry(tree: &Tree, mapping: NodeId, name: &str) -> Option<(NodeId, NodeId)> {
    tree.entries(tree.follow(mapping)).filter(|(key, _)| tree.is_key(*key, name)).last()
}

fn named(tree: &Tree, list: Option<NodeId>, name: &str) -> Option<(NodeId, NodeId)> {
    let list = list?;
    let item = tree.items(list).find(|&item| {
        tree.get(item, "name").and_then(|value| tree.string(value)).is_some_and(|it| it == name)
    })?;
    Some((list, item))
}
