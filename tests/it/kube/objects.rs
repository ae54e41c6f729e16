//! Objects in documents and lists.

use wgsidecar::kube::object::{self, pairs};
use wgsidecar::kube::objects;
use wgsidecar::lint::Resource;

use super::{only_object, parse};

/// A document and what its objects are called: `group kind/name namespace`.
const OBJECTS: &[(&str, &[&str])] = &[
    ("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: a}}", &["apps Deployment/web a"]),
    ("{kind: Pod, apiVersion: v1, metadata: {generateName: web-}}", &[" Pod/web-* "]),
    ("{kind: Pod, apiVersion: v1, metadata: {name: '', generateName: web-}}", &[" Pod/web-* "]),
    ("{\"k\\x69nd\": \"P\\x6fd\", apiVersion: \"apps\\x2fv1\"}", &["apps Pod/ "]),
    ("{kind: Pod}", &[" Pod/ "]),
    ("{apiVersion: v1}", &[]),
    ("{kind: 3, apiVersion: v1}", &[]),
    ("[a]", &[]),
    ("text", &[]),
    ("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: 1}}]}", &[" Pod/1 "]),
    ("{apiVersion: v1, kind: List, items: ~}", &[]),
    ("{apiVersion: v1, kind: List, items: []}", &[]),
    ("{apiVersion: apps/v1, kind: DeploymentList, items: [{metadata: {name: a}}, {kind: Pod, apiVersion: v1}]}", &["apps Deployment/a ", " Pod/ "]),
    ("{apiVersion: apps/v1, kind: DeploymentList, items: [{kind: Deployment}]}", &[" Deployment/ "]),
    ("{apiVersion: \"apps\\x2fv1\", kind: \"Deployment\\x4cist\", items: [{}]}", &["apps Deployment/ "]),
    ("{apiVersion: v1, kind: List, items: [{metadata: {name: a}}]}", &[]),
    ("{apiVersion: x.y/v1, kind: AllowList, metadata: {name: a}}", &["x.y AllowList/a "]),
    ("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: AllowList}]}", &[" AllowList/ "]),
    (
        "{apiVersion: config.kubernetes.io/v1, kind: ResourceList, functionConfig: {apiVersion: v1, kind: Pod},
          items: [{apiVersion: v1, kind: Service, metadata: {name: a}}]}",
        &[" Service/a "],
    ),
];

#[test]
fn finds_the_objects_of_a_document() {
    for (text, expected) in OBJECTS {
        let tree = parse(text);
        let objects = objects(&tree).unwrap();
        let called = objects.iter().map(|object| {
            let namespace = object.namespace.as_deref().unwrap_or_default();
            format!("{} {}/{} {namespace}", object.group, object.kind, object.name)
        });
        assert_eq!(called.collect::<Vec<_>>(), *expected, "{text}");
    }
}

#[test]
fn refuses_lists_that_kubectl_refuses() {
    for (items, place, message) in [
        ("{}", "{}", "the `items` of a list are not a list"),
        ("text", "text", "the `items` of a list are not a list"),
        ("[3]", "3", "an item of a list is not an object"),
        ("[{kind: PodList, items: []}]", "{kind: PodList, items: []}", "a list within a list"),
        ("[{kind: List, items: ~}]", "{kind: List, items: ~}", "a list within a list"),
    ] {
        let text = format!("{{apiVersion: v1, kind: List, items: {items}}}");
        let tree = parse(&text);
        let error = objects(&tree).unwrap_err();
        assert_eq!((tree.raw(error.node), error.message.as_str()), (place, message), "{text}");
    }
}

#[test]
fn an_item_knows_its_list_and_an_alias_stays_one() {
    let tree = parse("{kind: List, x: &x {kind: Pod, metadata: {name: a}}, items: &i [*x]}");
    let pod = only_object(&tree);
    assert_eq!(tree.raw(pod.node), "*x");
    assert_eq!(pod.list.map(|list| tree.raw(list)), Some("[*x]"));
    assert_eq!(Resource::of(&pod).display(), "pod/a");
    assert_eq!(pod.name_node.map(|node| tree.raw(node)), Some("a"));
}

#[test]
fn labels_and_annotations_are_nodes_whatever_their_type() {
    let tree = parse(
        "{kind: Pod, metadata: {labels: {a: on, b: 'on'}, annotations: {<<: {a: '1'}, x/y: 2}}}",
    );
    let pod = only_object(&tree);
    let raw = |node: Option<_>| node.map(|node| tree.raw(node));
    assert_eq!(raw(pod.label(&tree, "a")), Some("on"));
    assert_eq!(tree.string(pod.label(&tree, "a").unwrap()), None);
    assert_eq!(tree.string(pod.label(&tree, "b").unwrap()).as_deref(), Some("on"));
    assert_eq!(raw(pod.annotation(&tree, "a")), Some("'1'"));
    assert_eq!(raw(pod.annotation(&tree, "x/y")), Some("2"));
    assert_eq!(raw(pod.annotation(&tree, "z")), None);
    assert_eq!(object::label(&tree, None, "a"), None);
}

#[test]
fn pairs_come_in_the_order_in_which_the_last_wins() {
    let tree = parse("{x: &x {a: 1}, y: &y {a: 2, b: 3}, m: {a: 0, <<: [*x, *y], c: 4}}");
    let merged = tree.get(tree.root(), "m").unwrap();
    let pairs: String = pairs(&tree, merged)
        .into_iter()
        .map(|(key, value)| format!("{}{} ", tree.raw(key), tree.raw(value)))
        .collect();
    assert_eq!(pairs, "a0 a2 b3 a1 c4 ");
}

#[test]
fn merges_of_merges_end() {
    let mut text = String::from("m0: &m0 {a: 1}\n");
    for n in 1..16 {
        let below = vec![format!("*m{}", n - 1); 10].join(", ");
        text += &format!("m{n}: &m{n} {{<<: [{below}]}}\n");
    }
    let tree = parse(&text);
    let last = tree.get(tree.root(), "m15").unwrap();
    assert_eq!(pairs(&tree, last).len(), 1);
}
