//! The file is signed, and the signature covers what would change.
//!
//! SOPS writes a `mac` over every value of a file, also over those that it leaves unencrypted: after an edit `sops -d` and
//! Flux refuse the file. With `mac_only_encrypted: true` it covers the encrypted values alone, and a tunnel may go in where
//! nothing of it would have to be encrypted. Annotations of sigstore (`cosign.sigstore.dev/`), Integrity Shield and Tekton
//! hold a signature of the whole object.
//!
//! Inject before the file is encrypted or signed (`sops -d FILE | wgsidecar inject`, then encrypt again), or let SOPS sign
//! the encrypted values alone: `sops --mac-only-encrypted`.

use regex::Regex;
use serde_json::Value;

use crate::kube::{Object, Template};
use crate::lint::{Check, Findings, ObjectRef, Rule, rule};
use crate::text::Level;
use crate::wireguard::mark;
use crate::wireguard::pod::Block;
use crate::yaml::{NodeId, Scalar, Tree};

/// Found where changes are planned: what stays as it is breaks no signature.
pub static RULE: Rule = Rule {
    level: Level::Error,
    never: true,
    checks: &[Check::Planning],
    ..rule!("signed_file.rs", "signed-file")
};

/// Annotations that hold a signature of their object, or say where it is.
const ANNOTATIONS: [&str; 3] =
    ["cosign.sigstore.dev/", "integrityshield.io/", "tekton.dev/signature"];

/// What signs an object.
#[derive(Clone, Copy, Debug)]
pub enum Signature {
    /// The `sops` of its document, whose MAC covers every value.
    Sops(NodeId),
    /// The `sops` of its document, whose MAC covers the encrypted values.
    SopsEncrypted(NodeId),
    /// The key of an annotation.
    Annotation(NodeId),
}

impl Signature {
    /// What signs an object of a document.
    pub fn of(tree: &Tree, object: &Object) -> Option<Self> {
        let sops = tree.get(tree.root(), "sops").filter(|&sops| tree.get(sops, "mac").is_some());
        if let Some(sops) = sops {
            let only = tree.get(sops, "mac_only_encrypted");
            return Some(match only.and_then(|node| tree.scalar(node)) {
                Some(Scalar::Bool(true)) => Self::SopsEncrypted(sops),
                _ => Self::Sops(sops),
            });
        }
        let annotations = object.metadata.and_then(|it| tree.get(it, "annotations"))?;
        let mut keys = tree.entries(tree.follow(annotations)).map(|(key, _)| key);
        let signs = |key: &NodeId| {
            let word = tree.string(*key).unwrap_or_default();
            ANNOTATIONS.iter().any(|prefix| word.starts_with(prefix))
        };
        keys.find(signs).map(Self::Annotation)
    }

    /// Whether it covers every value, whatever is changed.
    pub fn covers_all(self) -> bool {
        !matches!(self, Self::SopsEncrypted(_))
    }

    /// Why a block cannot go into a template, or a template cannot lose one, and the way out.
    fn refusal(
        self,
        tree: &Tree,
        leaves: impl FnOnce() -> Option<Vec<Vec<String>>>,
    ) -> Option<Refusal> {
        const SOPS: &str =
            "inject before the file is encrypted, or encrypt it with `sops --mac-only-encrypted`";
        match self {
            Self::Sops(sops) => Some(Refusal {
                node: tree.get(sops, "mac").unwrap_or(sops),
                message: "SOPS has signed every value of this file: `sops -d` and Flux refuse it after a change".into(),
                help: SOPS,
            }),
            Self::SopsEncrypted(sops) => {
                let rule = Encrypted::read(tree, sops);
                let leaves = leaves()?;
                let key = leaves.iter().find(|path| rule.covers(path))?.last()?.clone();
                Some(Refusal {
                    node: sops,
                    message: format!(
                        "SOPS encrypts `{key}` in this file, and would reject the unencrypted additions"
                    ),
                    help: "inject before the file is encrypted",
                })
            }
            Self::Annotation(key) => Some(Refusal {
                node: key,
                message: "this object is signed, and its signature does not hold after a change".into(),
                help: "inject before the object is signed",
            }),
        }
    }
}

struct Refusal {
    node: NodeId,
    message: String,
    help: &'static str,
}

/// Reports that a template cannot get a block, or lose the one that it has; tells whether it did.
pub fn report(
    tree: &Tree,
    (object, template): (&Object, &Template),
    block: Option<&Block>,
    findings: &mut Findings,
) -> bool {
    let signature = Signature::of(tree, object);
    let leaves = || block.map(|block| self::leaves(&template.field(tree), block));
    let Some(refusal) = signature.and_then(|it| it.refusal(tree, leaves)) else {
        return false;
    };
    let Refusal { node, message, help } = refusal;
    findings.add(&RULE, tree.place(node), message).help(help);
    true
}

/// Reports that values at the ends of these keys cannot come into an object, or go out of it.
pub fn report_leaves(view: &ObjectRef, leaves: &[Vec<String>], findings: &mut Findings) {
    let signature = Signature::of(view.tree, view.object);
    let refusal = signature.and_then(|it| it.refusal(view.tree, || Some(leaves.to_vec())));
    if let Some(Refusal { node, message, help }) = refusal {
        findings.add(&RULE, view.place(node), message).help(help);
    }
}

/// Which values SOPS encrypts, by the keys on the way to them.
enum Encrypted {
    Suffix(String),
    Regex(Option<Regex>),
    AllButSuffix(String),
    AllButRegex(Option<Regex>),
    /// Those with a comment before them, and ours have none.
    Commented,
    All,
}

impl Encrypted {
    fn read(tree: &Tree, sops: NodeId) -> Self {
        let text = |key| {
            let text = tree.get(sops, key).and_then(|node| tree.string(node));
            text.filter(|text| !text.is_empty()).map(|text| text.into_owned())
        };
        let regex = |text: String| Regex::new(&text).ok();
        text("encrypted_regex")
            .map(|it| Self::Regex(regex(it)))
            .or_else(|| text("encrypted_suffix").map(Self::Suffix))
            .or_else(|| text("unencrypted_regex").map(|it| Self::AllButRegex(regex(it))))
            .or_else(|| text("unencrypted_suffix").map(Self::AllButSuffix))
            .or_else(|| text("encrypted_comment_regex").map(|_| Self::Commented))
            .unwrap_or(Self::All)
    }

    /// Whether the value at the end of these keys is encrypted. An expression that we cannot read counts as one that
    /// covers it.
    fn covers(&self, path: &[String]) -> bool {
        let ends = |suffix: &String| path.iter().any(|key| key.ends_with(suffix));
        let matches = |regex: &Regex| path.iter().any(|key| regex.is_match(key));
        match self {
            Self::Suffix(suffix) => ends(suffix),
            Self::AllButSuffix(suffix) => !ends(suffix),
            Self::Regex(regex) => regex.as_ref().is_none_or(matches),
            Self::AllButRegex(regex) => !regex.as_ref().is_some_and(matches),
            Self::Commented => false,
            Self::All => true,
        }
    }
}

/// The keys on the way to every value of a block in a template.
fn leaves(field: &str, block: &Block) -> Vec<Vec<String>> {
    let words = field.split('.').map(|word| word.split('[').next().unwrap_or_default());
    let outer: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let path = |keys: &[&str]| -> Vec<String> {
        outer.iter().chain(keys).map(|key| (*key).to_owned()).collect()
    };
    let mut all = vec![path(&["metadata", "annotations", mark::KEY])];
    collect(&block.container, &mut path(&["spec", "initContainers"]), &mut all);
    collect(&block.volume, &mut path(&["spec", "volumes"]), &mut all);
    for (site, value) in &block.dns {
        collect(value, &mut path(&["spec", site.key()]), &mut all);
    }
    all
}

fn collect(value: &Value, path: &mut Vec<String>, all: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                path.push(key.clone());
                collect(value, path, all);
                path.pop();
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, all)),
        _ => all.push(path.clone()),
    }
}
