//! Two configurations have the same key, or the same address in the tunnel.
//!
//! A WireGuard server keeps one address for each key: the pods that use them cut each other off.
//!
//! Ask the provider for a file of its own for each workload, or for each replica.

use crate::lint::secret::{Entry, TunnelFile};
use crate::lint::{Check, Findings, Rule, Run, View, page};
use crate::text::Span;
use crate::text::{Level, Place};
use std::collections::HashMap;
use std::hash::Hash;

pub static RULE: Rule = Rule {
    id: "address-shared",
    level: Level::Error,
    never: false,
    page: page!("address_shared.rs", "address-shared"),
    checks: &[Check::Run(check)],
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

fn repeated<T: Hash + Eq>(
    run: &Run,
    what: &str,
    entry: fn(&TunnelFile) -> Entry,
    values: impl Fn(&TunnelFile) -> Vec<(T, Span)>,
    findings: &mut Findings,
) {
    let mut first: HashMap<T, (String, Place)> = HashMap::new();
    for &number in &run.secrets {
        let view = run.context.view(number);
        for file in &run.context.tunnel_secret(number).files {
            let name = format!("{}.conf of {}", file.stem, view.resource().display());
            for (value, span) in values(file) {
                let place = entry(file).place(&view, span);
                let Some((other, earlier)) = first.get(&value) else {
                    first.insert(value, (name.clone(), place));
                    continue;
                };
                if *other != name {
                    report(
                        &view,
                        place,
                        format!("the {what} is that of {other} too"),
                        *earlier,
                        findings,
                    );
                }
            }
        }
    }
}

fn report(view: &View, place: Place, message: String, earlier: Place, findings: &mut Findings) {
    findings
        .add(&RULE, place, message)
        .help("ask the provider for a file of its own for each pod")
        .about(view.resource())
        .related(earlier, "the other");
}
