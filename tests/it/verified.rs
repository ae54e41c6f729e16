//! What a document loses and gains is verified before anything is written.

use std::fs;

use crate::support::{Ran, feed, run, wgsidecar};

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: c, image: i}]
";

fn injected() -> String {
    let ran = run(&["inject", "--no-config"], POD.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    String::from_utf8(ran.stdout).unwrap()
}

/// Others write comments around what is ours, and write it anew in their own style.
#[test]
fn comments_around_our_parts_stay() {
    let injected = injected();
    let (before, mark) = injected.split_once("\"annotations\": {").unwrap();
    let (mark, rest) = mark.split_once("}}").unwrap();
    let (spec, volumes) = rest.split_once("  volumes:\n").unwrap();
    let volume = "{name: wireguard, secret: {secretName: wireguard, defaultMode: 256}}";
    assert!(volumes.starts_with("  - name: wireguard"), "{volumes}");
    for (annotations, volumes, left) in [
        ("a: b, # mine\n  MARK", "[VOLUME]", "{a: b, # mine\n  }}"),
        ("# mine\n  MARK, a: b", "[VOLUME]", "{# mine\n  a: b}}"),
        ("MARK, # mine\n  a: b", "[VOLUME]", "{# mine\n  a: b}}"),
        ("MARK # mine, or not\n  , a: b", "[VOLUME]", "{ # mine, or not\n  a: b}}"),
        ("a: b # mine\n  , MARK", "[VOLUME]", "{a: b # mine\n  , }}"),
        ("a: b, MARK # mine\n  ", "[VOLUME]", "{a: b # mine\n  }}"),
        (
            "a: b, MARK",
            "[{name: v, emptyDir: {}}, # mine\n    VOLUME]",
            "emptyDir: {}}, # mine\n    ]",
        ),
        ("a: b, MARK", "[VOLUME, # mine\n    {name: v, emptyDir: {}}]", "[# mine\n    {name: v"),
        ("a: b, MARK", "\n  # mine\n  - VOLUME\n  - {name: v}", "  # mine\n  - {name: v}"),
        ("a: b, MARK", "\n  - {name: v} # mine\n  - VOLUME", "  - {name: v} # mine\n"),
    ] {
        let annotations = annotations.replace("MARK", mark);
        let volumes = volumes.replace("VOLUME", volume);
        let text = format!("{before}annotations: {{{annotations}}}}}{spec}  volumes: {volumes}\n");
        let ran = run(&["uninject", "--no-config"], text.as_bytes());
        assert_eq!(ran.code, 0, "{annotations}\n{volumes}\n{}", ran.stderr);
        let back = String::from_utf8(ran.stdout).unwrap();
        assert!(back.contains(left), "{left}\n--- is not in\n{back}");
        assert!(!back.contains("wireguard"), "{back}");
    }
}

/// Runs with a mistake in every edit: debug builds alone can be made to make one.
#[cfg(debug_assertions)]
fn with_wrong_edit(wrong: &str, args: &[&str], input: &str) -> Ran {
    feed(wgsidecar().env("WRONG_EDIT", wrong).args(args), input.as_bytes())
}

#[cfg(debug_assertions)]
const MISTAKE: &str = "a mistake of wgsidecar, please report it";

/// Each of these is a mistake of another kind: what nobody planned, what cannot be read, what says nothing, and what says
/// the same.
#[cfg(debug_assertions)]
const WRONG: [&str; 5] = ["wrong: 1\n", "[", "# wrong\n", "apiVersion: v1\n", "&wrong\n"];

#[test]
#[cfg(debug_assertions)]
fn an_edit_that_was_not_planned_writes_nothing() {
    let injected = injected();
    let rest = ["--no-config", "--stdin-filename", "pod.yaml"];
    for wrong in WRONG {
        for (args, input) in [
            (vec!["inject"], POD),
            (vec!["inject", "--diff"], POD),
            (vec!["inject", "--check"], POD),
            (vec!["inject", "--mtu", "1280"], &injected),
            (vec!["uninject"], &injected),
            (vec!["uninject", "--diff"], &injected),
        ] {
            let ran = with_wrong_edit(wrong, &[&args[..], &rest].concat(), input);
            assert_eq!((ran.code, ran.stdout.as_slice()), (2, &b""[..]), "{wrong} {args:?}");
            assert!(ran.stderr.contains(MISTAKE), "{}", ran.stderr);
            assert!(ran.stderr.contains("pod.yaml: `"), "{}", ran.stderr);
            let shows = args.contains(&"--diff") || args.contains(&"--check");
            let last = if shows { "\nfailed\n" } else { "\nfailed: nothing was written\n" };
            assert!(ran.stderr.ends_with(last), "{}", ran.stderr);
        }
    }
}

#[test]
#[cfg(debug_assertions)]
fn an_edit_that_was_not_planned_replaces_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    // The second file needs a fix too, and the first is edited by `inject` alone.
    let never = "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers: [{name: c, image: i}]\n";
    let texts = [(path("a.yaml"), POD), (path("b.yaml"), never)];
    for (name, text) in &texts {
        fs::write(name, text).unwrap();
    }
    for verb in [
        &["inject", "-i", "--no-config", "--secret", "{name}"][..],
        &["lint", "--fix", "--no-config", "--secret", "{name}", "--fail-on", "never"],
    ] {
        let args = [verb, &[texts[0].0.as_str(), &texts[1].0]].concat();
        let ran = with_wrong_edit("# wrong\n", &args, "");
        assert!(
            verb[0] == "lint" || (ran.code == 2 && ran.stderr.contains(MISTAKE)),
            "{}",
            ran.stderr
        );
        for (name, text) in &texts {
            assert_eq!(fs::read_to_string(name).unwrap(), *text, "{verb:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
        // Without the mistake there is something to write.
        let ran = run(&args, b"");
        assert_eq!(ran.code, 0, "{verb:?} {}", ran.stderr);
        assert_ne!(fs::read_to_string(&texts[1].0).unwrap(), never, "{verb:?}");
        texts.iter().for_each(|(name, text)| fs::write(name, text).unwrap());
    }
}

#[test]
#[cfg(debug_assertions)]
fn a_list_comes_back_as_it_was_where_an_edit_was_not_planned() {
    let item = POD.replace('\n', "\n  ");
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {}\n",
        item.trim()
    );
    let right = run(&["krm", "--secret", "vpn"], list.as_bytes());
    assert_eq!(right.code, 0, "{}", right.stderr);
    for wrong in WRONG {
        let ran = with_wrong_edit(wrong, &["krm", "--secret", "vpn"], &list);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stdout.is_empty() || ran.stdout == list.as_bytes(), "{wrong}");
        assert!(ran.stderr.contains(MISTAKE), "{}", ran.stderr);
    }
}
