//! The command line from outside: bad input and bad places, each with its message and exit code, nothing on standard
//! output and nothing changed on disk.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use crate::support::{feed, run, wgsidecar};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n";

fn inject(args: &[&str], input: &[u8]) -> crate::support::Ran {
    run(&[&["inject", "--no-config"], args].concat(), input)
}

/// Exit code 2, this message, and nothing on standard output.
fn assert_fails(ran: &crate::support::Ran, message: &str) {
    assert_eq!((ran.code, ran.stdout.as_slice()), (2, &b""[..]), "{}", ran.stderr);
    assert!(ran.stderr.contains(message), "expected `{message}` in:\n{}", ran.stderr);
}

#[test]
fn an_empty_standard_input_is_an_error() {
    let message =
        "error: standard input is empty: name the files, or look at the command before the pipe\n";
    assert_fails(&inject(&[], b""), message);
    assert_fails(&inject(&[], b" \n"), message);
    assert_fails(&inject(&["-"], b""), message);
}

#[test]
fn a_missing_file_is_named() {
    let ran = inject(&["no/such.yaml", "nor/this.yaml"], b"");
    assert_fails(
        &ran,
        "error: cannot read no/such.yaml: no such file or directory\nerror: cannot read nor/this.yaml: no such file",
    );
}

/// As `<(helm template …)` is one.
#[cfg(unix)]
#[test]
fn a_pipe_has_a_path() {
    let ran = inject(&["--secret", "vpn", "/dev/stdin"], POD.as_bytes());
    assert_eq!((ran.code, ran.stdout), (0, inject(&["--secret", "vpn"], POD.as_bytes()).stdout));
    let ran = inject(&["-i", "--secret", "vpn", "/dev/stdin"], POD.as_bytes());
    assert_fails(&ran, "`--in-place` changes files, and standard input or a pipe is not a file");
    assert_fails(&inject(&["/dev/stdin"], b""), "error: /dev/stdin is empty: the command behind");
}

#[test]
fn other_encodings_are_refused() {
    let utf16: Vec<u8> = POD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_fails(&inject(&[], &utf16), "error[not-utf8]: this is UTF-16 or UTF-32, not UTF-8");
    let ran = inject(&[], b"kind: Pod\nname: \xFF\n");
    assert_fails(&ran, "error[not-utf8]: this line is not UTF-8\n --> <stdin>:2:7\n");
    let ran = inject(&[], b"kind: Secret\nstringData: {wg0.conf: \"c2VjcmV0\xFF\"}\n");
    assert_fails(&ran, "error[not-utf8]: ");
    assert!(!ran.stderr.contains("c2VjcmV0"), "{}", ran.stderr);
}

#[test]
fn usage_errors_name_what_is_wrong() {
    assert_fails(&inject(&["--kil-switch", "on"], POD.as_bytes()), "--kill-switch");
    assert_fails(
        &inject(&["--mtu", "12"], POD.as_bytes()),
        "`--mtu`: `12` is neither `auto` nor a number from 576 to 65535",
    );
    assert_fails(&inject(&["--allow", "no-such-rule"], POD.as_bytes()), "no-such-rule");
    for rule in wgsidecar::lint::RULES.iter().filter(|rule| rule.never) {
        let message = format!("the rule `{}` can never be allowed", rule.id);
        assert_fails(&inject(&["--allow", rule.id], POD.as_bytes()), &message);
    }
    for empty in [["-l", ""], ["-n", " "], ["--target", ""], ["--target", "pod/web,"]] {
        assert_fails(&inject(&empty, POD.as_bytes()), "error: `--");
    }
    assert_fails(&inject(&["-l", "a in b"], POD.as_bytes()), "--selector");
    assert_fails(&inject(&["-i", "--check"], POD.as_bytes()), "cannot be used with");
    assert_fails(
        &inject(&["-i"], POD.as_bytes()),
        "`--in-place` changes files, and standard input or a pipe is not a file",
    );
}

#[test]
fn a_wrong_rule_does_not_fill_the_screen() {
    for args in [&["explain", "node-dn"][..], &["lint", "--allow", "node-dn"]] {
        let ran = run(args, b"");
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("exists: 'node-dns'"), "{}", ran.stderr);
        assert!(ran.stderr.contains("`wgsidecar explain` lists all rules"), "{}", ran.stderr);
        assert!(ran.stderr.lines().count() < 8, "{}", ran.stderr);
    }
}

#[test]
fn a_flag_of_another_command_is_known_as_such() {
    let tip = |args: &[&str]| {
        let ran = run(args, b"");
        assert_fails(&ran, "error: unexpected argument '-");
        ran.stderr.lines().find_map(|line| Some(line.split_once("tip: ")?.1.to_owned()))
    };
    let cases: [(&[&str], _); 6] = [
        (
            &["uninject", "--secret", "x"],
            Some(
                "`--secret` is a flag of `inject`, `lint`, `list`, `init`, `patch`, `script`, `policy`",
            ),
        ),
        (
            &["secret", "--secret", "x"],
            Some(
                "`--secret` is a flag of `inject`, `lint`, `list`, `init`, `patch`, `script`, `policy`",
            ),
        ),
        (&["lint", "-i"], Some("`-i` is a flag of `inject`, `uninject`")),
        (
            &["inject", "--dry-run"],
            Some("`--diff` is a flag of `inject`, `uninject`, `lint`, `patch`"),
        ),
        (&["inject", "--sercet", "x"], Some("a similar argument exists: '--secret'")),
        (&["inject", "-x"], None),
    ];
    for (args, expected) in cases {
        assert_eq!(tip(args).as_deref(), expected, "{args:?}");
    }
}

#[test]
fn a_selector_without_a_target_is_an_error() {
    assert_fails(
        &inject(&["-l", "vpn=yes"], POD.as_bytes()),
        "error: the selector `vpn=yes` matches no workload",
    );
    assert_fails(
        &inject(&["--target", "deploy/web"], POD.as_bytes()),
        "error: the target `deploy/web` matches no workload",
    );
    assert_fails(
        &inject(&["--only-enabled"], POD.as_bytes()),
        "error: `--only-enabled` matches no workload",
    );
    let pod = POD.replace("name: web\nspec", "name: web\n  namespace: a\nspec");
    assert_fails(
        &inject(&["-n", "b"], pod.as_bytes()),
        "error: the namespace `b` matches no workload",
    );
    let nothing = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let ran = inject(&[], nothing);
    assert_eq!((ran.code, ran.stdout.as_slice()), (0, &nothing[..]));
    assert_eq!(ran.stderr, "nothing to do: no workload in the input\n");
}

#[test]
fn hostile_nesting_aliases_and_lines_end_at_once() {
    let brackets = format!("kind: Pod\na: {}", "[".repeat(100_000));
    assert_fails(&inject(&[], brackets.as_bytes()), "nested deeper than");
    let dashes = format!("kind: Pod\na:\n{}", "- ".repeat(100_000));
    assert_fails(&inject(&[], dashes.as_bytes()), "nested deeper than");
    let mut bomb = String::from("kind: Pod\na0: &a0 [x]\n");
    for level in 1..60 {
        bomb +=
            &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "));
    }
    let ran = inject(&[], bomb.as_bytes());
    assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("error[no-containers]"), "{}", ran.stderr);
    let line = POD.replace("nginx", &format!("\"{}\"", "x".repeat(8 << 20)));
    let ran = inject(&[], line.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let broken = POD.replace("nginx", &format!("\"{}\" x", "x".repeat(8 << 20)));
    let ran = inject(&[], broken.as_bytes());
    assert_fails(&ran, "unexpected text after a value");
    assert!(ran.stderr.len() < 2000, "an excerpt is short");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let input = POD.replace("image: nginx", &format!("image: \"{}\"", "x".repeat(1 << 20)));
    let mut child = wgsidecar()
        .args(["inject", "--no-config"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut child = wgsidecar()
        .args(["inject", "--no-config"])
        .stdin(Stdio::piped())
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(POD.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: cannot write to standard output: No space left on device (os error 28)\n"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_written_is_an_error() {
    for args in [&["--help"][..], &["-h"], &["-V"], &["inject", "--help"], &["help", "lint"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = wgsidecar().args(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with("error: cannot write to standard output: "), "{args:?}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn secret_says_what_it_leaves_out_of_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    fs::create_dir_all(keys.join("sub")).unwrap();
    fs::create_dir_all(keys.join("notes")).unwrap();
    fs::create_dir_all(keys.join("named.conf")).unwrap();
    let conf = include_str!("../../fixtures/wgquick/mullvad.conf");
    for name in ["a.conf", ".hid.conf", ".two.CONF", "sub/b.conf", "notes/b.txt", "c.txt", ".d"] {
        fs::write(keys.join(name), conf).unwrap();
    }
    std::os::unix::fs::symlink("nowhere", keys.join("l.conf")).unwrap();
    std::os::unix::fs::symlink("a.conf", keys.join("z.conf")).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(keys.join("p.conf")).unwrap();
    let ran = run_in(folder.path(), &["secret", "keys", "--check", "-q"]);
    drop(socket);
    let said = "\
warning: keys: 2 hidden files are left out, the first is `.hid.conf`: name it to have it read
warning: keys: a link to nothing is left out, `l.conf`: mend or delete it
warning: keys: something that is not a regular file is left out, `p.conf`: name it to have it read
warning: keys: a subfolder with .conf files is left out, `sub`: name it to have its files read
";
    assert_eq!((ran.code, ran.stderr.as_str()), (0, said));
    fs::remove_file(keys.join("a.conf")).unwrap();
    let ran = run_in(folder.path(), &["secret", "keys", "--check", "-q"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("holds no file whose name ends in .conf\nkeys: 2 hidden"),
        "{}",
        ran.stderr
    );
    fs::write(folder.path().join("-.conf"), conf).unwrap();
    let ran = run_in(folder.path(), &["secret", "./-.conf", "keys/sub", "--name", "wg-{file}"]);
    assert!(ran.stderr.contains("-.conf: no letter of the file's name"), "{}", ran.stderr);
}

#[test]
fn in_place_changes_all_files_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("a.yaml"), folder.path().join("b.yaml"));
    fs::write(&good, POD).unwrap();
    fs::write(&bad, POD.replace("name: web\nspec:", "name: b\nspec:\n  hostNetwork: true"))
        .unwrap();
    let ran = run_in(folder.path(), &["inject", "--no-config", "-i", ".", "--secret", "wg-{name}"]);
    assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&good).unwrap(), POD);
    fs::remove_file(&bad).unwrap();
    let ran = run_in(folder.path(), &["inject", "--no-config", "-i", "."]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            0,
            "pod/web: injected\n1 injected; Secret wireguard; cluster kubeadm (default); DNS cluster (outside the tunnel)\n"
        )
    );
    assert!(fs::read_to_string(&good).unwrap().contains("wgsidecar.dev/injected"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    let ran = run_in(folder.path(), &["uninject", "--no-config", "-i", "a.yaml"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&good).unwrap(), POD);
}

#[cfg(unix)]
#[test]
fn in_place_keeps_owners_and_modes_and_follows_links() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.yaml"), folder.path().join("link.yaml"));
    fs::write(&real, POD).unwrap();
    // Only root may: for others the file stays their own.
    let _ = chown(&real, Some(1234), Some(2345));
    fs::set_permissions(&real, fs::Permissions::from_mode(0o440)).unwrap();
    symlink("real.yaml", &link).unwrap();
    let what = || {
        let it = fs::metadata(&real).unwrap();
        (it.uid(), it.gid(), it.permissions().mode() & 0o777)
    };
    let before = what();
    let ran =
        run_in(folder.path(), &["inject", "--no-config", "-i", "link.yaml", "real.yaml", "-q"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(
        link.is_symlink() && fs::read_to_string(&real).unwrap().contains("wgsidecar.dev/injected")
    );
    assert_eq!(what(), before);
}

/// Root may write everywhere: the run drops to another user, where the system has `setpriv` and that user can reach
/// the binary.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_or_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (closed, hidden) = (folder.path().join("closed"), folder.path().join("hidden"));
    fs::create_dir(&closed).unwrap();
    fs::create_dir(&hidden).unwrap();
    fs::write(closed.join("a.yaml"), POD).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(&hidden, fs::Permissions::from_mode(0o000)).unwrap();
    let as_nobody = |args: &[&str]| {
        let mut command = wgsidecar();
        if fs::read_dir(&hidden).is_ok() {
            command = std::process::Command::new("setpriv");
            command.args([
                "--reuid",
                "65534",
                "--regid",
                "65534",
                "--clear-groups",
                env!("CARGO_BIN_EXE_wgsidecar"),
            ]);
        }
        command.args(args).current_dir(folder.path()).env("NO_COLOR", "1").output()
    };
    match as_nobody(&["--version"]) {
        Ok(output) if output.status.success() => {}
        _ => {
            return crate::support::skip("root may write everywhere, and nobody else can run us");
        }
    }
    let output = as_nobody(&["inject", "--no-config", "-i", "closed/a.yaml"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: cannot write closed/a.yaml: permission denied\n"
    );
    assert_eq!(fs::read_to_string(closed.join("a.yaml")).unwrap(), POD);
    let output = as_nobody(&["inject", "--no-config", "hidden"]).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    let message = String::from_utf8_lossy(&output.stderr).to_lowercase();
    assert!(
        message.contains("cannot read hidden: ") && message.contains("permission denied"),
        "{message}"
    );
    fs::set_permissions(&hidden, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_folder_leaves_out_what_nobody_applies() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("web.yaml", POD);
    write("kustomization.yaml", "resources: [web.yaml]\n");
    write("values.yaml", "replicas: 1\n");
    write(
        "wgsidecar.yaml",
        "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {secretName: mullvad}\n",
    );
    write("chart/Chart.yaml", "name: c\n");
    write("chart/templates/web.yaml", "kind: Pod\nname: {{ x }}\n");
    write("ignored/pod.yaml", "kind: [\n");
    write(".gitignore", "ignored/\n");
    write("notes.txt", "kind: Pod\n");
    let ran = run_in(folder.path(), &["inject", "-v", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for line in [
        "warning: ./chart is a Helm chart and was left out: render it with `helm template` first",
        "left out: ./kustomization.yaml: a kustomization",
        "left out: ./values.yaml: no object: there is no `kind` in it",
        "left out: ./wgsidecar.yaml: settings of wgsidecar",
        "1 injected; Secret mullvad; cluster kubeadm (default); DNS cluster (outside the tunnel); \
         3 files left out (`-v` names them); settings from wgsidecar.yaml",
    ] {
        assert!(
            ran.stderr.lines().any(|other| other == line),
            "expected `{line}` in:\n{}",
            ran.stderr
        );
    }
}

#[test]
fn several_files_become_one_stream() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), POD.trim_end()).unwrap();
    fs::write(
        folder.path().join("b.yaml"),
        format!("---\n{}", POD.replace("name: web\nspec", "name: b\nspec")),
    )
    .unwrap();
    fs::write(
        folder.path().join("c.yaml"),
        "kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\n",
    )
    .unwrap();
    let ran = run_in(
        folder.path(),
        &["uninject", "--no-config", "a.yaml", "b.yaml", "-f", "c.yaml", "a.yaml"],
    );
    let b = POD.replace("name: web\nspec", "name: b\nspec");
    let expected =
        format!("{POD}---\n{b}---\nkind: ConfigMap\napiVersion: v1\nmetadata: {{name: c}}\n");
    assert_eq!((ran.code, String::from_utf8(ran.stdout).unwrap()), (0, expected));
}

/// In a stream that is not all JSON, objects without a separator between them would be lost.
#[test]
fn json_objects_stay_apart_among_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let object =
        |name: &str| format!("{{\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"{name}\"}}}}");
    let two = format!("\u{FEFF}{} {}", object("a"), object("b"));
    fs::write(folder.path().join("two.json"), &two).unwrap();
    fs::write(folder.path().join("pod.yaml"), POD).unwrap();
    let ran = run_in(folder.path(), &["uninject", "--no-config", "two.json", "pod.yaml"]);
    let apart = format!("\u{FEFF}---\n{} \n---\n{}\n---\n{POD}", object("a"), object("b"));
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), apart, "{}", ran.stderr);
    let ran = run_in(folder.path(), &["uninject", "--no-config", "two.json"]);
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), two);
}

#[test]
fn settings_come_from_file_environment_flags_and_annotations() {
    let folder = tempfile::tempdir().unwrap();
    let settings = |spec: &str| {
        fs::write(
            folder.path().join("wgsidecar.yaml"),
            format!("apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n{spec}"),
        )
        .unwrap()
    };
    let secret = |variable: Option<&str>, args: &[&str], input: &str| {
        let mut command = wgsidecar();
        command.current_dir(folder.path()).arg("inject").args(args);
        if let Some(value) = variable {
            command.env("WGSIDECAR_SECRET", value);
        }
        let ran = feed(&mut command, input.as_bytes());
        let last = ran.stderr.lines().last().unwrap_or_default();
        let (used, others) = last.split_once("; cluster ").unwrap_or_default();
        let (_, file) = others.split_once("tunnel)").unwrap_or_default();
        format!("{used}{file}")
    };
    settings("  secretName: from-file\n");
    assert_eq!(
        secret(None, &[], POD),
        "1 injected; Secret from-file; settings from wgsidecar.yaml"
    );
    assert_eq!(secret(None, &["--no-config"], POD), "1 injected; Secret wireguard");
    assert_eq!(
        secret(Some("from-env"), &[], POD),
        "1 injected; Secret from-env; settings from wgsidecar.yaml"
    );
    assert_eq!(
        secret(Some("from-env"), &["--secret", "from-flag"], POD),
        "1 injected; Secret from-flag; settings from wgsidecar.yaml"
    );
    let annotated = POD
        .replace("name: web\nspec", "name: web\n  annotations: {wgsidecar.dev/secret: own}\nspec");
    assert_eq!(
        secret(Some("from-env"), &["--secret", "from-flag"], &annotated),
        "1 injected; Secret own; settings from wgsidecar.yaml"
    );
    settings("  secretNam: x\n  mtu: 12\n  selector: {matchLabels: [a]}\n");
    let ran = feed(wgsidecar().current_dir(folder.path()).arg("inject"), POD.as_bytes());
    assert_fails(&ran, "error[bad-setting]: unknown field `secretNam`\n --> wgsidecar.yaml:4:3");
    assert!(
        ran.stderr.contains("= help: did you mean `secretName`?")
            && ran.stderr.contains("wgsidecar.yaml:5:8"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_unknown_variable_is_a_warning() {
    let ran = feed(
        wgsidecar().args(["inject", "--no-config"]).env("WGSIDECAR_SECRETS", "x"),
        POD.as_bytes(),
    );
    assert_eq!(ran.code, 0);
    assert!(
        ran.stderr
            .starts_with("warning: the variable `WGSIDECAR_SECRETS` is not a setting: did you mean `WGSIDECAR_SECRET`?\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn check_and_diff_change_nothing_and_say_so() {
    let injected = inject(&[], POD.as_bytes()).stdout;
    let ran = inject(&["--check"], POD.as_bytes());
    assert_eq!((ran.code, ran.stdout.as_slice()), (1, &b""[..]));
    assert_eq!(inject(&["--check"], &injected).code, 0);
    let ran = inject(&["--diff"], POD.as_bytes());
    assert_eq!(ran.code, 1);
    let diff = String::from_utf8(ran.stdout).unwrap();
    assert!(diff.starts_with("--- a/<stdin>\n+++ b/<stdin>\n@@ -2,7 +2,"), "{diff}");
    assert_eq!(
        diff.lines().filter(|line| line.starts_with('-') && !line.starts_with("---")).count(),
        0,
        "nothing of the input goes"
    );
    assert_eq!(inject(&["--diff"], &injected).stdout, b"");
}

#[test]
fn edits_by_hand_are_never_lost() {
    let injected = String::from_utf8(inject(&[], POD.as_bytes()).stdout).unwrap();
    let edited = injected.replace("memory: \"64Mi\"", "memory: \"65Mi\"");
    assert_ne!(edited, injected);
    for verb in ["inject", "uninject"] {
        let ran = run(&[verb, "--no-config"], edited.as_bytes());
        assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{verb}");
        assert!(ran.stderr.contains("error[edited-injection]"), "{}", ran.stderr);
        let ran = run(&[verb, "--no-config", "--allow", "edited-injection"], edited.as_bytes());
        assert_eq!(
            String::from_utf8(ran.stdout).unwrap(),
            if verb == "inject" { injected.as_str() } else { POD }
        );
    }
}

#[test]
fn the_first_edit_by_hand_is_shown() {
    let dns = ["--dns", "10.64.0.1"];
    let injected = String::from_utf8(inject(&dns, POD.as_bytes()).stdout).unwrap();
    let cases = [
        ("\"64Mi\"", "\"65Mi\"", "\"65Mi\""),
        ("\"NET_ADMIN\"]", "\"NET_ADMIN\", \"NET_RAW\"]", "[\"NET_ADMIN\", \"NET_RAW\"]"),
        ("ls116\"\n    command:", "ls117\"\n    tty: true\n    command:", "tty"),
        ("mtu=$(get mtu | sed -n '$p')", "mtu=1400", "|\n      # wgsidecar"),
        ("\"10.64.0.1", "\"10.64.0.2", "\"10.64.0.2"),
        ("defaultMode: 256", "defaultMode: 292", "292"),
        ("    command:", "    # why\n    command:", "wireguard\n    image:"),
    ];
    // A bot's new tag and the name that kustomize gives the Secret are no edits, and hide none.
    let renamed = |text: &str| {
        text.replace("ls116", "ls118")
            .replace("secretName: wireguard", "secretName: vpn-5f7g8h9k2t")
    };
    for ((from, to, at), is_renamed) in cases.into_iter().flat_map(|it| [(it, false), (it, true)]) {
        let edited = injected.replacen(from, to, 1);
        assert!(edited != injected, "{from}");
        let edited = if is_renamed { renamed(&edited) } else { edited };
        let before = &edited[..edited.find(at).expect(at)];
        let column = before.len() - before.rfind('\n').unwrap();
        let place = format!("--> <stdin>:{}:{column}\n", before.lines().count());
        let ran = inject(&dns, edited.as_bytes());
        assert!(ran.stderr.contains(&place), "{place}{}", ran.stderr);
    }
}

#[test]
fn an_edit_is_shown_where_the_resolvers_are_the_pod_s_own() {
    let own = "  dnsPolicy: None\n  dnsConfig: {nameservers: [10.64.0.1], options: [{name: ndots, value: \"1\"}]}\n";
    let dns = ["--dns", "10.64.0.1"];
    let injected = inject(&dns, format!("{POD}{own}").as_bytes());
    let injected = String::from_utf8(injected.stdout).unwrap();
    let ran = inject(&dns, injected.replace("\"64Mi\"", "\"65Mi\"").as_bytes());
    assert!(ran.stderr.contains("\"65Mi\""), "{}", ran.stderr);
}

#[test]
fn another_layout_or_tag_is_no_edit() {
    let injected = String::from_utf8(inject(&[], POD.as_bytes()).stdout).unwrap();
    let bumped = injected
        .replace("r1-ls116", "r1-ls117")
        .replace("\"10m\"", "10m")
        .replace("[\"NET_ADMIN\"]", "\n        - NET_ADMIN");
    assert_ne!(bumped, injected);
    let ran = inject(&[], bumped.as_bytes());
    assert_eq!((ran.code, String::from_utf8(ran.stdout).unwrap()), (0, bumped.clone()));
    let ran = inject(&["--dns", "10.64.0.1"], bumped.as_bytes());
    assert!(String::from_utf8(ran.stdout).unwrap().contains("r1-ls117"), "the bot's tag stays");
    assert_eq!(
        String::from_utf8(run(&["uninject", "--no-config"], bumped.as_bytes()).stdout).unwrap(),
        POD
    );
}

/// What one run has learnt of a Secret holds for the same Secret only.
#[test]
fn another_secret_brings_no_trace_of_the_old_one() {
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: vpn-7g5tkm96mb}\nstringData: {wg0.conf: \"[Interface]\\nPrivateKey = d2dzaWRlY2FyLWZpeHR1cmUtcHJpdmF0ZS1rZXktLS0=\\nAddress = 10.64.0.2/32\\n[Peer]\\nPublicKey = d2dzaWRlY2FyLWZpeHR1cmUtcGVlci1wdWJrZXkxLS0=\\nAllowedIPs = 0.0.0.0/0\\nEndpoint = 192.0.2.1:51820\\n\"}\n";
    let first = inject(&["--secret", "vpn"], format!("{POD}{secret}").as_bytes());
    let first = String::from_utf8(first.stdout).unwrap();
    let alone = first.strip_suffix(secret).unwrap();
    assert!(
        alone.contains(" content=") && alone.contains("secretName: \"vpn-7g5tkm96mb\"")
            || alone.contains("secretName: vpn-7g5tkm96mb"),
        "{alone}"
    );
    let same = inject(&["--secret", "vpn", "--dns", "10.64.0.1"], alone.as_bytes());
    let same = String::from_utf8(same.stdout).unwrap();
    assert!(same.contains(" content=") && same.contains("secretName: vpn-7g5tkm96mb"), "{same}");
    let other = inject(&["--secret", "other"], alone.as_bytes());
    assert_eq!(other.stdout, inject(&["--secret", "other"], POD.as_bytes()).stdout);
}

#[test]
fn the_image_changes_with_the_setting_that_means_it() {
    let plain = inject(&[], POD.as_bytes()).stdout;
    let tools = inject(&["--install-tools"], POD.as_bytes()).stdout;
    assert_ne!(plain, tools);
    assert_eq!(inject(&["--install-tools"], &plain).stdout, tools);
    assert_eq!(inject(&[], &tools).stdout, plain);
}

/// A program that sorts keys puts our metadata on the dash's line of a list's item.
#[test]
fn metadata_on_the_line_of_a_dash_goes_alone() {
    let list = |item: &str| format!("apiVersion: v1\nkind: PodList\nitems:\n- {item}");
    let spec = "spec:\n    containers: [{name: c, image: i}]\n";
    let injected = inject(&[], list(spec).as_bytes()).stdout;
    let injected = String::from_utf8(injected).unwrap();
    let (spec_lines, metadata) = injected.split_once("  metadata:\n").unwrap();
    let (start, lines) = spec_lines.split_once("- ").unwrap();
    let sorted = format!("{start}- metadata:\n{metadata}  {lines}");
    let ran = run(&["uninject", "--no-config"], sorted.as_bytes());
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), list(spec), "{}", ran.stderr);
}

/// JSON has no comments and no `~`: what stood there comes back in its words.
#[test]
fn what_became_json_is_taken_out_as_json() {
    let text = POD.replace("spec:\n", "spec:\n  volumes: ~\n  initContainers: [ # none\n  ]\n");
    let injected = inject(&[], text.as_bytes()).stdout;
    let source = wgsidecar::text::Source::new("test", injected).unwrap();
    let document = wgsidecar::yaml::stream::split(source.text()).0[0];
    let tree = &wgsidecar::yaml::stream::parse(source.text(), document).unwrap()[0];
    let json = tree.value(tree.root()).to_string();
    let ran = run(&["uninject", "--no-config"], json.as_bytes());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "pod/web: uninjected\n1 uninjected\n"));
    let back = String::from_utf8(ran.stdout).unwrap();
    assert!(back.contains("\"volumes\": null,\"initContainers\": []"), "{back}");
}

fn run_in(folder: &Path, args: &[&str]) -> crate::support::Ran {
    feed(wgsidecar().current_dir(folder).args(args), b"")
}

#[test]
fn an_object_without_a_name_is_called_that() {
    let nameless = POD.replace("name: web", "labels: {app: web}");
    let ran = inject(&[], nameless.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("pod without a name: injected\n"), "{}", ran.stderr);
    let ran = inject(&[], nameless.replace("spec:", "spec:\n  hostNetwork: true").as_bytes());
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("= note: in Pod without a name\n"), "{}", ran.stderr);
}

#[test]
fn a_quiet_secret_gives_no_hints_and_all_warnings() {
    for name in ["mullvad", "nordvpn", "multi-peer"] {
        let path = format!("{}/fixtures/wgquick/{name}.conf", crate::support::root().display());
        let (loud, quiet) = (run(&["secret", &path], b""), run(&["secret", "-q", &path], b""));
        assert!(loud.stderr.contains("next: "), "{name}: {}", loud.stderr);
        let is_hint = |line: &&str| ["hint: ", "next: "].iter().any(|it| line.starts_with(it));
        let kept: String =
            loud.stderr.split_inclusive('\n').filter(|line| !is_hint(line)).collect();
        assert_eq!(
            (quiet.code, quiet.stdout, quiet.stderr),
            (loud.code, loud.stdout, kept),
            "{name}"
        );
    }
}

#[test]
fn a_secret_is_written_over_nothing_without_force() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).display().to_string()
    };
    let conf =
        std::fs::read_to_string(crate::support::root().join("fixtures/wgquick/mullvad.conf"))
            .unwrap();
    let conf = file("mullvad.conf", &conf);
    let manifest = file("deploy.yaml", "apiVersion: apps/v1\nkind: Deployment\n");
    let old = file("old.yaml", "apiVersion: v1\nkind: Secret\n");
    let new = folder.path().join("new.yaml").display().to_string();
    for (output, code, said) in [
        (&conf, 2, "is the provider's file"),
        (&manifest, 2, "write over it with `--force`"),
        (&old, 2, "may be an encrypted Secret"),
        (&new, 0, "new.yaml holds private keys unencrypted: encrypt it before you commit it"),
    ] {
        let before = std::fs::read(output).ok();
        let ran = run(&["secret", &conf, "-o", output], b"");
        assert_eq!((ran.code, ran.stderr.contains(said)), (code, true), "{}", ran.stderr);
        assert_eq!(std::fs::read(output).ok() == before, code != 0);
    }
    let written = std::fs::read(&new).unwrap();
    assert_eq!(run(&["secret", &conf, "--force", "-o", &conf], b"").code, 2);
    let ran = run(&["secret", "-q", &conf, "--force", "-o", &old], b"");
    assert_eq!((ran.code, ran.stderr.contains("unencrypted")), (0, false), "{}", ran.stderr);
    assert_eq!(std::fs::read(&old).unwrap(), written);
    // What is printed may be appended to a file that ends in another object.
    let printed = run(&["secret", &conf, "-o", "-"], b"").stdout;
    assert_eq!(printed, [b"---\n", &written[..]].concat());
    let ran = run(&["secret", "-"], b" \n");
    assert_eq!((ran.code, ran.stderr.contains("standard input is empty")), (2, true));
    let ran = run(&["secret", &manifest], b"");
    assert!(ran.stderr.contains("is a manifest of Kubernetes"), "{}", ran.stderr);
    let ran = run(&["inject", &conf], b"");
    assert!(ran.stderr.contains("`wgsidecar secret` makes a Secret of it"), "{}", ran.stderr);
}

#[test]
fn a_folder_of_files_becomes_as_many_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    std::fs::create_dir(&keys).unwrap();
    let root = crate::support::root().join("fixtures/wgquick");
    // Names as providers choose them: capitals, blanks, dots, and numbers that sort as such.
    let named =
        [("SE Stockholm.10", "mullvad"), ("SE Stockholm.2", "proton"), ("us_nyc", "windscribe")];
    for (name, conf) in named {
        std::fs::copy(root.join(format!("{conf}.conf")), keys.join(format!("{name}.conf")))
            .unwrap();
    }
    std::fs::write(keys.join("readme.txt"), "no configuration").unwrap();
    let path = keys.display().to_string();
    let ran = run(&["secret", &path, "--name", "wg-{file}", "-n", "media"], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = String::from_utf8(ran.stdout).unwrap();
    let names: Vec<_> = text.lines().filter(|line| line.starts_with("  name:")).collect();
    assert_eq!(
        names,
        ["  name: wg-se-stockholm-2", "  name: wg-se-stockholm-10", "  name: wg-us-nyc"]
    );
    assert_eq!((text.matches("---\n").count(), text.matches("namespace: media").count()), (3, 3));
    assert!(ran.stderr.contains("inject -i --secret 'wg-{name}' FILES`"), "{}", ran.stderr);
    let out = folder.path().join("secrets.yaml").display().to_string();
    assert_eq!(
        run(&["secret", &path, "--name", "wg-{file}", "-n", "media", "-o", &out], b"").code,
        0
    );
    assert_eq!(std::fs::read_to_string(&out).unwrap(), text.trim_start_matches("---\n"));
    let one = keys.join("us_nyc.conf").display().to_string();
    let ran = run(&["secret", &one, "--name", "{file}"], b"");
    assert!(ran.stderr.contains("--secret us-nyc"), "{}", ran.stderr);
}

#[test]
fn files_that_cannot_become_secrets_of_their_own_leave_none() {
    let folder = tempfile::tempdir().unwrap();
    let root = crate::support::root().join("fixtures/wgquick");
    let copy = |from: &str, to: &str| {
        let path = folder.path().join(to);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(root.join(from), &path).unwrap();
        path.display().to_string()
    };
    let (good, twin) = (copy("mullvad.conf", "a/vpn.conf"), copy("proton.conf", "b/VPN.conf"));
    let (bad, odd) = (copy("amnezia.conf", "c/bad.conf"), copy("windscribe.conf", "d/….conf"));
    let japan = copy("windscribe.conf", "e/日本.conf");
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let empty = folder.path().join("empty").display().to_string();
    for (files, name, said) in [
        (
            vec![&good, &twin],
            "vpn",
            "2 files are given, and a Secret holds one: choose `--name 'wg-{file}'`",
        ),
        (vec![&good, &twin], "{file}", "would both become the Secret `vpn`: rename one of them"),
        (vec![&good, &bad], "{file}", "\nfailed\n"),
        (
            vec![&good, &odd],
            "{file}",
            "d/….conf: no letter of the file's name may stand in the name",
        ),
        (
            vec![&japan],
            "wg-{file}",
            "日本.conf: no letter of the file's name may stand in the name",
        ),
        (vec![&good, &twin], "{file}.", "is not an object name"),
        (vec![&empty], "{file}", "holds no file whose name ends in .conf"),
        (vec![&"-".to_owned()], "{file}", "standard input has no name for `{file}`"),
    ] {
        let mut words = vec!["secret", "--name", name];
        words.extend(files.iter().map(|file| file.as_str()));
        let ran = run(&words, b"");
        assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{words:?}: {}", ran.stderr);
    }
    for flag in ["--servers", "--per-replica"] {
        let ran = run(&["secret", flag, "--name", "x-{file}", &good, &odd], b"");
        let said = format!(
            "error: `{flag}` makes one Secret of all files: give it a `--name` without `{{file}}`\n"
        );
        assert_eq!((ran.code, ran.stderr), (2, said));
    }
}

#[cfg(unix)]
#[test]
fn a_secret_is_written_where_a_link_leads() {
    let folder = tempfile::tempdir().unwrap();
    let conf = format!("{}/fixtures/wgquick/mullvad.conf", crate::support::root().display());
    std::fs::create_dir(folder.path().join("there")).unwrap();
    let link = folder.path().join("link.yaml");
    std::os::unix::fs::symlink("there/vpn.yaml", &link).unwrap();
    let ran = run(&["secret", &conf, "-o", &link.display().to_string()], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(folder.path().join("there/vpn.yaml").is_file());
}

#[test]
fn what_is_missed_by_a_hair_is_named() {
    let pod = "  template: {spec: {containers: [{name: a, image: b}]}}\n";
    let named = |group: &str, kind: &str, more: &str| {
        format!("apiVersion: {group}v1\nkind: {kind}\nmetadata: {{name: web{more}}}\nspec:\n{pod}")
    };
    for (group, kind) in [("", "Deployment"), ("app/", "Deployment"), ("apps/", "Deploymnet")] {
        let ran = run(&["inject", "--no-config"], named(group, kind, "").as_bytes());
        assert!(ran.stderr.starts_with("warning[unknown-workload]"), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("did you mean the kind `Deployment` of `apps`?"),
            "{}",
            ran.stderr
        );
    }
    let foreign =
        run(&["inject", "--no-config"], named("example.com/", "Deployment", "").as_bytes());
    assert!(foreign.stderr.contains("--workload 'example.com/Deployment=spec.template'"));
    let disabled = named("apps/", "Deployment", ", labels: {wgsidecar.dev/inject: disabled}");
    let ran = run(&["inject", "--no-config", "--target", "deploy/web"], disabled.as_bytes());
    assert!(ran.stderr.contains("left alone: deployment/web (disabled by"), "{}", ran.stderr);
    let ran = run(&["inject", "--no-config", "--cluster", "k3"], disabled.as_bytes());
    assert!(
        ran.stderr.contains("`k3` is not a preset") && ran.stderr.matches("error").count() == 1
    );
}

#[test]
fn a_document_that_ends_at_once_is_no_reason_to_refuse() {
    for text in ["---\n...\n", "---\n...\n---\nkind: A\n", "--- # c\r\n...\r\n"] {
        let ran = run(&["uninject", "--no-config"], text.as_bytes());
        assert_eq!((ran.code, ran.stdout.as_slice()), (0, text.as_bytes()), "{}", ran.stderr);
    }
    assert_eq!(run(&["uninject", "--no-config"], b"...\n").code, 2);
}

/// A name with a line break must not look like a line of ours.
#[test]
fn what_a_message_quotes_stays_on_its_line() {
    let kind = "apiVersion: x.example/v1\nkind: \"A\\nerror: all is lost\"\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: c}]}}}\n";
    for args in [&["inject"][..], &["lint", "--secret", "vpn"], &["lint", "--format", "concise"]] {
        let ran = run(&[args, &["--no-config", "--verbose"]].concat(), kind.as_bytes());
        let all = String::from_utf8(ran.stdout).unwrap() + &ran.stderr;
        assert!(!all.lines().any(|line| line.starts_with("error: all is lost")), "{all}");
    }
}

/// Nothing is made, so that many files need no names.
#[test]
fn each_file_of_a_folder_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().display().to_string();
    let root = crate::support::root().join("fixtures/wgquick");
    for (from, to) in [("mullvad", "good"), ("proton", "twin")] {
        let to = folder.path().join(format!("{to}.conf"));
        std::fs::copy(root.join(format!("{from}.conf")), to).unwrap();
    }
    let good = folder.path().join("good.conf").display().to_string();
    for name in ["wireguard", "wg-{file}"] {
        let ran = run(&["secret", "--check", "--name", name, &keys], b"");
        assert_eq!((ran.code, ran.stdout.as_slice()), (0, &b""[..]), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("{good}: no problems found\n")), "{}", ran.stderr);
        assert!(!ran.stderr.contains("next: ") && !ran.stderr.contains("hint: "));
    }
    std::fs::write(folder.path().join("bad.conf"), "bad").unwrap();
    let ran = run(&["secret", "--check", &keys], b"");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("error[no-peer]"), "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("{good}: no problems found\n")), "{}", ran.stderr);
    assert_eq!(run(&["secret", "--check", "-q", &good], b"").stderr, "");
    // To make one of them all is another matter.
    assert_eq!(run(&["secret", &keys], b"").code, 2);
}
