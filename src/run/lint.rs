//! Runs `lint`: reports what the rules find, and mends what they can. Knows nothing of any rule.

use std::io::{self, Write};

use super::read::{self, Inputs};
use super::settings::Configured;
use super::stdout;
use super::survey::masked;
use super::{Console, Exit, mistakes, unmatched, write};
use crate::cli::{LintArgs, Mode};
use crate::lint::{Finding, RULES, Rule, infos};
use crate::report::{Format, Report, ShownSource};
use crate::run::change::changed_lines;
use crate::run::check::check;
use crate::run::plan::Planned;
use crate::text::{Edits, Source, Span};

/// How often what was mended is looked at again: one mending may uncover the next.
const PASSES: usize = 8;

/// Runs `lint`.
pub fn run(lint: &LintArgs) -> anyhow::Result<Exit> {
    let args = &lint.args;
    let configured = Configured::read(args)?;
    let mut inputs = read::read(&args.paths, args.stdin_name.as_deref(), args.if_empty);
    if lint.fix {
        inputs.must_be_files("--fix", "--fix")?;
    }
    let mut console = Console { general: &args.general, configured: &configured };
    console.inputs(&inputs)?;
    let mut checked = checked(lint, &configured, &inputs.sources);
    let mut not_utf8 = Vec::new();
    inputs.show_not_utf8(&mut not_utf8);
    let mut failed =
        !inputs.errors.is_empty() || !configured.errors.is_empty() || !not_utf8.is_empty();
    checked.findings.extend(not_utf8);
    checked.findings.extend(configured.findings(inputs.sources.len()));
    for failure in unmatched(&configured, &checked).into_iter().chain(mistakes(&checked)) {
        writeln!(console.stream(), "error: {failure}")?;
        failed = true;
    }
    let exit = match lint.fix && !failed {
        true => fix(lint, &console, &inputs, checked)?,
        false => {
            report(lint, &configured, &inputs.sources, &checked)?;
            judge(lint, &checked.findings)
        }
    };
    Ok(if failed { Exit::Failed } else { exit })
}

/// What the rules find; nothing where the settings are wrong.
fn checked(lint: &LintArgs, configured: &Configured, sources: &[Source]) -> Planned {
    match &configured.selection {
        Some((kinds, targets)) => check(sources, &configured.layer, kinds, targets, rules(lint)),
        None => Planned::default(),
    }
}

/// The rules to look for. What reading finds is no matter of choice.
fn rules(lint: &LintArgs) -> Vec<&'static Rule> {
    let named = |list: &[String], rule: &Rule| list.iter().any(|id| id == rule.id);
    let selected = |rule: &Rule| lint.select.is_empty() || named(&lint.select, rule);
    let wanted = |rule: &&&'static Rule| selected(rule) && !named(&lint.ignore, rule);
    RULES.iter().filter(wanted).copied().collect()
}

fn judge(lint: &LintArgs, findings: &[Finding]) -> Exit {
    let open = || findings.iter().filter(|finding| finding.is_open());
    let counts =
        |finding: &Finding| lint.fail_on.is_some_and(|level| finding.diagnostic.level >= level);
    if open().any(|finding| super::exit_of(finding.diagnostic.rule) == Exit::Failed) {
        return Exit::Failed;
    }
    if open().any(counts) { Exit::Findings } else { Exit::Done }
}

/// Writes the report: on standard output, where nothing else goes.
fn report(
    lint: &LintArgs,
    configured: &Configured,
    sources: &[Source],
    checked: &Planned,
) -> anyhow::Result<()> {
    let color = &lint.args.general.color;
    let mut text = Vec::new();
    render(lint.format, stdout::is_colored(color), configured, sources, checked, &mut text)?;
    stdout::words(color, |out| out.write_all(&text))
}

fn render(
    format: Format,
    color: bool,
    configured: &Configured,
    sources: &[Source],
    checked: &Planned,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let file = configured.file.iter().map(ShownSource::new);
    let shown: Vec<_> = masked(sources, &checked.masks).chain(file).collect();
    Report::new(&checked.findings, &shown, &infos()).color(color).write(format, out)
}

/// Mends until nothing is left to mend, then writes all files or none, or shows the difference.
fn fix(
    lint: &LintArgs,
    console: &Console,
    inputs: &Inputs,
    mut checked: Planned,
) -> anyhow::Result<Exit> {
    let (configured, masks) = (console.configured, checked.masks.clone());
    let mut mended: Option<Vec<Source>> = None;
    for _ in 0..PASSES {
        if checked.edits.iter().all(Edits::is_empty) {
            break;
        }
        let sources = mended.as_deref().unwrap_or(&inputs.sources);
        let next =
            sources.iter().zip(&checked.edits).map(apply).collect::<anyhow::Result<Vec<_>>>()?;
        checked = self::checked(lint, configured, &next);
        checked.findings.extend(configured.findings(next.len()));
        mended = Some(next);
    }
    let new = mended.as_deref().unwrap_or(&inputs.sources);
    let edits: Vec<_> = inputs.sources.iter().zip(new).map(difference).collect();
    if lint.args.mode == Mode::Diff {
        let diff = write::Diff::new(&inputs.sources, &edits, &masks);
        diff.show(console)?;
        return Ok(if diff.is_empty() { Exit::Done } else { Exit::Findings });
    }
    write::in_place(&inputs.sources, &inputs.files, &edits).map_err(anyhow::Error::msg)?;
    report(lint, configured, new, &checked)?;
    Ok(judge(lint, &checked.findings))
}

fn apply((source, edits): (&Source, &Edits)) -> anyhow::Result<Source> {
    let mut text = String::new();
    edits.apply(source.text(), Span::new(0, source.text().len()), &mut text);
    Source::new(source.name.clone(), text.into_bytes())
        .map_err(|_| anyhow::anyhow!("{} would be too large", source.name))
}

fn difference((old, new): (&Source, &Source)) -> Edits {
    let mut edits = match old.text() == new.text() {
        true => Edits::default(),
        false => changed_lines(old.text(), Span::new(0, old.text().len()), new.text()),
    };
    edits.sort();
    edits
}
