//! `wgsidecar policy`: what it prints, that it is what `inject` adds, and what it refuses. What a real API server makes of
//! it is tests/policy/run's business.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Ran, files, golden, root, run};
use wgsidecar::lint::admission::Admission;
use wgsidecar::lint::{Check, RULES};

fn policy(args: &[&str]) -> Ran {
    run(&[&["policy", "--no-config"], args].concat(), b"")
}

fn documents(stream: &[u8]) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_slice(stream);
    documents.map(|it| serde::Deserialize::deserialize(it).unwrap()).collect()
}

/// The script is `inject`'s own; what stands around it is shown.
fn without_script(text: &str) -> String {
    let mut parts = text.split("r\"\"\"");
    let head = parts.next().unwrap_or_default().to_owned();
    parts.fold(head, |out, part| {
        let (_, rest) = part.split_once("\"\"\"").expect("the literal ends");
        format!("{out}r\"\"\"<script>\"\"\"{rest}")
    })
}

#[test]
fn policies_come_out_as_expected() {
    let fixtures = files("policy", ".args");
    assert!(fixtures.len() >= 4);
    for path in fixtures {
        let args = std::fs::read_to_string(&path).unwrap();
        let args: Vec<_> = args.split_whitespace().collect();
        let ran = policy(&args);
        assert_eq!(ran.code, 0, "{}: {}", path.display(), ran.stderr);
        assert_eq!(policy(&args).stdout, ran.stdout, "{}", path.display());
        let text = String::from_utf8(ran.stdout).unwrap();
        golden(&path.with_extension("yaml"), without_script(&text).as_bytes());
        golden(&path.with_extension("err"), ran.stderr.as_bytes());
    }
}

/// Whoever refuses comes before whoever adds, each with its binding.
#[test]
fn the_refusing_policies_come_first() {
    let names = |args: &[&str]| {
        let all = documents(&policy(args).stdout);
        let name = |it: &Value| {
            assert_eq!(it["apiVersion"], "admissionregistration.k8s.io/v1");
            let kind = it["kind"].as_str().unwrap().replace("AdmissionPolicy", "");
            format!("{kind} {}", it["metadata"]["name"].as_str().unwrap())
        };
        all.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        names(&[]),
        "Validating wgsidecar, ValidatingBinding wgsidecar, ValidatingBinding wgsidecar-selected, \
         Validating wgsidecar-pods, ValidatingBinding wgsidecar-pods, ValidatingBinding wgsidecar-pods-selected, \
         Validating wgsidecar-workloads, ValidatingBinding wgsidecar-workloads, Mutating wgsidecar, MutatingBinding wgsidecar"
    );
    // `kubectl apply` removes nothing: what one selection has and another has not would stay in the cluster.
    for args in [
        &["--selector", "vpn=true"][..],
        &["--all-pods", "--allow", "secret-shared"],
        &["--strict", "--namespace-selector", "team=media"],
        &["--dns", "10.64.0.1", "--mode", "sidecar"],
    ] {
        assert_eq!(names(args), names(&[]), "{args:?}");
    }
}

/// A typed CEL object as JSON: its types' names go, its keys and strings get their quotes.
fn json(cel: &str) -> Value {
    let mut out = String::new();
    let mut rest = cel;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '.'));
        let length = match first {
            '\'' => 2 + rest[1..].find('\'').unwrap(),
            '"' => 2 + rest[1..].find('"').unwrap(),
            _ => word.unwrap_or(rest.len()).max(1),
        };
        let (token, after) = rest.split_at(length);
        match token {
            "Object" => {}
            word if word.starts_with("Object.") => {}
            word if word.starts_with('\'') => {
                out += &serde_json::to_string(&word[1..length - 1]).unwrap();
            }
            word if after.starts_with(':') && word.chars().all(char::is_alphanumeric) => {
                out += &format!("\"{word}\"");
            }
            word if word.starts_with("variables.") => out += &format!("\"{word}\""),
            other => out += other,
        }
        rest = after;
    }
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}\n{out}"))
}

/// The value that a patch adds at a path.
fn added(mutation: &str, path: &str) -> Value {
    let start = format!("path: '{path}', value: ");
    let from = mutation.find(&start).unwrap_or_else(|| panic!("{path}\n{mutation}")) + start.len();
    let mut depth = 0;
    let end = mutation[from..].find(|letter: char| {
        depth += i32::from("{[(".contains(letter)) - i32::from("}])".contains(letter));
        depth < 0
    });
    json(&mutation[from..from + end.unwrap()])
}

#[test]
fn a_policy_adds_what_inject_adds() {
    const POD: &str = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [{"name": "web", "image": "a"}]}}"#;
    let settings: [&[&str]; 4] = [
        &[],
        &["--secret", "mullvad", "--cluster", "k3s", "--kill-switch", "on", "--inbound", "tcp:80"],
        &["--dns", "10.64.0.1,fd00::1", "--container-name", "vpn", "--interface", "wg7"],
        &["--install-tools", "--pull-policy", "Never", "--mtu", "1380", "--requests", "cpu=20m"],
    ];
    for flags in settings {
        let stream = policy(flags).stdout;
        let policies = documents(&stream);
        let mutating = policies.iter().find(|it| it["kind"] == "MutatingAdmissionPolicy").unwrap();
        let spec = &mutating["spec"];
        let mutation = spec["mutations"][0]["jsonPatch"]["expression"].as_str().unwrap();
        let variable = |name: &str| {
            let mut all = spec["variables"].as_array().unwrap().iter();
            all.find(|it| it["name"] == name).unwrap()["expression"].as_str().unwrap().to_owned()
        };
        let injected = run(&[&["inject", "--no-config"], flags].concat(), POD.as_bytes()).stdout;
        let pod: Value = serde_json::from_slice(&injected).unwrap();
        let mut container = pod["spec"]["initContainers"][0].clone();
        let script = container["args"][0].as_str().unwrap().to_owned();
        assert_eq!(variable("script"), format!("r\"\"\"{script}\"\"\""));
        container["args"] = serde_json::json!(["variables.script"]);
        assert_eq!(added(mutation, "/spec/initContainers/0"), container, "{flags:?}");
        let mut volume = pod["spec"]["volumes"][0].clone();
        let secret = volume["secret"]["secretName"].as_str().unwrap().to_owned();
        assert!(variable("secret").ends_with(&format!(".orValue('{secret}')")), "{flags:?}");
        volume["secret"]["secretName"] = "variables.secret".into();
        assert_eq!(added(mutation, "/spec/volumes/0"), volume, "{flags:?}");
        let dns = pod["spec"].get("dnsConfig");
        assert_eq!(dns.is_some(), mutation.contains("/spec/dnsConfig"), "{flags:?}");
        if let Some(dns) = dns {
            assert_eq!(&added(mutation, "/spec/dnsConfig"), dns, "{flags:?}");
            assert_eq!(added(mutation, "/spec/dnsPolicy"), pod["spec"]["dnsPolicy"], "{flags:?}");
        }
        let mark = pod["metadata"]["annotations"]["wgsidecar.dev/injected"].as_str().unwrap();
        let (settings, rest) = mark.strip_prefix("2 ").unwrap().split_once("hash=").unwrap();
        let settings = settings.replace(&format!("secret={secret} "), "");
        // The other digits are of the whole mark, which says here what stood in the manifest.
        let hash = &rest[..16];
        let made = variable("newMark");
        assert!(made.starts_with(
            "'2' + (variables.secret == 'wireguard' ? '' : ' secret=' + variables.secret) + "
        ));
        assert!(made.contains(&format!("' {settings}hash={hash}")), "{flags:?}\n{mark}\n{made}");
    }
}

fn admissions() -> impl Iterator<Item = (&'static str, &'static Admission)> {
    RULES.iter().flat_map(|rule| {
        rule.checks.iter().filter_map(|check| match check {
            Check::Admission(admission) => Some((rule.id, admission)),
            _ => None,
        })
    })
}

/// The cluster says what `lint` says. Only what no manifest shows has words of its own.
#[test]
fn the_words_are_the_linters() {
    const CLUSTER_ONLY: [&str; 4] =
        ["bad-setting", "not-injected", "secret-shared", "stale-injection"];
    let mut said = BTreeSet::new();
    for (id, admission) in admissions().filter(|(id, _)| !CLUSTER_ONLY.contains(id)) {
        let texts: String = files(&format!("rules/{id}"), ".txt")
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect();
        let parts = admission.message.split('@').step_by(2);
        for part in parts.filter(|part| !part.trim().is_empty()) {
            assert!(texts.contains(part), "`lint` never says of {id}: {part}");
        }
        said.insert(id);
    }
    assert!(said.len() >= 10, "{said:?}");
}

#[test]
fn a_message_is_one_line_that_cel_can_hold() {
    for (id, admission) in admissions() {
        for text in [admission.message, admission.help] {
            assert!(
                text.is_ascii() && !text.contains('\n') && !text.ends_with('.'),
                "{id}: {text}"
            );
        }
        for (word, _) in admission.fill {
            assert!(
                (admission.message.to_owned() + admission.help).contains(&format!("@{word}@")),
                "{id}"
            );
        }
    }
    for args in [&[][..], &["--strict", "--dns", "10.64.0.1"], &["--selector", "a in (b,c)"]] {
        for document in documents(&policy(args).stdout) {
            let Some(variables) = document["spec"]["variables"].as_array() else { continue };
            let whole = document["spec"].to_string();
            for variable in variables {
                let name = variable["name"].as_str().unwrap();
                assert!(whole.contains(&format!("variables.{name}")), "nothing uses {name}");
            }
            let names: BTreeSet<_> =
                variables.iter().map(|it| it["name"].as_str().unwrap()).collect();
            for used in whole.split("variables.").skip(1) {
                let end = used.find(|letter: char| !letter.is_alphanumeric()).unwrap();
                assert!(names.contains(&used[..end]), "nothing defines {}", &used[..end]);
            }
        }
    }
}

#[test]
fn what_no_policy_can_do_is_refused() {
    let cases: [(&[&str], &str, &str); 14] = [
        (&["--all-pods"], "would share one Secret", "`--allow secret-shared`"),
        (&["--all-pods", "--selector", "a=b"], "cannot be used with", ""),
        (
            &["--all-pods", "--allow", "secret-shared", "--namespace-selector", ""],
            "an empty selector",
            "team=media",
        ),
        (&["--selector", " "], "an empty selector", "`--all-pods`"),
        (&["--selector", "a>3"], "`a>3` compares numbers", "`notin`"),
        (&["--selector", "a=b c"], "`--selector`: `a=b c` is not a label selector", ""),
        (
            &["--selector", "wgsidecar.dev/inject=enabled"],
            "has its meaning in every policy",
            "leave it out",
        ),
        (
            &["--namespace-selector", "kubernetes.io/metadata.name in (kube-system,web)"],
            "takes in `kube-system`",
            "notin (kube-system)",
        ),
        (&["--namespace-selector", "env!=dev"], "takes in `kube-system`", "a label of their own"),
        (&["--secret", "wg-{name}"], "`{name}` cannot be used here", "`wgsidecar.dev/secret`"),
        (&["--secret", "wg-{kind}"], "`{kind}` cannot be used here", "`wgsidecar.dev/secret`"),
        (
            &["--key-per-replica"],
            "`key-per-replica`: a policy sees single pods",
            "`wgsidecar inject --key-per-replica`",
        ),
        (&["--requests", "cpu=3"], "`requests`: a request of `3` cpu is over the limit", ""),
        (&["--allow", "host-network"], "host-network", ""),
    ];
    for (args, message, way_out) in cases {
        let ran = policy(args);
        assert_eq!((ran.code, ran.stdout.as_slice()), (2, &b""[..]), "{args:?}: {}", ran.stderr);
        for text in [message, way_out] {
            assert!(ran.stderr.contains(text), "{args:?}: `{text}` is not in\n{}", ran.stderr);
        }
    }
    let all = policy(&[
        "--all-pods",
        "--key-per-replica",
        "--secret",
        "wg-{kind}",
        "--namespace-selector",
        "",
    ]);
    assert_eq!(
        all.stderr.lines().filter(|line| line.starts_with("error: ")).count(),
        4,
        "{}",
        all.stderr
    );
}

/// A namespace selector that does not reach the cluster's own pods is fine, whatever else it says.
#[test]
fn the_systems_namespace_can_be_left_out() {
    for text in
        ["env!=dev,kubernetes.io/metadata.name notin (kube-system)", "team", "team in (a,b),!old"]
    {
        let ran = policy(&["--namespace-selector", text]);
        assert_eq!(ran.code, 0, "{text}: {}", ran.stderr);
    }
}

/// What a settings file selects are workloads in manifests.
#[test]
fn the_settings_file_gives_the_tunnel_and_no_selection() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wgsidecar.yaml");
    let text = "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nmetadata: {name: vpn}\nspec: {secretName: mullvad, cluster: k3s, selector: {matchLabels: {app: web}}}\n";
    std::fs::write(&file, text).unwrap();
    let ran = run(&["policy", "--config", file.to_str().unwrap()], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout, policy(&["--secret", "mullvad", "--cluster", "k3s"]).stdout);
    assert!(
        ran.stderr.starts_with("note: the selection in the settings is about workloads"),
        "{}",
        ran.stderr
    );
    let quiet = run(&["policy", "-q", "--config", file.to_str().unwrap()], b"");
    assert_eq!(quiet.stderr, "");
}

/// What the documentation quotes is what a server has said.
#[test]
fn the_page_shows_what_the_server_says() {
    let texts = std::fs::read_to_string(root().join("fixtures/policy/texts.txt")).unwrap();
    let page = std::fs::read_to_string(root().join("docs/policy.md")).unwrap();
    let is_quoted =
        |line: &&str| line.starts_with("    pods ") || line.starts_with("    Warning: ");
    let quoted: Vec<_> = page.lines().filter(is_quoted).collect();
    assert!(quoted.len() >= 2);
    for line in quoted {
        assert!(texts.lines().any(|text| text == line.trim()), "no server says: {line}");
    }
}

/// A policy that lies beside the manifests is read: it keeps the promise of the label, and is stale when the settings mean
/// another tunnel.
#[test]
fn lint_reads_a_policy_of_ours() {
    const WEB: &str = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  strategy: {type: Recreate}\n  \
        selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web, wgsidecar.dev/inject: enabled}}\n    \
        spec: {containers: [{name: web, image: nginx}]}\n";
    let lint = |args: &[&str], input: &str| {
        let all = [&["lint", "--no-config", "--format", "concise"], args].concat();
        String::from_utf8(run(&all, input.as_bytes()).stdout).unwrap()
    };
    let flags = ["--secret", "mullvad", "--cluster", "k3s"];
    let stream = String::from_utf8(policy(&flags).stdout).unwrap();
    assert!(lint(&[], WEB).contains("[not-injected]"));
    assert_eq!(lint(&["--select", "not-injected"], &format!("{stream}{WEB}")), "");
    let stale = |args: &[&str]| lint(&[&["--select", "stale-injection"], args].concat(), &stream);
    assert_eq!(stale(&[]), "", "nobody says what is meant");
    assert_eq!(stale(&flags), "");
    for other in [
        &["--secret", "other", "--cluster", "k3s"][..],
        &["--secret", "mullvad"],
        &["--secret", "mullvad", "--cluster", "k3s", "--kill-switch", "off"],
        &[
            "--secret",
            "mullvad",
            "--cluster",
            "k3s",
            "--image",
            "docker.io/linuxserver/wireguard:2",
        ],
    ] {
        let found = stale(other);
        assert!(
            found.contains("this policy adds another tunnel than the settings mean"),
            "{other:?}: {found}"
        );
        assert_eq!(found.lines().count(), 1, "{found}");
    }
    // No policy can call a Secret after a workload: what its pods name is its own.
    assert_eq!(stale(&["--secret", "wg-{name}", "--cluster", "k3s"]), "");
    assert_ne!(stale(&["--secret", "wg-{name}"]), "");
}

/// Pods that only the policy gives a tunnel are judged as pods that get one, and no others are.
#[test]
fn lint_judges_the_pods_that_a_policy_reaches() {
    const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: media, labels: {wgsidecar.dev/policy: enabled, team: media}}\n";
    let stateful_set = |labels: &str, replicas: &str| {
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: web, namespace: media}}\nspec:\n  replicas: {replicas}\n  \
             template:\n    metadata: {{labels: {labels}}}\n    spec: {{containers: [{{name: web, image: \"nginx:1\"}}]}}\n"
        )
    };
    let found_with = |settings: &[&str], flags: &[&str], objects: &[&str]| {
        let policy = String::from_utf8(policy(flags).stdout).unwrap();
        let input = [&[policy.as_str()], objects].concat().join("---\n");
        let args = ["lint", "--no-config", "--format", "concise", "--fail-on", "never", "-v"];
        let args = [&args, settings].concat();
        let said = String::from_utf8(run(&args, input.as_bytes()).stdout).unwrap();
        let ids = said.lines().filter_map(|line| line.split_once('[')?.1.split_once(']'));
        let about_policies =
            ["replicas-share-key", "not-injected", "policy-reach", "secret-absent"];
        let ids =
            ids.map(|(id, _)| id.to_owned()).filter(|id| about_policies.contains(&id.as_str()));
        ids.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    };
    let found = |flags: &[&str], objects: &[&str]| found_with(&[], flags, objects);
    const ENABLED: &str = "{wgsidecar.dev/inject: enabled}";
    const DISABLED: &str = "{wgsidecar.dev/inject: disabled}";
    const JUDGED: &str = "replicas-share-key secret-absent";
    let all_pods: &[&str] = &["--all-pods", "--allow", "secret-shared"];
    let by_label: &[&str] = &["--selector", "vpn in (a,b),!old"];
    let by_team: &[&str] = &["--namespace-selector", "team=media"];
    let cases: [(&[&str], &str, &str, &str); 18] = [
        (&[], NAMESPACE, ENABLED, JUDGED),
        (&[], NAMESPACE, "{app: web}", ""),
        (&[], NAMESPACE, DISABLED, ""),
        (&[], "", ENABLED, "policy-reach replicas-share-key secret-absent"),
        (&[], "", "{app: web}", ""),
        (all_pods, NAMESPACE, "{app: web}", JUDGED),
        (all_pods, NAMESPACE, ENABLED, JUDGED),
        (all_pods, NAMESPACE, DISABLED, ""),
        (all_pods, "", "{app: web}", "policy-reach"),
        (all_pods, "", DISABLED, ""),
        (by_label, NAMESPACE, "{vpn: a}", JUDGED),
        (by_label, NAMESPACE, "{vpn: c}", ""),
        (by_label, NAMESPACE, "{vpn: a, old: \"true\"}", ""),
        (by_label, NAMESPACE, "{vpn: c, wgsidecar.dev/inject: enabled}", "not-injected"),
        (by_team, NAMESPACE, ENABLED, JUDGED),
        (&["--namespace-selector", "team=tv"], NAMESPACE, ENABLED, "not-injected"),
        (&["--namespace-selector", "kubernetes.io/metadata.name=media"], "", ENABLED, JUDGED),
        (
            &["--namespace-selector", "kubernetes.io/metadata.name in (tv,web)"],
            "",
            ENABLED,
            "not-injected",
        ),
    ];
    for (flags, namespace, labels, expected) in cases {
        let workload = stateful_set(labels, "3");
        let objects = [namespace, &workload];
        assert_eq!(found(flags, &objects), expected, "{flags:?} {namespace:?} {labels}");
        // What asks for a tunnel is the policy's, also where the settings are there to compare it with.
        if labels.contains("inject: enabled") {
            let settings = ["--secret", "wireguard"];
            assert_eq!(found_with(&settings, flags, &objects), expected, "{flags:?} {namespace:?}");
        }
    }
    let other = NAMESPACE.replace("wgsidecar.dev/policy: enabled, ", "");
    assert_eq!(found(&[], &[&other, &stateful_set(ENABLED, "1")]), "not-injected");
    let named = NAMESPACE.replace("}}", "}, annotations: {wgsidecar.dev/secret: wg-media}}");
    let secret = |flags: &[&str], objects: &[&str]| {
        let policy = String::from_utf8(policy(flags).stdout).unwrap();
        let input = [&[policy.as_str()], objects].concat().join("---\n");
        let said = run(&["list", "--no-config"], input.as_bytes()).stdout;
        String::from_utf8(said).unwrap().split_whitespace().nth(10).unwrap_or_default().to_owned()
    };
    let one = stateful_set("{app: web}", "1");
    assert_eq!(secret(all_pods, &[NAMESPACE, &one]), "wireguard");
    assert_eq!(secret(all_pods, &[&named, &one]), "wg-media");
    let pattern = [all_pods, &["--secret", "wg-{namespace}"]].concat();
    assert_eq!(secret(&pattern, &[NAMESPACE, &one]), "wg-media");
    let own = one.replace("labels: {", "annotations: {wgsidecar.dev/secret: wg-web}, labels: {");
    assert_eq!(secret(&pattern, &[&named, &own]), "wg-web");
}
