//! What a run says about what to do next: it names the command, and only where it is true.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use tempfile::TempDir;

use crate::support::{Ran, feed, folder, wgsidecar};

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  strategy: {type: Recreate}\n  template:\n    spec:\n      containers: [{name: web, image: \"nginx:1\"}]\n";
const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: media}\nspec:\n  interval: 1h\n";
const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec: {source: {path: web, repoURL: x}}\n";
const KEY: &str = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";

fn ran(folder: &TempDir, args: &[&str]) -> Ran {
    feed(wgsidecar().args(args).current_dir(folder.path()), b"")
}

fn settings(spec: &str) -> String {
    format!("apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {{{spec}}}\n")
}

#[test]
fn uninject_says_what_brings_the_tunnel_back() {
    let api = WEB.replace("name: web", "name: api");
    let cases = [
        (
            "secretName: 'wg-{name}', target: [deploy/web]",
            "deployment/web back: `target` in wgsidecar.yaml:3:41 still asks for it",
        ),
        (
            "secretName: 'wg-{name}', selector: {matchLabels: {vpn: 'true'}}",
            "deployment/web back: `selector` in wgsidecar.yaml:3:43 still asks for it",
        ),
        (
            "secretName: 'wg-{name}', target: [deploy/web], patches: [{object: hr/web, target: sts/db}]",
            "still ask for it",
        ),
        (
            "secretName: 'wg-{name}', target: [deploy/api]",
            "brings the tunnel of deployment/api back: ",
        ),
        ("secretName: 'wg-{name}'", ""),
    ];
    for (spec, expected) in cases {
        let web = WEB.replace("{name: web}\nspec", "{name: web, labels: {vpn: 'true'}}\nspec");
        let folder = folder(&[
            ("wgsidecar.yaml", settings(spec).as_str()),
            ("web.yaml", &web),
            ("api.yaml", &api),
            ("release.yaml", RELEASE),
        ]);
        assert_eq!(ran(&folder, &["inject", "-i", "."]).code, 0, "{spec}");
        for workload in ["deploy/web", "deploy/api"] {
            let _ = ran(&folder, &["inject", "-i", ".", "--target", workload]);
        }
        let shown = ran(&folder, &["uninject", "--diff", "."]);
        assert!(!shown.stderr.contains("brings the tunnel"), "{}", shown.stderr);
        let gone = ran(&folder, &["uninject", "-i", "."]);
        assert_eq!(gone.code, 0, "{}", gone.stderr);
        assert_eq!(gone.stderr.contains("note: the next `inject` brings"), !expected.is_empty());
        assert!(gone.stderr.contains(expected), "{spec}: {}", gone.stderr);
        // Nothing was taken out, so nothing comes back.
        let again = ran(&folder, &["uninject", "-i", "."]);
        assert!(!again.stderr.contains("note:"), "{}", again.stderr);
    }
}

#[test]
fn a_removed_patch_that_the_settings_ask_for_is_said_too() {
    let asks = settings("secretName: vpn, patches: [{object: hr/web, target: deploy/web}]");
    let folder = folder(&[("wgsidecar.yaml", asks.as_str()), ("release.yaml", RELEASE)]);
    assert_eq!(ran(&folder, &["inject", "-i", "."]).code, 0);
    let gone = ran(&folder, &["patch", "--into", "release.yaml", "--remove"]);
    let note = "the tunnel of deployment/web back: `patches` in wgsidecar.yaml:3:34 still asks";
    assert!(gone.code == 0 && gone.stderr.contains(note), "{}", gone.stderr);
}

/// The command of the help works when it is pasted, once the workload is named.
#[test]
fn what_is_rendered_elsewhere_names_the_command_for_its_object() {
    let two = [RELEASE, &RELEASE.replace("media", "shop"), APPLICATION].join("---\n");
    let folder = folder(&[("it's/apps.yaml", two.as_str())]);
    let said = ran(&folder, &["lint", "--secret", "vpn", "it's", "--format", "json"]);
    let said = String::from_utf8(said.stdout).unwrap();
    for object in ["media/helmrelease/web", "shop/helmrelease/web", "argocd/application/web"] {
        let words = format!("--into 'it'\\\\''s/apps.yaml' --object {object} --target KIND/NAME");
        assert!(said.contains(&words), "{words}\n{said}");
        let args = ["--object", object, "--target", "deploy/web", "--secret", "vpn"];
        let into = ran(&folder, &[&["patch", "--into", "it's/apps.yaml"], &args[..]].concat());
        assert_eq!(into.code, 0, "{}", into.stderr);
    }
    // What stands on standard input is in no file.
    let said = feed(wgsidecar().args(["lint", "--secret", "vpn"]), RELEASE.as_bytes());
    assert!(String::from_utf8(said.stdout).unwrap().contains("patch --into FILE --target"));
}

#[test]
fn objects_of_one_name_are_told_apart_by_their_namespaces() {
    let two = [RELEASE, &RELEASE.replace("media", "shop")].join("---\n");
    let folder = folder(&[("apps.yaml", two.as_str())]);
    let into = ["patch", "--into", "apps.yaml", "--target", "deploy/web", "--secret", "vpn"];
    let unnamed = ran(&folder, &into);
    let example = "`--object media/helmrelease/web`";
    assert!(unnamed.code == 2 && unnamed.stderr.contains(example), "{}", unnamed.stderr);
    let ambiguous = ran(&folder, &[&into[..], &["--object", "hr/web"]].concat());
    let message = "2 objects that `--object hr/web` names: add the namespace, such as `--object media/helmrelease/web`";
    assert!(ambiguous.code == 2 && ambiguous.stderr.contains(message), "{}", ambiguous.stderr);
    let named = ran(&folder, &[&into[..], &["--object", "shop/helmrelease/web"]].concat());
    assert_eq!(named.code, 0, "{}", named.stderr);

    std::fs::write(folder.path().join("apps.yaml"), [RELEASE, RELEASE].join("---\n")).unwrap();
    let twice = ran(&folder, &[&into[..], &["--object", "hr/web"]].concat());
    assert!(twice.code == 2 && twice.stderr.contains("more than once"), "{}", twice.stderr);
    let malformed = ran(&folder, &[&into[..], &["--object", "web"]].concat());
    assert!(malformed.stderr.contains("`NAMESPACE/KIND/NAME`"), "{}", malformed.stderr);
}

#[test]
fn suppressing_says_once_what_is_wrong_with_the_input() {
    let folder = folder(&[("web.yaml", WEB), ("chart/Chart.yaml", "name: x\n")]);
    let args = ["lint", "--secret", "vpn", "--no-config", "--suppress", "later", "."];
    let said = ran(&folder, &args).stderr;
    assert_eq!(said.matches("warning: ").count(), 1, "{said}");
}

#[test]
fn a_reason_that_may_be_a_key_is_neither_written_nor_shown() {
    let web = WEB.replace("Recreate", "RollingUpdate");
    let folder = folder(&[("web.yaml", web.as_str())]);
    let reason = format!("it is {KEY}");
    for more in [&[][..], &["--diff"], &["--format", "json"], &["-v"]] {
        let args = ["lint", "--secret", "vpn", "--no-config", "--suppress", &reason, "web.yaml"];
        let said = ran(&folder, &[&args[..], more].concat());
        assert_eq!(said.code, 2, "{}", said.stderr);
        let all = String::from_utf8(said.stdout).unwrap() + &said.stderr;
        assert!(!all.contains(KEY) && all.contains("the reason of `--suppress`"), "{all}");
        assert_eq!(std::fs::read_to_string(folder.path().join("web.yaml")).unwrap(), web);
    }
    let fine = ["lint", "--secret", "vpn", "--no-config", "--suppress", "next week", "web.yaml"];
    assert_eq!(ran(&folder, &fine).code, 0);
}

/// Whatever is added may be what somebody has typed in the wrong place.
#[test]
fn a_diff_shows_no_key_that_is_added() {
    let folder = folder(&[("web.yaml", WEB)]);
    let args = ["inject", "--secret", "vpn", "--no-config", "--diff", "web.yaml"];
    let requests = format!("cpu={KEY}");
    for more in [
        ["--interface", KEY],
        ["--image", KEY],
        ["--container-name", KEY],
        ["--requests", &requests],
    ] {
        let said = ran(&folder, &[&args[..], &more].concat());
        let all = String::from_utf8(said.stdout).unwrap() + &said.stderr;
        assert!(!all.contains(KEY), "{all}");
    }
    assert_eq!(ran(&folder, &args).code, 1);
}

#[test]
fn the_name_of_a_secret_is_made_of_its_file() {
    let folder = folder(&[("a.conf", "[Interface]\n")]);
    let said = ran(&folder, &["secret", "a.conf", "--name", "wg-{name}"]);
    assert!(said.code == 2 && said.stderr.contains("`--name 'wg-{file}'`"), "{}", said.stderr);
}

#[test]
fn a_kustomization_that_is_named_leads_to_its_patch() {
    let folder = folder(&[("kustomization.yaml", "resources: [web.yaml]\n"), ("web.yaml", WEB)]);
    let inject = |args: &[&str]| {
        let words = ["inject", "--secret", "vpn", "--no-config", "--check"];
        ran(&folder, &[&words[..], args].concat())
    };
    let way = "`wgsidecar patch --into kustomization.yaml --target KIND/NAME --secret=vpn`";
    let said = inject(&["kustomization.yaml"]);
    assert!(said.code == 0 && said.stderr.contains(way), "{}", said.stderr);
    let said = inject(&["--target", "deploy/web", "kustomization.yaml"]);
    let way = "`wgsidecar patch --into kustomization.yaml --target deploy/web --secret=vpn`";
    assert!(said.code == 2 && said.stderr.contains(way), "{}", said.stderr);
    let into = ["patch", "--into", "kustomization.yaml", "--target", "deploy/web", "--secret=vpn"];
    assert_eq!(ran(&folder, &into).code, 0);
    // Where workloads are named too, or all of a folder, it is no news.
    for args in [&["kustomization.yaml", "web.yaml"][..], &["."]] {
        let said = inject(args);
        assert!(!said.stderr.contains("holds no pods"), "{}", said.stderr);
    }
}

#[test]
fn only_what_holds_pods_counts_as_a_workload() {
    let folder = folder(&[("web.yaml", WEB), ("app.yaml", APPLICATION), ("release.yaml", RELEASE)]);
    let args = ["--secret", "vpn", "--no-config", "."];
    let lint = ran(&folder, &[&["lint", "--fail-on", "never"], &args[..]].concat());
    assert!(lint.stderr.starts_with("checked 1 pod of 1 workload: "), "{}", lint.stderr);
    let list = ran(&folder, &[&["list"], &args[..]].concat());
    assert!(list.stderr.starts_with("1 workload: 1 not injected; 2 rendered elsewhere"));
    let alone = ran(&folder, &["list", "--secret", "vpn", "--no-config", "app.yaml"]);
    assert_eq!(alone.stderr, "no workload in the input; 1 rendered elsewhere\n");
}

#[test]
fn a_list_with_an_error_fails() {
    let bad =
        WEB.replace("{name: web}\nspec", "{name: web, annotations: {wgsidecar.dev/dns: x}}\nspec");
    let folder = folder(&[("web.yaml", bad.as_str())]);
    let said = ran(&folder, &["list", "--secret", "vpn", "--no-config", "web.yaml"]);
    assert!(said.code == 1 && said.stderr.contains("error[bad-setting]"), "{}", said.stderr);
}

#[test]
fn workloads_whose_tunnel_is_a_patch_are_counted() {
    let asks = settings(
        "secretName: 'wg-{name}', patches: [{object: kustomization.yaml, target: [deploy/web, deploy/api]}]",
    );
    let api = WEB.replace("name: web", "name: api");
    let folder = folder(&[
        ("wgsidecar.yaml", asks.as_str()),
        ("kustomization.yaml", "resources: [web.yaml, api.yaml]\n"),
        ("web.yaml", WEB),
        ("api.yaml", &api),
    ]);
    let said = ran(&folder, &["inject", "-i", "."]).stderr;
    assert!(
        said.contains("2 injected, 2 by patch") && !said.contains("deployment/web: "),
        "{said}"
    );
    let said = ran(&folder, &["inject", "-i", ".", "-v"]).stderr;
    assert!(said.contains("deployment/web: its tunnel comes from a patch"), "{said}");
}

/// kubectl reads what begins with `{` as JSON; kustomize does not.
#[test]
fn a_kustomization_in_flow_style_is_yaml() {
    for text in [
        "{resources: [web.yaml]}\n",
        "{ # ours\n  resources: [web.yaml],\n}\n",
        "\u{feff}{namespace: media, resources: [web.yaml], patches: []}\r\n",
        "{\"resources\": [\"web.yaml\"]}",
    ] {
        let folder = folder(&[("kustomization.yaml", text), ("web.yaml", WEB)]);
        let read = || std::fs::read_to_string(folder.path().join("kustomization.yaml")).unwrap();
        let into = ["patch", "--into", "kustomization.yaml", "--target", "deploy/web"];
        let said = ran(&folder, &[&into[..], &["--secret", "vpn"]].concat());
        assert_eq!(said.code, 0, "{text}: {}", said.stderr);
        let lint = ran(&folder, &["lint", ".", "--no-config"]);
        assert_eq!(lint.code, 0, "{text}: {}", String::from_utf8(lint.stdout).unwrap());
        assert!(lint.stderr.contains("1 by patch"), "{text}: {}", lint.stderr);
        assert_eq!(ran(&folder, &["uninject", "-i", "."]).code, 0, "{text}");
        assert_eq!(read(), text);
    }
}
