//! What the rules say of the pods that a patch is for: by their own manifest where the run holds it, else by what the patch
//! and the other objects tell.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use tempfile::TempDir;

use crate::support::{feed, folder, wgsidecar};

const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: media\n  labels: {pod-security.kubernetes.io/enforce: baseline}\n";
const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  strategy: {type: Recreate}\n  template:\n    spec:\n      containers: [{name: web, image: \"nginx:1\"}]\n";
const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: media}\nspec:\n  interval: 1h\n";
const FLUX: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec:\n  path: ./apps\n";
const SETTINGS: &str = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: vpn\n  patches: [{object: hr/web, target: deploy/web}]\n";

fn ran(folder: &TempDir, args: &[&str]) -> (i32, String) {
    let ran = feed(wgsidecar().args(args).current_dir(folder.path()), b"");
    (ran.code, String::from_utf8(ran.stdout).unwrap() + &ran.stderr)
}

/// The folder with a patch of deploy/web in one of its files.
fn patched(files: &[(&str, &str)], into: &str) -> TempDir {
    let folder = folder(files);
    let args = ["--into", into, "--allow", "pod-security,replicas-share-key", "--no-config"];
    let ran = ran(&folder, &[&INTO[..], &args].concat());
    assert_eq!(ran.0, 0, "{}", ran.1);
    folder
}

/// What `lint` finds, in one line each, without what is said at the end.
fn found(folder: &TempDir, more: &[&str]) -> Vec<String> {
    let (_, all) = ran(folder, &[&["lint", ".", "--format", "concise"], more].concat());
    let lines = all.lines().filter(|line| line.contains(": error[") || line.contains(": warning["));
    lines.map(str::to_owned).collect()
}

/// The rules that find something, each as often as it does.
fn rules(folder: &TempDir) -> Vec<String> {
    let rule = |line: &String| line.split(['[', ']']).nth(1).unwrap().to_owned();
    found(folder, &[]).iter().map(rule).collect()
}

#[test]
fn pods_that_the_run_holds_are_judged_as_the_patch_makes_them() {
    let kustomization = "namespace: media\nresources: [web.yaml, namespace.yaml]\n";
    let files =
        [("kustomization.yaml", kustomization), ("web.yaml", WEB), ("namespace.yaml", NAMESPACE)];
    let folder = patched(&files, "kustomization.yaml");
    // Once: the patch itself says no more of them.
    assert_eq!(rules(&folder), ["pod-security", "replicas-share-key"]);

    // What the workload suppresses is not found of the patch.
    let quiet = WEB.replace(
        "{name: web}\nspec:\n  replicas: 3",
        "{name: web, annotations: {ignore.wgsidecar.dev/pod-security: test}}\nspec:\n  replicas: 1",
    );
    std::fs::write(folder.path().join("web.yaml"), quiet).unwrap();
    assert_eq!(rules(&folder), [""; 0]);
}

#[test]
fn a_flux_kustomization_leaves_its_pods_where_they_are() {
    let own = WEB.replace("{name: web}", "{name: web, namespace: media}").replace("3", "1");
    let files = |web: &str| {
        patched(
            &[("flux.yaml", FLUX), ("apps/web.yaml", web), ("namespace.yaml", NAMESPACE)],
            "flux.yaml",
        )
    };
    assert_eq!(rules(&files(&own)), ["pod-security"]);
    assert_eq!(rules(&files(&own.replace("media", "shop"))), [""; 0]);
    // Nobody knows where a workload is that the run does not hold.
    let elsewhere = own.replace("name: web,", "name: api,");
    assert_eq!(rules(&files(&elsewhere)), [""; 0]);
    let flux_system = NAMESPACE.replace("media", "flux-system");
    let folder =
        patched(&[("flux.yaml", FLUX), ("namespace.yaml", flux_system.as_str())], "flux.yaml");
    assert_eq!(rules(&folder), [""; 0]);
}

#[test]
fn what_is_asked_for_is_judged_before_it_is_written() {
    let files =
        [("wgsidecar.yaml", SETTINGS), ("release.yaml", RELEASE), ("namespace.yaml", NAMESPACE)];
    let folder = folder(&files);
    let (code, said) = ran(&folder, &["inject", "-i", "."]);
    assert!(code == 1 && said.contains("error[pod-security]"), "{said}");
    assert_eq!(std::fs::read_to_string(folder.path().join("release.yaml")).unwrap(), RELEASE);
    assert_eq!(rules(&folder), ["pod-security", "rendered-elsewhere"]);

    // The object itself says why it is no matter.
    let reason = "name: web, annotations: {ignore.wgsidecar.dev/pod-security: labelled by hand},";
    let release = RELEASE.replace("name: web,", reason);
    std::fs::write(folder.path().join("release.yaml"), release).unwrap();
    let (code, said) = ran(&folder, &["inject", "-i", "."]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(rules(&folder), [""; 0]);
    let (code, said) = ran(&folder, &["lint", ".", "-v", "--select", "unused-suppression"]);
    assert!(code == 0 && !said.contains("info["), "{said}");
}

#[test]
fn the_settings_file_and_the_namespace_can_suppress_it() {
    let files = [("release.yaml", RELEASE), ("namespace.yaml", NAMESPACE)];
    let folder = patched(&files, "release.yaml");
    assert_eq!(rules(&folder), ["pod-security"]);
    let settings = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  ignore: [{rule: pod-security, target: Namespace/media, reason: test}]\n";
    std::fs::write(folder.path().join("wgsidecar.yaml"), settings).unwrap();
    assert_eq!(rules(&folder), [""; 0]);
}

#[test]
fn a_secret_and_a_namespace_beside_the_object_count_where_the_patch_is_put_in() {
    let text = format!("{NAMESPACE}---\n{RELEASE}");
    let folder = folder(&[("release.yaml", text.as_str())]);
    let into = ["patch", "--into", "release.yaml", "--target", "deploy/web", "--secret", "vpn"];
    let (code, said) = ran(&folder, &into);
    assert!(code == 1 && said.contains("error[pod-security]"), "{said}");
    assert_eq!(std::fs::read_to_string(folder.path().join("release.yaml")).unwrap(), text);
    let (code, said) = ran(&folder, &[&into[..], &["--allow", "pod-security"]].concat());
    assert_eq!(code, 0, "{said}");
}

/// One that is chosen by label is judged too, and said once however many kinds there are.
#[test]
fn patches_by_label_are_judged_once_for_their_object() {
    let printed = feed(
        wgsidecar().args(["patch", "--for", "helmrelease", "-l", "vpn=true", "--secret", "vpn"]),
        b"",
    );
    let printed = String::from_utf8(printed.stdout).unwrap();
    let spec = printed.split_once("spec:\n").unwrap().1;
    let release = format!("{RELEASE}{spec}");
    let folder = folder(&[("release.yaml", release.as_str()), ("namespace.yaml", NAMESPACE)]);
    assert_eq!(rules(&folder), ["pod-security"]);
}

const INTO: [&str; 5] = ["patch", "--secret", "vpn", "--target", "deploy/web"];

/// What `patch --into` says of a kustomization, in the folder of these files.
fn into(files: &[(&str, &str)], file: &str) -> (i32, String) {
    ran(&folder(files), &[&INTO[..], &["--into", file, "--no-config"]].concat())
}

#[test]
fn a_kustomization_is_patched_with_what_it_builds_in_view() {
    const OVER: &str = "namespace: media\nresources: [../base]\n";
    let one = WEB.replace("replicas: 3", "replicas: 1");
    let injected = {
        let folder = folder(&[("web.yaml", one.as_str())]);
        let args = ["inject", "-i", "--secret", "vpn", "--no-config", "web.yaml"];
        assert_eq!(ran(&folder, &args).0, 0);
        std::fs::read_to_string(folder.path().join("web.yaml")).unwrap()
    };
    let api = one.replace("{name: web}", "{name: api}");
    let host = one.replace("    spec:\n", "    spec:\n      hostNetwork: true\n");
    let release = format!("{RELEASE}---\n{one}");
    let base = "resources: [web.yaml]\n";
    let files = |web: &str| {
        into(
            &[
                ("over/kustomization.yaml", OVER),
                ("base/kustomization.yaml", base),
                ("base/web.yaml", web),
            ],
            "over/kustomization.yaml",
        )
    };
    for (web, code, expected) in [
        (one.as_str(), 0, "1 injected; Secret media/vpn"),
        (&injected, 1, "error[injected-twice]"),
        (WEB, 1, "error[replicas-share-key]"),
        (&host, 1, "error[host-network]"),
        (&api, 1, "error[patch-matches-nothing]"),
        // Of several objects that take patches the file that is named holds one.
        (&release, 0, "1 injected; Secret media/vpn"),
        // What cannot be read is for others to say.
        ("{{", 0, "1 injected; Secret media/vpn"),
    ] {
        let (is, said) = files(web);
        assert!(is == code && said.contains(expected), "{expected}: {said}");
        let is_found = expected.contains('[');
        assert_eq!(said.contains("warning[") || said.contains("error["), is_found, "{said}");
    }
}

#[test]
fn a_kustomization_is_read_no_further_than_its_files() {
    let one = WEB.replace("replicas: 3", "replicas: 1");
    for resources in [
        "web.yaml, gone.yaml",
        "web.yaml, ../outside",
        "web.yaml, .",
        "web.yaml, 'https://example.com/x?ref=v1'",
        "web.yaml, github.com/example/x",
        "web.yaml, circle",
        "web.yaml, /dev/zero",
        "web.yaml, ''",
        "web.yaml, kustomization.yaml",
    ] {
        let kustomization = format!("resources: [{resources}]\n");
        let files = [
            ("kustomization.yaml", kustomization.as_str()),
            ("web.yaml", &one),
            ("circle/kustomization.yaml", "resources: [.., ../circle, ../web.yaml]\n"),
        ];
        let (code, said) = into(&files, "kustomization.yaml");
        assert!(code == 0 && said.contains("1 injected"), "{resources}: {said}");
        assert!(!said.contains("error") && !said.contains("warning"), "{resources}: {said}");
    }
}

/// Only the file that is named changes, whatever its neighbours hold.
#[test]
fn what_is_read_beside_a_kustomization_stays() {
    let one = WEB.replace("replicas: 3", "replicas: 1");
    let folder = folder(&[
        ("kustomization.yaml", "resources: [web.yaml, inner]\n"),
        ("web.yaml", &one),
        ("inner/kustomization.yaml", "resources: [api.yaml]\n"),
        ("inner/api.yaml", &one.replace("name: web", "name: api")),
    ]);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let names = ["web.yaml", "inner/kustomization.yaml", "inner/api.yaml"];
    let before = names.map(read);
    let words = ["--into", "kustomization.yaml", "--no-config"];
    let (code, said) = ran(&folder, &[&INTO[..], &words].concat());
    assert_eq!(code, 0, "{said}");
    assert_eq!(names.map(read), before);
    let (code, said) = ran(&folder, &[&INTO[..], &words, &["--check"]].concat());
    assert!(code == 0 && said.contains("1 unchanged"), "{said}");
}

/// Each overlay of a base has workloads of its own.
#[test]
fn overlays_of_one_base_may_each_have_a_patch() {
    let one = WEB.replace("replicas: 3", "replicas: 1");
    let baseline = NAMESPACE.replace("media", "test");
    let files = [
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", one.as_str()),
        ("live/kustomization.yaml", "namespace: live\nresources: [../base]\n"),
        ("test/kustomization.yaml", "namespace: test\nresources: [../base, namespace.yaml]\n"),
        ("test/namespace.yaml", &baseline),
        ("bare/kustomization.yaml", "namePrefix: bare-\nresources: [../base]\n"),
    ];
    let folder = folder(&files);
    let put = |file: &str| {
        let args = ["--into", file, "--no-config", "--allow", "pod-security"];
        ran(&folder, &[&INTO[..], &args].concat())
    };
    for overlay in ["live", "test", "bare"] {
        let (code, said) = put(&format!("{overlay}/kustomization.yaml"));
        assert_eq!(code, 0, "{overlay}: {said}");
    }
    // Each is judged in its own namespace.
    assert_eq!(rules(&folder), ["pod-security"]);

    // What the base has all of them have.
    assert_eq!(put("base/kustomization.yaml").0, 0);
    let found = rules(&folder);
    assert!(found.contains(&"injected-twice".to_owned()), "{found:?}");
    assert_eq!(put("live/kustomization.yaml").0, 1);
}

/// The selection of the settings file is about workloads; what a patch is asked for is judged all the same.
#[test]
fn a_selection_of_the_settings_hides_no_patched_pods() {
    let settings = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: vpn\n  selector: {matchLabels: {vpn: \"true\"}}\n  patches: [{object: kustomization.yaml, target: deploy/web}]\n";
    let folder = folder(&[
        ("wgsidecar.yaml", settings),
        ("kustomization.yaml", "resources: [web.yaml]\n"),
        ("web.yaml", WEB),
    ]);
    let (code, said) = ran(&folder, &["inject", "-i", "."]);
    assert!(code == 1 && said.contains("error[replicas-share-key]"), "{said}");
    assert_eq!(rules(&folder), ["rendered-elsewhere", "replicas-share-key"]);
}

#[test]
fn values_are_judged_before_the_patch_is_there() {
    let release = format!("{RELEASE}  values: {{replicaCount: 2}}\n");
    let folder = folder(&[("wgsidecar.yaml", SETTINGS), ("release.yaml", release.as_str())]);
    assert_eq!(rules(&folder), ["rendered-elsewhere", "replicas-share-key"]);
}

#[test]
fn a_folder_leads_to_its_kustomization() {
    let one = WEB.replace("replicas: 3", "replicas: 1");
    let files = [("web/kustomization.yaml", "resources: [web.yaml]\n"), ("web/web.yaml", &one)];
    let (code, said) = into(&files, "web");
    assert!(code == 2 && said.contains("`--into web/kustomization.yaml`"), "{said}");
    // Where the workload is among the files nothing is left to check.
    let (code, said) = into(&files, "web/kustomization.yaml");
    assert!(code == 0 && !said.contains("to check:"), "{said}");
    let (_, said) = into(
        &[("kustomization.yaml", "resources: ['https://x.example/y']\n")],
        "kustomization.yaml",
    );
    assert!(said.contains("to check: `kustomize build . |"), "{said}");
}
