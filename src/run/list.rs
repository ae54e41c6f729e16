//! Lists the tunnels of a run: which workloads have one, are to get one, and with which settings. Changes nothing.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::gather::Documents;
use super::listed::{Holder, Listed, State};
use super::patched::Orders;
use super::plan::{Planned, Verb};
use super::settings::{Configured, Selecting};
use super::{Console, Exit, read, stdout};
use crate::cli::ListArgs;
use crate::lint::Resource;
use crate::report::summary::{Action, Outcome, numbers};
use crate::report::table::{self, Cells, UNKNOWN};
use crate::report::{counted, one_line};
use crate::text::Level;
use crate::wireguard::settings::{SETTINGS, Shape};

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
    let documents = Documents::split(&inputs.sources).staying();
    let mut checked = super::planned(&configured, documents, Verb::Lint, &[]);
    let failures = super::failures(&configured, &inputs, &checked, false);
    let failed = super::has_failed(&configured, &inputs, &failures);
    inputs.show_not_utf8(&mut checked.findings);
    let exit = super::verdict(&checked.findings, Some(Level::Error), failed);
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

/// Writes the table of the rows, no wider than `width`.
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
    table::write(&cells, width, out)
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
        let seen = match met.workloads() {
            0 => "no workload in the input".to_owned(),
            seen => counted(seen, "workload"),
        };
        parts.push(match states(checked, false) {
            states if !states.is_empty() => format!("{seen}: {states}"),
            _ if met.workloads() == 0 || met.seen == met.not_selected => seen,
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
