//! Two configurations have the same key, or the same address in the tunnel.
//!
//! A WireGuard server keeps one address for each key: the pods that use them cut each other off.
//!
//! Ask the provider for a file of its own for each workload, or for each replica.

use crate::lint::findings::listed;
use crate::lint::secret::{Entry, TunnelFile};
use crate::lint::{Check, Findings, Rule, Run, View, rule};
use crate::text::Span;
use crate::text::{Level, Place};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Run(check)],
    ..rule!("address_shared.rs", "address-shared")
};

fn check(run: &Run, findings: &mut Findings) {
    let key = |file: &TunnelFile| {
        file.conf.interface.private_key.iter().map(|key| (key.value.clone(), key.span)).collect()
    };
    let addresses =
        |file: &TunnelFile| file.addresses.iter().map(|it| (it.value.addr(), it.span)).collect();
    repeated(run, "PrivateKey", |file| file.entry, key, findings);
    repeated(run, "address in the tunnel", |file| file.address_entry, addresses, findings);
}

/// Where a value stands.
struct Use<'a, 's> {
    view: View<'a, 's>,
    file: &'a TunnelFile,
    place: Place,
}

impl Use<'_, '_> {
    /// What tells its pod from others.
    fn of(&self) -> impl Ord + '_ {
        let View { object, .. } = self.view;
        let place = (!object.has_name()).then_some(self.place);
        (&object.namespace, &object.name, place, self.file.reader())
    }

    fn name(&self) -> String {
        format!("`{}.conf` of {}", self.file.stem, self.view.resource())
    }
}

fn repeated<T: Hash + Eq>(
    run: &Run,
    what: &str,
    entry: fn(&TunnelFile) -> Entry,
    values: impl Fn(&TunnelFile) -> Vec<(T, Span)>,
    findings: &mut Findings,
) {
    let mut uses: HashMap<T, Vec<Use>> = HashMap::new();
    for &number in run.secrets.iter().filter(|&&number| run.context.counts(number)) {
        let view = run.context.view(number);
        for file in &run.context.tunnel_secret(number).files {
            for (value, span) in values(file) {
                let place = entry(file).place(&view, span);
                uses.entry(value).or_default().push(Use { view, file, place });
            }
        }
    }
    for mut uses in uses.into_values() {
        uses.sort_by(|one, other| one.of().cmp(&other.of()));
        uses.dedup_by(|one, other| one.of() == other.of());
        if uses.len() > 1 {
            report(what, &uses, findings);
        }
    }
}

fn report(what: &str, uses: &[Use], findings: &mut Findings) {
    let names = listed(uses.len(), uses.iter().map(Use::name));
    let cause: Arc<str> = format!("{what} {:?}", uses[0].place).into();
    for own in uses {
        findings
            .add(&RULE, own.place, format!("{names} have the same {what}"))
            .help("ask the provider for a file of its own for each pod")
            .together(Arc::clone(&cause), "also here")
            .about(own.view.resource());
    }
}
