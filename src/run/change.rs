//! Changes one document: plans its edits, and verifies that they do what was planned and nothing else. Knows nothing of
//! why a pod is to change.

use similar::{DiffTag, TextDiff};

use crate::inject::{self, Wanted};
use crate::kube::{Kinds, Workload, objects, workload};
use crate::report::summary::{Action, InUse};
use crate::text::{Edits, Span};
use crate::uninject;
use crate::wireguard::existing::Existing;
use crate::wireguard::pod::Block;
use crate::yaml::verify::verify;
use crate::yaml::write::{Plan, Texts};
use crate::yaml::{self, Tree};

/// What one pod template holds, and what it is to hold.
pub struct Job {
    /// Index of the workload in its document, and of the template in it.
    pub workload: usize,
    pub template: usize,
    pub existing: Option<Existing>,
    pub wanted: Option<Build>,
}

/// What a pod template is to hold.
pub struct Build {
    pub block: Block,
    /// Name of the container and the volume.
    pub name: String,
    /// The Secret that was asked for.
    pub secret: String,
    /// A hash of the Secret's content, where it is known.
    pub content: Option<String>,
    pub in_use: InUse,
}

impl Job {
    pub fn action(&self, tree: &Tree) -> Action {
        match (&self.existing, &self.wanted) {
            _ if self.is_current(tree) => Action::Unchanged,
            (Some(_), Some(_)) => Action::Updated,
            (Some(_), None) => Action::Uninjected,
            (None, _) => Action::Injected,
        }
    }

    /// Whether the template holds already what it is to hold, in whatever layout.
    fn is_current(&self, tree: &Tree) -> bool {
        match (&self.existing, &self.wanted) {
            (None, None) => true,
            (Some(existing), Some(build)) => {
                let mark = &existing.mark;
                let image = build.block.container["image"].as_str();
                !existing.edited
                    && *mark.hash == *build.block.hash
                    && mark.name == build.name
                    && mark.secret == build.secret
                    && mark.content == build.content
                    && existing.image(tree).as_deref() == image
            }
            _ => false,
        }
    }
}

impl Build {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            block: &self.block,
            name: &self.name,
            secret: &self.secret,
            content: self.content.as_deref(),
        }
    }
}

/// Changes documents, one after the other.
#[derive(Default)]
pub struct Changer {
    texts: Texts,
    /// An edited document while it is verified.
    scratch: String,
}

impl Changer {
    /// The edits that carry the jobs of one document out. The error is the path of what would come out wrong.
    pub fn change(
        &mut self,
        tree: &Tree,
        kinds: &Kinds,
        workloads: &[Workload],
        jobs: &[Job],
    ) -> Result<Edits, String> {
        let open: Vec<_> = jobs.iter().filter(|job| !job.is_current(tree)).collect();
        let mut plan = Plan::default();
        for job in &open {
            if let Some(existing) = &job.existing {
                append(
                    &mut plan,
                    uninject::plan(
                        tree,
                        &workloads[job.workload].templates[job.template],
                        existing,
                    ),
                );
            }
        }
        if open.iter().any(|job| job.existing.is_some() && job.wanted.is_some()) {
            return self.replace(tree, kinds, &open, plan);
        }
        self.inject(tree, workloads, &open, &mut plan);
        self.verify(tree, &mut plan)?;
        Ok(plan.edits)
    }

    fn inject(&mut self, tree: &Tree, workloads: &[Workload], jobs: &[&Job], plan: &mut Plan) {
        for job in jobs {
            let template = &workloads[job.workload].templates[job.template];
            if let (Some(build), Some(spec)) = (&job.wanted, template.spec) {
                append(plan, inject::plan(tree, template, spec, build.wanted(), &mut self.texts));
            }
        }
    }

    /// Takes blocks out and puts others in, in two passes: the second may open again what the first has closed.
    fn replace(
        &mut self,
        tree: &Tree,
        kinds: &Kinds,
        jobs: &[&Job],
        mut out: Plan,
    ) -> Result<Edits, String> {
        self.verify(tree, &mut out)?;
        let without = std::mem::take(&mut self.scratch);
        let bare = yaml::parse_edited(tree, &without).ok().flatten().ok_or("the document")?;
        let objects = objects(&bare).map_err(|error| error.message)?;
        let workloads: Vec<_> =
            objects.iter().filter_map(|object| workload(&bare, kinds, object)).collect();
        let mut plan = Plan::default();
        self.inject(&bare, &workloads, jobs, &mut plan);
        self.verify(&bare, &mut plan)?;
        Ok(changed_lines(tree.text(), tree.document(), &self.scratch))
    }

    /// Applies a plan to a document of its own and compares the result with what was planned.
    pub fn verify(&mut self, tree: &Tree, plan: &mut Plan) -> Result<(), String> {
        if plan.edits.is_empty() {
            return Ok(());
        }
        plan.edits.sort();
        self.scratch.clear();
        plan.edits.apply(tree.text(), tree.document(), &mut self.scratch);
        let new = yaml::parse_edited(tree, &self.scratch);
        let new = new.map_err(|error| error.message)?.ok_or("the document")?;
        verify(tree, &new, &plan.changes).map_err(|mismatch| mismatch.path)
    }
}

fn append(plan: &mut Plan, other: Plan) {
    plan.edits.append(other.edits);
    plan.changes.extend(other.changes);
}

/// The lines in which a part of a source differs from its new text, as edits of the source.
pub fn changed_lines(text: &str, part: Span, new: &str) -> Edits {
    let start = part.start();
    let old = &text[part.range()];
    let diff = TextDiff::from_lines(old, new);
    let (old_lines, new_lines) = (offsets(old), offsets(new));
    let mut edits = Edits::default();
    for change in diff.ops().iter().filter(|change| change.tag() != DiffTag::Equal) {
        let (from, to) = (change.old_range(), change.new_range());
        let span = Span::new(start + old_lines[from.start], start + old_lines[from.end]);
        edits.replace(span, &new[new_lines[to.start]..new_lines[to.end]]);
    }
    edits
}

/// Where each line begins, and where the last one ends.
fn offsets(text: &str) -> Vec<usize> {
    let ends = text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    });
    std::iter::once(0).chain(ends).collect()
}
