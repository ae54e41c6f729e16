//! How long linting takes beside injecting, and how it grows: Deployments, each with a Service, a policy, a budget and an
//! autoscaler of its own. `cargo bench --bench lint`
#![allow(clippy::expect_used, clippy::print_stdout)]

use std::time::{Duration, Instant};

use wgsidecar::config::Layer;
use wgsidecar::kube::{Kinds, Targets};
use wgsidecar::lint::RULES;
use wgsidecar::run::check::check;
use wgsidecar::run::plan::{Verb, plan};
use wgsidecar::text::Source;
use wgsidecar::wireguard::settings;

/// Objects of each run, and the best of how many runs counts.
const SIZES: [(usize, usize); 3] = [(1_000, 10), (10_000, 5), (100_000, 2)];

fn main() {
    let deployments = source((0..5_000).map(deployment));
    let (lint, inject) = (best(5, || lint(&deployments)), best(5, || inject(&deployments)));
    let ratio = lint.as_secs_f64() / inject.as_secs_f64();
    println!("5,000 Deployments: lint {lint:.1?}, inject {inject:.1?}, ratio {ratio:.2}");
    for (objects, runs) in SIZES {
        let source = source((0..objects / 5).map(|number| deployment(number) + &partners(number)));
        let time = best(runs, || self::lint(&source));
        println!("{objects:>7} objects: lint {time:.1?}, {:.1?} each", time / objects as u32);
    }
}

fn source(documents: impl Iterator<Item = String>) -> Vec<Source> {
    let text: String = documents.collect();
    vec![Source::new("all.yaml", text.into_bytes()).expect("the text is UTF-8")]
}

fn best(runs: usize, run: impl Fn()) -> Duration {
    let time = || {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..runs).map(|_| time()).min().unwrap_or_default()
}

fn layer() -> Layer {
    let mut layer = Layer::default();
    let secret = settings::find("secret").expect("the setting exists");
    layer.settings.set(secret, &["wg-{name}"]).expect("the pattern is one");
    layer
}

fn lint(sources: &[Source]) {
    let (layer, kinds) = (layer(), Kinds::builtin());
    std::hint::black_box(check(sources, &layer, &kinds, &Targets::default(), RULES.to_vec()));
}

fn inject(sources: &[Source]) {
    let (layer, kinds) = (layer(), Kinds::builtin());
    std::hint::black_box(plan(sources, Verb::Inject, &layer, &kinds, &Targets::default()));
}

fn deployment(number: usize) -> String {
    format!(
        "---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
  namespace: shop
  labels:
    app.kubernetes.io/name: web-{number}
    app.kubernetes.io/managed-by: helm
spec:
  strategy:
    type: Recreate
  selector:
    matchLabels:
      app.kubernetes.io/name: web-{number}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web-{number}
        app.kubernetes.io/managed-by: helm
    spec:
      containers:
        - name: app
          image: registry.example.com/web:1.{number}
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: NUMBER
              value: \"{number}\"
          livenessProbe:
            httpGet: {{path: /healthz, port: http}}
          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
"
    )
}

/// Objects that select or scale the Deployment of the same number; all share a label that selects nothing by itself.
fn partners(number: usize) -> String {
    let labels =
        format!("{{app.kubernetes.io/managed-by: helm, app.kubernetes.io/name: web-{number}}}");
    let metadata = format!("metadata: {{name: web-{number}, namespace: shop}}");
    format!(
        "---
apiVersion: v1
kind: Service
{metadata}
spec:
  selector: {labels}
  ports: [{{port: 80, targetPort: http}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{metadata}
spec:
  podSelector: {{matchLabels: {labels}}}
  policyTypes: [Egress]
  egress: [{{}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
{metadata}
spec:
  selector: {{matchLabels: {labels}}}
  maxUnavailable: 1
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
{metadata}
spec:
  scaleTargetRef: {{kind: Deployment, name: web-{number}}}
  maxReplicas: 1
"
    )
}
