//! What hosts send and what they get back, without the hosts: tests/hosts/ has the real ones.

use crate::support::{Ran, feed, root, run, wgsidecar};
use serde_yaml::Value;
use wgsidecar::wireguard::mark::{KEY, Mark, UNRECORDED};

const FUNCTION: &str = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";

fn sent(name: &str) -> Vec<u8> {
    std::fs::read(root().join("fixtures/hosts/krm").join(name)).unwrap()
}

fn krm(name: &str) -> Ran {
    run(&["krm"], &sent(name))
}

/// What `inject` makes of the same list: a ResourceList is a list to it too.
fn piped(name: &str, flags: &[&str]) -> Vec<u8> {
    let ran = run(&[&["inject", "--no-config"], flags].concat(), &sent(name));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout
}

fn results(output: &[u8]) -> Vec<Value> {
    let list: Value = serde_yaml::from_slice(output).unwrap();
    list["results"].as_sequence().cloned().unwrap_or_default()
}

#[test]
fn a_list_comes_back_as_the_pipe_makes_it() {
    let dns = &["--secret", "vpn", "--cluster", "k3s", "--dns", "10.64.0.1,10.64.0.2"][..];
    let cases = [
        ("kpt-eval.yaml", &[][..]),
        ("kpt-render.yaml", &[]),
        ("kpt-arguments.yaml", dns),
        ("kustomize.yaml", &["--local", "10.96.0.0/12"]),
        ("kustomize-overlay.yaml", &[]),
    ];
    for (name, flags) in cases {
        let ran = krm(name);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(": injected\n"), "{name}: {}", ran.stderr);
        let (krm, piped) = (String::from_utf8(ran.stdout), String::from_utf8(piped(name, flags)));
        let items = krm.unwrap();
        let items = items.split("\nresults:\n").next().unwrap();
        assert_eq!(items.trim_end(), piped.unwrap().trim_end(), "{name}");
    }
}

#[test]
fn only_insertions_tell_the_answer_from_the_list() {
    for name in ["kpt-eval.yaml", "kpt-render.yaml", "kustomize.yaml", "kustomize-overlay.yaml"] {
        let (before, after) = (sent(name), krm(name).stdout);
        let after = String::from_utf8(after).unwrap();
        let mut lines = after.lines();
        for line in String::from_utf8(before).unwrap().lines() {
            assert!(lines.any(|other| other == line), "{name} lost `{line}`");
        }
    }
}

#[test]
fn an_answer_answered_is_the_same() {
    for name in ["kpt-eval.yaml", "kpt-render.yaml", "kpt-arguments.yaml", "kustomize.yaml"] {
        let once = krm(name).stdout;
        let twice = run(&["krm"], &once);
        assert_eq!(twice.code, 0, "{}", twice.stderr);
        assert_eq!(String::from_utf8(twice.stdout), String::from_utf8(once), "{name}");
    }
}

#[test]
fn a_refused_list_comes_back_unchanged_with_the_reason() {
    let (before, ran) = (sent("refused.yaml"), krm("refused.yaml"));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.starts_with(&before), "the items have changed");
    let results = results(&ran.stdout);
    let first = &results[0];
    assert!(first["message"].as_str().unwrap().starts_with("host-network: the pod uses"));
    assert_eq!(first["severity"], "error");
    assert_eq!(first["resourceRef"]["apiVersion"], "apps/v1");
    assert_eq!(first["resourceRef"]["kind"], "Deployment");
    assert_eq!(first["resourceRef"]["namespace"], "shop");
    assert_eq!(first["resourceRef"]["name"], "api");
    assert_eq!(first["field"]["path"], "spec.template.spec.hostNetwork");
    assert_eq!(first["file"]["path"], "one.yaml");
    assert_eq!(first["file"]["index"], 1);
    assert_eq!(first["tags"]["rule"], "host-network");
    assert!(ran.stderr.contains("error[host-network]: "), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("refused: no item was changed\n"), "{}", ran.stderr);
}

#[test]
fn where_packages_are_is_nobodys_business() {
    let text = String::from_utf8(sent("refused.yaml")).unwrap();
    let text = text.replace("spec: {secretName: \"wg-{name}\"}", "spec: {secretName: wireguard}");
    let text = text.replace("hostNetwork: true", "dnsPolicy: Default");
    let text = text.replace("replicas: 1", "replicas: 3");
    let ran = run(&["krm", "-v"], text.as_bytes());
    assert!(ran.stderr.contains("name: api"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("/packages"), "{}", ran.stderr);
    let answer = String::from_utf8(ran.stdout).unwrap();
    let (_, results) = answer.split_once("\nresults:").unwrap();
    assert!(!results.contains("/packages"), "{results}");
}

#[test]
fn json_is_answered_in_json() {
    let text = String::from_utf8(sent("list.json")).unwrap();
    let fitting = text
        .replace("\"yes\"", "\"no\"")
        .replace("{\"name\": \"web\"}", "{\"name\": \"web\", \"labels\": {\"vpn\": \"no\"}}");
    let ran = run(&["krm"], fitting.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let list: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(list["items"][0]["spec"]["initContainers"][0]["name"], "wireguard");
    assert_eq!(list["items"][0]["spec"]["volumes"][0]["secret"]["secretName"], "vpn");

    let ran = run(&["krm"], text.as_bytes());
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let list: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert!(list["results"][0]["message"].as_str().unwrap().ends_with("matches no workload"));
    assert_eq!(list["items"][0]["spec"]["initContainers"], serde_json::Value::Null);
}

#[test]
fn what_an_earlier_function_said_is_not_said_again() {
    let ran = krm("results-before.yaml");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!String::from_utf8(ran.stdout).unwrap().contains("earlier"));
    for json in [
        r#"{"results":[{"message":"old"}],"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[]}"#,
        r#"{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[],"results":[{"message":"old"}]}"#,
    ] {
        let ran = run(&["krm"], json.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let whole = r#"{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[]}"#;
        assert_eq!(String::from_utf8(ran.stdout).unwrap(), whole);
    }
}

#[test]
fn settings_that_mean_nothing_fail_with_the_list_unchanged() {
    let bad = [
        ("secretName: vpn", "secertName: vpn", "did you mean `secretName`?"),
        ("secretName: vpn", "cluster: moon", "`moon` is not a preset"),
        ("kind: WireGuardSidecar", "kind: Deployment", "this is not a settings object"),
    ];
    let list = format!(
        "{FUNCTION}items: []\nfunctionConfig:\n  apiVersion: wgsidecar.dev/v1alpha1\n  kind: WireGuardSidecar\n  metadata: {{name: vpn, annotations: {{config.kubernetes.io/function: 'exec: x'}}}}\n  spec:\n    secretName: vpn\n"
    );
    assert_eq!(run(&["krm"], list.as_bytes()).code, 0);
    for (good, wrong, reason) in bad {
        let list = list.replace(good, wrong);
        let ran = run(&["krm"], list.as_bytes());
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stdout.starts_with(list.as_bytes()));
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
        let message = results(&ran.stdout)[0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn a_config_map_that_means_nothing_fails_with_the_list_unchanged() {
    let bad = [
        ("data: {secret: vpn}", "data: [secret]", "`data` must be a mapping"),
        ("data: {secret: vpn}", "data: {secert: vpn}", "did you mean `secret`?"),
        ("data: {secret: vpn}", "spec: {secret: vpn}", "unknown field `spec`"),
        ("data: {secret: vpn}", "data: {selector: vpn=true}", "matches no workload"),
    ];
    let list = format!(
        "{FUNCTION}items: []\nfunctionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {{name: vpn}}\n  data: {{secret: vpn}}\n"
    );
    assert_eq!(run(&["krm"], list.as_bytes()).code, 0);
    for (good, wrong, reason) in bad {
        let list = list.replace(good, wrong);
        let ran = run(&["krm"], list.as_bytes());
        assert_eq!(ran.code, 2, "{wrong}: {}", ran.stderr);
        assert!(ran.stdout.starts_with(list.as_bytes()), "{wrong}");
        let message = results(&ran.stdout)[0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn what_is_no_list_gets_no_answer() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n";
    let cases = [
        (String::new(), "standard input is empty"),
        (" \n".into(), "standard input is empty"),
        (pod.into(), "holds no ResourceList"),
        (FUNCTION.replace("config.kubernetes.io", "example.com"), "holds no ResourceList"),
        (
            format!("{FUNCTION}items: []\n---\n{pod}"),
            "expected one ResourceList, found 2 documents",
        ),
        (format!("{FUNCTION}items: [\n"), "error[syntax]"),
    ];
    for (input, reason) in cases {
        let ran = run(&["krm"], input.as_bytes());
        assert_eq!((ran.code, ran.stdout.as_slice()), (2, &b""[..]), "{}", ran.stderr);
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
    }
}

#[test]
fn a_host_may_start_the_program_without_a_word() {
    assert_eq!(run::<&str>(&[], &sent("kpt-eval.yaml")).stdout, krm("kpt-eval.yaml").stdout);
    for other in [&b"kind: Pod\n"[..], b""] {
        let ran = run::<&str>(&[], other);
        assert_eq!((ran.code, ran.stdout.as_slice()), (2, &b""[..]));
        assert!(ran.stderr.contains("Usage: wgsidecar"), "{}", ran.stderr);
    }
}

#[test]
fn the_working_directory_has_no_say() {
    let folder = tempfile::tempdir().unwrap();
    let settings =
        "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {secretName: other}\n";
    std::fs::write(folder.path().join("wgsidecar.yaml"), settings).unwrap();
    let ran = feed(wgsidecar().arg("krm").current_dir(folder.path()), &sent("kpt-eval.yaml"));
    assert!(String::from_utf8(ran.stdout).unwrap().contains("secretName: wireguard"));
}

#[test]
fn a_check_returns_no_items_to_kustomize_and_all_of_them_to_others() {
    let ran = run(&["krm", "--lint"], &sent("kustomize.yaml"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let list: Value = serde_yaml::from_slice(&ran.stdout).unwrap();
    assert_eq!(list["items"], Value::Sequence(Vec::new()));

    let ran = run(&["krm", "--lint"], &sent("kpt-eval.yaml"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with(&sent("kpt-eval.yaml")));

    let ran = run(&["krm", "--lint"], &sent("refused.yaml"));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.starts_with(&sent("refused.yaml")));
    assert_eq!(results(&ran.stdout)[0]["tags"]["rule"], "host-network");
}

#[test]
fn a_chart_without_manifests_is_no_error_to_helm() {
    let ran = feed(wgsidecar().arg("inject").env("HELM_PLUGIN_NAME", "wgsidecar"), b"");
    assert_eq!((ran.code, ran.stdout.as_slice()), (0, &b"---\n"[..]), "{}", ran.stderr);
    assert_eq!(run(&["inject"], b"").code, 2);
}

#[test]
fn a_log_gets_what_standard_error_gets() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("wgsidecar.log");
    let mut said = String::new();
    let runs = [
        (&["inject", "--color", "never"][..], &b"kind: Pod\napiVersion: v1\nmetadata: {name: web}\nspec: {hostNetwork: true, containers: [{name: web}]}\n"[..]),
        (&["inject"], b""),
        (&["inject", "--no-such-flag"], b""),
        (&["lint", "no/such/file"], b""),
        (&["secret", "no/such/file"], b""),
        (&["krm"], b"kind: Pod\n"),
    ];
    for (args, input) in runs {
        let ran = feed(wgsidecar().args(args).env("WGSIDECAR_LOG", &log), input);
        assert!(!ran.stderr.is_empty());
        said += &ran.stderr;
    }
    assert_eq!(std::fs::read_to_string(&log).unwrap(), said);
    let coloured = feed(
        wgsidecar().args(["inject", "--color", "always", "no/such"]).env("WGSIDECAR_LOG", &log),
        b"",
    );
    assert_eq!(coloured.code, 2);
    assert!(!std::fs::read_to_string(&log).unwrap().contains('\u{1b}'));
    let ran = feed(wgsidecar().arg("inject").env("WGSIDECAR_LOG", folder.path()), b"");
    assert!(ran.stderr.starts_with("warning: cannot write the log "), "{}", ran.stderr);
}

/// The kinds that every cluster has, one object each.
const BUILTIN: &str = include_str!("../../fixtures/hosts/builtin.yaml");

#[test]
fn patches_hold_what_inject_adds() {
    for flags in [&[][..], &["--dns", "10.64.0.1", "--cluster", "k3s", "--secret", "vpn"]] {
        let per_node = &["--allow", "daemonset-shares-key"];
        let patch = run(&[&["patch", "--no-config"], flags, per_node].concat(), b"");
        assert_eq!(patch.code, 0, "{}", patch.stderr);
        let component: Value = serde_yaml::from_slice(&patch.stdout).unwrap();
        let allow = ["--allow", "daemonset-shares-key", "--allow", "secret-shared"];
        let injected =
            run(&[&["inject", "--no-config"], flags, &allow].concat(), BUILTIN.as_bytes());
        assert_eq!(injected.code, 0, "{}", injected.stderr);
        let text = String::from_utf8(injected.stdout).unwrap();
        let mut patches = component["patches"].as_sequence().unwrap().clone();
        for document in text.split("---\n") {
            let object: Value = serde_yaml::from_str(document).unwrap();
            let place =
                patches.iter().position(|it| it["target"]["kind"] == object["kind"]).unwrap();
            let patch: Value =
                serde_yaml::from_str(patches.remove(place)["patch"].as_str().unwrap()).unwrap();
            assert_eq!(patch["apiVersion"], object["apiVersion"]);
            let (wanted, found) = (template(&object), template(&patch));
            // But for what a patch cannot know.
            let mark = |it: &Value| {
                let text = it["metadata"]["annotations"][KEY].as_str().unwrap();
                Mark::parse(text).unwrap().0
            };
            assert_eq!(mark(&found).content.as_deref(), Some(UNRECORDED));
            assert_eq!(Mark { content: None, ..mark(&found) }, mark(&wanted));
            for key in ["dnsPolicy", "dnsConfig"] {
                assert_eq!(found["spec"].get(key), wanted["spec"].get(key), "{key}");
            }
            for key in ["initContainers", "volumes"] {
                assert_eq!(found["spec"][key][0], wanted["spec"][key][0], "{key}");
            }
        }
        assert!(patches.is_empty(), "fixtures/hosts/builtin.yaml lacks a kind");
    }
}

/// The pod template: the innermost mapping whose spec has init containers.
fn template(object: &Value) -> Value {
    if object["spec"].get("initContainers").is_some() {
        return object.clone();
    }
    let inner = ["spec", "template", "jobTemplate"].iter().filter_map(|key| object.get(key));
    inner.map(template).find(|it| !it.is_null()).unwrap_or(Value::Null)
}

#[test]
fn patches_choose_as_inject_does() {
    let target = |flags: &[&str]| {
        let ran = run(&[&["patch", "--no-config"], flags].concat(), b"");
        let value: Value = serde_yaml::from_slice(&ran.stdout).unwrap();
        value["patches"][0]["target"].clone()
    };
    let plain = target(&[]);
    assert_eq!(plain["labelSelector"], "wgsidecar.dev/inject!=disabled");
    assert_eq!(plain["annotationSelector"], "wgsidecar.dev/inject!=disabled,!helm.sh/hook");
    let labels = |text| target(&["-l", text])["labelSelector"].as_str().unwrap().to_owned();
    let own = ",wgsidecar.dev/inject!=disabled";
    assert_eq!(labels("vpn=true,!batch"), format!("vpn=true,!batch{own}"));
    assert_eq!(labels("a in (x,y),b"), format!("a in (x,y),b{own}"));
    assert_eq!(target(&["--only-enabled"])["labelSelector"], "wgsidecar.dev/inject=enabled");
}

#[test]
fn patches_for_flux_stand_where_flux_looks() {
    let spec = |form| {
        let ran = run(&["patch", "--no-config", "--for", form], b"");
        serde_yaml::from_slice::<Value>(&ran.stdout).unwrap()["spec"].clone()
    };
    let count = |value: &Value| value.as_sequence().unwrap().len();
    assert_eq!(count(&spec("kustomization")["patches"]), 8);
    assert_eq!(count(&spec("helmrelease")["postRenderers"][0]["kustomize"]["patches"]), 8);
}

/// The kinds that `patch` has a patch for.
fn kinds(flags: &[&str]) -> Vec<String> {
    let ran = run(&[&["patch", "--no-config"], flags].concat(), b"");
    let value: Value = serde_yaml::from_slice(&ran.stdout).unwrap();
    let patches = value["patches"].as_sequence().unwrap();
    patches.iter().map(|patch| patch["target"]["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn patches_leave_daemonsets_out_unless_they_are_asked_for() {
    let daemonset = "DaemonSet".to_owned();
    assert!(!kinds(&[]).contains(&daemonset));
    assert!(!kinds(&["--allow", "host-port"]).contains(&daemonset));
    assert!(kinds(&["--allow", "daemonset-shares-key"]).contains(&daemonset));
    assert!(kinds(&["--allow=host-port,daemonset-shares-key"]).contains(&daemonset));
    // one key for each replica is for pods with an ordinal
    assert_eq!(kinds(&["--key-per-replica", "--allow", "daemonset-shares-key"]), ["StatefulSet"]);
}

/// The comment above the patches.
fn header(flags: &[&str]) -> String {
    let ran = run(&[&["patch", "--no-config"], flags].concat(), b"");
    let text = String::from_utf8(ran.stdout).unwrap();
    text.lines()
        .map_while(|line| line.strip_prefix('#'))
        .fold(String::new(), |text, line| text + line + "\n")
}

/// Each rule that nothing can allow is about the text that `inject` edits, which a patch does not touch, or is explained.
#[test]
fn the_header_of_patches_names_what_they_cannot_see() {
    let of_the_text = ["shared-anchor", "merge-key", "duplicate-key", "explicit-key"];
    let header = header(&[]);
    let never = wgsidecar::lint::RULES.iter().filter(|rule| rule.never && !rule.is_about_reading());
    for rule in never {
        let explained = header.contains(&format!("\n   {}: ", rule.id));
        assert_ne!(explained, of_the_text.contains(&rule.id), "{}", rule.id);
    }
}

#[cfg(unix)]
const CHECKED: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {vpn: \"true\", tier: it's, wgsidecar.dev/inject: enabled}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: \"nginx:1.29\"}]
";

/// The commands that the header names, run with manifests in the place of what renders them: each fails where it must.
#[cfg(unix)]
#[test]
fn the_checks_that_patches_name_can_fail() {
    let settings = [
        &[][..],
        &["--secret", "vpn", "--cluster", "none", "--local", "10.0.0.0/8,fd00::/8"],
        &["-l", "vpn in (true,yes),!batch", "--dns", "10.64.0.1", "--dns", "10.64.0.2"],
        &["--secret=wg-{kind}", "--only-enabled", "--inbound=none", "--install-tools"],
        &["--limits", "cpu=2", "--allow", "floating-image", "--allow", "host-port,node-dns"],
    ];
    for flags in settings {
        let injected = run(&[&["inject", "--no-config", "-q"], flags].concat(), CHECKED.as_bytes());
        let plain = CHECKED.to_owned();
        let node = plain.replace("      containers", "      hostNetwork: true\n      containers");
        let other = plain.replace("vpn: \"true\"", "vpn: \"false\"").replace("enabled", "disabled");
        let checks = ["component", "kustomization", "helmrelease"].map(|form| {
            let header = header(&[&["--for", form], flags].concat());
            let commands =
                header.lines().filter_map(|line| Some(line.trim().split_once(" | ")?.1.to_owned()));
            commands.collect::<Vec<_>>()
        });
        for command in checks.concat() {
            let run = |input: &[u8]| in_shell(&command, input);
            let tunnel = run(&injected.stdout);
            assert_eq!(tunnel.code, 0, "{command}: {}", tunnel.stderr);
            assert_eq!(run(node.as_bytes()).code, 1, "{command}");
            // lint judges a chart before it is patched, and its release is checked behind it
            if command.contains("inject") {
                assert_eq!(run(plain.as_bytes()).code, 1, "{command}");
            } else {
                assert_eq!(run(plain.as_bytes()).code, 0, "{command}");
            }
            // a selection that meets nothing
            if command.contains("--selector") || command.contains("--only-enabled") {
                assert_eq!(run(other.as_bytes()).code, 2, "{command}");
            }
        }
    }
}

#[cfg(unix)]
fn in_shell(command: &str, input: &[u8]) -> Ran {
    let program = wgsidecar().get_program().to_owned();
    let script = format!("wgsidecar() {{ \"$0\" \"$@\" --no-config; }}\n{command}");
    let mut shell = std::process::Command::new("sh");
    feed(shell.arg("-c").arg(script).arg(program).env("NO_COLOR", "1"), input)
}

/// A patch that was saved as a file holds nothing but ours below its spec.
#[test]
fn patches_can_be_uninjected() {
    let printed: Value =
        serde_yaml::from_slice(&run(&["patch", "--no-config"], b"").stdout).unwrap();
    let patches = printed["patches"].as_sequence().unwrap();
    assert!(patches.len() >= 6);
    for patch in patches {
        let patch = patch["patch"].as_str().unwrap();
        let json = serde_json::to_string(&serde_yaml::from_str::<Value>(patch).unwrap()).unwrap();
        for (text, empty) in [(patch, "spec: {}"), (json.as_str(), "\"spec\": {}")] {
            let ran = run(&["uninject", "--no-config"], text.as_bytes());
            let left = String::from_utf8(ran.stdout).unwrap();
            assert_eq!(ran.code, 0, "{text}\n{}", ran.stderr);
            assert!(left.contains(empty) && !left.contains("wireguard"), "{left}");
            serde_yaml::from_str::<Value>(&left).unwrap();
        }
    }
}

#[test]
fn patches_that_cannot_be_are_refused() {
    let cases = [
        (&["--secret", "wg-{name}"][..], "cannot hold `{name}` or `{namespace}`\n"),
        (&["--mtu", "1"], "`--mtu`"),
        (&["-l", "a in"], "`--selector`"),
    ];
    for (flags, reason) in cases {
        let ran = run(&[&["patch", "--no-config"], flags].concat(), b"");
        assert_eq!((ran.code, ran.stdout.as_slice()), (2, &b""[..]), "{}", ran.stderr);
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
    }
    let ran = run(&["patch", "--no-config", "--key-per-replica"], b"");
    let value: Value = serde_yaml::from_slice(&ran.stdout).unwrap();
    let kinds: Vec<_> = value["patches"].as_sequence().unwrap().iter().collect();
    assert_eq!(kinds.len(), 1);
    assert_eq!(kinds[0]["target"]["kind"], "StatefulSet");
}

#[cfg(unix)]
#[test]
fn kubectl_calls_us_by_another_name() {
    use std::os::unix::process::CommandExt;
    let named = |name: &str, args: &[&str]| feed(wgsidecar().arg0(name).args(args), b"");
    let ran = named("/usr/local/bin/kubectl-wgsidecar", &["inject", "--no-such"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("Usage: kubectl wgsidecar inject"), "{}", ran.stderr);
    let help = String::from_utf8(named("kubectl-wgsidecar", &["--help"]).stdout).unwrap();
    assert!(help.contains("`kubectl wgsidecar help COMMAND`"), "{help}");
    let ran = named("kubectl_complete-wgsidecar", &["lint", "--format", "s"]);
    assert_eq!((ran.code, ran.stdout.as_slice()), (0, &b"sarif\n:4\n"[..]));
    assert_eq!(named("kubectl_complete-wgsidecar", &["inject", ""]).stdout, b":0\n");
}

/// Where a ConfigMap holds the script, the block is short, comes out to the byte, and only the settings can ask for it.
#[test]
fn a_config_map_holds_the_script_where_it_is_asked_for() {
    let flags = [
        "--no-config",
        "-q",
        "--script",
        "configmap",
        "--allow",
        "secret-shared",
        "--allow",
        "daemonset-shares-key",
    ];
    let injected = run(&[&["inject"], &flags[..]].concat(), BUILTIN.as_bytes());
    assert_eq!(injected.code, 0, "{}", injected.stderr);
    let text = String::from_utf8(injected.stdout.clone()).unwrap();
    let map: Value = serde_yaml::from_slice(&run(&["script", "--no-config"], b"").stdout).unwrap();
    let name = map["metadata"]["name"].as_str().unwrap();
    for document in text.split("---\n") {
        let pods = template(&serde_yaml::from_str::<Value>(document).unwrap());
        let sources = &pods["spec"]["volumes"][0]["projected"]["sources"];
        assert_eq!(sources[0]["secret"]["name"], "wireguard");
        assert_eq!(sources[1]["configMap"]["name"], name);
        // No other key may come into the place of the Secret's files.
        assert_eq!(sources[1]["configMap"]["items"].as_sequence().unwrap().len(), 1);
        let container = &pods["spec"]["initContainers"][0];
        assert!(container["args"][0].as_str().unwrap().lines().count() <= 8);
        assert_eq!(container["volumeMounts"].as_sequence().unwrap().len(), 1);
    }
    assert_eq!(run(&[&["inject"], &flags[..]].concat(), &injected.stdout).stdout, injected.stdout);
    assert_eq!(run(&["uninject", "--no-config"], &injected.stdout).stdout, BUILTIN.as_bytes());
    // There and back again.
    let inline = [&["inject"], &flags[..2], &flags[4..]].concat();
    let plain = run(&inline, BUILTIN.as_bytes()).stdout;
    assert_eq!(run(&inline, &injected.stdout).stdout, plain);
    assert_eq!(run(&[&["inject"], &flags[..]].concat(), &plain).stdout, injected.stdout);
    let asked = BUILTIN.replacen(
        "metadata:",
        "metadata:\n  annotations: {wgsidecar.dev/script: configmap}",
        1,
    );
    let ran = run(&inline, asked.as_bytes());
    assert!(ran.code != 0, "{}", ran.stderr);
    let ran = run(&["policy", "--no-config", "--script", "configmap"], b"");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("leave `--script configmap` out"), "{}", ran.stderr);
    // Each file of the Secret, and each place that may read its number elsewhere.
    let maps = run(&["script", "--no-config", "--key-per-replica", "-n", "media"], b"").stdout;
    assert_eq!(String::from_utf8(maps).unwrap().matches("namespace: media").count(), 2);
}

/// A cluster and kustomize write the volume anew: that is no edit.
#[test]
fn a_projected_volume_is_known_again() {
    let flags = ["--no-config", "-q", "--script", "configmap", "--secret", "vpn"];
    let injected = run(&[&["inject"], &flags[..]].concat(), CHECKED.as_bytes());
    let text = String::from_utf8(injected.stdout).unwrap();
    let renamed = text.replace("name: vpn", "name: prod-vpn").replacen(
        "name: wgsidecar-",
        "name: prod-wgsidecar-",
        1,
    );
    for (text, is_fine) in [
        (renamed, true),
        (text.replacen("wgsidecar.sh\n", "other.sh\n", 1), false),
        (text.replacen("path: wgsidecar.sh", "path: wg0.conf", 1), false),
        (text.replacen("eval \"$s\"", "eval \"$s\" ", 1), false),
    ] {
        let ran = run(&["lint", "--no-config", "--select", "edited-injection"], text.as_bytes());
        assert_eq!(ran.code, i32::from(!is_fine), "{}", String::from_utf8_lossy(&ran.stdout));
    }
}
