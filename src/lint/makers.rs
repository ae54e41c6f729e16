//! What makes Secrets, in one table: the Secret itself, and the objects that an operator makes one from. Knows nothing of
//! who reads them.

use std::borrow::Cow;

use crate::kube::{Object, path};
use crate::yaml::Tree;

/// Why a name means a Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// It is or was the Secret's own.
    Own,
    /// A generator has added a hash to it.
    Generated,
    /// An operator makes a Secret of this name.
    Made,
}

/// A Secret as an object of the run makes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Made<'s> {
    pub name: Cow<'s, str>,
    /// The namespace that the object names; `None` where it says nothing, or several.
    pub namespace: Option<Cow<'s, str>>,
    pub meaning: Meaning,
}

/// Kinds from whose objects an operator makes Secrets.
struct Row {
    group: &'static str,
    kinds: &'static [&'static str],
    /// Paths of the Secrets' names: the first one that is there counts, else the object's own name.
    names: &'static [&'static str],
    /// Whether a Secret is made in the object's own namespace. Elsewhere means: in whichever the object chooses.
    is_beside: bool,
}

const fn row(
    group: &'static str,
    kinds: &'static [&'static str],
    names: &'static [&'static str],
) -> Row {
    Row { group, kinds, names, is_beside: true }
}

impl Row {
    const fn anywhere(self) -> Self {
        Self { is_beside: false, ..self }
    }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("bitnami.com", &["SealedSecret"], &[]),
    row("external-secrets.io", &["ExternalSecret"], &["spec.target.name"]),
    row("external-secrets.io", &["ClusterExternalSecret"], &["spec.externalSecretSpec.target.name", "spec.externalSecretName"])
        .anywhere(),
    row("isindir.github.com", &["SopsSecret"], &["spec.secretTemplates[*].name"]),
    row("onepassword.com", &["OnePasswordItem"], &[]),
    row("ricoberger.de", &["VaultSecret"], &[]),
    row("secrets-store.csi.x-k8s.io", &["SecretProviderClass"], &["spec.secretObjects[*].secretName"]),
    row("secrets.doppler.com", &["DopplerSecret"], &["spec.managedSecret.name"]).anywhere(),
    row("secrets.hashicorp.com", &["VaultStaticSecret", "VaultDynamicSecret", "HCPVaultSecretsApp"], &["spec.destination.name"]),
    row("secrets.infisical.com", &["InfisicalSecret"], &["spec.managedKubeSecretReferences[*].secretName", "spec.managedSecretReference.secretName"])
        .anywhere(),
];

/// Annotations of Secrets that an operator copies into other namespaces.
const COPIED: [&str; 4] = [
    "kubed.appscode.com/sync",
    "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",
    "replicator.v1.mittwald.de/replicate-to",
    "replicator.v1.mittwald.de/replicate-to-matching",
];

/// The Secrets that an object makes; none where it is of another kind.
pub fn secrets_of<'s>(tree: &Tree<'s>, object: &Object<'s>) -> Vec<Made<'s>> {
    let own = object.namespace.clone();
    if object.is("", "Secret") {
        let is_copied = COPIED.iter().any(|key| object.annotation(tree, key).is_some());
        let own = own.filter(|_| !is_copied);
        let made = |name, meaning| Made { name, namespace: own.clone(), meaning };
        let base = without_generated_suffix(&object.name);
        let generated = base.map(|base| made(base.to_owned().into(), Meaning::Generated));
        let names = own_names(tree, object).into_iter();
        return names.map(|name| made(name, Meaning::Own)).chain(generated).collect();
    }
    let is_of = |row: &&Row| row.group == object.group && row.kinds.contains(&&*object.kind);
    let Some(row) = ROWS.iter().find(is_of) else { return Vec::new() };
    let texts = |path: &str| -> Vec<Cow<'s, str>> {
        let ends = path::ways(tree, object.node, path).into_iter();
        let ends = ends.filter_map(|way| way.nodes.last().copied());
        ends.filter_map(|node| tree.string(node)).filter(|text| !text.is_empty()).collect()
    };
    let namespace = own.filter(|_| row.is_beside);
    let named = row.names.iter().map(|path| texts(path)).find(|names| !names.is_empty());
    let names = named.unwrap_or_else(|| own_names(tree, object)).into_iter();
    let made = |name| Made { name, namespace: namespace.clone(), meaning: Meaning::Made };
    names.map(made).collect()
}

const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";

/// The object's name, and those by which kustomize, which calls us, knew it before.
fn own_names<'s>(tree: &Tree<'s>, object: &Object<'s>) -> Vec<Cow<'s, str>> {
    let previous = object.annotation(tree, PREVIOUS_NAMES).and_then(|node| tree.string(node));
    let previous = previous.iter().flat_map(|names| names.split(','));
    previous.map(|name| Cow::Owned(name.to_owned())).chain([object.name.clone()]).collect()
}

/// The name without the dash and the ten characters that kustomize makes of a content's hash.
fn without_generated_suffix(generated: &str) -> Option<&str> {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let (name, suffix) = generated.rsplit_once('-')?;
    let is_hash = suffix.len() == 10 && suffix.bytes().all(|byte| ALPHABET.contains(&byte));
    is_hash.then_some(name)
}
