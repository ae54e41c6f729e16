//! read all, plan all, verify all, then write all or nothing.

pub mod read;
pub mod write;
pub mod blocks;
pub mod change;
pub mod plan;
