//! Every layout that an editor of YAML can get wrong: input, expected bytes, and the laws over all of them.
//!
//! `fixtures/inject/NAME.in.yaml` is the input and `NAME.args` holds arguments, if there are any. What comes out is
//! `NAME.out.yaml`; where nothing changes or the run is refused, `NAME.err` holds the exit code and the messages.

use std::path::Path;

use crate::support::{Ran, files, golden, run};
use wgsidecar::wireguard::mark::{Before, Mark, Site};

struct Fixture {
    name: String,
    input: Vec<u8>,
    args: Vec<String>,
}

fn fixtures() -> Vec<Fixture> {
    let fixtures = files("inject", ".in.yaml").into_iter().map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().replace(".in.yaml", "");
        let args = std::fs::read_to_string(path.with_file_name(format!("{name}.args")))
            .unwrap_or_default();
        Fixture {
            input: std::fs::read(&path).unwrap(),
            args: args.split_whitespace().map(str::to_owned).collect(),
            name,
        }
    });
    fixtures.collect()
}

impl Fixture {
    fn inject(&self, input: &[u8], more: &[&str]) -> Ran {
        let name = format!("{}.in.yaml", self.name);
        let mut args = vec!["inject", "--no-config", "--stdin-filename", &name];
        args.extend(self.args.iter().map(String::as_str).chain(more.iter().copied()));
        run(&args, input)
    }

    /// `uninject` knows the kinds that were named, and nothing of the tunnel's settings.
    fn uninject(&self, input: &[u8]) -> Ran {
        let mut args = vec!["uninject".to_owned(), "--no-config".into()];
        if let Some(at) = self.args.iter().position(|arg| arg == "--workload") {
            args.extend_from_slice(&self.args[at..at + 2]);
        }
        run(&args, input)
    }

    fn golden(&self, ending: &str) -> std::path::PathBuf {
        crate::support::root().join("fixtures/inject").join(format!("{}{ending}", self.name))
    }
}

/// The script is the same everywhere: only one fixture shows it.
fn without_script(name: &str, output: &[u8]) -> Vec<u8> {
    match name {
        "absent" => output.to_vec(),
        _ => crate::support::engine::without_script(std::str::from_utf8(output).unwrap())
            .into_bytes(),
    }
}

#[test]
fn every_layout_comes_out_as_expected() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 100, "fixtures are missing");
    for fixture in &fixtures {
        let ran = fixture.inject(&fixture.input, &[]);
        let refused = fixture.name.starts_with("refused-");
        assert_eq!(ran.code != 0, refused, "{}: {}", fixture.name, ran.stderr);
        let (out, err) = (fixture.golden(".out.yaml"), fixture.golden(".err"));
        if refused {
            assert_eq!(ran.stdout, b"", "{}: a refused run prints nothing", fixture.name);
        }
        if refused || ran.stdout == fixture.input {
            golden(&err, format!("exit {}\n{}", ran.code, ran.stderr).as_bytes());
            assert!(!out.exists(), "{} is stale", out.display());
        } else {
            golden(&out, &without_script(&fixture.name, &ran.stdout));
            assert!(!err.exists(), "{} is stale", err.display());
        }
    }
    for golden in
        ["out.yaml", "err", "args"].iter().flat_map(|ending| files("inject", &format!(".{ending}")))
    {
        let name =
            golden.file_name().unwrap().to_string_lossy().split('.').next().unwrap().to_owned();
        assert!(
            Path::exists(&golden.with_file_name(format!("{name}.in.yaml"))),
            "{} has no input",
            golden.display()
        );
    }
}

#[test]
fn inject_is_idempotent() {
    for fixture in fixtures() {
        let first = fixture.inject(&fixture.input, &[]);
        if first.code == 0 {
            let second = fixture.inject(&first.stdout, &[]);
            assert_eq!(
                (second.code, &second.stdout),
                (0, &first.stdout),
                "{}: {}",
                fixture.name,
                second.stderr
            );
            assert_eq!(fixture.inject(&first.stdout, &["--check"]).code, 0, "{}", fixture.name);
        }
    }
}

#[test]
fn uninject_gives_the_input_back() {
    for fixture in fixtures() {
        let ran = fixture.inject(&fixture.input, &[]);
        if ran.code == 0 {
            let back = fixture.uninject(&ran.stdout);
            assert_eq!(back.code, 0, "{}: {}", fixture.name, back.stderr);
            let (back, input) = (
                String::from_utf8(back.stdout).unwrap(),
                String::from_utf8(fixture.input.clone()).unwrap(),
            );
            assert_eq!(back, input, "{}", fixture.name);
        }
    }
}

/// A byte order mark takes no column, at the start of a file and of each later document.
#[test]
fn byte_order_marks_change_nothing() {
    const MARK: &str = "\u{FEFF}";
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let mut tried = 0;
    for fixture in fixtures() {
        let plain = text(fixture.input.clone());
        let ran = fixture.inject(&fixture.input, &[]);
        if ran.code != 0 || plain.contains(MARK) {
            continue;
        }
        let marked = format!("{MARK}{}", plain.replace("\n---\n", "\n---\n\u{FEFF}"));
        let injected = fixture.inject(marked.as_bytes(), &[]);
        assert_eq!(injected.code, 0, "{}: {}", fixture.name, injected.stderr);
        let out = text(injected.stdout);
        assert_eq!(out.replace(MARK, ""), text(ran.stdout), "{}", fixture.name);
        assert_eq!(out.matches(MARK).count(), marked.matches(MARK).count(), "{}", fixture.name);
        let back = fixture.uninject(out.as_bytes());
        assert_eq!(text(back.stdout), marked, "{}: {}", fixture.name, back.stderr);
        tried += 1;
    }
    assert!(tried >= 80, "only {tried} fixtures were tried");
}

#[test]
fn uninject_leaves_what_is_not_ours_alone() {
    for fixture in fixtures() {
        let ran = fixture.uninject(&fixture.input);
        if ran.code == 0 {
            assert!(ran.stdout == fixture.input, "{}", fixture.name);
        } else {
            assert_eq!(ran.stdout, b"", "{}", fixture.name);
        }
    }
}

/// What comes out without our insertions is the input, byte for byte, but for the empty values that the mark names.
#[test]
fn every_byte_of_the_input_stays() {
    let mut opened = 0;
    for fixture in fixtures() {
        let ran = fixture.inject(&fixture.input, &[]);
        if ran.code != 0 {
            continue;
        }
        let mut input = String::from_utf8(fixture.input.clone()).unwrap();
        for (site, stood) in opened_values(&String::from_utf8_lossy(&ran.stdout)) {
            let value = [stood.as_str(), stood.trim()]
                .iter()
                .find_map(|value| value_of(&input, site.key(), value));
            let value = value.unwrap_or_else(|| panic!("{}: no {site:?}{stood}", fixture.name));
            input.replace_range(value, "");
            opened += 1;
        }
        let mut rest = ran.stdout.iter();
        let is_kept = input.bytes().all(|byte| rest.any(|other| *other == byte));
        assert!(is_kept, "{}: bytes were lost", fixture.name);
    }
    assert!(opened > 20, "only {opened} values were opened");
}

/// Where a key has this value; a tag, an anchor and comments may come before it.
fn value_of(text: &str, key: &str, value: &str) -> Option<std::ops::Range<usize>> {
    let is_key = |rest: &str| rest.trim_start_matches(['"', ' ']).starts_with(':');
    text.match_indices(key).find_map(|(at, _)| {
        let rest = Some(&text[at + key.len()..]).filter(|rest| is_key(rest))?;
        let start = text.len() - rest.len() + rest.find(value)?;
        Some(start..start + value.len())
    })
}

/// What the marks of a text say of the values that gave way to ours.
fn opened_values(text: &str) -> Vec<(Site, String)> {
    let marks = text.split("wgsidecar.dev/injected").skip(1).filter_map(|rest| {
        let start = rest.find("2 ")?;
        Some(Mark::parse(rest[start..].split(['"', '\'', '\n']).next()?).expect("a mark").0)
    });
    let stood = |(site, before)| match before {
        Before::Absent => None,
        Before::Stood(stood) => Some((site, stood)),
    };
    marks.flat_map(|mark| mark.places).filter_map(stood).collect()
}

/// New settings replace the old block where it stands, and it comes out as from the start.
#[test]
fn new_settings_replace_the_old_block() {
    for fixture in fixtures().iter().filter(|fixture| fixture.args.is_empty()) {
        let first = fixture.inject(&fixture.input, &["--secret", "other", "--cluster", "k3s"]);
        if first.code == 0 {
            let direct = fixture.inject(&fixture.input, &[]);
            let replaced = fixture.inject(&first.stdout, &[]);
            assert_eq!(replaced.code, 0, "{}: {}", fixture.name, replaced.stderr);
            assert_eq!(
                String::from_utf8(replaced.stdout).unwrap(),
                String::from_utf8(direct.stdout).unwrap(),
                "{}",
                fixture.name
            );
        }
    }
}
