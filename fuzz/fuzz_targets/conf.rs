#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|input: &[u8]| shared::fuzzed::run("conf", input));
