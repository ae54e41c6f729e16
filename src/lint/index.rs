//! The objects of the run that hold no pods but decide what becomes of them, found by name and by label. Knows nothing
//! of any rule.
//!
//! An object that is written twice is one object: the last one counts, as when they are applied.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use super::Resource;
use super::findings::Twin;
use super::makers::{Made, Meaning, secrets_of};
use super::object_ref::ObjectRef;
use super::policies::{Admitting, Pods, Policies};
use super::quotas::QuotaIndex;
use super::ranges::Ranges;
use super::reaching::Reached;
use super::scalers;
use super::secret::TunnelSecret;
use super::selectors::{Selection, SelectorIndex, SelectorKind};
use super::suppression::{self, Suppression};
use crate::kube::version::Version;
use crate::kube::{self, Object, Template};
use crate::text::Place;
use crate::yaml::Tree;

/// Part of a key: borrowed, so that nothing is copied to look for it.
pub(super) type Word<'s> = Cow<'s, str>;

/// The objects that rules read, with their documents.
#[derive(Debug, Default)]
pub struct ObjectIndex<'s> {
    /// The cluster's release, where somebody has said it.
    pub kube_version: Option<Version>,
    /// Whether somebody suppresses findings of certain objects, so that none may stand for another.
    pub keeps_apart: bool,
    trees: Vec<Arc<Tree<'s>>>,
    objects: Vec<Seen<'s>>,
    /// The numbers of all objects, by group and kind.
    by_kind: HashMap<(Word<'s>, Word<'s>), Vec<usize>>,
    index: OnceLock<Index<'s>>,
    selecting: OnceLock<SelectorIndex>,
    policies: OnceLock<Policies>,
    limit_ranges: OnceLock<HashMap<Option<String>, Ranges>>,
    quotas: OnceLock<HashMap<Option<String>, QuotaIndex>>,
    home: OnceLock<Option<String>>,
}

#[derive(Debug)]
struct Seen<'s> {
    tree: usize,
    object: Object<'s>,
    secret: OnceLock<TunnelSecret>,
    suppressions: OnceLock<Vec<Suppression>>,
}

/// Kind, group, namespace and name: all by which the API tells an object from others.
type Identity<'s> = (Word<'s>, Word<'s>, Option<Word<'s>>, Word<'s>);

/// The numbers of the objects that count, by what rules look for. The namespaces are those that objects are in.
#[derive(Debug, Default)]
struct Index<'s> {
    by_identity: HashMap<Identity<'s>, usize>,
    /// For each object, whether it counts: it does not stand in the run again, after this one.
    counts: Vec<bool>,
    /// By group, kind and namespace.
    by_namespace: HashMap<(Word<'s>, Word<'s>, Option<Word<'s>>), Vec<usize>>,
    /// Secrets by every name that may mean them.
    secrets: HashMap<(Word<'s>, Meaning), Secrets>,
    /// Autoscalers by the kind, namespace and name of what they scale.
    scalers: HashMap<(Word<'s>, Option<Word<'s>>, Word<'s>), Vec<usize>>,
}

/// The Secrets that one name means.
#[derive(Debug, Default)]
struct Secrets {
    /// By the namespace that they name, in the order of their names.
    by_namespace: BTreeMap<Option<Word<'static>>, Vec<usize>>,
}

/// The Secret that a tunnel means, as this run knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSecret {
    /// Its name now: a generator may have added a hash to the one that was asked for.
    pub name: Arc<str>,
    /// A hash of what it holds; `None` where it is encrypted.
    pub content: Option<String>,
    /// Its number in the context.
    pub number: usize,
}

/// What an object says and what is suppressed about it; else its number.
pub(super) type Said<'s> = Result<(Vec<Option<&'s str>>, Vec<(&'static str, String)>), usize>;

/// Objects that say the same of the same pods: what is found of the first is found of each.
#[derive(Clone, Copy, Debug)]
pub struct Alike<'a, 's> {
    pub view: ObjectRef<'a, 's>,
    twins: &'a [usize],
    context: &'a ObjectIndex<'s>,
}

impl<'a, 's> Alike<'a, 's> {
    /// The others, each with its number.
    pub fn others(self) -> impl Iterator<Item = (usize, ObjectRef<'a, 's>)> {
        self.twins.iter().map(move |&number| (number, self.context.view(number)))
    }

    /// The others, each with the place that `place` finds in it.
    pub fn twins(
        self,
        place: impl Fn(&ObjectRef<'a, 's>) -> Option<Place>,
    ) -> impl Iterator<Item = Twin> {
        self.others().filter_map(move |(number, view)| Some(Twin::of(number, &view, place(&view)?)))
    }
}

/// Where the Secrets of a name are, seen from a namespace.
#[derive(Debug)]
pub enum Whereabouts<'a, 's> {
    /// In that namespace, or perhaps: one of the two does not name it.
    Here,
    /// In others only: the first of them in the alphabetical order of their namespaces.
    Elsewhere(Vec<ObjectRef<'a, 's>>),
    Nowhere,
}

impl<'s> ObjectIndex<'s> {
    /// Keeps a document for the objects in it.
    pub fn add(&mut self, tree: Arc<Tree<'s>>, objects: Vec<Object<'s>>) {
        let number = self.trees.len();
        for object in objects {
            let kind = (object.group.clone(), object.kind.clone());
            self.by_kind.entry(kind).or_default().push(self.objects.len());
            self.objects.push(Seen {
                tree: number,
                object,
                secret: OnceLock::new(),
                suppressions: OnceLock::new(),
            });
        }
        self.trees.push(tree);
    }

    fn index(&self) -> &Index<'s> {
        self.index.get_or_init(|| Index::new(self))
    }

    /// An object by its number.
    pub fn view(&self, number: usize) -> ObjectRef<'_, 's> {
        let seen = &self.objects[number];
        ObjectRef { tree: &self.trees[seen.tree], object: &seen.object, workload: None }
    }

    /// Every object, those that stand twice included.
    pub fn all(&self) -> impl Iterator<Item = ObjectRef<'_, 's>> {
        (0..self.objects.len()).map(|number| self.view(number))
    }

    /// The numbers of all objects of a kind, those that stand twice included.
    pub fn numbers<'a>(&'a self, group: &'a str, kind: &'a str) -> &'a [usize] {
        self.by_kind.get(&(group.into(), kind.into())).map_or(&[], Vec::as_slice)
    }

    /// Whether an object counts: it does not stand in the run again, after this one.
    pub(super) fn counts(&self, number: usize) -> bool {
        self.index().counts[number]
    }

    fn number(&self, resource: &Resource) -> Option<usize> {
        let (kind, group, namespace, name) = resource.identity();
        let key = (kind.into(), group.into(), namespace.map(Word::from), name.into());
        self.index().by_identity.get(&key).copied()
    }

    /// The objects of a kind in a namespace. What names no namespace is in the only one that the objects here
    /// name.
    pub fn in_namespace<'a>(
        &'a self,
        group: &'a str,
        kind: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = ObjectRef<'a, 's>> {
        let namespace = self.namespace(namespace).map(Word::from);
        let numbers = self.index().by_namespace.get(&(group.into(), kind.into(), namespace));
        numbers.into_iter().flatten().map(|&number| self.view(number))
    }

    /// The Namespace object of a namespace.
    pub fn namespace_object(&self, namespace: Option<&str>) -> Option<ObjectRef<'_, 's>> {
        let key = ("Namespace".into(), "".into(), None, self.namespace(namespace)?.into());
        self.index().by_identity.get(&key).map(|&number| self.view(number))
    }

    /// Whether an object of a kind is in a namespace.
    pub fn has(&self, group: &str, kind: &str, namespace: Option<&str>, name: &str) -> bool {
        let mut names = [namespace, self.namespace(namespace)].into_iter();
        names.any(|namespace| {
            let key = (kind.into(), group.into(), namespace.map(Word::from), name.into());
            self.index().by_identity.contains_key(&key)
        })
    }

    /// The admission policies of ours.
    pub fn policies(&self) -> &[Admitting] {
        &self.policies.get_or_init(|| Policies::new(self)).all
    }

    /// Those that reach the pods of a template.
    pub fn reaching(&self, pods: Pods) -> Arc<Reached> {
        let Policies { all, reaching, .. } = self.policies.get_or_init(|| Policies::new(self));
        reaching.of(all, pods, self)
    }

    /// Whether a policy of ours is in force.
    pub fn has_policy_in_force(&self) -> bool {
        self.policies.get_or_init(|| Policies::new(self)).reaching.has_any()
    }

    /// The autoscalers of a workload.
    pub fn scaling<'a>(&'a self, workload: &'a Object) -> impl Iterator<Item = ObjectRef<'a, 's>> {
        self.scaling_named(&workload.kind, workload.namespace.as_deref(), &workload.name)
    }

    /// The autoscalers of what has this kind, namespace and name.
    pub fn scaling_named<'a>(
        &'a self,
        kind: &'a str,
        namespace: Option<&'a str>,
        name: &'a str,
    ) -> impl Iterator<Item = ObjectRef<'a, 's>> {
        let namespace = self.namespace(namespace).map(Word::from);
        let key = (kind.into(), namespace, name.into());
        let numbers = self.index().scalers.get(&key).into_iter().flatten();
        numbers.map(|&number| self.view(number))
    }

    /// The objects of a kind whose selector matches a pod template in a namespace, in parts that others may share with it.
    pub fn selecting(
        &self,
        selects: SelectorKind,
        namespace: Option<&str>,
        tree: &Tree,
        template: &Template,
    ) -> Vec<Selection<'_, 's>> {
        let selecting = self.selecting.get_or_init(|| SelectorIndex::new(self));
        selecting.matching(self, selects, self.namespace(namespace), tree, template)
    }

    /// The objects of a kind that select a pod of a namespace whose labels nobody knows: for certain, and perhaps.
    pub fn selecting_unknown(
        &self,
        selects: SelectorKind,
        namespace: &str,
    ) -> Option<[Selection<'_, 's>; 2]> {
        let selecting = self.selecting.get_or_init(|| SelectorIndex::new(self));
        selecting.unknown(self, selects, namespace)
    }

    pub(super) fn alike<'a>(&'a self, first: usize, twins: &'a [usize]) -> Alike<'a, 's> {
        Alike { view: self.view(first), twins, context: self }
    }

    /// The LimitRanges of a namespace.
    pub fn limit_ranges(&self, namespace: Option<&str>) -> Option<&Ranges> {
        let all = self.limit_ranges.get_or_init(|| Ranges::all(self));
        all.get(&self.namespace(namespace).map(str::to_owned))
    }

    /// The ResourceQuotas of a namespace.
    pub fn quotas(&self, namespace: Option<&str>) -> Option<&QuotaIndex> {
        let all = self.quotas.get_or_init(|| QuotaIndex::all(self));
        all.get(&self.namespace(namespace).map(str::to_owned))
    }

    /// The numbers of all objects of a kind by their names: the order of files is no reason.
    pub(super) fn by_name(&self, group: &str, kind: &str) -> impl Iterator<Item = usize> + use<'s> {
        let mut numbers = self.numbers(group, kind).to_vec();
        numbers.sort_by_key(|&number| &self.objects[number].object.name);
        numbers.into_iter()
    }

    /// What an object says under some keys of its spec, and what is suppressed about it: objects that say the same can
    /// stand for each other. `None` where that cannot be told by its text, or where somebody names objects one by one.
    pub(super) fn says(&self, number: usize, keys: &[&str]) -> Option<Said<'s>> {
        let ObjectRef { tree, object, .. } = self.view(number);
        if self.keeps_apart || !tree.has_no_properties() {
            return None;
        }
        let spec = tree.get(object.node, "spec");
        let raw = |key: &&str| Some(tree.raw(tree.get(spec?, key)?));
        let texts = keys.iter().map(raw).collect();
        let (suppressions, _) = suppression::read(tree, object.metadata);
        Some(Ok((texts, suppressions.into_iter().map(|it| (it.rule, it.reason)).collect())))
    }

    /// Selectors that Kubernetes would refuse, with the reasons.
    pub fn bad_selectors(&self) -> impl Iterator<Item = (ObjectRef<'_, 's>, &kube::Error)> {
        let selecting = self.selecting.get_or_init(|| SelectorIndex::new(self));
        let policies = self.policies.get_or_init(|| Policies::new(self));
        let bad = selecting.bad.iter().chain(&policies.bad);
        bad.map(|(number, error)| (self.view(*number), error))
    }

    /// The namespace that an object is in: its own word, or the only namespace that the objects here name.
    pub fn namespace<'a>(&'a self, own: Option<&'a str>) -> Option<&'a str> {
        own.or_else(|| self.home.get_or_init(|| self.only_namespace()).as_deref())
    }

    fn only_namespace(&self) -> Option<String> {
        let mut names = self.objects.iter().filter_map(|seen| seen.object.namespace.as_deref());
        let first = names.next()?;
        names.all(|name| name == first).then(|| first.to_owned())
    }

    /// The Secret that is meant by a name: the nearest one of that name, or the only one to whose name a generator has added
    /// a hash.
    pub fn secret(&self, namespace: Option<&str>, name: &str) -> Option<FoundSecret> {
        if let Some(own) =
            self.secrets(name, Meaning::Own).and_then(|all| all.near(namespace).next())
        {
            return Some(self.found(own, name));
        }
        let mut generated = self.secrets(name, Meaning::Generated)?.near(namespace);
        let number = generated.next()?;
        generated.next().is_none().then(|| self.found(number, &self.objects[number].object.name))
    }

    /// Where the Secrets of a name are, whoever makes them.
    pub fn whereabouts<'a>(
        &'a self,
        namespace: Option<&'a str>,
        name: &'a str,
    ) -> Whereabouts<'a, 's> {
        /// More places than this would add nothing.
        const MOST: usize = 6;
        let meanings = [Meaning::Own, Meaning::Made, Meaning::Generated];
        let all: Vec<_> =
            meanings.iter().filter_map(|&meaning| self.secrets(name, meaning)).collect();
        if all.iter().any(|secrets| secrets.near(namespace).next().is_some()) {
            return Whereabouts::Here;
        }
        let first = all.iter().flat_map(|all| all.by_namespace.iter().take(MOST));
        let mut first: Vec<_> = first.flat_map(|(_, numbers)| numbers.last()).collect();
        first.sort_by_key(|&&number| &self.objects[number].object.namespace);
        first.truncate(MOST);
        if first.is_empty() {
            Whereabouts::Nowhere
        } else {
            Whereabouts::Elsewhere(first.into_iter().map(|&it| self.view(it)).collect())
        }
    }

    fn secrets<'a>(&'a self, name: &'a str, meaning: Meaning) -> Option<&'a Secrets> {
        self.index().secrets.get(&(name.into(), meaning))
    }

    /// What a Secret of the context holds for a tunnel.
    pub fn tunnel_secret(&self, number: usize) -> &TunnelSecret {
        self.objects[number].secret.get_or_init(|| TunnelSecret::read(&self.view(number)))
    }

    /// What a Secret that was found holds for a tunnel, and its object; `None` where that cannot be read.
    pub fn readable(&self, found: &FoundSecret) -> Option<(ObjectRef<'_, 's>, &TunnelSecret)> {
        let secret = self.tunnel_secret(found.number);
        (!secret.is_encrypted()).then(|| (self.view(found.number), secret))
    }

    /// What the annotations of an object suppress, where the context holds it.
    pub fn suppressions(&self, resource: &Resource) -> &[Suppression] {
        self.number(resource).map_or(&[], |number| self.suppressions_of(number))
    }

    /// What the annotations of an object suppress.
    pub(super) fn suppressions_of(&self, number: usize) -> &[Suppression] {
        self.objects[number].suppressions.get_or_init(|| {
            let ObjectRef { tree, object, .. } = self.view(number);
            suppression::read(tree, object.metadata).0
        })
    }

    fn found(&self, number: usize, name: &str) -> FoundSecret {
        let secret = self.tunnel_secret(number);
        FoundSecret { name: name.into(), content: secret.content.clone(), number }
    }
}

impl Secrets {
    /// Those that may be in a namespace, before others those that name it: what names none may be in any. The order of
    /// files decides nothing.
    fn near<'a>(&'a self, namespace: Option<&'a str>) -> impl Iterator<Item = usize> + 'a {
        let all = &self.by_namespace;
        let near = namespace.map(|name| [all.get(&Some(name.into())), all.get(&None)]);
        let anywhere = all.values().filter(move |_| near.is_none());
        near.into_iter().flatten().flatten().chain(anywhere).flatten().copied()
    }
}

impl<'s> Index<'s> {
    fn new(context: &ObjectIndex<'s>) -> Self {
        let mut index = Self { counts: vec![true; context.objects.len()], ..Self::default() };
        for (number, Seen { object, .. }) in context.objects.iter().enumerate() {
            let Object { group, kind, namespace, name, .. } = object.clone();
            let identity = (kind, group, namespace, name);
            if object.has_name()
                && let Some(before) = index.by_identity.insert(identity, number)
            {
                index.counts[before] = false;
            }
        }
        for number in 0..context.objects.len() {
            if index.counts[number] {
                index.add(context, number);
            }
        }
        let named = index.secrets.values_mut().flat_map(|all| all.by_namespace.values_mut());
        named.for_each(|all| all.sort_by_key(|&number| &context.objects[number].object.name));
        index
    }

    fn add(&mut self, context: &ObjectIndex<'s>, number: usize) {
        let ObjectRef { tree, object, .. } = context.view(number);
        let namespace = context.namespace(object.namespace.as_deref());
        let namespace = || namespace.map(|name| Word::Owned(name.to_owned()));
        let key = (object.group.clone(), object.kind.clone(), namespace());
        self.by_namespace.entry(key).or_default().push(number);
        if let Some((kind, name)) = scalers::target(tree, object) {
            self.scalers.entry((kind, namespace(), name)).or_default().push(number);
        }
        for Made { name, namespace, meaning } in secrets_of(tree, object) {
            let named = self.secrets.entry((name, meaning)).or_default();
            let namespace = namespace.map(|name| Word::Owned(name.into_owned()));
            named.by_namespace.entry(namespace).or_default().push(number);
        }
    }
}
