//! Finds kinds in the table and among those that the user named. Knows nothing of trees.

use std::collections::HashMap;

use super::custom;
use super::kinds::{BUILTIN, LISTS, PODLESS, READ, WORKLOADS, WorkloadKind};
use super::patched::PATCHED;

/// What a kind's name alone says, whatever its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Some group's kind of this name holds pods.
    Workload,
    /// Rules read some group's kind of this name.
    Read,
    /// The name ends in `List`, or is that of a kind that holds objects as one does: they may be anything.
    List,
    /// A kind of Kubernetes itself that nothing here reads.
    Builtin,
    Unknown,
}

/// The kinds of one run: those of the table and those that the user named.
#[derive(Clone, Debug)]
pub struct Kinds {
    rows: Vec<&'static WorkloadKind>,
    classes: HashMap<&'static str, Class>,
}

impl Kinds {
    /// The kinds of the table.
    pub fn builtin() -> Self {
        Self::of(WORKLOADS.iter().collect())
    }

    /// The table and what the user adds to it, each written `group/Kind=path`.
    ///
    /// The error says what is wrong with the first that is not written so.
    pub fn with(extra: &[&str]) -> Result<Self, String> {
        let mut rows: Vec<&'static WorkloadKind> = WORKLOADS.iter().collect();
        for text in extra {
            let named = custom::parse(text);
            named.map_err(|reason| format!("`{text}`: {reason}"))?.add_to(&mut rows);
        }
        Ok(Self::of(rows))
    }

    fn of(rows: Vec<&'static WorkloadKind>) -> Self {
        let builtin = BUILTIN.iter().map(|&kind| (kind, Class::Builtin));
        let read = READ.iter().map(|&(_, kind)| (kind, Class::Read));
        let lists = LISTS.iter().map(|&(_, kind, _)| (kind, Class::List));
        // Their documents are read for our patches.
        let patched = PATCHED.iter().flat_map(|row| row.kinds).map(|&kind| (kind, Class::Workload));
        let workloads = rows.iter().map(|row| (row.kind, Class::Workload)).chain(patched);
        // The last of a name wins.
        let classes = builtin.chain(read).chain(lists).chain(workloads).collect();
        Self { rows, classes }
    }

    /// What the name of a kind alone says.
    pub fn class(&self, kind: &str) -> Class {
        match self.classes.get(kind) {
            Some(&class) => class,
            None if kind.ends_with("List") => Class::List,
            None => Class::Unknown,
        }
    }

    /// The row of a kind that holds pods.
    pub fn find(&self, group: &str, kind: &str) -> Option<&'static WorkloadKind> {
        self.rows.iter().copied().find(|row| row.is(group, kind))
    }

    /// The group and the name of the kind that was probably meant by one of an unknown kind: misspelt in its group, or of
    /// that name in a group that was left out or misspelt.
    pub fn near(&self, group: &str, kind: &str) -> Option<(&'static str, &'static str)> {
        const LIKE: f64 = 0.9;
        /// A group that was left out.
        const ALMOST: f64 = 0.99;
        let likeness = |one: &str, other: &str| {
            strsim::jaro_winkler(&one.to_lowercase(), &other.to_lowercase())
        };
        let in_group = |row: &WorkloadKind| match row.groups.contains(&group) {
            true => 1.0,
            false if group.is_empty() => ALMOST,
            false => row.groups.iter().map(|known| likeness(group, known)).fold(0.0, f64::max),
        };
        // Either the kind is misspelt or the group.
        let rated = |row: &&'static WorkloadKind| match (likeness(kind, row.kind), in_group(row)) {
            (like, 1.0) | (1.0, like) => like,
            _ => 0.0,
        };
        let rated = self.rows.iter().copied().map(|row| (rated(&row), row));
        let best = rated.reduce(|best, other| if other.0 > best.0 { other } else { best })?;
        (best.0 >= LIKE).then(|| (best.1.groups.first().copied().unwrap_or_default(), best.1.kind))
    }

    /// Whether a kind holds no pods and rules read it.
    pub fn reads(&self, group: &str, kind: &str) -> bool {
        READ.contains(&(group, kind))
    }

    /// Whether a kind holds containers that are no pods of its own.
    pub fn makes_no_pods(&self, group: &str, kind: &str) -> bool {
        PODLESS.contains(&(group, kind))
    }

    /// Whether rules read some group's kind of this name: a Service of the core group beside Knative's.
    pub fn may_read(&self, kind: &str) -> bool {
        READ.iter().any(|(_, read)| *read == kind)
    }

    /// What is wrong with a `group/Kind=path`, if anything is.
    pub fn check(text: &str) -> Result<(), String> {
        custom::parse(text).map(drop).map_err(|reason| format!("`{text}`: {reason}"))
    }

    /// The names of the kinds that hold pods.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.rows.iter().map(|row| row.kind)
    }

    /// The names of the kinds that hold none and that we know.
    pub fn others(&self) -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().copied().chain(READ.iter().map(|&(_, kind)| kind))
    }

    /// Whether `word` is the name of such a kind, or its plural, in any case.
    pub fn is_other(&self, word: &str) -> bool {
        self.others().any(|kind| is_called(kind, word))
    }

    /// The rows of every kind that kubectl would call `word`: `deploy`, `Deployment`, `deployments.apps`.
    pub fn called(&self, word: &str) -> Vec<&'static WorkloadKind> {
        let (name, group) = word.split_once('.').unwrap_or((word, ""));
        let unversioned = group.split_once('.').map_or(group, |(_, group)| group);
        let in_group = |row: &WorkloadKind| {
            word.len() == name.len()
                || row.groups.iter().any(|&known| known == group || known == unversioned)
        };
        self.rows.iter().copied().filter(|row| row.is_called(name) && in_group(row)).collect()
    }
}

/// Whether `word` is a kind's name or its plural, in any case.
pub(super) fn is_called(kind: &str, word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let plurals = [
        lower.strip_suffix("ies").map(|stem| format!("{stem}y")),
        lower.strip_suffix("es").map(str::to_owned),
        lower.strip_suffix('s').map(str::to_owned),
    ];
    let is = |word: &str| kind.eq_ignore_ascii_case(word);
    is(word) || plurals.iter().flatten().any(|singular| is(singular))
}
