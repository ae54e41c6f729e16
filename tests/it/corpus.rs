//! The laws over real manifests, where a corpus of them stands beside the checkout.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::engine::{obeys_the_laws, transform};
use wgsidecar::kube::{Class, Kinds};
use wgsidecar::run::plan::Verb;
use wgsidecar::text::{Source, Span};
use wgsidecar::yaml::stream::{self, Interest, Prefilter};

/// Manifests by path; none where there is no corpus.
fn manifests() -> Vec<(PathBuf, String)> {
    let Some(corpus) = crate::support::corpus() else { return Vec::new() };
    let mut files = Vec::new();
    collect(&corpus, &mut files);
    files.sort();
    assert!(files.len() >= 100, "only {} manifests are in {}", files.len(), corpus.display());
    files
        .into_iter()
        .filter_map(|path| Some((path.clone(), std::fs::read_to_string(&path).ok()?)))
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|it| ["yaml", "yml", "json"].iter().any(|known| it == *known))
        {
            files.push(path);
        }
    }
}

#[test]
fn the_laws_hold_over_the_corpus() {
    let allow = ["replicas-share-key", "daemonset-shares-key", "parallel-job", "secret-shared"];
    let (mut injected, mut unchanged) = (0, 0);
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, text) in manifests() {
        match obeys_the_laws(&text, &allow, &[("secret", "vpn")]) {
            Ok(0) => unchanged += 1,
            Ok(_) => injected += 1,
            Err(rules) => {
                eprintln!("{}: {}", path.display(), rules.join(", "));
                rules.iter().for_each(|rule| *refused.entry(*rule).or_default() += 1);
            }
        }
        if let Ok((text_again, _)) = transform(&text, Verb::Uninject, &allow, "vpn") {
            assert!(text_again == text, "uninject changed {}", path.display());
        }
    }
    println!("corpus: {injected} injected, {unchanged} unchanged, refused by rule: {refused:?}");
}

/// Every object of the corpus that takes patches takes one, and gives it back to the byte.
#[test]
fn patches_come_out_of_the_corpus_again() {
    let (mut taken, mut refused) = (0, Vec::new());
    let is_about_reading = |error: &String| {
        let rule = error.split(':').next().and_then(wgsidecar::lint::find);
        rule.is_some_and(wgsidecar::lint::Rule::is_about_reading)
    };
    for (path, text) in manifests() {
        let name = path.display().to_string();
        // Where several take it, each does: nobody has named one.
        match crate::into::obeys_the_laws(&name, &text, &["deploy/web"]) {
            Ok(count) => taken += count,
            Err(errors) if errors.iter().all(is_about_reading) => {}
            Err(errors) => refused.push((name, errors)),
        }
    }
    assert!(refused.is_empty(), "{refused:?}");
    println!("corpus: {taken} objects took a patch");
}

/// What is skipped by its bytes holds no object that matters when it is parsed.
#[test]
fn skipping_agrees_with_parsing() {
    let fixtures = crate::support::files("inject", ".in.yaml")
        .into_iter()
        .filter_map(|path| Some((path.clone(), std::fs::read_to_string(&path).ok()?)));
    let kinds = Kinds::builtin();
    for (path, text) in manifests().into_iter().chain(fixtures) {
        let source = Source::new("test", text.into_bytes()).unwrap();
        for document in stream::split(source.text()).0 {
            let interest = |kind: &str| match kinds.class(kind) {
                Class::Builtin | Class::Unknown => Interest::Skip,
                _ => Interest::Parse,
            };
            if stream::prefilter(source.slice(document.span), interest) != Prefilter::Skip {
                continue;
            }
            let Ok(Some(tree)) = wgsidecar::yaml::parse(source.text(), Span { ..document.span })
            else {
                continue;
            };
            for object in wgsidecar::kube::objects(&tree).unwrap() {
                assert!(
                    matches!(kinds.class(&object.kind), Class::Builtin | Class::Unknown),
                    "{}: {}",
                    path.display(),
                    object.kind
                );
            }
        }
    }
}
