//! Bytes and places in them. Knows nothing of YAML.

pub mod span;
pub mod source;
mod line_index;
pub mod edits;
pub mod diff;
pub mod related;
pub mod diagnostic;

pub use diagnostic::{Diagnostic, Level, Place};
pub use edits::{Edit, Edits};
pub use related::Related;
pub use source::{Position, Source, Unreadable, same_bytes};
pub use span::Span;
