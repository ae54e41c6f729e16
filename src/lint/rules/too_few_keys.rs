//! The Secret has no key for some of the pods.
//!
//! With `--key-per-replica` each ordinal reads a file of its own, `0.conf`, `1.conf` and so on: a pod without one never
//! starts. An autoscaler's maximum counts, and so do the ordinals that OpenKruise leaves out (`reserveOrdinals`).
//!
//! Make the Secret of as many files: `wgsidecar secret --per-replica 0.conf 1.conf …`.

use crate::lint::object_ref::{items, word};
use crate::lint::{Check, Findings, Pod, Rule, rule, scalers};
use crate::text::Level;
use crate::wireguard::tunnel::Ordinal;
use std::iter::Peekable;
use std::vec::IntoIter;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check)],
    ..rule!("too_few_keys.rs", "too-few-keys")
};

/// Ordinals that a message lists before it stops.
const LISTED: usize = 5;

fn check(pod: &Pod, findings: &mut Findings) {
    if !pod.has_key_per_replica() {
        return;
    }
    let (Some((view, secret)), Some(ordinals)) = (pod.tunnel_secret(), ordinals(pod, findings))
    else {
        return;
    };
    let asked = (pod.secret.map(|found| found.number), &ordinals);
    findings.once(&RULE, &asked, Some((pod.name_place(), "its pods")), |findings| {
        // There may be as many as someone writes; the files are as many as there are.
        let missing = ordinals.clone().filter(|it| secret.file(&it.to_string()).is_none());
        let listed = missing.take(LISTED).map(|ordinal| format!("`{ordinal}.conf`"));
        let listed = Vec::from_iter(listed);
        if listed.is_empty() {
            return;
        }
        findings
            .add(
                &RULE,
                view.name_place(),
                format!("the Secret has no {} for its pods", listed.join(", ")),
            )
            .help("make it of one file for each: `wgsidecar secret --per-replica 0.conf 1.conf …`")
            .object(view.resource());
    });
}

/// The ordinals that the pods will have, where the manifest says it.
fn ordinals(pod: &Pod, findings: &mut Findings) -> Option<Ordinals> {
    let completion = pod.tunnel.is_some_and(|tunnel| tunnel.ordinal == Some(Ordinal::Completion))
        || matches!(pod.workload.object.kind.as_ref(), "Job" | "CronJob");
    if completion {
        let path = pod.template.pods.path.strip_suffix("template")?;
        let count = number(pod, &format!("{path}completions"), 1, findings)?;
        return Ordinals::new(0, count, Vec::new());
    }
    let start = number(pod, "spec.ordinals.start", 0, findings)?;
    let replicas = number(pod, "spec.replicas", 1, findings)?;
    let scaled = pod.context.scaling(&pod.workload.object);
    let scaled = scaled.filter_map(|view| scalers::limit(&view).pods).max();
    let reserved = RESERVED.iter().filter_map(|path| pod.template.sibling(pod.tree, path));
    let reserved = reserved.flat_map(|list| items(pod.tree, list));
    let reserved = reserved.filter_map(|node| range(&word(pod.tree, node)?)).collect();
    Ordinals::new(start, scaled.map_or(replicas, |scaled| scaled.max(replicas)), reserved)
}

/// The number at a path, or what it is where nothing is written.
fn number(pod: &Pod, path: &str, unwritten: i128, findings: &mut Findings) -> Option<i128> {
    let node = pod.template.sibling(pod.tree, path).filter(|&node| !pod.tree.is_null(node));
    let Some(node) = node else { return Some(unwritten) };
    findings.unknown(&RULE, &pod.view(), node, "how many keys the Secret must have");
    pod.workload.object.integer(pod.tree, node)
}

/// Where OpenKruise lists the ordinals that no pod gets.
const RESERVED: [&str; 2] = ["spec.reserveOrdinals", "spec.reserveGameServerIds"];

/// One ordinal, or `first-last`.
fn range(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

/// Ordinals from a first one on, without those that are reserved.
#[derive(Clone, Debug)]
struct Ordinals {
    next: u32,
    left: u32,
    /// Invariant: sorted.
    reserved: Peekable<IntoIter<(u32, u32)>>,
}

impl Ordinals {
    /// `None` if Kubernetes does not accept the number.
    fn new(start: i128, count: i128, mut reserved: Vec<(u32, u32)>) -> Option<Self> {
        reserved.sort_unstable();
        let (next, left) = (u32::try_from(start).ok()?, u32::try_from(count).ok()?);
        Some(Self { next, left, reserved: reserved.into_iter().peekable() })
    }
}

impl Iterator for Ordinals {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        while let Some((_, last)) = self.reserved.next_if(|(first, _)| *first <= self.next) {
            if last >= self.next {
                self.next = last.checked_add(1)?;
            }
        }
        let ordinal = self.next;
        self.next = ordinal.checked_add(1)?;
        Some(ordinal)
    }
}
