//! The command `lint` as a user meets it: what it looks at, what silences it, how it ends, and input that is wrong.

use crate::support::{Ran, feed, run, wgsidecar};

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy: {type: Recreate}
  replicas: 2
  template:
    metadata:
      labels: {app: web}
    spec:
      hostNetwork: true
      containers:
        - {name: app, image: \"app:1\"}
";

fn lint(args: &[&str], input: &str) -> (i32, String) {
    let mut all = vec!["lint", "-v", "--no-config", "--format", "concise"];
    all.extend(args);
    let Ran { code, stdout, stderr } = run(&all, input.as_bytes());
    (code, String::from_utf8(stdout).unwrap() + &stderr)
}

/// The ids of the rules that found something, without the infos.
fn rules(args: &[&str], input: &str) -> Vec<String> {
    let (_, text) = lint(args, input);
    let ids = text.lines().filter(|line| !line.contains(" info["));
    let ids = ids.filter_map(|line| Some(line.split_once('[')?.1.split_once("]:")?.0.to_owned()));
    ids.collect()
}

fn annotated(annotation: &str) -> String {
    DEPLOYMENT.replace("  name: web\n", &format!("  name: web\n  annotations:\n    {annotation}\n"))
}

#[test]
fn a_pod_without_a_tunnel_is_looked_at_where_settings_ask_for_one() {
    assert_eq!(rules(&[], DEPLOYMENT), Vec::<String>::new());
    assert_eq!(rules(&["-l", "app=web"], DEPLOYMENT), Vec::<String>::new());
    let found = ["replicas-share-key", "host-network"];
    assert_eq!(rules(&["--secret", "vpn"], DEPLOYMENT), found);
    let mut command = wgsidecar();
    command.args(["lint", "--no-config"]).env("WGSIDECAR_SECRET", "vpn");
    assert_eq!(feed(&mut command, DEPLOYMENT.as_bytes()).code, 1);
}

/// `inject` refuses such a pod, so it is no advice.
#[test]
fn a_replaced_image_is_one_finding() {
    let ok =
        DEPLOYMENT.replace("      hostNetwork: true\n", "").replace("replicas: 2", "replicas: 1");
    let injected = run(&["inject", "--no-config", "--secret", "vpn"], ok.as_bytes());
    let text = String::from_utf8(injected.stdout).unwrap();
    let text = text.replace("docker.io/linuxserver/wireguard", "registry.example/tools");
    assert_eq!(rules(&["--secret", "vpn"], &text), ["image-replaced"]);
    let mtu = ["--secret", "vpn", "--mtu", "1400"];
    assert_eq!(rules(&mtu, &text), ["stale-injection", "image-replaced"]);
    assert!(!lint(&mtu, &text).1.contains("→ registry.example"));
    let image = ["--secret", "vpn", "--image", "registry.example/tools:1"];
    assert_eq!(rules(&image, &text), ["stale-injection"]);
}

#[test]
fn a_pod_with_a_tunnel_is_looked_at_whatever_the_settings() {
    let ok =
        DEPLOYMENT.replace("      hostNetwork: true\n", "").replace("replicas: 2", "replicas: 1");
    let injected = run(&["inject", "--no-config", "--secret", "vpn"], ok.as_bytes());
    assert_eq!(injected.code, 0, "{}", injected.stderr);
    let text = String::from_utf8(injected.stdout).unwrap();
    assert_eq!(rules(&[], &text), Vec::<String>::new());
    assert_eq!(rules(&["--secret", "vpn"], &text), Vec::<String>::new());
    assert_eq!(rules(&["--secret", "vpn", "--mtu", "1400"], &text), ["stale-injection"]);
    assert_eq!(rules(&[], &text.replace("replicas: 1", "replicas: 2")), ["replicas-share-key"]);
}

#[test]
fn allow_select_and_ignore_choose_the_rules() {
    let secret = ["--secret", "vpn"];
    let with = |more: &[&str]| rules(&[&secret, more].concat(), DEPLOYMENT);
    assert_eq!(with(&["--select", "host-network"]), ["host-network"]);
    assert_eq!(with(&["--ignore", "host-network"]), ["replicas-share-key"]);
    assert_eq!(with(&["--allow", "replicas-share-key"]), ["host-network"]);
    assert_eq!(lint(&["--allow", "host-network"], DEPLOYMENT).0, 2);
    assert_eq!(lint(&["--select", "no-such-rule"], DEPLOYMENT).0, 2);
}

#[test]
fn the_threshold_decides_how_a_run_ends() {
    let warning = annotated("a: 1").replace("hostNetwork: true", "hostNetwork: false");
    let code = |level: &str| lint(&["--fail-on", level], &warning).0;
    assert_eq!(["error", "warning", "info", "never"].map(code), [0, 1, 1, 0]);
    assert_eq!(lint(&[], DEPLOYMENT).0, 0);
    assert_eq!(lint(&["--fail-on", "never"], "a: [\n").0, 2);
    assert_eq!(lint(&["--select", "host-network"], "a: [\n").0, 2);
    assert_eq!(lint(&["-l", "app=none"], DEPLOYMENT).0, 2);
}

#[test]
fn an_annotation_with_a_reason_suppresses() {
    let given = |annotation: &str| rules(&["--secret", "vpn"], &annotated(annotation));
    let reason = "ignore.wgsidecar.dev/replicas-share-key: \"a spare server\"";
    assert_eq!(given(reason), ["host-network"]);
    assert_eq!(
        given("ignore.wgsidecar.dev/replicas-share-key: \"\""),
        ["bad-setting", "replicas-share-key", "host-network"]
    );
    assert_eq!(
        given("ignore.wgsidecar.dev/host-network: \"no\""),
        ["bad-setting", "replicas-share-key", "host-network"]
    );
    assert_eq!(
        given("ignore.wgsidecar.dev/replica-share-key: \"no\""),
        ["bad-setting", "replicas-share-key", "host-network"]
    );
    let args = ["lint", "--no-config", "--secret", "vpn", "--format", "json"];
    let json = String::from_utf8(run(&args, annotated(reason).as_bytes()).stdout).unwrap();
    assert!(json.contains("\"suppressed\": \"a spare server\""), "{json}");
}

#[test]
fn inject_obeys_what_is_suppressed() {
    let input = annotated("ignore.wgsidecar.dev/replicas-share-key: \"a spare server\"")
        .replace("      hostNetwork: true\n", "");
    let inject = |input: &str| run(&["inject", "--no-config"], input.as_bytes()).code;
    assert_eq!(inject(&input), 0);
    assert_eq!(inject(&input.replace("ignore.wgsidecar.dev", "example.com")), 1);
}

/// A pod that was refused in silence would run without its tunnel.
#[test]
fn a_pod_suppresses_nothing_of_its_secret() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: vpn}\nstringData:\n  wg0.conf: |\n    [Interface]\n    PrivateKey = short\n---\n";
    let pod = annotated("ignore.wgsidecar.dev/bad-key: \"it will do\"")
        .replace("      hostNetwork: true\n", "")
        .replace("replicas: 2", "replicas: 1");
    let args = ["inject", "--no-config", "--secret", "vpn", "--allow", "replicas-share-key"];
    let ran = run(&args, (secret.to_owned() + &pod).as_bytes());
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("error[bad-key]") && ran.stdout.is_empty(), "{}", ran.stderr);
}

#[test]
fn a_secret_suppresses_its_own() {
    let secret = |annotation: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: vpn\n  annotations: {{{annotation}}}\nstringData:\n  wg0.conf: |\n    [Interface]\n    PrivateKey = short\n"
        )
    };
    let of_the_key = |annotation: &str| {
        let mut found = rules(&[], &secret(annotation));
        found.retain(|rule| matches!(&**rule, "bad-key" | "bad-setting"));
        found
    };
    assert_eq!(of_the_key(""), ["bad-key"]);
    assert_eq!(of_the_key("ignore.wgsidecar.dev/bad-key: \"filled in later\""), [""; 0]);
    assert_eq!(of_the_key("ignore.wgsidecar.dev/bad-key: \"\""), ["bad-setting", "bad-key"]);
    let (_, text) = lint(&[], &secret("ignore.wgsidecar.dev/double-base64: \"why\""));
    assert!(text.contains("info[unused-suppression]"), "{text}");
}

/// A Namespace, a policy, a Service and an autoscaler, each with something in the way of the tunnel, and with a place
/// for an annotation.
const AROUND: &str = "apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {pod-security.kubernetes.io/enforce: baseline}
  annotations: {pod-security}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  annotations: {network-policy}
spec: {podSelector: {}, policyTypes: [Egress]}
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations: {outside-service}
spec: {type: NodePort, externalTrafficPolicy: Local, selector: {app: web}, ports: [{protocol: UDP, port: 9000}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
  namespace: shop
  annotations: {autoscaled}
spec: {scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 3}
";
const AROUND_RULES: [&str; 4] = ["pod-security", "network-policy", "outside-service", "autoscaled"];

/// [`AROUND`] with what each object suppresses, and a target in the middle of it.
fn around(suppressed: impl Fn(&'static str) -> &'static str) -> String {
    let target = DEPLOYMENT
        .replace("  name: web\n", "  name: web\n  namespace: shop\n")
        .replace("      hostNetwork: true\n", "")
        .replace("replicas: 2", "replicas: 1");
    let annotate = |text: String, rule: &'static str| {
        let own = format!("{{ignore.wgsidecar.dev/{}: \"it is known\"}}", suppressed(rule));
        text.replace(&format!("{{{rule}}}"), &own)
    };
    AROUND_RULES.into_iter().fold(format!("{AROUND}---\n{target}"), annotate)
}

#[test]
fn what_stands_around_a_pod_suppresses_its_own() {
    let secret = ["--secret", "vpn"];
    let mut open = rules(&secret, &around(|_| "windows-pod"));
    open.retain(|rule| rule != "bad-setting");
    open.sort();
    let mut all = AROUND_RULES.to_vec();
    all.sort_unstable();
    assert_eq!(open, all);
    let input = around(|rule| rule);
    assert_eq!(rules(&secret, &input), [""; 0]);
    assert!(!lint(&secret, &input).1.contains("unused-suppression"));
    let inject = ["inject", "--no-config", "--secret", "vpn"];
    assert_eq!(run(&inject, input.as_bytes()).code, 0);
    assert_eq!(run(&inject, around(|_| "node-dns").as_bytes()).code, 1);
}

/// With a pod in the run each object was looked at; without one, nobody knows.
#[test]
fn what_stands_around_a_pod_suppresses_nothing_of_another() {
    let other = |rule: &'static str| {
        let at = AROUND_RULES.iter().position(|it| *it == rule).unwrap();
        AROUND_RULES[(at + 1) % AROUND_RULES.len()]
    };
    let (_, text) = lint(&["--secret", "vpn"], &around(other));
    assert_eq!(text.matches("info[unused-suppression]").count(), AROUND_RULES.len(), "{text}");
    assert_eq!(text.matches("error[").count(), 3, "{text}");
    let (_, text) = lint(&[], &around(other));
    assert!(!text.contains("unused-suppression"), "{text}");
}

#[test]
fn an_object_without_pods_is_told_of_a_suppression_that_it_does_not_need() {
    let map = |rule: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: {{ignore.wgsidecar.dev/{rule}: \"why\"}}\n"
        )
    };
    let (_, text) = lint(&[], &map("key-in-the-open"));
    assert!(text.contains("info[unused-suppression]"), "{text}");
    let key = "data: {PrivateKey: Zml4dHVyZS1wcml2YXRlLWtleS1vbmUtLS0tLS0tLS0=}\n";
    assert_eq!(lint(&[], &(map("key-in-the-open") + key)).1.matches("unused").count(), 0);
    assert_eq!(rules(&[], &(map("key-in-the-open") + key)), [""; 0]);
    assert_eq!(rules(&[], &(map("secret-absent") + key)), ["key-in-the-open"]);
}

/// `kubectl apply -n` puts it there, and a base leaves it to its overlay.
#[test]
fn a_pod_that_names_no_namespace_is_in_the_only_one_of_the_run() {
    let pod =
        DEPLOYMENT.replace("      hostNetwork: true\n", "").replace("replicas: 2", "replicas: 1");
    let others = [
        (
            "network-policy",
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "{podSelector: {}, policyTypes: [Egress]}",
        ),
        ("quota", "v1", "ResourceQuota", "{hard: {limits.memory: 1Mi}}"),
        ("limit-range", "v1", "LimitRange", "{limits: [{type: Container, max: {memory: 1Mi}}]}"),
    ];
    for (rule, api, kind, spec) in others {
        let found = |pod_namespace: &str, namespace: &str| {
            let pod = pod.replace("  name: web\n", &format!("  name: web\n{pod_namespace}"));
            let other = format!(
                "---\napiVersion: {api}\nkind: {kind}\nmetadata:\n  name: x\n{namespace}spec: {spec}\n"
            );
            let (select, input) = (["--secret", "vpn", "--select", rule], pod + &other);
            !rules(&select, &input).is_empty()
        };
        let (media, web) = ("  namespace: media\n", "  namespace: web\n");
        assert!(found("", "") && found(media, media), "{rule}");
        assert!(found("", media), "{rule}");
        assert!(!found(web, media), "{rule}");
    }
}

/// What is applied last is what the pods read: a new key in it must roll them.
#[test]
fn of_two_secrets_of_one_name_the_last_counts() {
    let secret = |address: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: vpn}}\nstringData:\n  wg0.conf: |\n    [Interface]\n    PrivateKey = Zml4dHVyZS1wcml2YXRlLWtleS1vbmUtLS0tLS0tLS0=\n    Address = {address}/32\n    [Peer]\n    PublicKey = Zml4dHVyZS1wdWJsaWMta2V5LXNlcnZlci0tLS0tLS0=\n    AllowedIPs = 0.0.0.0/0\n    Endpoint = 203.0.113.7:51820\n---\n"
        )
    };
    let pod =
        DEPLOYMENT.replace("      hostNetwork: true\n", "").replace("replicas: 2", "replicas: 1");
    let mark = |secrets: &[&str]| {
        let input = secrets.iter().map(|address| secret(address)).collect::<String>() + &pod;
        let ran = run(&["inject", "--no-config", "--secret", "vpn"], input.as_bytes());
        let text = String::from_utf8(ran.stdout).unwrap();
        let content = text.split("content=").nth(1).map(|rest| rest[..16].to_owned());
        content.unwrap_or_else(|| panic!("{}", ran.stderr))
    };
    let (one, two) = (mark(&["10.64.0.2"]), mark(&["10.64.0.3"]));
    assert_ne!(one, two);
    assert_eq!(mark(&["10.64.0.2", "10.64.0.3"]), two);
    assert_eq!(mark(&["10.64.0.3", "10.64.0.2"]), one);
}

#[test]
fn the_settings_file_suppresses_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wgsidecar.yaml");
    let settings = |target: &str| {
        format!(
            "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: vpn\n  ignore:\n    - {{rule: replicas-share-key, target: {target}, reason: a spare server}}\n"
        )
    };
    let run = |target: &str| {
        std::fs::write(&file, settings(target)).unwrap();
        let mut command = wgsidecar();
        command.current_dir(folder.path()).args(["lint", "-v", "--format", "concise"]);
        String::from_utf8(feed(&mut command, DEPLOYMENT.as_bytes()).stdout).unwrap()
    };
    let text = run("Deployment/web");
    assert!(!text.contains("replicas-share-key") && !text.contains("unused"), "{text}");
    let text = run("Deployment/api");
    assert!(
        text.contains("error[replicas-share-key]") && text.contains("info[unused-suppression]"),
        "{text}"
    );
}

#[test]
fn a_suppression_that_is_not_needed_is_said() {
    let (_, text) =
        lint(&["--secret", "vpn"], &annotated("ignore.wgsidecar.dev/node-dns: \"why\""));
    assert!(text.contains("info[unused-suppression]"), "{text}");
    let (_, text) = lint(&[], &annotated("ignore.wgsidecar.dev/node-dns: \"why\""));
    assert!(!text.contains("unused-suppression"), "{text}");
}

#[test]
fn standard_input_is_not_mended() {
    let (code, text) = lint(&["--fix"], DEPLOYMENT);
    assert_eq!(code, 2);
    assert!(text.contains("`--fix` changes files"), "{text}");
    assert_eq!(lint(&["--diff"], DEPLOYMENT).0, 2);
}

#[test]
fn a_diff_of_what_can_be_mended_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yaml");
    let input = annotated("a: 1 # one");
    std::fs::write(&file, &input).unwrap();
    let path = file.to_str().unwrap();
    let ran = run(&["lint", "--no-config", "--fix", "--diff", path], b"");
    let diff = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(ran.code, 1);
    assert!(diff.contains("-    a: 1 # one\n+    a: \"1\" # one\n"), "{diff}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), input);
    assert_eq!(run(&["lint", "--no-config", "--fix", path], b"").code, 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), input.replace("a: 1 #", "a: \"1\" #"));
}

#[test]
fn partners_are_found_across_files_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let hpa = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  scaleTargetRef: {kind: Deployment, name: web}\n  maxReplicas: 3\n";
    for (name, text) in [("a.yaml", hpa), ("b.yaml", DEPLOYMENT), ("c.yaml", hpa)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let run = |files: &[&str]| {
        let mut command = wgsidecar();
        command
            .current_dir(folder.path())
            .args([
                "lint",
                "--no-config",
                "--secret",
                "vpn",
                "--format",
                "concise",
                "-v",
                "--select",
                "autoscaled",
            ])
            .args(files);
        String::from_utf8(feed(&mut command, b"").stdout).unwrap()
    };
    assert!(run(&["a.yaml", "b.yaml"]).starts_with("a.yaml:6:16: error[autoscaled]"));
    assert!(run(&["b.yaml", "c.yaml"]).starts_with("c.yaml:6:16: error[autoscaled]"));
}

/// What is wrong is said or passed over, never a panic, and what is said of the target stays.
#[test]
fn wrong_input_silences_nothing_about_a_target() {
    let policy = |spec: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: a}}\nspec: {spec}\n"
        )
    };
    let other = |kind: &str, rest: &str| {
        format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: vpn}}\n{rest}\n")
    };
    let cases = [
        other("Secret", "data: {wg0.conf: '*not base64*'}"),
        other("Secret", "data: [a, b]"),
        other("Secret", "data: 12"),
        other("Secret", "stringData: {wg0.conf: 12, wg0.address: {a: b}}"),
        other("Secret", "stringData: {1: 2, true: false}"),
        other("Namespace", "labels: 12"),
        other("ResourceQuota", "spec: {hard: {limits.cpu: {a: b}, limits.memory: many}}"),
        other("ResourceQuota", "spec: {hard: [limits.cpu]}"),
        other("LimitRange", "spec: {limits: {type: Container}}"),
        other("LimitRange", "spec: {limits: [{type: Container, max: {cpu: -1}}, 12]}"),
        other("Service", "spec: {selector: {app: [web]}, ports: 80}"),
        other("Service", "spec: {type: NodePort, externalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 99999}, {port: x}]}"),
        policy("12"),
        policy("{podSelector: 12}"),
        policy("{podSelector: {matchLabels: {app: 1}}}"),
        policy("{podSelector: {matchExpressions: [{key: app, operator: Near, values: [web]}]}}"),
        policy("{podSelector: {matchExpressions: {key: app}}, egress: 12}"),
        policy("{podSelector: {}, policyTypes: [Egress], egress: [12, {to: 12, ports: 12}, {to: [12], ports: [12]}]}"),
        policy("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: here}}], ports: [{protocol: UDP, port: wg}]}]}"),
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: [], selector: {matchLabels: {app: web}}}\n".into(),
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {name: web}, maxReplicas: many}\n".into(),
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: 12\nspec: {scaleTargetRef: web}\n".into(),
        "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\nspec: {scaleTargetRef: {name: web}}\n".into(),
    ];
    for case in cases {
        for input in [format!("{case}---\n{DEPLOYMENT}"), format!("{DEPLOYMENT}---\n{case}")] {
            for more in [[].as_slice(), &["--key-per-replica"], &["--dns", "10.64.0.1"]] {
                let args = [&["--secret", "vpn"], more].concat();
                let (code, text) = lint(&args, &input);
                assert_eq!(code, 1, "{input}{text}");
                assert!(text.contains("error[host-network]"), "{input}{text}");
            }
        }
    }
}

#[test]
fn a_number_in_quotes_is_no_number_and_is_said() {
    let input = DEPLOYMENT.replace("replicas: 2", "replicas: \"3\"");
    assert_eq!(rules(&["--secret", "vpn"], &input), ["replicas-share-key", "host-network"]);
}

#[test]
fn pods_of_the_wrong_types_are_no_reason_to_panic() {
    let pods = [
        "12",
        "[]",
        "{containers: 12}",
        "{containers: [12]}",
        "{containers: [[a]]}",
        "{containers: [{name: [], image: {}, ports: 12, env: [1], securityContext: []}]}",
        "{containers: [{name: a, securityContext: {capabilities: {add: NET_ADMIN}}, livenessProbe: [1]}]}",
        "{initContainers: {}, containers: [{name: a}], volumes: 12, dnsConfig: 12, dnsPolicy: []}",
        "{containers: [{name: a}], volumes: [{name: [a], secret: vpn}], securityContext: {sysctls: 1}}",
    ];
    for pod in pods {
        for metadata in
            ["12", "{annotations: 12, labels: [a]}", "{annotations: {wgsidecar.dev/injected: 12}}"]
        {
            let input = format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {metadata}\nspec:\n  template:\n    metadata: {metadata}\n    spec: {pod}\n"
            );
            for args in [[].as_slice(), &["--secret", "vpn"], &["--secret", "wg-{name}"]] {
                let (code, text) = lint(args, &input);
                assert!((0..=2).contains(&code), "{input}{text}");
            }
        }
    }
}

#[test]
fn a_namespace_that_stands_twice_is_forbidden_once() {
    let namespace = |level: &str| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {{pod-security.kubernetes.io/enforce: {level}}}\n---\n"
        )
    };
    let target = DEPLOYMENT.replace("  name: web\n", "  name: web\n  namespace: shop\n");
    let input = namespace("privileged") + &namespace("baseline") + &target;
    let found = rules(&["--secret", "vpn"], &input);
    assert!(
        found.contains(&"pod-security".into()) && found.contains(&"duplicate-object".into()),
        "{found:?}"
    );
}

#[test]
fn a_file_that_is_not_utf8_is_a_finding_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("latin.yaml"), b"kind: Pod\nname: \xE9\n").unwrap();
    std::fs::write(folder.path().join("wide.yaml"), b"\xFF\xFEk\0i\0n\0d\0").unwrap();
    std::fs::write(folder.path().join("web.yaml"), DEPLOYMENT).unwrap();
    for format in ["human", "concise", "json", "sarif", "github", "gitlab", "junit"] {
        let mut command = wgsidecar();
        command.args(["lint", "--no-config", "--secret", "vpn", "--format", format]);
        let ran =
            feed(command.args(["latin.yaml", "web.yaml", "wide.yaml"]).current_dir(&folder), b"");
        let report = String::from_utf8(ran.stdout).unwrap();
        assert_eq!((ran.code, ran.stderr.as_str()), (2, ""), "{format}");
        for part in ["latin.yaml", "wide.yaml", "not-utf8", "this line is not UTF-8", "UTF-16"] {
            assert!(report.contains(part), "{format}: no `{part}` in\n{report}");
        }
        assert!(report.contains("host-network"), "{format}: the other file was read\n{report}");
    }
    let mut command = wgsidecar();
    command.args(["lint", "--no-config", "--format", "concise", "latin.yaml"]);
    let ran = feed(command.current_dir(&folder), b"");
    assert_eq!(ran.stdout, b"latin.yaml:2:7: error[not-utf8]: this line is not UTF-8\n");
}

const FORMATS: [&str; 7] = ["human", "concise", "json", "sarif", "github", "gitlab", "junit"];

/// A report that is kept whatever happens must not look as if all were well.
#[test]
fn what_failed_is_in_every_report() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("web.yaml"), DEPLOYMENT).unwrap();
    let cases: [(&[&str], &str); 4] = [
        (&["nope.yaml", "web.yaml"], "cannot read nope.yaml: no such file or directory"),
        (&["web.yaml", "--mtu", "big"], "`--mtu`: `big` is neither"),
        (&["web.yaml", "-l", "app=none"], "the selector `app=none` matches no workload"),
        (&["web.yaml", "--target", "deploy/web,deploy/wen"], "the target `deploy/wen`"),
    ];
    for (args, reason) in cases {
        for format in FORMATS {
            let mut command = wgsidecar();
            command.args(["lint", "--no-config", "--format", format]).args(args);
            let ran = feed(command.current_dir(&folder), b"");
            let report = String::from_utf8(ran.stdout).unwrap();
            assert_eq!(ran.code, 2, "{format}: {report}");
            assert!(ran.stderr.contains(&format!("error: {reason}")), "{format}: {}", ran.stderr);
            if format != "human" {
                assert!(report.contains(reason), "{format}: {report}");
            }
            match format {
                // Said on standard error, and once is enough.
                "human" => assert_eq!(report, ""),
                "sarif" => assert!(report.contains("\"executionSuccessful\": false"), "{report}"),
                "junit" => assert!(report.contains("errors=\"1\""), "{report}"),
                "gitlab" => {
                    let issues: Vec<serde_json::Value> = serde_json::from_str(&report).unwrap();
                    assert_eq!(issues[0]["severity"], "blocker");
                }
                _ => {}
            }
        }
    }
}

/// What somebody's CI calls its own is no finding: it has no place in a file, and hosts refuse such a report.
#[test]
fn a_foreign_variable_is_in_no_report() {
    for format in FORMATS {
        let lint = |variable: Option<&str>| {
            let mut command = wgsidecar();
            command.args(["lint", "--no-config", "--secret", "vpn", "--format", format]);
            if let Some(variable) = variable {
                command.env(variable, "0.1.0");
            }
            feed(&mut command, POD.as_bytes())
        };
        let (with, without) = (lint(Some("WGSIDECAR_VERSION")), lint(None));
        assert_eq!((with.code, with.stdout), (0, without.stdout), "{format}");
        let warning = "warning: the variable `WGSIDECAR_VERSION` is not a setting\n";
        assert_eq!(with.stderr, format!("{warning}{}", without.stderr));
    }
}

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n";

#[test]
fn a_wrong_setting_of_the_file_is_a_finding_and_nothing_else_is_found() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("web.yaml"), DEPLOYMENT).unwrap();
    let settings =
        "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {cluster: k3}\n";
    std::fs::write(folder.path().join("wgsidecar.yaml"), settings).unwrap();
    for format in FORMATS {
        let mut command = wgsidecar();
        let ran =
            feed(command.args(["lint", "--format", format, "web.yaml"]).current_dir(&folder), b"");
        let report = String::from_utf8(ran.stdout).unwrap();
        assert_eq!((ran.code, ran.stderr.as_str()), (2, ""), "{format}");
        assert!(report.contains("k3` is not a preset"), "{format}: {report}");
        assert!(
            format != "concise" || report.starts_with("wgsidecar.yaml:3:17: error[bad-setting]"),
            "{report}"
        );
        assert!(!report.contains("web.yaml:"), "{report}");
    }
}

#[test]
fn a_lint_that_checks_no_pod_says_so() {
    let said = |args: &[&str], input: &str| {
        let ran = run(&[&["lint", "--no-config"], args].concat(), input.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stderr
    };
    let untouched = "no pod was checked: no pod has a tunnel, and no setting asks for one (to check before injecting: `lint --secret NAME`)\n";
    assert_eq!(said(&[], DEPLOYMENT), untouched);
    assert_eq!(said(&["-l", "app!=none"], DEPLOYMENT), untouched);
    assert_eq!(said(&["-q"], DEPLOYMENT), "");
    let empty = "no pod was checked: there is no workload in the input\n";
    assert_eq!(said(&[], "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n"), empty);
    let out = annotated("wgsidecar.dev/inject: disabled").replace("hostNetwork: true", "");
    let none = "no pod was checked: no workload is selected, and none has a tunnel\n";
    assert_eq!(said(&["--secret", "vpn"], &out), none);
    let uses = "Secret vpn; cluster kubeadm (default); DNS cluster (outside the tunnel)";
    let one = &format!("checked 1 pod of 1 workload: 1 not injected; {uses}\n");
    assert_eq!(said(&["--secret", "vpn"], POD), *one);
    let two = format!("{POD}---\n{}", POD.replace("name: a}\n", "name: b}\n"));
    let some = &format!("checked 1 pod of 2 workloads: 1 not injected; 1 not selected; {uses}\n");
    assert_eq!(said(&["--secret", "vpn", "--target", "pod/b"], &two), *some);
    assert_eq!(said(&["-q", "--secret", "vpn"], POD), "");
    let ran = run(&["lint", "--no-config", "--format", "github"], DEPLOYMENT.as_bytes());
    let notice = format!("::notice title=wgsidecar::{untouched}");
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), notice);
}
