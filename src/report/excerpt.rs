//! The line of a text that a place begins on: cut to a width, without what is hidden. Knows no format.

use std::ops::Range;

use crate::redact::HIDDEN;
use crate::text::Span;

/// Characters of a line that an excerpt shows at most.
const WIDTH: usize = 120;
/// Bytes on either side of a place that can matter: [`WIDTH`] characters of four bytes.
const REACH: usize = WIDTH * 4;
/// Stands for what is cut off or hidden.
const LEFT_OUT: char = HIDDEN;

/// What a report shows of a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) text: String,
    /// The bytes of `text` to underline.
    pub(super) marked: Range<usize>,
}

/// One character of the excerpt and the bytes it stands for.
struct Glyph {
    bytes: Range<usize>,
    shown: char,
}

/// The bytes of `text` that the excerpt of a place may show.
pub(super) fn reach(text: &str, place: Span) -> Range<usize> {
    let start = text.floor_char_boundary(place.start().min(text.len()));
    start.saturating_sub(REACH)..(start + REACH).min(text.len())
}

/// Cuts the excerpt out of `text`; its cost depends on no line's length. `hidden` is what of
/// [`reach`] must not be shown, sorted and disjoint.
pub(super) fn excerpt(text: &str, place: Span, hidden: &[Span]) -> Excerpt {
    let start = text.floor_char_boundary(place.start().min(text.len()));
    let near = near(text, start);
    let glyphs = glyphs(text, near.clone(), hidden);
    let marked = marked(&glyphs, start..place.end().min(near.end));
    let window = window(glyphs.len(), &marked);
    let cut_before = window.start > 0 || !starts_line(text, near.start);
    let cut_after = window.end < glyphs.len() || !ends_line(text, near.end);
    spell(&glyphs, window, marked, cut_before, cut_after)
}

/// The part of the line around `offset` that is within reach.
fn near(text: &str, offset: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let reach = reach(text, Span::new(offset, offset));
    let from = text.ceil_char_boundary(reach.start);
    let to = text.floor_char_boundary(reach.end);
    let start =
        memchr::memrchr2(b'\n', b'\r', &bytes[from..offset]).map_or(from, |found| from + found + 1);
    let end = memchr::memchr2(b'\n', b'\r', &bytes[offset..to]).map_or(to, |found| offset + found);
    start..end
}

fn starts_line(text: &str, offset: usize) -> bool {
    offset == 0 || matches!(text.as_bytes()[offset - 1], b'\n' | b'\r')
}

fn ends_line(text: &str, offset: usize) -> bool {
    matches!(text.as_bytes().get(offset), None | Some(b'\n' | b'\r'))
}

fn glyphs(text: &str, range: Range<usize>, hidden: &[Span]) -> Vec<Glyph> {
    let mut glyphs = Vec::new();
    let mut at = range.start;
    let first = hidden.partition_point(|span| span.end() <= range.start);
    for span in hidden[first..].iter().take_while(|span| span.start() < range.end) {
        glyphs.extend(characters(text, at..span.start().max(at)));
        at = span.end().min(range.end);
        glyphs.push(Glyph { bytes: span.start().max(range.start)..at, shown: LEFT_OUT });
    }
    glyphs.extend(characters(text, at..range.end));
    glyphs
}

fn characters(text: &str, range: Range<usize>) -> impl Iterator<Item = Glyph> + '_ {
    let start = range.start;
    text[range].char_indices().map(move |(index, shown)| {
        let at = start + index;
        Glyph { bytes: at..at + shown.len_utf8(), shown }
    })
}

/// The glyphs that stand for `bytes`; where there are none, the empty range at their place.
fn marked(glyphs: &[Glyph], bytes: Range<usize>) -> Range<usize> {
    let start = glyphs.partition_point(|glyph| glyph.bytes.end <= bytes.start);
    let end = glyphs.partition_point(|glyph| glyph.bytes.start < bytes.end);
    start..end.max(start)
}

/// Which of `length` glyphs to show: all if they fit, else as many around the start of `marked` as do.
fn window(length: usize, marked: &Range<usize>) -> Range<usize> {
    let context = WIDTH.saturating_sub(marked.len()) / 2;
    let start = marked.start.saturating_sub(context).min(length.saturating_sub(WIDTH));
    start..(start + WIDTH).min(length)
}

fn spell(
    glyphs: &[Glyph],
    window: Range<usize>,
    marked: Range<usize>,
    cut_before: bool,
    cut_after: bool,
) -> Excerpt {
    let spelled = |range: Range<usize>| glyphs[range].iter().map(|glyph| glyph.shown);
    let marked = marked.start..marked.end.clamp(marked.start, window.end.max(marked.start));
    let mut text = String::from_iter(cut_before.then_some(LEFT_OUT));
    text.extend(spelled(window.start..marked.start));
    let start = text.len();
    text.extend(spelled(marked.clone()));
    let end = text.len();
    text.extend(spelled(marked.end..window.end));
    text.extend(cut_after.then_some(LEFT_OUT));
    Excerpt { text, marked: start..end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::{Hidden, hidden};
    use proptest::prelude::*;

    #[test]
    fn a_short_line_is_shown_whole() {
        assert_eq!(around("a: 1\r\né: yes\r\n", 10..13), ("é: yes".into(), "yes".into()));
    }

    #[test]
    fn of_several_lines_the_first_is_shown() {
        assert_eq!(around("a: |\n  b\n  c\n", 3..12), ("a: |".into(), "|".into()));
    }

    #[test]
    fn an_end_of_input_has_a_place() {
        assert_eq!(around("a: 1\n", 5..5), (String::new(), String::new()));
        assert_eq!(around("", 0..0), (String::new(), String::new()));
        assert_eq!(around("a", 7..9), ("a".into(), String::new()));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}yes{}", "é".repeat(5000), "😀".repeat(5000));
        let (text, marked) = around(&line, 10000..10003);
        assert_eq!((text.chars().count(), marked.as_str()), (WIDTH + 2, "yes"));
        let (text, marked) = around(&line, 10000..20000);
        assert_eq!(text.chars().count(), WIDTH + 2);
        assert_eq!(marked.chars().count(), WIDTH);
    }

    #[test]
    fn what_is_hidden_is_one_sign() {
        let hidden = [Span::new(3, 9), Span::new(11, 40)];
        let excerpt = excerpt("a: hunter2, secret\nb: c", Span::new(3, 10), &hidden);
        assert_eq!(excerpt.text, "a: …2,…");
        assert_eq!(&excerpt.text[excerpt.marked], "…2");
    }

    proptest! {
        /// Whichever block of a long text it stands in, or between which.
        #[test]
        fn a_part_of_a_text_hides_what_the_whole_does(
            parts in prop::collection::vec(r#"[ -~é😀\r\n]{0,60}|KEY|BROKEN|password: "?|: [|]\n|'"#, 1..9),
            offset in 0..1500usize,
        ) {
            const KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
            let broken = format!("{}\n  {}", &KEY[..20], &KEY[20..]);
            let part = parts.concat().replace("KEY", KEY).replace("BROKEN", &broken);
            let before = "metadata: {name: web}\n".repeat((1 << 14) / 22 - 40);
            let text = format!("{before}{}\n{part}\n{}", "a".repeat(offset), &before[..2200]);
            let (whole, parts) = (hidden(&text, &[], &[]), Hidden::new(&text, vec![], vec![]));
            for place in (before.len()..text.len()).step_by(97) {
                let place = Span::new(place, place + 1);
                let seen = excerpt(&text, place, &parts.within(reach(&text, place)));
                prop_assert_eq!(seen, excerpt(&text, place, &whole));
            }
        }

        #[test]
        fn whatever_the_text_it_is_short_and_shows_no_key(
            parts in prop::collection::vec(r#"[ -~é😀\r\n]{0,60}|KEY|password: "?|: [|]\n|'"#, 0..20),
            place in (0..2000usize, 0..90usize),
        ) {
            const KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
            let text = parts.concat().replace("KEY", KEY);
            let hidden = hidden(&text, &[], &[]);
            prop_assert!(hidden.windows(2).all(|pair| pair[0].end < pair[1].start));
            let excerpt = excerpt(&text, Span::new(place.0, place.0 + place.1), &hidden);
            prop_assert!(excerpt.text.chars().count() <= WIDTH + 2);
            prop_assert!(excerpt.text.get(excerpt.marked).is_some());
            prop_assert!(!excerpt.text.contains(&KEY[8..16]));
        }
    }

    fn around(text: &str, place: Range<usize>) -> (String, String) {
        let Excerpt { text, marked } = excerpt(text, Span::new(place.start, place.end), &[]);
        let marked = text[marked].to_owned();
        (text, marked)
    }
}
