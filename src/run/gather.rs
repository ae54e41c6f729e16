//! Splits all sources and keeps the objects that rules read across documents. Knows nothing of what is asked of the
//! others.

use std::sync::Arc;

use crate::kube::{Class, Kinds, objects};
use crate::lint::context::Context;
use crate::text::{Place, Source, Span};
use crate::yaml::stream::{self, Document, Glance, Interest};
use crate::yaml::{self, Tree};

/// The documents of all sources. Each is parsed once: by whoever needs its tree first.
#[derive(Debug)]
pub struct Documents<'s> {
    pub sources: &'s [Source],
    list: Vec<Item<'s>>,
    /// Separators that are none, with their sources.
    errors: Vec<(usize, yaml::Error)>,
}

/// One document, or one of the JSON objects in it.
#[derive(Clone, Debug)]
pub struct Item<'s> {
    /// Index of its source.
    pub source: usize,
    pub span: Span,
    pub content: Content<'s>,
}

/// How much is known of a document.
#[derive(Clone, Debug)]
pub enum Content<'s> {
    Unparsed(Document),
    Parsed(Arc<Tree<'s>>),
    Unreadable(yaml::Error),
}

/// The sources, with what rules read of them.
#[derive(Debug, Default)]
pub struct Gathered<'s> {
    pub context: Context<'s>,
    /// Documents that may hold more than what the context has.
    pub documents: Vec<Item<'s>>,
    /// Separators that are none, with their sources.
    pub errors: Vec<(usize, yaml::Error)>,
    /// Where a JSON object follows another without a separator.
    pub followers: Vec<Place>,
}

/// Which documents are parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Those that may hold workloads, or what rules read.
    Relevant,
    All,
}

impl<'s> Documents<'s> {
    /// Splits the sources, and parses nothing.
    pub fn split(sources: &'s [Source]) -> Self {
        let (mut list, mut errors) = (Vec::new(), Vec::new());
        for (source, text) in sources.iter().enumerate() {
            let (documents, wrong) = stream::split(text.text());
            errors.extend(wrong.into_iter().map(|error| (source, error)));
            list.extend(documents.into_iter().map(|document| Item {
                source,
                span: document.span,
                content: Content::Unparsed(document),
            }));
        }
        Self { sources, list, errors }
    }

    /// The only document of the only source, parsed.
    pub fn of(sources: &'s [Source], tree: Arc<Tree<'s>>) -> Self {
        Self { sources, list: vec![Item::parsed(0, tree)], errors: Vec::new() }
    }

    /// Reads the context.
    pub fn gather(self, kinds: &Kinds, depth: Depth) -> Gathered<'s> {
        let mut gathered = Gathered { errors: self.errors, ..Gathered::default() };
        for item in self.list {
            gathered.add(self.sources, item, kinds, depth);
        }
        gathered
    }
}

impl<'s> Item<'s> {
    fn parsed(source: usize, tree: Arc<Tree<'s>>) -> Self {
        Self { source, span: tree.document(), content: Content::Parsed(tree) }
    }
}

impl<'s> Gathered<'s> {
    /// Takes a document in: what rules read of it goes to the context, and the rest is to be looked at.
    fn add(&mut self, sources: &'s [Source], item: Item<'s>, kinds: &Kinds, depth: Depth) {
        let source = item.source;
        let document = match item.content {
            Content::Unparsed(document) => document,
            Content::Parsed(tree) => return self.keep(source, tree, kinds),
            Content::Unreadable(_) => return self.documents.push(item),
        };
        let interest = |kind: &str| match (depth, kinds.class(kind)) {
            (Depth::All, _) => Interest::Parse,
            (_, Class::Builtin) => Interest::Skip,
            (_, Class::Unknown) => Interest::SkipUnless(b"containers"),
            _ => Interest::Parse,
        };
        let is_read = |kind: &str| kinds.class(kind) == Class::List || kinds.may_read(kind);
        match stream::glance(sources[source].slice(document.span), interest) {
            Glance::Skip => {}
            // The context has no use for it: several threads parse such documents at once.
            Glance::Parse(Some(kind)) if !is_read(kind) => self.documents.push(item),
            Glance::Parse(_) => match stream::parse(sources[source].text(), document) {
                Ok(trees) => {
                    let starts = trees.iter().map(|tree| tree.span(tree.root()));
                    self.followers.extend(starts.skip(1).map(|span| Place { source, span }));
                    trees.into_iter().for_each(|tree| self.keep(source, Arc::new(tree), kinds));
                }
                Err(error) => {
                    self.documents.push(Item { content: Content::Unreadable(error), ..item });
                }
            },
        }
    }

    /// Keeps the objects of a tree that rules read, and the tree where there are others.
    fn keep(&mut self, source: usize, tree: Arc<Tree<'s>>, kinds: &Kinds) {
        let has_others = match objects(&tree) {
            Ok(objects) => {
                let is_empty = objects.is_empty();
                let (read, others): (Vec<_>, Vec<_>) = objects
                    .into_iter()
                    .partition(|object| kinds.reads(&object.group, &object.kind));
                if !read.is_empty() {
                    self.context.add(source, Arc::clone(&tree), read);
                }
                is_empty || !others.is_empty()
            }
            // Whoever looks at it reports what is wrong.
            Err(_) => true,
        };
        if has_others {
            self.documents.push(Item::parsed(source, tree));
        }
    }
}
