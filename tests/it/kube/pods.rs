//! Every kind of the table, and what is in none.

use wgsidecar::kube::kinds::WORKLOADS;
use wgsidecar::kube::{Kinds, Template, Workload, unknown_workload, workload};
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
];

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
        let counts = template.counts(tree).into_iter();
        let counts = counts.map(|count| format!(" {}={}", count.field, count.pods));
        format!("{}{}", template.field(tree), counts.collect::<String>())
    };
    workload.templates.iter().map(describe).collect()
}

#[test]
fn the_list_above_names_every_row_of_the_table() {
    for row in WORKLOADS {
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
fn pods_in_unknown_kinds_are_found_with_their_path() {
    let container = "[{name: a, image: b}]";
    for (kind, body, path) in [
        (
            "x.y/v1 Widget",
            format!("spec: {{template: {{spec: {{containers: {container}}}}}}}"),
            Some("spec.template"),
        ),
        ("x.y/v1 Widget", format!("spec: {{containers: {container}}}"), Some(".")),
        (
            "x.y/v1 Widget",
            format!("spec: {{sets: [{{t: {{spec: {{containers: {container}}}}}}}]}}"),
            Some("spec.sets[*].t"),
        ),
        (
            "x.y/v1 Deployment",
            format!("spec: {{template: {{spec: {{containers: {container}}}}}}}"),
            Some("spec.template"),
        ),
        ("x.y/v1 Widget", format!("template: {{containers: {container}}}"), None),
        ("x.y/v1 Widget", "spec: {containers: [{name: '*', image: '!*:latest'}]}".into(), None),
        ("x.y/v1 Widget", "spec: {containers: 3}".into(), None),
        ("x.y/v1 CustomResourceDefinition", format!("spec: {{containers: {container}}}"), None),
        ("apps/v1 Deployment", format!("spec: {{containers: {container}}}"), None),
        ("v1 Service", format!("spec: {{containers: {container}}}"), None),
    ] {
        let (api_version, kind) = kind.split_once(' ').unwrap();
        let text = format!("apiVersion: {api_version}\nkind: {kind}\n{body}\n");
        let tree = parse(&text);
        let found = unknown_workload(&tree, &Kinds::builtin(), &only_object(&tree));
        assert_eq!(found.as_ref().map(|found| found.path.as_str()), path, "{text}");
        assert!(found.is_none_or(|found| tree.raw(found.containers) == "containers"));
    }
}
