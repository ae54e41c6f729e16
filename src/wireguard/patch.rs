//! The tunnel as a patch for kustomize: the patch's text, and what such a text holds of ours. Knows nothing of where
//! patches stand.

use serde_json::{Value, json};

use super::existing::{self, Edited, Presence};
use super::hashes::Hashes;
use super::mark::{self, Before, Mark, escape, unescape};
use super::pod::Block;
use crate::kube::kinds::{PodIdentity, WORKLOADS};
use crate::kube::{Kinds, Object, WorkloadKind, objects, workload};
use crate::text::Span;
use crate::wireguard::tunnel::Ordinal;
use crate::yaml::write::document;
use crate::yaml::{self, NodeId, Tree};

/// The API groups that every cluster has: only of their kinds does a host know how to merge lists.
const GROUPS: [&str; 3] = ["", "apps", "batch"];

/// The kinds that a patch can be for.
pub fn rows() -> impl Iterator<Item = &'static WorkloadKind> {
    WORKLOADS.iter().filter(|row| is_patchable(row))
}

/// Whether a patch can be for a kind.
pub fn is_patchable(row: &WorkloadKind) -> bool {
    GROUPS.contains(&row.groups[0])
}

/// Where the pods of a kind can read their ordinal, as far as the kind alone tells.
pub fn ordinal(row: &WorkloadKind) -> Option<Ordinal> {
    (row.templates[0].spread == PodIdentity::Ordinal).then_some(Ordinal::Pod)
}

/// The group, version and kind of what a patch is for, as kustomize's `target` has them.
pub fn target(row: &WorkloadKind) -> serde_json::Map<String, Value> {
    let group = row.groups[0];
    let mut target = serde_json::Map::new();
    if !group.is_empty() {
        target.insert("group".into(), group.into());
    }
    target.insert("version".into(), "v1".into());
    target.insert("kind".into(), row.kind.into());
    target
}

/// An item of a list of patches for one workload. kustomize takes the name for a regular expression.
pub fn item(row: &WorkloadKind, name: &str, text: &str) -> Value {
    json!({"target": target_of(row, name), "patch": text})
}

fn target_of(row: &WorkloadKind, name: &str) -> serde_json::Map<String, Value> {
    let mut target = target(row);
    target.insert("name".into(), name.replace('.', r"\.").into());
    target
}

/// Whether a target selects this workload and no other: by kind and name at least, and by nothing that was not written.
fn selects_it(target: &Value, row: &WorkloadKind, name: &str) -> bool {
    let (Some(target), own) = (target.as_object(), target_of(row, name)) else { return false };
    ["kind", "name"].into_iter().all(|key| target.contains_key(key))
        && target.iter().all(|(key, value)| own.get(key) == Some(value))
}

/// What a way to a patch had not before us, and what is to go with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The key of a mapping, or `key[]` for an item of the list under it.
    pub level: String,
    pub before: Before,
}

/// How the line begins that says what was made for a patch. No program that merges the patch sees a comment.
const MADE: &str = "# wgsidecar.dev/into: ";

/// The text of a patch.
pub fn text(object: &Value, made: Option<&Made>) -> String {
    let line = made.map(|Made { level, before }| match before {
        Before::Absent => format!("{MADE}{level}\n"),
        Before::Stood(bytes) => format!("{MADE}{level}={}\n", escape(bytes)),
    });
    line.unwrap_or_default() + &document(object)
}

fn made(text: &str) -> Option<Made> {
    let line = text.lines().next()?.strip_prefix(MADE)?;
    Some(match line.split_once('=') {
        None => Made { level: line.to_owned(), before: Before::Absent },
        Some((level, bytes)) => {
            Made { level: level.to_owned(), before: Before::Stood(unescape(bytes)?) }
        }
    })
}

/// A workload with what its pod template gains, and nothing else.
pub fn object(row: &WorkloadKind, name: &str, block: &Block, mark: &Mark) -> Value {
    let mut spec = json!({"initContainers": [*block.container], "volumes": [*block.volume]});
    for (site, value) in &block.dns {
        spec[site.key()] = value.as_ref().clone();
    }
    let group = row.groups[0];
    let version = if group.is_empty() { "v1".to_owned() } else { format!("{group}/v1") };
    let mut object = json!({"apiVersion": version, "kind": row.kind, "metadata": {"name": name}});
    put(&mut object, row.templates[0].path, mark.to_string().into(), spec);
    object
}

/// Puts a mark and a spec where the kind has its pod template; a Pod is its own.
fn put(object: &mut Value, path: &str, mark: Value, spec: Value) {
    let mut place = object;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        place = &mut place[step];
    }
    place["metadata"]["annotations"] = json!({ (mark::KEY): mark });
    place["spec"] = spec;
}

/// What a text that is a patch holds of ours.
#[derive(Clone, Debug)]
pub struct Held {
    pub row: &'static WorkloadKind,
    pub name: String,
    pub state: State,
    /// `None` where it cannot be read.
    pub mark: Option<Mark>,
    /// What stands in the container and in the volume now.
    pub image: Option<String>,
    pub secret: Option<String>,
    /// The ConfigMap that holds the script.
    pub script: Option<String>,
    pub made: Option<Made>,
}

/// How much of what was written is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Whole,
    Edited(Edited),
    /// There is more in the patch than the tunnel.
    More,
    /// Its target selects other pods than those of the workload that it names.
    Target,
    Partial(&'static str),
    Newer,
}

/// Looks for our block in a patch; `None` where there is none.
pub fn read(text: &str, kinds: &Kinds) -> Option<Held> {
    if !existing::may_be_in(text.as_bytes()) {
        return None;
    }
    let tree = yaml::parse(text, Span::new(0, text.len())).ok()??;
    let objects = objects(&tree).ok()?;
    let [object] = &objects[..] else { return None };
    let workload = workload(&tree, kinds, object)?;
    let template = workload.templates.first()?;
    let presence = existing::find(
        &mut Hashes::default(),
        &tree,
        workload.object.metadata,
        template.metadata,
        template.spec?,
    );
    let mut held = Held {
        row: workload.row,
        name: object.name.clone().into_owned(),
        state: State::Whole,
        mark: None,
        image: None,
        secret: None,
        script: None,
        made: made(text),
    };
    match presence {
        Presence::Absent => return None,
        Presence::Newer(_) => held.state = State::Newer,
        Presence::Partial { missing, .. } => held.state = State::Partial(missing),
        Presence::Complete(found) => {
            held.state = match found.edited {
                Some(edited) => State::Edited(edited),
                None if !is_alone(&tree, object, workload.row, &found) => State::More,
                None => State::Whole,
            };
            held.image = found.image(&tree).map(|it| it.into_owned());
            held.secret = found.secret_name(&tree).map(|it| it.into_owned());
            let script = found.script_node(&tree).and_then(|node| tree.string(node));
            held.script = script.map(|it| it.into_owned());
            held.mark = Some(found.mark);
        }
    }
    Some(held)
}

impl Held {
    /// Looks at the target beside a patch, which alone decides whom it reaches; one without a name goes by labels.
    pub fn beside(mut self, tree: &Tree, target: Option<NodeId>) -> Self {
        let target = target.map(|target| tree.value(target)).filter(|it| it.get("name").is_some());
        let is_other = target.is_some_and(|target| !selects_it(&target, self.row, &self.name));
        if is_other && self.state == State::Whole {
            self.state = State::Target;
        }
        self
    }
}

/// The same of a patch that is written as a mapping.
pub fn read_mapping(tree: &Tree, node: NodeId, kinds: &Kinds) -> Option<Held> {
    let is_likely = existing::may_be_in(tree.raw(node).as_bytes());
    is_likely.then(|| read(&tree.value(node).to_string(), kinds))?
}

/// Whether a patch holds the tunnel and nothing else.
fn is_alone(tree: &Tree, object: &Object, row: &WorkloadKind, found: &existing::Existing) -> bool {
    let (container, volume) = (tree.value(found.container), tree.value(found.volume));
    let mut spec = json!({"initContainers": [container], "volumes": [volume]});
    for entry in &found.dns {
        spec[entry.site.key()] = tree.value(entry.value);
    }
    let version = tree.get(object.node, "apiVersion").map(|it| tree.value(it));
    let name = object.name_node.map(|it| tree.value(it));
    let mut whole = json!({"apiVersion": version, "kind": object.kind, "metadata": {"name": name}});
    let Some(pods) = row.templates.first() else { return false };
    put(&mut whole, pods.path, tree.value(found.mark_value), spec);
    tree.value(object.node) == whole
}
