//! Every rule over its own fixtures: `fixtures/rules/README.md` says how to add one.

use std::path::{Path, PathBuf};

use crate::support::{Ran, files, golden, run};
use wgsidecar::lint::rule_doc::RuleDoc;
use wgsidecar::lint::{RULES, Rule, explain};

fn of(rule: &Rule, start: &str) -> Vec<PathBuf> {
    let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(start);
    let folder = format!("rules/{}", rule.id);
    let manifests = files(&folder, ".yaml").into_iter();
    manifests.filter(named).filter(|path| !is_fixed(path)).collect()
}

fn is_fixed(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".fixed.yaml")
}

fn sibling(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(path.to_string_lossy().replace(".yaml", ending))
}

fn lint(path: &Path, more: &[&str]) -> Ran {
    let arguments = RuleDoc::arguments(&std::fs::read(path).unwrap());
    let mut all = vec!["lint", "--no-config"];
    all.extend(arguments.iter().map(String::as_str));
    all.extend(more);
    let path = path.to_string_lossy();
    all.push(&path);
    run(&all, b"")
}

/// What the rule finds, without the folder's name.
fn found(path: &Path, rule: &Rule) -> String {
    let ran = lint(path, &["--format", "concise", "--select", rule.id, "--fail-on", "never", "-v"]);
    let all = String::from_utf8(ran.stdout).unwrap() + &ran.stderr;
    let folder = format!("{}/", path.parent().unwrap().display());
    let about = format!("[{}]", rule.id);
    let lines = all.lines().filter(|line| line.contains(&about));
    lines.map(|line| line.replace(&folder, "") + "\n").collect()
}

/// Why a manifest is not read.
fn unread(path: &Path) -> Option<String> {
    let ran = lint(path, &["--format", "concise", "--select", "syntax", "--fail-on", "error"]);
    (ran.code != 0).then(|| String::from_utf8_lossy(&ran.stdout).into_owned() + &ran.stderr)
}

#[test]
fn every_rule_finds_what_is_bad_and_nothing_that_comes_close() {
    let mut failed = Vec::new();
    for rule in RULES {
        for (start, is_bad) in [("bad", true), ("near", false)] {
            let fixtures = of(rule, start);
            if fixtures.is_empty() {
                failed.push(format!("{}: no {start}.yaml", rule.id));
            }
            for path in fixtures {
                let found = found(&path, rule);
                if !is_bad && let Some(unread) = unread(&path) {
                    failed.push(format!(
                        "{} is not read, so nothing could be found:\n{unread}",
                        path.display()
                    ));
                } else if found.is_empty() == is_bad {
                    failed.push(format!("{}:\n{found}", path.display()));
                } else if is_bad {
                    golden(&sibling(&path, ".txt"), found.as_bytes());
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn no_fixture_is_without_a_rule() {
    let folder = crate::support::root().join("fixtures/rules");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!path.is_dir() || RULES.iter().any(|rule| rule.id == name), "{name}");
    }
}

#[test]
fn rules_are_in_alphabetical_order() {
    assert!(RULES.windows(2).all(|pair| pair[0].id < pair[1].id));
}

/// A fixed manifest is what the golden file says, byte for byte, and there is nothing more to mend in it.
#[test]
fn mending_is_lossless_and_done_once() {
    for rule in RULES {
        for path in of(rule, "bad").iter().filter(|_| !rule.is_about_reading()) {
            let folder = tempfile::tempdir().unwrap();
            let copy = folder.path().join("manifest.yaml");
            let input = std::fs::read(path).unwrap();
            std::fs::write(&copy, &input).unwrap();
            let only = ["--select", rule.id, "--fail-on", "never", "--format", "concise", "--fix"];
            let ran = lint(&copy, &only);
            assert_eq!(ran.code, 0, "{}: {}", path.display(), ran.stderr);
            let fixed = std::fs::read(&copy).unwrap();
            let ending = sibling(path, ".fixed.yaml");
            if fixed == input {
                assert!(!ending.exists(), "{} mends nothing", path.display());
                continue;
            }
            golden(&ending, &fixed);
            lint(&copy, &only);
            assert_eq!(std::fs::read(&copy).unwrap(), fixed, "{} twice", path.display());
            assert_eq!(found(&copy, rule), "", "{} is still found", path.display());
        }
    }
}

#[test]
fn explain_shows_the_rules_own_fixtures() {
    for rule in RULES {
        let ran = run(&["explain", rule.id], b"");
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert_eq!(String::from_utf8(ran.stdout).unwrap(), explain::page(rule));
    }
    let list = String::from_utf8(run(&["explain"], b"").stdout).unwrap();
    assert_eq!(list.lines().count(), RULES.len());
}

#[test]
fn the_documentation_is_that_of_the_rules() {
    golden(&crate::support::root().join("docs/rules.md"), explain::document().as_bytes());
}
