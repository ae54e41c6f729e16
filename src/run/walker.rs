//! Goes through the documents of a run in the same way for every verb: for each pod template what it holds, what it is to
//! hold, and what stands in the way. Knows nothing of files or output.

use super::analysis::{Analysis, Chosen, spec};
use super::editor::{Desired, Editor, PodChange};
use super::gather::{Depth, Documents, Gathered, Item};
use super::left_out::Left;
use super::parallel::{Worker, for_each_document};
use super::patched::{self, Covered, Orders, Patcher, with_kustomization};
use super::plan::{Planned, Verb};
use super::pod_template::PodTemplateRef;
use crate::config::Layer;
use crate::kube::{Kinds, Object, Targets, Workload};
use crate::lint::suppression::Suppression;
use crate::lint::{ObjectRef, Rule};
use crate::text::Edits;
use crate::wireguard::existing::{Existing, Presence};
use crate::yaml::Tree;

/// Walks all documents, by some rules.
pub(super) fn walk(
    documents: Documents,
    rules: &[&'static Rule],
    verb: Verb,
    layer: &Layer,
    kinds: &Kinds,
    targets: &Targets,
) -> Planned {
    let (sources, stay) = (documents.sources, documents.stay);
    let depth = if verb == Verb::Lint { Depth::All } else { Depth::Relevant };
    let Gathered { mut context, documents, errors, followers } = documents.gather(kinds, depth);
    context.kube_version = layer.kube_version;
    context.keeps_apart = !layer.ignore.is_empty();
    let targets = &Targets { with_opted_out: verb == Verb::Uninject, ..targets.clone() };
    // What is wrong with them was said where the settings were read.
    let orders = &Orders::read(layer).unwrap_or_default();
    let covered = match verb {
        Verb::Inject | Verb::Lint | Verb::Patch => {
            Covered::read((sources, stay), &documents, orders, kinds, targets)
        }
        Verb::Uninject | Verb::Unpatch => Covered::default(),
    };
    let objects = (&context, &covered);
    let walker = || Walker {
        orders,
        analysis: Analysis::new(sources, layer, (kinds, targets), objects, rules.to_vec()),
        editor: Editor::new(sources),
        verb,
        mended: Vec::new(),
        dropped: Vec::new(),
    };
    let mut first = walker();
    errors.into_iter().for_each(|(source, error)| first.analysis.unreadable(source, error));
    for view in context.all() {
        first.without_pods(&view);
    }
    Planned { followers, ..for_each_document(first, &documents, walker).finish() }
}

/// What a verb does with the documents, one after the other.
pub(super) struct Walker<'a, 's> {
    pub orders: &'a Orders,
    pub analysis: Analysis<'a, 's>,
    pub editor: Editor,
    pub verb: Verb,
    /// The rules that mend something, each with the index of its source.
    pub mended: Vec<(usize, &'static str)>,
    /// The fixes that were dropped.
    pub dropped: Vec<String>,
}

/// What a template holds of ours, and what it is to hold; nothing where it stays as it is.
pub(super) type Planning = Option<(Option<Existing>, Option<Desired>)>;

impl<'s> Worker<'s> for Walker<'_, 's> {
    fn document(&mut self, document: &Item<'s>) {
        if let Item::Part(tree, first, objects) = document {
            return self.part(tree, *first, objects.clone());
        }
        for tree in self.analysis.trees(document) {
            self.tree(&tree);
        }
    }

    fn absorb(&mut self, later: Self) {
        self.analysis.absorb(later.analysis);
        self.editor.absorb(later.editor);
        self.mended.extend(later.mended);
        self.dropped.extend(later.dropped);
    }
}

impl<'s> Walker<'_, 's> {
    fn tree(&mut self, tree: &Tree<'s>) {
        let before = self.analysis.findings().len();
        let name = self.analysis.sources[tree.source()].name.as_str();
        let mut objects = self.analysis.objects(tree);
        objects.extend(with_kustomization(&objects, tree, name));
        self.part(tree, 0, objects);
        if self.verb == Verb::Lint {
            self.mend(tree, before);
        }
    }

    /// Looks at objects of a document, of which `first` is the index of the first.
    fn part(&mut self, tree: &Tree<'s>, first: usize, mut objects: Vec<Object<'s>>) {
        let (kinds, sources) = (self.analysis.kinds, self.analysis.sources);
        let name = sources[tree.source()].name.as_str();
        let patches = self.patches(tree, first, &mut objects);
        // Each object of a JSON list is changed by itself, so nothing about it is kept until the end of the list.
        let at_once = if tree.is_json() { 1 } else { objects.len().max(1) };
        let mut change = Ok(Edits::default());
        for objects in objects.chunks(at_once) {
            match (self.objects(tree, objects), &mut change) {
                (Ok(more), Ok(edits)) => edits.append(more),
                (Err(path), Ok(_)) => change = Err(path),
                (_, Err(_)) => {}
            }
        }
        if !patches.is_empty() {
            let carry_out =
                |edits| patched::carry_out(&mut self.editor, tree, name, kinds, edits, &patches);
            change = change.and_then(carry_out);
        }
        self.editor.add(sources, tree, change);
    }

    /// Looks at the objects that take patches; what is to be done to them as workloads stays in the list.
    fn patches(
        &mut self,
        tree: &Tree<'s>,
        first: usize,
        objects: &mut Vec<Object<'s>>,
    ) -> Vec<patched::PatchChange> {
        let (mut jobs, mut number) = (Vec::new(), first);
        objects.retain(|object| {
            let (orders, verb) = (self.orders, self.verb);
            let mut patcher = Patcher { analysis: &mut self.analysis, orders, verb };
            let is_patched = match verb {
                Verb::Lint => patcher.look(tree, number, object),
                _ => patcher.object(tree, number, object, &mut jobs),
            };
            number += 1;
            if verb == Verb::Patch && !is_patched {
                self.beside(tree, object);
            }
            !is_patched && !matches!(verb, Verb::Patch | Verb::Unpatch)
        });
        jobs
    }

    /// Remembers the tunnels of a workload that stands beside an object that takes patches.
    fn beside(&mut self, tree: &Tree<'s>, object: &Object<'s>) {
        let Some(workload) = self.analysis.workload(tree, object) else { return };
        self.analysis.set_subject(&ObjectRef { tree, object, workload: Some(&workload) });
        for template in &workload.templates {
            let site = PodTemplateRef { tree, workload: &workload, template };
            let Some(spec) = spec(tree, Some(template)) else { continue };
            let is_covered = self.covered(site, Chosen::Yes(spec)).is_some();
            if let (false, Presence::Complete(existing)) =
                (is_covered, self.analysis.presence(site, spec))
            {
                self.analysis.bystander(site, &existing);
            }
        }
    }

    /// Looks at objects that are changed together, and plans and verifies their changes. The error is the path of what
    /// would come out wrong.
    fn objects(&mut self, tree: &Tree<'s>, objects: &[Object<'s>]) -> Result<Edits, String> {
        let mut workloads = Vec::with_capacity(objects.len());
        for object in objects {
            // Of these `lint` has seen all in the context already.
            if self.verb == Verb::Lint && self.analysis.kinds.reads(&object.group, &object.kind) {
                continue;
            }
            match self.analysis.workload(tree, object) {
                Some(workload) => workloads.push(workload),
                None => self.other(tree, object),
            }
        }
        let mut jobs = Vec::with_capacity(workloads.len());
        for (index, workload) in workloads.iter().enumerate() {
            self.workload(tree, index, workload, &mut jobs);
        }
        self.editor.change(tree, self.analysis.kinds, &workloads, &jobs)
    }

    /// Looks at an object that is not a workload, as far as anybody knows.
    fn other(&mut self, tree: &Tree<'s>, object: &Object<'s>) {
        if self.expects_tunnel(tree, object) && self.analysis.is_unknown(object) {
            self.analysis.unknown(tree, object);
        }
        if self.verb == Verb::Lint {
            self.without_pods(&ObjectRef { tree, object, workload: None });
        }
    }

    /// Looks at an object without pods: `lint` judges it by itself.
    fn without_pods(&mut self, view: &ObjectRef<'_, 's>) {
        self.analysis.set_subject(view);
        if self.verb == Verb::Lint {
            let own = self.analysis.suppressions(view.tree, view.object, None);
            self.analysis.linter.object(view, &own);
        }
    }

    /// Decides about each template of a workload.
    fn workload(
        &mut self,
        tree: &Tree<'s>,
        index: usize,
        workload: &Workload<'s>,
        jobs: &mut Vec<PodChange>,
    ) {
        let object = &workload.object;
        let view = ObjectRef { tree, object, workload: Some(workload) };
        self.analysis.set_subject(&view);
        self.analysis.borrower(tree, workload);
        let (puts_in, lints) = (self.verb != Verb::Uninject, self.verb == Verb::Lint);
        let mut own =
            if lints { self.analysis.suppressions(tree, object, None) } else { Vec::new() };
        if workload.templates.is_empty() && (!lints || self.expects_tunnel(tree, object)) {
            self.analysis.without_template(tree, workload, puts_in);
        }
        let mut left = Vec::with_capacity(workload.templates.len());
        let (mut is_chosen, mut refused) = (false, None);
        for (number, template) in workload.templates.iter().enumerate() {
            let site = PodTemplateRef { tree, workload, template };
            let chosen = self.analysis.choose(tree, workload, Some(template));
            is_chosen |= chosen != Chosen::No;
            let covered = self.covered(site, chosen);
            let (with, planning) = match self.verb {
                _ if covered.is_some() => (covered.unwrap_or(Left::Excused), None),
                Verb::Inject | Verb::Patch => self.inject(site, chosen, &mut refused),
                Verb::Uninject | Verb::Unpatch => (Left::Excused, self.uninject(site, chosen)),
                Verb::Lint => (self.lint(site, chosen, &mut own), None),
            };
            left.push(with);
            if let Some((existing, wanted)) = planning {
                let job = PodChange { workload: index, template: number, existing, wanted };
                let used = job.wanted.as_ref().map(|build| build.in_use.clone());
                self.analysis.changed(job.action(tree), used, job.changes(tree));
                jobs.push(job);
            }
        }
        let counts = !lints || self.is_configured() || left.contains(&Left::With);
        if puts_in && is_chosen && counts {
            self.analysis.left_out(tree, workload, &left);
        }
        if lints {
            self.analysis.linter.object(&view, &own);
        }
    }

    /// Whether an object that holds pods is to have a tunnel in them: where a tunnel is to go in, where the user has said
    /// anything of one, and where the object itself asks for it.
    fn expects_tunnel(&self, tree: &Tree<'s>, object: &Object<'s>) -> bool {
        match self.verb {
            Verb::Inject | Verb::Patch => true,
            Verb::Uninject | Verb::Unpatch => false,
            Verb::Lint => self.is_configured() || self.analysis.asks(tree, object).is_some(),
        }
    }

    /// Whether the user said anything of a tunnel, so that `lint` looks at pods without one too.
    pub(super) fn is_configured(&self) -> bool {
        self.analysis.layer.wants_tunnels()
    }

    /// What the annotations of a template and of its workload suppress.
    pub(super) fn suppressions(&mut self, site: PodTemplateRef<'_, 's>) -> Vec<Suppression> {
        self.analysis.suppressions(site.tree, &site.workload.object, Some(site.template))
    }

    fn finish(mut self) -> Planned {
        let lints = self.verb == Verb::Lint;
        if lints {
            self.judge_context();
        }
        self.analysis.finish();
        if lints {
            self.analysis.linter.unused(&self.analysis.run);
        }
        let (mended, dropped) = (self.mended, self.dropped);
        Planned { mended, dropped, ..Planned::new(self.analysis, self.editor) }
    }
}
