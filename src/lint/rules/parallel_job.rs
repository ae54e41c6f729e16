//! A Job runs several pods at a time, with one key.
//!
//! A WireGuard server keeps one address for each key: pods that run together cut each other off.
//!
//! Set `parallelism: 1`, or give each pod of an indexed Job its own key with `--key-per-replica`.

use crate::kube::Count;
use crate::lint::admission::{Admission, Stage, fill};
use crate::lint::rules::replicas_share_key::{PARALLELISM, unreadable};
use crate::lint::{Check, Findings, Pod, Rule, rule};
use crate::text::Level;

pub static RULE: Rule = Rule {
    level: Level::Error,
    checks: &[
        Check::Pod(check),
        Check::Admission(
            Admission::new(
                Stage::Workload,
                "variables.job.spec.?parallelism.orValue(1) > 1",
                MESSAGE,
                "set `parallelism: 1`",
            )
            .filled(&[("COUNT", "string(variables.job.spec.parallelism)")]),
        ),
    ],
    ..rule!("parallel_job.rs", "parallel-job")
};

const MESSAGE: &str = "@COUNT@ pods at a time would share one WireGuard key";

fn check(pod: &Pod, findings: &mut Findings) {
    if pod.has_key_per_replica() {
        return;
    }
    for &Count { node, ref field, pods: count } in &pod.counts {
        if count > 1 && field.ends_with(PARALLELISM) {
            findings
                .add(&RULE, pod.place(node), fill(MESSAGE, &[("COUNT", &count.to_string())]))
                .help("set `parallelism: 1`, or use an indexed Job with `--key-per-replica`")
                .field(field.clone().into_owned());
        }
    }
    unreadable(pod, &RULE, |path| path.ends_with(PARALLELISM), findings);
}
