//! Every input that fuzzing has kept still holds: those that once did not (`fuzz/found`), and few that reach as much
//! of the program as all others (`fuzz/corpus`).

use std::path::{Path, PathBuf};

#[test]
fn parse() {
    kept_inputs_hold("parse");
}

#[test]
fn inject() {
    kept_inputs_hold("inject");
}

#[test]
fn conf() {
    kept_inputs_hold("conf");
}

#[test]
fn lint() {
    kept_inputs_hold("lint");
}

#[test]
fn krm() {
    kept_inputs_hold("krm");
}

#[allow(clippy::print_stdout, reason = "a test that fails shows which input it was")]
fn kept_inputs_hold(target: &str) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let kept = files(&fuzz.join("corpus").join(target));
    assert!(!kept.is_empty(), "nothing is kept for {target}");
    for path in kept.into_iter().chain(files(&fuzz.join("found").join(target))) {
        let input = std::fs::read(&path).expect("an input can be read");
        println!("{}", path.display());
        crate::support::fuzzed::run(target, &input);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.expect("the folder can be read").path()).collect()
}
