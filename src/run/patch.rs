//! Says what `inject` would add as patches, for hosts that run no program. Knows nothing of manifests.

use std::io::Write;

use serde_json::{Value, json};

use super::settings::{Configured, Selecting};
use super::{Console, Exit, stdout};
use crate::cli::{PATCH_FORMS, PatchArgs};
use crate::kube::Row;
use crate::kube::kinds::{Spread, WORKLOADS};
use crate::kube::select::{HELM_HOOK, INJECT};
use crate::wireguard::mark::{self, Before, Mark};
use crate::wireguard::pod::{ALL_DNS, Block};
use crate::wireguard::settings::{BadSetting, Resolved, WorkloadRef};
use crate::wireguard::tunnel::Ordinal;
use crate::yaml::write::document;

/// Runs `patch`.
pub fn run(args: &PatchArgs) -> anyhow::Result<Exit> {
    let configured = Configured::read(&args.args, Selecting::ByAll)?;
    let mut console = Console { general: &args.args.general, configured: &configured };
    console.settings()?;
    console.findings(&[], &[], &[])?;
    console.errors(configured.usage())?;
    if configured.is_wrong() {
        return Ok(Exit::Failed);
    }
    let asked = &configured.layer.selection;
    if !asked.targets.is_empty() || asked.namespace.is_some() {
        anyhow::bail!(
            "patches choose workloads by labels alone: leave `target` and `namespace` out"
        );
    }
    let Some(form) = FORMS.iter().find(|form| form.name == args.form) else {
        anyhow::bail!("there is no form of patches `{}`", args.form);
    };
    let patches = patches(&configured)?;
    let text = format!("{}{UNCHECKED}{}", form.comment, document(&(form.wrap)(patches)));
    stdout::data(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Done)
}

/// One form that patches can have.
struct Form {
    name: &'static str,
    comment: &'static str,
    wrap: fn(Vec<Value>) -> Value,
}

const FORMS: [Form; 3] = [
    Form {
        name: PATCH_FORMS[0],
        comment: "# The tunnel as a Component of kustomize: save it as kustomization.yaml in a folder of its own, and name\n\
                  # the folder under `components:` of the kustomization whose workloads are to have it.\n",
        wrap: |patches| json!({"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "patches": patches}),
    },
    Form {
        name: PATCH_FORMS[1],
        comment: "# The tunnel as patches of Flux: they belong into the `spec` of a Kustomization of\n\
                  # kustomize.toolkit.fluxcd.io.\n",
        wrap: |patches| json!({"spec": {"patches": patches}}),
    },
    Form {
        name: PATCH_FORMS[2],
        comment: "# The tunnel as a post-renderer of Flux: it belongs into the `spec` of a HelmRelease of\n\
                  # helm.toolkit.fluxcd.io.\n",
        wrap: |patches| json!({"spec": {"postRenderers": [{"kustomize": {"patches": patches}}]}}),
    },
];

const UNCHECKED: &str = "#\n\
    # Nothing was checked: a patch cannot see the workloads that it will change. What they become shows with\n\
    #   kustomize build . | wgsidecar lint\n\
    # Made by `wgsidecar patch`; make it anew when a setting changes.\n";

/// The API groups that every cluster has: only of their kinds does a host know how to merge lists.
const GROUPS: [&str; 3] = ["", "apps", "batch"];

fn patches(configured: &Configured) -> anyhow::Result<Vec<Value>> {
    let rows = WORKLOADS.iter().filter(|row| GROUPS.contains(&row.groups[0]));
    let per_replica = configured.layer.settings.is_on("key-per-replica");
    let rows = rows.filter(|row| !per_replica || ordinal(row).is_some());
    rows.map(|row| patch(configured, row)).collect()
}

fn patch(configured: &Configured, row: &Row) -> anyhow::Result<Value> {
    let workload =
        WorkloadRef { kind: row.kind, name: None, namespace: None, ordinal: ordinal(row) };
    let resolved = configured.layer.settings.resolve(&workload).map_err(|bad| {
        let reason = |bad: &BadSetting| match bad.setting {
            "secret" => format!("`secret`: {UNKNOWN_NAME} ({})", bad.message),
            setting => format!("`{setting}`: {}", bad.message),
        };
        let reasons = bad.iter().map(reason);
        anyhow::anyhow!("{}", reasons.collect::<Vec<_>>().join("; "))
    })?;
    let group = row.groups[0];
    let version = if group.is_empty() { "v1".to_owned() } else { format!("{group}/v1") };
    let mut object = json!({"apiVersion": version, "kind": row.kind, "metadata": {"name": "any"}});
    let template = row.templates[0].path;
    put(&mut object, template, contents(&resolved));
    let mut target = serde_json::Map::new();
    if !group.is_empty() {
        target.insert("group".into(), group.into());
    }
    target.insert("version".into(), "v1".into());
    target.insert("kind".into(), row.kind.into());
    target.insert("labelSelector".into(), labels(configured).into());
    target.insert("annotationSelector".into(), format!("{NOT_DISABLED},!{HELM_HOOK}").into());
    Ok(json!({"target": target, "patch": document(&object)}))
}

/// The kind is known to a patch, so `{kind}` is fine.
const UNKNOWN_NAME: &str =
    "a patch meets many workloads, so the Secret's name can hold no `{name}` or `{namespace}`";

fn ordinal(row: &Row) -> Option<Ordinal> {
    (row.templates[0].spread == Spread::Ordinal).then_some(Ordinal::Pod)
}

/// What opts a workload out, as `inject` has it, for a selector of labels or annotations.
const NOT_DISABLED: &str = "wgsidecar.dev/inject!=disabled";

fn labels(configured: &Configured) -> String {
    let asked = &configured.layer.selection;
    let selector = asked.selector.as_ref().map(|(selector, _)| selector.to_string());
    let own = match asked.only_enabled {
        Some(true) => format!("{INJECT}=enabled"),
        _ => NOT_DISABLED.to_owned(),
    };
    selector.into_iter().filter(|text| !text.is_empty()).chain([own]).collect::<Vec<_>>().join(",")
}

/// What a pod template gains: the mark, the container, the volume, perhaps resolvers.
fn contents(Resolved { tunnel, secret, recorded }: &Resolved) -> Value {
    let block = Block::new(tunnel, secret, &ALL_DNS);
    let mut mark = Mark::of(&block, recorded, secret);
    let mut spec = json!({"initContainers": [*block.container], "volumes": [*block.volume]});
    for (site, value) in &block.dns {
        spec[site.key()] = value.as_ref().clone();
        mark.places.insert(*site, Before::Absent);
    }
    json!({"metadata": {"annotations": {mark::KEY: mark.to_string()}}, "spec": spec})
}

/// Puts the contents of a pod template where the kind has it; a Pod is its own template.
fn put(object: &mut Value, path: &str, contents: Value) {
    let mut place = object;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        place = &mut place[step];
    }
    if place.is_null() {
        *place = contents;
        return;
    }
    place["metadata"]["annotations"] = contents["metadata"]["annotations"].clone();
    place["spec"] = contents["spec"].clone();
}
