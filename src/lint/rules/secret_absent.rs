//! The Secret that the tunnel reads is not among the manifests.
//!
//! It may well be in the cluster already: then all is fine, but nobody has checked what is in it. Without it the pod waits
//! in ContainerCreating. It is a warning where another Secret is there that no tunnel reads, and may be meant. A
//! SealedSecret, an ExternalSecret and the like, from which an operator makes the Secret, and a SOPS file count as present.
//!
//! Make one of the provider's file with `wgsidecar secret`.

use std::collections::{HashMap, HashSet};

use crate::lint::index::Whereabouts;
use crate::lint::{Check, Findings, Rule, Run, Target, rule};
use crate::text::Level;
use crate::wireguard::settings::nearest_of;

pub static RULE: Rule = Rule {
    level: Level::Info,
    checks: &[Check::Run(check)],
    ..rule!("secret_absent.rs", "secret-absent")
};

fn check(run: &Run, findings: &mut Findings) {
    let is_absent = |target: &&Target| {
        // One in another namespace is another rule's business.
        let namespace = namespace(target);
        matches!(run.context.whereabouts(namespace, &target.secret), Whereabouts::Nowhere)
    };
    let absent: Vec<_> = run.targets.iter().filter(is_absent).collect();
    if absent.is_empty() {
        return;
    }
    let unread = unread(run);
    for target in absent {
        let message = format!("the Secret `{}` is not among these manifests", target.secret);
        let here = unread.get(&run.context.namespace(namespace(target)));
        let meant = here.and_then(|names| match names[..] {
            [name] => Some(name),
            _ => nearest_of(&target.secret, names.iter().copied()),
        });
        let found = match meant {
            None => findings.add(&RULE, target.place, message),
            Some(name) => {
                let message = format!("{message}; did you mean `{name}`?");
                findings.add(&RULE, target.place, message).level(Level::Warning)
            }
        };
        found
            .help("`wgsidecar secret FILE` makes one of the provider's file")
            .object(target.resource.clone());
    }
}

fn namespace(target: &Target) -> Option<&str> {
    target.resource.namespace.as_deref()
}

/// The Secrets of tunnels that no tunnel of the run reads, by their namespaces: one of them may be what is meant. Among
/// very many none is guessed.
fn unread<'r>(run: &'r Run) -> HashMap<Option<&'r str>, Vec<&'r str>> {
    const MOST: usize = 64;
    let context = run.context;
    let all = run.targets.iter().chain(&run.bystanders);
    let read: HashSet<_> = all
        .filter_map(|target| context.secret(namespace(target), &target.secret))
        .map(|found| found.number)
        .collect();
    let mut unread: HashMap<_, Vec<_>> = HashMap::new();
    for &number in context.numbers("", "Secret") {
        let is_tunnel = || context.tunnel_secret(number).is_tunnel();
        if read.contains(&number) || !context.counts(number) || !is_tunnel() {
            continue;
        }
        let object = context.view(number).object;
        let namespace = context.namespace(object.namespace.as_deref());
        unread.entry(namespace).or_default().push(object.name.as_ref());
    }
    unread.retain(|_, names| names.len() <= MOST);
    unread
}
