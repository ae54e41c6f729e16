//! Puts patches into the objects that take them, and takes them out again. Knows nothing of files, nor of how such an
//! object is written.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::change::{Changer, append};
use super::kustomization;
use super::plan::{Verb, in_use, keeps_image};
use super::survey::Survey;
use super::target::kept;
use crate::config::{self, Layer};
use crate::into;
use crate::kube::kinds::Spread;
use crate::kube::patched::{self, Gap, List, PATCHED, Patched};
use crate::kube::{Kinds, Object, Row, Target, objects};
use crate::lint::rules::signed_file;
use crate::lint::rules::{
    bad_setting, daemonset_shares_key, duplicate_key, edited_injection, explicit_key, host_network,
    merge_key, newer_injection, partial_injection, rendered_elsewhere, runs_before_tunnel,
    shared_anchor, stale_injection,
};
use crate::lint::{self, View, Way};
use crate::report::summary::{Action, InUse};
use crate::text::{Edits, Level, Place, Span};
use crate::wireguard::annotations;
use crate::wireguard::mark::{Before, Mark};
use crate::wireguard::patch::{self, Held, State};
use crate::wireguard::pod::{ALL_DNS, Block};
use crate::wireguard::settings::{Resolved, Settings, WorkloadRef};
use crate::wireguard::tunnel::{Dns, Tunnel};
use crate::yaml::verify::Part;
use crate::yaml::write::{Plan, Texts};
use crate::yaml::{self, NodeId, Passed, Tree};

/// What is asked of objects that take patches.
#[derive(Debug, Default)]
pub struct Orders {
    list: Vec<Order>,
}

/// Patches that an object is to have.
#[derive(Debug)]
struct Order {
    /// Any object that takes patches where there is none.
    object: Option<Which>,
    targets: Vec<Aim>,
    /// As the user wrote it.
    text: String,
}

/// An object that takes patches.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    Named {
        rows: Vec<&'static str>,
        namespace: Option<String>,
        name: String,
    },
    /// The end of the path of a kustomization, which has no name.
    File(String),
}

/// A workload that a patch is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    pub row: &'static Row,
    pub name: String,
}

impl Aim {
    /// Reads a target in kubectl's spellings.
    pub fn parse(text: &str, kinds: &Kinds) -> Result<Self, String> {
        let target = Target::parse(text, kinds)?;
        if target.has_namespace() {
            return Err(format!(
                "`{text}`: leave the namespace out, for a patch finds its workload by kind and name"
            ));
        }
        let row = target.rows().iter().copied().find(|row| patch::is_patchable(row));
        let Some(row) = row else {
            return Err(format!(
                "`{text}`: there is no patch for this kind, because no host knows how to merge its lists"
            ));
        };
        Ok(Self { row, name: target.name().to_owned() })
    }

    /// As kubectl names it: `deployment/web`.
    pub fn display(&self) -> String {
        format!("{}/{}", self.row.kind.to_lowercase(), self.name)
    }

    /// Whether a patch of somebody else may be for this workload: one whose target says nothing else.
    fn may_be_meant(&self, tree: &Tree, item: NodeId) -> bool {
        let Some(target) = tree.get(item, "target") else {
            let raw = tree.raw(item);
            return raw.contains(self.row.kind) && raw.contains(&self.name);
        };
        let says = |key: &str, own: &str| {
            let text = tree.get(target, key).and_then(|node| tree.string(node));
            text.is_none_or(|text| text == own || text.contains(['*', '|', '.', '(', '[']))
        };
        says("kind", self.row.kind) && says("name", &self.name)
    }

    fn is(&self, held: &Held) -> bool {
        self.row == held.row && self.name == held.name
    }
}

impl Which {
    fn parse(text: &str) -> Result<Self, String> {
        if kustomization::is_name(Path::new(text)) {
            return Ok(Self::File(text.trim_start_matches("./").to_owned()));
        }
        let words: Vec<_> = text.split('/').collect();
        let (namespace, kind, name) = match words[..] {
            [kind, name] => (None, kind, name),
            [namespace, kind, name] => (Some(namespace.to_owned()), kind, name),
            _ => (None, "", ""),
        };
        if kind.is_empty() || name.is_empty() {
            return Err(format!(
                "`{text}` is not an object: write `KIND/NAME`, such as `helmrelease/web`, or the path of a kustomization.yaml"
            ));
        }
        let rows: Vec<_> = patched::called(kind).map(|row| row.group).collect();
        if rows.is_empty() {
            return Err(format!(
                "`{kind}` in `{text}` takes no patches: a HelmRelease, a Kustomization and an Application do"
            ));
        }
        Ok(Self::Named { rows, namespace, name: name.to_owned() })
    }

    fn is(&self, row: &Patched, object: &Object, source: &str) -> bool {
        match self {
            Self::Named { rows, namespace, name } => {
                let in_namespace = match (namespace.as_deref(), object.namespace.as_deref()) {
                    (Some(wanted), Some(own)) => wanted == own,
                    _ => true,
                };
                rows.contains(&row.group) && *name == object.name && in_namespace
            }
            Self::File(path) => {
                let source = source.trim_start_matches("./");
                let before = source.strip_suffix(path.as_str());
                before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
            }
        }
    }
}

impl Orders {
    /// Reads what the settings say, or what is wrong with it.
    pub fn read(layer: &Layer) -> Result<Self, Vec<crate::text::Diagnostic>> {
        let kinds = Kinds::builtin();
        let (mut orders, mut bad) = (Self::default(), Vec::new());
        for config::Patch { object, targets } in &layer.patches {
            let which = object.as_ref().map(|it| (it, Which::parse(&it.text)));
            let aims = targets.iter().map(|it| (it, Aim::parse(&it.text, &kinds)));
            let aims: Vec<_> = aims.collect();
            bad.extend(which.iter().filter_map(|(it, read)| it.wrong(read.clone().map(drop))));
            bad.extend(aims.iter().filter_map(|(it, read)| it.wrong(read.clone().map(drop))));
            let text = object.as_ref().map_or_else(String::new, |it| it.text.clone());
            let object = which.and_then(|(_, read)| read.ok());
            let targets = aims.into_iter().filter_map(|(_, read)| read.ok()).collect();
            orders.list.push(Order { object, targets, text });
        }
        if bad.is_empty() { Ok(orders) } else { Err(bad) }
    }

    /// Whether a kustomization holds a patch of ours, or is to hold one.
    pub fn may_patch(&self, path: &str, bytes: &[u8]) -> bool {
        holds_ours(bytes) || self.names_file(path)
    }

    /// Whether a kustomization is among what is named.
    pub fn names_file(&self, path: &str) -> bool {
        let is = |order: &Order| match &order.object {
            Some(Which::File(end)) => path.ends_with(end.as_str()),
            _ => false,
        };
        self.list.iter().any(is)
    }

    fn of<'o>(
        &'o self,
        row: &'static Patched,
        object: &'o Object,
        source: &'o str,
    ) -> impl Iterator<Item = (usize, &'o Order)> {
        self.list.iter().enumerate().filter(move |(_, order)| {
            order.object.as_ref().is_none_or(|which| which.is(row, object, source))
        })
    }

    /// A message for each that has met no object.
    pub fn unmet(&self, met: &BTreeSet<usize>) -> Vec<String> {
        let unmet = self.list.iter().enumerate().filter(|(number, _)| !met.contains(number));
        let message = |order: &Order| {
            match order.text.as_str() {
            "" => "no object here takes patches: name a file with a HelmRelease, a Kustomization or an Application".to_owned(),
            text => format!("no object here is `{text}`, which is to have a patch"),
        }
        };
        unmet.map(|(_, order)| message(order)).collect()
    }
}

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
        Aim { row: self.held.row, name: self.held.name.clone() }
    }

    /// As kubectl names what it is for.
    pub fn target(&self) -> String {
        self.aim().display()
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

/// An object by the name that reports give it: a kustomization is called by its path.
pub fn named<'s>(object: &Object<'s>, row: &Patched, source: &str) -> Object<'s> {
    let mut object = object.clone();
    if row.is_kustomize() {
        object.kind = "Kustomization".into();
        object.group = row.group.into();
        object.name = source.trim_start_matches("./").to_owned().into();
    }
    object
}

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
    memchr::memmem::find(bytes, crate::wireguard::mark::KEY.as_bytes()).is_some()
}

/// The patches of ours in an object.
pub fn find(tree: &Tree, object: &Object, row: &Patched, kinds: &Kinds) -> Vec<Ours> {
    let mut ours = Vec::new();
    if !lint::holds_ours(tree.raw(object.node)) {
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
            ours.push(Ours { list: list.clone(), item, text, held, is_by_name });
        }
    }
    ours
}

/// What is to become of one patch.
pub struct Job {
    /// Number of the object in its document.
    object: usize,
    row: &'static Patched,
    aim: Aim,
    /// What the patch is to hold; nothing where it is to go.
    wanted: Option<Wanted>,
}

struct Wanted {
    block: Block,
    mark: Mark,
    in_use: InUse,
}

/// Decides about the patches of one document.
pub struct Patcher<'p, 'a, 's> {
    pub survey: &'p mut Survey<'a, 's>,
    pub orders: &'p Orders,
    pub verb: Verb,
}

impl<'s> Patcher<'_, '_, 's> {
    /// The jobs for one object; its number in the document goes with them. The second value tells whether somebody has
    /// asked for patches of it, or it has some that go.
    pub fn object(
        &mut self,
        tree: &Tree<'s>,
        number: usize,
        object: &Object<'s>,
        jobs: &mut Vec<Job>,
    ) -> bool {
        let name = self.survey.sources[tree.source()].name.clone();
        let Some(row) = row(object, &name) else { return false };
        let orders: Vec<_> = self.orders.of(row, object, &name).collect();
        let object = &named(object, row, &name);
        let view = View { tree, object, workload: None };
        let before = jobs.len();
        match self.verb {
            Verb::Uninject => {
                if self.survey.targets.covers_patched(tree, object) {
                    self.take_out(&view, row, number, &[], jobs);
                }
            }
            // What it says of them is in `check`.
            Verb::Lint => return false,
            _ if orders.is_empty() => {
                for one in find(tree, object, row, self.survey.kinds) {
                    self.survey.turn_to(&view);
                    self.survey.patch_bystander(&view, row, &one);
                }
                return false;
            }
            Verb::Unpatch => {
                self.survey.met.patched.extend(orders.iter().map(|(number, _)| *number));
                self.survey.met.objects.push(view.resource().into());
                let aims: Vec<_> =
                    orders.iter().flat_map(|(_, order)| order.targets.clone()).collect();
                self.take_out(&view, row, number, &aims, jobs);
                return true;
            }
            Verb::Inject | Verb::Patch => {
                self.survey.met.patched.extend(orders.iter().map(|(number, _)| *number));
                self.survey.turn_to(&view);
                let subject = self.survey.subject();
                self.survey.met.objects.push(subject);
                if self.survey.targets.is_disabled(tree, object) {
                    self.survey.outcome(Action::Skipped("disabled by wgsidecar.dev/inject"), None);
                    return true;
                }
                let ours = find(tree, object, row, self.survey.kinds);
                for aim in self.aims(&view, row, &orders, &ours) {
                    self.put_in(&view, row, number, aim, &ours, jobs);
                }
                return true;
            }
        }
        jobs.len() > before
    }

    /// Reports patches that `inject` would write in another way, of what the settings say.
    pub fn check(&mut self, view: &View<'_, 's>, row: &'static Patched, name: &str, ours: &[Ours]) {
        let orders: Vec<_> = self.orders.of(row, view.object, name).collect();
        self.survey.met.patched.extend(orders.iter().map(|(number, _)| *number));
        if !self.survey.judge.looks_for(&stale_injection::RULE) {
            return;
        }
        for aim in orders.iter().flat_map(|(_, order)| &order.targets) {
            let own = ours.iter().find(|it| it.is_by_name && aim.is(&it.held));
            let Some(own) = own.filter(|it| it.held.state == State::Whole) else { continue };
            let before = self.survey.findings().len();
            let mark = own.held.mark.as_ref();
            let Some((resolved, settings)) = self.meant(view, row, aim, mark) else { continue };
            if !is_current(&own.held, &wanted(&resolved, &settings, Some(&own.held))) {
                let place = own.place(view.tree);
                stale_injection::report(place, self.survey.findings());
            }
            let object = view.object;
            let own = self.survey.suppressions(view.tree, object, None);
            self.survey.judge.settle(before, &own);
        }
    }

    /// The workloads that an object is to have patches for.
    fn aims(
        &mut self,
        view: &View<'_, 's>,
        row: &Patched,
        orders: &[(usize, &Order)],
        ours: &[Ours],
    ) -> Vec<Aim> {
        let mut aims: Vec<Aim> = Vec::new();
        for aim in orders.iter().flat_map(|(_, order)| &order.targets) {
            if !aims.contains(aim) {
                aims.push(aim.clone());
            }
        }
        if !aims.is_empty() {
            return aims;
        }
        let named = ours.iter().filter(|it| it.is_by_name);
        aims.extend(named.map(|it| it.aim()));
        if aims.is_empty() {
            let place = view.name_place();
            match super::guess::workload(view.tree, view.object, row) {
                Ok(aim) => {
                    self.survey.met.guessed.push(aim.display());
                    aims.push(aim);
                }
                Err(why) => {
                    let message = format!("it is not known which workload the patch is for: {why}");
                    let found =
                        self.survey.findings().add(&rendered_elsewhere::RULE, place, message);
                    found
                        .level(Level::Error)
                        .help("name it: `--target deploy/NAME`, or `target` in the settings");
                }
            }
        }
        aims
    }

    fn put_in(
        &mut self,
        view: &View<'_, 's>,
        row: &'static Patched,
        number: usize,
        aim: Aim,
        ours: &[Ours],
        jobs: &mut Vec<Job>,
    ) {
        let &View { tree, object, .. } = view;
        let own = self.survey.suppressions(tree, object, None);
        let before = self.survey.findings().len();
        let existing = ours.iter().find(|it| it.is_by_name && aim.is(&it.held));
        let mark = existing.and_then(|existing| existing.held.mark.as_ref());
        let meant = self.meant(view, row, &aim, mark);
        match existing {
            Some(ours) => self.state(view, ours),
            None => self.spot(view, row),
        }
        if aim.row.templates[0].spread == Spread::PerNode {
            let message = "one key for a pod on each node: the patch is for a DaemonSet";
            self.survey
                .findings()
                .add(&daemonset_shares_key::RULE, view.name_place(), message)
                .help("use another kind, or `--allow daemonset-shares-key`");
        }
        others(view, row, &aim, existing, self.survey.findings());
        let wanted = meant
            .map(|(resolved, settings)| wanted(&resolved, &settings, existing.map(|it| &it.held)));
        let is_current = existing
            .zip(wanted.as_ref())
            .is_some_and(|(ours, wanted)| is_current(&ours.held, wanted));
        if !is_current {
            self.signature(view);
        }
        let refused = self.survey.judge.settle(before, &own);
        let Some(wanted) = wanted else { return };
        let secret: Arc<str> = wanted.block.secret().into();
        self.survey.patch_target(view, row, &aim.display(), Arc::clone(&secret));
        if refused {
            return;
        }
        let action = match (is_current, existing) {
            (true, _) => Action::Unchanged,
            (false, Some(_)) => Action::Updated,
            (false, None) => Action::Injected,
        };
        self.survey.patch_outcome(&aim.display(), action, Some(wanted.in_use.clone()));
        if !is_current {
            jobs.push(Job { object: number, row, aim, wanted: Some(wanted) });
        }
    }

    /// What is meant for a workload that an object patches.
    fn meant(
        &mut self,
        view: &View<'_, 's>,
        row: &Patched,
        aim: &Aim,
        mark: Option<&Mark>,
    ) -> Option<(Resolved, Settings)> {
        let &View { tree, object, .. } = view;
        let (own, bad) = annotations::read(tree, object.metadata, None);
        for bad in &bad {
            let place = tree.place(bad.node);
            let found = self.survey.findings().add(&bad_setting::RULE, place, bad.message.clone());
            found.finding.diagnostic.help.clone_from(&bad.help);
        }
        if !bad.is_empty() {
            return None;
        }
        let mut settings = own.over(&self.survey.layer.settings);
        if let (Some(true), Some(mark)) = (self.survey.layer.keep, mark) {
            settings = settings.over(&kept(mark, view.name_place(), self.survey.findings())?);
        }
        let namespace = row.namespace(tree, object);
        let workload = WorkloadRef {
            kind: aim.row.kind,
            name: Some(&aim.name),
            namespace: namespace.as_deref(),
            ordinal: patch::ordinal(aim.row),
        };
        match settings.resolve(&workload) {
            Ok(resolved) => Some((resolved, settings)),
            Err(bad) => {
                for bad in bad {
                    let message = format!("`{}`: {}", bad.setting, bad.message);
                    self.survey.findings().add(&bad_setting::RULE, view.name_place(), message);
                }
                None
            }
        }
    }

    /// Reports what keeps a patch of ours from being replaced or taken out.
    fn state(&mut self, view: &View<'_, 's>, ours: &Ours) {
        state(view, ours, self.survey.findings());
        let way = ours.list.way();
        self.way(view, &way);
    }

    /// Reports what keeps a patch from being put in.
    fn spot(&mut self, view: &View<'_, 's>, row: &Patched) {
        match row.spot(view.tree, view.object) {
            Ok(spot) => self.way(view, &spot.way),
            Err(closed) => {
                let place = view.place(closed.node);
                let findings = self.survey.findings();
                findings
                    .add(&rendered_elsewhere::RULE, place, closed.message)
                    .level(Level::Error)
                    .help(closed.help);
            }
        }
    }

    fn way(&mut self, view: &View<'_, 's>, steps: &[(NodeId, Option<&'static str>)]) {
        let tree = view.tree;
        let root = (tree.root() != view.object.node).then_some((tree.root(), None));
        let list = view.object.list.map(|list| (list, None));
        let steps: Vec<_> = root.into_iter().chain(list).chain(steps.iter().copied()).collect();
        let way = Way { tree, steps: &steps };
        let findings = self.survey.findings();
        for check in [
            shared_anchor::check_way,
            merge_key::check_way,
            duplicate_key::check_way,
            explicit_key::check_way,
        ] {
            check(way, findings);
        }
    }

    fn signature(&mut self, view: &View<'_, 's>) {
        let keys = ["spec", "postRenderers", "kustomize", "patches", "source", "sources", "target"];
        let leaf = ["patch", "name", "kind", "group", "version"];
        let path = |leaf: &&str| keys.iter().chain([leaf]).map(|it| (*it).to_owned()).collect();
        let leaves: Vec<Vec<String>> = leaf.iter().map(path).collect();
        signed_file::report_leaves(view, &leaves, self.survey.findings());
    }

    /// The jobs that take patches out: those for some workloads, or all.
    fn take_out(
        &mut self,
        view: &View<'_, 's>,
        row: &'static Patched,
        number: usize,
        aims: &[Aim],
        jobs: &mut Vec<Job>,
    ) {
        let &View { tree, object, .. } = view;
        let ours = find(tree, object, row, self.survey.kinds);
        let meant = |it: &&Ours| aims.is_empty() || aims.iter().any(|aim| aim.is(&it.held));
        let going: Vec<_> = ours.iter().filter(meant).collect();
        if going.is_empty() {
            return;
        }
        self.survey.turn_to(view);
        self.survey.met.seen += 1;
        self.survey.met.chosen += 1;
        let own = self.survey.suppressions(tree, object, None);
        let before = self.survey.findings().len();
        going.iter().for_each(|ours| self.state(view, ours));
        self.signature(view);
        if self.survey.judge.settle(before, &own) {
            return;
        }
        for ours in going {
            self.survey.patch_outcome(&ours.target(), Action::Uninjected, None);
            let aim = ours.aim();
            jobs.push(Job { object: number, row, aim, wanted: None });
        }
    }
}

/// Reports what others patch of the same workload and what matters to its tunnel; `ours` is our patch, where it is there:
/// a new one is the last.
pub fn others(
    view: &View,
    row: &Patched,
    aim: &Aim,
    ours: Option<&Ours>,
    findings: &mut lint::Findings,
) {
    let tree = view.tree;
    let from = ours.map(|ours| tree.span(ours.item).start());
    for list in row.lists(tree, view.object) {
        for item in tree.items(tree.follow(list.node())) {
            if ours.is_some_and(|ours| ours.item == item) || !aim.may_be_meant(tree, item) {
                continue;
            }
            let text = tree.get(item, "patch").map_or_else(|| tree.raw(item), |it| tree.raw(it));
            let is_later = list.key == patched::LAST
                || from.is_some_and(|from| tree.span(item).start() > from);
            let place = tree.at(first_line(tree, item));
            if text.contains("hostNetwork") {
                host_network::report_patch(place, findings);
            }
            if text.contains("initContainers") && is_later && !lint::holds_ours(text) {
                runs_before_tunnel::report_patch(place, findings);
            }
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

/// Reports what somebody has done to a patch of ours.
pub fn state(view: &View, ours: &Ours, findings: &mut lint::Findings) {
    let place = ours.place(view.tree);
    match ours.held.state {
        State::Whole => {}
        State::Edited(edited) => edited_injection::report(place, edited, findings),
        State::More => edited_injection::report_more(place, findings),
        State::Partial(missing) => partial_injection::report(place, missing, findings),
        State::Newer => newer_injection::report(place, findings),
    }
}

/// What a patch is to hold.
fn wanted(
    Resolved { tunnel, secret, recorded }: &Resolved,
    settings: &Settings,
    held: Option<&Held>,
) -> Wanted {
    let local = &tunnel.local;
    let own = held.and_then(|held| held.image.clone());
    let own = own.filter(|image| keeps_image(image, settings, tunnel));
    let tunnel = match own {
        Some(image) => Arc::new(Tunnel { image, ..tunnel.as_ref().clone() }),
        None => Arc::clone(tunnel),
    };
    let (block, mut mark) =
        contents(&Resolved { tunnel, secret: Arc::clone(secret), recorded: Arc::clone(recorded) });
    // What an earlier run knew of the Secret still counts.
    let known = held.and_then(|held| held.mark.as_ref()).filter(|known| known.secret() == **secret);
    mark.content = known.and_then(|known| known.content.clone());
    let dns =
        mark.settings.text("dns").map_or("cluster".into(), |dns| dns.replace(',', ", ").into());
    let in_use = in_use(Arc::clone(secret), settings, dns, local);
    Wanted { block, mark, in_use }
}

/// What a pod template gains by a patch, which cannot see what it holds.
pub fn contents(Resolved { tunnel, secret, recorded }: &Resolved) -> (Block, Mark) {
    let block = Block::new(tunnel, secret, &ALL_DNS);
    let mut mark = Mark::of(&block, recorded, secret);
    if matches!(tunnel.dns, Dns::Servers(_)) {
        mark.places.extend(block.dns.iter().map(|(site, _)| (*site, Before::Absent)));
    }
    (block, mark)
}

/// Whether a patch says already what it is to say, in whatever layout.
fn is_current(held: &Held, wanted: &Wanted) -> bool {
    let Some(mark) = &held.mark else { return false };
    let (block, new) = (&wanted.block, &wanted.mark);
    held.state == State::Whole
        && mark.format == new.format
        && mark.hash == new.hash
        && mark.name() == new.name()
        && mark.secret() == new.secret()
        && mark.content == new.content
        && mark.settings.text("image") == new.settings.text("image")
        && held.image.as_deref() == block.container["image"].as_str()
        && held.secret.as_deref() == Some(block.secret())
}

/// The edits that carry jobs out behind the first edits of a document, in as many passes as it takes: what is put into an
/// empty list, or taken out of one in brackets, goes by itself. The error is the path of what would come out wrong.
pub fn carry_out(
    changer: &mut Changer,
    tree: &Tree,
    source: &str,
    kinds: &Kinds,
    mut edits: Edits,
    jobs: &[Job],
) -> Result<Edits, String> {
    let part = tree.document();
    edits.sort();
    let mut text = String::new();
    edits.apply(tree.text(), part, &mut text);
    let (mut texts, mut passed) = (Texts::default(), Passed::default());
    let mut left: Vec<&Job> = jobs.iter().collect();
    while !left.is_empty() {
        let bare = yaml::parse_edited(tree, &text, &mut passed);
        let bare = bare.map_err(|error| error.message)?.ok_or("the document")?;
        let mut objects = objects(&bare).map_err(|error| error.message)?;
        objects.extend(with_kustomization(&objects, &bare, source));
        let (mut plan, mut later) = (Plan::default(), Vec::new());
        for jobs in left.chunk_by(|one, other| one.object == other.object) {
            let object = objects.get(jobs[0].object).ok_or("the object")?;
            let pass = Pass { tree: &bare, object, row: jobs[0].row, kinds };
            later.extend(pass.plan(jobs, &mut plan, &mut texts)?);
        }
        changer.verify(&bare, Part::whole(&bare), &mut plan)?;
        let mut next = String::new();
        plan.edits.apply(bare.text(), bare.document(), &mut next);
        edits = edits.then(tree.text(), part, &plan.edits, &next);
        (text, left) = (next, later);
    }
    Ok(edits)
}

/// One pass over an object that takes patches.
struct Pass<'t, 's> {
    tree: &'t Tree<'s>,
    object: &'t Object<'s>,
    row: &'static Patched,
    kinds: &'t Kinds,
}

impl Pass<'_, '_> {
    /// Plans what goes at once, and gives back what is left.
    fn plan<'j>(
        &self,
        jobs: &[&'j Job],
        plan: &mut Plan,
        texts: &mut Texts,
    ) -> Result<Vec<&'j Job>, String> {
        let ours = find(self.tree, self.object, self.row, self.kinds);
        let of = |job: &Job| ours.iter().find(|it| job.aim.is(&it.held));
        let (putting, removing): (Vec<&Job>, Vec<&Job>) =
            jobs.iter().copied().partition(|job| job.wanted.is_some());
        let (old, new): (Vec<&Job>, Vec<&Job>) =
            putting.into_iter().partition(|job| of(job).is_some());
        for (job, own) in old.iter().filter_map(|job| Some((job, of(job)?))) {
            let text = job.text(own.held.made.as_ref());
            append(plan, into::replace(self.tree, self.object.node, own.text, &text, texts));
        }
        let mut later = self.add(&new, &ours, plan, texts)?;
        later.extend(self.remove(&removing, &ours, plan));
        Ok(later)
    }

    fn add<'j>(
        &self,
        jobs: &[&'j Job],
        ours: &[Ours],
        plan: &mut Plan,
        texts: &mut Texts,
    ) -> Result<Vec<&'j Job>, String> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let tree = self.tree;
        let spot = self.row.spot(tree, self.object).map_err(|closed| closed.message)?;
        // What was made for one of ours in the list goes with the last of them.
        let in_list = ours.iter().find(|it| match spot.gap {
            Gap::Item { list } => tree.follow(it.list.node()) == list,
            _ => false,
        });
        let made = in_list.map_or_else(|| into::made(tree, &spot), |it| it.held.made.clone());
        let (now, later) = jobs.split_at(jobs.len().min(into::at_once(&spot)));
        let item = |job: &&Job| patch::item(job.aim.row, &job.aim.name, &job.text(made.as_ref()));
        let items = now.iter().map(item).collect();
        append(plan, into::add(tree, self.object.node, &spot, items, texts));
        Ok(later.to_vec())
    }

    fn remove<'j>(&self, jobs: &[&'j Job], ours: &[Ours], plan: &mut Plan) -> Vec<&'j Job> {
        let going = |it: &&Ours| jobs.iter().any(|job| job.aim.is(&it.held));
        let going: Vec<_> = ours.iter().filter(going).collect();
        let Some(first) = going.first() else { return Vec::new() };
        let list = self.tree.follow(first.list.node());
        let mut now: Vec<_> =
            going.iter().filter(|it| self.tree.follow(it.list.node()) == list).collect();
        if self.tree.kind(list).is_flow() {
            now.truncate(1);
        }
        let items: Vec<_> = now.iter().map(|it| it.item).collect();
        append(plan, into::remove(self.tree, &first.list, &items, first.held.made.as_ref()));
        if now.len() == going.len() { Vec::new() } else { jobs.to_vec() }
    }
}

impl Job {
    fn text(&self, made: Option<&patch::Made>) -> String {
        let value = |Wanted { block, mark, .. }: &Wanted| {
            patch::object(self.aim.row, &self.aim.name, block, mark)
        };
        self.wanted.as_ref().map_or_else(String::new, |it| patch::text(&value(it), made))
    }
}
