//! Writes suppressions for what `lint` finds, so that a team with old findings starts at none: into the settings file, or
//! as annotations where there is none. Knows nothing of any rule.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value, json};

use super::analysis::Masks;
use super::editor::Editor;
use super::kustomization;
use super::read::{File, Inputs};
use super::settings::Configured;
use super::{Console, Exit, write};
use crate::kube::{Kinds, Target, objects};
use crate::lint::rules::bad_setting;
use crate::lint::rules::signed_file::Signature;
use crate::lint::suppression::{PREFIX, suppressible};
use crate::lint::{Finding, RULES, Resource, fix};
use crate::report::counted;
use crate::text::source::{line_start, next_line};
use crate::text::{Edits, Source};
use crate::yaml::verify::{Change, Part};
use crate::yaml::write::add::Adder;
use crate::yaml::write::{Addition, EmitCache, Plan, Style, document, is_empty};
use crate::yaml::{Kind, NodeId, Tree, stream};

/// The rules that are to be silent about each object; its source is part of the key where annotations say so.
type Wanted = BTreeMap<(usize, Arc<Resource>), BTreeSet<&'static str>>;

/// What is to be written, and what cannot be.
struct Planned {
    inputs: Inputs,
    edits: Vec<Edits>,
    /// How many pairs of an object and a rule are written.
    written: usize,
    /// Where they go, in words.
    place: String,
    left: Vec<String>,
}

/// Writes suppressions of `findings`, or shows what would be written. Tells whether anything was.
pub fn run(
    console: &mut Console,
    inputs: Inputs,
    findings: &[Finding],
    reason: &str,
    shows: bool,
) -> anyhow::Result<Exit> {
    let (wanted, mut left) = wanted(findings);
    let planned = match (&console.configured.file, console.configured.path()) {
        (Some(file), Some(path)) => {
            let names = Names::of(&inputs.sources);
            in_settings((file, path), console.configured, &names, &wanted, reason)?
        }
        _ => in_annotations(inputs, &wanted, reason),
    };
    left.extend(planned.left);
    let masks: Vec<_> = planned.inputs.sources.iter().map(|_| Masks::default()).collect();
    let Planned { inputs, edits, written, place, .. } = planned;
    if shows {
        console.diff(&inputs, &edits, &masks)?
    } else {
        write::in_place(&inputs.sources, &inputs.files, &edits).map_err(anyhow::Error::msg)?
    }
    let mut out = console.stream();
    for message in &left {
        writeln!(out, "not suppressed: {message}")?;
    }
    let verb = if shows { "would write" } else { "wrote" };
    let last = match written {
        0 if left.is_empty() => "there is nothing to suppress".to_owned(),
        0 => "nothing was suppressed".to_owned(),
        _ => format!("{verb} {} {place}", counted(written, "suppression")),
    };
    if !console.general.quiet {
        writeln!(out, "{last}")?;
    }
    Ok(if shows && written > 0 { Exit::Findings } else { Exit::Done })
}

/// What can be suppressed of the findings, and why the others cannot.
fn wanted(findings: &[Finding]) -> (Wanted, Vec<String>) {
    let (mut wanted, mut left) = (Wanted::new(), BTreeMap::new());
    for finding in findings.iter().filter(|finding| finding.is_open()) {
        let rule = finding.diagnostic.rule;
        let why = match (&finding.resource, finding.diagnostic.place) {
            _ if suppressible(rule).is_err() => "this rule can never be suppressed",
            _ if rule == bad_setting::RULE.id => "a setting that means nothing must be corrected",
            (Some(resource), Some(place)) if resource.has_name() => {
                let key = (place.source, Arc::clone(resource));
                wanted.entry(key).or_insert_with(BTreeSet::new).insert(rule);
                continue;
            }
            _ => "it is about no object that has a name",
        };
        *left.entry((rule, why)).or_insert(0) += 1;
    }
    let messages = left
        .into_iter()
        .map(|((rule, why), number)| format!("{} of {rule}: {why}", counted(number, "finding")));
    (wanted, messages.collect())
}

/// The namespaces in which the run has objects of one kind and name: of several, a suppression names the one it means.
struct Names(HashMap<KindAndName, BTreeSet<Option<Arc<str>>>>);

type KindAndName = (Arc<str>, Arc<str>);

impl Names {
    fn of(sources: &[Source]) -> Self {
        let mut names: HashMap<_, BTreeSet<_>> = HashMap::new();
        for source in sources {
            let (documents, _) = kustomization::split(&source.name, source.text());
            let trees =
                documents.into_iter().filter_map(|it| stream::parse(source.text(), it).ok());
            for tree in trees.flatten() {
                for object in objects(&tree).unwrap_or_default() {
                    let Resource { kind, name, namespace, .. } = Resource::of(&object);
                    names.entry((kind, name)).or_default().insert(namespace);
                }
            }
        }
        Self(names)
    }

    fn are_several(&self, resource: &Resource) -> bool {
        let key = (Arc::clone(&resource.kind), Arc::clone(&resource.name));
        self.0.get(&key).is_some_and(|namespaces| namespaces.len() > 1)
    }
}

/// Entries of `ignore` in the settings file.
fn in_settings(
    (file, path): (&Source, &Path),
    configured: &Configured,
    names: &Names,
    wanted: &Wanted,
    reason: &str,
) -> anyhow::Result<Planned> {
    let kinds = configured.selection.as_ref().map(|(kinds, _)| kinds);
    let (mut entries, mut left) = (BTreeSet::new(), Vec::new());
    for ((_, resource), rules) in wanted {
        let target = format!("{}/{}", resource.kind, resource.name);
        let namespace = resource.namespace.as_deref().filter(|_| names.are_several(resource));
        match kinds.map(|kinds: &Kinds| Target::of_any_kind(&target, kinds)) {
            Some(Ok(_)) if namespace.is_none() && names.are_several(resource) => left.push(format!(
                "{resource}: another object has its name, and it says no namespace that tells them apart"
            )),
            Some(Ok(_)) => {
                entries.extend(rules.iter().map(|rule| (target.clone(), namespace, *rule)));
            }
            _ => left.push(format!("{resource}: the settings file cannot name it")),
        }
    }
    let written = entries.len();
    let entry = |(target, namespace, rule): (String, Option<&str>, &str)| {
        let mut entry = json!({ "rule": rule, "target": target });
        if let Some(namespace) = namespace {
            entry["namespace"] = namespace.into();
        }
        entry["reason"] = reason.into();
        entry
    };
    let entries: Vec<_> = entries.into_iter().map(entry).collect();
    let edits = if entries.is_empty() {
        Edits::default()
    } else {
        settings_edits(file, entries).ok_or_else(|| {
        anyhow::anyhow!(
            "{}: `spec.ignore` cannot be edited here, because of aliases or of how it is written: add the entries by hand, or use annotations with `--no-config`",
            file.name
        )
    })?
    };
    let modified = std::fs::metadata(path).and_then(|it| it.modified()).ok();
    let copy = Source::new(file.name.clone(), file.text().as_bytes().to_vec());
    let inputs = Inputs {
        sources: copy.into_iter().collect(),
        files: vec![Some(File { path: path.to_owned(), modified })],
        ..Inputs::default()
    };
    let place = format!("to {}", file.name);
    Ok(Planned { inputs, edits: vec![edits], written, place, left })
}

fn settings_edits(file: &Source, entries: Vec<Value>) -> Option<Edits> {
    let (documents, _) = stream::split(file.text());
    let trees = documents.into_iter().filter_map(|it| stream::parse(file.text(), it).ok());
    let tree = trees.flatten().find(|tree| tree.kind(tree.root()).is_mapping())?;
    let root = tree.root();
    let spec = tree.get(root, "spec");
    let own = spec.and_then(|spec| tree.get(spec, "ignore")).filter(|&list| !is_empty(&tree, list));
    let mut plan = match (spec, own) {
        (Some(spec), Some(list)) => append(&tree, &[root, spec, list], entries)?,
        _ if spec.is_some_and(|spec| example(&tree, spec).is_some()) => {
            at_example(&tree, spec?, entries)?
        }
        _ => {
            let list = Value::from(entries);
            let whole = json!({ "ignore": list.clone() });
            let site = fix::Site { tree: &tree, chain: &[], mapping: root };
            site.set_all("spec", vec![("ignore", list)], whole, None)?
        }
    };
    Editor::default().verify(&tree, Part::whole(&tree), &mut plan).ok()?;
    Some(plan.edits)
}

/// The end of the line that shows in a comment how `ignore` is written, as `init` prints it, where an entry of the mapping
/// may follow, and the column of its keys.
fn example(tree: &Tree, spec: NodeId) -> Option<(usize, usize)> {
    let text = tree.text();
    let (first, _) = tree.entries(spec).next()?;
    let start = tree.span(first).start();
    let column = start - line_start(text, start);
    if tree.kind(spec) != Kind::BlockMapping || text.contains('\r') {
        return None;
    }
    let shown = format!("\n{}# ignore:", " ".repeat(column));
    let found = text[..tree.document().end()].rfind(&shown)? + 1;
    let is_inside = |node: NodeId| {
        let span = tree.span(node);
        span.start() <= found && found < span.end()
    };
    let is_free = found > start
        && tree.get(spec, "ignore").is_none()
        && !tree.entries(spec).any(|(_, value)| is_inside(value));
    let next = tree.entries(tree.root()).map(|(key, _)| tree.span(key).start());
    let is_last = next.filter(|&key| key > start).all(|key| key > found);
    let end = next_line(text, found);
    (is_free && is_last && text[..end].ends_with('\n')).then_some((end, column))
}

/// Plans the list below that line.
fn at_example(tree: &Tree, spec: NodeId, entries: Vec<Value>) -> Option<Plan> {
    let (at, column) = example(tree, spec)?;
    let list = Value::from(entries);
    let lines = document(&json!({ "ignore": list.clone() }));
    let lines = lines.lines().map(|line| format!("{}{line}\n", " ".repeat(column)));
    let mut plan = Plan::default();
    plan.edits.insert(at, 0, lines.collect::<String>());
    let addition = Addition { key: "ignore", value: Arc::new(list) };
    plan.changes.push((spec, Change::Entries(vec![addition])));
    Some(plan)
}

/// Plans items behind those that a list has; `chain` leads to it.
fn append(tree: &Tree, chain: &[NodeId], entries: Vec<Value>) -> Option<Plan> {
    let &list = chain.last()?;
    let is_shared = chain.iter().any(|&node| tree.is_aliased(node));
    if is_shared || tree.items(list).next().is_none() {
        return None;
    }
    let mut plan = Plan::default();
    let style = Style::learn_with_lists(tree, chain, tree.root());
    let mut texts = EmitCache::default();
    let mut adder = Adder { tree, style, texts: &mut texts, edits: &mut plan.edits };
    let change = adder.last_items(list, entries, chain.len());
    plan.changes.push((list, change));
    Some(plan)
}

/// The key of the annotation for each rule.
static KEYS: LazyLock<HashMap<&'static str, String>> =
    LazyLock::new(|| RULES.iter().map(|rule| (rule.id, format!("{PREFIX}{}", rule.id))).collect());

/// Annotations on the objects.
fn in_annotations(inputs: Inputs, wanted: &Wanted, reason: &str) -> Planned {
    let mut editor = Editor::new(&inputs.sources);
    let mut open: BTreeSet<_> = wanted.keys().collect();
    let (mut written, mut left) = (0, Vec::new());
    for (number, source) in inputs.sources.iter().enumerate() {
        let (documents, _) = kustomization::split(&source.name, source.text());
        let parse =
            |document: stream::Document| stream::parse(source.text(), document.of(number)).ok();
        for tree in documents.into_iter().filter_map(parse).flatten() {
            for object in objects(&tree).unwrap_or_default() {
                let key = (number, Arc::new(Resource::of(&object)));
                let Some(rules) = wanted.get(&key) else { continue };
                open.remove(&key);
                let entries: Vec<_> =
                    rules.iter().map(|rule| (KEYS[rule].as_str(), Value::from(reason))).collect();
                let is_signed = Signature::of(&tree, &object).is_some_and(Signature::covers_all);
                let plan = object.metadata.filter(|_| !is_signed).and_then(|metadata| {
                    let whole = entries.iter().map(|(key, value)| (key.to_string(), value.clone()));
                    let whole = Value::Object(whole.collect::<Map<_, _>>());
                    let chain = [object.node];
                    let site = fix::Site { tree: &tree, chain: &chain, mapping: metadata };
                    site.set_all("annotations", entries, whole, None)
                });
                let part = Part::object(&tree, object.node);
                let plan = plan
                    .and_then(|mut plan| editor.verify(&tree, part, &mut plan).ok().map(|()| plan));
                match plan {
                    Some(plan) => {
                        written += rules.len();
                        editor.add(&inputs.sources, &tree, Ok(plan.edits));
                    }
                    None if is_signed => left.push(format!(
                        "{}: an annotation would break the signature of {}", key.1, source.name
                    )),
                    None => left.push(format!(
                        "{}: its annotations cannot be edited, because of aliases or of how they are written", key.1
                    )),
                }
            }
        }
    }
    left.extend(open.into_iter().map(|(_, resource)| format!("{resource}: it is in no file here")));
    let mut edits = editor.edits;
    edits.iter_mut().for_each(Edits::sort);
    let place = "as annotations on the objects".to_owned();
    Planned { inputs, edits, written, place, left }
}
