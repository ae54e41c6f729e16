//! What became of each workload, and what the run's tunnels use. Knows no finding and no format.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use super::{Resource, counted, one_line};

/// Names that a list in the summary shows at most.
const LISTED: usize = 10;

/// What became of one workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub resource: Arc<Resource>,
    pub action: Action,
    /// What its tunnel uses; `None` where it has none after the run.
    pub tunnel: Option<InUse>,
    /// The workload that a patch in the object is for, where it is about that: `deployment/web`.
    pub patch: Option<Arc<str>>,
}

impl Outcome {
    /// As kubectl names it: `deployment/web`.
    pub fn workload(&self) -> String {
        self.resource.display()
    }
}

/// What happened to a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Injected,
    Updated,
    Unchanged,
    Uninjected,
    /// Left alone, and why: a few words such as `opted out`.
    Skipped(&'static str),
    /// Its pods are made from what is not in the run.
    Elsewhere,
}

/// What the summary says of a tunnel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InUse {
    /// Name of the Secret, in the workload's namespace.
    pub secret: Arc<str>,
    /// `cluster`, or addresses.
    pub dns: Cow<'static, str>,
}

/// Whether the outcomes are a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    Did,
    /// Nothing was written: they are what a run without `--check` or `--diff` would do.
    Would,
}

/// What is said of a run at its end.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'a> {
    pub outcomes: &'a [Outcome],
    pub tense: Tense,
    /// How many workloads there are, whatever became of them.
    pub seen: usize,
    /// How many files a walk left out.
    pub left_out: usize,
}

impl Summary<'_> {
    /// Writes a line for each outcome, in the order given, and one that sums them up.
    pub fn write(self, out: &mut dyn Write) -> io::Result<()> {
        let Self { outcomes, tense, seen, left_out } = self;
        let spaces =
            BTreeSet::from_iter(outcomes.iter().map(|outcome| &outcome.resource.namespace));
        let qualified = spaces.len() > 1;
        for outcome in outcomes {
            let workload = qualify(qualified, outcome, &outcome.workload());
            let mut action = tense.of(outcome.action.word(), &outcome.action.to_string());
            if let Some(patch) = &outcome.patch {
                action.push_str(&format!(" (its patch of {patch})"));
            }
            writeln!(out, "{}: {}", one_line(&workload), one_line(&action))?;
        }
        let mut last = match (outcomes, seen) {
            ([], 0) => "nothing to do: no workload in the input".to_owned(),
            ([], _) => "nothing to do: no workload is selected".to_owned(),
            _ => sum(outcomes, tense, qualified),
        };
        if left_out > 0 {
            last.push_str(&format!("; {} left out (`-v` names them)", counted(left_out, "file")));
        }
        writeln!(out, "{}", one_line(&last))
    }
}

/// Puts the namespace before a name where the run has several.
fn qualify(qualified: bool, outcome: &Outcome, name: &str) -> String {
    match &outcome.resource.namespace {
        Some(namespace) if qualified => format!("{namespace}/{name}"),
        _ => name.to_owned(),
    }
}

/// `2 injected, 1 skipped; Secrets wg-api, wg-web; DNS cluster`.
fn sum(outcomes: &[Outcome], tense: Tense, qualified: bool) -> String {
    let mut parts = vec![counts(outcomes, tense)];
    let tunnels =
        || outcomes.iter().filter_map(|outcome| Some((outcome, outcome.tunnel.as_ref()?)));
    let secrets = BTreeSet::from_iter(
        tunnels().map(|(outcome, tunnel)| qualify(qualified, outcome, &tunnel.secret)),
    );
    let dns = BTreeSet::from_iter(tunnels().map(|(_, tunnel)| tunnel.dns.to_string()));
    if !secrets.is_empty() {
        let noun = if secrets.len() == 1 { "Secret" } else { "Secrets" };
        parts.push(format!("{noun} {}", list(&secrets, ", ")));
        parts.push(format!("DNS {}", list(&dns, " or ")));
    }
    parts.join("; ")
}

fn counts(outcomes: &[Outcome], tense: Tense) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for word in ["injected", "updated", "unchanged", "uninjected", "skipped", "rendered elsewhere"]
    {
        let number = outcomes.iter().filter(|outcome| outcome.action.word() == word).count();
        counts.extend((number > 0).then_some((word, number)));
    }
    let words =
        counts.into_iter().map(|(word, number)| format!("{number} {}", tense.of(word, word)));
    Vec::from_iter(words).join(", ")
}

fn list(names: &BTreeSet<String>, between: &str) -> String {
    let mut words = Vec::from_iter(names.iter().take(LISTED).cloned());
    let more = names.len() - words.len();
    if more > 0 {
        words.push(format!("{more} more"));
    }
    words.join(between)
}

impl Tense {
    /// What is said of an action, whose word tells whether it changes anything.
    fn of(self, word: &str, said: &str) -> String {
        match (self, word) {
            (Self::Would, "injected" | "updated" | "uninjected") => format!("would be {said}"),
            _ => said.to_owned(),
        }
    }
}

impl Action {
    fn word(&self) -> &'static str {
        match self {
            Self::Injected => "injected",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Uninjected => "uninjected",
            Self::Skipped(_) => "skipped",
            Self::Elsewhere => "rendered elsewhere",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skipped(why) => write!(out, "skipped ({why})"),
            action => out.write_str(action.word()),
        }
    }
}
