//! Says what `inject` would add as admission policies. Knows nothing of manifests.

use std::io::Write;

use super::settings::{Configured, Selecting};
use super::{Console, Exit, stdout};
use crate::cli::PolicyArgs;
use crate::config;
use crate::kube::Selector;
use crate::kube::select::INJECT;
use crate::lint::rules::secret_shared;
use crate::policy::{NAMESPACE_LABEL, Pods, Policy, Selection, unspeakable};
use crate::text::Diagnostic;
use crate::wireguard::settings::{BadSetting, Resolved, WorkloadRef};
use crate::wireguard::tunnel::Dns;

/// Runs `policy`.
pub fn run(args: &PolicyArgs) -> anyhow::Result<Exit> {
    let mut configured = Configured::read(&args.args, Selecting::ByAll)?;
    let mut errors = Vec::new();
    let selection = keep(&mut errors, selection(args));
    let secret = keep(&mut errors, secret(&configured));
    let resolved = keep(&mut errors, resolved(&configured));
    let shares_keys = configured.layer.allow.iter().any(|rule| rule == secret_shared::RULE.id);
    if args.all_pods && !shares_keys {
        errors.push(error(
            "`--all-pods`: the pods of a namespace would share one Secret and its WireGuard key, and cut each other off",
            "leave `--all-pods` out, and let each pod ask for the tunnel and name its Secret; or accept it with `--allow secret-shared`",
        ));
    }
    if configured.layer.settings.text("script").as_deref() == Some("configmap") {
        errors.push(error(
            "`script`: the policy holds the script itself, and a pod that it admits may be in a namespace without the ConfigMap",
            "leave `--script configmap` out",
        ));
    }
    configured.refuse(errors);
    let general = &args.args.general;
    let (Some(selection), Some(secret), Some(Resolved { tunnel, recorded, .. }), false) =
        (selection, secret, resolved, configured.is_wrong())
    else {
        return failed(Console { general, configured: &configured });
    };
    let policy = Policy {
        tunnel: &tunnel,
        recorded: &recorded,
        secret: &secret,
        selection,
        shares_keys,
        is_strict: args.strict,
        allow: &configured.layer.allow,
    };
    let Ok(stream) = policy.stream() else {
        configured.refuse([error(
            "the tunnel's script cannot be written as CEL: it holds `\"\"\"`, a carriage return or NUL, or ends with a quote",
            "use `wgsidecar inject`",
        )]);
        return failed(Console { general, configured: &configured });
    };
    stdout::data(|out| out.write_all(stream.as_bytes()))?;
    let mut console = Console { general, configured: &configured };
    console.settings()?;
    report(console, &policy)?;
    Ok(Exit::Done)
}

fn failed(mut console: Console) -> anyhow::Result<Exit> {
    console.settings()?;
    console.findings(&[], &[], &[])?;
    console.errors(console.configured.usage())?;
    Ok(Exit::Failed)
}

fn keep<T>(errors: &mut Vec<Diagnostic>, result: Result<T, Vec<Diagnostic>>) -> Option<T> {
    result.map_err(|more| errors.extend(more)).ok()
}

fn error(message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic { help: Some(help.into()), ..config::error(message.into()) }
}

fn selection(args: &PolicyArgs) -> Result<Selection, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let default = format!("{NAMESPACE_LABEL}=enabled");
    let namespaces = args.namespaces.as_deref().unwrap_or(&default);
    let namespaces = keep(&mut errors, selector("--namespace-selector", namespaces));
    let pods = match &args.pods {
        _ if args.all_pods => Some(Pods::All),
        None => Some(Pods::Enabled),
        Some(text) => keep(&mut errors, selector("--selector", text)).map(Pods::Matching),
    };
    let (Some(namespaces), Some(pods), true) = (namespaces, pods, errors.is_empty()) else {
        return Err(errors);
    };
    let selection = Selection { namespaces, pods };
    if selection.is_for_the_system() {
        Err(vec![error(
            format!(
                "`--namespace-selector`: `{}` takes in `kube-system`, whose pods the cluster needs to start any other",
                selection.namespaces
            ),
            "choose namespaces by a label of their own, or add `kubernetes.io/metadata.name notin (kube-system)`",
        )])
    } else {
        Ok(selection)
    }
}

fn selector(flag: &str, text: &str) -> Result<Selector, Vec<Diagnostic>> {
    let wrong = |message, help: &str| Err(vec![error(format!("`{flag}`: {message}"), help)]);
    let selector = match Selector::parse(text) {
        Ok(selector) => selector,
        Err(reason) => return Err(vec![config::error(format!("`{flag}`: {reason}"))]),
    };
    if selector.requirements.is_empty() {
        let help = match flag {
            "--selector" => {
                "name a label, or take all pods of the chosen namespaces with `--all-pods`"
            }
            _ => "name a label of the namespaces, such as `team=media`",
        };
        return wrong("an empty selector would take in everything".into(), help);
    }
    if let Some(requirement) = unspeakable(&selector) {
        let message =
            format!("`{requirement}` compares numbers, and the selector of a policy cannot");
        return wrong(message, "use `=`, `!=`, `in`, `notin` or the label alone");
    }
    if selector.requirements.iter().any(|it| flag == "--selector" && it.key == INJECT) {
        let message = format!("the label `{INJECT}` has its meaning in every policy");
        return wrong(message, "leave it out of the selector");
    }
    Ok(selector)
}

/// What a pod can say of its Secret's name.
fn secret(configured: &Configured) -> Result<String, Vec<Diagnostic>> {
    let pattern = configured.layer.settings.secret_pattern().map_err(|bad| vec![of(&bad)])?;
    for placeholder in ["{name}", "{kind}"] {
        if pattern.contains(placeholder) {
            return Err(vec![error(
                format!(
                    "`secret`: a policy sees pods, not workloads, so `{placeholder}` cannot be used here"
                ),
                "let each pod template name its Secret in the annotation `wgsidecar.dev/secret`",
            )]);
        }
    }
    Ok(pattern)
}

fn resolved(configured: &Configured) -> Result<Resolved, Vec<Diagnostic>> {
    let settings = &configured.layer.settings;
    if settings.is_on("key-per-replica") {
        return Err(vec![error(
            "`key-per-replica`: a policy sees single pods, and cannot tell how many there are of one workload",
            "use `wgsidecar inject --key-per-replica` for that workload: the policy accepts its pods",
        )]);
    }
    settings.resolve(&WorkloadRef::any(None)).map_err(|bad| bad.iter().map(of).collect())
}

fn of(bad: &BadSetting) -> Diagnostic {
    config::error(format!("`{}`: {}", bad.setting, bad.message))
}

/// Says what the policies do: nobody should have to read CEL for that.
fn report(console: Console, policy: &Policy) -> std::io::Result<()> {
    if console.general.quiet {
        return Ok(());
    }
    let mut out = console.stream();
    if console.configured.layer.selection.is_some() {
        writeln!(
            out,
            "note: the selection in the settings is about workloads in manifests: a policy chooses pods, by its own flags"
        )?;
    }
    let covered = policy.selection.describe();
    let dns = match &policy.tunnel.dns {
        Dns::Cluster => "cluster (outside the tunnel)".to_owned(),
        Dns::Servers(servers) => {
            servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
    };
    writeln!(out, "policies for {covered}; Secret {}; DNS {dns}", policy.secret)
}
