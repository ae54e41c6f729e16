//! The other places that belong to a finding. Knows nothing of how they are shown.

use std::cmp::Ordering;
use std::iter::from_fn;
use std::sync::Arc;

use super::Place;

/// Other places that belong to a finding, each with a word on what stands there.
///
/// Thousands of findings may concern the same thousands of places: these are kept once for all of the findings.
#[derive(Clone, Debug, Default)]
pub struct Related {
    own: Vec<(Place, String)>,
    shared: Option<Shared>,
}

/// Places that several findings share.
#[derive(Clone, Debug)]
struct Shared {
    word: &'static str,
    /// Invariant: sorted, without duplicates.
    places: Arc<[Place]>,
}

impl Related {
    pub fn push(&mut self, place: Place, word: impl Into<String>) {
        self.own.push((place, word.into()));
    }

    /// Puts all places in order, without duplicates.
    pub fn sort(&mut self) {
        self.own.sort();
        self.own.dedup();
        if let Some(Shared { word, places }) = &self.shared {
            self.own.retain(|own| own.1 != *word || places.binary_search(&own.0).is_err());
        }
    }

    /// Takes places that other findings have too, sorted and without duplicates.
    pub fn share(&mut self, word: &'static str, places: Arc<[Place]>) {
        self.own.extend(self.shared.take().into_iter().flat_map(Shared::into_own));
        self.shared = Some(Shared { word, places });
    }

    /// Takes over those of another finding.
    pub fn absorb(&mut self, other: Self) {
        self.own.extend(other.own);
        match other.shared {
            Some(shared) if self.shared.is_none() => self.shared = Some(shared),
            Some(shared) => self.own.extend(shared.into_own()),
            None => {}
        }
    }

    /// Those that are its own. The others are in manifests, and their word quotes nothing.
    pub fn own(&mut self) -> impl Iterator<Item = &mut (Place, String)> {
        self.own.iter_mut()
    }

    pub fn len(&self) -> usize {
        self.own.len() + self.shared.as_ref().map_or(0, |shared| shared.places.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them; where both sorts are in order, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Place, &str)> {
        let mut own = self.own.iter().map(|(place, word)| (*place, word.as_str())).peekable();
        let shared =
            self.shared.iter().flat_map(|it| it.places.iter().map(|&place| (place, it.word)));
        let mut shared = shared.peekable();
        from_fn(move || match (own.peek(), shared.peek()) {
            (Some(first), Some(second)) if second < first => shared.next(),
            (Some(_), _) => own.next(),
            (None, _) => shared.next(),
        })
    }
}

impl Shared {
    fn into_own(self) -> impl Iterator<Item = (Place, String)> {
        let Self { word, places } = self;
        (0..places.len()).map(move |at| (places[at], word.to_owned()))
    }
}

impl PartialEq for Related {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Related {}

impl PartialOrd for Related {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Related {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl Extend<(Place, String)> for Related {
    fn extend<I: IntoIterator<Item = (Place, String)>>(&mut self, places: I) {
        self.own.extend(places);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Span;
    use super::*;

    fn place(at: usize) -> Place {
        Place { source: 0, span: Span::at(at) }
    }

    #[test]
    fn what_is_shared_stands_where_it_would_if_it_were_its_own() {
        let mut own = Related::default();
        own.extend([
            (place(1), "here".into()),
            (place(2), "there".into()),
            (place(3), "here".into()),
        ]);
        let mut shared = Related::default();
        shared.extend([(place(3), "here".into()), (place(2), "there".into())]);
        shared.share("here", [place(1), place(3)].into());
        shared.sort();
        assert_eq!(shared, own);
        assert_eq!(shared.len(), 3);
        let mut both = shared.clone();
        both.absorb(shared);
        both.sort();
        assert_eq!(both, own);
    }
}
