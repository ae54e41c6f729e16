//! Goes through the documents of a run, on several cores where that pays. Knows nothing of what is done to them.

use std::thread;

use super::gather::Item;

/// One of those who go through the documents.
pub trait Worker<'s>: Sized + Send {
    /// Looks at one document.
    fn document(&mut self, document: &Item<'s>);

    /// Takes over what another has found in later documents.
    fn absorb(&mut self, later: Self);
}

/// Below this many bytes, a thread costs more than it saves.
const SHARE: usize = 256 * 1024;

/// More threads than this wait for memory, and for what is done by one alone.
const MOST: usize = 8;

/// Collections nest deeply, and so do those who go through them; the main thread has as much.
const STACK: usize = 8 * 1024 * 1024;

/// Shares the documents out between `first` and others like it, each with a stretch of them; what comes out is the same
/// as if `first` had gone through all.
pub fn for_each_document<'s, W: Worker<'s>>(
    first: W,
    documents: &[Item<'s>],
    another: impl Fn() -> W,
) -> W {
    let size = documents.iter().map(|document| document.bytes()).sum();
    let most = MOST.min(size / SHARE);
    let workers = if most > 1 { thread::available_parallelism().map_or(1, usize::from) } else { 1 };
    let mut shares = shares(documents, size, workers.min(most).max(1)).into_iter();
    let own = shares.next().unwrap_or_default();
    thread::scope(|scope| {
        let others: Vec<_> = shares
            .map(|share| {
                let worker = another();
                let run = move || all(worker, share);
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).map_err(|_| share)
            })
            .collect();
        let mut first = all(first, own);
        for other in others {
            match other.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(worker)) => first.absorb(worker),
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                // The system has no thread to give.
                Err(share) => first = all(first, share),
            }
        }
        first
    })
}

fn all<'s, W: Worker<'s>>(mut worker: W, documents: &[Item<'s>]) -> W {
    for document in documents {
        worker.document(document);
    }
    worker
}

/// Stretches of about the same number of bytes.
fn shares<'a, 's>(documents: &'a [Item<'s>], size: usize, count: usize) -> Vec<&'a [Item<'s>]> {
    let mut passed = 0;
    let share = |document: &Item| {
        passed += document.bytes();
        ((passed - document.bytes()) * count / size.max(1)).min(count - 1)
    };
    let numbers: Vec<_> = documents.iter().map(share).collect();
    let mut rest = documents;
    numbers
        .chunk_by(|a, b| a == b)
        .map(|same| {
            let (share, others) = rest.split_at(same.len());
            rest = others;
            share
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::stream;

    struct Seen(Vec<usize>);

    impl Worker<'_> for Seen {
        fn document(&mut self, document: &Item) {
            let Item::Unparsed(document) = document else { return };
            self.0.push(document.source);
        }

        fn absorb(&mut self, later: Self) {
            self.0.extend(later.0);
        }
    }

    fn documents(count: usize, length: usize) -> Vec<Item<'static>> {
        let text = format!("a: {}\n---\n", "b".repeat(length)).repeat(count);
        let numbered = stream::split(&text).0.into_iter().enumerate();
        numbered.map(|(number, document)| Item::Unparsed(document.of(number))).collect()
    }

    #[test]
    fn every_document_is_seen_once_and_in_order() {
        for documents in
            [documents(0, 1), documents(1, 4 * SHARE), documents(9, SHARE), documents(5_000, 200)]
        {
            let count = documents.len();
            let Seen(seen) = for_each_document(Seen(Vec::new()), &documents, || Seen(Vec::new()));
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn stretches_are_even() {
        let documents = documents(1_000, 100);
        let size = documents.iter().map(|document| document.bytes()).sum();
        for count in 1..9 {
            let lengths: Vec<_> =
                shares(&documents, size, count).iter().map(|share| share.len()).collect();
            assert_eq!(lengths.len(), count);
            assert_eq!(lengths.iter().sum::<usize>(), documents.len());
            assert!(lengths.iter().all(|length| length.abs_diff(documents.len() / count) < 3));
        }
    }
}
