//! The text is not a stream of documents that kubectl reads: the rules that reading finds.

use crate::lint::rule_doc::RuleDoc;
use crate::lint::{Check, Rule, page};
use crate::text::Level;

const fn rule(id: &'static str, page: RuleDoc) -> Rule {
    Rule { id, level: Level::Error, never: true, matter: None, page, checks: &[Check::Reading] }
}

pub static SYNTAX: Rule = rule(
    "syntax",
    page!(
        text "//! The text is not YAML, or not YAML as kubectl reads it.
//!
//! Everything that kubectl would refuse is refused here, with the place: a tab that indents, a quote that is never
//! closed, an indentation that fits nothing above, a value where a key is needed.
//!
//! Fix it at the place; `kubectl apply --dry-run=client -f FILE` must accept it too.",
        "syntax"
    ),
);

pub static BAD_SEPARATOR: Rule = rule(
    "bad-separator",
    page!(
        text "//! Text stands after `---` on the separator's line.
//!
//! kubectl splits streams by lines: a line that begins with `---` separates, whatever YAML it is in, and anything but a
//! comment after it makes kubectl refuse the whole stream.
//!
//! Put the text on a line of its own.",
        "bad-separator"
    ),
);

pub static AFTER_DOCUMENT_END: Rule = rule(
    "after-document-end",
    page!(
        text "//! Text stands after `...`, the mark for the end of a document.
//!
//! kubectl reads the stream up to the next `---` as one document and ignores what follows `...` in silence: an object
//! there is never applied.
//!
//! Separate documents with `---`.",
        "after-document-end"
    ),
);

pub static DIRECTIVE: Rule = rule(
    "directive",
    page!(
        text "//! A directive (`%YAML`, `%TAG`) stands before a document.
//!
//! kubectl cuts the stream at `---`, so that the directive becomes a document of its own, and refuses it.
//!
//! Remove the line.",
        "directive"
    ),
);

pub static NOT_UTF8: Rule = rule(
    "not-utf8",
    page!(
        text "//! The file is not UTF-8.
//!
//! UTF-16, Latin-1 and binary files are refused: editing bytes of another encoding would damage them.
//!
//! Save the file as UTF-8 (`iconv -f UTF-16 -t UTF-8`).",
        "not-utf8"
    ),
);

pub static HELM_TEMPLATE: Rule = rule(
    "helm-template",
    page!(
        text "//! The file is a template: `{{` stands where YAML needs a value.
//!
//! What a template will become is known only once it is rendered.
//!
//! Run `helm template` first and pipe its output, or use wgsidecar as Helm's post-renderer.",
        "helm-template"
    ),
);
