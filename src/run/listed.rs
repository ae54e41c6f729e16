//! What a run knows of the tunnels in it: which pods have one, or are to get one, and with which settings.

use std::borrow::Cow;
use std::sync::Arc;

use super::patched::{Aim, Ours};
use super::plan;
use crate::lint::secret::TunnelSecret;
use crate::lint::{Pod, Resource};
use crate::report::summary::{InUse, Outcome};
use crate::wireguard::existing::{Edited, Presence};
use crate::wireguard::mark::{Format, Mark, Site};
use crate::wireguard::patch;
use crate::wireguard::settings::{Resolved, Settings, find};

/// Pods that have a tunnel or are to get one: those of a template, or of a workload that a patch is for.
#[derive(Clone, Debug)]
pub struct Listed {
    pub resource: Arc<Resource>,
    /// Where the pods run, where the manifest says so: those of a patch need not run where its object is.
    pub namespace: Option<Arc<str>>,
    pub holder: Holder,
    pub state: State,
    /// The name of the Secret that the pods read.
    pub secret: Option<String>,
    /// What the servers' addresses are: `IPv4`, `IPv6`, `name`; empty where the run does not hold the Secret.
    pub endpoints: Vec<&'static str>,
    /// Of the tunnel that is there; where none is, of the one that is wanted. `None` if unknown.
    pub settings: Option<Settings>,
    /// The resolvers that the pods ask; `None` if unknown.
    pub dns: Option<Cow<'static, str>>,
}

/// What holds a tunnel, or is to hold one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The template's field, such as `spec.template`.
    Template(String),
    /// The workload that the patch is for: `deployment/web`.
    Patch(String),
    /// What is not in the run.
    Elsewhere,
}

/// How the tunnel in a manifest compares with the one that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is the one that the settings mean.
    Current,
    /// `inject` would write another one.
    Stale,
    /// It is there, and no setting says what is wanted.
    Injected,
    /// It is there, and the settings file does not select the workload.
    NotSelected,
    /// Somebody has edited it by hand.
    Edited,
    /// Parts of it are missing.
    Broken,
    /// A later release has written it.
    Newer,
    /// A policy of the cluster adds it when a pod is created.
    Admitted,
    /// A patch in another object adds it when the manifests are built.
    Patched,
    /// It is wanted, and not there.
    Missing,
    /// The pods are made from what is not in the run.
    Elsewhere,
}

/// What of a tunnel is there.
enum There {
    Nothing,
    Part,
    Newer,
    Edited(Edited),
    Whole,
}

impl From<&Presence> for There {
    fn from(presence: &Presence) -> Self {
        match presence {
            Presence::Absent => Self::Nothing,
            Presence::Partial { .. } => Self::Part,
            Presence::Newer(_) => Self::Newer,
            Presence::Complete(existing) => existing.edited.map_or(Self::Whole, Self::Edited),
        }
    }
}

impl From<patch::State> for There {
    fn from(state: patch::State) -> Self {
        match state {
            patch::State::Partial(_) => Self::Part,
            patch::State::Newer => Self::Newer,
            patch::State::Edited(edited) => Self::Edited(edited),
            patch::State::More | patch::State::Target => Self::Edited(Edited::Block),
            patch::State::Whole => Self::Whole,
        }
    }
}

impl There {
    /// `is_current` tells whether it is what is wanted; `None` where nobody says what is.
    fn state(&self, is_current: Option<bool>) -> State {
        match (self, is_current) {
            (Self::Nothing, _) => State::Missing,
            (Self::Part, _) => State::Broken,
            (Self::Newer, _) => State::Newer,
            (Self::Edited(_), _) => State::Edited,
            (Self::Whole, Some(true)) => State::Current,
            (Self::Whole, Some(false)) => State::Stale,
            (Self::Whole, None) => State::Injected,
        }
    }

    /// The settings of a tunnel that is there, as its mark records them; what an edited mark says was never injected.
    fn recorded(&self, mark: Option<&Mark>) -> Option<Settings> {
        let is_true = matches!(self, Self::Whole | Self::Edited(Edited::Block));
        let mark = mark.filter(|mark| is_true && mark.format == Format::Two)?;
        Some(mark.settings.clone())
    }
}

impl State {
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::Current, "up to date"),
        (Self::Stale, "stale"),
        (Self::Injected, "injected"),
        (Self::NotSelected, "not selected"),
        (Self::Edited, "edited"),
        (Self::Broken, "broken"),
        (Self::Newer, "of a newer release"),
        (Self::Admitted, "by policy"),
        (Self::Patched, "by patch"),
        (Self::Missing, "not injected"),
        (Self::Elsewhere, "rendered elsewhere"),
    ];

    /// In a few words.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl Listed {
    /// What is to be said of a pod. `is_current` tells whether its tunnel is the one that is wanted; `None` where nobody
    /// wants one.
    pub fn new(pod: &Pod, resource: Arc<Resource>, is_current: Option<bool>) -> Self {
        let there = There::from(pod.presence);
        let holder = Holder::Template(pod.template.field(pod.tree).into_owned());
        let state = match (&there, pod.is_admitted) {
            (There::Nothing, true) => State::Admitted,
            _ => there.state(is_current),
        };
        let listed = Self::nothing(resource, holder, state);
        match (&there, pod.existing(), pod.wanted) {
            (There::Nothing, _, Some(wanted)) => Self {
                secret: Some(wanted.reads.to_owned()),
                settings: Some(wanted.settings.clone()),
                dns: Some(plan::dns(pod, wanted.tunnel).1),
                ..listed.reading(pod.tunnel_secret().map(|(_, secret)| secret))
            },
            (_, Some(existing), _) => {
                let secret = existing.secret_name(pod.tree).map(|name| name.into_owned());
                let found =
                    secret.as_deref().and_then(|it| pod.context.secret(pod.namespace(), it));
                let settings = there.recorded(Some(&existing.mark));
                let is_ours = existing.dns.iter().any(|entry| entry.site != Site::DnsPolicy);
                let dns = if is_ours {
                    settings.as_ref().map(dns)
                } else {
                    Some(pod.own_dns().words(pod.tree))
                };
                let listed = Self { secret, settings, dns, ..listed };
                listed.reading(found.map(|it| pod.context.tunnel_secret(it.number)))
            }
            _ => listed,
        }
    }

    /// What is to be said of a patch that is there, in the same way.
    pub fn of_patch(ours: &Ours, resource: Arc<Resource>, is_current: Option<bool>) -> Self {
        let there = There::from(ours.held.state);
        let settings = there.recorded(ours.held.mark.as_ref());
        let dns = settings.as_ref().map(dns);
        let holder = Holder::Patch(ours.covers());
        let listed = Self::nothing(resource, holder, there.state(is_current));
        Self { secret: ours.held.secret.clone(), settings, dns, ..listed }
    }

    /// What is to be said of a patch that the settings ask for and that is not there.
    pub fn missing_patch(
        aim: &Aim,
        resource: Arc<Resource>,
        meant: Option<&(Resolved, Settings)>,
    ) -> Self {
        let settings = meant.map(|(_, settings)| settings.clone());
        Self {
            secret: meant.map(|(resolved, _)| resolved.secret.to_string()),
            dns: settings.as_ref().map(dns),
            settings,
            ..Self::nothing(resource, Holder::Patch(aim.display()), State::Missing)
        }
    }

    /// A pod that asks for a tunnel, which no setting describes.
    pub fn missing(resource: Arc<Resource>, field: String) -> Self {
        Self::nothing(resource, Holder::Template(field), State::Missing)
    }

    /// A pod that gets its tunnel by a patch, which is listed by itself.
    pub fn patched(resource: Arc<Resource>, field: String) -> Self {
        Self::nothing(resource, Holder::Template(field), State::Patched)
    }

    /// A workload whose pods are made from what is not in the run.
    pub fn elsewhere(outcome: &Outcome) -> Self {
        let resource = Arc::clone(&outcome.resource);
        let namespace = outcome.namespace.clone();
        Self::nothing(resource, Holder::Elsewhere, State::Elsewhere).in_namespace(namespace)
    }

    /// Of which nothing more is known; its pods run where it is.
    fn nothing(resource: Arc<Resource>, holder: Holder, state: State) -> Self {
        let namespace = resource.namespace.clone();
        let (secret, endpoints, settings, dns) = (None, Vec::new(), None, None);
        Self { resource, namespace, holder, state, secret, endpoints, settings, dns }
    }

    /// The same, where the selection leaves the workload out.
    pub fn not_selected(self) -> Self {
        let is_fine = matches!(self.state, State::Current | State::Stale | State::Injected);
        Self { state: if is_fine { State::NotSelected } else { self.state }, ..self }
    }

    /// The same with pods that run elsewhere than where the object is.
    pub fn in_namespace(self, namespace: Option<Arc<str>>) -> Self {
        Self { namespace, ..self }
    }

    /// The same with what the Secret says, where the run holds it in plain.
    pub fn reading(self, secret: Option<&TunnelSecret>) -> Self {
        Self {
            endpoints: secret.into_iter().flat_map(|it| &it.endpoints).copied().collect(),
            ..self
        }
    }

    /// Whether it is a patch.
    pub fn is_patch(&self) -> bool {
        matches!(self.holder, Holder::Patch(_))
    }

    /// What the last line says of the tunnel; `None` where that is not known.
    pub fn in_use(&self) -> Option<InUse> {
        let (secret, settings) = (self.secret.as_deref()?, self.settings.as_ref()?);
        let (local, dns) = (settings.local().ok()?, self.dns.clone()?);
        Some(plan::in_use(secret.into(), settings, dns, &local))
    }

    /// What is recorded of the setting called `name`, or its default; `None` where nothing is recorded.
    pub fn text(&self, name: &str) -> Option<String> {
        let default = find(name).map_or("", |setting| setting.default);
        Some(self.settings.as_ref()?.text(name).unwrap_or_else(|| default.to_owned()))
    }

    /// The preset, and the ranges beside it.
    pub fn ranges(&self) -> Option<String> {
        let (cluster, local) = (self.text("cluster")?, self.text("local")?);
        Some(if local.is_empty() { cluster } else { format!("{cluster},{local}") })
    }
}

/// The resolvers that settings name.
fn dns(settings: &Settings) -> Cow<'static, str> {
    settings.text("dns").map_or("cluster".into(), |dns| dns.replace(',', ", ").into())
}
