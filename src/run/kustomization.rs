//! What a kustomization uses, and as what: a patch looks like a workload but is not one. Knows nothing of where files are.

use std::path::Path;

use crate::kube::path::ways;
use crate::yaml::Error;
use crate::yaml::stream::{self, Document, is_json};

pub use crate::kube::patched::{FILES as NAMES, is_file as is_name};

/// What a file or folder is used as; what is applied comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    Resource,
    Other(&'static str),
}

impl Use {
    /// What it is called, if it is not applied as it stands.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Resource => None,
            Self::Other(name) => Some(name),
        }
    }
}

/// Where a kustomization names files and folders.
const FIELDS: [(&str, Use); 22] = [
    ("resources[*]", Use::Resource),
    ("bases[*]", Use::Resource),
    ("components[*]", Use::Resource),
    ("patches[*].path", Use::Other("a patch of a kustomization")),
    ("patchesStrategicMerge[*]", Use::Other("a patch of a kustomization")),
    ("patchesJson6902[*].path", Use::Other("a patch of a kustomization")),
    ("replacements[*].path", Use::Other("a replacement of a kustomization")),
    ("configMapGenerator[*].files[*]", Use::Other("data of a kustomization's generator")),
    ("configMapGenerator[*].envs[*]", Use::Other("data of a kustomization's generator")),
    ("configMapGenerator[*].env", Use::Other("data of a kustomization's generator")),
    ("secretGenerator[*].files[*]", Use::Other("data of a kustomization's generator")),
    ("secretGenerator[*].envs[*]", Use::Other("data of a kustomization's generator")),
    ("secretGenerator[*].env", Use::Other("data of a kustomization's generator")),
    ("helmCharts[*].valuesFile", Use::Other("Helm values of a kustomization")),
    ("helmCharts[*].additionalValuesFiles[*]", Use::Other("Helm values of a kustomization")),
    ("helmChartInflationGenerator[*].values", Use::Other("Helm values of a kustomization")),
    ("generators[*]", Use::Other("a generator of a kustomization")),
    ("transformers[*]", Use::Other("a transformer of a kustomization")),
    ("validators[*]", Use::Other("a validator of a kustomization")),
    ("configurations[*]", Use::Other("a configuration of a kustomization")),
    ("crds[*]", Use::Other("a schema of a kustomization")),
    ("openapi.path", Use::Other("a schema of a kustomization")),
];

/// The paths that a kustomization names, with what it uses each as; the error is why it cannot be read.
pub fn uses(text: &str) -> Result<Vec<(String, Use)>, String> {
    let (documents, errors) = split(NAMES[0], text);
    if let Some(error) = errors.into_iter().next() {
        return Err(error.message);
    }
    let mut uses = Vec::new();
    for document in documents {
        for tree in stream::parse(text, document).map_err(|error| error.message)? {
            for (path, used) in FIELDS {
                let ends = ways(&tree, tree.root(), path).into_iter();
                let texts = ends.filter_map(|way| tree.string(*way.nodes.last()?));
                // A patch may stand here itself, even on one line, or an address.
                let is_path = |text: &str| !["\n", ": ", "://"].iter().any(|it| text.contains(it));
                let named = texts.filter(|text| is_path(text));
                // `key=file` of a generator.
                let file = |text: &str| text.split_once('=').map_or(text, |(_, file)| file).into();
                uses.extend(named.map(|text| (file(&text), used)));
            }
        }
    }
    Ok(uses)
}

/// The documents of a file. What begins with `{` is JSON to kubectl; a kustomization is read by kustomize alone, which takes
/// all YAML.
pub fn split(name: &str, text: &str) -> (Vec<Document>, Vec<Error>) {
    let (documents, errors) = stream::split(text);
    let is_broken = |document: &Document| stream::parse(text, *document).is_err();
    if is_name(Path::new(name)) && is_json(text) && documents.first().is_some_and(is_broken) {
        return (documents.into_iter().map(Document::as_yaml).collect(), errors);
    }
    (documents, errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_known() {
        let text = "resources: [web.yaml, ../base, https://example.com/x]
patches:
  - {path: a.yaml, target: {kind: Deployment}}
  - patch: |-
      kind: Deployment
patchesStrategicMerge:
  - b.yaml
  - |-
    kind: Deployment
patchesJson6902: [{path: c.yaml, target: {kind: Deployment, name: web}}]
configMapGenerator: [{name: x, files: [d.yaml, key.yaml=e.yaml], envs: [f.env]}]
helmCharts: [{name: x, valuesFile: g.yaml, additionalValuesFiles: [h.yaml]}]
transformers: [i.yaml]
crds: &more [j.yaml]
configurations: *more
";
        let uses = uses(text).unwrap();
        let files: String = uses
            .iter()
            .filter(|(_, used)| used.name().is_some())
            .map(|(path, _)| path.trim_end_matches(".yaml").trim_end_matches(".env"))
            .collect();
        assert_eq!(files, "abcdefghijj");
        let applied: Vec<_> = uses.iter().filter(|(_, used)| *used == Use::Resource).collect();
        assert_eq!(applied.len(), 2);
        assert!(super::uses("patches: [\n").is_err());
        assert_eq!(super::uses("# nothing\n").unwrap(), []);
        assert_eq!(super::uses("patches: {path: a.yaml}\nresources: 12\n").unwrap(), []);
    }
}
