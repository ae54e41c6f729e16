//! Bytes and places in them. Knows nothing of YAML.

pub mod span;
