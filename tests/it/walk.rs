//! What a walk reads of a folder, what it leaves out, and that it says so.

use std::fs;
use std::path::Path;

use crate::support::{Ran, feed, wgsidecar};

fn deployment(name: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  strategy: {{type: Recreate}}\n  template: {{spec: {{containers: [{{name: c, image: \"x/y:1\"}}]}}}}\n"
    )
}

/// A folder with these files; every one that is empty is a Deployment called as the file.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let stem = path.file_stem().unwrap().to_string_lossy().trim_start_matches('.').to_owned();
        let text = if text.is_empty() { deployment(&stem) } else { (*text).to_owned() };
        fs::write(path, text).unwrap();
    }
    folder
}

fn run_in(folder: &Path, args: &[&str]) -> Ran {
    feed(wgsidecar().current_dir(folder).args(args), b"")
}

const INJECT: [&str; 5] = ["inject", "-v", "--no-config", "--secret", "wg-{name}"];

/// The workloads that a walk finds, and the lines about what it leaves out.
fn walk(folder: &Path, paths: &[&str]) -> (Vec<String>, Vec<String>) {
    let ran = run_in(folder, &[&INJECT[..], paths].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lines = |strip: fn(&str) -> Option<&str>| {
        ran.stderr.lines().filter_map(strip).map(str::to_owned).collect()
    };
    (
        lines(|line| line.strip_suffix(": injected")?.strip_prefix("deployment/")),
        lines(|line| line.strip_prefix("left out: ")),
    )
}

#[test]
fn what_a_kustomization_uses_otherwise_is_no_workload() {
    let overlay = "resources: [../../base, extra.yaml]
patches:
- path: image.yaml
- {path: ../../shared/limits.yaml, target: {kind: Deployment}}
patchesStrategicMerge:
- merge.yaml
- |-
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: inline}
patchesJson6902:
- {target: {version: v1, kind: Deployment, name: web}, path: json.yaml}
replacements: [{path: replacement.yaml}]
configMapGenerator: [{name: c, files: [seed.yaml, key=keyed.yaml]}]
secretGenerator: [{name: s, files: [secret.yaml]}]
helmCharts: [{name: app, valuesFile: values.yaml, additionalValuesFiles: [more.yaml]}]
transformers: [transformer.yaml, transformers]
generators: [generator.yaml]
validators: [validator.yaml]
configurations: [configuration.yaml]
crds: [crd.yaml]
openapi: {path: openapi.yaml}
components: [../../component]
";
    let used = [
        ("image", "a patch of a kustomization"),
        ("merge", "a patch of a kustomization"),
        ("json", "a patch of a kustomization"),
        ("replacement", "a replacement of a kustomization"),
        ("seed", "data of a kustomization's generator"),
        ("keyed", "data of a kustomization's generator"),
        ("secret", "data of a kustomization's generator"),
        ("values", "Helm values of a kustomization"),
        ("more", "Helm values of a kustomization"),
        ("transformer", "a transformer of a kustomization"),
        ("transformers/inner/one", "a transformer of a kustomization"),
        ("generator", "a generator of a kustomization"),
        ("validator", "a validator of a kustomization"),
        ("configuration", "a configuration of a kustomization"),
        ("crd", "a schema of a kustomization"),
        ("openapi", "a schema of a kustomization"),
    ];
    let mut files = vec![
        ("base/kustomization.yml".to_owned(), "resources: [web.yaml]\n"),
        ("base/web.yaml".into(), ""),
        ("shared/limits.yaml".into(), ""),
        ("component/Kustomization".into(), "kind: Component\npatches: [{path: tier.yaml}]\n"),
        ("component/tier.yaml".into(), ""),
        ("component/also.yaml".into(), ""),
        ("overlays/prod/kustomization.yaml".into(), overlay),
        ("overlays/prod/extra.yaml".into(), ""),
    ];
    files.extend(used.map(|(name, _)| (format!("overlays/prod/{name}.yaml"), "")));
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let folder = folder(&files);
    let (injected, left_out) = walk(folder.path(), &["."]);
    assert_eq!(injected, ["web", "also", "extra"]);
    let mut expected: Vec<_> = used
        .iter()
        .map(|(name, what)| format!("./overlays/prod/{name}.yaml: {what}"))
        .chain([
            "./base/kustomization.yml: a kustomization".to_owned(),
            "./overlays/prod/kustomization.yaml: a kustomization".into(),
            "./shared/limits.yaml: a patch of a kustomization".into(),
            "./component/tier.yaml: a patch of a kustomization".into(),
        ])
        .collect();
    expected.sort();
    let mut left_out = left_out;
    left_out.sort();
    assert_eq!(left_out, expected);
    let ran = run_in(folder.path(), &["inject", "--no-config", "--secret", "wg-{name}", "."]);
    let last = ran.stderr.lines().last().unwrap();
    assert!(last.ends_with("; 20 files left out (`-v` names them)"), "{last}");
    // In any order of folders, and from a folder below the kustomization.
    let (injected, _) = walk(folder.path(), &["shared", "base", "overlays/prod"]);
    assert_eq!(injected, ["web", "extra"]);
    assert_eq!(walk(folder.path(), &["overlays/prod/transformers"]).0, [""; 0]);
    // A file that is named is read, also beside the folder that holds it.
    assert_eq!(walk(folder.path(), &["overlays/prod/image.yaml"]).0, ["image"]);
    let (injected, _) = walk(folder.path(), &["overlays", "overlays/prod/image.yaml"]);
    assert_eq!(injected, ["extra", "image"]);
}

#[test]
fn what_is_applied_by_one_kustomization_is_no_patch_of_another() {
    let folder = folder(&[
        ("a/kustomization.yaml", "resources: [web.yaml]\n"),
        ("a/web.yaml", ""),
        ("b/kustomization.yaml", "patches: [{path: ../a/web.yaml}, {path: none.yaml}]\n"),
    ]);
    assert_eq!(walk(folder.path(), &["."]).0, ["web"]);
    assert_eq!(walk(folder.path(), &["b", "a"]).0, ["web"]);
}

#[test]
fn a_kustomization_that_cannot_be_read_is_a_warning() {
    let folder = folder(&[("kustomization.yaml", "patches: [\n"), ("web.yaml", "")]);
    let ran = run_in(folder.path(), &[&INJECT[..], &["."]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let warning =
        "warning: ./kustomization.yaml cannot be read, so that its patches are not known: ";
    assert!(ran.stderr.starts_with(warning), "{}", ran.stderr);
}

#[test]
fn a_chart_is_left_out_and_the_way_is_named() {
    let folder = folder(&[
        ("chart/Chart.yaml", "name: c\n"),
        ("chart/templates/web.yaml", ""),
        ("chart/charts/sub/Chart.yaml", "name: s\n"),
        ("web.yaml", ""),
    ]);
    let warning = |path: &str| {
        format!(
            "warning: {path} is a Helm chart and was left out: render it with `helm template` first\n"
        )
    };
    for (path, shown) in [(".", "./chart"), ("chart", "chart"), ("chart/", "chart/")] {
        let ran = run_in(folder.path(), &["inject", "--no-config", path]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(ran.stderr.matches("warning").count(), 1, "{}", ran.stderr);
        assert!(ran.stderr.starts_with(&warning(shown)), "{}", ran.stderr);
    }
    let ran = run_in(folder.path(), &["lint", "--no-config", "--secret", "x", "chart"]);
    let none = "no pod was checked: there is no workload in the input\n";
    assert_eq!(ran.stderr, warning("chart") + none);
    assert_eq!(walk(folder.path(), &["chart/templates/web.yaml"]).0, ["web"]);
}

#[cfg(unix)]
#[test]
fn what_a_walk_passes_by_is_named() {
    use std::os::unix::fs::symlink;
    let outside = folder(&[("far.yaml", ""), ("linked/web.yaml", "")]);
    let inside = folder(&[
        ("web.yaml", ""),
        (".hidden.yaml", ""),
        (".github/workflow.yaml", ""),
        (".git/config.yaml", ""),
        (".notes", "x"),
        ("notes.txt", "kind: Pod"),
    ]);
    let link = |to: &Path, name: &str| symlink(to, inside.path().join(name)).unwrap();
    link(&outside.path().join("far.yaml"), "near.yaml");
    link(&outside.path().join("linked"), "linked");
    link(Path::new("nowhere"), "dangling.yaml");
    link(Path::new("nowhere"), "dangling.txt");
    link(Path::new("."), "loop");
    link(Path::new("web.yaml"), "again.yaml");
    let (injected, mut left_out) = walk(inside.path(), &["."]);
    left_out.sort();
    assert_eq!(injected, ["web", "far"]);
    assert_eq!(
        left_out,
        [
            "./.github: a hidden folder",
            "./.hidden.yaml: a hidden file",
            "./dangling.yaml: a link to nothing",
            "./linked: a link to a folder",
            "./loop: a link to a folder",
        ]
    );
    assert_eq!(walk(inside.path(), &["linked", ".hidden.yaml"]).0, ["web", "hidden"]);
    let ran = run_in(inside.path(), &["inject", "--no-config", "dangling.yaml"]);
    assert!(ran.code == 2 && ran.stderr.contains("cannot read dangling.yaml"), "{}", ran.stderr);
    // In place, a link stays one and what it leads to changes.
    let ran = run_in(inside.path(), &["inject", "--no-config", "-i", "--secret", "wg-{name}", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(inside.path().join("near.yaml").is_symlink());
    assert!(fs::read_to_string(outside.path().join("far.yaml")).unwrap().contains("wg-far"));
}

const SETTINGS: &str =
    "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {secretName: NAME}\n";

/// The settings are those of the files, wherever the command was typed.
#[test]
fn settings_are_looked_for_where_the_files_are() {
    let settings = |name: &str| SETTINGS.replace("NAME", name);
    let (top, media, other) = (settings("top"), settings("media"), settings("other"));
    let folder = folder(&[
        (".git/HEAD", "x"),
        ("wgsidecar.yaml", &top),
        ("media/wgsidecar.yaml", &media),
        ("media/apps/web.yaml", ""),
        ("media/apps/api.yaml", ""),
        ("media/db.yaml", ""),
        ("shop/web.yaml", ""),
        ("other/wgsidecar.yaml", &other),
    ]);
    let used = |from: &str, paths: &[&str]| {
        let mut command = wgsidecar();
        command.args(["inject", "--check", "--allow", "secret-shared"]).args(paths);
        let input = deployment("stdin");
        let ran = feed(command.current_dir(folder.path().join(from)), input.as_bytes());
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let (_, secret) = ran.stderr.split_once("; Secret ").unwrap_or(("", &ran.stderr));
        let warnings = ran.stderr.matches(" is ignored: one run uses one settings file").count();
        (secret.split(';').next().unwrap_or_default().to_owned(), warnings)
    };
    assert_eq!(used("", &["media/apps/web.yaml"]), ("media".into(), 0));
    assert_eq!(used("other", &["../media/apps/web.yaml"]), ("media".into(), 0));
    assert_eq!(used("media/apps", &["web.yaml", "api.yaml"]), ("media".into(), 0));
    assert_eq!(used("media/apps", &["web.yaml", "../../shop/web.yaml"]), ("top".into(), 1));
    assert_eq!(used("media", &["../shop"]), ("top".into(), 0));
    assert_eq!(used("media", &["apps", "../shop"]), ("top".into(), 1));
    assert_eq!(used("media", &["apps", "db.yaml", "../other", "../shop"]), ("top".into(), 2));
    assert_eq!(used("media/apps", &[]), ("media".into(), 0));
    assert_eq!(used("other", &["-"]), ("other".into(), 0));
    assert_eq!(used("other", &["../media/db.yaml", "-"]), ("top".into(), 1));
    assert_eq!(used("", &["media"]), ("media".into(), 0));
    assert_eq!(used("shop", &["../media", "."]), ("top".into(), 1));
    assert_eq!(used("", &["."]), ("top".into(), 2));
    assert_eq!(used("", &[".", "--config", "media/wgsidecar.yaml"]), ("media".into(), 2));
    assert_eq!(used("", &[".", "--no-config"]), ("wireguard".into(), 0));
}

/// However the settings are written, no walk takes them for a manifest, and nothing else for settings.
#[test]
fn the_settings_file_is_known_by_what_it_says() {
    let plain = SETTINGS.replace("NAME", "vpn");
    let json = "{\"apiVersion\": \"wgsidecar.dev/v1alpha1\", \"kind\": \"WireGuardSidecar\", \"spec\": {\"secretName\": \"vpn\"}}";
    let quoted = plain.replace("WireGuardSidecar", "'WireGuardSidecar'");
    for text in [
        plain.clone(),
        format!("---\n{plain}"),
        format!("# ours\n---\n{plain}---\n"),
        format!("{plain}...\n"),
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        json.to_owned(),
        quoted,
        plain.replace("kind: ", "kind:   "),
        format!("kind: WireGuardSidecar\n{}", plain.replace("kind: WireGuardSidecar\n", "")),
    ] {
        let folder = folder(&[(".git/HEAD", "x"), ("web.yaml", ""), ("wgsidecar.yaml", &text)]);
        let ran = run_in(folder.path(), &["list", "-v", "."]);
        let said = "left out: ./wgsidecar.yaml: settings of wgsidecar\n";
        assert!(ran.code == 0 && ran.stderr.starts_with(said), "{text}\n{}", ran.stderr);
        assert!(!ran.stderr.contains("files read"), "{text}\n{}", ran.stderr);
        let elsewhere = run_in(folder.path(), &["list", "--no-config", "-v", "."]);
        assert!(elsewhere.stderr.contains(said), "{text}\n{}", elsewhere.stderr);
    }
    // A workload beside the settings is no setting, and neither is what only speaks of them.
    let beside = format!("{plain}---\n{}", deployment("beside"));
    let about = deployment("about") + "# kind: WireGuardSidecar, apiVersion: wgsidecar.dev/v1\n";
    let folder = folder(&[("a.yaml", &beside), ("b.yaml", &about)]);
    let ran = run_in(folder.path(), &["list", "--no-config", "--secret", "vpn", "."]);
    assert!(ran.stderr.starts_with("2 workloads: 2 not injected; 2 files read"), "{}", ran.stderr);
}

/// Nobody reads a settings file for nothing.
#[test]
fn settings_that_do_not_count_are_said() {
    let (media, other) = (SETTINGS.replace("NAME", "media"), SETTINGS.replace("NAME", "other"));
    let folder = folder(&[
        (".git/HEAD", "x"),
        ("media/wgsidecar.yaml", &media),
        ("media/web.yaml", ""),
        ("other/wgsidecar.yaml", &other),
        ("other/web.yaml", ""),
        ("other/api.yaml", ""),
        ("yml/wgsidecar.yml", &other),
        ("yml/db.yaml", ""),
        ("media/deep/wgsidecar.yml", &other),
        ("media/deep/db.yaml", ""),
        ("deep/deep/db.yaml", ""),
        ("deep/wgsidecar.yml", &other),
        ("deep/deep/wgsidecar.yaml", &media),
    ]);
    let ignored = |paths: &[&str]| {
        let mut command = wgsidecar();
        command.args(["inject", "--check", "--allow", "secret-shared"]).args(paths);
        let ran = feed(command.current_dir(folder.path()), b"");
        let lines = ran.stderr.lines().filter_map(|line| {
            let (path, rest) = line.strip_prefix("warning: ")?.split_once(" is ignored: ")?;
            Some(format!("{path} {}", rest.split_whitespace().next()?))
        });
        lines.collect::<Vec<_>>()
    };
    let both = ["media/wgsidecar.yaml one", "other/wgsidecar.yaml one"];
    assert_eq!(ignored(&["media/web.yaml", "other/web.yaml", "other/api.yaml"]), both);
    assert_eq!(ignored(&["media", "other"]), both);
    assert_eq!(ignored(&["media", "media/web.yaml", "other"]), both);
    assert_eq!(ignored(&["media/web.yaml"]), [""; 0]);
    assert_eq!(ignored(&["media/web.yaml", "other/web.yaml", "--no-config"]), [""; 0]);
    assert_eq!(ignored(&["yml/db.yaml"]), ["yml/wgsidecar.yml the"]);
    assert_eq!(ignored(&["media/deep/db.yaml"]), ["media/deep/wgsidecar.yml the"]);
    assert_eq!(ignored(&["deep/deep/db.yaml"]), [""; 0]);
}
