//! `list`: what has a tunnel, what is to get one, and with which settings.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use wgsidecar::config::Layer;
use wgsidecar::run::check::check;
use wgsidecar::run::list::table;
use wgsidecar::text::Source;

use crate::support::{folder, run};

fn deployment(name: &str, more: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: media{more}}}\nspec:\n  \
         strategy: {{type: Recreate}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      \
         containers: [{{name: app, image: nginx}}]\n"
    )
}

fn inject(name: &str, more: &[&str]) -> String {
    let mut words = vec!["inject", "-q", "--no-config", "--secret", "wg-{name}"];
    words.extend(more);
    let ran = run(&words, deployment(name, "").as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    String::from_utf8(ran.stdout).unwrap()
}

/// Name, state, Secret and DNS of each workload, and the last line.
fn list(manifests: &[String], more: &[&str]) -> (Vec<String>, String) {
    let mut words = vec!["list", "--no-config", "--format", "json"];
    words.extend(more);
    let ran = run(&words, manifests.join("---\n").as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let rows = document["workloads"].as_array().unwrap().iter().map(|row| {
        let dns = text(&row["settings"]["dns"]);
        format!("{} {} {} {dns}", text(&row["name"]), text(&row["state"]), text(&row["secret"]))
    });
    (rows.collect(), ran.stderr)
}

#[test]
fn without_settings_what_is_there_is_listed() {
    let edited = inject("c", &[]).replace("runAsGroup: 0", "runAsGroup: 7");
    let newer = inject("d", &[]).replace("\"2 secret", "\"9 secret");
    let partial = inject("e", &[]).replace("wgsidecar.dev/injected", "other");
    let manifests = [
        inject("b", &["--dns", "10.64.0.1"]),
        inject("a", &[]),
        edited,
        newer,
        partial,
        deployment("f", ", labels: {wgsidecar.dev/inject: enabled}"),
        deployment("g", ""),
    ];
    let (rows, last) = list(&manifests, &[]);
    assert_eq!(
        rows,
        [
            "a injected wg-a cluster",
            "b injected wg-b 10.64.0.1",
            "c edited wg-c cluster",
            "d of a newer release ? ?",
            "e broken ? ?",
            "f not injected ? ?",
        ]
    );
    assert_eq!(
        last,
        "7 workloads: 2 injected, 1 edited, 1 broken, 1 of a newer release, 1 not injected\n"
    );
}

#[test]
fn with_settings_what_is_wanted_is_compared() {
    let manifests = [inject("a", &[]), inject("b", &["--mtu", "1380"]), deployment("c", "")];
    let (rows, last) = list(&manifests, &["--secret", "wg-{name}"]);
    assert_eq!(
        rows,
        ["a up to date wg-a cluster", "b stale wg-b cluster", "c not injected wg-c cluster"]
    );
    assert_eq!(last, "3 workloads: 1 up to date, 1 stale, 1 not injected\n");
    let (rows, _) = list(&manifests, &["--secret", "wg-{name}", "--target", "deploy/b"]);
    assert_eq!(rows, ["b stale wg-b cluster"]);
}

#[test]
fn a_selection_of_the_settings_file_hides_no_tunnel() {
    let folder = tempfile::tempdir().unwrap();
    let settings = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  \
                    secretName: wg-{name}\n  target: [Deployment/a]\n";
    std::fs::write(folder.path().join("wgsidecar.yaml"), settings).unwrap();
    for (name, text) in
        [("a", inject("a", &[])), ("b", inject("b", &[])), ("c", deployment("c", ""))]
    {
        std::fs::write(folder.path().join(format!("{name}.yaml")), text).unwrap();
    }
    let ran = run(&["list", &folder.path().display().to_string()], b"");
    let text = String::from_utf8(ran.stdout).unwrap();
    let states: Vec<_> = text.lines().skip(1).filter_map(|line| line.rsplit("  ").next()).collect();
    assert_eq!(states, ["up to date", "not selected"], "{text}{}", ran.stderr);
    let end = format!(
        "3 workloads: 1 up to date; 2 not selected, 1 not selected but still injected; 3 files read; 1 file left out \
         (`-v` names them); settings from {}\n",
        folder.path().canonicalize().unwrap().join("wgsidecar.yaml").display()
    );
    assert_eq!(ran.stderr, end);
}

#[test]
fn columns_are_aligned_and_a_pipe_is_as_wide_as_it_must_be() {
    let long = "n".repeat(60);
    let manifests = [inject(&long, &["--local", "192.168.1.0/24"]), inject("a", &[])];
    let ran = run(&["list", "--no-config"], manifests.join("---\n").as_bytes());
    let text = String::from_utf8(ran.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let column = lines[0].find("DNS").unwrap();
    assert!(lines[1..].iter().all(|line| line[column..].starts_with("cluster")), "{text}");
    assert!(text.contains(&long) && text.contains("kubeadm,192.168.1.0/24"), "{text}");
}

/// What a table of these widths shows.
fn at(width: usize, manifests: &[String]) -> String {
    let source = Source::new("all.yaml".to_owned(), manifests.join("---\n").into_bytes()).unwrap();
    let layer = Layer::default();
    let kinds = layer.kinds().unwrap();
    let targets = layer.select(&kinds).unwrap();
    let sources = [source];
    let checked = check(&sources, &layer, &kinds, &targets, Vec::new());
    let mut out = Vec::new();
    table(&checked.listed, width, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_terminal_is_never_too_narrow() {
    let long = "n".repeat(60);
    let manifests = [inject(&long, &["--local", "192.168.1.0/24"]), inject("a", &[])];
    for width in [60, 80, 250] {
        let text = at(width, &manifests);
        assert!(text.lines().all(|line| line.chars().count() <= width), "{width}\n{text}");
        assert!(text.lines().skip(1).all(|line| line.ends_with("injected")), "{text}");
        assert_eq!(text.contains("KILL-SWITCH"), width == 250, "{text}");
    }
    let off = [inject(&long, &["--kill-switch", "off"])];
    assert!(at(60, &off).contains("off"), "{}", at(60, &off));
}

#[test]
fn nothing_to_list_is_said() {
    let (rows, last) = list(&[deployment("a", "")], &[]);
    assert_eq!((rows.len(), last.as_str()), (0, "1 workload: no tunnel, and none requested\n"));
    let ran = run(&["list", "--no-config"], b"kind: [");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.starts_with("error[syntax]"), "{}", ran.stderr);
    let ran = run(&["list", "--no-config", "--target", "deploy/b"], deployment("a", "").as_bytes());
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

/// The objects that take patches: each in its file, as the settings name it, and where its pods run.
const PATCHED: [(&str, &str, &str, &str); 4] = [
    (
        "hr.yaml",
        "helmrelease/web",
        "media",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux}\nspec:\n  \
         targetNamespace: media\n  chart: {spec: {chart: web}}\n",
    ),
    (
        "ks.yaml",
        "ks/web",
        "media",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web, namespace: flux}\nspec:\n  \
         targetNamespace: media\n  path: ./apps\n",
    ),
    (
        "app.yaml",
        "app/web",
        "media",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  \
         source: {path: apps}\n  destination: {namespace: media}\n",
    ),
    (
        "k/kustomization.yaml",
        "k/kustomization.yaml",
        "media",
        "namespace: media\nresources: [web.yaml]\n",
    ),
];

/// A text with our patch for a Deployment in it.
fn patched(name: &str, text: &str, more: &[&str]) -> String {
    let folder = folder(&[(name, text.to_owned())]);
    let path = folder.path().join(name);
    let file = path.display().to_string();
    let mut words = vec!["patch", "--no-config", "-q", "--into", &file, "--target", "deploy/web"];
    words.extend(more);
    let ran = run(&words, b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    std::fs::read_to_string(path).unwrap()
}

/// Runs a verb over a folder with settings that ask for the patch of an object.
fn over(file: &str, object: &str, text: String, words: &[&str]) -> (String, String, i32) {
    let settings = format!(
        "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: wireguard\n  patches: \
         [{{object: {object}, target: deploy/web}}]\n"
    );
    let folder = folder(&[(file, text), ("wgsidecar.yaml", settings)]);
    let path = folder.path().display().to_string();
    let ran = run(&[words, &[path.as_str()]].concat(), b"");
    (String::from_utf8(ran.stdout).unwrap(), ran.stderr, ran.code)
}

/// State, Secret and kill switch of the one row.
fn row(file: &str, object: &str, text: String) -> (String, String) {
    let (out, err, code) = over(file, object, text, &["list", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let document: Value = serde_json::from_slice(out.as_bytes()).unwrap();
    let [row] = &document["workloads"].as_array().unwrap()[..] else { panic!("{document}") };
    assert_eq!(row["patch"], "deployment/web");
    let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let shown = format!("{} {}", word(&row["secret"]), word(&row["settings"]["killSwitch"]));
    (word(&row["state"]), shown)
}

#[test]
fn a_patch_is_listed_in_the_state_that_lint_finds_it_in() {
    for (file, object, _, text) in PATCHED {
        let whole = patched(file, text, &[]);
        let stale = patched(file, text, &["--kill-switch", "off"]);
        let secret = patched(file, text, &["--secret", "vpn"]);
        let edited = whole.replace("runAsGroup: 0", "runAsGroup: 7");
        let broken = whole.replace("wgsidecar.dev/injected", "example.com/injected");
        let no_volume = whole.replace("volumes:", "x-volumes:");
        let newer = whole.replace("\"2 hash", "\"9 hash").replace(": 2 hash", ": 9 hash");
        let remark = whole.replace("2 hash", "2 kill-switch=off hash");
        for (text, state, shown, rule) in [
            (whole, "up to date", "wireguard auto", ""),
            (stale, "stale", "wireguard off", "stale-injection"),
            (secret, "stale", "vpn auto", "stale-injection"),
            (edited, "edited", "wireguard auto", "edited-injection"),
            (remark, "edited", "wireguard ?", "edited-injection"),
            (broken, "broken", "? ?", "partial-injection"),
            (no_volume, "broken", "? ?", "partial-injection"),
            (newer, "of a newer release", "? ?", "newer-injection"),
            (text.to_owned(), "not injected", "wireguard auto", "rendered-elsewhere"),
        ] {
            let is_same = (state.to_owned(), shown.to_owned());
            assert_eq!(row(file, object, text.clone()), is_same, "{object}\n{text}");
            let (out, ..) = over(file, object, text, &["lint", "--format", "concise"]);
            assert_eq!(out.contains("-injection"), rule.ends_with("-injection"), "{object}\n{out}");
            assert!(out.contains(rule), "{object} {rule}\n{out}");
            assert_eq!(out.is_empty(), rule.is_empty(), "{object}\n{out}");
        }
    }
}

#[test]
fn a_patch_is_in_the_namespace_where_its_pods_run() {
    for (file, object, namespace, text) in PATCHED {
        let whole = patched(file, text, &[]);
        let (out, err, code) = over(file, object, whole.clone(), &["list", "-n", namespace]);
        assert_eq!(code, 0, "{object}\n{err}");
        assert!(out.lines().nth(1).unwrap().starts_with(namespace), "{object}\n{out}");
        for words in [&["lint", "-n", namespace][..], &["inject", "--check", "-n", namespace]] {
            let (_, err, code) = over(file, object, whole.clone(), words);
            assert_eq!(code, 0, "{object}\n{err}");
            assert!(err.contains("; Secret media/wireguard;"), "{object}\n{err}");
        }
        for other in ["flux", "argocd", "other"] {
            let (_, err, code) = over(file, object, whole.clone(), &["list", "-n", other]);
            let is_own = text.contains(&format!("namespace: {other}}}"));
            assert_eq!((code, err.contains(" run in `media`")), (2, is_own), "{object}\n{err}");
        }
        // Without a word of where its pods run, those of a chart run where it is; others where their manifests say.
        let at_home = text.replace("  targetNamespace: media\n", "");
        let at_home = at_home.replace("destination: {namespace: media}", "destination: {}");
        let at_home = at_home.replace("namespace: media\n", "");
        let home = if object.starts_with("app") { "argocd" } else { "flux" };
        let (out, err, code) =
            over(file, object, patched(file, &at_home, &[]), &["list", "-n", home]);
        assert_eq!(code, 0, "{object}\n{err}");
        let shown = if object.starts_with("helmrelease") { home } else { "-" };
        assert!(out.lines().nth(1).unwrap().starts_with(shown), "{object}\n{out}");
    }
    let (out, err, code) = over(
        "hr.yaml",
        "helmrelease/web",
        patched("hr.yaml", PATCHED[0].3, &[]),
        &["list", "--target", "flux/helmrelease/web"],
    );
    assert_eq!((code, out.lines().count()), (0, 2), "{out}{err}");
    let (_, err, code) = over(
        "hr.yaml",
        "helmrelease/web",
        patched("hr.yaml", PATCHED[0].3, &[]),
        &["list", "--target", "helmrelease/wev"],
    );
    assert!(code == 2 && err.contains(": did you mean `helmrelease/web`?"), "{err}");
}

#[test]
fn a_patch_is_no_workload() {
    for (number, (file, object, _, text)) in PATCHED.into_iter().enumerate() {
        let (_, list, _) = over(file, object, patched(file, text, &[]), &["list"]);
        assert!(list.starts_with("1 patch: 1 up to date; 1 file left out"), "{object}\n{list}");
        let (_, lint, _) = over(file, object, patched(file, text, &[]), &["lint"]);
        let renderer = [
            "helm template",
            "flux build kustomization",
            "argocd app manifests",
            "kustomize build",
        ][number];
        let start = format!(
            "checked 1 patch: 1 up to date; to check its pods, pipe `{renderer}` into `wgsidecar lint`; Secret media/wireguard; \
             cluster kubeadm (default); DNS cluster (outside the tunnel); 1 file left out (`-v` names them); settings from "
        );
        assert!(lint.starts_with(&start), "{object}\n{lint}");
    }
}

#[test]
fn a_broken_tunnel_shows_nothing_of_what_is_wanted() {
    let folder = folder(&[
        ("a.yaml", inject("a", &[]).replace("wgsidecar.dev/injected", "other")),
        ("b.yaml", inject("b", &[]).replace("2 secret", "9 secret")),
        ("c.yaml", inject("c", &["--dns", "10.64.0.1"])),
    ]);
    let path = folder.path().display().to_string();
    let words = ["list", "--no-config", "--format", "json", "--kill-switch", "off", &path];
    let ran = run(&words, b"");
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let rows = document["workloads"].as_array().unwrap();
    for row in &rows[..2] {
        assert!(row["secret"].is_null() && row["settings"].is_null(), "{row}");
        assert_eq!(row["endpoints"].as_array().map(Vec::len), Some(0), "{row}");
    }
    // What is there, and not what the flags say.
    assert_eq!((&rows[2]["state"], &rows[2]["secret"]), (&"stale".into(), &"wg-c".into()));
    assert_eq!(rows[2]["settings"]["killSwitch"], "auto");
}

#[test]
fn no_heading_is_cut() {
    let long = "n".repeat(60);
    let settings = ["--local", "192.168.1.0/24", "--kill-switch", "off", "--dns", "10.64.0.1"];
    let manifests = [inject(&long, &settings), inject("b", &[]), deployment("c", "")];
    for width in 20..140 {
        let text = at(width, &manifests);
        assert!(text.lines().all(|line| line.width() <= width), "{width}\n{text}");
        let head = text.lines().next().unwrap();
        assert!(!head.contains('…') || !head.contains("STATE"), "{width}\n{text}");
        assert!(text.contains("off") && text.matches("injected").count() == 2, "{width}\n{text}");
        assert_eq!(head.contains("STATE"), width >= 80, "{width}\n{text}");
    }
    let narrow = at(30, &manifests[1..]);
    assert_eq!(narrow, "media/deployment/b\n  injected\n  secret: wg-b\n  cluster: kubeadm\n");
}

#[test]
fn wide_letters_shift_no_column() {
    let names = ["東京", "😀", "e\u{301}te\u{301}", "plain", &"日".repeat(40)];
    let all: Vec<_> = names
        .iter()
        .map(|name| inject("web", &[]).replace("name: web", &format!("name: {name}")))
        .collect();
    for width in [60, 80, 200] {
        let text = at(width, &all);
        let column = text.lines().next().unwrap().find("SECRET").unwrap();
        for line in text.lines().skip(1) {
            let (before, _) = line.split_once("wg-web").unwrap_or_else(|| panic!("{text}"));
            assert_eq!(before.width(), column, "{width}\n{text}");
        }
        assert!(text.lines().all(|line| line.width() <= width), "{width}\n{text}");
    }
}

/// What a list says of a tunnel it says in a row; what is wrong with it is what `lint` says, by the rules it is asked for.
#[test]
fn a_list_finds_no_fault_and_lint_only_those_it_looks_for() {
    for (file, object, _, text) in PATCHED {
        let whole = patched(file, text, &[]);
        for broken in [
            whole.replace("runAsGroup: 0", "runAsGroup: 7"),
            whole.replace("wgsidecar.dev/injected", "example.com/injected"),
            text.to_owned(),
        ] {
            let (_, err, _) = over(file, object, broken.clone(), &["list"]);
            assert!(err.starts_with("1 patch: 1 "), "{object}\n{err}");
            let words = ["lint", "--format", "concise", "--select", "host-port"];
            let (out, err, code) = over(file, object, broken.clone(), &words);
            assert_eq!((out.as_str(), code), ("", 0), "{object}\n{err}");
            // Whatever is looked for, nothing is written over it.
            if broken != text {
                let (.., code) = over(file, object, broken, &["inject", "--check"]);
                assert_eq!(code, 1, "{object}");
            }
        }
    }
}

/// What is broken in many places is one cause, with the way out of a patch.
#[test]
fn patches_that_are_missing_or_broken_are_said_once() {
    let (_, _, _, release) = PATCHED[0];
    let broken = patched("hr.yaml", release, &[]).replace("wgsidecar.dev/injected", "other");
    let named = |text: &str, name: &str| text.replace("{name: web, ", &format!("{{name: {name}, "));
    let mut files = Vec::new();
    let mut settings = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: wg-{name}\n  patches:\n".to_owned();
    for number in 0..30 {
        files.push((format!("a{number}.yaml"), named(release, &format!("a{number}"))));
        files.push((format!("b{number}.yaml"), named(&broken, &format!("b{number}"))));
        settings += &format!("  - {{object: hr/a{number}, target: deploy/a{number}}}\n");
    }
    files.push(("wgsidecar.yaml".into(), settings));
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let folder = folder(&files);
    let ran = run(&["lint", &folder.path().display().to_string()], b"");
    let out = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(out.matches("error[rendered-elsewhere]").count(), 1, "{out}");
    assert_eq!(out.matches("error[partial-injection]").count(), 1, "{out}");
    assert!(out.contains("remove the whole patch by hand"), "{out}");
    assert!(out.lines().count() < 30, "{out}");
    assert!(
        ran.stderr.starts_with("checked 60 patches: 30 broken, 30 not injected; "),
        "{}",
        ran.stderr
    );
}

/// A kustomization is nothing that a cluster takes, so that no stream holds it.
#[test]
fn a_kustomization_that_cannot_be_printed_is_named_with_the_way_out() {
    let (file, object, _, text) = PATCHED[3];
    let (out, err, code) = over(file, object, text.to_owned(), &["inject"]);
    assert_eq!((out.as_str(), code), ("", 2), "{err}");
    let said = "asks for a patch in `k/kustomization.yaml`";
    assert!(err.contains(said) && err.contains("change it with `-i`"), "{err}");
    let (_, err, code) = over(file, object, text.to_owned(), &["inject", "--check"]);
    assert_eq!(code, 1, "{err}");
}

/// Who runs it again, as a pipeline does, was told before how to check what a patch makes.
#[test]
fn what_is_unchanged_is_not_explained_again() {
    for (file, object, _, text) in PATCHED {
        let advice = "note: the patch has no effect if nothing renders";
        let (_, err, _) = over(file, object, text.to_owned(), &["inject", "--check"]);
        assert_eq!(err.matches(advice).count(), 1, "{object}\n{err}");
        // It is run where this run was.
        let is_right = err.contains("/k | wgsidecar inject --check");
        assert!(is_right || !file.ends_with("k/kustomization.yaml"), "{err}");
        let (_, err, _) = over(file, object, patched(file, text, &[]), &["inject", "--check"]);
        assert!(err.starts_with("1 unchanged; Secret media/wireguard; "), "{object}\n{err}");
    }
    // Pods that are rendered elsewhere are not said to be left out by a selection.
    let folder = folder(&[("hr.yaml", PATCHED[0].3.to_owned())]);
    let path = folder.path().display().to_string();
    let ran = run(&["lint", "--no-config", "--secret", "vpn", &path], b"");
    let said = "no pod was checked: the pods of every workload are rendered elsewhere; 1 rendered elsewhere\n";
    assert_eq!(ran.stderr, said);
    // They are listed, where people look for what has no tunnel.
    let ran = run(&["list", "--no-config", "--secret", "vpn", &path], b"");
    let table = String::from_utf8(ran.stdout).unwrap();
    assert!(table.lines().count() == 2 && table.ends_with("rendered elsewhere\n"), "{table}");
    assert_eq!(ran.stderr.matches("rendered elsewhere").count(), 1, "{}", ran.stderr);
    let ran = run(&["list", "--no-config", "--secret", "vpn", "--format", "json", &path], b"");
    let list: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let row = &list["workloads"][0];
    assert_eq!(
        (&row["state"], &row["kind"]),
        (&"rendered elsewhere".into(), &"HelmRelease".into())
    );
    assert!(row["field"].is_null() && row["patch"].is_null() && row["settings"].is_null(), "{row}");
}

#[test]
fn what_is_a_number_or_a_switch_is_one_in_json() {
    let app = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n";
    let settings = |flags: &[&str]| {
        let ran =
            run(&[&["list", "--no-config", "--format", "json"], flags].concat(), app.as_bytes());
        let list: Value = serde_json::from_slice(&ran.stdout).unwrap();
        list["workloads"][0]["settings"].clone()
    };
    let by_default = settings(&["--secret", "vpn"]);
    assert_eq!(by_default["installTools"], false);
    assert_eq!(by_default["rulePriority"], 100);
    assert_eq!(by_default["mtu"], "auto");
    assert_eq!(by_default["handshakeTimeout"], "30s");
    let all = settings(&["--mode=sidecar", "--mtu=1380", "--metrics=9586", "--install-tools"]);
    assert_eq!((&all["mtu"], &all["metrics"]), (&1380.into(), &9586.into()));
    assert_eq!((&all["installTools"], &all["keyPerReplica"]), (&true.into(), &false.into()));
}

#[test]
fn what_is_not_selected_is_counted_once() {
    let [release, _, application, _] = PATCHED;
    let both = [release, application].map(|(file, _, _, text)| patched(file, text, &[]));
    let words = ["list", "--no-config", "--target", "hr/web"];
    let ran = run(&words, both.join("---\n").as_bytes());
    assert_eq!(ran.stderr, "1 patch: 1 injected; 1 not selected\n");
    let all = [both.join("---\n"), deployment("a", "")].join("---\n");
    let ran = run(&words, all.as_bytes());
    assert_eq!(ran.stderr, "1 patch: 1 injected; 2 not selected\n");
}

/// A kustomization need not say what it is; whoever reads the list is told.
#[test]
fn a_kustomization_without_a_version_has_that_of_kustomize() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kustomization.yaml");
    for (head, version) in [
        ("", "kustomize.config.k8s.io/v1beta1"),
        (
            "apiVersion: kustomize.config.k8s.io/v1\nkind: Kustomization\n",
            "kustomize.config.k8s.io/v1",
        ),
    ] {
        std::fs::write(&path, format!("{head}resources: [d.yaml]\n")).unwrap();
        let file = path.to_str().unwrap();
        let ran = crate::support::run(
            &["patch", "--no-config", "--into", file, "--target", "deploy/web"],
            b"",
        );
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let ran = crate::support::run(&["list", "--no-config", "--format", "json", file], b"");
        let listed: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(listed["workloads"][0]["apiVersion"], version);
    }
}
