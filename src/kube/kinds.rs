//! Every kind we know, in one table: where its pod templates stand, what multiplies and replaces their pods, and who
//! makes them where the object does not hold them. Knows nothing of trees.
//!
//! What stands here about a kind is from its own API types; the comment before a group of rows names their repository.

pub use super::row::{
    Elsewhere, More, PodIdentity, Pods, Rolling, Shape, SourceObject, Update, WorkloadKind,
};

const APPS: &[&str] = &["apps", "extensions"];
const ARGO: &[&str] = &["argoproj.io"];
const KRUISE: &[&str] = &["apps.kruise.io"];
const KNATIVE: &[&str] = &["serving.knative.dev"];
const KUBEFLOW: &[&str] = &["kubeflow.org"];
const RAY: &[&str] = &["ray.io"];
const TRAINER: &[&str] = &["trainer.kubeflow.org"];
const VOLCANO: &[&str] = &["batch.volcano.sh"];

const REPLICAS: &[&str] = &["spec.replicas"];
const SPEC_TEMPLATE: Pods = Pods::at("spec.template", REPLICAS);
const PER_NODE: Pods = Pods::at("spec.template", &[]).spread(PodIdentity::PerNode);
const REPLICA_SPECS: &[Pods] =
    &[Pods::at("spec.*ReplicaSpecs.*.template", &["spec.*ReplicaSpecs.*.replicas"])];
const REVISIONS: &[Pods] = &[Pods::at("spec.template", &[]).updated(Update::Rolling(NEW_REVISION))];

/// The pods of a Job whose spec stands at a path.
macro_rules! job {
    ($spec:literal) => {
        Pods::at(concat!($spec, ".template"), &[concat!($spec, ".parallelism")])
            .spread(PodIdentity::Completion(concat!($spec, ".completionMode")))
    };
}

/// The pods of a JobSet whose spec stands at a path, with what else multiplies them.
macro_rules! job_set {
    ($spec:literal $(, $count:literal)*) => {
        Pods::at(concat!($spec, ".replicatedJobs[*].template.spec.template"), &[
            concat!($spec, ".replicatedJobs[*].replicas"),
            concat!($spec, ".replicatedJobs[*].template.spec.parallelism"),
            $($count,)*
        ])
    };
}

/// The pods of a Volcano Job whose spec stands at a path, with what else multiplies them.
macro_rules! tasks {
    ($spec:literal $(, $count:literal)*) => {
        Pods::at(concat!($spec, ".tasks[*].template"), &[concat!($spec, ".tasks[*].replicas"), $($count,)*])
    };
}

/// The metrics of an analysis that are measured by a Job.
const METRICS: &[Pods] = &[job!("spec.metrics[*].provider.job.spec").optional()];

/// The pods of a Ray cluster whose spec stands at a path, and others.
macro_rules! ray {
    ($spec:literal $(, $pods:expr)*) => {
        &[
            Pods::at(concat!($spec, ".headGroupSpec.template"), &[]).optional(),
            Pods::at(concat!($spec, ".workerGroupSpecs[*].template"), &[
                concat!($spec, ".workerGroupSpecs[*].replicas"),
                concat!($spec, ".workerGroupSpecs[*].minReplicas"),
                concat!($spec, ".workerGroupSpecs[*].numOfHosts"),
            ])
            .scaled(concat!($spec, ".enableInTreeAutoscaling"), concat!($spec, ".workerGroupSpecs[*].maxReplicas"))
            .optional(),
            $($pods,)*
        ]
    };
}

/// The templates of a workflow whose spec stands at a path: those in its list, and those in steps and tasks.
macro_rules! workflow {
    ($spec:literal, $update:expr) => {
        &[
            flat!($spec, ".templates[*]", $update),
            flat!($spec, ".templates[*].steps[*][*].inline", $update),
            flat!($spec, ".templates[*].dag.tasks[*].inline", $update),
        ]
    };
}

macro_rules! flat {
    ($spec:literal, $path:literal, $update:expr) => {
        Pods::at(concat!($spec, $path), &[]).shaped(Shape::Flat($spec)).updated($update).optional()
    };
}

/// A UnitedDeployment makes one object of this template for each of its subsets.
macro_rules! subset {
    ($template:literal) => {
        Pods::at(concat!("spec.template.", $template, ".spec.template"), REPLICAS).optional()
    };
}

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
const SUBSET_STRATEGY: Rolling = Rolling {
    strategy: "spec.template.deploymentTemplate.spec.strategy",
    recreate: Some(("spec.template.deploymentTemplate.spec.strategy.type", "Recreate")),
    surge: Some("spec.template.deploymentTemplate.spec.strategy.rollingUpdate.maxSurge"),
    surges_by_default: true,
};
const CLONE_SUBSET_STRATEGY: Rolling = Rolling {
    strategy: "spec.template.cloneSetTemplate.spec.updateStrategy",
    surge: Some("spec.template.cloneSetTemplate.spec.updateStrategy.maxSurge"),
    ..CLONE_STRATEGY
};

const CLOCK: Update = Update::Scheduled("spec.concurrencyPolicy");

const HOOK_POD: &str = "OpenShift makes this hook's pod of one container, without init containers";
const BUILD_POD: &str = "OpenShift makes the build's pod itself";
const EVENTS_POD: &str = "Argo Events makes this pod of one container, without init containers";
const SPARK_POD: &str = "the Spark operator makes this pod itself unless it is given a `template`";

const RENDER: &str =
    "render it where its manifests can be seen, and pipe them through `wgsidecar inject`";
const CHART: &str = "render the chart yourself: `helm template … | wgsidecar inject`";
const BY_ARGO: &str = "let Argo CD call wgsidecar as a plugin, or patch the source, if it is a kustomization, with `wgsidecar patch --into FILE --target KIND/NAME`";
const BY_ARGO_SET: &str = "let Argo CD call wgsidecar as a plugin, or patch the kustomizations that it renders with `wgsidecar patch --into kustomization.yaml --target KIND/NAME`";

static HELM_RELEASE: Elsewhere = Elsewhere::new(
    "are made from a chart that Flux renders",
    "write the tunnel into it with `wgsidecar patch --into FILE --target KIND/NAME`, and check it with `helm template … | wgsidecar lint`",
);
static FLUX_FOLDER: Elsewhere = Elsewhere::new(
    "are made from a folder that Flux applies",
    "inject the manifests in that folder, or write the tunnel into it with `wgsidecar patch --into FILE --target KIND/NAME`",
)
.made_from_folders(&["spec.path"]);
static HELM_CHART: Elsewhere =
    Elsewhere::new("are made from a chart that the cluster's Helm controller renders", CHART);
static APPLICATION: Elsewhere =
    Elsewhere::new("are made from a source that Argo CD renders", BY_ARGO)
        .made_from_folders(&["spec.source.path", "spec.sources[*].path"])
        .by_plugins(&["spec.source.plugin.name", "spec.sources[*].plugin.name"]);
static APPLICATION_SET: Elsewhere =
    Elsewhere::new("are made from sources that Argo CD renders", BY_ARGO_SET).by_plugins(&[
        "spec.template.spec.source.plugin.name",
        "spec.template.spec.sources[*].plugin.name",
    ]);
static FLEET: Elsewhere = Elsewhere::new("are made from what Fleet renders", RENDER);
static KAPP: Elsewhere = Elsewhere::new("are made from what kapp-controller renders", RENDER);
static CROSSPLANE: Elsewhere =
    Elsewhere::new("are made from a chart that Crossplane renders", CHART);
static CLUSTER_API: Elsewhere =
    Elsewhere::new("are made from a chart that Cluster API renders", CHART);
static KUBEVELA: Elsewhere =
    Elsewhere::new("are made from components that KubeVela renders", RENDER);
static SVELTOS: Elsewhere = Elsewhere::new("are made from what Sveltos renders", RENDER);
static KLUCTL: Elsewhere = Elsewhere::new("are made from what Kluctl renders", RENDER);
static CONFIG_SYNC: Elsewhere =
    Elsewhere::new("are made from a repository that Config Sync applies", RENDER);

const RUNTIME: SourceObject = SourceObject {
    kind: "ClusterTrainingRuntime",
    kind_path: Some("spec.runtimeRef.kind"),
    names: "spec.runtimeRef.name",
};
static TRAIN_JOB: Elsewhere =
    Elsewhere::new("are made from a training runtime", "inject the runtime that it names")
        .made_from_objects(RUNTIME);
static OPTIMIZATION_JOB: Elsewhere =
    Elsewhere::new("are made from a training runtime", "inject the runtime that it names")
        .made_from_objects(SourceObject {
            kind_path: Some("spec.trainJobTemplate.spec.runtimeRef.kind"),
            names: "spec.trainJobTemplate.spec.runtimeRef.name",
            ..RUNTIME
        });
static JOB_FLOW: Elsewhere =
    Elsewhere::new("are made from JobTemplates", "inject the JobTemplates that it names")
        .made_from_objects(SourceObject {
            kind: "JobTemplate",
            kind_path: None,
            names: "spec.flows[*].name",
        });

/// The kinds that make pods, the common ones first; those whose pods are made elsewhere come last.
#[rustfmt::skip]
pub const WORKLOADS: &[WorkloadKind] = &[
    // kubernetes/api
    WorkloadKind::new(APPS, "Deployment", &["deploy"], &[SPEC_TEMPLATE.updated(Update::Rolling(STRATEGY))]),
    WorkloadKind::new(APPS, "StatefulSet", &["sts"], &[SPEC_TEMPLATE.spread(PodIdentity::Ordinal)]),
    WorkloadKind::new(APPS, "DaemonSet", &["ds"], &[PER_NODE]),
    WorkloadKind::new(APPS, "ReplicaSet", &["rs"], &[SPEC_TEMPLATE]),
    WorkloadKind::new(&["batch"], "Job", &[], &[job!("spec").updated(Update::Refused)]),
    WorkloadKind::new(&["batch"], "CronJob", &["cj"], &[job!("spec.jobTemplate.spec").updated(CLOCK)]),
    WorkloadKind::new(&[""], "Pod", &["po"], &[Pods::at("", &[]).updated(Update::Refused)]),
    WorkloadKind::new(&[""], "PodTemplate", &[], &[Pods::at("template", &[])]),
    WorkloadKind::new(&[""], "ReplicationController", &["rc"], &[SPEC_TEMPLATE]),
    // openshift/api; the core group had DeploymentConfig before OpenShift had groups.
    WorkloadKind::new(&["apps.openshift.io", ""], "DeploymentConfig", &["dc"], &[
        SPEC_TEMPLATE.updated(Update::Rolling(OPENSHIFT_STRATEGY)),
        Pods::closed("spec.strategy.*Params.*.execNewPod", HOOK_POD),
    ]),
    WorkloadKind::new(&["build.openshift.io", ""], "BuildConfig", &["bc"], &[Pods::closed("spec.strategy", BUILD_POD)]),
    WorkloadKind::new(&["build.openshift.io", ""], "Build", &[], &[Pods::closed("spec.strategy", BUILD_POD)]),
    // argoproj/argo-rollouts
    WorkloadKind::new(ARGO, "Rollout", &["ro"], &[SPEC_TEMPLATE.updated(Update::Rolling(ROLLOUT_STRATEGY))])
        .borrowed("spec.workloadRef", "its pods are those of its workloadRef")
        .with_more(More::Count("spec.replicas", ROLLOUT_STRATEGY)),
    WorkloadKind::new(ARGO, "Experiment", &["exp"], &[Pods::at("spec.templates[*].template", &["spec.templates[*].replicas"])]),
    WorkloadKind::new(ARGO, "AnalysisTemplate", &["at"], METRICS),
    WorkloadKind::new(ARGO, "ClusterAnalysisTemplate", &["cat"], METRICS),
    WorkloadKind::new(ARGO, "AnalysisRun", &["ar"], METRICS),
    // fluxcd/flagger
    WorkloadKind::new(&["flagger.app"], "Canary", &["cd"], &[])
        .borrowed("spec.targetRef", "its pods are those of its targetRef")
        .with_more(More::Again),
    // argoproj/argo-workflows
    WorkloadKind::new(ARGO, "Workflow", &["wf"], workflow!("spec", Update::Refused))
        .borrowed("spec.workflowTemplateRef", "its pods are those of its workflowTemplateRef"),
    WorkloadKind::new(ARGO, "WorkflowTemplate", &["wftmpl"], workflow!("spec", Update::InTurn)),
    WorkloadKind::new(ARGO, "ClusterWorkflowTemplate", &["clusterwftmpl", "cwft"], workflow!("spec", Update::InTurn)),
    WorkloadKind::new(ARGO, "CronWorkflow", &["cwf", "cronwf"], workflow!("spec.workflowSpec", CLOCK))
        .borrowed("spec.workflowSpec.workflowTemplateRef", "its pods are those of its workflowTemplateRef"),
    // argoproj/argo-events
    WorkloadKind::new(ARGO, "EventSource", &["es"], &[Pods::closed("spec", EVENTS_POD)]),
    WorkloadKind::new(ARGO, "Sensor", &["sn"], &[Pods::closed("spec", EVENTS_POD)]),
    // openkruise/kruise, openkruise/kruise-game
    WorkloadKind::new(KRUISE, "CloneSet", &["clone"], &[SPEC_TEMPLATE.updated(Update::Rolling(CLONE_STRATEGY))]),
    WorkloadKind::new(KRUISE, "StatefulSet", &["sts", "asts"], &[SPEC_TEMPLATE.spread(PodIdentity::Ordinal)]),
    WorkloadKind::new(KRUISE, "DaemonSet", &["daemon", "ads"], &[PER_NODE]),
    WorkloadKind::new(KRUISE, "BroadcastJob", &["bcj"], &[PER_NODE]),
    WorkloadKind::new(KRUISE, "AdvancedCronJob", &["acj"], &[
        job!("spec.template.jobTemplate.spec").updated(CLOCK).optional(),
        Pods::at("spec.template.broadcastJobTemplate.spec.template", &[])
            .spread(PodIdentity::PerNode).updated(CLOCK).optional(),
    ]),
    WorkloadKind::new(KRUISE, "UnitedDeployment", &["ud"], &[
        subset!("statefulSetTemplate"),
        subset!("advancedStatefulSetTemplate"),
        subset!("cloneSetTemplate").updated(Update::Rolling(CLONE_SUBSET_STRATEGY)),
        subset!("deploymentTemplate").updated(Update::Rolling(SUBSET_STRATEGY)),
    ]),
    WorkloadKind::new(&["game.kruise.io"], "GameServerSet", &["gss"], &[
        Pods::at("spec.gameServerTemplate", REPLICAS).spread(PodIdentity::Ordinal),
    ]),
    // knative/serving, knative/eventing
    WorkloadKind::new(KNATIVE, "Service", &["ksvc", "kservice"], REVISIONS),
    WorkloadKind::new(KNATIVE, "Configuration", &["config", "cfg"], REVISIONS),
    WorkloadKind::new(KNATIVE, "Revision", &["rev"], &[Pods::at("", &[]).updated(Update::Refused)]),
    WorkloadKind::new(&["sources.knative.dev"], "ContainerSource", &[], REVISIONS),
    WorkloadKind::new(&["sinks.knative.dev"], "JobSink", &[], &[job!("spec.job.spec")]),
    // kedacore/keda
    WorkloadKind::new(&["keda.sh"], "ScaledJob", &["sj"], &[
        Pods::at("spec.jobTargetRef.template", &["spec.jobTargetRef.parallelism"]).unwritten("spec.maxReplicaCount", 100),
    ]),
    // kubernetes-sigs/jobset, kubernetes-sigs/lws
    WorkloadKind::new(&["jobset.x-k8s.io"], "JobSet", &[], &[job_set!("spec").updated(Update::Refused)]),
    WorkloadKind::new(&["leaderworkerset.x-k8s.io"], "LeaderWorkerSet", &["lws"], &[
        Pods::at("spec.leaderWorkerTemplate.leaderTemplate", REPLICAS),
        Pods::at("spec.leaderWorkerTemplate.workerTemplate", &["spec.replicas", "spec.leaderWorkerTemplate.size"])
            .less("spec.leaderWorkerTemplate.size", "spec.leaderWorkerTemplate.leaderTemplate"),
    ]),
    // volcano-sh/apis, volcano-sh/volcano-global
    WorkloadKind::new(VOLCANO, "Job", &["vcjob", "vj"], &[tasks!("spec").updated(Update::Refused)]),
    WorkloadKind::new(VOLCANO, "CronJob", &["cronvcjob", "cronvj"], &[tasks!("spec.jobTemplate.spec").updated(CLOCK)]),
    WorkloadKind::new(&["flow.volcano.sh"], "JobTemplate", &["jt"], &[tasks!("spec")]),
    WorkloadKind::new(&["training.volcano.sh"], "HyperJob", &["hj"], &[
        tasks!("spec.replicatedJobs[*].templateSpec", "spec.replicatedJobs[*].replicas").updated(Update::Refused),
    ]),
    // kubeflow/trainer, which was kubeflow/training-operator, and kubeflow/mpi-operator
    WorkloadKind::new(KUBEFLOW, "PyTorchJob", &[], &[
        Pods::at("spec.*ReplicaSpecs.*.template", &["spec.*ReplicaSpecs.*.replicas", "spec.elasticPolicy.maxReplicas"]),
    ]),
    WorkloadKind::new(KUBEFLOW, "TFJob", &[], REPLICA_SPECS),
    WorkloadKind::new(KUBEFLOW, "MPIJob", &[], REPLICA_SPECS),
    WorkloadKind::new(KUBEFLOW, "XGBoostJob", &[], REPLICA_SPECS),
    WorkloadKind::new(KUBEFLOW, "PaddleJob", &[], REPLICA_SPECS),
    WorkloadKind::new(KUBEFLOW, "JAXJob", &[], REPLICA_SPECS),
    WorkloadKind::new(KUBEFLOW, "MXJob", &[], REPLICA_SPECS),
    WorkloadKind::new(TRAINER, "TrainingRuntime", &[], &[job_set!("spec.template.spec", "spec.mlPolicy.numNodes")]),
    WorkloadKind::new(TRAINER, "ClusterTrainingRuntime", &[], &[job_set!("spec.template.spec", "spec.mlPolicy.numNodes")]),
    // kubeflow/kubeflow
    WorkloadKind::new(KUBEFLOW, "Notebook", &[], &[Pods::at("spec.template", &[]).shaped(Shape::SpecOnly)]),
    // kubeflow/katib: the trial is an object of any kind, most often a Job or one of the jobs above.
    WorkloadKind::new(KUBEFLOW, "Experiment", &[], &[
        job!("spec.trialTemplate.trialSpec.spec").unwritten("spec.parallelTrialCount", 3).optional(),
        Pods::at("spec.trialTemplate.trialSpec.spec.*ReplicaSpecs.*.template", &[
            "spec.trialTemplate.trialSpec.spec.*ReplicaSpecs.*.replicas",
        ])
        .unwritten("spec.parallelTrialCount", 3).optional(),
    ]),
    WorkloadKind::new(KUBEFLOW, "Trial", &[], &[
        job!("spec.runSpec.spec").optional(),
        Pods::at("spec.runSpec.spec.*ReplicaSpecs.*.template", &["spec.runSpec.spec.*ReplicaSpecs.*.replicas"])
            .optional(),
    ]),
    // kubeflow/pipelines
    WorkloadKind::new(KUBEFLOW, "ScheduledWorkflow", &["swf"], workflow!("spec.workflow.spec", Update::InTurn)),
    WorkloadKind::new(KUBEFLOW, "Viewer", &["vi"], &[Pods::at("spec.podTemplateSpec", &[])]),
    // kubeflow/spark-operator
    WorkloadKind::new(&["sparkoperator.k8s.io"], "SparkApplication", &["sparkapp"], &[
        Pods::at("spec.driver.template", &[]).optional(),
        Pods::at("spec.executor.template", &["spec.executor.instances"]).optional(),
        Pods::closed("spec.driver", SPARK_POD),
        Pods::closed("spec.executor", SPARK_POD),
    ]),
    WorkloadKind::new(&["sparkoperator.k8s.io"], "ScheduledSparkApplication", &["scheduledsparkapp"], &[
        Pods::at("spec.template.driver.template", &[]).updated(CLOCK).optional(),
        Pods::at("spec.template.executor.template", &["spec.template.executor.instances"]).updated(CLOCK).optional(),
        Pods::closed("spec.template.driver", SPARK_POD),
        Pods::closed("spec.template.executor", SPARK_POD),
    ]),
    // ray-project/kuberay
    WorkloadKind::new(RAY, "RayCluster", &[], ray!("spec")),
    WorkloadKind::new(RAY, "RayJob", &[], ray!("spec.rayClusterSpec", Pods::at("spec.submitterPodTemplate", &[]).optional())),
    WorkloadKind::new(RAY, "RayService", &[], ray!("spec.rayClusterConfig")),
    WorkloadKind::new(RAY, "RayCronJob", &[], ray!(
        "spec.jobTemplate.rayClusterSpec",
        Pods::at("spec.jobTemplate.submitterPodTemplate", &[]).optional()
    )),
    // fluxcd/helm-controller and its forerunner, fluxcd/kustomize-controller
    WorkloadKind::rendered(&["helm.toolkit.fluxcd.io", "helm.fluxcd.io"], "HelmRelease", &["hr"], &HELM_RELEASE),
    WorkloadKind::rendered(&["kustomize.toolkit.fluxcd.io"], "Kustomization", &["ks"], &FLUX_FOLDER),
    // k3s-io/helm-controller
    WorkloadKind::rendered(&["helm.cattle.io"], "HelmChart", &[], &HELM_CHART),
    WorkloadKind::rendered(&["helm.cattle.io"], "HelmChartConfig", &[], &HELM_CHART),
    // argoproj/argo-cd
    WorkloadKind::rendered(ARGO, "Application", &["app"], &APPLICATION),
    WorkloadKind::rendered(ARGO, "ApplicationSet", &["appset"], &APPLICATION_SET),
    // rancher/fleet
    WorkloadKind::rendered(&["fleet.cattle.io"], "GitRepo", &[], &FLEET),
    WorkloadKind::rendered(&["fleet.cattle.io"], "HelmOp", &[], &FLEET),
    WorkloadKind::rendered(&["fleet.cattle.io"], "Bundle", &[], &FLEET),
    // carvel-dev/kapp-controller
    WorkloadKind::rendered(&["kappctrl.k14s.io"], "App", &[], &KAPP),
    WorkloadKind::rendered(&["packaging.carvel.dev"], "PackageInstall", &["pkgi"], &KAPP),
    // crossplane-contrib/provider-helm
    WorkloadKind::rendered(&["helm.crossplane.io", "helm.m.crossplane.io"], "Release", &[], &CROSSPLANE),
    // kubernetes-sigs/cluster-api-addon-provider-helm
    WorkloadKind::rendered(&["addons.cluster.x-k8s.io"], "HelmChartProxy", &[], &CLUSTER_API),
    // kubevela/kubevela
    WorkloadKind::rendered(&["core.oam.dev"], "Application", &["app"], &KUBEVELA),
    // projectsveltos/addon-controller
    WorkloadKind::rendered(&["config.projectsveltos.io"], "ClusterProfile", &[], &SVELTOS),
    WorkloadKind::rendered(&["config.projectsveltos.io"], "Profile", &[], &SVELTOS),
    // kluctl/kluctl
    WorkloadKind::rendered(&["gitops.kluctl.io"], "KluctlDeployment", &[], &KLUCTL),
    // GoogleContainerTools/kpt-config-sync
    WorkloadKind::rendered(&["configsync.gke.io"], "RootSync", &[], &CONFIG_SYNC),
    WorkloadKind::rendered(&["configsync.gke.io"], "RepoSync", &[], &CONFIG_SYNC),
    // kubeflow/trainer, volcano-sh/apis
    WorkloadKind::rendered(TRAINER, "TrainJob", &[], &TRAIN_JOB),
    WorkloadKind::rendered(TRAINER, "OptimizationJob", &[], &OPTIMIZATION_JOB),
    WorkloadKind::rendered(&["flow.volcano.sh"], "JobFlow", &["jf"], &JOB_FLOW),
];

/// The kinds that hold objects as a List does: group, kind, and the path of the list.
pub(super) const LISTS: &[(&str, &str, &str)] = &[
    // openshift/api
    ("template.openshift.io", "Template", "objects"),
    ("", "Template", "objects"),
    ("template.openshift.io", "TemplateInstance", "spec.template.objects"),
    // open-cluster-management-io/api
    ("work.open-cluster-management.io", "ManifestWork", "spec.workload.manifests"),
    // controlplaneio-fluxcd/flux-operator
    ("fluxcd.controlplane.io", "ResourceSet", "spec.resources"),
];

/// The kinds that hold containers and make no pods of them: group and kind.
pub(super) const PODLESS: &[(&str, &str)] = &[
    // openkruise/kruise: its containers are put into the pods of others, and are in their network.
    ("apps.kruise.io", "SidecarSet"),
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
    ("http.keda.sh", "HTTPScaledObject"),
    ("autoscaling.alibabacloud.com", "CronHorizontalPodAutoscaler"),
    ("autoscaling.gke.io", "MultidimPodAutoscaler"),
    ("datadoghq.com", "WatermarkPodAutoscaler"),
    ("policy", "PodDisruptionBudget"),
    ("", "Service"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
];

/// The kinds of Kubernetes itself that hold no pods and that no rule reads.
#[rustfmt::skip]
pub(super) const BUILTIN: &[&str] = &[
    "APIService", "Binding", "CSIDriver", "CSINode", "CSIStorageCapacity", "CertificateSigningRequest", "ClusterRole",
    "ClusterRoleBinding", "ClusterTrustBundle", "ComponentStatus", "ConfigMap", "ControllerRevision",
    "CustomResourceDefinition", "DeviceClass", "EndpointSlice", "Endpoints", "Event", "Eviction", "FlowSchema",
    "IPAddress", "Ingress", "IngressClass", "Lease", "LeaseCandidate", "LocalSubjectAccessReview",
    "MutatingWebhookConfiguration", "Node",
    "PersistentVolume", "PersistentVolumeClaim", "PodSecurityPolicy", "PriorityClass", "PriorityLevelConfiguration",
    "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice", "Role", "RoleBinding", "RuntimeClass",
    "SelfSubjectAccessReview", "SelfSubjectReview", "SelfSubjectRulesReview", "ServiceAccount", "ServiceCIDR",
    "StorageClass", "SubjectAccessReview", "TokenRequest", "TokenReview", "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttachment", "VolumeAttributesClass",
];
