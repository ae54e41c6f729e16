//! No key ever leaves a manifest by a report: not in clear, not in base64, in no format, by no rule.

use crate::support::run;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wgsidecar::config::Layer;
use wgsidecar::kube::{Kinds, Targets};
use wgsidecar::lint::{self, RULES};
use wgsidecar::report::{Format, Report};
use wgsidecar::run::{analysis, check};
use wgsidecar::text::Source;
use wgsidecar::wireguard::settings;

const PRIVATE: &str = "cHJpdmF0ZS1rZXktb2YtdGhlLXRlc3QtMDEyMzQ1Njc=";
const PRESHARED: &str = "cHJlc2hhcmVkLWtleS1vZi10aGUtdGVzdC0wMTIzNDU=";
const PUBLIC: &str = "cHVibGljLWtleS1vZi10aGUtdGVzdC0wMTIzNDU2Nzg=";

fn conf() -> String {
    format!(
        "[Interface]\nPrivateKey = {PRIVATE}\nAddress = 10.244.0.2/16\nPostUp = echo {PRIVATE}\nJc = {PRIVATE}\n\n[Peer]\nPublicKey = {PUBLIC}\nPresharedKey = {PRESHARED}\nAllowedIPs = 0.0.0.0/0\nEndpoint = {PRIVATE}\n# {PRESHARED}\n"
    )
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

fn secret(form: &str, entry: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: vpn\n{form}:\n{entry}\n")
}

fn deployment(annotations: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations:\n    a: b\n{annotations}spec:\n  template:\n    spec:\n      hostNetwork: true\n      containers:\n        - name: app\n          image: app:1\n{container}"
    )
}

/// Manifests that hold the keys in every way that people write them.
fn manifests() -> Vec<String> {
    let (conf, once) = (conf(), STANDARD.encode(conf()));
    let quoted = conf.replace('\n', "\\n");
    let folded: String = once
        .as_bytes()
        .chunks(30)
        .map(|chunk| format!("    {}\n", String::from_utf8_lossy(chunk)))
        .collect();
    let workload = deployment("", "");
    vec![
        secret("stringData", &format!("  wg0.conf: |\n{}", indented(&conf))) + "---\n" + &workload,
        secret("stringData", &format!("  wg0.conf: \"{quoted}\"")) + "---\n" + &workload,
        secret("stringData", &format!("  wg0.conf: >-\n{}", indented(&conf))),
        secret("stringData", &format!("  {{wg0.conf: {PRIVATE}, wg0.address: {PRESHARED}}}")),
        secret("stringData", &format!("  wg0.conf: {PRIVATE}\n  wg0.conf: {PRESHARED}\n")),
        secret("stringData", &format!("  - {PRIVATE}\n")),
        secret("stringData", &format!("  wg0.conf: &a {PRIVATE}\n  other: *a\n")),
        secret("data", &format!("  wg0.conf: {once}")) + "---\n" + &workload,
        secret("data", &format!("  wg0.conf: {}", STANDARD.encode(&once))),
        secret("data", &format!("  wg0.conf: |\n{folded}")),
        secret("data", &format!("  wg0.conf: |\n{}", indented(&conf))),
        // Broken in one way or another.
        secret("stringData", &format!("  wg0.conf: \"{quoted}\n")),
        secret("stringData", &format!("  wg0.conf: {PRIVATE}\n\t{PRESHARED}: x\n")),
        secret("stringData", &format!("  wg0.conf: {PRIVATE}: {PRESHARED}\n")),
        secret("stringData", &format!("  wg0.conf: {{{{ {PRIVATE} }}}}\n")),
        format!(
            "kind: List\napiVersion: v1\nitems:\n  - kind: List\n    items:\n      - {{kind: Secret, stringData: {{a: {PRIVATE}}}}}\n"
        ),
        format!("--- {PRIVATE}\nkind: Secret\n"),
        format!("kind: Secret\n...\n{PRIVATE}\n"),
        format!("{{\"kind\": \"Secret\", \"stringData\": {{\"a\": \"{PRIVATE}\"}},}}"),
        // Where no key belongs.
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: vpn\ndata:\n  wg0.conf: |\n{}",
            indented(&conf)
        ),
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: vpn\ndata:\n  private-key: {PRIVATE}\n  private-key: {PRIVATE}\n"
        ),
        deployment(
            "",
            &format!(
                "          env:\n            - name: WG_PRIVATE_KEY\n              value: {PRIVATE}\n"
            ),
        ),
        deployment(
            "",
            &format!("          args: [\"PrivateKey = {PRIVATE}\", {PRESHARED}.a.svc]\n"),
        ),
        deployment(
            "",
            &format!(
                "          image: \"{PRIVATE}\"\n          command: [sh, -c, \"curl https://{PRIVATE}.com\"]\n"
            ),
        ),
        deployment(
            &format!("    vpn/private-key: {PRIVATE}\n    wgsidecar.dev/mtu: {PRIVATE}\n"),
            "",
        ),
        deployment(
            &format!(
                "    ignore.wgsidecar.dev/rollout-overlap: {PRIVATE}\n    wgsidecar.dev/secret: {PRESHARED}\n"
            ),
            "",
        ),
        deployment(
            &format!("    wgsidecar.dev/{PRIVATE}: x\n    ignore.wgsidecar.dev/{PRIVATE}: x\n"),
            "",
        ),
    ]
}

/// The keys in clear, and what base64 makes of them at every offset.
fn needles() -> Vec<String> {
    let mut needles = Vec::new();
    for key in [PRIVATE, PRESHARED] {
        // A part of a key is too much already.
        needles.push(key[..16].to_owned());
        needles.push(key[20..36].to_owned());
        for shift in 0..3 {
            let encoded = STANDARD.encode(format!("{}{key}", "x".repeat(shift)));
            needles.push(encoded[4..24].to_owned());
        }
    }
    needles
}

fn hides(args: &[&str], manifest: &str) {
    let ran = run(args, manifest.as_bytes());
    assert!(
        (0..=2).contains(&ran.code),
        "{args:?} ended with {}:\n{manifest}{}",
        ran.code,
        ran.stderr
    );
    let is_data = args[0] != "lint";
    let stdout = if is_data { String::new() } else { String::from_utf8(ran.stdout).unwrap() };
    let shown = stdout + &ran.stderr;
    for needle in needles() {
        assert!(!shown.contains(&needle), "{args:?} shows {needle} of\n{manifest}\nin\n{shown}");
    }
}

#[test]
fn no_format_shows_a_key() {
    for manifest in manifests() {
        for format in Format::all() {
            hides(
                &["lint", "--no-config", "--secret", "vpn", "--format", format.name()],
                &manifest,
            );
        }
        hides(&["lint", "--no-config", "--secret", "vpn", "--dns", "10.64.0.1", "-v"], &manifest);
        hides(&["lint", "--no-config"], &manifest);
    }
}

#[test]
fn neither_inject_nor_uninject_shows_a_key() {
    for manifest in manifests() {
        hides(&["inject", "--no-config", "--secret", "vpn", "-v"], &manifest);
        hides(&["inject", "--no-config", "--secret", "vpn", "--key-per-replica", "-v"], &manifest);
        hides(&["uninject", "--no-config", "-v"], &manifest);
    }
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    for manifest in manifests() {
        let code = |format: Format| {
            let args = ["lint", "--no-config", "--secret", "vpn", "--format", format.name()];
            run(&args, manifest.as_bytes()).code
        };
        let codes: Vec<_> = Format::all().map(code).collect();
        assert!(codes.windows(2).all(|pair| pair[0] == pair[1]), "{codes:?}\n{manifest}");
    }
}

/// The fixtures of all rules hold keys of their own: whatever base64 of a key's length they hold is not shown.
#[test]
fn no_rule_shows_a_key_of_its_fixtures() {
    let mut layer = Layer::default();
    layer.settings.set(settings::find("secret").unwrap(), &["vpn"]).unwrap();
    let (kinds, targets) = (Kinds::builtin(), Targets::default());
    for rule in RULES {
        for path in crate::support::files(&format!("rules/{}", rule.id), ".yaml") {
            let Ok(source) = Source::new("a.yaml", std::fs::read(&path).unwrap()) else { continue };
            let runs =
                source.text().split(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)));
            let is_digest =
                |run: &str| run.len() == 64 && run.bytes().all(|it| it.is_ascii_hexdigit());
            let keys: Vec<_> = runs
                .filter(|run| run.len() >= 44 && !is_digest(run))
                .map(|run| run[..20].to_owned())
                .collect();
            let sources = [source];
            let checked = check::check(&sources, &layer, &kinds, &targets, RULES.to_vec());
            let (shown, rules) =
                (Vec::from_iter(analysis::masked(&sources, &checked.masks)), lint::infos());
            for format in Format::all() {
                let mut out = Vec::new();
                Report::new(&checked.findings, &shown, &rules).write(format, &mut out).unwrap();
                let out = String::from_utf8(out).unwrap();
                for key in &keys {
                    assert!(!out.contains(key), "{} shows {key}:\n{out}", path.display());
                }
            }
        }
    }
}

#[test]
fn a_key_that_is_typed_where_something_else_belongs_is_not_shown() {
    let (target, label) = (format!("deploy/{PRIVATE}"), format!("key={PRIVATE}"));
    let unknown = format!("--{PRIVATE}");
    let (bare, bare_target) = (&PRIVATE[..43], format!("deploy/{}", &PRIVATE[..43]));
    let lines: [&[&str]; 15] = [
        &[bare],
        &["explain", bare],
        &["inject", "--target", &bare_target],
        &["lint", "-l", &label],
        &["secret", PRIVATE],
        &["inject", PRIVATE],
        &["inject", "--target", PRIVATE],
        &["inject", "--target", &target],
        &["inject", "-l", &label],
        &["inject", "--config", PRIVATE],
        &["inject", "--secret", PRIVATE],
        &["lint", "--select", PRIVATE],
        &["explain", PRIVATE],
        &[&unknown],
        &[PRIVATE],
    ];
    for args in lines {
        let ran = run(args, deployment("", "").as_bytes());
        assert_eq!(ran.code, 2, "{args:?}");
        let shown = String::from_utf8(ran.stdout).unwrap() + &ran.stderr;
        assert!(!shown.contains(&PRIVATE[..40]), "{shown}");
    }
}

/// Keys that something has broken, where no key belongs: no piece of ten characters is shown.
#[test]
fn no_piece_of_a_broken_key_is_shown() {
    let breakers: [&[u8]; 7] = [b"\xff", b" ", b"-", b"_", b"\\n", b"%", "é".as_bytes()];
    let places = [
        deployment("    vpn/key: KEY\n", ""),
        deployment("    wgsidecar.dev/mtu: KEY\n", ""),
        deployment("    wgsidecar.dev/KEY: x\n", ""),
        deployment("", "          args: [--key, \"KEY\"]\n"),
        deployment("", "          image: \"KEY\"\n"),
        deployment(
            "",
            "          env:\n            - name: PRIVATE_KEY\n              value: KEY\n",
        ),
        secret("stringData", "  wg0.conf: KEY"),
        format!("kind: KEY\n{}", deployment("", "")),
    ];
    for place in places {
        for breaker in breakers {
            for at in [9, 21, 33] {
                let broken = [&PRIVATE.as_bytes()[..at], breaker, &PRIVATE.as_bytes()[at + 1..]];
                let (before, after) = place.split_once("KEY").unwrap();
                let manifest = [before.as_bytes(), &broken.concat(), after.as_bytes()].concat();
                for args in [
                    &["lint", "--no-config", "--secret", "vpn", "-v"][..],
                    &["lint", "--no-config", "--secret", "vpn", "--format", "json"],
                    &["inject", "--no-config", "--secret", "vpn", "-v"],
                    &["inject", "--no-config", "--secret", "vpn", "--diff"],
                ] {
                    shows_no_piece(args, &manifest);
                }
            }
        }
    }
}

fn shows_no_piece(args: &[&str], manifest: &[u8]) {
    let ran = run(args, manifest);
    let is_data = args[0] == "inject" && args.last() != Some(&"--diff");
    let stdout = if is_data { String::new() } else { String::from_utf8(ran.stdout).unwrap() };
    let shown = stdout + &ran.stderr;
    let mut pieces = (0..=PRIVATE.len() - 10).map(|at| &PRIVATE[at..at + 10]);
    if let Some(piece) = pieces.find(|piece| shown.contains(piece)) {
        panic!("{args:?} shows {piece}:\n{}\n{shown}", String::from_utf8_lossy(manifest));
    }
}

/// What is said goes through two writers, and both of them redact: nothing else may touch the streams.
#[test]
fn only_the_writers_touch_the_streams() {
    let mut files = Vec::new();
    crate::layers::collect(&crate::support::root().join("src"), &mut files);
    let writers = ["run/stdout.rs", "run/stderr.rs"];
    for file in files.iter().filter(|file| !writers.iter().any(|writer| file.ends_with(writer))) {
        let text = std::fs::read_to_string(file).unwrap();
        for stream in ["stdout()", "stderr()", "print!(", "println!("] {
            let used = text.match_indices(stream).any(|(at, _)| !text[..at].ends_with("use_"));
            assert!(
                !used,
                "{} uses `{stream}`: `run::stdout` and `run::stderr` do",
                file.display()
            );
        }
    }
}

#[test]
fn a_diff_shows_no_key() {
    let tunnel = |manifest: &str| {
        let ran = run(&["inject", "--no-config", "--secret", "vpn", "--diff"], manifest.as_bytes());
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        (String::from_utf8(ran.stdout).unwrap(), ran.stderr)
    };
    let secret = secret(
        "stringData",
        &format!("  wg0.conf: |\n    [Interface]\n    PrivateKey = {PRIVATE}\n"),
    );
    // One that no tunnel reads.
    let secret = secret.replace("name: vpn", "name: other");
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: \"a:1\"}]}\n";
    let plain = deployment("", "").replace("      hostNetwork: true\n", "");
    // The key is above the change, behind it, and between two of them: lines are left out.
    for manifest in [
        secret.clone() + "---\n" + pod,
        plain.clone() + "---\n" + &secret,
        plain.replace(
            "          image: app:1\n",
            &format!("          image: app:1\n          args: [{PRIVATE}]\n"),
        ) + "---\na: b\n",
    ] {
        let (diff, said) = tunnel(&manifest);
        assert!(!diff.contains(&PRIVATE[..10]) && !said.contains("left out"), "{said}\n{diff}");
        assert!(!diff.is_empty() && applies(&manifest, &diff), "{diff}");
    }
    // It is on a line that changes, or all that stands behind a change.
    let one_line = format!(
        "{{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{{\"name\":\"other\"}},\"data\":{{\"a\":\"{PRIVATE}\"}}}},{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"a\"}},\"spec\":{{\"containers\":[{{\"name\":\"a\",\"image\":\"a:1\"}}]}}}}]}}\n"
    );
    let behind = plain.replace("      containers:\n", &format!("      containers: # {PRIVATE}\n"));
    for manifest in [one_line, behind] {
        let (diff, said) = tunnel(&manifest);
        assert_eq!(diff, "");
        assert!(said.contains("<stdin> would change, but its diff would show a key"), "{said}");
    }
}

/// Whether `git apply` takes a diff of standard input.
fn applies(manifest: &str, diff: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.yaml"), manifest).unwrap();
    let mut git = std::process::Command::new("git");
    git.args(["apply", "--check", "-"]).current_dir(&folder);
    crate::support::feed(&mut git, diff.replace("<stdin>", "a.yaml").as_bytes()).code == 0
}
