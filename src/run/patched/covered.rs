//! Which workloads of a run get their tunnel by a patch in another object. Knows nothing of what the patch says.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::built::{Built, Named, Paths};
use super::{Aim, Orders, find, named, pods, row, way_out, with_kustomization};
use crate::kube::patched::KUSTOMIZE;
use crate::kube::path::ways;
use crate::kube::{Kinds, Object, Targets, objects};
use crate::lint::Resource;
use crate::run::gather::Item;
use crate::run::kustomization;
use crate::run::pod_template::name_place;
use crate::text::{Place, Source};
use crate::wireguard::existing;
use crate::wireguard::patch::{Held, State};
use crate::wireguard::settings::{Resolved, Settings};
use crate::yaml::{Tree, stream};

/// The workloads of a run whose tunnel a patch brings.
#[derive(Debug, Default)]
pub struct Covered {
    objects: Vec<Patching>,
    /// The objects that apply what is in a source, by the number of the source.
    by_source: HashMap<usize, Vec<usize>>,
}

/// An object that patches what is in some sources.
#[derive(Debug)]
struct Patching {
    /// The namespace that it puts all of that into.
    namespace: Option<Arc<str>>,
    /// Its own source, where it is a kustomization.
    own: Option<usize>,
    /// The kustomizations by which it gets to the sources.
    by: HashSet<usize>,
    /// By kind and name of the workload.
    covers: HashMap<&'static str, HashMap<String, Cover>>,
}

/// A patch that brings a workload its tunnel.
#[derive(Debug)]
pub struct Cover {
    /// The number of what patches.
    by: usize,
    pub aim: Aim,
    /// The object that holds it.
    pub object: Arc<Resource>,
    /// Where it is; `None` where the settings name an object that the run does not hold.
    pub at: Option<At>,
    /// Whether it is known to be there.
    pub exists: bool,
    /// Whether the settings ask for it.
    pub is_asked: bool,
    /// The tunnel that it says, where it is there and whole.
    pub says: Option<Says>,
    /// The command that takes it out.
    pub way_out: String,
}

/// The tunnel that a patch says.
#[derive(Clone, Debug)]
pub struct Says {
    pub settings: Settings,
    pub resolved: Resolved,
}

/// Where a patch is.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// The name of the object that holds it.
    pub object: Place,
    /// Where it stands in that, or is to stand.
    pub patch: Place,
}

/// Reads which workloads are covered.
struct Reading<'r, 's> {
    sources: &'s [Source],
    orders: &'r Orders,
    kinds: &'r Kinds,
    targets: &'r Targets,
    paths: Paths<'s>,
    covered: Covered,
}

impl Covered {
    /// Looks for patches in the objects that apply files of the run: those that are there, and those that the settings ask
    /// for. `stay` tells whether the sources are files of a repository that stay there.
    pub fn read<'s>(
        (sources, stay): (&'s [Source], bool),
        documents: &[Item<'s>],
        orders: &Orders,
        kinds: &Kinds,
        targets: &Targets,
    ) -> Self {
        let candidates = documents.iter().filter(|it| may_apply(sources, it, orders));
        let candidates: Vec<_> = candidates.collect();
        if candidates.is_empty() && orders.is_empty() {
            return Self::default();
        }
        let (paths, covered) = (Paths::of(sources), Self::default());
        let mut reading = Reading { sources, orders, kinds, targets, paths, covered };
        for document in candidates {
            match document {
                Item::Parsed(tree) | Item::Part(tree, ..) => reading.tree(tree),
                // What is wrong with it is said where it is looked at.
                Item::Unparsed(document) | Item::Unreadable(document, _) => {
                    let trees = stream::parse(sources[document.source].text(), *document);
                    trees.iter().flatten().for_each(|tree| reading.tree(tree));
                }
            }
        }
        if stay {
            reading.asked_elsewhere();
        }
        reading.covered
    }

    /// The patches that are for a workload in a source.
    pub fn of<'a>(&'a self, source: usize, object: &'a Object) -> impl Iterator<Item = &'a Cover> {
        let applying = self.by_source.get(&source).into_iter().flatten();
        let covers = applying.filter_map(|&number| {
            self.objects[number].covers.get(&*object.kind)?.get(&*object.name)
        });
        covers.filter(|it| it.aim.row.groups.contains(&&*object.group))
    }

    /// The namespace into which the patching object puts its pods.
    pub fn namespace_of(&self, cover: &Cover) -> Option<&Arc<str>> {
        self.objects[cover.by].namespace.as_ref()
    }

    /// Whether two patches come to the same pods, as far as anybody knows: what two kustomizations build of one base, of which
    /// neither is in the other, are two workloads, and so are those of two namespaces.
    pub fn meet(&self, one: &Cover, other: &Cover) -> bool {
        let (one, other) = (&self.objects[one.by], &self.objects[other.by]);
        let are_apart = one.namespace.is_some()
            && other.namespace.is_some()
            && one.namespace != other.namespace;
        let is_within =
            |one: &Patching, other: &Patching| one.own.is_some_and(|own| other.by.contains(&own));
        let is_plain = one.by.is_empty() || other.by.is_empty();
        let both_apply = one.own.is_none() && other.own.is_none() && !one.by.is_disjoint(&other.by);
        !are_apart && (is_within(one, other) || is_within(other, one) || is_plain || both_apply)
    }

    /// The namespace into which what is in a source is put.
    pub fn namespace(&self, source: usize) -> Option<&Arc<str>> {
        let applying = self.by_source.get(&source).into_iter().flatten();
        applying.into_iter().find_map(|&number| self.objects[number].namespace.as_ref())
    }
}

/// Whether a document may hold an object that applies files and has patches of ours.
fn may_apply(sources: &[Source], item: &Item, orders: &Orders) -> bool {
    let (source, text) = match item {
        Item::Unparsed(it) | Item::Unreadable(it, _) => {
            (it.source, sources[it.source].slice(it.span))
        }
        // Its first part stands for the whole list.
        Item::Part(_, first, _) if *first > 0 => return false,
        Item::Parsed(tree) | Item::Part(tree, ..) => (tree.source(), tree.raw(tree.root())),
    };
    let holds = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    (!orders.is_empty() || existing::may_be_in(text.as_bytes()))
        && (kustomization::is_name(Path::new(&sources[source].name))
            || ["Kustomization", "Application"].iter().any(|kind| holds(kind)))
}

impl<'s> Reading<'_, 's> {
    fn tree(&mut self, tree: &Tree<'s>) {
        let name = &self.sources[tree.source()].name;
        let Ok(mut objects) = objects(tree) else { return };
        objects.extend(with_kustomization(&objects, tree, name));
        objects.iter().for_each(|object| self.object(tree, object));
    }

    fn object(&mut self, tree: &Tree<'s>, object: &Object<'s>) {
        let file = &self.sources[tree.source()].name;
        let Some(row) = row(object, file) else { return };
        let object = &named(object, row, file);
        let opted_out = self.targets.is_disabled(tree, object);
        let asked = self.orders.of(row, object, file).filter(|_| !opted_out).unwrap_or_default();
        let ours = find(tree, object, row, self.kinds);
        let is_there = ours.iter().filter(|it| it.is_by_name && it.held.state != State::Target);
        let namespace = row.namespace(tree, object);
        let says = |held: &Held| {
            let resolved = pods::tunnel(held, namespace.as_deref())?;
            Some(Says { settings: held.mark.as_ref()?.settings.clone(), resolved })
        };
        let is_there = is_there.map(|it| (it.aim(), Some((it.place(tree), says(&it.held)))));
        let is_there: Vec<_> = is_there.collect();
        let wanted = asked.aims.iter().filter(|aim| !ours.iter().any(|it| aim.is_of(it)));
        let wanted = wanted.map(|aim| (aim.clone(), None));
        let all: Vec<_> = is_there.into_iter().chain(wanted).collect();
        if all.is_empty() {
            return;
        }
        let name = name_place(tree, object);
        let resource = Arc::new(Resource::of(object));
        let by = self.covered.objects.len();
        let covers = all.into_iter().map(|(aim, here)| Cover {
            by,
            object: Arc::clone(&resource),
            at: Some(At { object: name, patch: here.as_ref().map_or(name, |(place, _)| *place) }),
            exists: here.is_some(),
            is_asked: asked.aims.iter().any(|it| it.row == aim.row && it.name == aim.name),
            way_out: way_out(file, &resource, &aim.display()),
            says: here.and_then(|(_, says)| says),
            aim,
        });
        let built = if row.is_kustomize() {
            self.paths.built(tree.source(), &Named::read(tree, object.node))
        } else {
            self.applied(tree, object)
        };
        let namespace = row.target_namespace(tree, object);
        let own = row.is_kustomize().then_some(tree.source());
        self.add(namespace, covers.collect(), own, built);
    }

    /// Takes the patches that the settings ask for in kustomizations that the run does not hold: what lies in the folder of
    /// such a one is what it builds, as far as anybody knows.
    fn asked_elsewhere(&mut self) {
        for (path, aims) in self.orders.files() {
            if self.sources.iter().any(|source| self.orders.is_at(&source.name, path)) {
                continue;
            }
            let built = match self.orders.folder(path) {
                Some(folder) => self.paths.applied(&folder),
                None => {
                    let named = self.sources.iter().zip(0..);
                    let named = named.filter(|(it, _)| !it.name.starts_with('<'));
                    Built { files: named.map(|(_, it)| it).collect(), ..Built::default() }
                }
            };
            let resource = Arc::new(Resource {
                api_version: format!("{KUSTOMIZE}/v1beta1").into(),
                kind: "Kustomization".into(),
                namespace: None,
                name: path.into(),
            });
            let by = self.covered.objects.len();
            let covers = aims.iter().map(|aim| Cover {
                by,
                aim: aim.clone(),
                object: Arc::clone(&resource),
                at: None,
                exists: false,
                is_asked: true,
                says: None,
                way_out: way_out(path, &resource, &aim.display()),
            });
            self.add(None, covers.collect(), None, built);
        }
    }

    fn add(
        &mut self,
        namespace: Option<String>,
        all: Vec<Cover>,
        own: Option<usize>,
        Built { files, kustomizations: by, .. }: Built,
    ) {
        let mut covers: HashMap<_, HashMap<_, _>> = HashMap::new();
        for cover in all {
            let own = covers.entry(cover.aim.row.kind).or_default();
            own.entry(cover.aim.name.clone()).or_insert(cover);
        }
        let number = self.covered.objects.len();
        let namespace = namespace.map(Into::into);
        self.covered.objects.push(Patching { namespace, own, by, covers });
        for file in files {
            self.covered.by_source.entry(file).or_default().push(number);
        }
    }

    /// The sources that a controller applies for an object that names folders of a repository.
    fn applied(&self, tree: &Tree, object: &Object) -> Built {
        let elsewhere = self.kinds.find(&object.group, &object.kind).and_then(|it| it.elsewhere);
        let folders = elsewhere.map_or(&[][..], |it| it.folders).iter();
        let ends = folders.flat_map(|path| ways(tree, object.node, path));
        let texts = ends.filter_map(|way| tree.string(*way.nodes.last()?));
        let mut all = Built::default();
        for Built { files, kustomizations, .. } in texts.map(|folder| self.paths.applied(&folder)) {
            all.files.extend(files);
            all.kustomizations.extend(kustomizations);
        }
        all
    }
}
