//! Pods that get their tunnel when they are created, from a policy of ours that is in the run. Knows nothing of how a policy
//! chooses them.

use std::sync::Arc;

use super::analysis::{Analysis, Chosen, spec};
use super::left_out::Left;
use super::listed::Listed;
use super::pod_template::{PodTemplateRef, ResolvedTarget};
use super::walker::Walker;
use crate::kube::object::annotation;
use crate::kube::select;
use crate::lint::index::ObjectIndex;
use crate::lint::policies::{Admitting, Pods};
use crate::lint::reaching::Possible;
use crate::lint::rules::{bad_setting, policy_reach, secret_shared};
use crate::lint::suppression::Suppression;
use crate::lint::{Findings, ObjectRef, Pod};
use crate::policy;
use crate::text::Place;
use crate::wireguard::annotations::PREFIX;
use crate::wireguard::existing::Presence;
use crate::wireguard::settings::{Resolved, SETTINGS, Settings, Tunnels, WorkloadRef};
use crate::yaml::NodeId;

impl<'s> Walker<'_, 's> {
    /// Looks at a template without a tunnel that the run itself puts none in, and tells what it is left with.
    pub(super) fn admitted(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        chosen: Chosen,
        own: &[Suppression],
    ) -> Left {
        let context = self.analysis.run.context;
        if context.policies().is_empty() {
            return Left::Without;
        }
        let before = self.analysis.findings().len();
        let admitting = self.analysis.admitting(site, chosen);
        self.analysis.linter.apply_suppressions(before, own);
        let meant = match admitting {
            Ok(meant) => meant,
            Err(left) => return left,
        };
        let Some(spec) = spec(site.tree, Some(site.template)) else { return Left::Excused };
        let pod = self.analysis.pod(site, spec, &Presence::Absent, Some(&meant));
        let pod = Pod { is_admitted: true, ..pod };
        let listed = Listed::new(&pod, self.analysis.subject(), None);
        self.analysis.listed.push(listed);
        self.analysis.target(pod.name_place(), site, Arc::clone(&meant.reads), None, true);
        self.analysis.judged += 1;
        self.analysis.linter.pod(&pod, own);
        Left::With
    }
}

impl<'s> Analysis<'_, 's> {
    /// What the cluster adds to the pods of a template, or what they are left with.
    fn admitting(
        &mut self,
        site: PodTemplateRef<'_, 's>,
        chosen: Chosen,
    ) -> Result<ResolvedTarget, Left> {
        let context = self.run.context;
        let PodTemplateRef { tree, workload, template } = site;
        let object = &workload.object;
        let reached = context.reaching(site.pods());
        let policies = context.policies();
        let view = |policy: usize| context.view(policies[policy].number);
        let its_pods = Some((ObjectRef { tree, object, workload: None }.name_place(), "its pods"));
        let (adding, possible) = (reached.adding.as_slice(), reached.possible.as_slice());
        let (several, unknown) = (("several", reached.id), ("unknown", reached.id));
        let policy = match (adding, possible) {
            ([first, ..], _) => {
                self.findings().once(&policy_reach::RULE, &several, its_pods, |findings| {
                    let settings = |policy: &usize| &policies[*policy].settings;
                    if adding.windows(2).any(|pair| settings(&pair[0]) != settings(&pair[1])) {
                        let all = adding.iter().map(|policy| view(*policy));
                        policy_reach::several(&view(*first), all, findings);
                    }
                });
                first
            }
            ([], []) => return Err(Left::Without),
            ([], [first, ..]) => {
                self.findings().once(&policy_reach::RULE, &unknown, its_pods, |findings| {
                    for Possible { policy, why, .. } in possible {
                        policy_reach::unknown(&view(*policy), why, findings);
                    }
                });
                match select::asks(tree, object, Some(template)) {
                    Some(_) => &first.policy,
                    None => return Err(Left::Excused),
                }
            }
        };
        let policy = &policies[*policy];
        if chosen == Chosen::Skipped
            && let Some(word) = select::opts_out(tree, object, Some(template))
        {
            bad_setting::unheard_opt_out(tree.place(word), &mut self.linter.findings);
        }
        let (tunnels, findings) = (&mut self.tunnels, &mut self.linter.findings);
        site.admitted(policy, context, tunnels, findings).ok_or(Left::Excused)
    }
}

impl PodTemplateRef<'_, '_> {
    /// The pods, as policies see them.
    pub(super) fn pods(&self) -> Pods<'_, '_> {
        let Self { tree, workload, template } = *self;
        Pods { tree, template, namespace: workload.object.namespace.as_deref() }
    }

    /// What a policy adds to the pods; `None` where it does not say.
    fn admitted(
        self,
        policy: &Admitting,
        context: &ObjectIndex,
        tunnels: &mut Tunnels,
        findings: &mut Findings,
    ) -> Option<ResolvedTarget> {
        let settings = policy.settings.clone()?;
        let pod = WorkloadRef {
            kind: "Pod",
            name: Some("pod"),
            namespace: Some("namespace"),
            ordinal: None,
        };
        let Resolved { tunnel, recorded, .. } = tunnels.resolve(&settings, &pod).ok()?;
        self.unheard(findings);
        let asked: Arc<str> = self.admitted_secret(policy, &settings, context, findings)?.into();
        let found = context.secret(self.workload.object.namespace.as_deref(), &asked);
        // Nobody but a generator's own tool renames a Secret in what refers to it, and a policy it does not see.
        let secret = found.filter(|found| found.name == asked);
        Some(ResolvedTarget {
            settings,
            tunnel,
            recorded,
            keeps: false,
            reads: Arc::clone(&asked),
            asked,
            secret,
        })
    }

    /// The Secret that the pods will read: by their own word, by their namespace's, or by the policy's.
    fn admitted_secret(
        self,
        policy: &Admitting,
        settings: &Settings,
        context: &ObjectIndex,
        findings: &mut Findings,
    ) -> Option<String> {
        let PodTemplateRef { tree, workload, template } = self;
        if let Some(node) = annotation(tree, template.metadata, policy::SECRET) {
            let named = tree.string(node)?;
            if named.contains('{') {
                bad_setting::no_secret(tree.place(node), findings);
            }
            return Some(named.into_owned());
        }
        let namespace = context.namespace(workload.object.namespace.as_deref());
        if let Some(view) = context.namespace_object(namespace)
            && let Some(node) = view.object.annotation(view.tree, policy::SECRET)
        {
            if policy.shares_keys {
                return view.tree.string(node).map(Into::into);
            }
            let place = ObjectRef { tree, object: &workload.object, workload: None }.name_place();
            secret_shared::by_namespace(&view, node, place, findings);
        }
        let pattern = settings.secret_pattern().ok()?;
        Some(namespace.map_or_else(|| pattern.clone(), |it| pattern.replace("{namespace}", it)))
    }

    /// Reports settings of the workload's own that a policy does not obey.
    fn unheard(self, findings: &mut Findings) {
        let PodTemplateRef { tree, workload, template } = self;
        let named = |metadata: Option<NodeId>, key: &str| -> Option<Place> {
            annotation(tree, metadata, key).map(|node| tree.place(node))
        };
        let outer =
            workload.object.metadata.filter(|_| workload.object.metadata != template.metadata);
        for setting in &SETTINGS {
            let key = format!("{PREFIX}{}", setting.name);
            if let Some(place) = named(template.metadata, &key).filter(|_| key != policy::SECRET) {
                bad_setting::unheard(place, &key, findings);
            }
            if let Some(place) = named(outer, &key) {
                bad_setting::unheard_of_workload(place, &key, findings);
            }
        }
    }
}
