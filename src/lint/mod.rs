//! What breaks or leaks a tunnel: one file per rule. Knows nothing of flags, of formats, or of what follows.
//!
//! To add a rule, write its file, with the page that `wgsidecar explain` prints as its doc comment, its two fixtures
//! `bad.yaml` and `near.yaml` in a folder of `fixtures/rules`, and a line in each of the two lists below.

pub mod rules;
pub mod makers;
pub mod scalers;
pub mod index;
pub mod selectors;
pub mod policies;
pub mod reaching;
pub mod egress;
pub mod secret;
pub mod object_ref;
pub mod outline;
pub mod pod;
pub mod power;
pub mod resources;
pub mod quotas;
pub mod ranges;
pub mod fix;
pub mod suppression;
pub mod linter;
pub mod admission;
mod verdict;
pub mod findings;
pub mod rule_doc;
pub mod explain;

pub use findings::{Finding, FindingBuilder, Findings, Resource, RuleInfo};
pub use linter::Linter;
pub use object_ref::ObjectRef;
pub use outline::Outline;
pub use pod::{Pod, Wanted, Way};
pub(crate) use rule_doc::{page, rule};
pub use rules::{EDITING, OF_PATCHES, RULES};
pub use suppression::Ignore;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use self::admission::Admission;
use self::index::ObjectIndex;
use self::rule_doc::RuleDoc;
use crate::kube::kinds::{Elsewhere, More};
use crate::text::{Level, Place};
use crate::wireguard::conf_issue::Kind;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    pub id: &'static str,
    /// The usual level; a rule may raise or lower a single finding.
    pub level: Level,
    /// Whether `--allow` can never drop it.
    pub never: bool,
    /// The rule whose matter it is about: of what both find at one place, the gravest says enough.
    pub matter: Option<&'static Self>,
    pub page: RuleDoc,
    pub checks: &'static [Check],
}

/// When a rule looks, and at what.
#[derive(Debug)]
pub enum Check {
    /// Reading finds it: the text is no stream of documents.
    Reading,
    /// Planning finds it, where workloads and their settings are put together.
    Planning,
    /// At each object: of all kinds in `lint`, at targets in `inject`.
    Object(fn(&ObjectRef, &mut Findings)),
    /// At each pod that has, or is to have, our block.
    Pod(fn(&Pod, &mut Findings)),
    /// At each of them and at each patch that brings the block to pods: it need not see their manifest.
    Outline(fn(&Outline, &mut Findings)),
    /// At each such patch alone: at a pod the rule can see more.
    Patch(fn(&Outline, &mut Findings)),
    /// At each pod, but for those that the cluster itself adds it to: it is about the manifest, which stays as it is then.
    Manifest(fn(&Pod, &mut Findings)),
    /// Once at each Secret that a tunnel reads, and in `lint` at each that holds a tunnel: what is wrong with its files.
    Conf,
    /// At the end, across everything.
    Run(fn(&Run, &mut Findings)),
    /// In the cluster, where the API server admits objects by a policy of ours.
    Admission(Admission),
}

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}

impl Rule {
    /// A rule about what is wrong with a configuration file.
    const fn conf(kind: Kind, page: RuleDoc) -> Self {
        let (id, level) = kind.rule();
        Self { id, level, never: false, matter: None, page, checks: &[Check::Conf] }
    }

    /// Whether it looks at objects for their own sake, and not for that of a pod.
    pub fn looks_at_objects(&self) -> bool {
        self.checks.iter().any(|check| matches!(check, Check::Object(_) | Check::Conf))
    }

    /// Whether it can be judged of a patch, which knows nothing of the pods that it is for.
    pub fn looks_at_patches(&self) -> bool {
        let looks =
            |check: &Check| matches!(check, Check::Outline(_) | Check::Patch(_) | Check::Conf);
        self.checks.iter().any(looks)
    }

    /// Whether reading finds it: then there is no manifest to judge.
    pub fn is_about_reading(&self) -> bool {
        self.checks.iter().any(|check| matches!(check, Check::Reading))
    }
}

/// What reports say of every rule.
pub fn infos() -> Vec<RuleInfo> {
    let info = |rule: &&'static Rule| RuleInfo {
        id: rule.id,
        level: rule.level,
        short: rule.page.summary(),
        help: rule.page.remedy(),
        full: rule.page.text(),
    };
    RULES.iter().map(info).collect()
}

/// What is known once every document was read.
#[derive(Debug)]
pub struct Run<'a, 's> {
    pub targets: Vec<Target>,
    /// Pods that have a tunnel already, and that nothing is to be done to.
    pub bystanders: Vec<Target>,
    /// The objects whose pods are made elsewhere.
    pub rendered: Vec<Rendered>,
    /// The objects that make more pods of another one's template.
    pub borrowers: Vec<Borrower>,
    /// The objects that matter, and where their names stand.
    pub objects: Vec<(Arc<Resource>, Place)>,
    /// The numbers of the Secrets that tunnels read.
    pub secrets: Vec<usize>,
    pub context: &'a ObjectIndex<'s>,
}

impl Run<'_, '_> {
    /// The objects that make more pods of a target's template, each with that target.
    pub fn borrowers(&self) -> impl Iterator<Item = (&Borrower, &Target)> {
        let key = |kind: &str, own: Option<&str>, name: &str| {
            (kind.to_owned(), self.context.namespace(own).map(str::to_owned), name.to_owned())
        };
        let of = |target: &Target| {
            let Resource { kind, namespace, name, .. } = &*target.resource;
            key(kind, namespace.as_deref(), name)
        };
        // Most runs have no borrower, and there may be many targets.
        let asked = self.targets.iter().filter(|_| !self.borrowers.is_empty());
        let targets: HashMap<_, _> = asked.map(|target| (of(target), target)).collect();
        self.borrowers.iter().filter_map(move |borrower| {
            let (kind, name) = &borrower.of;
            let target = targets.get(&key(kind, borrower.resource.namespace.as_deref(), name))?;
            Some((borrower, *target))
        })
    }

    /// Takes over what was seen in later documents.
    pub fn absorb(&mut self, later: Self) {
        self.targets.extend(later.targets);
        self.bystanders.extend(later.bystanders);
        self.rendered.extend(later.rendered);
        self.borrowers.extend(later.borrowers);
        self.objects.extend(later.objects);
    }
}

/// What stays of one target after its document was read.
#[derive(Debug)]
pub struct Target {
    /// The name of its object.
    pub place: Place,
    pub resource: Arc<Resource>,
    /// The path of its pod template in the object.
    pub field: Cow<'static, str>,
    /// The Secret that its tunnel reads.
    pub secret: Arc<str>,
    /// The ConfigMap that its script is in, where the manifest does not hold it.
    pub script: Option<String>,
    /// Whether the cluster itself adds the tunnel.
    pub is_admitted: bool,
    /// The namespace that its pods are put into, whatever its object says.
    pub namespace: Option<Arc<str>>,
    /// The workload that a patch is for, where the run holds it.
    pub pods: Option<Arc<Resource>>,
}

impl Target {
    /// The workload whose pods read the Secret, as far as it is known: else the object that patches it.
    pub fn workload(&self) -> &Arc<Resource> {
        self.pods.as_ref().unwrap_or(&self.resource)
    }

    /// The namespace of those pods.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref().or(self.workload().namespace.as_deref())
    }
}

/// An object whose pods are made from what it only names.
#[derive(Debug)]
pub struct Rendered {
    /// Its name.
    pub place: Place,
    pub resource: Arc<Resource>,
    pub level: Level,
    pub elsewhere: &'static Elsewhere,
    /// The words of a command that puts a patch into it, where it is in a file and takes patches.
    pub into: Option<String>,
    /// The folders whose manifests it applies.
    pub folders: Vec<String>,
    /// Kinds and names of the objects that it makes pods from.
    pub sources: Vec<(String, String)>,
}

/// An object that makes more pods of another one's template than that one says.
#[derive(Debug)]
pub struct Borrower {
    /// Its name.
    pub place: Place,
    pub resource: Arc<Resource>,
    /// Kind and name of the other one.
    pub of: (String, String),
    pub more: More,
    /// Where the number of its pods stands, and how many they are if that can be read.
    pub count: Option<(Place, Option<i128>)>,
    /// The placeholder that stands for that number.
    pub placeholder: Option<String>,
    /// Where it says that a new pod may start before the old one is gone, if it may.
    pub overlap: Option<Place>,
}
