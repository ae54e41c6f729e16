//! Runs `lint`: reports what the rules find, and mends what they can. Knows nothing of any rule.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{self, Write};

use super::analysis::masked;
use super::list;
use super::listed::State;
use super::patched;
use super::read::{self, Inputs};
use super::settings::{Configured, Selecting};
use super::stdout;
use super::suppress;
use super::{Console, Exit, write};
use crate::cli::{LintArgs, Mode};
use crate::lint::{Finding, RULES, Resource, Rule, infos};
use crate::redact;
use crate::report::summary::Uses;
use crate::report::{Report, ShownSource, counted, either, one_line};
use crate::run::gather::Documents;
use crate::run::plan::{Planned, Verb};
use crate::text::{Diagnostic, Edits, Level, Source, Span};

/// How often what was mended is looked at again: one mending may uncover the next.
const PASSES: usize = 8;

/// Runs `lint`.
pub fn run(lint: &LintArgs) -> anyhow::Result<Exit> {
    if let Some(reason) = &lint.suppress
        && matches!(redact::text(reason), Cow::Owned(_))
    {
        anyhow::bail!(
            "the reason of `--suppress` may hold a key, and would be written into files: say it in other words"
        );
    }
    look(lint, false)
}

/// Looks at everything; `is_again` tells whether that has been done and what is wrong with the input was said.
fn look(lint: &LintArgs, is_again: bool) -> anyhow::Result<Exit> {
    let args = &lint.args;
    let configured = Configured::read(args, Selecting::ByAll)?;
    let orders = patched::Orders::read(&configured.layer).unwrap_or_default();
    let is_patched = |name: &str, bytes: &[u8]| orders.may_patch(name, bytes);
    let mut inputs =
        read::read(&args.paths, args.stdin_name.as_deref(), args.if_empty, &is_patched);
    let writes = lint.fix && args.mode != Mode::Diff;
    if writes {
        inputs.must_be_files("--fix", "--fix")?;
    }
    if lint.suppress.is_some() {
        inputs.must_be_files("--suppress", "--suppress")?;
    }
    let mut console = Console { general: &args.general, configured: &configured };
    if !is_again {
        console.settings()?;
        console.inputs(&inputs)?;
    }
    let mut checked = checked(lint, &configured, &inputs.sources);
    let failures = super::failures(&configured, &inputs, &checked, writes);
    let failed = super::has_failed(&configured, &inputs, &failures);
    inputs.show_not_utf8(&mut checked.findings);
    checked.findings.extend(configured.findings());
    console.errors(failures.iter().cloned())?;
    let exit = super::verdict(&checked.findings, lint.fail_on, failed);
    if lint.fix && exit < Exit::Failed {
        return fix(lint, console, &inputs, checked);
    }
    if let (Some(reason), true) = (&lint.suppress, exit < Exit::Failed) {
        let shows = args.mode == Mode::Diff;
        checked.findings.retain(|finding| is_shown(lint, finding));
        let exit = suppress::run(&mut console, inputs, &checked.findings, reason, shows)?;
        return if shows {
            Ok(exit)
        } else {
            look(&LintArgs { suppress: None, ..lint.clone() }, true)
        };
    }
    let failures: Vec<_> = inputs.errors.iter().chain(&failures).map(String::as_str).collect();
    report(lint, &configured, &inputs.sources, &checked, &failures)?;
    if exit < Exit::Failed {
        console.elsewhere(&inputs, &checked, false)?;
        console.checked(&last_line(&configured, &inputs, &checked))?;
    }
    Ok(exit)
}

/// What the rules find; nothing where the settings are wrong.
fn checked(lint: &LintArgs, configured: &Configured, sources: &[Source]) -> Planned {
    super::planned(configured, Documents::split(sources).staying(), Verb::Lint, &rules(lint))
}

/// The rules to look for. What reading finds is no matter of choice.
fn rules(lint: &LintArgs) -> Vec<&'static Rule> {
    let named = |list: &[String], rule: &Rule| list.iter().any(|id| id == rule.id);
    let selected = |rule: &Rule| lint.select.is_empty() || named(&lint.select, rule);
    let wanted = |rule: &&&'static Rule| selected(rule) && !named(&lint.ignore, rule);
    RULES.iter().filter(wanted).copied().collect()
}

/// Infos are for those who ask.
fn is_shown(lint: &LintArgs, finding: &Finding) -> bool {
    let is_named = || lint.select.iter().any(|id| id == finding.diagnostic.rule);
    let asked = lint.fail_on == Some(Level::Info) || is_named();
    asked || super::is_shown(finding, lint.args.general.verbose)
}

/// Writes the report: on standard output, where nothing else goes.
fn report(
    lint: &LintArgs,
    configured: &Configured,
    sources: &[Source],
    checked: &Planned,
    failures: &[&str],
) -> anyhow::Result<()> {
    let (mut text, general) = (Vec::new(), &lint.args.general);
    let file = configured.file.iter().map(ShownSource::new);
    let shown: Vec<_> = masked(sources, &checked.masks).chain(file).collect();
    let rules = infos();
    let is_shown = |finding: &&Finding| is_shown(lint, finding);
    let findings: Vec<_> = checked.findings.iter().filter(is_shown).cloned().collect();
    let report = Report::new(&findings, &shown, &rules).failures(failures);
    let report = report.notice(nothing_checked(configured, checked));
    report.look(stdout::look(general)).write(lint.format, &mut text)?;
    stdout::words(&general.color, |out| out.write_all(&text))
}

/// Mends until nothing is left to mend, then writes all files or none, or shows the difference.
fn fix(
    lint: &LintArgs,
    mut console: Console,
    inputs: &Inputs,
    mut checked: Planned,
) -> anyhow::Result<Exit> {
    let (configured, masks) = (console.configured, checked.masks.clone());
    let found = checked.findings.clone();
    let mut mended = BTreeMap::new();
    let mut new: Option<Vec<Source>> = None;
    let mut edits = vec![Edits::default(); inputs.sources.len()];
    for _ in 0..PASSES {
        if checked.edits.iter().all(Edits::is_empty) {
            break;
        }
        for &(source, rule) in &checked.mended {
            mended.entry(source).or_insert_with(BTreeSet::new).insert(rule);
        }
        let sources = new.as_deref().unwrap_or(&inputs.sources);
        let next =
            sources.iter().zip(&checked.edits).map(apply).collect::<anyhow::Result<Vec<_>>>()?;
        for ((edits, more), (old, new)) in
            edits.iter_mut().zip(&checked.edits).zip(inputs.sources.iter().zip(&next))
        {
            *edits = edits.then(old.text(), Span::new(0, old.text().len()), more, new.text());
        }
        checked = self::checked(lint, configured, &next);
        let failures = super::failures(configured, inputs, &checked, false);
        if !failures.is_empty() {
            console.errors(failures)?;
            return Ok(Exit::Failed);
        }
        checked.findings.extend(configured.findings());
        new = Some(next);
    }
    let sources = new.as_deref().unwrap_or(&inputs.sources);
    let exit = super::verdict(&checked.findings, lint.fail_on, false);
    if lint.args.mode == Mode::Diff {
        console.diff(inputs, &edits, &masks)?;
        let differs = edits.iter().any(|edits| !edits.is_empty());
        let left = still_found(found, &checked.findings);
        console.findings(&inputs.sources, &masks, &left)?;
        console.mended(&inputs.sources, &mended, "would fix", &checked)?;
        return Ok(if differs { exit.max(Exit::Findings) } else { exit });
    }
    write::in_place(&inputs.sources, &inputs.files, &edits).map_err(anyhow::Error::msg)?;
    report(lint, configured, sources, &checked, &[])?;
    console.mended(&inputs.sources, &mended, "fixed", &checked)?;
    Ok(exit)
}

/// Of what was found, with its places in the files as they are, what would be found still.
fn still_found(found: Vec<Finding>, left: &[Finding]) -> Vec<Finding> {
    type About<'a> = (&'static str, Option<usize>, &'a str, Option<&'a Resource>);
    fn about(finding: &Finding) -> About<'_> {
        let Diagnostic { rule, place, message, .. } = &finding.diagnostic;
        (rule, place.map(|place| place.source), message, finding.resource.as_deref())
    }
    let left: HashSet<_> = left.iter().map(about).collect();
    found.into_iter().filter(|finding| left.contains(&about(finding))).collect()
}

impl Console<'_> {
    /// What became of each file that had something to fix.
    fn mended(
        &mut self,
        sources: &[Source],
        mended: &BTreeMap<usize, BTreeSet<&str>>,
        what: &str,
        checked: &Planned,
    ) -> io::Result<()> {
        let mut out = self.stream();
        if self.general.quiet {
            return Ok(());
        }
        for (&source, rules) in mended {
            let rules: Vec<_> = rules.iter().copied().collect();
            writeln!(out, "{}: {what} {}", sources[source].name, rules.join(", "))?;
        }
        if !mended.is_empty() {
            return Ok(());
        }
        // The flags of the run that has promised a fix may be missing.
        let why = nothing_checked(self.configured, checked);
        writeln!(out, "nothing to fix{}", why.map_or_else(String::new, |why| format!(": {why}")))
    }

    /// The last line: what was checked. Silence would look as if all were well.
    fn checked(&mut self, line: &str) -> io::Result<()> {
        if self.general.quiet { Ok(()) } else { writeln!(self.stream(), "{line}") }
    }
}

/// What was checked, and what was not: `checked 2 pods of 3 workloads: 2 injected; 1 not selected`.
fn last_line(configured: &Configured, inputs: &Inputs, checked: &Planned) -> String {
    let mut parts = Vec::new();
    let met = &checked.met;
    parts.extend(nothing_checked(configured, checked));
    if checked.judged > 0 {
        let (pods, workloads) =
            (counted(checked.judged, "pod"), counted(met.workloads(), "workload"));
        let states = list::states(checked, false);
        parts.push(format!("checked {pods} of {workloads}: {states}"));
    }
    if met.patches > 0 {
        let (patches, states) = (counted(met.patches, "patch"), list::states(checked, true));
        parts.push(format!("checked {patches}: {states}"));
        parts.push(renderers(checked));
    }
    if checked.judged + met.patches > 0 || checked.met.not_selected == 0 {
        parts.extend(list::aside(checked));
    }
    let mut uses = Uses::default();
    for listed in &checked.listed {
        if let Some(in_use) = listed.in_use() {
            uses.add(listed.namespace.as_deref(), &in_use);
        }
    }
    parts.extend(uses.parts());
    let suppressed = checked.findings.iter().filter(|it| !it.is_open()).count();
    parts
        .extend((suppressed > 0).then(|| format!("{} suppressed", counted(suppressed, "finding"))));
    parts.extend(configured.tail(Some(inputs)).parts());
    one_line(&parts.join("; "))
}

/// How to check the pods that patches are for, which nobody sees here.
fn renderers(checked: &Planned) -> String {
    let patches = checked.listed.iter().filter(|listed| listed.is_patch());
    let rows = patches.filter_map(|listed| patched::of_resource(&listed.resource));
    let names = BTreeSet::from_iter(rows.map(|row| row.renderer));
    let its = if checked.met.patches == 1 { "its" } else { "their" };
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    format!("to check {its} pods, pipe {} into `wgsidecar lint`", either(&names))
}

/// That no pod was looked at, and why.
fn nothing_checked(configured: &Configured, checked: &Planned) -> Option<String> {
    let why = match checked.judged + checked.met.patches {
        0 if checked.met.seen == 0 => "there is no workload in the input",
        0 if !configured.layer.wants_tunnels() => {
            "no pod has a tunnel, and no setting asks for one (to check before injecting: `lint --secret NAME`)"
        }
        0 if list::elsewhere(checked) == checked.met.seen => {
            "the pods of every workload are rendered elsewhere"
        }
        0 if checked.listed.iter().any(|it| it.state != State::Missing) => {
            "no workload is selected, although some have a tunnel"
        }
        0 if !checked.listed.is_empty() => "no pod has a tunnel, and no policy adds one",
        0 => "no workload is selected, and none has a tunnel",
        _ => return None,
    };
    Some(format!("no pod was checked: {why}"))
}

fn apply((source, edits): (&Source, &Edits)) -> anyhow::Result<Source> {
    let mut text = String::new();
    edits.apply(source.text(), Span::new(0, source.text().len()), &mut text);
    Source::new(source.name.clone(), text.into_bytes())
        .map_err(|_| anyhow::anyhow!("{} would be too large", source.name))
}
