//! WireGuard keys that no message can show. Knows nothing of the files they stand in.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x25519_dalek::{PublicKey, StaticSecret};

/// A private, public or preshared key. Only [`Key::encoded`] gives it away.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

/// How many characters of base64 a key has.
pub const LENGTH: usize = 44;

impl Key {
    /// The key in `text`, or why there is none; the reason does not hold the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let count = text.chars().count();
        if count != LENGTH {
            return Err(format!("a key has {LENGTH} characters of base64, this one has {count}"));
        }
        let bytes = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| "this is not the base64 of a key".to_string())
    }

    /// The base64 that `wg` reads.
    pub fn encoded(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The public key that belongs to this private one.
    pub fn public(&self) -> Self {
        Self(PublicKey::from(&StaticSecret::from(self.0)).to_bytes())
    }

    /// Whether it is all zeros, which is how `wg` writes that there is none.
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 32]
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

/// Whether `byte` can be part of base64, padding aside.
pub fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// So many characters of base64 in a row are taken for a key, or for the larger half of one.
pub const SUSPECT: usize = 22;

/// Whether `text` holds what may be a key, or a piece of one: that is long, or in mixed case as host names are not.
pub fn may_hold_key(text: &str) -> bool {
    let mut runs = text.as_bytes().split(|byte| !is_base64(*byte));
    let is_mixed = |run: &[u8]| run.iter().any(u8::is_ascii_uppercase);
    text.contains('=') || runs.any(|run| run.len() >= SUSPECT || run.len() >= 8 && is_mixed(run))
}

/// The text with `…` for every run of base64 that is long enough for a whole key.
pub fn without_keys(text: &str) -> Cow<'_, str> {
    const WHOLE: usize = LENGTH - 4;
    let is_long = |run: &[u8]| run.len() >= WHOLE;
    if !text.as_bytes().split(|byte| !is_base64(*byte)).any(is_long) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for (run, next) in runs(text) {
        shown.push_str(if is_long(run.as_bytes()) { "…" } else { run });
        shown.extend(next);
    }
    Cow::Owned(shown)
}

/// What somebody typed, with `…` for what is or ends as a key in base64, its padding or not. Terminal colours stay, and so
/// do paths, which hold long runs too.
pub fn without_typed_keys(text: &str) -> Cow<'_, str> {
    const ESCAPE: &str = "\u{1b}[";
    let mut shown = String::with_capacity(text.len());
    for (number, part) in text.split(ESCAPE).enumerate() {
        let colour = if number == 0 { 0 } else { part.find('m').map_or(0, |end| end + 1) };
        let (colour, words) = part.split_at(colour);
        shown.extend([if number == 0 { "" } else { ESCAPE }, colour]);
        push_without_keys(&mut shown, words);
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

fn push_without_keys(shown: &mut String, words: &str) {
    for (run, next) in runs(words) {
        let (before, last) = run.split_at(run.len().saturating_sub(LENGTH - 1));
        let is_key = last.len() == LENGTH - 1 && is_mixed(last);
        shown.extend([before, if is_key { "…" } else { last }]);
        shown.extend(next.filter(|&next| !(is_key && next == '=')));
    }
}

/// The runs of base64 in a text, empty ones too, each with the character that ends it.
fn runs(text: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let length = rest.bytes().take_while(|&byte| is_base64(byte)).count();
        let (run, after) = (!rest.is_empty()).then(|| rest.split_at(length))?;
        let mut others = after.chars();
        let next = others.next();
        rest = others.as_str();
        Some((run, next))
    })
}

fn is_mixed(run: &str) -> bool {
    let holds = |is: fn(&u8) -> bool| run.as_bytes().iter().any(is);
    // A key has one or none; more than three in one of two hundred.
    let slashes = run.bytes().filter(|&byte| byte == b'/').count();
    slashes <= 3
        && holds(u8::is_ascii_uppercase)
        && holds(u8::is_ascii_lowercase)
        && holds(u8::is_ascii_digit)
}

/// The name of an object or its kind in the same way. Names that Kubernetes accepts stay as they are: they hold no
/// capital letter, as a key of 44 letters does.
pub fn name_without_keys(name: &str) -> Cow<'_, str> {
    let is_known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-./".contains(&byte);
    if name.bytes().all(is_known) { Cow::Borrowed(name) } else { without_keys(name) }
}

/// Whether `text` is made of words, each of three letters or more: `SomeKey` is, a piece of a key hardly ever.
pub fn is_wordy(text: &str) -> bool {
    let mut lengths = vec![0];
    for byte in text.bytes() {
        match lengths.last_mut() {
            Some(length) if byte.is_ascii_lowercase() || *length == 0 => *length += 1,
            _ => lengths.push(1),
        }
    }
    text.bytes().all(|byte| byte.is_ascii_alphabetic()) && lengths.iter().all(|length| *length >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7748, section 6.1: Alice's keys.
    #[test]
    fn the_public_key_is_derived() {
        let private = Key::parse("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=").unwrap();
        assert_eq!(private.public().encoded(), "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
    }

    #[test]
    fn a_typed_key_is_hidden_and_a_path_is_not() {
        let key = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
        let typed = format!("cannot read `{key}`: -l key={key}.");
        assert_eq!(without_typed_keys(&typed), "cannot read `…`: -l key=….");
        let coloured = format!("\u{1b}[33m{}\u{1b}[0m deploy/{}", &key[..43], &key[..43]);
        assert_eq!(without_typed_keys(&coloured), "\u{1b}[33m…\u{1b}[0m deploy/…");
        assert_eq!(without_typed_keys("\u{1b}]0;a\u{1b}"), "\u{1b}]0;a\u{1b}");
        let path = "/Srv/clusters/production1/namespaces/media/qbittorrent/deploy a=b /srv/x/y=";
        assert_eq!(without_typed_keys(path), path);
    }

    #[test]
    fn words_are_no_pieces_of_keys() {
        assert!(["Foo", "foo", "PersistentKeepalives"].iter().all(|name| is_wordy(name)));
        assert!(["", "ab", "FyLWZpeHR", "cmUtcGVlci", "DNSv6"].iter().all(|name| !is_wordy(name)));
        assert!(
            ["europe3.vpn.example.org:1637", "VPN.example.com", "2001:DB8::1"]
                .iter()
                .all(|host| !may_hold_key(host))
        );
        assert!(["FyLWZpeHR1", "x=", "10.0.0.1d2dzaWRlY2"].iter().all(|piece| may_hold_key(piece)));
    }

    #[test]
    fn neither_debug_nor_a_refusal_shows_a_key() {
        let text = "d2dzaWRlY2FyLWZpeHR1cmUtcHJpdmF0ZS1rZXktLS0=";
        assert_eq!(format!("{:?}", Key::parse(text)), "Ok(Key(…))");
        let refusals = [
            (&text[..43], "a key has 44 characters of base64, this one has 43"),
            (&text.replace('d', "-"), "this is not the base64 of a key"),
            (&text.replace("0=", "1="), "this is not the base64 of a key"),
        ];
        for (text, reason) in refusals {
            assert_eq!(Key::parse(text), Err(reason.to_string()));
        }
    }
}
