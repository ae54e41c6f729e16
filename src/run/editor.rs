//! Changes one document: plans its edits, and verifies that they do what was planned and nothing else. Knows nothing of
//! why a pod is to change.

use super::block_cache::BlockCache;
use super::fault;
use crate::inject::{self, Wanted};
use crate::kube::{Kinds, Workload, objects, workload};
use crate::report::summary::{Action, InUse};
use crate::text::{Edits, Source};
use crate::uninject;
use crate::wireguard::changes::changes;
use crate::wireguard::existing::Existing;
use crate::wireguard::mark::Mark;
use crate::wireguard::pod::Block;
use crate::yaml::verify::{self, Part, VerifyCache};
use crate::yaml::write::{EmitCache, Plan};
use crate::yaml::{ScalarCache, Tree};

/// What one pod template holds, and what it is to hold.
pub struct PodChange {
    /// Index of the workload in its document, and of the template in it.
    pub workload: usize,
    pub template: usize,
    /// What it holds of ours.
    pub existing: Option<Existing>,
    /// What it is to hold; nothing where the tunnel is to go.
    pub wanted: Option<Desired>,
}

/// What a pod template is to hold.
pub struct Desired {
    pub block: Block,
    /// The mark, but for what stands in the pod template.
    pub mark: Mark,
    pub in_use: InUse,
}

impl PodChange {
    /// What the summary says of it.
    pub fn action(&self, tree: &Tree) -> Action {
        match (&self.existing, &self.wanted) {
            (None, None) => Action::Bare,
            _ if self.is_current(tree) => Action::Unchanged,
            (Some(_), Some(_)) => Action::Updated,
            (Some(_), None) => Action::Uninjected,
            (None, _) => Action::Injected,
        }
    }

    /// What an update changes, in a few words each.
    pub fn changes(&self, tree: &Tree) -> Vec<String> {
        let (Some(existing), Some(build)) = (&self.existing, &self.wanted) else {
            return Vec::new();
        };
        if self.is_current(tree) {
            return Vec::new();
        }
        let mut changes = changes(&existing.mark, &build.mark);
        let image = existing.image(tree).unwrap_or_default();
        let wanted = build.block.container["image"].as_str().unwrap_or_default();
        if image != wanted {
            // The mark knows the repository alone.
            changes.retain(|change| !change.starts_with("image "));
            changes.push(format!("image {image} → {wanted}"));
        }
        changes
    }

    /// Whether the template holds already what it is to hold, in whatever layout.
    fn is_current(&self, tree: &Tree) -> bool {
        match (&self.existing, &self.wanted) {
            (None, None) => true,
            (Some(existing), Some(build)) => {
                let (mark, wanted) = (&existing.mark, &build.mark);
                let image = build.block.container["image"].as_str();
                let secret = build.block.secret();
                existing.edited.is_none()
                    && mark.is_of_same_tunnel(wanted)
                    && existing.image(tree).as_deref() == image
                    && existing.secret_name(tree).as_deref() == Some(secret)
            }
            _ => false,
        }
    }
}

/// The part of a document that is changed and verified in one go, and the document's workloads.
#[derive(Clone, Copy)]
struct Scope<'a, 's> {
    tree: &'a Tree<'s>,
    part: Part,
    kinds: &'a Kinds,
    workloads: &'a [Workload<'s>],
}

/// Changes documents, one after the other, and collects their edits.
#[derive(Default)]
pub struct Editor {
    /// One for each source.
    pub edits: Vec<Edits>,
    /// Where a change is not what was planned: a mistake of ours.
    pub broken: Vec<String>,
    /// For who builds what a pod is to hold.
    pub blocks: BlockCache,
    texts: EmitCache,
    proven: VerifyCache,
    passed: ScalarCache,
    /// An edited document while it is verified.
    scratch: String,
}

impl Editor {
    /// One that has changed nothing yet.
    pub fn new(sources: &[Source]) -> Self {
        let edits = sources.iter().map(|_| Edits::default()).collect();
        Self { edits, ..Self::default() }
    }

    /// Takes the change of one document, or the path of what would come out wrong.
    pub fn add(&mut self, sources: &[Source], tree: &Tree, change: Result<Edits, String>) {
        match change {
            Ok(edits) => self.edits[tree.source()].append(edits),
            Err(path) => {
                let name = &sources[tree.source()].name;
                self.broken.push(format!("{name}: `{path}` would not be what was planned"));
            }
        }
    }

    /// Takes over the changes of later documents.
    pub fn absorb(&mut self, later: Self) {
        for (edits, more) in self.edits.iter_mut().zip(later.edits) {
            edits.append(more);
        }
        self.broken.extend(later.broken);
    }

    /// The edits that carry out the jobs of one document, or of one object of a JSON list. The error is the path of what
    /// would come out wrong.
    pub fn change(
        &mut self,
        tree: &Tree,
        kinds: &Kinds,
        workloads: &[Workload],
        jobs: &[PodChange],
    ) -> Result<Edits, String> {
        let jobs: Vec<_> = jobs.iter().filter(|job| !job.is_current(tree)).collect();
        let Some(first) = jobs.first() else { return Ok(Edits::default()) };
        let part = Part::object(tree, workloads[first.workload].object.node);
        let scope = Scope { tree, part, kinds, workloads };
        let mut plan = Plan::default();
        for job in &jobs {
            if let Some(existing) = &job.existing {
                let template = &workloads[job.workload].templates[job.template];
                append(&mut plan, uninject::plan(tree, template, existing));
            }
        }
        if jobs.iter().any(|job| job.existing.is_some() && job.wanted.is_some()) {
            return self.replace(scope, &jobs, plan);
        }
        self.inject(tree, |number| &workloads[number], &jobs, &mut plan);
        self.verify(tree, part, &mut plan)?;
        Ok(plan.edits)
    }

    fn inject<'w, 's: 'w>(
        &mut self,
        tree: &Tree,
        workload: impl Fn(usize) -> &'w Workload<'s>,
        jobs: &[&PodChange],
        plan: &mut Plan,
    ) {
        for job in jobs {
            let template = &workload(job.workload).templates[job.template];
            if let (Some(build), Some(spec)) = (&job.wanted, template.spec) {
                let wanted = Wanted { block: &build.block, mark: &build.mark };
                append(plan, inject::plan(tree, template, spec, wanted, &mut self.texts));
            }
        }
    }

    /// Takes blocks out and puts others in, in two passes: the second may open again what the first has closed.
    fn replace(
        &mut self,
        Scope { tree, part, kinds, workloads }: Scope,
        jobs: &[&PodChange],
        mut out: Plan,
    ) -> Result<Edits, String> {
        let mut without = String::new();
        let bare = self.apply(tree, part, &mut out, &mut without)?;
        let mut plan = Plan::default();
        if part == Part::whole(tree) {
            let objects = objects(&bare).map_err(|error| error.message)?;
            let workloads: Vec<_> =
                objects.iter().filter_map(|object| workload(&bare, kinds, object)).collect();
            self.inject(&bare, |number| &workloads[number], jobs, &mut plan);
        } else {
            let object = workloads[jobs[0].workload].object.read_again(&bare, bare.root());
            let workload = workload(&bare, kinds, &object).ok_or("the object")?;
            self.inject(&bare, |_| &workload, jobs, &mut plan);
        }
        self.verify(&bare, Part::whole(&bare), &mut plan)?;
        Ok(out.edits.then(tree.text(), part.span, &plan.edits, &self.scratch))
    }

    /// Applies a plan to a part of a document and compares the result with what was planned.
    pub fn verify(&mut self, tree: &Tree, part: Part, plan: &mut Plan) -> Result<(), String> {
        if plan.edits.is_empty() {
            return Ok(());
        }
        let mut text = std::mem::take(&mut self.scratch);
        let verified = self.apply(tree, part, plan, &mut text).map(drop);
        self.scratch = text;
        verified
    }

    /// The text that was verified last.
    pub fn into_text(self) -> String {
        self.scratch
    }

    /// The same, into `text`; gives back the tree of the result.
    pub(super) fn apply<'t>(
        &mut self,
        tree: &Tree,
        part: Part,
        plan: &mut Plan,
        text: &'t mut String,
    ) -> Result<Tree<'t>, String> {
        fault::make(tree, part, plan);
        let caches = (&mut self.passed, &mut self.proven);
        verify::apply(tree, part, plan, text, caches).map_err(|mismatch| mismatch.path)
    }
}

pub(super) fn append(plan: &mut Plan, other: Plan) {
    plan.edits.append(other.edits);
    plan.changes.extend(other.changes);
}
