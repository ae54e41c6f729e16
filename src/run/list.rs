//! Lists the tunnels of a run: which workloads have one, are to get one, and with which settings. Changes nothing.

use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::gather::Documents;
use super::patched::{Aim, Orders, Ours};
use super::plan::{self, Planned, Verb};
use super::settings::{Configured, Selecting};
use super::{Console, Exit, read, stdout};
use crate::cli::ListArgs;
use crate::lint::secret::TunnelSecret;
use crate::lint::{Pod, Resource};
use crate::report::summary::{Action, InUse, Outcome, numbers};
use crate::report::{counted, one_line};
use crate::text::Level;
use crate::wireguard::conf::Host;
use crate::wireguard::existing::{Edited, Presence};
use crate::wireguard::mark::{Format, Mark, Site};
use crate::wireguard::patch;
use crate::wireguard::settings::{Resolved, SETTINGS, Settings, Shape, find};

/// Pods that have a tunnel or are to get one: those of a template, or of a workload that a patch is for.
#[derive(Clone, Debug)]
pub struct Listed {
    pub resource: Arc<Resource>,
    /// Where the pods run, where the manifest says so: those of a patch need not run where its object is.
    pub namespace: Option<Arc<str>>,
    pub holder: Holder,
    pub state: State,
    /// The name of the Secret that the pods read.
    pub secret: Option<String>,
    /// What the servers' addresses are: `IPv4`, `IPv6`, `name`; empty where the run does not hold the Secret.
    pub endpoints: Vec<&'static str>,
    /// Of the tunnel that is there; where none is, of the one that is wanted. `None` if unknown.
    pub settings: Option<Settings>,
    /// The resolvers that the pods ask; `None` if unknown.
    pub dns: Option<Cow<'static, str>>,
}

/// What holds a tunnel, or is to hold one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The template's field, such as `spec.template`.
    Template(String),
    /// The workload that the patch is for: `deployment/web`.
    Patch(String),
    /// What is not in the run.
    Elsewhere,
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
    /// Somebody has edited it by hand.
    Edited,
    /// Parts of it are missing.
    Broken,
    /// A later release has written it.
    Newer,
    /// A policy of the cluster adds it when a pod is created.
    Admitted,
    /// It is wanted, and not there.
    Missing,
    /// The pods are made from what is not in the run.
    Elsewhere,
}

/// What of a tunnel is there.
enum There {
    Nothing,
    Part,
    Newer,
    Edited(Edited),
    Whole,
}

impl From<&Presence> for There {
    fn from(presence: &Presence) -> Self {
        match presence {
            Presence::Absent => Self::Nothing,
            Presence::Partial { .. } => Self::Part,
            Presence::Newer(_) => Self::Newer,
            Presence::Complete(existing) => existing.edited.map_or(Self::Whole, Self::Edited),
        }
    }
}

impl From<patch::State> for There {
    fn from(state: patch::State) -> Self {
        match state {
            patch::State::Partial(_) => Self::Part,
            patch::State::Newer => Self::Newer,
            patch::State::Edited(edited) => Self::Edited(edited),
            patch::State::More => Self::Edited(Edited::Block),
            patch::State::Whole => Self::Whole,
        }
    }
}

impl There {
    /// `is_current` tells whether it is what is wanted; `None` where nobody says what is.
    fn state(&self, is_current: Option<bool>) -> State {
        match (self, is_current) {
            (Self::Nothing, _) => State::Missing,
            (Self::Part, _) => State::Broken,
            (Self::Newer, _) => State::Newer,
            (Self::Edited(_), _) => State::Edited,
            (Self::Whole, Some(true)) => State::Current,
            (Self::Whole, Some(false)) => State::Stale,
            (Self::Whole, None) => State::Injected,
        }
    }

    /// The settings of a tunnel that is there, as its mark records them; what an edited mark says was never injected.
    fn recorded(&self, mark: Option<&Mark>) -> Option<Settings> {
        let is_true = matches!(self, Self::Whole | Self::Edited(Edited::Block));
        let mark = mark.filter(|mark| is_true && mark.format == Format::Two)?;
        Some(mark.settings.clone())
    }
}

impl State {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Current, "up to date"),
        (Self::Stale, "stale"),
        (Self::Injected, "injected"),
        (Self::NotSelected, "not selected"),
        (Self::Edited, "edited"),
        (Self::Broken, "broken"),
        (Self::Newer, "of a newer release"),
        (Self::Admitted, "by policy"),
        (Self::Missing, "not injected"),
        (Self::Elsewhere, "rendered elsewhere"),
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
        let there = There::from(pod.presence);
        let holder = Holder::Template(pod.template.field(pod.tree).into_owned());
        let state = match (&there, pod.is_admitted) {
            (There::Nothing, true) => State::Admitted,
            _ => there.state(is_current),
        };
        let listed = Self::nothing(resource, holder, state);
        match (&there, pod.existing(), pod.wanted) {
            (There::Nothing, _, Some(wanted)) => Self {
                secret: Some(wanted.reads.to_owned()),
                settings: Some(wanted.settings.clone()),
                dns: Some(plan::dns(pod, wanted.tunnel).1),
                ..listed.reading(pod.tunnel_secret().map(|(_, secret)| secret))
            },
            (_, Some(existing), _) => {
                let secret = existing.secret_name(pod.tree).map(|name| name.into_owned());
                let found =
                    secret.as_deref().and_then(|it| pod.context.secret(pod.namespace(), it));
                let settings = there.recorded(Some(&existing.mark));
                let is_ours = existing.dns.iter().any(|entry| entry.site != Site::DnsPolicy);
                let dns = if is_ours {
                    settings.as_ref().map(dns)
                } else {
                    Some(pod.own_dns().words(pod.tree))
                };
                let listed = Self { secret, settings, dns, ..listed };
                listed.reading(found.map(|it| pod.context.tunnel_secret(it.number)))
            }
            _ => listed,
        }
    }

    /// What is to be said of a patch that is there, in the same way.
    pub fn of_patch(ours: &Ours, resource: Arc<Resource>, is_current: Option<bool>) -> Self {
        let there = There::from(ours.held.state);
        let settings = there.recorded(ours.held.mark.as_ref());
        let dns = settings.as_ref().map(dns);
        let holder = Holder::Patch(ours.covers());
        let listed = Self::nothing(resource, holder, there.state(is_current));
        Self { secret: ours.held.secret.clone(), settings, dns, ..listed }
    }

    /// What is to be said of a patch that the settings ask for and that is not there.
    pub fn missing_patch(
        aim: &Aim,
        resource: Arc<Resource>,
        meant: Option<&(Resolved, Settings)>,
    ) -> Self {
        let settings = meant.map(|(_, settings)| settings.clone());
        Self {
            secret: meant.map(|(resolved, _)| resolved.secret.to_string()),
            dns: settings.as_ref().map(dns),
            settings,
            ..Self::nothing(resource, Holder::Patch(aim.display()), State::Missing)
        }
    }

    /// A pod that asks for a tunnel, which no setting describes.
    pub fn missing(resource: Arc<Resource>, field: String) -> Self {
        Self::nothing(resource, Holder::Template(field), State::Missing)
    }

    /// A workload whose pods are made from what is not in the run.
    pub fn elsewhere(outcome: &Outcome) -> Self {
        let resource = Arc::clone(&outcome.resource);
        let namespace = outcome.namespace.clone();
        Self::nothing(resource, Holder::Elsewhere, State::Elsewhere).in_namespace(namespace)
    }

    /// Of which nothing more is known; its pods run where it is.
    fn nothing(resource: Arc<Resource>, holder: Holder, state: State) -> Self {
        let namespace = resource.namespace.clone();
        let (secret, endpoints, settings, dns) = (None, Vec::new(), None, None);
        Self { resource, namespace, holder, state, secret, endpoints, settings, dns }
    }

    /// The same, where the selection leaves the workload out.
    pub fn not_selected(self) -> Self {
        let is_fine = matches!(self.state, State::Current | State::Stale | State::Injected);
        Self { state: if is_fine { State::NotSelected } else { self.state }, ..self }
    }

    /// The same with pods that run elsewhere than where the object is.
    pub fn in_namespace(self, namespace: Option<Arc<str>>) -> Self {
        Self { namespace, ..self }
    }

    /// The same with what the Secret says, where the run holds it in plain.
    pub fn reading(self, secret: Option<&TunnelSecret>) -> Self {
        let secret = secret.filter(|secret| !secret.is_encrypted());
        Self { endpoints: secret.map_or_else(Vec::new, endpoints), ..self }
    }

    /// Whether it is a patch.
    pub fn is_patch(&self) -> bool {
        matches!(self.holder, Holder::Patch(_))
    }

    /// What the last line says of the tunnel; `None` where that is not known.
    pub fn in_use(&self) -> Option<InUse> {
        let (secret, settings) = (self.secret.as_deref()?, self.settings.as_ref()?);
        let (local, dns) = (settings.local().ok()?, self.dns.clone()?);
        Some(plan::in_use(secret.into(), settings, dns, &local))
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

/// The resolvers that settings name.
fn dns(settings: &Settings) -> Cow<'static, str> {
    settings.text("dns").map_or("cluster".into(), |dns| dns.replace(',', ", ").into())
}

/// The families of the servers' addresses, each once.
fn endpoints(secret: &TunnelSecret) -> Vec<&'static str> {
    let families = secret.files.iter().flat_map(|file| file.conf.endpoints());
    let families = families.map(|it| match &it.value.host {
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
    checked.listed.extend(rendered(&checked).map(Listed::elsewhere).collect::<Vec<_>>());
    let order = |it: &Listed| (it.namespace.clone(), it.resource.display(), it.holder.clone());
    checked.listed.sort_by_cached_key(order);
    let rows = &checked.listed;
    if list.is_json {
        let workloads: Vec<_> = rows.iter().map(value).collect();
        let text = format!("{:#}\n", json!({ "version": 1, "workloads": workloads }));
        stdout::words("never", |out| out.write_all(text.as_bytes()))?;
    } else {
        let look = stdout::look(&args.general);
        let width = if stdout::is_terminal() { look.width } else { usize::MAX };
        stdout::words("never", |out| table(rows, width, out))?;
    }
    if !args.general.quiet && exit != Exit::Failed {
        let parts = std::iter::once(sum(&checked)).chain(configured.tail(Some(&inputs)).parts());
        writeln!(console.stream(), "{}", one_line(&parts.collect::<Vec<_>>().join("; ")))?;
    }
    Ok(exit)
}

fn value(listed: &Listed) -> Value {
    let Resource { api_version, kind, namespace, name } = listed.resource.as_ref();
    let settings = listed.settings.as_ref().map(|settings| {
        let texts = SETTINGS.iter().filter(|setting| setting.name != "secret").map(|setting| {
            let text = settings.text(setting.name).unwrap_or_else(|| setting.default.to_owned());
            (setting.field.to_owned(), typed(setting.shape, text))
        });
        texts.collect::<Map<_, _>>()
    });
    let (field, patch) = match &listed.holder {
        Holder::Template(field) => (Some(field), None),
        Holder::Patch(workload) => (None, Some(workload)),
        Holder::Elsewhere => (None, None),
    };
    json!({
        "apiVersion": **api_version,
        "kind": **kind,
        "namespace": listed.namespace.as_deref(),
        "objectNamespace": namespace.as_deref(),
        "name": **name,
        "field": field,
        "patch": patch,
        "state": listed.state.word(),
        "secret": listed.secret,
        "endpoints": listed.endpoints,
        "settings": settings,
    })
}

/// A setting's value as a reader of JSON expects it.
fn typed(shape: Shape, text: String) -> Value {
    let word = match shape {
        Shape::Switch => text.parse().map(Value::Bool).ok(),
        Shape::Number => text.parse().map(|number: u64| number.into()).ok(),
        Shape::Text | Shape::Choice | Shape::List | Shape::Amounts => None,
    };
    word.unwrap_or(Value::String(text))
}

/// The columns: each head, the value that says nothing new, so that it gives way on a narrow terminal, and to how many
/// letters its cells may be cut.
const COLUMNS: [(&str, &str, usize); 8] = [
    ("NAMESPACE", "-", 8),
    ("WORKLOAD", "", 16),
    ("SECRET", "", 8),
    ("ENDPOINT", UNKNOWN, 8),
    ("CLUSTER", "", 8),
    ("DNS", "cluster", 8),
    ("KILL-SWITCH", "auto", 8),
    ("STATE", "", 8),
];

/// Stands for what is not known.
const UNKNOWN: &str = "?";

/// Between two columns.
const GAP: usize = 2;

type Cells = [String; COLUMNS.len()];

/// Writes aligned columns, no wider than `width`: those that say nothing new give way, then the widest. Where even the
/// headings have no room, each row has lines of its own.
pub fn table(rows: &[Listed], width: usize, out: &mut dyn Write) -> std::io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    // One workload may have several templates, which stand beside each other.
    let has_others = |at: usize| {
        let same =
            |other: Option<&Listed>| other.is_some_and(|it| it.resource == rows[at].resource);
        same(at.checked_sub(1).and_then(|before| rows.get(before))) || same(rows.get(at + 1))
    };
    let cells: Vec<_> =
        rows.iter().enumerate().map(|(at, row)| cells_of(row, has_others(at))).collect();
    let Some(columns) = columns(&cells, width) else { return records(&cells, width, out) };
    for line in std::iter::once(&COLUMNS.map(|(head, ..)| head.to_owned())).chain(&cells) {
        let cut = columns.iter().map(|&(at, width)| {
            let text = fit(&line[at], width);
            let blanks = " ".repeat(width + GAP - text.width());
            text + &blanks
        });
        writeln!(out, "{}", cut.collect::<String>().trim_end())?;
    }
    Ok(())
}

/// The columns that are shown and how wide each is; `None` where they cannot be.
fn columns(cells: &[Cells], width: usize) -> Option<Vec<(usize, usize)>> {
    let widest = |column: usize, head: &str| {
        let widths = cells.iter().map(|line| line[column].width());
        widths.chain([head.width()]).max().unwrap_or(0)
    };
    let heads = COLUMNS.iter().enumerate();
    let mut columns: Vec<_> = heads.map(|(at, (head, ..))| (at, widest(at, head))).collect();
    let total = |columns: &[(usize, usize)]| {
        columns.iter().map(|(_, width)| width + GAP).sum::<usize>() - GAP
    };
    for column in (0..COLUMNS.len()).rev() {
        if total(&columns) > width && cells.iter().all(|line| says_nothing(line, column)) {
            columns.retain(|(at, _)| *at != column);
        }
    }
    while total(&columns) > width {
        // The state is what the list is read for.
        let may_give = |(at, width): &(usize, usize)| {
            let (head, _, least) = COLUMNS[*at];
            at + 1 < COLUMNS.len() && *width > least.max(head.width())
        };
        let others = columns.iter_mut().filter(|column| may_give(column));
        others.max_by_key(|(_, width)| *width)?.1 -= 1;
    }
    Some(columns)
}

/// Whether a cell says what it would say of most.
fn says_nothing(line: &Cells, column: usize) -> bool {
    let usual = COLUMNS[column].1;
    !usual.is_empty() && (line[column] == usual || line[column] == UNKNOWN)
}

/// Writes the state of each row under its name, and below it what is not as usual.
fn records(cells: &[Cells], width: usize, out: &mut dyn Write) -> std::io::Result<()> {
    for line in cells {
        let [namespace, workload, rest @ .., state] = line;
        let name = match namespace.as_str() {
            "-" => workload.clone(),
            _ => format!("{namespace}/{workload}"),
        };
        writeln!(out, "{}", fit(&name, width))?;
        writeln!(out, "{}", fit(&format!("  {state}"), width))?;
        let named = rest.iter().enumerate().map(|(at, cell)| (at + 2, cell));
        let known = named.filter(|&(at, cell)| !says_nothing(line, at) && cell != UNKNOWN);
        for (at, cell) in known {
            writeln!(
                out,
                "{}",
                fit(&format!("  {}: {cell}", COLUMNS[at].0.to_lowercase()), width)
            )?;
        }
    }
    Ok(())
}

/// The text, with `…` for its middle where it is wider than its column: names differ at their ends.
fn fit(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let end = width * 2 / 3;
    let start = end_of(cell.chars(), width.saturating_sub(end + 1));
    let tail: Vec<_> = cell.chars().rev().take(end_of(cell.chars().rev(), end)).collect();
    cell.chars().take(start).chain(['…']).chain(tail.into_iter().rev()).collect()
}

/// How many letters have room in so many columns.
fn end_of(letters: impl Iterator<Item = char>, room: usize) -> usize {
    let mut used = 0;
    let fits = |letter: &char| {
        used += letter.width().unwrap_or(0);
        used <= room
    };
    letters.take_while(fits).count()
}

fn cells_of(row: &Listed, has_others: bool) -> Cells {
    let unknown = || UNKNOWN.to_owned();
    let endpoints = match row.endpoints.as_slice() {
        [] => unknown(),
        known => known.join(","),
    };
    let mut workload = row.resource.display();
    match &row.holder {
        Holder::Patch(of) => workload = format!("{workload} ({of})"),
        Holder::Template(field) if has_others => workload = format!("{workload} {field}"),
        Holder::Template(_) | Holder::Elsewhere => {}
    }
    [
        row.namespace.as_deref().unwrap_or("-").to_owned(),
        workload,
        row.secret.clone().unwrap_or_else(unknown),
        endpoints,
        row.ranges().unwrap_or_else(unknown),
        row.dns.clone().map_or_else(unknown, |dns| dns.into_owned()),
        row.text("kill-switch").unwrap_or_else(unknown),
        row.state.word().to_owned(),
    ]
    .map(|cell| one_line(&cell))
}

/// `14 workloads: 3 up to date, 1 not injected; 1 patch: 1 stale; 10 not selected`.
fn sum(checked: &Planned) -> String {
    let met = &checked.met;
    let mut parts = Vec::new();
    if met.seen > met.not_selected || met.patches == 0 {
        let seen = match met.seen {
            0 => "no workload in the input".to_owned(),
            seen => counted(seen, "workload"),
        };
        parts.push(match states(checked, false) {
            states if !states.is_empty() => format!("{seen}: {states}"),
            _ if met.seen == met.not_selected => seen,
            _ if met.not_selected > 0 => {
                format!("{seen}: no tunnel among the selected, and none requested")
            }
            _ => format!("{seen}: no tunnel, and none requested"),
        });
    }
    if met.patches > 0 {
        let patches = counted(met.patches, "patch");
        parts.push(format!("{patches}: {}", states(checked, true)));
    }
    parts.extend(aside(checked));
    parts.join("; ")
}

/// How many pods, or patches, are in each state: `3 up to date, 1 not injected`.
pub fn states(checked: &Planned, of_patches: bool) -> String {
    let listed = || checked.listed.iter().filter(|listed| listed.is_patch() == of_patches);
    let number = |state| listed().filter(|listed| listed.state == state).count();
    // What is not looked at is counted aside.
    let aside = [State::NotSelected, State::Elsewhere];
    let wanted = State::ALL.into_iter().filter(|(state, _)| !aside.contains(state));
    numbers(wanted.map(|(state, word)| (number(state), word)))
}

/// How many workloads have pods that are made from what is not in the run.
pub fn elsewhere(checked: &Planned) -> usize {
    rendered(checked).count()
}

fn rendered(checked: &Planned) -> impl Iterator<Item = &Outcome> {
    checked.outcomes.iter().filter(|it| it.action == Action::Elsewhere)
}

/// What is not looked at: `2 not selected, 1 rendered elsewhere`; nothing where all is.
pub fn aside(checked: &Planned) -> Option<String> {
    let left = checked.listed.iter().filter(|it| it.state == State::NotSelected).count();
    let text = numbers([
        (checked.met.not_selected, "not selected"),
        (left, "not selected but still injected"),
        (elsewhere(checked), "rendered elsewhere"),
    ]);
    (!text.is_empty()).then_some(text)
}
