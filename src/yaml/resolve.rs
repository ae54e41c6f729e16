//! What plain scalars mean to kubectl: YAML 1.1 as sigs.k8s.io/yaml reads it. Knows nothing of nodes.

use std::borrow::Cow;

/// The meaning of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'s> {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Cow<'s, str>),
}

/// Resolves the text of a plain scalar (`resolve.go` of sigs.k8s.io/yaml's goyaml.v2).
pub fn resolve_plain(text: Cow<'_, str>) -> Scalar<'_> {
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'~' | b'n' | b'N' | b'y' | b'Y' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => {
            word(text)
        }
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number(&text).unwrap_or(Scalar::Text(text)),
        Some(_) => Scalar::Text(text),
    }
}

/// Whether a string may be written without quotes and stay a string in every reader of YAML.
pub fn is_safe_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./-".contains(&byte))
        && !RESERVED.iter().any(|word| text.eq_ignore_ascii_case(word))
}

const RESERVED: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Whether a plain word without a tag is null.
pub fn is_null(word: &str) -> bool {
    matches!(word, "~" | "null" | "Null" | "NULL")
}

fn word(text: Cow<'_, str>) -> Scalar<'_> {
    match text.as_ref() {
        null if is_null(null) => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        _ => Scalar::Text(text),
    }
}

fn number(text: &str) -> Option<Scalar<'static>> {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Some(Scalar::Float(f64::INFINITY));
        }
        "-.inf" | "-.Inf" | "-.INF" => return Some(Scalar::Float(f64::NEG_INFINITY)),
        ".nan" | ".NaN" | ".NAN" => return Some(Scalar::Float(f64::NAN)),
        _ => {}
    }
    // After a leading point underscores may stand between digits alone.
    if text.starts_with('.') && !joins_digits(text) {
        return None;
    }
    let digits =
        if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    integer(&digits).map(Scalar::Int).or_else(|| float(&digits).map(Scalar::Float))
}

/// Whether every underscore stands between two digits.
fn joins_digits(text: &str) -> bool {
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    text.match_indices('_').all(|(at, _)| is_digit(at - 1) && is_digit(at + 1))
}

/// Decimal, `0x`, `0o`, `0b` and the octal of a leading zero; 64 bits, as Go parses them.
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.starts_with(|first: char| first.is_digit(radix)) {
        return None;
    }
    let size = i128::from(u64::from_str_radix(digits, radix).ok()?);
    let value = if negative { -size } else { size };
    (value >= i128::from(i64::MIN)).then_some(value)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn float(text: &str) -> Option<f64> {
    let bytes = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
    let whole = count_digits(bytes);
    let mut at = whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = count_digits(&bytes[at + 1..]);
        if whole == 0 && fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
        let exponent = count_digits(&bytes[at..]);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    if at < bytes.len() {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Scalar<'_> {
        resolve_plain(Cow::Borrowed(text))
    }

    #[test]
    fn reads_numbers_as_kubectl_does() {
        for (text, value) in [
            ("0400", 256),
            ("0o400", 256),
            ("0x1F", 31),
            ("0b11", 3),
            ("1_000", 1000),
            ("-12", -12),
            ("0", 0),
        ] {
            assert_eq!(resolved(text), Scalar::Int(value), "{text}");
        }
        assert_eq!(resolved("08"), Scalar::Float(8.0));
        assert_eq!(resolved("1e3"), Scalar::Float(1000.0));
        assert_eq!(resolved(".5"), Scalar::Float(0.5));
        assert_eq!(resolved(".5_0e1_0"), Scalar::Float(5e9));
    }

    #[test]
    fn reads_words_as_kubectl_does() {
        for text in ["y", "Yes", "ON", "true"] {
            assert_eq!(resolved(text), Scalar::Bool(true), "{text}");
        }
        for text in ["n", "No", "OFF", "false"] {
            assert_eq!(resolved(text), Scalar::Bool(false), "{text}");
        }
        for text in ["", "~", "null", "NULL"] {
            assert_eq!(resolved(text), Scalar::Null, "{text}");
        }
    }

    #[test]
    fn leaves_the_rest_as_text() {
        for text in [
            "1:30",
            "2024-01-01",
            "NaN",
            "yEs",
            "0x",
            "-",
            "+",
            ".",
            "1.2.3",
            "1e",
            "0xg",
            "127.0.0.1",
            "e5",
            "._5",
            ".5_",
            ".5__0",
            ".5_e1",
        ] {
            assert_eq!(resolved(text), Scalar::Text(text.into()), "{text}");
        }
    }

    #[test]
    fn plain_is_safe_only_where_no_reader_sees_anything_but_text() {
        assert!(is_safe_plain("wireguard") && is_safe_plain("docker.io/a-b/c_1"));
        for text in ["", "y", "True", "1a", "a:b", "a b", "-a", "é"] {
            assert!(!is_safe_plain(text), "{text}");
        }
    }
}
