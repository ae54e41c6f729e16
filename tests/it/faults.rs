//! What goes wrong around us: no file is ever half, the originals stay in place, and the error names the reason.
#![cfg(target_os = "linux")]
use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{feed, wgsidecar};
use wgsidecar::run::read::File;
use wgsidecar::run::write::in_place;
use wgsidecar::text::{Edits, Source};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n";

fn pod(name: usize) -> String {
    POD.replace("name: web\nspec", &format!("name: web-{name}\nspec"))
}

/// Runs the binary behind a shell that has set its limits.
fn limited(limit: &str, folder: &Path, args: &str) -> Command {
    let mut command = Command::new("sh");
    let binary = env!("CARGO_BIN_EXE_wgsidecar");
    command
        .current_dir(folder)
        .args(["-c", &format!("trap '' XFSZ; {limit}; exec {binary} {args}")]);
    command
}

#[test]
fn a_pipe_closed_at_any_place_is_quiet() {
    let input: String = (0..40).map(pod).collect::<Vec<_>>().join("---\n");
    for pages in 0..40 {
        let mut child = wgsidecar()
            .args(["inject", "--no-config", "--allow", "secret-shared"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut vec![0; pages * 4096]).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A limit on the size of files is to a program what a full disk is.
#[test]
fn without_room_no_file_changes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), POD).unwrap();
    fs::write(folder.path().join("b.yaml"), pod(1) + &format!("# {}\n", "x".repeat(8192))).unwrap();
    let before: Vec<_> =
        ["a.yaml", "b.yaml"].map(|name| fs::read(folder.path().join(name)).unwrap()).into();
    let ran = feed(
        &mut limited(
            "ulimit -f 16",
            folder.path(),
            "inject --no-config -i --allow secret-shared .",
        ),
        b"",
    );
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.starts_with("error: cannot write ./b.yaml: file too large\n"),
        "{}",
        ran.stderr
    );
    let after: Vec<_> =
        ["a.yaml", "b.yaml"].map(|name| fs::read(folder.path().join(name)).unwrap()).into();
    assert!(before == after);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
}

#[test]
fn without_memory_nothing_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), POD.replace("nginx", &"x".repeat(80 << 20))).unwrap();
    fs::write(folder.path().join("b.yaml"), POD).unwrap();
    let with = |file: &str| {
        let args = format!("inject --no-config {file}");
        feed(&mut limited("ulimit -v 120000", folder.path(), &args), b"")
    };
    let ran = with("a.yaml");
    assert!(ran.stderr.contains("memory allocation of "), "{}", ran.stderr);
    assert_eq!((ran.code, ran.stdout.len()), (-1, 0), "{}", ran.stderr);
    assert_eq!(with("b.yaml").code, 0, "a small file fits");
}

/// The limit on the size of files kills who does not refuse the signal: in the midst of the second file's new text.
#[test]
fn a_run_killed_while_it_writes_changes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (folder.path().join("a.yaml"), folder.path().join("b.yaml"));
    let texts = [pod(0), pod(1) + &format!("# {}\n", "x".repeat(16 << 10))];
    fs::write(&small, &texts[0]).unwrap();
    fs::write(&large, &texts[1]).unwrap();
    let args = "inject --no-config -qi --allow secret-shared .";
    let script = format!("ulimit -f 16; exec {} {args}", env!("CARGO_BIN_EXE_wgsidecar"));
    let ran = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).status().unwrap();
    assert_eq!(ran.signal(), Some(SIGXFSZ));
    assert_eq!([small, large].map(|path| fs::read_to_string(path).unwrap()), texts);
}

const SIGXFSZ: i32 = 25;

/// Killed when so many files have been replaced, each file is the old one or the new one.
#[test]
fn a_run_killed_between_two_files_leaves_every_file_whole() {
    if Command::new("strace").arg("--version").output().is_err() {
        return crate::support::skip("there is no strace on this machine");
    }
    const FILES: usize = 6;
    for kill_at in 1..=FILES {
        let folder = tempfile::tempdir().unwrap();
        let path = |number: usize| folder.path().join(format!("{number}.yaml"));
        for number in 0..FILES {
            fs::write(path(number), pod(number)).unwrap();
        }
        let calls = "rename,renameat,renameat2";
        let ran = Command::new("strace")
            .args(["-qq", "-f", "-o", "/dev/null", "-e", &format!("trace={calls}")])
            .args(["-e", &format!("inject={calls}:signal=SIGKILL:when={kill_at}")])
            .arg(env!("CARGO_BIN_EXE_wgsidecar"))
            .args(["inject", "--no-config", "-qi", "--allow", "secret-shared", "."])
            .current_dir(folder.path())
            .status()
            .unwrap();
        assert_eq!(ran.signal(), Some(SIGKILL), "nothing was killed at {kill_at}");
        let mut replaced = 0;
        for number in 0..FILES {
            let text = fs::read_to_string(path(number)).unwrap();
            let is_new = text.contains("wgsidecar.dev/injected");
            replaced += usize::from(is_new);
            let is_whole =
                if is_new { text.ends_with("defaultMode: 256\n") } else { text == pod(number) };
            assert!(is_whole, "killed at {kill_at}, {number}.yaml is half:\n{text}");
        }
        assert_eq!(replaced, kill_at - 1);
    }
}

const SIGKILL: i32 = 9;

fn planned(path: &Path) -> (Source, Option<File>, Edits) {
    let source =
        Source::new(path.display().to_string(), fs::read(path).unwrap_or_default()).unwrap();
    let mut edits = Edits::default();
    edits.insert(0, 0, "# new\n");
    let modified = fs::metadata(path).unwrap().modified().ok();
    (source, Some(File { path: path.to_owned(), modified }), edits)
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    fs::write(&path, POD).unwrap();
    let (source, file, edits) = planned(&path);
    fs::write(&path, "someone else's\n").unwrap();
    let later = file.as_ref().unwrap().modified.unwrap() + Duration::from_millis(1);
    fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
    let error = in_place(&[source], &[file], &[edits]).unwrap_err();
    assert!(
        error.ends_with("a.yaml was changed by someone else meanwhile: nothing was written"),
        "{error}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "someone else's\n");
}

/// The second file cannot be replaced: the first is put back.
#[test]
fn a_failure_between_two_files_puts_the_first_back() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a.yaml"), folder.path().join("b.yaml"));
    fs::write(&first, POD).unwrap();
    fs::create_dir(&second).unwrap();
    let (sources, rest): (Vec<_>, Vec<_>) = [planned(&first), planned(&second)]
        .into_iter()
        .map(|(source, file, edits)| (source, (file, edits)))
        .unzip();
    let (files, edits): (Vec<_>, Vec<_>) = rest.into_iter().unzip();
    let error = in_place(&sources, &files, &edits).unwrap_err();
    assert!(error.ends_with("; no file was changed"), "{error}");
    assert_eq!(fs::read_to_string(&first).unwrap(), POD);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
}
