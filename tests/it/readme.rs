//! What the README and the page of settings show is what the binary does.

use crate::support::{run, wgsidecar};
use wgsidecar::wireguard::settings::SETTINGS;

/// Puts `text` between two markers of a page, or checks that it is there.
fn holds(page: &str, start: &str, end: &str, text: &str) {
    let path = crate::support::root().join(page);
    let old = std::fs::read_to_string(&path).unwrap();
    let from = old.find(start).expect("the marker is there") + start.len();
    let to = from + old[from..].find(end).expect("the end is there");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, format!("{}{text}{}", &old[..from], &old[to..])).unwrap();
    } else {
        assert_eq!(&old[from..to], text, "UPDATE=1 refreshes it");
    }
}

/// The diff of the first screen, with the script's lines left out.
#[test]
fn the_diff_is_real() {
    let args = [
        "inject",
        "--no-config",
        "--diff",
        "--secret",
        "mullvad",
        "fixtures/readme/qbittorrent.yaml",
    ];
    let output = wgsidecar().current_dir(crate::support::root()).args(args).output().unwrap();
    let mut shown = String::new();
    let mut in_script = false;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let indent = line.len() - line[1..].trim_start().len();
        in_script &= indent >= 15 || line.trim() == "+";
        if line.contains("# wgsidecar: ") {
            in_script = true;
            shown.push_str(&format!("{line}\n{}…\n", &line[..indent]));
        } else if !in_script {
            shown.push_str(&format!("{line}\n"));
        }
    }
    holds("README.md", "```diff\n", "```", &shown);
}

#[test]
fn the_table_of_settings_is_complete() {
    let rows = SETTINGS.iter().map(|setting| {
        let default = if setting.default.is_empty() {
            String::new()
        } else {
            format!("`{}`", setting.default)
        };
        let value = if setting.value.is_empty() {
            String::new()
        } else {
            format!(" {}", setting.value.replace('|', "\\|"))
        };
        format!(
            "| `--{}{value}` | {default} | {} |\n",
            setting.name,
            setting.help.replace('|', "\\|")
        )
    });
    let table = format!(
        "\n| setting | default | meaning |\n|---|---|---|\n{}",
        rows.collect::<String>() + "\n"
    );
    let start = "src/wireguard/settings.rs; a test holds it -->\n";
    holds("docs/settings.md", start, "<!-- end of settings -->", &table);
}

#[test]
fn every_command_of_the_table_exists() {
    let readme = std::fs::read_to_string(crate::support::root().join("README.md")).unwrap();
    let table = readme
        .split("## Commands")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .unwrap_or_default();
    let commands: Vec<_> = table.lines().filter_map(|line| line.strip_prefix("| `")).collect();
    assert!(commands.len() >= 6);
    for command in commands.iter().map(|line| line.split([' ', '`']).next().unwrap()) {
        assert_eq!(run(&[command, "--help"], b"").code, 0, "{command}");
    }
}
