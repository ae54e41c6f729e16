//! Damaged texts: no panic, no hang, and where a judge accepts what we accept, the same tree. And damaged manifests: a
//! fix does what it planned, or there is none. `ROUNDS` raises the number of texts.

use wgsidecar::config::Layer;
use wgsidecar::kube::{Kinds, Targets};
use wgsidecar::lint::RULES;
use wgsidecar::run::check::check;
use wgsidecar::text::Source;
use wgsidecar::wireguard::settings;

/// How many texts are damaged; the variable `ROUNDS` multiplies it.
fn rounds(usual: usize) -> usize {
    usual * std::env::var("ROUNDS").map_or(1, |rounds| rounds.parse().unwrap())
}

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
    for _ in 0..rounds(3_000) {
        let mut text = texts[random.below(texts.len())].clone();
        for _ in 0..=random.below(4) {
            damage(&mut text, &texts, &mut random);
        }
        if let Some(why) = crate::support::judges::objection(&text) {
            panic!("{text:?}: {why}");
        }
    }
}

#[test]
fn fixes_of_damaged_manifests_do_what_they_planned() {
    let fixtures = RULES
        .iter()
        .filter(|rule| !rule.is_about_reading())
        .flat_map(|rule| crate::support::files(&format!("rules/{}", rule.id), ".yaml").into_iter());
    let texts: Vec<_> = fixtures.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    let mut layer = Layer::default();
    layer.settings.set(settings::find("secret").unwrap(), &["vpn"]).unwrap();
    let (kinds, targets) = (Kinds::builtin(), Targets::default());
    let (mut random, mut fixes) = (Random(7), 0);
    for _ in 0..rounds(3_000) {
        let mut text = texts[random.below(texts.len())].clone();
        for _ in 0..=random.below(3) {
            damage_lines(&mut text, &mut random);
        }
        let Ok(source) = Source::new("a.yaml", text.clone().into_bytes()) else { continue };
        let checked = check(&[source], &layer, &kinds, &targets, RULES.to_vec());
        assert!(checked.broken.is_empty(), "{:?}\n{text}", checked.broken);
        assert!(checked.dropped.is_empty(), "{:?}\n{text}", checked.dropped);
        fixes += checked.mended.len();
    }
    assert!(fixes > 500, "only {fixes} fixes were planned");
}

/// Removes, repeats or moves a line, or gives its key another value.
fn damage_lines(text: &mut String, random: &mut Random) {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return;
    }
    let (at, to) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(5) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(to, lines[at].clone()),
        2 => {
            let line = lines.remove(at);
            lines.insert(to.min(lines.len()), line);
        }
        3 => lines.truncate(at + 1),
        _ => {
            if let Some((key, _)) = lines[at].split_once(':') {
                lines[at] = format!("{key}:{}", VALUES[random.below(VALUES.len())]);
            }
        }
    }
    *text = lines.join("\n") + "\n";
}

const VALUES: &[&str] = &[
    "",
    " {}",
    " []",
    " null",
    " ~",
    " \"\"",
    " 1",
    " true",
    " {a: 1}",
    " [a]",
    " &x {}",
    " !!map {}",
    " # c",
    " {requests: {}}",
    " {type: RollingUpdate}",
    " |\n",
    " {runAsUser: 1000}",
    " *x",
];

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
