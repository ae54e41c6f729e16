//! What the conditions of rules know of a pod, as variables in CEL. Knows nothing of what follows from it.

use serde_json::{Value, json};

use super::{Policy, cel, expression, met, rule, variable};
use crate::kube::select::INJECT;
use crate::lint::admission::Stage;
use crate::lint::power;
use crate::wireguard::mark;
use crate::wireguard::script::script;
use crate::wireguard::tunnel::Dns;

/// Where the variables find the pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// The object is one.
    Pod,
    /// The object makes such.
    Template,
}

/// The annotation by which a pod, or a namespace for all of its pods, names its Secret.
pub const SECRET: &str = "wgsidecar.dev/secret";

/// What stands for the Secret's name until an expression does: no Secret is called so.
pub(super) const SECRET_WORD: &str = "@SECRET@";

/// The variables that conditions use, and `impossible`: all that is said of a pod that can have no tunnel.
pub(super) fn variables(policy: &Policy, root: Root) -> Vec<Value> {
    let keys = "variables.annotations.map(key, key)";
    let mut variables = match root {
        Root::Pod => vec![variable("pod", "object")],
        Root::Template => vec![
            variable("job", "has(object.spec.jobTemplate) ? object.spec.jobTemplate : object"),
            variable("pod", "variables.job.spec.template"),
        ],
    };
    let suppressed = match root {
        Root::Pod => keys.to_owned(),
        Root::Template => {
            format!("{keys} + object.metadata.?annotations.orValue({{}}).map(key, key)")
        }
    };
    variables.extend([
        variable("labels", "variables.pod.?metadata.?labels.orValue({})"),
        variable("annotations", "variables.pod.?metadata.?annotations.orValue({})"),
        variable("suppressed", suppressed),
        variable("namespaceLabels", "namespaceObject.metadata.?labels.orValue({})"),
        variable("namespaceAnnotations", "namespaceObject.metadata.?annotations.orValue({})"),
        variable("enforced", "variables.namespaceLabels[?'pod-security.kubernetes.io/enforce'].orValue('')"),
        variable("chosen", policy.selection.chosen()),
        variable("wanted", format!("variables.labels[?'{INJECT}'].orValue('disabled') != 'disabled' || variables.chosen")),
        variable("wayOut", remedy(policy)),
        variable("name", cel::string(&policy.tunnel.container)),
        variable("mark", format!("variables.annotations[?'{}'].orValue('')", mark::KEY)),
        variable("inits", "variables.pod.spec.?initContainers.orValue([]).map(container, container.name)"),
        variable("marked", MARKED),
        variable("ours", "variables.marked in variables.inits ? variables.marked : variables.name"),
        variable("missing", "!(variables.ours in variables.inits)"),
        variable("works", WORKS),
        variable("powerful", power::POWERFUL),
        variable("secret", secret(policy)),
        variable("unheard", unheard()),
    ]);
    if let Dns::Servers(servers) = &policy.tunnel.dns {
        let servers = servers.iter().map(ToString::to_string);
        variables.extend([
            variable("resolvers", cel::list(servers)),
            variable("dnsPolicy", "variables.pod.spec.?dnsPolicy.orValue('')"),
            variable("dnsConfig", "variables.pod.spec.?dnsConfig.orValue({})"),
            variable("nameservers", "variables.dnsConfig.?nameservers.orValue([])"),
        ]);
    }
    variables.extend(cel::raw(&script(policy.tunnel)).map(|text| variable("script", text)));
    variables.push(variable("own", own(policy)));
    variables.push(variable("impossible", met(policy.conditions(Stage::Impossible))));
    variables
}

/// The name that the mark gives the container; marks of the second format leave out the default.
const MARKED: &str = "\
variables.mark == '' ? variables.name
  : (variables.mark + ' container-name=wireguard').find(' (container-)?name=[-a-z0-9]+').split('=')[1]";

const WORKS: &str = "\
variables.pod.spec.?initContainers.orValue([]).exists(container, container.name == variables.ours
  && 'NET_ADMIN' in container.?securityContext.?capabilities.?add.orValue([]))
&& variables.pod.spec.?volumes.orValue([]).exists(volume, volume.name == variables.ours && has(volume.secret))";

/// The Secret that the pod would get: its own word, its namespace's where keys may be shared, the policy's.
fn secret(policy: &Policy) -> String {
    let pattern = policy.secret.replace("{namespace}", "@namespace@");
    let mut text = cel::template(&pattern, &[("namespace", "request.namespace")]);
    if policy.shares_keys {
        text = format!("variables.namespaceAnnotations[?'{SECRET}'].orValue({text})");
    }
    format!("variables.annotations[?'{SECRET}'].orValue({text})")
}

/// Annotations and labels of ours that would say how the tunnel is to be, and that a policy cannot obey.
fn unheard() -> String {
    let known = cel::list([INJECT, mark::KEY, SECRET]);
    format!(
        "variables.annotations.map(key, key).filter(key, key.startsWith('wgsidecar.dev/') && !(key in {known}))\n\
         + variables.labels.map(key, key).filter(key, key.matches('^(ignore[.])?wgsidecar.dev/') && key != '{INJECT}')"
    )
}

/// Why the pod has got no tunnel, and what to do.
fn remedy(policy: &Policy) -> String {
    let covered = policy.selection.describe();
    let unchosen =
        format!("the cluster's policy covers {covered}; for any other, run `wgsidecar inject`");
    let unbound = "is the MutatingAdmissionPolicy `wgsidecar` there, and its binding?";
    format!("variables.chosen ? {} : {}", cel::string(unbound), cel::string(&unchosen))
}

/// Whether the tunnel is the policy's own.
fn own(policy: &Policy) -> String {
    let container = policy.block(&[]).container;
    let [image, command] = ["image", "command"].map(|key| cel::plain(&container[key]));
    let stays = if policy.tunnel.is_sidecar() {
        let probe = cel::plain(&container["startupProbe"]["exec"]["command"]);
        format!(
            "container.?restartPolicy.orValue('') == 'Always'\n  \
             && container.?startupProbe.?exec.?command.orValue([]) == {probe}"
        )
    } else {
        "!has(container.restartPolicy)".to_owned()
    };
    let dns = match policy.tunnel.dns {
        Dns::Cluster => "",
        Dns::Servers(_) => {
            "variables.dnsPolicy == 'None' && variables.nameservers == variables.resolvers\n&& "
        }
    };
    format!(
        "{dns}variables.pod.spec.?initContainers.orValue([]).exists(container, container.name == variables.ours\n  \
         && container.?image.orValue('') == {image} && container.?command.orValue([]) == {command}\n  \
         && container.?args.orValue([]) == [variables.script] && {stays})"
    )
}

/// What matches pods when they are created. Updates never do: they would block what was there before.
pub(super) fn creation() -> Value {
    json!({"resourceRules": [rule("", &["CREATE"], &["pods"])]})
}

/// A validation with a message that is an expression, and what is said where that fails.
pub(super) fn validation(when: String, message: String, plain: &str) -> Value {
    json!({"expression": expression(when), "messageExpression": expression(message), "message": plain})
}
