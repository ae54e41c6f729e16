#![no_main]

#[path = "../../tests/it/support/fuzzed/mod.rs"]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzed::run("inject", input));
