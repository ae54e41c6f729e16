//! The table of what a run can be told besides the tunnel's settings. Knows nothing of where it is said.

use super::{Layer, Patch, Written};
use crate::kube::Selector;
use crate::lint::suppression::Ignore;

/// An option of a run: a field of the settings file and, where it has a flag, a variable and a key of a ConfigMap too.
#[derive(Debug)]
pub struct RunOption {
    /// Of the flag and in a ConfigMap; the variable's name is made of it.
    pub name: &'static str,
    /// In the settings file.
    pub field: &'static str,
    /// What the settings' schema says of it.
    pub help: &'static str,
    /// Empty where the schema shows none, or one of its own.
    pub example: &'static str,
    /// None for what the settings file alone can say.
    pub flag: Option<Flag>,
    pub slot: Slot,
}

/// The flag of an option.
#[derive(Debug)]
pub struct Flag {
    pub short: Option<char>,
    /// What `--help` calls its value.
    pub value: &'static str,
    pub help: &'static str,
}

/// How an option is read, and where in a layer it goes.
#[derive(Clone, Copy, Debug)]
pub enum Slot {
    Selector(fn(&mut Layer) -> &mut Option<(Selector, String)>),
    /// A list of words that are understood once all layers are known.
    Words(fn(&mut Layer) -> &mut Vec<Written>),
    Text(fn(&mut Layer) -> &mut Option<String>),
    Switch(fn(&mut Layer) -> &mut Option<bool>),
    /// A list of rules that may be suppressed.
    Rules(fn(&mut Layer) -> &mut Vec<String>),
    /// A list of findings with their reasons, which has no form as text.
    Ignore(fn(&mut Layer) -> &mut Vec<Ignore>),
    /// A list of objects and their workloads, which has none either.
    Patches(fn(&mut Layer) -> &mut Option<Vec<Patch>>),
}

/// Every option, the flags in the order in which `--help` shows them.
pub const OPTIONS: [RunOption; 10] = [
    RunOption {
        name: "selector",
        field: "selector",
        help: "Workloads whose own labels match",
        example: "",
        flag: Some(Flag {
            short: Some('l'),
            value: "LABELS",
            help: "Workloads whose labels match, as in kubectl",
        }),
        slot: Slot::Selector(|layer| &mut layer.selection.selector),
    },
    RunOption {
        name: "target",
        field: "target",
        help: "Workloads by kind and name; no others are taken",
        example: "Deployment/web",
        flag: Some(Flag {
            short: None,
            value: "KIND/NAME",
            help: "One workload, such as deploy/web",
        }),
        slot: Slot::Words(|layer| &mut layer.selection.targets),
    },
    RunOption {
        name: "namespace",
        field: "namespace",
        help: "Objects in this namespace or without one",
        example: "media",
        flag: Some(Flag {
            short: Some('n'),
            value: "NAME",
            help: "Objects in this namespace or without one",
        }),
        slot: Slot::Text(|layer| &mut layer.selection.namespace),
    },
    RunOption {
        name: "only-enabled",
        field: "onlyEnabled",
        help: "Only workloads with the label or annotation wgsidecar.dev/inject: \"enabled\"",
        example: "",
        flag: Some(Flag {
            short: None,
            value: "",
            help: "Workloads with the label or annotation wgsidecar.dev/inject: \"enabled\"",
        }),
        slot: Slot::Switch(|layer| &mut layer.selection.only_enabled),
    },
    RunOption {
        name: "workload",
        field: "workload",
        help: "Other kinds, with the place of their pod template",
        example: "example.com/Widget=spec.template",
        flag: Some(Flag {
            short: None,
            value: "GROUP/KIND=PATH",
            help: "Another kind and where its pod template is, such as example.com/Widget=spec.template",
        }),
        slot: Slot::Words(|layer| &mut layer.workloads),
    },
    RunOption {
        name: "allow",
        field: "allow",
        help: "Rules to ignore, even where they would refuse",
        example: "secret-shared",
        flag: Some(Flag {
            short: None,
            value: "RULE",
            help: "Ignore this rule, even where it would refuse",
        }),
        slot: Slot::Rules(|layer| &mut layer.allow),
    },
    RunOption {
        name: "ignore",
        field: "ignore",
        help: "Findings that are expected, each with the reason",
        example: "",
        flag: None,
        slot: Slot::Ignore(|layer| &mut layer.ignore),
    },
    RunOption {
        name: "policy",
        field: "policy",
        help: "A policy of wgsidecar in the cluster adds the tunnel to pods that ask for it",
        example: "",
        flag: None,
        slot: Slot::Switch(|layer| &mut layer.policy),
    },
    RunOption {
        name: "patches",
        field: "patches",
        help: "Objects of Flux and Argo CD, and kustomizations, that are to hold the tunnel as a patch",
        example: "",
        flag: None,
        slot: Slot::Patches(|layer| &mut layer.patches),
    },
    RunOption {
        name: "keep",
        field: "keep",
        help: "Reuse the recorded settings for everything not given now, except image, install-tools and container-name",
        example: "",
        flag: Some(Flag {
            short: None,
            value: "",
            help: "Reuse the recorded settings for everything not given now, except image, install-tools and container-name",
        }),
        slot: Slot::Switch(|layer| &mut layer.keep),
    },
];

impl RunOption {
    /// The options that are not in the settings file alone.
    pub fn flags() -> impl Iterator<Item = (&'static Self, &'static Flag)> {
        OPTIONS.iter().filter_map(|option| Some((option, option.flag.as_ref()?)))
    }

    /// The option of a flag, a variable or a key of a ConfigMap.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::flags().map(|(option, _)| option).find(|option| option.name == name)
    }

    /// The option of a field of the settings file.
    pub fn find_field(field: &str) -> Option<&'static Self> {
        OPTIONS.iter().find(|option| option.field == field)
    }
}

impl Slot {
    /// Whether several values are taken, with commas between them.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Words(_) | Self::Rules(_) | Self::Ignore(_) | Self::Patches(_))
    }

    /// Lays what an upper layer says over what a lower one says. Lists add up.
    pub(super) fn lay(self, upper: &mut Layer, lower: &mut Layer) {
        match self {
            Self::Selector(at) => or(at(upper), at(lower)),
            Self::Text(at) => or(at(upper), at(lower)),
            Self::Switch(at) => or(at(upper), at(lower)),
            Self::Words(at) => add(at(upper), at(lower)),
            Self::Rules(at) => add(at(upper), at(lower)),
            Self::Ignore(at) => add(at(upper), at(lower)),
            Self::Patches(at) => or(at(upper), at(lower)),
        }
    }
}

fn or<T>(upper: &mut Option<T>, lower: &mut Option<T>) {
    if upper.is_none() {
        *upper = lower.take();
    }
}

fn add<T>(upper: &mut Vec<T>, lower: &mut Vec<T>) {
    lower.append(upper);
    std::mem::swap(upper, lower);
}
