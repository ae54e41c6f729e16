//! Names of objects, interfaces and images, and why a text is not a valid one. Knows no setting's name and no layer.

use super::values::{Parsed, digits, one, port, quoted};

/// The kernel's limit of 15 bytes, in characters that no shell and no `ip` command reads as anything else.
pub fn interface(values: &[String]) -> Parsed<String> {
    let name = one(values)?;
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.len() > 15
        || !name.bytes().all(safe)
        || !name.starts_with(|first: char| first.is_ascii_alphabetic())
    {
        return Err(format!(
            "{} is not an interface name: a letter, then at most 14 letters, digits, `-` or `_`",
            quoted(name)
        ));
    }
    if ["lo", "eth0", "all", "default"].contains(&name) {
        return Err(format!(
            "{} is taken in every pod: choose another, such as `wg0`",
            quoted(name)
        ));
    }
    Ok(name.to_string())
}

/// A DNS-1123 label, as container and volume names are.
pub fn label(values: &[String]) -> Parsed<String> {
    let name = one(values)?;
    if name.len() > 63 || !is_label(name) {
        return Err(format!(
            "{} is not a container name: at most 63 of `a-z`, `0-9` and `-`, with no `-` at either end",
            quoted(name)
        ));
    }
    Ok(name.to_string())
}

fn is_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Whether `text` is a DNS-1123 subdomain, as most object names are.
pub fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

/// The name of a namespace.
pub fn namespace(text: &str) -> Parsed<String> {
    if text.len() <= 63 && is_label(text) {
        Ok(text.to_string())
    } else {
        Err(format!(
            "{} is not a namespace: at most 63 of `a-z`, `0-9` and `-`, with no `-` at either end",
            quoted(text)
        ))
    }
}

/// The name of an object such as a Secret.
pub fn subdomain(text: &str) -> Parsed<String> {
    if is_subdomain(text) {
        Ok(text.to_string())
    } else {
        Err(format!(
            "{} is not an object name: at most 253 of `a-z`, `0-9`, `-` and `.`, with a letter or digit at both ends",
            quoted(text)
        ))
    }
}

/// A reference that a container runtime can pull: `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`.
pub fn image(values: &[String]) -> Parsed<String> {
    let text = one(values)?;
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    let path_start = name.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match name[path_start..].find(':') {
        Some(colon) => (&name[..path_start + colon], Some(&name[path_start + colon + 1..])),
        None => (name, None),
    };
    if is_image_name(name) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest) {
        return Ok(text.to_string());
    }
    Err(format!("{} is not an image such as `registry.example.com/wireguard:1.0`", quoted(text)))
}

fn is_image_name(name: &str) -> bool {
    let mut parts: Vec<_> = name.split('/').collect();
    if parts.len() > 1 && is_registry(parts[0]) {
        parts.remove(0);
    }
    let separator = |byte: u8| b"._-".contains(&byte);
    name.len() <= 255
        && parts.iter().all(|part| {
            let known =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || separator(byte);
            let ends = [part.bytes().next(), part.bytes().last()];
            part.bytes().all(known)
                && ends.iter().all(|end| end.is_some_and(|byte| !separator(byte)))
        })
}

fn is_registry(part: &str) -> bool {
    let (host, port) = match part.rsplit_once(':') {
        Some((host, number)) => (host, digits(number).and_then(port)),
        None => (part, Some(443)),
    };
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let named = host == "localhost" || part.contains(['.', ':']);
    named && port.is_some() && !host.is_empty() && host.bytes().all(known)
}

fn is_tag(tag: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=128).contains(&tag.len()) && tag.bytes().all(known) && !tag.starts_with(['.', '-'])
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let lengths = [("sha256", 64), ("sha384", 96), ("sha512", 128)];
    lengths.contains(&(algorithm, hex.len()))
        && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
