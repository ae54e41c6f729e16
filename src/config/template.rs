//! A settings file to begin with. Knows nothing of where its values come from.

use crate::wireguard::settings::{SETTINGS, Setting, Settings};

use super::object::{KIND, VERSION};

/// Columns of a comment.
const WIDTH: usize = 100;

/// What a settings file says beside the tunnel's settings, in comments.
const SELECTION: &str = r#"
  # Which workloads get a tunnel: without one of these, every one that is read.
  # selector: {matchLabels: {vpn: "true"}}
  # target: [Deployment/qbittorrent]
  # namespace: media
  # Only those that ask for it by the label or annotation `wgsidecar.dev/inject: "enabled"`.
  # onlyEnabled: true
  # Objects of Flux, Argo CD or kustomize that get the tunnel as a patch of what they render.
  # patches: [{object: HelmRelease/qbittorrent, target: Deployment/qbittorrent}]

  # Findings to live with: `wgsidecar explain` lists the rules.
  # ignore: [{rule: app-can-undo, target: Deployment/router, reason: "it is the router"}]
"#;

/// A commented settings file that says what `settings` say; `notes` are comments on single settings.
pub fn template(settings: &Settings, notes: &[(&'static str, String)]) -> String {
    let mut text = String::new();
    comment(
        &mut text,
        "",
        "Settings of wgsidecar for the manifests in this folder and below it. A line that is commented out shows the default, or an example where there is none.",
    );
    text += &format!("apiVersion: {VERSION}\nkind: {KIND}\nmetadata:\n  name: vpn\nspec:\n");
    for (number, setting) in SETTINGS.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        comment(&mut text, "  ", &format!("{}.", setting.help));
        for (_, note) in notes.iter().filter(|(name, _)| *name == setting.name) {
            comment(&mut text, "  ", note);
        }
        text += &match settings.text(setting.name) {
            Some(said) => format!("  {}: {}\n", setting.field, value(setting, &said)),
            None if setting.default.is_empty() => {
                format!("  # {}: {}\n", setting.field, value(setting, setting.example))
            }
            None => format!("  # {}: {}\n", setting.field, value(setting, setting.default)),
        };
    }
    text + SELECTION
}

/// Lines of a comment, each no wider than a page.
fn comment(text: &mut String, indent: &str, words: &str) {
    let mut line = format!("{indent}#");
    for word in words.split(' ') {
        if line.len() + 1 + word.len() > WIDTH {
            *text += &format!("{line}\n");
            line = format!("{indent}#");
        }
        line.push(' ');
        line += word;
    }
    *text += &format!("{line}\n");
}

fn value(setting: &Setting, said: &str) -> String {
    let values: Vec<_> = setting.split(said).iter().map(|value| scalar(value)).collect();
    match values.as_slice() {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}

/// A value as YAML: quoted where it could be read as something else.
fn scalar(value: &str) -> String {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=".contains(&byte);
    let starts_well = value.starts_with(|first: char| first.is_ascii_alphanumeric());
    // `on` and `off` are booleans to old readers; our own takes them as words, and others see what is meant.
    let is_plain = starts_well && value.bytes().all(is_word) && !["on", "off"].contains(&value);
    if is_plain { value.to_owned() } else { format!("{:?}", value) }
}
