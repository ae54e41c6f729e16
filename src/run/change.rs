//! Changes one document: plans its edits, and verifies that they do what was planned and nothing else. Knows nothing of
//! why a pod is to change.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::blocks::Blocks;
use super::fault;
use crate::inject::{self, Wanted};
use crate::kube::{Kinds, Workload, objects, workload};
use crate::report::summary::{Action, InUse};
use crate::text::{Edit, Edits, Source, Span};
use crate::uninject;
use crate::wireguard::existing::Existing;
use crate::wireguard::mark::Mark;
use crate::wireguard::pod::Block;
use crate::yaml::verify::{Part, Proven, verify};
use crate::yaml::write::{Plan, Texts};
use crate::yaml::{self, Passed, Tree};

/// What one pod template holds, and what it is to hold.
pub struct Job {
    /// Index of the workload in its document, and of the template in it.
    pub workload: usize,
    pub template: usize,
    /// What it holds of ours.
    pub existing: Option<Existing>,
    /// What it is to hold; nothing where the tunnel is to go.
    pub wanted: Option<Build>,
}

/// What a pod template is to hold.
pub struct Build {
    pub block: Block,
    /// The mark, but for what stands in the pod template.
    pub mark: Mark,
    pub in_use: InUse,
}

impl Job {
    /// What the summary says of it.
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
                let (mark, wanted) = (&existing.mark, &build.mark);
                let image = build.block.container["image"].as_str();
                let secret = build.block.volume["secret"]["secretName"].as_str();
                existing.edited.is_none()
                    && mark.format == wanted.format
                    && mark.hash == wanted.hash
                    && mark.name() == wanted.name()
                    && mark.secret() == wanted.secret()
                    && mark.content == wanted.content
                    && mark.settings.text("image") == wanted.settings.text("image")
                    && existing.image(tree).as_deref() == image
                    && existing.secret_name(tree).as_deref() == secret
            }
            _ => false,
        }
    }
}

/// Changes documents, one after the other, and collects their edits.
#[derive(Default)]
pub struct Changer {
    /// One for each source.
    pub edits: Vec<Edits>,
    /// Where a change is not what was planned: a mistake of ours.
    pub broken: Vec<String>,
    /// For who builds what a pod is to hold.
    pub blocks: Blocks,
    texts: Texts,
    proven: Proven,
    passed: Passed,
    /// An edited document while it is verified.
    scratch: String,
}

impl Changer {
    /// One that has changed nothing yet.
    pub fn new(sources: &[Source]) -> Self {
        let edits = sources.iter().map(|_| Edits::default()).collect();
        Self { edits, ..Self::default() }
    }

    /// Takes the change of one document of the source with this number, or the path of what would come out wrong.
    pub fn add(&mut self, number: usize, source: &Source, change: Result<Edits, String>) {
        match change {
            Ok(edits) => self.edits[number].append(edits),
            Err(path) => {
                self.broken.push(format!("{}: `{path}` would not be what was planned", source.name))
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

    /// The edits that carry the jobs of one document out. The error is the path of what would come out wrong.
    pub fn change(
        &mut self,
        tree: &Tree,
        kinds: &Kinds,
        workloads: &[Workload],
        jobs: &[Job],
    ) -> Result<Edits, String> {
        let open: Vec<_> = jobs.iter().filter(|job| !job.is_current(tree)).collect();
        let part = |job: &Job| Part::object(tree, workloads[job.workload].object.node);
        let mut edits = Edits::default();
        for jobs in open.chunk_by(|one, other| part(one) == part(other)) {
            edits.append(self.change_part(tree, part(jobs[0]), kinds, workloads, jobs)?);
        }
        Ok(edits)
    }

    fn change_part(
        &mut self,
        tree: &Tree,
        part: Part,
        kinds: &Kinds,
        workloads: &[Workload],
        jobs: &[&Job],
    ) -> Result<Edits, String> {
        let mut plan = Plan::default();
        for job in jobs {
            if let Some(existing) = &job.existing {
                let template = &workloads[job.workload].templates[job.template];
                append(&mut plan, uninject::plan(tree, template, existing));
            }
        }
        if jobs.iter().any(|job| job.existing.is_some() && job.wanted.is_some()) {
            return self.replace(tree, part, kinds, workloads, jobs, plan);
        }
        self.inject(tree, |number| &workloads[number], jobs, &mut plan);
        self.verify_part(tree, part, &mut plan)?;
        Ok(plan.edits)
    }

    fn inject<'w, 's: 'w>(
        &mut self,
        tree: &Tree,
        workload: impl Fn(usize) -> &'w Workload<'s>,
        jobs: &[&Job],
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
        tree: &Tree,
        part: Part,
        kinds: &Kinds,
        workloads: &[Workload],
        jobs: &[&Job],
        mut out: Plan,
    ) -> Result<Edits, String> {
        self.verify_part(tree, part, &mut out)?;
        let without = std::mem::take(&mut self.scratch);
        let bare = yaml::parse_edited(tree, &without, &mut self.passed)
            .ok()
            .flatten()
            .ok_or("the document")?;
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
        self.verify(&bare, &mut plan)?;
        Ok(one_after_the_other(tree, part.span, &out.edits, &plan.edits, &self.scratch))
    }

    /// Applies a plan to a document of its own and compares the result with what was planned.
    pub fn verify(&mut self, tree: &Tree, plan: &mut Plan) -> Result<(), String> {
        self.verify_part(tree, Part::whole(tree), plan)
    }

    fn verify_part(&mut self, tree: &Tree, part: Part, plan: &mut Plan) -> Result<(), String> {
        if plan.edits.is_empty() {
            return Ok(());
        }
        fault::make(tree, part, plan);
        if !plan.edits.sort_apart() {
            return Err("two edits of one text".into());
        }
        self.scratch.clear();
        plan.edits.apply(tree.text(), part.span, &mut self.scratch);
        let new = yaml::parse_edited(tree, &self.scratch, &mut self.passed);
        let new = new.map_err(|error| error.message)?.ok_or("the document")?;
        verify(tree, part, &new, plan, &mut self.proven).map_err(|mismatch| mismatch.path)
    }
}

fn append(plan: &mut Plan, other: Plan) {
    plan.edits.append(other.edits);
    plan.changes.extend(other.changes);
}

/// The lines in which a part of a source differs from its new text, as edits of the source.
pub fn changed_lines(text: &str, part: Span, new: &str) -> Edits {
    let mut edits = Edits::default();
    push_changed_lines(&text[part.range()], part.start(), new, &mut edits);
    edits
}

/// Two changes of a part, the second of what the first has left, as edits of its source that take only lines that
/// differ. `new` is the part after both.
fn one_after_the_other(tree: &Tree, part: Span, first: &Edits, second: &Edits, new: &str) -> Edits {
    let mut edits = Edits::default();
    for Stretch { old, new: range } in stretches(first, second, part.start()) {
        push_changed_lines(&tree.text()[old.clone()], old.start, &new[range], &mut edits);
    }
    edits
}

/// Replaces the lines of `old`, which begins at an offset of its source, that differ from those of `new`.
fn push_changed_lines(old: &str, offset: usize, new: &str, edits: &mut Edits) {
    let before: Vec<_> = old.split_inclusive('\n').collect();
    let after: Vec<_> = new.split_inclusive('\n').collect();
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    for change in capture_diff_slices(Algorithm::Myers, &before, &after) {
        if change.tag() != DiffTag::Equal {
            let lines = change.old_range();
            let start = offset + length(&before[..lines.start]);
            let span = Span::new(start, start + length(&before[lines]));
            edits.replace(span, after[change.new_range()].concat());
        }
    }
}

/// What edits have touched: where it stood in the source, and where it stands in the document after them.
struct Stretch {
    old: Range<usize>,
    new: Range<usize>,
}

/// The stretches that either of two changes has touched. Between them the text is the same, before, after and between
/// the changes. `start` is where the document begins in the source of the first.
fn stretches(first: &Edits, second: &Edits, start: usize) -> Vec<Stretch> {
    let mut grown = 0;
    // Each edit's place in the text between the changes, and by how much it grows what comes before and after.
    let mut touched: Vec<(Range<usize>, isize, isize)> = Vec::new();
    for edit in first.iter() {
        let from = (edit.span.start() - start).saturating_add_signed(grown);
        let growth = growth(edit);
        grown += growth;
        touched.push((from..from + edit.text.len(), growth, 0));
    }
    touched.extend(second.iter().map(|edit| (edit.span.range(), 0, growth(edit))));
    touched.sort_by_key(|(range, ..)| (range.start, range.end));
    let (mut stretches, mut before, mut after) = (Vec::new(), start as isize, 0isize);
    let mut touched = touched.into_iter().peekable();
    while let Some((mut range, mut shrinks, mut grows)) = touched.next() {
        while let Some((next, first, second)) =
            touched.next_if(|(next, ..)| next.start <= range.end)
        {
            range.end = range.end.max(next.end);
            (shrinks, grows) = (shrinks + first, grows + second);
        }
        let old = range.start.saturating_add_signed(before);
        let new = range.start.saturating_add_signed(after);
        (before, after) = (before - shrinks, after + grows);
        stretches.push(Stretch {
            old: old..range.end.saturating_add_signed(before),
            new: new..range.end.saturating_add_signed(after),
        });
    }
    stretches
}

fn growth(edit: &Edit) -> isize {
    edit.text.len() as isize - edit.span.range().len() as isize
}
