//! `lint --suppress`: what is found now is silent from now on, and no other byte changes.

use std::fs;
use std::path::Path;

use crate::support::{Ran, run};

const REASON: &str = "older than the linter: \"#1\"";

fn deployment(name: &str, metadata: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n{metadata}spec:\n  replicas: 3 # three\n  \
         template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers: [{{name: app, image: nginx}}]\n"
    )
}

fn lint(folder: &Path, more: &[&str]) -> Ran {
    let path = folder.display().to_string();
    run(&[&["lint", "--secret", "vpn"], more, &[path.as_str()]].concat(), b"")
}

/// A setting that means nothing is corrected, not silenced.
#[test]
fn a_bad_setting_is_not_suppressed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yaml");
    fs::write(&file, deployment("a", "  annotations: {wgsidecar.dev/dsn: x}\n")).unwrap();
    let ran = lint(folder.path(), &["--suppress", REASON]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("not suppressed: 1 finding of bad-setting"), "{}", ran.stderr);
    assert!(!fs::read_to_string(&file).unwrap().contains("ignore.wgsidecar.dev/bad-setting"));
}

/// What the text has lost, line by line.
fn lost(old: &str, new: &str) -> Vec<String> {
    let kept: Vec<_> = new.lines().collect();
    old.lines().filter(|line| !kept.contains(line)).map(str::to_owned).collect()
}

#[test]
fn annotations_silence_what_is_found() {
    for metadata in [
        "",
        "  annotations: {}\n",
        "  annotations:\n",
        "  annotations: {a: b}\n",
        "  annotations:\n    a: b # c\n",
        "  labels: {x: y}\n  annotations:\n      \"ignore.wgsidecar.dev/dns-leak\": known\n",
    ] {
        for line_end in ["\n", "\r\n"] {
            let folder = tempfile::tempdir().unwrap();
            let text = (deployment("a", metadata) + "---\n" + &deployment("b", metadata))
                .replace('\n', line_end);
            let file = folder.path().join("all.yaml");
            fs::write(&file, &text).unwrap();
            assert_eq!(lint(folder.path(), &[]).code, 1);
            let shown = lint(folder.path(), &["--suppress", REASON, "--diff"]);
            assert_eq!((shown.code, fs::read_to_string(&file).unwrap()), (1, text.clone()));
            let ran = lint(folder.path(), &["--suppress", REASON]);
            assert_eq!(
                ran.code,
                0,
                "{metadata}: {}{}",
                ran.stderr,
                String::from_utf8_lossy(&ran.stdout)
            );
            let new = fs::read_to_string(&file).unwrap();
            assert!(new.contains("ignore.wgsidecar.dev/replicas-share-key"), "{new}");
            assert!(lost(&text, &new).iter().all(|line| line.contains("annotations:")), "{new}");
            assert!(
                !new.replace("\r\n", "").contains('\r') && (line_end == "\n") != new.contains('\r')
            );
            let again = lint(folder.path(), &["--suppress", REASON]);
            assert!(again.stderr.starts_with("there is nothing to suppress\n"), "{}", again.stderr);
            assert_eq!(fs::read_to_string(&file).unwrap(), new);
        }
    }
}

#[test]
fn the_settings_file_silences_what_is_found() {
    for spec in [
        "spec:\n  secretName: vpn\n",
        "spec: {secretName: vpn}\n",
        "spec:\n  secretName: vpn\n  ignore: []\n",
        "spec:\n  secretName: vpn\n  ignore:\n",
        "spec:\n  ignore: null # later\n  secretName: vpn\n",
        "spec:\n  ignore: [] # later\n  secretName: vpn\n",
        "spec:\n  ignore: # known\n  - {rule: bare-pod, reason: It is one.} # yes\n  secretName: vpn\n",
        "spec: {ignore: [{rule: bare-pod, reason: It is one.}], secretName: vpn}\n",
    ] {
        for mark in ["", "\u{FEFF}"] {
            silences(mark, spec);
        }
    }
}

fn silences(mark: &str, spec: &str) {
    for comment in ["# ours\n", ""] {
        let folder = tempfile::tempdir().unwrap();
        let object = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\n";
        let head = &format!("{mark}{comment}{object}");
        let settings = folder.path().join("wgsidecar.yaml");
        fs::write(&settings, format!("{head}{spec}")).unwrap();
        let manifests = deployment("a", "") + "---\n" + &deployment("b", "  namespace: media\n");
        fs::write(folder.path().join("all.yaml"), &manifests).unwrap();
        let ran = lint(folder.path(), &["--suppress", REASON]);
        assert_eq!(ran.code, 0, "{spec}: {}", ran.stderr);
        assert_eq!(fs::read_to_string(folder.path().join("all.yaml")).unwrap(), manifests);
        let new = fs::read_to_string(&settings).unwrap();
        assert!(new.starts_with(head), "{new}");
        assert!(!spec.contains("It is one.") || new.contains("It is one."), "{new}");
        assert!(
            !spec.contains("# known") || new.contains("# known") && new.contains("# yes"),
            "{new}"
        );
        assert_eq!(new.contains("\n  - rule: "), !spec.contains("spec: {"), "{new}");
        assert!(!spec.contains("# later") || new.contains("ignore: # later\n  - rule"), "{new}");
        // Another finding is found as before.
        fs::write(folder.path().join("new.yaml"), deployment("c", "")).unwrap();
        assert_eq!(lint(folder.path(), &[]).code, 1);
        assert_eq!(lint(folder.path(), &["--suppress", "new"]).code, 0);
    }
}

/// Where the file shows in a comment how `ignore` is written, the entries come behind that.
#[test]
fn suppressions_stand_where_the_settings_file_shows_them() {
    let shown = "  # ignore: [{rule: app-can-undo, target: Deployment/router, reason: \"it is the router\"}]\n";
    let template = crate::support::run(&["init", "--secret", "vpn"], b"").stdout;
    let template = String::from_utf8(template).unwrap();
    for (spec, follows) in [
        (template, true),
        (format!("spec:\n  secretName: vpn\n\n{shown}\n  cluster: k3s\n"), true),
        (format!("spec:\n  secretName: vpn\n{shown}  # more\n"), true),
        (format!("spec:\n  secretName: vpn\nmetadata:\n  name: x\n{shown}"), false),
        (format!("spec:\n{shown}  secretName: vpn\n"), false),
        (format!("spec:\n  secretName: vpn\n{}", shown.trim_end()), false),
        (format!("spec:\n  secretName: vpn\n  {shown}"), false),
        (format!("spec:\n  secretName: vpn\n{shown}").replace('\n', "\r\n"), false),
        (format!("spec:\n  secretName: vpn\n{shown}  ignore: []\n"), true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("wgsidecar.yaml");
        let head = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\n";
        let text = if spec.contains("apiVersion") { spec } else { format!("{head}{spec}") };
        fs::write(&settings, &text).unwrap();
        fs::write(folder.path().join("all.yaml"), deployment("a", "")).unwrap();
        let ran = lint(folder.path(), &["--suppress", REASON]);
        assert_eq!(ran.code, 0, "{text}: {}", ran.stderr);
        let new = fs::read_to_string(&settings).unwrap();
        assert_eq!(new.contains(&format!("{shown}  ignore:\n  - ")), follows, "{new}");
        assert_eq!(lost(&text.replace("  ignore: []\n", ""), &new), [] as [&str; 0], "{new}");
    }
}

#[test]
fn what_cannot_be_suppressed_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "node.yaml",
        &deployment("node", "").replace("    spec:\n", "    spec:\n      hostNetwork: true\n"),
    );
    write("alias.yaml", &deployment("alias", "  annotations: &a {x: y}\n  labels: *a\n"));
    let ran = lint(folder.path(), &["--suppress", REASON]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for said in [
        "not suppressed: 1 finding of host-network: this rule can never be suppressed",
        "not suppressed: Deployment alias: its annotations cannot be edited",
    ] {
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    assert!(fs::read_to_string(folder.path().join("alias.yaml")).unwrap().contains("&a {x: y}"));
    // No reason, and nothing to write to: nothing is written before that is said.
    let settings = folder.path().join("wgsidecar.yaml");
    fs::write(&settings, "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\n").unwrap();
    let before = fs::read(&settings).unwrap();
    for reason in ["", "  ", "\r\n"] {
        let ran = lint(folder.path(), &["--suppress", reason]);
        assert_eq!((ran.code, fs::read(&settings).unwrap()), (2, before.clone()), "{}", ran.stderr);
    }
    let mut command = crate::support::wgsidecar();
    command.current_dir(folder.path()).args(["lint", "--secret", "vpn", "--suppress", "x"]);
    let ran = crate::support::feed(&mut command, deployment("a", "").as_bytes());
    assert_eq!((ran.code, fs::read(&settings).unwrap()), (2, before), "{}", ran.stderr);
    let ran = run(&["lint", "--no-config", "--secret", "vpn", "--suppress", "x"], b"kind: [");
    assert_eq!(ran.code, 2);
    let ran = run(
        &["lint", "--no-config", "--secret", "vpn", "--suppress", "x"],
        deployment("a", "").as_bytes(),
    );
    assert!(ran.stderr.contains("`--suppress` changes files"), "{}", ran.stderr);
}

#[test]
fn of_two_objects_of_one_name_the_one_that_is_meant_is_suppressed() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("wgsidecar.yaml");
    let head =
        "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: vpn\n";
    let fine = deployment("a", "  namespace: shop\n")
        .replace("replicas: 3 # three", "replicas: 1\n  strategy: {type: Recreate}");
    let write = |second: &str| {
        fs::write(&settings, head).unwrap();
        let text = [&deployment("a", "  namespace: media\n"), "---\n", second].concat();
        fs::write(folder.path().join("all.yaml"), text).unwrap();
    };
    write(&fine);
    assert_eq!(lint(folder.path(), &["--suppress", REASON]).code, 0);
    let new = fs::read_to_string(&settings).unwrap();
    assert!(new.contains("    target: Deployment/a\n    namespace: media\n    reason: "), "{new}");
    // What was fine is found once it is not.
    let text = fs::read_to_string(folder.path().join("all.yaml")).unwrap();
    let worse = text.replace("replicas: 1\n  strategy: {type: Recreate}", "replicas: 3");
    fs::write(folder.path().join("all.yaml"), worse).unwrap();
    let ran = lint(folder.path(), &["--format", "concise"]);
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.code == 1
            && out
                .lines()
                .all(|line| line.starts_with(&format!("{}/all.yaml:1", folder.path().display()))),
        "{out}"
    );
    // One that names no namespace cannot be told from the other.
    write("");
    fs::write(folder.path().join("more.yaml"), deployment("a", "")).unwrap();
    let ran = lint(folder.path(), &["--suppress", REASON]);
    assert!(
        ran.stderr.contains("not suppressed: Deployment a: another object has its name"),
        "{}",
        ran.stderr
    );
}

#[test]
fn quiet_says_nothing_of_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), deployment("a", "")).unwrap();
    for _ in 0..2 {
        let ran = lint(folder.path(), &["-q", "--suppress", REASON]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    }
}

/// What is suppressed stops nothing any more, and is said where the tunnel goes in.
#[test]
fn an_error_that_is_suppressed_is_said_by_inject() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yaml");
    fs::write(&file, deployment("a", "")).unwrap();
    let path = file.display().to_string();
    let inject = |how| run(&["inject", "--secret", "vpn", how, &path], b"");
    assert_eq!(inject("--check").code, 1);
    assert!(inject("--check").stderr.contains("refused"));
    lint(folder.path(), &["--suppress", REASON]);
    let said = "; 1 error suppressed (replicas-share-key)";
    let ran = inject("-i");
    assert_eq!((ran.code, ran.stderr.contains(said)), (0, true), "{}", ran.stderr);
    assert!(inject("--check").stderr.contains(said), "{}", ran.stderr);
    // A warning that is suppressed never stopped anything.
    assert_eq!(ran.stderr.matches("suppressed").count(), 1, "{}", ran.stderr);
}

/// What is found once for several pods is suppressed for each by its own word, by the object's, or by the settings.
#[test]
fn of_pods_that_share_a_finding_each_may_suppress_it() {
    let folder = tempfile::tempdir().unwrap();
    let policy = |name: &str, cidr: &str, metadata: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {name}\n{metadata}spec: \
             {{podSelector: {{}}, egress: [{{to: [{{ipBlock: {{cidr: {cidr}}}}}]}}]}}\n"
        )
    };
    let quiet =
        |reason| format!("  annotations: {{ignore.wgsidecar.dev/network-policy: {reason}}}\n");
    let objects = [
        deployment("a", ""),
        deployment("b", ""),
        deployment("c", &quiet("pod")),
        policy("settings", "10.0.0.0/8", ""),
        policy("object", "10.1.0.0/16", &quiet("object")),
        policy("open", "10.2.0.0/16", ""),
    ];
    fs::write(folder.path().join("all.yaml"), objects.join("---\n")).unwrap();
    let ignore =
        |target: &str| format!("{{rule: network-policy, target: {target}, reason: settings}}");
    let settings = format!(
        "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: vpn\n  ignore: [{}, {}]\n",
        ignore("NetworkPolicy/settings"),
        ignore("Deployment/c")
    );
    fs::write(folder.path().join("wgsidecar.yaml"), settings).unwrap();
    let report = lint(folder.path(), &["--format", "json", "-v"]).stdout;
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let of = |rule| findings.iter().filter(move |it| it["rule"] == rule);
    let mut found: Vec<_> = of("network-policy")
        .map(|it| {
            let (name, by) = (&it["resource"]["name"], it["suppressed"].as_str());
            let pods = it["related"].as_array().unwrap().len();
            format!("{} {} {pods}", name.as_str().unwrap(), by.unwrap_or("nobody"))
        })
        .collect();
    found.sort();
    let all = [
        "object object 2",
        "object pod 1",
        "open nobody 2",
        "open pod 1",
        "settings pod 1",
        "settings settings 2",
    ];
    assert_eq!(found, all);
    let unused: Vec<_> = of("unused-suppression").map(|it| it["place"]["file"].as_str()).collect();
    assert_eq!(unused.len(), 1, "only that of the Deployment: {unused:?}");
}
