//! Two configurations have the same key, or the same address in the tunnel.
//!
//! A WireGuard server keeps one address for each key: the pods that use them cut each other off.
//!
//! Ask the provider for a file of its own for each workload, or for each replica.

use crate::lint::findings::listed;
use crate::lint::secret::{Entry, TunnelFile};
use crate::lint::{Check, Findings, ObjectRef, Rule, Run, rule};
use crate::text::Span;
use crate::text::{Level, Place};
use std::collections::{BTreeSet, HashMap};
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
    let keys = repeated(run, |file| file.entry, key).into_iter();
    let addresses = repeated(run, |file| file.address_entry, addresses).into_iter();
    let keys = keys.map(|uses| (What::Key, uses));
    let mut all: Vec<_> = keys.chain(addresses.map(|uses| (What::Address, uses))).collect();
    all.sort_by(|one, other| files(one).cmp(files(other)).then(one.0.cmp(&other.0)));
    for same in all.chunk_by(|one, other| files(one).eq(files(other))) {
        let whats: BTreeSet<_> = same.iter().map(|(what, _)| *what).collect();
        let whats: Vec<_> = whats.into_iter().map(What::name).collect();
        let whats = whats.join(" and ");
        report(&whats, &same[0].1, findings);
    }
}

/// What several files have in common.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Key,
    Address,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Key => "private key",
            Self::Address => "address",
        }
    }
}

/// The files that have something in common.
fn files<'u>((_, uses): &'u (What, Vec<Use>)) -> impl Iterator<Item = impl Ord + 'u> {
    uses.iter().map(|it| it.of())
}

/// Where a value stands.
struct Use<'a, 's> {
    view: ObjectRef<'a, 's>,
    file: &'a TunnelFile,
    place: Place,
}

impl Use<'_, '_> {
    /// What tells its pod from others.
    fn of(&self) -> impl Ord + '_ {
        let ObjectRef { object, .. } = self.view;
        let place = (!object.has_name()).then_some(self.place);
        (&object.namespace, &object.name, place, self.file.reader())
    }

    fn name(&self) -> String {
        format!("`{}.conf` of {}", self.file.stem, self.view.resource())
    }
}

/// The uses of each value that several files have.
fn repeated<'a, 's, T: Hash + Eq>(
    run: &Run<'a, 's>,
    entry: fn(&TunnelFile) -> Entry,
    values: impl Fn(&TunnelFile) -> Vec<(T, Span)>,
) -> Vec<Vec<Use<'a, 's>>> {
    let mut all: HashMap<T, Vec<Use>> = HashMap::new();
    for &number in run.secrets.iter().filter(|&&number| run.context.counts(number)) {
        let view = run.context.view(number);
        for file in &run.context.tunnel_secret(number).files {
            for (value, span) in values(file) {
                let place = entry(file).place(&view, span);
                all.entry(value).or_default().push(Use { view, file, place });
            }
        }
    }
    let sorted = all.into_values().map(|mut uses| {
        uses.sort_by(|one, other| one.of().cmp(&other.of()));
        uses.dedup_by(|one, other| one.of() == other.of());
        uses
    });
    sorted.filter(|uses| uses.len() > 1).collect()
}

/// Reports what files share, once for all of them.
fn report(what: &str, uses: &[Use], findings: &mut Findings) {
    let names = listed(uses.len(), uses.iter().map(Use::name));
    let cause: Arc<str> = format!("{what} {:?}", uses[0].place).into();
    for own in uses {
        findings
            .add(&RULE, own.place, format!("{names} have the same {what}"))
            .help("ask the provider for a file of its own for each pod")
            .together(Arc::clone(&cause), "also here")
            .object(own.view.resource());
    }
}
