//! A stream's documents, split as kubectl splits them: by lines, before any YAML. Knows nothing of kinds: a function
//! says which documents matter.

use memchr::memmem;

use super::parse::{self, Error};
use super::tree::Tree;
use crate::text::Span;
use crate::text::source::next_line;

/// One document of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document {
    /// From after its separator's line to before the next separator.
    pub span: Span,
    /// Index of its source among the run's.
    pub source: usize,
    /// Whether JSON objects may follow each other: the source begins with `{`.
    json: bool,
}

impl Document {
    /// The same document, of the source with this index.
    pub fn of(self, source: usize) -> Self {
        Self { source, ..self }
    }

    /// The same document, read as YAML whatever it begins with.
    pub fn as_yaml(self) -> Self {
        Self { json: false, ..self }
    }
}

/// What is known of a kind by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// A document of this kind must be parsed.
    Parse,
    /// It need not be.
    Skip,
    /// It must be if it holds these bytes.
    SkipUnless(&'static [u8]),
}

/// Splits a source. Errors are `bad-separator`; the documents around them are still given.
pub fn split(text: &str) -> (Vec<Document>, Vec<Error>) {
    let (mut documents, mut errors) = (Vec::new(), Vec::new());
    let mut start = 0;
    let json = is_json(text);
    for at in separators(text) {
        let end = next_line(text, at);
        let line = &text[at..end];
        let rest = line[3..].trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            errors.push(bad_separator(at, line.trim_end()));
        }
        documents.push(Document {
            span: Span::new(start, at),
            source: 0,
            json: json && start == 0,
        });
        start = end;
    }
    documents.push(Document {
        span: Span::new(start, text.len()),
        source: 0,
        json: json && start == 0,
    });
    (documents, errors)
}

/// Whether kubectl reads a stream as JSON objects.
pub fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{')
}

/// Parses a document: one tree, none, or one for each of several JSON objects.
pub fn parse(text: &str, document: Document) -> Result<Vec<Tree<'_>>, Error> {
    let of_source = |tree| Tree { source: document.source, ..tree };
    if !document.json {
        return Ok(parse::parse(text, document.span)?.map(of_source).into_iter().collect());
    }
    let mut trees = Vec::new();
    let mut rest = document.span;
    while let Some((tree, end)) = parse::parse_json_prefix(text, rest)? {
        trees.push(of_source(tree));
        rest = Span::new(end, rest.end());
    }
    Ok(trees)
}

/// What a look at a document's bytes says, without parsing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefilter<'s> {
    /// Nothing in it can matter.
    Skip,
    /// It must be parsed; with its kind, where that is written in the plain way and nothing else can be meant.
    Parse(Option<&'s str>),
}

/// Whether a document must be parsed: sound for every way to write a `kind` that matters (see the tests).
pub fn prefilter(text: &str, interest: impl Fn(&str) -> Interest) -> Prefilter<'_> {
    const UNSURE: Prefilter<'static> = Prefilter::Parse(None);
    let mut kind = None;
    let mut seen_content = false;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let line_end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        match bytes[at] {
            b'\n' | b'\r' | b'#' => {}
            b' ' if seen_content => {}
            b' ' => match text[at..line_end].trim_start().as_bytes().first() {
                None | Some(b'#') => {}
                Some(_) => return UNSURE,
            },
            b'-' if seen_content => {}
            b'"' | b'\'' | b'?' | b'&' | b'!' | b'*' | b'<' | b'{' | b'[' | b'%' | b'|' | b'>'
            | b'.' | b'-' | b'\t' | 0xEF => {
                return UNSURE;
            }
            b'k' if kind.is_none() => {
                seen_content = true;
                match kind_of(&text[at..line_end]) {
                    Some(Ok(found)) => kind = Some(found),
                    Some(Err(())) => return UNSURE,
                    None => {}
                }
            }
            b'k' if kind_of(&text[at..line_end]).is_some() => return UNSURE,
            _ => seen_content = true,
        }
        at = line_end + 1;
    }
    if memchr::memchr(b'\r', bytes).is_some() && has_bare_return(bytes) {
        return UNSURE;
    }
    let Some(kind) = kind else { return if seen_content { UNSURE } else { Prefilter::Skip } };
    let parse = match interest(kind) {
        Interest::Parse => true,
        Interest::Skip => false,
        Interest::SkipUnless(word) => memmem::find(bytes, word).is_some(),
    };
    if parse { Prefilter::Parse(Some(kind)) } else { Prefilter::Skip }
}

/// A bare carriage return ends a line too: what follows may be a key of the first column.
fn has_bare_return(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}

/// The value of a line `kind: Value`: `Err` where it is no plain word, `None` where the line is another key's.
fn kind_of(line: &str) -> Option<Result<&str, ()>> {
    let rest = line.strip_prefix("kind")?.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    let value = rest.trim_start_matches([' ', '\t']).trim_end_matches('\r');
    let word = value.split(' ').next().unwrap_or_default();
    let separated = rest.starts_with([' ', '\t']);
    let plain =
        separated && !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Some(if plain { Ok(word) } else { Err(()) })
}

/// Offsets of the lines that begin with `---`, a byte order mark before it allowed at the start of the text.
fn separators(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mark = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    let first = text[mark..].starts_with("---").then_some(mark);
    let finder = memmem::Finder::new("\n---");
    let mut at = 0;
    first.into_iter().chain(std::iter::from_fn(move || {
        let found = at + finder.find(&text.as_bytes()[at..])?;
        at = found + 1;
        Some(found + 1)
    }))
}

fn bad_separator(at: usize, line: &str) -> Error {
    Error {
        rule: "bad-separator",
        span: Span::new(at, at + line.len()),
        message: "text after `---`: kubectl refuses the whole stream".into(),
        help: Some("put the text on a line of its own".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<&str> {
        split(text).0.iter().map(|document| &text[document.span.range()]).collect()
    }

    #[test]
    fn separators_are_lines() {
        assert_eq!(spans("a: 1\n---\nb: 2\n"), ["a: 1\n", "b: 2\n"]);
        assert_eq!(spans("---# c\na: 1\n--- \t\r\nb: 2"), ["", "a: 1\n", "b: 2"]);
        assert_eq!(spans("\u{FEFF}---\na: 1\n"), ["\u{FEFF}", "a: 1\n"]);
        assert_eq!(spans("v: |\n  x\n---\n  y\n"), ["v: |\n  x\n", "  y\n"]);
        assert_eq!(spans(""), [""]);
    }

    #[test]
    fn text_after_a_separator_is_an_error() {
        for text in ["--- {a: 1}\n", "a: 1\n----\n", "---foo: bar\n", "--- |\n  x\n", "--- !!map\n"]
        {
            assert_eq!(split(text).1.len(), 1, "{text}");
        }
        assert_eq!(split("a: 1\n--- # c\n---\n").1, []);
    }

    #[test]
    fn json_objects_follow_each_other() {
        let text = " {\"a\": 1}{\"b\": 2}\n{\"c\": 3}\n";
        let (documents, _) = split(text);
        assert_eq!(parse(text, documents[0]).unwrap().len(), 3);
        let text = "---\n{\"a\": 1}{\"b\": 2}\n";
        let (documents, _) = split(text);
        assert!(parse(text, documents[1]).is_err());
    }

    #[test]
    fn skips_only_what_cannot_matter() {
        let interest = |kind: &str| match kind {
            "ConfigMap" => Interest::Skip,
            "Widget" => Interest::SkipUnless(b"containers"),
            _ => Interest::Parse,
        };
        for text in [
            "kind: ConfigMap\n",
            "# c\n\nkind:  ConfigMap # c\ndata:\n  kind: Pod\n",
            "a: 1\nkind: ConfigMap\r\n",
            "kind: Widget\n",
            "",
        ] {
            assert_eq!(prefilter(text, interest), Prefilter::Skip, "{text}");
        }
        for text in [
            "kind: Pod\n",
            "kind: ConfigMap\nkind: Pod\n",
            "kind: ConfigMap\n\"kind\": Pod\n",
            "kind: ConfigMap\n? kind\n: Pod\n",
            "  kind: ConfigMap\n",
            "{kind: ConfigMap}\n",
            "kind: \"ConfigMap\"\n",
            "kind:\n  ConfigMap\n",
            "kind: &a ConfigMap\n",
            "a: 1\n",
            "<<: *x\nkind: ConfigMap\n",
            "kind: ConfigMap\rkind: Pod\n",
            "kind: Widget\nspec: {containers: []}\n",
            "\u{FEFF}kind: ConfigMap\n",
        ] {
            assert_ne!(prefilter(text, interest), Prefilter::Skip, "{text}");
        }
    }
}
