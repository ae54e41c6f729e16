//! The script's text: its size, what passes through other hands unharmed, and that every setting is in it.

use std::collections::HashSet;
use std::sync::Arc;

use wgsidecar::wireguard::script::{FILE, argument, config_map, digits_of, script, sha256};
use wgsidecar::wireguard::settings::{Settings, WorkloadRef, find};
use wgsidecar::wireguard::tunnel::{Ordinal, Tunnel};

fn tunnel(settings: &[(&str, &str)]) -> Arc<Tunnel> {
    let mut layer = Settings::default();
    for (name, value) in settings {
        layer.set(find(name).unwrap(), &[value]).unwrap();
    }
    let workload = WorkloadRef {
        kind: "StatefulSet",
        name: Some("web"),
        namespace: None,
        ordinal: Some(Ordinal::Pod),
    };
    layer.resolve(&workload).unwrap().tunnel
}

/// One value besides the default for each setting that the script knows.
const SETTINGS: [(&str, &[&str]); 11] = [
    ("interface", &["wg1"]),
    ("cluster", &["k3s", "none"]),
    ("local", &["192.168.1.0/24", "fd00::/8"]),
    ("inbound", &["none", "tcp:80", "tcp:80-90,udp:53"]),
    ("dns", &["10.64.0.1"]),
    ("kill-switch", &["on", "off"]),
    ("mtu", &["1380"]),
    ("handshake-timeout", &["0", "2m"]),
    ("rule-priority", &["500"]),
    ("install-tools", &["true"]),
    ("key-per-replica", &["true"]),
];

/// What a container that stays knows besides.
const MODES: [&[(&str, &str)]; 3] =
    [&[], &[("mode", "sidecar")], &[("mode", "sidecar"), ("metrics", "79"), ("inbound", "tcp:79")]];

/// In each mode the defaults, every single setting, and every pair of settings.
fn scripts() -> Vec<String> {
    let single: Vec<_> = SETTINGS
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (*name, *value)))
        .collect();
    let mut scripts = Vec::new();
    for mode in MODES {
        let is_free = |one: &(&str, &str)| mode.iter().all(|other| other.0 != one.0);
        let single: Vec<_> = single.iter().copied().filter(is_free).collect();
        let mut add = |settings: &[(&str, &str)]| {
            scripts.push(script(&tunnel(&[mode, settings].concat())));
        };
        add(&[]);
        for (index, one) in single.iter().enumerate() {
            add(&[*one]);
            let others = single[index + 1..].iter().filter(|other| other.0 != one.0);
            others.for_each(|other| add(&[*one, *other]));
        }
    }
    scripts
}

#[test]
fn the_default_script_is_short() {
    let script = script(&tunnel(&[]));
    let size = (script.lines().count(), script.len());
    assert!(size.0 <= 102 && size.1 <= 4700, "{} lines and {} bytes", size.0, size.1);
}

/// The loop around it is all that a container that stays has more.
#[test]
fn the_script_of_a_sidecar_has_a_limit_of_its_own() {
    let script = script(&tunnel(&[("mode", "sidecar")]));
    let size = (script.lines().count(), script.len());
    assert!(size.0 <= 156 && size.1 <= 7300, "{} lines and {} bytes", size.0, size.1);
}

#[test]
fn every_setting_changes_the_script() {
    let single =
        SETTINGS.iter().flat_map(|(name, values)| values.iter().map(move |value| (*name, *value)));
    let scripts: Vec<_> =
        single.map(|one| script(&tunnel(&[one]))).chain([script(&tunnel(&[]))]).collect();
    let different: HashSet<_> = scripts.iter().collect();
    assert_eq!(different.len(), scripts.len());
}

#[test]
fn other_programs_pass_it_on_unharmed() {
    for script in scripts() {
        for word in [
            "$$", "${", "%{", "{{", "}}", "\t", " \n", "@IF", "@WAIT", "@MTU", "@LOCAL", "@PORT",
            "@JOBS", "@FOLLOW", "0@", "9@", "\r",
        ] {
            assert!(!script.contains(word), "{word:?} in\n{script}");
        }
        assert!(script.is_ascii() && script.starts_with("# wgsidecar: ") && script.ends_with('\n'));
        for name in ["WG_ORDINAL", "JOB_COMPLETION_INDEX", "KUBERNETES_SERVICE_HOST"] {
            assert!(!script.contains(&format!("$({name})")), "{name}");
        }
    }
}

#[test]
fn shells_can_parse_it() {
    let mut shells = vec![("dash", vec!["-n"]), ("busybox", vec!["ash", "-n"])];
    shells.retain(|(shell, _)| {
        let is_here = std::process::Command::new(shell).arg("--help").output().is_ok();
        if !is_here {
            crate::support::skip(&format!("there is no {shell} on this machine"));
        }
        is_here
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    for script in scripts() {
        std::fs::write(file.path(), &script).unwrap();
        for (shell, args) in &shells {
            let output =
                std::process::Command::new(shell).args(args).arg(file.path()).output().unwrap();
            assert!(
                output.status.success(),
                "{shell}: {}\n{script}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

#[test]
fn the_page_on_the_tunnel_explains_every_message() {
    let page = std::fs::read_to_string("docs/tunnel.md").unwrap();
    let scripts = SETTINGS.iter().filter(|(name, _)| *name != "interface");
    let sidecar = script(&tunnel(&[("mode", "sidecar")]));
    let scripts = scripts.map(|(name, values)| script(&tunnel(&[(name, values[0])])));
    for script in scripts.chain([sidecar]) {
        for message in messages(&script) {
            // Variables have names of one letter: what is around them is in the page.
            for part in format!(" {message}").split('$').map(|part| &part[1..]) {
                assert!(page.contains(part), "{message:?} is not in docs/tunnel.md");
            }
        }
    }
}

/// What `die` is called with.
fn messages(script: &str) -> Vec<&str> {
    let calls = script.split("die ").skip(1);
    calls
        .filter(|call| call.starts_with(['\'', '"']))
        .filter_map(|call| call[1..].split(&call[..1]).next())
        .collect()
}

/// What the container is given where a ConfigMap holds the script, with another text and another folder.
#[cfg(unix)]
fn loader(text: &str, folder: &std::path::Path) -> String {
    let tunnel = tunnel(&[("script", "configmap")]);
    let argument = argument(&tunnel);
    assert!(argument.starts_with("# wgsidecar: ") && argument.lines().count() <= 8);
    for forbidden in ["$$", "${", "%{", "{{", "\t"] {
        assert!(!argument.contains(forbidden), "{forbidden}");
    }
    let (sum, path) = (sha256(&script(&tunnel)), folder.to_str().unwrap());
    assert!(argument.contains(&sum) && argument.contains("/etc/wireguard/"));
    argument.replace(&sum, &sha256(text)).replace("/etc/wireguard", path)
}

/// Not a line runs of a text that is not the one that was meant.
#[cfg(unix)]
#[test]
fn a_script_from_a_config_map_runs_only_if_it_is_the_one() {
    let folder = tempfile::tempdir().unwrap();
    let text = "# wgsidecar: a test\nset -ef\ndie() { echo \"died: $*\" >&2; exit 3; }\necho \"ran 'it'\" *\n\ndie at last\n";
    let file = folder.path().join("wgsidecar.sh");
    let shells = [&["sh"][..], &["dash"], &["bash", "--posix"], &["busybox", "sh"]];
    let mut tried = 0;
    for shell in shells {
        let ran = |content: Option<&str>| {
            match content {
                Some(content) => std::fs::write(&file, content).unwrap(),
                None => drop(std::fs::remove_file(&file)),
            }
            let mut command = std::process::Command::new(shell[0]);
            let command = command.args(&shell[1..]).arg("-c").arg(loader(text, folder.path()));
            let output = command.current_dir(folder.path()).output().ok()?;
            Some((output.status.code(), String::from_utf8(output.stdout).unwrap()))
        };
        let Some(good) = ran(Some(text)) else { continue };
        assert_eq!(good, (Some(3), "ran 'it' *\n".to_owned()), "{shell:?}");
        for other in [
            Some(format!("echo early\n{text}")),
            Some(format!("{text}echo late\n")),
            Some(text.replace("a test", "another test")),
            Some(text.replace('\n', "\r\n")),
            Some(String::new()),
            None,
        ] {
            assert_eq!(
                ran(other.as_deref()),
                Some((Some(1), String::new())),
                "{shell:?} {other:?}"
            );
        }
        tried += 1;
    }
    assert!(tried > 0, "there is no shell");
}

#[test]
fn a_config_map_is_named_after_its_script() {
    let tunnel = tunnel(&[("script", "configmap"), ("cluster", "k3s")]);
    let map = config_map(&tunnel, Some("media"));
    let text = map["data"][FILE].as_str().unwrap();
    assert_eq!(text, script(&tunnel));
    let name = map["metadata"]["name"].as_str().unwrap();
    assert_eq!(
        (map["immutable"].as_bool(), map["metadata"]["namespace"].as_str()),
        (Some(true), Some("media"))
    );
    let digits = digits_of(name).unwrap();
    assert!(sha256(text).starts_with(digits) && argument(&tunnel).contains(name));
    // However the script comes to the container, it is the same.
    assert_eq!(text, script(&self::tunnel(&[("cluster", "k3s")])));
    for other in ["wgsidecar-0123", "wgsidecar-0123456789abcdeg", "other-0123456789abcdef", ""] {
        assert_eq!(digits_of(other), None, "{other}");
    }
}

/// As wg-quick has it: of two the last counts, and a file without any has none.
#[test]
fn the_last_mtu_of_a_file_counts() {
    let script = script(&tunnel(&[]));
    let from = script.find("conf=$(").unwrap();
    let end = script.find("mtu=$(").unwrap();
    let end = end + script[end..].find('\n').unwrap();
    for (lines, mtu) in [
        ("", ""),
        ("MTU = 1400\n", "1400"),
        ("MTU = 1400\nmtu=1380 # less\n", "1380"),
        ("MTU = 1400\r\nMTU = 1400\r\n", "1400"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = format!("[Interface]\nAddress = 10.64.0.2/32\n{lines}[Peer]\n");
        std::fs::write(folder.path().join("wg0.conf"), file).unwrap();
        let run =
            format!("set -ef; f=wg0; die() {{ exit 1; }}\n{}\necho \"$mtu\"", &script[from..end]);
        let shell =
            std::process::Command::new("sh").args(["-c", &run]).current_dir(&folder).output();
        let output = shell.unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), mtu, "{lines:?}");
    }
}
