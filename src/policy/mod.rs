//! The tunnel as admission policies: the API server adds it when a pod is created. Knows nothing of manifests or files.
//!
//! Four policies with their bindings. The one that refuses comes first: what is created between two of them is refused
//! rather than run without it.

mod cel;
mod pod;
mod refuse;
mod selection;
mod warn;
mod mutate;

use serde_json::{Value, json};

pub use pod::SECRET;
pub use selection::{NAMESPACE_LABEL, Pods, Selection, unspeakable};

use crate::lint::RULES;
use crate::lint::admission::{Admission, Case, Stage};
use crate::lint::policies::{IMAGE, NAME};
use crate::lint::{Check, Rule};
use crate::wireguard::mark::{self, Mark, Site};
use crate::wireguard::pod::{ALL_DNS, Block};
use crate::wireguard::script;
use crate::wireguard::settings::Settings;
use crate::wireguard::tunnel::{Dns, Tunnel};
use crate::yaml::write::document;

/// What the policies are to do.
#[derive(Debug)]
pub struct Policy<'a> {
    pub tunnel: &'a Tunnel,
    /// What its mark keeps of the settings.
    pub recorded: &'a Settings,
    /// The name of the Secret; `{namespace}` stands for the pod's own.
    pub secret: &'a str,
    pub selection: Selection,
    /// Whether pods may share a Secret, and so a namespace may name one for all of its own.
    pub shares_keys: bool,
    /// Whether no other tunnel than this one is accepted.
    pub is_strict: bool,
    /// Rules whose warnings are left out.
    pub allow: &'a [String],
}

/// Why a tunnel cannot be written as a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwritable;

impl Policy<'_> {
    /// The policies and their bindings, as a stream of documents.
    pub fn stream(&self) -> Result<String, Unwritable> {
        cel::raw(&script::script(self.tunnel)).ok_or(Unwritable)?;
        let documents = [refuse::documents(self), warn::documents(self), mutate::documents(self)];
        let documents = documents.iter().flatten().map(document).collect::<Vec<_>>();
        Ok(format!("{}{}", self.head(), documents.join("---\n")))
    }

    /// What whoever reviews the file should know before the first expression.
    fn head(&self) -> String {
        let (covered, secret) = (self.selection.describe(), self.secret);
        let silent = match self.selection.pods {
            Pods::Enabled => {
                "# No pod is chosen without that label. The `-selected` bindings match nothing on purpose: they overwrite those of an\n# earlier `policy` run.\n"
            }
            Pods::Matching(_) | Pods::All => "",
        };
        let sharing = if self.shares_keys {
            "Pods may share a Secret, and so a WireGuard key, as `--allow secret-shared` has it: those that run at the\n\
                 # same time cut each other off. A namespace names one for its pods with the same annotation."
        } else {
            "Two pods that run at the same time with one Secret cut each other off: let each name its own."
        };
        format!(
            "# Admission policies of wgsidecar: the API server adds a WireGuard tunnel to pods when they are created, and refuses\n\
             # those that are labelled for one and cannot have it. Kubernetes 1.36 or newer.\n\
             #\n\
             # Covered: {covered}.\n\
             {silent}\
             # Secret: {secret}, in the pod's namespace, unless the pod's annotation {} names another.\n\
             # {sharing}\n\
             #\n\
             # Made by `wgsidecar policy`; regenerate it when a setting changes. Existing pods stay as they are:\n\
             # `kubectl rollout restart` makes new ones.\n",
            pod::SECRET
        )
    }

    /// What a pod gains where these of its DNS settings are to be ours. The Secret's name is a word that an expression
    /// takes the place of.
    fn block(&self, dns: &[Site]) -> Block {
        Block::new(self.tunnel, pod::SECRET_WORD, dns)
    }

    /// The conditions at a stage, each with its rule.
    fn conditions(
        &self,
        stage: Stage,
    ) -> impl Iterator<Item = (&'static Rule, &'static Admission)> {
        let all = RULES.iter().copied().flat_map(|rule| {
            let checks = rule.checks.iter();
            checks.filter_map(move |check| match check {
                Check::Admission(admission) => Some((rule, admission)),
                _ => None,
            })
        });
        all.filter(move |(rule, admission)| {
            admission.stage == stage && self.has(admission.case) && !self.allows(rule, stage)
        })
    }

    fn has(&self, case: Case) -> bool {
        match case {
            Case::Always => true,
            Case::Resolvers => self.tunnel.dns != Dns::Cluster,
            Case::Unshared => !self.shares_keys,
            Case::Strict => self.is_strict,
            Case::Sidecar => self.tunnel.is_sidecar(),
        }
    }

    /// What would leave a pod without its tunnel cannot be allowed.
    fn allows(&self, rule: &Rule, stage: Stage) -> bool {
        let is_warning = matches!(stage, Stage::Pod | Stage::Workload);
        is_warning && self.allow.iter().any(|id| id == rule.id)
    }
}

/// What a policy's own annotations say of the tunnel that it adds, by their keys: `lint` knows an old policy by them.
pub fn annotations(
    tunnel: &Tunnel,
    recorded: &Settings,
    secret: &str,
) -> [(&'static str, String); 2] {
    let block = Block::new(tunnel, secret, &ALL_DNS);
    let mark = Mark::of(&block, recorded, secret);
    [(mark::KEY, mark.to_string()), (IMAGE, tunnel.image.clone())]
}

/// What users read: the rule, its words and its way out.
fn text(prefix: &str, rule: &Rule, admission: &Admission) -> String {
    let words = format!("{prefix}{}: {} ({})", rule.id, admission.message, admission.help);
    cel::template(&words, admission.fill)
}

/// A list that holds what is said of each condition that is met.
fn met<'a>(conditions: impl Iterator<Item = (&'a Rule, &'a Admission)>) -> String {
    let one = |(rule, admission): (&Rule, &Admission)| {
        format!("({}\n ? [{}] : [])", admission.when, text("", rule, admission))
    };
    let all: Vec<_> = conditions.map(one).collect();
    if all.is_empty() { "[]".into() } else { all.join(" +\n") }
}

/// The CEL text of a field: on lines of its own where quoting would change how it reads.
fn expression(text: impl Into<String>) -> Value {
    let text = text.into();
    let is_quoted = text.contains('"') && !text.contains('\n');
    if is_quoted { format!("{text}\n").into() } else { text.into() }
}

fn variable(name: &str, text: impl Into<String>) -> Value {
    json!({"name": name, "expression": expression(text)})
}

/// The variables that something uses: an expression, or another of them.
fn used(variables: Vec<Value>, by: &Value) -> Vec<Value> {
    let mut text = by.to_string();
    let mut used = Vec::new();
    for variable in variables.into_iter().rev() {
        let name = variable["name"].as_str().unwrap_or_default();
        let mut uses = text.split("variables.").skip(1);
        let is_it = |rest: &str| {
            rest.strip_prefix(name)
                .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
        };
        if uses.any(is_it) {
            text.push_str(&variable.to_string());
            used.push(variable);
        }
    }
    used.reverse();
    used
}

/// A policy or a binding.
fn object(kind: &str, name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    })
}

/// What is asked of the API server about resources of a group.
fn rule(group: &str, operations: &[&str], resources: &[&str]) -> Value {
    json!({"apiGroups": [group], "apiVersions": ["v1"], "operations": operations, "resources": resources})
}

/// The bindings of a policy about pods: one for those that were promised a tunnel, whatever their namespace, and one for
/// those that are to have it without a word of theirs. Both are always written, under the same names: applied over the
/// policies of another selection, nothing of that one is left.
fn bindings(policy: &Policy, name: &str, action: &str) -> Vec<Value> {
    let binding = |own: &str, matching: Value| {
        let spec =
            json!({"policyName": name, "validationActions": [action], "matchResources": matching});
        object("ValidatingAdmissionPolicyBinding", own, spec)
    };
    let (namespaces, pods) = (policy.selection.namespace_selector(), policy.selection.silent());
    let silent = json!({"namespaceSelector": namespaces, "objectSelector": pods});
    vec![
        binding(name, json!({"objectSelector": selection::promised()})),
        binding(&format!("{name}-selected"), silent),
    ]
}
