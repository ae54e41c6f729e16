//! The table by name, and what users add to it.

use wgsidecar::kube::{Class, Kinds, workload};

use super::pods::described;
use super::{only_object, parse};

#[test]
fn the_name_of_a_kind_alone_says_whether_a_document_matters() {
    let kinds = Kinds::with(&["example.com/Role=spec.template"]).unwrap();
    for (kind, class) in [
        ("Deployment", Class::Workload),
        ("Service", Class::Workload),
        ("Role", Class::Workload),
        ("Secret", Class::Read),
        ("NetworkPolicy", Class::Read),
        ("List", Class::List),
        ("DeploymentList", Class::List),
        ("ResourceList", Class::List),
        ("ConfigMap", Class::Builtin),
        ("CustomResourceDefinition", Class::Builtin),
        ("Widget", Class::Unknown),
        ("deployment", Class::Unknown),
    ] {
        assert_eq!(kinds.class(kind), class, "{kind}");
    }
    assert_eq!(Kinds::builtin().class("Role"), Class::Builtin);
}

#[test]
fn what_is_no_kind_and_path_says_why() {
    for (named, reason) in [
        ("Widget", "`Widget`: no `=`: a workload is written `group/Kind=path.of.the.pod.template`"),
        (
            "x.y/widget=spec",
            "`x.y/widget=spec`: `widget` is not a kind: one begins with a capital letter",
        ),
        ("X.y/Widget=spec", "`X.y/Widget=spec`: `X.y` is not an API group"),
        ("x.y/=spec", "`x.y/=spec`: `` is not a kind: one begins with a capital letter"),
        ("Widget=", "`Widget=`: `` is not a path: a key is missing"),
        (
            "Widget=spec..template",
            "`Widget=spec..template`: `spec..template` is not a path: a key is missing",
        ),
        (
            "Widget=spec.pods[0]",
            "`Widget=spec.pods[0]`: `spec.pods[0]` is not a path: `pods[0]` is neither a key, `*`, `*Suffix` nor `key[*]`",
        ),
    ] {
        assert_eq!(Kinds::with(&[named]).unwrap_err(), reason);
    }
}

#[test]
fn a_user_adds_kinds_and_paths() {
    let body =
        "spec: {replicas: 2, pods: [{replicas: 3, template: {}}], template: {}, podTemplate: {}}";
    for (named, kind, expected) in [
        (
            "example.com/Widget=spec.template",
            "example.com/v1 Widget",
            "spec.template spec.replicas=2",
        ),
        (
            "example.com/v1/Widget=spec.template",
            "example.com/v2 Widget",
            "spec.template spec.replicas=2",
        ),
        ("Widget = spec.template", "v1 Widget", "spec.template spec.replicas=2"),
        ("v1/Widget=spec.template", "v1 Widget", "spec.template spec.replicas=2"),
        ("/Widget=spec.podTemplate", "v1 Widget", "spec.podTemplate spec.replicas=2"),
        ("x.y/Widget=.", "x.y/v1 Widget", " spec.replicas=2"),
        (
            "x.y/Widget=spec.pods[*].template",
            "x.y/v1 Widget",
            "spec.pods[0].template spec.pods[0].replicas=3 spec.replicas=2",
        ),
        ("apps/Deployment=spec.template", "apps/v1 Deployment", "spec.template spec.replicas=2"),
        (
            "apps/Deployment=spec.podTemplate",
            "apps/v1 Deployment",
            "spec.template spec.replicas=2|spec.podTemplate spec.replicas=2",
        ),
    ] {
        let (api_version, kind) = kind.split_once(' ').unwrap();
        let text = format!("apiVersion: {api_version}\nkind: {kind}\n{body}\n");
        let tree = parse(&text);
        let kinds = Kinds::with(&[named]).unwrap();
        let found = workload(&tree, &kinds, &only_object(&tree)).unwrap();
        assert_eq!(described(&tree, &found).join("|"), expected, "{named}");
    }
}

#[test]
fn a_name_of_several_kinds_means_all_of_them() {
    let kinds = Kinds::with(&["example.com/Widget=spec.template"]).unwrap();
    for (word, count) in [
        ("job", 2),
        ("jobs.batch", 1),
        ("jobs.batch.volcano.sh", 1),
        ("vj", 1),
        ("sts", 2),
        ("widgets", 1),
    ] {
        assert_eq!(kinds.called(word).len(), count, "{word}");
    }
}
