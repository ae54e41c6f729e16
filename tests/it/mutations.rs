//! Damaged texts: no panic, no hang, and where a judge accepts what we accept, the same tree.

use std::time::{Duration, Instant};

const TIME: Duration = Duration::from_secs(2);

#[test]
fn damaged_texts_are_refused_or_read_as_the_judges_read_them() {
    let mut texts: Vec<String> = crate::support::texts::ACCEPTED
        .iter()
        .chain(crate::support::texts::REFUSED)
        .map(|text| (*text).to_owned())
        .collect();
    texts.extend(
        (0..100).map(|seed| {
            crate::support::generate::manifest(&crate::support::generate::seeded(seed))
        }),
    );
    let mut random = Random(1);
    let start = Instant::now();
    while start.elapsed() < TIME {
        let mut text = texts[random.below(texts.len())].clone();
        for _ in 0..=random.below(4) {
            damage(&mut text, &texts, &mut random);
        }
        if let Some(why) = crate::support::judges::objection(&text) {
            panic!("{text:?}: {why}");
        }
    }
}

/// Removes, inserts or moves some bytes, at the borders of characters.
fn damage(text: &mut String, texts: &[String], random: &mut Random) {
    let start = text.floor_char_boundary(random.below(text.len() + 1));
    let end = text.ceil_char_boundary((start + random.below(12)).min(text.len()));
    match random.below(5) {
        0 => drop(text.drain(start..end)),
        1 => text.truncate(start),
        2 => {
            let copy = text[start..end].to_owned();
            text.insert_str(text.floor_char_boundary(random.below(text.len() + 1)), &copy);
        }
        3 => {
            let other = &texts[random.below(texts.len())];
            let from = other.floor_char_boundary(random.below(other.len() + 1));
            let to = other.ceil_char_boundary((from + random.below(20)).min(other.len()));
            text.insert_str(start, &other[from..to]);
        }
        _ => text.insert_str(start, PIECES[random.below(PIECES.len())]),
    }
}

const PIECES: &[&str] = &[
    "\n", "\r\n", "\r", " ", "\t", ": ", ":", "- ", "\n- ", "\n  ", "? ", "[", "]", "{", "}", ",",
    "#", " # ", "&a ", "*a", "!!str ", "!x ", "|\n", ">\n", "|+\n", "|2\n", "'", "\"", "\\", "\\n",
    "...\n", "\n---\n", "%", "@", "~", "<<: ", "\u{e9}", "\u{FEFF}", "0", "1_0", "0x", ".", "e5",
    "\n\n", "\n \n", "\n\t\n",
];

/// A small generator of numbers, always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
