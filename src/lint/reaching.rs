//! Which admission policies of ours reach a pod, found without asking each of them for each pod. Knows nothing of what
//! they add.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::index::ObjectIndex;
use super::policies::{Admitting, Known, Matching, NAMESPACE_NAME, Pods, Reach, known};
use super::selectors::needed;
use crate::kube::Selector;
use crate::kube::object::pairs;
use crate::yaml::{NodeId, Tree};

/// The policies with their bindings, by what they ask of the labels of pods and of namespaces.
#[derive(Debug, Default)]
pub(super) struct Reaching {
    /// Each binding, by the numbers of its policy and of its own.
    bindings: Vec<(usize, usize)>,
    general: Arc<Bucket>,
    by_label: HashMap<(Side, String, String), Arc<Bucket>>,
    /// The same without the labels' values: where nobody knows the value, all of them count.
    by_key: HashMap<(Side, String), Arc<Bucket>>,
    of_namespaces: Remembered<Option<String>, Bucket>,
    together: Remembered<Vec<usize>, Reached>,
    /// How many answers there are.
    count: AtomicUsize,
}

/// Whose labels are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Side {
    Pods,
    Namespace,
}

/// Bindings that are asked together.
#[derive(Debug, Default)]
struct Bucket {
    bindings: Vec<usize>,
    /// The labels of pods that they look at.
    keys: BTreeSet<String>,
    /// By the namespace and by those labels.
    answers: Remembered<(Option<String>, Vec<Fact>), Reached>,
}

/// What was found once, by what it was asked for.
pub(super) type Remembered<K, V> = Mutex<HashMap<K, Arc<V>>>;

/// A label of the pods and its value, `None` where nobody knows it.
type Fact = (String, Option<Option<String>>);

/// The policies that reach a pod.
#[derive(Debug)]
pub struct Reached {
    /// The same for all pods that they reach in the same way.
    pub id: usize,
    /// The numbers of those that add their tunnel, by their names: the order of files is no reason.
    pub adding: Vec<usize>,
    /// Those that may.
    pub possible: Vec<Possible>,
}

/// A policy that may reach a pod.
#[derive(Clone, Debug)]
pub struct Possible {
    pub policy: usize,
    /// The number of the first binding by which it may.
    binding: usize,
    /// What nobody knows.
    pub why: String,
}

impl Reaching {
    pub(super) fn new(policies: &[Admitting]) -> Self {
        let all = policies.iter().enumerate();
        let bindings =
            all.flat_map(|(policy, it)| (0..it.bindings.len()).map(move |at| (policy, at)));
        let mut reaching = Self { bindings: bindings.collect(), ..Self::default() };
        let parts = Vec::from_iter(reaching.bindings.iter().map(|&(policy, binding)| {
            let policy = &policies[policy];
            [&policy.own, &policy.bindings[binding]]
        }));
        let labels = |selectors: &[&Matching; 2]| -> Vec<(Side, String, String)> {
            let of = |side, selector: &Selector| {
                let needed = needed(selector);
                needed
                    .map(|(key, value)| (side, key.to_owned(), value.to_owned()))
                    .collect::<Vec<_>>()
            };
            let both = selectors.iter();
            both.flat_map(|it| {
                [of(Side::Pods, &it.pods), of(Side::Namespace, &it.namespaces)].concat()
            })
            .collect()
        };
        let mut counts: HashMap<_, usize> = HashMap::new();
        for label in parts.iter().flat_map(&labels) {
            *counts.entry(label).or_default() += 1;
        }
        let (mut general, mut by_label) = (Bucket::default(), HashMap::new());
        let mut by_key: HashMap<_, Bucket> = HashMap::new();
        for (number, parts) in parts.iter().enumerate() {
            let add = |bucket: &mut Bucket| {
                bucket.bindings.push(number);
                let requirements = parts.iter().flat_map(|it| &it.pods.requirements);
                bucket.keys.extend(requirements.map(|it| it.key.clone()));
            };
            match labels(parts).into_iter().min_by_key(|label| counts[label]) {
                Some((side, key, value)) => {
                    add(by_key.entry((side, key.clone())).or_default());
                    add(by_label.entry((side, key, value)).or_default());
                }
                None => add(&mut general),
            }
        }
        reaching.general = Arc::new(general);
        reaching.by_label = shared(by_label);
        reaching.by_key = shared(by_key);
        reaching
    }

    /// Whether a binding puts one in force.
    pub(super) fn has_any(&self) -> bool {
        !self.bindings.is_empty()
    }

    /// The policies that reach the pods of a template.
    pub(super) fn of(
        &self,
        policies: &[Admitting],
        pods: Pods,
        context: &ObjectIndex,
    ) -> Arc<Reached> {
        let labels = pods.template.metadata.and_then(|metadata| pods.tree.get(metadata, "labels"));
        let labels = labels.map_or_else(BTreeMap::new, |labels| facts(pods.tree, labels));
        let by_label = labels.iter().filter_map(|(key, value)| self.bucket(Side::Pods, key, value));
        let namespace = self.of_namespace(context.namespace(pods.namespace), context);
        let buckets = by_label.cloned().chain([namespace, Arc::clone(&self.general)]);
        let buckets = buckets.filter(|bucket| !bucket.bindings.is_empty());
        let mut answers: Vec<_> =
            buckets.map(|bucket| self.ask(&bucket, &labels, policies, pods, context)).collect();
        answers.retain(|answer| !answer.adding.is_empty() || !answer.possible.is_empty());
        match answers.as_slice() {
            [one] => Arc::clone(one),
            _ => self.together(&answers, policies, context),
        }
    }

    fn bucket(
        &self,
        side: Side,
        key: &str,
        value: &Option<Option<String>>,
    ) -> Option<&Arc<Bucket>> {
        match value {
            Some(value) => self.by_label.get(&(side, key.to_owned(), value.clone()?)),
            None => self.by_key.get(&(side, key.to_owned())),
        }
    }

    /// The bindings that ask something of a namespace that it may satisfy.
    fn of_namespace(&self, namespace: Option<&str>, context: &ObjectIndex) -> Arc<Bucket> {
        let key = namespace.map(str::to_owned);
        remembered(&self.of_namespaces, key, || {
            let object = context.namespace_object(namespace);
            let labels = object.and_then(|view| {
                Some((view.tree, view.tree.get(view.object.metadata?, "labels")?))
            });
            let mut labels = labels.map_or_else(BTreeMap::new, |(tree, node)| facts(tree, node));
            if object.is_none() {
                let keys = self.by_key.keys().filter(|(side, _)| *side == Side::Namespace);
                labels.extend(keys.map(|(_, key)| (key.clone(), None)));
            }
            if let Some(name) = namespace {
                labels.insert(NAMESPACE_NAME.into(), Some(Some(name.into())));
            }
            let mut all = Bucket::default();
            for (key, value) in &labels {
                let bucket = self.bucket(Side::Namespace, key, value);
                all.bindings.extend(bucket.iter().flat_map(|it| &it.bindings));
                all.keys.extend(bucket.iter().flat_map(|it| &it.keys).cloned());
            }
            all.bindings.sort_unstable();
            Arc::new(all)
        })
    }

    /// What the bindings of a bucket do to pods with certain labels.
    fn ask(
        &self,
        bucket: &Bucket,
        labels: &BTreeMap<String, Option<Option<String>>>,
        policies: &[Admitting],
        pods: Pods,
        context: &ObjectIndex,
    ) -> Arc<Reached> {
        let asked = shared_keys(&bucket.keys, labels);
        let asked = asked.map(|(key, value)| (key.to_owned(), value.clone())).collect();
        let namespace = context.namespace(pods.namespace).map(str::to_owned);
        remembered(&bucket.answers, (namespace, asked), || {
            let reaches = bucket.bindings.iter().map(|&number| {
                let (policy, binding) = self.bindings[number];
                (policy, number, policies[policy].reaches_by(binding, pods, context))
            });
            self.answer(reaches, policies, context)
        })
    }

    /// Several answers as one.
    fn together(
        &self,
        answers: &[Arc<Reached>],
        policies: &[Admitting],
        context: &ObjectIndex,
    ) -> Arc<Reached> {
        let ids = answers.iter().map(|answer| answer.id).collect();
        remembered(&self.together, ids, || {
            let adding = answers.iter().flat_map(|it| &it.adding).map(|&it| (it, 0, Reach::Yes));
            let possible = answers.iter().flat_map(|it| &it.possible);
            let mut possible: Vec<_> = possible
                .map(|it| (it.policy, it.binding, Reach::Unknown(it.why.clone())))
                .collect();
            possible.sort_by_key(|(_, binding, _)| *binding);
            self.answer(adding.chain(possible), policies, context)
        })
    }

    /// What bindings in their order come to, each with its policy and number: one of each policy is enough.
    fn answer(
        &self,
        reaches: impl Iterator<Item = (usize, usize, Reach)>,
        policies: &[Admitting],
        context: &ObjectIndex,
    ) -> Arc<Reached> {
        let (mut adding, mut possible) = (BTreeSet::new(), BTreeMap::new());
        for (policy, binding, reach) in reaches {
            match reach {
                Reach::Yes => drop(adding.insert(policy)),
                Reach::Unknown(why) => {
                    possible.entry(policy).or_insert(Possible { policy, binding, why });
                }
                Reach::No(_) => {}
            }
        }
        possible.retain(|policy, _| !adding.contains(policy));
        let (mut adding, possible) = (Vec::from_iter(adding), possible.into_values().collect());
        adding.sort_by_key(|&policy| &context.view(policies[policy].number).object.name);
        let id = self.count.fetch_add(1, Ordering::Relaxed);
        Arc::new(Reached { id, adding, possible })
    }
}

/// The labels of which one of `keys` is the key, in their order. Either may be many.
pub(super) fn shared_keys<'a, K: Borrow<str> + Ord, V>(
    keys: &'a BTreeSet<String>,
    labels: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = (&'a str, &'a V)> {
    let few = (keys.len() < labels.len())
        .then(|| keys.iter().filter_map(|key| Some((key.as_str(), labels.get(key.as_str())?))));
    let many = few.is_none().then(|| {
        let labels = labels.iter().map(|(key, value)| (key.borrow(), value));
        labels.filter(|(key, _)| keys.contains(*key))
    });
    few.into_iter().flatten().chain(many.into_iter().flatten())
}

/// The labels that stand in a mapping.
fn facts(tree: &Tree, labels: NodeId) -> BTreeMap<String, Option<Option<String>>> {
    let labels = pairs(tree, labels).into_iter();
    let fact = |(key, value)| {
        let value = match known(tree, value) {
            Known::Value(value) => Some(value.map(Into::into)),
            Known::Unknown => None,
        };
        Some((tree.word(key)?.into_owned(), value))
    };
    labels.filter_map(fact).collect()
}

fn shared<K: Eq + Hash>(buckets: HashMap<K, Bucket>) -> HashMap<K, Arc<Bucket>> {
    buckets.into_iter().map(|(key, bucket)| (key, Arc::new(bucket))).collect()
}

/// What is known by a key, and found where it is not.
pub(super) fn remembered<K: Eq + Hash, V>(
    known: &Remembered<K, V>,
    key: K,
    find: impl FnOnce() -> Arc<V>,
) -> Arc<V> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(known.entry(key).or_insert_with(find))
}
