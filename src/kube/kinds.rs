//! Every kind we know, in one table: where its pod templates stand, what multiplies and replaces their pods, and who
//! makes them where the object does not hold them. Knows nothing of trees.
//!
//! What stands here about a kind is from its own API types; the comment before a group of rows names their repository.

pub use super::row::{Elsewhere, More, Pods, Rolling, Row, Shape, SourceObject, Spread, Update};

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
const PER_NODE: Pods = Pods::at("spec.template", &[]).spread(Spread::PerNode);
const REPLICA_SPECS: &[Pods] =
    &[Pods::at("spec.*ReplicaSpecs.*.template", &["spec.*ReplicaSpecs.*.replicas"])];
const REVISIONS: &[Pods] = &[Pods::at("spec.template", &[]).updated(Update::Rolling(NEW_REVISION))];

/// The pods of a Job whose spec stands at a path.
macro_rules! job {
    ($spec:literal) => {
        Pods::at(concat!($spec, ".template"), &[concat!($spec, ".parallelism")])
            .spread(Spread::Completion(concat!($spec, ".completionMode")))
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
    Elsewhere::new("are made from sources that Argo CD renders", BY_ARGO).by_plugins(&[
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
pub const WORKLOADS: &[Row] = &[
    // kubernetes/api
    Row::new(APPS, "Deployment", &["deploy"], &[SPEC_TEMPLATE.updated(Update::Rolling(STRATEGY))]),
    Row::new(APPS, "StatefulSet", &["sts"], &[SPEC_TEMPLATE.spread(Spread::Ordinal)]),
    Row::new(APPS, "DaemonSet", &["ds"], &[PER_NODE]),
    Row::new(APPS, "ReplicaSet", &["rs"], &[SPEC_TEMPLATE]),
    Row::new(&["batch"], "Job", &[], &[job!("spec").updated(Update::Refused)]),
    Row::new(&["batch"], "CronJob", &["cj"], &[job!("spec.jobTemplate.spec").updated(CLOCK)]),
    Row::new(&[""], "Pod", &["po"], &[Pods::at("", &[]).updated(Update::Refused)]),
    Row::new(&[""], "PodTemplate", &[], &[Pods::at("template", &[])]),
    Row::new(&[""], "ReplicationController", &["rc"], &[SPEC_TEMPLATE]),
    // openshift/api; the core group had DeploymentConfig before OpenShift had groups.
    Row::new(&["apps.openshift.io", ""], "DeploymentConfig", &["dc"], &[
        SPEC_TEMPLATE.updated(Update::Rolling(OPENSHIFT_STRATEGY)),
        Pods::closed("spec.strategy.*Params.*.execNewPod", HOOK_POD),
    ]),
    Row::new(&["build.openshift.io", ""], "BuildConfig", &["bc"], &[Pods::closed("spec.strategy", BUILD_POD)]),
    Row::new(&["build.openshift.io", ""], "Build", &[], &[Pods::closed("spec.strategy", BUILD_POD)]),
    // argoproj/argo-rollouts
    Row::new(ARGO, "Rollout", &["ro"], &[SPEC_TEMPLATE.updated(Update::Rolling(ROLLOUT_STRATEGY))])
        .borrowed("spec.workloadRef", "its pods are those of its workloadRef")
        .with_more(More::Count("spec.replicas", ROLLOUT_STRATEGY)),
    Row::new(ARGO, "Experiment", &["exp"], &[Pods::at("spec.templates[*].template", &["spec.templates[*].replicas"])]),
    Row::new(ARGO, "AnalysisTemplate", &["at"], METRICS),
    Row::new(ARGO, "ClusterAnalysisTemplate", &["cat"], METRICS),
    Row::new(ARGO, "AnalysisRun", &["ar"], METRICS),
    // fluxcd/flagger
    Row::new(&["flagger.app"], "Canary", &["cd"], &[])
        .borrowed("spec.targetRef", "its pods are those of its targetRef")
        .with_more(More::Again),
    // argoproj/argo-workflows
    Row::new(ARGO, "Workflow", &["wf"], workflow!("spec", Update::Refused))
        .borrowed("spec.workflowTemplateRef", "its pods are those of its workflowTemplateRef"),
    Row::new(ARGO, "WorkflowTemplate", &["wftmpl"], workflow!("spec", Update::InTurn)),
    Row::new(ARGO, "ClusterWorkflowTemplate", &["clusterwftmpl", "cwft"], workflow!("spec", Update::InTurn)),
    Row::new(ARGO, "CronWorkflow", &["cwf", "cronwf"], workflow!("spec.workflowSpec", CLOCK))
        .borrowed("spec.workflowSpec.workflowTemplateRef", "its pods are those of its workflowTemplateRef"),
    // argoproj/argo-events
    Row::new(ARGO, "EventSource", &["es"], &[Pods::closed("spec", EVENTS_POD)]),
    Row::new(ARGO, "Sensor", &["sn"], &[Pods::closed("spec", EVENTS_POD)]),
    // openkruise/kruise, openkruise/kruise-game
    Row::new(KRUISE, "CloneSet", &["clone"], &[SPEC_TEMPLATE.updated(Update::Rolling(CLONE_STRATEGY))]),
    Row::new(KRUISE, "StatefulSet", &["sts", "asts"], &[SPEC_TEMPLATE.spread(Spread::Ordinal)]),
    Row::new(KRUISE, "DaemonSet", &["daemon", "ads"], &[PER_NODE]),
    Row::new(KRUISE, "BroadcastJob", &["bcj"], &[PER_NODE]),
    Row::new(KRUISE, "AdvancedCronJob", &["acj"], &[
        job!("spec.template.jobTemplate.spec").updated(CLOCK).optional(),
        Pods::at("spec.template.broadcastJobTemplate.spec.template", &[])
            .spread(Spread::PerNode).updated(CLOCK).optional(),
    ]),
    Row::new(KRUISE, "UnitedDeployment", &["ud"], &[
        subset!("statefulSetTemplate"),
        subset!("advancedStatefulSetTemplate"),
        subset!("cloneSetTemplate").updated(Update::Rolling(CLONE_SUBSET_STRATEGY)),
        subset!("deploymentTemplate").updated(Update::Rolling(SUBSET_STRATEGY)),
    ]),
    Row::new(&["game.kruise.io"], "GameServerSet", &["gss"], &[
        Pods::at("spec.gameServerTemplate", REPLICAS).spread(Spread::Ordinal),
    ]),
    // knative/serving, knative/eventing
    Row::new(KNATIVE, "Service", &["ksvc", "kservice"], REVISIONS),
    Row::new(KNATIVE, "Configuration", &["config", "cfg"], REVISIONS),
    Row::new(KNATIVE, "Revision", &["rev"], &[Pods::at("", &[]).updated(Update::Refused)]),
    Row::new(&["sources.knative.dev"], "ContainerSource", &[], REVISIONS),
    Row::new(&["sinks.knative.dev"], "JobSink", &[], &[job!("spec.job.spec")]),
    // kedacore/keda
    Row::new(&["keda.sh"], "ScaledJob", &["sj"], &[
        Pods::at("spec.jobTargetRef.template", &["spec.jobTargetRef.parallelism"]).unwritten("spec.maxReplicaCount", 100),
    ]),
    // kubernetes-sigs/jobset, kubernetes-sigs/lws
    Row::new(&["jobset.x-k8s.io"], "JobSet", &[], &[job_set!("spec").updated(Update::Refused)]),
    Row::new(&["leaderworkerset.x-k8s.io"], "LeaderWorkerSet", &["lws"], &[
        Pods::at("spec.leaderWorkerTemplate.leaderTemplate", REPLICAS),
        Pods::at("spec.leaderWorkerTemplate.workerTemplate", &["spec.replicas", "spec.leaderWorkerTemplate.size"])
            .less("spec.leaderWorkerTemplate.size", "spec.leaderWorkerTemplate.leaderTemplate"),
    ]),
    // volcano-sh/apis, volcano-sh/volcano-global
    Row::new(VOLCANO, "Job", &["vcjob", "vj"], &[tasks!("spec").updated(Update::Refused)]),
    Row::new(VOLCANO, "CronJob", &["cronvcjob", "cronvj"], &[tasks!("spec.jobTemplate.spec").updated(CLOCK)]),
    Row::new(&["flow.volcano.sh"], "JobTemplate", &["jt"], &[tasks!("spec")]),
    Row::new(&["training.volcano.sh"], "HyperJob", &["hj"], &[
        tasks!("spec.replicatedJobs[*].templateSpec", "spec.replicatedJobs[*].replicas").updated(Update::Refused),
    ]),
    // kubeflow/trainer, which was kubeflow/training-operator, and kubeflow/mpi-operator
    Row::new(KUBEFLOW, "PyTorchJob", &[], &[
        Pods::at("spec.*ReplicaSpecs.*.template", &["spec.*ReplicaSpecs.*.replicas", "spec.elasticPolicy.maxReplicas"]),
    ]),
    Row::new(KUBEFLOW, "TFJob", &[], REPLICA_SPECS),
    Row::new(KUBEFLOW, "MPIJob", &[], REPLICA_SPECS),
    Row::new(KUBEFLOW, "XGBoostJob", &[], REPLICA_SPECS),
    Row::new(KUBEFLOW, "PaddleJob", &[], REPLICA_SPECS),
    Row::new(KUBEFLOW, "JAXJob", &[], REPLICA_SPECS),
    Row::new(KUBEFLOW, "MXJob", &[], REPLICA_SPECS),
    Row::new(TRAINER, "TrainingRuntime", &[], &[job_set!("spec.template.spec", "spec.mlPolicy.numNodes")]),
    Row::new(TRAINER, "ClusterTrainingRuntime", &[], &[job_set!("spec.template.spec", "spec.mlPolicy.numNodes")]),
    // kubeflow/kubeflow
    Row::new(KUBEFLOW, "Notebook", &[], &[Pods::at("spec.template", &[]).shaped(Shape::SpecOnly)]),
    // kubeflow/katib: the trial is an object of any kind, most often a Job or one of the jobs above.
    Row::new(KUBEFLOW, "Experiment", &[], &[
        job!("spec.trialTemplate.trialSpec.spec").unwritten("spec.parallelTrialCount", 3).optional(),
        Pods::at("spec.trialTemplate.trialSpec.spec.*ReplicaSpecs.*.template", &[
            "spec.trialTemplate.trialSpec.spec.*ReplicaSpecs.*.replicas",
        ])
        .unwritten("spec.parallelTrialCount", 3).optional(),
    ]),
    Row::new(KUBEFLOW, "Trial", &[], &[
        job!("spec.runSpec.spec").optional(),
        Pods::at("spec.runSpec.spec.*ReplicaSpecs.*.template", &["spec.runSpec.spec.*ReplicaSpecs.*.replicas"])
            .optional(),
    ]),
    // kubeflow/pipelines
    Row::new(KUBEFLOW, "ScheduledWorkflow", &["swf"], workflow!("spec.workflow.spec", Update::InTurn)),
    Row::new(KUBEFLOW, "Viewer", &["vi"], &[Pods::at("spec.podTemplateSpec", &[])]),
    // kubeflow/spark-operator
    Row::new(&["sparkoperator.k8s.io"], "SparkApplication", &["sparkapp"], &[
        Pods::at("spec.driver.template", &[]).optional(),
        Pods::at("spec.executor.template", &["spec.executor.instances"]).optional(),
        Pods::closed("spec.driver", SPARK_POD),
        Pods::closed("spec.executor", SPARK_POD),
    ]),
    Row::new(&["sparkoperator.k8s.io"], "ScheduledSparkApplication", &["scheduledsparkapp"], &[
        Pods::at("spec.template.driver.template", &[]).updated(CLOCK).optional(),
        Pods::at("spec.template.executor.template", &["spec.template.executor.instances"]).updated(CLOCK).optional(),
        Pods::closed("spec.template.driver", SPARK_POD),
        Pods::closed("spec.template.executor", SPARK_POD),
    ]),
    // ray-project/kuberay
    Row::new(RAY, "RayCluster", &[], ray!("spec")),
    Row::new(RAY, "RayJob", &[], ray!("spec.rayClusterSpec", Pods::at("spec.submitterPodTemplate", &[]).optional())),
    Row::new(RAY, "RayService", &[], ray!("spec.rayClusterConfig")),
    Row::new(RAY, "RayCronJob", &[], ray!(
        "spec.jobTemplate.rayClusterSpec",
        Pods::at("spec.jobTemplate.submitterPodTemplate", &[]).optional()
    )),
    // fluxcd/helm-controller and its forerunner, fluxcd/kustomize-controller
    Row::rendered(&["helm.toolkit.fluxcd.io", "helm.fluxcd.io"], "HelmRelease", &["hr"], &HELM_RELEASE),
    Row::rendered(&["kustomize.toolkit.fluxcd.io"], "Kustomization", &["ks"], &FLUX_FOLDER),
    // k3s-io/helm-controller
    Row::rendered(&["helm.cattle.io"], "HelmChart", &[], &HELM_CHART),
    Row::rendered(&["helm.cattle.io"], "HelmChartConfig", &[], &HELM_CHART),
    // argoproj/argo-cd
    Row::rendered(ARGO, "Application", &["app"], &APPLICATION),
    Row::rendered(ARGO, "ApplicationSet", &["appset"], &APPLICATION_SET),
    // rancher/fleet
    Row::rendered(&["fleet.cattle.io"], "GitRepo", &[], &FLEET),
    Row::rendered(&["fleet.cattle.io"], "HelmOp", &[], &FLEET),
    Row::rendered(&["fleet.cattle.io"], "Bundle", &[], &FLEET),
    // carvel-dev/kapp-controller
    Row::rendered(&["kappctrl.k14s.io"], "App", &[], &KAPP),
    Row::rendered(&["packaging.carvel.dev"], "PackageInstall", &["pkgi"], &KAPP),
    // crossplane-contrib/provider-helm
    Row::rendered(&["helm.crossplane.io", "helm.m.crossplane.io"], "Release", &[], &CROSSPLANE),
    // kubernetes-sigs/cluster-api-addon-provider-helm
    Row::rendered(&["addons.cluster.x-k8s.io"], "HelmChartProxy", &[], &CLUSTER_API),
    // kubevela/kubevela
    Row::rendered(&["core.oam.dev"], "Application", &["app"], &KUBEVELA),
    // projectsveltos/addon-controller
    Row::rendered(&["config.projectsveltos.io"], "ClusterProfile", &[], &SVELTOS),
    Row::rendered(&["config.projectsveltos.io"], "Profile", &[], &SVELTOS),
    // kluctl/kluctl
    Row::rendered(&["gitops.kluctl.io"], "KluctlDeployment", &[], &KLUCTL),
    // GoogleContainerTools/kpt-config-sync
    Row::rendered(&["configsync.gke.io"], "RootSync", &[], &CONFIG_SYNC),
    Row::rendered(&["configsync.gke.io"], "RepoSync", &[], &CONFIG_SYNC),
    // kubeflow/trainer, volcano-sh/apis
    Row::rendered(TRAINER, "TrainJob", &[], &TRAIN_JOB),
    Row::rendered(TRAINER, "OptimizationJob", &[], &OPTIMIZATION_JOB),
    Row::rendered(&["flow.volcano.sh"], "JobFlow", &["jf"], &JOB_FLOW),
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
