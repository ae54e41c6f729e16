//! One run: reads all, plans all, verifies all, then writes all or nothing. Knows every layer and decides nothing that
//! one of them could.

pub mod kustomization;
pub mod walk;
pub mod read;
pub mod write;
pub mod unified;
pub mod block_cache;
pub mod gather;
pub mod pod_template;
pub mod analysis;
mod fault;
mod admitted;
mod coming_back;
mod covered;
pub mod left_out;
pub mod editor;
pub mod parallel;
mod walker;
pub mod apart;
pub mod plan;
pub mod check;
pub mod lint;
pub mod settings;
pub mod unmatched;
pub mod secret;
pub mod init;
pub mod listed;
pub mod list;
pub mod suppress;
pub mod patch;
pub mod patched;
pub mod policy;
pub mod script;
pub mod stderr;
pub mod stdout;

use std::collections::BTreeMap;
use std::io::{self, Write};

use self::analysis::{Masks, masked};
use self::gather::Documents;
use self::plan::{Planned, Verb};
use self::read::Inputs;
use self::settings::{Configured, Selecting};
use self::stderr::Stderr;
use self::unified::{Unified, unified};
use crate::cli::{Args, General, Mode};
use crate::lint::rules::bad_setting;
use crate::lint::{self as rules, Finding};
use crate::report::summary::{self, Action, Outcome, Tense};
use crate::report::{Format, Report, ShownSource, one_line};
use crate::text::{Edits, Level, Source};

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
    let configured = Configured::read(args, Selecting::from(verb))?;
    run_with(args, verb, &configured, |_| Vec::new())
}

/// The same with settings that were read; `refuse` says what else stands in the way of what was planned.
fn run_with(
    args: &Args,
    verb: Verb,
    configured: &Configured,
    refuse: impl Fn(&Planned) -> Vec<String>,
) -> anyhow::Result<Exit> {
    let orders = patched::Orders::read(&configured.layer).unwrap_or_default();
    let is_patched = |name: &str, bytes: &[u8]| match (args.mode, verb) {
        // What is printed is to be applied.
        (Mode::Print, _) => false,
        (_, Verb::Inject) => orders.may_patch(name, bytes),
        _ => patched::holds_ours(bytes),
    };
    let mut inputs =
        read::read(&args.paths, args.stdin_name.as_deref(), args.if_empty, &is_patched);
    let mut console = Console { general: &args.general, configured };
    console.settings()?;
    console.inputs(&inputs)?;
    if args.mode == Mode::InPlace {
        inputs.must_be_files("--in-place", "-i")?;
    }
    if verb == Verb::Patch {
        inputs.add_what_is_built();
    }
    let documents = Documents::split(&inputs.sources);
    let documents = if args.mode == Mode::Print { documents } else { documents.staying() };
    // Only who is verbose hears infos.
    let rules = verb.rules(args.general.verbose);
    let mut planned = planned(configured, documents, verb, &rules);
    let writes = matches!(args.mode, Mode::Print | Mode::InPlace);
    let mut failures = failures(configured, &inputs, &planned, writes);
    let refusal = refuse(&planned);
    if !refusal.is_empty() {
        // What is meant is unknown, and whatever else was found would be about something else.
        planned.findings.retain(is_about_reading);
    }
    failures.extend(refusal);
    let failed = has_failed(configured, &inputs, &failures);
    let exit = verdict(&planned.findings, Some(Level::Error), failed);
    if verb == Verb::Inject && !args.general.quiet {
        let note = patch::instead(configured, &inputs, &planned);
        note.map_or(Ok(()), |note| writeln!(console.stream(), "note: {}", one_line(&note)))?;
    }
    if exit != Exit::Done {
        inputs.show_not_utf8(&mut planned.findings);
        console.findings(&inputs.sources, &planned.masks, &planned.findings)?;
        console.errors(failures)?;
        console.nothing_written(exit, args.mode)?;
        return Ok(exit);
    }
    let exit = output(args, &mut console, &inputs, &planned)?;
    let hidden = if args.general.verbose { BTreeMap::new() } else { planned.hide_known() };
    console.findings(&inputs.sources, &planned.masks, &planned.findings)?;
    let tense = match args.mode {
        Mode::Check | Mode::Diff => Tense::Would,
        Mode::Print | Mode::InPlace => Tense::Did,
    };
    if !args.general.quiet && verb != Verb::Uninject {
        patch::after(&mut console.stream(), configured, &planned)?;
        let is_new = |it: &Outcome| matches!(it.action, Action::Injected | Action::Updated);
        if planned.outcomes.iter().any(is_new) {
            script::note(&mut console.stream(), configured, &planned.absent_scripts)?;
        }
    }
    console.elsewhere(&inputs, &planned, writes)?;
    if writes && !args.general.quiet && matches!(verb, Verb::Uninject | Verb::Unpatch) {
        let note = coming_back::note(configured, &inputs.sources, &planned);
        note.map_or(Ok(()), |note| writeln!(console.stream(), "note: {}", one_line(&note)))?;
    }
    console.outcomes(&planned, tense, Some(&inputs), &hidden)?;
    Ok(exit)
}

/// Plans what a command is to do, by some rules; nothing where the settings are wrong.
pub fn planned(
    configured: &Configured,
    documents: Documents,
    verb: Verb,
    rules: &[&'static rules::Rule],
) -> Planned {
    match &configured.selection {
        Some((kinds, targets)) => {
            plan::plan_by(rules, documents, verb, &configured.layer, kinds, targets)
        }
        None => Planned::default(),
    }
}

/// How a run ends that has found this: findings from the level `fail_on` on count. `failed` is whether anything went wrong
/// beside them.
pub fn verdict(findings: &[Finding], fail_on: Option<Level>, failed: bool) -> Exit {
    let open = || findings.iter().filter(|finding| finding.is_open());
    if failed || open().any(is_about_reading) {
        return Exit::Failed;
    }
    let counts = |finding: &Finding| fail_on.is_some_and(|level| finding.diagnostic.level >= level);
    if open().any(counts) { Exit::Findings } else { Exit::Done }
}

/// Input that cannot be read is no finding about a target.
fn is_about_reading(finding: &Finding) -> bool {
    rules::find(finding.diagnostic.rule).is_some_and(rules::Rule::is_about_reading)
}

/// Whether something went wrong beside the findings; `failures` say what.
pub fn has_failed(configured: &Configured, inputs: &Inputs, failures: &[String]) -> bool {
    !inputs.errors.is_empty()
        || !inputs.not_utf8.is_empty()
        || configured.is_wrong()
        || !failures.is_empty()
}

fn output(
    args: &Args,
    console: &mut Console,
    inputs: &Inputs,
    planned: &Planned,
) -> anyhow::Result<Exit> {
    let Planned { edits, masks, .. } = planned;
    let changes = edits.iter().any(|edits| !edits.is_empty());
    let exit = if changes { Exit::Findings } else { Exit::Done };
    match args.mode {
        Mode::Check => Ok(exit),
        Mode::InPlace => write::in_place(&inputs.sources, &inputs.files, edits)
            .map(|()| Exit::Done)
            .map_err(anyhow::Error::msg),
        Mode::Print => {
            stdout::data(|out| write::stream(&inputs.sources, edits, &planned.followers, out))
                .map(|()| Exit::Done)
        }
        Mode::Diff => console.diff(inputs, edits, masks).map(|()| exit),
    }
}

/// What the user reads on standard error, after the data.
pub struct Console<'a> {
    pub general: &'a General,
    pub configured: &'a Configured,
}

impl Console<'_> {
    /// What of the settings means nothing and stops nothing.
    pub fn settings(&mut self) -> io::Result<()> {
        let mut out = self.stream();
        for warning in &self.configured.warnings {
            writeln!(out, "warning: {warning}")?;
        }
        Ok(())
    }

    fn inputs(&mut self, inputs: &Inputs) -> io::Result<()> {
        let mut out = self.stream();
        for warning in &inputs.warnings {
            writeln!(out, "warning: {}", warning)?;
        }
        let unused = inputs.settings.iter().filter(|file| !self.configured.is_in_use(&file.real));
        let unused: Vec<_> = unused.filter(|_| !self.general.no_config).collect();
        let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
        let ignored = self.configured.ignored.iter();
        let ignored = ignored.filter(|path| unused.iter().all(|file| file.real != **path));
        let ignored = ignored.map(|path| path.strip_prefix(&here).unwrap_or(path));
        for path in unused.iter().map(|file| file.path.as_path()).chain(ignored) {
            writeln!(
                out,
                "warning: {} is ignored: one run uses one settings file, and it counts for its folder only; run wgsidecar once for each folder, or name the file with `--config`",
                path.display()
            )?;
        }
        for left_out in inputs.left_out.iter().filter(|_| self.general.verbose) {
            writeln!(out, "left out: {left_out}")?;
        }
        for error in &inputs.errors {
            writeln!(out, "error: {}", error)?;
        }
        Ok(())
    }

    /// What of the settings is about objects in another part of the repository.
    pub fn elsewhere(
        &mut self,
        inputs: &Inputs,
        planned: &Planned,
        writes: bool,
    ) -> io::Result<()> {
        // Where it need not match, it is no news either.
        let is_news = !self.general.quiet && self.configured.must_match(inputs, writes);
        let note = || unmatched::elsewhere(self.configured, inputs, planned);
        match is_news.then(note).flatten() {
            Some(note) => writeln!(self.stream(), "note: {}", one_line(&note)),
            None => Ok(()),
        }
    }

    /// Findings in rustc's look.
    pub fn findings(
        &mut self,
        sources: &[Source],
        masks: &[Masks],
        findings: &[Finding],
    ) -> io::Result<()> {
        let is_shown = |finding: &&Finding| is_shown(finding, self.general.verbose);
        let own = self.configured.findings();
        let all: Vec<_> = own.chain(findings.iter().filter(is_shown).cloned()).collect();
        if all.is_empty() {
            return Ok(());
        }
        let file = self.configured.file.iter().map(ShownSource::new);
        let shown: Vec<_> = masked(sources, masks).chain(file).collect();
        let rules = rules::infos();
        let mut out = self.stream();
        let look = out.look(self.general.verbose);
        Report::new(&all, &shown, &rules).look(look).write(Format::Human, &mut out)
    }

    /// Prints what would change, and says where it can be applied if that is not here.
    pub fn diff(
        &mut self,
        inputs: &Inputs,
        edits: &[Edits],
        masks: &[Masks],
    ) -> anyhow::Result<()> {
        let colored = stdout::is_colored(&self.general.color);
        let Unified { text, left_out, apply_in } = unified(inputs, edits, masks, colored);
        stdout::data(|out| out.write_all(text.as_bytes()))?;
        for name in left_out {
            writeln!(
                self.stream(),
                "warning: {name} would change, but its diff would show a key and is left out: without `--diff` the change is made"
            )?;
        }
        if let Some(folder) = apply_in {
            writeln!(self.stream(), "the names in the diff begin at {}", folder.display())?;
        }
        Ok(())
    }

    /// What went wrong beside the findings.
    pub fn errors(&mut self, errors: impl IntoIterator<Item = String>) -> io::Result<()> {
        let mut out = self.stream();
        for error in errors {
            writeln!(out, "error: {}", one_line(&error))?;
        }
        Ok(())
    }

    /// Where nothing is ever written, that goes without saying.
    fn nothing_written(&mut self, exit: Exit, mode: Mode) -> io::Result<()> {
        let what = if exit == Exit::Findings { "refused" } else { "failed" };
        let more = match mode {
            Mode::Check | Mode::Diff => "",
            Mode::Print | Mode::InPlace => ": nothing was written",
        };
        writeln!(self.stream(), "{what}{more}")
    }

    /// What became of each workload, or would.
    pub fn outcomes(
        &mut self,
        planned: &Planned,
        tense: Tense,
        inputs: Option<&Inputs>,
        hidden: &BTreeMap<&'static str, usize>,
    ) -> io::Result<()> {
        if self.general.quiet {
            return Ok(());
        }
        let summary = summary::Summary {
            outcomes: &planned.outcomes,
            tense,
            seen: planned.met.seen,
            not_selected: planned.met.not_selected,
            tail: self.configured.tail(inputs),
            hidden,
            suppressed: &planned.suppressed_errors(),
            verbose: self.general.verbose,
        };
        summary.write(&mut self.stream())
    }

    pub fn stream(&self) -> Stderr {
        Stderr::new(&self.general.color)
    }
}

/// Infos are for those who ask.
pub fn is_shown(finding: &Finding, verbose: bool) -> bool {
    finding.diagnostic.level > Level::Info || verbose
}

/// What went wrong beside the findings: a setting that is wrong, a mistake of ours, a selection without a target.
pub fn failures(
    configured: &Configured,
    inputs: &Inputs,
    planned: &Planned,
    writes: bool,
) -> Vec<String> {
    let mistake = |place| format!("a mistake of wgsidecar, please report it: {place}");
    let mut failures: Vec<_> = configured.usage().collect();
    failures.extend(planned.broken.iter().map(mistake));
    // What is meant may stand in what cannot be read, or in a setting that is wrong.
    let is_known = is_read(inputs, planned) && !configured.is_wrong() && !has_bad_setting(planned);
    if configured.must_match(inputs, writes) && is_known {
        failures.extend(unmatched::messages(configured, inputs, planned));
    }
    failures
}

/// Whether an object says of itself what means nothing, so that nobody knows whether it is selected.
fn has_bad_setting(planned: &Planned) -> bool {
    let mut errors = planned
        .findings
        .iter()
        .filter(|finding| finding.is_open() && finding.diagnostic.level == Level::Error);
    errors.any(|finding| finding.diagnostic.rule == bad_setting::RULE.id)
}

/// Whether all that was named could be read.
fn is_read(inputs: &Inputs, planned: &Planned) -> bool {
    inputs.errors.is_empty()
        && inputs.not_utf8.is_empty()
        && !planned.findings.iter().any(is_about_reading)
}
