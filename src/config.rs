//! What was configured: the settings file, the environment, the flags, and how they lie over each other. Knows nothing
//! of manifests but their annotations.

use std::path::{Path, PathBuf};

use crate::cli::Args;
use crate::kube::{Kinds, Selector, Target, Targets};
use crate::lint::suppression::{Ignore, suppressible};
use crate::text::{Diagnostic, Level, Place, Source};
use crate::wireguard::settings::{self, SETTINGS, Settings, Shape};
use crate::yaml::{NodeId, Scalar, Tree};

/// The file that is looked for from the working directory up to the repository's root.
pub const FILE_NAME: &str = "wgsidecar.yaml";

/// The kind of the settings object, in the file and as a KRM function's configuration.
pub const KIND: &str = "WireGuardSidecar";
pub const GROUP: &str = "wgsidecar.dev";

/// What one place says: the file, the environment, or the flags.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    pub settings: Settings,
    /// The selector, and how it was written.
    pub selector: Option<(Selector, String)>,
    pub targets: Vec<String>,
    pub namespace: Option<String>,
    pub only_enabled: Option<bool>,
    pub workloads: Vec<String>,
    pub allow: Vec<String>,
    pub ignore: Vec<Ignore>,
}

/// A layer and what is wrong with it.
#[derive(Debug, Default)]
pub struct Reading {
    pub layer: Layer,
    pub errors: Vec<Diagnostic>,
    pub warnings: Vec<Diagnostic>,
}

impl Reading {
    fn error(&mut self, place: Option<Place>, message: String) -> &mut Diagnostic {
        self.errors.push(diagnostic(Level::Error, place, message));
        self.errors.last_mut().expect("an error was pushed")
    }

    fn set(
        &mut self,
        setting: &'static settings::Setting,
        values: &[&str],
        place: Option<Place>,
        name: &str,
    ) {
        if let Err(reason) = self.layer.settings.set(setting, values) {
            self.error(place, format!("`{name}`: {reason}"));
        }
    }
}

fn diagnostic(level: Level, place: Option<Place>, message: String) -> Diagnostic {
    Diagnostic { rule: "bad-setting", level, message, place, related: Vec::new(), help: None }
}

/// An error about settings that has no place in a file.
pub fn error(message: String) -> Diagnostic {
    diagnostic(Level::Error, None, message)
}

impl Layer {
    /// This layer over a lower one. A selector replaces the lower one's; lists of rules and kinds add up.
    pub fn over(self, lower: Self) -> Self {
        let selects = self.selector.is_some() || !self.targets.is_empty();
        let (selector, targets) =
            if selects { (self.selector, self.targets) } else { (lower.selector, lower.targets) };
        Self {
            settings: self.settings.over(&lower.settings),
            selector,
            targets,
            namespace: self.namespace.or(lower.namespace),
            only_enabled: self.only_enabled.or(lower.only_enabled),
            workloads: [lower.workloads, self.workloads].concat(),
            allow: [lower.allow, self.allow].concat(),
            ignore: [lower.ignore, self.ignore].concat(),
        }
    }

    /// The kinds that this layer knows.
    pub fn kinds(&self) -> Result<Kinds, String> {
        Kinds::with(&self.workloads.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The selection that this layer asks for.
    pub fn select(&self, kinds: &Kinds) -> Result<Targets, String> {
        let targets =
            self.targets.iter().map(|text| Target::parse(text, kinds)).collect::<Result<_, _>>()?;
        Ok(Targets {
            selector: self.selector.as_ref().map(|(selector, _)| selector.clone()),
            targets,
            namespace: self.namespace.clone(),
            only_enabled: self.only_enabled.unwrap_or(false),
        })
    }
}

/// The flags as a layer.
pub fn from_flags(args: &Args) -> Reading {
    let mut reading = Reading {
        layer: Layer {
            targets: args.targets.clone(),
            namespace: args.namespace.clone(),
            only_enabled: args.only_enabled.then_some(true),
            workloads: args.workloads.clone(),
            allow: args.allow.clone(),
            ..Layer::default()
        },
        ..Reading::default()
    };
    for (setting, values) in &args.settings {
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        reading.set(setting, &values, None, &format!("--{}", setting.name));
    }
    if let Some(text) = &args.selector {
        match Selector::parse(text) {
            Ok(selector) => reading.layer.selector = Some((selector, text.clone())),
            Err(reason) => drop(reading.error(None, format!("`--selector`: {reason}"))),
        }
    }
    reading
}

/// Variables that name no setting of a layer.
const OTHER_VARIABLES: [&str; 2] = ["WGSIDECAR_LOG", "WGSIDECAR_CONFIG"];

/// The variables `WGSIDECAR_…` as a layer. An unknown one is a warning: CI systems define their own.
pub fn from_environment(variables: impl Iterator<Item = (String, String)>) -> Reading {
    let mut reading = Reading::default();
    let mut ours: Vec<_> = variables.filter(|(name, _)| name.starts_with("WGSIDECAR_")).collect();
    ours.sort();
    for (name, value) in ours {
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.variable() == name) {
            reading.set(setting, &[&value], None, &name);
        } else if !set_variable(&mut reading, &name, &value)
            && !OTHER_VARIABLES.contains(&name.as_str())
        {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.variable()).collect();
            let mut warning =
                diagnostic(Level::Warning, None, format!("the variable `{name}` names no setting"));
            warning.help = settings::nearest_of(&name, known.iter().map(String::as_str))
                .map(|nearest| format!("did you mean `{nearest}`?"));
            reading.warnings.push(warning);
        }
    }
    reading
}

fn set_variable(reading: &mut Reading, name: &str, value: &str) -> bool {
    let list = || {
        value
            .split(',')
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect()
    };
    match name {
        "WGSIDECAR_SELECTOR" => match Selector::parse(value) {
            Ok(selector) => reading.layer.selector = Some((selector, value.to_owned())),
            Err(reason) => drop(reading.error(None, format!("`{name}`: {reason}"))),
        },
        "WGSIDECAR_TARGET" => reading.layer.targets = list(),
        "WGSIDECAR_NAMESPACE" => reading.layer.namespace = Some(value.to_owned()),
        "WGSIDECAR_WORKLOAD" => reading.layer.workloads = list(),
        "WGSIDECAR_ALLOW" => {
            reading.layer.allow = list();
            check_rules(reading, name);
        }
        "WGSIDECAR_ONLY_ENABLED" => match value {
            "true" => reading.layer.only_enabled = Some(true),
            "false" => reading.layer.only_enabled = Some(false),
            _ => drop(
                reading.error(None, format!("`{name}`: `{value}` is neither `true` nor `false`")),
            ),
        },
        _ => return false,
    }
    true
}

fn check_rules(reading: &mut Reading, name: &str) {
    for rule in reading.layer.allow.clone() {
        if let Err(reason) = suppressible(&rule) {
            reading.error(None, format!("`{name}`: {reason}"));
        }
    }
}

/// The settings file that counts here: the named one, else the nearest up to the repository's root.
pub fn find_file(named: Option<&Path>, from: &Path) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    for folder in from.ancestors() {
        let file = folder.join(FILE_NAME);
        if file.is_file() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a settings file. `source` is the number that places in it get.
pub fn from_file(file: &Source, source: usize) -> Reading {
    let span = crate::text::Span::new(0, file.text().len());
    match crate::yaml::parse(file.text(), without_first_separator(file.text(), span)) {
        Err(error) => {
            let mut reading = Reading::default();
            let place = Place { source, span: error.span };
            reading.error(Some(place), error.message).help = error.help;
            reading
        }
        Ok(None) => Reading::default(),
        Ok(Some(tree)) => from_object(&tree, tree.root(), source),
    }
}

/// A file may begin with `---`.
fn without_first_separator(text: &str, span: crate::text::Span) -> crate::text::Span {
    let documents = crate::yaml::stream::split(text).0;
    let filled: Vec<_> = documents
        .into_iter()
        .filter(|document| !text[document.span.range()].trim().is_empty())
        .collect();
    match filled[..] {
        [document] => document.span,
        _ => span,
    }
}

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
        const KNOWN: [&str; 2] = ["matchLabels", "matchExpressions"];
        let tree = self.tree;
        for (key, _) in tree.entries(selector) {
            let name = tree.word(key).unwrap_or_default();
            if !KNOWN.contains(&name.as_ref()) {
                self.unknown(key, &name, &KNOWN);
            }
        }
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
        const FIELDS: [&str; 4] = ["apiVersion", "kind", "metadata", "data"];
        let tree = self.tree;
        for (key, _) in tree.entries(object) {
            let name = tree.word(key).unwrap_or_default();
            if !FIELDS.contains(&name.as_ref()) {
                self.unknown(key, &name, &FIELDS);
            }
        }
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
