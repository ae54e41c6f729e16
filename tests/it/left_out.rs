//! Pods that get no tunnel although somebody may count on one: each is said, with the way out.

use crate::support::run;

/// What a run on one manifest is to end with.
struct Case {
    args: &'static [&'static str],
    code: i32,
    /// What standard error must hold; what begins with `!` it must not.
    said: &'static [&'static str],
    manifest: &'static str,
}

fn check(cases: &[Case]) {
    for case in cases {
        let args = [&["inject", "--no-config", "--secret", "vpn"], case.args].concat();
        let ran = run(&args, case.manifest.as_bytes());
        assert_eq!(ran.code, case.code, "{args:?}\n{}\n{}", case.manifest, ran.stderr);
        for said in case.said {
            let (text, wanted) = said.strip_prefix('!').map_or((*said, true), |text| (text, false));
            assert_eq!(ran.stderr.contains(text), wanted, "{said}\n{args:?}\n{}", ran.stderr);
        }
    }
}

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n\
    metadata: {name: web, namespace: media, labels: {app: web}}\nspec: {}\n";
const ASKING: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n\
    metadata: {name: web, labels: {wgsidecar.dev/inject: enabled}}\nspec: {}\n";
const OPTED_OUT: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n\
    metadata: {name: web, labels: {wgsidecar.dev/inject: disabled}}\nspec: {}\n";

#[test]
fn what_is_rendered_elsewhere_is_said() {
    check(&[
        Case {
            args: &[],
            code: 0,
            said: &[
                "warning[rendered-elsewhere]",
                "helmrelease/web: rendered elsewhere",
                "1 rendered elsewhere",
            ],
            manifest: RELEASE,
        },
        Case {
            args: &["--check"],
            code: 0,
            said: &["patch --into FILE", "!nothing to do"],
            manifest: RELEASE,
        },
        // The selection means it: nothing less than an error is honest.
        Case {
            args: &["--target", "hr/web"],
            code: 1,
            said: &["error[rendered-elsewhere]"],
            manifest: RELEASE,
        },
        Case {
            args: &["-l", "app=web"],
            code: 1,
            said: &["error[rendered-elsewhere]"],
            manifest: RELEASE,
        },
        Case {
            args: &["--only-enabled"],
            code: 1,
            said: &["error[rendered-elsewhere]"],
            manifest: ASKING,
        },
        Case { args: &[], code: 1, said: &["error[rendered-elsewhere]"], manifest: ASKING },
        // It does not mean it.
        Case {
            args: &["-n", "media"],
            code: 2,
            said: &["warning[rendered-elsewhere]"],
            manifest: RELEASE,
        },
        Case {
            args: &["-n", "other"],
            code: 2,
            said: &["![rendered-elsewhere]"],
            manifest: RELEASE,
        },
        Case {
            args: &["-l", "app=db"],
            code: 2,
            said: &["![rendered-elsewhere]"],
            manifest: RELEASE,
        },
        Case {
            args: &[],
            code: 0,
            said: &["![rendered-elsewhere]", "skipped (disabled"],
            manifest: OPTED_OUT,
        },
        Case {
            args: &["--allow", "rendered-elsewhere"],
            code: 0,
            said: &["![rendered-elsewhere]"],
            manifest: RELEASE,
        },
    ]);
}

#[test]
fn every_row_of_what_is_rendered_elsewhere_is_said() {
    let rows = wgsidecar::kube::kinds::WORKLOADS.iter().filter(|row| row.elsewhere.is_some());
    let mut count = 0;
    for row in rows {
        for group in row.groups {
            let text =
                format!("apiVersion: {group}/v1\nkind: {}\nmetadata: {{name: web}}\n", row.kind);
            let ran = run(&["inject", "--no-config"], text.as_bytes());
            assert!(ran.stderr.contains("warning[rendered-elsewhere]"), "{text}{}", ran.stderr);
            count += 1;
        }
    }
    assert!(count > 20);
}

#[test]
fn what_has_its_tunnel_or_its_pods_here_is_not_said() {
    let application =
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n";
    for (manifest, wanted) in [
        (format!("{application}  source: {{path: apps/web}}\n"), true),
        (format!("{application}  source: {{plugin: {{name: wgsidecar-v1.0}}}}\n"), false),
        (format!("{application}  sources: [{{plugin: {{name: wgsidecar}}}}]\n"), false),
        (format!("{application}  source: {{plugin: {{name: other}}}}\n"), true),
        (
            "apiVersion: trainer.kubeflow.org/v1alpha1\nkind: TrainJob\nmetadata: {name: a}\n\
             spec: {runtimeRef: {name: torch}}\n"
                .into(),
            true,
        ),
        (
            "apiVersion: trainer.kubeflow.org/v1alpha1\nkind: TrainJob\nmetadata: {name: a}\n\
             spec: {runtimeRef: {name: torch}}\n---\n\
             apiVersion: trainer.kubeflow.org/v1alpha1\nkind: ClusterTrainingRuntime\nmetadata: {name: torch}\n\
             spec: {template: {spec: {replicatedJobs: [{template: {spec: {template: {spec: {containers: [{name: a, \
             image: b}]}}}}}]}}}\n"
                .into(),
            false,
        ),
    ] {
        let ran = run(&["inject", "--no-config"], manifest.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(ran.stderr.contains("[rendered-elsewhere]"), wanted, "{manifest}{}", ran.stderr);
    }
}

#[test]
fn a_folder_that_is_among_the_sources_is_not_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let ks = |path: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: web}}\nspec: {{path: {path}}}\n"
        )
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n";
    write("repo/apps/web/pod.yaml", pod);
    let repo = folder.path().join("repo");
    for (path, wanted) in [
        ("./apps/web", false),
        ("apps/web/", false),
        ("apps/we", true),
        ("./", true),
        ("web", false),
    ] {
        write("repo/ks.yaml", &ks(path));
        let ran = run(&["inject", "--no-config", &repo.to_string_lossy()], b"");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(ran.stderr.contains("[rendered-elsewhere]"), wanted, "{path}\n{}", ran.stderr);
        assert_eq!(ran.stderr.contains("rendered elsewhere"), wanted, "{path}\n{}", ran.stderr);
    }
}

const PAIR: &str = "apiVersion: x.y/v1\nkind: Pair\nmetadata: {name: two}\nspec:\n  \
    first: {spec: {containers: [{name: a, image: b}]}}\n  \
    second: {spec: {containers: [{name: a, image: b}]}}\n";

#[test]
fn pods_of_unknown_kinds_are_said_with_every_path() {
    check(&[
        Case {
            args: &[],
            code: 0,
            said: &[
                "warning[unknown-workload]",
                "`--workload 'x.y/Pair=spec.first' --workload 'x.y/Pair=spec.second'`",
                "pair/two: skipped (its kind is not known)",
            ],
            manifest: PAIR,
        },
        Case {
            args: &["--workload", "x.y/Pair=spec.second"],
            code: 0,
            said: &["warning[template-left-out]", "'x.y/Pair=spec.first'", "pair/two: injected"],
            manifest: PAIR,
        },
        Case {
            args: &["--workload", "x.y/Pair=spec.first", "--workload", "x.y/Pair=spec.second"],
            code: 1,
            said: &["error[secret-shared]", "!template-left-out"],
            manifest: PAIR,
        },
        Case {
            args: &["--workload", "x.y/Pair=spec.*", "--allow", "secret-shared"],
            code: 0,
            said: &["!template-left-out", "2 injected"],
            manifest: PAIR,
        },
        Case { args: &["-l", "a=b"], code: 2, said: &["!unknown-workload"], manifest: PAIR },
        Case { args: &["-n", "x"], code: 2, said: &["warning[unknown-workload]"], manifest: PAIR },
        Case { args: &["--only-enabled"], code: 2, said: &["!unknown-workload"], manifest: PAIR },
        Case {
            args: &["--allow", "unknown-workload"],
            code: 0,
            said: &["![unknown-workload]"],
            manifest: PAIR,
        },
        Case {
            args: &[],
            code: 1,
            said: &["error[unknown-workload]"],
            manifest: "apiVersion: x.y/v1\nkind: One\nmetadata: {name: a, annotations: {wgsidecar.dev/inject: enabled}}\n\
                spec: {template: {spec: {containers: [{name: a, image: b}]}}}\n",
        },
        Case {
            args: &[],
            code: 0,
            said: &["!unknown-workload"],
            manifest: "apiVersion: x.y/v1\nkind: One\nmetadata: {name: a, annotations: {wgsidecar.dev/inject: disabled}}\n\
                spec: {template: {spec: {containers: [{name: a, image: b}]}}}\n",
        },
        // No path leads to its pods.
        Case {
            args: &[],
            code: 0,
            said: &["warning[unknown-workload]", "no path leads to them", "!--workload"],
            manifest: "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: a}\n\
                spec: {predictor: {containers: [{name: a, image: b}]}}\n",
        },
        // The pods that a trigger makes, and the sensor's own.
        Case {
            args: &[],
            code: 0,
            said: &[
                "'argoproj.io/Sensor=spec.triggers[*].template.k8s.source.resource.spec.template'",
                "no tunnel can be put into",
            ],
            manifest: "apiVersion: argoproj.io/v1alpha1\nkind: Sensor\nmetadata: {name: a}\nspec: {triggers: [{template: {k8s: \
                {source: {resource: {kind: Job, spec: {template: {spec: {containers: [{name: a, image: b}]}}}}}}}}]}\n",
        },
        // Its containers are in the pods of others.
        Case {
            args: &[],
            code: 0,
            said: &["!unknown-workload", "nothing to do"],
            manifest: "apiVersion: apps.kruise.io/v1alpha1\nkind: SidecarSet\nmetadata: {name: a}\n\
                spec: {containers: [{name: a, image: b}]}\n",
        },
    ]);
}

const CLUSTER: &str = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: a}\nspec:\n  \
    headGroupSpec: {template: {metadata: {labels: {HEAD}}, spec: {containers: [{name: a, image: b}]}}}\n  \
    workerGroupSpecs: [{template: {metadata: {labels: {WORKER}}, spec: {containers: [{name: a, image: b}]}}}]\n";

#[test]
fn a_template_without_a_tunnel_beside_one_with_it_is_said() {
    let word = |word: &str| format!("wgsidecar.dev/inject: {word}");
    let cluster =
        |head: &str, worker: &str| CLUSTER.replace("HEAD", head).replace("WORKER", worker);
    for (text, args, said) in [
        (cluster(&word("enabled"), ""), &["--only-enabled"][..], true),
        (cluster("", &word("disabled")), &[], false),
        (cluster(&word("enabled"), &word("disabled")), &["--only-enabled"], false),
    ] {
        let ran = run(&[&["inject", "--no-config"], args].concat(), text.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(ran.stderr.contains("warning[template-left-out]"), said, "{text}{}", ran.stderr);
        // `lint` sees the same in what came out, whatever it is told.
        let lint = run(&["lint", "--no-config", "--fail-on", "never"], &ran.stdout);
        let found = String::from_utf8(lint.stdout).unwrap();
        assert_eq!(found.contains("warning[template-left-out]"), said, "{found}");
    }
}

#[test]
fn pods_without_a_place_for_an_init_container_are_said() {
    let source = "apiVersion: argoproj.io/v1alpha1\nkind: EventSource\nmetadata: {name: a, labels: {LABEL}}\nspec: {webhook: {}}\n";
    let hooks = "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: a}\nspec:\n  \
        strategy: {type: Recreate, recreateParams: {pre: {execNewPod: {containerName: a}}}}\n  \
        template: {spec: {containers: [{name: a, image: b}]}}\n";
    for (text, args, code, said) in [
        (source.replace("LABEL", ""), &[][..], 0, Some("warning")),
        (source.replace("LABEL", ""), &["--target", "eventsource/a"], 1, Some("error")),
        (source.replace("LABEL", "wgsidecar.dev/inject: enabled"), &[], 1, Some("error")),
        (source.replace("LABEL", "wgsidecar.dev/inject: disabled"), &[], 0, None),
        (hooks.into(), &[], 0, Some("warning")),
    ] {
        let ran = run(&[&["inject", "--no-config"], args].concat(), text.as_bytes());
        assert_eq!(ran.code, code, "{text}{}", ran.stderr);
        match said {
            Some(level) => assert!(
                ran.stderr.contains(&format!("{level}[template-left-out]")),
                "{}",
                ran.stderr
            ),
            None => assert!(!ran.stderr.contains("template-left-out"), "{}", ran.stderr),
        }
    }
}

/// A kind that may hold pods and holds none is no reason to refuse a run.
#[test]
fn what_holds_no_pods_is_left_alone() {
    for text in [
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: a}\nspec: {metrics: [{provider: {web: {}}}]}\n",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec: {templates: [{suspend: {}}]}\n",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec: {workflowTemplateRef: {name: b}}\n",
        "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\nspec: {clusterSelector: {ray.io/cluster: b}}\n",
    ] {
        let ran = run(&["inject", "--no-config"], text.as_bytes());
        assert_eq!((ran.code, ran.stdout.as_slice()), (0, text.as_bytes()), "{}", ran.stderr);
        assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
        let ran = run(&["uninject", "--no-config"], text.as_bytes());
        assert_eq!((ran.code, ran.stdout.as_slice()), (0, text.as_bytes()), "{}", ran.stderr);
    }
}

/// What a workflow says for all its pods counts for each of its templates.
#[test]
fn a_workflow_speaks_for_its_templates() {
    let workflow = |spec: &str, template: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{name: a}}\nspec:\n  {spec}\n  templates:\n  \
             - name: main\n    container: {{image: b, env: [{{name: PrivateKey, value: x}}], securityContext: {{privileged: true}}}}\n    {template}\n"
        )
    };
    for (spec, template, args, said) in [
        ("hostNetwork: true", "", &[][..], "error[host-network]"),
        ("nodeSelector: {kubernetes.io/os: windows}", "", &[], "error[windows-pod]"),
        ("dnsPolicy: Default", "", &[], "warning[node-dns]"),
        ("entrypoint: main", "", &["--dns", "10.64.0.1"], "error[dns-taken]"),
        (
            "entrypoint: main",
            "inputs: {artifacts: [{name: code, path: /src, git: {repo: x}}]}",
            &[],
            "warning[runs-before-tunnel]",
        ),
        ("entrypoint: main", "", &[], "warning[app-can-undo]"),
        (
            "entrypoint: main",
            "volumes: [{name: wireguard, emptyDir: {}}]",
            &[],
            "error[name-taken]",
        ),
        ("entrypoint: main", "sidecars: [{name: wireguard, image: x}]", &[], "error[name-taken]"),
    ] {
        let text = workflow(spec, template);
        let ran = run(&[&["inject", "--no-config"], args].concat(), text.as_bytes());
        assert!(ran.stderr.contains(said), "{said}\n{text}{}", ran.stderr);
    }
    let own = workflow(
        "dnsPolicy: None\n  dnsConfig: {nameservers: [10.64.0.1], options: [{name: ndots, value: \"1\"}]}",
        "",
    );
    let ran = run(&["inject", "--no-config", "--dns", "10.64.0.1"], own.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(String::from_utf8(ran.stdout).unwrap().matches("dnsPolicy").count(), 1);
}

const SELECTED: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: media, labels: {vpn: 'LABEL'}}\nspec:\n  \
    strategy: {type: Recreate}\n  template: {spec: {containers: [{name: a, image: b}]}}\n";

/// What the settings file does not select any more keeps its tunnel, and that is said; a flag speaks for its run alone.
#[test]
fn a_tunnel_that_the_settings_do_not_want_any_more_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let config = |spec: &str| {
        let path = folder.path().join("wgsidecar.yaml");
        let text = format!(
            "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {{secretName: vpn, {spec}}}\n"
        );
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let injected = run(&["inject", "--no-config", "--secret", "vpn"], SELECTED.as_bytes()).stdout;
    let other = SELECTED.replace("web", "other").replace("LABEL", "true");
    let both = [&injected, b"---\n".as_slice(), other.as_bytes()].concat();
    for (spec, flags, wanted) in [
        ("selector: {matchLabels: {vpn: 'true'}}", &[][..], true),
        ("target: [deploy/other]", &[], true),
        ("onlyEnabled: false", &[], false),
        ("selector: {matchLabels: {vpn: 'true'}}", &["-l", "vpn"], false),
        ("selector: {matchLabels: {vpn: 'true'}}", &["--target", "deploy/other"], false),
        ("selector: {matchLabels: {vpn: 'true'}}, allow: [not-selected]", &[], false),
        (
            "selector: {matchLabels: {vpn: 'true'}}, ignore: [{rule: not-selected, target: Deployment/web, reason: x}]",
            &[],
            false,
        ),
    ] {
        let config = config(spec);
        for verb in ["inject", "lint"] {
            let args = [&[verb, "--config", config.as_str()], flags].concat();
            let ran = run(&args, &both);
            let all = String::from_utf8(ran.stdout).unwrap() + &ran.stderr;
            assert_eq!(all.contains("warning[not-selected]"), wanted, "{args:?} {spec}\n{all}");
            assert_eq!(
                all.contains("`wgsidecar uninject --target deployment/web` takes it out"),
                wanted
            );
        }
    }
    // The command that it names does what it says.
    let config = config("selector: {matchLabels: {vpn: 'true'}}");
    let ran = run(&["uninject", "--config", &config, "--target", "deployment/web"], &both);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with(SELECTED.as_bytes()));
    // A workload that has opted out and has no tunnel has nothing to say.
    let out = SELECTED.replace("vpn: 'LABEL'", "wgsidecar.dev/inject: disabled");
    let ran = run(&["inject", "--no-config"], out.as_bytes());
    assert!(!ran.stderr.contains("not-selected"), "{}", ran.stderr);
}

#[test]
fn what_the_cluster_gives_is_not_missed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wgsidecar.yaml");
    let asking = SELECTED.replace("vpn: 'LABEL'", "wgsidecar.dev/inject: enabled");
    let unknown = "apiVersion: x.y/v1\nkind: One\nmetadata: {name: a, labels: {wgsidecar.dev/inject: enabled}}\n\
        spec: {template: {spec: {containers: [{name: a, image: b}]}}}\n";
    for (policy, wanted) in [("false", true), ("true", false)] {
        let text = format!(
            "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {{policy: {policy}}}\n"
        );
        std::fs::write(&path, text).unwrap();
        for (manifest, finding) in [
            (asking.as_str(), "error[not-injected]"),
            (unknown, "error[unknown-workload]"),
            (ASKING, "error[rendered-elsewhere]"),
        ] {
            let ran = run(&["lint", "--config", &path.to_string_lossy()], manifest.as_bytes());
            let all = String::from_utf8(ran.stdout).unwrap() + &ran.stderr;
            assert_eq!(all.contains(finding), wanted, "{policy} {manifest}\n{all}");
            assert_eq!(ran.code, i32::from(wanted), "{all}");
        }
    }
}
