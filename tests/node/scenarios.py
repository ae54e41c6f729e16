"""What docs/tunnel.md promises about a pod, one scenario a section. Run by tests/node/run."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import node
from node import BY_VPN, CUT_OFF, IN_CLEAR, NET4, NET6, NODE, RUN, clear, egress, k, k_status, leaks, seen, until, vm, wgsidecar

PATIENCE = 240  # seconds for a rollout: the machine is emulated
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


def within(title, seconds, true):
    return check(title, until(seconds, true), f"not within {seconds} s")


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


def namespace(name):
    k("delete", "namespace", name, "--ignore-not-found", "--timeout=120s")
    k("create", "namespace", name)
    until(30, lambda: k_status("-n", name, "get", "serviceaccount", "default") == 0)
    return name


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


NODE_PORT = """apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
"""


def apply(ns, manifest, *flags):
    return k("-n", ns, "apply", *flags, "-f", "-", stdin=manifest)


def rolled(ns, what):
    return k_status("-n", ns, "rollout", "status", what, f"--timeout={PATIENCE}s") == 0


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
    if web:
        return web["mark"]
    ns = namespace("media")
    web["mark"] = mark()
    web["plain"] = app("web", web["mark"])
    apply(ns, NODE_PORT)
    secret(ns, "p0")
    web["said"] = apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=web["plain"]), "--validate=strict")
    web["ready"] = rolled(ns, "deploy/web")
    return web["mark"]


def by_node_port():
    return node.call("curl", "-s", "-m", "20", f"http://{NODE}:30080/healthz", namespace=node.NET)[1]


def gone(ns):
    """Away with all that talks, and then with the rest."""
    k("-n", ns, "delete", "deploy,sts,ds,job", "--all", "--cascade=foreground", "--timeout=120s")
    k("delete", "namespace", ns, "--wait=false")


SECTIONS = {}


def section(function):
    SECTIONS[function.__name__.replace("_", "-")] = function
    return function


@section
def plain():
    """The tunnel is the pod's way out, and the cluster reaches the pod as before."""
    ns = namespace("plain")
    apply(ns, app("web", mark()))
    check("without a tunnel the Deployment is ready", rolled(ns, "deploy/web"))
    same("without a tunnel the internet sees the node", IN_CLEAR, egress(ns, "deploy/web"))
    gone(ns)
    if node.fresh and not web:
        check("the kernel's WireGuard is not loaded yet", vm("grep -q '^wireguard ' /proc/modules")[0])

    before = clear()
    said = the_web()
    check("the kernel's WireGuard has been loaded", vm("grep -q '^wireguard ' /proc/modules")[0] == 0)
    same("the API server takes what was injected, without a warning", "deployment.apps/web created", web["said"])
    check("the Deployment is ready", web["ready"], k("-n", "media", "describe", "pod"))
    name, _ = pod("media")
    same("the last line of the log says that the tunnel stands", "wg0 is up: 10.64.0.10/32 fd64::10/128 mtu 1420, full tunnel: yes", last_line("media", name))
    same("the internet sees the VPN, over TCP and UDP, IPv4 and IPv6", BY_VPN, egress("media", name))
    holds("names of the cluster are found", "10.96.0.1", k("-n", "media", "exec", name, "-c", "web", "--", "nslookup", "kubernetes.default.svc.cluster.local"))
    within("a NodePort is answered", 30, lambda: by_node_port() == "ok")
    manifest = wgsidecar("inject", "--secret", "vpn", stdin=web["plain"])
    same("kubectl diff of what was applied is empty", 0, k_status("-n", "media", "diff", "-f", "-", stdin=manifest))
    check("the pod talks all the time", len(seen(said)) > 20, len(seen(said)))
    silent("the whole time", said, before)


@section
def server():
    """When the VPN's server is killed the pod is closed, and when it is back, so is the tunnel, without a restart."""
    said = the_web()
    life = lambda: (pod("media")[1]["metadata"]["uid"], restarts("media", "wireguard"), restarts("media", "web"))
    name, before, old = pod("media")[0], clear(), life()
    node.server_down()
    time.sleep(3)
    same("the server is killed: the pod is cut off", CUT_OFF, egress("media", name))
    within("the server is killed: a NodePort is answered", 20, lambda: by_node_port() == "ok")
    silent("the server is killed", said, before)
    node.server_up()
    since = time.time()
    within("the server is back: so is the tunnel", 120, lambda: seen(said, since))
    same("the server is back: the internet sees the VPN", BY_VPN, egress("media", name))
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
    within("the init container has run again", 180, lambda: restarts("media", "wireguard") > runs)
    since = time.time()
    within("the pod is ready again", 180, lambda: ready("media"))
    check("it is the same pod in another sandbox", pod("media")[1]["metadata"]["uid"] == uid and set(containers(uid)) - set(was), (was, containers(uid)))
    within("it talks again", 60, lambda: seen(said, since))
    same("the internet sees the VPN", BY_VPN, egress("media", name))
    silent("a new sandbox", said, before)


@section
def wrong_key():
    """Without a handshake nothing starts, the message says why, and the right key in the Secret is enough."""
    ns, said, before = namespace("wrong"), mark(), clear()
    (RUN / "wrong.conf").write_text(re.sub("(?m)^PrivateKey.*", f"PrivateKey = {node.genkey()}", (RUN / "p1.conf").read_text()))
    secret(ns, "wrong")
    apply(ns, wgsidecar("inject", "--secret", "vpn", "--handshake-timeout", "8s", stdin=app("web", said)))
    message = "wgsidecar: no handshake: the endpoint cannot be reached, or a key is wrong"
    within("the init container fails", 180, lambda: message in failure(ns))
    name, _ = pod(ns)
    holds("kubectl describe shows why", message, k("-n", ns, "describe", "pod", name))
    # the next try may be running
    check("the last line of the log says why", message in (last_line(ns, name), last_line(ns, name, "--previous")), last_line(ns, name))
    holds("kubectl get shows that the pod waits", "Init:", k("-n", ns, "get", "pod"))
    check("the app never ran", not ever_ran(ns, "web") and not ever_ran(ns, "talker"))
    same("nothing of it reached the internet", [], seen(said))
    silent("a wrong key", said, before)
    secret(ns, "p1")
    within("the right key in the Secret, and the pod starts by itself", 400, lambda: ready(ns))
    same("the internet sees the VPN", BY_VPN, egress(ns, name))
    silent("the right key", said, before)
    gone(ns)


@section
def uninject():
    """The live object, with all that the API server wrote into it, loses the tunnel and nothing else."""
    the_web()
    live = k("-n", "media", "get", "deploy", "web", "-o", "yaml")
    out = wgsidecar("uninject", stdin=live)
    same("the live object is uninjected", 0, wgsidecar.status)
    holds("the API server takes it", "configured", apply("media", out))
    check("the Deployment is ready", rolled("media", "deploy/web"))
    spec = json.loads(k("-n", "media", "get", "deploy", "web", "-o", "json"))["spec"]["template"]
    same("no container, volume or annotation is left", [None] * 3, [spec["spec"].get("initContainers"), spec["spec"].get("volumes"), spec["metadata"].get("annotations")])
    same("the internet sees the node again", IN_CLEAR, egress("media", "deploy/web"))
    first = k("-n", "default", "create", "--dry-run=server", "-o", "json", "-f", "-", stdin=web["plain"])
    same("the pod template is what the first manifest makes", json.loads(first)["spec"]["template"], spec)
    web.clear()
    gone("media")


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
        within(f"{name}: the init container fails", 180, lambda: failure(ns, name))
        same(f"{name}: the message says why", "wgsidecar: the pod uses the node's network: remove hostNetwork or the tunnel", failure(ns, name).splitlines()[-1])
        check(f"{name}: the app never ran", not ever_ran(ns, "web", name) and not ever_ran(ns, "talker", name))
    check("the pod beside them has its tunnel", rolled(ns, "deploy/web"))
    same("the internet sees the VPN", BY_VPN, egress(ns, "deploy/web"))
    same("the node's rules, routes and links are as they were", before, vm(state))
    holds("the node is ready", "Ready", k("get", "node", "node1", "--no-headers"))
    silent("with the node's network", said)
    gone(ns)


SHORT = list(SECTIONS)


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
    within("the sidecar runs", 120, lambda: "running" in statuses(ns).get("wireguard", {}).get("state", {}))
    time.sleep(6)
    check("without a tunnel the startup probe holds the app back", not ever_ran(ns, "web") and not ever_ran(ns, "talker"))
    node.server_up()
    check("with the tunnel the app starts", rolled(ns, "deploy/web"))
    name, old = pod(ns)
    same("the internet sees the VPN", BY_VPN, egress(ns, name))

    uid, runs = old["metadata"]["uid"], restarts(ns, "wireguard")
    index = k("-n", ns, "exec", name, "-c", "web", "--", "cat", "/sys/class/net/wg0/ifindex")
    for one in containers(uid, "container", "wireguard"):
        vm(f"ctr -n k8s.io tasks kill -s KILL {one}")
    within("the sidecar is killed: it runs again", 120, lambda: restarts(ns, "wireguard") > runs and statuses(ns)["wireguard"].get("started"))
    same("the sidecar is killed: the interface is the same", index, k("-n", ns, "exec", name, "-c", "web", "--", "cat", "/sys/class/net/wg0/ifindex"))
    # the rules are written anew, which takes the emulated machine a moment
    within("the sidecar is killed: the internet sees the VPN", 60, lambda: egress(ns, name) == BY_VPN)
    same("the sidecar is killed: the app is not restarted", 0, restarts(ns, "web"))

    k("-n", ns, "scale", "deploy/web", "--replicas=0")
    same("the pod ends", 0, k_status("-n", ns, "wait", "--for=delete", "pod", "-l", "app=web", "--timeout=120s"))
    same("what the app sends last goes through the tunnel", [node.VPN4], seen(f"{said}-bye"))
    silent("a sidecar", said, before)

    job = f"""apiVersion: batch/v1
kind: Job
metadata: {{name: once}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{{name: once, image: "docker.io/e2e/app:1", command: [probe, tcp, "{NET4}:80", "{said}-job"]}}]
"""
    apply(ns, wgsidecar("inject", "--mode", "sidecar", "--secret", "vpn", stdin=job))
    same("a Job completes", 0, k_status("-n", ns, "wait", "--for=condition=complete", "job/once", f"--timeout={PATIENCE}s"))
    same("what the Job sent went through the tunnel", [node.VPN4], seen(f"{said}-job"))
    gone(ns)


@section
def rotation():
    """A new key in the Secret that `inject` reads rolls the pods."""
    ns, said, before = namespace("rotation"), mark(), clear()
    names = []
    for conf, address in ("p6", "10.64.0.16/32"), ("p7", "10.64.0.17/32"):
        stream = wgsidecar("secret", RUN / f"{conf}.conf", "--name", "vpn") + "---\n" + app("web", said)
        apply(ns, wgsidecar("inject", "--secret", "vpn", stdin=stream))
        check(f"{conf}: the Deployment is ready", rolled(ns, "deploy/web"))
        within(f"{conf}: one pod is left", 60, lambda: len(objects(ns, "web")) == 1)
        names.append(pod(ns)[0])
        holds(f"{conf}: the tunnel is that key's", address, last_line(ns, names[-1]))
        same(f"{conf}: the internet sees the VPN", BY_VPN, egress(ns, names[-1]))
    check("the new key made a new pod", names[0] != names[1], names)
    silent("a new key", said, before)
    gone(ns)


@section
def replicas():
    """Each replica of a StatefulSet has a key of its own."""
    ns, said, before = namespace("replicas"), mark(), clear()
    k("apply", "-f", "-", stdin=wgsidecar("secret", RUN / "p8.conf", RUN / "p9.conf", "--per-replica", "--name", "vpn", "-n", ns))
    apply(ns, wgsidecar("inject", "--secret", "vpn", "--key-per-replica", stdin=app("web", said, "StatefulSet").replace("spec:\n", "spec:\n  serviceName: web\n  replicas: 2\n", 1)))
    check("both replicas are ready", rolled(ns, "sts/web"))
    for i in 0, 1:
        holds(f"web-{i} has its own key", f"10.64.0.1{8 + i}/32", last_line(ns, f"web-{i}"))
        same(f"web-{i}: the internet sees the VPN", BY_VPN, egress(ns, f"web-{i}"))
    silent("a key for each replica", said, before)
    gone(ns)


@section
def server_side():
    """Server-side apply and kubectl diff see what we wrote, and no more."""
    ns, said = namespace("serverside"), mark()
    secret(ns, "p2")
    first = app("web", said)
    manifest = wgsidecar("inject", "--secret", "vpn", stdin=first)
    same("the API server takes it", "deployment.apps/web serverside-applied", apply(ns, manifest, "--server-side", "--validate=strict"))
    check("the Deployment is ready", rolled(ns, "deploy/web"))
    generation = k("-n", ns, "get", "deploy", "web", "-o", "jsonpath={.metadata.generation}")
    apply(ns, manifest, "--server-side")
    same("a second apply rolls nothing", generation, k("-n", ns, "get", "deploy", "web", "-o", "jsonpath={.metadata.generation}"))
    same("kubectl diff is empty", 0, k_status("-n", ns, "diff", "--server-side", "-f", "-", stdin=manifest))
    same("kubectl diff shows what uninject would take out", 1, k_status("-n", ns, "diff", "--server-side", "-f", "-", stdin=first))
    same("uninject gives the first manifest, to the byte", first, wgsidecar("uninject", stdin=manifest))
    apply(ns, first, "--server-side")
    template = json.loads(k("-n", ns, "get", "deploy", "web", "-o", "json"))["spec"]["template"]
    same("applied without the tunnel, nothing of it is left", [None] * 3, [template["spec"].get("initContainers"), template["spec"].get("volumes"), template["metadata"].get("annotations")])
    gone(ns)


def main(names):
    if names == ["stop"]:
        return node.down()
    names = list(SECTIONS) if names == ["all"] else names or SHORT
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        sys.exit(f"there is no section {', '.join(unknown)}: {', '.join(SECTIONS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    try:
        node.up()
        print(f"the node is up: {time.monotonic() - began:.0f} s", flush=True)
        for name in names:
            print(f"== {name}: {SECTIONS[name].__doc__}", flush=True)
            start, before = time.monotonic(), (passed, failed)
            try:
                SECTIONS[name]()
            except Exception as error:  # one section's mistake is no other's
                check(f"{name} runs to its end", False, repr(error))
            node.server_up()
            print(f"{name}: {passed - before[0]} passed, {failed - before[1]} failed: {time.monotonic() - start:.0f} s", flush=True)
    finally:
        if not os.environ.get("NODE_KEEP"):
            node.down()
    print(f"{time.monotonic() - began:.0f} s\n{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main(sys.argv[1:])
