//! What `explain` prints, and the documentation of all rules, from the rules' own pages. Knows no rule by name.

use std::fmt::Write;

use super::rule_doc::RuleDoc;
use super::{OF_PATCHES, RULES, Rule};

/// One rule's page, with a manifest that it is about and one that comes close.
pub fn page(rule: &Rule) -> String {
    let RuleDoc { bad, near, .. } = rule.page;
    format!(
        "{} ({})\n\n{}\n\n`{}` reports this:\n\n{}\n`{}` accepts this:\n\n{}",
        rule.id,
        standing(rule),
        rule.page.text(),
        RuleDoc::command(bad),
        indented(bad),
        RuleDoc::command(near),
        indented(near),
    )
}

/// Every rule in a line.
pub fn list() -> String {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let line = |rule: &&Rule| {
        format!("{:width$}  {:7}  {}\n", rule.id, rule.level.name(), rule.page.summary())
    };
    RULES.iter().map(line).collect()
}

/// The documentation: a table of all rules, then their pages.
pub fn document() -> String {
    let mut out = String::from(HEAD);
    for rule in RULES {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| [{0}](#{0}) | {1} | {2} |",
            rule.id,
            standing(rule),
            rule.page.summary()
        );
    }
    let is_planned = |rule: &Rule| OF_PATCHES.iter().any(|it| it.id == rule.id);
    let by_outline =
        |rule: &Rule| rule.looks_at_patches() && !rule.looks_at_objects() && !is_planned(rule);
    let _ = write!(
        out,
        "\n{PATCHES}\n- by the patch and the objects of its namespace: {}\n- by the patch itself and the object that holds it: {}\n",
        names(by_outline),
        names(is_planned)
    );
    for rule in RULES {
        let _ = write!(
            out,
            "\n## {}\n\n*{}*\n\n{}\n\n{}\n{}",
            rule.id,
            standing(rule),
            rule.page.text(),
            fenced("reports this", rule.page.bad),
            fenced("accepts this", rule.page.near),
        );
    }
    out
}

const HEAD: &str = "# Rules

What `wgsidecar lint` looks for and `wgsidecar inject` obeys: an error on a target refuses the run. `wgsidecar explain RULE`
shows a page in the terminal. Made from the rules' own files; do not edit it by hand.

What is meant is suppressed with its reason, by an annotation on the workload, its pod template, or the object that the
finding is about, such as a Secret or a NetworkPolicy:

    metadata:
      annotations:
        ignore.wgsidecar.dev/host-port: \"the router forwards it\"

or by the settings file, for one object or for all:

    spec:
      ignore:
        - {rule: split-tunnel, target: Secret/vpn, reason: only the office is behind it}

`--allow RULE` does it for one run. A suppression that nothing needs any more is found too.

| rule | level | in a sentence |
|---|---|---|
";

const PATCHES: &str = "**Patches.** Where the run holds a workload that a patch is for, all rules judge it as the patch makes it. Of what a chart
or another repository renders nobody sees the manifest: pipe it into `lint`. Without that, the rules about Secrets and
about reading hold as always, and these are judged:
";

/// The rules of some kind, each with its page.
fn names(which: impl Fn(&Rule) -> bool) -> String {
    let names = RULES.iter().filter(|rule| which(rule)).map(|rule| format!("[{0}](#{0})", rule.id));
    Vec::from_iter(names).join(", ")
}

fn standing(rule: &Rule) -> String {
    if rule.never {
        format!("{}, can never be allowed", rule.level.name())
    } else {
        rule.level.name().to_owned()
    }
}

fn fenced(verdict: &str, fixture: &[u8]) -> String {
    let (command, text) = (RuleDoc::command(fixture), RuleDoc::example(fixture));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!(
        "<details><summary><code>{command}</code> {verdict}</summary>\n\n```yaml\n{text}{end}```\n\n</details>\n"
    )
}

fn indented(fixture: &[u8]) -> String {
    RuleDoc::example(fixture)
        .lines()
        .map(|line| format!("    {line}").trim_end().to_owned() + "\n")
        .collect()
}
