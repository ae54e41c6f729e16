//! The completions and the man page of the repository are those of the binary, and offer what can be typed.

use crate::support::{golden, root, run};

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
