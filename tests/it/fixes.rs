//! `lint --fix`: it judges before it writes, and says what it did.

use std::fs;

use crate::support::{Ran, feed, wgsidecar};

const OVERLAPS: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec:
  template:
    spec:
      containers: [{name: c, image: \"x/y:1\"}]
";
const HOST: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n  containers: [{name: c, image: \"x/y:1\"}]\n";

/// Runs `lint` in a folder with these files.
fn lint(files: &[(&str, &str)], args: &[&str]) -> (Ran, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let mut command = wgsidecar();
    command.args(["lint", "--no-config", "--secret", "vpn"]).args(args).current_dir(&folder);
    (feed(&mut command, OVERLAPS.as_bytes()), folder)
}

#[test]
fn what_cannot_be_read_stops_everything() {
    let broken = [
        ("syntax", "a: [\n"),
        ("bad-separator", "a: 1\n--- b\n"),
        ("directive", "%YAML 1.1\n---\na: 1\n"),
        ("helm-template", "kind: Pod\nname: {{ x }}\n"),
        ("after-document-end", "a: 1\n...\nb: 2\n"),
    ];
    for (rule, text) in broken {
        for mode in [&["--fix"][..], &["--fix", "--diff"]] {
            let files = [("a.yaml", OVERLAPS), ("broken.yaml", text)];
            let (ran, folder) = lint(&files, &[mode, &["a.yaml", "broken.yaml"]].concat());
            let report = String::from_utf8(ran.stdout).unwrap();
            assert_eq!(ran.code, 2, "{rule} {mode:?}: {report}");
            assert!(report.contains(&format!("error[{rule}]")), "{report}");
            for (name, text) in files {
                assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), text, "{rule}");
            }
        }
    }
    let (ran, folder) = lint(&[("a.yaml", OVERLAPS)], &["--fix", "a.yaml", "none.yaml"]);
    assert_eq!(ran.code, 2);
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), OVERLAPS);
}

#[test]
fn a_diff_ends_as_bad_as_what_is_left() {
    let ends = |text: &str, more: &[&str]| {
        let (ran, folder) =
            lint(&[("a.yaml", text)], &[&["--fix", "--diff"], more, &["a.yaml"]].concat());
        assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), text);
        (ran.code, !ran.stdout.is_empty(), ran.stderr)
    };
    let (code, differs, said) = ends(HOST, &[]);
    assert_eq!((code, differs), (1, false), "{said}");
    assert!(said.contains("error[host-network]") && said.ends_with("nothing to fix\n"), "{said}");
    let (code, differs, said) = ends(HOST, &["--fail-on", "never"]);
    assert_eq!((code, differs), (0, false), "{said}");
    let (code, differs, said) = ends(OVERLAPS, &[]);
    assert_eq!((code, differs), (1, true), "{said}");
    assert_eq!(said, "a.yaml: would fix rollout-overlap\n");
    let (code, differs, said) = ends(OVERLAPS, &["--fail-on", "never"]);
    assert_eq!((code, differs), (1, true), "{said}");
    let both = format!("{OVERLAPS}---\n{}", HOST.replace("name: a}", "name: b}"));
    let (_, differs, said) = ends(&both, &["--allow", "secret-shared"]);
    // Places are those of the file as it is.
    assert!(differs && said.contains("--> a.yaml:13:16"), "{said}");
    assert!(said.contains("a.yaml: would fix rollout-overlap\n"), "{said}");
}

#[test]
fn a_diff_of_standard_input_writes_nothing_and_may_be_had() {
    let (ran, _folder) = lint(&[], &["--fix", "--diff"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(String::from_utf8(ran.stdout).unwrap().contains("+  strategy:"), "{}", ran.stderr);
    assert_eq!(ran.stderr, "<stdin>: would fix rollout-overlap\n");
    let (ran, _folder) = lint(&[], &["--fix"]);
    assert_eq!(ran.code, 2);
}

#[test]
fn what_was_fixed_is_said() {
    let files = [("a.yaml", OVERLAPS), ("good.yaml", "kind: ConfigMap\napiVersion: v1\n")];
    let (ran, folder) = lint(&files, &["--fix", "a.yaml", "good.yaml"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "a.yaml: fixed rollout-overlap\n"));
    assert!(!String::from_utf8(ran.stdout).unwrap().contains("rollout-overlap"));
    assert!(fs::read_to_string(folder.path().join("a.yaml")).unwrap().contains("Recreate"));
    let (ran, _folder) = lint(&files, &["--fix", "-q", "a.yaml", "good.yaml"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let (ran, _folder) = lint(&files, &["--fix", "good.yaml"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (0, "nothing to fix: no pod was checked: there is no workload in the input\n")
    );
    let (ran, _folder) = lint(&[("a.yaml", HOST)], &["--fix", "a.yaml"]);
    assert_eq!(ran.code, 1);
    assert!(String::from_utf8(ran.stdout).unwrap().contains("error[host-network]"));
}

/// A tunnel's container that lacks two things of one mapping, behind a container that must be moved.
const TWO_AT_ONE_PLACE: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy: {type: Recreate}
  template:
    metadata:
      annotations:
        wgsidecar.dev/injected: \"1 name=wireguard secret=vpn hash=0\"
    spec:
      securityContext: {runAsNonRoot: true}
      initContainers:
        - {name: migrate, image: \"app:1\"}
        - name: wireguard
          image: docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116
          command: [sh, -c]
          args: [exit 0]
          volumeMounts: [{name: wireguard, mountPath: /etc/wireguard, readOnly: true}]
      volumes:
        - {name: wireguard, secret: {secretName: vpn, defaultMode: 256}}
      containers:
        - {name: app, image: \"nginx:1.29\"}
";

#[test]
fn fixes_that_touch_are_made_one_after_the_other() {
    let ends = [
        "",
        "          resources: {requests: {cpu: 1m, memory: 1Mi}}\n",
        "          securityContext: {}\n",
    ];
    for end in ends {
        let after = "readOnly: true}]\n";
        let text = TWO_AT_ONE_PLACE.replace(after, &format!("{after}{end}"));
        let (ran, folder) = lint(&[("a.yaml", &text)], &["--fix", "--fail-on", "never", "a.yaml"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let fixed = fs::read_to_string(folder.path().join("a.yaml")).unwrap();
        assert!(fixed.find("- name: wireguard").unwrap() < fixed.find("name: migrate").unwrap());
        for word in ["runAsUser: 0", "runAsNonRoot: false", "limits", "requests"] {
            assert!(fixed.contains(word), "no {word} in\n{fixed}");
        }
        let report = String::from_utf8(ran.stdout).unwrap();
        for rule in ["runs-before-tunnel", "run-as-non-root", "missing-resources"] {
            assert!(!report.contains(&format!("[{rule}]")), "{report}");
        }
    }
}

/// A tag would be that of the new value, and an anchor would name it: there is no fix, and none that had to be dropped.
#[test]
fn an_empty_value_with_a_tag_or_an_anchor_is_left_alone() {
    use wgsidecar::kube::{Kinds, Targets};
    use wgsidecar::text::Source;
    let bad = crate::support::root().join("fixtures/rules/run-as-non-root/bad.yaml");
    let bad = fs::read_to_string(bad).unwrap();
    let (before, after) = bad.split_once("      volumes:\n").unwrap();
    let values = [("~", true), ("!!map {}", false), ("!!null ~", false), ("&a {}", false)];
    for (value, is_mended) in values {
        let own = format!("          securityContext: {{runAsUser: 0, runAsNonRoot: {value}}}\n");
        let text = format!("{before}{own}      volumes:\n{after}");
        let (layer, kinds) = (wgsidecar::config::Layer::default(), Kinds::builtin());
        let source = Source::new("a.yaml", text.clone().into_bytes()).unwrap();
        let rules = vec![&wgsidecar::lint::rules::run_as_non_root::RULE];
        let checked =
            wgsidecar::run::check::check(&[source], &layer, &kinds, &Targets::default(), rules);
        assert!(!checked.findings.is_empty(), "{text}");
        assert!(checked.dropped.is_empty(), "{:?}\n{text}", checked.dropped);
        assert_eq!(!checked.mended.is_empty(), is_mended, "{text}");
    }
}
