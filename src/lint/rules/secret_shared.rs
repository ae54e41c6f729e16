//! Two workloads use the same Secret, and so the same key.
//!
//! A WireGuard server keeps one address for each key: the pods cut each other off.
//!
//! Give each workload its own Secret: `--secret 'wg-{name}'`, or the annotation `wgsidecar.dev/secret`. Or leave out what
//! needs no tunnel: `--target`, `-l`, `--only-enabled`, or the label `wgsidecar.dev/inject: "disabled"`.

use crate::lint::{Check, Findings, Rule, Run, Target, page};
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
    let mut targets: Vec<_> = run.targets.iter().collect();
    targets.sort_by_key(|target| secret(target));
    let users = targets.chunk_by(|one, other| secret(one) == secret(other));
    for targets in users.filter(|targets| targets.len() > 1) {
        let names = list(targets);
        for target in targets {
            findings
                .add(&RULE, target.place, format!("the Secret `{}` and its key would be shared by {names}", target.secret))
                .help("give each its own with `--secret 'wg-{name}'`, or leave out what needs no tunnel: `--target`, `-l`, `--only-enabled`, or the label `wgsidecar.dev/inject: \"disabled\"`")
                .about(target.resource.clone());
        }
    }
}

/// Namespace and name of the Secret that a target reads.
fn secret(target: &Target) -> (Option<&str>, &str) {
    (target.resource.namespace.as_deref(), &target.secret)
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
