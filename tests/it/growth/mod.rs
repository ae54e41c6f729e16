//! Growth: twice the input may cost twice the work, whatever there is more of. Work is counted in instructions, by
//! valgrind: no clock decides. `GROWTH` names some of the inputs, with commas between them.

mod inputs;
mod objects;
mod pairs;

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::wgsidecar;
use inputs::{Input, inputs};

/// Instructions for n and 2n and 4n of something: the second step is twice the first where work is linear, and four
/// times where it is quadratic. Tables that double, and sorting, take a little more than twice.
const MOST: f64 = 2.5;

/// Two runs on one input differ by some thousand instructions: hash seeds and addresses. A step is measured against this at least.
/// With n of 100 a single instruction for each pair is a step of 120,000.
const NOISE: u64 = 20_000;

/// The program under test: a release where `WGSIDECAR` names one.
fn program() -> Command {
    let Some(release) = std::env::var_os("WGSIDECAR") else { return wgsidecar() };
    let mut command = Command::new(release);
    command.env("NO_COLOR", "1");
    command
}

#[test]
#[ignore = "needs valgrind"]
fn twice_the_input_costs_twice_the_work() {
    let only = std::env::var("GROWTH").unwrap_or_default();
    let mut inputs = inputs();
    for name in only.split(',') {
        let is_known = inputs.iter().any(|input| input.name.contains(name));
        assert!(is_known, "no input is called {name}");
    }
    inputs.retain(|input| only.split(',').any(|name| input.name.contains(name)));
    let times = std::env::var("GROWTH_TIMES").map_or(1, |times| times.parse().unwrap());
    let mut failed = Vec::new();
    for input in inputs {
        let n = input.least * times;
        let [one, two, four] = [n, 2 * n, 4 * n].map(|n| instructions(&input, n));
        let (first, second) = (two.saturating_sub(one), four.saturating_sub(two));
        let grows = second as f64 / first.max(NOISE) as f64;
        let line = format!(
            "{grows:5.2} {:>9} {:>9} {:>9} k {}",
            one / 1000,
            two / 1000,
            four / 1000,
            input.name
        );
        println!("{line}");
        if grows > MOST {
            failed.push(line);
        }
    }
    assert!(failed.is_empty(), "these grow faster than their input:\n{}", failed.join("\n"));
}

/// Instructions that a run takes. One processor alone does the work, so that the same work is done everywhere.
fn instructions(input: &Input, n: usize) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    input.write(n, folder.path());
    prepare(input, folder.path());
    let program = program();
    let mut valgrind = Command::new("taskset");
    valgrind.args([
        "-c",
        "0",
        "valgrind",
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
    ]);
    valgrind.arg(program.get_program());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => valgrind.env(name, value),
            None => valgrind.env_remove(name),
        };
    }
    let stdin = folder.path().join("stdin");
    fs::write(&stdin, input.stdin.map(|text| text(n)).unwrap_or_default()).unwrap();
    valgrind.args(input.args(n)).current_dir(folder.path()).stdin(fs::File::open(stdin).unwrap());
    let output = valgrind.output().expect("taskset runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0..=2)), "{}: {said:.2000}", input.name);
    let count = said.split("I   refs:").nth(1).and_then(|rest| rest.lines().next());
    let count = count.unwrap_or_else(|| panic!("valgrind counted nothing: {said}"));
    count.replace(',', "").trim().parse().unwrap()
}

/// What is to be taken out or updated is put in first.
fn prepare(input: &Input, folder: &Path) {
    if !input.injected {
        return;
    }
    let ran = program()
        .args(["inject", "-i", "--no-config", "--secret", "wg-{name}", "."])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}: {}", input.name, String::from_utf8_lossy(&ran.stderr));
    assert!(fs::read_dir(folder).unwrap().count() > 0);
}
