//! Finds private keys that stand in a text in clear, by the names before them. Knows nothing of YAML.
//!
//! 44 characters of base64 may be a public key or a digest as well: only what a name, a flag or a command calls private
//! is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::keys::{Key, LENGTH};
use crate::redact::is_base64;
use crate::text::span::Span;

/// Names of secret keys, in lower case and without separators.
const PRIVATE: [&str; 4] = ["privatekey", "privkey", "presharedkey", "psk"];
/// Endings of names whose value is made of such a key and is none.
const DERIVED: [&str; 6] = ["hash", "sum", "sha", "digest", "fingerprint", "publickey"];
/// Names of which the value is such a key only where the text speaks of WireGuard, and of which it is the other one.
const UNCLEAR: [&str; 2] = ["key", "secret"];
const OTHERS: [&str; 5] = ["publickey", "pubkey", "peerkey", "serverkey", "clientkey"];
/// A text with one of these speaks of WireGuard.
const WIREGUARD: [&str; 4] = ["wireguard", "gluetun", "wg ", "wg0"];

/// The whole private keys in a text that is the value of `name`: in clear, or in base64 once more.
pub fn exposed(text: &str, name: &str) -> Vec<Span> {
    if !may_hold_key(text) {
        return Vec::new();
    }
    let mut found = in_clear(text, name);
    found.extend(runs(text).filter(|run| is_encoded(text, *run, name)));
    if found.is_empty() && is_wrapped(text, name) {
        found.push(Span::new(0, text.len()));
    }
    found.sort();
    found
}

/// A quick test that skips over most of a text: whether it has a run of base64 as long as a key.
pub fn may_hold_key(text: &str) -> bool {
    const RUN: usize = LENGTH - 1;
    let mut start = 0;
    while let Some(next) = text.as_bytes().get(start..start + RUN) {
        match next.iter().rposition(|&byte| !is_base64(byte)) {
            Some(other) => start += other + 1,
            None => return true,
        }
    }
    false
}

fn in_clear(text: &str, name: &str) -> Vec<Span> {
    let keys = runs(text).filter(|run| is_key(&text[run.range()]));
    keys.filter(|&key| is_named_private(text, key, name)).collect()
}

fn is_key(text: &str) -> bool {
    text.len() == LENGTH && Key::parse(text).is_ok_and(|key| !key.is_zero())
}

/// Runs of base64 with their padding. The letter of an escape such as `\n` belongs to none.
fn runs(text: &str) -> impl Iterator<Item = Span> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !is_base64(bytes[at]) {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        let length = |of: fn(u8) -> bool, from: usize| {
            bytes.get(from..).into_iter().flatten().take_while(|&&byte| of(byte)).count()
        };
        let start = at;
        at += length(is_base64, at);
        at += length(|byte| byte == b'=', at);
        (start < bytes.len()).then(|| Span::new(start, at))
    })
}

/// Whether a run is base64 of a text with a private key in it, or of the key itself.
fn is_encoded(text: &str, run: Span, name: &str) -> bool {
    run.len() > LENGTH
        && decode(&text[run.range()]).is_some_and(|decoded| {
            !in_clear(&decoded, name).is_empty()
                || (is_key(decoded.trim()) && is_named_private(text, run, name))
        })
}

/// Whether a text is base64 on several lines.
fn is_wrapped(text: &str, name: &str) -> bool {
    let known = |byte: u8| is_base64(byte) || byte == b'=' || byte.is_ascii_whitespace();
    text.bytes().all(known) && text.trim().contains('\n') && {
        let joined: String = text.split_ascii_whitespace().collect();
        is_encoded(&joined, Span::new(0, joined.len()), name)
    }
}

fn decode(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}

/// Whether what stands before a key, or where a command takes it, calls it private.
fn is_named_private(text: &str, key: Span, name: &str) -> bool {
    let before = without_separators(&text[..key.start()]);
    if before.is_empty() {
        return is_private(name, text) || is_taken_as_private(&text[key.end()..]);
    }
    let words: Vec<_> = before.rsplit(|letter: char| !is_name(letter)).take(2).collect();
    is_private(words[0], text)
        || words.get(1).is_some_and(|word| is_private(&format!("{word}{}", words[0]), text))
        || is_taken_as_private(&text[key.end()..])
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

/// A text without what stands between a name and its value: `: "`, ` = `, ` <(echo `.
fn without_separators(text: &str) -> &str {
    const WORDS: [&str; 5] = ["echo", "printf", "-n", "-e", "%s"];
    let mut text = text;
    loop {
        let separator =
            |letter: char| letter.is_whitespace() || "\"'`\\=:(<$,[{|>-".contains(letter);
        let trimmed = text.trim_end_matches(separator);
        // The `n` of a `\n` that is written out.
        let trimmed = ["\\n", "\\t", "\\r"]
            .iter()
            .fold(trimmed, |text, escape| text.strip_suffix(escape).unwrap_or(text));
        let is_word = |word: &&&str| {
            trimmed.strip_suffix(**word).is_some_and(|rest| !rest.ends_with(is_name))
        };
        match WORDS.iter().find(is_word) {
            Some(word) => text = &trimmed[..trimmed.len() - word.len()],
            None if trimmed.len() == text.len() => return text,
            None => text = trimmed,
        }
    }
}

/// Whether a name says that its value is private; `text` is where it stands.
fn is_private(name: &str, text: &str) -> bool {
    let name = letters(name);
    let is = |list: &[&str]| list.iter().any(|end| name.ends_with(end));
    let is_clear = PRIVATE.iter().any(|word| name.contains(word));
    let speaks = || {
        let text = text.to_ascii_lowercase();
        WIREGUARD.iter().any(|word| text.contains(word) || name.contains(word.trim()))
    };
    if is_clear { !is(&DERIVED) } else { is(&UNCLEAR) && !is(&OTHERS) && speaks() }
}

fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Whether a shell hands the key to what takes a private one: `| wg set wg0 private-key /dev/stdin`, `> privatekey`.
fn is_taken_as_private(after: &str) -> bool {
    let after = after.trim_start_matches(['"', '\'', ')', ' ', '\\']);
    let command = after.split(['\n', ';', '&']).next().unwrap_or_default();
    let command = letters(command.get(..command.floor_char_boundary(120)).unwrap_or_default());
    after.starts_with(['|', '>']) && PRIVATE[..3].iter().any(|word| command.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";

    fn is_found(text: &str, name: &str) -> bool {
        !exposed(&text.replace("@", KEY), name).is_empty()
    }

    #[test]
    fn a_key_is_found_by_its_name_wherever_it_stands() {
        let conf = STANDARD.encode(format!("[Interface]\nPrivateKey = {KEY}\n"));
        for text in [
            "PrivateKey = @",
            "PrivateKey=@ # of my laptop",
            "PrivateKey = @; x",
            "[Interface] PrivateKey = @ Address = 10.0.0.2/32",
            "echo PrivateKey=@ | wg setconf wg0 /dev/stdin",
            "WIREGUARD_PRIVATE_KEY='@' gluetun",
            "KEY='@' gluetun",
            "{\"privateKey\": \"@\"}",
            "{\"a\":\"{\\\"presharedKey\\\":\\\"@\\\"}\"}",
            "--private-key @",
            "--private-key=@ --x",
            "[\"--private-key\",\"@\"]",
            "wg set wg0 private-key <(echo @)",
            "wg set wg0 private-key <(printf '%s' \"@\") peer x",
            "echo @ | wg set wg0 private-key /dev/stdin",
            "echo \"@\" > /etc/wireguard/privatekey",
            "printf '[Interface]\\nPrivateKey = @\\n' > wg0.conf",
            "privateKey: |\n  @\n",
            "# the private key: @",
            "wg_psk=@",
            "PRIVATE_KEY_2=@",
            &conf,
            &format!("echo {conf} | base64 -d"),
            &format!("{{\"data\":{{\"wg0.conf\":\"{conf}\"}}}}"),
            &conf.as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n"),
            &format!("private-key: {}", STANDARD.encode(KEY)),
        ] {
            assert!(is_found(text, "args"), "{text}");
        }
        for name in ["privateKey", "vpn.example.org/wg-private-key", "WG_PRESHARED_KEY", "wg-key"] {
            assert!(is_found("@", name) && is_found("\"@\"\n", name), "{name}");
            assert!(is_found(&STANDARD.encode(KEY), name), "{name}");
        }
    }

    #[test]
    fn public_keys_hashes_and_pieces_are_none() {
        let sealed = "AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq".repeat(9);
        for text in [
            "PublicKey = @",
            "PrivateKey = $KEY\nPublicKey = @",
            "wg set wg0 private-key /etc/key peer @ allowed-ips 0.0.0.0/0",
            "sha256-@",
            "checksum/private-key-sha: @",
            "PrivateKey = x@",
            "PrivateKey = @=",
            "PrivateKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "PrivateKey = dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LC",
            "private-key: ENC[AES256_GCM,data:@,iv:@,tag:x]",
            "PEER_KEY=@ gluetun",
            "echo @ > publickey",
            "@",
            &sealed,
        ] {
            assert!(!is_found(text, "args"), "{text}");
        }
        for name in ["publicKey", "checksum", "caBundle", "integrity", "sha256", "key"] {
            assert!(!is_found("@", name), "{name}");
        }
    }
}
