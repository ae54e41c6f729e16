//! What must hold of every input whatsoever: one function for each fuzz target, which `tests/it/fuzzed.rs` runs over the
//! inputs that were kept. A function panics where something does not hold.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

mod conf;
mod inject;
mod krm;
mod lint;
mod parse;
mod shown;

use std::sync::LazyLock;

use super::{engine, generate, judges};

use wgsidecar::lint::{RuleInfo, infos};

/// Runs the function of a target.
pub fn run(target: &str, input: &[u8]) {
    match target {
        "parse" => parse::holds(input),
        "inject" => inject::holds(input),
        "conf" => conf::holds(input),
        "lint" => lint::holds(input),
        "krm" => krm::holds(input),
        _ => panic!("{target} is no target"),
    }
}

static RULE_INFOS: LazyLock<Vec<RuleInfo>> = LazyLock::new(infos);

/// The rules that refuse what can be injected all the same.
const ALLOW: [&str; 4] =
    ["replicas-share-key", "daemonset-shares-key", "parallel-job", "secret-shared"];

/// The text that an input is, or that its bytes choose: no text begins with the byte 255.
fn text(input: &[u8], generate: impl Fn(&[u8]) -> String) -> Option<String> {
    match input {
        [255, choices @ ..] => Some(generate(choices)),
        _ => String::from_utf8(input.to_vec()).ok(),
    }
}
