//! Objects that a run may hold many of, each by its number.

/// A kind of object that somebody may write many of.
pub(super) type Object = (&'static str, fn(usize) -> String);

/// All of them together are one input too: it holds every pair.
pub(super) const OBJECTS: &[Object] = &[
    ("deployments", deployment),
    ("stateful sets", |n| workload("StatefulSet", n, "  replicas: 3\n")),
    ("daemon sets", |n| workload("DaemonSet", n, "")),
    ("cron jobs", cron_job),
    ("pods", |n| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}, namespace: shop, labels: {{app: w{n}}}}}\nspec:\n  containers: [{{name: c, image: i}}]\n"
        )
    }),
    ("ray clusters", |n| {
        format!(
            "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {{name: r{n}, namespace: shop}}\nspec:\n  headGroupSpec: {{template: {{spec: {{containers: [{{name: c, image: i}}]}}}}}}\n  workerGroupSpecs: [{{replicas: 2, template: {{spec: {{containers: [{{name: c, image: i}}]}}}}}}]\n"
        )
    }),
    ("workloads of an unknown kind", |n| {
        format!(
            "apiVersion: x.example.org/v1\nkind: Thing\nmetadata: {{name: t{n}, namespace: shop}}\nspec: {{template: {{spec: {{containers: [{{name: c, image: i}}]}}}}}}\n"
        )
    }),
    ("workloads without a pod", |n| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: h{n}, namespace: shop}}\nspec: {{}}\n"
        )
    }),
    ("Secrets", |n| secret(&format!("wg-w{n}"), n)),
    ("Secrets of one name", |n| secret("wg-w0", n)),
    ("Secrets of one key", |n| secret(&format!("same-{n}"), 0)),
    ("generated Secrets of one name", |n| secret(&format!("wg-w1-{}", suffix(n)), n)),
    ("sealed Secrets", |n| {
        format!(
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: wg-w{n}, namespace: vpn}}\nspec: {{encryptedData: {{wg0.conf: AgB}}}}\n"
        )
    }),
    ("external Secrets of one target", |n| {
        format!(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: e{n}, namespace: n{n}}}\nspec: {{target: {{name: wg-w0}}}}\n"
        )
    }),
    ("ConfigMaps", |n| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{n}, namespace: shop}}\ndata: {{a: b}}\n"
        )
    }),
    ("namespaces", |n| namespace(&format!("n{n}"), n)),
    ("namespaces of one name", |n| namespace("shop", n)),
    ("network policies for all", |n| policy(n, "{}")),
    ("network policies for one each", |n| policy(n, &format!("{{matchLabels: {{app: w{n}}}}}"))),
    ("network policies by two labels", |n| {
        policy(n, &format!("{{matchLabels: {{tier: front, app: w{n}}}}}"))
    }),
    ("network policies by expressions", |n| {
        policy(
            n,
            &format!(
                "{{matchExpressions: [{{key: tier, operator: Exists}}, {{key: app, operator: NotIn, values: [w{n}]}}]}}"
            ),
        )
    }),
    ("network policies that are wrong", |n| {
        policy(n, "{matchExpressions: [{key: tier, operator: Is}]}")
    }),
    ("network policies that differ", |n| {
        policy(n, "{}").replace("10.0.0.0/8", &format!("10.{}.{}.0/24", n / 256 % 256, n % 256))
    }),
    ("quotas", |n| {
        format!(
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q{n}, namespace: shop}}\nspec: {{hard: {{requests.cpu: 5m, limits.memory: {n}Mi}}}}\n"
        )
    }),
    ("quotas with scopes", |n| {
        format!(
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: s{n}, namespace: shop}}\nspec: {{hard: {{limits.memory: 1Mi}}, scopes: [NotTerminating], scopeSelector: {{matchExpressions: [{{scopeName: PriorityClass, operator: In, values: [p{n}]}}]}}}}\n"
        )
    }),
    ("limit ranges", |n| {
        format!(
            "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: l{n}, namespace: shop}}\nspec: {{limits: [{{type: Container, max: {{cpu: 1m}}}}, {{type: Pod, max: {{memory: 1Mi}}}}]}}\n"
        )
    }),
    ("limit ranges that differ", |n| {
        format!(
            "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: d{n}, namespace: shop}}\nspec: {{limits: [{{type: Container, min: {{memory: {n}Gi}}}}]}}\n"
        )
    }),
    ("disruption budgets for all", |n| budget(n, "{}")),
    ("disruption budgets that differ", |n| {
        budget(n, "{matchLabels: {tier: front}}")
            .replace("minAvailable: 1", &format!("minAvailable: {}", n + 1))
    }),
    ("disruption budgets for one each", |n| budget(n, &format!("{{matchLabels: {{app: w{n}}}}}"))),
    ("autoscalers of one each", |n| scaler(n, &format!("w{n}"))),
    ("autoscalers of one workload", |n| scaler(n, "w0")),
    ("scaled objects", |n| {
        format!(
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: k{n}, namespace: shop}}\nspec: {{scaleTargetRef: {{name: w{n}}}}}\n"
        )
    }),
    ("Services of one each", |n| service(n, &format!("app: w{n}"))),
    ("Services of all", |n| service(n, "tier: front")),
    ("Services that differ", |n| {
        let outside = format!(
            "type: NodePort, externalTrafficPolicy: Local, ports: [{{port: {}}}]",
            40_000 + n
        );
        service(n, "tier: front").replace("ports: [{port: 80}]", &outside)
    }),
    ("HelmReleases", |n| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: h{n}, namespace: shop}}\nspec: {{chartRef: {{kind: OCIRepository, name: app}}}}\n"
        )
    }),
    ("suppressed policies", |n| {
        policy(n, "{}").replace(
            "namespace: shop",
            "namespace: shop, annotations: {ignore.wgsidecar.dev/network-policy: \"known\"}",
        )
    }),
];

pub(super) fn deployment(n: usize) -> String {
    workload("Deployment", n, "  replicas: 1\n")
}

fn workload(kind: &str, n: usize, more: &str) -> String {
    let name =
        if kind == "Deployment" { format!("w{n}") } else { format!("{}{n}", kind.to_lowercase()) };
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata:
  name: {name}
  namespace: shop
spec:
{more}  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
        tier: front
    spec:
      containers:
      - name: app
        image: nginx:1.29
        ports:
        - containerPort: 80
"
    )
}

fn cron_job(n: usize) -> String {
    format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: j{n}, namespace: shop}}\nspec:\n  schedule: \"0 0 * * *\"\n  jobTemplate:\n    spec:\n      template:\n        metadata: {{labels: {{tier: front}}}}\n        spec:\n          restartPolicy: Never\n          containers: [{{name: c, image: i}}]\n"
    )
}

fn secret(name: &str, n: usize) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: shop}}\nstringData:\n  wg0.conf: |\n{}",
        indented(&conf(n))
    )
}

pub(super) fn conf(n: usize) -> String {
    format!(
        "[Interface]\nPrivateKey = {}\nAddress = 10.{}.{}.{}/32\n[Peer]\nPublicKey = Zml4dHVyZS1wdWJsaWMta2V5LXNlcnZlci0tLS0tLS0=\nAllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = 203.0.113.7:51820\n",
        key(n),
        n / 65536,
        n / 256 % 256,
        n % 256
    )
}

/// A key of 32 bytes, another for each number.
pub(super) fn key(n: usize) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("fixture-private-key-{n:012}"))
}

pub(super) fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// What kustomize adds to a generated name.
fn suffix(n: usize) -> String {
    const LETTERS: &[u8] = b"bcdfghkmt2456789";
    (0..10).map(|at| char::from(LETTERS[n >> (4 * at % 32) & 15])).collect()
}

fn namespace(name: &str, n: usize) -> String {
    format!(
        "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{pod-security.kubernetes.io/enforce: baseline, istio-injection: enabled, n: \"{n}\"}}}}\n"
    )
}

/// A policy of ours and its binding, for the pods and namespaces of certain labels.
pub(super) fn ours(n: usize, pods: &str, namespaces: &str) -> String {
    format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicy\nmetadata: {{name: wgsidecar-{n}, annotations: {{wgsidecar.dev/injected: \"2 secret=vpn{n} hash=baeb314dc867729d73fc10ab\"}}}}\nspec: {{matchConstraints: {{namespaceSelector: {namespaces}, objectSelector: {pods}}}}}\n---\n{}",
        binding(n, n, "{}")
    )
}

/// A binding of a policy of ours.
pub(super) fn binding(n: usize, of: usize, pods: &str) -> String {
    format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicyBinding\nmetadata: {{name: b{n}}}\nspec: {{policyName: wgsidecar-{of}, matchResources: {{objectSelector: {pods}}}}}\n"
    )
}

fn policy(n: usize, selector: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: np{n}, namespace: shop}}\nspec: {{podSelector: {selector}, policyTypes: [Egress], egress: [{{to: [{{ipBlock: {{cidr: 10.0.0.0/8}}}}]}}]}}\n"
    )
}

fn budget(n: usize, selector: &str) -> String {
    format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b{n}, namespace: shop}}\nspec: {{minAvailable: 1, selector: {selector}}}\n"
    )
}

fn scaler(n: usize, target: &str) -> String {
    format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: a{n}, namespace: shop}}\nspec: {{maxReplicas: 5, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}}}\n"
    )
}

fn service(n: usize, selector: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: s{n}, namespace: shop}}\nspec: {{selector: {{{selector}}}, ports: [{{port: 80}}]}}\n"
    )
}
