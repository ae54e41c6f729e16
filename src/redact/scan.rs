//! Finds what may be a key, whole or broken, wherever it stands. Knows nothing of formats.
//!
//! A key is 32 random bytes in base64: capitals, small letters and digits in no order, where names and prose have words.
//! Each character is worth what it says for a key and against text, and a stretch that is worth enough is hidden, with
//! the rest of the runs that it touches. A key that something has broken (a blank, a `-`, a line break, a byte that is
//! not UTF-8) is a stretch with gaps.

use std::ops::Range;

use crate::text::Span;

/// The length of a key in base64, without its padding.
const LENGTH: usize = 43;
/// A stretch of this worth is hidden. Manifests and programs reach it about once in ten thousand lines, mostly in tables
/// of hexadecimal numbers.
const ENOUGH: i32 = 30;
/// A stretch ends where it has lost so much: a word stands there.
const LOST: i32 = 24;
/// The larger part of a broken key has more characters than this.
const LEAST: usize = 16;
/// One of so many characters must be a capital, and one a small letter: a key of one case only does not happen.
const CASES: usize = 16;
/// A run this long of one case is a hash or a digest, and no part of a key.
const ONE_CASE: usize = 16;
/// What it costs that a character stands between two pieces. A row of the same character is one.
const GAP: i32 = 6;
/// More characters than this between two pieces, and they are no pieces of one key.
const GAPS: usize = 2;
/// What stands before `=` or `:` is a name, unless it is as long as this: then it may be the first half of a key.
const NAME: usize = 10;
/// A random run does not hold a word of more letters by chance.
const CHANCE: usize = 5;
/// A key has one `/` or none, and more than this once in a thousand times. A path has many.
const SLASHES: usize = 4;

/// What stands before a character.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Gap,
    Lower,
    Upper,
    Digit,
}

/// How much likelier a character is in base64 of random bytes than in manifests and programs: twice the binary logarithm,
/// measured over a million characters.
fn worth(before: Before, byte: u8) -> i32 {
    // The first half of the small letters by how often text has them.
    const COMMON: &[u8] = b"acdeilnoprstu";
    let [common, rare, upper, digit, plus] = match before {
        Before::Gap => [-3, 0, 4, 4, 6],
        Before::Lower => [-4, 1, 9, 11, 14],
        Before::Upper => [-3, 3, 0, 10, 14],
        Before::Digit => [1, 4, 7, -5, 12],
    };
    match byte {
        b'a'..=b'z' if COMMON.contains(&byte) => common,
        b'a'..=b'z' => rare,
        b'A'..=b'Z' => upper,
        b'0'..=b'9' => digit,
        _ => plus,
    }
}

/// The spans of a text that may be a key or a part of one: sorted and disjoint.
pub fn scan(text: &str) -> Vec<Span> {
    let mut scanner = Scanner::default();
    let mut at = 0;
    while at < text.len() {
        let run = run_length(&text.as_bytes()[at..]);
        match run {
            0 => at = scanner.gap(&Gap::new(text, at)),
            _ => at = scanner.run(text, at..at + run),
        }
    }
    scanner.close();
    let stretches = scanner.found.into_iter().map(|stretch| whole(text, stretch));
    merged(stretches.chain(padded(text)).collect())
}

/// Sorts spans and makes those that meet one.
pub fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.is_empty());
    spans.sort();
    spans.dedup_by(|next, last| {
        let meets = next.start <= last.end;
        last.end = if meets { last.end.max(next.end) } else { last.end };
        meets
    });
    spans
}

/// Goes over a text and keeps the stretch that ends where it is.
#[derive(Default)]
struct Scanner {
    /// Of the stretch; where it falls to nothing, the stretch begins anew.
    worth: i32,
    start: usize,
    length: usize,
    upper: usize,
    lower: usize,
    /// How far the stretch is worth most, if that is enough.
    best: Option<(i32, Span)>,
    found: Vec<Span>,
}

impl Scanner {
    fn run(&mut self, text: &str, run: Range<usize>) -> usize {
        let bytes = &text.as_bytes()[run.clone()];
        let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
        let is_one_case = !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase));
        if is_one_case && bytes.len() >= ONE_CASE || is_generated(text, &run) {
            self.close();
            return run.end;
        }
        let mut before = Before::Gap;
        for at in run.clone() {
            let byte = text.as_bytes()[at];
            self.digit(at, byte, worth(before, byte));
            before = match byte {
                b'a'..=b'z' => Before::Lower,
                b'A'..=b'Z' => Before::Upper,
                b'0'..=b'9' => Before::Digit,
                _ => Before::Gap,
            };
        }
        run.end
    }

    fn digit(&mut self, at: usize, byte: u8, worth: i32) {
        if self.worth <= 0 || self.best.is_some_and(|(best, _)| self.worth + LOST < best) {
            self.close();
            self.start = at;
        }
        self.worth += worth;
        self.length += 1;
        self.upper += usize::from(byte.is_ascii_uppercase());
        self.lower += usize::from(byte.is_ascii_lowercase());
        let is_mixed = self.upper.min(self.lower) * CASES >= self.length;
        let least = self.best.map_or(ENOUGH, |(best, _)| best);
        if self.length >= LEAST && is_mixed && self.worth >= least {
            self.best = Some((self.worth, Span::new(self.start, at + 1)));
        }
    }

    fn gap(&mut self, gap: &Gap) -> usize {
        if gap.count > GAPS || (gap.is_assignment && self.length < NAME) {
            self.close()
        } else {
            self.worth -= GAP * gap.count as i32
        }
        gap.range.end
    }

    fn close(&mut self) {
        self.found.extend(self.best.map(|(_, span)| span));
        *self = Self { found: std::mem::take(&mut self.found), ..Self::default() };
    }
}

/// A stretch with the whole of the runs that it begins and ends in, and with the runs beside it while they may belong to
/// the same key.
fn whole(text: &str, stretch: Span) -> Span {
    let runs = runs_around(text, stretch);
    let bytes = text.as_bytes();
    let length = |first: usize, last: usize| {
        let range = runs[first].range.start..runs[last].range.end;
        bytes[range].iter().filter(|&&byte| is_base64(byte)).count()
    };
    let is_word = |run: &Run| is_wordy(&text[run.range.clone()]);
    let inner = |run: &&Run| run.range.end > stretch.start() && run.range.start < stretch.end();
    let Some(first) = runs.iter().position(|run| inner(&run)) else { return stretch };
    let last = first + runs[first..].iter().take_while(inner).count() - 1;
    // The last letter of a word may have begun the stretch.
    let first = first + usize::from(first < last && is_word(&runs[first]));
    let (mut start, mut end) = (first, last);
    while length(start, last) < LENGTH && start > 0 {
        let (before, gap) = (&runs[start - 1], &runs[start].gap);
        let is_name = gap.is_assignment && !before.is_long(text);
        let is_apart = |gap: &Gap| gap.count > GAPS || gap.is_assignment;
        // A key may hold what reads like a short word, with more of the key on its other side.
        let is_inside = is_word(before) && before.range.len() <= CHANCE && start > 1 && {
            let beyond = &runs[start - 2];
            !is_apart(&before.gap) && !is_word(beyond) && length(start - 2, last) <= LENGTH + 1
        };
        if gap.count > GAPS || is_name || (is_word(before) && !is_inside) {
            break;
        }
        start -= 1;
    }
    while length(first, end) < LENGTH && end + 1 < runs.len() {
        let next = &runs[end + 1];
        let is_last = bytes.get(next.range.end) == Some(&b'=');
        let is_inside = is_word(next) && next.range.len() <= CHANCE && end + 2 < runs.len() && {
            let beyond = &runs[end + 2];
            let is_apart = beyond.gap.count > GAPS || beyond.gap.is_assignment;
            !is_apart && !is_word(beyond) && length(first, end + 2) <= LENGTH + 1
        };
        if next.gap.count > GAPS || (is_word(next) && !is_last && !is_inside) {
            break;
        }
        end += 1;
    }
    let (start, end) = (runs[start].range.start, runs[end].range.end);
    Span::new(start, end + count(bytes[end..].iter(), |byte| byte == b'='))
}

/// A run of base64, and the gap before it.
struct Run {
    range: Range<usize>,
    gap: Gap,
}

impl Run {
    /// Whether it is too long for a name, counting what is joined to it by `/`.
    fn is_long(&self, text: &str) -> bool {
        let before = text.as_bytes()[..self.range.end].iter().rev();
        count(before.take(NAME), is_base64) == NAME
    }
}

/// The runs of a stretch and of as much around it as a key may take.
fn runs_around(text: &str, stretch: Span) -> Vec<Run> {
    const NEAR: usize = 4 * LENGTH;
    let mut at = text.floor_char_boundary(stretch.start().saturating_sub(NEAR));
    let end = (stretch.end() + NEAR).min(text.len());
    let mut runs = Vec::new();
    while at < end {
        let gap = Gap::new(text, at);
        let start = gap.range.end;
        at = start + run_length(&text.as_bytes()[start..]);
        if at > start {
            runs.push(Run { range: start..at, gap });
        }
    }
    runs
}

/// Whether a run is what Kubernetes or kustomize has put after a name and a `-`, to tell it from others of that name:
/// letters that make no words, and digits.
fn is_generated(text: &str, run: &Range<usize>) -> bool {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let (before, bytes) = (&text.as_bytes()[..run.start], &text.as_bytes()[run.clone()]);
    (5..=10).contains(&bytes.len())
        && matches!(before, [.., byte, b'-'] if byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && bytes.iter().all(|byte| ALPHABET.contains(byte))
}

/// Runs that end as a key does, whatever their letters are: 43 characters and a `=`.
fn padded(text: &str) -> impl Iterator<Item = Span> + '_ {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'=', bytes).filter_map(|end| {
        let start = end.checked_sub(LENGTH)?;
        let run = &bytes[start..end];
        let is_key = run.iter().all(|&byte| is_base64(byte))
            && run.iter().any(u8::is_ascii_uppercase)
            && run.iter().any(u8::is_ascii_lowercase)
            && count(run.iter().filter(|byte| **byte == b'/'), |_| true) <= SLASHES;
        is_key.then(|| Span::new(start, end + 1))
    })
}

/// Whether `text` is made of words, each of three letters or more: `SomeKey` and `MTU` are, a piece of a key hardly ever.
pub fn is_wordy(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() >= 3 && bytes.iter().all(u8::is_ascii_uppercase) {
        return true;
    }
    let mut lengths = vec![0];
    for byte in bytes {
        match lengths.last_mut() {
            Some(length) if byte.is_ascii_lowercase() || *length == 0 => *length += 1,
            _ => lengths.push(1),
        }
    }
    bytes.iter().all(u8::is_ascii_alphabetic) && lengths.iter().all(|length| *length >= 3)
}

/// Whether `byte` can be part of base64, padding aside.
pub fn is_base64(byte: u8) -> bool {
    is_digit(byte) || byte == b'/'
}

/// The characters of base64 but `/`, which stands between names too.
fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+'
}

fn run_length(bytes: &[u8]) -> usize {
    count(bytes.iter(), is_digit)
}

fn count<'b>(bytes: impl Iterator<Item = &'b u8>, of: impl Fn(u8) -> bool) -> usize {
    bytes.take_while(|&&byte| of(byte)).count()
}

/// What stands between two runs of base64.
struct Gap {
    range: Range<usize>,
    count: usize,
    /// Whether what stands before it may be a name, and what follows its value.
    is_assignment: bool,
}

impl Gap {
    /// The gap that begins at an offset.
    fn new(text: &str, start: usize) -> Self {
        let mut gap = Self { range: start..start, count: 0, is_assignment: false };
        while let Some(next) = text[gap.range.end..].chars().next() {
            if u8::try_from(next).is_ok_and(is_digit) {
                break;
            }
            let rest = &text[gap.range.end..];
            let length = match next {
                '\\' => backslash_length(rest),
                _ if next.is_whitespace() => rest.len() - rest.trim_start().len(),
                _ => rest.len() - rest.trim_start_matches(next).len(),
            };
            gap.count += match next {
                // It is a part of base64.
                '/' => 0,
                _ => memchr::memchr_iter(b'\n', &rest.as_bytes()[..length]).count().max(1),
            };
            gap.is_assignment |= matches!(next, '=' | ':');
            gap.range.end += length;
        }
        gap
    }
}

/// `\n`, `\xff` and the like are one character, whatever their letters are.
fn backslash_length(text: &str) -> usize {
    let digits = match text.as_bytes().get(1) {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        Some(b'a'..=b'z' | b'0' | b'L' | b'N' | b'P') => 0,
        _ => return 1,
    };
    2 + count(text.as_bytes()[2..].iter().take(digits), |byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

    fn shown(text: &str) -> String {
        let mut out = text.to_owned();
        for span in scan(text).iter().rev() {
            out.replace_range(span.range(), "…");
        }
        out
    }

    #[test]
    fn a_whole_key_is_hidden_and_nothing_around_it() {
        for around in [
            "args: [KEY]",
            "éKEYé",
            "deploy/KEY",
            "--wg1=KEY --x",
            "a KEY b",
            "`KEY` is no name",
            "{\"a\":\"b\\nKEY\"}",
            "\"\\u00ffKEY\\u00ff\"",
            "{\"a\":\"KEY\\n\",\"b\":1}",
            "Address1: KEY\nAddress2: KEY\n",
        ] {
            for key in [KEY, &KEY[..43]] {
                assert_eq!(shown(&around.replace("KEY", key)), around.replace("KEY", "…"));
            }
        }
    }

    #[test]
    fn a_broken_key_is_hidden_in_all_its_pieces() {
        for breaker in [
            " ",
            "\u{fffd}",
            "\u{fffd}\u{fffd}",
            "-",
            "_",
            "\n    ",
            "\\xff",
            "\\n",
            "%",
            "é",
            "--",
        ] {
            for at in 1..KEY.len() - 1 {
                let inserted = format!("{}{breaker}{}", &KEY[..at], &KEY[at..]);
                let replaced = format!("{}{breaker}{}", &KEY[..at], &KEY[at + 1..]);
                for broken in [inserted, replaced] {
                    let shown = shown(&format!("image: {broken} x"));
                    let piece = (0..KEY.len() - 10).find(|&at| shown.contains(&KEY[at..at + 10]));
                    assert_eq!(piece, None, "{shown:?}");
                }
            }
        }
    }

    #[test]
    fn hashes_names_paths_and_prose_are_shown() {
        for text in [
            "image: ghcr.io/Home-Ops/qbittorrent:5.1.2@sha256:9dd0164cc23e9c937e0af27fd7c3f627d1df30c182cf62ed34d3f129c55dc0e8",
            "commit 2C26B46B68FFC68FF99B453C1D30413413422D70",
            "requiredDuringSchedulingIgnoredDuringExecution: horizontalPodAutoscalerConfiguration",
            "/Srv/clusters/production1/namespaces/media/qbittorrent/deploy a=b /srv/x/y=",
            "/private/var/folders/3c/8h_x7n0s2lv1hd9nm7fj1n2w0000gn/T/tmp.XyZ12AbQ/a.yaml",
            "name: web-7d4b9c6f5d-x2x4z",
            "1 injected; Secret mullvad-7k2m9t4h5f; DNS cluster",
            "deployment/prod-web-v2-7k2m9t4h5f: updated (DNS 10.64.0.1)",
            "id: 123e4567-e89b-12d3-a456-426614174000",
            "IPv6ElevatedRoutePriority must be less than IPv6NormalRoutePriority",
            "runAsNonRoot: true\n  runAsUser: 1000\n  runAsGroup: 1000",
            "https://github.com/WireGuard/wireguard-tools/blob/master/src/config.c#L42",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    /// Two thousand keys, each broken at one place.
    #[test]
    fn random_keys_are_hidden() {
        let mut seed = 0x1234_5678_9876_5432_u64;
        let mut random = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 11) as usize % below
        };
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut leaks = 0;
        for _ in 0..2000 {
            let key: String = (0..LENGTH).map(|_| char::from(DIGITS[random(64)])).collect();
            assert_eq!(shown(&format!("args: [{key}=]")), "args: […]");
            let at = 1 + random(LENGTH - 1);
            let shown = shown(&format!("args: [{} {}=]", &key[..at], &key[at..]));
            leaks += usize::from((0..=LENGTH - 10).any(|at| shown.contains(&key[at..at + 10])));
        }
        assert!(leaks <= 2, "{leaks} of 2000");
    }

    #[test]
    fn words_are_no_pieces_of_keys() {
        assert!(["Foo", "foo", "PersistentKeepalives", "MTU"].iter().all(|name| is_wordy(name)));
        assert!(["", "ab", "FyLWZpeHR", "cmUtcGVlci", "DNSv6"].iter().all(|name| !is_wordy(name)));
    }
}
