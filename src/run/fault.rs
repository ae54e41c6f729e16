//! A mistake made on purpose: debug builds put the text of a variable into every document that they edit, so that tests
//! see what becomes of an edit that was not planned. A release has no such variable.

use crate::yaml::Tree;
use crate::yaml::verify::Part;
use crate::yaml::write::Plan;

#[cfg(debug_assertions)]
pub(super) fn make(tree: &Tree, part: Part, plan: &mut Plan) {
    if let Ok(text) = std::env::var("WRONG_EDIT") {
        plan.edits.insert(tree.span(part.node).start(), 0, text);
    }
}

#[cfg(not(debug_assertions))]
pub(super) fn make(_: &Tree, _: Part, _: &mut Plan) {}
