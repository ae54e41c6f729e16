//! Plans all documents of all sources, and verifies every change. Knows nothing of files or output.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::analysis::{AbsentScript, Analysis, Chosen, Masks};
use super::block_cache::BlockCache;
use super::editor::{Desired, Editor, PodChange};
use super::gather::Documents;
use super::left_out::Left;
use super::listed::Listed;
use super::pod_template::{PodTemplateRef, ResolvedTarget};
use super::unmatched::Met;
use super::walker::{Planning, Walker, walk};
use crate::config::Layer;
use crate::kube::{Kinds, Targets};
use crate::lint::rules::{not_selected, signed_file};
use crate::lint::{self, Finding, ObjectRef, Pod, Rule};
use crate::report::summary::{InUse, Outcome};
use crate::text::{Edits, Level, Place, Source};
use crate::wireguard::dns::Fit;
use crate::wireguard::existing::Presence;
use crate::wireguard::mark::{Mark, Site as MarkSite, UNRECORDED};
use crate::wireguard::settings::{Settings, is_another_default};
use crate::wireguard::tunnel::{Dns, Tunnel};
use crate::yaml::NodeId;

/// What a run is to do with its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Inject,
    Uninject,
    /// Rules look at everything, and mend what they can.
    Lint,
    /// Puts patches into objects that take them, and looks at nothing else.
    Patch,
    /// Takes them out.
    Unpatch,
}

/// All that going through the sources found out. Nothing has been written.
#[derive(Debug, Default)]
pub struct Planned {
    /// One for each source.
    pub edits: Vec<Edits>,
    pub findings: Vec<Finding>,
    /// For each source, what of it no report may show.
    pub masks: Vec<Masks>,
    pub outcomes: Vec<Outcome>,
    /// The pods that have a tunnel or are to get one, where the run looks at them and changes nothing.
    pub listed: Vec<Listed>,
    /// The rules that mend something, each with the number of its source.
    pub mended: Vec<(usize, &'static str)>,
    /// The fixes that would have left something else than planned, each with its rule: mistakes of ours, which the tests
    /// look for.
    pub dropped: Vec<String>,
    /// How many pods the rules have looked at.
    pub judged: usize,
    /// What the selection has met.
    pub met: Met,
    /// Where a change is not what was planned: a mistake of ours.
    pub broken: Vec<String>,
    /// The ConfigMaps with scripts that the pods need and that the run does not hold.
    pub absent_scripts: Vec<AbsentScript>,
    /// Where a JSON object follows another without a separator.
    pub followers: Vec<Place>,
}

impl Planned {
    /// What an analysis that is finished and the changes come to.
    pub(super) fn new(analysis: Analysis, editor: Editor) -> Self {
        let Editor { mut edits, broken, .. } = editor;
        edits.iter_mut().for_each(Edits::sort);
        Self {
            edits,
            broken,
            masks: analysis.masks(),
            absent_scripts: analysis.absent_scripts(),
            findings: analysis.linter.into_findings(),
            outcomes: analysis.outcomes,
            listed: analysis.listed,
            mended: Vec::new(),
            dropped: Vec::new(),
            judged: analysis.judged,
            met: analysis.met,
            followers: Vec::new(),
        }
    }
}

impl Planned {
    /// Takes out the warnings about what the run leaves as it is, and counts them by rule: they were said when it was
    /// injected, and `lint` says them. What the settings want no longer was not said then.
    pub fn hide_known(&mut self) -> BTreeMap<&'static str, usize> {
        let mut unchanged = HashSet::new();
        for outcome in self.outcomes.iter().filter(|it| it.action.changes_nothing()) {
            unchanged.insert(&outcome.resource);
        }
        for outcome in self.outcomes.iter().filter(|it| !it.action.changes_nothing()) {
            unchanged.remove(&outcome.resource);
        }
        let mut hidden = BTreeMap::new();
        self.findings.retain(|finding| {
            let is_known = finding.is_open()
                && finding.diagnostic.rule != not_selected::RULE.id
                && finding.diagnostic.level < Level::Error
                && finding.resource.as_ref().is_some_and(|it| unchanged.contains(it));
            if is_known {
                *hidden.entry(finding.diagnostic.rule).or_insert(0) += 1;
            }
            !is_known
        });
        hidden
    }
}

impl Planned {
    /// How many errors of each rule somebody has suppressed, so that they do not stop the run.
    pub fn suppressed_errors(&self) -> BTreeMap<&'static str, usize> {
        let mut numbers = BTreeMap::new();
        let errors = self.findings.iter().filter(|it| it.diagnostic.level == Level::Error);
        for finding in errors.filter(|it| it.suppressed.is_some()) {
            *numbers.entry(finding.diagnostic.rule).or_insert(0) += 1;
        }
        numbers
    }
}

impl Verb {
    /// The rules that stand in its way; without `infos`, none of those that only tell something.
    pub fn rules(self, infos: bool) -> Vec<&'static Rule> {
        let is_editing = |rule: &Rule| lint::EDITING.iter().any(|it| it.id == rule.id);
        let stands = |rule: &&'static Rule| match self {
            Self::Inject | Self::Lint | Self::Patch => true,
            Self::Uninject | Self::Unpatch => is_editing(rule),
        };
        let all = lint::RULES.iter().copied().filter(stands);
        all.filter(|rule| infos || rule.level > Level::Info).collect()
    }
}

/// Plans a run over all sources, by all rules.
pub fn plan(
    sources: &[Source],
    verb: Verb,
    layer: &Layer,
    kinds: &Kinds,
    targets: &Targets,
) -> Planned {
    plan_by(&verb.rules(true), Documents::split(sources), verb, layer, kinds, targets)
}

/// Plans a run over some documents, by some rules.
pub fn plan_by(
    rules: &[&'static Rule],
    documents: Documents,
    verb: Verb,
    layer: &Layer,
    kinds: &Kinds,
    targets: &Targets,
) -> Planned {
    walk(documents, rules, verb, layer, kinds, targets)
}

impl<'s> Walker<'_, 's> {
    /// Plans what becomes of a template where a tunnel is to go in. `object_refused` is whether an error stands against
    /// the object, which is asked once, however many templates it has.
    pub(super) fn inject(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        chosen: Chosen,
        object_refused: &mut Option<bool>,
    ) -> (Left, Planning) {
        match chosen {
            Chosen::Yes(spec) => {
                let refused = object_refused.unwrap_or_else(|| self.is_refused(site));
                *object_refused = Some(refused);
                let planning = self.inject_job(site, spec, refused);
                (if planning.is_some() { Left::With } else { Left::Excused }, planning)
            }
            Chosen::Hollow => {
                self.analysis.hollow(site.tree, site.workload, Some(site.template));
                (Left::Excused, None)
            }
            Chosen::No | Chosen::Skipped => {
                let own = self.suppressions(site);
                (self.analysis.not_chosen(site, chosen, &own), None)
            }
        }
    }

    /// Plans what becomes of a template where the tunnel is to go.
    pub(super) fn uninject(&mut self, site: PodTemplateRef<'_, 's>, chosen: Chosen) -> Planning {
        match chosen {
            Chosen::Yes(spec) => self.uninject_job(site, spec),
            Chosen::Hollow => {
                self.analysis.hollow(site.tree, site.workload, Some(site.template));
                None
            }
            Chosen::No | Chosen::Skipped => None,
        }
    }

    fn uninject_job(&mut self, site: PodTemplateRef<'_, 's>, spec: NodeId) -> Planning {
        let presence = self.analysis.presence(site, spec);
        if matches!(presence, Presence::Absent) {
            return Some((None, None));
        }
        let own = self.suppressions(site);
        let pod = Pod { is_to_go: true, ..self.analysis.pod(site, spec, &presence, None) };
        if self.analysis.linter.pod(&pod, &own) {
            return None;
        }
        // What else it can be was refused just now.
        let Presence::Complete(existing) = presence else { return None };
        let job = PodChange { workload: 0, template: 0, existing: Some(*existing), wanted: None };
        if self.is_signed(site, &job) { None } else { Some((job.existing, None)) }
    }

    /// Judges the object by itself; tells whether an error stands against it.
    fn is_refused(&mut self, site: PodTemplateRef<'_, 's>) -> bool {
        let PodTemplateRef { tree, workload, .. } = site;
        let mut all = Vec::new();
        for template in &workload.templates {
            all.extend(self.suppressions(PodTemplateRef { template, ..site }));
        }
        let view = ObjectRef { tree, object: &workload.object, workload: Some(workload) };
        self.analysis.linter.object(&view, &all)
    }

    fn inject_job(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        spec: NodeId,
        object_refused: bool,
    ) -> Planning {
        let presence = self.analysis.presence(site, spec);
        let own = self.suppressions(site);
        let meant = self.analysis.meant(site, &presence);
        let pod = self.analysis.pod(site, spec, &presence, meant.as_ref());
        let refused = self.analysis.linter.pod(&pod, &own) || object_refused;
        // What its settings mean is unknown, and said; so is all else that stands in the way.
        let meant = meant.as_ref()?;
        let build = build(&mut self.editor.blocks, &pod, meant);
        let (reads, script) = (Arc::clone(&meant.reads), build.block.script_map());
        self.analysis.script(script.as_deref(), &meant.settings, site.ordinal());
        self.analysis.target(pod.name_place(), site, reads, script, false);
        let existing = match presence {
            Presence::Complete(existing) => Some(*existing),
            _ => None,
        };
        let job = PodChange { workload: 0, template: 0, existing, wanted: Some(build) };
        if self.is_signed(site, &job) || refused {
            return None;
        }
        Some((job.existing, job.wanted))
    }

    /// Whether a signature forbids a job, which is then among the findings.
    fn is_signed(&mut self, site: PodTemplateRef<'_, 's>, job: &PodChange) -> bool {
        let PodTemplateRef { tree, workload, template } = site;
        let block = job.wanted.as_ref().map(|build| &build.block);
        let object = (&workload.object, template);
        !job.action(tree).changes_nothing()
            && signed_file::report(tree, object, block, self.analysis.findings())
    }
}

/// What `inject` would make of a pod.
pub fn build(blocks: &mut BlockCache, pod: &Pod, meant: &ResolvedTarget) -> Desired {
    // Where the run does not hold the Secret, what an earlier one knew of it still counts.
    let known = pod.existing().filter(|existing| existing.mark.secret() == *meant.asked);
    let (sites, dns) = dns(pod, &meant.tunnel);
    let block = blocks.get(&with_its_image(pod, meant), sites, &meant.reads);
    let found = meant.secret.as_ref().and_then(|found| found.content.clone());
    let earlier = known.map(|existing| existing.mark.content.clone());
    // A Secret that has got its name from a generator rolls the pods by that: there is no need to record more than was.
    let counts = match &earlier {
        Some(Some(content)) if content == UNRECORDED => false,
        Some(None) => meant.reads == meant.asked,
        _ => true,
    };
    // A sidecar takes what the Secret holds as it changes, and rolls no pods for it.
    let rolls = !meant.tunnel.is_sidecar();
    let mark = Mark {
        content: found.filter(|_| counts).or_else(|| earlier.flatten()).filter(|_| rolls),
        ..Mark::of(&block, &meant.recorded, &meant.asked)
    };
    let in_use = in_use(Arc::clone(&meant.reads), &meant.settings, dns, &meant.tunnel.local);
    Desired { block, mark, in_use }
}

/// What the summary says where no setting names a preset.
const DEFAULT_CLUSTER: &str = "kubeadm (default)";

/// What the summary says of a tunnel with these settings, whose pod asks these resolvers; `local` is what stays on the
/// cluster's network.
pub(super) fn in_use(
    secret: Arc<str>,
    settings: &Settings,
    dns: Cow<'static, str>,
    local: &[IpNet],
) -> InUse {
    let cluster = match settings.text("cluster") {
        Some(named) => named.into(),
        None => DEFAULT_CLUSTER.into(),
    };
    InUse { secret, cluster, dns: with_side(dns, local) }
}

/// Says of resolvers on which side of the tunnel they are; of the node's own nobody knows.
fn with_side(dns: Cow<'static, str>, local: &[IpNet]) -> Cow<'static, str> {
    const CLUSTER: &str = "cluster";
    if dns == CLUSTER {
        return "cluster (outside the tunnel)".into();
    }
    let is_outside = |word: &str| match word.parse::<IpAddr>() {
        Ok(address) => Some(local.iter().any(|range| range.contains(&address))),
        Err(_) => (word == CLUSTER).then_some(true),
    };
    let sides: BTreeSet<_> = dns.split(", ").filter_map(is_outside).collect();
    let side = match Vec::from_iter(sides)[..] {
        [true] => "outside",
        [false] => "inside",
        [..] if dns.contains(", ") => "inside and outside",
        _ => return dns,
    };
    format!("{dns} ({side} the tunnel)").into()
}

/// Whether an image that a pod has stays: no setting names or means another.
pub fn keeps_image(image: &str, settings: &Settings, tunnel: &Tunnel) -> bool {
    image != tunnel.image && !settings.has("image") && !is_another_default(image, &tunnel.image)
}

/// The tunnel for a pod: with the image that it has, unless a setting names or means another.
fn with_its_image(
    pod: &Pod,
    ResolvedTarget { settings, tunnel, .. }: &ResolvedTarget,
) -> Arc<Tunnel> {
    let image = pod.existing().and_then(|existing| existing.image(pod.tree));
    match image.filter(|image| keeps_image(image, settings, tunnel)) {
        Some(image) => Arc::new(Tunnel { image: image.into_owned(), ..tunnel.as_ref().clone() }),
        None => Arc::clone(tunnel),
    }
}

/// What of the pod's DNS settings is to be ours, and which resolvers it has then.
pub(super) fn dns(pod: &Pod, tunnel: &Tunnel) -> (Vec<MarkSite>, Cow<'static, str>) {
    let own = pod.own_dns();
    if let Dns::Servers(servers) = &tunnel.dns
        && let Fit::Sites(sites) = own.fit(pod.tree, servers)
    {
        let names: Vec<_> = servers.iter().map(ToString::to_string).collect();
        return (sites, names.join(", ").into());
    }
    // The pod keeps what it asks for by itself, though the tunnel may have other resolvers in mind.
    (Vec::new(), own.words(pod.tree))
}
