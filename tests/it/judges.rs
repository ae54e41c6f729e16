//! Our tree against two independent readers: libyaml's grammar through serde_yaml, and granit-parser's events.
//!
//! kubectl has the last word. Where a judge differs from it, the difference has a name here.

use std::path::{Path, PathBuf};

use wgsidecar::yaml::stream;

/// What the judges have against the documents of a text that we read.
fn judge(name: &str, text: &str) -> Vec<String> {
    let (documents, errors) = stream::split(text);
    let mut found = Vec::new();
    if !errors.is_empty() {
        return found;
    }
    for document in documents {
        let Ok(trees) = stream::parse(text, document) else { continue };
        for tree in trees {
            for (who, verdict) in [
                ("libyaml", crate::support::judges::libyaml(&tree)),
                ("granit", crate::support::judges::granit(&tree)),
            ] {
                let place = tree.document().start();
                found.extend(verdict.err().map(|why| format!("{name} at {place}: {who}: {why}")));
            }
        }
    }
    found
}

fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "{} disagree:\n{}", found.len(), found.join("\n"));
}

fn is_accepted(text: &str) -> bool {
    let (documents, errors) = stream::split(text);
    errors.is_empty() && documents.into_iter().all(|document| stream::parse(text, document).is_ok())
}

#[test]
fn what_kubectl_reads_is_read_as_the_judges_read_it() {
    let mut found = Vec::new();
    for text in crate::support::texts::ACCEPTED {
        assert!(is_accepted(text), "{text:?}: {:?}", stream::parse(text, stream::split(text).0[0]));
        let verdict = judge(&format!("{text:?}"), text);
        let disputed = crate::support::texts::DISPUTED.iter().any(|(disputed, _)| disputed == text);
        match verdict.is_empty() && disputed {
            true => found.push(format!("{text:?} is no longer disputed")),
            false if disputed => {}
            false => found.extend(verdict),
        }
    }
    assert_none(&found);
}

#[test]
fn what_kubectl_refuses_is_refused() {
    for text in
        crate::support::texts::REFUSED.iter().chain(crate::support::texts::REFUSED_BY_KUBECTL)
    {
        assert!(!is_accepted(text), "{text:?}");
    }
}

#[test]
fn line_breaks_of_unicode_stand_in_double_quotes_alone() {
    for text in [
        "a: b\u{2028}c\n",
        "a: 'b\u{2029}c'\n",
        "a: |\n  b\u{85}c\n",
        "a: \"b\" # c\u{2028}d\n",
        "# a\u{2028}b: 1\n",
        "\"a\u{2028}b\": 1\n",
        "a: {\"b\u{85}c\": 1}\n",
        "a: \"b\u{2028}... c\"\n",
    ] {
        assert!(!is_accepted(text), "{text:?}");
    }
}

#[test]
fn what_libyaml_refuses_is_refused() {
    for text in crate::support::texts::REFUSED {
        assert!(!crate::support::judges::libyaml_accepts(text), "{text:?}");
    }
    for text in crate::support::texts::REFUSED_BY_KUBECTL {
        assert!(crate::support::judges::libyaml_accepts(text), "{text:?}");
    }
}

#[test]
fn fixtures_are_read_as_the_judges_read_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut found = Vec::new();
    for file in files(&folder) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        found.extend(judge(&file.display().to_string(), &text));
    }
    assert_none(&found);
}

#[test]
fn real_manifests_are_read_as_the_judges_read_them() {
    let Some(corpus) = crate::support::corpus() else { return };
    let mut found = Vec::new();
    for file in files(&corpus) {
        let text = std::fs::read_to_string(&file).expect("the corpus is UTF-8");
        let is_template = text.contains("{{") || file.ends_with(MERGES_A_LIST);
        assert!(is_accepted(&text) || is_template, "{}", file.display());
        found.extend(judge(&file.display().to_string(), &text));
    }
    assert_none(&found);
}

/// The one file of the corpus that kubectl refuses, templates apart.
const MERGES_A_LIST: &str = "testdata/container-with-merge.yaml";

/// The YAML and JSON files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let yaml = |path: &Path| {
        path.extension()
            .is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|yaml| ending == *yaml))
    };
    let walk = ignore::WalkBuilder::new(folder).standard_filters(false).build();
    walk.map(|entry| entry.expect("the folder can be read").into_path())
        .filter(|path| path.is_file() && yaml(path))
        .collect()
}
