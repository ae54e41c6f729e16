//! Placeholders that another tool fills in later: Flux and envsubst, OpenShift's templates, kustomize's vars, vault plugins,
//! template languages. Knows nothing of fields.
//!
//! Manifests with placeholders are read as their defaults say: `${REPLICAS:=1}` is 1. What has no default is unknown.

use std::borrow::Cow;

use crate::yaml::resolve::resolve_plain;
use crate::yaml::{NodeId, Scalar, Tree};

/// How placeholders begin and end, and what may stand between.
const FORMS: [(&str, &str, Inner); 15] = [
    ("${{", "}}", Inner::Any),
    ("{{", "}}", Inner::Any),
    ("$(", ")", Inner::Any),
    ("((", "))", Inner::Any),
    ("[[", "]]", Inner::Any),
    ("#{", "}", Inner::Any),
    ("<", ">", Inner::Any),
    ("ENC[AES", "]", Inner::Any),
    ("ref+", "", Inner::Word),
    ("op://", "", Inner::Word),
    ("vault:", "", Inner::Word),
    ("@", "@", Inner::Name),
    ("%", "%", Inner::Name),
    ("__", "__", Inner::Name),
    ("$", "", Inner::Name),
];

/// What may stand in a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inner {
    /// Any text of one line.
    Any,
    /// What has no blanks.
    Word,
    /// The name of a variable.
    Name,
}

impl Inner {
    fn allows(self, c: char) -> bool {
        match self {
            Self::Any => c != '\n',
            Self::Word => !c.is_whitespace(),
            Self::Name => is_of_name(c),
        }
    }
}

/// The longest placeholder: the end is not looked for beyond this many bytes.
const LONGEST: usize = 256;

/// A placeholder in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placeholder<'t> {
    /// As it is written, from the first sign to the last.
    pub text: &'t str,
    /// Its default.
    pub default: Option<&'t str>,
}

/// The value of a node once every placeholder in it has its default; as it is written where one has none.
pub fn scalar<'s>(tree: &Tree<'s>, node: NodeId) -> Option<Scalar<'s>> {
    let scalar = tree.scalar(node)?;
    let Scalar::Text(text) = &scalar else { return Some(scalar) };
    match filled(text) {
        // Quotes do not count: what fills a value in writes it anew.
        Some(filled) => Some(resolve_plain(Cow::Owned(filled))),
        None => Some(scalar),
    }
}

/// The text of a string once every placeholder in it has its default; as it is written where one has none.
pub fn string<'s>(tree: &Tree<'s>, node: NodeId) -> Option<Cow<'s, str>> {
    let text = tree.string(node)?;
    Some(filled(&text).map_or(text, Cow::Owned))
}

/// The placeholder in a node that says nothing until it is filled in.
pub fn open(tree: &Tree, node: NodeId) -> Option<String> {
    let Some(Scalar::Text(text)) = scalar(tree, node) else { return None };
    find(&text).map(|placeholder| placeholder.text.to_owned())
}

/// A text with the defaults of its placeholders; nothing where it has none, or where one has no default.
fn filled(text: &str) -> Option<String> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(Placeholder { text, default }) = find(rest) {
        let start = text.as_ptr() as usize - rest.as_ptr() as usize;
        out.push_str(&rest[..start]);
        out.push_str(default?);
        rest = &rest[start + text.len()..];
    }
    let is_filled = rest.len() < text.len();
    out.push_str(rest);
    is_filled.then_some(out)
}

/// The first placeholder of a text.
pub fn find(text: &str) -> Option<Placeholder<'_>> {
    // Most values have nothing of the kind.
    let signs = text.match_indices(['$', '{', '(', '[', '#', '<', '@', '%', '_']);
    let words = ["ENC[AES", "ref+", "op://", "vault:"];
    let words = words.iter().filter(|word| text.starts_with(**word)).map(|word| (0, *word));
    words.chain(signs).find_map(|(start, _)| {
        let end = text.floor_char_boundary((start + LONGEST).min(text.len()));
        at_start(&text[start..end])
    })
}

/// Whether a text holds a placeholder, or begins with one whose end has been cut off.
pub fn begins(text: &str) -> bool {
    let text = text.trim_start_matches(['"', '\'', ' ']);
    FORMS.iter().any(|(open, ..)| text.starts_with(open)) || find(text).is_some()
}

/// The placeholder that a text begins with.
fn at_start(text: &str) -> Option<Placeholder<'_>> {
    if text.starts_with("${") && !text.starts_with("${{") {
        return braced(text);
    }
    let (form, inner) = FORMS.iter().find_map(|form| Some((form, inner(text, form)?)))?;
    let (open, close, _) = form;
    Some(Placeholder { text: &text[..open.len() + inner.len() + close.len()], default: None })
}

fn inner<'t>(text: &'t str, (open, close, may): &(&str, &str, Inner)) -> Option<&'t str> {
    let rest = text.strip_prefix(open)?;
    let inner = if close.is_empty() {
        &rest[..rest.len() - rest.trim_start_matches(|c| may.allows(c)).len()]
    } else {
        rest.split_once(close)?.0
    };
    let is_name = inner.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let fits = inner.chars().all(|c| may.allows(c)) && (*may != Inner::Name || is_name);
    (fits && !inner.trim().is_empty()).then_some(inner)
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// `${NAME}` or `${NAME:=default}`, with whatever a shell allows between.
fn braced(text: &str) -> Option<Placeholder<'_>> {
    let mut depth = 0;
    let end = text.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '\n' => return Some(None),
            _ => return None,
        }
        (depth == 0).then_some(Some(at))
    });
    let end = end.flatten()?;
    let inner = &text["${".len()..end];
    let rest = inner.trim_start_matches(is_of_name);
    if inner.trim().is_empty() {
        return None;
    }
    let default = [":=", ":-", "=", "-"].iter().find_map(|sign| rest.strip_prefix(sign));
    let default = default.map(|default| default.trim_matches(['"', '\'']));
    Some(Placeholder { text: &text[..=end], default: default.filter(|it| find(it).is_none()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_many_tools_are_found() {
        for (text, found, default) in [
            ("${REPLICAS}", "${REPLICAS}", None),
            ("${REPLICAS:=1}", "${REPLICAS:=1}", Some("1")),
            ("${REPLICAS:-1}", "${REPLICAS:-1}", Some("1")),
            ("${X:=\"true\"}", "${X:=\"true\"}", Some("true")),
            ("${X:=}", "${X:=}", Some("")),
            ("${X:?no}", "${X:?no}", None),
            ("${X:=${Y}}", "${X:=${Y}}", None),
            ("${var.replicas}", "${var.replicas}", None),
            ("${{REPLICAS}}", "${{REPLICAS}}", None),
            ("a $REPLICAS b", "$REPLICAS", None),
            ("$(REPLICAS)", "$(REPLICAS)", None),
            ("$(params.replicas)", "$(params.replicas)", None),
            (
                "<path:kv/data/vpn#key | base64encode>",
                "<path:kv/data/vpn#key | base64encode>",
                None,
            ),
            ("<replicas>", "<replicas>", None),
            ("{{ .Values.replicas }}", "{{ .Values.replicas }}", None),
            ("((replicas))", "((replicas))", None),
            ("#{Replicas}#", "#{Replicas}", None),
            ("@REPLICAS@", "@REPLICAS@", None),
            ("__REPLICAS__", "__REPLICAS__", None),
            ("%REPLICAS%", "%REPLICAS%", None),
            ("ref+vault://kv/web#replicas", "ref+vault://kv/web#replicas", None),
            ("op://home/vpn/key", "op://home/vpn/key", None),
            ("ENC[AES256_GCM,data:x,type:int]", "ENC[AES256_GCM,data:x,type:int]", None),
        ] {
            assert_eq!(find(text), Some(Placeholder { text: found, default }), "{text}");
        }
    }

    #[test]
    fn other_texts_hold_none() {
        for text in [
            "",
            "1",
            "25%",
            "50% of 100%",
            "true",
            "a_b__c",
            "$",
            "$5",
            "${}",
            "${ }",
            "${X",
            "$()",
            "{}",
            "[]",
            "a@example.com",
            "<>",
            "a < b",
            "203.0.113.7:51820",
            "ClusterFirst",
            "#{",
            "[a]",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn defaults_take_their_place() {
        assert_eq!(filled("${X:=25}%").as_deref(), Some("25%"));
        assert_eq!(filled("${X:=1}${Y:-2}").as_deref(), Some("12"));
        for text in ["", "1", "${X}", "${X:=1}${Y}"] {
            assert_eq!(filled(text), None, "{text}");
        }
    }
}
