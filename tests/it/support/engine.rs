//! The engine as a function from text to text, for laws over many inputs.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use wgsidecar::config::Layer;
use wgsidecar::kube::Kinds;
use wgsidecar::run::plan::{Planned, Verb, plan};
use wgsidecar::text::{Level, Source};
use wgsidecar::wireguard::settings::find;

/// Names of settings and their values.
pub type Settings<'a> = &'a [(&'a str, &'a str)];

/// Runs a verb over one text: the new text and what was planned, or the rules that refuse it.
pub fn transform(
    text: &str,
    verb: Verb,
    allow: &[&str],
    secret: &str,
) -> Result<(String, Planned), Vec<&'static str>> {
    transform_with(text, verb, allow, &[("secret", secret)])
}

/// The same with any settings.
pub fn transform_with(
    text: &str,
    verb: Verb,
    allow: &[&str],
    settings: Settings,
) -> Result<(String, Planned), Vec<&'static str>> {
    let mut layer =
        Layer { allow: allow.iter().map(|rule| (*rule).to_owned()).collect(), ..Layer::default() };
    for (name, value) in settings {
        layer.settings.set(find(name).unwrap(), &[*value]).unwrap();
    }
    let kinds = Kinds::builtin();
    let targets = layer.select(&kinds).unwrap();
    let sources = [Source::new("test", text.as_bytes().to_vec()).unwrap()];
    let planned = plan(&sources, verb, &layer, &kinds, &targets);
    assert!(planned.broken.is_empty(), "{:?}\n{}", planned.broken, without_script(text));
    let mut errors: Vec<_> = planned
        .findings
        .iter()
        .filter(|it| it.diagnostic.level == Level::Error)
        .map(|it| it.diagnostic.rule)
        .collect();
    if !errors.is_empty() {
        errors.sort_unstable();
        errors.dedup();
        return Err(errors);
    }
    let mut out = Vec::new();
    planned.edits[0].write(text, &mut out).unwrap();
    Ok((String::from_utf8(out).unwrap(), planned))
}

/// The laws for one text: idempotent, undone to the byte, and no byte of the input lost. Returns what refused it.
pub fn obeys_the_laws(
    text: &str,
    allow: &[&str],
    settings: Settings,
) -> Result<usize, Vec<&'static str>> {
    let transform = |text: &str, verb| transform_with(text, verb, allow, settings);
    let (injected, planned) = transform(text, Verb::Inject)?;
    let (again, _) = transform(&injected, Verb::Inject).unwrap_or_else(|rules| {
        panic!("refused after inject: {rules:?}\n{}", without_script(&injected))
    });
    assert!(again == injected, "inject is not idempotent:\n{text}");
    let (back, _) = transform(&injected, Verb::Uninject).unwrap_or_else(|rules| {
        panic!("refused by uninject: {rules:?}\n{}", without_script(&injected))
    });
    assert!(
        back == text,
        "uninject does not give this back:\n{text}\n--- but\n{}",
        without_script(&back)
    );
    if planned.edits[0].iter().all(|edit| edit.span.is_empty()) {
        let mut rest = injected.bytes();
        assert!(
            text.bytes().all(|byte| rest.any(|other| other == byte)),
            "bytes were lost:\n{text}"
        );
    }
    Ok(planned.edits[0].iter().count())
}

/// Manifests with a word in the place of each script of ours.
pub fn without_script(text: &str) -> String {
    const HEAD: &str = "# wgsidecar: ";
    let mut out = String::new();
    let mut script_indent = None;
    let last = if text.contains('\n') { '\n' } else { '\r' };
    for line in text.split_inclusive(last) {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if script_indent.is_some_and(|script| indent >= script || line.trim().is_empty()) {
            continue;
        }
        script_indent = None;
        if line.trim_start().starts_with(HEAD) {
            script_indent = Some(indent);
            let line_end = &line[line.trim_end().len()..];
            out.push_str(&format!("{}<script>{line_end}", " ".repeat(indent)));
            continue;
        }
        let mut rest = line;
        while let Some(start) = rest.find(&format!("\"{HEAD}")) {
            let end =
                start + rest[start..].find("\\n\"").expect("the script ends with a line break");
            out.push_str(&rest[..start]);
            out.push_str("\"<script>\"");
            rest = &rest[end + 3..];
        }
        out.push_str(rest);
    }
    out
}
