//! The hash of a block in format 1 of the mark, which took the block as it is written. Knows nothing of later formats.

use serde_json::{Map, Value, json};

use super::normal::{Form, Parts, hash, image_of};

/// Whether a block has the hash that an earlier release has left in its mark, perhaps after a cluster has added its
/// defaults to it. A quantity that the cluster spells anew, as `0.5`, is an edit here.
pub(super) fn has_hash(parts: Parts, expected: &str) -> bool {
    let seen_through = |image| {
        let form = Form { image, amounts: false };
        let (container, volume) = (form.of(parts.container), form.of(parts.volume));
        hash_of(Parts { container: &container, volume: &volume, ..parts })
    };
    hash_of(parts) == expected
        || seen_through(image_of(parts.container)) == expected
        || seen_through(None) == expected
}

fn hash_of(Parts { container, volume, dns }: Parts) -> String {
    let container = without(container, &["image"]);
    let volume = match volume.get("secret") {
        Some(secret) => {
            let (secret, rest) =
                (without(secret, &["secretName"]), without(volume, &["name", "secret"]));
            json!({"name": volume["name"], "secret": secret, "rest": rest})
        }
        None => volume.clone(),
    };
    let dns = (!dns.is_empty()).then(|| json!([dns.get("dnsPolicy"), dns.get("dnsConfig")]));
    hash(&sorted(&json!([container, volume, dns])).to_string())
}

fn without(value: &Value, keys: &[&str]) -> Value {
    let Value::Object(map) = value else { return value.clone() };
    let entries = map.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
    entries.map(|(key, value)| (key.clone(), value.clone())).collect()
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
