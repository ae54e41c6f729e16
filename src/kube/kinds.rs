//! Every kind we know, in one table: where its pod templates stand, what multiplies and replaces their pods. Knows
//! nothing of trees.

/// A kind that holds pods. Group and kind decide, the version does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The API groups that have the kind; the core group is empty.
    pub groups: &'static [&'static str],
    pub kind: &'static str,
    /// What kubectl calls it besides its name and its plural.
    pub short: &'static [&'static str],
    pub templates: &'static [Pods],
    pub update: Update,
    /// Where the object may name another whose pods it takes over, and what that means for its own.
    pub borrowed: Option<(&'static str, &'static str)>,
}

/// Where a pod template stands, and what makes more than one pod of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pods {
    /// See [`super::path`].
    pub path: &'static str,
    /// Paths of the numbers that multiply its pods; their wildcards are bound as those of `path`.
    pub counts: &'static [&'static str],
    /// The count that is one too high where something stands at the other path: one pod is made from that.
    pub less: Option<(&'static str, &'static str)>,
    pub spread: Spread,
}

/// How the pods of one template are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
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

impl Row {
    pub(super) const fn new(
        groups: &'static [&'static str],
        kind: &'static str,
        short: &'static [&'static str],
        templates: &'static [Pods],
    ) -> Self {
        Self { groups, kind, short, templates, update: Update::InTurn, borrowed: None }
    }

    const fn updated(self, update: Update) -> Self {
        Self { update, ..self }
    }

    const fn borrowed(self, path: &'static str, reason: &'static str) -> Self {
        Self { borrowed: Some((path, reason)), ..self }
    }

    /// Whether the row is for this kind of this group.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.groups.contains(&group)
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
        Self { path, counts, less: None, spread: Spread::Alike }
    }

    const fn spread(self, spread: Spread) -> Self {
        Self { spread, ..self }
    }

    const fn less(self, count: &'static str, where_stands: &'static str) -> Self {
        Self { less: Some((count, where_stands)), ..self }
    }
}

const APPS: &[&str] = &["apps", "extensions"];
const KRUISE: &[&str] = &["apps.kruise.io"];
const KNATIVE: &[&str] = &["serving.knative.dev"];
const KUBEFLOW: &[&str] = &["kubeflow.org"];
const RAY: &[&str] = &["ray.io"];

const REPLICAS: &[&str] = &["spec.replicas"];
const SPEC_TEMPLATE: Pods = Pods::at("spec.template", REPLICAS);
const INDEXED: Spread = Spread::Completion("spec.completionMode");
const REPLICA_SPECS: &[Pods] =
    &[Pods::at("spec.*ReplicaSpecs.*.template", &["spec.*ReplicaSpecs.*.replicas"])];
const REVISIONS: &[Pods] = &[Pods::at("spec.template", &[])];

const STRATEGY: Rolling = Rolling {
    strategy: "spec.strategy",
    recreate: Some(("spec.strategy.type", "Recreate")),
    surge: Some("spec.strategy.rollingUpdate.maxSurge"),
    surges_by_default: true,
};
const OPENSHIFT_STRATEGY: Rolling =
    Rolling { surge: Some("spec.strategy.rollingParams.maxSurge"), ..STRATEGY };
const ROLLOUT_STRATEGY: Rolling =
    Rolling { recreate: None, surge: Some("spec.strategy.canary.maxSurge"), ..STRATEGY };
const CLONE_STRATEGY: Rolling = Rolling {
    strategy: "spec.updateStrategy",
    recreate: None,
    surge: Some("spec.updateStrategy.maxSurge"),
    surges_by_default: false,
};
const NEW_REVISION: Rolling =
    Rolling { strategy: "spec.template", recreate: None, surge: None, surges_by_default: true };

/// The kinds that hold pods, the common ones first.
#[rustfmt::skip]
pub const WORKLOADS: &[Row] = &[
    Row::new(APPS, "Deployment", &["deploy"], &[SPEC_TEMPLATE]).updated(Update::Rolling(STRATEGY)),
    Row::new(APPS, "StatefulSet", &["sts"], &[SPEC_TEMPLATE.spread(Spread::Ordinal)]),
    Row::new(APPS, "DaemonSet", &["ds"], &[Pods::at("spec.template", &[]).spread(Spread::PerNode)]),
    Row::new(APPS, "ReplicaSet", &["rs"], &[SPEC_TEMPLATE]),
    Row::new(&["batch"], "Job", &[], &[Pods::at("spec.template", &["spec.parallelism"]).spread(INDEXED)])
        .updated(Update::Refused),
    Row::new(&["batch"], "CronJob", &["cj"], &[
        Pods::at("spec.jobTemplate.spec.template", &["spec.jobTemplate.spec.parallelism"])
            .spread(Spread::Completion("spec.jobTemplate.spec.completionMode")),
    ])
    .updated(Update::Scheduled("spec.concurrencyPolicy")),
    Row::new(&[""], "Pod", &["po"], &[Pods::at("", &[])]).updated(Update::Refused),
    Row::new(&[""], "PodTemplate", &[], &[Pods::at("template", &[])]),
    Row::new(&[""], "ReplicationController", &["rc"], &[SPEC_TEMPLATE]),
    // The core group had it before OpenShift had groups.
    Row::new(&["apps.openshift.io", ""], "DeploymentConfig", &["dc"], &[SPEC_TEMPLATE])
        .updated(Update::Rolling(OPENSHIFT_STRATEGY)),
    Row::new(&["argoproj.io"], "Rollout", &["ro"], &[SPEC_TEMPLATE])
        .updated(Update::Rolling(ROLLOUT_STRATEGY))
        .borrowed("spec.workloadRef", "its pods are those of its workloadRef"),
    Row::new(KRUISE, "CloneSet", &["clone"], &[SPEC_TEMPLATE]).updated(Update::Rolling(CLONE_STRATEGY)),
    Row::new(KRUISE, "StatefulSet", &["sts", "asts"], &[SPEC_TEMPLATE.spread(Spread::Ordinal)]),
    Row::new(KRUISE, "DaemonSet", &["daemon", "ads"], &[Pods::at("spec.template", &[]).spread(Spread::PerNode)]),
    Row::new(KRUISE, "BroadcastJob", &["bcj"], &[Pods::at("spec.template", &[]).spread(Spread::PerNode)]),
    Row::new(KRUISE, "AdvancedCronJob", &["acj"], &[
        Pods::at("spec.template.jobTemplate.spec.template", &["spec.template.jobTemplate.spec.parallelism"])
            .spread(Spread::Completion("spec.template.jobTemplate.spec.completionMode")),
        Pods::at("spec.template.broadcastJobTemplate.spec.template", &[]).spread(Spread::PerNode),
    ])
    .updated(Update::Scheduled("spec.concurrencyPolicy")),
    Row::new(KNATIVE, "Service", &["ksvc", "kservice"], REVISIONS).updated(Update::Rolling(NEW_REVISION)),
    Row::new(KNATIVE, "Configuration", &["config", "cfg"], REVISIONS).updated(Update::Rolling(NEW_REVISION)),
    Row::new(&["keda.sh"], "ScaledJob", &["sj"], &[
        Pods::at("spec.jobTargetRef.template", &["spec.jobTargetRef.parallelism", "spec.maxReplicaCount"]),
    ]),
    Row::new(&["jobset.x-k8s.io"], "JobSet", &[], &[
        Pods::at("spec.replicatedJobs[*].template.spec.template", &[
            "spec.replicatedJobs[*].replicas",
            "spec.replicatedJobs[*].template.spec.parallelism",
        ]),
    ])
    .updated(Update::Refused),
    Row::new(&["leaderworkerset.x-k8s.io"], "LeaderWorkerSet", &["lws"], &[
        Pods::at("spec.leaderWorkerTemplate.leaderTemplate", REPLICAS),
        Pods::at("spec.leaderWorkerTemplate.workerTemplate", &["spec.replicas", "spec.leaderWorkerTemplate.size"])
            .less("spec.leaderWorkerTemplate.size", "spec.leaderWorkerTemplate.leaderTemplate"),
    ]),
    Row::new(&["batch.volcano.sh"], "Job", &["vcjob", "vj"], &[
        Pods::at("spec.tasks[*].template", &["spec.tasks[*].replicas"]),
    ])
    .updated(Update::Refused),
    Row::new(KUBEFLOW, "PyTorchJob", &[], REPLICA_SPECS),
    Row::new(KUBEFLOW, "TFJob", &[], REPLICA_SPECS),
    Row::new(KUBEFLOW, "MPIJob", &[], REPLICA_SPECS),
    Row::new(KUBEFLOW, "XGBoostJob", &[], REPLICA_SPECS),
    Row::new(KUBEFLOW, "Notebook", &[], &[Pods::at("spec.template", &[])]),
    Row::new(RAY, "RayCluster", &[], &[
        Pods::at("spec.headGroupSpec.template", &[]),
        Pods::at("spec.workerGroupSpecs[*].template", &[
            "spec.workerGroupSpecs[*].replicas",
            "spec.workerGroupSpecs[*].minReplicas",
            "spec.workerGroupSpecs[*].numOfHosts",
        ]),
    ]),
    Row::new(RAY, "RayJob", &[], &[
        Pods::at("spec.rayClusterSpec.headGroupSpec.template", &[]),
        Pods::at("spec.rayClusterSpec.workerGroupSpecs[*].template", &[
            "spec.rayClusterSpec.workerGroupSpecs[*].replicas",
            "spec.rayClusterSpec.workerGroupSpecs[*].minReplicas",
            "spec.rayClusterSpec.workerGroupSpecs[*].numOfHosts",
        ]),
    ]),
    Row::new(RAY, "RayService", &[], &[
        Pods::at("spec.rayClusterConfig.headGroupSpec.template", &[]),
        Pods::at("spec.rayClusterConfig.workerGroupSpecs[*].template", &[
            "spec.rayClusterConfig.workerGroupSpecs[*].replicas",
            "spec.rayClusterConfig.workerGroupSpecs[*].minReplicas",
            "spec.rayClusterConfig.workerGroupSpecs[*].numOfHosts",
        ]),
    ]),
];

/// The kinds without pods that rules read: group and kind.
pub const READ: &[(&str, &str)] = &[
    ("", "Secret"),
    ("bitnami.com", "SealedSecret"),
    ("external-secrets.io", "ExternalSecret"),
    ("external-secrets.io", "ClusterExternalSecret"),
    ("isindir.github.com", "SopsSecret"),
    ("onepassword.com", "OnePasswordItem"),
    ("ricoberger.de", "VaultSecret"),
    ("secrets-store.csi.x-k8s.io", "SecretProviderClass"),
    ("secrets.doppler.com", "DopplerSecret"),
    ("secrets.hashicorp.com", "VaultStaticSecret"),
    ("secrets.hashicorp.com", "VaultDynamicSecret"),
    ("secrets.hashicorp.com", "HCPVaultSecretsApp"),
    ("secrets.infisical.com", "InfisicalSecret"),
    ("", "Namespace"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("", "ResourceQuota"),
    ("", "LimitRange"),
    ("autoscaling", "HorizontalPodAutoscaler"),
    ("keda.sh", "ScaledObject"),
    ("policy", "PodDisruptionBudget"),
    ("", "Service"),
];

/// The kinds of Kubernetes itself that hold no pods and that no rule reads.
#[rustfmt::skip]
pub(super) const BUILTIN: &[&str] = &[
    "APIService", "Binding", "CSIDriver", "CSINode", "CSIStorageCapacity", "CertificateSigningRequest", "ClusterRole",
    "ClusterRoleBinding", "ClusterTrustBundle", "ComponentStatus", "ConfigMap", "ControllerRevision",
    "CustomResourceDefinition", "DeviceClass", "EndpointSlice", "Endpoints", "Event", "Eviction", "FlowSchema",
    "IPAddress", "Ingress", "IngressClass", "Lease", "LeaseCandidate", "LocalSubjectAccessReview",
    "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "Node",
    "PersistentVolume", "PersistentVolumeClaim", "PodSecurityPolicy", "PriorityClass", "PriorityLevelConfiguration",
    "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice", "Role", "RoleBinding", "RuntimeClass",
    "SelfSubjectAccessReview", "SelfSubjectReview", "SelfSubjectRulesReview", "ServiceAccount", "ServiceCIDR",
    "StorageClass", "SubjectAccessReview", "TokenRequest", "TokenReview", "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttachment", "VolumeAttributesClass",
];
