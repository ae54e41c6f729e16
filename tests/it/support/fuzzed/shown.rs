//! What a report shows must hold no key of what it is about.

use std::collections::BTreeSet;

/// As many characters of base64 as 32 bytes have without their `=`.
const KEY_LENGTH: usize = 43;

/// Everything in a text that could be a key: no part of it stands elsewhere in the text.
pub fn keys(text: &str) -> BTreeSet<&str> {
    let is_base64 = |letter: char| letter.is_ascii_alphanumeric() || "+/".contains(letter);
    let (long, short): (Vec<_>, Vec<_>) =
        text.split(|letter| !is_base64(letter)).partition(|run| run.len() >= KEY_LENGTH);
    let long = long.into_iter().filter(|run| is_random(run));
    let parts = long.flat_map(|run| [&run[..20], &run[run.len() - 20..]]);
    parts.filter(|part| !short.iter().any(|run| run.contains(part))).collect()
}

/// Whether its first characters could be those of a key: names of this length have no capitals, or few letters.
fn is_random(run: &str) -> bool {
    let key = &run[..KEY_LENGTH];
    let count = |is: fn(&u8) -> bool| key.bytes().filter(is).count();
    let letters: BTreeSet<_> = key.bytes().collect();
    letters.len() >= 20 && count(u8::is_ascii_uppercase) >= 5 && count(u8::is_ascii_lowercase) >= 5
}

pub fn hides(keys: &BTreeSet<&str>, shown: &str, text: &str) {
    for key in keys {
        assert!(!shown.contains(key), "{key} is shown:\n{shown}\n--- of\n{text}");
    }
}
