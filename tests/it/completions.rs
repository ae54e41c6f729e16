//! The completions, the man pages and the help: those of the repository are those of the binary, and offer what can be typed.

use wgsidecar::cli::command_names;

use crate::support::{files_in, golden, root, run};

const FILES: [(&str, &[&str]); 6] = [
    ("completions/wgsidecar.bash", &["completions", "bash"]),
    ("completions/_wgsidecar", &["completions", "zsh"]),
    ("completions/wgsidecar.fish", &["completions", "fish"]),
    ("completions/wgsidecar.elv", &["completions", "elvish"]),
    ("completions/_wgsidecar.ps1", &["completions", "powershell"]),
    ("man/wgsidecar.1", &["man"]),
];

#[test]
fn the_files_are_the_binarys() {
    for (path, args) in FILES {
        let ran = run(args, b"");
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{path}");
        golden(&root().join(path), &ran.stdout);
    }
}

#[test]
fn every_command_has_its_man_page() {
    let mut names: Vec<_> = command_names().map(|name| format!("wgsidecar-{name}.1")).collect();
    for (name, file) in command_names().zip(&names) {
        let ran = run(&["man", name], b"");
        let page = String::from_utf8(ran.stdout).unwrap();
        for section in ["NAME", "SYNOPSIS", "EXAMPLES", "EXIT STATUS", "SEE ALSO"] {
            assert!(page.contains(&format!("\n.SH {section}\n")), "{file} has no {section}");
        }
        golden(&root().join("man").join(file), page.as_bytes());
    }
    names.push("wgsidecar.1".into());
    names.sort();
    assert_eq!(files_in("man"), names);
}

#[test]
fn help_is_a_command_and_ends_with_exit_codes_and_the_long_page() {
    for name in command_names() {
        let [short, long, named] =
            [&[name, "-h"], &[name, "--help"], &["help", name]].map(|args| {
                let ran = run(args, b"");
                assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
                String::from_utf8(ran.stdout).unwrap()
            });
        assert_eq!(long, named);
        for text in [&short, &long] {
            let end = text.split("\n\n").last().unwrap();
            assert!(text.contains("\nExit codes:\n  0  ") && end.contains(".md"), "{name}: {end}");
        }
    }
    let listed = String::from_utf8(run(&["help"], b"").stdout).unwrap();
    assert_eq!(listed.as_bytes(), run(&["--help"], b"").stdout);
    for name in command_names() {
        assert!(listed.contains(&format!("\n  {name} ")), "{name} is not listed");
    }
    assert_eq!(run(&["help", "nosuch"], b"").code, 2);
}

#[test]
fn the_short_help_is_shorter() {
    let lines = |flag| run(&["inject", flag], b"").stdout.split(|&byte| byte == b'\n').count();
    assert!(lines("-h") * 2 < lines("--help"));
}

/// Elvish and PowerShell get commands and flags only: that is all their generators know.
#[test]
fn rules_presets_and_formats_are_offered() {
    for (path, args) in &FILES[..3] {
        let text = String::from_utf8(run(args, b"").stdout).unwrap();
        for word in ["secret-shared", "k3s", "sarif", "IfNotPresent", "warning", "auto"] {
            assert!(text.contains(word), "{path} does not offer {word}");
        }
        assert!(!text.contains("FILE|DIR|-]..."), "{path} offers the name of an argument");
    }
}

#[test]
fn a_word_that_is_offered_may_still_be_another() {
    let refused = run(&["inject", "--no-config", "--kill-switch", "maybe"], b"kind: Pod\n");
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("`--kill-switch`: "), "{}", refused.stderr);
}
