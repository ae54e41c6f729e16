//! Which workload a chart makes of a release, where its templates leave no doubt. Knows nothing of patches.

use std::borrow::Cow;

use super::orders::Aim;
use crate::kube::patched::Patched;
use crate::kube::{Kinds, Object};
use crate::wireguard::patch;
use crate::yaml::{NodeId, Tree};

/// The chart whose naming is known (bjw-s-labs/helm-charts, `determineResourceNameFromValues` of its common library): a
/// release with one controller has a workload of the release's name.
const CHART: &str = "app-template";

/// The first major version that names a lone controller so, whatever the controller is called.
const SINCE: u32 = 4;

/// What any of these says may change the name.
const NAMES: [&str; 7] = [
    "nameOverride",
    "fullnameOverride",
    "alwaysAppendIdentifierToResourceName",
    "prefix",
    "suffix",
    "forceRename",
    "enabled",
];

/// The workload of a release; the error is why it is not known.
pub(super) fn workload(tree: &Tree, object: &Object, row: &Patched) -> Result<Aim, String> {
    if row.group != "helm.toolkit.fluxcd.io" {
        return Err("the object does not say what it renders".into());
    }
    let text = |path: &str| object.at(tree, path).and_then(|node| tree.string(node));
    let chart = chart(tree, object).ok_or("it names no chart")?;
    if chart != CHART {
        return Err(format!("the names in the chart `{chart}` are not known to us"));
    }
    if let Some(version) = text("spec.chart.spec.version") {
        let major = version.trim_start_matches(['v', '^', '~', '=', '>', ' ']).split('.').next();
        let major = major.and_then(|major| major.parse::<u32>().ok());
        if major.is_none_or(|major| major < SINCE) {
            return Err(format!("before version {SINCE} `{CHART}` names workloads in another way"));
        }
    }
    if object.at(tree, "spec.valuesFrom").is_some_and(|node| !tree.is_null(node)) {
        return Err("some of its values stand elsewhere (`valuesFrom`)".into());
    }
    let controllers =
        object.at(tree, "spec.values.controllers").ok_or("its values name no controller")?;
    let controllers: Vec<_> = tree.entries(tree.follow(controllers)).collect();
    let [(_, controller)] = controllers[..] else {
        return Err(format!("its values name {} controllers", controllers.len()));
    };
    let global = object.at(tree, "spec.values.global");
    let named = |node: NodeId| NAMES.iter().find(|name| tree.get(node, name).is_some());
    let values = object.at(tree, "spec.values");
    let odd = [Some(controller), global, values].into_iter().flatten().find_map(named);
    if let Some(name) = odd {
        return Err(format!("its values set `{name}`"));
    }
    let kind = tree.get(controller, "type").and_then(|node| tree.string(node));
    let kind = kind.as_deref().unwrap_or("deployment");
    let row = patch::rows().find(|row| row.kind.eq_ignore_ascii_case(kind));
    let row = row.ok_or_else(|| format!("`{kind}` is not a kind of workload"))?;
    let name = release(tree, object);
    // Flux cuts a longer one, and puts a hash at its end.
    const LONGEST: usize = 53;
    if name.len() > LONGEST || name.contains("${") {
        return Err("the name of the release is not known".into());
    }
    Aim::parse(&format!("{}/{name}", row.kind), &Kinds::builtin())
}

/// The chart that a release names.
fn chart<'s>(tree: &Tree<'s>, object: &Object) -> Option<Cow<'s, str>> {
    let text = |path: &str| object.at(tree, path).and_then(|node| tree.string(node));
    text("spec.chart.spec.chart").or_else(|| text("spec.chartRef.name"))
}

/// The name of a release, before Flux cuts it.
fn release(tree: &Tree, object: &Object) -> String {
    let text = |path: &str| object.at(tree, path).and_then(|node| tree.string(node));
    let target = text("spec.targetNamespace").map(|target| format!("{target}-{}", object.name));
    let release = text("spec.releaseName").map(String::from).or(target);
    release.unwrap_or_else(|| object.name.clone().into_owned())
}

/// The controllers in the values of a release of the chart that is known, each by its key.
pub(super) fn controllers(tree: &Tree, object: &Object) -> Option<Vec<(String, NodeId)>> {
    if chart(tree, object)? != CHART {
        return None;
    }
    let controllers = object.at(tree, "spec.values.controllers");
    let entries = controllers.into_iter().flat_map(|node| tree.entries(tree.follow(node)));
    let named = entries.filter_map(|(key, node)| Some((tree.string(key)?.into_owned(), node)));
    Some(named.collect())
}

/// The one of them that makes a workload: the only one, or the one whose key ends its name.
pub(super) fn controller(
    tree: &Tree,
    object: &Object,
    all: &[(String, NodeId)],
    aim: &Aim,
) -> Option<NodeId> {
    let release = release(tree, object);
    let is_named = |key: &str| aim.name == format!("{release}-{key}");
    let mut found = all.iter().filter(|(key, _)| all.len() == 1 || is_named(key));
    let kind = |node: NodeId| tree.get(node, "type").and_then(|node| tree.string(node));
    let (_, node) = found.next()?;
    let kind = kind(*node);
    aim.row.kind.eq_ignore_ascii_case(kind.as_deref().unwrap_or("deployment")).then_some(*node)
}
