//! What the table says of a kind. Knows nothing of the kinds themselves.

/// A kind that makes pods. Group and kind decide, the version does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadKind {
    /// The API groups that have the kind; the core group is empty.
    pub groups: &'static [&'static str],
    pub kind: &'static str,
    /// What kubectl calls it besides its name and its plural.
    pub short: &'static [&'static str],
    pub templates: &'static [Pods],
    /// How the object may name another whose pods it takes over.
    pub borrowed: Option<Borrowed>,
    /// Who makes its pods, where the object does not hold them.
    pub elsewhere: Option<&'static Elsewhere>,
}

/// Where a pod template stands, and what makes more than one pod of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pods {
    /// See [`super::path`].
    pub path: &'static str,
    pub shape: Shape,
    /// Paths of the numbers that multiply its pods; their wildcards are bound as those of `path`.
    pub counts: &'static [&'static str],
    /// The count that is one too high where something stands at the other path: one pod is made from that.
    pub less: Option<(&'static str, &'static str)>,
    /// A count that is this many where it is not written.
    pub unwritten: Option<(&'static str, i128)>,
    /// Where it is true that the pods are scaled, and the path of the most that there may be: any number where that is
    /// not written.
    pub scaled: Option<(&'static str, &'static str)>,
    pub spread: PodIdentity,
    pub update: Update,
    /// Whether an object of the kind may do without these pods.
    pub optional: bool,
}

/// How the parts of a pod lie at the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `metadata` and `spec`, as in Kubernetes' own pod template.
    Template,
    /// A `spec` alone: the pods get the metadata of the object.
    SpecOnly,
    /// A template of Argo Workflows: `metadata` and the pod's fields are one mapping. What it does not say of the pod
    /// stands at this path, for all templates.
    Flat(&'static str),
    /// Pods to which no init container can be given, and why.
    Closed(&'static str),
}

impl Shape {
    /// Paths of the lists of containers, from what holds them.
    pub fn container_lists(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Flat(_) => &[&["initContainers"], &["sidecars"], &["containerSet", "containers"]],
            _ => &[&["initContainers"], &["containers"], &["ephemeralContainers"]],
        }
    }

    /// What a container without a name is called.
    pub fn unnamed(self) -> Option<&'static str> {
        matches!(self, Self::Flat(_)).then_some("main")
    }

    /// Keys of containers that stand alone.
    pub fn lone_containers(self) -> &'static [&'static str] {
        match self {
            Self::Flat(_) => &["container", "script"],
            _ => &[],
        }
    }
}

/// How the pods of one template are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodIdentity {
    /// As many as the counts say, all alike.
    Alike,
    /// One on every node.
    PerNode,
    /// Each has an ordinal of its own in its name and in the label `apps.kubernetes.io/pod-index`.
    Ordinal,
    /// Each has a completion index of its own where the value at this path is `Indexed`.
    Completion(&'static str),
}

/// What happens to the pods when the template changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// The old pod is gone before the new one starts.
    InTurn,
    /// The API refuses the change: the object must be deleted first.
    Refused,
    /// The new pod may start before the old one is gone.
    Rolling(Rolling),
    /// Runs begin by the clock and may overlap; the path of the policy, whose default is `Allow`.
    Scheduled(&'static str),
}

/// The fields of a rolling update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rolling {
    /// Path of the mapping that holds the strategy.
    pub strategy: &'static str,
    /// Path of the strategy's name and the name that never overlaps; `None` where a strategy has no name.
    pub recreate: Option<(&'static str, &'static str)>,
    /// Path of the number of pods that may start early; `None` where nothing can forbid it.
    pub surge: Option<&'static str>,
    /// Whether pods start early where the field is absent.
    pub surges_by_default: bool,
}

/// What it means that an object names another whose pods it takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Borrowed {
    /// Path of the other one's kind and name.
    pub path: &'static str,
    /// Why the object's pods are not its own.
    pub reason: &'static str,
    pub more: Option<More>,
}

/// How an object makes more pods of another one's template than that one says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// As many as the number at this path, which are replaced so.
    Count(&'static str, Rolling),
    /// As many again, at the same time.
    Again,
}

/// How pods are made from what the object only names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Completes "the pods of this object …".
    pub made: &'static str,
    /// What to do. `--into FILE --target KIND/NAME` in it stands for the words of a command for the object.
    pub remedy: &'static str,
    /// Paths of the folders whose manifests it applies, where it names a folder.
    pub folders: &'static [&'static str],
    /// Paths of the names of a plugin that may be ours.
    pub plugins: &'static [&'static str],
    /// The objects from which it makes pods, where it names such.
    pub source: Option<SourceObject>,
}

/// The objects that another one names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceObject {
    /// What they are, unless another kind is written at the path.
    pub kind: &'static str,
    pub kind_path: Option<&'static str>,
    /// Path of the names.
    pub names: &'static str,
}

impl Elsewhere {
    pub(super) const fn new(made: &'static str, remedy: &'static str) -> Self {
        Self { made, remedy, folders: &[], plugins: &[], source: None }
    }

    pub(super) const fn made_from_folders(self, folders: &'static [&'static str]) -> Self {
        Self { folders, ..self }
    }

    pub(super) const fn by_plugins(self, plugins: &'static [&'static str]) -> Self {
        Self { plugins, ..self }
    }

    pub(super) const fn made_from_objects(self, source: SourceObject) -> Self {
        Self { source: Some(source), ..self }
    }
}

impl WorkloadKind {
    pub(super) const fn new(
        groups: &'static [&'static str],
        kind: &'static str,
        short: &'static [&'static str],
        templates: &'static [Pods],
    ) -> Self {
        Self { groups, kind, short, templates, borrowed: None, elsewhere: None }
    }

    /// A kind that holds no pods and has them made elsewhere.
    pub(super) const fn rendered(
        groups: &'static [&'static str],
        kind: &'static str,
        short: &'static [&'static str],
        elsewhere: &'static Elsewhere,
    ) -> Self {
        Self { elsewhere: Some(elsewhere), ..Self::new(groups, kind, short, &[]) }
    }

    pub(super) const fn borrowed(self, path: &'static str, reason: &'static str) -> Self {
        Self { borrowed: Some(Borrowed { path, reason, more: None }), ..self }
    }

    pub(super) const fn with_more(self, more: More) -> Self {
        match self.borrowed {
            Some(borrowed) => {
                Self { borrowed: Some(Borrowed { more: Some(more), ..borrowed }), ..self }
            }
            None => self,
        }
    }

    /// Whether the row is for this kind of this group.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.groups.contains(&group)
    }

    /// Whether it is a kind of Kubernetes itself, of which the table knows every pod.
    pub fn is_kubernetes(&self) -> bool {
        self.groups.iter().all(|group| matches!(*group, "" | "apps" | "batch" | "extensions"))
    }

    /// Whether `word` is the kind's name, plural or short name, in any case.
    pub(super) fn is_called(&self, word: &str) -> bool {
        let singular = word.strip_suffix(['s', 'S']).unwrap_or(word);
        self.kind.eq_ignore_ascii_case(word)
            || self.kind.eq_ignore_ascii_case(singular)
            || self.short.iter().any(|short| short.eq_ignore_ascii_case(word))
    }
}

impl Pods {
    pub(super) const fn at(path: &'static str, counts: &'static [&'static str]) -> Self {
        Self {
            path,
            shape: Shape::Template,
            counts,
            less: None,
            unwritten: None,
            scaled: None,
            spread: PodIdentity::Alike,
            update: Update::InTurn,
            optional: false,
        }
    }

    pub(super) const fn closed(path: &'static str, reason: &'static str) -> Self {
        Self::at(path, &[]).shaped(Shape::Closed(reason)).optional()
    }

    pub(super) const fn shaped(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    pub(super) const fn spread(self, spread: PodIdentity) -> Self {
        Self { spread, ..self }
    }

    pub(super) const fn updated(self, update: Update) -> Self {
        Self { update, ..self }
    }

    pub(super) const fn less(self, count: &'static str, where_stands: &'static str) -> Self {
        Self { less: Some((count, where_stands)), ..self }
    }

    pub(super) const fn unwritten(self, count: &'static str, pods: i128) -> Self {
        Self { unwritten: Some((count, pods)), ..self }
    }

    pub(super) const fn scaled(self, is_on: &'static str, most: &'static str) -> Self {
        Self { scaled: Some((is_on, most)), ..self }
    }

    pub(super) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}
