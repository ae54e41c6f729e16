//! The least that any filter must do: reads all of standard input, then writes as many bytes as it is told to.
//! `benches/compare` times it beside the real work.

use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let size: usize = std::env::args().nth(1).and_then(|size| size.parse().ok()).unwrap_or(0);
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    bytes.resize(bytes.len().max(size.min(1 << 20)), b'\n');
    let mut out = std::io::stdout().lock();
    let mut left = size;
    while left > 0 {
        let chunk = left.min(bytes.len());
        out.write_all(&bytes[..chunk])?;
        left -= chunk;
    }
    Ok(())
}
