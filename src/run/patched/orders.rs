//! What is asked of objects that take patches: which of them, and for which workloads. Knows nothing of what they hold.

use std::path::Path;

use super::built::clean;
use super::ours::{Ours, holds_ours};
use crate::config::{self, Layer};
use crate::kube::patched::{self, PATCHED, Patched};
use crate::kube::placeholder;
use crate::kube::{Id, Kinds, Object, Target, WorkloadKind};
use crate::lint::Resource;
use crate::run::kustomization;
use crate::text::Diagnostic;
use crate::wireguard::{names, patch};
use crate::yaml::{NodeId, Tree};

/// What is asked of objects that take patches.
#[derive(Debug, Default)]
pub struct Orders {
    list: Vec<Order>,
    /// The working directory as the settings file's folder sees it.
    below: String,
}

/// What is asked of one object.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The numbers of what asks for it.
    pub(super) orders: Vec<usize>,
    /// Each once; none where nobody names a workload.
    pub(super) aims: Vec<Aim>,
}

/// Patches that an object is to have.
#[derive(Debug)]
struct Order {
    /// Any object that takes patches where there is none.
    object: Option<Which>,
    /// The name of the only source that is meant.
    file: Option<String>,
    targets: Vec<Aim>,
}

/// An object that takes patches.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    Named {
        rows: Vec<&'static str>,
        namespace: Option<String>,
        name: String,
    },
    /// The end of the path of a kustomization, which has no name.
    File(String),
}

/// A workload that a patch is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    pub row: &'static WorkloadKind,
    pub name: String,
    /// Which of an Application's sources is meant, the first being 1.
    pub source: Option<usize>,
}

impl Aim {
    /// Reads a target in kubectl's spellings.
    pub fn parse(text: &str, kinds: &Kinds) -> Result<Self, String> {
        let target = Target::parse(text, kinds)?;
        if target.has_namespace() {
            return Err(format!(
                "`{text}`: leave the namespace out, for a patch finds its workload by kind and name"
            ));
        }
        let row = target.rows().iter().copied().find(|row| patch::is_patchable(row));
        let Some(row) = row else {
            let takes_patches = |row: &&WorkloadKind| {
                PATCHED
                    .iter()
                    .any(|it| row.groups.contains(&it.group) && it.kinds.contains(&row.kind))
            };
            return Err(if target.rows().iter().any(takes_patches) {
                format!(
                    "`{text}`: `--target` names a workload that is rendered, such as deploy/{0}; for the object itself use `--object`",
                    target.name()
                )
            } else {
                format!("`{text}`: patches cannot merge the lists of this kind")
            });
        };
        // kustomize takes the name for a regular expression, which may mean many.
        if placeholder::find(target.name()).is_none() {
            names::subdomain(target.name()).map_err(|reason| format!("`{text}`: {reason}"))?;
        }
        Ok(Self { row, name: target.name().to_owned(), source: None })
    }

    /// As kubectl names it: `deployment/web`.
    pub fn display(&self) -> String {
        format!("{}/{}", self.row.kind.to_lowercase(), self.name)
    }

    /// By what a selection names it, in a namespace.
    pub(super) fn id<'a>(&'a self, namespace: Option<&'a str>) -> Id<'a> {
        Id { group: self.row.groups[0], kind: self.row.kind, namespace, name: &self.name }
    }

    /// Whether a patch of somebody else may be for this workload: one whose target says nothing else.
    pub(super) fn may_be_meant(&self, tree: &Tree, item: NodeId) -> bool {
        let Some(target) = tree.get(item, "target") else {
            let raw = tree.raw(item);
            return raw.contains(self.row.kind) && raw.contains(&self.name);
        };
        let says = |key: &str, own: &str| {
            let text = tree.get(target, key).and_then(|node| tree.string(node));
            text.is_none_or(|text| text == own || text.contains(['*', '|', '.', '(', '[']))
        };
        says("kind", self.row.kind) && says("name", &self.name)
    }

    /// The patch of ours that is for this workload by name, in the source that is meant.
    pub(super) fn find<'o>(&self, ours: &'o [Ours]) -> Option<&'o Ours> {
        ours.iter().find(|it| it.is_by_name && self.is_of(it))
    }

    /// Whether a patch of ours is for this workload, in the source that is meant.
    pub(super) fn is_of(&self, ours: &Ours) -> bool {
        let index = self.source.map(|number| number - 1);
        let is_for = self.row == ours.held.row && self.name == ours.held.name;
        is_for && (index.is_none() || ours.list.taken() == index)
    }

    /// As reports name it, in a namespace.
    pub(super) fn resource(&self, namespace: Option<&str>) -> Resource {
        let Id { group, kind, namespace, name } = self.id(namespace);
        Resource {
            api_version: format!("{group}/v1").trim_start_matches('/').into(),
            kind: kind.into(),
            namespace: namespace.map(Into::into),
            name: name.into(),
        }
    }
}

impl Which {
    fn parse(text: &str) -> Result<Self, String> {
        if kustomization::is_name(Path::new(text)) {
            return Ok(Self::File(text.trim_start_matches("./").to_owned()));
        }
        let words: Vec<_> = text.split('/').collect();
        let (namespace, kind, name) = match words[..] {
            [kind, name] => (None, kind, name),
            [namespace, kind, name] => (Some(namespace.to_owned()), kind, name),
            _ => (None, "", ""),
        };
        if kind.is_empty() || name.is_empty() {
            return Err(format!(
                "`{text}` is not an object: write `KIND/NAME` or `NAMESPACE/KIND/NAME`, such as `helmrelease/web`, or the path of a kustomization.yaml"
            ));
        }
        let rows: Vec<_> = patched::called(kind).map(|row| row.group).collect();
        if rows.is_empty() {
            return Err(format!(
                "`{kind}` in `{text}` takes no patches: a HelmRelease, a Kustomization and an Application do"
            ));
        }
        Ok(Self::Named { rows, namespace, name: name.to_owned() })
    }

    fn is(&self, row: &Patched, object: &Object, source: &str, below: &str) -> bool {
        match self {
            Self::Named { rows, namespace, name } => {
                let in_namespace = match (namespace.as_deref(), object.namespace.as_deref()) {
                    (Some(wanted), Some(own)) => wanted == own,
                    _ => true,
                };
                rows.contains(&row.group) && *name == object.name && in_namespace
            }
            Self::File(path) => is_at(source, path, below),
        }
    }
}

/// Whether the path of a source, seen from a folder `below` that of the settings, ends as one that these name.
fn is_at(source: &str, path: &str, below: &str) -> bool {
    let ends = |source: &str| {
        let before = source.strip_suffix(path);
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    ends(source.trim_start_matches("./"))
        || !below.is_empty() && ends(&clean(&format!("{below}/{source}")))
}

impl Orders {
    /// Reads what the settings say, or what is wrong with it.
    pub fn read(layer: &Layer) -> Result<Self, Vec<Diagnostic>> {
        let kinds = Kinds::builtin();
        let mut orders = Self { below: layer.below.clone(), ..Self::default() };
        let mut bad = Vec::new();
        for config::Patch { object, file, targets, source } in layer.patches.iter().flatten() {
            let which = object.as_ref().map(|it| (it, Which::parse(&it.text)));
            let aims = targets.iter().map(|it| (it, Aim::parse(&it.text, &kinds)));
            let aims: Vec<_> = aims.collect();
            bad.extend(which.iter().filter_map(|(it, read)| it.wrong(read.clone().map(drop))));
            bad.extend(aims.iter().filter_map(|(it, read)| it.wrong(read.clone().map(drop))));
            let object = which.and_then(|(_, read)| read.ok());
            let aims = aims.into_iter().filter_map(|(_, read)| read.ok());
            let targets = aims.map(|aim| Aim { source: *source, ..aim }).collect();
            orders.list.push(Order { object, file: file.clone(), targets });
        }
        if bad.is_empty() { Ok(orders) } else { Err(bad) }
    }

    /// The kustomizations that are named by their paths, each with the workloads that its patches are for.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &[Aim])> {
        self.list.iter().filter_map(|order| match &order.object {
            Some(Which::File(path)) => Some((path.as_str(), &*order.targets)),
            _ => None,
        })
    }

    /// A kustomization's folder as the working directory sees it.
    pub(super) fn folder(&self, path: &str) -> Option<String> {
        let (folder, _) = path.rsplit_once('/')?;
        let inside = folder.strip_prefix(&self.below).filter(|_| !self.below.is_empty());
        match inside {
            Some("") => None,
            Some(inside) if inside.starts_with('/') => Some(inside[1..].to_owned()),
            _ => Some(folder.to_owned()),
        }
    }

    /// Whether a source is the kustomization of a path.
    pub(super) fn is_at(&self, source: &str, path: &str) -> bool {
        is_at(source, path, &self.below)
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a kustomization holds a patch of ours, or is to hold one.
    pub fn may_patch(&self, path: &str, bytes: &[u8]) -> bool {
        holds_ours(bytes) || self.names_file(path)
    }

    /// Whether a kustomization is among what is named.
    pub fn names_file(&self, path: &str) -> bool {
        let is = |order: &Order| match &order.object {
            Some(Which::File(end)) => is_at(path, end, &self.below),
            _ => false,
        };
        self.list.iter().any(is)
    }

    /// What is asked of an object, if anything is.
    pub(super) fn of(&self, row: &'static Patched, object: &Object, source: &str) -> Option<Asked> {
        let is_of = |order: &Order| {
            order.file.as_ref().is_none_or(|file| file == source)
                && order
                    .object
                    .as_ref()
                    .is_none_or(|which| which.is(row, object, source, &self.below))
        };
        let mut asked = Asked::default();
        for (number, order) in self.list.iter().enumerate().filter(|(_, order)| is_of(order)) {
            asked.orders.push(number);
            for aim in &order.targets {
                if !asked.aims.contains(aim) {
                    asked.aims.push(aim.clone());
                }
            }
        }
        (!asked.orders.is_empty()).then_some(asked)
    }
}
