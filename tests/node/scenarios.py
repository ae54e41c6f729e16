"""What docs/tunnel.md promises about a pod, one scenario a section. Run by tests/node/run."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import node
from node import BY_VPN, CUT_OFF, IN_CLEAR, NET4, NET6, NODE, NODE6, PATIENCE, RUN, SECOND, VPN4, clear, egress, k, k_status, leaks, seen, until, vm, wgsidecar

passed = failed = 0
marks = 0


def check(title, ok, got=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    print(f"{'PASS' if ok else 'FAIL'} {title}" + ("" if ok else f"\n     {str(got)[-1500:]}"), flush=True)
    return ok


def same(title, wanted, got):
    return check(title, wanted == got, f"expected {wanted}, got {got}")


def holds(title, part, text):
    return check(title, part in text, f"no `{part}` in: {text}")


class Stuck(Exception):
    """What is to come does not: the rest of the section would wait for it in vain."""


def comes(title, true):
    """Waits for it."""
    if not check(title, until(true), f"not within {PATIENCE} s"):
        raise Stuck


def goes_out(title, wanted, ns, name):
    """Whom the internet sees when the pod asks. It asks again as long as there is no answer, but one wrong answer is enough."""
    got = []

    def decided():
        got[:] = egress(ns, name)
        return got == wanted or set(got) & {*BY_VPN, *IN_CLEAR} - set(wanted)

    until(decided)
    return same(title, wanted, got)


def hears(title, wanted, ns, name, *asks):
    """What a pod hears when it asks; of an address and its port, the address. It asks again as long as there is no answer."""
    got = [""]

    def answered():
        got[0] = k("-n", ns, "exec", name, "-c", "web", "--", "probe", *asks)
        return "error" not in got[0]

    until(answered)
    address = re.match(r"\[?([0-9a-f.:]+?)\]?:\d+( |$)", got[0])
    return same(title, wanted, address[1] if address else got[0])


def silent(title, mark, before=None):
    """Neither witness saw the pod beside the tunnel: the internet, and the router's counter."""
    same(f"{title}: the internet saw it through the VPN only", [], leaks(mark))
    if before is not None:
        same(f"{title}: no packet in clear", 0, clear() - before)


def mark():
    """A word that the internet finds in the requests of one pod and no other."""
    global marks
    marks += 1
    return f"m{os.getpid()}-{marks}"


namespaces = []  # those that end with the section


def namespace(name):
    k("delete", "namespace", name, "--ignore-not-found", f"--timeout={PATIENCE}s")
    k("create", "namespace", name)
    namespaces.append(name)
    until(lambda: k_status("-n", name, "get", "serviceaccount", "default") == 0)
    return name


def gone(ns):
    """Away with all that talks, and then with the rest."""
    k("-n", ns, "delete", "deploy,sts,ds,job", "--all", "--cascade=foreground", f"--timeout={PATIENCE}s")
    k("delete", "namespace", ns, "--wait=false")


def secret(ns, conf, name="vpn"):
    """The Secret of one of the VPN's clients."""
    path = RUN / f"{conf}.conf"
    k("apply", "-f", "-", stdin=wgsidecar("secret", path, "--name", name, "-n", ns))


def app(name, said, kind="Deployment", spec=""):
    """A server with a probe, and a container that talks to the internet from its first instruction on."""
    strategy = "strategy: {type: Recreate}" if kind == "Deployment" else "updateStrategy: {type: RollingUpdate}"
    return f"""apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  {strategy}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      terminationGracePeriodSeconds: 1
{spec}      containers:
        - name: web
          image: docker.io/e2e/app:1
          command: [probe, serve]
          ports: [{{containerPort: 8080}}]
          readinessProbe: {{httpGet: {{path: /healthz, port: 8080}}, periodSeconds: 5, timeoutSeconds: 5}}
        - name: talker
          image: docker.io/e2e/app:1
          command: [probe, talk, "{NET4}:80", "{NET4}:9000", "[{NET6}]:80", "[{NET6}]:9000", "{said}"]
"""


def neighbour(spec=""):
    """A server without a tunnel, and without a word to the internet."""
    return app("peer", "", spec=spec).partition("        - name: talker\n")[0]


def on(number):
    """A line of the pod's spec that binds it to a node."""
    return f"      nodeSelector: {{kubernetes.io/hostname: node{number}}}\n"


def job(name, said, spec=""):
    """Sends one request, and ends."""
    return f"""apiVersion: batch/v1
kind: Job
metadata: {{name: {name}}}
spec:
{spec}  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      restartPolicy: Never
      containers: [{{name: once, image: "docker.io/e2e/app:1", command: [probe, tcp, "{NET4}:80", "{said}"]}}]
"""


NODE_PORT = """apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
"""


def dual_stack(name, port):
    """A Service of both families, over TCP and UDP, that is a NodePort too where its pod is."""
    return f"""apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec:
  type: NodePort
  externalTrafficPolicy: Local
  ipFamilyPolicy: RequireDualStack
  selector: {{app: {name}}}
  ports: [{{name: tcp, port: 80, targetPort: 8080, nodePort: {port}}}, {{name: udp, port: 8081, protocol: UDP}}]
"""


def addresses(ns, kind, name):
    """The IPv4 and IPv6 address of a Service, or of the pod with a label; the latter as it stands in a URL."""
    if kind == "service":
        four, six = json.loads(k("-n", ns, "get", "service", name, "-o", "json"))["spec"]["clusterIPs"]
    else:
        four, six = (one["ip"] for one in pod(ns, name)[1]["status"]["podIPs"])
    return four, f"[{six}]"


def apply(ns, manifest, *flags):
    return k("-n", ns, "apply", *flags, "-f", "-", stdin=manifest)


def rolls(title, ns, what):
    """Waits until a rollout is complete."""
    if not check(title, k_status("-n", ns, "rollout", "status", what, f"--timeout={PATIENCE}s") == 0, k("-n", ns, "get", "pod,events")):
        raise Stuck


def objects(ns, label):
    found = json.loads(k("-n", ns, "get", "pod", "-l", f"app={label}", "-o", "json"))["items"]
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def pod(ns, label="web"):
    """The one pod: its name and its object."""
    found = objects(ns, label)
    return (found[0]["metadata"]["name"], found[0]) if found else (None, {})


def statuses(ns, label="web"):
    status = pod(ns, label)[1].get("status", {})
    return {one["name"]: one for one in status.get("initContainerStatuses", []) + status.get("containerStatuses", [])}


def restarts(ns, container, label="web"):
    return statuses(ns, label).get(container, {}).get("restartCount", 0)


def ever_ran(ns, container, label="web"):
    one = statuses(ns, label).get(container, {})
    return "running" in one.get("state", {}) or "terminated" in one.get("state", {}) or bool(one.get("lastState"))


def ready(ns, label="web"):
    conditions = pod(ns, label)[1].get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def last_line(ns, name, *flags):
    """Of what the tunnel's container said."""
    return (k("-n", ns, "logs", name, "-c", "wireguard", *flags).splitlines() or [""])[-1]


def failure(ns, label="web"):
    """What the init container said when it last failed."""
    one = statuses(ns, label).get("wireguard", {})
    return "".join(one.get(state, {}).get("terminated", {}).get("message", "") for state in ("state", "lastState"))


def containers(uid, kind="sandbox", name=None):
    """The containers of a pod, as containerd names them."""
    labels = f'labels."io.kubernetes.pod.uid"=={uid},labels."io.cri-containerd.kind"=={kind}'
    if name:
        labels += f',labels."io.kubernetes.container.name"=={name}'
    return vm(f"ctr -n k8s.io containers ls -q '{labels}'")[1].split()


web = {}


def the_web():
    """The Deployment that several sections look at: with a tunnel, behind a NodePort. Made once."""
    if not web:
        ns = namespace("media")
        namespaces.remove(ns)
        web["mark"] = mark()
        web["plain"] = app("web", web["mark"])
        apply(ns, NODE_PORT)
        secret(ns, "p0")
        web["said"] = apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=web["plain"]), "--validate=strict")
        rolls("the Deployment is ready", ns, "deploy/web")
    comes("it has a pod, which is ready", lambda: ready("media"))
    return web["mark"]


def by_node_port(address=NODE, port=30080, path="healthz"):
    return node.call("curl", "-s", "-m", "20", f"http://{address}:{port}/{path}", namespace=node.NET)[1]


SECTIONS = {}
TWO_NODES = set()


def section(function):
    SECTIONS[function.__name__.replace("_", "-")] = function
    return function


def on_two_nodes(function):
    TWO_NODES.add(function)
    return section(function)


@section
def plain():
    """The tunnel is the pod's way out, and the cluster reaches the pod as before."""
    if node.fresh and not web:
        check("the kernel's WireGuard is not loaded yet", vm("grep -q '^wireguard ' /proc/modules")[0])

    before = clear()
    said = the_web()
    same("the API server takes what was injected, without a warning", "deployment.apps/web created", web["said"])
    check("the kernel's WireGuard has been loaded", vm("grep -q '^wireguard ' /proc/modules")[0] == 0)
    name, _ = pod("media")
    same("the last line of the log says that the tunnel stands", "wg0 is up: 10.64.0.10/32 fd64::10/128 mtu 1420, full tunnel: yes", last_line("media", name))
    goes_out("the internet sees the VPN, over TCP and UDP, IPv4 and IPv6", BY_VPN, "media", name)
    holds("names of the cluster are found", "10.96.0.1", k("-n", "media", "exec", name, "-c", "web", "--", "nslookup", "kubernetes.default.svc.cluster.local"))
    comes("a NodePort is answered", lambda: by_node_port() == "ok")
    manifest = wgsidecar("inject", "--secret", "vpn", stdin=web["plain"])
    same("kubectl diff of what was applied is empty", 0, k_status("-n", "media", "diff", "-f", "-", stdin=manifest))
    comes("the pod talks all the time", lambda: len(seen(said)) > 20)
    silent("the whole time", said, before)


@section
def server():
    """When the VPN's server is killed the pod is closed, and when it is back, so is the tunnel, without a restart."""
    said = the_web()
    life = lambda: (pod("media")[1]["metadata"]["uid"], restarts("media", "wireguard"), restarts("media", "web"))
    name, before, old = pod("media")[0], clear(), life()
    node.server_down()
    goes_out("the server is killed: the pod is cut off", CUT_OFF, "media", name)
    comes("the server is killed: a NodePort is answered", lambda: by_node_port() == "ok")
    silent("the server is killed", said, before)
    node.server_up()
    since = time.time()
    comes("the server is back: so is the tunnel", lambda: seen(said, since))
    goes_out("the server is back: the internet sees the VPN", BY_VPN, "media", name)
    same("it is the same pod, and nothing was restarted", old, life())
    silent("the server is back", said, before)


@section
def sandbox():
    """A new sandbox, which has a network of its own, gets a tunnel before the app runs in it."""
    said = the_web()
    before = clear()
    name, old = pod("media")
    uid, runs = old["metadata"]["uid"], restarts("media", "wireguard")
    was = containers(uid)
    for one in was:
        vm(f"ctr -n k8s.io tasks kill -s KILL {one}")
    comes("the init container has run again", lambda: restarts("media", "wireguard") > runs)
    since = time.time()
    comes("the pod is ready again", lambda: ready("media"))
    check("it is the same pod in another sandbox", pod("media")[1]["metadata"]["uid"] == uid and set(containers(uid)) - set(was), (was, containers(uid)))
    comes("it talks again", lambda: seen(said, since))
    goes_out("the internet sees the VPN", BY_VPN, "media", name)
    silent("a new sandbox", said, before)


@section
def wrong_key():
    """Without a handshake nothing starts, the message says why, and the right key in the Secret is enough."""
    ns, said, before = namespace("wrong"), mark(), clear()
    (RUN / "wrong.conf").write_text(re.sub("(?m)^PrivateKey.*", f"PrivateKey = {node.genkey()}", (RUN / "p1.conf").read_text()))
    secret(ns, "wrong")
    apply(ns, wgsidecar("inject", "--secret", "vpn", "--handshake-timeout", "8s", stdin=app("web", said)))
    message = "wgsidecar: no handshake: the endpoint cannot be reached, or a key is wrong"
    comes("the init container fails", lambda: message in failure(ns))
    name, _ = pod(ns)
    holds("kubectl describe shows why", message, k("-n", ns, "describe", "pod", name))
    # the next try may be running
    comes("the last line of the log says why", lambda: message in (last_line(ns, name), last_line(ns, name, "--previous")))
    holds("kubectl get shows that the pod waits", "Init:", k("-n", ns, "get", "pod"))
    check("the app never ran", not ever_ran(ns, "web") and not ever_ran(ns, "talker"))
    same("nothing of it reached the internet", [], seen(said))
    silent("a wrong key", said, before)
    secret(ns, "p1")
    comes("the right key in the Secret, and the pod starts by itself", lambda: ready(ns))
    goes_out("the internet sees the VPN", BY_VPN, ns, name)
    silent("the right key", said, before)


@section
def uninject():
    """The live object, with all that the API server wrote into it, loses the tunnel and nothing else."""
    the_web()
    before, live = clear(), k("-n", "media", "get", "deploy", "web", "-o", "yaml")
    out = wgsidecar("uninject", stdin=live)
    same("the live object is uninjected", 0, wgsidecar.status)
    holds("the API server takes it", "configured", apply("media", out))
    rolls("the Deployment is ready", "media", "deploy/web")
    spec = json.loads(k("-n", "media", "get", "deploy", "web", "-o", "json"))["spec"]["template"]
    same("no container, volume or annotation is left", [None] * 3, [spec["spec"].get("initContainers"), spec["spec"].get("volumes"), spec["metadata"].get("annotations")])
    goes_out("the internet sees the node", IN_CLEAR, "media", "deploy/web")
    check("and so does the router: neither witness is blind", clear() > before)
    first = k("-n", "default", "create", "--dry-run=server", "-o", "json", "-f", "-", stdin=web["plain"])
    same("the pod template is what the first manifest makes", json.loads(first)["spec"]["template"], spec)
    web.clear()
    gone("media")


SHORT = list(SECTIONS)  # what the gate runs


@section
def host_network():
    """A patch that meets a pod with hostNetwork leaves the node's network as it is."""
    ns, said = namespace("patched"), mark()
    secret(ns, "p3")
    state = "ip rule; ip -6 rule; ip -o link show type wireguard; ip route show table 51820; ip route show table 51821; ip -6 address show dev lo"
    before = vm(state)
    with tempfile.TemporaryDirectory() as folder:
        base, vpn = Path(folder, "base"), Path(folder, "vpn")
        base.mkdir()
        vpn.mkdir()
        (vpn / "kustomization.yaml").write_text(wgsidecar("patch", "--secret", "vpn", "--allow", "daemonset-shares-key"))
        (base / "kustomization.yaml").write_text("resources: [deployment.yaml, daemonset.yaml, pod.yaml]\ncomponents: [../vpn]\n")
        host = "      hostNetwork: true\n"
        (base / "deployment.yaml").write_text(app("deployment", said, spec=host))
        (base / "daemonset.yaml").write_text(app("daemonset", said, "DaemonSet", spec=host).replace("8080", "8082"))
        (base / "pod.yaml").write_text(app("web", said))
        kustomize = node.CACHE.parent / "bin/kustomize"
        built = subprocess.run([str(kustomize), "build", str(base)] if kustomize.exists() else ["kubectl", "kustomize", str(base)], capture_output=True, text=True)
    same("kustomize builds the Component: a tunnel for each of the three", 3, built.stdout.count("wgsidecar.dev/injected"))
    apply(ns, built.stdout)
    for name in "deployment", "daemonset":
        comes(f"{name}: the init container fails", lambda: failure(ns, name))
        same(f"{name}: the message says why", "wgsidecar: the pod uses the node's network: remove hostNetwork or the tunnel", failure(ns, name).splitlines()[-1])
        check(f"{name}: the app never ran", not ever_ran(ns, "web", name) and not ever_ran(ns, "talker", name))
    rolls("the pod beside them has its tunnel", ns, "deploy/web")
    goes_out("the internet sees the VPN", BY_VPN, ns, "deploy/web")
    same("the node's rules, routes and links are as they were", before, vm(state))
    holds("the node is ready", "Ready", k("get", "node", "node1", "--no-headers"))
    silent("with the node's network", said)


@section
def sidecar():
    """The sidecar holds the app back, its tunnel outlives its own death and stands to the app's last word, and a Job completes."""
    ns, said, before = namespace("sidecar"), mark(), clear()
    secret(ns, "p4")
    node.server_down()
    last = f"""      terminationGracePeriodSeconds: 30
      containers:
        - name: leaver
          image: docker.io/e2e/app:1
          command: [sh, -c, "trap 'sleep 2; probe tcp {NET4}:80 {said}-bye; exit 0' TERM; while :; do sleep 1; done"]
"""
    manifest = app("web", said).replace("      terminationGracePeriodSeconds: 1\n      containers:\n", last)
    apply(ns, wgsidecar("inject", "--mode", "sidecar", "--secret", "vpn", stdin=manifest), "--validate=strict")
    comes("the sidecar runs", lambda: "running" in statuses(ns).get("wireguard", {}).get("state", {}))
    comes("the startup probe fails", lambda: "Startup probe failed" in k("-n", ns, "get", "events"))
    check("without a tunnel it holds the app back", not ever_ran(ns, "web") and not ever_ran(ns, "talker"))
    node.server_up()
    rolls("with the tunnel the app starts", ns, "deploy/web")
    name, old = pod(ns)
    goes_out("the internet sees the VPN", BY_VPN, ns, name)

    uid, runs = old["metadata"]["uid"], restarts(ns, "wireguard")
    index = k("-n", ns, "exec", name, "-c", "web", "--", "cat", "/sys/class/net/wg0/ifindex")
    for one in containers(uid, "container", "wireguard"):
        vm(f"ctr -n k8s.io tasks kill -s KILL {one}")
    comes("the sidecar is killed: it runs again", lambda: restarts(ns, "wireguard") > runs and statuses(ns)["wireguard"].get("started"))
    same("the sidecar is killed: the interface is the same", index, k("-n", ns, "exec", name, "-c", "web", "--", "cat", "/sys/class/net/wg0/ifindex"))
    goes_out("the sidecar is killed: the internet sees the VPN", BY_VPN, ns, name)
    same("the sidecar is killed: the app is not restarted", 0, restarts(ns, "web"))

    k("-n", ns, "scale", "deploy/web", "--replicas=0")
    same("the pod ends", 0, k_status("-n", ns, "wait", "--for=delete", "pod", "-l", "app=web", f"--timeout={PATIENCE}s"))
    same("what the app sends last goes through the tunnel", [node.VPN4], seen(f"{said}-bye"))
    silent("a sidecar", said, before)

    apply(ns, wgsidecar("inject", "--mode", "sidecar", "--secret", "vpn", stdin=job("once", f"{said}-job")))
    same("a Job completes", 0, k_status("-n", ns, "wait", "--for=condition=complete", "job/once", f"--timeout={PATIENCE}s"))
    same("what the Job sent went through the tunnel", [node.VPN4], seen(f"{said}-job"))


@section
def rotation():
    """A new key in the Secret that `inject` reads rolls the pods."""
    ns, said, before = namespace("rotation"), mark(), clear()
    names = []
    for conf, address in ("p6", "10.64.0.16/32"), ("p7", "10.64.0.17/32"):
        stream = wgsidecar("secret", RUN / f"{conf}.conf", "--name", "vpn") + "---\n" + app("web", said)
        apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=stream))
        rolls(f"{conf}: the Deployment is ready", ns, "deploy/web")
        comes(f"{conf}: one pod is left", lambda: len(objects(ns, "web")) == 1)
        names.append(pod(ns)[0])
        holds(f"{conf}: the tunnel is that key's", address, last_line(ns, names[-1]))
        goes_out(f"{conf}: the internet sees the VPN", BY_VPN, ns, names[-1])
    check("the new key made a new pod", names[0] != names[1], names)
    silent("a new key", said, before)


@section
def replicas():
    """Each replica of a StatefulSet has a key of its own."""
    ns, said, before = namespace("replicas"), mark(), clear()
    k("apply", "-f", "-", stdin=wgsidecar("secret", RUN / "p8.conf", RUN / "p9.conf", "--per-replica", "--name", "vpn", "-n", ns))
    apply(ns, wgsidecar("inject", "--secret", "vpn", "--key-per-replica", stdin=app("web", said, "StatefulSet").replace("spec:\n", "spec:\n  serviceName: web\n  replicas: 2\n", 1)))
    rolls("both replicas are ready", ns, "sts/web")
    for i in 0, 1:
        holds(f"web-{i} has its own key", f"10.64.0.1{8 + i}/32", last_line(ns, f"web-{i}"))
        goes_out(f"web-{i}: the internet sees the VPN", BY_VPN, ns, f"web-{i}")
    silent("a key for each replica", said, before)


@section
def server_side():
    """Server-side apply and kubectl diff see what we wrote, and no more."""
    ns, said = namespace("serverside"), mark()
    secret(ns, "p2")
    first = app("web", said)
    manifest = wgsidecar("inject", "--secret", "vpn", stdin=first)
    same("the API server takes it", "deployment.apps/web serverside-applied", apply(ns, manifest, "--server-side", "--validate=strict"))
    rolls("the Deployment is ready", ns, "deploy/web")
    generation = k("-n", ns, "get", "deploy", "web", "-o", "jsonpath={.metadata.generation}")
    apply(ns, manifest, "--server-side")
    same("a second apply rolls nothing", generation, k("-n", ns, "get", "deploy", "web", "-o", "jsonpath={.metadata.generation}"))
    same("kubectl diff is empty", 0, k_status("-n", ns, "diff", "--server-side", "-f", "-", stdin=manifest))
    same("kubectl diff shows what uninject would take out", 1, k_status("-n", ns, "diff", "--server-side", "-f", "-", stdin=first))
    same("uninject gives the first manifest, to the byte", first, wgsidecar("uninject", stdin=manifest))
    apply(ns, first, "--server-side")
    template = json.loads(k("-n", ns, "get", "deploy", "web", "-o", "json"))["spec"]["template"]
    same("applied without the tunnel, nothing of it is left", [None] * 3, [template["spec"].get("initContainers"), template["spec"].get("volumes"), template["metadata"].get("annotations")])


@section
def messages():
    """What keeps a pod from its tunnel is said where people look."""
    ns, said, before = namespace("messages"), mark(), clear()
    conf = (RUN / "p2.conf").read_text()
    edited = lambda pattern, by: re.sub(f"(?m)^{pattern}.*\n", by, conf)
    wrong = {
        "empty": ("other", conf, "the Secret has no wg0.conf"),
        "nowhere": ("wg0.conf", edited("Address", ""), "the Secret holds no tunnel address"),
        "malformed": ("wg0.conf", edited("PrivateKey", "PrivateKey = short\n"), "wg rejects wg0.conf: "),
        "unknown": ("wg0.conf", edited("Endpoint", "Endpoint = nosuch.test:51820\n"), "the endpoint's name does not resolve: use its address"),
        "alone": ("wg0.conf", edited("Endpoint", ""), "wg0.conf has no peer with an Endpoint"),
    }
    for name, (key, text, _) in wrong.items():
        k("-n", ns, "create", "secret", "generic", name, "--from-file", f"{key}=/dev/stdin", stdin=text)
    for name in (*wrong, "missing"):
        apply(ns, wgsidecar("inject", "--secret", name, stdin=app(name, said)))
    for name, (*_, message) in wrong.items():
        comes(f"{name}: kubectl describe says: {message}", lambda: f"wgsidecar: {message}" in k("-n", ns, "describe", "pod", "-l", f"app={name}"))
    comes("a Secret that is not there is an event", lambda: re.search('FailedMount .*secret "missing" not found', k("-n", ns, "get", "events")))
    holds("kubectl get shows that the pod waits", "Init:0/1", k("-n", ns, "get", "pod", "-l", "app=missing"))
    check("no app ever ran", not any(ever_ran(ns, one, name) for name in (*wrong, "missing") for one in ("web", "talker")))
    silent("without a tunnel", said, before)
    k("-n", ns, "delete", "deploy", *wrong)
    secret(ns, "p2", "missing")
    rolls("once the Secret is there, the pod starts by itself", ns, "deploy/missing")
    goes_out("the internet sees the VPN", BY_VPN, ns, "deploy/missing")


@section
def restart():
    """The tunnel outlives the kubelet and containerd, and after a power cut no app runs before it stands again."""
    ns, said, before = namespace("restart"), mark(), clear()
    secret(ns, "p2")
    apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=app("web", said)))
    rolls("the Deployment is ready", ns, "deploy/web")
    name, old = pod(ns)
    runs = lambda: [restarts(ns, one) for one in ("wireguard", "web", "talker")]
    none = runs()

    def goes_on(what, since):
        comes(f"{what}: kubectl exec works", lambda: k_status("-n", ns, "exec", name, "-c", "web", "--", "true") == 0)
        comes(f"{what}: the pod is ready", lambda: ready(ns))
        comes(f"{what}: it talks", lambda: seen(said, since))
        goes_out(f"{what}: the internet sees the VPN", BY_VPN, ns, name)
        same(f"{what}: it is the same pod", old["metadata"]["uid"], pod(ns)[1]["metadata"]["uid"])
        silent(what, said, before)

    for program in "kubelet", "containerd":
        since, process = time.time(), vm(f"pidof {program}")[1]
        vm(f"kill -9 {process}")
        comes(f"{program} is killed: it runs again", lambda: vm(f"pidof {program}")[1] not in ("", process))
        goes_on(f"{program} is killed", since)
        same(f"{program} is killed: nothing was restarted", none, runs())
    boot = lambda: k("get", "node", "node1", "-o", "jsonpath={.status.nodeInfo.bootID}")
    was = boot()
    vm("sync")
    node.power_cut()
    comes("the node loses its power: it starts anew", lambda: boot() != was)
    comes("the node loses its power: the init container has run again", lambda: restarts(ns, "wireguard") > none[0])
    goes_on("the node loses its power", time.time())


@section
def debug():
    """A debug container that takes the tunnel away closes the pod: until it is made anew, or the sidecar has built another."""
    ns, said, before = namespace("debug"), {name: mark() for name in ("web", "side")}, clear()
    for name, conf, mode in ("web", "p2", "init"), ("side", "p3", "sidecar"):
        secret(ns, conf, name)
        apply(ns, wgsidecar("inject", "--mode", mode, "--secret", name, stdin=app(name, said[name])))

    def taken(name):
        """Does what docs/tunnel.md says, and waits until it is done."""
        k("-n", ns, "debug", f"pod/{name}", "--profile=netadmin", f"--image={node.IMAGE}", "-c", "taker", "--", "sh", "-c", "wg show wg0 latest-handshakes && ip rule && ip link del wg0")
        done = lambda: k("-n", ns, "get", "pod", name, "-o", "jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}")
        comes(f"{name}: kubectl debug --profile=netadmin takes the tunnel away", lambda: done() == "0")

    rolls("the Deployment is ready", ns, "deploy/web")
    first = pod(ns)[0]
    taken(first)
    goes_out("the pod is cut off", CUT_OFF, ns, first)
    silent("the tunnel is taken away", said["web"], before)
    k("-n", ns, "delete", "pod", first)
    comes("the pod is deleted: there is another, and it is ready", lambda: pod(ns)[0] not in (None, first) and ready(ns))
    goes_out("the pod is deleted: the internet sees the VPN", BY_VPN, ns, pod(ns)[0])
    silent("another pod", said["web"], before)

    rolls("the one with a sidecar is ready", ns, "deploy/side")
    second = pod(ns, "side")[0]
    taken(second)
    since = time.time()
    comes("the sidecar builds the tunnel again", lambda: seen(said["side"], since))
    goes_out("the sidecar builds it again: the internet sees the VPN", BY_VPN, ns, second)
    same("the sidecar builds it again: nothing was restarted", [0] * 3, [restarts(ns, one, "side") for one in ("wireguard", "web", "talker")])
    silent("the sidecar builds it again", said["side"], before)


@section
def pod_security():
    """A namespace that forbids NET_ADMIN says so at once, and the label that the docs give is enough, also over another."""
    ns, said = namespace("guarded"), mark()
    level = "pod-security.kubernetes.io/enforce"
    manifest = wgsidecar("inject", "--secret", "vpn", stdin=app("web", said))
    secret(ns, "p2")
    for forbids in "baseline", "restricted":
        k("label", "--overwrite", "namespace", ns, f"{level}={forbids}")
        holds(f"{forbids}: kubectl apply warns", f'Warning: would violate PodSecurity "{forbids}:latest"', apply(ns, manifest))
        comes(f"{forbids}: an event says why there is no pod", lambda: re.search(f'FailedCreate .*violates PodSecurity "{forbids}:latest".*NET_ADMIN', k("-n", ns, "get", "events")))
        same(f"{forbids}: there is no pod", [], objects(ns, "web"))
        found = wgsidecar("lint", stdin=f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {ns}\n  labels: {{{level}: {forbids}}}\n---\n" + manifest.replace("metadata: {name: web}", f"metadata: {{name: web, namespace: {ns}}}"))
        holds(f"{forbids}: lint finds it before", "pod-security", found + wgsidecar.said)
        k("-n", ns, "delete", "deploy", "web")
    for file in "README.md", "docs/policy.md", "docs/tunnel.md":
        k("label", "--overwrite", "namespace", ns, f"{level}=baseline")
        told = re.search(r"kubectl (label .*namespace) \w+ ([^`\n]*privileged)", (node.HERE.parents[1] / file).read_text())
        holds(f"{file}: the command works where there is a label", "labeled", k(*told[1].split(), ns, *told[2].split()))
        same(f"{file}: the namespace is privileged", "privileged", json.loads(k("get", "namespace", ns, "-o", "json"))["metadata"]["labels"][level])
    same("privileged: kubectl apply says no more", "deployment.apps/web created", apply(ns, manifest))
    rolls("privileged: the Deployment is ready", ns, "deploy/web")
    goes_out("privileged: the internet sees the VPN", BY_VPN, ns, "deploy/web")
    silent("privileged", said)


@section
def daemonset():
    """A DaemonSet shares one key, so it is refused; where there is one node it may be allowed."""
    ns, said, before = namespace("daemonset"), mark(), clear()
    secret(ns, "p2")
    manifest = app("web", said, "DaemonSet")
    wgsidecar("inject", "--secret", "vpn", stdin=manifest)
    check("it is refused", wgsidecar.status != 0 and "daemonset-shares-key" in wgsidecar.said, wgsidecar.said)
    apply(ns, wgsidecar("inject", "--secret", "vpn", "--allow", "daemonset-shares-key", stdin=manifest))
    rolls("it is ready", ns, "ds/web")
    goes_out("the internet sees the VPN", BY_VPN, ns, "ds/web")
    silent("a DaemonSet", said, before)


@section
def secret_changed():
    """The sidecar takes what is new in its Secret, and a file that `wg` rejects closes the pod until it is put right."""
    ns, said, before = namespace("changed"), mark(), clear()
    secret(ns, "p5")
    apply(ns, wgsidecar("inject", "--mode", "sidecar", "--secret", "vpn", stdin=app("web", said)))
    rolls("the Deployment is ready", ns, "deploy/web")
    name, old = pod(ns)
    holds("the tunnel is the first key's", "10.64.0.15/32", last_line(ns, name))
    index = k("-n", ns, "exec", name, "-c", "web", "--", "cat", "/sys/class/net/wg0/ifindex")
    secret(ns, "p6")
    comes("another key: the log says that its tunnel stands", lambda: "10.64.0.16/32" in last_line(ns, name))
    goes_out("another key: the internet sees the VPN", BY_VPN, ns, name)
    same("another key: the interface is the same", index, k("-n", ns, "exec", name, "-c", "web", "--", "cat", "/sys/class/net/wg0/ifindex"))
    same("another key: nothing was restarted", [0] * 3, [restarts(ns, one) for one in ("wireguard", "web", "talker")])

    k("-n", ns, "patch", "secret", "vpn", "--type=merge", "-p", json.dumps({"stringData": {"wg0.conf": re.sub("(?m)^PrivateKey.*", "PrivateKey = short", (RUN / "p6.conf").read_text())}}))
    comes("a malformed key: the container ends, and kubectl describe says why", lambda: "wgsidecar: wg rejects wg0.conf: " in k("-n", ns, "describe", "pod", name))
    goes_out("a malformed key: the pod is cut off", CUT_OFF, ns, name)
    silent("a malformed key", said, before)
    secret(ns, "p5")
    comes("the Secret is right: the sidecar runs again", lambda: "10.64.0.15/32" in last_line(ns, name))
    goes_out("the Secret is right: the internet sees the VPN", BY_VPN, ns, name)
    same("the app was not restarted", [old["metadata"]["uid"], 0, 0], [pod(ns)[1]["metadata"]["uid"], restarts(ns, "web"), restarts(ns, "talker")])
    silent("a Secret that changes", said, before)


@section
def unhealthy():
    """A tunnel that stays dead: `unready` takes the pod out of its Service, `restart` restarts the sidecar, and neither the app."""
    ns, said, before = namespace("unhealthy"), {name: mark() for name in ("unready", "restart")}, clear()
    for name, conf in ("unready", "p7"), ("restart", "p8"):
        secret(ns, conf, name)
        apply(ns, wgsidecar("inject", "--mode", "sidecar", "--unhealthy", name, "--secret", name, stdin=app(name, said[name])))
    for name in said:
        rolls(f"{name}: the Deployment is ready", ns, f"deploy/{name}")
    node.server_down()
    comes("unready: the pod is taken out", lambda: not ready(ns, "unready"))
    holds("unready: the log says why", "wgsidecar: the tunnel is down: the server does not answer", last_line(ns, pod(ns, "unready")[0]))
    comes("restart: the sidecar is restarted", lambda: restarts(ns, "wireguard", "restart") > 0)
    holds("restart: an event says why", "Liveness probe failed", k("-n", ns, "get", "events"))
    goes_out("restart: the pod is cut off", CUT_OFF, ns, pod(ns, "restart")[0])
    node.server_up()
    for name in said:
        comes(f"{name}: the server is back: the pod is ready", lambda: ready(ns, name))
        goes_out(f"{name}: the server is back: the internet sees the VPN", BY_VPN, ns, pod(ns, name)[0])
        same(f"{name}: the app was not restarted", [0, 0], [restarts(ns, one, name) for one in ("web", "talker")])
        silent(name, said[name], before)
    same("unready: nor was the sidecar", 0, restarts(ns, "wireguard", "unready"))


@section
def inbound():
    """Clients outside the cluster are answered as `--inbound` says, at their own address."""
    ns, said, before = namespace("inbound"), mark(), clear()
    secret(ns, "p2")
    apply(ns, """apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  externalTrafficPolicy: Local
  selector: {app: web}
  ports: [{name: tcp, port: 80, targetPort: 8080, nodePort: 30081}, {name: udp, port: 8081, protocol: UDP, nodePort: 30082}]
""")
    tcp = lambda: node.call("curl", "-s", "-m", "20", f"http://{NODE}:30081/ip", namespace=node.NET)[1].partition(":")[0]
    udp = lambda: node.call("socat", "-t", "10", "-", f"UDP:{NODE}:30082", stdin="hi", namespace=node.NET)[1].partition(":")[0]
    for flags, by_tcp, by_udp in ([], NET4, ""), (["tcp:8080", "udp:8081"], NET4, NET4), (["none"], "", ""):
        says = ", ".join(flags) or "the default"
        apply(ns, wgsidecar("inject", "--secret", "vpn", *(word for flag in flags for word in ("--inbound", flag)), stdin=app("web", said)))
        rolls(f"{says}: the Deployment is ready, so its probe is answered", ns, "deploy/web")
        address = pod(ns)[1]["status"]["podIP"]
        comes(f"{says}: kube-proxy sends to it", lambda: {f"{address}:8080", f"{address}:8081"} <= set(vm("iptables-save -t nat")[1].split()))
        for how, ask, wanted in ("TCP", tcp, by_tcp), ("UDP", udp, by_udp):
            if wanted:
                comes(f"{says}: a client is answered over {how}", lambda: ask() == wanted)
            else:
                same(f"{says}: no client is answered over {how}", "", ask())
        goes_out(f"{says}: the internet sees the VPN", BY_VPN, ns, "deploy/web")
    silent("answers to clients", said, before)


@section
def resolver():
    """With `--dns` names are asked for in the tunnel, and nowhere else."""
    ns, said, before = namespace("resolver"), mark(), clear()
    secret(ns, "p2")
    node.start("vpn-resolver", node.VPN, "dnsmasq", "-k", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file=", "--bind-dynamic", "--listen-address=10.64.0.1", f"--address=/vpn.internal/{NET4}")
    apply(ns, wgsidecar("inject", "--secret", "vpn", "--dns", "10.64.0.1", stdin=app("web", said)))
    rolls("the Deployment is ready", ns, "deploy/web")
    asked = lambda name: k("-n", ns, "exec", "deploy/web", "-c", "web", "--", "nslookup", name)
    comes("a name that only the VPN knows is found", lambda: NET4 in asked("vpn.internal"))
    check("a name that only the cluster knows is not", "10.96.0.1" not in asked("kubernetes.default.svc.cluster.local"))
    goes_out("the internet sees the VPN", BY_VPN, ns, "deploy/web")
    silent("with a resolver in the tunnel", said, before)


@section
def policy():
    """The API server gives the pods that a controller makes their tunnel."""
    ns, said, before = namespace("policy"), mark(), clear()
    policies = wgsidecar("policy", "--secret", "vpn")
    try:
        same("the API server takes the policies, without a warning", 0, k("apply", "-f", "-", stdin=policies).lower().count("warning"))
        k("label", "namespace", ns, "wgsidecar.dev/policy=enabled")
        manifest = app("web", said).replace("labels: {app: web}}", 'labels: {app: web, wgsidecar.dev/inject: "enabled"}}')
        secret(ns, "p9")
        # the policies take some seconds to come into force
        comes("they are in force", lambda: "initContainers" in k("-n", ns, "run", "try", "--image=x", "--labels=wgsidecar.dev/inject=enabled", "--dry-run=server", "-o", "json"))
        apply(ns, manifest)
        rolls("the Deployment is ready", ns, "deploy/web")
        same("the pod has the tunnel's container", "wireguard", pod(ns)[1]["spec"]["initContainers"][0]["name"])
        goes_out("the internet sees the VPN", BY_VPN, ns, "deploy/web")
        same("the Deployment is as it was written", None, json.loads(k("-n", ns, "get", "deploy", "web", "-o", "json"))["spec"]["template"]["spec"].get("initContainers"))
        silent("by policy", said, before)
    finally:
        k("delete", "--ignore-not-found", "-f", "-", stdin=policies)


@section
def jobs():
    """A CronJob's Jobs complete, and each index of a Job has a key of its own."""
    ns, said, before = namespace("jobs"), mark(), clear()
    secret(ns, "p2")
    cron = job("cron", f"{said}-cron").replace("\n", "\n    ").replace("apiVersion: batch/v1\n    kind: Job\n    metadata: {name: cron}\n    spec:", "spec:", 1)
    cron = f"""apiVersion: batch/v1
kind: CronJob
metadata: {{name: cron}}
spec:
  schedule: "* * * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    {cron.rstrip()}
"""
    same("the API server takes a CronJob", "cronjob.batch/cron created", apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=cron), "--validate=strict"))
    succeeded = lambda: re.search("[1-9]", k("-n", ns, "get", "job", "-o", "jsonpath={.items[*].status.succeeded}"))
    comes("a Job of the CronJob completes", succeeded)
    k("-n", ns, "delete", "cronjob", "cron", "--cascade=foreground", f"--timeout={PATIENCE}s")
    same("what it sent went through the VPN", {VPN4}, {*seen(f"{said}-cron")})

    k("apply", "-f", "-", stdin=wgsidecar("secret", RUN / "p8.conf", RUN / "p9.conf", "--per-replica", "--name", "keys", "-n", ns))
    for mode in "init", "sidecar":
        indexed = job(mode, f"{said}-{mode}", "  completions: 2\n  parallelism: 2\n  completionMode: Indexed\n")
        apply(ns, wgsidecar("inject", "--mode", mode, "--secret", "keys", "--key-per-replica", stdin=indexed))
        same(f"{mode}: an indexed Job completes", 0, k_status("-n", ns, "wait", "--for=condition=complete", f"job/{mode}", f"--timeout={PATIENCE}s"))
        for i in 0, 1:
            log = k("-n", ns, "logs", "-l", f"app={mode},batch.kubernetes.io/job-completion-index={i}", "-c", "wireguard")
            holds(f"{mode}: index {i} has its own key", f"wg0 is up: 10.64.0.1{8 + i}/32", log)
        same(f"{mode}: what both sent went through the VPN", [VPN4] * 2, seen(f"{said}-{mode}"))
    same("Jobs: no packet in clear", 0, clear() - before)


@section
def dual_stack_service():
    """A Service's IPv6 address is local once `--local` names its range, and goes into the tunnel before."""
    ns, said, before = namespace("dual"), mark(), clear()
    secret(ns, "p2")
    apply(ns, neighbour() + "---\n" + dual_stack("peer", 30083) + "---\n" + dual_stack("web", 30084))
    rolls("the neighbour is ready", ns, "deploy/peer")
    four, six = addresses(ns, "service", "peer")
    apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=app("web", said)))
    rolls("the Deployment is ready", ns, "deploy/web")
    hears("by default: IPv4 is answered", "ok", ns, "deploy/web", "http", f"http://{four}/healthz")
    holds("by default: IPv6 is not", "error", k("-n", ns, "exec", "deploy/web", "-c", "web", "--", "probe", "http", f"http://{six}/healthz"))
    apply(ns, wgsidecar("inject", "--secret", "vpn", "--local", "fd00:10:96::/112", "--local", "fd00:10:244::/56", stdin=app("web", said)))
    rolls("with --local: the Deployment is ready", ns, "deploy/web")
    for family, address, own in zip(("IPv4", "IPv6"), (four, six), addresses(ns, "service", "web")):
        hears(f"with --local: {family} is answered", "ok", ns, "deploy/web", "http", f"http://{address}/healthz")
        hears(f"with --local: the pod's own Service answers it, {family}", "ok", ns, "deploy/web", "http", f"http://{own}/healthz")
        hears(f"with --local: the neighbour is answered, {family}", "ok", ns, "deploy/peer", "http", f"http://{own}/healthz")
    for address, client in (NODE, NET4), (f"[{NODE6}]", f"[{NET6}]"):
        comes(f"with --local: a client is answered by a NodePort of {address}", lambda: by_node_port(address, 30084, "ip").rpartition(":")[0] == client)
    goes_out("the internet sees the VPN", BY_VPN, ns, "deploy/web")
    silent("a Service of both families", said, before)


@section
def containers_removed():
    """With its containers gone and its sandbox left, the init container runs again where all of it stands."""
    ns, said, before = namespace("removed"), mark(), clear()
    secret(ns, "p2")
    apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=app("web", said)))
    rolls("the Deployment is ready", ns, "deploy/web")
    name, old = pod(ns)
    uid, runs = old["metadata"]["uid"], restarts(ns, "wireguard")
    was, all = containers(uid), " ".join(containers(uid, "container"))
    # behind the back of the kubelet, and of containerd, which reads anew what there is when it starts
    vm(f"""kill -STOP $(pidof kubelet)
for one in {all}; do ctr -n k8s.io tasks kill -s KILL $one; done
sleep 2
for one in {all}; do ctr -n k8s.io tasks rm -f $one; ctr -n k8s.io containers rm $one; done
kill -9 $(pidof containerd)""")
    same("the containers are gone", [], containers(uid, "container") if until(lambda: vm("ctr version")[0] == 0) else "no containerd")
    vm("kill -CONT $(pidof kubelet)")
    comes("the init container has run again", lambda: restarts(ns, "wireguard") > runs or len(containers(uid, "container")) == len(all.split()))
    since = time.time()
    comes("it talks again", lambda: seen(said, since))
    comes("the pod is ready again", lambda: ready(ns))
    same("it is the same sandbox", was, containers(uid))
    goes_out("the internet sees the VPN", BY_VPN, ns, name)
    holds("the log says that the tunnel stands", "wg0 is up: 10.64.0.12/32", last_line(ns, name))
    silent("the containers are gone", said, before)


@section
def split_tunnel():
    """With AllowedIPs of a range, that range is reached by the VPN or not at all, and the rest as before."""
    ns, said = namespace("split"), mark()
    (RUN / "split.conf").write_text(re.sub("(?m)^AllowedIPs.*", f"AllowedIPs = {NET4}/24", (RUN / "p2.conf").read_text()))
    secret(ns, "split")
    # talks to the range and to nothing else
    only = app("web", said).replace(f', "[{NET6}]:80", "[{NET6}]:9000"', "")
    for mode in "init", "sidecar":
        before = clear()
        apply(ns, wgsidecar("inject", "--mode", mode, "--secret", "vpn", stdin=only))
        rolls(f"{mode}: the Deployment is ready", ns, "deploy/web")
        holds(f"{mode}: the log says that it is no full tunnel", "full tunnel: no", last_line(ns, pod(ns)[0]))
        same(f"{mode}: before the app asks for the rest, no packet in clear", 0, clear() - before)
        goes_out(f"{mode}: the range by the VPN, the rest in clear", BY_VPN[:2] + IN_CLEAR[2:], ns, "deploy/web")
        node.server_down()
        goes_out(f"{mode}: the server is killed: the range is cut off, the rest is not", CUT_OFF[:2] + IN_CLEAR[2:], ns, "deploy/web")
        node.server_up()
        goes_out(f"{mode}: the server is back: the range by the VPN", BY_VPN[:2] + IN_CLEAR[2:], ns, "deploy/web")
        silent(f"{mode}: the range", said)


@section
def strict_return_paths():
    """On a node that drops what comes by another way than its answer would take, the tunnel stands all the same."""
    ns, said, before = namespace("strict"), {mode: mark() for mode in ("init", "sidecar")}, clear()
    setting = "net.ipv4.conf.all.rp_filter"
    was = vm(f"sysctl -n {setting}")[1]
    vm(f"sysctl -w {setting}=1")
    try:
        for mode, conf in ("init", "p2"), ("sidecar", "p3"):
            secret(ns, conf, mode)
            apply(ns, wgsidecar("inject", "--mode", mode, "--secret", mode, stdin=app(mode, said[mode])))
        apply(ns, NODE_PORT.replace("app: web", "app: init").replace("30080", "30085"))
        for mode in said:
            rolls(f"{mode}: the Deployment is ready, so its probe is answered", ns, f"deploy/{mode}")
            same(f"{mode}: the pod checks return paths strictly", "1", k("-n", ns, "exec", f"deploy/{mode}", "-c", "web", "--", "cat", "/proc/sys/net/ipv4/conf/all/rp_filter"))
            goes_out(f"{mode}: the internet sees the VPN", BY_VPN, ns, f"deploy/{mode}")
            holds(f"{mode}: names of the cluster are found", "10.96.0.1", k("-n", ns, "exec", f"deploy/{mode}", "-c", "web", "--", "nslookup", "kubernetes.default.svc.cluster.local"))
        comes("a NodePort is answered", lambda: by_node_port(port=30085) == "ok")
        node.server_down()
        for mode in said:
            goes_out(f"{mode}: the server is killed: the pod is cut off", CUT_OFF, ns, f"deploy/{mode}")
        node.server_up()
        for mode in said:
            goes_out(f"{mode}: the server is back: the internet sees the VPN", BY_VPN, ns, f"deploy/{mode}")
            silent(mode, said[mode], before)
    finally:
        vm(f"sysctl -w {setting}={was}")


@on_two_nodes
def second_node():
    """A pod with a tunnel reaches pods, Services and NodePorts of another node, and they reach it."""
    ns, said, before = namespace("second"), mark(), clear()
    secret(ns, "p2")
    apply(ns, neighbour(on(1)) + "---\n" + dual_stack("peer", 30083) + "---\n" + dual_stack("web", 30084) + "---\n" + NODE_PORT.replace("{name: web}", "{name: any}").replace("30080", "30085"))
    rolls("the neighbour on the first node is ready", ns, "deploy/peer")

    def reaches(what, families):
        """Both ways, at the pods' own addresses."""
        pods = {name: addresses(ns, "pod", name) for name in ("web", "peer")}
        for one, other in ("web", "peer"), ("peer", "web"):
            for i, family in enumerate(families):
                own = pods[one][i].strip("[]")
                hears(f"{what}: {one} reaches {other}, TCP, {family}", own, ns, f"deploy/{one}", "http", f"http://{pods[other][i]}:8080/ip")
                hears(f"{what}: {one} reaches {other}, UDP, {family}", own, ns, f"deploy/{one}", "udp", f"{pods[other][i]}:8081", "hi")
                service = addresses(ns, "service", other)[i]
                hears(f"{what}: {one} reaches the Service of {other}, TCP, {family}", own, ns, f"deploy/{one}", "http", f"http://{service}/ip")
                hears(f"{what}: {one} reaches the Service of {other}, UDP, {family}", own, ns, f"deploy/{one}", "udp", f"{service}:8081", "hi")

    apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=app("web", said, spec=on(2))))
    rolls("the Deployment on the second node is ready", ns, "deploy/web")
    goes_out("the internet sees the VPN", BY_VPN, ns, "deploy/web")
    reaches("by default", ["IPv4"])
    hears("by default: a name is found", "ok", ns, "deploy/web", "http", "http://peer/healthz")
    hears("by default: a NodePort of the first node is reached through the VPN", VPN4, ns, "deploy/web", "http", f"http://{NODE}:30083/ip")
    for address, number in (NODE, "first"), (SECOND, "second"):
        comes(f"by default: a client is answered by a NodePort of the {number} node", lambda: by_node_port(address, 30085) == "ok")

    ranges = "172.30.0.0/24", "fd00:30::/64", "fd00:10:96::/112", "fd00:10:244::/56"
    apply(ns, wgsidecar("inject", "--secret", "vpn", *(word for one in ranges for word in ("--local", one)), stdin=app("web", said, spec=on(2))))
    rolls("with --local: the Deployment is ready", ns, "deploy/web")
    reaches("with --local", ["IPv4", "IPv6"])
    hears("with --local: a NodePort of the first node is reached from the second", SECOND, ns, "deploy/web", "http", f"http://{NODE}:30083/ip")
    hears("with --local: a NodePort of the first node, IPv6", "fd00:30::11", ns, "deploy/web", "http", f"http://[{NODE6}]:30083/ip")
    comes("with --local: a client is answered by the second node, at its own address", lambda: by_node_port(SECOND, 30084, "ip").startswith(f"{NET4}:"))
    goes_out("with --local: the internet sees the VPN", BY_VPN, ns, "deploy/web")

    node.server_down()
    goes_out("the server is killed: the pod is cut off", CUT_OFF, ns, "deploy/web")
    reaches("the server is killed", ["IPv4", "IPv6"])
    node.server_up()
    goes_out("the server is back: the internet sees the VPN", BY_VPN, ns, "deploy/web")
    silent("between nodes", said, before)

    said = mark()
    (RUN / "wrong.conf").write_text(re.sub("(?m)^PrivateKey.*", f"PrivateKey = {node.genkey()}", (RUN / "p1.conf").read_text()))
    secret(ns, "wrong")
    apply(ns, wgsidecar("inject", "--secret", "vpn", "--handshake-timeout", "8s", stdin=app("web", said, spec=on(2))))
    comes("a wrong key: the init container fails", lambda: "wgsidecar: no handshake: " in failure(ns))
    check("a wrong key: the app never ran", not ever_ran(ns, "web") and not ever_ran(ns, "talker"))
    same("a wrong key: nothing reached the internet", [], seen(said))
    silent("a wrong key", said, before)


@on_two_nodes
def drain():
    """A node is drained: its pod moves, and the tunnel stands on the other node before the app runs there."""
    ns, said, before = namespace("drain"), mark(), clear()
    secret(ns, "p2")
    where = lambda: pod(ns)[1].get("spec", {}).get("nodeName")
    try:
        k("cordon", "node1")
        apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=app("web", said)))
        rolls("the Deployment is ready", ns, "deploy/web")
        same("it runs on the second node", "node2", where())
        goes_out("the internet sees the VPN", BY_VPN, ns, pod(ns)[0])
        k("uncordon", "node1")
        drained = k("drain", "node2", "--ignore-daemonsets", f"--timeout={PATIENCE}s")
        holds("kubectl drain ends, and needs no force", "node/node2 drained", drained)
        comes("the pod is ready on the first node", lambda: where() == "node1" and ready(ns))
        since = time.time()
        comes("it talks from there", lambda: seen(said, since))
        goes_out("the internet sees the VPN", BY_VPN, ns, pod(ns)[0])
        silent("a drain", said, before)
    finally:
        k("uncordon", "node1", "node2")


@on_two_nodes
def key_per_node():
    """A pod on each node, each with a key of its own: a StatefulSet whose replicas share no node."""
    ns, said, before = namespace("pernode"), mark(), clear()
    k("apply", "-f", "-", stdin=wgsidecar("secret", RUN / "p8.conf", RUN / "p9.conf", "--per-replica", "--name", "vpn", "-n", ns))
    apart = "      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}\n"
    manifest = app("web", said, "StatefulSet", apart).replace("spec:\n", "spec:\n  serviceName: web\n  replicas: 2\n", 1)
    apply(ns, wgsidecar("inject", "--secret", "vpn", "--key-per-replica", stdin=manifest))
    rolls("both replicas are ready", ns, "sts/web")
    same("each is on a node of its own", ["node1", "node2"], sorted(one["spec"]["nodeName"] for one in objects(ns, "web")))
    for i in 0, 1:
        holds(f"web-{i} has its own key", f"10.64.0.1{8 + i}/32", last_line(ns, f"web-{i}"))
        goes_out(f"web-{i}: the internet sees the VPN", BY_VPN, ns, f"web-{i}")
    silent("a key for each node", said, before)


def main(names):
    if names == ["stop"]:
        return node.down()
    names = list(SECTIONS) if names == ["all"] else names or SHORT
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        sys.exit(f"there is no section {', '.join(unknown)}: {', '.join(SECTIONS)}")
    for end in signal.SIGTERM, signal.SIGHUP:
        signal.signal(end, lambda *_: sys.exit(1))
    began = time.monotonic()
    try:
        node.up()
        print(f"the node is up: {time.monotonic() - began:.0f} s", flush=True)
        for name in names:
            print(f"== {name}: {SECTIONS[name].__doc__}", flush=True)
            start, before = time.monotonic(), (passed, failed)
            try:
                node.second(SECTIONS[name] in TWO_NODES)
                SECTIONS[name]()
            except Stuck:
                print(k("get", "pod", "-A"))
            except Exception:  # one section's mistake is no other's
                check(f"{name} runs to its end", False, traceback.format_exc())
            node.server_up()
            while namespaces:
                gone(namespaces.pop())
            print(f"{name}: {passed - before[0]} passed, {failed - before[1]} failed: {time.monotonic() - start:.0f} s", flush=True)
    finally:
        if not os.environ.get("NODE_KEEP"):
            node.down()
    print(f"{time.monotonic() - began:.0f} s\n{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main(sys.argv[1:])
