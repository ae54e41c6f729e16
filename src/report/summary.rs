//! What became of each workload, and what the run's tunnels use. Knows no finding and no format.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
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
    /// Where its pods run, where the manifest says so: those of a patch need not run where its object is.
    pub namespace: Option<Arc<str>>,
    pub action: Action,
    /// What its tunnel uses; `None` where it has none after the run.
    pub tunnel: Option<InUse>,
    /// The workload that a patch in the object is for, where it is about that: `deployment/web`.
    pub patch: Option<Arc<str>>,
    /// What an update changes: `dns 10.64.0.1 → cluster`.
    pub changes: Vec<String>,
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
    /// There was no tunnel to take out.
    Bare,
    Uninjected,
    /// Left alone, for a patch in another object brings its tunnel.
    ByPatch,
    /// Left alone, and why: a few words such as `opted out`.
    Skipped(&'static str),
    /// Its pods are made from what is not in the run.
    Elsewhere,
}

/// What the summary says of a tunnel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InUse {
    /// Name of the Secret, in the namespace of the pods.
    pub secret: Arc<str>,
    /// The preset of ranges, and whether it is the default: `k3s`, `kubeadm (default)`.
    pub cluster: Cow<'static, str>,
    /// The resolvers, and where names are looked up: `cluster (outside the tunnel)`.
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
    /// How many of them the selection leaves out.
    pub not_selected: usize,
    pub tail: Tail<'a>,
    /// How many findings of each rule are about what is unchanged, and were not shown.
    pub hidden: &'a BTreeMap<&'static str, usize>,
    /// How many errors of each rule would have stopped the run and are suppressed.
    pub suppressed: &'a BTreeMap<&'static str, usize>,
    /// Whether those that are unchanged are named too.
    pub verbose: bool,
}

impl Summary<'_> {
    /// Writes a line for each outcome, in the order given, and one that sums them up.
    pub fn write(self, out: &mut dyn Write) -> io::Result<()> {
        let Self { outcomes, tense, verbose, .. } = self;
        let named = outcomes.iter().filter(|it| verbose || !it.action.is_counted_only());
        for outcome in named {
            let workload = qualify(outcome.resource.namespace.as_deref(), &outcome.workload());
            let mut action = tense.of(outcome.action.word(), &outcome.action.to_string());
            let changes = outcome.changes.join(", ");
            let changes = Some(changes).filter(|it| !it.is_empty());
            let patch = outcome.patch.as_ref().map(|workload| format!("its patch of {workload}"));
            let more: Vec<_> = patch.into_iter().chain(changes).collect();
            if !more.is_empty() {
                action = format!("{action} ({})", more.join(": "));
            }
            writeln!(out, "{}: {}", one_line(&workload), one_line(&action))?;
        }
        writeln!(out, "{}", one_line(&self.last()))
    }

    fn last(&self) -> String {
        let Self { outcomes, seen, not_selected, tail, hidden, suppressed, .. } = *self;
        let mut parts = match (outcomes, seen) {
            ([], 0) => vec!["nothing to do: no workload in the input".to_owned()],
            ([], _) if not_selected < seen => {
                vec![format!("nothing to do: no tunnel found in {}", counted(seen, "workload"))]
            }
            ([], _) => {
                vec![format!("nothing to do: {} not selected", counted(seen, "workload"))]
            }
            _ => self.sum(),
        };
        parts.extend(tail.parts());
        if !suppressed.is_empty() {
            let what = counted(suppressed.values().sum(), "error");
            parts.push(format!("{what} suppressed ({})", rules(suppressed)));
        }
        if !hidden.is_empty() {
            let what = counted(hidden.values().sum(), "warning");
            let rules = rules(hidden);
            parts.push(format!("{what} about what is unchanged: {rules} (`-v` shows them)"));
        }
        parts.join("; ")
    }

    /// `2 injected, 1 skipped`, `Secrets wg-api, wg-web`, `cluster k3s`, `DNS cluster (outside the tunnel)`.
    fn sum(&self) -> Vec<String> {
        let Self { outcomes, tense, not_selected, .. } = *self;
        let mut uses = Uses::default();
        for outcome in outcomes {
            if let Some(tunnel) = &outcome.tunnel {
                uses.add(outcome.namespace.as_deref(), tunnel);
            }
        }
        let counts = counts(outcomes, tense, not_selected);
        std::iter::once(counts).chain(uses.parts()).collect()
    }
}

/// What the tunnels of a run use, each name once.
#[derive(Debug, Default)]
pub struct Uses {
    secrets: BTreeSet<String>,
    clusters: BTreeSet<String>,
    dns: BTreeSet<String>,
}

impl Uses {
    /// Takes a tunnel whose pods run in a namespace.
    pub fn add(&mut self, namespace: Option<&str>, tunnel: &InUse) {
        self.secrets.insert(qualify(namespace, &tunnel.secret));
        self.clusters.insert(tunnel.cluster.to_string());
        self.dns.insert(tunnel.dns.to_string());
    }

    /// `Secrets wg-api, wg-web`, `cluster k3s`, `DNS cluster (outside the tunnel)`; nothing where there is no tunnel.
    pub fn parts(&self) -> Vec<String> {
        let Self { secrets, clusters, dns } = self;
        if secrets.is_empty() {
            return Vec::new();
        }
        let noun = if secrets.len() == 1 { "Secret" } else { "Secrets" };
        vec![
            format!("{noun} {}", list(secrets, ", ")),
            format!("cluster {}", list(clusters, " or ")),
            format!("DNS {}", list(dns, " or ")),
        ]
    }
}

/// How every last line ends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tail<'a> {
    /// How many files were read; `None` where it was a stream.
    pub files: Option<usize>,
    /// How many files a walk left out.
    pub left_out: usize,
    /// The settings file in use.
    pub settings: Option<&'a str>,
}

impl Tail<'_> {
    /// `3 files read`, `1 file left out`, `settings from wgsidecar.yaml`.
    pub fn parts(self) -> impl Iterator<Item = String> {
        let Self { files, left_out, settings } = self;
        let read = files.filter(|&files| files > 1).map(|files| format!("{files} files read"));
        let left_out = (left_out > 0)
            .then(|| format!("{} left out (`-v` names them)", counted(left_out, "file")));
        let settings = settings.map(|file| format!("settings from {file}"));
        [read, left_out, settings].into_iter().flatten()
    }
}

/// `2 up to date, 1 stale`: each word with its number, without those that nothing is.
pub fn numbers<W: fmt::Display>(words: impl IntoIterator<Item = (usize, W)>) -> String {
    let some = words.into_iter().filter(|(number, _)| *number > 0);
    some.map(|(number, word)| format!("{number} {word}")).collect::<Vec<_>>().join(", ")
}

/// Puts the namespace before a name, where the manifest says one.
fn qualify(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}

/// What is said of a workload whose tunnel a patch brings.
const BY_PATCH: &str = "by patch";

/// What is said of a workload from which no tunnel can be taken.
const BARE: &str = "without a tunnel";

/// `2 dns-leak, 1 host-port`; of one rule the name alone.
fn rules(numbers: &BTreeMap<&'static str, usize>) -> String {
    let rules = numbers.iter().map(|(rule, number)| match numbers.len() {
        1 => (*rule).to_owned(),
        _ => format!("{number} {rule}"),
    });
    rules.collect::<Vec<_>>().join(", ")
}

/// `2 injected, 1 not selected`.
fn counts(outcomes: &[Outcome], tense: Tense, not_selected: usize) -> String {
    let number = |word| outcomes.iter().filter(|outcome| outcome.action.word() == word).count();
    let words = [
        "injected",
        "updated",
        "unchanged",
        BY_PATCH,
        BARE,
        "uninjected",
        "skipped",
        "rendered elsewhere",
    ];
    let counts = words.map(|word| (number(word), tense.of(word, word)));
    numbers(counts.into_iter().chain([(not_selected, "not selected".to_owned())]))
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
    /// Whether all is left as it is, and was to be.
    pub fn changes_nothing(&self) -> bool {
        matches!(self, Self::Unchanged | Self::Bare)
    }

    /// Whether the workloads are counted, and not named one by one.
    fn is_counted_only(&self) -> bool {
        self.changes_nothing() || *self == Self::ByPatch
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Injected => "injected",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::ByPatch => BY_PATCH,
            Self::Bare => BARE,
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
            Self::ByPatch => out.write_str("its tunnel comes from a patch"),
            action => out.write_str(action.word()),
        }
    }
}
