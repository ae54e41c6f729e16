//! `list`: what has a tunnel, what is to get one, and with which settings.

use serde_json::Value;

use wgsidecar::config::Layer;
use wgsidecar::run::check::check;
use wgsidecar::run::list::table;
use wgsidecar::text::Source;

use crate::support::run;

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
            "e edited ? ?",
            "f not injected ? ?",
        ]
    );
    assert_eq!(last, "7 workloads; 2 injected, 2 edited, 1 of a newer release, 1 not injected\n");
}

#[test]
fn with_settings_what_is_wanted_is_compared() {
    let manifests = [inject("a", &[]), inject("b", &["--mtu", "1380"]), deployment("c", "")];
    let (rows, last) = list(&manifests, &["--secret", "wg-{name}"]);
    assert_eq!(
        rows,
        ["a up to date wg-a cluster", "b stale wg-b cluster", "c not injected wg-c cluster"]
    );
    assert_eq!(last, "3 workloads; 1 up to date, 1 stale, 1 not injected\n");
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
    assert_eq!((rows.len(), last.as_str()), (0, "1 workload; none has a tunnel or asks for one\n"));
    let ran = run(&["list", "--no-config"], b"kind: [");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.starts_with("error[syntax]"), "{}", ran.stderr);
    let ran = run(&["list", "--no-config", "--target", "deploy/b"], deployment("a", "").as_bytes());
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
