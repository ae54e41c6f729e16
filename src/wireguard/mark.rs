//! The mark: the annotation on the pod template that says what was injected, and what `uninject` must know. Knows
//! nothing of where it stands.

use std::fmt;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The annotation's key.
pub const KEY: &str = "wgsidecar.dev/injected";

/// The format of the block: a release changes it only when every pod is to be rolled.
const FORMAT: &str = "1";

/// What one injection left on the pod template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Name of the container and the volume.
    pub name: String,
    /// The Secret that was asked for: kustomize may rename the one in the volume.
    pub secret: String,
    /// Of the block's tree, without the image and the Secret's name.
    pub hash: String,
    /// Of the Secret's content, where the Secret was in the run.
    pub content: Option<String>,
    /// Whether `dnsPolicy` and `dnsConfig` are ours.
    pub dns: bool,
    /// The bytes that stood after a key whose empty value was filled.
    pub stood: Vec<(Site, String)>,
}

/// A value of the pod template that may have been there, empty, before us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    Metadata,
    Annotations,
    InitContainers,
    Volumes,
}

impl Site {
    const ALL: [Self; 4] = [Self::Metadata, Self::Annotations, Self::InitContainers, Self::Volumes];

    /// The key in the pod template.
    pub fn key(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Annotations => "annotations",
            Self::InitContainers => "initContainers",
            Self::Volumes => "volumes",
        }
    }
}

impl Mark {
    /// Reads an annotation's value; `None` where it is not one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next() != Some(FORMAT) {
            return None;
        }
        let mut mark = Self::default();
        for word in words {
            match word.split_once('=') {
                None if word == "dns" => mark.dns = true,
                Some(("name", value)) => mark.name = unescape(value)?,
                Some(("secret", value)) => mark.secret = unescape(value)?,
                Some(("hash", value)) => mark.hash = value.to_owned(),
                Some(("content", value)) => mark.content = Some(value.to_owned()),
                Some((key, value)) => {
                    let site = Site::ALL.into_iter().find(|site| site.key() == key)?;
                    mark.stood.push((site, unescape(value)?));
                }
                None => return None,
            }
        }
        (!mark.name.is_empty() && !mark.hash.is_empty()).then_some(mark)
    }

    /// The bytes that stood at a site before us.
    pub fn stood(&self, site: Site) -> Option<&str> {
        self.stood.iter().find(|(other, _)| *other == site).map(|(_, bytes)| bytes.as_str())
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{FORMAT} name={} secret={} hash={}",
            escape(&self.name),
            escape(&self.secret),
            self.hash
        )?;
        if let Some(content) = &self.content {
            write!(out, " content={content}")?;
        }
        if self.dns {
            out.write_str(" dns")?;
        }
        let mut stood: Vec<_> = self.stood.iter().collect();
        stood.sort();
        stood.iter().try_for_each(|(site, bytes)| write!(out, " {}={}", site.key(), escape(bytes)))
    }
}

/// The hash of a block's tree: the keys sorted, the image and the Secret's name left out, so that neither kustomize's
/// layout nor a bot's new tag is an edit.
pub fn hash_of_parts(container: &Value, volume: &Value, dns: Option<(&Value, &Value)>) -> String {
    let container = without(container, &["image"]);
    let volume = match volume.get("secret") {
        Some(secret) => {
            json!({"name": volume["name"], "secret": without(secret, &["secretName"]), "rest": without(volume, &["name", "secret"])})
        }
        None => volume.clone(),
    };
    hash(
        &sorted(&json!([container, volume, dns.map(|(policy, config)| json!([policy, config]))]))
            .to_string(),
    )
}

/// The first 8 bytes of SHA-256 in hex: enough to notice a change, too little to say anything of the content.
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn without(value: &Value, keys: &[&str]) -> Value {
    let Value::Object(map) = value else { return value.clone() };
    map.iter()
        .filter(|(key, _)| !keys.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> =
                map.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(Map::from_iter(entries))
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// Percent-encodes what could not stand in a word.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~[]{}".contains(&byte);
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match plain(byte) {
            true => out.push(byte as char),
            false => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_what_it_wrote() {
        let mark = Mark {
            name: "wireguard".into(),
            secret: "vpn".into(),
            hash: "00ff".into(),
            content: Some("11ee".into()),
            dns: true,
            stood: vec![(Site::Volumes, " []".into()), (Site::Metadata, "\t~ é%".into())],
        };
        let text = mark.to_string();
        assert_eq!(
            text,
            "1 name=wireguard secret=vpn hash=00ff content=11ee dns metadata=%09~%20%C3%A9%25 volumes=%20[]"
        );
        let read = Mark::parse(&text).unwrap();
        assert_eq!(read.stood(Site::Volumes), Some(" []"));
        assert_eq!(read.to_string(), text);
    }

    #[test]
    fn foreign_values_are_no_marks() {
        for text in [
            "",
            "2 name=a hash=b",
            "true",
            "1",
            "1 name=a",
            "1 name=a hash=b colour=red",
            "1 name=% hash=b",
        ] {
            assert_eq!(Mark::parse(text), None, "{text}");
        }
    }
}
