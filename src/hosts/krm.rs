//! The KRM function: a ResourceList in, one out, as kustomize and kpt call us. Knows nothing of how manifests are
//! edited.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::Arc;

use anyhow::{Context, bail};
use memchr::memmem;
use serde_json::{Value, json};

use super::results::results;
use crate::cli::{Args, KrmArgs};
use crate::config::{self, Reading};
use crate::kube::{Object, objects};
use crate::report::summary::Tense;
use crate::run::editor::Editor;
use crate::run::gather::Documents;
use crate::run::plan::{Planned, Verb};
use crate::run::read::Inputs;
use crate::run::settings::Configured;
use crate::run::{self, Console, Exit};
use crate::text::{Edits, Level, Source, Span};
use crate::yaml::verify::{Change, Part};
use crate::yaml::write::add::Adder;
use crate::yaml::write::remove::Remover;
use crate::yaml::write::{Addition, EmitCache, Plan, Style, document};
use crate::yaml::{self, NodeId, Tree, stream};

/// The kind that hosts send.
const KIND: &str = "ResourceList";
const GROUP: &str = "config.kubernetes.io/";

/// The key of a list under which functions report.
const RESULTS: &str = "results";

/// Runs the function on standard input.
pub fn run(krm: &KrmArgs) -> anyhow::Result<Exit> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
    answer(krm, bytes)
}

/// Whether an input that came without a command is meant for the function.
pub fn is_meant(bytes: &[u8]) -> bool {
    memmem::find(bytes, KIND.as_bytes()).is_some()
}

/// Answers a ResourceList with one on standard output.
pub fn answer(krm: &KrmArgs, bytes: Vec<u8>) -> anyhow::Result<Exit> {
    let inputs = inputs(bytes)?;
    let answer = respond(krm, &inputs)?;
    run::stdout::data(|out| out.write_all(answer.text.as_bytes()))?;
    tell(krm, &inputs.sources, &answer)?;
    Ok(answer.exit)
}

/// What the function makes of a ResourceList.
#[derive(Debug)]
pub struct Answer {
    /// The list that answers: whatever went wrong, the items in it are all there are.
    pub text: String,
    pub exit: Exit,
    configured: Configured,
    planned: Planned,
    failures: Vec<String>,
}

/// The list as an input of a run, without what a function before us has reported.
pub fn inputs(bytes: Vec<u8>) -> anyhow::Result<Inputs> {
    let source = read(bytes)?;
    let sources =
        if may_hold_results(source.text()) { vec![without_results(source)?] } else { vec![source] };
    Ok(Inputs { sources, files: vec![None], ..Inputs::default() })
}

/// Answers a list.
pub fn respond(krm: &KrmArgs, inputs: &Inputs) -> anyhow::Result<Answer> {
    let tree = Arc::new(list(&inputs.sources[0])?);
    let objects = objects(&tree).unwrap_or_default();
    let configured = configured(&krm.args, &tree);
    let documents = Documents::of(&inputs.sources, Arc::clone(&tree));
    let verb = if krm.lint { Verb::Lint } else { Verb::Inject };
    let rules = verb.rules(krm.lint || krm.args.general.verbose);
    let mut planned = run::planned(&configured, documents, verb, &rules);
    if krm.lint {
        // A validator mends nothing.
        planned.edits.clear();
    }
    hide_package_paths(&tree, &objects, &mut planned);
    let failures = run::failures(&configured, inputs, &planned, true);
    let fail_on = if krm.lint { krm.fail_on } else { Some(Level::Error) };
    let failed = run::has_failed(&configured, inputs, &failures);
    let exit = run::verdict(&planned.findings, fail_on, failed);
    let results = results(&tree, &configured, &planned, &failures, krm.args.general.verbose);
    let text = if krm.lint && is_from_kustomize(&tree, &objects) {
        without_items(&tree, &results)
    } else {
        with_results(&tree, results, &mut planned, exit)?
    };
    Ok(Answer { text, exit, configured, planned, failures })
}

fn read(bytes: Vec<u8>) -> anyhow::Result<Source> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        bail!("standard input is empty: a KRM function is given a {KIND} there");
    }
    Source::new("<stdin>", bytes)
        .map_err(|_| anyhow::anyhow!("standard input is not UTF-8 or too large"))
}

/// The one document that there is, which must be a ResourceList.
pub fn list(source: &Source) -> anyhow::Result<Tree<'_>> {
    let (documents, errors) = stream::split(source.text());
    if let Some(error) = errors.into_iter().next() {
        return Err(unreadable(source, &error));
    }
    let mut trees = Vec::new();
    for document in documents {
        let parsed = stream::parse(source.text(), document);
        trees.extend(parsed.map_err(|error| unreadable(source, &error))?);
    }
    let [tree] = <[Tree; 1]>::try_from(trees)
        .map_err(|trees| anyhow::anyhow!("expected one {KIND}, found {} documents", trees.len()))?;
    let text = |key| tree.get(tree.root(), key).and_then(|node| tree.string(node));
    let is_list = text("kind").is_some_and(|kind| kind == KIND)
        && text("apiVersion").is_some_and(|version| version.starts_with(GROUP));
    if !is_list {
        bail!("standard input holds no {KIND} of {GROUP}v1");
    }
    Ok(tree)
}

fn unreadable(source: &Source, error: &yaml::Error) -> anyhow::Error {
    let place = source.position(error.span.start());
    let (name, rule, message) = (&source.name, error.rule, &error.message);
    anyhow::anyhow!("{name}:{}:{}: error[{rule}]: {message}", place.line, place.column)
}

/// Whether a list may hold results: if neither the key is in it nor an escape that a key can be written with, it need not
/// be parsed to see that it holds none.
fn may_hold_results(text: &str) -> bool {
    let spellings = [RESULTS, "\\u", "\\U", "\\x", "\\\n", "\\\r"];
    spellings.iter().any(|spelling| memmem::find(text.as_bytes(), spelling.as_bytes()).is_some())
}

/// What a function before us has reported is not ours to report again.
fn without_results(source: Source) -> anyhow::Result<Source> {
    let tree = list(&source)?;
    let keys = tree.entries(tree.root()).map(|(key, _)| key);
    let keys: Vec<_> = keys.filter(|&key| tree.is_key(key, RESULTS)).collect();
    if keys.is_empty() {
        return Ok(source);
    }
    let mut remover = Remover::default();
    remover.entries(&tree, tree.root(), &keys);
    let plan = Plan {
        edits: remover.finish(&tree),
        changes: vec![(tree.root(), Change::WithoutEntries(keys))],
    };
    let text = verified(&tree, plan)?;
    Source::new(source.name.clone(), text.into_bytes())
        .map_err(|_| anyhow::anyhow!("standard input is too large"))
}

/// The settings: what the host hands over below what was typed and the environment.
fn configured(args: &Args, tree: &Tree) -> Configured {
    let handed = tree.get(tree.root(), "functionConfig").filter(|&node| !tree.is_null(node));
    Configured::over(
        args,
        handed
            .map_or_else(Reading::default, |node| config::from_object(tree, tree.follow(node), 0)),
    )
}

/// kpt tells us where its packages are on this machine; that must not get into the output.
fn hide_package_paths(tree: &Tree, objects: &[Object], planned: &mut Planned) {
    const KEY: &str = "internal.config.kubernetes.io/package-path";
    let Some(masks) = planned.masks.first_mut() else { return };
    let paths = objects.iter().filter_map(|object| object.annotation(tree, KEY));
    masks.private.extend(paths.map(|node| tree.span(node)));
}

/// kustomize takes a validator that returns items for one that has changed them.
fn is_from_kustomize(tree: &Tree, objects: &[Object]) -> bool {
    const KEY: &str = "kustomize.config.k8s.io/id";
    objects.iter().any(|object| object.annotation(tree, KEY).is_some())
}

fn without_items(tree: &Tree, results: &[Value]) -> String {
    let version = tree.get(tree.root(), "apiVersion").and_then(|node| tree.string(node));
    let mut list = json!({"apiVersion": version, "kind": KIND, "items": []});
    if !results.is_empty() {
        list[RESULTS] = results.into();
    }
    document(&list)
}

/// The list with its items changed, or as they came where something is refused, and what was found.
fn with_results(
    tree: &Tree,
    results: Vec<Value>,
    planned: &mut Planned,
    exit: Exit,
) -> anyhow::Result<String> {
    let mut edits = match exit {
        Exit::Done => planned.edits.pop().unwrap_or_default(),
        _ => Edits::default(),
    };
    if !results.is_empty() {
        let plan = adding(tree, Value::Array(results));
        verified(tree, Plan { edits: plan.edits.clone(), changes: plan.changes })?;
        edits.append(plan.edits);
        edits.sort();
    }
    let mut text = String::new();
    edits.apply(tree.text(), Span::new(0, tree.text().len()), &mut text);
    Ok(text)
}

fn adding(tree: &Tree, results: Value) -> Plan {
    let root: NodeId = tree.root();
    let addition = Addition { key: RESULTS, value: results.into() };
    let mut plan = Plan::default();
    let style = Style::learn(tree, &[root], root);
    let mut adder = Adder { tree, style, texts: &mut EmitCache::default(), edits: &mut plan.edits };
    adder.entry(root, &addition, None, 0);
    plan.changes.push((root, Change::Entries(vec![addition])));
    plan
}

/// The text that a plan makes, once it says what was planned and nothing else.
fn verified(tree: &Tree, mut plan: Plan) -> anyhow::Result<String> {
    let mut editor = Editor::default();
    editor.verify(tree, Part::whole(tree), &mut plan).map_err(|path| {
        anyhow::anyhow!(
            "a mistake of wgsidecar, please report it: `{path}` would not be what was planned"
        )
    })?;
    Ok(editor.into_text())
}

fn tell(krm: &KrmArgs, sources: &[Source], answer: &Answer) -> io::Result<()> {
    let Answer { exit, configured, planned, failures, .. } = answer;
    let mut console = Console { general: &krm.args.general, configured };
    console.settings()?;
    console.findings(sources, &planned.masks, &planned.findings)?;
    console.errors(failures.iter().cloned())?;
    match (exit, krm.lint) {
        (_, true) => Ok(()),
        (Exit::Done, _) => console.outcomes(planned, Tense::Did, None, &BTreeMap::new()),
        (Exit::Findings, _) => writeln!(console.stream(), "refused: no item was changed"),
        (Exit::Failed, _) => writeln!(console.stream(), "failed: no item was changed"),
    }
}
