//! The mark from outside: what a cluster gave back, what another release wrote, and what somebody edited.

use crate::support::{Ran, root, run};
use serde_json::{Value, json};
use wgsidecar::wireguard::mark::{KEY, Mark, UNRECORDED};
use wgsidecar::wireguard::settings::SETTINGS;

const APP: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy: {type: Recreate}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx:1.27
";

fn inject(args: &[&str], input: &[u8]) -> Ran {
    let secret: &[&str] = if args.contains(&"--secret") { &[] } else { &["--secret", "vpn"] };
    run(&[&["inject", "--no-config"], secret, args].concat(), input)
}

fn uninject(input: &[u8]) -> Ran {
    run(&["uninject", "--no-config"], input)
}

fn injected(args: &[&str], input: &str) -> String {
    let ran = inject(args, input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    String::from_utf8(ran.stdout).unwrap()
}

fn refused(ran: &Ran, message: &str) {
    assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{}", ran.stderr);
    assert!(ran.stderr.contains(message), "expected `{message}` in:\n{}", ran.stderr);
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(root().join("fixtures/mark").join(name)).unwrap()
}

/// A pod as the API server stores it, with what admission puts into every container.
fn live_pod(args: &[&str]) -> Value {
    let pod = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"web\"}, \"spec\": \
               {\"containers\": [{\"name\": \"web\", \"image\": \"nginx:1.27\"}]}}";
    let mut pod: Value = serde_json::from_str(&injected(args, pod)).unwrap();
    pod["metadata"]["uid"] = "4c3f8bd2-7c4f-4d3e-9f4e-3b8f3a9d2c11".into();
    pod["metadata"]["annotations"]["kubernetes.io/limit-ranger"] = "LimitRanger plugin set".into();
    pod["status"] = json!({"phase": "Running"});
    let token = json!({"name": "kube-api-access-x7k2p", "readOnly": true,
        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"});
    pod["spec"]["volumes"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "kube-api-access-x7k2p", "projected": {"defaultMode": 420}}));
    let ours = &mut pod["spec"]["initContainers"][0];
    ours["imagePullPolicy"] = "Always".into();
    ours["terminationMessagePath"] = "/dev/termination-log".into();
    ours["volumeMounts"].as_array_mut().unwrap().push(token);
    ours["resources"]["limits"]["ephemeral-storage"] = "1Gi".into();
    ours["env"] = json!([{"name": "AWS_REGION", "value": "eu-central-1"}]);
    pod
}

#[test]
fn what_admission_adds_to_a_pod_is_no_edit() {
    let pod = live_pod(&[]);
    for text in [
        pod.to_string(),
        format!("---\n{pod:#}\n"),
        json!({"kind": "List", "items": [pod]}).to_string(),
    ] {
        let again = inject(&[], text.as_bytes());
        assert_eq!((again.code, &again.stdout[..]), (0, text.as_bytes()), "{}", again.stderr);
        let back = uninject(text.as_bytes());
        assert_eq!(back.code, 0, "{}", back.stderr);
        let back = String::from_utf8(back.stdout).unwrap();
        assert!(!back.contains("wireguard") && back.contains("kube-api-access-x7k2p"), "{back}");
    }
}

/// The API server completes the probes, and knows what of them means the same as silence.
#[test]
fn a_live_sidecar_is_no_edit() {
    for unhealthy in ["keep", "unready", "restart"] {
        let args = ["--mode", "sidecar", "--unhealthy", unhealthy, "--metrics", "9586"];
        let mut pod = live_pod(&args);
        let ours = &mut pod["spec"]["initContainers"][0];
        ours["ports"][0]["protocol"] = "TCP".into();
        for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
            if !ours[probe].is_null() {
                ours[probe]["successThreshold"] = 1.into();
            }
        }
        let again = inject(&args, pod.to_string().as_bytes());
        assert_eq!((again.code, again.stdout), (0, pod.to_string().into_bytes()));
        let back = uninject(pod.to_string().as_bytes());
        assert_eq!(back.code, 0, "{}", back.stderr);
        for (pointer, value) in [
            ("/spec/initContainers/0/startupProbe/exec/command", json!(["true"])),
            ("/spec/initContainers/0/startupProbe", Value::Null),
            ("/spec/initContainers/0/startupProbe/periodSeconds", json!(10)),
            ("/spec/initContainers/0/restartPolicy", json!("Never")),
            ("/spec/initContainers/0/ports/0/hostPort", json!(9586)),
            ("/spec/initContainers/0/lifecycle", json!({"preStop": {"exec": {"command": ["x"]}}})),
        ] {
            let mut pod = pod.clone();
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            pod.pointer_mut(parent).unwrap()[key] = value;
            refused(&uninject(pod.to_string().as_bytes()), "error[edited-injection]");
        }
    }
}

/// It takes what the Secret holds as that changes; an init container reads it once, so that a new key must roll the pods.
#[test]
fn a_new_key_rolls_no_sidecar() {
    let secret = |key: &str| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: vpn}}\nstringData:\n  wg0.conf: |\n    [Interface]\n    \
             PrivateKey = {key}\n    Address = 10.64.0.2/32\n    [Peer]\n    PublicKey = Zml4dHVyZS1wdWJsaWMta2V5LXNlcnZlci0tLS0tLS0=\n    \
             AllowedIPs = 0.0.0.0/0, ::/0\n    Endpoint = 203.0.113.7:51820\n    PersistentKeepalive = 25\n"
        )
    };
    let [one, two] = ["vbmUt", "0d28t"]
        .map(|word| secret(&format!("Zml4dHVyZS1wcml2YXRlLWtleS1{word}LS0tLS0tLS0=")));
    for (args, rolls) in [(&["--mode", "sidecar"][..], false), (&[], true)] {
        let first = injected(args, &format!("{APP}{one}"));
        let changed = first.replace(&one, &two);
        assert_ne!(first, changed);
        let check = inject(&[args, &["--check"]].concat(), changed.as_bytes());
        assert_eq!(check.code, i32::from(rolls), "{args:?}: {}", check.stderr);
    }
    // What an init container's mark held goes with the mode.
    let init = injected(&[], &format!("{APP}{one}"));
    let sidecar = injected(&["--mode", "sidecar"], &init);
    assert!(init.contains(" content=") && !sidecar.contains(" content="), "{sidecar}");
}

#[test]
fn one_mode_becomes_the_other() {
    let sidecar = ["--mode", "sidecar", "--unhealthy", "restart", "--metrics", "9586"];
    let more = ["--mode", "sidecar", "--metrics", "9587"];
    let modes: [&[&str]; 4] = [&[], &sidecar, &more, &["--mode", "sidecar"]];
    for one in modes {
        for other in modes.iter().filter(|other| **other != one) {
            let updated = inject(other, injected(one, APP).as_bytes());
            assert_eq!(updated.code, 0, "{}", updated.stderr);
            assert_eq!(String::from_utf8(updated.stdout).unwrap(), injected(other, APP));
            assert!(updated.stderr.contains("1 updated"), "{}", updated.stderr);
            let back = uninject(injected(other, APP).as_bytes());
            assert_eq!(String::from_utf8(back.stdout).unwrap(), APP);
        }
    }
}

#[test]
fn what_a_person_adds_is_an_edit() {
    // Nobody has given this one an identity: it is no cluster's.
    let mut pod = live_pod(&[]);
    pod["metadata"].as_object_mut().unwrap().remove("uid");
    refused(&uninject(pod.to_string().as_bytes()), "error[edited-injection]");
    for (pointer, value) in [
        ("/spec/initContainers/0/securityContext/privileged", json!(true)),
        (
            "/spec/initContainers/0/securityContext/capabilities/add",
            json!(["NET_ADMIN", "SYS_ADMIN"]),
        ),
        ("/spec/initContainers/0/resources/limits/cpu", json!("4")),
        ("/spec/initContainers/0/restartPolicy", json!("Always")),
        ("/spec/volumes/0/secret/defaultMode", json!(420)),
    ] {
        let mut pod = live_pod(&[]);
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        pod.pointer_mut(parent).unwrap()[key] = value;
        refused(&uninject(pod.to_string().as_bytes()), "error[edited-injection]");
    }
}

#[test]
fn a_setting_of_ones_own_is_not_taken_for_a_clusters() {
    let mut pod = live_pod(&["--pull-policy", "Never"]);
    refused(&inject(&["--pull-policy", "Never"], pod.to_string().as_bytes()), "edited-injection");
    pod["spec"]["initContainers"][0]["imagePullPolicy"] = "Never".into();
    let again = inject(&["--pull-policy", "Never"], pod.to_string().as_bytes());
    assert_eq!(again.stdout, pod.to_string().into_bytes(), "{}", again.stderr);
}

#[test]
fn format_1_is_read_updated_and_taken_out() {
    let (text, before) = (fixture("format-1.yaml"), fixture("format-1.before.yaml"));
    let back = uninject(text.as_bytes());
    assert_eq!(
        (back.code, String::from_utf8(back.stdout).unwrap()),
        (0, before.clone()),
        "{}",
        back.stderr
    );
    let args = ["--dns", "10.64.0.1", "--pull-policy", "IfNotPresent"];
    let updated = injected(&args, &text);
    assert!(updated == injected(&args, &before), "{updated}");
    assert!(updated.contains(
        "wgsidecar.dev/injected: \"2 secret=vpn dns=10.64.0.1 pull-policy=IfNotPresent "
    ));
    let edited = text.replace("memory: \"64Mi\"", "memory: \"65Mi\"");
    refused(&uninject(edited.as_bytes()), "error[edited-injection]");
    let live = text
        .replace("  name: web\nspec", "  name: web\n  uid: \"1\"\nspec")
        .replace("          terminationMessagePolicy", "          terminationMessagePath: /dev/termination-log\n          terminationMessagePolicy");
    assert_ne!(live, text);
    let back = uninject(live.as_bytes());
    assert_eq!(back.code, 0, "{}", back.stderr);
}

#[test]
fn a_mark_of_a_newer_release_gets_its_own_message() {
    let text = injected(&[], APP);
    let newer = text.replace("injected: \"2 ", "injected: \"3 ");
    let message = "error[newer-injection]: this tunnel was written by a newer wgsidecar\n";
    for ran in [uninject(newer.as_bytes()), inject(&[], newer.as_bytes())] {
        refused(&ran, message);
        assert!(!ran.stderr.contains("partial-injection"), "{}", ran.stderr);
    }
    let ran = run(&["lint", "--no-config"], newer.as_bytes());
    assert_eq!(ran.code, 1);
    assert!(String::from_utf8_lossy(&ran.stdout).contains(message));
    refused(&uninject(text.replace("\"2 secret", "\"two secret").as_bytes()), "partial-injection");
}

#[test]
fn an_edited_mark_is_no_setting() {
    let text = injected(&["--dns", "10.64.0.1"], APP);
    let message =
        "error[edited-injection]: the annotation `wgsidecar.dev/injected` was edited by hand";
    for (old, new) in [
        ("dns=10.64.0.1 ", "dns=1.1.1.1 "),
        ("dns=10.64.0.1 ", ""),
        (" dnsConfig\"", " dnsConfig=%20{}\""),
    ] {
        let edited = text.replacen(old, new, 1);
        assert_ne!(edited, text);
        refused(&inject(&["--dns", "10.64.0.1"], edited.as_bytes()), message);
        refused(&uninject(edited.as_bytes()), message);
    }
    // What stood before us is not known any more, and nothing is lost with a setting.
    let edited = text.replace("dns=10.64.0.1 ", "dns=1.1.1.1 ");
    let args = ["--dns", "10.64.0.1", "--allow", "edited-injection"];
    assert_eq!(injected(&args, &edited), text);
}

/// Whatever a mark says stood there, nothing but an empty value or the default goes back.
#[test]
fn a_hostile_mark_puts_nothing_in() {
    let text = injected(&["--dns", "10.64.0.1"], APP);
    for stood in [
        "%20Default",
        "%20{a:%20b}",
        "%0A%20%20x:%20y",
        "%20~,%20%22x%22:%201",
        "%20[",
        "%20*x",
        "%20[x]",
    ] {
        let edited = text.replace(" dnsPolicy dnsConfig", &format!(" dnsPolicy={stood} dnsConfig"));
        assert_ne!(edited, text);
        let ran =
            run(&["uninject", "--no-config", "--allow", "edited-injection"], edited.as_bytes());
        refused(&ran, "error[partial-injection]");
    }
}

#[test]
fn settings_that_no_annotation_holds_are_refused() {
    let ranges: Vec<_> = (0..6000).map(|it| format!("10.{}.{}.0/24", it / 256, it % 256)).collect();
    let ran = inject(&["--local", &ranges.join(",")], APP.as_bytes());
    refused(&ran, "error[bad-setting]: `local`: the settings take ");
    assert!(ran.stderr.len() < 2000, "{}", ran.stderr);
}

const SECRETS: &str = "---
apiVersion: v1
kind: Secret
metadata: {name: wg-web}
stringData: {wg0.conf: \"\"}
---
apiVersion: v1
kind: Secret
metadata: {name: wg-api}
stringData: {wg0.conf: \"\"}
";

/// Both gates, with these settings and without any, and what they find.
fn gates(args: &[&str], input: &str) -> [(i32, String); 3] {
    let allowed = ["--allow", "bad-config,no-peer,secret-incomplete"];
    let inject =
        run(&[&["inject", "--check", "--no-config"], args, &allowed].concat(), input.as_bytes());
    let lint = run(&[&["lint", "--no-config"], args, &allowed].concat(), input.as_bytes());
    let plain = run(&[&["lint", "--no-config"], &allowed[..]].concat(), input.as_bytes());
    let of_lint = |ran: Ran| (ran.code, String::from_utf8(ran.stdout).unwrap());
    [(inject.code, inject.stderr), of_lint(lint), of_lint(plain)]
}

/// Two pods with one key pass no gate, whoever has edited the name.
#[test]
fn both_gates_judge_the_secret_that_the_pod_reads() {
    let two = format!("{APP}---\n{}", APP.replace("web", "api"));
    let args = ["--secret", "wg-{name}"];
    let injected = injected(&args, &two);
    let edited = injected.replace("secretName: wg-web", "secretName: wg-api");
    assert_ne!(edited, injected);
    for (code, said) in gates(&args, &edited) {
        assert!(code == 1 && said.contains("error[secret-shared]"), "{said}");
    }
    let one = injected.split_inclusive("---\n").next().unwrap();
    let edited = one.replace("secretName: wg-web", "secretName: wg-api")
        + SECRETS.strip_prefix("---\n").unwrap();
    for (code, said) in gates(&args, &edited) {
        assert!(code == 1 && said.contains("error[secret-replaced]"), "{said}");
    }
    let edited = injected.replace("docker.io/linuxserver/wireguard:", "docker.io/evil/wireguard:");
    for (code, said) in gates(&args, &edited) {
        assert!(code == 1 && said.contains("error[image-replaced]"), "{said}");
    }
}

#[test]
fn what_kustomize_renames_passes_both_gates() {
    let args = ["--secret", "wg-{name}"];
    let injected = injected(&args, APP);
    for name in ["prod-wg-web", "wg-web-v2", "prod-wg-web-v2-7k2m9t4h5f", "wg-web-7k2m9t4h5f"] {
        let renamed = injected.replace("secretName: wg-web", &format!("secretName: {name}"));
        let with_secret = format!("{renamed}{}", SECRETS.replace("wg-web", name));
        for text in [&renamed, &with_secret] {
            for (code, said) in gates(&args, text) {
                assert!(code == 0 && !said.contains("secret-replaced"), "{name}: {said}");
            }
        }
        let ran = inject(&["--secret", "wg-{name}"], renamed.as_bytes());
        assert!(ran.stderr.contains(&format!("Secret {name};")), "{}", ran.stderr);
        let ran = inject(&["--secret", "wg-{name}", "--dns", "10.64.0.1"], renamed.as_bytes());
        assert!(String::from_utf8(ran.stdout).unwrap().contains(&format!("secretName: {name}\n")));
    }
}

/// The summary says what the pod has, whatever was asked for.
#[test]
fn the_summary_says_what_resolvers_the_pod_has() {
    let with = |dns: &str| {
        APP.replace("    spec:\n      containers", &format!("    spec:\n{dns}      containers"))
    };
    let cases: [(&str, &[&str], &str); 8] = [
        ("", &[], "DNS cluster (outside the tunnel)\n"),
        (
            "      dnsPolicy: ClusterFirst\n",
            &["--dns", "10.64.0.1"],
            "DNS 10.64.0.1 (inside the tunnel)\n",
        ),
        (
            "      dnsPolicy: Default\n",
            &["--dns", "10.64.0.1", "--allow", "dns-taken"],
            "DNS the node's\n",
        ),
        (
            "      dnsConfig: {nameservers: [9.9.9.9]}\n",
            &["--dns", "10.64.0.1", "--allow", "dns-taken"],
            "DNS cluster, 9.9.9.9 (inside and outside the tunnel)\n",
        ),
        ("      dnsPolicy: Default\n", &[], "DNS the node's\n"),
        (
            "      dnsPolicy: None\n      dnsConfig: {nameservers: [9.9.9.9]}\n",
            &[],
            "DNS 9.9.9.9 (inside the tunnel)\n",
        ),
        ("      dnsPolicy: None\n", &["--allow", "dns-none-empty"], "DNS none\n"),
        ("      dnsPolicy: ClusterFirstWithHostNet\n", &[], "DNS cluster (outside the tunnel)\n"),
    ];
    for (dns, args, said) in cases {
        let ran = inject(args, with(dns).as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stderr.ends_with(said), "{dns}: {}", ran.stderr);
        let again = inject(args, &ran.stdout);
        assert!(
            again.stdout == ran.stdout && again.stderr.contains(said.trim_end()),
            "{dns}: {}",
            again.stderr
        );
    }
}

/// `--keep` changes what it is told, and takes the rest from the mark; what runs as root is never taken from there.
#[test]
fn a_run_that_keeps_changes_only_what_it_is_told() {
    let all = [
        "--cluster",
        "k3s",
        "--local",
        "192.168.1.0/24",
        "--inbound",
        "tcp:80",
        "--dns",
        "10.64.0.1",
        "--kill-switch",
        "on",
        "--handshake-timeout",
        "1m",
        "--limits",
        "memory=128Mi",
    ];
    let before = inject(&all, APP.as_bytes());
    let with_mtu = inject(&[&all[..], &["--mtu", "1380"]].concat(), APP.as_bytes()).stdout;
    let keep = |more: &[&str], input: &[u8]| {
        run(&[&["inject", "--no-config", "--keep"], more].concat(), input)
    };
    let kept = keep(&["--mtu", "1380"], &before.stdout);
    assert_eq!(kept.code, 0, "{}", kept.stderr);
    assert_eq!(String::from_utf8(kept.stdout).unwrap(), String::from_utf8(with_mtu).unwrap());
    assert!(kept.stderr.contains("updated (mtu auto → 1380)"), "{}", kept.stderr);
    assert!(!kept.stderr.contains("weaker-tunnel"), "{}", kept.stderr);
    // What is told weakens the tunnel, and the advice is not what was done already.
    let weaker = keep(&["--kill-switch", "off"], &before.stdout);
    assert!(weaker.stderr.contains("warning[weaker-tunnel]"), "{}", weaker.stderr);
    assert!(!weaker.stderr.contains("--keep"), "{}", weaker.stderr);
    // Nothing is told, nothing changes; without `--keep` the tunnel is weaker, and that is said.
    assert_eq!(keep(&[], &before.stdout).stdout, before.stdout);
    let dropped = inject(&[], &before.stdout);
    assert!(dropped.stderr.contains("warning[weaker-tunnel]"), "{}", dropped.stderr);
    // An annotation, a flag and the file win over the mark.
    let text = String::from_utf8(before.stdout.clone()).unwrap();
    let named = "  name: web\n";
    let annotation = format!("{named}  annotations: {{wgsidecar.dev/dns: cluster}}\n");
    let ran = keep(&["--cluster", "rke2"], text.replacen(named, &annotation, 1).as_bytes());
    assert!(ran.stderr.contains("cluster k3s → rke2, dns 10.64.0.1 → cluster"), "{}", ran.stderr);
    let root = inject(&["--install-tools", "--container-name", "vpn"], APP.as_bytes());
    let again = keep(&[], &root.stdout);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(again.stderr.contains("install-tools true → false"), "{}", again.stderr);
    assert!(again.stderr.contains("container-name vpn → wireguard"), "{}", again.stderr);
    // Where nothing is to be kept the defaults hold.
    let fresh = keep(&["--secret", "vpn"], APP.as_bytes());
    assert_eq!(fresh.stdout, inject(&[], APP.as_bytes()).stdout);
}

#[test]
fn a_mark_without_settings_cannot_be_kept() {
    let old = std::fs::read(crate::support::root().join("fixtures/mark/format-1.yaml")).unwrap();
    let ran = run(&["inject", "--no-config", "--keep"], &old);
    assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("`--keep`: this mark records no settings"), "{}", ran.stderr);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vpn.yaml");
    let settings =
        "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {keep: true}\n";
    std::fs::write(&file, settings).unwrap();
    let with = |more: &[&str]| {
        run(&[&["inject", "--config", file.to_str().unwrap()], more].concat(), &old)
    };
    let ran = with(&[]);
    assert!(ran.stderr.contains("`keep`: this mark records no settings"), "{}", ran.stderr);
    assert!(ran.stderr.contains("with `--keep=false`"), "{}", ran.stderr);
    for flag in ["--keep=false", "--keep=true"] {
        assert_eq!(with(&[flag]).code, i32::from(flag.ends_with("true")), "{flag}");
    }
}

/// No seal is on the Secret's name, and an edit of it is one all the same.
#[test]
fn a_wrong_secret_in_a_mark_is_an_edit_and_no_newer_release() {
    let whole = inject(&["--secret", "vpn"], APP.as_bytes());
    let whole = String::from_utf8(whole.stdout).unwrap();
    for wrong in ["secret=VPN", "secret=", "secret=%zz", "secret=a_b", "secret=vpn secret=vpn"] {
        let text = whole.replacen("secret=vpn", wrong, 1);
        assert_ne!(text, whole);
        let ran = run(&["lint", "--no-config", "--format", "concise"], text.as_bytes());
        let out = String::from_utf8(ran.stdout).unwrap();
        assert!(
            out.contains("edited-injection]: the annotation `wgsidecar.dev/injected` was edited"),
            "{wrong}\n{out}"
        );
    }
}

/// What no mark recorded would be lost with `--keep`, and nobody would be told.
#[test]
fn every_setting_that_may_be_kept_is_kept() {
    const NEVER: [&str; 4] = ["image", "install-tools", "container-name", "script"];
    let set =
        APP.replace("Deployment", "StatefulSet").replace("  strategy: {type: Recreate}\n", "");
    let mut kept = 0;
    for setting in SETTINGS.iter().filter(|setting| !NEVER.contains(&setting.name)) {
        assert_ne!(setting.example, setting.default, "{}", setting.name);
        let flag = format!("--{}={}", setting.name, setting.example);
        let mode: &[&str] = match setting.name {
            "unhealthy" | "metrics" => &["--mode=sidecar"],
            _ => &[],
        };
        let flags = [&["inject", "--no-config", flag.as_str()], mode].concat();
        let made = run(&flags, set.as_bytes());
        assert_eq!(made.code, 0, "{flag}: {}", made.stderr);
        let again = run(&["inject", "--no-config", "--keep", "--check"], &made.stdout);
        assert_eq!(again.code, 0, "{flag}: {}", again.stderr);
        let list = run(&["list", "--no-config", "--format", "json"], &made.stdout);
        let list: Value = serde_json::from_slice(&list.stdout).unwrap();
        let row = &list["workloads"][0];
        let listed = match setting.name {
            "secret" => &row["secret"],
            _ => &row["settings"][setting.field],
        };
        let text = listed.as_str().map_or_else(|| listed.to_string(), str::to_owned);
        assert_eq!(text, setting.example.replace("{name}", "web"), "{flag}");
        kept += 1;
    }
    assert_eq!(kept, SETTINGS.len() - NEVER.len());
    // The annotation is as good as the flag.
    let named = set.replacen(
        "  name: web\n",
        "  name: web\n  annotations: {wgsidecar.dev/key-per-replica: \"true\"}\n",
        1,
    );
    let made = run(&["inject", "--no-config"], named.as_bytes());
    let list = run(&["list", "--no-config", "--format", "json"], &made.stdout);
    let list: Value = serde_json::from_slice(&list.stdout).unwrap();
    assert_eq!(list["workloads"][0]["settings"]["keyPerReplica"], true, "{list}");
}

/// What follows from a change is not said beside it.
#[test]
fn an_update_names_what_changes_and_nothing_else() {
    let conf = root().join("fixtures/wgquick/mullvad.conf").display().to_string();
    let secret = String::from_utf8(run(&["secret", &conf, "--name", "vpn"], b"").stdout).unwrap();
    let changes = |old: &str, flags: &[&str]| {
        let ran = inject(&[flags, &["--check"]].concat(), old.as_bytes());
        let (_, changes) = ran.stderr.split_once("would be updated (").unwrap_or_default();
        changes.split(")\n").next().unwrap_or_default().to_owned()
    };
    let alone = injected(&[], APP);
    let both = format!("{alone}{secret}");
    assert_eq!(changes(&both, &[]), "the Secret's content is now known");
    let known = injected(&[], &format!("{APP}{secret}"));
    assert_eq!(changes(&known, &["--mode", "sidecar"]), "mode init → sidecar");
    assert_eq!(changes(&known, &["--secret", "other"]), "secret vpn → other");
    assert_eq!(
        changes(&known.replace("MTU", "#MTU"), &["--mode", "sidecar"]),
        "mode init → sidecar"
    );
    let image = injected(&["--image", "foo/bar:1", "--cluster", "k3s"], APP);
    assert_eq!(changes(&image, &[]), "cluster k3s → kubeadm");
    let other = changes(&image, &["--image", "foo/bar:2"]);
    assert_eq!(other, "cluster k3s → kubeadm, image foo/bar:1 → foo/bar:2");
    let other = changes(&image, &["--image", "foo/baz:1"]);
    assert_eq!(other, "cluster k3s → kubeadm, image foo/bar:1 → foo/baz:1");
    // `lint` gives the same reason.
    let ran =
        run(&["lint", "--no-config", "--secret", "vpn", "--mode", "sidecar"], known.as_bytes());
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(said.contains("another tunnel here: mode init → sidecar\n"), "{said}{}", ran.stderr);
}

/// A patch cannot read the Secret: what it is built into stays as it is beside the plain Secret, also where something else
/// of the tunnel changes, until the pod reads another Secret.
#[test]
fn what_a_patch_records_of_no_secret_stays() {
    let conf = root().join("fixtures/wgquick/mullvad.conf").display().to_string();
    let secret = |name| String::from_utf8(run(&["secret", &conf, "--name", name], b"").stdout);
    let secrets = secret("vpn").unwrap() + &secret("other").unwrap();
    let text = |manifest: &str| {
        let (_, rest) = manifest.split_once(KEY).unwrap();
        rest.trim_start_matches(['"', ':', ' ']).split(['"', '\n']).next().unwrap().to_owned()
    };
    let content = |manifest: &str| Mark::parse(&text(manifest)).unwrap().0.content;
    let alone = injected(&[], APP);
    let written = text(&alone);
    let mark = Mark { content: Some(UNRECORDED.into()), ..Mark::parse(&written).unwrap().0 };
    let patched = alone.replace(&written, &mark.to_string());
    assert_eq!(injected(&[], &patched), patched);
    let patched = patched + &secrets;
    assert_eq!(injected(&[], &patched), patched);
    assert_eq!(inject(&["--check"], patched.as_bytes()).code, 0);
    let other = injected(&["--cluster", "k3s"], &patched);
    assert_eq!(content(&other).as_deref(), Some(UNRECORDED));
    assert!(content(&injected(&["--secret", "other"], &patched)).unwrap().len() > 1);
    assert_eq!(content(&injected(&["--mode", "sidecar"], &patched)), None);
    let out = uninject(patched.as_bytes());
    assert_eq!(String::from_utf8(out.stdout).unwrap(), format!("{APP}{secrets}"));
}
