//! Plans the edits that put a patch into an object that takes patches, write it anew there, and take it out again. Knows
//! nothing of files, nor of what a patch says.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::kube::patched::{Gap, List, Spot};
use crate::kube::path::Segment;
use crate::wireguard::mark::Before;
use crate::wireguard::patch::Made;
use crate::yaml::verify::{Change, Changes};
use crate::yaml::write::add::{Adder, Filling};
use crate::yaml::write::remove::Remover;
use crate::yaml::write::{Addition, EmitCache, Plan, Style, original};
use crate::yaml::{NodeId, Tree};

/// What putting a patch in at a spot makes beside the patch; nothing where the list is there.
pub fn made(tree: &Tree, spot: &Spot) -> Option<Made> {
    let of = |level: &str, before| Some(Made { level: level.to_owned(), before });
    match spot.gap {
        Gap::Key { key, .. } => of(key, Before::Absent),
        Gap::Value { key, value, .. } => of(key, Before::Stood(original(tree, value).to_owned())),
        Gap::Item { .. } if spot.rest.is_empty() => None,
        Gap::Item { .. } => {
            let last = spot.way.iter().rev().find_map(|(_, key)| *key);
            of(&format!("{}[]", last.unwrap_or_default()), Before::Absent)
        }
    }
}

/// How many patches can go in at a spot at once: an empty list is opened for one.
pub fn at_once(spot: &Spot) -> usize {
    let is_list = matches!(spot.gap, Gap::Value { .. }) && spot.rest.is_empty();
    if is_list { 1 } else { usize::MAX }
}

/// Plans items of a list of patches, with what of the way to it is not there. The caller has refused what cannot be
/// edited.
pub fn add(
    tree: &Tree,
    object: NodeId,
    spot: &Spot,
    items: Vec<Value>,
    texts: &mut EmitCache,
) -> Plan {
    let chain: Vec<_> = spot.way.iter().map(|(node, _)| *node).collect();
    let mut plan = Plan::default();
    let style = Style::learn_with_lists(tree, &chain, object);
    let mut adder = Adder { tree, style, texts, edits: &mut plan.edits };
    // Nothing else is put in at the same offset.
    let depth = chain.len();
    let rest = &spot.rest[..];
    match spot.gap {
        Gap::Key { mapping, key } => {
            let addition = Addition { key, value: Arc::new(nested(rest, items)) };
            adder.entry(mapping, &addition, None, depth);
            plan.changes.push((mapping, Change::Entries(vec![addition])));
        }
        Gap::Value { mapping, value, key } => {
            let (addition, filling) = match rest.split_first() {
                Some((Segment::Key(inner), rest)) => {
                    let value = Arc::new(nested(rest, items));
                    (Addition { key: inner, value }, Filling::Entry)
                }
                Some((_, rest)) => {
                    let value = Arc::new(nested(rest, items));
                    (Addition { key, value }, Filling::Item)
                }
                None => {
                    let value = Arc::new(items.into_iter().next().unwrap_or_default());
                    (Addition { key, value }, Filling::Item)
                }
            };
            adder.fill(mapping, value, &addition, filling, depth);
            plan.changes.push((
                value,
                match filling {
                    Filling::Entry => Change::Entries(vec![addition]),
                    Filling::Item => Change::FirstItem(addition),
                },
            ));
        }
        Gap::Item { list } => {
            let values = if rest.is_empty() { items } else { vec![nested(rest, items)] };
            let change = adder.last_items(list, values, depth);
            plan.changes.push((list, change));
        }
    }
    plan
}

/// A list of patches in all that leads to it.
fn nested(rest: &[Segment], items: Vec<Value>) -> Value {
    rest.iter().rev().fold(Value::Array(items), |value, segment| match segment {
        Segment::Key(key) => json!({ (*key): value }),
        _ => json!([value]),
    })
}

/// Plans another text for a patch.
pub fn replace(
    tree: &Tree,
    object: NodeId,
    patch: NodeId,
    text: &str,
    texts: &mut EmitCache,
) -> Plan {
    let mut plan = Plan::default();
    let style = Style::learn_with_lists(tree, &[object], object);
    Adder { tree, style, texts, edits: &mut plan.edits }.replace_text(patch, text);
    plan.changes.push((patch, Change::Is(Arc::new(text.into()))));
    plan
}

/// Plans the removal of items of a list of patches, with what was made for them and holds nothing else.
pub fn remove(tree: &Tree, list: &List, items: &[NodeId], made: Option<&Made>) -> Plan {
    let mut removal = Removal { tree, remover: Remover::default(), changes: Changes::new() };
    removal.run(&list.levels(), items, made);
    Plan { edits: removal.remover.finish(tree), changes: removal.changes }
}

struct Removal<'a, 's> {
    tree: &'a Tree<'s>,
    remover: Remover,
    changes: Changes,
}

impl Removal<'_, '_> {
    fn run(&mut self, levels: &[(NodeId, String)], going: &[NodeId], made: Option<&Made>) {
        let tree = self.tree;
        let [.., (list, _)] = levels else { return };
        let list = tree.follow(*list);
        if tree.items(list).count() > going.len() {
            return self.items(list, going);
        }
        let lone = |node: NodeId| {
            let node = tree.follow(node);
            node == list || tree.entries(node).count() + tree.items(node).count() == 1
        };
        let made =
            made.and_then(|it| Some((levels.iter().position(|(_, name)| *name == it.level)?, it)));
        let Some((first, made)) = made else { return self.restore(list, " []") };
        // Somebody may have put something beside it since.
        let top = (first..levels.len()).rev().take_while(|&at| lone(levels[at].0)).last();
        let top = top.unwrap_or(levels.len() - 1);
        let (node, _) = levels[top];
        match &made.before {
            Before::Stood(bytes) if top == first => self.restore(node, bytes),
            _ => self.take_out(levels[top - 1].0, node),
        }
    }

    /// Takes a value out of what holds it: an item, or an entry.
    fn take_out(&mut self, parent: NodeId, value: NodeId) {
        let tree = self.tree;
        let parent = tree.follow(parent);
        if tree.kind(parent).is_sequence() {
            match tree.items(parent).count() {
                1 => self.restore(parent, " []"),
                _ => self.items(parent, &[value]),
            }
            return;
        }
        let Some((key, _)) = tree.entries(parent).find(|(_, it)| *it == value) else { return };
        let after = tree.span(value).end()..tree.span(parent).end();
        let closes = tree.kind(parent).is_flow() && tree.text()[after].trim_ascii() == "}";
        if tree.entries(parent).count() == 1 && !closes {
            // A mapping in lines cannot be empty.
            return self.restore(parent, " {}");
        }
        self.remover.entries(tree, parent, &[key]);
        self.changes.push((parent, Change::WithoutEntries(vec![key])));
    }

    fn items(&mut self, list: NodeId, items: &[NodeId]) {
        self.remover.items(self.tree, list, items);
        self.changes.push((list, Change::WithoutItems(items.to_vec())));
    }

    fn restore(&mut self, value: NodeId, original: &str) {
        let said = self.remover.restore(self.tree, value, original);
        self.changes.push((value, Change::Is(Arc::new(said))));
    }
}
