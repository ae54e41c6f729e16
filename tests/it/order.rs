//! Law 6: the order of files changes nothing in what the rules find.

use std::path::{Path, PathBuf};

use crate::support::{feed, files, wgsidecar};
use wgsidecar::lint::RULES;
use wgsidecar::lint::rule_doc::RuleDoc;
use wgsidecar::yaml::stream;

/// The documents of a manifest, each in a file of its own; none where it has but one.
fn documents(path: &Path, folder: &Path) -> Vec<PathBuf> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    let (documents, errors) = stream::split(&text);
    if !errors.is_empty() || documents.len() < 2 {
        return Vec::new();
    }
    let write = |(number, document): (usize, &stream::Document)| {
        let file = PathBuf::from(format!("{number}.yaml"));
        std::fs::write(folder.join(&file), &text[document.span.range()]).unwrap();
        file
    };
    documents.iter().enumerate().map(write).collect()
}

fn found(arguments: &[String], folder: &Path, files: &[PathBuf]) -> Vec<String> {
    let mut command = wgsidecar();
    command.args(["lint", "--no-config", "--format", "concise", "--fail-on", "never"]);
    let ran = feed(command.args(arguments).args(files).current_dir(folder), b"");
    let text = String::from_utf8(ran.stdout).unwrap() + &ran.stderr;
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn findings_do_not_depend_on_the_order_of_files() {
    let mut permuted = 0;
    for rule in RULES.iter().filter(|rule| !rule.is_about_reading()) {
        for path in files(&format!("rules/{}", rule.id), ".yaml") {
            let folder = tempfile::tempdir().unwrap();
            let mut files = documents(&path, folder.path());
            if files.is_empty() {
                continue;
            }
            let arguments = RuleDoc::arguments(&std::fs::read(&path).unwrap());
            // Of what is written twice the last one counts, which the order decides: that it is, is found in any order.
            let is_twice = |line: &String| line.contains("[duplicate-object]: ");
            let found = |files: &[PathBuf]| {
                let all = found(&arguments, folder.path(), files);
                let twice: Vec<_> = all.iter().filter(|line| is_twice(line)).cloned().collect();
                if twice.is_empty() { all } else { twice }
            };
            let first = found(&files);
            let mut turned = files.clone();
            turned.rotate_left(1);
            files.reverse();
            let mut orders = vec![files, turned];
            // Of two there is but one other order.
            orders.dedup();
            for order in orders {
                let again = found(&order);
                assert_eq!(first, again, "{} as {order:?}", path.display());
                permuted += 1;
            }
        }
    }
    assert!(permuted > 100, "only {permuted} orders were tried");
}

/// Secrets of one name in several namespaces, and several names that may be meant.
#[test]
fn what_is_meant_does_not_depend_on_the_order_of_files() {
    let secret = |name: &str, namespace: &str| {
        let conf = "[Interface]\\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\\nAddress = 10.2.0.2/32\\n";
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}{namespace}}}\nstringData: {{wg0.conf: \"{conf}\"}}\n"
        )
    };
    let workload = |name: &str, namespace: &str, annotations: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{namespace}}}\nspec:\n  template:\n    metadata: {{annotations: {{{annotations}}}}}\n    spec: {{containers: [{{name: a, image: a}}]}}\n"
        )
    };
    let own = "wgsidecar.dev/secret: mv2";
    let other = ", namespace: other";
    let reads = [workload("w", "", ""), workload("v", other, own)].join("---\n");
    let cases = [
        vec![secret("mv2", ""), secret("mv2", other), secret("mv2", ", namespace: third"), reads],
        vec![secret("mv2", ""), secret("mv3", ""), workload("w", "", "")],
        vec![
            secret("mv2", ""),
            secret("mv2", other),
            workload("w", other, own),
            workload("v", "", own),
        ],
    ];
    for texts in cases {
        let folder = tempfile::tempdir().unwrap();
        let write = |(number, text): (usize, &String)| {
            let file = PathBuf::from(format!("{number}.yaml"));
            std::fs::write(folder.path().join(&file), text).unwrap();
            file
        };
        let mut files: Vec<_> = texts.iter().enumerate().map(write).collect();
        let arguments = ["--secret".to_owned(), "mv".to_owned()];
        let first = found(&arguments, folder.path(), &files);
        assert!(first.iter().any(|line| line.contains("mv2")), "{first:?}");
        for at in 1..files.len() {
            for _ in 0..files.len() {
                files.rotate_left(1);
                assert_eq!(first, found(&arguments, folder.path(), &files), "{files:?}");
            }
            files.swap(0, at);
        }
    }
}
