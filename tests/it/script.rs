//! The script's text: its size, what passes through other hands unharmed, and that every setting is in it.

use std::collections::HashSet;
use std::sync::Arc;

use wgsidecar::wireguard::script::script;
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
    assert!(size.0 <= 160 && size.1 <= 7300, "{} lines and {} bytes", size.0, size.1);
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
