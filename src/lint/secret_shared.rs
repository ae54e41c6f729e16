//! Two workloads use the same Secret, and so the same key.
//!
//! A WireGuard server keeps one address for each key: the pods cut each other off.
//!
//! Give each workload its own Secret: `--secret 'wg-{name}'`, or the annotation `wgsidecar.dev/secret`. Or leave out what
//! needs no tunnel: `--target`, `-l`, `--only-enabled`, or the label `wgsidecar.dev/inject: "disabled"`.

use std::collections::BTreeMap;

use super::{Check, Findings, Rule, Run, Target, page};
use crate::text::Level;

pub static RULE: Rule = Rule {
    id: "secret-shared",
    level: Level::Error,
    never: false,
    page: page!("secret_shared.rs", "secret-shared"),
    checks: &[Check::Run(check)],
};

/// Names that a message lists before it counts the rest.
const LISTED: usize = 5;

fn check(run: &Run, findings: &mut Findings) {
    let mut users: BTreeMap<(Option<&str>, &str), Vec<&Target>> = BTreeMap::new();
    for target in &run.targets {
        users
            .entry((target.resource.namespace.as_deref(), &target.secret))
            .or_default()
            .push(target);
    }
    for ((_, secret), targets) in users.into_iter().filter(|(_, targets)| targets.len() > 1) {
        let names = list(&targets);
        for target in targets {
            findings
                .add(&RULE, target.place, format!("the Secret `{secret}` and its key would be shared by {names}"))
                .help("give each its own with `--secret 'wg-{name}'`, or leave out what needs no tunnel: `--target`, `-l`, `--only-enabled`, or the label `wgsidecar.dev/inject: \"disabled\"`")
                .about(target.resource.clone());
        }
    }
}

fn list(targets: &[&Target]) -> String {
    // Several templates of one object are told apart by their paths.
    let name = |target: &&Target| match targets.iter().filter(|it| it.place == target.place).count()
    {
        1 => target.resource.display(),
        _ => format!("{} ({})", target.resource.display(), target.field),
    };
    let mut names: Vec<_> = targets.iter().take(LISTED).map(name).collect();
    let rest = targets.len() - names.len();
    if rest > 0 {
        names.push(format!("{rest} more"));
    }
    let last = names.pop().unwrap_or_default();
    format!("{} and {last}", names.join(", "))
}
