//! The namespace's quota is smaller than what our container asks for.
//!
//! A ResourceQuota refuses each pod that would exceed it. One with scopes counts only the pods that are in all of them. Of
//! several that are too small the smallest is named first.
//!
//! Raise the quota, or ask for less with `--requests` and `--limits`.

use std::borrow::Cow;

use crate::lint::findings::Twin;
use crate::lint::index::ObjectIndex;
use crate::lint::quotas::{ENTRIES, Hard};
use crate::lint::resources;
use crate::lint::{Check, Findings, ObjectRef, Outline, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::values::quantity;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[Check::Pod(check), Check::Patch(check_patch)],
    ..rule!("quota.rs", "quota")
};

/// What our container asks for.
#[derive(Debug)]
struct Asked<'a> {
    /// Its number among the entries of quotas.
    entry: usize,
    text: Cow<'a, str>,
    amount: f64,
}

fn check(pod: &Pod, findings: &mut Findings) {
    let (context, namespace) = (pod.context, pod.namespace());
    let Some(quotas) = context.quotas(namespace) else { return };
    let (facts, asked) = (quotas.facts(pod), asked(pod));
    let key = (context.namespace(namespace), &facts);
    findings.once(&RULE, &key, None, |findings| {
        for &(number, node) in quotas.of(&facts).flat_map(|quotas| &quotas.open) {
            findings.unknown(&RULE, &context.view(number), node, "the quota");
        }
    });
    let its_pods = (pod.name_place(), "its pods get a tunnel");
    findings.once(&RULE, &(key, &asked), Some(its_pods), |findings| {
        for (quotas, asked) in
            quotas.of(&facts).flat_map(|it| asked.iter().map(move |ours| (it, ours)))
        {
            compare(context, &quotas.entries[asked.entry], asked, findings);
        }
    });
}

/// Of the pods of a patch nobody knows in which scopes they are.
fn check_patch(pods: &Outline, findings: &mut Findings) {
    let (context, Some(namespace)) = (pods.context, pods.namespace) else { return };
    let Some(quotas) = context.quotas(Some(namespace)) else { return };
    let amounts = ENTRIES.iter().enumerate().filter_map(|(entry, (_, part, resource))| {
        let text = resources::of_tunnel(pods.tunnel?, part, resource)?;
        Some(Asked { entry, text: text.into(), amount: quantity(text)? })
    });
    let asked = Vec::from_iter(amounts);
    let its_pods = (pods.place, "its pods get a tunnel");
    findings.once(&RULE, &(namespace, "patch", &asked), Some(its_pods), |findings| {
        for (quotas, asked) in
            quotas.without_scopes().flat_map(|it| asked.iter().map(move |ours| (it, ours)))
        {
            compare(context, &quotas.entries[asked.entry], asked, findings);
        }
    });
}

fn asked<'a>(pod: &Pod<'a, '_>) -> Vec<Asked<'a>> {
    let entries = ENTRIES.iter().enumerate().filter_map(|(entry, (_, part, resource))| {
        let text = resources::of_ours(pod, part, resource)?;
        // Then the containers' own amounts do not count.
        if pod.find(&["resources", part, resource]).is_some() {
            return None;
        }
        let amount = quantity(&text)?;
        Some(Asked { entry, text, amount })
    });
    entries.collect()
}

/// Reports the least of some amounts, where it is too small.
fn compare(context: &ObjectIndex, all: &[Hard], asked: &Asked, findings: &mut Findings) {
    let Asked { entry, text: ours, amount } = asked;
    let (entry, part, resource) = ENTRIES[*entry];
    let [least, others @ ..] = all else { return };
    if *amount <= least.amount {
        return;
    }
    let view = context.view(least.number);
    let hard = &least.text;
    findings
        .add(
            &RULE,
            view.place(least.node),
            format!("the quota of {hard} is less than the tunnel's {part} of {ours} {resource}"),
        )
        .help(format!("raise it, or ask for less with `--{part} {resource}=…`"))
        .field(format!("spec.hard[{entry}]"))
        .object(view.resource());
    let others = others.iter().take_while(|hard| *amount > hard.amount);
    findings.shared_by(|| others.map(|hard| twin(&context.view(hard.number), hard)));
}

/// Another quota that is too small.
fn twin(view: &ObjectRef, Hard { number, node, text, .. }: &Hard) -> Twin {
    let word = format!("and that of {text} in {}", view.resource().display());
    Twin { number: *number, place: view.place(*node), word }
}
