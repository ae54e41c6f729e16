//! Where pods live, and which of them are chosen.

mod kinds;
mod objects;
mod pods;
mod selectors;
mod targets;

use wgsidecar::kube::{Kinds, Object, Workload, objects, workload};
use wgsidecar::text::Span;
use wgsidecar::yaml::{self, Tree};

fn parse(text: &str) -> Tree<'_> {
    yaml::parse(text, Span::new(0, text.len())).expect("valid YAML").expect("a document")
}

fn only_object<'s>(tree: &Tree<'s>) -> Object<'s> {
    let mut objects = objects(tree).expect("valid objects");
    assert_eq!(objects.len(), 1);
    objects.remove(0)
}

fn only_workload<'s>(tree: &Tree<'s>) -> Workload<'s> {
    workload(tree, &Kinds::builtin(), &only_object(tree)).expect("a workload")
}
