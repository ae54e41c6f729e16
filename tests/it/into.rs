//! Patches in the objects that take them: put in, put in anew, and taken out to the byte, whatever the file looks like.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

use serde_yaml::Value;

use crate::support::files;
use wgsidecar::config::{Layer, Patch, Written};
use wgsidecar::kube::Kinds;
use wgsidecar::run::plan::{Planned, Verb, plan};
use wgsidecar::text::{Level, Source};
use wgsidecar::wireguard::settings::find;

/// What a file may look like: each `.yaml` and `.json` of the folder.
fn fixtures() -> Vec<PathBuf> {
    [files("into", ".yaml"), files("into", ".json")].concat()
}

/// What a run over one file makes of it; the error is what refuses it.
pub(crate) fn run(
    name: &str,
    text: &str,
    verb: Verb,
    targets: &[&str],
    settings: &[(&str, &str)],
) -> Result<(String, Planned), Vec<String>> {
    let written =
        |text: &&str| Written { text: (*text).into(), name: "--target".into(), place: None };
    let asked = Patch { object: None, targets: targets.iter().map(written).collect() };
    let mut layer = Layer { patches: vec![asked], ..Layer::default() };
    for (name, value) in settings {
        layer.settings.set(find(name).unwrap(), &[*value]).unwrap();
    }
    let kinds = Kinds::builtin();
    let sources = [Source::new(name, text.as_bytes().to_vec()).unwrap()];
    let planned = plan(&sources, verb, &layer, &kinds, &layer.select(&kinds).unwrap());
    assert!(planned.broken.is_empty(), "{name}: {:?}", planned.broken);
    let errors = planned.findings.iter().filter(|it| it.diagnostic.level == Level::Error);
    let errors: Vec<_> =
        errors.map(|it| format!("{}: {}", it.diagnostic.rule, it.diagnostic.message)).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut out = Vec::new();
    planned.edits[0].write(text, &mut out).unwrap();
    Ok((String::from_utf8(out).unwrap(), planned))
}

/// As kustomize is to find it: the file is called what it is.
fn name(path: &std::path::Path) -> String {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    if name.starts_with("kustomization") { "web/kustomization.yaml".into() } else { name }
}

/// Goes in, is there, stays, changes, changes back, and comes out to the byte in both ways. Returns how many objects
/// took it.
pub(crate) fn obeys_the_laws(
    name: &str,
    text: &str,
    targets: &[&str],
) -> Result<usize, Vec<String>> {
    let vpn = [("secret", "vpn")];
    let (first, planned) = run(name, text, Verb::Patch, targets, &vpn)?;
    let taken = planned.outcomes.len();
    if taken == 0 {
        return Ok(0);
    }
    assert_ne!(first, text, "{name}");
    let mut rest = first.bytes();
    let is_kept = text.bytes().all(|byte| rest.any(|other| other == byte));
    let replaced = planned.edits[0].iter().any(|edit| !edit.span.is_empty());
    assert!(is_kept || replaced, "bytes of {name} were lost:\n{first}");
    let go = |text: &str, verb, targets: &[&str], settings: &[(&str, &str)]| {
        run(name, text, verb, targets, settings)
            .unwrap_or_else(|errors| panic!("{name}: {errors:?}\n{text}"))
            .0
    };
    assert_eq!(go(&first, Verb::Patch, targets, &vpn), first, "{name}: not idempotent");
    assert_eq!(go(&first, Verb::Patch, &[], &vpn), first, "{name}: not found again");
    let other = [("secret", "other"), ("dns", "10.64.0.1")];
    let second = go(&first, Verb::Patch, targets, &other);
    assert!(second.contains("10.64.0.1") && !second.contains("secret=vpn"), "{name}");
    assert_eq!(go(&second, Verb::Patch, targets, &vpn), first, "{name}: not back");
    assert_eq!(go(&second, Verb::Unpatch, &[], &[]), text, "{name}: not taken out");
    assert_eq!(go(&first, Verb::Uninject, &[], &[]), text, "{name}: not uninjected");
    if let [one, two, ..] = targets {
        // One after the other is all at once.
        let alone = go(text, Verb::Patch, &[one], &vpn);
        assert_eq!(go(&alone, Verb::Patch, &[two], &vpn), first, "{name}: in turn");
        let left = go(&first, Verb::Unpatch, &[two], &[]);
        assert_eq!(left, alone, "{name}: one of two");
        let left = go(&first, Verb::Unpatch, &[one], &[]);
        assert_eq!(go(&left, Verb::Unpatch, &[two], &[]), text, "{name}: the other first");
    }
    Ok(taken)
}

/// Runs the laws over each fixture of which the number fits; returns how many patches went in.
fn go_through(targets: &[&str], fits: impl Fn(usize) -> bool) -> usize {
    let fixtures = fixtures().into_iter().enumerate().filter(|(number, _)| fits(*number));
    let taken = fixtures.map(|(_, path)| {
        let text = std::fs::read_to_string(&path).unwrap();
        let count = obeys_the_laws(&name(&path), &text, targets)
            .unwrap_or_else(|errors| panic!("{}: {errors:?}", path.display()));
        assert_eq!(count, targets.len(), "{}", path.display());
        count
    });
    taken.sum()
}

#[test]
fn a_patch_goes_in_and_comes_out_to_the_byte() {
    assert!(go_through(&["deploy/web"], |_| true) >= 50);
}

#[test]
fn two_patches_go_in_and_come_out_in_any_order() {
    assert!(go_through(&["sts/db", "deploy/web"], |number| number % 3 == 0) >= 30);
}

/// The lists of patches below a value, wherever they stand.
fn lists<'v>(value: &'v Value, found: &mut Vec<&'v Vec<Value>>) {
    match value {
        Value::Mapping(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    (Some("patches"), Value::Sequence(list)) => found.push(list),
                    _ => lists(value, found),
                }
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| lists(item, found)),
        _ => {}
    }
}

/// What comes first in a pod is patched last.
#[test]
fn ours_is_the_last_of_all_patches() {
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).unwrap();
        let (new, _) = run(&name(&path), &text, Verb::Patch, &["deploy/web"], &[]).unwrap();
        let new = new.trim_start_matches('\u{feff}').trim_end().trim_end_matches("...").to_owned();
        let documents = serde_yaml::Deserializer::from_str(&new);
        let values: Vec<Value> =
            documents.map(|it| serde::Deserialize::deserialize(it).unwrap()).collect();
        let mut found = Vec::new();
        values.iter().for_each(|value| lists(value, &mut found));
        let ours = |item: &Value| item["patch"].as_str().is_some_and(|it| it.contains("injected"));
        let last = found.last().unwrap_or_else(|| panic!("{}: no list", path.display()));
        let last = last.last().unwrap();
        assert!(ours(last), "{}", path.display());
        assert_eq!(last["target"]["name"], "web");
        let patch: Value = serde_yaml::from_str(last["patch"].as_str().unwrap()).unwrap();
        assert_eq!(patch["spec"]["template"]["spec"]["initContainers"][0]["name"], "wireguard");
        let all: usize = found.iter().map(|list| list.iter().filter(|it| ours(it)).count()).sum();
        assert_eq!(all, 1, "{}", path.display());
    }
}
