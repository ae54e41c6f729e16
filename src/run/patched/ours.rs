//! The patches of ours in an object, and those of others beside them. Knows nothing of what is wanted.

use std::collections::HashSet;
use std::path::Path;

use super::orders::Aim;
use crate::kube::patched::{self, List, PATCHED, Patched};
use crate::kube::{Kinds, Object};
use crate::lint::rules::{
    edited_injection, host_network, image_replaced, newer_injection, partial_injection,
    runs_before_tunnel, secret_replaced,
};
use crate::lint::{self, ObjectRef, Resource};
use crate::run::kustomization;
use crate::text::{Place, Span};
use crate::wireguard::existing;
use crate::wireguard::patch::{self, Held, State};
use crate::wireguard::settings::{Settings, is_same_repository};
use crate::yaml::{NodeId, Tree};

/// A patch of ours in an object.
pub struct Ours {
    pub list: List,
    pub item: NodeId,
    /// What says the patch.
    pub text: NodeId,
    pub held: Held,
    /// Whether it is for one workload, and not for all that have a label.
    pub is_by_name: bool,
}

impl Ours {
    /// The workload that it is for.
    pub fn aim(&self) -> Aim {
        Aim { row: self.held.row, name: self.held.name.clone(), source: None }
    }

    /// As kubectl names what it is for.
    pub fn target(&self) -> String {
        self.aim().display()
    }

    /// The same, or all of its kind where labels choose them: `deployment/*`.
    pub fn covers(&self) -> String {
        if self.is_by_name {
            self.target()
        } else {
            format!("{}/*", self.held.row.kind.to_lowercase())
        }
    }

    /// A short place for what is said of it.
    pub fn place(&self, tree: &Tree) -> Place {
        let node =
            tree.find(self.item, &["target", "name"]).or_else(|| tree.get(self.item, "target"));
        let span = tree.span(node.unwrap_or(self.item));
        tree.at(span)
    }
}

/// The row of an object that takes patches; a kustomization may leave out what it is.
pub fn row(object: &Object, source: &str) -> Option<&'static Patched> {
    let is_file = || kustomization::is_name(Path::new(source));
    let says_nothing = object.group.is_empty()
        && ["", "Kustomization", "Component"].contains(&object.kind.as_ref());
    patched::find(object).or_else(|| (says_nothing && is_file()).then_some(&PATCHED[3]))
}

/// The row of an object by what reports call it.
pub fn of_resource(resource: &Resource) -> Option<&'static Patched> {
    PATCHED
        .iter()
        .find(|row| row.group == resource.group() && row.kinds.contains(&resource.kind.as_ref()))
}

/// An object by the name that reports give it: a kustomization is called by its path.
pub fn named<'s>(object: &Object<'s>, row: &Patched, source: &str) -> Object<'s> {
    let mut object = object.clone();
    if row.is_kustomize() {
        object.kind = "Kustomization".into();
        object.group = row.group.into();
        if object.version.is_empty() {
            object.version = VERSION.into();
        }
        object.name = source.trim_start_matches("./").to_owned().into();
    }
    object
}

/// The version that kustomize takes a kustomization for which says none.
const VERSION: &str = "v1beta1";

/// The objects of a document that may take patches: a kustomization need not say that it is one.
pub fn with_kustomization<'s>(
    objects: &[Object<'s>],
    tree: &Tree<'s>,
    source: &str,
) -> Option<Object<'s>> {
    let root = tree.root();
    (objects.is_empty()
        && kustomization::is_name(Path::new(source))
        && tree.kind(root).is_mapping())
    .then(|| Object::unnamed(tree, root))
}

/// Whether a file may hold a patch of ours.
pub fn holds_ours(bytes: &[u8]) -> bool {
    existing::may_be_in(bytes)
}

/// The patches of ours in an object.
pub fn find(tree: &Tree, object: &Object, row: &Patched, kinds: &Kinds) -> Vec<Ours> {
    let mut ours = Vec::new();
    if !holds_ours(tree.raw(object.node).as_bytes()) {
        return ours;
    }
    for list in row.lists(tree, object) {
        for item in tree.items(tree.follow(list.node())) {
            let text = if list.key == "patches" { tree.get(item, "patch") } else { Some(item) };
            let Some(text) = text else { continue };
            let held = match tree.string(text) {
                Some(text) => patch::read(&text, kinds),
                None => patch::read_mapping(tree, text, kinds),
            };
            let Some(held) = held else { continue };
            let target = tree.get(item, "target");
            let is_by_name = target.is_none_or(|target| tree.get(target, "name").is_some());
            let held = held.beside(tree, target);
            ours.push(Ours { list: list.clone(), item, text, held, is_by_name });
        }
    }
    ours
}

/// The patches of others in an object that may matter to a tunnel, each with whether it is applied after all of ours.
pub fn others(tree: &Tree, object: &Object, row: &Patched, ours: &[Ours]) -> Vec<(NodeId, bool)> {
    let ours: HashSet<_> = ours.iter().map(|it| it.item).collect();
    let mut others = Vec::new();
    for list in row.lists(tree, object) {
        let is_last = list.key == patched::LAST;
        let items = tree.items(tree.follow(list.node()));
        others.extend(items.filter(|item| !ours.contains(item)).map(|item| (item, is_last)));
    }
    others.retain(|(item, _)| {
        let raw = tree.raw(*item);
        ["hostNetwork", "initContainers"].iter().any(|word| raw.contains(word))
    });
    others
}

/// Reports what others patch of the same workload and what matters to its tunnel; `ours` is our patch, where it is there:
/// a new one is the last.
pub fn report_others(
    tree: &Tree,
    others: &[(NodeId, bool)],
    aim: &Aim,
    ours: Option<&Ours>,
    findings: &mut lint::Findings,
) {
    let from = ours.map(|ours| tree.span(ours.item).start());
    for &(item, is_last) in others.iter().filter(|(item, _)| aim.may_be_meant(tree, *item)) {
        let text = tree.get(item, "patch").map_or_else(|| tree.raw(item), |it| tree.raw(it));
        let is_later = is_last || from.is_some_and(|from| tree.span(item).start() > from);
        let place = tree.at(first_line(tree, item));
        if text.contains("hostNetwork") {
            host_network::report_patch(place, findings);
        }
        if text.contains("initContainers") && is_later && !holds_ours(text.as_bytes()) {
            runs_before_tunnel::report_patch(place, findings);
        }
    }
}

/// The first line of an item.
fn first_line(tree: &Tree, item: NodeId) -> Span {
    let span = tree.span(item);
    let raw = tree.raw(item);
    let end = raw.find(['\n', '\r']).unwrap_or(raw.len());
    Span::new(span.start(), span.start() + end)
}

/// Reports what somebody has done to a patch of ours; `takes_out` tells whether it is to go.
pub fn state(view: &ObjectRef, ours: &Ours, takes_out: bool, findings: &mut lint::Findings) {
    let place = ours.place(view.tree);
    match ours.held.state {
        State::Whole => {}
        State::Edited(edited) => edited_injection::report(place, edited, takes_out, findings),
        State::More => edited_injection::report_more(place, findings),
        State::Target => edited_injection::report_target(place, &ours.target(), findings),
        State::Partial(missing) => partial_injection::report_patch(place, missing, findings),
        State::Newer => newer_injection::report(place, findings),
    }
}

/// Reports an image or a Secret that somebody has put into a patch of ours in the place of what it was made with, unless
/// `settings` name the image, or `asked` is another Secret than the patch was made for: then it is written anew.
pub fn replaced(
    view: &ObjectRef,
    ours: &Ours,
    settings: &Settings,
    asked: Option<&str>,
    findings: &mut lint::Findings,
) {
    let Held { state: State::Whole, mark: Some(mark), image, secret, .. } = &ours.held else {
        return;
    };
    let place = ours.place(view.tree);
    if let (Some(image), Some(made_with), false) = (image, mark.image(), settings.has("image"))
        && !is_same_repository(image, &made_with)
    {
        image_replaced::report(place, image, &made_with, findings);
    }
    let marked = mark.secret();
    if let Some(name) = secret.as_deref().filter(|name| *name != marked)
        && asked.is_none_or(|asked| asked == marked)
    {
        secret_replaced::report(place, name, &marked, findings);
    }
}
