//! What the tests share: the built binary and the folders of fixtures.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

pub mod engine;
pub mod fuzzed;
pub mod generate;
pub mod judges;
pub mod texts;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a run of the binary ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

/// A command that runs the built binary with nothing of this process's own settings.
pub fn wgsidecar() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wgsidecar"));
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("WGSIDECAR_") || name.starts_with("HELM_"))
    {
        command.env_remove(name);
    }
    command.env_remove("CLICOLOR_FORCE").env_remove("FORCE_COLOR").env("NO_COLOR", "1");
    command
}

/// Runs the binary on standard input.
pub fn run<A: AsRef<std::ffi::OsStr>>(args: &[A], input: &[u8]) -> Ran {
    feed(wgsidecar().args(args), input)
}

pub fn feed(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let input = input.to_vec();
    // A run that refuses its arguments does not read its input.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the binary ends");
    writer.join().expect("the writer ends");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Notes that a test does not test what it is for, and why. The gate shows every line of the file that `SKIPS_FILE`
/// names, and fails on one that it did not expect.
#[allow(clippy::print_stderr, reason = "who runs the tests by hand is told as well")]
pub fn skip(reason: &str) {
    let line = format!("{}: {reason}\n", std::thread::current().name().unwrap_or("a test"));
    eprint!("skipped: {line}");
    if let Some(path) = std::env::var_os("SKIPS_FILE") {
        let mut file = std::fs::File::options().append(true).create(true).open(path).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}

/// The corpus of real manifests, where it stands beside the checkout.
pub fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("WGSIDECAR_SHARED").map(PathBuf::from);
    let corpus = shared.unwrap_or_else(|| root().join("../shared")).join("corpus");
    if !corpus.is_dir() {
        skip("there is no corpus beside the checkout");
        return None;
    }
    Some(corpus)
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with these files.
pub fn folder(files: &[(&str, impl AsRef<[u8]>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// Files of a folder of fixtures whose name ends so, in order.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = root().join("fixtures").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    files
}

/// The names of a folder's files, sorted.
pub fn files_in(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut names: Vec<_> =
        entries.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Compares with a golden file byte for byte, or writes it where `UPDATE` is set.
pub fn golden(path: &Path, actual: &[u8]) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, actual).expect("the golden file can be written");
        return;
    }
    let expected = std::fs::read(path).unwrap_or_default();
    if expected != actual {
        let (expected, actual) =
            (String::from_utf8_lossy(&expected), String::from_utf8_lossy(actual));
        panic!(
            "{} differs (UPDATE=1 refreshes it)\n--- expected\n{expected}\n--- actual\n{actual}",
            path.display()
        );
    }
}
