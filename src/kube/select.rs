//! Which workloads are meant: selectors, names, and the objects' own word. Knows nothing of flags or of what is done to
//! them.

use std::borrow::Cow;

use super::kinds::Row;
use super::lookup::Kinds;
use super::object::{Object, annotation, label};
use super::selector::Selector;
use super::workload::{Template, Workload};
use crate::yaml::{NodeId, Tree};

/// The label or annotation by which an object says whether it is meant: `enabled` or `disabled`.
pub const INJECT: &str = "wgsidecar.dev/inject";

/// Marks an object that Helm applies by itself.
pub const HELM_HOOK: &str = "helm.sh/hook";

/// What the user asked for; what is not asked for limits nothing.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    pub selector: Option<Selector>,
    /// A workload must have one of these names, unless there are none.
    pub targets: Vec<Target>,
    pub namespace: Option<String>,
    pub only_enabled: bool,
}

/// A workload by its name: `deploy/web`.
#[derive(Clone, Debug)]
pub struct Target {
    rows: Vec<&'static Row>,
    name: String,
    /// As the user wrote it.
    pub text: String,
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
    BadWord(Vec<NodeId>),
}

impl Target {
    /// Reads `KIND/NAME` in any of kubectl's spellings.
    pub fn parse(text: &str, kinds: &Kinds) -> Result<Self, String> {
        let parts = text
            .split_once('/')
            .filter(|(kind, name)| !kind.is_empty() && !name.is_empty() && !name.contains('/'));
        let Some((kind, name)) = parts else {
            return Err(format!("`{text}` is not a target: one is written `KIND/NAME`"));
        };
        let rows = kinds.called(kind);
        if rows.is_empty() {
            return Err(format!("`{kind}` in `{text}` is no kind of workload"));
        }
        Ok(Self { rows, name: name.into(), text: text.into() })
    }

    /// Whether it names the workload.
    pub fn names(&self, workload: &Workload) -> bool {
        self.name == workload.object.name
            && self.rows.iter().any(|row| std::ptr::eq(*row, workload.row))
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
            Err(bad) => return Choice::BadWord(bad),
        };
        let enabled = word == Some(Word::Enabled);
        let is_hook = object.annotation(tree, HELM_HOOK).is_some();
        match workload.skipped {
            _ if word == Some(Word::Disabled) => {
                Choice::Skipped("disabled by wgsidecar.dev/inject")
            }
            _ if self.only_enabled && !enabled => Choice::NotSelected,
            Some(reason) => Choice::Skipped(reason),
            None if is_hook && !named && !enabled => Choice::Skipped("Helm hook"),
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
    pub fn looks_at(&self, workload: &Workload) -> bool {
        self.is_in_namespace(&workload.object) && (self.targets.is_empty() || self.names(workload))
    }

    /// Whether the selection covers an object of a kind that it cannot name.
    pub fn covers(&self, tree: &Tree, object: &Object) -> bool {
        let word = own_word(tree, object, None).ok().flatten();
        self.selects(tree, object, false)
            && word != Some(Word::Disabled)
            && (!self.only_enabled || word == Some(Word::Enabled))
    }

    fn names(&self, workload: &Workload) -> bool {
        self.targets.iter().any(|target| target.names(workload))
    }

    fn is_in_namespace(&self, object: &Object) -> bool {
        match (&self.namespace, &object.namespace) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => true,
        }
    }

    fn selects(&self, tree: &Tree, object: &Object, named: bool) -> bool {
        let value = |key: &str| object.label(tree, key).and_then(|value| tree.word(value));
        self.is_in_namespace(object)
            && (named || self.targets.is_empty())
            && self.selector.as_ref().is_none_or(|selector| selector.matches(value))
    }
}

/// Where an object, or the template of it, asks for a tunnel by its own word.
pub fn asks(tree: &Tree, object: &Object, template: Option<&Template>) -> Option<NodeId> {
    let first = words(tree, object, template).next()?;
    let asks = own_word(tree, object, template) == Ok(Some(Word::Enabled));
    asks.then_some(first.0)
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
