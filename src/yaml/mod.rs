//! YAML as kubectl reads it: streams, trees of spans, and edits that leave every other byte alone. Knows nothing of
//! Kubernetes.

pub mod stream;
pub mod parse;
pub mod tree;
pub mod resolve;
mod decode;
pub mod write;
pub mod verify;
pub mod comment;

pub use parse::{Error, ScalarCache, parse, parse_edited};
pub use resolve::Scalar;
pub use tree::{Kind, NodeId, Properties, Tag, Tree};
