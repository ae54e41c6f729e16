//! Whatever is read is read as the judges read it.

use super::{generate, judges, text};

pub fn holds(input: &[u8]) {
    let Some(text) = text(input, |choices| generate::document(choices).1) else { return };
    if let Some(why) = judges::objection(&text) {
        panic!("{why}\n{text:?}");
    }
}
