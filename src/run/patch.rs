//! Says what `inject` would add as patches, for tools that cannot run wgsidecar. Knows nothing of manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::patched::{self, Aim, contents};
use super::plan::{Planned, Verb};
use super::read::Inputs;
use super::settings::{Configured, Selecting};
use super::{Console, Exit, kustomization, stdout};
use crate::cli::{PATCH_FORMS, PatchArgs};
use crate::config::{self, Layer, Written};
use crate::kube::kinds::PodIdentity;
use crate::kube::patched::{PATCHED, Patched};
use crate::kube::select::{HELM_HOOK, INJECT};
use crate::kube::{Kinds, WorkloadKind};
use crate::report::either;
use crate::report::summary::Action;
use crate::wireguard::patch;
use crate::wireguard::settings::{BadSetting, Resolved, WorkloadRef, find};
use crate::yaml::write::document;

/// Runs `patch`.
pub fn run(args: &PatchArgs) -> anyhow::Result<Exit> {
    let mut configured = Configured::read(&args.args, Selecting::ByAll)?;
    if let Some(file) = &args.into {
        return into(args, file, configured);
    }
    let typed = !args.targets.is_empty();
    let asked = &configured.layer.selection;
    if !typed && (!asked.targets.is_empty() || asked.namespace.is_some()) {
        anyhow::bail!(
            "`target` and `namespace` of the settings file or the environment choose no workloads here: name some with `--target`, or select them by labels"
        );
    }
    if typed {
        configured.ask(Vec::new());
    }
    let mut console = Console { general: &args.args.general, configured: &configured };
    console.settings()?;
    console.findings(&[], &[], &[])?;
    console.errors(configured.usage())?;
    if configured.is_wrong() {
        return Ok(Exit::Failed);
    }
    let Some(form) = FORMS.iter().find(|form| form.name == args.form) else {
        anyhow::bail!("there is no form of patches `{}`", args.form);
    };
    let aims = args.targets.iter().map(|text| Aim::parse(text, &Kinds::builtin()));
    let aims = aims
        .collect::<Result<Vec<_>, _>>()
        .map_err(|reason| anyhow::anyhow!("`--target`: {reason}"))?;
    let patches = match &aims[..] {
        [] => patches(&configured)?,
        aims => aims.iter().map(|aim| named(&configured, aim)).collect::<Result<_, _>>()?,
    };
    let text = header(form, &configured.layer, &aims) + &document(&(form.wrap)(patches));
    stdout::data(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Done)
}

/// Writes patches into the objects of a file, or takes them out.
fn into(args: &PatchArgs, file: &Path, mut configured: Configured) -> anyhow::Result<Exit> {
    if file.as_os_str() == "-" || file.is_dir() {
        let inside = kustomization::NAMES.iter().map(|name| file.join(name));
        let inside = inside.into_iter().find(|path| path.is_file());
        let inside = inside.map_or_else(String::new, |path| {
            format!(", such as `--into {}`", in_shell(&path.display().to_string()))
        });
        anyhow::bail!("`--into` changes a file: name the one that holds the object{inside}");
    }
    let written = |flag: &str, text: &String| Written {
        text: text.trim().to_owned(),
        name: format!("--{flag}"),
        place: None,
    };
    configured.ask(vec![config::Patch {
        object: args.object.as_ref().map(|it| written("object", it)),
        file: Some(file.display().to_string()),
        targets: args.targets.iter().map(|it| written("target", it)).collect(),
        source: args.source,
    }]);
    let verb = if args.remove { Verb::Unpatch } else { Verb::Patch };
    let name = file.display();
    let several = |planned: &Planned| {
        let [first, others @ ..] = &planned.met.objects[..] else { return Vec::new() };
        // The namespace tells those of one name apart.
        let is_alone = others.iter().all(|it| it.display() != first.display());
        let example = if is_alone { first.display() } else { first.qualified() };
        let (count, example) = (others.len() + 1, in_shell(&example));
        let message = match &args.object {
            None => format!(
                "{name} holds {count} objects that take patches: name one with `--object`, such as `--object {example}`"
            ),
            Some(_) if others.iter().any(|it| it.identity() == first.identity()) => {
                format!("{name} holds {example} more than once: keep one of them")
            }
            Some(typed) => format!(
                "{name} holds {count} objects that `--object {typed}` names: add the namespace, such as `--object {example}`"
            ),
        };
        if others.is_empty() { Vec::new() } else { vec![message] }
    };
    super::run_with(&args.args, verb, &configured, several)
}

/// Says what cannot be known offline: which workload was guessed, and how to see whether a patch meets its target.
pub fn after(
    out: &mut dyn Write,
    configured: &Configured,
    planned: &Planned,
) -> std::io::Result<()> {
    let guessed = &planned.met.guessed;
    if !guessed.is_empty() {
        let names = guessed.join(", ");
        writeln!(out, "note: no --target given; assuming {names}, named after the release")?;
    }
    let met = &planned.met.met_by_patches;
    let mut is_early = false;
    let mut by_group: BTreeMap<_, (&Patched, BTreeSet<_>, Vec<_>)> = BTreeMap::new();
    for outcome in planned.outcomes.iter().filter(|outcome| outcome.tunnel.is_some()) {
        let Some(target) = &outcome.patch else { continue };
        let resource = &outcome.resource;
        let row = patched::of_resource(resource).unwrap_or(&PATCHED[3]);
        let (_, objects, targets) =
            by_group.entry(row.group).or_insert_with(|| (row, BTreeSet::new(), Vec::new()));
        is_early |= resource.api_version.ends_with("/v2beta1");
        // Of what was there before, somebody has been told how to look at it.
        let is_here = met.contains(&(Arc::clone(resource), target.to_string()));
        if outcome.action != Action::Unchanged && !is_here {
            objects.insert(Arc::clone(resource));
            targets.push(target.clone());
        }
    }
    if is_early {
        writeln!(
            out,
            "warning: the first helm-controllers of v2beta1 know no `patches`, and the API server drops them in silence: write `helm.toolkit.fluxcd.io/v2`"
        )?;
    }
    for (row, objects, targets) in by_group.into_values() {
        if objects.is_empty() {
            continue;
        }
        let mut words = settings_words(&configured.layer);
        // What a chart renders has no label of ours.
        if configured.layer.selection.only_enabled == Some(true) {
            words += " --only-enabled=false";
        }
        let flags = match objects.len() {
            1 => targets.iter().map(|it| format!(" --target={}", in_shell(it))).collect(),
            _ => " --target=…".to_owned(),
        };
        // A kustomization is called by its path.
        let folder = objects.first().filter(|_| row.is_kustomize() && objects.len() == 1);
        let folder = folder.and_then(|it| Path::new(&*it.name).parent()).unwrap_or(Path::new(""));
        let check = match folder.to_str() {
            Some("") | None => row.check.to_owned(),
            Some(folder) => format!("{} {}", row.renderer, in_shell(folder)),
        };
        let command = format!("{check} | wgsidecar {}{words}{flags}", row.tail);
        let names = either(
            &BTreeSet::from_iter(targets).iter().map(ToString::to_string).collect::<Vec<_>>(),
        );
        writeln!(
            out,
            "note: the patch has no effect if nothing renders {names}; to check: `{command}`"
        )?;
    }
    Ok(())
}

/// Says of the kustomizations that somebody has named to `inject`, which is about workloads, what puts a tunnel into them.
pub fn instead(configured: &Configured, inputs: &Inputs, planned: &Planned) -> Option<String> {
    let is_met = |name: &str| {
        let path = name.trim_start_matches("./");
        planned.met.objects.iter().any(|it| &*it.name == path && patched::of_resource(it).is_some())
    };
    let names = inputs.sources.iter().map(|source| source.name.as_str());
    let mut named = names.filter(|name| kustomization::is_name(Path::new(name)));
    // Who names workloads too has something done.
    let is_alone = inputs.are_named && planned.met.seen == 0;
    let file = named.find(|name| is_alone && !is_met(name))?;
    let targets = &configured.layer.selection.targets;
    let targets = targets.iter().map(|it| format!(" --target {}", in_shell(&it.text)));
    let targets: String = targets.collect();
    let target = if targets.is_empty() { " --target KIND/NAME" } else { &targets };
    let words = settings_words(&configured.layer);
    let file = in_shell(file);
    Some(format!(
        "{file} holds no pods; to put the tunnel of a workload into it as a patch: `wgsidecar patch --into {file}{target}{words}`"
    ))
}

/// The patch for one workload.
fn named(configured: &Configured, aim: &Aim) -> anyhow::Result<Value> {
    if aim.row.templates[0].spread == PodIdentity::PerNode && !allows_daemonsets(&configured.layer)
    {
        anyhow::bail!(
            "`{}`: one key is for one pod, and a DaemonSet has one on each node: `--allow daemonset-shares-key` if this is intended",
            aim.display()
        );
    }
    let (block, mark) = contents(&resolve(configured, aim.row, Some(&aim.name))?);
    let text = patch::text(&patch::object(aim.row, &aim.name, &block, &mark), None);
    Ok(patch::item(aim.row, &aim.name, &text))
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

const FORMS: [Form; 4] = [
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
            "The tunnel as patches of Flux. They belong in the `spec` of a Kustomization of",
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
            "The tunnel as a post-renderer of Flux. It belongs in the `spec` of a HelmRelease of",
            "helm.toolkit.fluxcd.io, whose version is v2 or v2beta2: the first helm-controllers of v2beta1 know no",
            "`patches`, and the API server drops them in silence.",
        ],
        // the chart before it is patched, and the release after it was
        checks: &[
            "helm template NAME CHART --values FILE | LINT",
            "helm get manifest NAME | CHECK",
        ],
        wrap: |patches| json!({"spec": {"postRenderers": [{"kustomize": {"patches": patches}}]}}),
    },
    Form {
        name: PATCH_FORMS[3],
        about: &[
            "The tunnel as patches of Argo CD. They belong in the `spec` of an Application whose source is a",
            "kustomization: Argo CD patches no chart. Of several `sources` the one that renders the workloads takes them,",
            "under its own `kustomize`.",
        ],
        checks: &["argocd app manifests NAME --source git | CHECK"],
        wrap: |patches| json!({"spec": {"source": {"kustomize": {"patches": patches}}}}),
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
        "the file stays as it is; a signature on the object no longer holds, and anyone who verifies it refuses the object",
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
fn header(form: &Form, layer: &Layer, aims: &[Aim]) -> String {
    let mut lines: Vec<String> = form.about.iter().map(ToString::to_string).collect();
    lines.extend(
        ["", "A patch cannot see the workloads that it changes. Check what comes out:"]
            .map(String::from),
    );
    let mut words = same_settings(layer);
    words.extend(aims.iter().map(|aim| format!(" --target={}", in_shell(&aim.display()))));
    let check = format!("wgsidecar inject --check{words}");
    let lint = format!("wgsidecar lint --fail-on error{words}");
    let commands =
        form.checks.iter().map(|command| command.replace("CHECK", &check).replace("LINT", &lint));
    lines.extend(commands.map(|command| format!("  {command}")));
    lines.extend(
        [
            "It fails if a selected workload has no tunnel or a different one, or if an excluded workload has one.",
        ]
        .map(String::from),
    );
    if aims.is_empty() {
        lines.extend(
            ["Of the rules that nothing can allow, these are about pods that a patch changes unseen:"]
                .map(String::from),
        );
        lines.extend(UNSEEN.map(|(rule, what)| format!("  {rule}: {what}")));
        lines.extend(left_out(layer).into_iter().map(String::from));
    }
    lines.extend(
        ["", "Made by `wgsidecar patch`. Regenerate it when a setting changes."].map(String::from),
    );
    lines.iter().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect()
}

/// Whom the patches do not reach, though `inject` might.
fn left_out(layer: &Layer) -> Vec<&'static str> {
    let mut lines = vec![
        "Left out are kinds of custom resources and Helm hooks, and what opts out by `wgsidecar.dev/inject: disabled` on",
        "the object itself, as a label or an annotation. Patches cannot read pod templates: set the label on the object.",
        "Per-workload annotations have no effect.",
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
    let mut words = Vec::new();
    words.extend(
        layer.selection.selector.iter().map(|(selector, _)| ("selector", selector.to_string())),
    );
    words.extend(
        (layer.selection.only_enabled == Some(true)).then(|| ("only-enabled", String::new())),
    );
    words.extend(layer.allow.iter().map(|rule| ("allow", rule.clone())));
    settings_words(layer) + &flags(&words)
}

/// The settings alone.
fn settings_words(layer: &Layer) -> String {
    let secret =
        layer.settings.text("secret").or_else(|| find("secret").map(|it| it.default.to_owned()));
    let mut words: Vec<_> = secret.into_iter().map(|name| ("secret", name)).collect();
    let others = layer.settings.texts().filter(|(setting, _)| setting.name != "secret");
    words.extend(others.map(|(setting, text)| (setting.name, text)));
    flags(&words)
}

/// Settings as flags of a command line in a shell.
pub(super) fn flags(words: &[(&str, String)]) -> String {
    words
        .iter()
        .map(|(flag, value)| match value.as_str() {
            "" => format!(" --{flag}"),
            value => format!(" --{flag}={}", in_shell(value)),
        })
        .collect()
}

/// A word as a shell takes it.
pub(super) fn in_shell(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:,=@+".contains(&byte);
    if word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn allows_daemonsets(layer: &Layer) -> bool {
    layer.allow.iter().any(|rule| rule == "daemonset-shares-key")
}

fn patches(configured: &Configured) -> anyhow::Result<Vec<Value>> {
    let per_replica = configured.layer.settings.is_on("key-per-replica");
    let rows = patch::rows().filter(|row| !per_replica || patch::ordinal(row).is_some());
    let per_node = allows_daemonsets(&configured.layer);
    let rows = rows.filter(|row| per_node || row.templates[0].spread != PodIdentity::PerNode);
    rows.map(|row| of_kind(configured, row)).collect()
}

/// The patch for all workloads of a kind that are selected.
fn of_kind(configured: &Configured, row: &WorkloadKind) -> anyhow::Result<Value> {
    let (block, mark) = contents(&resolve(configured, row, None)?);
    let text = patch::text(&patch::object(row, "any", &block, &mark), None);
    let mut target = patch::target(row);
    target.insert("labelSelector".into(), labels(configured).into());
    target.insert("annotationSelector".into(), format!("{NOT_DISABLED},!{HELM_HOOK}").into());
    Ok(json!({"target": target, "patch": text}))
}

fn resolve(
    configured: &Configured,
    row: &WorkloadKind,
    name: Option<&str>,
) -> anyhow::Result<Resolved> {
    let workload =
        WorkloadRef { kind: row.kind, name, namespace: None, ordinal: patch::ordinal(row) };
    let unknown: &[&str] = if name.is_some() { &UNKNOWN[1..] } else { &UNKNOWN };
    configured.layer.settings.resolve(&workload).map_err(|bad| {
        let is_unknown = |bad: &BadSetting| {
            let text = configured.layer.settings.text("secret").unwrap_or_default();
            bad.setting == "secret" && unknown.iter().any(|word| text.contains(word))
        };
        let reason = |bad: &BadSetting| match is_unknown(bad) {
            true if name.is_some() => format!("`secret`: {UNKNOWN_SPACE}"),
            true => format!("`secret`: {UNKNOWN_NAME}"),
            false => format!("`{}`: {}", bad.setting, bad.message),
        };
        let reasons = bad.iter().map(reason);
        anyhow::anyhow!("{}", reasons.collect::<Vec<_>>().join("; "))
    })
}

/// What stands for a workload's own in the Secret's name, and a patch does not know. The kind it knows.
const UNKNOWN: [&str; 2] = ["{name}", "{namespace}"];
const UNKNOWN_NAME: &str =
    "a patch is for many workloads, so the Secret's name cannot hold `{name}` or `{namespace}`";
const UNKNOWN_SPACE: &str = "a patch does not know its workload's namespace, so the Secret's name cannot hold `{namespace}`";

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
