//! Patches in the objects that take them: put in, put in anew, and taken out to the byte, whatever the file looks like.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

use serde_yaml::Value;

use crate::support::{Ran, files, folder};
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
    let asked = Patch { targets: targets.iter().map(written).collect(), ..Patch::default() };
    let mut layer = Layer { patches: Some(vec![asked]), ..Layer::default() };
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
    let vpn = [("secret", "vpn-{name}")];
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
    let other = [("secret", "other-{name}"), ("dns", "10.64.0.1")];
    let second = go(&first, Verb::Patch, targets, &other);
    assert!(second.contains("10.64.0.1") && !second.contains("secret=vpn-"), "{name}");
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

/// A byte order mark takes no column, at the start of a file and of each later document.
#[test]
fn byte_order_marks_change_nothing() {
    let mark = "\u{FEFF}";
    let mut tried = 0;
    let text = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let fixtures = fixtures().into_iter().map(|path| (name(&path), text(&path)));
    let few = [
        "resources: [d.yaml]\n",
        "resources: [d.yaml]\r\nnamespace: a\r\n",
        "# c\nresources:\n  - d.yaml\n",
        "---\nresources:\n- d.yaml\n",
        "---\n{resources: [d.yaml]}\n",
        "{\"resources\": [\"d.yaml\"]}",
        "{}",
        "{}\n",
        "# c\n--- \n{ } # d\n",
        "--- # c\r\n{\r\n}\r\n",
        "patches:\n",
        "patches: [] # c\n",
        "&a !!map\nresources: [d.yaml]\n",
    ]
    .map(|text| ("kustomization.yaml".to_owned(), text.to_owned()));
    let release = ("a.yaml".to_owned(), RELEASE.split("spec:").next().unwrap().to_owned());
    for (name, plain) in fixtures.chain(few).chain([release]) {
        if plain.contains(mark) {
            continue;
        }
        let marked = format!("{mark}{}", plain.replace("\n---\n", "\n---\n\u{FEFF}"));
        let new = |text| run(&name, text, Verb::Patch, &["deploy/web"], &[]).unwrap().0;
        assert_eq!(new(&marked).replace(mark, ""), new(&plain), "{name}");
        assert_eq!(obeys_the_laws(&name, &marked, &["deploy/web"]), Ok(1), "{marked}");
        tried += 1;
    }
    assert!(tried >= 50, "only {tried} were tried");
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

/// A program that sorts keys puts ours on the dash's line; then the next key comes there when ours goes.
#[test]
fn a_patch_on_the_line_of_a_dash_comes_out_to_the_byte() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  sources:\n    - path: a\n      repoURL: b\n      # c\n      ref: d\n";
    let (new, _) = run("a.yaml", text, Verb::Patch, &["deploy/web"], &[]).unwrap();
    let ours = new.strip_prefix(text).unwrap().trim_start();
    assert!(ours.starts_with("kustomize:"), "{new}");
    let moved = text.replace("- path: a", &format!("- {ours}      path: a"));
    assert_eq!(run("a.yaml", &moved, Verb::Uninject, &[], &[]).unwrap().0, text, "{moved}");
}

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
spec:
  chart: {spec: {chart: web}}
";

/// Runs the binary on a file of this text in a folder of its own; gives the file back too.
fn on_file(text: &str, args: &[&str]) -> (Ran, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web.yaml");
    std::fs::write(&path, text).unwrap();
    let all = [&["patch", "--no-config", "--into", path.to_str().unwrap()], args].concat();
    let ran = crate::support::run(&all, b"");
    (ran, std::fs::read_to_string(&path).unwrap())
}

#[test]
fn what_cannot_be_patched_is_refused_with_the_way_out() {
    let web = &["--target", "deploy/web"][..];
    let application = |source: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec:\n  {source}\n"
        )
    };
    let two = format!("{RELEASE}---\n{}", RELEASE.replace("name: web", "name: db"));
    let cases: &[(&str, &[&str], i32, &str)] = &[
        (RELEASE, &[], 1, "name it: `--target deploy/NAME`"),
        (RELEASE, &["--target", "foo/web"], 2, "is not a kind of workload"),
        (RELEASE, &["--target", "rollout/web"], 2, "patches cannot merge the lists of this kind"),
        (RELEASE, &["--target", "hr/qb"], 2, "for the object itself use `--object`"),
        (RELEASE, &["--target", "a/deploy/web"], 2, "leave the namespace out"),
        (RELEASE, &["--target", "ds/web"], 1, "--allow daemonset-shares-key"),
        (RELEASE, &["--target", "deploy/web", "--object", "hr/db"], 2, "no object here is `hr/db`"),
        (RELEASE, &["--target", "deploy/web", "--object", "deploy/a"], 2, "takes no patches"),
        (&two, web, 2, "name one with `--object`"),
        (
            "kind: Service\napiVersion: v1\nmetadata: {name: a}\n",
            web,
            2,
            "no object here takes patches",
        ),
        (
            &application("source: {path: a, helm: {}}"),
            web,
            1,
            "multiple application sources defined",
        ),
        (&application("source: {chart: a}"), web, 1, "multiple application sources defined"),
        (&application("sources: [{path: a}, {path: b}]"), web, 1, "2 sources could have the patch"),
        (&application("project: a"), web, 1, "a source must stand here"),
        (&format!("{RELEASE}  postRenderers: text\n"), web, 1, "a list must stand here"),
        (&format!("{RELEASE}  postRenderers: {{}}\n"), web, 1, "a list must stand here"),
        (
            &format!("{RELEASE}  postRenderers: [{{kustomize: []}}]\n"),
            web,
            1,
            "a mapping must stand here",
        ),
        (
            &format!("{}spec: {{postRenderers: {{}}}}\n", RELEASE.split("spec:").next().unwrap()),
            web,
            1,
            "a list must stand here",
        ),
        (
            &format!("{}spec: []\n", RELEASE.split("spec:").next().unwrap()),
            web,
            1,
            "a mapping must stand here",
        ),
        (&application("source: []"), web, 1, "a mapping must stand here"),
        (&application("source: {path: a, kustomize: []}"), web, 1, "a mapping must stand here"),
        (
            &application("source: {path: a, kustomize: {patches: {}}}"),
            web,
            1,
            "a list must stand here",
        ),
        (
            &format!("{RELEASE}  postRenderers: &a [{{kustomize: {{}}}}]\n  other: *a\n"),
            web,
            1,
            "shared-anchor",
        ),
        (
            &format!("x: &y {{kustomize: {{}}}}\n{RELEASE}  postRenderers:\n    - <<: *y\n"),
            web,
            1,
            "merge-key",
        ),
        (&format!("{RELEASE}  postRenderers: []\n  postRenderers: []\n"), web, 1, "duplicate-key"),
        (&format!("{RELEASE}  ? postRenderers\n  : []\n"), web, 1, "explicit-key"),
        (&format!("{RELEASE}sops:\n  mac: ENC\n"), web, 1, "signed-file"),
        (
            &format!(
                "{RELEASE}  postRenderers:\n    - kustomize:\n        patches:\n          - target: {{name: web}}\n            patch: 'spec: {{hostNetwork: true}}'\n"
            ),
            web,
            1,
            "host-network",
        ),
        (&format!("{RELEASE}a: [\n"), web, 2, "error[syntax]"),
    ];
    for (text, args, code, said) in cases {
        let (ran, left) = on_file(text, args);
        assert_eq!(ran.code, *code, "{args:?}\n{text}\n{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{said}\n{}", ran.stderr);
        assert_eq!(left, *text);
    }
}

/// A chart whose names are known needs no target, and any doubt ends that.
#[test]
fn a_workload_is_guessed_where_the_chart_leaves_no_doubt() {
    let release = |spec: &str, controller: &str, more: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: qb}}\nspec:\n  {spec}\n  values:\n    controllers:\n      main: {{{controller}}}\n{more}"
        )
    };
    let chart = "chart: {spec: {chart: app-template, version: 4.1.1}}";
    let cases = [
        (release(chart, "", ""), Some("deployment/qb")),
        (
            release("chartRef: {kind: OCIRepository, name: app-template}", "", ""),
            Some("deployment/qb"),
        ),
        (release(chart, "type: statefulset", ""), Some("statefulset/qb")),
        (release(&format!("releaseName: other\n  {chart}"), "", ""), Some("deployment/other")),
        (
            release(&format!("targetNamespace: media\n  {chart}"), "", ""),
            Some("deployment/media-qb"),
        ),
        (release("chart: {spec: {chart: app-template, version: 3.7.3}}", "", ""), None),
        (release("chart: {spec: {chart: plex, version: 4.0.0}}", "", ""), None),
        (release(&format!("valuesFrom: [{{kind: Secret, name: a}}]\n  {chart}"), "", ""), None),
        (release(chart, "", "      other: {}\n"), None),
        (release(chart, "suffix: a", ""), None),
        (release(chart, "", "    fullnameOverride: a\n"), None),
        (release(chart, "", "    global: {nameOverride: a}\n"), None),
    ];
    for (text, expected) in cases {
        let (ran, left) = on_file(&text, &[]);
        assert_eq!(ran.code, i32::from(expected.is_none()), "{text}\n{}", ran.stderr);
        match expected {
            Some(target) => {
                let said = format!("assuming {target}, named after the release\n");
                assert!(ran.stderr.contains(&said), "{}", ran.stderr);
            }
            None => assert_eq!(left, text),
        }
    }
}

#[test]
fn what_somebody_has_edited_is_not_lost() {
    let (_, patched) = on_file(RELEASE, &["--target", "deploy/web"]);
    let edits = [
        ("10m", "20m", "edited-injection", true),
        ("hash=", "hash=0", "edited-injection", true),
        (
            "template:\n",
            "replicas: 2\n                template:\n",
            "holds more than the tunnel",
            true,
        ),
        ("\"2 ", "\"9 ", "newer-injection", false),
        ("volumes:", "volume:", "partial-injection", false),
    ];
    for (old, new, said, can_be_allowed) in edits {
        let edited = patched.replacen(old, new, 1);
        assert_ne!(edited, patched, "{old}");
        for args in [&["--secret", "other"][..], &["--remove"]] {
            let (ran, left) = on_file(&edited, args);
            assert_eq!((ran.code, left == edited), (1, true), "{old}: {}", ran.stderr);
            assert!(ran.stderr.contains(said), "{}", ran.stderr);
            let allow = [args, &["--allow", "edited-injection"]].concat();
            let (ran, left) = on_file(&edited, &allow);
            assert_eq!((ran.code == 0, left != edited), (can_be_allowed, can_be_allowed), "{old}");
        }
    }
}

/// The target alone decides whom kustomize patches, whatever the patch says.
#[test]
fn a_patch_whose_target_was_edited_is_not_taken_for_what_it_says() {
    let wanted = ["--target", "deploy/web", "--secret", "vpn"];
    let (_, patched) = on_file(RELEASE, &wanted);
    let (head, target) = patched.rsplit_once("target:").unwrap();
    let edit = |old: &str, new: &str| {
        assert!(target.contains(old), "{old}: {target}");
        format!("{head}target:{}", target.replacen(old, new, 1))
    };
    let edits = [
        ("name: web", "name: wbe"),
        ("name: web", "name: .*"),
        ("name: web", "name: web|db"),
        ("name: web", "name: [web]"),
        ("name: web", "name: web\n              namespace: other"),
        ("name: web", "name: web\n              labelSelector: vpn=true"),
        ("name: web", "name: web\n              annotationSelector: vpn=true"),
        ("kind: Deployment", "kind: StatefulSet"),
        ("kind: Deployment", "kind: Deploy.*"),
        ("kind: Deployment\n", "\n"),
        ("group: apps", "group: batch"),
        ("version: v1", "version: v2"),
    ];
    for (old, new) in edits {
        let edited = edit(old, new);
        let ran = crate::support::run(&["lint", "--no-config"], edited.as_bytes());
        let report = String::from_utf8(ran.stdout).unwrap();
        assert!(ran.code == 1 && report.contains("error[edited-injection]"), "{new}: {report}");
        for args in [&wanted[..], &["--remove"]] {
            let (ran, left) = on_file(&edited, args);
            assert_eq!((ran.code, left == edited), (1, true), "{new}: {}", ran.stderr);
            let (ran, left) = on_file(&edited, &[args, &["--allow", "edited-injection"]].concat());
            let expected = if args == wanted { patched.as_str() } else { RELEASE };
            assert_eq!((ran.code, left.as_str()), (0, expected), "{new}: {}", ran.stderr);
        }
    }
    for (old, new) in [("group: apps\n", "\n"), ("version: v1", ""), ("name: web", "name: \"web\"")]
    {
        let (ran, left) = on_file(&edit(old, new), &wanted);
        assert_eq!((ran.code, left), (0, edit(old, new)), "{old}: {}", ran.stderr);
    }
}

/// kustomize takes a target's name for a regular expression: one key for all that it matches.
#[test]
fn a_target_that_is_no_name_is_refused() {
    for name in ["a|b", "web?", "[a-z]", "(web)", "we$", "^web", "WEB", "-a", "we'b", "web#x"] {
        let (ran, left) = on_file(RELEASE, &["--target", &format!("deploy/{name}")]);
        assert_eq!((ran.code, left.as_str()), (2, RELEASE), "{name}: {}", ran.stderr);
    }
    let (ran, left) = on_file(RELEASE, &["--target", "deploy/${APP}", "--secret", "vpn"]);
    assert_eq!((ran.code, left.contains("${APP}")), (0, true), "{}", ran.stderr);
}

/// An image that runs as root, and a key that may be another pod's.
#[test]
fn what_stands_for_our_image_and_secret_in_a_patch_is_reported() {
    let (_, patched) = on_file(RELEASE, &["--target", "deploy/web", "--secret", "vpn"]);
    let image = patched.replace("docker.io/linuxserver/wireguard", "registry.example/tools");
    let secret = patched.replace("secretName: vpn", "secretName: other");
    let tag = patched.replace("-r1-ls116", "-r1-ls117");
    let rows = [
        (&image, "image-replaced", ["--secret", "vpn", "--image", "registry.example/tools:2"]),
        (&secret, "secret-replaced", ["--secret", "other", "--mtu", "1400"]),
    ];
    for (edited, rule, named) in rows {
        for settings in [&[][..], &["--secret", "vpn"]] {
            let args = [&["lint", "--no-config", "--format", "concise"], settings].concat();
            let said = String::from_utf8(crate::support::run(&args, edited.as_bytes()).stdout);
            let said = said.unwrap();
            assert!(said.contains(&format!("error[{rule}]")), "{settings:?}: {said}");
            assert!(!said.contains("stale-injection"), "{said}");
        }
        let (ran, left) = on_file(edited, &["--secret", "vpn"]);
        assert_eq!((ran.code, &left), (1, edited), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("error[{rule}]")), "{}", ran.stderr);
        assert_eq!(on_file(edited, &named).0.code, 0, "{rule}");
        assert_eq!(on_file(edited, &["--remove"]).1, RELEASE, "{rule}");
    }
    let ran = crate::support::run(&["lint", "--no-config"], tag.as_bytes());
    assert_eq!(ran.code, 0, "another tag is a bot's: {}", String::from_utf8_lossy(&ran.stdout));
}

/// One command for a whole repository, and one that takes all of it out.
#[test]
fn the_settings_file_names_what_is_to_have_patches() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let kustomization = "resources:\n- web.yaml\n- ../base\n";
    write("apps/web.yaml", RELEASE);
    write("apps/kustomization.yaml", kustomization);
    let settings = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: 'secret-x'\n  patches:\n  - {object: HelmRelease/web, target: [deploy/web, sts/db]}\n  - {object: apps/kustomization.yaml, target: cj/job}\n";
    write("wgsidecar.yaml", &settings.replace("secret-x", "wg-{name}"));
    let run = |args: &[&str]| {
        let mut command = crate::support::wgsidecar();
        crate::support::feed(command.args(args).current_dir(folder.path()), b"")
    };
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(run(&["inject", "--check", "."]).code, 1);
    let ran = run(&["inject", "-i", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("Secrets wg-db, wg-job, wg-web"), "{}", ran.stderr);
    assert_eq!(run(&["inject", "--check", "."]).code, 0);
    let ran = run(&["lint", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("checked 3 patches"), "{}", ran.stderr);
    assert!(
        read("apps/web.yaml").contains("wg-db")
            && read("apps/kustomization.yaml").contains("wg-job")
    );
    // What is printed is to be applied, and a kustomization is no object.
    assert!(!String::from_utf8(run(&["inject", "apps"]).stdout).unwrap().contains("web.yaml"));
    // Other settings make it stale, and one Secret is shared across objects.
    write("wgsidecar.yaml", &settings.replace("secret-x", "one"));
    let ran = run(&["lint", "."]);
    assert!(String::from_utf8(ran.stdout).unwrap().contains("stale-injection"));
    assert!(run(&["inject", "-i", "."]).stderr.contains("secret-shared"));
    // A name that means nothing is no silence.
    write("wgsidecar.yaml", &settings.replace("HelmRelease/web", "HelmRelease/wbe"));
    let ran = run(&["inject", "-i", "."]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("asks for a patch in `HelmRelease/wbe`"), "{}", ran.stderr);
    let ran = run(&["uninject", "-i", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        (read("apps/web.yaml").as_str(), read("apps/kustomization.yaml").as_str()),
        (RELEASE, kustomization)
    );
    for (old, said) in
        [("HelmRelease/web", "takes no patches"), ("[deploy/web, sts/db]", "is not a kind")]
    {
        write("wgsidecar.yaml", &settings.replace(old, "Foo/web"));
        let ran = run(&["inject", "--check", "."]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    write("wgsidecar.yaml", &settings.replace(", target: cj/job", ""));
    let ran = run(&["inject", "--check", "."]);
    assert!(ran.stderr.contains("needs an `object` and a `target`"), "{}", ran.stderr);
}

/// A patch that is applied after ours may put something before the tunnel.
#[test]
fn a_later_patch_of_init_containers_is_reported() {
    let text = RELEASE.replacen("  chart:", "  interval: 1h\n  chart:", 1);
    let (_, patched) = on_file(&text, &["--target", "deploy/web"]);
    let later = "          - target: {kind: Deployment}\n            patch: '[{op: add, path: /spec/template/spec/initContainers/0}]'\n";
    for (added, code) in [(later.to_owned(), 1), (later.replace("Deployment", "StatefulSet"), 0)] {
        let ran =
            crate::support::run(&["lint", "--no-config"], format!("{patched}{added}").as_bytes());
        let said = String::from_utf8(ran.stdout).unwrap();
        assert_eq!((ran.code, said.contains("runs-before-tunnel")), (code, code == 1), "{said}");
    }
}

const APP_RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: app, namespace: media}\nspec:\n  chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: shop}}}\n";

/// A folder with a HelmRelease, and settings that ask for two patches of it.
fn asked() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let settings = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: 'wg-{name}'\n  \
                    patches:\n  - object: HelmRelease/app\n    target: [Deployment/web, Deployment/api]\n";
    std::fs::write(folder.path().join("wgsidecar.yaml"), settings).unwrap();
    std::fs::write(folder.path().join("hr.yaml"), APP_RELEASE).unwrap();
    folder
}

/// What the flags leave out gets no patch, though the settings ask for it.
#[test]
fn a_selection_of_the_flags_counts_for_patches_of_the_settings() {
    for (flags, is_meant) in [
        (&["-n", "nope"][..], false),
        (&["-l", "x=y"], false),
        (&["--only-enabled"], false),
        (&["-n", "media"], true),
        (&[], true),
    ] {
        let folder = asked();
        let path = folder.path().display().to_string();
        let ran = crate::support::run(&[&["inject", "-i", path.as_str()], flags].concat(), b"");
        let text = std::fs::read_to_string(folder.path().join("hr.yaml")).unwrap();
        assert_eq!(
            (ran.code == 0, text != APP_RELEASE),
            (is_meant, is_meant),
            "{flags:?}: {}",
            ran.stderr
        );
    }
}

/// A selector of the settings is about workloads, whatever is typed beside it.
#[test]
fn a_selection_of_the_settings_leaves_patches_alone() {
    for selection in [
        "  selector: {matchLabels: {vpn: 'yes'}}\n",
        "  namespace: other\n",
        "  onlyEnabled: true\n",
    ] {
        let settings = settings(&format!("{selection}{ASKED}"));
        let files = [("wgsidecar.yaml", settings.as_str()), ("app.yaml", APP_RELEASE)];
        for (flags, count) in [
            (&["--target", "deploy/web"][..], 1),
            (&["--target", "hr/app"], 2),
            (&["-n", "media"], 2),
            (&["-n", "nope"], 0),
            (&["-l", "a=b"], 0),
        ] {
            let folder = folder(&files);
            let (code, said) = in_folder(&folder, &[&["inject", "-i"], flags, &["."]].concat());
            let text = std::fs::read_to_string(folder.path().join("app.yaml")).unwrap();
            let found = text.matches("wgsidecar.dev/injected").count();
            assert_eq!((code == 0, found), (count > 0, count), "{selection} {flags:?}: {said}");
        }
    }
}

#[test]
fn lint_misses_a_patch_that_the_settings_ask_for() {
    let folder = asked();
    let file = folder.path().join("hr.yaml").display().to_string();
    let args = ["patch", "--no-config", "--target", "deploy/api", "--secret", "wg-api", "--into"];
    assert_eq!(crate::support::run(&[&args[..], &[&file]].concat(), b"").code, 0);
    let path = folder.path().display().to_string();
    let ran = crate::support::run(&["lint", &path], b"");
    let said = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(ran.code, 1, "{said}");
    assert!(
        said.contains("the patch of `deployment/web` that the settings ask for is missing"),
        "{said}"
    );
    assert_eq!(crate::support::run(&["inject", "-q", "-i", &path], b"").code, 0);
    let ran = crate::support::run(&["lint", &path], b"");
    assert_eq!(ran.code, 0, "{}", String::from_utf8_lossy(&ran.stdout));
}

#[test]
fn a_patch_that_guards_less_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hr.yaml");
    std::fs::write(&file, APP_RELEASE).unwrap();
    let file = file.display().to_string();
    let into = |more: &[&str]| {
        let args = ["patch", "--no-config", "--target", "deploy/web", "--secret", "m", "--into"];
        crate::support::run(&[&args[..], &[file.as_str()], more].concat(), b"")
    };
    assert_eq!(into(&["--dns", "10.64.0.1", "--kill-switch", "on"]).code, 0);
    let ran = into(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for said in ["warning[weaker-tunnel]", "dns 10.64.0.1 → cluster, kill-switch on → auto"] {
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("--keep"), "`patch` has no such flag: {}", ran.stderr);
    let ran = into(&["--dns", "10.64.0.1"]);
    assert!(!ran.stderr.contains("weaker-tunnel"), "{}", ran.stderr);
}

fn in_folder(folder: &tempfile::TempDir, args: &[&str]) -> (i32, String) {
    let mut command = crate::support::wgsidecar();
    let ran = crate::support::feed(command.args(args).current_dir(folder.path()), b"");
    (ran.code, String::from_utf8(ran.stdout).unwrap() + &ran.stderr)
}

fn settings(rest: &str) -> String {
    format!(
        "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: 'wg-{{name}}'\n{rest}"
    )
}

const ASKED: &str = "  patches:\n  - {object: hr/app, target: [deploy/web, deploy/api]}\n  - {object: hr/db, target: sts/db}\n  - {object: apps/kustomization.yaml, target: cj/job}\n";

/// A repository whose settings ask for four patches, which are there.
fn repository() -> tempfile::TempDir {
    let folder = folder(&[
        ("wgsidecar.yaml", settings(ASKED).as_str()),
        ("app.yaml", APP_RELEASE),
        ("db.yaml", &APP_RELEASE.replace("name: app,", "name: db,")),
        ("apps/kustomization.yaml", "resources: [https://example.com/base]\n"),
    ]);
    assert_eq!(in_folder(&folder, &["inject", "-i", "."]).0, 0);
    folder
}

/// What the settings ask for no more is said, as for a workload that they select no more.
#[test]
fn a_patch_that_the_settings_ask_for_no_more_is_not_silent() {
    let folder = repository();
    let path = folder.path().join("wgsidecar.yaml");
    for (patches, dropped) in [
        (ASKED.to_owned(), &[][..]),
        (ASKED.replace(", deploy/api]", "]"), &["deployment/api"]),
        (ASKED.replace("  - {object: hr/db, target: sts/db}\n", ""), &["statefulset/db"]),
        (
            ASKED.replace("  - {object: apps/kustomization.yaml, target: cj/job}\n", ""),
            &["cronjob/job"],
        ),
        (
            "  patches: []\n".into(),
            &["deployment/web", "deployment/api", "statefulset/db", "cronjob/job"],
        ),
        (
            "  patches:\n".into(),
            &["deployment/web", "deployment/api", "statefulset/db", "cronjob/job"],
        ),
        // Nobody says that the settings are to name all patches.
        (String::new(), &[]),
    ] {
        std::fs::write(&path, settings(&patches)).unwrap();
        for args in [&["lint", "."][..], &["inject", "--check", "."]] {
            let (_, said) = in_folder(&folder, args);
            let found = said.matches("[not-selected]").count();
            // In the human format the others of one cause are named by their places.
            assert_eq!(found, usize::from(!dropped.is_empty()), "{patches} {args:?}: {said}");
        }
        let (code, said) = in_folder(&folder, &["lint", "--format", "concise", "."]);
        assert_eq!(code, i32::from(!dropped.is_empty()), "{said}");
        assert_eq!(said.matches("[not-selected]").count(), dropped.len(), "{patches}: {said}");
        for target in dropped {
            assert!(said.contains(&format!("this patch of `{target}`")), "{said}");
        }
        let (_, said) = in_folder(&folder, &["list", "."]);
        assert_eq!(said.matches("not selected\n").count(), dropped.len(), "{said}");
        // Who types a selection asks for nothing else.
        let (_, said) = in_folder(&folder, &["lint", "--only-enabled", "--ignore", "x", "."]);
        assert!(!said.contains("[not-selected]"), "{said}");
    }
    // What the message says to do does it, and leaves the others.
    std::fs::write(&path, settings(&ASKED.replace(", deploy/api]", "]"))).unwrap();
    let (_, said) = in_folder(&folder, &["lint", "."]);
    let command = said.split_once("help: `wgsidecar ").unwrap().1.split('`').next().unwrap();
    assert_eq!(in_folder(&folder, &command.split(' ').collect::<Vec<_>>()).0, 0, "{command}");
    assert_eq!(in_folder(&folder, &["lint", "."]).0, 0);
    assert_eq!(in_folder(&folder, &["inject", "--check", "."]).0, 0);
}

#[test]
fn an_object_that_opts_out_keeps_its_patch_with_a_word() {
    let folder = repository();
    let file = folder.path().join("db.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    for word in ["labels", "annotations"] {
        let word = format!("{{{word}: {{wgsidecar.dev/inject: \"disabled\"}}, name: db");
        std::fs::write(&file, text.replace("{name: db", &word)).unwrap();
        for args in [&["lint", "."][..], &["inject", "--check", "."]] {
            let (_, said) = in_folder(&folder, args);
            assert!(said.contains("still has the patch of `statefulset/db`"), "{args:?}: {said}");
        }
        let allowed = in_folder(&folder, &["lint", "--allow", "not-selected", "."]);
        assert_eq!(allowed.0, 0, "{}", allowed.1);
    }
}

/// A target is an object that holds patches, or a workload that one is for, for every verb.
#[test]
fn a_target_picks_patches_by_their_object_and_by_their_workload() {
    let folder = repository();
    for (target, count) in [
        ("deploy/web", 1),
        ("Deployment/api", 1),
        ("media/sts/db", 1),
        ("helmrelease/app", 2),
        ("media/hr/db", 1),
        ("apps/kustomization.yaml", 1),
        ("kustomization/apps/kustomization.yaml", 1),
        ("cronjob/job", 1),
    ] {
        let (code, said) = in_folder(&folder, &["inject", "--check", "--target", target, "."]);
        assert_eq!(code, 0, "{target}: {said}");
        assert!(said.contains(&format!("{count} unchanged")), "{target}: {said}");
        let again = ["inject", "--check", "--mtu", "1300", "--target", target, "."];
        let (code, said) = in_folder(&folder, &again);
        assert_eq!((code, said.matches(": mtu auto → 1300)").count()), (1, count), "{said}");
        let (code, said) = in_folder(&folder, &["uninject", "--check", "--target", target, "."]);
        assert_eq!((code, said.matches("(its patch of").count()), (1, count), "{said}");
        let (code, said) = in_folder(&folder, &["lint", "--target", target, "."]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains(&format!("checked {count} patch")), "{target}: {said}");
        let (code, said) = in_folder(&folder, &["list", "--target", target, "."]);
        assert_eq!((code, said.matches("up to date\n").count()), (0, count), "{said}");
    }
    for target in ["deploy/wbe", "helmrelease/nope", "other/deploy/web", "b/kustomization.yaml"] {
        for verb in [&["inject", "--check"][..], &["uninject", "--check"], &["lint"], &["list"]] {
            let (code, said) = in_folder(&folder, &[verb, &["--target", target, "."]].concat());
            assert_eq!(code, 2, "{verb:?} {target}: {said}");
            assert!(said.contains("matches no workload"), "{verb:?} {target}: {said}");
        }
    }
    let (_, said) = in_folder(&folder, &["inject", "--check", "--target", "deploy/webb", "."]);
    assert!(said.contains("did you mean `deployment/web`?"), "{said}");
    // One is written, and no other.
    assert_eq!(in_folder(&folder, &["uninject", "-i", "."]).0, 0);
    assert_eq!(in_folder(&folder, &["inject", "-i", "--target", "deploy/api", "."]).0, 0);
    let (_, said) = in_folder(&folder, &["list", "."]);
    assert_eq!(
        (said.matches("up to date").count(), said.matches("not injected\n").count()),
        (2, 3),
        "{said}"
    );
    let (code, said) = in_folder(&folder, &["lint", "--target", "deploy/web", "."]);
    assert_eq!(code, 1);
    assert!(said.contains("the patch of `deployment/web` that the settings ask for is missing"));
    // An object that is not here is no matter of a target elsewhere.
    let file = folder.path().join("app.yaml").display().to_string();
    let (code, said) = in_folder(&folder, &["inject", "-i", "--target", "deploy/web", &file]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn what_is_to_be_removed_must_be_there() {
    let folder = repository();
    let remove = |args: &[&str]| {
        in_folder(&folder, &[&["patch", "--into", "app.yaml", "--remove"], args].concat())
    };
    for (args, code, said) in [
        (
            &["--target", "deploy/wbe"][..],
            2,
            "its patches are of deployment/web and deployment/api",
        ),
        (&["--target", "sts/web"], 2, "helmrelease/app has no patch of `statefulset/web`"),
        (&["--target", "deploy/web", "--target", "deploy/x"], 2, "no patch of `deployment/x`"),
        (&["--target", "deploy/web", "--object", "hr/nope"], 2, "no object here is `hr/nope`"),
        (&["--target", "deploy/web"], 0, "1 uninjected"),
        (&["--target", "deploy/web"], 2, "its patch is of deployment/api"),
        (&[], 0, "1 uninjected"),
        (&[], 0, "skipped (it has no patch of ours)"),
        (&["--target", "deploy/web"], 2, "it has none of ours"),
    ] {
        let (ended, words) = remove(args);
        assert_eq!(ended, code, "{args:?}: {words}");
        assert!(words.contains(said), "{args:?}: {words}");
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("app.yaml")).unwrap(), APP_RELEASE);
}

/// What others have put between ours, and comments, stay as they are.
#[test]
fn what_stands_between_our_patches_stays() {
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    let mine = ["deploy/a", "deploy/b", "deploy/c"];
    for (text, first, ours, between) in [
        ("patches: [{patch: x}]\n", ", {\"patch\"", ",", ", {patch: y}"),
        ("patches: [{patch: x}]\n", ", {\"patch\"", ",", ", # why\n "),
        ("patches: [\n  {patch: x}\n]\n", ",\n  {\n    \"patch\"", ",", ", {patch: y}"),
        ("patches: [\n  {patch: x}\n]\n", ",\n  {\n    \"patch\"", ",", ", # why"),
        ("patches:\n- {patch: x}\n", "- patch:", "", "# why\n"),
        ("patches:\n- {patch: x}\n", "- patch:", "", "- {patch: y}\n"),
    ] {
        let text = format!("{head}{text}");
        let all = [("script", "configmap"), ("secret", "{name}")];
        let (patched, _) = run("k/kustomization.yaml", &text, Verb::Patch, &mine, &all).unwrap();
        assert_eq!(patched.matches(first).count(), 3, "{patched}");
        let left = first.strip_prefix(ours).unwrap();
        let edited = patched.replace(
            first,
            &format!("{between}{}{left}", if between.starts_with(", {") { "," } else { "" }),
        );
        let (out, _) = run("k/kustomization.yaml", &edited, Verb::Uninject, &[], &[]).unwrap();
        assert!(!out.contains("wgsidecar"), "{out}");
        assert_eq!(out.matches("# why").count(), 3 * between.matches("# why").count(), "{out}");
        let value: Value = serde_yaml::from_str(&out).unwrap();
        let count = 1 + 3 * between.matches("patch").count();
        assert_eq!(value["patches"].as_sequence().unwrap().len(), count, "{out}");
    }
}

/// Which of several sources kustomize may render.
#[test]
fn an_application_of_several_sources_is_patched_where_one_can_be_meant() {
    let application = |spec: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec:\n{spec}"
        )
    };
    let two = "  sources:\n  - {path: a}\n  - {path: b}\n";
    let cases: &[(&str, &[&str], Option<usize>, &str)] = &[
        (
            two,
            &[],
            None,
            "2 sources could have the patch, and it is not known which one renders the workload: 1 (`a`), 2 (`b`)",
        ),
        (two, &["--source", "2"], Some(2), ""),
        (two, &["--source", "1"], Some(1), ""),
        (
            two,
            &["--source", "3"],
            None,
            "there is no source 3: `sources` has 2, and the first is 1",
        ),
        (
            "  sources:\n  - {path: a}\n  - {path: b, kustomize: {namePrefix: x-}}\n",
            &[],
            Some(2),
            "",
        ),
        (
            "  sources:\n  - {path: a, kustomize: }\n  - {path: b}\n",
            &[],
            None,
            "name it by its number",
        ),
        (
            "  sources:\n  - {path: a, kustomize: {}}\n  - {path: b, kustomize: {}}\n",
            &[],
            None,
            "1 (`a`), 2 (`b`)",
        ),
        ("  sources:\n  - {chart: c}\n  - {ref: values}\n  - {path: a}\n", &[], Some(3), ""),
        (
            "  sources:\n  - {chart: c}\n  - {ref: values}\n",
            &[],
            None,
            "multiple application sources defined",
        ),
        (
            "  sources:\n  - {chart: c}\n  - {path: a}\n",
            &["--source", "1"],
            None,
            "multiple application sources defined",
        ),
        (
            "  sources:\n  - {ref: values}\n  - {path: a}\n",
            &["--source", "1"],
            None,
            "source 1 has no `path`",
        ),
        ("  sources:\n  - {ref: values, path: ''}\n  - {path: a}\n", &[], Some(2), ""),
        ("  sources:\n  - {ref: values}\n", &[], None, "a source with a `path`"),
        ("  sources: []\n  source: {path: a}\n", &[], Some(0), ""),
        ("  source: {path: a}\n", &["--source", "1"], None, "there are no `sources` here"),
        (
            "  sourceHydrator: {drySource: {path: a}}\n  source: {path: a}\n",
            &[],
            None,
            "sourceHydrator",
        ),
    ];
    for (spec, args, source, said) in cases {
        let text = application(spec);
        let (ran, left) = on_file(&text, &[&["--target", "deploy/web"], *args].concat());
        assert_eq!(ran.code == 0, source.is_some(), "{spec} {args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{spec} {args:?}: {}", ran.stderr);
        let Some(source) = *source else {
            assert_eq!(left, text);
            continue;
        };
        let value: Value = serde_yaml::from_str(&left).unwrap();
        let own = match source {
            0 => &value["spec"]["source"],
            number => &value["spec"]["sources"][number - 1],
        };
        assert_eq!(own["kustomize"]["patches"][0]["target"]["name"], "web", "{left}");
        assert_eq!(left.matches("wgsidecar.dev/into").count(), 1, "{left}");
        let (ran, out) = on_file(&left, &["--remove"]);
        assert_eq!((ran.code, out), (0, text), "{}", ran.stderr);
    }
    // The settings file says it too; what it cannot mean is refused.
    for (source, code, said) in [
        ("2", 0, "injected"),
        ("", 1, "name it by its number"),
        ("0", 2, "the first is 1"),
        ("a", 2, "the first is 1"),
        ("[1]", 2, "must be a single value"),
    ] {
        let source = if source.is_empty() { String::new() } else { format!(", source: {source}") };
        let patches = format!("  patches:\n  - {{object: app/web, target: deploy/web{source}}}\n");
        let folder = folder(&[
            ("wgsidecar.yaml", settings(&patches).as_str()),
            ("app.yaml", &application(two)),
        ]);
        let (ended, words) = in_folder(&folder, &["inject", "-i", "."]);
        assert_eq!(ended, code, "{source}: {words}");
        assert!(words.contains(said), "{source}: {words}");
        if code == 0 {
            assert_eq!(in_folder(&folder, &["inject", "--check", "."]).0, 0);
            assert_eq!(in_folder(&folder, &["lint", "."]).0, 0);
            assert_eq!(in_folder(&folder, &["uninject", "-i", "."]).0, 0);
            let left = std::fs::read_to_string(folder.path().join("app.yaml")).unwrap();
            assert_eq!(left, application(two));
        }
    }
    // Each source may have its own.
    let patches = "  patches:\n  - {object: app/web, target: deploy/web, source: 1}\n  - {object: app/web, target: deploy/api, source: 2}\n";
    let folder =
        folder(&[("wgsidecar.yaml", settings(patches).as_str()), ("app.yaml", &application(two))]);
    assert_eq!(in_folder(&folder, &["inject", "-i", "."]).0, 0);
    let file = folder.path().join("app.yaml");
    let value: Value = serde_yaml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for (number, name) in ["web", "api"].iter().enumerate() {
        let source = &value["spec"]["sources"][number];
        assert_eq!(source["kustomize"]["patches"][0]["target"]["name"], **name);
    }
    assert_eq!(in_folder(&folder, &["inject", "--check", "."]).0, 0);
    assert_eq!(in_folder(&folder, &["uninject", "-i", "."]).0, 0);
    assert_eq!(std::fs::read_to_string(file).unwrap(), application(two));
}

/// kustomize builds the workload that was meant without a word, and without the tunnel.
#[test]
fn a_patch_of_a_kustomization_that_meets_nothing_is_found_where_that_is_certain() {
    let workload = |kind: &str, name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  strategy: {{type: Recreate}}\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    spec: {{containers: [{{name: a, image: a}}]}}\n"
        )
    };
    let (web, api) = (workload("Deployment", "web"), workload("Deployment", "api"));
    let set = workload("StatefulSet", "web");
    let list =
        format!("apiVersion: v1\nkind: List\nitems:\n- {}", web.trim_end().replace('\n', "\n  "));
    type Files<'a> = &'a [(&'a str, &'a str)];
    const BASE: &str = "../base/kustomization.yaml";
    let cases: &[(&str, Files, bool)] = &[
        ("resources: [web.yaml]\n", &[("web.yaml", &web)], false),
        ("resources: [api.yaml]\n", &[("api.yaml", &api)], true),
        ("resources: [set.yaml]\n", &[("set.yaml", &set)], true),
        (
            "resources: [./api.yaml, ../x/web.yaml]\n",
            &[("api.yaml", &api), ("../x/web.yaml", &web)],
            false,
        ),
        ("resources:\n- api.yaml\n- set.yaml\n", &[("api.yaml", &api), ("set.yaml", &set)], true),
        ("resources: [list.yaml]\n", &[("list.yaml", &list)], false),
        ("resources: [api.yaml]\nnamePrefix: web-\n", &[("api.yaml", &api)], true),
        // A file, a folder or an address that is not here, and what may add or rename objects.
        ("resources: [api.yaml, gone.yaml]\n", &[("api.yaml", &api)], false),
        ("resources: [api.yaml, ../base]\n", &[("api.yaml", &api)], false),
        ("resources: [api.yaml, 'https://example.com/x.yaml']\n", &[("api.yaml", &api)], false),
        ("resources: [api.yaml]\ncomponents: [../c]\n", &[("api.yaml", &api)], false),
        ("resources: [api.yaml]\nhelmCharts: [{name: c}]\n", &[("api.yaml", &api)], false),
        ("resources: [api.yaml]\ngenerators: [g.yaml]\n", &[("api.yaml", &api)], false),
        ("resources: [api.yaml]\ntransformers: [t.yaml]\n", &[("api.yaml", &api)], false),
        ("resources: [api.yaml]\nbases: [../b]\n", &[("api.yaml", &api)], false),
        ("kind: Component\nresources: [api.yaml]\n", &[("api.yaml", &api)], false),
        (
            "resources: [api.yaml]\npatches:\n- {patch: 'kind: A', target: {kind: Deployment}, options: {allowNameChange: true}}\n",
            &[("api.yaml", &api)],
            false,
        ),
        ("resources: [some.yaml]\n", &[("some.yaml", &workload("Deployment", "'${NAME}'"))], false),
        ("resources: []\n", &[], true),
        ("{}\n", &[], false),
        // What a kustomization applies is followed where it is here.
        (
            "resources: [../base]\n",
            &[(BASE, "resources: [web.yaml]\n"), ("../base/web.yaml", &web)],
            false,
        ),
        (
            "resources: [../base]\n",
            &[(BASE, "resources: [api.yaml]\n"), ("../base/api.yaml", &api)],
            true,
        ),
        (
            "bases: [../base/]\n",
            &[(BASE, "resources: [./api.yaml]\n"), ("../base/api.yaml", &api)],
            true,
        ),
        (
            "components: [../base]\n",
            &[(BASE, "kind: Component\nresources: [api.yaml]\n"), ("../base/api.yaml", &api)],
            true,
        ),
        (
            "resources: [../base, web.yaml]\n",
            &[(BASE, "resources: [api.yaml]\n"), ("../base/api.yaml", &api), ("web.yaml", &web)],
            false,
        ),
        (
            "resources: [../base]\n",
            &[
                (BASE, "resources: [../more]\n"),
                ("../more/kustomization.yml", "resources: [web.yaml]\n"),
                ("../more/web.yaml", &web),
            ],
            false,
        ),
        (
            "resources: [../base]\n",
            &[
                (BASE, "resources: [../more]\n"),
                ("../more/kustomization.yml", "resources: [api.yaml]\n"),
                ("../more/api.yaml", &api),
            ],
            true,
        ),
        (
            "resources: [../base]\n",
            &[(BASE, "resources: [../k, api.yaml]\n"), ("../base/api.yaml", &api)],
            true,
        ),
        (
            "resources: [../base]\n",
            &[(BASE, "resources: [api.yaml, gone.yaml]\n"), ("../base/api.yaml", &api)],
            false,
        ),
        (
            "resources: [../base]\n",
            &[(BASE, "resources: [api.yaml]\nnamePrefix: x-\n"), ("../base/api.yaml", &api)],
            false,
        ),
        (
            "resources: [../base]\n",
            &[
                (BASE, "resources: [api.yaml]\nhelmCharts: [{name: c}]\n"),
                ("../base/api.yaml", &api),
            ],
            false,
        ),
        (
            "resources: [../base]\n",
            &[
                (BASE, "resources: [api.yaml, 'https://example.com/x.yaml']\n"),
                ("../base/api.yaml", &api),
            ],
            false,
        ),
        (
            "resources: [../base]\ncomponents: [../gone]\n",
            &[(BASE, "resources: [api.yaml]\n"), ("../base/api.yaml", &api)],
            false,
        ),
    ];
    for (kustomization, files, is_found) in cases {
        let settings = settings(
            "  patches:\n  - {object: k/kustomization.yaml, target: deploy/web}\n  onlyEnabled: true\n",
        );
        let mut all = vec![("wgsidecar.yaml".to_owned(), settings)];
        all.push(("k/kustomization.yaml".to_owned(), (*kustomization).to_owned()));
        all.extend(files.iter().map(|(name, text)| (format!("k/{name}"), (*text).to_owned())));
        let all: Vec<_> = all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let folder = folder(&all);
        let file = folder.path().join("k/kustomization.yaml");
        let (code, said) = in_folder(&folder, &["inject", "-i", "."]);
        let is_refused = said.contains("error[patch-matches-nothing]");
        assert_eq!((is_refused, code == 1), (*is_found, *is_found), "{kustomization}: {said}");
        let is_left = std::fs::read_to_string(&file).unwrap() == *kustomization;
        assert_eq!(is_left, *is_found, "{kustomization}: {said}");
        // Of a patch that is there the workload may have gone since.
        in_folder(&folder, &["inject", "-i", ".", "--allow", "patch-matches-nothing"]);
        assert!(std::fs::read_to_string(&file).unwrap() != *kustomization);
        let (_, said) = in_folder(&folder, &["lint", "."]);
        let is_warned = said.contains("warning[patch-matches-nothing]");
        assert_eq!(is_warned, *is_found, "{kustomization}: {said}");
        let (_, said) = in_folder(&folder, &["lint", "--allow", "patch-matches-nothing", "."]);
        assert!(!said.contains("[patch-matches-nothing]"), "{said}");
    }
}

/// One key is for one pod, whoever brings the tunnel: as for two workloads, nothing is written, and the rule says why.
#[test]
fn a_patch_takes_no_key_that_another_pod_has() {
    let release = |name: &str| APP_RELEASE.replace("name: app,", &format!("name: {name},"));
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: own, namespace: media}\nspec:\n  strategy: {type: Recreate}\n  template:\n    spec: {containers: [{name: own, image: own}]}\n";
    let text = [release("one"), release("two"), deployment.to_owned()].join("---\n");
    let own = ["inject", "-q", "--no-config", "-i", "--target", "deploy/own", "all.yaml"];
    let one = ["patch", "-q", "--no-config", "--into", "all.yaml", "--object", "hr/one"];
    let two = ["patch", "-q", "--no-config", "--into", "all.yaml", "--object", "hr/two"];
    let web = ["--target", "deploy/web"];
    let both = ["--target", "deploy/web", "--target", "deploy/api"];
    let each = ["--secret", "wg-{name}"];
    let other = ["--secret", "other"];
    let allow = ["--allow", "secret-shared"];
    let mtu = ["--mtu", "1300"];
    for (before, run, is_refused) in [
        (&[][..], [&one[..], &both].concat(), true),
        (&[], [&one[..], &both, &each].concat(), false),
        (&[], [&one[..], &both, &allow].concat(), false),
        (&[], [&one[..], &both, &["--check"]].concat(), true),
        (&[&one[..], &web], [&two[..], &web].concat(), true),
        (&[&one[..], &web], [&two[..], &web, &other].concat(), false),
        (&[&one[..], &web], [&one[..], &["--target", "deploy/api"]].concat(), true),
        (&[&one[..], &web], [&one[..], &web, &mtu].concat(), false),
        (&[&one[..], &web], [&one[..], &web, &other].concat(), false),
        (&[&one[..], &web], own.to_vec(), true),
        (&[&one[..], &web], [&own[..], &other].concat(), false),
        (&[&own[..], &[]], [&one[..], &web].concat(), true),
        (&[&own[..], &[]], [&one[..], &web, &other].concat(), false),
    ] {
        let folder = folder(&[("all.yaml", &text)]);
        if !before.is_empty() {
            let (code, said) = in_folder(&folder, &before.concat());
            assert_eq!(code, 0, "{before:?}: {said}");
        }
        let read = || std::fs::read_to_string(folder.path().join("all.yaml")).unwrap();
        let old = read();
        let (code, said) = in_folder(&folder, &run);
        let found = said.matches("error[secret-shared]").count();
        assert_eq!((code, found), if is_refused { (1, 1) } else { (0, 0) }, "{run:?}: {said}");
        assert_eq!(read() == old, is_refused, "{run:?}");
    }
}

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  strategy: {type: Recreate}\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: [{name: a, image: a}]}\n";

/// A workload whose tunnel a patch brings gets none in its own manifest, and one that has both is said to.
#[test]
fn nothing_is_injected_twice() {
    const FLUX: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec:\n  path: ./apps/web\n";
    const ARGO: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: apps, namespace: argocd}\nspec:\n  source: {repoURL: https://example.com/x, path: apps/web}\n  destination: {namespace: media}\n";
    let other = FLUX.replace("apps/web", "apps/other");
    type Files<'a> = &'a [(&'a str, &'a str)];
    let cases: &[(&str, Files, &str, bool)] = &[
        (
            "apps/web/kustomization.yaml",
            &[("apps/web/kustomization.yaml", "resources: [web.yaml]\n")],
            "apps/web/web.yaml",
            true,
        ),
        (
            "apps/web/kustomization.yaml",
            &[("apps/web/kustomization.yaml", "namespace: media\nresources: [web.yaml]\n")],
            "apps/web/web.yaml",
            true,
        ),
        (
            "apps/web/kustomization.yaml",
            &[
                ("apps/web/kustomization.yaml", "resources: [api.yaml]\n"),
                ("apps/web/api.yaml", "kind: X\n"),
            ],
            "apps/web/web.yaml",
            false,
        ),
        (
            "over/kustomization.yaml",
            &[
                ("over/kustomization.yaml", "resources: [../apps/web]\n"),
                ("apps/web/kustomization.yaml", "resources: [web.yaml]\n"),
            ],
            "apps/web/web.yaml",
            true,
        ),
        (
            "over/kustomization.yaml",
            &[
                ("over/kustomization.yaml", "components: [../apps/web]\n"),
                ("apps/web/kustomization.yaml", "kind: Component\nresources: [web.yaml]\n"),
            ],
            "apps/web/web.yaml",
            true,
        ),
        (
            "over/kustomization.yaml",
            &[(
                "over/kustomization.yaml",
                "resources: [../apps/web/web.yaml, https://example.com/x]\n",
            )],
            "apps/web/web.yaml",
            true,
        ),
        ("ks/apps", &[("flux.yaml", FLUX)], "apps/web/web.yaml", true),
        ("ks/apps", &[("flux.yaml", FLUX)], "apps/web/deep/web.yaml", true),
        (
            "ks/apps",
            &[
                ("flux.yaml", FLUX),
                ("apps/web/kustomization.yaml", "resources: [../more/web.yaml]\n"),
            ],
            "apps/more/web.yaml",
            false,
        ),
        ("ks/apps", &[("flux.yaml", &other)], "apps/web/web.yaml", false),
        ("app/apps", &[("argo.yaml", ARGO)], "apps/web/web.yaml", true),
    ];
    for (object, files, workload, is_covered) in cases {
        let settings =
            settings(&format!("  patches:\n  - {{object: {object}, target: deploy/web}}\n"));
        let all = [&[("wgsidecar.yaml", settings.as_str()), (workload, WEB)], *files].concat();
        let folder = folder(&all);
        let read = || std::fs::read_to_string(folder.path().join(workload)).unwrap();
        let allow = ["--allow", "secret-shared,patch-matches-nothing"];
        let (_, said) = in_folder(&folder, &[&["inject", "-i", "."][..], &allow].concat());
        assert_eq!(read() == WEB, *is_covered, "{object} {workload}: {said}");
        assert_eq!(said.contains("1 by patch"), *is_covered, "{said}");
        if !is_covered {
            continue;
        }
        // A second run changes nothing, `lint` has nothing to say, and what was there before the patch is a mistake.
        for args in [&["inject", "--check", "."][..], &["lint", "."], &["lint", "--no-config", "."]]
        {
            let (code, said) = in_folder(&folder, args);
            assert_eq!(code, 0, "{object} {args:?}: {said}");
        }
        let (_, said) = in_folder(&folder, &["list", "."]);
        assert!(said.contains("by patch"), "{said}");
        let own = ["inject", "-q", "--no-config", "-i", "--secret", "wg-web", workload];
        assert_eq!(in_folder(&folder, &own).0, 0);
        let injected = read();
        for args in [
            &["inject", "-i", "."][..],
            &["inject", "--no-config", "-i", "."],
            &["lint", "."],
            &["lint", "--no-config", "."],
        ] {
            let (code, said) = in_folder(&folder, args);
            assert_eq!((code, said.matches("error[").count()), (1, 1), "{object} {args:?}: {said}");
            assert!(said.contains("error[injected-twice]"), "{said}");
        }
        assert_eq!(read(), injected);
        // Each of the two commands that it names is a way out.
        let (_, said) = in_folder(&folder, &["lint", "."]);
        let said = said.split_once("take the other out: ").unwrap().1;
        let commands: Vec<_> = said.lines().next().unwrap().split('`').skip(1).step_by(2).collect();
        assert_eq!(commands.len(), 2, "{said}");
        for command in commands {
            let words: Vec<_> = command.split(' ').skip(1).collect();
            assert_eq!(in_folder(&folder, &words).0, 0, "{command}");
            assert_eq!(in_folder(&folder, &["lint", "--no-config", "."]).0, 0, "{command}");
            for args in [&["inject", "-q", "-i", ".", "--allow", "injected-twice"][..], &own] {
                assert_eq!(in_folder(&folder, args).0, 0, "{args:?}");
            }
        }
    }
}

/// Of several objects none is named: that is the mistake, and not what the patches would share.
#[test]
fn which_of_several_objects_is_meant_must_be_said() {
    let two =
        [APP_RELEASE.to_owned(), APP_RELEASE.replace("name: app,", "name: db,")].join("---\n");
    for args in [&["--target", "deploy/web"][..], &["--target", "deploy/web", "--check"], &[]] {
        let (ran, text) = on_file(&two, args);
        assert_eq!((ran.code, &text), (2, &two), "{}", ran.stderr);
        assert!(ran.stderr.contains("name one with `--object`, such as"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("error["), "{}", ran.stderr);
    }
    let (ran, _) = on_file(&two, &["--target", "deploy/web", "--object", "hr/db"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// What the patched workload shares with others is found by where its pods run.
#[test]
fn a_patched_workload_shares_a_key_in_its_own_namespace() {
    let api = |namespace: &str| WEB.replace("{name: web}", &format!("{{name: api{namespace}}}"));
    let web = |namespace: &str| WEB.replace("{name: web}", &format!("{{name: web{namespace}}}"));
    for (kustomization, web, api, is_shared) in [
        ("resources: [web.yaml, api.yaml]\n", web(""), api(""), true),
        ("namespace: media\nresources: [web.yaml, api.yaml]\n", web(""), api(""), true),
        (
            "namespace: media\nresources: [web.yaml, api.yaml]\n",
            web(", namespace: a"),
            api(", namespace: b"),
            true,
        ),
        ("resources: [web.yaml, api.yaml]\n", web(", namespace: a"), api(", namespace: a"), true),
        ("resources: [web.yaml, api.yaml]\n", web(", namespace: a"), api(", namespace: b"), false),
        ("namespace: media\nresources: [web.yaml]\n", web(""), api(", namespace: media"), true),
        ("namespace: media\nresources: [web.yaml]\n", web(""), api(", namespace: b"), false),
    ] {
        let folder = folder(&[
            ("k/kustomization.yaml", kustomization),
            ("k/web.yaml", &web),
            ("k/api.yaml", &api),
        ]);
        let patch = ["patch", "-q", "--into", "k/kustomization.yaml", "--target", "deploy/web"];
        assert_eq!(in_folder(&folder, &patch).0, 0);
        let (code, said) = in_folder(&folder, &["inject", "-i", "."]);
        assert_eq!(code, i32::from(is_shared), "{kustomization} {web} {api}: {said}");
        let names = ["api and deployment/web", "web and deployment/api"]
            .iter()
            .any(|names| said.contains(&format!("would be shared by deployment/{names}")));
        assert_eq!(names, is_shared, "{said}");
    }
}

/// A run over a part of the repository need not hold all that the settings name, and one over the whole must.
#[test]
fn a_part_of_the_repository_need_not_hold_every_patched_object() {
    let settings = settings(&ASKED.replace("hr/db", "hr/gone"));
    let part = folder(&[
        ("repo/wgsidecar.yaml", settings.as_str()),
        ("repo/app.yaml", APP_RELEASE),
        ("repo/apps/kustomization.yaml", "resources: [web.yaml, https://example.com/base]\n"),
        ("repo/apps/web.yaml", &WEB.replace("name: web", "name: set")),
        ("repo/other/web.yaml", WEB),
    ]);
    let note = "asks for patches in";
    for (args, code, notes, is_error) in [
        (&["inject", "-i", "repo/other/web.yaml"][..], 0, 1, false),
        (&["inject", "-i", "repo/other"], 0, 1, false),
        (&["inject", "-i", "repo/apps", "repo/other/web.yaml"], 0, 1, false),
        (&["inject", "-q", "-i", "repo/other"], 0, 0, false),
        (&["inject", "-i", "repo/app.yaml"], 0, 1, false),
        (&["inject", "--check", "repo/other/web.yaml"], 0, 0, false),
        (&["inject", "--check", "repo/other"], 0, 1, false),
        (&["lint", "repo/other/web.yaml"], 0, 0, false),
        (&["lint", "repo/other"], 0, 1, false),
        (&["list", "repo/other"], 0, 0, false),
        (&["inject", "repo/other/web.yaml"], 0, 1, false),
        (&["inject", "-i", "repo"], 2, 0, true),
        (&["inject", "--check", "repo"], 2, 0, true),
        (&["lint", "repo"], 2, 0, true),
        (&["inject", "-i", "--config", "repo/wgsidecar.yaml", "."], 2, 0, true),
    ] {
        let (got, said) = in_folder(&part, args);
        assert_eq!((got, said.matches(note).count()), (code, notes), "{args:?}: {said}");
        let error = said.contains("wgsidecar.yaml:7:14 asks for a patch in `hr/gone`");
        assert_eq!(error, is_error, "{args:?}: {said}");
    }
}

/// A workload that is named by itself is not injected where the settings have its kustomization patched.
#[test]
fn what_a_kustomization_of_the_settings_patches_is_skipped_by_itself() {
    let settings =
        settings("  patches:\n  - {object: apps/kustomization.yaml, target: deploy/web}\n");
    for (below, args, is_injected) in [
        ("", &["inject", "-i", "apps/web.yaml"][..], false),
        ("apps", &["inject", "-i", "web.yaml"], false),
        ("apps", &["inject", "-i", "."], false),
        ("other", &["inject", "-i", "../apps/web.yaml"], false),
        ("", &["inject", "-i", "other/web.yaml"], true),
        ("other", &["inject", "-i", "web.yaml"], true),
        ("", &["inject", "apps/web.yaml"], true),
    ] {
        let folder = folder(&[
            ("wgsidecar.yaml", settings.as_str()),
            ("apps/kustomization.yaml", "resources: [web.yaml]\n"),
            ("apps/web.yaml", WEB),
            ("other/web.yaml", WEB),
        ]);
        let mut command = crate::support::wgsidecar();
        let ran =
            crate::support::feed(command.args(args).current_dir(folder.path().join(below)), b"");
        assert_eq!(ran.code, 0, "{below} {args:?}: {}", ran.stderr);
        let injected = ran.stderr.contains("deployment/web: injected");
        assert_eq!(injected, is_injected, "{below} {args:?}: {}", ran.stderr);
    }
}

/// A target of which only a patch is left is told from one that is not there.
#[test]
fn a_target_that_only_a_patch_is_left_of_is_said() {
    let folder = repository();
    std::fs::write(folder.path().join("wgsidecar.yaml"), settings("  patches: []\n")).unwrap();
    for (target, config, patch) in [
        ("deploy/web", "", "deployment/web in helmrelease/app"),
        ("Deployment/api", "", "deployment/api in helmrelease/app"),
        ("sts/db", "", "statefulset/db in helmrelease/db"),
        ("cj/job", "", "cronjob/job in kustomization/apps/kustomization.yaml"),
        ("deploy/web", "--no-config", "deployment/web in helmrelease/app"),
    ] {
        let args = ["inject", "-i", ".", "--target", target, config];
        let args: Vec<_> = args.into_iter().filter(|it| !it.is_empty()).collect();
        let (code, said) = in_folder(&folder, &args);
        assert_eq!(code, 2, "{said}");
        let expected = format!("`{target}` matches nothing but the patch of {patch}, which the");
        assert!(said.contains(&expected), "{said}");
        let command = said.split_once("take it out with `wgsidecar ").unwrap().1;
        let command = command.split('`').next().unwrap();
        let check = [command, "--check"].join(" ");
        let (code, said) = in_folder(&folder, &check.split(' ').collect::<Vec<_>>());
        assert_eq!(code, 1, "{check}: {said}");
    }
    let (_, said) = in_folder(&folder, &["inject", "-i", ".", "--target", "deploy/gone"]);
    assert!(said.contains("`deploy/gone` matches no workload"), "{said}");
}

const CHART: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: media}\nspec:\n  chart: {spec: {chart: CHART, version: 4.0.1, sourceRef: {kind: HelmRepository, name: shop}}}\n  values:\n";

/// What the values of a chart say of replicas and updates is warned of where they say it, and never an error.
#[test]
fn values_by_which_pods_share_a_key_are_warned_of() {
    let many = "warning[replicas-share-key]: if this is about deployment/web, 3 pods would share";
    let roll = "warning[rollout-overlap]: if this is about deployment/web, an update would start";
    let scale = "warning[autoscaled]: if this is about deployment/web, any number of pods";
    let deploy = &["--target", "deploy/web"][..];
    let set = &["--target", "sts/web"][..];
    let each = &["--target", "sts/web", "--key-per-replica"][..];
    for (chart, values, args, line, expected) in [
        ("x", "replicaCount: 3", deploy, 7, many),
        ("x", "replicas: 3", deploy, 7, many),
        ("x", "replicaCount: 1", deploy, 0, ""),
        ("x", "replicaCount: '3'", deploy, 0, ""),
        ("x", "replicaCount: ${COUNT}", deploy, 0, ""),
        ("x", "other: {replicas: 3}", deploy, 0, ""),
        ("x", "strategy: {type: RollingUpdate}", deploy, 7, roll),
        ("x", "strategy: RollingUpdate", deploy, 7, roll),
        ("x", "updateStrategy: {type: RollingUpdate}", deploy, 7, roll),
        ("x", "strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0}}", deploy, 0, ""),
        ("x", "strategy: {type: Recreate}", deploy, 0, ""),
        ("x", "updateStrategy: {type: RollingUpdate}", set, 0, ""),
        ("x", "autoscaling: {enabled: true}", deploy, 7, scale),
        ("x", "autoscaling: {enabled: true, maxReplicas: 1}", deploy, 0, ""),
        ("x", "autoscaling: {enabled: false, maxReplicas: 5}", deploy, 0, ""),
        ("x", "replicaCount: 3", set, 7, "if this is about statefulset/web, 3 pods"),
        ("x", "replicaCount: 3", each, 0, ""),
        ("x", "replicaCount: 3", &["--target", "job/web"], 0, ""),
        (
            "app-template",
            "controllers: {web: {replicas: 2}}",
            deploy,
            7,
            "replicas-share-key]: 2 pods would",
        ),
        (
            "app-template",
            "controllers: {web: {strategy: RollingUpdate}}",
            deploy,
            7,
            "rollout-overlap]: an update",
        ),
        (
            "app-template",
            "controllers: {web: {strategy: RollingUpdate, rollingUpdate: {surge: 0}}}",
            deploy,
            0,
            "",
        ),
        ("app-template", "controllers: {a: {replicas: 2}, b: {replicas: 1}}", deploy, 0, ""),
        (
            "app-template",
            "controllers: {a: {replicas: 2}, b: {replicas: 1}}",
            &["--target", "deploy/web-a"],
            7,
            "2 pods",
        ),
        ("app-template", "controllers: {web: {type: statefulset, replicas: 2}}", deploy, 0, ""),
        ("app-template", "replicas: 2", deploy, 0, ""),
    ] {
        let text = CHART.replace("CHART", chart) + "    " + values + "\n";
        let (ran, _) = on_file(&text, &[args, &["--secret", "wg"]].concat());
        assert_eq!(ran.code, 0, "{values}: {}", ran.stderr);
        let found = ran.stderr.contains("warning[");
        assert_eq!(found, !expected.is_empty(), "{values}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{values}: {}", ran.stderr);
        assert!(line == 0 || ran.stderr.contains(&format!(".yaml:{line}:")), "{}", ran.stderr);
    }
    // `lint` says the same of the patch that is there, and it can be allowed.
    let text = CHART.replace("CHART", "x") + "    replicaCount: 3\n";
    let (_, patched) = on_file(&text, &["--target", "deploy/web", "--secret", "wg"]);
    let folder = folder(&[("web.yaml", &patched)]);
    let (code, said) = in_folder(&folder, &["lint", "web.yaml"]);
    assert!(code == 1 && said.contains(many), "{said}");
    assert_eq!(in_folder(&folder, &["lint", "--allow", "replicas-share-key", "web.yaml"]).0, 0);
}

/// A run says which ConfigMaps its pods wait for, and each command that it names prints one that `lint` knows.
#[test]
fn the_config_maps_of_scripts_that_are_not_there_are_said() {
    let web = WEB.replace("{name: web}", "{name: web, namespace: media}");
    let api = WEB.replace("{name: web}", "{name: api, namespace: other, annotations: {wgsidecar.dev/dns: 10.64.0.1, wgsidecar.dev/inbound: none}}");
    let db = WEB
        .replace(
            "{name: web}",
            "{name: db, namespace: media, annotations: {wgsidecar.dev/key-per-replica: \"true\"}}",
        )
        .replace("Deployment", "StatefulSet")
        .replace("  strategy: {type: Recreate}\n", "");
    let inject = |paths: &'static [&'static str]| {
        [&["inject", "-i", "--script", "configmap", "--cluster", "k3s"], paths].concat()
    };
    let into = ["patch", "--into", "hr.yaml", "--target", "deploy/app", "--script", "configmap"];
    for (settings, args, commands) in [
        ("", inject(&["web.yaml"]), &["wgsidecar script --cluster=k3s -n media"][..]),
        ("  cluster: k3s\n", inject(&["web.yaml"]), &["wgsidecar script -n media"]),
        (
            "  cluster: k3s\n  dns: 10.64.0.1\n",
            inject(&["api.yaml"]),
            &["wgsidecar script --inbound=none -n other"],
        ),
        (
            "",
            inject(&["web.yaml", "api.yaml"]),
            &[
                "wgsidecar script --cluster=k3s --inbound=none --dns=10.64.0.1 -n other",
                "wgsidecar script --cluster=k3s -n media",
            ],
        ),
        (
            "",
            inject(&["web.yaml", "db.yaml"]),
            &[
                "wgsidecar script --cluster=k3s --key-per-replica=true -n media",
                "wgsidecar script --cluster=k3s -n media",
            ],
        ),
        ("", into.to_vec(), &["wgsidecar script -n media"]),
        ("", vec!["inject", "-i", "web.yaml"], &[]),
    ] {
        let settings = self::settings(settings);
        let folder = folder(&[
            ("wgsidecar.yaml", settings.as_str()),
            ("web.yaml", &web),
            ("api.yaml", &api),
            ("db.yaml", &db),
            ("hr.yaml", APP_RELEASE),
        ]);
        let (code, said) = in_folder(&folder, &args);
        assert_eq!(code, 0, "{said}");
        let note = said.split_once("note: the pods do not start without ").map_or("", |it| it.1);
        let note = note.lines().next().unwrap_or_default();
        let named: Vec<_> = note.split('`').skip(1).step_by(2).collect();
        assert_eq!(named, commands, "{said}");
        if commands.is_empty() {
            continue;
        }
        let files: Vec<_> = args.iter().copied().filter(|it| it.ends_with(".yaml")).collect();
        let lint = [&["lint", "-v", "--select", "script-config-map"], &files[..]].concat();
        let (_, said) = in_folder(&folder, &lint);
        assert!(said.contains("is not among these manifests"), "{said}");
        for (number, command) in commands.iter().enumerate() {
            let words: Vec<_> = command.split(' ').skip(1).collect();
            let mut print = crate::support::wgsidecar();
            let printed = crate::support::feed(print.args(words).current_dir(folder.path()), b"");
            assert_eq!(printed.code, 0, "{command}: {}", printed.stderr);
            std::fs::write(folder.path().join(format!("map-{number}.yaml")), printed.stdout)
                .unwrap();
        }
        let maps: Vec<_> = (0..commands.len()).map(|number| format!("map-{number}.yaml")).collect();
        let with: Vec<_> = lint.iter().copied().chain(maps.iter().map(String::as_str)).collect();
        let (_, said) = in_folder(&folder, &with);
        assert!(!said.contains("is not among these manifests"), "{commands:?}: {said}");
        // Where they are there, and where nothing changes, there is nothing to say.
        let again: Vec<_> = args.iter().copied().chain(["--mtu", "1300"]).collect();
        let with: Vec<_> = match args[0] {
            "inject" => args.iter().copied().chain(maps.iter().map(String::as_str)).collect(),
            _ => args.clone(),
        };
        let (code, said) = in_folder(&folder, &with);
        assert!(code == 0 && !said.contains("do not start without"), "{said}");
        let (_, said) = in_folder(&folder, &again);
        assert!(said.contains("do not start without"), "{said}");
    }
}
