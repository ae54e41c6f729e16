//! One run: reads all, plans all, verifies all, then writes all or nothing. Knows every layer and decides nothing that
//! one of them could.

pub mod read;
pub mod write;
pub mod blocks;
pub mod gather;
pub mod target;
pub mod survey;
mod fault;
pub mod left_out;
pub mod change;
pub mod workers;
pub mod plan;
pub mod check;
pub mod lint;
pub mod settings;
pub mod secret;
pub mod patch;
pub mod stderr;
pub mod stdout;

use std::io::{self, Write};

use self::plan::{Planned, Verb};
use self::read::Inputs;
use self::settings::Configured;
use self::stderr::Stderr;
use self::survey::{Masks, masked};
use crate::cli::{Args, General, Mode};
use crate::lint::{self as rules, Finding};
use crate::report::summary::{self, Action, Outcome, Tense};
use crate::report::{Format, Report, ShownSource};
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
    let mut inputs = read::read(&args.paths, args.stdin_name.as_deref(), args.if_empty);
    let mut console = Console { general: &args.general, configured: &configured };
    console.inputs(&inputs)?;
    if args.mode == Mode::InPlace {
        inputs.must_be_files("--in-place", "-i")?;
    }
    let mut planned = planned(&configured, &inputs.sources, verb, args.general.verbose);
    let exit = judge(&configured, &inputs, &planned);
    if exit != Exit::Done {
        inputs.show_not_utf8(&mut planned.findings);
        console.findings(&inputs.sources, &planned.masks, &planned.findings)?;
        console.failures(&planned)?;
        console.nothing_written(exit)?;
        return Ok(exit);
    }
    let exit = output(args.mode, &console, &inputs, &planned)?;
    console.findings(&inputs.sources, &planned.masks, &planned.findings)?;
    let tense = match args.mode {
        Mode::Check | Mode::Diff => Tense::Would,
        Mode::Print | Mode::InPlace => Tense::Did,
    };
    console.outcomes(&planned, tense)?;
    // The process ends here: the system takes the memory back sooner than it is freed piece by piece.
    std::mem::forget(planned);
    Ok(exit)
}

/// Plans what a command is to do; nothing where the settings are wrong. Only who is `verbose` hears infos.
pub fn planned(configured: &Configured, sources: &[Source], verb: Verb, verbose: bool) -> Planned {
    match &configured.selection {
        Some((kinds, targets)) => {
            let (rules, layer) = (verb.rules(verbose), &configured.layer);
            plan::plan_by(&rules, sources, verb, layer, kinds, targets)
        }
        None => Planned::default(),
    }
}

/// What stands between the plan and its output.
pub fn judge(configured: &Configured, inputs: &Inputs, planned: &Planned) -> Exit {
    let open = planned.findings.iter().filter(|finding| finding.is_open());
    let errors = open.filter(|finding| finding.diagnostic.level == Level::Error);
    let worst = errors.map(|finding| exit_of(finding.diagnostic.rule)).max().unwrap_or(Exit::Done);
    let failed = !inputs.errors.is_empty()
        || !inputs.not_utf8.is_empty()
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

fn output(
    mode: Mode,
    console: &Console,
    inputs: &Inputs,
    planned: &Planned,
) -> anyhow::Result<Exit> {
    let Planned { edits, masks, .. } = planned;
    let changes = edits.iter().any(|edits| !edits.is_empty());
    let exit = if changes { Exit::Findings } else { Exit::Done };
    match mode {
        Mode::Check => Ok(exit),
        Mode::InPlace => write::in_place(&inputs.sources, &inputs.files, edits)
            .map(|()| Exit::Done)
            .map_err(anyhow::Error::msg),
        Mode::Print => {
            stdout::data(|out| write::stream(&inputs.sources, edits, out)).map(|()| Exit::Done)
        }
        Mode::Diff => write::Diff::new(&inputs.sources, edits, masks).show(console).map(|()| exit),
    }
}

/// What the user reads on standard error, after the data.
pub struct Console<'a> {
    pub general: &'a General,
    pub configured: &'a Configured,
}

impl Console<'_> {
    fn inputs(&mut self, inputs: &Inputs) -> io::Result<()> {
        let mut out = self.stream();
        for warning in &inputs.warnings {
            writeln!(out, "warning: {}", warning)?;
        }
        for left_out in inputs.left_out.iter().filter(|_| self.general.verbose) {
            writeln!(out, "left out: {left_out}")?;
        }
        for error in &inputs.errors {
            writeln!(out, "error: {}", error)?;
        }
        Ok(())
    }

    /// Findings in rustc's look.
    pub fn findings(
        &mut self,
        sources: &[Source],
        masks: &[Masks],
        findings: &[Finding],
    ) -> io::Result<()> {
        let is_shown = |finding: &&Finding| is_shown(finding, self.general.verbose);
        let own = self.configured.findings(sources.len());
        let all: Vec<_> = own.chain(findings.iter().filter(is_shown).cloned()).collect();
        if all.is_empty() {
            return Ok(());
        }
        let file = self.configured.file.iter().map(ShownSource::new);
        let shown: Vec<_> = masked(sources, masks).chain(file).collect();
        let rules = rules::infos();
        let mut out = self.stream();
        let color = out.is_colored();
        Report::new(&all, &shown, &rules).color(color).write(Format::Human, &mut out)
    }

    /// What went wrong beside the findings.
    pub fn failures(&mut self, planned: &Planned) -> io::Result<()> {
        let mut out = self.stream();
        for failure in failures(self.configured, planned) {
            writeln!(out, "error: {failure}")?;
        }
        Ok(())
    }

    fn nothing_written(&mut self, exit: Exit) -> io::Result<()> {
        let what = if exit == Exit::Findings { "refused" } else { "failed" };
        writeln!(self.stream(), "{what}: nothing was written")
    }

    /// What became of each workload, or would.
    pub fn outcomes(&mut self, planned: &Planned, tense: Tense) -> io::Result<()> {
        if self.general.quiet {
            return Ok(());
        }
        summary::write(&planned.outcomes, tense, &mut self.stream())
    }

    pub fn stream(&self) -> Stderr {
        Stderr::new(&self.general.color)
    }
}

/// Infos are for those who ask.
pub fn is_shown(finding: &Finding, verbose: bool) -> bool {
    finding.diagnostic.level > Level::Info || verbose
}

/// What went wrong beside the findings: a mistake of ours, a selection without a target.
pub fn failures(configured: &Configured, planned: &Planned) -> Vec<String> {
    let unmatched = unmatched(configured, planned).filter(|_| planned.findings.is_empty());
    mistakes(planned).chain(unmatched).collect()
}

fn mistakes(planned: &Planned) -> impl Iterator<Item = String> {
    let mistake = |place| format!("a mistake of wgsidecar, please report it: {place}");
    planned.broken.iter().map(mistake)
}

/// That the selection is right and chose nothing.
fn unmatched(configured: &Configured, planned: &Planned) -> Option<String> {
    let nothing_chosen = planned.chosen == 0 && configured.errors.is_empty();
    let asked = configured.asks_for().filter(|_| nothing_chosen)?;
    Some(match left_alone(&planned.outcomes) {
        None => format!("{asked} matches no workload"),
        Some(names) => format!("{asked} matches nothing but what is left alone: {names}"),
    })
}

/// The workloads that were chosen and skipped, the first few of them.
fn left_alone(outcomes: &[Outcome]) -> Option<String> {
    const LISTED: usize = 3;
    let skipped = |outcome: &Outcome| match &outcome.action {
        Action::Skipped(why) => Some(format!("{} ({why})", outcome.workload())),
        _ => None,
    };
    let names: Vec<_> = outcomes.iter().filter_map(skipped).take(LISTED).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
