//! What rules know of a pod without its manifest: where it runs, and what its tunnel is. Of the pods that a patch is for
//! nobody knows more. Knows nothing of any rule.

use std::borrow::Cow;

use super::index::{FoundSecret, ObjectIndex};
use super::object_ref::ObjectRef;
use super::secret::TunnelSecret;
use crate::kube::kinds::Pods;
use crate::text::Place;
use crate::wireguard::mark::Mark;
use crate::wireguard::tunnel::{Dns, Tunnel};

/// A pod that has a tunnel or is to get one, as far as it is known without its manifest.
#[derive(Clone, Debug)]
pub struct Outline<'a, 's> {
    /// The kind and the name of its workload; empty where labels choose it.
    pub kind: &'a str,
    pub name: &'a str,
    /// Where the kind has its pods, and what multiplies them.
    pub pods: &'static Pods,
    /// The namespace that it runs in, where that is known.
    pub namespace: Option<&'a str>,
    /// The name of the object that holds the tunnel.
    pub place: Place,
    /// Where in it the tunnel stands; the name where it is still to come.
    pub tunnel_place: Place,
    /// What `inject` would build, or what a patch says; `None` where nobody knows.
    pub tunnel: Option<&'a Tunnel>,
    /// What was injected.
    pub mark: Option<&'a Mark>,
    /// The image of its container.
    pub image: Option<Cow<'a, str>>,
    /// The name of the Secret that the tunnel reads, and where that stands.
    pub secret_name: Option<Cow<'a, str>>,
    pub secret_place: Place,
    /// That Secret, where the run holds it.
    pub secret: Option<&'a FoundSecret>,
    /// The other objects of the run.
    pub context: &'a ObjectIndex<'s>,
}

impl<'a, 's> Outline<'a, 's> {
    /// The Namespace object of the namespace that it runs in.
    pub fn namespace_object(&self) -> Option<ObjectRef<'a, 's>> {
        self.context.namespace_object(Some(self.namespace?))
    }

    /// What the tunnel's Secret holds, where it can be read.
    pub fn tunnel_secret(&self) -> Option<(ObjectRef<'a, 's>, &'a TunnelSecret)> {
        self.context.readable(self.secret?)
    }

    /// Whether each of its pods has a key of its own.
    pub fn has_key_per_replica(&self) -> bool {
        match self.tunnel {
            Some(tunnel) => tunnel.ordinal.is_some(),
            None => self.mark.is_some_and(|mark| mark.settings.is_on("key-per-replica")),
        }
    }

    /// Whether the tunnel's container stays as a native sidecar.
    pub fn is_sidecar(&self) -> bool {
        is_sidecar(self.tunnel, self.mark)
    }

    /// Whether the tunnel's settings name resolvers, so that the cluster's is out of reach.
    pub fn has_own_resolvers(&self) -> bool {
        has_own_resolvers(self.tunnel, self.mark)
    }
}

/// Whether the container of what is wanted, or else of what was injected, stays as a native sidecar.
pub(super) fn is_sidecar(tunnel: Option<&Tunnel>, mark: Option<&Mark>) -> bool {
    match tunnel {
        Some(tunnel) => tunnel.is_sidecar(),
        None => mark.is_some_and(Mark::is_sidecar),
    }
}

/// Whether the settings of what is wanted, or else of what was injected, name resolvers.
pub(super) fn has_own_resolvers(tunnel: Option<&Tunnel>, mark: Option<&Mark>) -> bool {
    match tunnel {
        Some(tunnel) => matches!(tunnel.dns, Dns::Servers(_)),
        None => mark.is_some_and(Mark::has_own_resolvers),
    }
}
