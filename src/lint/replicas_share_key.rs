//! More than one pod would be made from one template, with one key.
//!
//! A WireGuard server keeps one address for each key: the one that spoke last. Two pods with one key take the tunnel
//! from each other again and again; measured, each loses between a third and all of its packets.
//!
//! Run one replica. For a StatefulSet or an indexed Job, give each ordinal its own key with `--key-per-replica`.

use super::{Check, Findings, Pod, Rule};
use crate::kube::Count;
use crate::text::Level;

pub static RULE: Rule = Rule {
    id: "replicas-share-key",
    level: Level::Error,
    never: false,
    file: include_str!("replicas_share_key.rs"),
    check: Check::Pod(check),
};

fn check(pod: &Pod, findings: &mut Findings) {
    if pod.has_key_per_replica() {
        return;
    }
    for Count { node, field, pods: count } in pod.template.counts(pod.tree) {
        if count > 1 && !field.ends_with("parallelism") {
            findings
                .add(&RULE, pod.place(node), format!("{count} pods would share one WireGuard key: they cut each other off"))
                .help("run one, or give each ordinal of a StatefulSet or indexed Job its own key with `--key-per-replica`")
                .field(field.into_owned());
        }
    }
}
