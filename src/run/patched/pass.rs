//! What patches are to hold, and the edits that bring it there. Knows nothing of who asked for it.

use std::sync::Arc;

use super::orders::Aim;
use super::ours::{Ours, find, with_kustomization};
use crate::into;
use crate::kube::patched::{Gap, Patched};
use crate::kube::{Kinds, Object, objects};
use crate::report::summary::InUse;
use crate::run::editor::{Editor, append};
use crate::run::plan::{in_use, keeps_image};
use crate::text::Edits;
use crate::wireguard::mark::{Before, Mark, UNRECORDED};
use crate::wireguard::patch::{self, Held, State};
use crate::wireguard::pod::{ALL_DNS, Block};
use crate::wireguard::settings::{Resolved, Settings};
use crate::wireguard::tunnel::{Dns, Tunnel};
use crate::yaml::verify::Part;
use crate::yaml::write::{EmitCache, Plan};
use crate::yaml::{self, ScalarCache, Tree};

/// What is to become of one patch.
pub struct PatchChange {
    /// Number of the object in its document.
    pub(super) object: usize,
    pub(super) row: &'static Patched,
    pub(super) aim: Aim,
    /// What the patch is to hold; nothing where it is to go.
    pub(super) wanted: Option<Wanted>,
}

pub(super) struct Wanted {
    pub(super) block: Block,
    pub(super) mark: Mark,
    pub(super) in_use: InUse,
}

/// What a patch is to hold.
pub(super) fn wanted(
    Resolved { tunnel, secret, recorded }: &Resolved,
    settings: &Settings,
    held: Option<&Held>,
) -> Wanted {
    let own = held.and_then(|held| held.image.clone());
    let own = own.filter(|image| keeps_image(image, settings, tunnel));
    let with_image = match own {
        Some(image) => Arc::new(Tunnel { image, ..tunnel.as_ref().clone() }),
        None => Arc::clone(tunnel),
    };
    let (block, mark) = contents(&Resolved {
        tunnel: with_image,
        secret: Arc::clone(secret),
        recorded: Arc::clone(recorded),
    });
    let dns =
        mark.settings.text("dns").map_or("cluster".into(), |dns| dns.replace(',', ", ").into());
    let in_use = in_use(Arc::clone(secret), settings, dns, &tunnel.local);
    Wanted { block, mark, in_use }
}

/// What a pod template gains by a patch, which cannot see what it holds.
pub fn contents(Resolved { tunnel, secret, recorded }: &Resolved) -> (Block, Mark) {
    let block = Block::new(tunnel, secret, &ALL_DNS);
    let mut mark = Mark::of(&block, recorded, secret);
    mark.content = (!tunnel.is_sidecar()).then(|| UNRECORDED.to_owned());
    if matches!(tunnel.dns, Dns::Servers(_)) {
        mark.places.extend(block.dns.iter().map(|(site, _)| (*site, Before::Absent)));
    }
    (block, mark)
}

/// Whether a patch says already what it is to say, in whatever layout.
pub(super) fn is_current(held: &Held, wanted: &Wanted) -> bool {
    let Some(mark) = &held.mark else { return false };
    let (block, new) = (&wanted.block, &wanted.mark);
    held.state == State::Whole
        && mark.is_of_same_tunnel(new)
        && held.image.as_deref() == block.container["image"].as_str()
        && held.secret.as_deref() == Some(block.secret())
}

/// The edits that carry jobs out behind the first edits of a document, in as many passes as it takes: what is put into an
/// empty list goes by itself, and so does what is taken out of each list. The error is the path of what would come out
/// wrong.
pub fn carry_out(
    editor: &mut Editor,
    tree: &Tree,
    source: &str,
    kinds: &Kinds,
    mut edits: Edits,
    jobs: &[PatchChange],
) -> Result<Edits, String> {
    edits.sort();
    let mut passes = Passes { editor, source, kinds };
    let (part, jobs) = (tree.document(), Vec::from_iter(jobs));
    // Each pass looks at what the one before it has verified; no more than two texts are kept.
    let (mut one, mut other) = (String::new(), String::new());
    let (mut verified, mut left) = if edits.is_empty() {
        let (first, verified, left) = passes.pass(tree, &jobs, &mut one)?;
        edits = first;
        (verified, left)
    } else {
        edits.apply(tree.text(), part, &mut one);
        let bare = yaml::parse_edited(tree, &one, &mut ScalarCache::default());
        (bare.map_err(|error| error.message)?.ok_or("the document")?, jobs)
    };
    while !left.is_empty() {
        let (next, after, later) = passes.pass(&verified, &left, &mut other)?;
        edits = edits.then(tree.text(), part, &next, after.text());
        let (next, again, later) = passes.pass(&after, &later, &mut one)?;
        edits = edits.then(tree.text(), part, &next, again.text());
        (verified, left) = (again, later);
    }
    Ok(edits)
}

/// Goes over the objects of a document that take patches.
struct Passes<'c, 'a> {
    editor: &'c mut Editor,
    source: &'a str,
    kinds: &'a Kinds,
}

impl Passes<'_, '_> {
    /// The edits of what goes at once, the tree of what comes out, in `text`, and the jobs that are left.
    fn pass<'t, 'j>(
        &mut self,
        bare: &Tree,
        jobs: &[&'j PatchChange],
        text: &'t mut String,
    ) -> Result<(Edits, Tree<'t>, Vec<&'j PatchChange>), String> {
        let mut objects = objects(bare).map_err(|error| error.message)?;
        objects.extend(with_kustomization(&objects, bare, self.source));
        let (mut plan, mut texts, mut later) = (Plan::default(), EmitCache::default(), Vec::new());
        for jobs in jobs.chunk_by(|one, other| one.object == other.object) {
            let object = objects.get(jobs[0].object).ok_or("the object")?;
            let pass = Pass { tree: bare, object, row: jobs[0].row, kinds: self.kinds };
            later.extend(pass.plan(jobs, &mut plan, &mut texts)?);
        }
        let after = self.editor.apply(bare, Part::whole(bare), &mut plan, text)?;
        Ok((plan.edits, after, later))
    }
}

/// One pass over an object that takes patches.
struct Pass<'t, 's> {
    tree: &'t Tree<'s>,
    object: &'t Object<'s>,
    row: &'static Patched,
    kinds: &'t Kinds,
}

impl Pass<'_, '_> {
    /// Plans what goes at once, and gives back what is left.
    fn plan<'j>(
        &self,
        jobs: &[&'j PatchChange],
        plan: &mut Plan,
        texts: &mut EmitCache,
    ) -> Result<Vec<&'j PatchChange>, String> {
        let ours = find(self.tree, self.object, self.row, self.kinds);
        let of = |job: &PatchChange| job.aim.find(&ours);
        let (putting, removing): (Vec<&PatchChange>, Vec<&PatchChange>) =
            jobs.iter().copied().partition(|job| job.wanted.is_some());
        let (old, new): (Vec<&PatchChange>, Vec<&PatchChange>) =
            putting.into_iter().partition(|job| of(job).is_some());
        // What has another target goes, and comes again behind that.
        let is_elsewhere =
            |job: &&PatchChange| of(job).is_some_and(|ours| ours.held.state == State::Target);
        let (again, old): (Vec<_>, Vec<_>) = old.into_iter().partition(is_elsewhere);
        let removing = [removing, again.clone()].concat();
        for (job, own) in old.iter().filter_map(|job| Some((job, of(job)?))) {
            let text = job.text(own.held.made.as_ref());
            append(plan, into::replace(self.tree, self.object.node, own.text, &text, texts));
        }
        let mut later = self.add(&new, &ours, plan, texts)?;
        let left = self.remove(&removing, &ours, plan);
        later.extend(if left.is_empty() { again } else { left });
        Ok(later)
    }

    fn add<'j>(
        &self,
        jobs: &[&'j PatchChange],
        ours: &[Ours],
        plan: &mut Plan,
        texts: &mut EmitCache,
    ) -> Result<Vec<&'j PatchChange>, String> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let tree = self.tree;
        let source = jobs[0].aim.source;
        let spot = self.row.spot(tree, self.object, source).map_err(|closed| closed.message)?;
        // What was made for one of ours in the list goes with the last of them.
        let in_list = ours.iter().find(|it| match spot.gap {
            Gap::Item { list } => tree.follow(it.list.node()) == list,
            _ => false,
        });
        let made = in_list.map_or_else(|| into::made(tree, &spot), |it| it.held.made.clone());
        let same = jobs.iter().take_while(|job| job.aim.source == source).count();
        let (now, later) = jobs.split_at(same.min(into::at_once(&spot)));
        let item =
            |job: &&PatchChange| patch::item(job.aim.row, &job.aim.name, &job.text(made.as_ref()));
        let items = now.iter().map(item).collect();
        append(plan, into::add(tree, self.object.node, &spot, items, texts));
        Ok(later.to_vec())
    }

    fn remove<'j>(
        &self,
        jobs: &[&'j PatchChange],
        ours: &[Ours],
        plan: &mut Plan,
    ) -> Vec<&'j PatchChange> {
        let going = |it: &&Ours| jobs.iter().any(|job| job.aim.is_of(it));
        let going: Vec<_> = ours.iter().filter(going).collect();
        let Some(first) = going.first() else { return Vec::new() };
        let list = self.tree.follow(first.list.node());
        let now: Vec<_> =
            going.iter().filter(|it| self.tree.follow(it.list.node()) == list).collect();
        let items: Vec<_> = now.iter().map(|it| it.item).collect();
        append(plan, into::remove(self.tree, &first.list, &items, first.held.made.as_ref()));
        if now.len() == going.len() { Vec::new() } else { jobs.to_vec() }
    }
}

impl PatchChange {
    fn text(&self, made: Option<&patch::Made>) -> String {
        let value = |Wanted { block, mark, .. }: &Wanted| {
            patch::object(self.aim.row, &self.aim.name, block, mark)
        };
        self.wanted.as_ref().map_or_else(String::new, |it| patch::text(&value(it), made))
    }
}
