//! `init`: a settings file to begin with.

use wgsidecar::config::from_file;
use wgsidecar::text::{Place, Source};
use wgsidecar::wireguard::settings::SETTINGS;

use crate::support::{files, root, run};

/// What the settings file says, which must have nothing wrong in it.
fn read(text: &str) -> wgsidecar::config::Layer {
    let source = Source::new("wgsidecar.yaml".to_owned(), text.as_bytes().to_vec()).unwrap();
    let reading = from_file(&source, Place::SETTINGS);
    assert!(reading.errors.is_empty(), "{:?}\n{text}", reading.errors);
    reading.layer
}

#[test]
fn without_a_file_every_setting_is_a_comment() {
    let ran = run(&["init", "-q"], b"");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(read(&text).settings.is_empty());
    assert!(text.lines().all(|line| line.len() <= 100));
}

/// Whoever takes a `#` away has a setting that holds.
#[test]
fn each_line_that_is_commented_out_is_a_setting() {
    let text = String::from_utf8(run(&["init"], b"").stdout).unwrap();
    let fields = text.lines().filter_map(|line| line.strip_prefix("  # ")?.split_once(": "));
    let fields: Vec<_> = fields.filter(|(name, _)| !name.contains(' ')).collect();
    for setting in &SETTINGS {
        assert!(fields.iter().any(|(name, _)| *name == setting.field), "{}", setting.field);
    }
    for (name, value) in fields {
        read(&text.replace(&format!("  # {name}: {value}"), &format!("  {name}: {value}")));
    }
}

#[test]
fn flags_are_what_the_file_says() {
    let words = [
        "init",
        "--secret=wg-{name}",
        "--local=192.168.1.0/24,fd00::/8",
        "--kill-switch=on",
        "--limits=cpu=2,memory=1Gi",
        "--install-tools",
        "--image=alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "--inbound=tcp:80-90,udp:53",
    ];
    let text = String::from_utf8(run(&words, b"").stdout).unwrap();
    let settings = read(&text).settings;
    for word in &words[1..] {
        let (name, value) = word[2..].split_once('=').unwrap_or((&word[2..], "true"));
        assert_eq!(settings.text(name).as_deref(), Some(value), "{text}");
    }
    // What old readers take for a boolean is quoted, and a word is not.
    for line in ["killSwitch: \"on\"", "limits: [cpu=2, memory=1Gi]", "secretName: \"wg-{name}\""] {
        assert!(text.contains(&format!("\n  {line}\n")), "{line}: {text}");
    }
}

#[test]
fn a_provider_s_file_fills_in_what_it_asks_for_and_shows_no_key() {
    let mut asks = 0;
    for path in files("wgquick", ".conf") {
        let conf = std::fs::read_to_string(&path).unwrap_or_default();
        let ran = run(&["init", &path.display().to_string()], b"");
        let made = run(&["secret", &path.display().to_string()], b"");
        assert_eq!(ran.code, made.code, "{}: {}", path.display(), ran.stderr);
        let text = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(text.is_empty(), ran.code != 0);
        if ran.code != 0 {
            assert!(ran.stderr.contains("error"), "{}", ran.stderr);
            continue;
        }
        let settings = read(&text).settings;
        let asked = made.stderr.lines().find_map(|line| line.split_once(" --dns "));
        let asked = asked.map(|(_, rest)| rest.trim_end_matches(" FILES`").to_owned());
        assert_eq!(settings.text("dns"), asked, "{}", path.display());
        asks += usize::from(asked.is_some());
        let keys =
            conf.lines().filter_map(|line| line.split_once('=')?.1.split_whitespace().next());
        for key in keys.filter(|value| value.len() == 44) {
            assert!(!text.contains(key) && !ran.stderr.contains(key), "{}", path.display());
        }
    }
    assert!(asks > 5);
}

#[test]
fn what_is_no_file_of_a_provider_is_refused() {
    let manifest = root().join("fixtures/inject/absent.in.yaml");
    for (words, said) in [
        (&["init", "nowhere.conf"][..], "cannot read nowhere.conf"),
        (&["init", &manifest.display().to_string()], "error"),
        (&["init", "--dns", "x"], "`x` is neither `cluster` nor an IP address"),
        (&["init", "--cluster", "k3"], "`k3`"),
        (&["init", "-"], "standard input is empty"),
    ] {
        let ran = run(words, b"");
        assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{words:?}");
        assert!(ran.stderr.contains(said), "{words:?}: {}", ran.stderr);
    }
}
