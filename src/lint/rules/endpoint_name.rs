//! The server is given by a host name.
//!
//! It is resolved once, before the tunnel stands, by whatever resolver the pod has then. With `--dns IP` the pod's only
//! resolver is inside the tunnel, so that the name can never be resolved: that is an error.
//!
//! With `--mode sidecar` and the cluster's resolver the name is asked for again whenever the server is silent: there it is
//! only an info, because who runs the resolver learns the server's name.
//!
//! Write the server's address.

use crate::lint::secret::TunnelSecret;
use crate::lint::{Check, Findings, ObjectRef, Outline, Rule, rule};
use crate::text::Level;
use crate::wireguard::conf::Host;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Outline(check)],
    ..rule!("endpoint_name.rs", "endpoint-name")
};

fn check(pod: &Outline, findings: &mut Findings) {
    let (Some((view, secret)), Some(found)) = (pod.tunnel_secret(), pod.secret) else { return };
    let (hopeless, is_sidecar) = (pod.has_own_resolvers(), pod.is_sidecar());
    findings.once(&RULE, &(found.number, hopeless, is_sidecar), None, |findings| {
        look(&view, secret, hopeless, is_sidecar, findings);
    });
}

fn look(
    view: &ObjectRef,
    secret: &TunnelSecret,
    hopeless: bool,
    is_sidecar: bool,
    findings: &mut Findings,
) {
    for file in &secret.files {
        for endpoint in file.conf.endpoints() {
            let Host::Name(name) = &endpoint.value.host else { continue };
            let (level, message) = match (hopeless, is_sidecar) {
                (true, _) => (
                    Level::Error,
                    format!(
                        "`{name}` can never be resolved: the pod's resolvers are behind the tunnel"
                    ),
                ),
                (false, false) => (
                    Level::Warning,
                    format!("`{name}` is resolved once, outside the tunnel, before it stands"),
                ),
                (false, true) => (
                    Level::Info,
                    format!(
                        "`{name}` is resolved outside the tunnel, whenever the server is silent"
                    ),
                ),
            };
            findings
                .add(&RULE, file.entry.place(view, endpoint.span), message)
                .help("write the server's address")
                .level(level)
                .field(file.entry.field(view))
                .object(view.resource());
        }
    }
}
