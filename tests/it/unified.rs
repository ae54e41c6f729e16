//! Diffs: git and patch take them, from any folder, and readers see colours.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Ran, feed, wgsidecar};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n";

fn diff(folder: &Path, args: &[&str]) -> Ran {
    let mut command = wgsidecar();
    command.args(["inject", "--no-config", "--diff", "-q"]).args(args).current_dir(folder);
    feed(&mut command, POD.as_bytes())
}

/// Applies a diff in a folder; `None` where the system has no such program.
fn apply(program: &str, args: &[&str], folder: &Path, diff: &[u8]) -> Option<Ran> {
    Command::new(program).arg("--version").output().ok()?;
    let mut command = Command::new(program);
    command.args(args).current_dir(folder);
    // Not the repository around the temporary folder, if there is one.
    command.env("GIT_CEILING_DIRECTORIES", folder.ancestors().last().unwrap());
    Some(feed(&mut command, diff))
}

#[test]
fn git_and_patch_take_it_from_any_folder() {
    let names = [
        "a.yaml",
        "a b.yaml",
        "sub/c.yaml",
        "tab\there.yaml",
        "quo\"te.yaml",
        "é.yaml",
        "back\\slash.yaml",
    ];
    for (program, args) in [("git", &["apply"][..]), ("patch", &["-p1"])] {
        for name in names {
            let folder = tempfile::tempdir().unwrap();
            let root = fs::canonicalize(folder.path()).unwrap();
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::create_dir_all(root.join("other")).unwrap();
            let absolute = path.display().to_string();
            let here = format!("./other/../{name}");
            let up = format!("../{name}");
            let places: [(&str, &str, &str); 4] =
                [("", name, ""), ("", &absolute, ""), ("", &here, ""), ("other", &up, "")];
            for (from, named, applied_in) in places {
                fs::write(&path, POD).unwrap();
                let ran = diff(&root.join(from), &[named]);
                assert_eq!(ran.code, 1, "{}", ran.stderr);
                let said = (!from.is_empty())
                    .then(|| format!("the names in the diff begin at {}\n", root.display()));
                assert_eq!(ran.stderr, said.unwrap_or_default());
                let text = String::from_utf8_lossy(&ran.stdout).into_owned();
                let Some(applied) = apply(program, args, &root.join(applied_in), &ran.stdout)
                else {
                    continue;
                };
                assert_eq!(applied.code, 0, "{program} {named}: {}\n{text}", applied.stderr);
                let patched = fs::read_to_string(&path).unwrap();
                assert!(patched.contains("wgsidecar.dev/injected"), "{program} {named}\n{text}");
            }
        }
    }
}

#[test]
fn names_are_those_of_the_working_directory() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    fs::write(folder.path().join("sub/a.yaml"), POD).unwrap();
    let head = |from: &str, args: &[&str]| {
        let ran = diff(&folder.path().join(from), args);
        String::from_utf8(ran.stdout).unwrap().lines().take(2).collect::<Vec<_>>().join("|")
    };
    assert_eq!(head("", &["sub/a.yaml"]), "--- a/sub/a.yaml|+++ b/sub/a.yaml");
    assert_eq!(head("", &["."]), "--- a/sub/a.yaml|+++ b/sub/a.yaml");
    assert_eq!(head("sub", &["."]), "--- a/a.yaml|+++ b/a.yaml");
    assert_eq!(head("", &[]), "--- a/<stdin>|+++ b/<stdin>");
    assert_eq!(head("", &["--stdin-filename", "./x/y.yaml"]), "--- a/x/y.yaml|+++ b/x/y.yaml");
}

/// A link cannot be patched: what it leads to can.
#[cfg(unix)]
#[test]
fn a_link_is_named_as_the_file_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("real.yaml"), POD).unwrap();
    std::os::unix::fs::symlink("real.yaml", folder.path().join("link.yaml")).unwrap();
    let ran = diff(folder.path(), &["link.yaml"]);
    assert!(ran.stdout.starts_with(b"--- a/real.yaml\n"));
}

#[test]
fn colours_are_shown_where_they_are_asked_for() {
    let colored = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = wgsidecar();
        command.args(args).arg("--no-config").env_remove("NO_COLOR");
        let ran = feed(command.envs(variables.iter().copied()), POD.as_bytes());
        let diff = String::from_utf8(ran.stdout).unwrap();
        let is_colored = diff.contains("\x1b[32m+")
            && diff.contains("\x1b[1m--- a/<stdin>\x1b[m\n")
            && diff.contains("\x1b[36m@@");
        assert_eq!(is_colored, diff.contains('\x1b'), "{diff}");
        is_colored
    };
    let diff = ["inject", "--diff"];
    assert!(!colored(&diff, &[]), "standard output is a pipe");
    for (name, value, expected) in [
        ("CLICOLOR_FORCE", "1", true),
        ("FORCE_COLOR", "1", true),
        ("FORCE_COLOR", "3", true),
        ("FORCE_COLOR", "true", true),
        ("FORCE_COLOR", "0", false),
        ("FORCE_COLOR", "", false),
    ] {
        assert_eq!(colored(&diff, &[(name, value)]), expected, "{name}={value}");
        assert!(!colored(&diff, &[(name, value), ("NO_COLOR", "1")]), "{name}={value}");
    }
    let always = ["inject", "--diff", "--color", "always"];
    assert!(colored(&always, &[]) && colored(&always, &[("NO_COLOR", "1")]));
    assert!(!colored(&["inject", "--diff", "--color", "never"], &[("FORCE_COLOR", "1")]));
    let overlap = ["lint", "--fix", "--diff", "--color", "always", "--secret", "vpn"];
    let deployment = POD.replace("v1\nkind: Pod", "apps/v1\nkind: Deployment").replace(
        "spec:\n  containers:\n  - name: web\n    image: nginx",
        "spec:\n  template:\n    spec:\n      containers: [{name: web, image: nginx}]",
    );
    let mut command = wgsidecar();
    let ran = feed(command.args(overlap).arg("--no-config"), deployment.as_bytes());
    assert!(String::from_utf8(ran.stdout).unwrap().contains("\x1b[32m+"), "{}", ran.stderr);
    // Findings too.
    let mut command = wgsidecar();
    command
        .args(["lint", "--no-config", "--secret", "vpn"])
        .env_remove("NO_COLOR")
        .env("FORCE_COLOR", "1");
    let ran = feed(&mut command, deployment.as_bytes());
    assert!(ran.stdout.contains(&0x1b), "{}", ran.stderr);
}
