//! Settings that a workload makes by its own annotations. Knows nothing of which workload it is.

use super::mark;
use super::settings::{self, Setting, Settings};
use crate::kube::placeholder;
use crate::yaml::{NodeId, Tree};

/// The prefix of every annotation of ours.
pub const PREFIX: &str = "wgsidecar.dev/";

/// An annotation that says nothing we understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadAnnotation {
    pub node: NodeId,
    pub message: String,
    pub help: Option<String>,
    /// What it says in other words, to be written in quotes.
    pub meant: Option<String>,
}

/// The settings in the annotations of a workload and, over them, of its pod template.
pub fn read(
    tree: &Tree,
    workload: Option<NodeId>,
    template: Option<NodeId>,
) -> (Settings, Vec<BadAnnotation>) {
    let mut bad = Vec::new();
    let inner = template.map_or_else(Settings::default, |metadata| layer(tree, metadata, &mut bad));
    let outer = workload
        .filter(|_| workload != template)
        .map_or_else(Settings::default, |metadata| layer(tree, metadata, &mut bad));
    (inner.over(&outer), bad)
}

/// What is injected is made of the settings.
const WRITE_OUT: &str = "write the setting's value here: it must be known when wgsidecar runs";

fn layer(tree: &Tree, metadata: NodeId, bad: &mut Vec<BadAnnotation>) -> Settings {
    let mut settings = Settings::default();
    labels(tree, metadata, bad);
    let Some(annotations) = tree.get(metadata, "annotations") else { return settings };
    for (key, value) in tree.entries(tree.follow(annotations)) {
        let Some(word) = tree.string(key) else { continue };
        let Some(name) = word
            .strip_prefix(PREFIX)
            .filter(|name| *name != "inject" && word != mark::KEY && !name.is_empty())
        else {
            continue;
        };
        let refused = |node, message, help| BadAnnotation { node, message, help, meant: None };
        let Some(setting) = settings::find(name) else {
            let nearest =
                settings::nearest(name).map(|nearest| format!("did you mean `{PREFIX}{nearest}`?"));
            bad.push(refused(key, format!("no setting is called `{word}`"), nearest));
            continue;
        };
        if !setting.annotation {
            let help =
                format!("set it with `--{name}`, `{}` or the settings file", setting.variable());
            bad.push(refused(
                key,
                format!("`{word}` decides what runs as root and cannot be set by annotation"),
                Some(help),
            ));
            continue;
        }
        let Some(text) = tree.string(value) else {
            let text = tree.word(value).filter(|_| !tree.is_null(value));
            let in_quotes =
                text.as_ref().map(|text| Settings::default().set(setting, &[text.as_ref()]));
            bad.push(match (in_quotes, text) {
                (Some(Err(reason)), Some(text)) => {
                    let reason = setting.spell(&reason, &word);
                    wrong(setting, value, &word, &text, &reason)
                }
                (_, text) => BadAnnotation {
                    meant: text.map(Into::into),
                    ..refused(
                        value,
                        format!("the value of `{word}` is not a string"),
                        Some("put it in quotes".into()),
                    )
                },
            });
            continue;
        };
        if let Some(placeholder) = placeholder::find(&text) {
            let message = format!("`{word}`: `{}` is a placeholder", placeholder.text);
            bad.push(refused(value, message, Some(WRITE_OUT.into())));
        } else if let Err(reason) = settings.set(setting, &[&text]) {
            let reason = setting.spell(&reason, &word);
            bad.push(wrong(setting, value, &word, &text, &reason));
        }
    }
    settings
}

/// An annotation whose value the setting does not take, with the one that is meant where that is plain.
fn wrong(setting: &Setting, node: NodeId, word: &str, text: &str, reason: &str) -> BadAnnotation {
    let meant = setting.meant(text);
    BadAnnotation {
        node,
        message: format!("`{word}`: {reason}"),
        help: meant.map(|meant| format!("write `\"{meant}\"`")),
        meant: meant.map(Into::into),
    }
}

/// Labels of ours: none but the one word is read, and a setting among them would be lost in silence.
fn labels(tree: &Tree, metadata: NodeId, bad: &mut Vec<BadAnnotation>) {
    let labels = tree.get(metadata, "labels").into_iter();
    for (key, _) in labels.flat_map(|labels| tree.entries(tree.follow(labels))) {
        let Some(word) = tree.string(key) else { continue };
        let (prefix, name) = word.split_once('/').unwrap_or(("", &word));
        let is_ours = prefix == PREFIX.trim_end_matches('/')
            || prefix.ends_with(&format!(".{}", PREFIX.trim_end_matches('/')));
        if !is_ours || word == "wgsidecar.dev/inject" {
            continue;
        }
        let is_known =
            settings::find(name).is_some() || word == mark::KEY || prefix.starts_with("ignore.");
        let (message, help) = match settings::nearest(name) {
            _ if is_known => (
                format!("`{word}` is a label, and only annotations are read"),
                Some("move it to `annotations`".into()),
            ),
            Some(nearest) => (
                format!("no setting is called `{word}`"),
                Some(format!("did you mean the annotation `{PREFIX}{nearest}`?")),
            ),
            None => (
                format!(
                    "no setting is called `{word}`, and of our labels only `wgsidecar.dev/inject` is read"
                ),
                None,
            ),
        };
        bad.push(BadAnnotation { node: key, message, help, meant: None });
    }
}
