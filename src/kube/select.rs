//! Which workloads are meant: selectors, names, and the objects' own word. Knows nothing of flags or of what is done to
//! them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::kinds::WorkloadKind;
use super::lookup::{Kinds, is_called};
use super::object::{Object, annotation, label};
use super::patched;
use super::selector::Selector;
use super::workload::{Template, Workload};
use crate::yaml::{NodeId, Tree};

/// The label or annotation by which an object says whether it is meant: `enabled` or `disabled`.
pub const INJECT: &str = "wgsidecar.dev/inject";

/// What reports call a kustomization, before its path.
const KUSTOMIZATION: &str = "Kustomization";

/// Marks an object that Helm applies by itself.
pub const HELM_HOOK: &str = "helm.sh/hook";

/// What the user asked for; what is not asked for limits nothing.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    pub selector: Option<Selector>,
    /// A workload must have one of these names, unless there are none.
    pub named: Named,
    pub namespace: Option<String>,
    pub only_enabled: bool,
    /// Whether workloads that opted out are meant too, as where tunnels are taken out.
    pub with_opted_out: bool,
    /// Whether the settings alone say what is meant, for all that they are about.
    pub of_settings: bool,
    /// What of it was typed, which alone counts for patches: the settings name those one by one.
    pub typed: Option<Arc<Self>>,
}

/// Targets that were named, in the order in which they were.
#[derive(Clone, Debug, Default)]
pub struct Named {
    list: Vec<Target>,
    /// Their numbers by the names of the workloads: thousands may be asked about thousands.
    by_name: HashMap<String, Vec<usize>>,
}

/// An object by its kind and name, perhaps with its namespace before them: `deploy/web`, `media/deploy/web`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    rows: Vec<&'static WorkloadKind>,
    namespace: Option<String>,
    kind: String,
    name: String,
    /// Whether the name is the path of a kustomization.
    is_file: bool,
    /// As the user wrote it.
    pub text: String,
}

/// By what an object is named.
#[derive(Clone, Copy, Debug)]
pub struct Id<'a> {
    pub group: &'a str,
    pub kind: &'a str,
    pub namespace: Option<&'a str>,
    pub name: &'a str,
}

impl<'a> Id<'a> {
    pub fn of(object: &'a Object) -> Self {
        let Object { group, kind, namespace, name, .. } = object;
        Self { group, kind, namespace: namespace.as_deref(), name }
    }
}

/// What becomes of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Target,
    /// Not asked for.
    NotSelected,
    /// Asked for and left alone, with the reason.
    Skipped(&'static str),
    /// Its own word is neither `enabled` nor `disabled`; the values that are not.
    InvalidValue(Vec<NodeId>),
}

impl Target {
    /// Reads a workload's `KIND/NAME` in any of kubectl's spellings.
    pub fn parse(text: &str, kinds: &Kinds) -> Result<Self, String> {
        let target = Self::read(text, kinds)?;
        if !target.rows.is_empty() || target.is_file {
            Ok(target)
        } else {
            let kind = &target.kind;
            let is_other = kinds.is_other(kind);
            let near = if is_other { String::new() } else { near(kinds.names(), kind) };
            Err(format!("`{kind}` in `{text}` is not a kind of workload{near}"))
        }
    }

    /// Reads the `KIND/NAME` of any object. A kind that is not in the table is written as manifests write it.
    pub fn of_any_kind(text: &str, kinds: &Kinds) -> Result<Self, String> {
        let target = Self::read(text, kinds)?;
        if target.namespace.is_some() {
            return Err(format!(
                "`{text}` is not an object's `KIND/NAME`: leave the namespace out, and say it as `namespace`"
            ));
        }
        let kind = &target.kind;
        let is_written_out = kind.starts_with(|first: char| first.is_ascii_uppercase());
        if !target.rows.is_empty() || target.is_file || kinds.is_other(kind) {
            return Ok(target);
        }
        match (is_written_out, near(kinds.names().chain(kinds.others()), kind)) {
            (true, near) if near.is_empty() => Ok(target),
            (true, near) => Err(format!("`{kind}` in `{text}` is not a kind{near}")),
            (false, near) => Err(format!(
                "`{kind}` in `{text}` is not a kind that we know: write it as manifests do{near}"
            )),
        }
    }

    fn read(text: &str, kinds: &Kinds) -> Result<Self, String> {
        // A kustomization has no name: reports call it by its path.
        if patched::is_file(Path::new(text)) {
            let path = text.split_once('/').filter(|(kind, _)| is_called(KUSTOMIZATION, kind));
            let path = path.map_or(text, |(_, path)| path).trim_start_matches("./");
            return Ok(Self {
                rows: Vec::new(),
                namespace: None,
                kind: KUSTOMIZATION.into(),
                name: path.into(),
                is_file: true,
                text: text.into(),
            });
        }
        let words: Vec<_> = text.split('/').collect();
        let (namespace, kind, name) = match words[..] {
            [kind, name] => (None, kind, name),
            [namespace, kind, name] => (Some(namespace), kind, name),
            _ => (None, "", ""),
        };
        if !namespace.is_none_or(is_name) || !is_name(kind) || !is_name(name) {
            return Err(format!(
                "`{text}` is not a target: write `KIND/NAME`, such as `deploy/web`"
            ));
        }
        let (namespace, rows) = (namespace.map(str::to_owned), kinds.called(kind));
        let (kind, name, text) = (kind.into(), name.into(), text.into());
        Ok(Self { rows, namespace, kind, name, is_file: false, text })
    }

    /// The kinds that are meant.
    pub fn rows(&self) -> &[&'static WorkloadKind] {
        &self.rows
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn has_namespace(&self) -> bool {
        self.namespace.is_some()
    }

    /// Whether it names an object; one that names no namespace is in any.
    pub fn names(&self, Id { group, kind, namespace, name }: Id) -> bool {
        if self.is_file {
            return group == patched::KUSTOMIZE && name == self.name;
        }
        let is_other = || self.rows.is_empty() && is_called(kind, &self.kind);
        let in_namespace = || match (self.namespace.as_deref(), namespace) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => true,
        };
        self.name == name
            && (self.rows.iter().any(|row| row.is(group, kind)) || is_other())
            && in_namespace()
    }

    /// The one of some objects, by kind and name, that was probably meant.
    pub fn nearest<'a>(
        &self,
        objects: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Option<(&'a str, &'a str)> {
        const LIKE: f64 = 0.8;
        let rated = objects.map(|(kind, name)| {
            let is_kind = self.rows.iter().any(|row| row.kind == kind);
            let likeness = strsim::jaro_winkler(&self.name, name);
            (if is_kind { likeness } else { likeness * 0.9 }, (kind, name))
        });
        let best = rated.reduce(|best, other| if other.0 > best.0 { other } else { best })?;
        (best.0 > LIKE).then_some(best.1)
    }
}

/// Whether a word can be a kind or a name. `web-*` is how a name is shown that the API server makes.
fn is_name(word: &str) -> bool {
    let fixed = word.strip_suffix("-*").unwrap_or(word);
    !fixed.is_empty() && !fixed.contains(|c: char| c == '*' || c.is_whitespace())
}

fn near<'a>(known: impl Iterator<Item = &'a str>, kind: &str) -> String {
    const LIKE: f64 = 0.85;
    let likeness = |known: &str| strsim::jaro_winkler(&kind.to_lowercase(), &known.to_lowercase());
    let rated = known.map(|known| (likeness(known), known));
    match rated.reduce(|best, other| if other.0 > best.0 { other } else { best }) {
        Some((rate, known)) if rate > LIKE => format!(": did you mean `{known}`?"),
        _ => String::new(),
    }
}

impl Named {
    pub fn push(&mut self, target: Target) {
        self.by_name.entry(target.name.clone()).or_default().push(self.list.len());
        self.list.push(target);
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Target> {
        self.list.iter()
    }

    /// The numbers of those that name an object.
    pub fn of(&self, id: Id) -> impl Iterator<Item = usize> {
        let numbers = self.by_name.get(id.name).into_iter().flatten().copied();
        numbers.filter(move |&number| self.list[number].names(id))
    }
}

impl FromIterator<Target> for Named {
    fn from_iter<I: IntoIterator<Item = Target>>(targets: I) -> Self {
        let mut named = Self::default();
        targets.into_iter().for_each(|target| named.push(target));
        named
    }
}

impl Targets {
    /// Decides about one template of a workload; without one, about a workload that has none.
    pub fn decide(&self, tree: &Tree, workload: &Workload, template: Option<&Template>) -> Choice {
        let object = &workload.object;
        let named = self.names(workload);
        if !self.selects(tree, object, named) {
            return Choice::NotSelected;
        }
        let word = match own_word(tree, object, template) {
            Ok(word) => word,
            // When tunnels are removed, what it was meant to say does not matter.
            Err(_) if self.with_opted_out && !self.only_enabled => None,
            Err(bad) => return Choice::InvalidValue(bad),
        };
        let enabled = word == Some(Word::Enabled);
        let is_hook = object.annotation(tree, HELM_HOOK).is_some();
        match workload.skipped {
            _ if word == Some(Word::Disabled) && !self.with_opted_out => {
                Choice::Skipped("disabled by wgsidecar.dev/inject")
            }
            _ if self.only_enabled && !enabled => Choice::NotSelected,
            Some(reason) => Choice::Skipped(reason),
            None if is_hook && !named && !enabled && !self.with_opted_out => {
                Choice::Skipped("Helm hook")
            }
            None => Choice::Target,
        }
    }

    /// Whether the selection means a workload in particular: by its name, its labels, or the object's own word.
    pub fn means(&self, tree: &Tree, workload: &Workload) -> bool {
        self.names(workload)
            || self.selector.is_some()
            || asks(tree, &workload.object, None).is_some()
    }

    /// Whether the selection looks at an object, whatever its labels and its own word say.
    pub fn looks_at(&self, tree: &Tree, workload: &Workload) -> bool {
        self.is_in_namespace(tree, &workload.object)
            && (self.named.is_empty() || self.names(workload))
    }

    /// Whether the selection covers an object of a kind that it cannot name.
    pub fn covers(&self, tree: &Tree, object: &Object) -> bool {
        let word = own_word(tree, object, None).ok().flatten();
        self.selects(tree, object, false)
            && word != Some(Word::Disabled)
            && (!self.only_enabled || word == Some(Word::Enabled))
    }

    /// Whether the selection covers a patch in an object, by the name of the object, by that of the workload that the
    /// patch is for, if it is for one, or without any.
    pub fn covers_patch(&self, tree: &Tree, object: &Object, workload: Option<Id>) -> bool {
        let typed = self.typed.as_deref().unwrap_or(self);
        let ids = [Some(Id::of(object)), workload];
        let is_named = ids.into_iter().flatten().any(|id| typed.named.of(id).next().is_some());
        let enabled = !typed.only_enabled || asks(tree, object, None).is_some();
        typed.selects(tree, object, is_named) && enabled
    }

    /// Whether an object opts out by its own word.
    pub fn is_disabled(&self, tree: &Tree, object: &Object) -> bool {
        own_word(tree, object, None) == Ok(Some(Word::Disabled)) && !self.with_opted_out
    }

    fn names(&self, workload: &Workload) -> bool {
        self.named.of(Id::of(&workload.object)).next().is_some()
    }

    /// Whether the pods of an object are in the namespace that is asked for, as far as anybody knows.
    fn is_in_namespace(&self, tree: &Tree, object: &Object) -> bool {
        let Some(wanted) = &self.namespace else { return true };
        patched::namespace(tree, object).is_none_or(|own| own == *wanted)
    }

    fn selects(&self, tree: &Tree, object: &Object, named: bool) -> bool {
        let value = |key: &str| object.label(tree, key).and_then(|value| tree.word(value));
        self.is_in_namespace(tree, object)
            && (named || self.named.is_empty())
            && self.selector.as_ref().is_none_or(|selector| selector.matches(value))
    }
}

/// Where an object, or the template of it, asks for a tunnel by its own word.
pub fn asks(tree: &Tree, object: &Object, template: Option<&Template>) -> Option<NodeId> {
    says(Word::Enabled, tree, object, template)
}

/// Where it opts out.
pub fn opts_out(tree: &Tree, object: &Object, template: Option<&Template>) -> Option<NodeId> {
    says(Word::Disabled, tree, object, template)
}

fn says(word: Word, tree: &Tree, object: &Object, template: Option<&Template>) -> Option<NodeId> {
    let first = words(tree, object, template).next()?;
    (own_word(tree, object, template) == Ok(Some(word))).then_some(first.0)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Enabled,
    Disabled,
}

/// What the objects say themselves; the values that say nothing where there are some.
fn own_word(
    tree: &Tree,
    object: &Object,
    template: Option<&Template>,
) -> Result<Option<Word>, Vec<NodeId>> {
    let words: Vec<_> = words(tree, object, template).collect();
    let bad: Vec<_> =
        words.iter().filter(|(_, word)| word.is_none()).map(|(node, _)| *node).collect();
    if bad.is_empty() { Ok(words.first().and_then(|(_, word)| *word)) } else { Err(bad) }
}

/// The template's word before the workload's, an annotation's before a label's.
fn words(
    tree: &Tree,
    object: &Object,
    template: Option<&Template>,
) -> impl Iterator<Item = (NodeId, Option<Word>)> {
    let inner = template.and_then(|template| template.metadata);
    let outer = object.metadata.filter(|_| inner != object.metadata);
    let places = [
        annotation(tree, inner, INJECT),
        label(tree, inner, INJECT),
        annotation(tree, outer, INJECT),
        label(tree, outer, INJECT),
    ];
    places.into_iter().flatten().map(|node| (node, word(tree, node)))
}

fn word(tree: &Tree, node: NodeId) -> Option<Word> {
    let text: Cow<str> = tree.string(node)?;
    match text.as_ref() {
        "enabled" => Some(Word::Enabled),
        "disabled" => Some(Word::Disabled),
        _ => None,
    }
}
