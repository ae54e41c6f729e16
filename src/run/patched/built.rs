//! What a kustomization builds of the sources of a run, those of the kustomizations that it names included. Knows nothing
//! of patches.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use super::ours::{row, with_kustomization};
use crate::kube::objects;
use crate::kube::patched::{FILES, is_file};
use crate::run::kustomization;
use crate::text::Source;
use crate::yaml::{NodeId, Tree, stream};

/// Fields of a kustomization that add no object and rename none before its patches are applied.
const HARMLESS: [&str; 24] = [
    "apiVersion",
    "kind",
    "metadata",
    "resources",
    "bases",
    "components",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "labels",
    "commonLabels",
    "commonAnnotations",
    "images",
    "replicas",
    "replacements",
    "vars",
    "configMapGenerator",
    "secretGenerator",
    "generatorOptions",
    "buildMetadata",
    "sortOptions",
];

/// Those of them that rename objects before another kustomization patches them.
const RENAMING: [&str; 4] = ["namePrefix", "nameSuffix", "replacements", "vars"];

/// Where a kustomization names what it builds.
pub(super) const FIELDS: [&str; 3] = ["resources", "bases", "components"];

/// The sources of a run by their paths.
#[derive(Debug)]
pub(super) struct Paths<'s> {
    sources: &'s [Source],
    numbers: HashMap<String, usize>,
    /// The paths from each of their folders on, and what is before that, in alphabetical order.
    ends: OnceCell<Vec<(&'s str, &'s str, usize)>>,
}

/// What a kustomization names.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Its files and folders as they are written.
    pub(super) paths: Vec<String>,
    /// Whether nothing else in it adds an object, or renames one before its own patches are applied.
    pub(super) is_all: bool,
    /// Whether it renames objects before those of another kustomization are.
    renames: bool,
}

/// What a kustomization builds.
#[derive(Clone, Debug, Default)]
pub(super) struct Built {
    /// The numbers of the sources.
    pub(super) files: BTreeSet<usize>,
    /// Those of the kustomizations that say so.
    pub(super) kustomizations: HashSet<usize>,
    /// Whether that is all, with the names that stand there.
    pub(super) is_all: bool,
}

impl Named {
    pub(super) fn read(tree: &Tree, object: NodeId) -> Self {
        let is = |known: &[&str], key| tree.word(key).is_some_and(|key| known.contains(&&*key));
        let patches = tree.get(object, "patches").into_iter();
        let mut patches = patches.flat_map(|list| tree.items(tree.follow(list)));
        // They may let a patch change names.
        let has_options = patches.any(|patch| tree.get(patch, "options").is_some());
        let (mut paths, mut is_all) = (Vec::new(), !has_options);
        is_all &= tree.entries(object).all(|(key, _)| is(&HARMLESS, key));
        for list in FIELDS.iter().filter_map(|field| tree.get(object, field)) {
            for item in tree.items(tree.follow(list)) {
                match tree.string(item) {
                    Some(path) => paths.push(path.into_owned()),
                    None => is_all = false,
                }
            }
        }
        Self { paths, is_all, renames: tree.entries(object).any(|(key, _)| is(&RENAMING, key)) }
    }
}

impl<'s> Paths<'s> {
    pub(super) fn of(sources: &'s [Source]) -> Self {
        let numbered = sources.iter().zip(0..);
        let numbers = numbered.map(|(it, number)| (clean(&it.name), number)).collect();
        Self { sources, numbers, ends: OnceCell::new() }
    }

    /// The sources that a controller applies of a folder of a repository; none where several folders may be meant.
    pub(super) fn applied(&self, folder: &str) -> Built {
        let folder = format!("{}/", clean(folder));
        let ends = self.ends.get_or_init(|| ends(self.sources));
        let first = ends.partition_point(|(end, ..)| *end < folder.as_str());
        let inside = ends[first..].iter().take_while(|(end, ..)| end.starts_with(&folder));
        let inside: Vec<_> = inside.filter(|_| folder.len() > 1).collect();
        let roots: BTreeSet<_> = inside.iter().map(|(_, root, _)| *root).collect();
        let Some(root) = roots.first().filter(|root| root.is_empty() || roots.len() == 1) else {
            return Built::default();
        };
        let own = inside.iter().filter(|(_, of, _)| of == root).map(|(.., number)| *number);
        let kustomization = self.kustomization(&clean(&format!("{root}{folder}")));
        match kustomization.and_then(|it| Some((it, self.named(it)?))) {
            Some((number, named)) => self.built(number, &named),
            None => Built { files: own.collect(), ..Built::default() },
        }
    }

    /// What the kustomization in a source builds.
    pub(super) fn built(&self, root: usize, named: &Named) -> Built {
        let mut built = Built { is_all: named.is_all, ..Built::default() };
        let mut seen = HashSet::from([root]);
        let mut open = vec![(root, named.clone())];
        while let Some((number, named)) = open.pop() {
            let folder = self.sources[number].name.rsplit_once('/').map_or("", |it| it.0);
            for path in &named.paths {
                let path = if folder.is_empty() {
                    clean(path)
                } else {
                    clean(&format!("{folder}/{path}"))
                };
                if let Some(&file) = self.numbers.get(&path) {
                    // kustomize takes a folder, and not the kustomization in it.
                    built.is_all &= !is_file(Path::new(&path));
                    built.files.insert(file);
                    continue;
                }
                let inner = self.kustomization(&path);
                let Some(named) = inner.and_then(|inner| self.named(inner)) else {
                    built.is_all = false;
                    continue;
                };
                built.is_all &= named.is_all && !named.renames;
                open.extend(inner.filter(|inner| seen.insert(*inner)).map(|inner| (inner, named)));
            }
        }
        built.kustomizations = seen;
        built
    }

    /// The kustomization in a folder.
    pub(super) fn kustomization(&self, folder: &str) -> Option<usize> {
        let path = |name: &&str| match folder {
            "" => (*name).to_owned(),
            folder => format!("{folder}/{name}"),
        };
        FILES.iter().find_map(|name| self.numbers.get(&path(name))).copied()
    }

    /// What the kustomization in a source names.
    pub(super) fn named(&self, source: usize) -> Option<Named> {
        Named::of(&self.sources[source])
    }
}

impl Named {
    /// What the kustomization in a source names.
    pub(super) fn of(source: &Source) -> Option<Self> {
        let (name, text) = (&source.name, source.text());
        let (documents, errors) = kustomization::split(name, text);
        let [document] = documents[..] else { return None };
        let trees = stream::parse(text, document).ok().filter(|_| errors.is_empty())?;
        let [tree] = &trees[..] else { return None };
        let mut objects = objects(tree).ok()?;
        objects.extend(with_kustomization(&objects, tree, name));
        let object = objects.iter().find(|it| row(it, name).is_some_and(|row| row.is_kustomize()));
        Some(Self::read(tree, object?.node))
    }
}

/// The paths of sources from each of their folders on, each with what is before it.
fn ends(sources: &[Source]) -> Vec<(&str, &str, usize)> {
    let mut ends = Vec::new();
    for (source, number) in sources.iter().zip(0..) {
        let path = source.name.trim_start_matches("./");
        let after = path.match_indices('/').map(|(slash, _)| slash + 1);
        let starts = std::iter::once(0).chain(after);
        ends.extend(starts.map(|start| (&path[start..], &path[..start], number)));
    }
    ends.sort_unstable();
    ends
}

/// A path without what leads nowhere: `./a/../b` is `b`.
pub(super) fn clean(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/').filter(|step| !["", "."].contains(step)) {
        match (step, steps.last()) {
            ("..", Some(last)) if *last != ".." => drop(steps.pop()),
            _ => steps.push(step),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    root.to_owned() + &steps.join("/")
}
