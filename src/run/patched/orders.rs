//! What is asked of objects that take patches: which of them, and for which workloads. Knows nothing of what they hold.

use std::path::Path;

use super::ours::holds_ours;
use crate::config::{self, Layer};
use crate::kube::patched::{self, Patched};
use crate::kube::{Kinds, Object, Row, Target};
use crate::run::kustomization;
use crate::text::Diagnostic;
use crate::wireguard::patch::{self, Held};
use crate::yaml::{NodeId, Tree};

/// What is asked of objects that take patches.
#[derive(Debug, Default)]
pub struct Orders {
    list: Vec<Order>,
}

/// Patches that an object is to have.
#[derive(Debug)]
pub(super) struct Order {
    /// Any object that takes patches where there is none.
    object: Option<Which>,
    pub(super) targets: Vec<Aim>,
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
    pub row: &'static Row,
    pub name: String,
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
            return Err(format!(
                "`{text}`: there is no patch for this kind, because no host knows how to merge its lists"
            ));
        };
        Ok(Self { row, name: target.name().to_owned() })
    }

    /// As kubectl names it: `deployment/web`.
    pub fn display(&self) -> String {
        format!("{}/{}", self.row.kind.to_lowercase(), self.name)
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

    pub(super) fn is(&self, held: &Held) -> bool {
        self.row == held.row && self.name == held.name
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
                "`{text}` is not an object: write `KIND/NAME`, such as `helmrelease/web`, or the path of a kustomization.yaml"
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

    fn is(&self, row: &Patched, object: &Object, source: &str) -> bool {
        match self {
            Self::Named { rows, namespace, name } => {
                let in_namespace = match (namespace.as_deref(), object.namespace.as_deref()) {
                    (Some(wanted), Some(own)) => wanted == own,
                    _ => true,
                };
                rows.contains(&row.group) && *name == object.name && in_namespace
            }
            Self::File(path) => {
                let source = source.trim_start_matches("./");
                let before = source.strip_suffix(path.as_str());
                before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
            }
        }
    }
}

impl Orders {
    /// Reads what the settings say, or what is wrong with it.
    pub fn read(layer: &Layer) -> Result<Self, Vec<Diagnostic>> {
        let kinds = Kinds::builtin();
        let (mut orders, mut bad) = (Self::default(), Vec::new());
        for config::Patch { object, targets } in &layer.patches {
            let which = object.as_ref().map(|it| (it, Which::parse(&it.text)));
            let aims = targets.iter().map(|it| (it, Aim::parse(&it.text, &kinds)));
            let aims: Vec<_> = aims.collect();
            bad.extend(which.iter().filter_map(|(it, read)| it.wrong(read.clone().map(drop))));
            bad.extend(aims.iter().filter_map(|(it, read)| it.wrong(read.clone().map(drop))));
            let object = which.and_then(|(_, read)| read.ok());
            let targets = aims.into_iter().filter_map(|(_, read)| read.ok()).collect();
            orders.list.push(Order { object, targets });
        }
        if bad.is_empty() { Ok(orders) } else { Err(bad) }
    }

    /// Whether a kustomization holds a patch of ours, or is to hold one.
    pub fn may_patch(&self, path: &str, bytes: &[u8]) -> bool {
        holds_ours(bytes) || self.names_file(path)
    }

    /// Whether a kustomization is among what is named.
    pub fn names_file(&self, path: &str) -> bool {
        let is = |order: &Order| match &order.object {
            Some(Which::File(end)) => path.ends_with(end.as_str()),
            _ => false,
        };
        self.list.iter().any(is)
    }

    pub(super) fn of<'o>(
        &'o self,
        row: &'static Patched,
        object: &'o Object,
        source: &'o str,
    ) -> impl Iterator<Item = (usize, &'o Order)> {
        self.list.iter().enumerate().filter(move |(_, order)| {
            order.object.as_ref().is_none_or(|which| which.is(row, object, source))
        })
    }
}
