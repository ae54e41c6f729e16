//! A writer through which no key gets. Knows nothing of what is written.

use std::io::{self, Write};

/// Passes on whole lines, each with `…` for what may be a key; the rest when it is flushed or dropped.
pub struct Redacted<W: Write> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> Redacted<W> {
    pub fn new(out: W) -> Self {
        Self { out, line: Vec::new() }
    }

    /// The writer behind it.
    pub fn inner(&self) -> &W {
        &self.out
    }

    fn pass(&mut self, length: usize) -> io::Result<()> {
        let rest = self.line.split_off(length);
        let lines = std::mem::replace(&mut self.line, rest);
        self.out.write_all(super::text(&String::from_utf8_lossy(&lines)).as_bytes())
    }
}

impl<W: Write> Write for Redacted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        if let Some(end) = memchr::memrchr(b'\n', &self.line) {
            self.pass(end + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass(self.line.len())?;
        self.out.flush()
    }
}

impl<W: Write> Drop for Redacted<W> {
    fn drop(&mut self) {
        // A drop cannot report an error.
        let _ = self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_gets_through_in_pieces() {
        let key = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
        let mut out = Vec::new();
        let mut writer = Redacted::new(&mut out);
        for piece in ["a ", &key[..20], &key[20..], " b\nc ", key] {
            write!(writer, "{piece}").unwrap();
        }
        drop(writer);
        assert_eq!(String::from_utf8(out).unwrap(), "a … b\nc …");
    }
}
