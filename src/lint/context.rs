//! The objects of the run that hold no pods but decide what becomes of them, found by name and by label. Knows nothing
//! of any rule.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::secret::TunnelSecret;
use super::selecting::{Selecting, Selects};
use super::view::View;
use crate::kube::{self, Object, Template};
use crate::yaml::Tree;

/// Part of a key: borrowed, so that nothing is copied to look for it.
pub(super) type Word<'s> = Cow<'s, str>;

/// The objects that rules read, with their documents.
#[derive(Debug, Default)]
pub struct Context<'s> {
    trees: Vec<Tree<'s>>,
    objects: Vec<Seen<'s>>,
    by_kind: HashMap<(Word<'s>, Word<'s>), Vec<usize>>,
    /// By group, kind and namespace.
    by_namespace: HashMap<(Word<'s>, Word<'s>, Option<Word<'s>>), Vec<usize>>,
    /// By kind, namespace and name.
    by_name: HashMap<(Word<'s>, Option<Word<'s>>, Word<'s>), Vec<usize>>,
    /// Secrets by every name that may mean them, with how it means them.
    secret_names: HashMap<String, Vec<(usize, Meaning)>>,
    /// Autoscalers by the kind and name of what they scale.
    scalers: HashMap<(Word<'s>, Word<'s>), Vec<usize>>,
    selecting: OnceLock<Selecting>,
    home: OnceLock<Option<String>>,
}

#[derive(Debug)]
struct Seen<'s> {
    source: usize,
    tree: usize,
    object: Object<'s>,
    secret: OnceLock<TunnelSecret>,
}

/// Why a name means a Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// It is or was the Secret's own.
    Own,
    /// A generator has added a hash to it.
    Generated,
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

impl<'s> Context<'s> {
    /// Keeps a document for the objects in it.
    pub fn add(&mut self, source: usize, tree: Tree<'s>, objects: Vec<Object<'s>>) {
        let number = self.trees.len();
        for object in objects {
            self.index(&tree, &object);
            self.objects.push(Seen { source, tree: number, object, secret: OnceLock::new() });
        }
        self.trees.push(tree);
    }

    fn index(&mut self, tree: &Tree<'s>, object: &Object<'s>) {
        let number = self.objects.len();
        let Object { group, kind, namespace, name, .. } = object.clone();
        self.by_kind.entry((group.clone(), kind.clone())).or_default().push(number);
        let key = (group.clone(), kind.clone(), namespace.clone());
        self.by_namespace.entry(key).or_default().push(number);
        self.by_name.entry((kind.clone(), namespace, name.clone())).or_default().push(number);
        if let Some((kind, name)) = scaled(tree, object) {
            self.scalers.entry((kind, name)).or_default().push(number);
        }
        if kind == "Secret" && group.is_empty() {
            let previous = previous_names(tree, object);
            let generated =
                without_generated_suffix(&name).map(|base| (base.to_owned(), Meaning::Generated));
            let own =
                previous.into_iter().chain([name.to_string()]).map(|name| (name, Meaning::Own));
            for (name, meaning) in own.chain(generated) {
                self.secret_names.entry(name).or_default().push((number, meaning));
            }
        }
    }

    /// An object by its number.
    pub fn view(&self, number: usize) -> View<'_, 's> {
        let seen = &self.objects[number];
        View {
            source: seen.source,
            tree: &self.trees[seen.tree],
            object: &seen.object,
            workload: None,
        }
    }

    /// Every object.
    pub fn all(&self) -> impl Iterator<Item = View<'_, 's>> {
        (0..self.objects.len()).map(|number| self.view(number))
    }

    /// The numbers of the objects of a kind.
    pub fn numbers<'a>(&'a self, group: &'a str, kind: &'a str) -> &'a [usize] {
        self.by_kind.get(&(group.into(), kind.into())).map_or(&[], Vec::as_slice)
    }

    /// The objects of a kind in a namespace.
    pub fn in_namespace(
        &self,
        group: &str,
        kind: &str,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = View<'_, 's>> {
        let wanted = self.namespace(namespace);
        // What names no namespace is in the only one that the run names.
        let unnamed = wanted.is_some() && self.namespace(None) == wanted;
        let keys = [Some(wanted), unnamed.then_some(None)].into_iter().flatten();
        let numbers = keys.flat_map(|namespace| {
            let key = (group.into(), kind.into(), namespace.map(Word::from));
            self.by_namespace.get(&key).into_iter().flatten()
        });
        numbers.map(|&number| self.view(number)).collect::<Vec<_>>().into_iter()
    }

    /// The objects of a kind and name in a namespace; those of the cluster have none.
    pub fn named(&self, kind: &str, namespace: Option<&str>, name: &str) -> Vec<View<'_, 's>> {
        let key = (kind.into(), namespace.map(Word::from), name.into());
        self.by_name.get(&key).into_iter().flatten().map(|&number| self.view(number)).collect()
    }

    /// The Namespace objects of a namespace.
    pub fn namespaces(&self, namespace: Option<&str>) -> Vec<View<'_, 's>> {
        self.namespace(namespace).map_or_else(Vec::new, |name| self.named("Namespace", None, name))
    }

    /// The autoscalers of a workload.
    pub fn scaling<'a>(&'a self, workload: &'a Object) -> impl Iterator<Item = View<'a, 's>> {
        let key = (workload.kind.as_ref().into(), workload.name.as_ref().into());
        let wanted = self.namespace(workload.namespace.as_deref());
        let numbers = self.scalers.get(&key).into_iter().flatten();
        numbers
            .map(|&number| self.view(number))
            .filter(move |view| self.namespace(view.object.namespace.as_deref()) == wanted)
    }

    /// The objects of a kind whose selector matches a pod template in a namespace.
    pub fn selecting(
        &self,
        selects: Selects,
        namespace: Option<&str>,
        tree: &Tree,
        template: &Template,
    ) -> Vec<View<'_, 's>> {
        let selecting = self.selecting.get_or_init(|| Selecting::new(self));
        let numbers = selecting.matching(selects, self.namespace(namespace), tree, template);
        numbers.into_iter().map(|number| self.view(number)).collect()
    }

    /// Selectors that Kubernetes would refuse, with the reasons.
    pub fn bad_selectors(&self) -> impl Iterator<Item = (View<'_, 's>, &kube::Error)> {
        let selecting = self.selecting.get_or_init(|| Selecting::new(self));
        selecting.bad.iter().map(|(number, error)| (self.view(*number), error))
    }

    /// The namespace that an object is in: its own word, or the only namespace that the run names.
    pub fn namespace<'a>(&'a self, own: Option<&'a str>) -> Option<&'a str> {
        own.or_else(|| self.home.get_or_init(|| self.only_namespace()).as_deref())
    }

    fn only_namespace(&self) -> Option<String> {
        let mut names = self.objects.iter().filter_map(|seen| seen.object.namespace.as_deref());
        let first = names.next()?;
        names.all(|name| name == first).then(|| first.to_owned())
    }

    /// The plain Secret that is meant by a name: the one of that name, or the only one to whose name a generator has
    /// added a hash.
    pub fn secret(&self, namespace: Option<&str>, name: &str) -> Option<FoundSecret> {
        let near = |number: usize| match (&self.objects[number].object.namespace, namespace) {
            (Some(own), Some(wanted)) => own == wanted,
            _ => true,
        };
        let known = self.secret_names.get(name)?;
        let near: Vec<_> = known.iter().filter(|(number, _)| near(*number)).collect();
        if let Some((number, _)) = near.iter().find(|(_, meaning)| *meaning == Meaning::Own) {
            return Some(self.found(*number, name));
        }
        match near[..] {
            [(number, _)] => Some(self.found(*number, &self.objects[*number].object.name)),
            _ => None,
        }
    }

    /// The Secrets of a name in whatever namespace.
    pub fn secrets_called(&self, name: &str) -> impl Iterator<Item = View<'_, 's>> {
        let known = self.secret_names.get(name).into_iter().flatten();
        known.filter(|(_, meaning)| *meaning == Meaning::Own).map(|(number, _)| self.view(*number))
    }

    /// What a Secret of the context holds for a tunnel.
    pub fn tunnel_secret(&self, number: usize) -> &TunnelSecret {
        self.objects[number].secret.get_or_init(|| TunnelSecret::read(&self.view(number)))
    }

    fn found(&self, number: usize, name: &str) -> FoundSecret {
        let secret = self.tunnel_secret(number);
        FoundSecret { name: name.into(), content: secret.content.clone(), number }
    }
}

const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";

/// The names by which kustomize, which calls us, knew the object before it renamed it.
fn previous_names(tree: &Tree, object: &Object) -> Vec<String> {
    let names = object.annotation(tree, PREVIOUS_NAMES).and_then(|node| tree.string(node));
    names.map_or_else(Vec::new, |names| names.split(',').map(str::to_owned).collect())
}

/// The kind and name that an autoscaler scales.
fn scaled<'s>(tree: &Tree<'s>, object: &Object) -> Option<(Word<'s>, Word<'s>)> {
    if !matches!(object.kind.as_ref(), "HorizontalPodAutoscaler" | "ScaledObject") {
        return None;
    }
    let text = |key| tree.string(tree.find(object.node, &["spec", "scaleTargetRef", key])?);
    Some((text("kind").unwrap_or("Deployment".into()), text("name")?))
}

/// The name without the dash and the ten characters that kustomize makes of a content's hash.
fn without_generated_suffix(generated: &str) -> Option<&str> {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let (name, suffix) = generated.rsplit_once('-')?;
    let is_hash = suffix.len() == 10 && suffix.bytes().all(|byte| ALPHABET.contains(&byte));
    is_hash.then_some(name)
}
