//! Lists the tunnels of a run: which workloads have one, are to get one, and with which settings. Changes nothing.

use std::io::Write;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::gather::Documents;
use super::patched::{Orders, Ours};
use super::plan::{Planned, Verb};
use super::settings::{Configured, Selecting};
use super::{Console, Exit, read, stdout};
use crate::cli::ListArgs;
use crate::lint::{Pod, Resource};
use crate::report::{counted, one_line};
use crate::text::Level;
use crate::wireguard::conf::Host;
use crate::wireguard::existing::Presence;
use crate::wireguard::mark::{Format, Mark};
use crate::wireguard::patch;
use crate::wireguard::settings::{SETTINGS, Settings, find};

/// A pod template that has a tunnel or is to get one.
#[derive(Clone, Debug)]
pub struct Listed {
    pub resource: Arc<Resource>,
    /// The template's field, such as `spec.template`.
    pub field: String,
    pub state: State,
    /// The name of the Secret that its pods read.
    pub secret: Option<String>,
    /// What the servers' addresses are: `IPv4`, `IPv6`, `name`; empty where the run does not hold the Secret.
    pub endpoints: Vec<&'static str>,
    /// Of the tunnel that it has, or else of the one that it is to get; `None` where nothing is recorded.
    pub settings: Option<Settings>,
}

/// How the tunnel in a manifest compares with the one that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is the one that the settings mean.
    Current,
    /// `inject` would write another one.
    Stale,
    /// It is there, and no setting says what is wanted.
    Injected,
    /// It is there, and the settings file does not select the workload.
    NotSelected,
    /// Somebody has edited it by hand, or parts of it are missing.
    Edited,
    /// A later release has written it.
    Newer,
    /// It is wanted, and not there.
    Missing,
}

impl State {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Current, "up to date"),
        (Self::Stale, "stale"),
        (Self::Injected, "injected"),
        (Self::NotSelected, "not selected"),
        (Self::Edited, "edited"),
        (Self::Newer, "of a newer release"),
        (Self::Missing, "not injected"),
    ];

    /// In a few words.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl Listed {
    /// What is to be said of a pod. `is_current` tells whether its tunnel is the one that is wanted; `None` where nobody
    /// wants one.
    pub fn new(pod: &Pod, resource: Arc<Resource>, is_current: Option<bool>) -> Self {
        let existing = pod.existing();
        let state = match (pod.presence, is_current) {
            (Presence::Absent, _) => State::Missing,
            (Presence::Partial { .. }, _) => State::Edited,
            (Presence::Newer(_), _) => State::Newer,
            (Presence::Whole(existing), _) if existing.edited.is_some() => State::Edited,
            (Presence::Whole(_), Some(true)) => State::Current,
            (Presence::Whole(_), Some(false)) => State::Stale,
            (Presence::Whole(_), None) => State::Injected,
        };
        let read = existing.and_then(|existing| existing.secret_name(pod.tree));
        let secret = read.map(|name| name.into_owned());
        let recorded = |mark: &Mark| (mark.format == Format::Two).then(|| mark.settings.clone());
        let settings = match existing {
            Some(existing) => recorded(&existing.mark),
            None => pod.wanted.map(|wanted| wanted.settings.clone()),
        };
        Self {
            resource,
            field: pod.template.field(pod.tree).into_owned(),
            state,
            secret: secret.or_else(|| pod.tunnel_reads.map(str::to_owned)),
            endpoints: endpoints(pod),
            settings,
        }
    }

    /// What is to be said of a patch.
    pub fn of_patch(ours: &Ours, resource: Arc<Resource>) -> Self {
        let state = match ours.held.state {
            patch::State::Whole => State::Injected,
            patch::State::Newer => State::Newer,
            _ => State::Edited,
        };
        let settings = ours.held.mark.as_ref().map(|mark| mark.settings.clone());
        let (field, secret) = (format!("({})", ours.target()), ours.held.secret.clone());
        Self { resource, field, state, secret, endpoints: Vec::new(), settings }
    }

    /// A pod that asks for a tunnel, which no setting describes.
    pub fn missing(resource: Arc<Resource>, field: String) -> Self {
        let state = State::Missing;
        Self { resource, field, state, secret: None, endpoints: Vec::new(), settings: None }
    }

    /// The same, where the selection leaves the workload out.
    pub fn not_selected(self) -> Self {
        let is_fine = matches!(self.state, State::Current | State::Stale | State::Injected);
        Self { state: if is_fine { State::NotSelected } else { self.state }, ..self }
    }

    /// What is recorded of the setting called `name`, or its default; `None` where nothing is recorded.
    fn text(&self, name: &str) -> Option<String> {
        let default = find(name).map_or("", |setting| setting.default);
        Some(self.settings.as_ref()?.text(name).unwrap_or_else(|| default.to_owned()))
    }

    /// The preset, and the ranges beside it.
    fn ranges(&self) -> Option<String> {
        let (cluster, local) = (self.text("cluster")?, self.text("local")?);
        Some(if local.is_empty() { cluster } else { format!("{cluster},{local}") })
    }
}

/// The families of the servers' addresses, each once.
fn endpoints(pod: &Pod) -> Vec<&'static str> {
    let files = pod.tunnel_secret().into_iter().flat_map(|(_, secret)| &secret.files);
    let families = files.flat_map(|file| file.conf.endpoints()).map(|it| match &it.value.host {
        Host::Address(address) if address.is_ipv4() => "IPv4",
        Host::Address(_) => "IPv6",
        Host::Name(_) => "name",
    });
    let mut families: Vec<_> = families.collect();
    families.sort_unstable();
    families.dedup();
    families
}

/// Runs `list`.
pub fn run(list: &ListArgs) -> anyhow::Result<Exit> {
    let args = &list.args;
    let configured = Configured::read(args, Selecting::ByAll)?;
    let orders = Orders::read(&configured.layer).unwrap_or_default();
    let is_patched = |name: &str, bytes: &[u8]| orders.may_patch(name, bytes);
    let mut inputs =
        read::read(&args.paths, args.stdin_name.as_deref(), args.if_empty, &is_patched);
    let mut console = Console { general: &args.general, configured: &configured };
    console.settings()?;
    console.inputs(&inputs)?;
    let documents = Documents::split(&inputs.sources);
    let mut checked = super::planned(&configured, documents, Verb::Lint, &[]);
    let failures = super::failures(&configured, &inputs, &checked, false);
    let failed = super::has_failed(&configured, &inputs, &failures);
    inputs.show_not_utf8(&mut checked.findings);
    // What is wrong with a workload is no failure of a list.
    let exit = match super::verdict(&checked.findings, Some(Level::Error), failed) {
        Exit::Failed => Exit::Failed,
        Exit::Findings | Exit::Done => Exit::Done,
    };
    console.findings(&inputs.sources, &checked.masks, &checked.findings)?;
    console.errors(failures)?;
    let order =
        |it: &Listed| (it.resource.namespace.clone(), it.resource.display(), it.field.clone());
    checked.listed.sort_by_cached_key(order);
    let rows = &checked.listed;
    match list.is_json {
        true => {
            let workloads: Vec<_> = rows.iter().map(value).collect();
            let text = format!("{:#}\n", json!({ "version": 1, "workloads": workloads }));
            stdout::words("never", |out| out.write_all(text.as_bytes()))?;
        }
        false => {
            let look = stdout::look(&args.general);
            let width = if stdout::is_terminal() { look.width } else { usize::MAX };
            stdout::words("never", |out| table(rows, width, out))?;
        }
    }
    if !args.general.quiet && exit != Exit::Failed {
        writeln!(console.stream(), "{}", sum(&checked))?;
    }
    Ok(exit)
}

fn value(listed: &Listed) -> Value {
    let Resource { api_version, kind, namespace, name } = listed.resource.as_ref();
    let settings = listed.settings.as_ref().map(|settings| {
        let texts = SETTINGS.iter().filter(|setting| setting.name != "secret").map(|setting| {
            let text = settings.text(setting.name).unwrap_or_else(|| setting.default.to_owned());
            (setting.field.to_owned(), Value::from(text))
        });
        texts.collect::<Map<_, _>>()
    });
    json!({
        "apiVersion": **api_version,
        "kind": **kind,
        "namespace": namespace.as_deref(),
        "name": **name,
        "field": listed.field,
        "state": listed.state.word(),
        "secret": listed.secret,
        "endpoints": listed.endpoints,
        "settings": settings,
    })
}

/// The columns: each head, and the value that says nothing new, so that it gives way on a narrow terminal.
const COLUMNS: [(&str, &str); 8] = [
    ("NAMESPACE", "-"),
    ("WORKLOAD", ""),
    ("SECRET", ""),
    ("ENDPOINT", UNKNOWN),
    ("CLUSTER", ""),
    ("DNS", "cluster"),
    ("KILL-SWITCH", "auto"),
    ("STATE", ""),
];

/// Stands for what nobody knows.
const UNKNOWN: &str = "?";

/// Least columns of a column that gives way.
const LEAST: usize = 8;

/// Between two columns.
const GAP: usize = 2;

/// Writes aligned columns, no wider than `width`: those that say nothing new give way, then the widest.
pub fn table(rows: &[Listed], width: usize, out: &mut dyn Write) -> std::io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut cells = vec![COLUMNS.map(|(head, _)| head.to_owned())];
    // One workload may have several templates, which stand beside each other.
    let has_others = |at: usize| {
        let same =
            |other: Option<&Listed>| other.is_some_and(|it| it.resource == rows[at].resource);
        same(at.checked_sub(1).and_then(|before| rows.get(before))) || same(rows.get(at + 1))
    };
    cells.extend(rows.iter().enumerate().map(|(at, row)| cells_of(row, has_others(at))));
    let widest = |column: usize| cells.iter().map(|line| line[column].chars().count()).max();
    let mut columns: Vec<_> = (0..COLUMNS.len()).map(|at| (at, widest(at).unwrap_or(0))).collect();
    let total = |columns: &[(usize, usize)]| {
        columns.iter().map(|(_, width)| width + GAP).sum::<usize>() - GAP
    };
    for (column, (_, usual)) in COLUMNS.iter().enumerate().rev() {
        let says_nothing =
            |line: &[String; COLUMNS.len()]| line[column] == *usual || line[column] == UNKNOWN;
        if total(&columns) > width && !usual.is_empty() && cells[1..].iter().all(says_nothing) {
            columns.retain(|(at, _)| *at != column);
        }
    }
    while total(&columns) > width {
        // The state is what the list is read for.
        let others = columns.iter_mut().filter(|(at, _)| *at + 1 < COLUMNS.len());
        let Some((_, widest)) = others.max_by_key(|(_, width)| *width) else { break };
        if *widest <= LEAST {
            break;
        }
        *widest -= 1;
    }
    for line in &cells {
        let cut = columns.iter().map(|&(at, width)| {
            let text = fit(&line[at], width);
            format!("{text}{}", " ".repeat(width + GAP - text.chars().count()))
        });
        writeln!(out, "{}", cut.collect::<String>().trim_end())?;
    }
    Ok(())
}

/// The text, with `…` for its middle where it is wider than its column: names differ at their ends.
fn fit(cell: &str, width: usize) -> String {
    let length = cell.chars().count();
    if length <= width {
        return cell.to_owned();
    }
    let end = width * 2 / 3;
    let start = width.saturating_sub(end + 1);
    cell.chars().take(start).chain(['…']).chain(cell.chars().skip(length - end)).collect()
}

fn cells_of(row: &Listed, has_others: bool) -> [String; COLUMNS.len()] {
    let unknown = || UNKNOWN.to_owned();
    let endpoints = match row.endpoints.as_slice() {
        [] => unknown(),
        known => known.join(","),
    };
    let mut workload = row.resource.display();
    if has_others || row.field.starts_with('(') {
        workload = format!("{workload} {}", row.field);
    }
    [
        row.resource.namespace.as_deref().unwrap_or("-").to_owned(),
        workload,
        row.secret.clone().unwrap_or_else(unknown),
        endpoints,
        row.ranges().unwrap_or_else(unknown),
        row.text("dns").unwrap_or_else(unknown),
        row.text("kill-switch").unwrap_or_else(unknown),
        row.state.word().to_owned(),
    ]
    .map(|cell| one_line(&cell))
}

/// `14 workloads; 3 up to date, 1 not injected`.
fn sum(checked: &Planned) -> String {
    let seen = counted(checked.met.seen, "workload");
    match checked.listed.is_empty() {
        true => format!("{seen}; none has a tunnel or asks for one"),
        false => format!("{seen}; {}", states(checked)),
    }
}

/// How many pods are in each state: `3 up to date, 1 not injected`.
pub fn states(checked: &Planned) -> String {
    let words = State::ALL.iter().filter_map(|(state, word)| {
        let number = checked.listed.iter().filter(|listed| listed.state == *state).count();
        (number > 0).then(|| format!("{number} {word}"))
    });
    words.collect::<Vec<_>>().join(", ")
}
