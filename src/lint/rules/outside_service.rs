//! Clients from outside reach the pod with their own address, and answers would go into the tunnel.
//!
//! With `externalTrafficPolicy: Local` the pod sees the client's address, which is in no local range; the answer leaves by
//! the cluster's network only from a port of `--inbound`. By default every TCP port below 32768 is one.
//!
//! Add the port to `--inbound`, or use `externalTrafficPolicy: Cluster`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::kube::object::integer;
use crate::kube::placeholder;
use crate::lint::findings::Twin;
use crate::lint::index::Alike;
use crate::lint::object_ref::text;
use crate::lint::selectors::SelectorKind;
use crate::lint::{Check, Findings, ObjectRef, Pod, Rule, rule};
use crate::text::Level;
use crate::wireguard::script::sha256;
use crate::wireguard::tunnel::{Inbound, Protocol};
use crate::yaml::NodeId;

pub static RULE: Rule = Rule {
    level: Level::Warning,
    checks: &[Check::Pod(check)],
    ..rule!("outside_service.rs", "outside-service")
};

/// The fields that decide whether clients reach the pod with their own address.
const FIELDS: [&str; 2] = ["type", "externalTrafficPolicy"];

/// A port of the pod, by its number or by its name.
enum Port<'s> {
    Number(i128),
    Named(Cow<'s, str>),
}

fn check(pod: &Pod, findings: &mut Findings) {
    let services =
        pod.context.selecting(SelectorKind::Service, pod.namespace(), pod.tree, pod.template);
    if services.is_empty() {
        return;
    }
    let named = named(pod);
    // There may be many of both: what is asked is told apart by this alone.
    let ports = sha256(&format!("{:?} {named:?}", pod.inbound()));
    let its_pods = (pod.name_place(), "its pods");
    for services in services {
        findings.once(&RULE, &("open", services.id()), None, |findings| {
            services.objects().for_each(|alike| open(&alike.view, findings));
        });
        findings.once(&RULE, &(services.id(), &ports), Some(its_pods), |findings| {
            services.objects().for_each(|alike| look(pod.inbound(), &named, alike, findings));
        });
    }
}

/// Whether anything can be found of a Service.
pub(in crate::lint) fn matters(view: &ObjectRef) -> bool {
    let nodes = FIELDS.iter().filter_map(|key| view.find(&["spec", key]));
    let mut open = nodes.filter_map(|node| placeholder::open(view.tree, node));
    open.next().is_some() || is_local(view)
}

/// Whether clients outside reach the pods with their own address.
fn is_local(view: &ObjectRef) -> bool {
    let kind = view.text(&["spec", "type"]).unwrap_or_default();
    let policy = view.text(&["spec", "externalTrafficPolicy"]).unwrap_or_default();
    matches!(kind.as_ref(), "LoadBalancer" | "NodePort") && policy == "Local"
}

/// Reports what another tool is still to fill in.
fn open(view: &ObjectRef, findings: &mut Findings) {
    for node in FIELDS.iter().filter_map(|key| view.find(&["spec", key])) {
        let what = "whether clients from outside reach the pod with their own address";
        findings.unknown(&RULE, view, node, what);
    }
    let ports = if is_local(view) { view.items(&["spec", "ports"]) } else { Vec::new() };
    for port in ports {
        for node in
            ["targetPort", "port", "protocol"].iter().filter_map(|key| view.tree.get(port, key))
        {
            findings.unknown(&RULE, view, node, "the port of the pod");
        }
    }
}

/// Reports the ports of a Service from which answers may not leave.
fn look(
    inbound: &Inbound,
    named: &BTreeMap<Cow<str>, Option<i128>>,
    alike: Alike,
    findings: &mut Findings,
) {
    let view = alike.view;
    if !is_local(&view) {
        return;
    }
    let mut twins: Vec<_> = alike
        .others()
        .map(|(number, twin)| (number, twin, twin.items(&["spec", "ports"]).into_iter()))
        .collect();
    for port in view.items(&["spec", "ports"]) {
        let beside: Vec<_> = twins
            .iter_mut()
            .filter_map(|(number, twin, ports)| {
                Some(Twin::of(*number, twin, twin.place(ports.next()?)))
            })
            .collect();
        let Some((protocol, word, target)) = target(&view, port) else { continue };
        let number = match target {
            Port::Number(number) => Some(number),
            Port::Named(name) => named.get(&name).copied().flatten(),
        };
        let Some(number) = number.and_then(|number| u16::try_from(number).ok()) else { continue };
        if !inbound.lets_out(protocol, number) {
            findings
                .add(&RULE, view.place(port), "answers to clients outside the cluster would go into the tunnel")
                .help(format!("allow the port with `--inbound {word}:{number}`, or use `externalTrafficPolicy: Cluster`"))
                .object(view.resource());
            findings.shared_by(|| beside.into_iter());
        }
    }
}

/// The pod's own port behind one of a service.
fn target<'s>(
    view: &ObjectRef<'_, 's>,
    port: NodeId,
) -> Option<(Protocol, &'static str, Port<'s>)> {
    let tree = view.tree;
    let is_udp =
        tree.get(port, "protocol").and_then(|node| text(tree, node)).is_some_and(|it| it == "UDP");
    let (protocol, word) = if is_udp { (Protocol::Udp, "udp") } else { (Protocol::Tcp, "tcp") };
    let node = tree.get(port, "targetPort").or_else(|| tree.get(port, "port"))?;
    let port = match integer(tree, node) {
        Some(number) => Port::Number(number),
        None => Port::Named(text(tree, node)?),
    };
    Some((protocol, word, port))
}

/// The numbers of the pod's ports by their names; the first of a name counts.
fn named<'s>(pod: &Pod<'_, 's>) -> BTreeMap<Cow<'s, str>, Option<i128>> {
    let ports = pod.others.iter().flat_map(|&container| pod.items(container, &["ports"]));
    let mut named = BTreeMap::new();
    for port in ports {
        let number = || integer(pod.tree, pod.tree.get(port, "containerPort")?);
        if let Some(name) = pod.name_of(port) {
            named.entry(name).or_insert_with(number);
        }
    }
    named
}
