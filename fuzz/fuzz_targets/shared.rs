//! What the targets share with the tests, which run over the inputs that were kept.

#[path = "../../tests/it/support/engine.rs"]
pub mod engine;
#[path = "../../tests/it/support/fuzzed/mod.rs"]
pub mod fuzzed;
#[path = "../../tests/it/support/generate/mod.rs"]
pub mod generate;
#[path = "../../tests/it/support/judges.rs"]
pub mod judges;
