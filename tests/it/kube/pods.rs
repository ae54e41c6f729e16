//! Every kind of the table, and what is in none.

use std::collections::HashSet;

use wgsidecar::kube::kinds::WORKLOADS;
use wgsidecar::kube::unlisted::paths;
use wgsidecar::kube::{Kinds, Template, Workload, objects, unlisted, workload};
use wgsidecar::yaml::{Kind, Tree};

use super::{only_object, only_workload, parse};

/// `apiVersion kind`, the objects' `spec`, and the templates with their counts as they should be found.
const TEMPLATES: &[(&str, &str, &[&str])] = &[
    ("v1 Pod", "spec: {}", &[""]),
    ("v1 PodTemplate", "template: {}", &["template"]),
    (
        "v1 ReplicationController",
        "spec: {replicas: 2, template: {}}",
        &["spec.template spec.replicas=2"],
    ),
    ("apps/v1 Deployment", "spec: {replicas: 3, template: {}}", &["spec.template spec.replicas=3"]),
    ("apps/v1beta2 Deployment", "spec: {template: {}}", &["spec.template"]),
    ("extensions/v1beta1 Deployment", "spec: {template: {}}", &["spec.template"]),
    ("apps/v1 ReplicaSet", "spec: {template: {}}", &["spec.template"]),
    (
        "apps/v1 StatefulSet",
        "spec: {replicas: 0x2, template: {}}",
        &["spec.template spec.replicas=2"],
    ),
    ("apps/v1 DaemonSet", "spec: {template: {}}", &["spec.template"]),
    ("batch/v1 Job", "spec: {parallelism: 4, template: {}}", &["spec.template spec.parallelism=4"]),
    (
        "batch/v1 CronJob",
        "spec: {jobTemplate: {spec: {parallelism: 2, template: {}}}}",
        &["spec.jobTemplate.spec.template spec.jobTemplate.spec.parallelism=2"],
    ),
    ("apps.openshift.io/v1 DeploymentConfig", "spec: {template: {}}", &["spec.template"]),
    ("v1 DeploymentConfig", "spec: {template: {}}", &["spec.template"]),
    ("argoproj.io/v1alpha1 Rollout", "spec: {workloadRef: ~, template: {}}", &["spec.template"]),
    ("apps.kruise.io/v1alpha1 CloneSet", "spec: {template: {}}", &["spec.template"]),
    ("apps.kruise.io/v1beta1 StatefulSet", "spec: {template: {}}", &["spec.template"]),
    ("apps.kruise.io/v1alpha1 DaemonSet", "spec: {template: {}}", &["spec.template"]),
    ("apps.kruise.io/v1alpha1 BroadcastJob", "spec: {template: {}}", &["spec.template"]),
    (
        "apps.kruise.io/v1alpha1 AdvancedCronJob",
        "spec: {template: {jobTemplate: {spec: {template: {}}}}}",
        &["spec.template.jobTemplate.spec.template"],
    ),
    ("serving.knative.dev/v1 Service", "spec: {template: {}}", &["spec.template"]),
    ("serving.knative.dev/v1 Configuration", "spec: {template: {}}", &["spec.template"]),
    (
        "keda.sh/v1alpha1 ScaledJob",
        "spec: {jobTargetRef: {template: {}}}",
        &["spec.jobTargetRef.template"],
    ),
    (
        "jobset.x-k8s.io/v1alpha2 JobSet",
        "spec: {replicatedJobs: [{replicas: 1, template: {spec: {template: {}}}},
           {replicas: 2, template: {spec: {parallelism: 3, template: {}}}}, {name: bare}]}",
        &[
            "spec.replicatedJobs[0].template.spec.template spec.replicatedJobs[0].replicas=1",
            "spec.replicatedJobs[1].template.spec.template spec.replicatedJobs[1].replicas=2 \
             spec.replicatedJobs[1].template.spec.parallelism=3",
        ],
    ),
    (
        "leaderworkerset.x-k8s.io/v1 LeaderWorkerSet",
        "spec: {replicas: 1, leaderWorkerTemplate: {size: 2, leaderTemplate: {}, workerTemplate: {}}}",
        &[
            "spec.leaderWorkerTemplate.leaderTemplate spec.replicas=1",
            "spec.leaderWorkerTemplate.workerTemplate spec.replicas=1 spec.leaderWorkerTemplate.size=1",
        ],
    ),
    (
        "leaderworkerset.x-k8s.io/v1 LeaderWorkerSet",
        "spec: {leaderWorkerTemplate: {size: 2, workerTemplate: {}}}",
        &["spec.leaderWorkerTemplate.workerTemplate spec.leaderWorkerTemplate.size=2"],
    ),
    (
        "batch.volcano.sh/v1alpha1 Job",
        "spec: {tasks: [{template: {}}, {replicas: 6, template: {}}]}",
        &["spec.tasks[0].template", "spec.tasks[1].template spec.tasks[1].replicas=6"],
    ),
    (
        "kubeflow.org/v1 PyTorchJob",
        "spec: {runPolicy: {Worker: {template: {}}},
           pytorchReplicaSpecs: {Master: {template: {}}, Worker: {replicas: 3, template: {}}}}",
        &[
            "spec.pytorchReplicaSpecs.Master.template",
            "spec.pytorchReplicaSpecs.Worker.template spec.pytorchReplicaSpecs.Worker.replicas=3",
        ],
    ),
    (
        "kubeflow.org/v1 TFJob",
        "spec: {tfReplicaSpecs: {PS: {template: {}}}}",
        &["spec.tfReplicaSpecs.PS.template"],
    ),
    (
        "kubeflow.org/v1 MPIJob",
        "spec: {mpiReplicaSpecs: {Launcher: {template: {}}}}",
        &["spec.mpiReplicaSpecs.Launcher.template"],
    ),
    (
        "kubeflow.org/v1 XGBoostJob",
        "spec: {xgbReplicaSpecs: {Master: {template: {}}}}",
        &["spec.xgbReplicaSpecs.Master.template"],
    ),
    ("kubeflow.org/v1 Notebook", "spec: {template: {}}", &["spec.template"]),
    (
        "ray.io/v1 RayCluster",
        "spec: {headGroupSpec: {template: {}}, workerGroupSpecs: [{replicas: 5, template: {}}]}",
        &[
            "spec.headGroupSpec.template",
            "spec.workerGroupSpecs[0].template spec.workerGroupSpecs[0].replicas=5",
        ],
    ),
    (
        "ray.io/v1 RayJob",
        "spec: {rayClusterSpec: {headGroupSpec: {template: {}}}}",
        &["spec.rayClusterSpec.headGroupSpec.template"],
    ),
    (
        "ray.io/v1 RayService",
        "spec: {rayClusterConfig: {workerGroupSpecs: [{template: {}}]}}",
        &["spec.rayClusterConfig.workerGroupSpecs[0].template"],
    ),
    ("argoproj.io/v1alpha1 Experiment", "spec: {templates: [{replicas: 2, template: {}}, {template: {}}]}", &[
        "spec.templates[0].template spec.templates[0].replicas=2",
        "spec.templates[1].template",
    ]),
    ("argoproj.io/v1alpha1 AnalysisTemplate", METRICS, JOB_METRIC),
    ("argoproj.io/v1alpha1 ClusterAnalysisTemplate", METRICS, JOB_METRIC),
    ("argoproj.io/v1alpha1 AnalysisRun", METRICS, JOB_METRIC),
    (
        "argoproj.io/v1alpha1 Workflow",
        "spec: {templates: [{steps: [[{inline: {script: {}}}, {template: b}]]}, {name: b, container: {}},
           {dag: {tasks: [{inline: {containerSet: {}}}]}}, {data: {}}, {suspend: {}}, {resource: {}}, {http: {}}]}",
        &[
            "spec.templates[1]",
            "spec.templates[3]",
            "spec.templates[0].steps[0][0].inline",
            "spec.templates[2].dag.tasks[0].inline",
            "! spec.templates[5]",
            "! spec.templates[6]",
        ],
    ),
    ("argoproj.io/v1alpha1 WorkflowTemplate", "spec: {templates: [{plugin: {}}]}", &["! spec.templates[0]"]),
    ("argoproj.io/v1alpha1 ClusterWorkflowTemplate", "spec: {templates: [{script: {}}]}", &["spec.templates[0]"]),
    (
        "argoproj.io/v1alpha1 CronWorkflow",
        "spec: {workflowSpec: {templates: [{container: {}}]}}",
        &["spec.workflowSpec.templates[0]"],
    ),
    ("flagger.app/v1beta1 Canary", "spec: {targetRef: {kind: Deployment, name: a}}", &[]),
    ("argoproj.io/v1alpha1 EventSource", "spec: {webhook: {}}", &["! spec"]),
    ("argoproj.io/v1alpha1 Sensor", "spec: {template: {container: {}}}", &["! spec"]),
    (
        "apps.openshift.io/v1 DeploymentConfig",
        "spec: {strategy: {rollingParams: {pre: {execNewPod: {}}, post: {tagImages: []}}}, template: {}}",
        &["spec.template", "! spec.strategy.rollingParams.pre.execNewPod"],
    ),
    ("build.openshift.io/v1 BuildConfig", "spec: {strategy: {type: Docker}}", &["! spec.strategy"]),
    ("build.openshift.io/v1 Build", "spec: {strategy: {type: Docker}}", &["! spec.strategy"]),
    (
        "apps.kruise.io/v1alpha1 UnitedDeployment",
        "spec: {replicas: 2, template: {deploymentTemplate: {spec: {template: {}}}}}",
        &["spec.template.deploymentTemplate.spec.template spec.replicas=2"],
    ),
    (
        "apps.kruise.io/v1alpha1 UnitedDeployment",
        "spec: {template: {advancedStatefulSetTemplate: {spec: {template: {}}}, topology: {}}}",
        &["spec.template.advancedStatefulSetTemplate.spec.template"],
    ),
    ("game.kruise.io/v1alpha1 GameServerSet", "spec: {replicas: 3, gameServerTemplate: {}}", &[
        "spec.gameServerTemplate spec.replicas=3",
    ]),
    ("serving.knative.dev/v1 Revision", "spec: {containers: []}", &[""]),
    ("sources.knative.dev/v1 ContainerSource", "spec: {template: {}}", &["spec.template"]),
    ("sinks.knative.dev/v1alpha1 JobSink", "spec: {job: {spec: {parallelism: 2, template: {}}}}", &[
        "spec.job.spec.template spec.job.spec.parallelism=2",
    ]),
    ("batch.volcano.sh/v1alpha1 CronJob", "spec: {jobTemplate: {spec: {tasks: [{replicas: 2, template: {}}]}}}", &[
        "spec.jobTemplate.spec.tasks[0].template spec.jobTemplate.spec.tasks[0].replicas=2",
    ]),
    ("flow.volcano.sh/v1alpha1 JobTemplate", "spec: {tasks: [{template: {}}]}", &["spec.tasks[0].template"]),
    (
        "training.volcano.sh/v1alpha1 HyperJob",
        "spec: {replicatedJobs: [{replicas: 2, templateSpec: {tasks: [{replicas: 3, template: {}}]}}]}",
        &["spec.replicatedJobs[0].templateSpec.tasks[0].template \
           spec.replicatedJobs[0].templateSpec.tasks[0].replicas=3 spec.replicatedJobs[0].replicas=2"],
    ),
    ("kubeflow.org/v1 PaddleJob", "spec: {paddleReplicaSpecs: {Worker: {replicas: 2, template: {}}}}", &[
        "spec.paddleReplicaSpecs.Worker.template spec.paddleReplicaSpecs.Worker.replicas=2",
    ]),
    ("kubeflow.org/v1 JAXJob", "spec: {jaxReplicaSpecs: {Worker: {template: {}}}}", &["spec.jaxReplicaSpecs.Worker.template"]),
    ("kubeflow.org/v1 MXJob", "spec: {mxReplicaSpecs: {Server: {template: {}}}}", &["spec.mxReplicaSpecs.Server.template"]),
    ("trainer.kubeflow.org/v1alpha1 TrainingRuntime", RUNTIME, RUNTIME_JOBS),
    ("trainer.kubeflow.org/v1alpha1 ClusterTrainingRuntime", RUNTIME, RUNTIME_JOBS),
    (
        "kubeflow.org/v1beta1 Experiment",
        "spec: {parallelTrialCount: 2, trialTemplate: {trialSpec: {spec: {template: {}}}}}",
        &["spec.trialTemplate.trialSpec.spec.template spec.parallelTrialCount=2"],
    ),
    (
        "kubeflow.org/v1beta1 Trial",
        "spec: {runSpec: {spec: {tfReplicaSpecs: {PS: {template: {}}}}}}",
        &["spec.runSpec.spec.tfReplicaSpecs.PS.template"],
    ),
    (
        "kubeflow.org/v1beta1 ScheduledWorkflow",
        "spec: {workflow: {spec: {templates: [{container: {}}]}}}",
        &["spec.workflow.spec.templates[0]"],
    ),
    ("kubeflow.org/v1beta1 Viewer", "spec: {podTemplateSpec: {}}", &["spec.podTemplateSpec"]),
    (
        "sparkoperator.k8s.io/v1beta2 SparkApplication",
        "spec: {driver: {template: {}}, executor: {instances: 2}}",
        &["spec.driver.template", "! spec.executor"],
    ),
    (
        "sparkoperator.k8s.io/v1beta2 ScheduledSparkApplication",
        "spec: {template: {driver: {}, executor: {instances: 2, template: {}}}}",
        &["spec.template.executor.template spec.template.executor.instances=2", "! spec.template.driver"],
    ),
    (
        "ray.io/v1 RayJob",
        "spec: {submitterPodTemplate: {}, rayClusterSpec: {headGroupSpec: {template: {}}}}",
        &["spec.rayClusterSpec.headGroupSpec.template", "spec.submitterPodTemplate"],
    ),
    (
        "ray.io/v1 RayCronJob",
        "spec: {jobTemplate: {rayClusterSpec: {headGroupSpec: {template: {}}}}}",
        &["spec.jobTemplate.rayClusterSpec.headGroupSpec.template"],
    ),
];

const METRICS: &str = "spec: {metrics: [{provider: {web: {}}}, {provider: {job: {spec: {parallelism: 2, template: {}}}}}]}";
const JOB_METRIC: &[&str] =
    &["spec.metrics[1].provider.job.spec.template spec.metrics[1].provider.job.spec.parallelism=2"];
const RUNTIME: &str = "spec: {mlPolicy: {numNodes: 4}, template: {spec: {replicatedJobs: [{template: {spec: {template: {}}}}]}}}";
const RUNTIME_JOBS: &[&str] =
    &["spec.template.spec.replicatedJobs[0].template.spec.template spec.mlPolicy.numNodes=4"];

#[test]
fn finds_the_pods_of_every_kind() {
    for (kind, body, expected) in TEMPLATES {
        let (api_version, kind) = kind.split_once(' ').expect("a version and a kind");
        let text = format!("apiVersion: {api_version}\nkind: {kind}\n{body}\n");
        let tree = parse(&text);
        let found = only_workload(&tree);
        assert_eq!(described(&tree, &found), *expected, "{text}");
    }
}

pub(super) fn described(tree: &Tree, workload: &Workload) -> Vec<String> {
    let describe = |template: &Template| {
        assert_eq!(template.chain.first(), Some(&workload.object.node));
        assert_eq!(template.chain.last(), Some(&template.node));
        let counts = template.counts(tree, &workload.object).into_iter();
        let counts = counts.map(|count| format!(" {}={}", count.field, count.pods));
        format!("{}{}", template.field(tree), counts.collect::<String>())
    };
    // What can hold no init container is marked so.
    let closed = workload.closed.iter().map(|closed| format!("! {}", closed.field));
    workload.templates.iter().map(describe).chain(closed).collect()
}

#[test]
fn the_list_above_names_every_row_of_the_table() {
    for row in WORKLOADS.iter().filter(|row| row.elsewhere.is_none()) {
        let listed = |group: &str| {
            TEMPLATES.iter().any(|(kind, ..)| {
                let (api_version, kind) = kind.split_once(' ').unwrap();
                row.kind == kind
                    && api_version.rsplit_once('/').map_or("", |(group, _)| group) == group
            })
        };
        assert!(listed(row.groups[0]), "{}/{}", row.groups[0], row.kind);
    }
}

#[test]
fn a_group_decides_with_the_kind() {
    for (api_version, kind) in [
        ("v1", "Service"),
        ("apps/v1", "Service"),
        ("example.com/v1", "Deployment"),
        ("apps/v1", "deployment"),
        ("pkg.crossplane.io/v1", "Configuration"),
        ("batch/v1", "Deployment"),
    ] {
        let text = format!("apiVersion: {api_version}\nkind: {kind}\nspec: {{template: {{}}}}\n");
        let tree = parse(&text);
        assert!(workload(&tree, &Kinds::builtin(), &only_object(&tree)).is_none(), "{text}");
    }
}

#[test]
fn lists_of_other_kinds_are_unpacked() {
    let deployment = "{kind: Deployment, apiVersion: apps/v1, metadata: {name: NAME}}";
    let named = |name: &str| deployment.replace("NAME", name);
    for (text, names) in [
        (
            format!(
                "apiVersion: template.openshift.io/v1\nkind: Template\nobjects: [{}, {}]",
                named("a"),
                named("b")
            ),
            vec!["a", "b"],
        ),
        (format!("apiVersion: v1\nkind: Template\nobjects: [{}]", named("a")), vec!["a"]),
        (
            format!(
                "apiVersion: v1\nkind: List\nitems: [{{apiVersion: v1, kind: Template, objects: [{}]}}, {}]",
                named("a"),
                named("b")
            ),
            vec!["a", "b"],
        ),
        (
            format!(
                "apiVersion: template.openshift.io/v1\nkind: TemplateInstance\nspec: {{template: {{objects: [{}]}}}}",
                named("a")
            ),
            vec!["a"],
        ),
        (
            format!(
                "apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nspec: {{workload: {{manifests: [{}]}}}}",
                named("a")
            ),
            vec!["a"],
        ),
        (
            format!(
                "apiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nspec: {{resources: [{}]}}",
                named("a")
            ),
            vec!["a"],
        ),
        // Somebody else's, and one that holds nothing.
        (
            format!(
                "apiVersion: x.y/v1\nkind: Template\nmetadata: {{name: own}}\nobjects: [{}]",
                named("a")
            ),
            vec!["own"],
        ),
        ("apiVersion: v1\nkind: Template\nmetadata: {name: own}\nobjects: ~".into(), vec!["own"]),
    ] {
        let tree = parse(&text);
        let found = objects(&tree).unwrap();
        assert_eq!(
            found.iter().map(|object| object.name.as_ref()).collect::<Vec<_>>(),
            names,
            "{text}"
        );
    }
}

#[test]
fn what_a_list_of_another_kind_must_not_hold_is_an_error() {
    for (text, message) in [
        ("apiVersion: v1\nkind: Template\nobjects: 3", "the objects of this one are not a list"),
        ("apiVersion: v1\nkind: Template\nobjects: [a]", "an item of a list is not an object"),
        (
            "apiVersion: v1\nkind: List\nx: &x [{kind: Pod}]\nitems: [{apiVersion: v1, kind: Template, objects: *x}]",
            "these objects are written elsewhere: write them out here",
        ),
    ] {
        let tree = parse(text);
        assert_eq!(objects(&tree).unwrap_err().message, message, "{text}");
    }
}

#[test]
fn a_rollout_of_another_workload_has_no_pods_of_its_own() {
    let tree = parse(
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {workloadRef: {kind: Deployment}, template: {}}\n",
    );
    let rollout = only_workload(&tree);
    assert!(rollout.templates.is_empty());
    assert_eq!(rollout.skipped, Some("its pods are those of its workloadRef"));
}

#[test]
fn templates_are_found_through_aliases_and_merges_and_say_so() {
    let aliased = "apiVersion: apps/v1\nkind: Deployment\nx: &t {metadata: {}, spec: {}}\nspec: {template: *t}\n";
    let tree = parse(aliased);
    let template = only_workload(&tree).templates.remove(0);
    assert_eq!(tree.kind(template.node), Kind::Alias);
    assert!(template.metadata.is_some() && template.spec.is_some());

    let merged =
        "apiVersion: apps/v1\nkind: Deployment\nx: &t {template: {spec: {}}}\nspec: {<<: *t}\n";
    let tree = parse(merged);
    assert_eq!(only_workload(&tree).templates.len(), 1);
}

#[test]
fn what_is_no_mapping_is_a_template_without_a_spec() {
    for value in ["~", "", "[]", "text", "{spec: ~}"] {
        let text = format!("apiVersion: apps/v1\nkind: Deployment\nspec:\n  template: {value}\n");
        let tree = parse(&text);
        let workload = only_workload(&tree);
        let spec = workload.templates[0].spec;
        assert!(spec.is_none_or(|spec| tree.is_null(spec)), "{text}");
    }
    let tree = parse("apiVersion: apps/v1\nkind: Deployment\nspec: []\n");
    assert!(only_workload(&tree).templates.is_empty());
}

#[test]
fn aliases_do_not_multiply_templates() {
    let mut text =
        String::from("apiVersion: kubeflow.org/v1\nkind: TFJob\nspec:\n  aReplicaSpecs: &x\n");
    (0..1000).for_each(|n| text += &format!("    w{n}: {{template: {{}}}}\n"));
    (0..1000).for_each(|n| text += &format!("  b{n}ReplicaSpecs: *x\n"));
    let tree = parse(&text);
    assert_eq!(only_workload(&tree).templates.len(), 2000);
}

#[test]
fn pods_that_no_table_leads_to_are_found_with_their_paths() {
    let pod = "spec: {containers: [{name: a, image: b}]}";
    let cases: &[(&str, &[&str])] = &[
        ("spec: {template: {POD}}", &["spec.template"]),
        ("POD", &["."]),
        ("spec: {sets: [{t: {POD}}, {u: 3}, {t: {POD}}]}", &["spec.sets[*].t"]),
        (
            "spec: {master: {template: {POD}}, workers: [{template: {POD}}]}",
            &["spec.master.template", "spec.workers[*].template"],
        ),
        // Flink leaves the image to its operator.
        (
            "spec: {podTemplate: {spec: {containers: [{name: main}]}}, jobManager: {podTemplate: {POD}}}",
            &["spec.podTemplate", "spec.jobManager.podTemplate"],
        ),
        ("spec: {patch: {spec: {containers: [{name: main}]}}}", &[]),
        (
            "spec: {template: {spec: {containers: [{name: a, image: '${IMAGE}'}]}}}",
            &["spec.template"],
        ),
        // No path leads to containers that are in no `spec`, but they are found.
        ("template: {containers: [{name: a, image: b}]}", &[]),
        (
            "spec: {predictor: {containers: [{name: a, image: b}]}, template: {POD}}",
            &["spec.template"],
        ),
        ("spec: {template: {POD}, subsets: [{patch: {POD}}]}", &["spec.template"]),
        ("spec: {containers: [{name: '*', image: '!*:latest'}]}", &[]),
        ("spec: {containers: [{name: a, image: '{{ x }}'}]}", &[]),
        ("spec: {containers: 3}", &[]),
        ("status: {template: {POD}}", &[]),
        ("metadata: {x: {POD}}", &[]),
        // No flag can name a path through such a key.
        ("spec: {a/b: {POD}}", &[]),
    ];
    for (body, expected) in cases {
        let text = format!("apiVersion: x.y/v1\nkind: Widget\n{}\n", body.replace("POD", pod));
        let tree = parse(&text);
        let found = unlisted(&tree, tree.root(), &HashSet::new());
        assert_eq!(paths(&found), *expected, "{text}");
        let bare = found.iter().filter(|found| found.path.is_none()).count();
        assert_eq!(
            bare,
            text.matches("predictor").count() + text.matches("template: {containers").count()
        );
        assert!(found.iter().all(|found| tree.raw(found.containers) == "containers"));
    }
}

#[test]
fn what_a_table_leads_to_is_not_found_again() {
    let text = "apiVersion: ray.io/v1\nkind: RayCluster\nspec:\n  headGroupSpec: {template: &a {spec: {containers: [{name: a, image: b}]}}}\n  extra: {template: {spec: {containers: [{name: a, image: b}]}}}\n";
    let tree = parse(text);
    let known = only_workload(&tree).templates.iter().map(|template| template.node).collect();
    let found = unlisted(&tree, tree.root(), &known);
    assert_eq!(paths(&found), ["spec.extra.template"]);
}
