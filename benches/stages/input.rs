//! The texts that are measured, for the benchmarks and for `examples/input.rs`.

use std::fmt::Write as _;

/// Deployments in one stream, 826 bytes each.
pub(crate) fn deployments(count: usize) -> String {
    (0..count).map(deployment).collect::<Vec<_>>().join("---\n")
}

/// CustomResourceDefinitions of about 90 kB, every fourth document a Deployment, until `size` bytes are reached.
pub(crate) fn definitions(size: usize) -> String {
    let mut text = String::with_capacity(size + 100_000);
    for number in 0.. {
        if text.len() >= size {
            break;
        }
        if number > 0 {
            text.push_str("---\n");
        }
        text += &if number % 4 == 0 { deployment(number) } else { definition(number) };
    }
    text
}

/// A `List` in JSON, indented.
pub(crate) fn list(count: usize) -> String {
    let item = |number| {
        serde_json::json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": format!("web-{number}")},
            "spec": {
                "replicas": 1,
                "strategy": {"type": "Recreate"},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{
                        "name": "web",
                        "image": "nginx:1.27",
                        "env": [{"name": "A", "value": "b"}],
                    }]},
                },
            },
        })
    };
    let items: Vec<_> = (0..count).map(item).collect();
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": items});
    format!("{list:#}\n")
}

/// Deployments, each with a Service, a policy, a budget and an autoscaler of its own; `count` objects in all.
pub(crate) fn with_partners(count: usize) -> String {
    let group = |number| format!("{}---\n{}", deployment(number), partners(number));
    (0..count / 5).map(group).collect::<Vec<_>>().join("---\n")
}

/// One Deployment as people write it.
pub(crate) fn deployment(number: usize) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
  labels:
    app: web-{number}
    tier: backend
spec:
  replicas: 1
  strategy: {{type: Recreate}}
  selector:
    matchLabels:
      app: web-{number}
  template:
    metadata:
      labels:
        app: web-{number}
        tier: backend
    spec:
      containers:
        - name: web
          image: nginx:1.27   # pinned
          ports:
            - containerPort: 8080
              name: http
          env:
            - name: LOG_LEVEL
              value: info
          resources:
            requests: {{cpu: 10m, memory: 64Mi}}
            limits: {{memory: 128Mi}}
          readinessProbe:
            httpGet: {{path: /healthz, port: http}}
          volumeMounts:
            - name: data
              mountPath: /data
      volumes:
        - name: data
          emptyDir: {{}}
"
    )
}

fn definition(number: usize) -> String {
    let mut text = format!(
        "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things{number}.example.com
spec:
  group: example.com
  names: {{kind: Thing{number}, plural: things{number}}}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
"
    );
    for field in 0..400 {
        let _ = write!(
            text,
            "          field{field}:
            description: |-
              Field {field} of the thing, with some words about what it means to the
              controller that reads it.
            type: string
            enum:
            - one
            - two
"
        );
    }
    text
}

/// Objects that select or scale the Deployment of the same number; all share a label that selects nothing by itself.
fn partners(number: usize) -> String {
    let labels = format!("{{tier: backend, app: web-{number}}}");
    let metadata = format!("metadata: {{name: web-{number}}}");
    format!(
        "apiVersion: v1
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
