//! Whatever stands in a manifest, the rules look at it, every format reports it, and none shows what a Secret holds.

use std::sync::LazyLock;

use super::{RULE_INFOS, generate, shown, text};
use wgsidecar::config::Layer;
use wgsidecar::kube::{Kinds, Targets, objects};
use wgsidecar::lint::RULES;
use wgsidecar::report::{Format, Report};
use wgsidecar::run::{analysis::masked, check::check};
use wgsidecar::text::Source;
use wgsidecar::wireguard::settings::find;
use wgsidecar::yaml::{NodeId, Tree, stream};

const SETTINGS: &[(&str, &[&str])] =
    &[("secret", &["vpn"]), ("dns", &["10.64.0.1"]), ("cluster", &["k3s"])];

static KINDS: LazyLock<Kinds> = LazyLock::new(Kinds::builtin);

pub fn holds(input: &[u8]) {
    let Some(text) = text(input, generate::manifest) else { return };
    let Ok(source) = Source::new("deploy.yaml", text.into_bytes()) else { return };
    let source = [source];
    let text = source[0].text();
    let mut keys = shown::keys(text);
    let values = secret_values(text);
    keys.extend(values.iter().map(String::as_str));
    for settings in [&[], SETTINGS] {
        let mut layer = Layer::default();
        for (name, values) in settings {
            layer.settings.set(find(name).unwrap(), values).unwrap();
        }
        let checked = check(&source, &layer, &KINDS, &Targets::default(), RULES.to_vec());
        assert!(checked.broken.is_empty(), "{:?}\n{text}", checked.broken);
        for format in Format::all() {
            let sources: Vec<_> = masked(&source, &checked.masks).collect();
            let mut out = Vec::new();
            Report::new(&checked.findings, &sources, &RULE_INFOS).write(format, &mut out).unwrap();
            shown::hides(&keys, &String::from_utf8(out).unwrap(), text);
        }
    }
}

/// The texts in Secrets that stand nowhere else and are no words of ours.
fn secret_values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    for document in stream::split(text).0 {
        for tree in stream::parse(text, document).unwrap_or_default() {
            for object in objects(&tree).unwrap_or_default() {
                for name in ["data", "stringData"] {
                    let entries = tree.get(object.node, name).filter(|_| object.is("", "Secret"));
                    let entries = entries.into_iter().flat_map(|node| tree.entries(node));
                    entries.for_each(|(_, value)| collect(&tree, value, &mut values));
                }
            }
        }
    }
    values.retain(|value| {
        value.len() >= 12
            && value.bytes().any(|byte| byte.is_ascii_digit())
            && text.matches(value.as_str()).count() < 2
    });
    values
}

fn collect(tree: &Tree, node: NodeId, values: &mut Vec<String>) {
    values.extend(tree.string(node).map(|text| text.into_owned()));
    tree.items(node).for_each(|item| collect(tree, item, values));
    tree.entries(node).for_each(|(_, value)| collect(tree, value, values));
}
