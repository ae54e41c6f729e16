//! Whatever a host sends, it is answered with the whole list, or not at all.

use std::sync::LazyLock;

use serde_json::Value;

use super::engine::transform;
use super::{ALLOW, generate, text};
use wgsidecar::cli::KrmArgs;
use wgsidecar::hosts::krm::{self, inputs, respond};
use wgsidecar::run::Exit;
use wgsidecar::run::plan::Verb;
use wgsidecar::yaml::stream;

static ARGS: LazyLock<KrmArgs> = LazyLock::new(KrmArgs::stdin_as_krm);

pub fn holds(input: &[u8]) {
    let Some(text) = text(input, generate::resource_list) else { return };
    for lint in [false, true] {
        let krm = KrmArgs { lint, ..ARGS.clone() };
        let Ok(inputs) = inputs(text.clone().into_bytes()) else { return };
        if krm::list(&inputs.sources[0]).is_err() {
            return;
        }
        let input = inputs.sources[0].text();
        let answer = respond(&krm, &inputs);
        let answer = answer.unwrap_or_else(|error| panic!("no answer: {error}\n{text}"));
        let (before, after) = (list(input), list(&answer.text));
        for key in ["apiVersion", "kind"] {
            assert_eq!(after[key], before[key], "{text}");
        }
        // kustomize wants no items of a validator back.
        let is_validated = lint
            && input.contains("config.k8s.io/id")
            && after["items"] == Value::Array(Vec::new());
        if answer.exit != Exit::Done || lint {
            assert!(is_validated || after["items"] == before["items"], "{text}");
        } else if let Ok((bare, _)) = transform(input, Verb::Uninject, &ALLOW, "vpn") {
            let again = transform(&answer.text, Verb::Uninject, &ALLOW, "vpn");
            let again = again.unwrap_or_else(|rules| panic!("uninject refuses: {rules:?}\n{text}"));
            assert_eq!(list(&again.0)["items"], list(&bare)["items"], "{text}");
        }
    }
}

/// The one object that a text holds.
fn list(text: &str) -> Value {
    let (documents, errors) = stream::split(text);
    assert!(errors.is_empty(), "{text}");
    let trees = documents.into_iter().flat_map(|it| stream::parse(text, it).unwrap());
    let values: Vec<_> = trees.map(|tree| tree.value(tree.root())).collect();
    let [value] = <[Value; 1]>::try_from(values).unwrap();
    value
}
