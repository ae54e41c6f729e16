//! Bytes and places in them. Knows nothing of YAML.

pub mod span;
pub mod source;
pub mod edits;
pub mod diff;
pub mod diagnostic;

pub use diagnostic::{Diagnostic, Level, Place};
pub use edits::{Edit, Edits};
pub use source::{Position, Source, Unreadable};
pub use span::Span;

/// Whether two long texts are the same: as `==`, for which musl looks at one byte at a time.
pub fn same_bytes(one: &[u8], other: &[u8]) -> bool {
    let differ = |(one, other): (&[u8], &[u8])| {
        one.iter().zip(other).fold(0, |bits, (one, other)| bits | (one ^ other)) != 0
    };
    one.len() == other.len() && !one.chunks(256).zip(other.chunks(256)).any(differ)
}
