//! Which workloads are chosen.

use wgsidecar::kube::{Choice, Id, Kinds, Selector, Target, Targets};

use super::{only_workload, parse};

const ALL: &str = "";

/// What the user asks for, as flags would say it, separated by blanks.
fn targets(asked: &str) -> Targets {
    let kinds = Kinds::builtin();
    let mut targets = Targets::default();
    for word in asked.split_whitespace() {
        match word.split_once('=').unwrap_or((word, "")) {
            ("-l", text) => targets.selector = Some(Selector::parse(text).unwrap()),
            ("-n", name) => targets.namespace = Some(name.into()),
            ("--only-enabled", _) => targets.only_enabled = true,
            (_, text) => targets.named.push(Target::parse(text, &kinds).unwrap()),
        }
    }
    targets
}

fn choice(asked: &str, metadata: &str, template: &str) -> String {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, {metadata}}}\nspec: {{template: {{metadata: {{{template}}}}}}}\n"
    );
    let tree = parse(&text);
    let workload = only_workload(&tree);
    match targets(asked).decide(&tree, &workload, workload.templates.first()) {
        Choice::Target => "target".into(),
        Choice::NotSelected => "-".into(),
        Choice::Skipped(reason) => reason.into(),
        Choice::InvalidValue(nodes) => {
            nodes.into_iter().map(|node| tree.raw(node)).collect::<Vec<_>>().join(" ")
        }
    }
}

const ENABLED: &str = "labels: {wgsidecar.dev/inject: enabled}";
const DISABLED: &str = "annotations: {wgsidecar.dev/inject: disabled}";
const HOOK: &str = "annotations: {helm.sh/hook: pre-install}";
const OUT: &str = "disabled by wgsidecar.dev/inject";

#[test]
fn decides_by_what_is_asked_and_by_the_objects_own_word() {
    let in_a = "namespace: a, labels: {app: x}";
    let both =
        "annotations: {wgsidecar.dev/inject: enabled}, labels: {wgsidecar.dev/inject: disabled}";
    let own_hook = "annotations: {helm.sh/hook: test, wgsidecar.dev/inject: enabled}";
    for (asked, metadata, template, expected) in [
        (ALL, "", "", "target"),
        ("-l=app=x", in_a, "", "target"),
        ("-l=app=y", in_a, "", "-"),
        ("-l=app=x", "", "labels: {app: x}", "-"),
        ("-n=a", in_a, "", "target"),
        ("-n=b", in_a, "", "-"),
        ("-n=b", "", "", "target"),
        ("--target=deploy/web", "", "", "target"),
        ("--target=deploy/db", "", "", "-"),
        ("--target=sts/web", "", "", "-"),
        ("--target=deploy/db --target=deploy/web", "", "", "target"),
        ("--target=deploy/web -n=b", in_a, "", "-"),
        ("--target=deploy/web -l=app=y", in_a, "", "-"),
        (ALL, DISABLED, "", OUT),
        (ALL, "", DISABLED, OUT),
        ("--target=deploy/web", DISABLED, "", OUT),
        ("-l=app=y", DISABLED, "", "-"),
        (ALL, DISABLED, ENABLED, "target"),
        (ALL, ENABLED, DISABLED, OUT),
        (ALL, both, "", "target"),
        ("--only-enabled", "", "", "-"),
        ("--only-enabled", ENABLED, "", "target"),
        ("--only-enabled", "", ENABLED, "target"),
        ("--only-enabled", DISABLED, "", OUT),
        ("--only-enabled -n=b", "namespace: a, labels: {wgsidecar.dev/inject: enabled}", "", "-"),
        (ALL, HOOK, "", "Helm hook"),
        (ALL, "", HOOK, "target"),
        ("--target=deploy/web", HOOK, "", "target"),
        ("-l=!app", HOOK, "", "Helm hook"),
        (ALL, HOOK, ENABLED, "target"),
        (ALL, own_hook, "", "target"),
        ("--only-enabled", own_hook, "", "target"),
        ("--only-enabled", HOOK, "", "-"),
    ] {
        assert_eq!(choice(asked, metadata, template), expected, "{asked} {metadata} | {template}");
    }
}

#[test]
fn a_word_that_means_nothing_is_handed_out() {
    for word in ["on", "true", "'true'", "Enabled", "1", "~", "[]", "''"] {
        let own = format!("labels: {{wgsidecar.dev/inject: {word}}}");
        assert_eq!(choice(ALL, &own, ""), word);
        assert_eq!(choice(ALL, DISABLED, &own), word);
        assert_eq!(choice("-n=b", &format!("namespace: a, {own}"), ""), "-");
        assert_eq!(choice("--only-enabled", &own, ""), word);
    }
    let own = "labels: {wgsidecar.dev/inject: off}, annotations: {wgsidecar.dev/inject: no}";
    assert_eq!(choice(ALL, own, ENABLED), "no off");
}

#[test]
fn a_rollout_of_another_workload_is_skipped_only_where_it_is_selected() {
    let tree = parse("apiVersion: argoproj.io/v1\nkind: Rollout\nspec: {workloadRef: {name: a}}\n");
    let rollout = only_workload(&tree);
    let skipped = Choice::Skipped("its pods are those of its workloadRef");
    assert_eq!(targets(ALL).decide(&tree, &rollout, None), skipped);
    assert_eq!(targets("-l=app").decide(&tree, &rollout, None), Choice::NotSelected);
}

#[test]
fn knows_kubectls_spellings() {
    let kinds = Kinds::builtin();
    let names = |target: &Target| {
        target.names(Id { group: "apps", kind: "Deployment", namespace: Some("shop"), name: "web" })
    };
    for kind in [
        "Deployment",
        "deployment",
        "deployments",
        "deploy",
        "DEPLOY",
        "deployments.apps",
        "deployment.v1.apps",
    ] {
        assert!(names(&Target::parse(&format!("{kind}/web"), &kinds).unwrap()), "{kind}");
    }
    // As reports name a workload where there are several namespaces.
    assert!(names(&Target::parse("shop/deployment/web", &kinds).unwrap()));
    for target in [
        "deploy/Web",
        "sts/web",
        "po/web",
        "clone/web",
        "deployment.extensions/db",
        "media/deploy/web",
    ] {
        assert!(!names(&Target::parse(target, &kinds).unwrap()), "{target}");
    }
    let form = "is not a target: write `KIND/NAME`, such as `deploy/web`";
    for target in
        ["web", "", "deploy/", "/web", "/deploy/web", "a/b/deploy/web", "deploy/*", "deploy/a b"]
    {
        let reason = Target::parse(target, &kinds).unwrap_err();
        assert_eq!(reason, format!("`{target}` {form}"));
    }
    for (target, reason) in [
        ("configmap/web", "`configmap` in `configmap/web` is not a kind of workload"),
        (
            "deploymnt/web",
            "`deploymnt` in `deploymnt/web` is not a kind of workload: did you mean `Deployment`?",
        ),
    ] {
        assert_eq!(Target::parse(target, &kinds).unwrap_err(), reason);
    }
    assert!(Target::parse("deployments.batch/web", &kinds).is_err());
    assert!(Target::parse("pod/web-*", &kinds).is_ok(), "a name that the API server makes");
}

#[test]
fn an_object_of_any_kind_is_named_as_it_is_called() {
    let kinds = Kinds::builtin();
    let names = |target: &str, group: &str, kind: &str| {
        Target::of_any_kind(target, &kinds).unwrap().names(Id {
            group,
            kind,
            namespace: Some("shop"),
            name: "a",
        })
    };
    for (target, group, kind) in [
        ("deploy/a", "apps", "Deployment"),
        ("Secret/a", "", "Secret"),
        ("secrets/a", "", "Secret"),
        ("networkpolicies/a", "networking.k8s.io", "NetworkPolicy"),
        ("Widget/a", "example.com", "Widget"),
    ] {
        assert!(names(target, group, kind), "{target}");
    }
    assert!(!names("Secret/a", "", "Service") && !names("Widget/b", "example.com", "Widget"));
    for (target, reason) in [
        ("shop/Secret/a", "leave the namespace out"),
        ("qbittorrent", "is not a target"),
        ("Deployment/*", "is not a target"),
        ("widget/a", "write it as manifests do"),
        ("Deploymnt/a", "did you mean `Deployment`?"),
    ] {
        let error = Target::of_any_kind(target, &kinds).unwrap_err();
        assert!(error.contains(reason), "{target}: {error}");
    }
}
