//! What a pod already holds of ours. Knows nothing of what is wanted.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::format_1;
use super::hashes::Hashes;
use super::mark::{self, Before, Format, Mark, Site, Unreadable};
use super::normal::{Parts, without_additions};
use crate::yaml::write::remove::said_by;
use crate::yaml::{NodeId, Tree, comment};

/// How the first line of our script begins: it tells our container from another of its name.
pub const SCRIPT_HEAD: &str = "# wgsidecar: ";

/// Whether a text may hold anything of ours, broken or whole.
pub fn may_be_in(text: &[u8]) -> bool {
    [mark::KEY, SCRIPT_HEAD].iter().any(|it| memchr::memmem::find(text, it.as_bytes()).is_some())
}

/// What of ours a pod template holds.
#[derive(Clone, Debug)]
pub enum Presence {
    Absent,
    Complete(Box<Existing>),
    /// Parts only: someone edited by hand.
    Partial {
        place: NodeId,
        missing: &'static str,
    },
    /// A later release has written the mark, which stands at this place.
    Newer(NodeId),
}

/// One injection in a pod template.
#[derive(Clone, Debug)]
pub struct Existing {
    pub mark: Mark,
    /// The mark's key in the annotations, and its value.
    pub mark_key: NodeId,
    pub mark_value: NodeId,
    /// The list of init containers, and ours in it.
    pub init_containers: NodeId,
    pub container: NodeId,
    /// The list of volumes, and ours in it.
    pub volumes: NodeId,
    pub volume: NodeId,
    /// What of the pod's DNS settings is ours.
    pub dns: Vec<DnsEntry>,
    pub edited: Option<Edited>,
}

/// An entry of the pod's DNS settings.
#[derive(Clone, Copy, Debug)]
pub struct DnsEntry {
    pub site: Site,
    /// The mapping that it stands in.
    pub parent: NodeId,
    pub key: NodeId,
    pub value: NodeId,
}

/// What somebody has edited by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// The block says something else than what its mark was made for, or there is a comment in it.
    Block,
    /// The mark itself.
    Mark,
}

impl Presence {
    /// The injection, where all of it is there.
    pub fn whole(&self) -> Option<&Existing> {
        match self {
            Self::Complete(existing) => Some(existing),
            _ => None,
        }
    }
}

impl Existing {
    /// The image that the container runs now.
    pub fn image<'s>(&self, tree: &Tree<'s>) -> Option<Cow<'s, str>> {
        tree.string(tree.get(self.container, "image")?)
    }

    /// Whether the block says what its mark was made for, or what a cluster has made of that.
    fn is_as_marked(&self, tree: &Tree, is_live: bool, hashes: &mut Hashes) -> bool {
        let volume = tree.value(self.volume);
        let dns = self.dns.iter();
        let dns: Map<_, _> =
            dns.map(|entry| (entry.site.key().to_owned(), tree.value(entry.value))).collect();
        let expected = self.mark.hash.as_str();
        let has_hash = |container: &Value| {
            let parts = Parts { container, volume: &volume, dns: &dns };
            match self.mark.format {
                Format::One => format_1::has_hash(parts, expected),
                Format::Two => parts.hash() == expected,
            }
        };
        let is_unchanged = match self.mark.format {
            Format::One => has_hash(&tree.value(self.container)),
            Format::Two => hashes.of(tree, self.container, &volume, &dns) == expected,
        };
        is_unchanged
            || is_live && {
                let has_policy = self.mark.settings.has("pull-policy");
                has_hash(&without_additions(&tree.value(self.container), !has_policy))
            }
    }

    /// The name of the Secret in the volume, as kustomize may have changed it.
    pub fn secret_name<'s>(&self, tree: &Tree<'s>) -> Option<Cow<'s, str>> {
        tree.string(self.secret_node(tree)?)
    }

    /// Where that name stands.
    pub fn secret_node(&self, tree: &Tree) -> Option<NodeId> {
        tree.find(self.volume, &["secret", "secretName"])
            .or_else(|| tree.get(self.source(tree, "secret")?, "name"))
    }

    /// What the volume has of the Secret: all of it, or one of its sources.
    pub fn secret_source(&self, tree: &Tree) -> Option<NodeId> {
        tree.get(self.volume, "secret").or_else(|| self.source(tree, "secret"))
    }

    /// The name of the ConfigMap that holds the script, where the arguments do not.
    pub fn script_node(&self, tree: &Tree) -> Option<NodeId> {
        tree.get(self.source(tree, "configMap")?, "name")
    }

    fn source(&self, tree: &Tree, kind: &str) -> Option<NodeId> {
        let sources = tree.find(self.volume, &["projected", "sources"])?;
        tree.items(tree.follow(sources)).find_map(|source| tree.get(source, kind))
    }
}

/// Looks for our block in a pod template's metadata and spec. `object` is the metadata of the whole object; `hashes` is
/// what is known of other pods.
pub fn find(
    hashes: &mut Hashes,
    tree: &Tree,
    object: Option<NodeId>,
    metadata: Option<NodeId>,
    spec: NodeId,
) -> Presence {
    let annotations = metadata.and_then(|metadata| tree.get(metadata, "annotations"));
    let mark_entry = annotations.and_then(|annotations| {
        let annotations = tree.follow(annotations);
        entry(tree, annotations, mark::KEY).map(|(key, value)| (annotations, key, value))
    });
    let init_containers = tree.get(spec, "initContainers").map(|list| tree.follow(list));
    let Some((annotations, mark_key, mark_value)) = mark_entry else {
        let ours = init_containers
            .and_then(|list| tree.items(list).find(|&container| is_ours(tree, container)));
        return ours.map_or(Presence::Absent, |place| Presence::Partial {
            place,
            missing: "the annotation `wgsidecar.dev/injected` is missing",
        });
    };
    let partial = |missing| Presence::Partial { place: mark_key, missing };
    let (mark, is_intact) = match read_mark(tree, mark_value) {
        Ok(read) => read,
        Err(Unreadable::Newer) => return Presence::Newer(mark_value),
        Err(Unreadable::Broken) => {
            return partial("the annotation `wgsidecar.dev/injected` is unreadable");
        }
    };
    let name = mark.name();
    let Some((init_containers, container)) = named(tree, init_containers, &name) else {
        return partial("the init container is missing");
    };
    let volumes = tree.get(spec, "volumes").map(|list| tree.follow(list));
    let Some((volumes, volume)) = named(tree, volumes, &name) else {
        return partial("the volume is missing");
    };
    let entries: Option<Vec<_>> = mark.dns().map(|(site, _)| dns_entry(tree, spec, site)).collect();
    let Some(dns) = entries else {
        return partial("`dnsPolicy`, or the resolver in `dnsConfig`, is missing");
    };
    let added = dns.iter().filter(|entry| mark.original(entry.site).is_none());
    let mut parts = added.map(|entry| (entry.parent, entry.value)).chain([
        (init_containers, container),
        (volumes, volume),
        (annotations, mark_value),
    ]);
    let has_comment = parts.any(|(parent, part)| comment::goes_with(tree, parent, part));
    drop(parts);
    let mut existing = Existing {
        mark,
        mark_key,
        mark_value,
        init_containers,
        container,
        volumes,
        volume,
        dns,
        edited: (!is_intact).then_some(Edited::Mark),
    };
    // Only a cluster gives an object an identity.
    let is_live = object.is_some_and(|metadata| tree.get(metadata, "uid").is_some());
    if has_comment || !existing.is_as_marked(tree, is_live, hashes) {
        existing.edited = Some(Edited::Block);
    }
    Presence::Complete(Box::new(existing))
}

fn read_mark(tree: &Tree, value: NodeId) -> Result<(Mark, bool), Unreadable> {
    let text = tree.string(value).ok_or(Unreadable::Broken)?;
    let (mark, is_intact) = Mark::parse(&text)?;
    let could_stand = |(site, before): (&Site, &Before)| match before {
        Before::Absent => true,
        Before::Stood(bytes) => said_by(bytes).is_some_and(|said| gives_way(*site, &said)),
    };
    if mark.places.iter().all(could_stand) {
        Ok((mark, is_intact))
    } else {
        Err(Unreadable::Broken)
    }
}

/// Whether a value is one in whose place we put something: it is empty, or the default written out.
pub(super) fn gives_way(site: Site, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => site == Site::DnsPolicy && ["", "ClusterFirst"].contains(&&**text),
        Value::Array(items) => items.is_empty() && site != Site::DnsPolicy,
        Value::Object(map) => map.is_empty() && site != Site::DnsPolicy,
        _ => false,
    }
}

fn dns_entry(tree: &Tree, spec: NodeId, site: Site) -> Option<DnsEntry> {
    let parent = match site {
        Site::Nameservers => tree.get(spec, Site::DnsConfig.key())?,
        _ => spec,
    };
    let parent = tree.follow(parent);
    let (key, value) = entry(tree, parent, site.key())?;
    Some(DnsEntry { site, parent, key, value })
}

/// Whether a container runs our script.
pub fn is_ours(tree: &Tree, container: NodeId) -> bool {
    ["command", "args"].iter().filter_map(|key| tree.get(container, key)).any(|list| {
        tree.items(tree.follow(list))
            .any(|item| tree.string(item).is_some_and(|text| text.starts_with(SCRIPT_HEAD)))
    })
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
