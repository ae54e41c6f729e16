//! The settings object, in the file and as a KRM function's configuration, as a layer. Knows nothing of files.

use super::Reading;
use super::environment::set_variable;
use crate::kube::Selector;
use crate::lint::suppression::{Ignore, suppressible};
use crate::text::Place;
use crate::wireguard::settings::{self, SETTINGS, Shape};
use crate::yaml::{NodeId, Scalar, Tree};

/// The kind of the settings object, in the file and as a KRM function's configuration.
pub const KIND: &str = "WireGuardSidecar";
pub const GROUP: &str = "wgsidecar.dev";

/// Reads a settings object, or a ConfigMap whose `data` has the settings' names as keys.
pub fn from_object(tree: &Tree, object: NodeId, source: usize) -> Reading {
    let mut reader = Reader { tree, source, reading: Reading::default() };
    let text = |key| tree.get(object, key).and_then(|node| tree.string(node)).unwrap_or_default();
    if text("kind") == "ConfigMap" {
        reader.config_map(object);
    } else if text("kind") == KIND && text("apiVersion").starts_with("wgsidecar.dev/") {
        reader.object(object);
    } else {
        let message = format!(
            "these are no settings: they have `apiVersion: {GROUP}/v1alpha1` and `kind: {KIND}`"
        );
        let place = reader.place(tree.get(object, "kind").unwrap_or(object));
        reader.reading.error(place, message);
    }
    reader.reading
}

struct Reader<'a, 's> {
    tree: &'a Tree<'s>,
    source: usize,
    reading: Reading,
}

impl Reader<'_, '_> {
    fn place(&self, node: NodeId) -> Option<Place> {
        Some(Place { source: self.source, span: self.tree.span(node) })
    }

    fn object(&mut self, object: NodeId) {
        let tree = self.tree;
        if tree
            .get(object, "apiVersion")
            .and_then(|it| tree.string(it))
            .is_some_and(|version| version != "wgsidecar.dev/v1alpha1")
        {
            let place = self.place(tree.get(object, "apiVersion").unwrap_or(object));
            self.reading
                .error(place, "the version that we know is `wgsidecar.dev/v1alpha1`".into());
        }
        for (key, value) in tree.entries(object) {
            let name = tree.word(key).unwrap_or_default();
            match name.as_ref() {
                "apiVersion" | "kind" | "metadata" => {}
                "spec" => self.spec(value),
                _ => self.unknown(key, &name, &["apiVersion", "kind", "metadata", "spec"]),
            }
        }
    }

    fn spec(&mut self, spec: NodeId) {
        let tree = self.tree;
        if !tree.kind(spec).is_mapping() && !tree.is_null(spec) {
            let place = self.place(spec);
            self.reading.error(place, "`spec` is no mapping".into());
        }
        for (key, value) in tree.entries(spec) {
            let name = tree.word(key).unwrap_or_default();
            if let Some(setting) = settings::find_field(&name) {
                self.setting(setting, value, &name);
            } else if !self.field(&name, value) {
                let known: Vec<_> =
                    SETTINGS.iter().map(|setting| setting.field).chain(FIELDS).collect();
                self.unknown(key, &name, &known);
            }
        }
    }

    /// Reports the keys of a mapping that are none of the known.
    fn only(&mut self, mapping: NodeId, known: &[&str]) {
        let tree = self.tree;
        for (key, _) in tree.entries(mapping) {
            let name = tree.word(key).unwrap_or_default();
            if !known.contains(&name.as_ref()) {
                self.unknown(key, &name, known);
            }
        }
    }

    fn unknown(&mut self, key: NodeId, name: &str, known: &[&str]) {
        let place = self.place(key);
        let nearest = settings::nearest_of(name, known.iter().copied());
        let error = self.reading.error(place, format!("unknown field `{name}`"));
        error.help = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
    }

    fn setting(&mut self, setting: &'static settings::Setting, value: NodeId, name: &str) {
        let values = self.values(setting.shape, value);
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        let place = self.place(value);
        self.reading.set(setting, &values, place, name);
    }

    /// The values of a field: a scalar, a list of them, or a map of amounts.
    fn values(&self, shape: Shape, value: NodeId) -> Vec<String> {
        let tree = self.tree;
        let word = |node| match tree.scalar(node) {
            // `on` and `off` are words here, whatever YAML 1.1 makes of them.
            Some(Scalar::Null) | None => String::new(),
            _ => tree.word(node).map(|word| word.into_owned()).unwrap_or_default(),
        };
        if tree.kind(value).is_sequence() {
            return tree.items(value).map(word).collect();
        }
        if tree.kind(value).is_mapping() && shape == Shape::Amounts {
            return tree
                .entries(value)
                .map(|(key, value)| format!("{}={}", word(key), word(value)))
                .collect();
        }
        vec![word(value)]
    }

    /// A field that is no setting of the tunnel.
    fn field(&mut self, name: &str, value: NodeId) -> bool {
        if name == "selector" {
            self.selector_fields(value);
        }
        let words = || self.values(Shape::List, value);
        match name {
            "selector" => match Selector::read(self.tree, value) {
                Ok(selector) => {
                    self.reading.layer.selector = Some((selector, self.tree.raw(value).to_owned()))
                }
                Err(error) => {
                    let place = self.place(error.node);
                    self.reading.error(place, error.message);
                }
            },
            "target" => self.reading.layer.targets = words(),
            "workload" => self.reading.layer.workloads = words(),
            "namespace" => self.reading.layer.namespace = words().pop(),
            "onlyEnabled" => self.only_enabled(value),
            "allow" => self.allow(value),
            "ignore" => self.ignore(value),
            _ => return false,
        }
        true
    }

    /// Without this a misspelt `matchLabels` would select every workload.
    fn selector_fields(&mut self, selector: NodeId) {
        self.only(selector, &["matchLabels", "matchExpressions"]);
    }

    fn only_enabled(&mut self, value: NodeId) {
        match self.tree.scalar(value) {
            Some(Scalar::Bool(only)) => self.reading.layer.only_enabled = Some(only),
            _ => {
                let place = self.place(value);
                self.reading.error(place, "`onlyEnabled` is neither `true` nor `false`".into());
            }
        }
    }

    fn allow(&mut self, value: NodeId) {
        let items: Vec<_> = if self.tree.kind(value).is_sequence() {
            self.tree.items(value).collect()
        } else {
            vec![value]
        };
        for item in items {
            let rule = self.tree.word(item).unwrap_or_default().into_owned();
            match suppressible(&rule) {
                Ok(_) => self.reading.layer.allow.push(rule),
                Err(reason) => {
                    let place = self.place(item);
                    self.reading.error(place, reason);
                }
            }
        }
    }

    fn ignore(&mut self, value: NodeId) {
        let tree = self.tree;
        for item in tree.items(value) {
            let word = |key| {
                tree.get(item, key).and_then(|node| tree.word(node)).map(|word| word.into_owned())
            };
            let place = self.place(item);
            let (Some(rule), Some(reason)) = (word("rule"), word("reason")) else {
                self.reading.error(
                    place,
                    "an entry of `ignore` has a `rule` and a `reason`, and perhaps a `target`"
                        .into(),
                );
                continue;
            };
            if let Err(reason) = suppressible(&rule) {
                self.reading.error(place, reason);
                continue;
            }
            self.reading.layer.ignore.push(Ignore { rule, target: word("target"), reason, place });
        }
    }

    fn config_map(&mut self, object: NodeId) {
        let tree = self.tree;
        self.only(object, &["apiVersion", "kind", "metadata", "data"]);
        let Some(data) = tree.get(object, "data") else { return };
        if !tree.kind(tree.follow(data)).is_mapping() && !tree.is_null(data) {
            let place = self.place(data);
            self.reading.error(place, "`data` is no mapping".into());
        }
        for (key, value) in tree.entries(data) {
            let name = tree.word(key).unwrap_or_default();
            if let Some(setting) = settings::find(&name) {
                self.setting(setting, value, &name);
            } else if !self.text_field(&name, value) {
                let known: Vec<_> =
                    SETTINGS.iter().map(|setting| setting.name).chain(TEXT_FIELDS).collect();
                self.unknown(key, &name, &known);
            }
        }
    }

    /// A key of a ConfigMap that is no setting of the tunnel: its value is text, lists with commas.
    fn text_field(&mut self, name: &str, value: NodeId) -> bool {
        let text = self.tree.word(value).unwrap_or_default().into_owned();
        let variable = format!("WGSIDECAR_{}", name.replace('-', "_").to_uppercase());
        TEXT_FIELDS.contains(&name) && set_variable(&mut self.reading, &variable, &text)
    }
}

/// Fields of the settings file that are no settings of the tunnel.
pub const FIELDS: [&str; 7] =
    ["selector", "target", "workload", "namespace", "onlyEnabled", "allow", "ignore"];

const TEXT_FIELDS: [&str; 6] =
    ["selector", "target", "workload", "namespace", "only-enabled", "allow"];
