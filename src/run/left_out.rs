//! Says which pods get no tunnel from the run although somebody may count on one. Knows nothing of what the others get.

use std::collections::HashSet;
use std::sync::Arc;

use super::analysis::{Analysis, Chosen};
use super::listed::Listed;
use super::patched;
use super::pod_template::{PodTemplateRef, name_place};
use crate::kube::kinds::{Elsewhere, More, SourceObject};
use crate::kube::unlisted::{Unlisted, paths};
use crate::kube::{Object, Template, Workload, path, placeholder, select, unlisted};
use crate::lint::rules::{
    not_injected, not_selected, rollout_overlap, template_left_out, unknown_workload,
};
use crate::lint::suppression::{self, Suppression};
use crate::lint::{Borrower, FindingBuilder, Rendered, Resource};
use crate::report::summary::Action;
use crate::text::{Level, Place, Source};
use crate::wireguard::existing::Presence;
use crate::wireguard::mark;
use crate::yaml::{NodeId, Tree};

/// What a pod template is left with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    With,
    Without,
    /// No tunnel is expected there, or another finding says why there is none.
    Excused,
}

/// Policies that a finding names.
const NAMED: usize = 6;

/// Paths that a hint names before it counts the rest.
const LISTED: usize = 20;

impl<'s> Analysis<'_, 's> {
    /// Reports an object of an unknown kind that holds pods.
    pub fn unknown(&mut self, tree: &Tree<'s>, object: &Object<'s>) {
        let makes_none = self.kinds.makes_no_pods(&object.group, &object.kind);
        if makes_none || !self.targets.covers(tree, object) {
            return;
        }
        let found = unlisted(tree, object.node, &HashSet::new());
        let Some(first) = found.first() else { return };
        let asks = self.asks(tree, object).is_some();
        let near = self.kinds.near(&object.group, &object.kind);
        let way_out = hint(object, &found);
        let help = match near {
            Some(("", near)) => format!("did you mean the kind `{near}`? If not, {way_out}"),
            Some((of, near)) => {
                format!("did you mean the kind `{near}` of `{of}`? If not, {way_out}")
            }
            None => way_out,
        };
        let message = format!("`{}` is not a known kind, and it holds containers", object.kind);
        let (own, _) = suppression::read(tree, object.metadata);
        let before = self.findings().len();
        self.findings().set_subject(Some(Arc::new(Resource::of(object))));
        let place = tree.place(first.containers);
        let finding = self.findings().add(&unknown_workload::RULE, place, message).help(help);
        if asks {
            finding.level(Level::Error);
        }
        self.linter.apply_suppressions(before, &own);
        self.outcome(Action::Skipped("its kind is not known"), None);
    }

    /// Where an object asks for a tunnel that the cluster itself will not give it, as far as its kind is known.
    pub fn asks(&self, tree: &Tree, object: &Object) -> Option<NodeId> {
        let cluster_injects =
            self.layer.policy == Some(true) || self.run.context.has_policy_in_force();
        select::asks(tree, object, None).filter(|_| !cluster_injects)
    }

    /// Looks at a template that is not chosen, and tells what it is left with. A tunnel that is still there although the
    /// settings, or the object's own word, do not want it any more is reported.
    pub fn not_chosen(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        chosen: Chosen,
        own: &[Suppression],
    ) -> Left {
        let presence = site.template.spec.map(|spec| self.presence(site, spec));
        let presence = presence.unwrap_or(Presence::Absent);
        let node = match &presence {
            Presence::Absent if chosen == Chosen::Skipped => return Left::Excused,
            Presence::Absent => return Left::Without,
            Presence::Complete(existing) => {
                self.bystander(site, existing);
                existing.mark_key
            }
            Presence::Partial { place, .. } | Presence::Newer(place) => *place,
        };
        let is_dropped = chosen == Chosen::Skipped || self.targets.of_settings;
        if chosen == Chosen::No
            && is_dropped
            && let Some(spec) = site.template.spec
        {
            let listed = Listed::new(&self.pod(site, spec, &presence, None), self.subject(), None);
            self.listed.push(listed.not_selected());
        }
        if is_dropped && self.linter.is_enabled(&not_selected::RULE) {
            let before = self.findings().len();
            let place = site.tree.place(node);
            let resource = self.subject();
            not_selected::report(place, &resource, chosen == Chosen::Skipped, self.findings());
            self.linter.apply_suppressions(before, own);
        }
        Left::With
    }

    /// Reports a workload that asks for a tunnel, has none, and would get none.
    pub fn not_injected(&mut self, site: PodTemplateRef<'_, 's>, own: &[Suppression]) {
        let PodTemplateRef { tree, workload, template } = site;
        let Some(word) = select::asks(tree, &workload.object, Some(template)) else { return };
        let context = self.run.context;
        let reached = context.reaching(site.pods());
        let is_reached = !reached.adding.is_empty() || !reached.possible.is_empty();
        if self.layer.policy == Some(true) || is_reached {
            return;
        }
        let before = self.findings().len();
        if self.targets.looks_at(tree, workload) {
            let listed = Listed::missing(self.subject(), template.field(tree).into_owned());
            self.listed.push(listed);
        }
        if self.targets.looks_at(tree, workload) && self.linter.is_enabled(&not_injected::RULE) {
            let place = tree.place(word);
            let policies = context.policies().iter().take(NAMED).map(|policy| {
                (context.view(policy.number).name_place(), policy.why_not(site.pods(), context))
            });
            not_injected::report(place, &policies.collect::<Vec<_>>(), self.findings());
        }
        self.linter.apply_suppressions(before, own);
    }

    /// Reports a workload without a template that anything could be done to; `puts_in` tells whether a tunnel was to go
    /// in.
    pub fn without_template(&mut self, tree: &Tree<'s>, workload: &Workload<'s>, puts_in: bool) {
        if self.choose(tree, workload, None) != Chosen::Hollow {
            return;
        }
        if !workload.may_be_empty() {
            self.count(workload);
            return self.hollow(tree, workload, None);
        }
        if !puts_in {
            return;
        }
        if let Some(elsewhere) = workload.row.elsewhere {
            return self.elsewhere(tree, workload, elsewhere);
        }
        if workload.closed.is_empty() {
            self.outcome(Action::Skipped("it holds no pod template"), None);
        } else {
            self.count(workload);
            self.outcome(Action::Skipped("no tunnel can be put into its pods"), None);
        }
        self.left_out(tree, workload, &[]);
    }

    /// Remembers an object that makes more pods of another one's template.
    pub fn borrower(&mut self, tree: &Tree<'s>, workload: &Workload<'s>) {
        let object = &workload.object;
        let borrowed = workload.row.borrowed.filter(|_| workload.skipped.is_some());
        let Some((path, more)) = borrowed.and_then(|it| Some((it.path, it.more?))) else { return };
        let place = |node| tree.place(node);
        let at = |path: &str| object.at(tree, path);
        let text = |key| tree.string(tree.get(at(path)?, key)?);
        let Some(name) = text("name") else { return };
        let kind = text("kind").unwrap_or("Deployment".into());
        let own = name_place(tree, object);
        let (count, placeholder, overlap) = match more {
            More::Again => (None, None, None),
            More::Count(path, rolling) => {
                let count = at(path).filter(|&node| !tree.is_null(node));
                let overlap = rollout_overlap::overlap(tree, &at, &rolling);
                (
                    count.map(|node| (place(node), object.integer(tree, node))),
                    count.and_then(|node| placeholder::open(tree, node)),
                    overlap.map(|node| node.map_or(own, place)),
                )
            }
        };
        self.suppressions(tree, object, None);
        let resource = self.subject();
        let of = (kind.into_owned(), name.into_owned());
        self.run.borrowers.push(Borrower {
            place: own,
            resource,
            of,
            more,
            count,
            placeholder,
            overlap,
        });
    }

    /// Remembers an object whose pods are made elsewhere, unless it has the tunnel there.
    fn elsewhere(
        &mut self,
        tree: &Tree<'s>,
        workload: &Workload<'s>,
        elsewhere: &'static Elsewhere,
    ) {
        let object = &workload.object;
        if has_tunnel(tree, object, elsewhere) {
            return self.outcome(
                Action::Skipped(
                    "it holds a wgsidecar patch; update it with `wgsidecar patch --into`",
                ),
                None,
            );
        }
        let means = self.targets.means(tree, workload);
        if means {
            self.count(workload);
        }
        self.outcome(Action::Elsewhere, None);
        self.suppressions(tree, object, None);
        let folders = elsewhere.folders.iter().flat_map(|path| texts(tree, object, path));
        let rendered = Rendered {
            place: name_place(tree, object),
            resource: self.subject(),
            level: if means { Level::Error } else { Level::Warning },
            elsewhere,
            into: patched::into_words(tree, object, &self.sources[tree.source()].name),
            folders: folders.collect(),
            sources: elsewhere.source.map_or_else(Vec::new, |it| sources(tree, object, it)),
        };
        self.run.rendered.push(rendered);
    }

    /// Forgets the objects whose folders are among the sources: their pods are made from what is here.
    pub fn forget_what_is_here(&mut self) {
        if self.run.rendered.iter().all(|rendered| rendered.folders.is_empty()) {
            return;
        }
        let here = Folders::of(self.sources);
        let is_here = |rendered: &Rendered| {
            !rendered.folders.is_empty() && rendered.folders.iter().all(|folder| here.hold(folder))
        };
        let all = std::mem::take(&mut self.run.rendered);
        let (here, left): (Vec<_>, Vec<_>) = all.into_iter().partition(is_here);
        self.run.rendered = left;
        let known: HashSet<_> = here.iter().map(|it| Arc::as_ptr(&it.resource)).collect();
        self.outcomes.retain(|outcome| {
            outcome.action != Action::Elsewhere || !known.contains(&Arc::as_ptr(&outcome.resource))
        });
    }

    /// Reports the pods of a chosen workload that no tunnel is in, or can be in; `left` says what its templates are left
    /// with.
    pub fn left_out(&mut self, tree: &Tree<'s>, workload: &Workload<'s>, left: &[Left]) {
        let object = &workload.object;
        let has_tunnel = left.contains(&Left::With);
        let nothing_else = workload.row.is_kubernetes() && !left.contains(&Left::Without);
        if nothing_else {
            return;
        }
        let own = self.suppressions(tree, object, None);
        let before = self.findings().len();
        if has_tunnel {
            let without = workload.templates.iter().zip(left);
            for (template, _) in without.filter(|(_, left)| **left == Left::Without) {
                self.without(tree, object, template, &own);
            }
        }
        if has_tunnel || left.is_empty() {
            self.unlisted(tree, workload, has_tunnel);
        }
        let level = if workload.templates.is_empty() && self.targets.means(tree, workload) {
            Level::Error
        } else {
            Level::Warning
        };
        for closed in &workload.closed {
            let place = tree.place(closed.node);
            let message = format!("no tunnel can be put into these pods: {}", closed.reason);
            self.findings()
                .add(&template_left_out::RULE, place, message)
                .level(level)
                .field(closed.field.clone())
                .help("if they need none, say so with the annotation `ignore.wgsidecar.dev/template-left-out` and the reason");
        }
        self.linter.apply_suppressions(before, &own);
    }

    fn without(
        &mut self,
        tree: &Tree<'s>,
        object: &Object<'s>,
        template: &Template,
        own: &[Suppression],
    ) {
        let before = self.findings().len();
        let inner = self.suppressions(tree, object, Some(template));
        let place = tree.place(template.pods_node(tree));
        let field = template.field(tree).into_owned();
        self.leave_out(object, place, true).field(field).help(
            "choose this template too, or put the label `wgsidecar.dev/inject: \"disabled\"` on it",
        );
        self.linter.apply_suppressions(before, &[own, &inner].concat());
    }

    /// Reports the pods of a workload that no row of the table leads to.
    fn unlisted(&mut self, tree: &Tree, workload: &Workload, has_tunnel: bool) {
        let object = &workload.object;
        let known = workload.templates.iter().map(|template| template.node).collect();
        let found = unlisted(tree, object.node, &known);
        let way_out = hint(object, &found);
        for one in &found {
            let place = tree.place(one.containers);
            self.leave_out(object, place, has_tunnel).help(way_out.clone());
        }
    }

    fn leave_out(
        &mut self,
        object: &Object,
        place: Place,
        has_tunnel: bool,
    ) -> &mut FindingBuilder {
        let others = if has_tunnel {
            format!(", while others of the {} have one", object.kind)
        } else {
            String::new()
        };
        let message = format!("these pods get no tunnel{others}");
        self.findings().add(&template_left_out::RULE, place, message)
    }
}

/// What to say to get a tunnel into pods that no table leads to.
fn hint(object: &Object, found: &[Unlisted]) -> String {
    let paths = paths(found);
    let group = if object.group.is_empty() { String::new() } else { format!("{}/", object.group) };
    let kind = &object.kind;
    let flags = paths.iter().take(LISTED).map(|path| format!("--workload '{group}{kind}={path}'"));
    let flags = flags.collect::<Vec<_>>().join(" ");
    match paths.len() {
        0 => "no path leads to them: inject what is made of this object".into(),
        1 => format!("name it with `{flags}`"),
        count if count <= LISTED => format!("name them with `{flags}`"),
        count => format!("name them with `{flags}` and {} more", count - LISTED),
    }
}

/// Whether an object hands our patch on, or calls our plugin.
fn has_tunnel(tree: &Tree, object: &Object, elsewhere: &Elsewhere) -> bool {
    let mut plugins = elsewhere.plugins.iter().flat_map(|path| texts(tree, object, path));
    tree.raw(object.node).contains(mark::KEY) || plugins.any(|name| name.starts_with("wgsidecar"))
}

/// The strings at a path of an object.
fn texts(tree: &Tree, object: &Object, path: &str) -> Vec<String> {
    let ends = path::ways(tree, object.node, path).into_iter();
    let ends = ends.filter_map(|way| way.nodes.last().copied());
    ends.filter_map(|node| tree.string(node)).map(Into::into).collect()
}

/// The kinds and names of the objects that an object makes pods from.
fn sources(tree: &Tree, object: &Object, source: SourceObject) -> Vec<(String, String)> {
    let written = source.kind_path.and_then(|path| texts(tree, object, path).into_iter().next());
    let kind = written.unwrap_or_else(|| source.kind.into());
    texts(tree, object, source.names).into_iter().map(|name| (kind.clone(), name)).collect()
}

/// The folders that sources lie in, from every folder of their paths on.
struct Folders<'a>(Vec<&'a str>);

impl<'a> Folders<'a> {
    fn of(sources: &'a [Source]) -> Self {
        let mut starts = Vec::new();
        for source in sources {
            let path = source.name.trim_start_matches("./");
            let after = path.match_indices('/').map(|(slash, _)| slash + 1);
            starts.extend(std::iter::once(0).chain(after).map(|start| &path[start..]));
        }
        starts.sort_unstable();
        Self(starts)
    }

    /// Whether any source lies in a folder of a repository.
    fn hold(&self, folder: &str) -> bool {
        let folder = format!("{}/", folder.trim_start_matches("./").trim_matches('/'));
        let first = self.0.partition_point(|start| *start < folder.as_str());
        folder.len() > 1 && self.0.get(first).is_some_and(|start| start.starts_with(&folder))
    }
}
