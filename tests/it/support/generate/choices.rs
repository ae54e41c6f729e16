//! Choices that bytes make: where they run out, the first and simplest is taken.

pub struct Choices<'b> {
    bytes: std::slice::Iter<'b, u8>,
}

impl<'b> Choices<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    /// A number below `limit`, which is at most 256.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) * limit / 256
    }

    pub fn pick<'t, T: ?Sized>(&mut self, from: &[&'t T]) -> &'t T {
        from[self.below(from.len())]
    }

    /// True once in `often`.
    pub fn rarely(&mut self, often: usize) -> bool {
        self.below(often) == often - 1
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.len() == 0
    }
}
