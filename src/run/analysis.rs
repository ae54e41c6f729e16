//! Goes through the documents of a run, their objects and their pods, and says what stands in the way. Knows nothing of
//! what is done to them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::config::Layer;
use crate::kube::patched::{self, Patched};
use crate::kube::{
    Choice, Class, Id, Kinds, Object, Targets, Template, Workload, objects, placeholder, workload,
};
use crate::lint::index::ObjectIndex;
use crate::lint::secret::private_spans;
use crate::lint::suppression::{self, Suppression};
use crate::lint::{
    self, Findings, Linter, ObjectRef, Pod, Resource, Rule, Run, Target,
    rules::{bad_setting, duplicate_key, no_containers, reading, script_config_map},
};
use crate::report::ShownSource;
use crate::report::summary::{Action, InUse, Outcome};
use crate::text::{Place, Source, Span};
use crate::wireguard::existing::{Existing, Presence};
use crate::wireguard::hashes::Hashes;
use crate::wireguard::script;
use crate::wireguard::settings::{Settings, Tunnels};
use crate::wireguard::tunnel::Ordinal;
use crate::yaml::{self, NodeId, Tree, stream};

use super::gather::Item;
use super::listed::Listed;
use super::patched::{At, Cover, Covered, Kustomized, Ours, PatchedPods};
use super::pod_template::{PodTemplateRef, ResolvedTarget, name_place};
use super::unmatched::Met;

/// A ConfigMap with a script that pods need and that the run does not hold.
#[derive(Clone, Debug)]
pub struct AbsentScript {
    pub name: String,
    /// Where the pods run, where that is known.
    pub namespace: Option<String>,
    /// What the script is made of.
    pub settings: Settings,
    pub ordinal: Option<Ordinal>,
}

/// What a run goes through, and what it has found on the way.
pub struct Analysis<'a, 's> {
    pub sources: &'s [Source],
    pub layer: &'a Layer,
    pub kinds: &'a Kinds,
    pub targets: &'a Targets,
    pub linter: Linter<'a, 's>,
    pub run: Run<'a, 's>,
    pub(super) tunnels: Tunnels,
    hashes: Hashes,
    /// By the place of an object's name, what its annotations suppress.
    suppressions: HashMap<Place, Vec<Suppression>>,
    pub outcomes: Vec<Outcome>,
    /// The pods that have a tunnel or are to get one, where the run looks at them and changes nothing.
    pub listed: Vec<Listed>,
    /// How many pods the rules have looked at.
    pub judged: usize,
    pub met: Met,
    /// The kustomizations that hold patches of ours, or are to.
    pub kustomized: Vec<Kustomized>,
    /// The workloads that get their tunnel by a patch.
    pub covered: &'a Covered,
    /// Those that were met: where the patching object's name stands, the field of the patch, and the workload.
    met_covers: Vec<(Place, String, Arc<Resource>)>,
    /// The pods that patches are for.
    pub patched_pods: Vec<PatchedPods>,
    /// The patches whose pods were judged by their own manifests, as `met_covers` names them.
    pub judged_covers: HashSet<(Place, String)>,
    /// The settings of which a script is made that a ConfigMap is to hold, by the name of that.
    scripts: HashMap<String, (Settings, Option<Ordinal>)>,
    /// Documents that cannot be read, by source.
    unparsed: Vec<(usize, Span)>,
}

impl<'a, 's> Analysis<'a, 's> {
    /// An analysis that has seen nothing yet.
    pub fn new(
        sources: &'s [Source],
        layer: &'a Layer,
        (kinds, targets): (&'a Kinds, &'a Targets),
        (context, covered): (&'a ObjectIndex<'s>, &'a Covered),
        rules: Vec<&'static Rule>,
    ) -> Self {
        let run = Run {
            targets: Vec::new(),
            bystanders: Vec::new(),
            rendered: Vec::new(),
            borrowers: Vec::new(),
            objects: Vec::new(),
            secrets: Vec::new(),
            context,
        };
        Self {
            sources,
            layer,
            kinds,
            targets,
            linter: Linter::new(rules, &layer.allow, &layer.ignore, context),
            run,
            tunnels: Tunnels::default(),
            hashes: Hashes::default(),
            suppressions: HashMap::new(),
            outcomes: Vec::new(),
            listed: Vec::new(),
            judged: 0,
            met: Met::default(),
            kustomized: Vec::new(),
            covered,
            met_covers: Vec::new(),
            patched_pods: Vec::new(),
            judged_covers: HashSet::new(),
            scripts: HashMap::new(),
            unparsed: Vec::new(),
        }
    }

    /// Takes over what another has found in later documents.
    pub fn absorb(&mut self, later: Self) {
        self.linter.absorb(later.linter);
        self.run.absorb(later.run);
        for (place, list) in later.suppressions {
            self.suppressions.entry(place).or_default().extend(list);
        }
        self.outcomes.extend(later.outcomes);
        self.listed.extend(later.listed);
        self.judged += later.judged;
        self.met.absorb(later.met);
        self.kustomized.extend(later.kustomized);
        self.met_covers.extend(later.met_covers);
        self.patched_pods.extend(later.patched_pods);
        self.judged_covers.extend(later.judged_covers);
        for (name, of) in later.scripts {
            self.scripts.entry(name).or_insert(of);
        }
        self.unparsed.extend(later.unparsed);
    }

    /// What was found so far.
    pub fn findings(&mut self) -> &mut Findings {
        &mut self.linter.findings
    }

    /// Reports a document that cannot be read.
    pub fn unreadable(&mut self, source: usize, error: yaml::Error) {
        let rule = lint::find(error.rule).unwrap_or(&reading::SYNTAX);
        self.findings().set_subject(None);
        let place = Place { source, span: error.span };
        let is_provider_file = self.sources[source].text().trim_start().starts_with("[Interface]");
        let help = if is_provider_file {
            Some("this is a provider's file: `wgsidecar secret` makes a Secret of it".into())
        } else {
            error.help
        };
        self.findings().add(rule, place, error.message).finding.diagnostic.help = help;
    }

    /// The trees of a document; none where it cannot be read.
    pub fn trees(&mut self, document: &Item<'s>) -> Vec<Arc<Tree<'s>>> {
        let (document, error) = match document {
            Item::Parsed(tree) | Item::Part(tree, ..) => return vec![Arc::clone(tree)],
            Item::Unreadable(document, error) => (document, error.clone()),
            Item::Unparsed(document) => {
                match stream::parse(self.sources[document.source].text(), *document) {
                    Ok(trees) => return trees.into_iter().map(Arc::new).collect(),
                    Err(error) => (document, error),
                }
            }
        };
        self.unreadable(document.source, error);
        self.unparsed.push((document.source, document.span));
        Vec::new()
    }

    /// The objects of a tree; none where kubectl would refuse them.
    pub fn objects(&mut self, tree: &Tree<'s>) -> Vec<Object<'s>> {
        objects(tree).unwrap_or_else(|error| {
            let place = tree.place(error.node);
            self.findings().set_subject(None);
            self.findings().add(&reading::SYNTAX, place, error.message).help("kubectl refuses it");
            self.unparsed.push((tree.source(), tree.document()));
            Vec::new()
        })
    }

    /// Turns to an object: the findings from here on are about it, and if it matters to tunnels it is remembered for the
    /// rules about all of them.
    pub fn set_subject(&mut self, view: &ObjectRef) {
        let resource = view.resource();
        let resource = Arc::new(match self.findings().subject() {
            Some(last) => resource.sharing(last),
            None => resource,
        });
        let is_script =
            || view.is("", "ConfigMap") && script::digits_of(&view.object.name).is_some();
        let matters = view.workload.is_some()
            || self.kinds.reads(&view.object.group, &view.object.kind)
            || is_script();
        if matters && view.object.has_name() {
            self.run.objects.push((Arc::clone(&resource), view.name_place()));
        }
        self.findings().set_subject(Some(resource));
    }

    /// The workload behind an object, where its kind is known to make pods.
    pub fn workload(&self, tree: &Tree<'s>, object: &Object<'s>) -> Option<Workload<'s>> {
        workload(tree, self.kinds, object)
    }

    /// Whether nothing is known of an object's kind.
    pub fn is_unknown(&self, object: &Object) -> bool {
        !self.kinds.reads(&object.group, &object.kind)
            && self.kinds.class(&object.kind) != Class::Builtin
    }

    /// What the annotations of a workload, and of one of its templates, suppress.
    pub fn suppressions(
        &mut self,
        tree: &Tree,
        object: &Object,
        template: Option<&Template>,
    ) -> Vec<Suppression> {
        let inner = template.and_then(|template| template.metadata);
        let outer = object.metadata.filter(|_| inner != object.metadata);
        let view = ObjectRef { tree, object, workload: None };
        let mut all = Vec::new();
        for metadata in [outer, inner] {
            all.extend(suppression::of(&view, metadata, self.findings()));
        }
        if !all.is_empty() {
            self.suppressions.entry(view.name_place()).or_default().extend(all.iter().cloned());
        }
        all
    }

    /// Decides about a template, or about a workload that has none, and reports what was decided; the spec of a
    /// template that is to be worked on.
    pub fn choose(
        &mut self,
        tree: &Tree,
        workload: &Workload,
        template: Option<&Template>,
    ) -> Chosen {
        let choice = self.targets.decide(tree, workload, template);
        let is_first = template.is_none_or(|it| std::ptr::eq(it, &workload.templates[0]));
        self.met.seen += usize::from(is_first);
        self.met.rendered += usize::from(workload.row.elsewhere.is_some());
        if is_first && choice == Choice::NotSelected {
            self.not_selected(tree, &workload.object);
        }
        if !self.targets.named.is_empty() {
            let subject = self.subject();
            self.met.workloads.push(subject);
        }
        match choice {
            Choice::NotSelected => Chosen::No,
            Choice::Skipped(reason) => {
                self.outcome(Action::Skipped(reason), None);
                Chosen::Skipped
            }
            Choice::InvalidValue(nodes) => {
                for node in nodes {
                    let place = tree.place(node);
                    let word = tree.string(node).unwrap_or_default();
                    let message = match placeholder::find(&word) {
                        Some(found) => {
                            format!("`wgsidecar.dev/inject`: `{}` is a placeholder", found.text)
                        }
                        None => bad_setting::NEITHER.into(),
                    };
                    self.findings()
                        .add(&bad_setting::RULE, place, message)
                        .help(bad_setting::NEITHER_HELP);
                }
                Chosen::No
            }
            Choice::Target => {
                if template.is_some() {
                    self.count(workload);
                }
                match spec(tree, template) {
                    Some(spec) => Chosen::Yes(spec),
                    None => Chosen::Hollow,
                }
            }
        }
    }

    /// Counts an object that the selection leaves out.
    pub fn not_selected(&mut self, tree: &Tree, object: &Object) {
        self.met.not_selected += 1;
        let (asked, own) = (self.targets.namespace.as_deref(), object.namespace.as_deref());
        if asked.is_some() && asked == own && self.met.moved.is_none() {
            let pods = patched::namespace(tree, object).filter(|pods| Some(&**pods) != own);
            let subject = self.subject();
            self.met.moved = pods.map(|pods| (subject, pods.into_owned()));
        }
    }

    /// Counts something of a workload that the selection has chosen.
    pub fn count(&mut self, workload: &Workload) {
        self.met.chosen += 1;
        self.met.targets.extend(self.targets.named.of(Id::of(&workload.object)));
    }

    /// A pod as rules see it, with what is meant for it.
    pub fn pod<'p>(
        &self,
        site: PodTemplateRef<'p, 's>,
        spec: NodeId,
        presence: &'p Presence,
        meant: Option<&'p ResolvedTarget>,
    ) -> Pod<'p, 's>
    where
        'a: 'p,
    {
        let PodTemplateRef { tree, workload, template } = site;
        let pod = Pod::new(tree, workload, template, spec, presence, self.run.context);
        let secret = meant.and_then(|meant| meant.secret.as_ref());
        let put_into = self.covered.namespace(tree.source()).map(|name| &**name);
        Pod { secret, put_into, ..pod.with_wanted(meant.map(ResolvedTarget::wanted)) }
    }

    /// What of ours a template holds already.
    pub fn presence(&mut self, site: PodTemplateRef, spec: NodeId) -> Presence {
        site.presence(spec, &mut self.hashes)
    }

    /// What is meant for a template; `None` where nothing can be, which is then among the findings.
    pub fn meant(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        presence: &Presence,
    ) -> Option<ResolvedTarget> {
        let (layer, context) = (self.layer, self.run.context);
        let existing = presence.whole();
        site.meant(layer, context, &mut self.tunnels, existing, &mut self.linter.findings)
    }

    /// Reports a workload without pods of its own.
    pub fn hollow(&mut self, tree: &Tree, workload: &Workload, template: Option<&Template>) {
        let object = &workload.object;
        let view = ObjectRef { tree, object, workload: Some(workload) };
        let path = workload.row.templates.first().map_or("", |pods| pods.path);
        if duplicate_key::on_the_way(&view, path, self.findings()) {
            return;
        }
        let node =
            template.map_or(object.name_node.unwrap_or(object.node), |template| template.node);
        let place = tree.place(node);
        let message = "there is no pod template with a `spec` here";
        self.findings().add(&no_containers::RULE, place, message);
    }

    /// Remembers what becomes of the workload that the analysis has turned to.
    pub fn outcome(&mut self, action: Action, tunnel: Option<InUse>) {
        self.changed(action, tunnel, Vec::new());
    }

    /// The same, with what an update changes.
    pub fn changed(&mut self, action: Action, tunnel: Option<InUse>, changes: Vec<String>) {
        let resource = self.subject();
        let namespace = resource.namespace.clone();
        self.outcomes.push(Outcome { resource, namespace, action, tunnel, patch: None, changes });
    }

    /// Remembers what becomes of a patch for a workload in the object that the analysis has turned to, whose pods run in a
    /// namespace.
    pub fn patch_outcome(
        &mut self,
        of: &str,
        namespace: Option<Arc<str>>,
        action: Action,
        tunnel: Option<InUse>,
        changes: Vec<String>,
    ) {
        let resource = self.subject();
        self.met.seen += 1;
        self.met.chosen += 1;
        let patch = Some(of.into());
        self.outcomes.push(Outcome { resource, namespace, action, tunnel, patch, changes });
    }

    /// Remembers a workload that gets its tunnel by a patch.
    pub fn patch_target(
        &mut self,
        view: &ObjectRef,
        row: &Patched,
        of: &str,
        secret: Arc<str>,
        script: Option<String>,
    ) {
        let target = self.patched(view, row, of, secret);
        self.run.targets.push(Target { script, ..target });
    }

    /// Remembers with which settings a script comes to be that a ConfigMap is to hold.
    pub fn script(&mut self, name: Option<&str>, settings: &Settings, ordinal: Option<Ordinal>) {
        if let Some(name) = name.filter(|name| !self.scripts.contains_key(*name)) {
            self.scripts.insert(name.to_owned(), (settings.clone(), ordinal));
        }
    }

    /// The ConfigMaps with scripts that targets read and that the run does not hold.
    pub fn absent_scripts(&self) -> Vec<AbsentScript> {
        let here = script_config_map::here(&self.run);
        let is_absent =
            |target: &&Target| target.script.as_deref().is_some_and(|name| !here.contains(name));
        let absent = self.run.targets.iter().filter(is_absent);
        let absent: BTreeSet<(String, Option<String>)> = absent
            .filter_map(|it| Some((it.script.clone()?, it.namespace().map(str::to_owned))))
            .collect();
        let need = |(name, namespace): (String, Option<String>)| {
            let (settings, ordinal) = self.scripts.get(&name)?.clone();
            Some(AbsentScript { name, namespace, settings, ordinal })
        };
        absent.into_iter().filter_map(need).collect()
    }

    /// Remembers one that has such a patch already, and that nothing is to be done to.
    pub fn patch_bystander(&mut self, view: &ObjectRef, row: &Patched, ours: &Ours) {
        let Some(secret) = ours.held.secret.as_deref().filter(|_| ours.is_by_name) else { return };
        let target = self.patched(view, row, &ours.target(), secret.into());
        self.run.bystanders.push(target);
    }

    fn patched(&mut self, view: &ObjectRef, row: &Patched, of: &str, secret: Arc<str>) -> Target {
        let namespace = row.namespace(view.tree, view.object).map(Into::into);
        let mut resource = (*self.subject()).clone();
        resource.namespace = namespace.or_else(|| self.asked_namespace());
        let (place, field) = (view.name_place(), patch_field(of).into());
        let resource = resource.into();
        let namespace = row.target_namespace(view.tree, view.object).map(Into::into);
        let (script, is_admitted, pods) = (None, false, None);
        Target { place, resource, field, secret, script, is_admitted, namespace, pods }
    }

    /// Remembers a workload that gets its tunnel by a patch.
    pub fn covered(&mut self, cover: &Cover) {
        let Some(at) = cover.at else { return };
        let of = cover.aim.display();
        self.met.met_by_patches.insert((Arc::clone(&cover.object), of));
        let field = patch_field(&cover.aim.display());
        let workload = self.subject();
        self.met_covers.push((at.object, field, workload));
    }

    /// Remembers that the rules have looked at the pods of a patch by their own manifest.
    pub fn judged_cover(&mut self, cover: &Cover) {
        let key = |at: At| (at.object, patch_field(&cover.aim.display()));
        self.judged_covers.extend(cover.at.map(key));
    }

    /// Says of the patches for which workloads they are.
    fn know_what_patches_are_for(&mut self) {
        let met: HashMap<_, _> = std::mem::take(&mut self.met_covers)
            .into_iter()
            .map(|(place, field, workload)| ((place, field), workload))
            .collect();
        if met.is_empty() {
            return;
        }
        for target in self.run.targets.iter_mut().chain(&mut self.run.bystanders) {
            let found = met.get(&(target.place, target.field.to_string()));
            target.pods = found.map(Arc::clone);
        }
    }

    /// The object that the analysis has turned to, as reports name it.
    pub fn subject(&mut self) -> Arc<Resource> {
        let subject = self.findings().subject().map(Arc::clone);
        subject.expect("who decides about an object has turned to it")
    }

    /// Remembers a target, for the rules about all of them.
    pub fn target(
        &mut self,
        place: Place,
        site: PodTemplateRef<'_, '_>,
        secret: Arc<str>,
        script: Option<String>,
        is_admitted: bool,
    ) {
        if self.is_covered(site) {
            return;
        }
        let resource = self.subject();
        let field = site.template.field(site.tree);
        let (namespace, pods) = (self.pods_namespace(site), None);
        let target =
            Target { place, resource, field, secret, script, is_admitted, namespace, pods };
        self.run.targets.push(target);
    }

    /// Remembers a pod that has a tunnel and is no target.
    pub fn bystander(&mut self, site: PodTemplateRef<'_, '_>, existing: &Existing) {
        let Some(secret) = existing.secret_name(site.tree).map(Into::into) else { return };
        if self.is_covered(site) {
            return;
        }
        let place = name_place(site.tree, &site.workload.object);
        let (resource, field) = (self.subject(), site.template.field(site.tree));
        let (script, is_admitted, pods) = (None, false, None);
        let namespace = self.pods_namespace(site);
        let target =
            Target { place, resource, field, secret, script, is_admitted, namespace, pods };
        self.run.bystanders.push(target);
    }

    /// The namespace that the pods of a template are put into, whatever its object says. One that says nothing counts as in
    /// the namespace that is asked for, as in kubectl.
    fn pods_namespace(&self, site: PodTemplateRef<'_, '_>) -> Option<Arc<str>> {
        let by_kustomize = self.covered.namespace(site.tree.source()).cloned();
        let says_none = site.workload.object.namespace.is_none();
        by_kustomize.or_else(|| self.asked_namespace().filter(|_| says_none))
    }

    fn asked_namespace(&self) -> Option<Arc<str>> {
        self.targets.namespace.as_deref().map(Into::into)
    }

    /// Whether a patch brings the pods of a template their tunnel: it is the one that counts.
    fn is_covered(&self, site: PodTemplateRef<'_, '_>) -> bool {
        self.covered.of(site.tree.source(), &site.workload.object).next().is_some()
    }

    /// What of each source no report may show: all that a Secret holds, and what could be a Secret.
    pub fn masks(&self) -> Vec<Masks> {
        let mut masks = vec![Masks::default(); self.sources.len()];
        let context = self.run.context;
        for &number in context.numbers("", "Secret") {
            let view = context.view(number);
            private_spans(&view, &mut masks[view.tree.source()].private);
        }
        for (source, span) in &self.unparsed {
            masks[*source].unparsed.push(*span);
        }
        masks
    }

    /// The numbers of the sources of which not all can be read.
    pub fn unread(&self) -> impl Iterator<Item = usize> {
        self.unparsed.iter().map(|(source, _)| *source)
    }

    /// Judges what the run holds together.
    pub fn finish(&mut self) {
        self.forget_what_is_here();
        self.unmatched_patches();
        self.know_what_patches_are_for();
        self.judge_patches();
        self.run.secrets = self.linter.secrets();
        self.linter.run(&self.run, &self.suppressions);
    }
}

/// The field of a target that a patch is for.
pub(super) fn patch_field(of: &str) -> String {
    format!("patch of {of}")
}

/// What of a source no report may show.
#[derive(Clone, Debug, Default)]
pub struct Masks {
    pub private: Vec<Span>,
    pub unparsed: Vec<Span>,
}

/// The sources as reports may show them; of one without masks nothing is known.
pub fn masked<'a>(
    sources: &'a [Source],
    masks: &'a [Masks],
) -> impl Iterator<Item = ShownSource<'a>> {
    sources.iter().enumerate().map(|(number, source)| match masks.get(number).cloned() {
        Some(Masks { private, unparsed }) => ShownSource::parsed(source, private, unparsed),
        None => ShownSource::new(source),
    })
}

/// What becomes of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    No,
    Skipped,
    /// It has no spec that anything could be done to.
    Hollow,
    Yes(NodeId),
}

/// The spec of a template, where it is one.
pub fn spec(tree: &Tree, template: Option<&Template>) -> Option<NodeId> {
    let spec = template.and_then(|template| template.spec);
    spec.filter(|&spec| tree.kind(tree.follow(spec)).is_mapping())
}
