//! Says of tunnels that were taken out that the settings still ask for them. Knows nothing of how they were taken out.

use std::collections::HashSet;
use std::sync::Arc;

use super::gather::Documents;
use super::plan::{Planned, Verb, plan_by};
use super::settings::Configured;
use crate::kube::Targets;
use crate::lint::findings::listed;
use crate::report::summary::{Action, Outcome};
use crate::text::Source;

/// What is said of the tunnels that the next `inject` would bring back, if there are any. That is planned over what was there
/// before; whatever else it has to say it says when it runs.
pub(super) fn note(
    configured: &Configured,
    sources: &[Source],
    planned: &Planned,
) -> Option<String> {
    let asks = &configured.standing;
    let asked = [asks.selection.is_some(), asks.patches.as_ref().is_some_and(|it| !it.is_empty())];
    let gone = planned.outcomes.iter().filter(|it| it.action == Action::Uninjected);
    let gone: Vec<_> = gone.collect();
    if gone.is_empty() || asked == [false, false] {
        return None;
    }
    let (kinds, _) = configured.selection.as_ref()?;
    let targets = Targets { of_settings: true, ..asks.select(kinds).ok()? };
    let documents = Documents::split(sources).staying();
    let next = plan_by(&[], documents, Verb::Inject, asks, kinds, &targets);
    let key = |it: &Outcome| (Arc::clone(&it.resource), it.patch.clone());
    let next: HashSet<_> = next.outcomes.iter().filter(|it| it.tunnel.is_some()).map(key).collect();
    // Where the settings select nothing, they ask for no workload in particular.
    let is_asked = |it: &Outcome| asked[usize::from(it.patch.is_some())] && next.contains(&key(it));
    let back = || gone.iter().filter(|it| is_asked(it));
    let name = |it: &&Outcome| it.patch.as_deref().map_or_else(|| it.workload(), str::to_owned);
    let names = listed(back().count(), back().map(name));
    let options = ["selector", "target", "namespace", "only-enabled"];
    let options = options.iter().filter(|_| back().any(|it| it.patch.is_none()));
    let patches = back().any(|it| it.patch.is_some()).then_some(&"patches");
    let origins = options.chain(patches).filter_map(|option| asks.origins.get(option));
    let places = origins.filter_map(|it| {
        let place = configured.stands(&it.name, it.place)?;
        Some(it.place.map_or_else(|| place.clone(), |_| format!("`{}` in {place}", it.name)))
    });
    let places: Vec<_> = places.collect();
    let asks = if places.len() == 1 { "asks" } else { "ask" };
    (!names.is_empty()).then(|| {
        format!(
            "the next `inject` brings the tunnel of {names} back: {} still {asks} for it",
            places.join(" and ")
        )
    })
}
