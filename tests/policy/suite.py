"""What the policies of `wgsidecar policy` do on a real API server. Run by tests/policy/run."""
import copy
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import yaml

from server import Server
from webhook import Webhook

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BINARY = os.environ["WGSIDECAR"]
MARK = "wgsidecar.dev/injected"
INJECT = {"wgsidecar.dev/inject": "enabled"}
CHOSEN = {"wgsidecar.dev/policy": "enabled"}
# What only `uninject` needs, and what a policy cannot see: the Secret's content, what stood in the pod template, and the
# last digits, which are of the whole mark.
PRIVATE = [(re.compile(r" (content|metadata|annotations|initContainers|volumes)=\S*"), ""), (re.compile(r"(dnsPolicy|dnsConfig|nameservers)=\S*"), r"\1"),
           (re.compile(r"( hash=[0-9a-f]{16})[0-9a-f]{8}"), r"\1")]
# Findings that no policy could make.
UNSEEN = ["--allow", "key-in-the-open"]
TOKEN_VOLUME = re.compile(r"kube-api-access-\w+")

passed = failed = 0
skipped = []


def check(title, ok, more=""):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(f"FAIL  {title}\n      {more}"[:4000], flush=True)


def wgsidecar(*args, stdin=None):
    return subprocess.run([BINARY, args[0], "--no-config", *args[1:]], input=stdin, capture_output=True, text=True)


def policy(*flags):
    ran = wgsidecar("policy", *flags)
    if ran.returncode:
        raise SystemExit(f"policy {flags}: {ran.stderr}")
    return list(yaml.safe_load_all(ran.stdout))


def pod(name="web", labels=INJECT, annotations=None, containers=None, **spec):
    metadata = {"name": name, "labels": dict(labels)}
    if annotations is not None:
        metadata["annotations"] = annotations
    spec = {"containers": containers or [{"name": "app", "image": "nginx:1.29"}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def seen(answer):
    """A pod without what differs from one creation to the next."""
    metadata = answer["metadata"]
    annotations = dict(metadata.get("annotations") or {})
    if MARK in annotations:
        for pattern, rest in PRIVATE:
            annotations[MARK] = pattern.sub(rest, annotations[MARK])
    whole = {"annotations": annotations, "labels": metadata.get("labels") or {}, "spec": answer["spec"]}
    return json.loads(TOKEN_VOLUME.sub("kube-api-access", json.dumps(whole, sort_keys=True)))


def difference(one, other, path=""):
    if type(one) is not type(other):
        return f"{path}: {json.dumps(one)[:300]} / {json.dumps(other)[:300]}"
    if isinstance(one, dict):
        for key in sorted(set(one) | set(other)):
            if one.get(key) != other.get(key):
                return difference(one.get(key), other.get(key), f"{path}.{key}")
    if isinstance(one, list) and len(one) == len(other):
        for number, (a, b) in enumerate(zip(one, other)):
            if a != b:
                return difference(a, b, f"{path}[{number}]")
    return f"{path}: {json.dumps(one)[:600]} / {json.dumps(other)[:600]}"


class Suite:
    def __init__(self, server):
        self.server = server
        self.documents = []
        self.flags = ()
        server.namespace("chosen", CHOSEN)
        server.namespace("other")
        server.namespace("plain")

    # ---- installing ----

    def create(self, item, namespace="chosen"):
        """A pod as the server would make it, its service account and priority class made first."""
        for _ in range(4):
            status, answer, warnings = self.server.dry(namespace, "pods", item)
            message = answer.get("message", "") if status >= 300 else ""
            account = re.search(r"looking up service account [^/]+/([^:]+): serviceaccount", message)
            priority = re.search(r"no PriorityClass with name (\S+) was found", message)
            if account:
                self.server.account(namespace, account[1])
            elif priority:
                item_of_class = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": priority[1]}, "value": 1}
                self.server.call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", item_of_class)
                time.sleep(0.2)
            else:
                break
        return status, answer, warnings

    def until(self, title, is_so):
        """Policies take effect some time after they were stored; what holds three times over stays."""
        good = 0
        for _ in range(300):
            good = good + 1 if is_so() else 0
            if good == 3:
                return
            time.sleep(0.05)
        raise SystemExit(f"{title}: not after 15 seconds")

    def remove(self):
        for item in reversed(self.documents):
            self.server.delete(item)
        self.documents = []
        host = pod("probe", hostNetwork=True)
        self.until("without policies", lambda: self.create(host)[0] == 201 and "initContainers" not in self.create(pod("probe"))[1]["spec"])

    def install(self, *flags, probe=None):
        self.remove()
        self.flags = flags
        self.documents = policy(*flags)
        for item in self.documents:
            self.server.apply(item)
        good, host = probe or pod("probe"), copy.deepcopy(probe or pod("probe"))
        host["spec"]["hostNetwork"] = True
        self.until("with policies", lambda: MARK in (self.create(good)[1].get("metadata", {}).get("annotations") or {}) and self.create(host)[0] == 403)

    # ---- comparing ----

    def injected(self, item, *flags):
        """The pod as `inject` makes it, or None where it refuses."""
        settings = [flag for flag in flags if flag not in ("--strict", "--all-pods")]
        ran = wgsidecar("inject", "-q", *UNSEEN, *settings, stdin=json.dumps(item))
        return json.loads(ran.stdout) if ran.returncode == 0 else None

    def same(self, title, item, namespace="chosen"):
        """Whether the policy and `inject` make the same of a pod, or both refuse it."""
        wanted = self.injected(item, *self.flags)
        status, made, _ = self.create(item, namespace)
        if wanted is None:
            check(f"{title}: refused as by inject", status == 403 and "denied request: wgsidecar: " in made.get("message", ""), made)
            return "refused"
        _, plain, _ = self.create(wanted, "plain")
        if status != 403 and made.get("reason") == plain.get("reason") == "Invalid":
            check(f"{title}: both break the API's rules", True)
            return "refused"
        if status != 201 or "spec" not in plain:
            check(f"{title}: accepted as by inject", False, [made, plain])
            return "different"
        check(f"{title}: the same as by inject", seen(made) == seen(plain), difference(seen(made), seen(plain)))
        again = self.create(wanted, namespace)[1]
        check(f"{title}: an injected pod is left alone", "spec" in again and seen(again) == seen(plain), again.get("message") or difference(seen(again), seen(plain)))
        return "same"

    def refused(self, title, item, namespace="chosen"):
        status, answer, _ = self.create(item, namespace)
        message = answer.get("message", "")
        check(f"{title}: refused", status == 403 and "denied request: wgsidecar: " in message, answer)
        return message

    def added(self, title, item, namespace="chosen"):
        status, answer, _ = self.create(item, namespace)
        first = (answer.get("spec", {}).get("initContainers") or [{}])[0].get("name")
        check(f"{title}: gets the tunnel", status == 201 and first == "wireguard", answer)
        return answer

    def plain(self, title, item, namespace="chosen"):
        status, answer, _ = self.create(item, namespace)
        check(f"{title}: stays as it is", status == 201 and MARK not in (answer["metadata"].get("annotations") or {}), answer)
        return answer


# ---- pods of manifests -----------------------------------------------------------------------------------------------

class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Numbers and booleans as Kubernetes reads them; dates and the like are words."""


Loader.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def templates(value):
    """Every pod template in a document, whatever its kind."""
    if isinstance(value, list):
        for item in value:
            yield from templates(item)
    if not isinstance(value, dict):
        return
    spec = value.get("spec")
    if isinstance(spec, dict) and isinstance(spec.get("containers"), list) and not isinstance(spec.get("template"), dict):
        yield value
        return
    for item in value.values():
        yield from templates(item)


def manifest_pods(folder):
    for path in sorted(folder.rglob("*")):
        # Outputs have a word in the place of the script.
        if path.suffix not in (".yaml", ".yml", ".json") or path.name.endswith(".out.yaml"):
            continue
        try:
            documents = list(yaml.load_all(path.read_text(), Loader))
        except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
            continue
        for number, template in enumerate(found for document in documents for found in templates(document)):
            metadata = template.get("metadata")
            metadata = metadata if isinstance(metadata, dict) else {}
            own = {key: metadata[key] for key in ("labels", "annotations") if isinstance(metadata.get(key), dict)}
            labels = {**(own.get("labels") or {}), **INJECT}
            item = {"apiVersion": "v1", "kind": "Pod", "metadata": {**own, "name": "web", "labels": labels}, "spec": template["spec"]}
            yield f"{path.relative_to(folder)}#{number}", item


def compare_all(suite, title, folder, least):
    counts = {"same": 0, "refused": 0, "different": 0, "not accepted plain": 0}
    for name, item in manifest_pods(folder):
        annotations = item["metadata"].get("annotations") or {}
        if any(key.startswith("wgsidecar.dev/") and key != "wgsidecar.dev/secret" for key in annotations):
            continue  # a policy obeys no other setting, and says so
        if "{" in annotations.get("wgsidecar.dev/secret", ""):
            continue  # a pod does not know its workload's name: `{name}` is refused
        if "cosign.sigstore.dev/signature" in annotations:
            continue  # the signature is of the manifest, which no policy changes
        bare = copy.deepcopy(item)
        bare["metadata"]["labels"].pop("wgsidecar.dev/inject")
        if suite.create(bare, "plain")[0] != 201:
            counts["not accepted plain"] += 1
            continue
        counts[suite.same(f"{title}: {name}", item)] += 1
    print(f"      {title}: {', '.join(f'{count} {what}' for what, count in counts.items())}", flush=True)
    check(f"{title}: at least {least} pods come out the same", counts["same"] >= least, counts)
    return counts


SETTINGS = [
    (),
    ("--secret", "mullvad", "--cluster", "k3s", "--dns", "10.64.0.1", "--kill-switch", "on"),
    ("--install-tools", "--local", "192.168.0.0/16", "--inbound", "tcp:8080,udp:53", "--mtu", "1380", "--handshake-timeout", "0"),
    ("--container-name", "vpn", "--interface", "wg7", "--rule-priority", "2000", "--pull-policy", "IfNotPresent", "--cluster", "none",
     "--requests", "cpu=50m,memory=48Mi", "--limits", "cpu=2,memory=128Mi", "--dns", "10.64.0.1,fd00::1", "--kill-switch", "off"),
]


def odd_pods():
    """Pods with and without what a patch must find or make."""
    app = {"name": "app", "image": "nginx:1.29"}
    tmp = {"name": "tmp", "emptyDir": {}}
    init = {"name": "one", "image": "busybox:1.37"}
    native = {"name": "log", "image": "busybox:1.37", "restartPolicy": "Always", "command": ["sleep", "inf"]}
    yield "bare", pod()
    for token in (True, False):
        for annotations in (None, {}, {"a": "b"}):
            for volumes in (None, [], [tmp]):
                for inits in (None, [], [init], [native, init]):
                    spec = {"automountServiceAccountToken": token}
                    spec |= {} if volumes is None else {"volumes": volumes}
                    spec |= {} if inits is None else {"initContainers": inits}
                    name = f"token {token}, annotations {annotations}, {len(volumes or [])} volumes {volumes is None}, {len(inits or [])} inits {inits is None}"
                    yield name, pod(annotations=annotations, **spec)
    null = pod()
    null["metadata"]["annotations"] = null["spec"]["volumes"] = null["spec"]["initContainers"] = None
    yield "nulls", null
    yield "own Secret", pod(annotations={"wgsidecar.dev/secret": "wg-web.of-mine"})
    yield "security context", pod(securityContext={"runAsNonRoot": True, "runAsUser": 999, "fsGroup": 999, "seccompProfile": {"type": "RuntimeDefault"}})
    yield "generated name", {**pod(), "metadata": {"generateName": "web-", "labels": INJECT}}
    yield "owned", {**pod(), "metadata": {"name": "web", "labels": INJECT, "ownerReferences": [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "1", "controller": True}]}}
    yield "shared processes", pod(shareProcessNamespace=True, hostPID=False, terminationGracePeriodSeconds=5)
    yield "dnsPolicy written out", pod(dnsPolicy="ClusterFirst")
    yield "linux", pod(os={"name": "linux"}, nodeSelector={"kubernetes.io/os": "linux"})
    yield "many", pod(containers=[{**app, "name": f"a{n}"} for n in range(60)], initContainers=[{**init, "name": f"i{n}"} for n in range(60)],
                      volumes=[{**tmp, "name": f"v{n}"} for n in range(60)])
    yield "unicode and quotes", pod(annotations={"b": "größe\nline '\"\\ @NAME@ \"\"\""})
    yield "keys with slashes", pod(annotations={"example.com/a": "x", "example.com/b_c": ""})
    yield "hostUsers", pod(hostUsers=False)


def refusals():
    """Pods that are refused, with the namespace that they are created in."""
    taken = [{"name": "wireguard", "image": "nginx:1.29"}]
    fake = {"name": "wireguard", "image": "busybox:1.37"}
    yield "the node's network", pod(hostNetwork=True), "chosen"
    yield "Windows", pod(os={"name": "windows"}), "chosen"
    yield "Windows by node selector", pod(nodeSelector={"kubernetes.io/os": "windows"}), "chosen"
    terms = [{"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["windows"]}]}]
    yield "Windows by affinity", pod(affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}), "chosen"
    yield "a container of that name", pod(containers=taken), "chosen"
    yield "a volume of that name", pod(volumes=[{"name": "wireguard", "emptyDir": {}}]), "chosen"
    yield "an init container of that name", pod(initContainers=[fake]), "chosen"
    yield "a bad Secret name", pod(annotations={"wgsidecar.dev/secret": "../etc"}), "chosen"
    yield "an empty Secret name", pod(annotations={"wgsidecar.dev/secret": ""}), "chosen"
    yield "a Secret name that is too long", pod(annotations={"wgsidecar.dev/secret": "a" * 254}), "chosen"
    yield "a setting of the pod's own", pod(annotations={"wgsidecar.dev/image": "evil"}), "chosen"
    yield "a word that means nothing", pod(labels={"wgsidecar.dev/inject": "true"}), "chosen"
    yield "a word that means nothing, elsewhere", pod(labels={"wgsidecar.dev/inject": "yes"}), "other"
    yield "another namespace", pod(), "other"
    yield "several reasons", pod(hostNetwork=True, containers=taken), "chosen"
    yield "a namespace with a Secret for all", pod(), "shared"
    yield "a further network with a default route", pod(annotations={"k8s.v1.cni.cncf.io/networks": '[{"name": "lan", "default-route": ["192.168.1.1"]}]'}), "chosen"
    yield "another interface with the default route", pod(annotations={"networking.gke.io/default-interface": "eth1"}), "chosen"
    yield "a label that nobody reads", pod(labels={**INJECT, "wgsidecar.dev/secret": "wg-web"}), "chosen"
    half = {**fake, "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}
    yield "a mark without the tunnel's power", pod(annotations={MARK: "2 hash=0123456789abcdef01234567"}, initContainers=[fake]), "chosen"
    yield "a mark without the volume", pod(annotations={MARK: "1 name=wireguard secret=wireguard hash=0"}, initContainers=[half]), "other"
    yield "the node's network, injected by hand", pod(annotations={MARK: "1 name=wireguard secret=wireguard hash=0"}, initContainers=[half], hostNetwork=True,
        volumes=[{"name": "wireguard", "secret": {"secretName": "x"}}]), "other"


def workload(kind, replicas=None, template=None, **spec):
    template = template or pod()
    template = {"metadata": {**{k: v for k, v in template["metadata"].items() if k != "name"}}, "spec": dict(template["spec"])}
    template["metadata"]["labels"] = {**template["metadata"].get("labels", {}), "app": "web"}
    group = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    if group == "batch/v1":
        template["spec"]["restartPolicy"] = "Never"
        template["metadata"]["labels"].pop("app")
        whole = {"template": template, **spec}
        if kind == "CronJob":
            whole = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}, **spec}
    else:
        whole = {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}
        if replicas is not None:
            whole["replicas"] = replicas
    return {"apiVersion": group, "kind": kind, "metadata": {"name": "web"}, "spec": whole}


def warned():
    """Workloads that are warned about, with their namespace, and some that are not."""
    recreate = {"strategy": {"type": "Recreate"}}
    yield "a Deployment as it should be", workload("Deployment", **recreate), "chosen"
    yield "no surge", workload("Deployment", strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}), "chosen"
    yield "a rolling update", workload("Deployment"), "chosen"
    yield "replicas", workload("Deployment", 3, **recreate), "chosen"
    yield "replicas of a StatefulSet", workload("StatefulSet", 2, serviceName="web"), "chosen"
    yield "a DaemonSet", workload("DaemonSet"), "chosen"
    yield "a parallel Job", workload("Job", parallelism=4), "chosen"
    yield "a CronJob", workload("CronJob"), "chosen"
    yield "a CronJob as it should be", workload("CronJob", concurrencyPolicy="Forbid"), "chosen"
    yield "the node's network", workload("Deployment", template=pod(hostNetwork=True), **recreate), "chosen"
    yield "Pod Security", workload("Deployment", **recreate), "baseline"
    yield "another namespace", workload("Deployment", **recreate), "other"
    yield "power over the network", workload("Deployment", template=pod(containers=[
        {"name": "app", "image": "nginx:1.29", "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}]), **recreate), "chosen"
    quiet = workload("Deployment", 3, **recreate)
    quiet["metadata"]["annotations"] = {"ignore.wgsidecar.dev/replicas-share-key": "each has a server of its own"}
    yield "a suppressed warning", quiet, "chosen"
    yield "no label", workload("Deployment", 3, template=pod(labels={})), "chosen"
    owned = workload("ReplicaSet", 3)
    owned["metadata"]["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "1", "controller": True}]
    yield "a ReplicaSet of a Deployment", owned, "chosen"
    yield "a ReplicaSet of one's own", workload("ReplicaSet", 3), "chosen"


PLURALS = {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets", "ReplicaSet": "replicasets", "Job": "jobs", "CronJob": "cronjobs"}


def texts(suite):
    """What a user sees, word for word."""
    lines = []
    suite.server.namespace("shared", CHOSEN, {"wgsidecar.dev/secret": "wg-shared"})
    suite.server.namespace("baseline", {**CHOSEN, "pod-security.kubernetes.io/enforce": "baseline"})
    for title, item, namespace in refusals():
        lines.append(f"## {title}\n{suite.refused(title, item, namespace)}\n")
    for title, item, namespace in warned():
        status, answer, warnings = suite.server.dry(namespace, PLURALS[item["kind"]], item)
        check(f"{title}: created", status == 201, answer)
        lines.append(f"## {title}\n" + "".join(f"Warning: {text}\n" for text in warnings))
    return "\n".join(lines)


def golden(name, text):
    path = ROOT / "fixtures/policy" / name
    if os.environ.get("UPDATE"):
        path.write_text(text)
    check(f"{name} (UPDATE=1 refreshes it)", path.exists() and path.read_text() == text, text)


def debugging(suite):
    """An ephemeral container with power over the network is warned about, and let in."""
    suite.server.must("POST", "/api/v1/namespaces/chosen/pods", pod("debugged"))
    live = suite.server.must("GET", "/api/v1/namespaces/chosen/pods/debugged")
    live["spec"]["ephemeralContainers"] = [{"name": "debug", "image": "busybox:1.37", "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}]
    status, answer, warnings = suite.server.call("PUT", "/api/v1/namespaces/chosen/pods/debugged/ephemeralcontainers?dryRun=All", live)
    check("kubectl debug: warned", status == 200 and any("`debug` may change the pod's network" in text for text in warnings), [answer, warnings])
    live = suite.server.must("GET", "/api/v1/namespaces/chosen/pods/debugged")
    del live["metadata"]["labels"]["wgsidecar.dev/inject"]
    status, answer, _ = suite.server.call("PUT", "/api/v1/namespaces/chosen/pods/debugged?dryRun=All", live)
    check("an update of what runs is nobody's business", status == 200, answer)
    suite.server.call("DELETE", "/api/v1/namespaces/chosen/pods/debugged?gracePeriodSeconds=0")


def other_policy(name, reinvocation="Never"):
    expression = ("(has(object.spec.initContainers) ? [] : [JSONPatch{op: 'add', path: '/spec/initContainers', value: []}]) + "
                  "(object.spec.?initContainers.orValue([]).exists(c, c.name == 'other') ? [] : [JSONPatch{op: 'add', path: '/spec/initContainers/0', "
                  "value: Object.spec.initContainers{name: 'other', image: 'busybox:1.37'}}])")
    api = "admissionregistration.k8s.io/v1"
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]
    matching = {"resourceRules": rules, "namespaceSelector": {"matchLabels": CHOSEN}}
    return [
        {"apiVersion": api, "kind": "MutatingAdmissionPolicy", "metadata": {"name": name}, "spec": {
            "failurePolicy": "Fail", "reinvocationPolicy": reinvocation, "matchConstraints": matching,
            "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}]}},
        {"apiVersion": api, "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": name}, "spec": {"policyName": name}},
    ]


def order(suite):
    """Whoever else puts a container first, ours is before it in the end; also in a pod that came injected."""
    flags = suite.flags
    def names(item):
        answer = suite.create(item)[1]
        return [container["name"] for container in answer.get("spec", {}).get("initContainers", [])] or answer.get("message")

    def is_first(title):
        for what, item in (("added", pod()), ("there before", suite.injected(pod(), *flags))):
            found = names(item)
            check(f"{title}, tunnel {what}: the tunnel stays first", found == ["wireguard", "other"], found)

    for name in ("a-policy", "z-policy"):
        for reinvocation in ("Never", "IfNeeded"):
            documents = other_policy(name, reinvocation)
            for item in documents:
                suite.server.apply(item)
            suite.until(name, lambda: "other" in str(names(pod())))
            is_first(f"{name} {reinvocation}")
            for item in documents:
                suite.server.delete(item)
            suite.until(name, lambda: "other" not in str(names(pod())))
    with Webhook() as webhook:
        for reinvocation in ("Never", "IfNeeded"):
            item = webhook.configuration(CHOSEN, reinvocation)
            suite.server.apply(item)
            suite.until("webhook", lambda: "other" in str(names(pod())))
            is_first(f"webhook {reinvocation}")
            suite.server.delete(item)
            suite.until("webhook", lambda: "other" not in str(names(pod())))


def selections(suite):
    """Who gets a tunnel, and who must have one."""
    enabled, disabled, none = pod(), pod(labels={"wgsidecar.dev/inject": "disabled"}), pod(labels={})
    suite.added("the label in a chosen namespace", enabled)
    suite.plain("no label", none)
    suite.plain("the label says disabled", disabled)
    suite.plain("no label, elsewhere", none, "other")
    suite.plain("the node's network without a label", pod(labels={}, hostNetwork=True))
    suite.added("another Secret", pod(annotations={"wgsidecar.dev/secret": "wg-web"}))

    suite.install("--all-pods", "--allow", "secret-shared")
    suite.added("all pods: no label", none)
    suite.added("all pods: the label", enabled)
    suite.plain("all pods: the label says disabled", disabled)
    suite.plain("all pods: elsewhere", none, "other")
    suite.refused("all pods: the promise holds elsewhere", enabled, "other")
    suite.refused("all pods: the node's network", pod(labels={}, hostNetwork=True))
    made = suite.added("all pods: the namespace's Secret", none, "shared")
    check("all pods: the namespace's Secret is used", made["spec"]["volumes"][0].get("secret", {}).get("secretName") == "wg-shared", made["spec"]["volumes"])
    made = suite.added("all pods: the pod's own Secret", pod(annotations={"wgsidecar.dev/secret": "mine"}), "shared")
    check("all pods: the pod's own Secret is used", made["spec"]["volumes"][0].get("secret", {}).get("secretName") == "mine", made["spec"]["volumes"])
    suite.server.must("PATCH", "/api/v1/namespaces/kube-system", {"metadata": {"labels": CHOSEN}}, "application/merge-patch+json")
    suite.server.account("kube-system", "default")
    suite.plain("all pods: kube-system, whatever its labels", none, "kube-system")

    probe = pod("probe", labels={"vpn": "true"})
    suite.remove()
    suite.documents = policy("--selector", "vpn in (true, yes),!old", "--namespace-selector", "kubernetes.io/metadata.name in (other, plain)", "--secret", "wg-{namespace}")
    for item in suite.documents:
        suite.server.apply(item)
    suite.until("selector", lambda: MARK in str(suite.create(probe, "other")[1].get("metadata")) and suite.create(pod(hostNetwork=True))[0] == 403)
    made = suite.added("selector: chosen", pod(labels={"vpn": "yes"}), "other")
    check("selector: the namespace is in the Secret's name", made["spec"]["volumes"][0].get("secret", {}).get("secretName") == "wg-other", made["spec"]["volumes"])
    check("selector: and in the mark", " secret=wg-other " in made["metadata"]["annotations"][MARK], made["metadata"])
    suite.plain("selector: another value", pod(labels={"vpn": "no"}), "other")
    suite.plain("selector: an excluded label", pod(labels={"vpn": "true", "old": "1"}), "other")
    suite.plain("selector: opted out", pod(labels={"vpn": "true", "wgsidecar.dev/inject": "disabled"}), "other")
    suite.plain("selector: another namespace", pod(labels={"vpn": "true"}), "chosen")
    suite.added("selector: the label too", pod(labels={"vpn": "true", **INJECT}), "other")
    suite.refused("selector: the label alone is a promise", enabled, "other")
    suite.refused("selector: the node's network", pod(labels={"vpn": "true"}, hostNetwork=True), "other")

    # Over another selection nothing is removed first: what is applied replaces all of it.
    suite.documents = policy()
    for item in suite.documents:
        suite.server.apply(item)
    host = pod("probe", labels={"vpn": "true"}, hostNetwork=True)
    suite.until("the label alone", lambda: MARK in str(suite.create(enabled)[1].get("metadata")) and suite.create(host, "other")[0] < 300)
    suite.plain("back to the label alone: nobody else is asked for a tunnel", pod(labels={"vpn": "true"}), "other")
    suite.plain("back to the label alone: nor refused", pod(labels={"vpn": "true"}, hostNetwork=True), "other")
    suite.added("back to the label alone: the label in a chosen namespace", enabled)
    suite.refused("back to the label alone: the promise holds", enabled, "other")


def resolvers(suite):
    """DNS settings of the pod's own are kept or refused, never overwritten."""
    suite.install("--dns", "10.64.0.1")
    config = {"nameservers": ["10.64.0.1"], "options": [{"name": "ndots", "value": "1"}]}
    suite.same("the same resolvers already", pod(dnsPolicy="None", dnsConfig=config))
    suite.same("no DNS settings", pod())
    for title, spec in (
        ("other resolvers", {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["1.1.1.1"]}}),
        ("the node's resolvers", {"dnsPolicy": "Default"}),
        ("searches", {"dnsPolicy": "None", "dnsConfig": {**config, "searches": ["a.example"]}}),
        ("other order", {"dnsPolicy": "None", "dnsConfig": {**config, "nameservers": ["10.64.0.1", "10.64.0.2"]}}),
        ("options under the cluster's", {"dnsConfig": {"options": [{"name": "ndots", "value": "2"}]}}),
        ("searches under the cluster's", {"dnsConfig": {"searches": ["a.example"]}}),
        ("the same resolvers under the cluster's", {"dnsConfig": {"nameservers": ["10.64.0.1"]}}),
        ("other resolvers under the cluster's", {"dnsConfig": {"nameservers": ["1.1.1.1"]}}),
        ("an empty configuration", {"dnsConfig": {}}),
        ("the default written out", {"dnsPolicy": "ClusterFirst"}),
        ("the node's network's default", {"dnsPolicy": "ClusterFirstWithHostNet"}),
    ):
        suite.same(title, pod(**spec))


def strictness(suite):
    """Another tunnel passes, unless the policy is strict."""
    fake = {"name": "wireguard", "image": "busybox:1.37", "command": ["sleep", "1"], "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}
    volume = {"name": "wireguard", "secret": {"secretName": "wireguard"}}
    faked = pod(initContainers=[fake], volumes=[volume])
    other = suite.injected(pod(), "--cluster", "k3s")
    renamed = suite.injected(pod(), "--container-name", "vpn")
    check("by default, a tunnel that somebody wrote", suite.create(faked)[0] == 201)
    check("by default, a tunnel of other settings", suite.create(other, "other")[0] == 201)
    made = suite.create(renamed)[1]
    check("a tunnel of another name is known by its mark", [c["name"] for c in made.get("spec", {}).get("initContainers", [])] == ["vpn"], made)
    suite.install("--strict")
    suite.same("strict", pod())
    check("strict: another name is no other tunnel", suite.create(renamed)[0] == 201)
    for title, item in (("a tunnel that somebody wrote", faked), ("a tunnel of other settings", other)):
        message = suite.refused(f"strict: {title}", item)
        check(f"strict: {title}: why", "stale-injection: " in message, message)
    suite.install("--strict", "--dns", "10.64.0.1")
    suite.same("strict with resolvers", pod())


def sidecar(suite):
    """A container that stays, with every probe and the port: the same as by `inject`, and nothing less where that is asked for."""
    for flags in (("--mode", "sidecar"), ("--mode", "sidecar", "--unhealthy", "unready"), ("--mode", "sidecar", "--unhealthy", "restart", "--metrics", "9586")):
        suite.install("--strict", *flags)
        for title, item in (("a pod", pod()), ("one with init containers", pod(initContainers=[{"name": "first", "image": "busybox:1"}])),
                            ("a Job's", pod(restartPolicy="Never"))):
            suite.same(f"{' '.join(flags)}: {title}", item)
        suite.added(" ".join(flags), pod())
        init = suite.injected(pod())
        without, other = (suite.injected(pod(), *flags) for _ in range(2))
        del without["spec"]["initContainers"][0]["startupProbe"]
        other["spec"]["initContainers"][0]["startupProbe"]["exec"]["command"] = ["true"]
        for title, item in (("a tunnel that ends", init), ("one that holds nothing back", without), ("one whose probe says nothing", other)):
            message = suite.refused(f"{' '.join(flags)}: {title}", item)
            check(f"{' '.join(flags)}: {title}: why", "stale-injection: " in message, message)
        _, _, warnings = suite.create(pod(shareProcessNamespace=True))
        check(f"{' '.join(flags)}: shared processes are warned of", any("shared-processes" in text or "share their processes" in text for text in warnings), warnings)
    suite.install("--strict")
    message = suite.refused("a sidecar where the policy's tunnel ends", suite.injected(pod(), "--mode", "sidecar"))
    check("a sidecar where the policy's tunnel ends: why", "stale-injection: " in message, message)
    _, _, warnings = suite.create(pod(shareProcessNamespace=True))
    check("shared processes are none of the init container's business", not any("share their processes" in text for text in warnings), warnings)


def unbound(suite):
    """What is missing is said, and nothing runs in clear."""
    binding = suite.documents[-1]
    suite.server.delete(binding)
    suite.until("unbound", lambda: suite.create(pod())[0] == 403)
    message = suite.refused("no binding", pod())
    check("no binding: why", "is the MutatingAdmissionPolicy `wgsidecar` there" in message, message)
    suite.server.delete(suite.documents[-2])
    check("no policy", "there, and its binding?" in suite.refused("no policy", pod()))


def cost(suite):
    """Real creations, with the label and without, in turns; printed and not judged."""
    pairs = int(os.environ.get("PAIRS", "50"))
    taken = {True: [], False: []}
    for number in range(pairs * 2):
        with_tunnel = (number % 2 == 0) != (number % 4 >= 2)
        item = pod(f"cost-{number}", labels=INJECT if with_tunnel else {})
        start = time.perf_counter()
        suite.server.must("POST", "/api/v1/namespaces/chosen/pods", item)
        taken[with_tunnel].append((time.perf_counter() - start) * 1000)
        suite.server.call("DELETE", f"/api/v1/namespaces/chosen/pods/cost-{number}?gracePeriodSeconds=0")
    differences = [a - b for a, b in zip(taken[True], taken[False])]
    p95 = lambda values: statistics.quantiles(values, n=20)[-1]
    print(f"      a pod creation, median / p95 of {pairs}: plain {statistics.median(taken[False]):.2f} / {p95(taken[False]):.2f} ms, "
          f"with the tunnel {statistics.median(taken[True]):.2f} / {p95(taken[True]):.2f} ms, paired median {statistics.median(differences):+.2f} ms", flush=True)


def refusing(suite):
    golden("texts.txt", texts(suite))


def odd(suite):
    for flags in SETTINGS:
        suite.install(*flags)
        for title, item in odd_pods():
            suite.same(f"{' '.join(flags)}: {title}", item)


def manifests(suite):
    compare_all(suite, "fixtures", ROOT / "fixtures", 60)
    corpus = Path(os.environ.get("WGSIDECAR_SHARED", ROOT / "../shared")) / "corpus"
    if corpus.is_dir():
        compare_all(suite, "corpus", corpus, 200)
    else:
        skipped.append("there is no corpus beside the checkout")


SECTIONS = [refusing, selections, odd, order, debugging, resolvers, strictness, sidecar, unbound, manifests, cost]


def main(apiserver, etcd, *names):
    with Server(apiserver, etcd) as server:
        print(f"      {server.version}", flush=True)
        suite = Suite(server)
        for section in SECTIONS:
            if not names or section.__name__ in names:
                started = time.monotonic()
                suite.install()
                section(suite)
                print(f"      {section.__name__}: {time.monotonic() - started:.0f} s", flush=True)
    for reason in skipped:
        print(f"skipped: {reason}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
