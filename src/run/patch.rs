//! Says what `inject` would add as patches, for hosts that run no program. Knows nothing of manifests.

use std::io::Write;

use serde_json::{Value, json};

use super::settings::{Configured, Selecting};
use super::{Console, Exit, stdout};
use crate::cli::{PATCH_FORMS, PatchArgs};
use crate::config::Layer;
use crate::kube::Row;
use crate::kube::kinds::{Spread, WORKLOADS};
use crate::kube::select::{HELM_HOOK, INJECT};
use crate::wireguard::mark::{self, Before, Mark};
use crate::wireguard::pod::{ALL_DNS, Block};
use crate::wireguard::settings::{BadSetting, Resolved, WorkloadRef, find};
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
    let text = header(form, &configured.layer) + &document(&(form.wrap)(patches));
    stdout::data(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Done)
}

/// One form that patches can have.
struct Form {
    name: &'static str,
    /// What it is and where it belongs, line by line.
    about: &'static [&'static str],
    /// Commands that fail where the result is not what `inject` would make; `CHECK` and `LINT` are ours.
    checks: &'static [&'static str],
    wrap: fn(Vec<Value>) -> Value,
}

const FORMS: [Form; 3] = [
    Form {
        name: PATCH_FORMS[0],
        about: &[
            "The tunnel as a Component of kustomize. Save it as kustomization.yaml in a folder of its own, and name",
            "the folder under `components:` of the kustomization whose workloads are to have it.",
        ],
        checks: &["kustomize build . | CHECK"],
        wrap: |patches| json!({"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "patches": patches}),
    },
    Form {
        name: PATCH_FORMS[1],
        about: &[
            "The tunnel as patches of Flux. They belong into the `spec` of a Kustomization of",
            "kustomize.toolkit.fluxcd.io.",
        ],
        checks: &[
            "flux build kustomization NAME --path . --kustomization-file FILE --dry-run | CHECK",
        ],
        wrap: |patches| json!({"spec": {"patches": patches}}),
    },
    Form {
        name: PATCH_FORMS[2],
        about: &[
            "The tunnel as a post-renderer of Flux. It belongs into the `spec` of a HelmRelease of",
            "helm.toolkit.fluxcd.io.",
        ],
        // the chart before it is patched, and the release after it was
        checks: &[
            "helm template NAME CHART --values FILE | LINT",
            "helm get manifest NAME | CHECK",
        ],
        wrap: |patches| json!({"spec": {"postRenderers": [{"kustomize": {"patches": patches}}]}}),
    },
];

/// What becomes of a workload that a rule marked *never* would refuse, and that a patch cannot see.
const UNSEEN: [(&str, &str); 6] = [
    ("host-network", "the script changes nothing on the node and fails, so the pod does not start"),
    (
        "windows-pod",
        "the API server refuses it, or its node finds no image for Windows: the script never runs",
    ),
    ("no-containers", "the API server refuses it"),
    (
        "signed-file",
        "the file stays as it is; a signature on the object no longer holds, and who verifies it refuses the object",
    ),
    (
        "newer-injection",
        "the patch writes this version's block over it, and what else is in it stays: take it out first",
    ),
    (
        "partial-injection",
        "the patch completes the block, and what else is in it stays: take it out first",
    ),
];

/// The comment above the patches: where they belong, what they cannot see, and the check that can.
fn header(form: &Form, layer: &Layer) -> String {
    let mut lines: Vec<String> = form.about.iter().map(ToString::to_string).collect();
    lines.extend(
        ["", "A patch cannot see the workloads that it changes. Check what comes out:"]
            .map(String::from),
    );
    let words = same_settings(layer);
    let check = format!("wgsidecar inject --check{words}");
    let lint = format!("wgsidecar lint --fail-on error{words}");
    let commands =
        form.checks.iter().map(|command| command.replace("CHECK", &check).replace("LINT", &lint));
    lines.extend(commands.map(|command| format!("  {command}")));
    lines.extend(
        [
            "It fails where a workload that is meant has no tunnel, or another one than these settings make, and where",
            "it must have none. Of the rules that nothing can allow, these are about pods that a patch changes unseen:",
        ]
        .map(String::from),
    );
    lines.extend(UNSEEN.map(|(rule, what)| format!("  {rule}: {what}")));
    lines.extend(left_out(layer).into_iter().map(String::from));
    lines.extend(
        ["", "Made by `wgsidecar patch`. Make it anew when a setting changes."].map(String::from),
    );
    lines.iter().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect()
}

/// Whom the patches do not reach, though `inject` might.
fn left_out(layer: &Layer) -> Vec<&'static str> {
    let mut lines = vec![
        "Left out are kinds of custom resources and Helm hooks, and what opts out by `wgsidecar.dev/inject: disabled` on",
        "the object itself, as a label or an annotation. No patch can see that word on a pod template alone, so say it",
        "on the object; nor the annotations that set something for one workload.",
    ];
    if layer.selection.only_enabled == Some(true) {
        lines.push("`wgsidecar.dev/inject: enabled` counts as a label of the object alone.");
    }
    if !allows_daemonsets(layer) {
        lines.push("DaemonSets are left out too: one key is for one pod. `--allow daemonset-shares-key` adds them.");
    }
    lines
}

/// The settings and the selection as flags, for a command line in a shell.
fn same_settings(layer: &Layer) -> String {
    let secret =
        layer.settings.text("secret").or_else(|| find("secret").map(|it| it.default.to_owned()));
    let mut words: Vec<_> = secret.into_iter().map(|name| ("secret", name)).collect();
    let others = layer.settings.texts().filter(|(setting, _)| setting.name != "secret");
    words.extend(others.map(|(setting, text)| (setting.name, text)));
    words.extend(
        layer.selection.selector.iter().map(|(selector, _)| ("selector", selector.to_string())),
    );
    words.extend(
        (layer.selection.only_enabled == Some(true)).then(|| ("only-enabled", String::new())),
    );
    words.extend(layer.allow.iter().map(|rule| ("allow", rule.clone())));
    words
        .iter()
        .map(|(flag, value)| match value.as_str() {
            "" => format!(" --{flag}"),
            value => format!(" --{flag}={}", in_shell(value)),
        })
        .collect()
}

/// A word as a shell takes it.
fn in_shell(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:,=@+".contains(&byte);
    match word.bytes().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

fn allows_daemonsets(layer: &Layer) -> bool {
    layer.allow.iter().any(|rule| rule == "daemonset-shares-key")
}

/// The API groups that every cluster has: only of their kinds does a host know how to merge lists.
const GROUPS: [&str; 3] = ["", "apps", "batch"];

fn patches(configured: &Configured) -> anyhow::Result<Vec<Value>> {
    let rows = WORKLOADS.iter().filter(|row| GROUPS.contains(&row.groups[0]));
    let per_replica = configured.layer.settings.is_on("key-per-replica");
    let rows = rows.filter(|row| !per_replica || ordinal(row).is_some());
    let per_node = allows_daemonsets(&configured.layer);
    let rows = rows.filter(|row| per_node || row.templates[0].spread != Spread::PerNode);
    rows.map(|row| patch(configured, row)).collect()
}

fn patch(configured: &Configured, row: &Row) -> anyhow::Result<Value> {
    let workload =
        WorkloadRef { kind: row.kind, name: None, namespace: None, ordinal: ordinal(row) };
    let resolved = configured.layer.settings.resolve(&workload).map_err(|bad| {
        let is_unknown = |bad: &BadSetting| {
            let text = configured.layer.settings.text("secret").unwrap_or_default();
            bad.setting == "secret" && UNKNOWN.iter().any(|word| text.contains(word))
        };
        let reason = |bad: &BadSetting| match is_unknown(bad) {
            true => format!("`secret`: {UNKNOWN_NAME}"),
            false => format!("`{}`: {}", bad.setting, bad.message),
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

/// What stands for a workload's own in the Secret's name, and a patch does not know. The kind it knows.
const UNKNOWN: [&str; 2] = ["{name}", "{namespace}"];
const UNKNOWN_NAME: &str =
    "a patch is for many workloads, so the Secret's name cannot hold `{name}` or `{namespace}`";

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
