//! The settings file: what it may hold, and what is said of everything else, each time with its place.

use std::fs;

use crate::support::{Ran, feed, wgsidecar};

const HEAD: &str = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\n";

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: a, labels: {app: web}}
spec:
  replicas: 3
  strategy: {type: Recreate}
  template: {spec: {containers: [{name: c, image: \"x/y:1\"}]}}
";

/// Runs `inject` with a settings file of these bytes.
fn inject(settings: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("vpn.yaml"), settings).unwrap();
    let mut command = wgsidecar();
    command.args(["inject", "--config", "vpn.yaml", "--check"]).current_dir(&folder);
    feed(&mut command, DEPLOYMENT.as_bytes())
}

/// The error about the settings: where, and what.
fn error(settings: &str) -> String {
    let ran = inject(settings);
    assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{settings}{}", ran.stderr);
    assert_eq!(ran.stderr.matches("error[").count(), 1, "{settings}{}", ran.stderr);
    let message = ran.stderr.lines().next().unwrap().trim_start_matches("error[bad-setting]: ");
    let place = ran.stderr.lines().find_map(|line| line.split_once("--> vpn.yaml:"));
    let (_, place) = place.unwrap_or_else(|| panic!("no place:\n{}", ran.stderr));
    let help = ran.stderr.lines().find_map(|line| line.split_once("= help: "));
    let help = help.map_or(String::new(), |(_, help)| format!("; {help}"));
    format!("{place}: {message}{help}")
}

fn spec_error(spec: &str) -> String {
    error(&format!("{HEAD}spec:\n{spec}\n"))
}

/// Whatever is not understood would suppress or select more than was meant.
#[test]
fn what_is_not_understood_is_an_error_with_its_place() {
    let ignore = |entry: &str| format!("  ignore:\n  - {{{entry}}}");
    let selector = |text: &str| format!("  selector: {text}");
    let allowed = "rule: replicas-share-key";
    let no_target = "`target`: ";
    let cases = [
        (
            ignore(&format!("{allowed}, targets: Deployment/b, reason: x")),
            "5:32: unknown field `targets`; did you mean `target`?",
        ),
        (ignore(&format!("{allowed}, reason: x, why: y")), "5:43: unknown field `why`"),
        (ignore(&format!("{allowed}, reason: \"\"")), "5:40: `reason` is empty"),
        (ignore(&format!("{allowed}, reason: [x]")), "5:40: `reason` must be a single value"),
        (
            ignore(&format!("{allowed}, reason: x, reason: y")),
            "5:43: `reason` occurs twice in this mapping",
        ),
        (
            ignore("rule: host-network, reason: x"),
            "5:12: `rule`: the rule `host-network` can never be allowed",
        ),
        (
            ignore(allowed),
            "5:5: an entry of `ignore` needs a `rule` and a `reason`, and may have a `target`",
        ),
        (ignore(&format!("{allowed}, target: qbittorrent, reason: x")), no_target),
        (ignore(&format!("{allowed}, target: \"\", reason: x")), "5:40: `target` is empty"),
        (ignore(&format!("{allowed}, target: Deployment/*, reason: x")), no_target),
        (ignore(&format!("{allowed}, target: media/Deployment/a, reason: x")), no_target),
        (ignore(&format!("{allowed}, target: Deploymnt/a, reason: x")), no_target),
        (
            "  ignore: {rule: replicas-share-key, reason: x}".into(),
            "4:11: `ignore` must be a list of mappings",
        ),
        ("  ignore: [replicas-share-key]".into(), "4:12: an entry of `ignore` must be a mapping"),
        ("  allow: {rule: replicas-share-key}".into(), "4:10: `allow` must be a list of texts"),
        (
            "  allow: replica-share-key".into(),
            "4:10: `allow`: there is no rule `replica-share-key`",
        ),
        (
            "  allow: [host-network]".into(),
            "4:11: `allow`: the rule `host-network` can never be allowed",
        ),
        (
            selector("{matchLabel: {app: web}}"),
            "4:14: unknown field `matchLabel`; did you mean `matchLabels`?",
        ),
        (
            selector("{matchExpressions: [{key: app, operator: Exists, foo: x}]}"),
            "4:62: unknown field `foo`",
        ),
        (
            selector("{matchExpressions: [{key: app, operator: Exists, values: [x]}]}"),
            "4:70: Exists and DoesNotExist take no `values`",
        ),
        (
            selector("{matchLabels: {app: web, app: db}}"),
            "4:38: `app` occurs twice in this mapping",
        ),
        (selector("{matchLabels: {app: web site}}"), "4:13: `web site` is not a label's value"),
        (selector("[app]"), "4:13: "),
        (
            "  secretName: x\n  secretName: y".into(),
            "5:3: `secretName` occurs twice in this mapping",
        ),
        ("  secretName: {name: x}".into(), "4:15: `secretName` must be a single value"),
        ("  secretName:".into(), "4:14: `secretName`: a value is missing"),
        ("  local: [{cidr: 10.0.0.0/8}]".into(), "4:10: `local` must be a list of texts"),
        ("  requests: {cpu: 10m, cpu: 20m}".into(), "4:24: `cpu` occurs twice in this mapping"),
        ("  requests: {cpus: 10m}".into(), "4:14: unknown field `cpus`; did you mean `cpu`?"),
        ("  namespace: [a, b]".into(), "4:14: `namespace` must be a single value"),
        ("  namespace: \"\"".into(), "4:14: `namespace` is empty"),
        (
            "  target: [Deployment/a, foo/x]".into(),
            "4:26: `target`: `foo` in `foo/x` is not a kind of workload",
        ),
        ("  target: {kind: Deployment}".into(), "4:11: `target` must be a list of texts"),
        (
            "  workload: [example.com/Widget]".into(),
            "4:14: `workload`: `example.com/Widget`: no `=`",
        ),
        ("  onlyEnabled: \"yes\"".into(), "4:16: `onlyEnabled` is neither `true` nor `false`"),
    ];
    let mut wrong = Vec::new();
    for (spec, expected) in &cases {
        let found = spec_error(spec);
        if !found.contains(expected) {
            wrong.push(format!("{spec}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_object_itself_is_checked() {
    let cases = [
        (
            "apiVersion: wgsidecar.dev/v2\nkind: WireGuardSidecar\n".to_owned(),
            "1:13: this version is unknown",
        ),
        (format!("{HEAD}spce: {{}}\n"), "3:1: unknown field `spce`; did you mean `spec`?"),
        (format!("{HEAD}spec: [a]\n"), "3:7: `spec` must be a mapping"),
        ("kind: Deployment\napiVersion: apps/v1\n".into(), "1:7: this is not a settings object"),
        ("wireguard\n".into(), "1:1: this is not a settings object"),
        ("a: [\n".into(), "1:4: "),
        (format!("{HEAD}---\n{HEAD}"), "4:1: one settings object is needed, and there are 2"),
        (format!("{HEAD}--- x\n"), "3:1: text after `---`"),
    ];
    for (settings, expected) in &cases {
        let found = error(settings);
        assert!(found.starts_with(expected), "{settings}{found}");
    }
}

/// Editors want a comment on the first line, and people separate it.
#[test]
fn documents_that_hold_nothing_do_not_count() {
    let object = format!("{HEAD}spec: {{allow: [replicas-share-key]}}\n");
    let comment = "# yaml-language-server: $schema=schema.json\n";
    for settings in [
        object.clone(),
        format!("---\n{object}"),
        format!("{comment}---\n{object}"),
        format!("{comment}\n---\n---\n{object}---\n{comment}"),
        format!("\u{FEFF}---\n{object}---\n"),
        format!("{object}...\n"),
        format!("{comment}---\r\n{}", object.replace('\n', "\r\n")),
        "{\"apiVersion\": \"wgsidecar.dev/v1alpha1\", \"kind\": \"WireGuardSidecar\", \"spec\": {\"allow\": \"replicas-share-key\"}}".into(),
    ] {
        let ran = inject(&settings);
        assert_eq!(ran.code, 1, "{settings}{}", ran.stderr);
        assert!(ran.stderr.contains("would be injected"), "{settings}{}", ran.stderr);
    }
    for settings in ["---\n", "# nothing\n---\n", "# nothing\n", "null\n"] {
        let ran = inject(settings);
        assert!(ran.stderr.contains("error[replicas-share-key]"), "{settings}");
        assert!(ran.stderr.contains(" sets nothing: the defaults are used"), "{}", ran.stderr);
    }
    for settings in ["", "\n", " \r\n\n", "\u{FEFF}"] {
        let ran = inject(settings);
        assert!(ran.code == 2 && ran.stderr.contains(" is empty\n"), "{settings:?}{}", ran.stderr);
    }
}

#[test]
fn an_ignored_target_is_named_as_a_target_is() {
    for (target, is_ignored) in [
        ("Deployment/a", true),
        ("deploy/a", true),
        ("deployments.apps/a", true),
        ("Deployment/b", false),
        ("Secret/a", false),
        ("Widget/a", false),
    ] {
        let entry = format!("{{rule: replicas-share-key, target: {target}, reason: x}}");
        let ran = inject(&format!("{HEAD}spec: {{ignore: [{entry}]}}\n"));
        let found = ran.stderr.contains("error[replicas-share-key]");
        assert_eq!(found, !is_ignored, "{target}: {}", ran.stderr);
    }
}

#[test]
fn a_settings_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("latin.yaml"), b"# \xE9\n").unwrap();
    for (file, reason) in [
        (
            "none.yaml",
            "error: cannot read the settings file none.yaml: no such file or directory\n",
        ),
        ("latin.yaml", "error: the settings file latin.yaml is not UTF-8\n"),
    ] {
        let mut command = wgsidecar();
        command.args(["inject", "--config", file]).current_dir(&folder);
        let ran = feed(&mut command, DEPLOYMENT.as_bytes());
        assert_eq!((ran.code, ran.stderr.as_str()), (2, reason));
    }
}

/// A variable of a pipeline that is empty says nothing; one of a script that is empty in a flag is a mistake.
#[test]
fn an_empty_variable_counts_as_not_set() {
    let folder = tempfile::tempdir().unwrap();
    let spec = "spec: {selector: {matchLabels: {app: db}}}\n";
    fs::write(folder.path().join("wgsidecar.yaml"), format!("{HEAD}{spec}")).unwrap();
    let names = [
        "SELECTOR",
        "TARGET",
        "NAMESPACE",
        "ONLY_ENABLED",
        "ALLOW",
        "WORKLOAD",
        "MTU",
        "SECRET",
        "CONFIG",
        "LOG",
    ];
    for name in names {
        let mut command = wgsidecar();
        command.arg("inject").env(format!("WGSIDECAR_{name}"), "").current_dir(&folder);
        let ran = feed(&mut command, DEPLOYMENT.as_bytes());
        assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{name}: {}", ran.stderr);
        let said = "error: the selector `app=db` in wgsidecar.yaml:3:18 matches no workload\nfailed: nothing was written\n";
        assert_eq!(ran.stderr, said, "{name}");
    }
}

#[test]
fn variables_are_known_and_near_ones_are_named() {
    let said = |name: &str| {
        let mut command = wgsidecar();
        command.args(["inject", "--no-config", "--allow", "replicas-share-key"]).env(name, "x");
        feed(&mut command, DEPLOYMENT.as_bytes()).stderr.lines().next().unwrap().to_owned()
    };
    for (name, near) in [
        ("TARGETS", "TARGET"),
        ("SELECTORS", "SELECTOR"),
        ("NAMESPACES", "NAMESPACE"),
        ("ONLYENABLED", "ONLY_ENABLED"),
        ("KILLSWITCH", "KILL_SWITCH"),
        ("CONFG", "CONFIG"),
        ("SECRETNAME", "SECRET"),
    ] {
        let hint = format!("is not a setting: did you mean `WGSIDECAR_{near}`?");
        let said = said(&format!("WGSIDECAR_{name}"));
        assert!(said.ends_with(&hint), "{said}");
    }
    for name in ["VERSION", "FORMAT", "COLOR", "VERBOSE", "BUILD_NUMBER", ""] {
        let name = format!("WGSIDECAR_{name}");
        assert_eq!(said(&name), format!("warning: the variable `{name}` is not a setting"));
    }
}
