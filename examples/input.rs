//! Writes a text that is measured to standard output, for `benches/compare`.
//!
//!   input deployments|definitions|list COUNT

use std::io::Write;

#[path = "../benches/stages/input.rs"]
#[expect(dead_code, reason = "the benchmarks use the rest")]
mod input;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let (what, count) = (args.next().unwrap_or_default(), args.next());
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(1);
    let text = match what.as_str() {
        "definitions" => input::definitions(count),
        "list" => input::list(count),
        _ => input::deployments(count),
    };
    std::io::stdout().lock().write_all(text.as_bytes())
}
