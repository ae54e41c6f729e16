//! Plans all documents of all sources, and verifies every change. Knows nothing of files or output.

use super::blocks::Blocks;
use super::change::{Build, Changer, Job};
use crate::config::Layer;
use crate::kube::{
    Choice, Class, Kinds, Object, Targets, Template, Workload, objects, unknown_workload, workload,
};
use crate::lint::context::Context;
use crate::lint::{
    self, Check, Finding, Findings, Pod, Resource, Rule, Run, Target, bad_setting, no_containers,
    reading,
};
use crate::report::summary::{Action, InUse, Outcome};
use crate::text::{Edits, Level, Place, Source};
use crate::wireguard::annotations::{self, BadAnnotation};
use crate::wireguard::existing::{self, Existing, Presence};
use crate::wireguard::pod::Block;
use crate::wireguard::settings::{Settings, WorkloadRef, is_another_default};
use crate::wireguard::tunnel::{Dns, Ordinal, Tunnel};
use crate::yaml::stream::{self, Document, Glance, Interest};
use crate::yaml::{self, NodeId, Tree};

/// What a run is to do with its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Inject,
    Uninject,
}

/// All that planning found out. Nothing has been written.
#[derive(Debug, Default)]
pub struct Planned {
    /// One for each source.
    pub edits: Vec<Edits>,
    pub findings: Vec<Finding>,
    pub outcomes: Vec<Outcome>,
    /// How many pod templates the selection chose.
    pub chosen: usize,
    /// Where a change is not what was planned: a mistake of ours.
    pub broken: Vec<String>,
}

/// Plans a run over all sources.
pub fn plan(
    sources: &[Source],
    verb: Verb,
    layer: &Layer,
    kinds: &Kinds,
    targets: &Targets,
) -> Planned {
    let mut planner = Planner::new(sources, verb, layer, kinds, targets);
    let deferred = planner.read_context();
    for (source, document) in deferred {
        planner.document(source, document);
    }
    planner.finish()
}

struct Planner<'a, 's> {
    sources: &'s [Source],
    verb: Verb,
    layer: &'a Layer,
    kinds: &'a Kinds,
    targets: &'a Targets,
    context: Context<'s>,
    findings: Findings,
    run: Run,
    planned: Planned,
    blocks: Blocks,
    changer: Changer,
}

impl<'a, 's> Planner<'a, 's> {
    fn new(
        sources: &'s [Source],
        verb: Verb,
        layer: &'a Layer,
        kinds: &'a Kinds,
        targets: &'a Targets,
    ) -> Self {
        let edits = sources.iter().map(|_| Edits::default()).collect();
        Self {
            sources,
            verb,
            layer,
            kinds,
            targets,
            context: Context::default(),
            findings: Findings::default(),
            run: Run::default(),
            planned: Planned { edits, ..Planned::default() },
            blocks: Blocks::default(),
            changer: Changer::default(),
        }
    }

    /// Reads what decides about targets; returns the documents that may hold some.
    fn read_context(&mut self) -> Vec<(usize, Document)> {
        let mut deferred = Vec::new();
        for (index, source) in self.sources.iter().enumerate() {
            let (documents, errors) = stream::split(source.text());
            errors.into_iter().for_each(|error| self.unreadable(index, error));
            for document in documents {
                match stream::glance(source.slice(document.span), |kind| self.interest(kind)) {
                    Glance::Skip => {}
                    Glance::Parse(Some(kind)) if self.kinds.class(kind) == Class::Workload => {
                        deferred.push((index, document))
                    }
                    Glance::Parse(_) => deferred.extend(
                        self.context_document(index, document).then_some((index, document)),
                    ),
                }
            }
        }
        deferred
    }

    fn interest(&self, kind: &str) -> Interest {
        match self.kinds.class(kind) {
            Class::Builtin => Interest::Skip,
            Class::Unknown => Interest::SkipUnless(b"containers"),
            _ => Interest::Parse,
        }
    }

    /// Keeps the objects that rules read; tells whether there are others.
    fn context_document(&mut self, source: usize, document: Document) -> bool {
        let Ok(trees) = stream::parse(self.sources[source].text(), document) else { return true };
        let mut others = false;
        for tree in trees {
            let Ok(objects) = objects(&tree) else { return true };
            let (read, rest): (Vec<_>, Vec<_>) = objects
                .into_iter()
                .partition(|object| self.kinds.class(&object.kind) == Class::Read);
            others |= !rest.is_empty();
            if !read.is_empty() {
                self.context.add(source, tree, read);
            }
        }
        others
    }

    fn unreadable(&mut self, source: usize, error: yaml::Error) {
        let rule = lint::find(error.rule).unwrap_or(&reading::SYNTAX);
        self.findings.about(None);
        let finding = self.findings.add(rule, Place { source, span: error.span }, error.message);
        finding.diagnostic.help = error.help;
    }

    fn document(&mut self, source: usize, document: Document) {
        match stream::parse(self.sources[source].text(), document) {
            Ok(trees) => trees.iter().for_each(|tree| self.tree(source, tree)),
            Err(error) => self.unreadable(source, error),
        }
    }

    fn tree(&mut self, source: usize, tree: &Tree<'s>) {
        let objects = match objects(tree) {
            Ok(objects) => objects,
            Err(error) => {
                let place = Place { source, span: tree.span(error.node) };
                self.findings.about(None);
                self.findings
                    .add(&reading::SYNTAX, place, error.message)
                    .help("kubectl refuses it");
                return;
            }
        };
        let workloads: Vec<_> =
            objects.iter().filter_map(|object| self.workload(source, tree, object)).collect();
        let mut jobs = Vec::new();
        for (index, workload) in workloads.iter().enumerate() {
            self.findings.about(Some(resource(&workload.object)));
            self.jobs(source, tree, index, workload, &mut jobs);
        }
        self.carry_out(source, tree, &workloads, &jobs);
    }

    /// The workload behind an object; a hint where its kind is unknown but it holds containers.
    fn workload(
        &mut self,
        source: usize,
        tree: &Tree<'s>,
        object: &Object<'s>,
    ) -> Option<Workload<'s>> {
        if let Some(workload) = workload(tree, self.kinds, object) {
            return Some(workload);
        }
        if let Some(unknown) = unknown_workload(tree, self.kinds, object) {
            let place = Place { source, span: tree.span(unknown.containers) };
            let group =
                if object.group.is_empty() { String::new() } else { format!("{}/", object.group) };
            self.findings.about(Some(resource(object)));
            self.findings
                .add(
                    &lint::unknown_workload::RULE,
                    place,
                    format!("`{}` is no kind that we know, and it holds containers", object.kind),
                )
                .help(format!(
                    "name it with `--workload '{group}{}={}'`",
                    object.kind, unknown.path
                ));
        }
        None
    }

    /// Decides about each template of a workload: what it holds and what it is to hold.
    fn jobs(
        &mut self,
        source: usize,
        tree: &Tree<'s>,
        index: usize,
        workload: &Workload<'s>,
        jobs: &mut Vec<Job>,
    ) {
        if workload.templates.is_empty() {
            let choice = self.targets.decide(tree, workload, None);
            self.decided(source, tree, workload, None, choice);
        }
        for (number, template) in workload.templates.iter().enumerate() {
            let choice = self.targets.decide(tree, workload, Some(template));
            let Some(spec) = self.decided(source, tree, workload, Some(template), choice) else {
                continue;
            };
            let presence = existing::find(tree, template.metadata, spec);
            let pod =
                Pod { source, tree, workload, template, spec, presence: &presence, tunnel: None };
            let held = match self.verb {
                Verb::Inject => self.inject_job(pod),
                Verb::Uninject => self.uninject_job(&pod),
            };
            jobs.extend(held.map(|(existing, wanted)| Job {
                workload: index,
                template: number,
                existing,
                wanted,
            }));
        }
    }

    /// Reports what was decided; the spec of a template that is to be worked on.
    fn decided(
        &mut self,
        source: usize,
        tree: &Tree,
        workload: &Workload,
        template: Option<&Template>,
        choice: Choice,
    ) -> Option<NodeId> {
        match choice {
            Choice::NotSelected => None,
            Choice::Skipped(reason) => {
                self.planned.outcomes.push(outcome(
                    &workload.object,
                    Action::Skipped(reason.into()),
                    None,
                ));
                None
            }
            Choice::BadWord(nodes) => {
                for node in nodes {
                    let place = Place { source, span: tree.span(node) };
                    self.findings
                        .add(
                            &bad_setting::RULE,
                            place,
                            "`wgsidecar.dev/inject` is neither `enabled` nor `disabled`",
                        )
                        .help("write `\"enabled\"` or `\"disabled\"`, in quotes");
                }
                None
            }
            Choice::Target => {
                self.planned.chosen += 1;
                let spec = template
                    .and_then(|template| template.spec)
                    .filter(|&spec| tree.kind(tree.follow(spec)).is_mapping());
                if spec.is_none() {
                    let node = template.map_or(
                        workload.object.name_node.unwrap_or(workload.object.node),
                        |template| template.node,
                    );
                    let place = Place { source, span: tree.span(node) };
                    self.findings.add(
                        &no_containers::RULE,
                        place,
                        "there is no pod template with a `spec` here",
                    );
                }
                spec
            }
        }
    }

    fn uninject_job(&mut self, pod: &Pod<'_, 's>) -> Option<(Option<Existing>, Option<Build>)> {
        match pod.presence {
            Presence::Absent => Some((None, None)),
            _ if self.refused(pod, &lint::EDITING) => None,
            // Parts that someone has allowed: what is whole can be taken out, and nothing else.
            Presence::Partial { .. } => Some((None, None)),
            Presence::Whole(existing) => Some((Some(existing.as_ref().clone()), None)),
        }
    }

    fn inject_job(&mut self, pod: Pod<'_, 's>) -> Option<(Option<Existing>, Option<Build>)> {
        let settings = self.settings(&pod)?;
        let mut tunnel = self.tunnel(&pod, &settings)?;
        let asked = tunnel.secret.clone();
        let existing = match pod.presence {
            Presence::Whole(existing) => Some(existing.as_ref()),
            _ => None,
        };
        // Where the run does not hold the Secret, what an earlier one knew of it still counts.
        let known = existing.filter(|existing| existing.mark.secret == asked);
        let (name, content) =
            match self.context.secret(pod.workload.object.namespace.as_deref(), &asked) {
                Some(found) => (Some(found.name), Some(found.content)),
                None => (
                    known.and_then(|it| Some(it.secret_name(pod.tree)?.into_owned())),
                    known.and_then(|it| it.mark.content.clone()),
                ),
            };
        tunnel.secret = name.unwrap_or_else(|| asked.clone());
        let pod = Pod { tunnel: Some(&tunnel), ..pod };
        let refused = self.refused(&pod, &lint::RULES);
        let resource = resource(&pod.workload.object);
        self.run.targets.push(Target { place: pod.name_place(), resource, secret: asked.clone() });
        if refused {
            return None;
        }
        let block = self.block(&pod, &settings, tunnel.clone(), existing);
        Some((
            existing.cloned(),
            Some(Build {
                block,
                name: tunnel.container.clone(),
                secret: asked,
                content,
                in_use: in_use(&tunnel),
            }),
        ))
    }

    /// The block for a pod: with the image that it has, unless a setting names or means another, and without DNS
    /// settings that it has already.
    fn block(
        &mut self,
        pod: &Pod,
        settings: &Settings,
        mut tunnel: Tunnel,
        existing: Option<&Existing>,
    ) -> Block {
        let image = existing.and_then(|existing| existing.image(pod.tree));
        if let Some(image) = image
            .filter(|image| !settings.has("image") && !is_another_default(image, &tunnel.image))
        {
            tunnel.image = image.into_owned();
        }
        let block = self.blocks.get(tunnel);
        // The rule has made sure that what stands there is what we would add.
        let has_dns =
            pod.get("dnsPolicy").is_some() && existing.is_none_or(|existing| !existing.mark.dns);
        if block.dns.is_some() && has_dns { block.without_dns() } else { block }
    }

    /// The settings for one template: its annotations over those of the run.
    fn settings(&mut self, pod: &Pod) -> Option<Settings> {
        let (own, bad) =
            annotations::read(pod.tree, pod.workload.object.metadata, pod.template.metadata);
        let fine = bad.is_empty();
        for BadAnnotation { node, message, help } in bad {
            self.findings.add(&bad_setting::RULE, pod.place(node), message).diagnostic.help = help;
        }
        fine.then(|| own.over(&self.layer.settings))
    }

    fn tunnel(&mut self, pod: &Pod, settings: &Settings) -> Option<Tunnel> {
        let object = &pod.workload.object;
        let name =
            Some(object.name.as_ref()).filter(|name| !name.is_empty() && !name.ends_with('*'));
        let ordinal = ordinal(pod.tree, object, pod.template);
        match settings.resolve(&WorkloadRef {
            kind: &object.kind,
            name,
            namespace: object.namespace.as_deref(),
            ordinal,
        }) {
            Ok(tunnel) => Some(tunnel),
            Err(bad) => {
                for bad in bad {
                    self.findings.add(
                        &bad_setting::RULE,
                        pod.name_place(),
                        format!("`{}`: {}", bad.setting, bad.message),
                    );
                }
                None
            }
        }
    }

    /// Lets rules judge a pod; tells whether an error remains that nobody has allowed.
    fn refused(&mut self, pod: &Pod, rules: &[&'static Rule]) -> bool {
        let before = self.findings.len();
        for rule in rules {
            if let Check::Pod(check) = rule.check {
                check(pod, &mut self.findings);
            }
        }
        let allow = &self.layer.allow;
        self.findings
            .drop_since(before, |finding| allow.iter().any(|rule| rule == finding.diagnostic.rule));
        self.findings.since(before).any(|finding| finding.diagnostic.level == Level::Error)
    }

    /// Plans and verifies the changes of one document.
    fn carry_out(
        &mut self,
        source: usize,
        tree: &Tree<'s>,
        workloads: &[Workload<'s>],
        jobs: &[Job],
    ) {
        for job in jobs {
            let used = job.wanted.as_ref().map(|build| build.in_use.clone());
            self.planned.outcomes.push(outcome(
                &workloads[job.workload].object,
                job.action(tree),
                used,
            ));
        }
        match self.changer.change(tree, self.kinds, workloads, jobs) {
            Ok(edits) => self.planned.edits[source].append(edits),
            Err(path) => self.planned.broken.push(format!(
                "{}: `{path}` would not be what was planned",
                self.sources[source].name
            )),
        }
    }

    fn finish(mut self) -> Planned {
        for rule in lint::RULES {
            if let Check::Run(check) = rule.check {
                let before = self.findings.len();
                check(&self.run, &mut self.findings);
                let allow = &self.layer.allow;
                self.findings.drop_since(before, |finding| {
                    allow.iter().any(|rule| rule == finding.diagnostic.rule)
                });
            }
        }
        self.planned.edits.iter_mut().for_each(Edits::sort);
        self.planned.findings = self.findings.into_list();
        self.planned
    }
}

fn resource(object: &Object) -> Resource {
    let api_version = if object.group.is_empty() {
        object.version.to_string()
    } else {
        format!("{}/{}", object.group, object.version)
    };
    Resource {
        api_version,
        kind: object.kind.to_string(),
        namespace: object.namespace.as_ref().map(ToString::to_string),
        name: object.name.to_string(),
    }
}

/// Where the pods of a template can read their ordinal, if they have one.
fn ordinal(tree: &Tree, object: &Object, template: &Template) -> Option<Ordinal> {
    match object.kind.as_ref() {
        "StatefulSet" => Some(Ordinal::Pod),
        "Job" | "CronJob" => {
            let mode = template.sibling(
                tree,
                if object.kind == "Job" {
                    "spec.completionMode"
                } else {
                    "spec.jobTemplate.spec.completionMode"
                },
            );
            mode.and_then(|node| tree.string(node))
                .filter(|mode| mode == "Indexed")
                .map(|_| Ordinal::Completion)
        }
        _ => None,
    }
}

fn outcome(object: &Object, action: Action, tunnel: Option<InUse>) -> Outcome {
    Outcome {
        workload: object.display(),
        namespace: object.namespace.as_ref().map(ToString::to_string),
        action,
        tunnel,
    }
}

fn in_use(tunnel: &Tunnel) -> InUse {
    let dns = match &tunnel.dns {
        Dns::Cluster => "cluster".into(),
        Dns::Servers(servers) => {
            servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
    };
    InUse { secret: tunnel.secret.clone(), dns }
}
