//! Splits all sources and keeps the objects that rules read across documents. Knows nothing of what is asked of the
//! others.

use std::sync::Arc;

use super::kustomization;
use crate::kube::{Class, Kinds, Object, objects};
use crate::lint::index::ObjectIndex;
use crate::text::{Place, Source};
use crate::yaml::stream::{self, Document, Interest, Prefilter};
use crate::yaml::{self, Tree};

/// The documents of all sources. Each is parsed once: by whoever needs its tree first.
#[derive(Debug)]
pub struct Documents<'s> {
    pub sources: &'s [Source],
    /// Whether the sources are files of a repository that stay there, and not what is handed on to be applied.
    pub stay: bool,
    list: Vec<Item<'s>>,
    /// Lines that look like separators and are not, with their sources.
    errors: Vec<(usize, yaml::Error)>,
}

/// One document, or one of the JSON objects in it.
#[derive(Clone, Debug)]
pub enum Item<'s> {
    Unparsed(Document),
    Parsed(Arc<Tree<'s>>),
    /// Some objects of a JSON list, the first of them with its index: each is changed by itself, so that several threads
    /// can share a list.
    Part(Arc<Tree<'s>>, usize, Vec<Object<'s>>),
    Unreadable(Document, yaml::Error),
}

/// Objects of a JSON list that one thread takes at a time.
const PART: usize = 64;

/// The sources, with what rules read of them.
#[derive(Debug, Default)]
pub struct Gathered<'s> {
    pub context: ObjectIndex<'s>,
    /// Documents that may hold more than what the context has.
    pub documents: Vec<Item<'s>>,
    /// Lines that look like separators and are not, with their sources.
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
            let (documents, wrong) = kustomization::split(&text.name, text.text());
            errors.extend(wrong.into_iter().map(|error| (source, error)));
            list.extend(documents.into_iter().map(|document| Item::Unparsed(document.of(source))));
        }
        Self { sources, stay: false, list, errors }
    }

    /// The same, where the sources stay what they are.
    pub fn staying(self) -> Self {
        Self { stay: true, ..self }
    }

    /// The only document of the only source, parsed.
    pub fn of(sources: &'s [Source], tree: Arc<Tree<'s>>) -> Self {
        Self { sources, stay: false, list: vec![Item::Parsed(tree)], errors: Vec::new() }
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

impl Item<'_> {
    /// How many bytes it has.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Unparsed(document) | Self::Unreadable(document, _) => document.span.len(),
            Self::Parsed(tree) => tree.document().len(),
            Self::Part(tree, _, objects) => {
                objects.iter().map(|object| tree.span(object.node).len()).sum()
            }
        }
    }
}

impl<'s> Gathered<'s> {
    /// Takes a document in: what rules read of it goes to the context, and the rest is to be looked at.
    fn add(&mut self, sources: &'s [Source], item: Item<'s>, kinds: &Kinds, depth: Depth) {
        let document = match item {
            Item::Unparsed(document) => document,
            Item::Parsed(tree) => return self.keep(tree, kinds, depth),
            Item::Part(..) | Item::Unreadable(..) => return self.documents.push(item),
        };
        let source = &sources[document.source];
        let interest = |kind: &str| match (depth, kinds.class(kind)) {
            (Depth::All, _) => Interest::Parse,
            (_, Class::Builtin) => Interest::Skip,
            (_, Class::Unknown) => Interest::SkipUnless(b"containers"),
            _ => Interest::Parse,
        };
        let is_read = |kind: &str| kinds.class(kind) == Class::List || kinds.may_read(kind);
        match stream::prefilter(source.slice(document.span), interest) {
            Prefilter::Skip => {}
            // The context has no use for it: several threads parse such documents at once.
            Prefilter::Parse(Some(kind)) if !is_read(kind) => self.documents.push(item),
            Prefilter::Parse(_) => match stream::parse(source.text(), document) {
                Ok(trees) => {
                    let places = trees.iter().map(|tree| tree.place(tree.root()));
                    self.followers.extend(places.skip(1));
                    trees.into_iter().for_each(|tree| self.keep(Arc::new(tree), kinds, depth));
                }
                Err(error) => self.documents.push(Item::Unreadable(document, error)),
            },
        }
    }

    /// Keeps the objects of a tree that rules read, and the tree where there are others.
    fn keep(&mut self, tree: Arc<Tree<'s>>, kinds: &Kinds, depth: Depth) {
        // Whoever looks at the tree reports what is wrong.
        let Ok(objects) = objects(&tree) else {
            return self.documents.push(Item::Parsed(tree));
        };
        let is_read = |object: &&Object| kinds.reads(&object.group, &object.kind);
        let read: Vec<_> = objects.iter().filter(is_read).cloned().collect();
        let has_others = objects.is_empty() || read.len() < objects.len();
        if !read.is_empty() {
            self.context.add(Arc::clone(&tree), read);
        }
        // What `lint` mends in a list is verified in one go.
        if has_others && tree.is_json() && objects.len() > PART && depth == Depth::Relevant {
            let parts = objects.chunks(PART).zip((0..).step_by(PART));
            let part = |(part, first): (&[_], _)| Item::Part(Arc::clone(&tree), first, part.into());
            self.documents.extend(parts.map(part));
        } else if has_others {
            self.documents.push(Item::Parsed(tree));
        }
    }
}
