//! What a user can write much of: lists of objects, lists within one, and the ways to write a list of objects down.

use std::fs;
use std::path::Path;

use super::objects::{OBJECTS, Object, binding, conf, deployment, indented, key, ours};
use super::pairs::{more_pairs, pairs};

/// An input of any size.
pub(super) struct Input {
    pub name: String,
    /// The least number of things that shows how the work grows.
    pub least: usize,
    pub args: Vec<String>,
    files: Box<dyn Fn(usize) -> Vec<(String, String)>>,
    /// Arguments of which there are many too.
    many_args: Option<fn(usize) -> Vec<String>>,
    /// What comes in on standard input.
    pub stdin: Option<fn(usize) -> String>,
    /// Whether the tunnel is put in first.
    pub injected: bool,
}

impl Input {
    pub(super) fn new(
        name: &str,
        least: usize,
        args: &str,
        text: impl Fn(usize) -> String + 'static,
    ) -> Self {
        Self::of_files(name, least, args, move |n| vec![("a.yaml".into(), text(n))])
    }

    pub(super) fn of_files(
        name: &str,
        least: usize,
        args: &str,
        files: impl Fn(usize) -> Vec<(String, String)> + 'static,
    ) -> Self {
        let args = args.split(' ').map(str::to_owned).collect();
        Self {
            name: name.into(),
            least,
            args,
            files: Box::new(files),
            many_args: None,
            stdin: None,
            injected: false,
        }
    }

    pub(super) fn injected(self) -> Self {
        Self { injected: true, ..self }
    }

    pub(super) fn with_many(self, args: fn(usize) -> Vec<String>) -> Self {
        Self { many_args: Some(args), ..self }
    }

    pub(super) fn stdin(self, text: fn(usize) -> String) -> Self {
        Self { stdin: Some(text), ..self }
    }

    pub(super) fn write(&self, n: usize, folder: &Path) {
        for (name, text) in (self.files)(n) {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    pub(super) fn args(&self, n: usize) -> Vec<String> {
        let many = self.many_args.map(|many| many(n)).unwrap_or_default();
        self.args.iter().cloned().chain(many).collect()
    }
}

pub(super) const INJECT: &str = "inject --no-config --secret wg-{name} .";
pub(super) const AGAIN: &str = "inject --no-config --secret wg-{name} --mtu 1300 .";
pub(super) const UNINJECT: &str = "uninject --no-config .";
pub(super) const LINT: &str = "lint --no-config --secret wg-{name} --fail-on never .";

/// Every input.
pub(super) fn inputs() -> Vec<Input> {
    let mut all = layouts();
    all.extend(small_values());
    all.extend(many_objects());
    all.extend(lists_of_one_pod());
    all.extend(lists_of_one_object());
    all.extend(pairs());
    all.extend(more_pairs());
    all.extend(policies_of_ours());
    all.extend(configurations());
    all.extend(files_and_settings());
    all
}

pub(super) fn documents(n: usize, object: impl Fn(usize) -> String) -> String {
    (0..n).map(|n| object(n) + "---\n").collect()
}

pub(super) fn json(object: &str) -> String {
    let tree = wgsidecar::yaml::parse(object, wgsidecar::text::Span::new(0, object.len()));
    let tree = tree.unwrap().unwrap();
    tree.value(tree.root()).to_string()
}

fn pretty(object: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(&json(object)).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

fn list(n: usize, start: &str, item: fn(&str) -> String, between: &str, end: &str) -> String {
    let items: Vec<_> = (0..n).map(|n| item(&deployment(n))).collect();
    format!("{start}{}{end}", items.join(between))
}

const LIST: &str = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[";
const APPLICATION: &str = r#"{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"a"},"spec":{"source":{"path":"x"}}}"#;
const YAML_LIST: &str = "apiVersion: v1\nkind: List\nitems:";

/// The ways to write a list of objects down.
const LAYOUTS: [Object; 8] = [
    ("documents", |n| documents(n, deployment)),
    ("a List on one line", |n| list(n, LIST, json, ",", "]}")),
    ("a List on many lines", |n| list(n, LIST, pretty, ",\n", "]}\n")),
    ("JSON objects on one line", |n| list(n, "", json, "", "")),
    ("JSON objects on many lines", |n| list(n, "", pretty, "\n", "\n")),
    ("a List in brackets", |n| list(n, &format!("{YAML_LIST} ["), json, ", ", "]\n")),
    ("a List of lines in brackets", |n| list(n, &format!("{YAML_LIST} [\n"), json, ",\n", "]\n")),
    ("a List", |n| list(n, &format!("{YAML_LIST}\n"), item, "", "")),
];

fn layouts() -> Vec<Input> {
    let mut inputs = Vec::new();
    for (name, text) in LAYOUTS {
        for (verb, args, injected) in [
            ("inject", INJECT, false),
            ("update", AGAIN, true),
            ("uninject", UNINJECT, true),
            ("lint", LINT, false),
            ("lint", LINT, true),
        ] {
            let state = if injected { "injected " } else { "" };
            let input = Input::new(&format!("{verb}: {state}{name}"), 100, args, text);
            inputs.push(if injected { input.injected() } else { input });
        }
    }
    for (name, args) in [
        ("diff", "inject --no-config --secret wg-{name} --diff ."),
        ("in place", "inject -i --no-config --secret wg-{name} ."),
    ] {
        inputs.push(Input::new(&format!("inject {name}"), 100, args, |n| documents(n, deployment)));
    }
    let with_application = |n| list(n, &format!("{LIST}{APPLICATION},"), json, ",", "]}");
    inputs.push(
        Input::new("update: a List with an Application", 200, AGAIN, with_application).injected(),
    );
    for format in ["concise", "json", "sarif", "github", "gitlab", "junit"] {
        let args = format!("{LINT} --format {format}");
        inputs.push(Input::new(
            &format!("lint --format {format}: one line"),
            100,
            &args,
            LAYOUTS[1].1,
        ));
    }
    inputs.push(Input::new("lint --fix", 100, &format!("{LINT} --fix"), |n| {
        documents(n, deployment)
    }));
    inputs.push(Input::new("lint --fix: one line", 100, &format!("{LINT} --fix"), LAYOUTS[1].1));
    inputs
}

/// Lines of which a parser may look at each more than once.
fn small_values() -> Vec<Input> {
    const LINES: [&str; 8] =
        ["a: 1\n", "- a\n", "- - a\n", "# c\n", "-\n", "? a\n", "a: |\n\n", "a: b\n # c\n"];
    LINES
        .iter()
        .map(|lines| {
            let text = |n: usize| {
                let lines = lines.trim_end_matches('\n').replace('\n', "\n    ") + "\n";
                let lines = format!("    {lines}").repeat(n);
                format!("kind: Pod\napiVersion: v1\nmetadata: {{name: web}}\nspec:\n  x:\n{lines}")
            };
            Input::new(&format!("text: {lines:?}"), 1_000, LINT, text)
        })
        .collect()
}

pub(super) fn item(object: &str) -> String {
    let lines: Vec<_> = object.lines().collect();
    format!("- {}\n", lines.join("\n  "))
}

/// Many of one kind of object; each with as many workloads; and all of them together, which holds every pair.
fn many_objects() -> Vec<Input> {
    let mut inputs = Vec::new();
    for (name, object) in OBJECTS {
        inputs.push(Input::new(&format!("lint: {name}"), 100, LINT, move |n| {
            documents(n, object) + &deployment(0)
        }));
        inputs.push(Input::new(&format!("lint: {name} × deployments"), 100, LINT, move |n| {
            documents(n, object) + &documents(n, deployment)
        }));
    }
    let everything = |n| OBJECTS.iter().map(|(_, object)| documents(n, object)).collect::<String>();
    inputs.push(Input::new("lint: everything", 20, LINT, everything));
    inputs.push(Input::new(
        "inject: everything",
        20,
        &INJECT.replace(" .", " --check ."),
        everything,
    ));
    inputs
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nMETADATAspec:\n  containers:\n  - name: c\n    image: i\nCONTAINERSPEC";

pub(super) fn pod(metadata: &str, container: &str, spec: &str) -> String {
    POD.replace("METADATA", metadata).replace("CONTAINER", container).replace("SPEC", spec)
}

pub(super) fn lines(start: &str, n: usize, line: impl Fn(usize) -> String) -> String {
    format!("{start}\n{}", (0..n).map(line).collect::<String>())
}

/// A list within one pod, each under both verbs.
fn lists_of_one_pod() -> Vec<Input> {
    type List = (&'static str, fn(usize) -> String);
    let lists: Vec<List> = vec![
        ("containers", |n| {
            pod("", "", &lines("", n, |n| format!("  - {{name: c{n}, image: i}}\n")))
        }),
        ("init containers", |n| {
            pod(
                "",
                "",
                &lines("  initContainers:", n, |n| format!("  - {{name: c{n}, image: i}}\n")),
            )
        }),
        ("VPN containers", |n| {
            pod("", "", &lines("", n, |n| format!("  - {{name: c{n}, image: gluetun}}\n")))
        }),
        ("volumes", |n| {
            pod(
                "",
                "",
                &lines("  volumes:", n, |n| format!("  - {{name: v{n}, emptyDir: {{}}}}\n")),
            )
        }),
        ("volumes of Secrets", |n| {
            pod(
                "",
                "",
                &lines("  volumes:", n, |n| {
                    format!("  - {{name: v{n}, secret: {{secretName: wg-web}}}}\n")
                }),
            )
        }),
        ("mounts", |n| {
            pod(
                "",
                &lines("    volumeMounts:", n, |n| {
                    format!("    - {{name: v{n}, mountPath: /m{n}}}\n")
                }),
                "",
            )
        }),
        ("mounts of volumes of Secrets", |n| {
            pod(
                "",
                &lines("    volumeMounts:", n, |n| {
                    format!("    - {{name: v{n}, mountPath: /m{n}}}\n")
                }),
                &lines("  volumes:", n, |n| {
                    format!("  - {{name: v{n}, secret: {{secretName: wg-web}}}}\n")
                }),
            )
        }),
        ("variables", |n| {
            pod(
                "",
                &lines("    env:", n, |n| {
                    format!(
                        "    - {{name: V{n}, valueFrom: {{secretKeyRef: {{name: wg-web, key: wg0.conf}}}}}}\n"
                    )
                }),
                "",
            )
        }),
        ("arguments", |n| {
            pod("", &lines("    args:", n, |n| format!("    - --private-key={}\n", key(n))), "")
        }),
        ("ports", |n| {
            pod(
                "",
                &lines("    ports:", n, |n| {
                    format!(
                        "    - {{containerPort: {}, hostPort: {}}}\n",
                        1 + n % 65535,
                        1 + n % 65535
                    )
                }),
                "",
            )
        }),
        ("annotations", |n| pod(&lines("  annotations:", n, |n| format!("    a{n}: b\n")), "", "")),
        ("labels", |n| pod(&lines("  labels:", n, |n| format!("    a{n}: b\n")), "", "")),
        ("settings that are unknown", |n| {
            pod(&lines("  annotations:", n, |n| format!("    wgsidecar.dev/a{n}: b\n")), "", "")
        }),
        ("suppressions that are unknown", |n| {
            pod(
                &lines("  annotations:", n, |n| format!("    ignore.wgsidecar.dev/a{n}: b\n")),
                "",
                "",
            )
        }),
        ("suppressions that are used twice", |n| {
            pod(
                &lines("  annotations:", n, |_| "    ignore.wgsidecar.dev/bare-pod: b\n".into()),
                "",
                "",
            )
        }),
        ("sysctls", |n| {
            pod(
                "",
                "",
                &format!(
                    "  securityContext:{}",
                    lines("\n    sysctls:", n, |n| format!(
                        "    - {{name: net.ipv4.a{n}, value: \"1\"}}\n"
                    ))
                ),
            )
        }),
        ("host aliases and resolvers", |n| {
            pod(
                "",
                "",
                &lines("  dnsConfig:\n    nameservers:", n, |n| {
                    format!("    - 10.{}.{}.1\n", n / 256 % 256, n % 256)
                }),
            )
        }),
        ("keys that occur again", |n| pod(&lines("  labels:", n, |_| "    a: b\n".into()), "", "")),
        ("keys on the way that occur again", |n| {
            pod(
                "",
                "",
                &(0..n).map(|_| "  initContainers: [{name: d, image: i}]\n").collect::<String>(),
            )
        }),
        ("keys at the root that occur again", |n| {
            (0..n).map(|_| "kind: Pod\n").collect::<String>() + &pod("", "", "")
        }),
        ("keys that nobody knows", |n| {
            pod("", "", &(0..n).map(|n| format!("  a{n}: b\n")).collect::<String>())
        }),
        ("aliases", |n| {
            format!("x: &a {{b: c}}\n{}", pod(&lines("  y:", n, |_| "  - *a\n".into()), "", ""))
        }),
        ("anchors", |n| pod(&lines("  y:", n, |n| format!("  - &a{n} b\n")), "", "")),
        ("anchors and aliases", |n| {
            pod(&lines("  y:", n, |n| format!("  - &a{n} b\n  - *a{n}\n")), "", "")
        }),
        ("tags", |n| pod(&lines("  y:", n, |_| "  - !!str b\n".into()), "", "")),
        ("merges of one", |n| {
            format!("x: &a {{b: c}}\n{}", pod(&lines("  y:", n, |_| "  - <<: *a\n".into()), "", ""))
        }),
        ("merges in one", |n| {
            format!(
                "x: &a {{b: c}}\n{}",
                pod(
                    &format!("  y:\n{}", (0..n).map(|_| "    <<: *a\n").collect::<String>()),
                    "",
                    ""
                )
            )
        }),
        ("a merge of many", |n| {
            format!(
                "x: &a {{b: c}}\n{}",
                pod(&format!("  y:\n    <<: [{}]\n", vec!["*a"; n].join(", ")), "", "")
            )
        }),
        ("comments", |n| pod("", "", &"  # c\n".repeat(n))),
        ("comments behind", |n| pod("", "", &lines("  y:", n, |_| "  - a # c\n".into()))),
        ("comments in brackets", |n| pod("", "", &format!("  y: [{}]\n", "a, # c\n   ".repeat(n)))),
        ("empty lines", |n| pod("", "", &"\n".repeat(n))),
        ("lines of one text", |n| {
            pod("", "", &format!("  y: |\n{}", "    text: # text\n".repeat(n)))
        }),
        ("lines of folded text", |n| {
            pod("", "", &format!("  y: >\n{}", "    text\n\n     more\n".repeat(n)))
        }),
        ("lines of plain text", |n| pod("", "", &format!("  y: a\n{}", "    text\n".repeat(n)))),
        ("lines of quoted text", |n| {
            pod("", "", &format!("  y: \"a\n{}\"\n", "    text\\\n".repeat(n)))
        }),
        ("a long word", |n| pod("", "", &format!("  y: {}\n", "word".repeat(n)))),
        ("a long line of words", |n| pod("", "", &format!("  y: {}\n", "word ".repeat(n)))),
        ("a long line of colons", |n| pod("", "", &format!("  y: {}\n", "a:b ".repeat(n)))),
        ("escapes", |n| pod("", "", &format!("  y: \"{}\"\n", "\\u00e9".repeat(n)))),
        ("items in brackets", |n| pod("", "", &format!("  y: [{}]\n", "a, ".repeat(n)))),
        ("pairs in brackets", |n| {
            pod(
                "",
                "",
                &format!("  y: {{{}}}\n", (0..n).map(|n| format!("a{n}: b, ")).collect::<String>()),
            )
        }),
        ("containers in brackets", |n| {
            pod(
                "",
                "",
                &format!(
                    "  initContainers: [{}]\n",
                    (0..n).map(|n| format!("{{name: d{n}, image: i}}, ")).collect::<String>()
                ),
            )
        }),
        ("volumes in brackets", |n| {
            pod(
                "",
                "",
                &format!(
                    "  volumes: [{}]\n",
                    (0..n).map(|n| format!("{{name: d{n}, emptyDir: {{}}}}, ")).collect::<String>()
                ),
            )
        }),
        ("annotations in brackets", |n| {
            pod(
                &format!(
                    "  annotations: {{{}}}\n",
                    (0..n).map(|n| format!("a{n}: b, ")).collect::<String>()
                ),
                "",
                "",
            )
        }),
        ("byte order marks", |n| pod("", "", &format!("  y: a{}\n", "\u{FEFF}".repeat(n)))),
        ("letters of two bytes", |n| pod("", "", &format!("  y: {}\n", "é".repeat(n)))),
        ("booleans of YAML 1.1", |n| pod("", "", &lines("  y:", n, |_| "  - yes\n".into()))),
    ];
    let mut inputs = Vec::new();
    for (name, text) in lists {
        for (verb, args) in [
            ("inject", "inject --no-config --allow bare-pod --allow host-port --check ."),
            ("lint", LINT),
        ] {
            inputs.push(Input::new(&format!("{verb}: {name}"), 500, args, text));
        }
    }
    inputs
}

/// A list within one object that is no pod, with workloads that it is about.
fn lists_of_one_object() -> Vec<Input> {
    type List = (&'static str, fn(usize) -> String);
    let lists: Vec<List> = vec![
        ("groups of a Ray cluster", |n| {
            lines(
                "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: r}\nspec:\n  headGroupSpec: {template: {spec: {containers: [{name: c, image: i}]}}}\n  workerGroupSpecs:",
                n,
                |n| {
                    format!(
                        "  - {{groupName: g{n}, replicas: 1, template: {{spec: {{containers: [{{name: c, image: i}}]}}}}}}\n"
                    )
                },
            )
        }),
        ("tasks of a Volcano job", |n| {
            lines(
                "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: r}\nspec:\n  tasks:",
                n,
                |n| {
                    format!(
                        "  - {{name: g{n}, replicas: 1, template: {{spec: {{containers: [{{name: c, image: i}}]}}}}}}\n"
                    )
                },
            )
        }),
        ("rules of a policy × deployments", |n| {
            lines(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: shop}\nspec:\n  podSelector: {}\n  egress:",
                n,
                |n| format!("  - {{ports: [{{port: {}, protocol: UDP}}]}}\n", n % 65535),
            ) + "---\n"
                + &documents(n, deployment)
        }),
        ("peers of a policy × deployments", |n| {
            lines(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: shop}\nspec:\n  podSelector: {}\n  egress:\n  - to:",
                n,
                |n| format!("    - ipBlock: {{cidr: 10.{}.{}.0/24}}\n", n / 256 % 256, n % 256),
            ) + "---\n"
                + &documents(n, deployment)
        }),
        ("expressions of a policy × deployments", |n| {
            lines(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: shop}\nspec:\n  egress: []\n  podSelector:\n    matchExpressions:",
                n,
                |n| format!("    - {{key: k{n}, operator: DoesNotExist}}\n"),
            ) + "---\n"
                + &documents(n, deployment)
        }),
        ("labels of a Namespace × deployments", |n| {
            lines("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:", n, |n| {
                format!("    a{n}: b\n")
            }) + "---\n"
                + &documents(n, deployment)
        }),
        ("amounts of a quota × deployments", |n| {
            lines(
                "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: shop}\nspec:\n  hard:",
                n,
                |n| format!("    count/a{n}: 1\n"),
            ) + "---\n"
                + &documents(n, deployment)
        }),
        ("limits of a range × deployments", |n| {
            lines(
                "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: shop}\nspec:\n  limits:",
                n,
                |_| "  - {type: Container, max: {cpu: 1m}}\n".into(),
            ) + "---\n"
                + &documents(n, deployment)
        }),
        ("keys of a Secret", |n| {
            lines(
                "apiVersion: v1\nkind: Secret\nmetadata: {name: wg-w0, namespace: shop}\nstringData:",
                n,
                |n| format!("  k{n}: v\n"),
            ) + "---\n"
                + &deployment(0)
        }),
        ("files of a Secret", |n| {
            lines(
                "apiVersion: v1\nkind: Secret\nmetadata: {name: wg-w0, namespace: shop}\nstringData:",
                n,
                |n| format!("  {n}.conf: |\n{}", indented(&conf(n))),
            ) + "---\n"
                + &deployment(0)
        }),
        ("files of a Secret × deployments", |n| {
            lines(
                "apiVersion: v1\nkind: Secret\nmetadata: {name: wg, namespace: shop}\nstringData:",
                n,
                |n| format!("  {n}.conf: |\n{}", indented(&conf(n))),
            ) + "---\n"
                + &documents(n, deployment)
                    .replace("  name: w", "  annotations: {wgsidecar.dev/secret: wg}\n  name: w")
        }),
        ("keys in the open", |n| {
            lines("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:", n, |n| {
                format!("  a{n}: PrivateKey = {}\n", key(n))
            })
        }),
        ("keys in one text", |n| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata:\n  a: |\n{}",
                (0..n).map(|n| format!("    PrivateKey = {}\n", key(n))).collect::<String>()
            )
        }),
        ("keys on one line", |n| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata:\n  a: \"{}\"\n",
                (0..n).map(|n| format!("PrivateKey = {} ", key(n))).collect::<String>()
            )
        }),
        ("one word of base64", |n| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata:\n  a: {}\n",
                "QUJD".repeat(n)
            )
        }),
        ("items of a List that are none", |n| {
            lines("apiVersion: v1\nkind: List\nitems:", n, |_| "- 1\n".into())
        }),
        ("Lists in Lists", |n| {
            documents(n, |_| {
                "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: List, items: []}\n"
                    .into()
            })
        }),
        ("levels of brackets", |n| format!("a: {}\n", "[".repeat(n))),
        ("levels of lists", |n| format!("a:\n{}\n", "- ".repeat(n))),
        ("levels of mappings", |n| {
            (0..n).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>()
        }),
        ("documents at the most levels", |n| {
            documents(n / 10, |_| format!("a: {}b{}\n", "[".repeat(250), "]".repeat(250)))
        }),
        ("documents that are broken", |n| documents(n, |_| "a: [\n".into())),
        ("documents that are templates", |n| documents(n, |_| "a: {{ b }}\n".into())),
        ("documents that are empty", |n| documents(n, |_| String::new())),
        ("separators that are wrong", |n| "a: b\n--- c\n".repeat(n)),
        ("separators in text", |n| format!("a: |\n{}", " ---\n".repeat(n))),
        ("ends of documents", |n| documents(n, |_| "a: b\n...\n".into())),
        ("documents of another line end", |n| documents(n, deployment).replace('\n', "\r\n")),
        ("documents of bare carriage returns", |n| documents(n, |_| "a: b\rc: d\n".into())),
        ("objects without a name", |n| {
            documents(n, |_| deployment(0).replace("  name: w0\n", "  generateName: w\n"))
        }),
        ("one object again and again", |n| documents(n, |_| deployment(0))),
        ("workloads of one Secret", |n| {
            documents(n, |n| {
                deployment(n)
                    .replace("  name: w", "  annotations: {wgsidecar.dev/secret: one}\n  name: w")
            })
        }),
        ("workloads of Secrets of one key each", |n| {
            documents(n, deployment)
                + &documents(n, OBJECTS.iter().find(|it| it.0 == "Secrets").unwrap().1)
        }),
    ];
    let input = |(name, text)| Input::new(&format!("lint: {name}"), 200, LINT, text);
    let inject = |(name, text)| {
        Input::new(&format!("inject: {name}"), 200, &INJECT.replace(" .", " --check ."), text)
    };
    lists.iter().copied().map(input).chain(lists.iter().copied().map(inject)).collect()
}

/// Policies of ours, before as many workloads that no setting gives a tunnel.
fn policies_of_ours() -> Vec<Input> {
    type Policies = (&'static str, fn(usize) -> String);
    let all: Vec<Policies> = vec![
        ("for all", |n| documents(n, |n| ours(n, "{}", "{}"))),
        ("for one each", |n| {
            documents(n, |n| ours(n, &format!("{{matchLabels: {{app: w{n}}}}}"), "{}"))
        }),
        ("for one namespace each", |n| {
            documents(n, |n| {
                ours(n, "{}", &format!("{{matchLabels: {{kubernetes.io/metadata.name: n{n}}}}}"))
            })
        }),
        ("for namespaces that are not there", |n| {
            documents(n, |n| ours(n, "{}", &format!("{{matchLabels: {{team: t{n}}}}}")))
        }),
        ("that are in no force", |n| {
            documents(n, |n| ours(n, "{}", "{}").split_once("---").unwrap().0.into())
        }),
        ("with many bindings", |n| {
            ours(0, "{}", "{}")
                + "---\n"
                + &documents(n, |n| binding(n + 1, 0, &format!("{{matchLabels: {{app: w{n}}}}}")))
        }),
        ("with many expressions", |n| {
            let expressions = (0..n).map(|n| format!("{{key: k{n}, operator: DoesNotExist}}"));
            let expressions = expressions.collect::<Vec<_>>().join(", ");
            ours(0, &format!("{{matchExpressions: [{expressions}]}}"), "{}") + "---\n"
        }),
    ];
    let input = |(name, text): Policies| {
        let args = "lint --no-config --fail-on never .";
        Input::new(&format!("lint: policies of ours {name} × deployments"), 100, args, move |n| {
            let asks = |n| deployment(n).replace("tier: front", "wgsidecar.dev/inject: enabled");
            text(n) + &documents(n, asks)
        })
    };
    all.into_iter().map(input).collect()
}

/// What a provider's file may hold much of.
fn configurations() -> Vec<Input> {
    type Lines = (&'static str, fn(usize) -> String);
    let lists: Vec<Lines> = vec![
        ("peers", |n| {
            conf(0) + &(0..n).map(|n| format!("[Peer]\nPublicKey = {}\nAllowedIPs = 10.{}.{}.0/24\nEndpoint = 192.0.2.1:{}\n", key(n), n / 256 % 256, n % 256, 1 + n % 65535)).collect::<String>()
        }),
        ("peers of one key", |n| {
            conf(0)
                + &(0..n)
                    .map(|_| format!("[Peer]\nPublicKey = {}\nAllowedIPs = 0.0.0.0/0\n", key(1)))
                    .collect::<String>()
        }),
        ("allowed addresses", |n| {
            conf(0)
                + &(0..n)
                    .map(|n| format!("AllowedIPs = 10.{}.{}.0/24\n", n / 256 % 256, n % 256))
                    .collect::<String>()
        }),
        ("allowed addresses on one line", |n| {
            format!("{}AllowedIPs = {}\n", conf(0), vec!["10.0.0.0/24"; n].join(", "))
        }),
        ("addresses", |n| {
            conf(0).replace(
                "[Peer]",
                &format!(
                    "{}[Peer]",
                    (0..n)
                        .map(|n| format!("Address = 10.{}.{}.0/32\n", n / 256 % 256, n % 256))
                        .collect::<String>()
                ),
            )
        }),
        ("resolvers", |n| {
            conf(0).replace("[Peer]", &format!("DNS = {}\n[Peer]", vec!["10.0.0.1"; n].join(", ")))
        }),
        ("commands", |n| {
            conf(0).replace("[Peer]", &format!("{}[Peer]", "PostUp = true\n".repeat(n)))
        }),
        ("unknown lines", |n| conf(0) + &"what is this\n".repeat(n)),
        ("unknown names", |n| {
            conf(0) + &(0..n).map(|n| format!("Name{n} = 1\n")).collect::<String>()
        }),
        ("comments of a file", |n| conf(0) + &"# comment\n".repeat(n)),
        ("sections", |n| conf(0) + &"[Section]\n".repeat(n)),
        ("private keys", |n| {
            conf(0).replace(
                "[Peer]",
                &format!(
                    "{}[Peer]",
                    (0..n).map(|n| format!("PrivateKey = {}\n", key(n))).collect::<String>()
                ),
            )
        }),
    ];
    let mut inputs = Vec::new();
    for (name, text) in lists {
        inputs.push(Input::of_files(
            &format!("secret: {name}"),
            200,
            "secret --check a.conf",
            move |n| vec![("a.conf".into(), text(n))],
        ));
        inputs.push(Input::new(&format!("lint: {name}"), 200, LINT, move |n| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: wg-w0, namespace: shop}}\nstringData:\n  wg0.conf: |\n{}---\n{}", indented(&text(n)), deployment(0))));
    }
    let files = |n| (0..n).map(|n| (format!("{n}.conf"), conf(n))).collect();
    inputs.push(
        Input::of_files(
            "secret: a file for each replica",
            50,
            "secret --check --per-replica",
            files,
        )
        .with_many(|n| (0..n).map(|n| format!("{n}.conf")).collect()),
    );
    inputs
}

/// A kustomization with n files and these patches, and settings that ask for n.
fn patches(n: usize, settings: &str, items: &str) -> Vec<(String, String)> {
    let asks = if settings.is_empty() || settings.contains("patches:") {
        String::new()
    } else {
        lines("  patches:\n  - object: k/kustomization.yaml\n    target:", n, |n| {
            format!("    - deploy/p{n}\n")
        })
    };
    let resources = lines("resources:", n, |n| format!("- {n}.yaml\n"));
    let items = if items.is_empty() { String::new() } else { format!("patches:\n{items}") };
    let mut files = vec![
        ("settings/wgsidecar.yaml".into(), settings.to_owned() + &asks),
        ("k/kustomization.yaml".into(), resources + &items),
    ];
    files.extend((0..n).map(|n| (format!("k/{n}.yaml"), deployment(n))));
    files
}

/// Patches of ours, as the fixture of a rule has one.
pub(super) fn patch_items(n: usize) -> String {
    let fixture = include_str!("../../../fixtures/rules/patch-matches-nothing/bad.yaml");
    let item = fixture.split_once("patches:\n").unwrap().1.split_once("resources:").unwrap().0;
    (0..n).map(|n| item.replace("name: wbe", &format!("name: p{n}"))).collect()
}

fn files_and_settings() -> Vec<Input> {
    let settings = |spec: &str| {
        format!(
            "apiVersion: wgsidecar.dev/v1alpha1\nkind: WireGuardSidecar\nspec:\n  secretName: wg-{{name}}\n{spec}"
        )
    };
    let with_settings = move |n: usize, spec: String| {
        vec![
            ("settings/wgsidecar.yaml".into(), settings(&spec)),
            ("a.yaml".into(), documents(n, deployment)),
        ]
    };
    const CONFIGURED: &str = "lint --config settings/wgsidecar.yaml --fail-on never a.yaml";
    let list = |key: &str, n: usize, item: fn(usize) -> String| {
        lines(&format!("  {key}:"), n, |n| format!("  - {}\n", item(n)))
    };
    vec![
        Input::of_files("inject: files", 100, INJECT, |n| (0..n).map(|n| (format!("{n}.yaml"), deployment(n))).collect()),
        Input::of_files("inject: files of JSON", 100, INJECT, |n| (0..n).map(|n| (format!("{n}.json"), json(&deployment(n)))).collect()),
        Input::of_files("inject: files in place", 50, "inject -i --no-config --secret wg-{name} .", |n| (0..n).map(|n| (format!("{n}.yaml"), deployment(n))).collect()),
        Input::of_files("inject: folders", 100, INJECT, |n| (0..n).map(|n| (format!("{n}/a.yaml"), deployment(n))).collect()),
        Input::of_files("inject: folders in folders", 30, INJECT, |n| (0..n).map(|n| (format!("{}a.yaml", "d/".repeat(n)), deployment(n))).collect()),
        Input::of_files("inject: files that are named", 100, "inject --no-config --secret wg-{name}", |n| (0..n).map(|n| (format!("{n}.yaml"), deployment(n))).collect()).with_many(|n| (0..n).map(|n| format!("{n}.yaml")).collect()),
        Input::of_files("inject: a file that is named again", 100, "inject --no-config --secret wg-{name}", |_| vec![("a.yaml".into(), deployment(0))]).with_many(|n| vec!["a.yaml".into(); n]),
        Input::of_files("lint: files", 100, LINT, |n| (0..n).map(|n| (format!("{n}.yaml"), deployment(n))).collect()),
        Input::of_files("lint: files that are missing", 100, "lint --no-config", |_| Vec::new()).with_many(|n| (0..n).map(|n| format!("{n}.yaml")).collect()),
        Input::new("inject: targets × deployments", 100, "inject --no-config --secret wg-{name} a.yaml", |n| documents(n, deployment)).with_many(|n| (0..n).flat_map(|n| ["--target".into(), format!("deploy/w{n}")]).collect()),
        Input::new("inject: targets that are not there × deployments", 100, "inject --no-config --secret wg-{name} a.yaml", |n| documents(n, deployment)).with_many(|n| (0..n).flat_map(|n| ["--target".into(), format!("deploy/x{n}")]).collect()),
        Input::new("inject: kinds × deployments", 100, "inject --no-config --secret wg-{name} a.yaml", |n| documents(n, deployment)).with_many(|n| (0..n).flat_map(|n| ["--workload".into(), format!("x.org/Kind{n}=spec.template")]).collect()),
        Input::new("inject: terms of a selector × deployments", 100, "inject --no-config --secret wg-{name} a.yaml", |n| documents(n, deployment)).with_many(|n| vec!["-l".into(), (0..n).map(|n| format!("k{n}!=v")).collect::<Vec<_>>().join(",")]),
        Input::new("inject: values of a selector × deployments", 100, "inject --no-config --secret wg-{name} a.yaml", |n| documents(n, deployment)).with_many(|n| vec!["-l".into(), format!("app notin ({})", (0..n).map(|n| format!("v{n}")).collect::<Vec<_>>().join(","))]),
        Input::new("inject: local ranges × deployments", 50, "inject --no-config --secret wg-{name} a.yaml", |n| documents(20, |k| deployment(k + n))).with_many(|n| (0..n).flat_map(|n| ["--local".into(), format!("10.{}.{}.0/24", n / 256, n % 256)]).collect()),
        Input::new("lint: rules that are allowed × deployments", 100, "lint --no-config --secret wg-{name} --fail-on never a.yaml", |n| documents(n, deployment)).with_many(|n| (0..n).flat_map(|_| ["--allow".into(), "rollout-overlap".into()]).collect()),
        Input::of_files("lint: ignores of one rule × deployments", 100, CONFIGURED, move |n| with_settings(n, list("ignore", n, |n| format!("{{rule: rollout-overlap, target: Deployment/w{n}, reason: known}}")))),
        Input::of_files("lint: ignores of none × deployments", 100, CONFIGURED, move |n| with_settings(n, list("ignore", n, |n| format!("{{rule: rollout-overlap, target: Deployment/x{n}, reason: known}}")))),
        Input::of_files("lint: ignores of another rule × deployments", 100, CONFIGURED, move |n| with_settings(n, list("ignore", n, |n| format!("{{rule: quota, target: Deployment/w{n}, reason: known}}")))),
        Input::of_files("lint: ignores × policies × deployments", 100, CONFIGURED, move |n| {
            let mut files = with_settings(n, list("ignore", n, |n| format!("{{rule: network-policy, target: NetworkPolicy/np{n}, reason: known}}")));
            for name in ["network policies for all", "limit ranges", "Services of all"] {
                let object = OBJECTS.iter().find(|it| it.0 == name).unwrap().1;
                files[1].1 += &documents(n, object);
            }
            files
        }),
        Input::of_files("lint: targets of the settings × deployments", 100, CONFIGURED, move |n| with_settings(n, list("target", n, |n| format!("deploy/w{n}")))),
        Input::of_files("lint: unknown fields of the settings", 100, CONFIGURED, move |n| with_settings(1, (0..n).map(|n| format!("  field{n}: 1\n")).collect())),
        Input::of_files("inject: patches of a kustomization", 25, "inject --check --config settings/wgsidecar.yaml k/kustomization.yaml", move |n| patches(n, &settings(""), "")),
        Input::of_files("lint: patches that are missing", 25, "lint --config settings/wgsidecar.yaml --fail-on never k/kustomization.yaml", move |n| patches(n, &settings(""), "")),
        Input::of_files("lint: patches that match nothing", 25, "lint --config settings/wgsidecar.yaml --fail-on never k", move |n| patches(n, &settings(""), &patch_items(n))),
        Input::of_files("lint: patches that nobody asks for", 25, "lint --config settings/wgsidecar.yaml --fail-on never k", move |n| patches(n, &format!("{}  patches: []\n", settings("")), &patch_items(n))),
        Input::of_files("uninject: patches of a kustomization", 25, "uninject --check --no-config k/kustomization.yaml", move |n| patches(n, "", &patch_items(n))),
        Input::new("krm: items", 100, "krm --secret wg-{name}", |_| String::new()).stdin(|n| format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{}", (0..n).map(|n| item(&deployment(n))).collect::<String>())),
        Input::new("krm --lint: items", 100, "krm --lint --secret wg-{name}", |_| String::new()).stdin(|n| format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{}", (0..n).map(|n| item(&deployment(n))).collect::<String>())),
        Input::new("krm: items on one line", 100, "krm --secret wg-{name}", |_| String::new()).stdin(|n| format!("{{\"apiVersion\":\"config.kubernetes.io/v1\",\"kind\":\"ResourceList\",\"items\":[{}]}}", (0..n).map(|n| json(&deployment(n))).collect::<Vec<_>>().join(","))),
    ]
}
