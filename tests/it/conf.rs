//! Every file of `fixtures/wgquick` gives the report beside it, and the Secret's files if it has none that is an error.
//!
//! `UPDATE=1 cargo test` writes the reports again. A new `NAME.conf` needs nothing else.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::collection::vec;
use proptest::prelude::*;

use wgsidecar::redact;
use wgsidecar::text::span::Span;
use wgsidecar::wireguard::conf::{Conf, decode, line_column, parse, parse_addresses};
use wgsidecar::wireguard::conf_issue::{ConfIssue, Kind, Level};
use wgsidecar::wireguard::script::script;
use wgsidecar::wireguard::secret::{Options, Outcome, build};
use wgsidecar::wireguard::settings::{Settings, WorkloadRef};

/// What stands for a key in the fixtures, in pieces that a line break or a blank may have left.
const KEY_PIECES: [&str; 6] =
    ["d2dzaWRlY2", "FyLWZpeHR1", "cmUtcHJpdm", "F0ZS1rZXkt", "cmUtcGVlci", "cmUtcHJlc2"];

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wgquick");
    let entries = fs::read_dir(folder).expect("the fixtures are there");
    let paths = entries.map(|entry| entry.expect("a folder can be read").path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "conf")).collect();
    paths.sort();
    paths
}

fn outcome(conf: &Conf) -> Outcome {
    build(std::slice::from_ref(conf), &Options::new("wireguard", None).expect("a good name"))
}

/// What a user is told of the file, and what becomes of it.
fn report(bytes: &[u8]) -> String {
    let conf = match decode(bytes) {
        Ok(text) => parse(text),
        Err(problem) => return line(bytes, &problem),
    };
    let outcome = outcome(&conf);
    let mut report: String =
        outcome.problems.iter().map(|found| line(bytes, &found.problem)).collect();
    for hint in outcome.hints {
        writeln!(report, "{hint}").expect("strings can be written");
    }
    for (name, text) in
        outcome.secret.iter().flat_map(|secret| secret["stringData"].as_object()).flatten()
    {
        let text = text.as_str().expect("files are text");
        write!(report, "--- {name}\n{text}").expect("strings can be written");
    }
    report
}

fn line(bytes: &[u8], problem: &ConfIssue) -> String {
    let (line, column) = line_column(bytes, problem.span.start());
    let level = format!("{:?}", problem.level).to_lowercase();
    let help = if problem.help.is_empty() { String::new() } else { format!(" ({})", problem.help) };
    format!("{line}:{column}: {level}[{}]: {}{help}\n", problem.kind.id(), problem.message)
}

#[test]
fn every_file_gives_its_report() {
    let mut stale = Vec::new();
    for path in fixtures() {
        let golden = path.with_extension("txt");
        let report = report(&fs::read(&path).unwrap());
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&golden, &report).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if expected != report {
            stale.push(format!("{}\nexpected:\n{expected}\nfound:\n{report}", path.display()));
        }
    }
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

#[test]
fn every_report_belongs_to_a_file() {
    for entry in fs::read_dir(fixtures()[0].parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "txt") {
            assert!(path.with_extension("conf").exists(), "{}", path.display());
        }
    }
}

#[test]
fn files_named_bad_are_refused_and_no_other_but_amnezia() {
    for path in fixtures() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let secret = decode(&bytes).ok().and_then(|text| outcome(&parse(text)).secret);
        assert_eq!(secret.is_none(), name.starts_with("bad-") || name == "amnezia", "{name}");
    }
}

#[test]
fn no_message_and_no_debug_output_shows_a_piece_of_a_key() {
    for path in fixtures() {
        let bytes = fs::read(&path).unwrap();
        let report = report(&bytes);
        let said = report.split("--- ").next().unwrap();
        let debug = decode(&bytes).map_or(String::new(), |text| format!("{:?}", parse(text)));
        for piece in KEY_PIECES {
            assert!(!said.contains(piece), "{}: {said}", path.display());
            assert!(!debug.contains(piece), "{}: {debug}", path.display());
        }
    }
}

#[test]
fn masks_cover_every_piece_of_a_key() {
    for path in fixtures() {
        let bytes = fs::read(&path).unwrap();
        let Ok(text) = decode(&bytes) else { continue };
        let conf = parse(text);
        let mut open = text.as_bytes().to_vec();
        for mask in &conf.masks {
            open[mask.range()].fill(b'*');
        }
        let open = String::from_utf8_lossy(&open).into_owned();
        for piece in KEY_PIECES {
            assert!(!open.contains(piece), "{}:\n{open}", path.display());
        }
        assert!(conf.masks.windows(2).all(|pair| pair[0].end < pair[1].start));
    }
}

#[test]
fn a_commented_key_is_masked() {
    let text = "# PrivateKey = d2dzaWRlY2FyLWZpeHR1cmUtcHJpdmF0ZS1rZXktLS0=\n";
    assert_eq!(redact::hidden(text, &parse(text).masks, &[]), [Span::new(15, 59)]);
}

#[test]
fn the_canonical_text_is_read_back_as_the_same() {
    for path in fixtures() {
        let bytes = fs::read(&path).unwrap();
        let Ok(text) = decode(&bytes) else { continue };
        let conf = parse(text);
        // Of what another tool fills in nothing is written.
        let is_whole = |problem: &ConfIssue| {
            problem.level != Level::Error && problem.kind != Kind::Placeholder
        };
        if !conf.problems.iter().all(is_whole) {
            continue;
        }
        let again = parse(&conf.canonical());
        assert_eq!(again.canonical(), conf.canonical());
        assert!(conf.canonical().ends_with('\n') && !conf.canonical().contains('#'));
        let kinds = |conf: &Conf| -> BTreeSet<Kind> {
            conf.problems
                .iter()
                .map(|problem| problem.kind)
                // What is left out, and what stands twice.
                .filter(|kind| {
                    ![Kind::WgQuickHook, Kind::AmneziaJunk, Kind::BadConfig].contains(kind)
                })
                .collect()
        };
        assert_eq!(kinds(&again), kinds(&conf), "{}", path.display());
    }
}

#[test]
fn values_have_the_bytes_they_came_from() {
    let text = "\u{feff}[interface]\r\nAddress = 10.2.0.2 ,fd00::2/64\r\nDNS=10.2.0.1  corp.example\r\n[Peer] # home\nAllowedIPs=10.0.0.0/8, 0.0.0.0/0\nEndpoint = vpn.example.com:1\n";
    let conf = parse(text);
    let at = |span: Span| &text[span.range()];
    let interface = &conf.interface;
    assert_eq!(
        interface.addresses.iter().map(|a| at(a.span)).collect::<Vec<_>>(),
        ["10.2.0.2", "fd00::2/64"]
    );
    assert_eq!(
        (at(interface.dns[0].span), at(interface.search[0].span)),
        ("10.2.0.1", "corp.example")
    );
    assert_eq!((at(interface.heading), at(conf.peers[0].heading)), ("[interface]", "[Peer]"));
    assert_eq!(at(conf.peers[0].allowed_ips[1].span), "0.0.0.0/0");
    assert_eq!(at(conf.peers[0].endpoint.as_ref().unwrap().span), "vpn.example.com:1");
}

#[test]
fn an_address_file_is_read_by_lines_blanks_and_commas() {
    let (addresses, problems) = parse_addresses("10.2.0.2/32\r\nfd00::2/64, 10.2.0.3\n");
    let texts: Vec<_> = addresses.iter().map(|address| address.value.to_string()).collect();
    assert_eq!(texts, ["10.2.0.2/32", "fd00::2/64", "10.2.0.3/32"]);
    assert!(problems.is_empty());
    let (_, problems) = parse_addresses("10.2.0.2/33\n");
    assert_eq!(
        problems[0].message,
        "`Address`: `10.2.0.2/33` is not an address with a prefix length, such as `10.2.0.2/32`"
    );
}

#[test]
fn lines_and_columns_count_characters() {
    let text = "a\nÄb\u{fffd}c".as_bytes();
    assert_eq!(line_column(text, 0), (1, 1));
    assert_eq!(line_column(text, 2), (2, 1));
    assert_eq!(line_column(text, 4), (2, 2));
    assert_eq!(line_column(b"\n\xe9\xe8x", 3), (2, 3));
}

#[test]
fn ten_megabytes_of_anything_end_and_say_little() {
    let comment = format!("# {}\n", "x ".repeat(500));
    let unknown = format!("{}\n", "x=".repeat(500));
    for (piece, bytes) in [
        (comment.as_str(), 10_000_000),
        (&unknown, 10_000_000),
        ("A", 10_000_000),
        ("=", 10_000_000),
        ("x\n", 500_000),
        ("x=\n", 500_000),
        ("[Peer]\n", 500_000),
        ("Address = 1\n", 500_000),
        ("AllowedIPs = 10.0.0.0/8,", 500_000),
        ("[Peer]\nAllowedIPs=10.0.0.0/8\n", 500_000),
    ] {
        let conf = parse(&format!("[Interface]\n[Peer]\n{}", piece.repeat(bytes / piece.len())));
        assert!(conf.problems.len() <= 101, "{piece}");
        assert!(conf.problems.iter().any(|problem| problem.level == Level::Error), "{piece}");
    }
}

#[test]
fn an_error_after_too_many_warnings_is_still_an_error() {
    let ports: String = (1..=201).map(|port| format!("ListenPort = {port}\n")).collect();
    let text = format!("[Interface]\n{ports}MTU = 1\n");
    let problems = parse(&text).problems;
    let last = problems.last().unwrap();
    assert_eq!((problems.len(), last.level), (101, Level::Error));
    assert_eq!(last.message, "103 more problems are not named");
}

/// A change of a file: at a byte, so many of them go away, and a text comes instead.
fn change() -> impl Strategy<Value = (usize, usize, String)> {
    let insert = prop_oneof![
        Just(String::new()),
        Just("\n".to_string()),
        Just(" = ".to_string()),
        Just("=\nEndpoint = ".to_string()),
        Just("#".to_string()),
        "[ -~äß\r\n]{0,6}",
    ];
    (0..600_usize, 0..4_usize, insert)
}

/// `text` after `changes`, each moved to the nearest place where it can be made.
fn changed(text: &str, changes: &[(usize, usize, String)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (at, count, insert) in changes {
        let start = at % (characters.len() + 1);
        let end = (start + count).min(characters.len());
        characters.splice(start..end, insert.chars());
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_change_of_a_file_makes_it_panic_or_talk(which in 0..100_usize, changes in vec(change(), 0..4)) {
        let paths = fixtures();
        let text = fs::read(&paths[which % paths.len()]).map(String::from_utf8).unwrap();
        let Ok(text) = text.map(|text| changed(&text, &changes)) else { return Ok(()) };
        let conf = parse(&text);
        let found = outcome(&conf);
        for problem in found.problems.iter().map(|found| &found.problem) {
            prop_assert!(text.get(problem.span.range()).is_some());
            for piece in KEY_PIECES {
                prop_assert!(!problem.message.contains(piece), "{}", problem.message);
                prop_assert!(!problem.help.contains(piece), "{}", problem.help);
            }
        }
        for mask in &conf.masks {
            prop_assert!(text.get(mask.range()).is_some());
        }
        for hint in &found.hints {
            prop_assert!(KEY_PIECES.iter().all(|piece| !hint.contains(piece)), "{hint}");
        }
    }
}

/// The proof by the program that reads the Secret in the pod, in a network namespace of its own.
#[test]
#[ignore = "needs root, wg, and wireguard-go or the kernel's module"]
fn wg_setconf_takes_every_secret_and_no_provider_file() {
    for path in fixtures() {
        let bytes = fs::read(&path).unwrap();
        let Some(secret) = decode(&bytes).ok().and_then(|text| outcome(&parse(text)).secret) else {
            continue;
        };
        let text = secret["stringData"]["wg0.conf"].as_str().unwrap();
        let filter = filter();
        assert!(setconf(&filter, &numeric_endpoints(text)), "{}", path.display());
        assert!(!setconf("cat", &String::from_utf8_lossy(&bytes)), "{}", path.display());
    }
}

/// Host names made addresses: there is no resolver in the namespace.
fn numeric_endpoints(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("Endpoint = ") {
        Some(value) if value.contains("example") => {
            format!("Endpoint = 192.0.2.1:{}", value.rsplit(':').next().unwrap_or_default())
        }
        _ => line.to_string(),
    };
    text.lines().map(|text| line(text) + "\n").collect()
}

/// What the script does to the file before `wg setconf` gets it.
fn filter() -> String {
    let resolved = Settings::default().resolve(&WorkloadRef {
        kind: "Pod",
        name: None,
        namespace: None,
        ordinal: None,
    });
    let script = script(&resolved.unwrap().tunnel);
    let part = |from: &str, to: &str| {
        let (_, rest) = script.split_once(from).expect(from);
        rest.split_once(to).expect(to).0.to_owned()
    };
    let read = part("\nconf=$(", ")\n").replace("<$f.conf ", "");
    format!("{read} | {}", part("e=$(echo \"$conf\" | ", " |\n"))
}

const SETCONF: &str = "mkdir -p /run/wireguard; mount -t tmpfs none /run/wireguard
    ip link add wgt type wireguard 2>/dev/null || wireguard-go wgt >/dev/null 2>&1 || exit 1
    eval \"$1\" | wg setconf wgt /dev/stdin; code=$?; ip link del wgt; exit $code";

/// Whether `wg setconf` accepts `conf` behind a filter.
fn setconf(filter: &str, conf: &str) -> bool {
    let mut unshare = Command::new("unshare");
    unshare
        .args(["--net", "--mount", "sh", "-c", SETCONF, "sh", filter])
        .env("WG_ENDPOINT_RESOLUTION_RETRIES", "0");
    let mut child = unshare.stdin(Stdio::piped()).spawn().expect("unshare runs");
    let written = child.stdin.take().expect("a pipe").write_all(conf.as_bytes());
    written.expect("the text is read");
    child.wait().expect("it ends").success()
}

/// Lines of an interface and of a peer that wg-quick and `wg` judge by themselves, and of which we say the same.
const JUDGED: [&[&str]; 2] = [
    &[
        "DNS =",
        "dns=",
        "DNS = ,",
        "MTU =",
        "Table =",
        "SaveConfig =",
        "PostUp =",
        "PreDown=",
        "Address =",
        "Address = ,",
        "ListenPort =",
        "FwMark =",
        "PrivateKey =",
        "MTU = 1420\nMTU = 1400",
        "MTU=1420\nmtu = 1420",
        "ListenPort = 1\nListenPort = 2",
        "ListenPort = 1\nListenPort = 1",
        "FwMark = off\nFwMark = 0x1",
        "Table = off\nTable = auto",
        "SaveConfig = true\nSaveConfig = false",
        "DNS = 1.1.1.1\nDNS =",
        "PostUp = true\nPostUp =\nPostUp = false",
        "FwMark = -1",
        "FwMark = 0xca6c",
        "FwMark = OFF",
        "Adress = 10.0.0.2",
        "AllowedIPs = 10.0.0.0/8",
        "Endpoint = 192.0.2.1:1",
        "# DNS =",
        "; DNS",
        "= 1",
        "PRIVATEKEY =",
    ],
    &[
        "PresharedKey =",
        "AllowedIPs =",
        "Endpoint =",
        "PersistentKeepalive =",
        "PublicKey =",
        "AllowedIPs = 10.0.0.0/8",
        "AllowedIPs = 10.0.0.0/8,",
        "AllowedIPs = ,10.0.0.0/8",
        "AllowedIPs = 10.0.0.0/8, 10.0.0.0/8",
        "Endpoint = 192.0.2.3:51820",
        "Endpoint = 192.0.2.3",
        "Endpoint = [2001:db8::1]:1",
        "Endpoint = 2001:db8::1",
        "PersistentKeepalive = 25\nPersistentKeepalive = 20",
        "PersistentKeepalive = 25s",
        "PersistentKeepalive = off",
        "PersistentKeepalive = 0",
        "PersistentKeepalive = 65536",
        "PublicKey = d2dzaWRlY2FyLWZpeHR1cmUtcGVlci1wdWJrZXkxLS0=",
        "DNS = 1.1.1.1",
        "MTU =",
        "MTU = 1420",
        "AllowedIPs = 10.0.0.0/33",
        "AllowedIPs = 10.0.0.0",
        "AllowedIPs = ::/0",
        "Address =",
        "#",
        "PostUp = true",
    ],
];

#[test]
#[ignore = "needs wg and wg-quick"]
fn what_wg_quick_takes_we_take() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wgt.conf");
    let mut differ = Vec::new();
    for (section, lines) in JUDGED.iter().enumerate() {
        for line in *lines {
            let at = |number| if number == section { format!("{line}\n") } else { String::new() };
            let text = format!(
                "[Interface]\nPrivateKey = d2dzaWRlY2FyLWZpeHR1cmUtcHJpdmF0ZS1rZXktLS0=\nAddress = 10.2.0.2/32\n{}[Peer]\nPublicKey = d2dzaWRlY2FyLWZpeHR1cmUtcGVlci1wdWJrZXkxLS0=\nAllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = 192.0.2.1:51820\n{}",
                at(0),
                at(1)
            );
            fs::write(&path, &text).unwrap();
            let ours = outcome(&parse(&text)).secret.is_some();
            if ours != wg_quick_takes(&path) {
                differ.push(format!("{line:?}: we say {ours}"));
            }
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// Whether wg-quick and then `wg` understand a file: what `wg` says of the missing interface comes after that.
fn wg_quick_takes(path: &Path) -> bool {
    let strip = Command::new("wg-quick").arg("strip").arg(path).output().unwrap();
    let stripped = path.with_extension("stripped");
    fs::write(&stripped, strip.stdout).unwrap();
    let set = Command::new("wg").args(["setconf", "wgt"]).arg(&stripped).output().unwrap();
    let said = String::from_utf8_lossy(&set.stderr).into_owned();
    strip.status.success() && (set.status.success() || said.contains("Unable to modify interface"))
}
