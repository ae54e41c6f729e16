//! What a selection asks for and does not find: a VPN that is silently not there is a leak. Knows nothing of how
//! workloads are chosen.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::plan::Planned;
use super::read::Inputs;
use super::settings::Configured;
use crate::config;
use crate::kube::Target;
use crate::lint::Resource;
use crate::lint::findings::listed;
use crate::report::summary::{Action, Outcome};

/// What a selection has met on the way through a run.
#[derive(Debug, Default)]
pub struct Met {
    /// How many workloads there are.
    pub seen: usize,
    /// How many of them only name what their pods are made from.
    pub rendered: usize,
    /// How many of all the selection leaves out.
    pub not_selected: usize,
    /// How many pod templates were chosen.
    pub chosen: usize,
    /// The numbers of the targets that name one of them.
    pub targets: BTreeSet<usize>,
    /// The workloads, where targets are named: one of them may be meant by one that names none.
    pub workloads: Vec<Arc<Resource>>,
    /// The numbers of what the settings say of patches that has met an object.
    pub patched: BTreeSet<usize>,
    /// How many patches of ours were looked at.
    pub patches: usize,
    /// The objects that were met so.
    pub objects: Vec<Arc<Resource>>,
    /// The workloads that patches are for and that were not named.
    pub guessed: Vec<String>,
    /// An object of the namespace that is asked for, and the one that its pods run in.
    pub moved: Option<(Arc<Resource>, String)>,
    /// What is said of each patch that is to go and is not there.
    pub absent: Vec<String>,
    /// The patches whose workloads the run holds, by their objects and workloads.
    pub met_by_patches: HashSet<(Arc<Resource>, String)>,
    /// The patches that nothing is done to, where targets are named.
    pub left_patches: Vec<LeftPatch>,
}

/// A patch that nobody asks for.
#[derive(Debug)]
pub struct LeftPatch {
    pub object: Arc<Resource>,
    pub workload: Resource,
    /// The command that takes it out.
    pub way_out: String,
}

impl Met {
    /// How many objects hold pods.
    pub fn workloads(&self) -> usize {
        self.seen - self.rendered
    }

    /// Takes over what was met in later documents.
    pub fn absorb(&mut self, later: Self) {
        self.seen += later.seen;
        self.rendered += later.rendered;
        self.not_selected += later.not_selected;
        self.chosen += later.chosen;
        self.targets.extend(later.targets);
        self.workloads.extend(later.workloads);
        self.patched.extend(later.patched);
        self.patches += later.patches;
        self.objects.extend(later.objects);
        self.guessed.extend(later.guessed);
        self.moved = self.moved.take().or(later.moved);
        self.absent.extend(later.absent);
        self.met_by_patches.extend(later.met_by_patches);
        self.left_patches.extend(later.left_patches);
    }
}

/// A message for each target that names no workload of the run, or for a selection that chose none.
pub fn messages(configured: &Configured, inputs: &Inputs, planned: &Planned) -> Vec<String> {
    let mut messages = of_selection(configured, planned);
    // An object that was left out for the selection is not missing.
    if !messages.is_empty() {
        return messages;
    }
    let unmet = unmet(configured, planned);
    // In a part of the repository it need not be.
    let unmet = unmet.filter(|patch| configured.is_whole(inputs) || !is_of_file(patch));
    messages.extend(unmet.map(|patch| match &patch.object {
        None => NO_OBJECT.to_owned(),
        Some(it) => match configured.stands(&it.name, it.place) {
            Some(place) if inputs.leaves_out_kustomization(&it.text) => format!(
                "{place} asks for a patch in `{}`, which is not printed for a cluster: change it with `-i`, or name what to print",
                it.text
            ),
            Some(place) => format!("{place} asks for a patch in `{}`, but no file given contains it", it.text),
            None => format!("no object here is `{}`, which `--object` names", it.text),
        },
    }));
    // Of several objects none is named, which is said instead.
    if planned.met.objects.len() == 1 {
        messages.extend(planned.met.absent.iter().cloned());
    }
    messages
}

/// What is said of the objects that the settings file names and that are not in this part of its repository, if any.
pub fn elsewhere(configured: &Configured, inputs: &Inputs, planned: &Planned) -> Option<String> {
    if configured.is_whole(inputs) || configured.is_wrong() {
        return None;
    }
    let file = configured.file.as_ref()?;
    let unmet = unmet(configured, planned).filter(|patch| is_of_file(patch));
    let names = unmet.filter_map(|patch| patch.object.as_ref().map(|it| format!("`{}`", it.text)));
    let names: Vec<_> = names.collect();
    let (are, them) = if names.len() == 1 { ("is", "it") } else { ("are", "them") };
    let all = listed(names.len(), names.iter().cloned());
    (!names.is_empty()).then(|| {
        format!(
            "{} asks for patches in {all} too, which {are} not in these files: run wgsidecar over its folder for {them}",
            file.name
        )
    })
}

/// What the settings say of patches and has met no object.
fn unmet<'c>(
    configured: &'c Configured,
    planned: &'c Planned,
) -> impl Iterator<Item = &'c config::Patch> {
    let orders = configured.layer.patches.iter().flatten().enumerate();
    // What is typed says by itself what must be there.
    let unmet = orders
        .filter(|(number, _)| !planned.met.patched.contains(number) && !configured.is_typed());
    unmet.map(|(_, patch)| patch)
}

/// Whether it stands in the settings file.
fn is_of_file(patch: &config::Patch) -> bool {
    patch.object.as_ref().is_some_and(|object| object.place.is_some())
}

const NO_OBJECT: &str = "no object here takes patches: name a file with a HelmRelease, a Kustomization or an Application";

fn of_selection(configured: &Configured, planned: &Planned) -> Vec<String> {
    let Some((_, targets)) = &configured.selection else { return Vec::new() };
    if !targets.named.is_empty() {
        /// Only so many are compared with all workloads: of thousands the first show what is wrong with the others.
        const COMPARED: usize = 20;
        let numbered = targets.named.iter().enumerate();
        let mut unmatched =
            numbered.filter(|(number, _)| !planned.met.targets.contains(number)).peekable();
        if unmatched.peek().is_none() {
            return Vec::new();
        }
        let by_name = ByName::of(planned);
        let with = limits(configured).map_or(String::new(), |limits| format!(" with {limits}"));
        let written = &configured.layer.selection.targets;
        let message = |(before, (number, target)): (usize, (usize, &Target))| {
            let stands = written.get(number).and_then(|it| configured.stands(&it.name, it.place));
            let asked = format!("the target `{}`{}{with}", target.text, within(stands));
            let compared = if before < COMPARED { &planned.met.workloads[..] } else { &[] };
            unmatched_target(target, &asked, &by_name, compared)
        };
        unmatched.enumerate().map(message).collect()
    } else if planned.met.chosen == 0 {
        let left_alone = left_alone(planned.outcomes.iter());
        let moved = planned.met.moved.as_ref().map_or_else(String::new, |(object, namespace)| {
            format!(": the pods of {} run in `{namespace}`", object.display())
        });
        let message = |limits: String| format!("{}{moved}", message(&limits, left_alone.clone()));
        limits(configured).map(message).into_iter().collect()
    } else {
        Vec::new()
    }
}

/// What the selection asks for besides targets, in the user's own words.
fn limits(configured: &Configured) -> Option<String> {
    let asked = &configured.layer.selection;
    let stands = |option: &str| {
        let origin = configured.layer.origins.get(option);
        within(origin.and_then(|it| configured.stands(&it.name, it.place)))
    };
    let mut parts = Vec::new();
    if let Some((_, text)) = &asked.selector {
        parts.push(format!("the selector `{text}`{}", stands("selector")));
    }
    if let Some(name) = &asked.namespace {
        parts.push(format!("the namespace `{name}`{}", stands("namespace")));
    }
    if asked.only_enabled == Some(true) {
        let origin = configured.layer.origins.get("only-enabled");
        parts.push(match origin {
            Some(origin) if origin.place.is_some() => {
                format!("`{}`{}", origin.name, stands("only-enabled"))
            }
            origin => format!("`{}`", origin.map_or("--only-enabled", |origin| &origin.name)),
        });
    }
    (!parts.is_empty()).then(|| parts.join(" and "))
}

/// ` in wgsidecar.yaml:5:12`; nothing of a flag.
fn within(place: Option<String>) -> String {
    place.map_or_else(String::new, |place| format!(" in {place}"))
}

/// What a target may have met without naming a workload, by the names of the objects: thousands may be asked about
/// thousands.
#[derive(Default)]
struct ByName<'p> {
    outcomes: HashMap<&'p str, Vec<&'p Outcome>>,
    left_patches: HashMap<&'p str, Vec<&'p LeftPatch>>,
}

impl<'p> ByName<'p> {
    fn of(planned: &'p Planned) -> Self {
        let mut by_name = Self::default();
        for outcome in &planned.outcomes {
            by_name.outcomes.entry(&outcome.resource.name).or_default().push(outcome);
        }
        for patch in &planned.met.left_patches {
            for name in [&patch.object.name, &patch.workload.name] {
                by_name.left_patches.entry(name).or_default().push(patch);
            }
        }
        by_name
    }
}

fn unmatched_target(
    target: &Target,
    asked: &str,
    by_name: &ByName,
    compared: &[Arc<Resource>],
) -> String {
    let names = |it: &Resource| target.names(it.id());
    let own = by_name.outcomes.get(target.name()).into_iter().flatten().copied();
    if let Some(left_alone) = left_alone(own.filter(|outcome| names(&outcome.resource))) {
        return message(asked, Some(left_alone));
    }
    let mut left_patches = by_name.left_patches.get(target.name()).into_iter().flatten();
    if let Some(LeftPatch { object, workload, way_out }) =
        left_patches.find(|it| names(&it.object) || names(&it.workload))
    {
        let (object, workload) = (object.display(), workload.display());
        return format!(
            "{asked} matches nothing but the patch of {workload} in {object}, which the settings do not ask for: name it under `patches` in the settings file, or take it out with `{way_out}`"
        );
    }
    let workloads = compared.iter().map(|it| (it.kind.as_ref(), it.name.as_ref()));
    let nearest = target.nearest(workloads).map_or(String::new(), |(kind, name)| {
        format!(": did you mean `{}/{name}`?", kind.to_lowercase())
    });
    format!("{}{nearest}", message(asked, None))
}

fn message(asked: &str, left_alone: Option<String>) -> String {
    let matches = if asked.contains(" and ") { "match" } else { "matches" };
    match left_alone {
        None => format!("{asked} {matches} no workload"),
        Some(names) => format!("{asked} {matches} nothing but what is left alone: {names}"),
    }
}

/// The workloads that were chosen and skipped, the first few of them.
fn left_alone<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Option<String> {
    const LISTED: usize = 3;
    let skipped = |outcome: &Outcome| match &outcome.action {
        Action::Skipped(why) => Some(format!("{} ({why})", outcome.workload())),
        Action::ByPatch => Some(format!("{} ({})", outcome.workload(), outcome.action)),
        _ => None,
    };
    let names: Vec<_> = outcomes.filter_map(skipped).take(LISTED).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
