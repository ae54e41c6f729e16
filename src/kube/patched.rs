//! The objects that hand patches to kustomize, in one table, and where their patches stand. Knows nothing of what a
//! patch says.

use std::borrow::Cow;
use std::path::Path;

use super::lookup::is_called;
use super::object::Object;
use super::path::{Segment, Taken, Way, bound, segments, ways};
use crate::yaml::write::is_empty;
use crate::yaml::{NodeId, Tree};

/// The names under which kustomize looks for a kustomization.
pub const FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a file has one of these names, in any case.
pub fn is_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    FILES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// A kind whose objects take patches.
#[derive(Debug)]
pub struct Patched {
    pub group: &'static str,
    pub kinds: &'static [&'static str],
    /// What kubectl calls it besides its name and its plural.
    short: &'static [&'static str],
    /// Paths of its lists of patches; of several the first whose beginning is there counts. The last key is that of the
    /// list.
    lists: &'static [&'static str],
    /// Which item of a list on the way is meant.
    item: Item,
    /// Where the mapping above the list stands that names a source, and what keeps a source from being patched.
    closed: &'static [(&'static str, &'static str)],
    /// What takes the place of all of its sources, and why nothing is patched then.
    instead: Option<(&'static str, &'static str)>,
    /// Paths of the namespace that the patched workloads come to be in.
    namespaces: &'static [&'static str],
    /// Whether they come to be in the object's own where it names none; else each stays where its manifest puts it.
    in_its_own: bool,
    /// The path of the values of a chart that it renders.
    pub values: Option<&'static str>,
    /// What renders its pods.
    pub renderer: &'static str,
    /// What a user runs to see what comes out, for a name.
    pub check: &'static str,
    /// Which command of ours judges that: what comes out before it is patched, or after.
    pub tail: &'static str,
}

/// Which item of a list leads on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    /// The last one, if it has the key that leads on; else a new one behind it: what comes last is ahead of all others
    /// in the pod.
    Last,
    /// The only one that can be patched.
    Only,
}

/// The group of kustomizations.
pub const KUSTOMIZE: &str = "kustomize.config.k8s.io";

const CHART: &str = "Argo CD applies no kustomize patches to a chart or to another tool's source (`multiple application sources defined`)";

/// What stands here about a kind is from its own API types: fluxcd/helm-controller, fluxcd/kustomize-controller,
/// argoproj/argo-cd, kubernetes-sigs/kustomize.
pub static PATCHED: [Patched; 4] = [
    Patched {
        group: "helm.toolkit.fluxcd.io",
        kinds: &["HelmRelease"],
        short: &["hr"],
        lists: &["spec.postRenderers[*].kustomize.patches"],
        item: Item::Last,
        closed: &[],
        instead: None,
        namespaces: &["spec.targetNamespace"],
        in_its_own: true,
        values: Some("spec.values"),
        renderer: "helm template",
        check: "helm template NAME CHART --values FILE",
        tail: "lint --fail-on error",
    },
    Patched {
        group: "kustomize.toolkit.fluxcd.io",
        kinds: &["Kustomization"],
        short: &["ks"],
        lists: &["spec.patches"],
        item: Item::Last,
        closed: &[],
        instead: None,
        namespaces: &["spec.targetNamespace"],
        in_its_own: false,
        values: None,
        renderer: "flux build kustomization",
        check: "flux build kustomization NAME --path . --kustomization-file FILE --dry-run",
        tail: "inject --check",
    },
    Patched {
        group: "argoproj.io",
        kinds: &["Application"],
        short: &["app"],
        lists: &["spec.sources[*].kustomize.patches", "spec.source.kustomize.patches"],
        item: Item::Only,
        closed: &[("chart", CHART), ("helm", CHART), ("directory", CHART), ("plugin", CHART)],
        instead: Some((
            "spec.sourceHydrator",
            "Argo CD applies what `sourceHydrator` has rendered, and no patches of `source` or `sources`",
        )),
        namespaces: &["spec.destination.namespace"],
        in_its_own: false,
        values: None,
        renderer: "argocd app manifests",
        check: "argocd app manifests NAME --source git",
        tail: "inject --check",
    },
    Patched {
        group: KUSTOMIZE,
        kinds: &["Kustomization", "Component"],
        short: &[],
        lists: &["patches"],
        item: Item::Last,
        closed: &[],
        instead: None,
        namespaces: &["namespace"],
        in_its_own: false,
        values: None,
        renderer: "kustomize build",
        check: "kustomize build .",
        tail: "inject --check",
    },
];

/// Keys of the older spellings of kustomize and Flux. Patches of the last one are applied after all others.
const OLDER: [&str; 2] = ["patchesStrategicMerge", LAST];

/// The key of the patches that are applied after all others.
pub const LAST: &str = "patchesJson6902";

/// Where a patch is to go, or why it cannot.
#[derive(Debug)]
pub struct Spot {
    /// Every mapping and list from the object on that is there, with the key, if it is a key, that leads on.
    pub way: Vec<(NodeId, Option<&'static str>)>,
    pub gap: Gap,
    /// What leads on from the gap to the list of patches, its last segment included.
    pub rest: Vec<Segment<'static>>,
}

/// What is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// A key of a mapping that has others.
    Key { mapping: NodeId, key: &'static str },
    /// The value of a key, which is empty.
    Value { mapping: NodeId, key: &'static str, value: NodeId },
    /// An item at the end of a list that has some: the patch itself where nothing is left to lead on.
    Item { list: NodeId },
}

/// A list of patches that is there.
#[derive(Clone, Debug)]
pub struct List {
    way: Way,
    path: &'static str,
    /// The key under which it stands.
    pub key: &'static str,
}

/// Why no patch can go in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    pub node: NodeId,
    pub message: String,
    pub help: &'static str,
}

/// The row of an object that takes patches.
pub fn find(object: &Object) -> Option<&'static Patched> {
    PATCHED
        .iter()
        .find(|row| row.group == object.group && row.kinds.contains(&object.kind.as_ref()))
}

/// The namespace that the pods of an object run in, where it says so. Those of one that takes patches are rendered into
/// another one than its own.
pub fn namespace<'o>(tree: &Tree, object: &'o Object) -> Option<Cow<'o, str>> {
    match find(object) {
        Some(row) => row.namespace(tree, object).map(Cow::Owned),
        None => object.namespace.as_deref().map(Cow::Borrowed),
    }
}

/// The rows that kubectl would call `word`.
pub fn called(word: &str) -> impl Iterator<Item = &'static Patched> {
    let word = word.split('.').next().unwrap_or_default();
    PATCHED.iter().filter(move |row| {
        row.kinds.iter().any(|kind| is_called(kind, word))
            || row.short.iter().any(|short| short.eq_ignore_ascii_case(word))
    })
}

impl Patched {
    /// Whether it is a kustomization, which is no object of a cluster.
    pub fn is_kustomize(&self) -> bool {
        self.group == KUSTOMIZE
    }

    /// Whether an object may have several sources, of which one is to be named.
    pub fn has_sources(&self) -> bool {
        self.item == Item::Only
    }

    /// The namespace of what an object patches, where it says so.
    pub fn namespace(&self, tree: &Tree, object: &Object) -> Option<String> {
        let own = || object.namespace.as_deref().filter(|_| self.in_its_own).map(str::to_owned);
        self.target_namespace(tree, object).or_else(own)
    }

    /// The namespace that an object names for what it patches.
    pub fn target_namespace(&self, tree: &Tree, object: &Object) -> Option<String> {
        let written = |path: &&'static str| {
            let text = tree.string(object.at(tree, path)?)?.into_owned();
            (!text.is_empty()).then_some(text)
        };
        self.namespaces.iter().find_map(written)
    }

    /// The lists of patches in an object, those of older spellings too.
    pub fn lists(&self, tree: &Tree, object: &Object) -> Vec<List> {
        let mut lists = Vec::new();
        for path in self.lists {
            let Some((above, key)) = cut(path) else { continue };
            for way in ways(tree, object.node, above) {
                for key in std::iter::once(key).chain(OLDER) {
                    let end = way.nodes.last().and_then(|&last| tree.get(last, key));
                    let Some(node) = end.filter(|&it| tree.kind(tree.follow(it)).is_sequence())
                    else {
                        continue;
                    };
                    let mut way = way.clone();
                    way.nodes.push(node);
                    lists.push(List { way, path: above, key });
                }
            }
        }
        lists
    }

    /// Where a patch of an object goes: in its source of this number, the first being 1, where it has several.
    pub fn spot(
        &self,
        tree: &Tree,
        object: &Object,
        source: Option<usize>,
    ) -> Result<Spot, Closed> {
        let instead = self.instead.and_then(|(path, why)| Some((object.at(tree, path)?, why)));
        if let Some((node, why)) = instead.filter(|(node, _)| !tree.is_null(*node)) {
            let help = "patch the kustomization that it renders";
            return Err(Closed { node, message: why.into(), help });
        }
        let begins = |path: &&&'static str| {
            let first = path.split("[*]").next().filter(|first| first.len() < path.len());
            let is_there = |node| !is_empty(tree, node);
            first.is_none_or(|first| {
                self.item == Item::Last || object.at(tree, first).is_some_and(is_there)
            })
        };
        let path = self.lists.iter().find(begins).copied().unwrap_or_default();
        if source.is_some() && (!self.has_sources() || !path.contains("[*]")) {
            return Err(Closed {
                node: object.name_node.unwrap_or(object.node),
                message: "there are no `sources` here, of which one could be named".into(),
                help: "leave `--source`, or `source` in the settings file, out",
            });
        }
        let mut rest: Vec<_> = segments(path).collect();
        let (mut node, mut way) = (object.node, Vec::new());
        while !rest.is_empty() {
            self.must_be_open(tree, node, &rest)?;
            let segment = rest.remove(0);
            match segment {
                Segment::Key(key) => {
                    way.push((node, Some(key)));
                    if !tree.kind(tree.follow(node)).is_mapping() {
                        return Err(not_as_expected(node, "a mapping"));
                    }
                    let mapping = tree.follow(node);
                    let is_source = rest.first() == Some(&Segment::Key("kustomize"));
                    match tree.get(node, key) {
                        None if is_source => return Err(not_as_expected(node, "a source")),
                        None => return Ok(Spot { way, gap: Gap::Key { mapping, key }, rest }),
                        Some(value) if is_empty(tree, value) => {
                            must_fit(tree, value, rest.first())?;
                            way.push((value, None));
                            return Ok(Spot { way, gap: Gap::Value { mapping, key, value }, rest });
                        }
                        Some(value) => node = value,
                    }
                }
                _ => {
                    way.push((node, None));
                    let list = tree.follow(node);
                    if !tree.kind(list).is_sequence() {
                        return Err(not_as_expected(node, "a list"));
                    }
                    match self.item(tree, list, &rest, source)? {
                        Some(item) => node = item,
                        None => return Ok(Spot { way, gap: Gap::Item { list }, rest }),
                    }
                }
            }
        }
        way.push((node, None));
        let list = tree.follow(node);
        if tree.kind(list).is_sequence() {
            Ok(Spot { way, gap: Gap::Item { list }, rest })
        } else {
            Err(not_as_expected(node, "a list"))
        }
    }

    /// Fails where a mapping that is to have patches names another tool's source.
    fn must_be_open(&self, tree: &Tree, node: NodeId, rest: &[Segment]) -> Result<(), Closed> {
        if rest.first() != Some(&Segment::Key("kustomize")) {
            return Ok(());
        }
        match self.closed_by(tree, node) {
            Some((node, message)) => {
                Err(Closed { node, message: message.into(), help: NO_KUSTOMIZE })
            }
            None => Ok(()),
        }
    }

    fn closed_by(&self, tree: &Tree, node: NodeId) -> Option<(NodeId, &'static str)> {
        let stands = |(key, message): &(&str, &'static str)| {
            Some((tree.get(node, key).filter(|&it| !tree.is_null(it))?, *message))
        };
        self.closed.iter().find_map(stands)
    }

    /// The item of a list that leads on; nothing where a new one is to.
    fn item(
        &self,
        tree: &Tree,
        list: NodeId,
        rest: &[Segment],
        source: Option<usize>,
    ) -> Result<Option<NodeId>, Closed> {
        let items: Vec<_> = tree.items(list).collect();
        match self.item {
            Item::Last => {
                let Some(Segment::Key(key)) = rest.first() else { return Ok(None) };
                let leads_on = |item: &NodeId| tree.get(*item, key).is_some();
                Ok(items.last().copied().filter(leads_on))
            }
            Item::Only => match source {
                Some(number) => self.numbered(tree, list, &items, number).map(Some),
                None => self.only(tree, list, &items).map(Some),
            },
        }
    }

    /// The source of a number.
    fn numbered(
        &self,
        tree: &Tree,
        list: NodeId,
        items: &[NodeId],
        number: usize,
    ) -> Result<NodeId, Closed> {
        let item = number.checked_sub(1).and_then(|index| items.get(index));
        let Some(&item) = item else {
            let count = items.len();
            return Err(Closed {
                node: list,
                message: format!(
                    "there is no source {number}: `sources` has {count}, and the first is 1"
                ),
                help: "name one that is there",
            });
        };
        if self.is_rendered(tree, item) || self.closed_by(tree, item).is_some() {
            return Ok(item);
        }
        Err(Closed {
            node: item,
            message: format!("source {number} has no `path`, so nothing of it is rendered"),
            help: "name another one",
        })
    }

    /// The only source that a patch can be for: the one that has settings of kustomize already, or the only one that
    /// kustomize may render.
    fn only(&self, tree: &Tree, list: NodeId, items: &[NodeId]) -> Result<NodeId, Closed> {
        let numbered = items.iter().copied().zip(1..);
        let open = numbered.filter(|(item, _)| {
            self.is_rendered(tree, *item) && self.closed_by(tree, *item).is_none()
        });
        let open: Vec<_> = open.collect();
        let has_settings = |&&(item, _): &&(NodeId, usize)| {
            tree.get(item, "kustomize").is_some_and(|own| !tree.is_null(own))
        };
        let with_settings: Vec<_> = open.iter().filter(has_settings).collect();
        match (&with_settings[..], &open[..]) {
            ([(item, _)], _) | (_, [(item, _)]) => Ok(*item),
            (_, []) => match items.iter().find_map(|&item| self.closed_by(tree, item)) {
                Some((node, message)) => {
                    Err(Closed { node, message: message.into(), help: NO_KUSTOMIZE })
                }
                None => Err(not_as_expected(list, "a source with a `path`")),
            },
            _ => {
                let path = |item| tree.get(item, "path").and_then(|path| tree.string(path));
                let name = |&(item, number): &(NodeId, usize)| {
                    format!("{number} (`{}`)", path(item).unwrap_or_default())
                };
                let (count, all) = (open.len(), open.iter().map(name));
                let all: Vec<_> = all.take(MOST_SOURCES).collect();
                let more = if count > all.len() { ", …" } else { "" };
                Err(Closed {
                    node: list,
                    message: format!(
                        "{count} sources could have the patch, and it is not known which one renders the workload: {}{more}",
                        all.join(", ")
                    ),
                    help: "name it by its number: `--source 1`, or `source: 1` in the settings file",
                })
            }
        }
    }

    /// Whether a source is there for itself: one that only lends its files to others is not rendered.
    fn is_rendered(&self, tree: &Tree, source: NodeId) -> bool {
        let path = tree.get(source, "path").and_then(|path| tree.string(path));
        path.is_some_and(|path| !path.is_empty())
    }
}

/// So many sources are named in a message.
const MOST_SOURCES: usize = 5;

const NO_KUSTOMIZE: &str = "render the chart yourself (`helm template … | wgsidecar inject`), name it under `helmCharts:` of a kustomization and patch that, or let Argo CD call the plugin";

/// Fails for empty brackets of the other kind than what leads on from a value needs: a key, an item, or the patches.
fn must_fit(tree: &Tree, value: NodeId, next: Option<&Segment>) -> Result<(), Closed> {
    let kind = tree.kind(value);
    match next {
        Some(Segment::Key(_)) if kind.is_sequence() => Err(not_as_expected(value, "a mapping")),
        Some(Segment::AnyItem) | None if kind.is_mapping() => Err(not_as_expected(value, "a list")),
        _ => Ok(()),
    }
}

fn not_as_expected(node: NodeId, what: &str) -> Closed {
    let message = format!("{what} must stand here, which holds the patches");
    Closed { node, message, help: "write it as its documentation has it" }
}

/// A path without its last key, and that key.
fn cut(path: &'static str) -> Option<(&'static str, &'static str)> {
    Some(path.rsplit_once('.').unwrap_or(("", path))).filter(|(_, key)| !key.is_empty())
}

impl List {
    /// The list as it is written.
    pub fn node(&self) -> NodeId {
        self.way.nodes[self.way.nodes.len() - 1]
    }

    /// Its path from the object.
    pub fn field(&self, tree: &Tree) -> String {
        let above = bound(tree, self.path, &self.way.taken);
        if above.is_empty() { self.key.to_owned() } else { format!("{above}.{}", self.key) }
    }

    /// The nodes from the object to the list, both included, each with the key or `[]` that led to it.
    pub fn levels(&self) -> Vec<(NodeId, String)> {
        let mut names = vec![String::new()];
        let mut last = String::new();
        for segment in segments(self.path).chain([Segment::Key(self.key)]) {
            last = match segment {
                Segment::Key(key) => key.to_owned(),
                _ => format!("{last}[]"),
            };
            names.push(last.clone());
        }
        self.way.nodes.iter().copied().zip(names).collect()
    }

    /// Every mapping and list on the way, with the key, if it is a key, that leads on.
    pub fn way(&self) -> Vec<(NodeId, Option<&'static str>)> {
        let keys =
            segments(self.path).chain([Segment::Key(self.key)]).map(|segment| match segment {
                Segment::Key(key) => Some(key),
                _ => None,
            });
        self.way.nodes.iter().copied().zip(keys.chain([None])).collect()
    }

    /// Which item of a list on the way it is in, if any.
    pub fn taken(&self) -> Option<usize> {
        self.way.taken.iter().find_map(|taken| match taken {
            Taken::Index(index) => Some(*index),
            Taken::Key(_) => None,
        })
    }
}
