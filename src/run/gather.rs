//! Splits all sources and keeps the objects that rules read across documents. Knows nothing of what is asked of the
//! others.

use crate::kube::{Class, Kinds, objects};
use crate::lint::context::Context;
use crate::text::Source;
use crate::yaml::stream::{self, Document, Glance, Interest};
use crate::yaml::{self, Tree};

/// The sources, split.
#[derive(Debug, Default)]
pub struct Gathered<'s> {
    pub context: Context<'s>,
    /// Documents that may hold more than what the context has, with their sources.
    pub documents: Vec<(usize, Document)>,
    /// Separators that are none, with their sources.
    pub errors: Vec<(usize, yaml::Error)>,
}

/// Which documents are parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Those that may hold workloads, or what rules read.
    Relevant,
    All,
}

/// Splits the sources and reads the context.
pub fn gather<'s>(sources: &'s [Source], kinds: &Kinds, depth: Depth) -> Gathered<'s> {
    let mut gathered = Gathered::default();
    for (index, source) in sources.iter().enumerate() {
        let (documents, errors) = stream::split(source.text());
        gathered.errors.extend(errors.into_iter().map(|error| (index, error)));
        for document in documents {
            if gathered.holds_others(index, source, kinds, depth, document) {
                gathered.documents.push((index, document));
            }
        }
    }
    gathered
}

impl<'s> Gathered<'s> {
    /// Whether a document must be looked at beside what the context keeps of it.
    fn holds_others(
        &mut self,
        index: usize,
        source: &'s Source,
        kinds: &Kinds,
        depth: Depth,
        document: Document,
    ) -> bool {
        let interest = |kind: &str| match (depth, kinds.class(kind)) {
            (Depth::All, _) => Interest::Parse,
            (_, Class::Builtin) => Interest::Skip,
            (_, Class::Unknown) => Interest::SkipUnless(b"containers"),
            _ => Interest::Parse,
        };
        let is_read = |kind: &str| kinds.class(kind) == Class::List || kinds.may_read(kind);
        match stream::glance(source.slice(document.span), interest) {
            Glance::Skip => false,
            Glance::Parse(Some(kind)) if !is_read(kind) => true,
            Glance::Parse(_) => match stream::parse(source.text(), document) {
                Ok(trees) => {
                    // Every tree is kept, whatever the first one holds.
                    let others = trees.into_iter().map(|tree| self.keep(index, tree, kinds));
                    others.filter(|&others| others).count() > 0
                }
                // Whoever parses it again reports what is wrong.
                Err(_) => true,
            },
        }
    }

    /// Keeps the objects that rules read; tells whether there are others.
    fn keep(&mut self, source: usize, tree: Tree<'s>, kinds: &Kinds) -> bool {
        let Ok(objects) = objects(&tree) else { return true };
        let is_empty = objects.is_empty();
        let (read, rest): (Vec<_>, Vec<_>) =
            objects.into_iter().partition(|object| kinds.reads(&object.group, &object.kind));
        if !read.is_empty() {
            self.context.add(source, tree, read);
        }
        is_empty || !rest.is_empty()
    }
}
