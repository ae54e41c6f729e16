//! The settings object, in the file and as a KRM function's configuration, as a layer. Knows nothing of files.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{OPTIONS, Origin, Patch, Reading, RunOption, Slot, Written};
use crate::kube::{Kinds, Selector, Target};
use crate::lint::suppression::{Ignore, suppressible};
use crate::text::Place;
use crate::wireguard::names;
use crate::wireguard::settings::{self, SETTINGS, Setting, Shape};
use crate::yaml::{NodeId, Scalar, Tree};

/// The kind of the settings object, in the file and as a KRM function's configuration.
pub const KIND: &str = "WireGuardSidecar";
pub const GROUP: &str = "wgsidecar.dev";
pub(super) const VERSION: &str = "wgsidecar.dev/v1alpha1";

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
            "this is not a settings object: it needs `apiVersion: {VERSION}` and `kind: {KIND}`"
        );
        reader.error(tree.get(object, "kind").unwrap_or(object), message);
    }
    reader.reading
}

/// The field of a mapping: its name, its key, its value.
type Field<'s> = (Cow<'s, str>, NodeId, NodeId);

struct Reader<'a, 's> {
    tree: &'a Tree<'s>,
    source: usize,
    reading: Reading,
}

impl<'s> Reader<'_, 's> {
    fn place(&self, node: NodeId) -> Option<Place> {
        Some(Place { source: self.source, span: self.tree.span(node) })
    }

    fn error(&mut self, node: NodeId, message: String) {
        let place = self.place(node);
        self.reading.error(place, message);
    }

    fn object(&mut self, object: NodeId) {
        const FIELDS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
        for (name, _, value) in self.fields(object, "the settings", &FIELDS) {
            match name.as_ref() {
                "apiVersion" if self.tree.string(value).as_deref() != Some(VERSION) => {
                    self.error(value, format!("this version is unknown: write `{VERSION}`"));
                }
                "spec" => self.spec(value),
                _ => {}
            }
        }
    }

    fn spec(&mut self, spec: NodeId) {
        let options = OPTIONS.iter().map(|option| option.field);
        let known: Vec<_> = SETTINGS.iter().map(|setting| setting.field).chain(options).collect();
        for (name, _, value) in self.fields(spec, "`spec`", &known) {
            if let Some(setting) = settings::find_field(&name) {
                self.setting(setting, value, &name);
            } else if let Some(option) = RunOption::find_field(&name) {
                self.option(option, value);
            }
        }
    }

    /// The known fields of a mapping, each once; what else is in it is an error. Null has none.
    fn fields(&mut self, node: NodeId, what: &str, known: &[&str]) -> Vec<Field<'s>> {
        let (tree, mapping) = (self.tree, self.tree.follow(node));
        if !tree.kind(mapping).is_mapping() && !tree.is_null(node) {
            self.error(node, format!("{what} must be a mapping"));
        }
        let mut fields = self.each_once(mapping);
        fields.retain(|(name, key, _)| {
            let is_known = known.contains(&name.as_ref());
            if !is_known {
                self.unknown(*key, name, known);
            }
            is_known
        });
        fields
    }

    /// The fields of a mapping; one that occurs twice is an error, because readers of YAML differ in which counts.
    fn each_once(&mut self, mapping: NodeId) -> Vec<Field<'s>> {
        let (tree, mut fields, mut seen) = (self.tree, Vec::new(), HashMap::new());
        for (key, value) in tree.entries(mapping) {
            let name = tree.word(key).unwrap_or_default();
            match seen.get(&name) {
                Some(&first) => self.twice(key, first, &name),
                None => {
                    seen.insert(name.clone(), key);
                    fields.push((name, key, value));
                }
            }
        }
        fields
    }

    fn unknown(&mut self, key: NodeId, name: &str, known: &[&str]) {
        let place = self.place(key);
        let nearest = settings::nearest_of(name, known.iter().copied());
        let error = self.reading.error(place, format!("unknown field `{name}`"));
        error.help = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
    }

    fn twice(&mut self, key: NodeId, first: NodeId, name: &str) {
        let (place, first) = (self.place(key), self.place(first));
        let error = self.reading.error(place, format!("`{name}` occurs twice in this mapping"));
        error.related.extend(first.map(|first| (first, "the first is here".into())));
    }

    fn setting(&mut self, setting: &'static Setting, value: NodeId, name: &str) {
        let Some(values) = self.values(setting, value, name) else { return };
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        let place = self.place(value);
        self.reading.set(setting, &values, place, name);
    }

    /// The values of a setting: a scalar, a list of them, or a map of amounts.
    fn values(&mut self, setting: &Setting, value: NodeId, name: &str) -> Option<Vec<String>> {
        if setting.shape == Shape::Amounts && self.tree.kind(self.tree.follow(value)).is_mapping() {
            let errors = self.reading.errors.len();
            let fields = self.fields(value, name, &["cpu", "memory"]);
            if self.reading.errors.len() > errors {
                return None;
            }
            let amounts = fields.into_iter().map(|(key, _, value)| {
                Some(format!("{key}={}", self.text(value, &format!("{name}.{key}"))?))
            });
            return amounts.collect();
        }
        if setting.is_list() {
            Some(self.texts(value, name)?.into_iter().map(|(text, _)| text).collect())
        } else {
            Some(vec![self.text(value, name)?])
        }
    }

    /// The text of a scalar, empty for null. `on` and `off` are words here, whatever YAML 1.1 makes of them.
    fn text(&mut self, value: NodeId, name: &str) -> Option<String> {
        match self.tree.scalar(value) {
            Some(Scalar::Null) => Some(String::new()),
            Some(_) => Some(self.tree.word(value).unwrap_or_default().into_owned()),
            None => {
                self.error(value, format!("`{name}` must be a single value"));
                None
            }
        }
    }

    /// The texts of a list, or of a single scalar, each with its node.
    fn texts(&mut self, value: NodeId, name: &str) -> Option<Vec<(String, NodeId)>> {
        let list = self.tree.follow(value);
        let items = if self.tree.kind(list).is_sequence() {
            self.tree.items(list).collect()
        } else {
            vec![value]
        };
        if items.iter().any(|&item| self.tree.scalar(item).is_none()) {
            self.error(value, format!("`{name}` must be a list of texts"));
            return None;
        }
        items.into_iter().map(|item| Some((self.text(item, name)?, item))).collect()
    }

    /// The words of a list, or of a text with commas, each with its place.
    fn words(&mut self, value: NodeId, name: &str) -> Vec<Written> {
        let mut words = Vec::new();
        for (text, item) in self.texts(value, name).unwrap_or_default() {
            let place = self.place(item);
            let written = |word: &str| Written { text: word.into(), name: name.into(), place };
            words.extend(text.split(',').map(str::trim).map(written));
        }
        words
    }

    /// A field that is no setting of the tunnel.
    fn option(&mut self, option: &RunOption, value: NodeId) {
        let name = option.field;
        let origin = Origin { name: name.into(), place: self.place(value) };
        self.reading.layer.origins.insert(option.name, origin);
        match option.slot {
            Slot::Selector(at) => {
                if let Some(selector) = self.selector(value) {
                    *at(&mut self.reading.layer) = Some(selector);
                }
            }
            Slot::Words(at) => *at(&mut self.reading.layer) = self.words(value, name),
            Slot::Text(at) => *at(&mut self.reading.layer) = self.some_text(value, name),
            Slot::Switch(at) => *at(&mut self.reading.layer) = self.bool(value, name),
            Slot::Rules(at) => {
                for Written { text, place, .. } in self.words(value, name) {
                    self.reading.add_rule(at, &text, place, name);
                }
            }
            Slot::Ignore(at) => *at(&mut self.reading.layer) = self.ignore(value),
            Slot::Patches(at) => *at(&mut self.reading.layer) = Some(self.patches(value)),
        }
    }

    fn some_text(&mut self, value: NodeId, name: &str) -> Option<String> {
        let text = self.text(value, name)?;
        if text.trim().is_empty() {
            self.error(value, format!("`{name}` is empty"));
            return None;
        }
        Some(text)
    }

    /// A selector, and how `-l` would say it.
    fn selector(&mut self, value: NodeId) -> Option<(Selector, String)> {
        let (tree, errors) = (self.tree, self.reading.errors.len());
        // Without this a misspelt `matchLabels` would select every workload.
        for (name, _, inner) in
            self.fields(value, "`selector`", &["matchLabels", "matchExpressions"])
        {
            if name == "matchLabels" {
                self.each_once(tree.follow(inner));
                continue;
            }
            for item in tree.items(tree.follow(inner)) {
                self.fields(item, "a match expression", &["key", "operator", "values"]);
            }
        }
        if self.reading.errors.len() > errors {
            return None;
        }
        match Selector::read(tree, value).and_then(|selector| selector.check(value)) {
            Ok(selector) => {
                let text = selector.to_string();
                Some((selector, text))
            }
            Err(error) => {
                self.error(error.node, error.message);
                None
            }
        }
    }

    fn bool(&mut self, value: NodeId, name: &str) -> Option<bool> {
        let scalar = self.tree.scalar(value);
        if let Some(Scalar::Bool(value)) = scalar {
            return Some(value);
        }
        self.error(value, format!("`{name}` is neither `true` nor `false`"));
        None
    }

    fn ignore(&mut self, value: NodeId) -> Vec<Ignore> {
        let list = self.tree.follow(value);
        if !self.tree.kind(list).is_sequence() && !self.tree.is_null(value) {
            self.error(value, "`ignore` must be a list of mappings".into());
        }
        let items: Vec<_> = self.tree.items(list).collect();
        let mut entries = Vec::new();
        for item in items {
            let errors = self.reading.errors.len();
            let entry = self.ignored(item);
            match entry {
                Some(ignore) => entries.push(ignore),
                None if self.reading.errors.len() > errors => {}
                None => self.error(
                    item,
                    "an entry of `ignore` needs a `rule` and a `reason`, and may have a `target` and a `namespace`"
                        .into(),
                ),
            }
        }
        entries
    }

    fn patches(&mut self, value: NodeId) -> Vec<Patch> {
        let list = self.tree.follow(value);
        if !self.tree.kind(list).is_sequence() && !self.tree.is_null(value) {
            self.error(value, "`patches` must be a list of mappings".into());
        }
        let items: Vec<_> = self.tree.items(list).collect();
        let mut patches = Vec::new();
        for item in items {
            let errors = self.reading.errors.len();
            let mut patch = Patch::default();
            for (name, _, value) in
                self.fields(item, "an entry of `patches`", &["object", "target", "source"])
            {
                if name == "source" {
                    patch.source = self.source_number(value);
                    continue;
                }
                let mut words = self.words(value, &name);
                words.retain(|word| !word.text.is_empty());
                match name.as_ref() {
                    "object" if words.len() == 1 => patch.object = words.pop(),
                    "object" => self.error(value, "`object` must be one object".into()),
                    _ => patch.targets = words,
                }
            }
            match patch.object.is_some() && !patch.targets.is_empty() {
                true => patches.push(patch),
                false if self.reading.errors.len() > errors => {}
                false => {
                    self.error(
                        item,
                        "an entry of `patches` needs an `object` and a `target`".into(),
                    );
                }
            }
        }
        patches
    }

    /// Which of an Application's sources is meant.
    fn source_number(&mut self, value: NodeId) -> Option<usize> {
        let text = self.text(value, "source")?;
        let number = text.parse().ok().filter(|&number: &usize| number > 0);
        if number.is_none() {
            self.error(
                value,
                "`source` is not the number of a source in an Application: the first is 1".into(),
            );
        }
        number
    }

    /// One entry of `ignore`. Without a reason for nothing there is an error about what is wrong with it.
    fn ignored(&mut self, item: NodeId) -> Option<Ignore> {
        let errors = self.reading.errors.len();
        let (mut rule, mut target, mut namespace, mut reason) = (None, None, None, None);
        let (what, known) = ("an entry of `ignore`", ["rule", "target", "namespace", "reason"]);
        for (name, _, value) in self.fields(item, what, &known) {
            let Some(text) = self.some_text(value, &name) else { continue };
            let checked = match name.as_ref() {
                "rule" => suppressible(&text).map(|_| rule = Some(text)),
                "target" => {
                    Target::of_any_kind(&text, &Kinds::builtin()).map(|found| target = Some(found))
                }
                "namespace" => names::namespace(&text).map(|text| namespace = Some(text)),
                _ => {
                    reason = Some(text);
                    Ok(())
                }
            };
            if let Err(wrong) = checked {
                self.error(value, format!("`{name}`: {wrong}"));
            }
        }
        // Half an entry would suppress more than was meant.
        if self.reading.errors.len() > errors {
            return None;
        }
        Some(Ignore { rule: rule?, target, namespace, reason: reason?, place: self.place(item) })
    }

    fn config_map(&mut self, object: NodeId) {
        let fields = ["apiVersion", "kind", "metadata", "data"];
        let settings = SETTINGS.iter().map(|setting| setting.name);
        let options = RunOption::flags().map(|(option, _)| option.name);
        let known: Vec<_> = settings.chain(options).collect();
        for (name, _, value) in self.fields(object, "the settings", &fields) {
            if name != "data" {
                continue;
            }
            for (name, _, value) in self.fields(value, "`data`", &known) {
                if let Some(setting) = settings::find(&name) {
                    self.setting(setting, value, &name);
                } else if let (Some(option), Some(text)) =
                    (RunOption::find(&name), self.some_text(value, &name))
                {
                    let place = self.place(value);
                    self.reading.set_text(option, &text, place, &name);
                }
            }
        }
    }
}
