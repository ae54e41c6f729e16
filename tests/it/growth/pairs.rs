//! Two lists that are long at once: whoever asks each of the one about each of the other takes the square of them.

use super::inputs::{INJECT, Input, LINT, UNINJECT, documents, lines, patch_items};
use super::objects::{OBJECTS, conf, deployment, indented, key, ours};

type Text = fn(usize) -> String;

/// The objects of a name.
fn called(name: &str) -> fn(usize) -> String {
    OBJECTS.iter().find(|it| it.0 == name).unwrap().1
}

/// A list within one object, before as many workloads.
pub(super) fn pairs() -> Vec<Input> {
    type List = (&'static str, fn(usize) -> String);
    const POLICY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: shop";
    const LOCAL: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec:\n  type: NodePort\n  externalTrafficPolicy: Local\n  selector: {tier: front}\n  ports:";
    let secret = |n| called("Secrets")(n);
    let lists: Vec<List> = vec![
        ("ports of a policy", |n| {
            lines(
                &format!("{POLICY}}}\nspec:\n  podSelector: {{}}\n  egress:\n  - ports:"),
                n,
                |n| format!("    - {{port: {}, protocol: UDP}}\n", n % 50_000),
            )
        }),
        ("exceptions of a peer", |n| {
            let start = format!(
                "{POLICY}}}\nspec:\n  podSelector: {{}}\n  egress:\n  - to:\n    - ipBlock:\n        cidr: 0.0.0.0/0\n        except:"
            );
            lines(&start, n, |n| format!("        - 203.{}.{}.0/24\n", n / 256, n % 256))
        }),
        ("values of an expression", |n| {
            let start = format!(
                "{POLICY}}}\nspec:\n  egress: []\n  podSelector:\n    matchExpressions:\n    - key: app\n      operator: NotIn\n      values:"
            );
            lines(&start, n, |n| format!("      - v{n}\n"))
        }),
        ("labels of a selector", |n| {
            let start = format!(
                "{POLICY}}}\nspec:\n  egress: []\n  podSelector:\n    matchLabels:\n      tier: front"
            );
            lines(&start, n, |n| format!("      k{n}: v\n"))
        }),
        ("annotations of a policy", |n| {
            let start = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: np\n  namespace: shop\n  annotations:";
            lines(start, n, |n| format!("    a{n}: b\n")) + "spec: {podSelector: {}, egress: []}\n"
        }),
        ("ports of a Service", |n| {
            lines(LOCAL, n, |n| format!("  - {{name: p{n}, port: {}}}\n", 40_000 + n % 20_000))
        }),
        ("named ports of a Service", |n| {
            lines(LOCAL, n, |n| format!("  - {{name: p{n}, port: 80, targetPort: p{n}}}\n"))
        }),
        ("limits of a range for pods", |n| {
            let start = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: shop}\nspec:\n  limits:";
            lines(start, n, |_| "  - {type: Pod, max: {memory: 1Mi}}\n".into())
        }),
        ("limits of a range that are open", |n| {
            let start = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: shop}\nspec:\n  limits:";
            lines(start, n, |n| format!("  - {{type: Container, max: {{cpu: \"${{MAX{n}}}\"}}}}\n"))
        }),
        ("limits of two ranges", |n| {
            let range = |name| {
                let start = format!(
                    "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  limits:"
                );
                lines(&start, n, |_| "  - {type: Container, max: {cpu: 1m}}\n".into())
            };
            range("a") + "---\n" + &range("b")
        }),
        ("scopes of a quota", |n| {
            let start = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: shop}\nspec:\n  hard: {limits.memory: 1Mi}\n  scopeSelector:\n    matchExpressions:";
            lines(start, n, |n| {
                format!("    - {{scopeName: PriorityClass, operator: NotIn, values: [p{n}]}}\n")
            })
        }),
        ("values of a scope", |n| {
            let start = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: shop}\nspec:\n  hard: {limits.memory: 1Mi}\n  scopeSelector:\n    matchExpressions:\n    - scopeName: PriorityClass\n      operator: NotIn\n      values:";
            lines(start, n, |n| format!("      - p{n}\n"))
        }),
        ("expressions of a budget", |n| {
            let start = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b, namespace: shop}\nspec:\n  minAvailable: 1\n  selector:\n    matchExpressions:";
            lines(start, n, |n| format!("    - {{key: k{n}, operator: DoesNotExist}}\n"))
        }),
        ("annotations of a Namespace", |n| {
            lines(
                "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  annotations:",
                n,
                |n| format!("    a{n}: b\n"),
            )
        }),
        ("policies and Services for each and for all", |n| {
            OBJECTS
                .iter()
                .filter(|it| {
                    [
                        "network policies that differ",
                        "network policies for one each",
                        "Services that differ",
                        "Services of one each",
                    ]
                    .contains(&it.0)
                })
                .enumerate()
                .map(|(group, (_, object))| {
                    documents(n, object).replace("{name: ", &format!("{{name: of-{group}-"))
                })
                .collect()
        }),
    ];
    let input = |(name, text): List| {
        Input::new(&format!("lint: {name} × deployments"), 200, LINT, move |n| {
            text(n) + "---\n" + &documents(n, deployment)
        })
    };
    let mut inputs = Vec::from_iter(lists.into_iter().map(input));
    inputs.push(Input::new("lint: rules of a policy × endpoints × deployments", 100, LINT, move |n| {
        let rule = |n: usize| format!("  - {{to: [{{ipBlock: {{cidr: 203.0.{}.{}/32}}}}], ports: [{{port: {}, protocol: UDP}}]}}\n", n / 256, n % 256, 1 + n);
        let endpoint = |n: usize| format!("203.0.{}.{}:{}", n / 256, n % 256, 1 + n);
        lines(&format!("{POLICY}}}\nspec:\n  podSelector: {{}}\n  egress:"), n, rule)
            + "---\n"
            + &documents(n, |n| secret(n).replace("203.0.113.7:51820", &endpoint(n)))
            + &documents(n, deployment)
    }));
    inputs
}

/// A pod with n of one thing, before n of another that looks at it; and other lists that are long at once.
pub(super) fn more_pairs() -> Vec<Input> {
    let mut inputs = for_one_pod();
    inputs.extend(of_policies_of_ours());
    inputs.extend(for_one_secret());
    inputs.extend(on_the_command_line());
    inputs.extend(in_kustomizations());
    inputs
}

/// One deployment with many labels, ports and the like in its pods.
fn wide(n: usize, labels: fn(usize) -> String, ports: fn(usize) -> String) -> String {
    let labels = (0..n).map(|n| format!("        {}\n", labels(n))).collect::<String>();
    let ports = (0..n).map(|n| format!("        - {}\n", ports(n))).collect::<String>();
    deployment(0)
        .replace("        tier: front\n", &format!("        tier: front\n{labels}"))
        .replace("        - containerPort: 80\n", &format!("        - containerPort: 80\n{ports}"))
}

fn label(n: usize) -> String {
    format!("k{n}: v")
}

fn port(n: usize) -> String {
    format!("{{name: p{n}, containerPort: {}}}", 1 + n % 65_535)
}

/// Objects that select by one label of many.
fn selecting(kind: &str, n: usize) -> String {
    let object = called(kind);
    documents(n, |n| object(n).replace(&format!("app: w{n}"), &label(n)))
}

fn for_one_pod() -> Vec<Input> {
    let texts: Vec<(&str, Text)> = vec![
        ("labels of a pod × policies by one label", |n| {
            selecting("network policies for one each", n) + &wide(n, label, port)
        }),
        ("labels of a pod × policies by one label that differ", |n| {
            let all = documents(n, |n| {
                let object = called("network policies for one each");
                let range = format!("10.{}.{}.0/24", n / 256, n % 256);
                object(n).replace(&format!("app: w{n}"), &label(n)).replace("10.0.0.0/8", &range)
            });
            all + &wide(n, label, port)
        }),
        ("labels of a pod × budgets by one label", |n| {
            selecting("disruption budgets for one each", n) + &wide(n, label, port)
        }),
        ("labels of a pod × Services by one label", |n| {
            let outside = "type: NodePort, externalTrafficPolicy: Local, ports: [{port: 40000}]";
            selecting("Services of one each", n).replace("ports: [{port: 80}]", outside)
                + &wide(n, label, port)
        }),
        ("terms of a policy × terms of a Service × labels of a pod", |n| {
            let terms = (0..n).map(label).collect::<Vec<_>>().join(", ");
            let policy = called("network policies for one each");
            let service = called("Services of one each");
            policy(0).replace("app: w0", &terms)
                + "---\n"
                + &service(0).replace("app: w0", &terms)
                + "---\n"
                + &wide(n, label, port)
        }),
        ("policies of many terms × deployments", |n| {
            let size = n.isqrt();
            let policy = called("network policies for one each");
            let terms = (0..size).map(|n| format!("{{key: k{n}, operator: DoesNotExist}}"));
            let terms = terms.collect::<Vec<_>>().join(", ");
            let all = documents(size, |n| {
                policy(n).replace(
                    &format!("matchLabels: {{app: w{n}}}"),
                    &format!("matchExpressions: [{terms}]"),
                )
            });
            all + &documents(n, deployment)
        }),
        ("policies for all and for a tier that differ and for one each × deployments", |n| {
            let differ = called("network policies that differ");
            let each = called("network policies for one each");
            documents(n, differ)
                + &documents(n, |n| {
                    differ(n)
                        .replace("name: np", "name: tier")
                        .replace("podSelector: {}", "podSelector: {matchLabels: {tier: front}}")
                        .replace("10.", "11.")
                })
                + &documents(n, |n| each(n).replace("name: np", "name: each"))
                + &documents(n, deployment)
        }),
        ("ports of a pod × named ports of a Service", |n| {
            let start = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec:\n  type: NodePort\n  externalTrafficPolicy: Local\n  selector: {tier: front}\n  ports:";
            lines(start, n, |n| {
                format!("  - {{name: p{n}, port: {}, targetPort: p{n}}}\n", 40_000 + n % 20_000)
            }) + "---\n"
                + &wide(n, label, port)
        }),
        ("ports of a pod × Services", |n| {
            let service = called("Services that differ");
            documents(n, service) + &wide(n, label, port)
        }),
        ("containers × ports × probes", |n| {
            let containers = (0..n).map(|n| format!("      - name: c{n}\n        image: i\n        ports: [{{name: p{n}, containerPort: {}}}]\n        readinessProbe: {{httpGet: {{port: p{n}}}}}\n        livenessProbe: {{httpGet: {{port: p{}}}}}\n", 1 + n % 65_535, n + 1));
            deployment(0) + &containers.collect::<String>()
        }),
        ("probes × ports of one container", |n| {
            let ports = wide(n, label, port);
            let containers = (0..n).map(|n| format!("      - name: c{n}\n        image: i\n        readinessProbe: {{httpGet: {{port: p{n}}}}}\n"));
            ports + &containers.collect::<String>()
        }),
        ("containers × variables from Secrets", |n| {
            let containers = (0..n).map(|n| format!("      - name: c{n}\n        image: i\n        envFrom: [{{secretRef: {{name: wg-w0}}}}]\n        command: [sh, -c, \"ip route del default\"]\n        volumeMounts: [{{name: v{n}, mountPath: /m}}]\n"));
            let volumes = (0..n)
                .map(|n| format!("      - name: v{n}\n        secret: {{secretName: wg-w0}}\n"));
            deployment(0)
                + &containers.collect::<String>()
                + "      volumes:\n"
                + &volumes.collect::<String>()
        }),
        ("sources of projected volumes × mounts", |n| {
            let sources = (0..n).map(|n| format!("          - secret: {{name: s{n}}}\n"));
            let mounts = (0..n).map(|n| format!("        - {{name: v, mountPath: /m{n}}}\n"));
            deployment(0)
                + "        volumeMounts:\n"
                + &mounts.collect::<String>()
                + "      volumes:\n      - name: v\n        projected:\n          sources:\n"
                + &sources.collect::<String>()
        }),
        ("annotations of a pod × suppressions of policies", |n| {
            let policy = called("suppressed policies");
            let annotations = (0..n).map(|n| format!("        a{n}: b\n")).collect::<String>();
            documents(n, policy)
                + &deployment(0).replace(
                    "    metadata:\n      labels:",
                    &format!("    metadata:\n      annotations:\n{annotations}      labels:"),
                )
        }),
        ("ConfigMaps with scripts × deployments", |n| {
            let map = |n: usize| {
                format!(
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: wgsidecar-{n:016x}, namespace: shop}}\ndata:\n  wgsidecar.sh: |\n    echo {n}\n"
                )
            };
            documents(n, map) + &documents(n, deployment)
        }),
        ("namespaces × policies × deployments", |n| {
            let policy = called("network policies for all");
            let service = called("Services that differ");
            let quota = called("quotas");
            documents(n, |n| {
                let own = [policy(n), service(n), quota(n), deployment(n)].join("---\n");
                own.replace("namespace: shop", &format!("namespace: n{n}"))
            })
        }),
        ("templates of an unknown object", |n| {
            let own = (0..n).map(|n| {
                format!(
                    "  part{n}: {{template: {{spec: {{containers: [{{name: c, image: i}}]}}}}}}\n"
                )
            });
            format!(
                "apiVersion: x.example.org/v1\nkind: Thing\nmetadata: {{name: t, namespace: shop}}\nspec:\n{}",
                own.collect::<String>()
            )
        }),
        ("aliases of one pod × deployments", |n| {
            let items = documents(n, deployment);
            let items =
                items.split("---\n").filter(|it| !it.is_empty()).enumerate().map(|(n, it)| {
                    let it = if n == 0 {
                        it.replace("    metadata:\n", "    metadata: &m\n")
                            .replace("    spec:\n", "    spec: &s\n")
                    } else {
                        it.split("    metadata:\n").next().unwrap().to_owned()
                            + "    metadata: *m\n    spec: *s\n"
                    };
                    format!("- {}\n", it.lines().collect::<Vec<_>>().join("\n  "))
                });
            format!("apiVersion: v1\nkind: List\nitems:\n{}", items.collect::<String>())
        }),
        ("workflow templates", |n| {
            let templates =
                (0..n).map(|n| format!("  - name: t{n}\n    container: {{image: i}}\n"));
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{name: w, namespace: shop}}\nspec:\n  entrypoint: t0\n  templates:\n{}",
                templates.collect::<String>()
            )
        }),
        ("values of a HelmRelease", |n| {
            let values = (0..n).map(|n| {
                format!("    key{n}: {{image: {{repository: i}}, podLabels: {{a: b}}}}\n")
            });
            format!(
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: h, namespace: shop, labels: {{wgsidecar.dev/inject: enabled}}}}\nspec:\n  chartRef: {{kind: OCIRepository, name: app}}\n  values:\n{}",
                values.collect::<String>()
            )
        }),
        ("Applications × sources", |n| {
            documents(n.isqrt(), |k| {
                let sources = (0..n.isqrt()).map(|n| format!("  - {{repoURL: https://git.example.org/{n}, path: p{n}, kustomize: {{}}}}\n"));
                format!(
                    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a{k}}}\nspec:\n  sources:\n{}",
                    sources.collect::<String>()
                )
            })
        }),
        ("stateful sets × claim templates", |n| {
            let claims = (0..n).map(|n| format!("  - metadata: {{name: v{n}}}\n    spec: {{}}\n"));
            OBJECTS[1].1(0) + "  volumeClaimTemplates:\n" + &claims.collect::<String>()
        }),
    ];
    linted_and_injected(200, texts)
}

/// Each text for `lint` and for `inject`.
fn linted_and_injected(least: usize, texts: Vec<(&str, Text)>) -> Vec<Input> {
    let inject = INJECT.replace(" .", " --check .");
    let both = |(name, text)| {
        [("lint", LINT), ("inject", inject.as_str())]
            .map(|(verb, args)| Input::new(&format!("{verb}: {name}"), least, args, text))
    };
    texts.into_iter().flat_map(both).collect()
}

/// Policies of ours for pods of many labels, and in many namespaces.
fn of_policies_of_ours() -> Vec<Input> {
    let asks = |text: String| text.replace("tier: front", "wgsidecar.dev/inject: enabled");
    let texts: Vec<(&str, Text)> = vec![
        ("labels of a pod × policies of ours", |n| {
            documents(n, |n| ours(n, &format!("{{matchLabels: {{{}}}}}", label(n)), "{}"))
                + &wide(n, label, port)
        }),
        ("namespaces × policies of ours by their labels", |n| {
            documents(n, |n| ours(n, "{}", &format!("{{matchLabels: {{team: t{n}}}}}")))
                + &documents(n, |n| {
                    deployment(n).replace("namespace: shop", &format!("namespace: n{n}"))
                })
        }),
        ("namespaces × policies of ours by their names", |n| {
            documents(n, |n| {
                ours(n, "{}", &format!("{{matchLabels: {{kubernetes.io/metadata.name: n{n}}}}}"))
            }) + &documents(n, |n| {
                deployment(n).replace("namespace: shop", &format!("namespace: n{n}"))
            })
        }),
    ];
    let input = |(name, text): (&str, Text)| {
        Input::new(&format!("lint: {name}"), 100, "lint --no-config --fail-on never .", move |n| {
            asks(text(n))
        })
    };
    texts.into_iter().map(input).collect()
}

/// A Secret with n files of this text.
fn files_of_secret(n: usize, name: fn(usize) -> String, text: fn(usize) -> String) -> String {
    lines(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: wg, namespace: shop}\nstringData:",
        n,
        |n| format!("  {}.conf: |\n{}", name(n), indented(&text(n))),
    ) + "---\n"
}

fn of_one_secret(n: usize) -> String {
    documents(n, deployment)
        .replace("  name: w", "  annotations: {wgsidecar.dev/secret: wg}\n  name: w")
}

fn other_server(n: usize) -> String {
    conf(0).replace("203.0.113.7", &format!("203.0.{}.{}", n / 256, n % 256))
}

fn for_one_secret() -> Vec<Input> {
    let texts: Vec<(&str, Text)> = vec![
        ("servers of a Secret × deployments", |n| {
            files_of_secret(n, |n| format!("wg{n}"), other_server) + &of_one_secret(n)
        }),
        ("servers of a Secret × a policy × deployments", |n| {
            let policy = called("network policies that differ");
            files_of_secret(n, |n| format!("wg{n}"), other_server)
                + &of_one_secret(n)
                + "---\n"
                + &policy(0)
        }),
        ("servers by name of a Secret × deployments", |n| {
            let name = |n| conf(0).replace("203.0.113.7", &format!("s{n}.example.org"));
            files_of_secret(n, |n| format!("wg{n}"), name) + &of_one_secret(n)
        }),
        ("local networks of a Secret × deployments", |n| {
            let secret = files_of_secret(
                1,
                |_| "wg0".into(),
                |_| conf(0).replace("0.0.0.0/0, ::/0", "ALLOWED"),
            );
            let nets = (0..n)
                .map(|n| format!("10.96.{}.{}/32", n / 256 % 16, n % 256))
                .collect::<Vec<_>>();
            secret.replace("ALLOWED", &nets.join(", ")) + &of_one_secret(n)
        }),
        ("peers of a Secret × deployments", |n| {
            let peers = (0..n).map(|n| {
                format!(
                    "[Peer]\nPublicKey = {}\nAllowedIPs = 10.{}.{}.0/24\nEndpoint = 192.0.2.1:{}\n",
                    key(n),
                    n / 256 % 256,
                    n % 256,
                    1 + n % 65535
                )
            });
            let text = conf(0) + &peers.collect::<String>();
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: wg, namespace: shop}}\nstringData:\n  wg0.conf: |\n{}---\n",
                indented(&text)
            ) + &of_one_secret(n)
        }),
        ("replicas × files of a Secret", |n| {
            let set = |k| {
                OBJECTS[1].1(k).replace("replicas: 3", &format!("replicas: {n}")).replace("  name: stateful", "  annotations: {wgsidecar.dev/secret: wg, wgsidecar.dev/key-per-replica: \"true\"}\n  name: stateful")
            };
            files_of_secret(n, |n| n.to_string(), conf) + &documents(n, set)
        }),
        ("deployments × replicas × missing files of a Secret", |n| {
            let set = |k| {
                OBJECTS[1].1(k).replace("replicas: 3", &format!("replicas: {}", 4 * n)).replace("  name: stateful", "  annotations: {wgsidecar.dev/secret: wg, wgsidecar.dev/key-per-replica: \"true\"}\n  name: stateful")
            };
            files_of_secret(n, |n| (2 * n).to_string(), conf) + &documents(n, set)
        }),
        ("injected replicas × files", |n| {
            files_of_secret(n, |n| n.to_string(), conf) + &of_one_secret(n)
        }),
    ];
    linted_and_injected(100, texts)
}

fn on_the_command_line() -> Vec<Input> {
    let local = |n: usize| {
        (0..n)
            .flat_map(|n| ["--local".into(), format!("172.16.{}.{}/32", n / 256, n % 256)])
            .collect()
    };
    let one = "inject --no-config --secret wg-{name} a.yaml";
    let lint = "lint --no-config --secret wg-{name} --fail-on never a.yaml";
    let confs = |n: usize| (0..n).map(|n| (format!("c/{n}.conf"), conf(n))).collect::<Vec<_>>();
    vec![
        Input::new("lint: local ranges × networks of a file", 100, lint, |n| {
            let nets =
                (0..n).map(|n| format!("192.0.{}.{}/32", n / 256, n % 256)).collect::<Vec<_>>();
            called("Secrets")(0).replace("0.0.0.0/0, ::/0", &nets.join(", "))
                + "---\n"
                + &deployment(0)
        })
        .with_many(local),
        Input::new("lint: local ranges × local networks of a file", 100, lint, |n| {
            let nets =
                (0..n).map(|n| format!("172.16.{}.{}/32", n / 256, n % 256)).collect::<Vec<_>>();
            called("Secrets")(0).replace("0.0.0.0/0, ::/0", &nets.join(", "))
                + "---\n"
                + &deployment(0)
        })
        .with_many(local),
        Input::new("inject: inbound ports × ports of a pod", 100, one, |n| wide(n, label, port))
            .with_many(|n| {
                (0..n).flat_map(|n| ["--inbound".into(), format!("tcp:{}", 1 + n)]).collect()
            }),
        Input::new("lint: inbound ports × ports of a pod × Services", 100, lint, |n| {
            let service = called("Services that differ");
            documents(n, service) + &wide(n, label, port)
        })
        .with_many(|n| {
            (0..n).flat_map(|n| ["--inbound".into(), format!("tcp:{}", 1 + 2 * n)]).collect()
        }),
        Input::new("lint: targets that are not there × deployments", 100, lint, |n| {
            documents(n, deployment)
        })
        .with_many(|n| (0..n).flat_map(|n| ["--target".into(), format!("deploy/x{n}")]).collect()),
        Input::new(
            "inject: targets that are left alone × deployments",
            100,
            "inject --no-config --secret wg-{name} a.yaml",
            |n| {
                documents(n, |n| {
                    deployment(n).replace(
                        "  name: w",
                        "  annotations: {wgsidecar.dev/inject: disabled}\n  name: w",
                    )
                })
            },
        )
        .with_many(|n| (0..n).flat_map(|n| ["--target".into(), format!("deploy/w{n}")]).collect()),
        Input::new("list: deployments", 100, "list --no-config --secret wg-{name} .", |n| {
            documents(n, deployment)
        }),
        Input::new(
            "list: injected deployments",
            100,
            "list --no-config --secret wg-{name} .",
            |n| documents(n, deployment),
        )
        .injected(),
        Input::new(
            "list --format json: deployments",
            100,
            "list --no-config --secret wg-{name} --format json .",
            |n| documents(n, deployment),
        ),
        Input::new("list: everything", 20, "list --no-config --secret wg-{name} .", |n| {
            OBJECTS.iter().map(|(_, object)| documents(n, object)).collect()
        }),
        Input::new("lint: allowed rules × selected rules", 100, lint, |n| {
            documents(n, deployment)
        })
        .with_many(|n| {
            (0..n)
                .flat_map(|n| {
                    [
                        ["--allow", "--ignore"][n % 2].into(),
                        ["rollout-overlap", "quota", "limit-range"][n % 3].into(),
                    ]
                })
                .collect()
        }),
        Input::new(
            "lint --suppress: annotations",
            50,
            "lint --no-config --secret wg-{name} --suppress known --diff .",
            |n| documents(n, deployment),
        ),
        Input::of_files(
            "lint --suppress: settings",
            50,
            "lint --config settings/wgsidecar.yaml --suppress known --diff a.yaml",
            |n| {
                vec![("settings/wgsidecar.yaml".into(), "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: wg-{name}\n".into()), ("a.yaml".into(), documents(n, deployment))]
            },
        ),
        Input::of_files(
            "lint --suppress: settings with many",
            50,
            "lint --config settings/wgsidecar.yaml --suppress known --diff a.yaml",
            |n| {
                vec![("settings/wgsidecar.yaml".into(), "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: wg-{name}\n  ignore:\n".to_owned() + &(0..n).map(|n| format!("  - {{rule: rollout-overlap, target: Deployment/x{n}, reason: known}}\n")).collect::<String>()), ("a.yaml".into(), documents(n, deployment))]
            },
        ),
        Input::of_files(
            "lint: ignores of namespaces × namespaces",
            100,
            "lint --config settings/wgsidecar.yaml --fail-on never a.yaml",
            |n| {
                vec![("settings/wgsidecar.yaml".into(), "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: wg-{name}\n  ignore:\n".to_owned() + &(0..n).map(|n| format!("  - {{rule: rollout-overlap, target: Deployment/w0, namespace: n{n}, reason: known}}\n")).collect::<String>()), ("a.yaml".into(), documents(n, |n| deployment(0).replace("namespace: shop", &format!("namespace: n{n}"))))]
            },
        ),
        Input::of_files(
            "lint: ignores of namespaces × objects without one",
            100,
            "lint --config settings/wgsidecar.yaml --fail-on never .",
            |n| {
                vec![("settings/wgsidecar.yaml".into(), "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: wg-{name}\n  ignore:\n".to_owned() + &(0..n).map(|n| format!("  - {{rule: rollout-overlap, target: StatefulSet/w0, namespace: n{n}, reason: known}}\n")).collect::<String>())].into_iter().chain((0..n).map(|n| (format!("{n}.yaml"), deployment(0).replace("  namespace: shop\n", "").replace("name: w0", "generateName: w0")))).collect()
            },
        ),
        Input::of_files(
            "lint: kinds of the settings × objects",
            100,
            "lint --config settings/wgsidecar.yaml --fail-on never a.yaml",
            |n| {
                vec![("settings/wgsidecar.yaml".into(), "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: wg-{name}\n  workload:\n".to_owned() + &(0..n).map(|n| format!("  - x.example.org/Thing{n}=spec.template\n")).collect::<String>()), ("a.yaml".into(), documents(n, |n| format!("apiVersion: x.example.org/v1\nkind: Thing{n}\nmetadata: {{name: t{n}, namespace: shop}}\nspec: {{template: {{spec: {{containers: [{{name: c, image: i}}]}}}}}}\n")))]
            },
        ),
        Input::of_files("secret: servers", 50, "secret --check --servers c", confs),
        Input::of_files("secret: a folder", 50, "secret --name wg-{file} c", confs),
        Input::of_files("secret: files × peers", 100, "secret --check --per-replica c", |n| {
            let peers = (0..n.isqrt()).map(|n| format!("[Peer]\nPublicKey = {}\nAllowedIPs = 10.{}.{}.0/24\nEndpoint = 192.0.2.1:{}\n", key(n), n / 256 % 256, n % 256, 1 + n % 65535)).collect::<String>();
            (0..n.isqrt()).map(|n| (format!("c/{n}.conf"), conf(n) + &peers)).collect()
        }),
        Input::of_files(
            "secret: peers × allowed addresses that meet",
            100,
            "secret --check a.conf",
            |n| {
                vec![("a.conf".into(), conf(0) + &(0..n).map(|n| format!("[Peer]\nPublicKey = {}\nAllowedIPs = 10.0.0.0/{}, 10.{}.{}.0/24\nEndpoint = 192.0.2.1:{}\n", key(n), 8 + n % 24, n / 256 % 256, n % 256, 1 + n % 65535)).collect::<String>())]
            },
        ),
        Input::new("patch: targets", 25, "patch --secret wg-{name}", |_| String::new()).with_many(
            |n| (0..n).flat_map(|n| ["--target".into(), format!("deploy/w{n}")]).collect(),
        ),
        Input::of_files(
            "patch: into a HelmRelease",
            25,
            "patch --secret wg-{name} --into h.yaml --diff",
            |_| vec![("h.yaml".into(), called("HelmReleases")(0))],
        )
        .with_many(|n| (0..n).flat_map(|n| ["--target".into(), format!("deploy/w{n}")]).collect()),
        Input::of_files(
            "patch: into a kustomization",
            25,
            "patch --secret wg-{name} --into kustomization.yaml --diff",
            |n| {
                vec![(
                    "kustomization.yaml".into(),
                    lines("resources:", n, |n| format!("- {n}.yaml\n")),
                )]
                .into_iter()
                .chain((0..n).map(|n| (format!("{n}.yaml"), deployment(n))))
                .collect()
            },
        )
        .with_many(|n| (0..n).flat_map(|n| ["--target".into(), format!("deploy/w{n}")]).collect()),
        Input::of_files(
            "patch: into one HelmRelease of many",
            50,
            "patch --secret wg-{name} --into h.yaml --object helmrelease/h0 --target deploy/w --diff",
            |n| vec![("h.yaml".into(), documents(n, called("HelmReleases")))],
        ),
        Input::of_files(
            "patch: into a HelmRelease with many values",
            200,
            "patch --secret wg-{name} --into h.yaml --target deploy/w --diff",
            |n| {
                vec![(
                    "h.yaml".into(),
                    called("HelmReleases")(0).replace(
                        "spec: {chartRef: {kind: OCIRepository, name: app}}",
                        "spec:\n  chartRef: {kind: OCIRepository, name: app}\n  values:\n",
                    ) + &(0..n)
                        .map(|n| {
                            format!(
                                "    key{n}: {{image: {{repository: i}}, podLabels: {{a: b}}}}\n"
                            )
                        })
                        .collect::<String>(),
                )]
            },
        ),
        Input::of_files("init: files", 50, "init c/0.conf", confs),
        Input::new("script: settings", 20, "script", |_| String::new()).with_many(|n| {
            (0..n)
                .flat_map(|n| ["--local".into(), format!("10.{}.{}.0/24", n / 256, n % 256)])
                .collect()
        }),
    ]
}

fn in_kustomizations() -> Vec<Input> {
    let settings = |spec: String| {
        (
            "settings/wgsidecar.yaml".to_owned(),
            format!(
                "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: wg-{{name}}\n{spec}"
            ),
        )
    };
    let helm = |n: usize| called("HelmReleases")(n);
    let asks = |n: usize| {
        format!(
            "  patches:\n{}",
            (0..n)
                .map(|n| format!("  - {{object: HelmRelease/h{n}, target: [deploy/w{n}]}}\n"))
                .collect::<String>()
        )
    };
    let absent = |n: usize| {
        format!(
            "  patches:\n{}",
            (0..n)
                .map(|n| format!("  - {{object: HelmRelease/x{n}, target: [deploy/w{n}]}}\n"))
                .collect::<String>()
        )
    };
    let kustomizations = |n: usize| -> Vec<(String, String)> {
        (0..n).flat_map(|n| [
            (format!("{n}/kustomization.yaml"), format!("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: n{n}\nresources: [../base, a.yaml]\npatches:\n- target: {{kind: Deployment, name: w{n}}}\n  patch: |-\n    - {{op: add, path: /spec/paused, value: true}}\n- path: p.yaml\n")),
            (format!("{n}/a.yaml"), deployment(n)),
            (format!("{n}/p.yaml"), format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: w{n}}}\nspec: {{replicas: 2}}\n")),
        ]).chain([("base/kustomization.yaml".into(), "resources: [b.yaml]\n".into()), ("base/b.yaml".into(), deployment(100_000))]).collect()
    };
    let ours = |n: usize| -> Vec<(String, String)> {
        (0..n).flat_map(|n| [
            (format!("{n}/kustomization.yaml"), format!("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base, a.yaml]\npatches:\n{}", patch_items(1).replace("name: p0", &format!("name: w{n}")))),
            (format!("{n}/a.yaml"), deployment(n)),
        ]).chain([("base/kustomization.yaml".into(), "resources: [b.yaml]\n".into()), ("base/b.yaml".into(), deployment(100_000))]).collect()
    };
    let chain = |n: usize| -> Vec<(String, String)> {
        (0..n)
            .map(|k| (format!("k{k}/kustomization.yaml"), format!("resources: [../k{}]\n", k + 1)))
            .chain([
                (format!("k{n}/kustomization.yaml"), "resources: [a.yaml]\n".into()),
                (format!("k{n}/a.yaml"), deployment(0)),
            ])
            .chain([(
                "k0/kustomization.yaml".to_owned(),
                format!(
                    "resources: [../k1]\npatches:\n{}",
                    patch_items(1).replace("name: p0", "name: w0")
                ),
            )])
            .collect()
    };
    let configured = "inject --check --config settings/wgsidecar.yaml";
    vec![
        Input::of_files(
            "inject: patches of the settings × HelmReleases",
            25,
            &format!("{configured} a.yaml"),
            move |n| vec![settings(asks(n)), ("a.yaml".into(), documents(n, helm))],
        ),
        Input::of_files(
            "lint: patches of the settings × HelmReleases",
            25,
            "lint --config settings/wgsidecar.yaml --fail-on never a.yaml",
            move |n| vec![settings(asks(n)), ("a.yaml".into(), documents(n, helm))],
        ),
        Input::of_files(
            "inject: patches of the settings that are not there × HelmReleases",
            25,
            &format!("{configured} a.yaml"),
            move |n| vec![settings(absent(n)), ("a.yaml".into(), documents(n, helm))],
        ),
        Input::of_files(
            "inject: targets of one patch of the settings",
            25,
            &format!("{configured} a.yaml"),
            move |n| {
                vec![
                    settings(format!(
                        "  patches:\n  - object: HelmRelease/h0\n    target:\n{}",
                        (0..n).map(|n| format!("    - deploy/w{n}\n")).collect::<String>()
                    )),
                    ("a.yaml".into(), documents(1, helm)),
                ]
            },
        ),
        Input::of_files("inject: kustomizations × patches × resources", 25, INJECT, kustomizations),
        Input::of_files("lint: kustomizations × patches × resources", 25, LINT, kustomizations),
        Input::of_files("lint: kustomizations with patches of ours", 25, LINT, ours),
        Input::of_files("uninject: kustomizations with patches of ours", 25, UNINJECT, ours),
        Input::of_files(
            "inject: patches of the settings × kustomizations that are left out",
            25,
            "inject --config settings/wgsidecar.yaml .",
            move |n| {
                (0..n)
                    .flat_map(|n| {
                        [
                            (format!("{n}/kustomization.yaml"), "resources: [a.yaml]\n".into()),
                            (format!("{n}/a.yaml"), deployment(n)),
                        ]
                    })
                    .chain([settings(format!(
                        "  patches:\n{}",
                        (0..n)
                            .map(|n| format!(
                                "  - {{object: {n}/kustomization.yaml, target: [deploy/w{n}]}}\n"
                            ))
                            .collect::<String>()
                    ))])
                    .collect()
            },
        ),
        Input::of_files(
            "lint: settings files in folders",
            50,
            "lint --secret wg-{name} --fail-on never .",
            |n| {
                (0..n).flat_map(|n| [(format!("{n}/wgsidecar.yaml"), "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec: {secretName: vpn}\n".into()), (format!("{n}/a.yaml"), deployment(n))]).collect()
            },
        ),
        Input::of_files("lint: a chain of kustomizations", 50, LINT, chain),
        Input::of_files(
            "inject: a chain of kustomizations",
            50,
            &INJECT.replace(" .", " --check ."),
            chain,
        ),
        Input::of_files("lint: one base of many kustomizations", 50, LINT, |n| {
            (0..n)
                .map(|n| {
                    (
                        format!("{n}/kustomization.yaml"),
                        format!(
                            "resources: [../base]\nnamePrefix: a{n}-\npatches:\n{}",
                            patch_items(1).replace("name: p0", "name: w0")
                        ),
                    )
                })
                .chain([(
                    "base/kustomization.yaml".into(),
                    lines("resources:", n, |n| format!("- {n}.yaml\n")),
                )])
                .chain((0..n).map(|n| (format!("base/{n}.yaml"), deployment(n))))
                .collect()
        }),
        Input::of_files("lint: patches of a kustomization × resources", 25, LINT, |n| {
            vec![(
                "kustomization.yaml".into(),
                format!(
                    "{}patches:\n{}",
                    lines("resources:", n, |n| format!("- {n}.yaml\n")),
                    patch_items(n).replace("name: p", "name: w")
                ),
            )]
            .into_iter()
            .chain((0..n).map(|n| (format!("{n}.yaml"), deployment(n))))
            .collect()
        }),
        Input::of_files("lint: foreign patches of a kustomization × resources", 100, LINT, |n| {
            vec![("kustomization.yaml".into(), format!("{}{}", lines("resources:", n, |n| format!("- {n}.yaml\n")), lines("patches:", n, |n| format!("- path: p{n}.yaml\n"))))].into_iter().chain((0..n).flat_map(|n| [(format!("{n}.yaml"), deployment(n)), (format!("p{n}.yaml"), format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: w{n}}}\nspec: {{replicas: 2}}\n"))])).collect()
        }),
        Input::of_files("lint: secret generators × deployments", 100, LINT, |n| {
            vec![
                (
                    "kustomization.yaml".into(),
                    lines("resources: [a.yaml]\nsecretGenerator:", n, |n| {
                        format!("- {{name: wg-w{n}, files: [wg0.conf]}}\n")
                    }),
                ),
                ("a.yaml".into(), documents(n, deployment)),
            ]
        }),
        Input::of_files("uninject: patches of a HelmRelease", 25, UNINJECT, |n| {
            vec![(
                "h.yaml".into(),
                format!(
                    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: h, namespace: shop}}\nspec:\n  chartRef: {{kind: OCIRepository, name: app}}\n  postRenderers:\n  - kustomize:\n      patches:\n{}",
                    patch_items(n)
                        .lines()
                        .map(|line| format!("      {line}\n"))
                        .collect::<String>()
                ),
            )]
        }),
        Input::of_files("uninject: lists of patches of a HelmRelease", 25, UNINJECT, |n| {
            let item = |k: usize| {
                patch_items(k + 1)
                    .split("  - patch:")
                    .last()
                    .map(|it| format!("  - patch:{it}"))
                    .unwrap()
            };
            let item =
                |k| item(k).lines().map(|line| format!("      {line}\n")).collect::<String>();
            vec![(
                "h.yaml".into(),
                format!(
                    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: h, namespace: shop}}\nspec:\n  chartRef: {{kind: OCIRepository, name: app}}\n  postRenderers:\n{}",
                    (0..n)
                        .map(|n| format!("  - kustomize:\n      patches:\n{}", item(n)))
                        .collect::<String>()
                ),
            )]
        }),
        Input::of_files(
            "patch: remove from a HelmRelease",
            25,
            "patch --into h.yaml --remove --diff",
            |n| {
                vec![(
                    "h.yaml".into(),
                    format!(
                        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: h, namespace: shop}}\nspec:\n  chartRef: {{kind: OCIRepository, name: app}}\n  postRenderers:\n  - kustomize:\n      patches:\n{}",
                        patch_items(n)
                            .lines()
                            .map(|line| format!("      {line}\n"))
                            .collect::<String>()
                    ),
                )]
            },
        ),
    ]
}
