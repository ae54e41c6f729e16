//! One run: reads all, plans all, verifies all, then writes all or nothing. Knows every layer and decides nothing that
//! one of them could.

pub mod read;
pub mod write;
pub mod blocks;
pub mod gather;
pub mod target;
pub mod survey;
pub mod change;
pub mod plan;
pub mod check;
pub mod lint;
pub mod settings;
pub mod secret;

use std::io::{self, Write};

use anyhow::Context as _;

use self::plan::{Planned, Verb};
use self::read::Inputs;
use self::settings::Configured;
use crate::cli::{Args, General, Mode};
use crate::lint::{self as rules, Finding};
use crate::report::{Format, Report, ShownSource, summary};
use crate::text::{Level, Source};

/// How a run ended, as the process's exit code; the higher wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    Done = 0,
    /// A target was refused, or something would change.
    Findings = 1,
    /// Usage, settings, unreadable input, a selector that matches nothing, output that cannot be written.
    Failed = 2,
}

/// Runs `inject` or `uninject`.
pub fn run(args: &Args, verb: Verb) -> anyhow::Result<Exit> {
    let configured = Configured::read(args)?;
    let inputs = read::read(&args.paths, args.stdin_name.as_deref());
    let mut console = Console { general: &args.general, configured: &configured };
    console.inputs(&inputs)?;
    if args.mode == Mode::InPlace && inputs.files.iter().any(Option::is_none) {
        anyhow::bail!(
            "`--in-place` changes files, and standard input is none: name the files, or leave `-i` out"
        );
    }
    let planned = match &configured.selection {
        Some((kinds, targets)) => {
            plan::plan(&inputs.sources, verb, &configured.layer, kinds, targets)
        }
        None => Planned::default(),
    };
    let exit = judge(&configured, &inputs, &planned);
    if exit != Exit::Done {
        console.findings(&inputs.sources, &planned.masks, &planned.findings)?;
        console.failures(&configured, &planned, exit)?;
        return Ok(exit);
    }
    let exit = output(args.mode, &inputs, &planned)?;
    console.findings(&inputs.sources, &planned.masks, &planned.findings)?;
    console.outcomes(&planned)?;
    Ok(exit)
}

/// What stands between the plan and its output.
fn judge(configured: &Configured, inputs: &Inputs, planned: &Planned) -> Exit {
    let open = planned.findings.iter().filter(|finding| finding.is_open());
    let errors = open.filter(|finding| finding.diagnostic.level == Level::Error);
    let worst = errors.map(|finding| exit_of(finding.diagnostic.rule)).max().unwrap_or(Exit::Done);
    let failed = !inputs.errors.is_empty()
        || !configured.errors.is_empty()
        || !planned.broken.is_empty()
        || (planned.chosen == 0 && configured.asks_for().is_some());
    if failed { Exit::Failed } else { worst }
}

/// Input that cannot be read is no finding about a target.
fn exit_of(rule: &str) -> Exit {
    match rules::find(rule).is_some_and(rules::Rule::is_about_reading) {
        true => Exit::Failed,
        false => Exit::Findings,
    }
}

fn output(mode: Mode, inputs: &Inputs, planned: &Planned) -> anyhow::Result<Exit> {
    let Planned { edits, .. } = planned;
    let changes = edits.iter().any(|edits| !edits.is_empty());
    let exit = if changes { Exit::Findings } else { Exit::Done };
    match mode {
        Mode::Check => Ok(exit),
        Mode::InPlace => write::in_place(&inputs.sources, &inputs.files, edits)
            .map(|()| Exit::Done)
            .map_err(anyhow::Error::msg),
        Mode::Print => {
            to_stdout(|out| write::stream(&inputs.sources, edits, out)).map(|()| Exit::Done)
        }
        Mode::Diff => {
            to_stdout(|out| out.write_all(write::diff(&inputs.sources, edits).as_bytes()))
                .map(|()| exit)
        }
    }
}

/// A reader that went away is no failure of ours.
fn to_stdout(write: impl FnOnce(&mut io::StdoutLock) -> io::Result<()>) -> anyhow::Result<()> {
    match write(&mut io::stdout().lock()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// What the user reads on standard error, after the data.
struct Console<'a> {
    general: &'a General,
    configured: &'a Configured,
}

impl Console<'_> {
    fn inputs(&mut self, inputs: &Inputs) -> io::Result<()> {
        let mut out = self.stream();
        for warning in &inputs.warnings {
            writeln!(out, "warning: {warning}")?;
        }
        for left_out in inputs.left_out.iter().filter(|_| self.general.verbose) {
            writeln!(out, "left out: {left_out}")?;
        }
        for error in &inputs.errors {
            writeln!(out, "error: {error}")?;
        }
        Ok(())
    }

    /// Findings in rustc's look: infos only when asked for, but for the one about a workload that nobody sees.
    fn findings(
        &mut self,
        sources: &[Source],
        masks: &[survey::Masks],
        findings: &[Finding],
    ) -> io::Result<()> {
        let mut shown = survey::shown(sources, masks);
        shown.extend(self.configured.file.iter().map(ShownSource::new));
        let all = self
            .configured
            .diagnostics(sources.len())
            .map(Finding::from)
            .chain(findings.iter().cloned());
        let all: Vec<_> = all
            .filter(|finding| {
                finding.diagnostic.level > Level::Info
                    || self.general.verbose
                    || finding.diagnostic.rule == rules::unknown_workload::RULE.id
            })
            .collect();
        let rules = rules::infos();
        let out = self.stream();
        let color = out.current_choice() != anstream::ColorChoice::Never;
        Report::new(&all, &shown, &rules).color(color).write(Format::Human, &mut out.lock())
    }

    fn failures(
        &mut self,
        configured: &Configured,
        planned: &Planned,
        exit: Exit,
    ) -> io::Result<()> {
        let mut out = self.stream();
        for place in &planned.broken {
            writeln!(out, "error: a mistake of wgsidecar, please report it: {place}")?;
        }
        if let Some(asked) = configured.asks_for().filter(|_| {
            planned.chosen == 0 && planned.findings.is_empty() && configured.errors.is_empty()
        }) {
            writeln!(out, "error: {asked} matches no workload")?;
        }
        let what = if exit == Exit::Findings { "refused" } else { "failed" };
        writeln!(out, "{what}: nothing was written")
    }

    fn outcomes(&mut self, planned: &Planned) -> io::Result<()> {
        if self.general.quiet {
            return Ok(());
        }
        summary::write(&planned.outcomes, &mut self.stream())
    }

    fn stream(&self) -> anstream::AutoStream<io::Stderr> {
        anstream::AutoStream::new(io::stderr(), color_choice(&self.general.color, &io::stderr()))
    }
}

fn color_choice(word: &str, stream: &impl anstream::stream::RawStream) -> anstream::ColorChoice {
    match word {
        "always" => anstream::ColorChoice::Always,
        "never" => anstream::ColorChoice::Never,
        _ => anstream::AutoStream::choice(stream),
    }
}
