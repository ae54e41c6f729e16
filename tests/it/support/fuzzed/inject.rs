//! Whatever is injected obeys the laws.

use super::engine::{obeys_the_laws, transform};
use super::{ALLOW, generate, text};
use wgsidecar::run::plan::Verb;
use wgsidecar::text::Source;

pub fn holds(input: &[u8]) {
    let Some(text) = text(input, generate::manifest) else { return };
    if Source::new("test", text.clone().into_bytes()).is_err() {
        return;
    }
    let injected = obeys_the_laws(&text, &ALLOW, &[("secret", "vpn")]);
    let without = transform(&text, Verb::Uninject, &ALLOW, "vpn");
    if let (Ok(_), Ok((without, planned))) = (&injected, &without)
        && planned.edits[0].is_empty()
    {
        assert!(*without == text, "uninject changed what is not ours:\n{text}");
    }
}
