"""The scenarios: what a pod with our block does and does not do. Run by tests/network/run."""
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from ipaddress import ip_address, ip_network

from cluster import *
from lab import *

SCENARIOS = {}


def scenario(*tags):
    def register(function):
        SCENARIOS[function.__name__.replace("_", "-")] = (function, set(tags))
        return function
    return register


def last_process():
    """The number of a process made now: in this namespace, one more than that of the process made before it."""
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return child


class Trial:
    """One pod, one provider's file, and the checks made on them. One at a time in a process."""

    latest = None

    def __init__(self, flags=(), kind="Deployment", allowed=None, addresses=None, endpoint=None, psk=False, inside=INSIDE, conf=None, serve=True, more="", **layout):
        if Trial.latest:
            Trial.latest.close()
        Trial.latest, self.cluster = self, Cluster(**layout)
        self.pod, self.container = self.cluster.pod, self.cluster.container
        if self.cluster.layout == "aws":
            flags = ["--cluster", "eks", "--local", "10.0.0.0/16", *flags]
        elif 6 in self.cluster.families:
            flags = ["--cluster", "kind", *flags]
        self.spec, self.template = injected(*flags, kind=kind)
        self.interface = next((flags[i + 1] for i, f in enumerate(flags) if f == "--interface"), "wg0")
        self.base = int(next((flags[i + 1] for i, f in enumerate(flags) if f == "--rule-priority"), 100))
        index = 0 if self.cluster.v4 else 1
        port = self.cluster.endpoint_port
        self.endpoint = endpoint or (f"[{ENDPOINT[1]}]:{port}" if index else f"{ENDPOINT[0]}:{port}")
        self.addresses = addresses or [TUNNEL[0] + "/32"] * (self.cluster.v4) + [TUNNEL[1] + "/128"] * (self.cluster.v6)
        self.routes = allowed or ["0.0.0.0/0"] * (self.cluster.v4) + ["::/0"] * (self.cluster.v6)
        self.keys, self.psk = Keys(), wg_key("genpsk") if psk else None
        self.secrets = [self.keys.private] + [self.psk] * bool(psk)
        self.server_key = self.cluster.serve("wgs0", self.keys.public, list(TUNNEL), port, psk=self.psk, inside=inside) if serve else Keys().public
        self.container.files({"wg0.conf": conf or self.conf(more=more)})
        self.logs, self.count, self.failures, self.took, self.stream = [], 0, [], 99, None
        self.main = self.tables("main")

    def conf(self, server=None, endpoint=None, more="", routes=None, key=None):
        psk = f"PresharedKey = {self.psk}\n" if self.psk else ""
        return (f"[Interface]\nPrivateKey = {key or self.keys.private}\nAddress = {', '.join(self.addresses)}\nDNS = 10.64.0.1\n{more}\n"
                f"[Peer]\n# a comment\nPublicKey = {server or self.server_key}\n{psk}AllowedIPs = {', '.join(routes or self.routes)}\n"
                f"Endpoint = {endpoint or self.endpoint}\n")

    # ---- running ----

    def check(self, label, good, detail=""):
        self.count += 1
        if not good:
            self.failures.append(f"{label}: {detail}" if detail != "" else label)
            if os.environ.get("FIRST_FAILURE"):
                raise Stop
        return good

    def equal(self, label, found, wanted):
        return self.check(label, found == wanted, f"{found!r}, not {wanted!r}")

    def run(self, env=(), **options):
        """With the environment that a cluster gives, and the fields of the pod that the manifest asks for."""
        own = {e["name"]: e.get("value") for e in self.spec.get("env", []) if "value" in e}
        begun, before, spent = time.monotonic(), last_process(), sum(os.times()[2:4])
        code, log = self.container.run(self.spec, env={"KUBERNETES_SERVICE_HOST": self.cluster.api, **own, **dict(env)}, **options)
        self.took = min(time.monotonic() - begun, self.took)
        self.cost = last_process() - before - 1, sum(os.times()[2:4]) - spent
        self.logs.append(log)
        self.check("no key in the log", not any(key in log for key in self.secrets))
        return code, log

    def up(self, **options):
        code, log = self.run(**options)
        self.equal("the script succeeds", (code, log[-600:] if code else ""), (0, ""))
        last = (log.splitlines() or [""])[-1]
        self.check("the last line says what was built", re.fullmatch(f"{self.interface} is up: .* mtu [0-9]+, full tunnel: (yes|no)", last), last)
        noise = [line for line in log.splitlines()[:-1] if not line.startswith(("wgsidecar: ", "mirror saw "))]
        self.check("the log holds nothing that is not for a reader", not noise, noise)
        return log

    def fails(self, message, closed=True, **options):
        """A run that fails, says why in its last line, and leaves the pod closed."""
        started = time.monotonic()
        code, log = self.run(**options)
        last = (log.splitlines() or [""])[-1]
        self.equal("a failure has its exit code", code, 1)
        self.check(f"a failure says `{message}`", last.startswith("wgsidecar: ") and message in last, log[-400:])
        if closed:
            self.no_leak("after a failure")
        return time.monotonic() - started

    def show(self, what):
        """`wg show` of the pod's interface, asked where wireguard-go's socket is."""
        if self.cluster.kernel:
            return self.pod.run("wg", "show", self.interface, what).stdout
        command = {**self.spec, "command": ["/usr/bin/wg"], "args": ["show", self.interface, what]}
        return self.container.run(command)[1]

    def tables(self, name):
        return {v: [line for line in self.pod.show(f"-{v}", "route", "show", "table", name).splitlines()
                    # a tun device gets a link-local address from the kernel, an interface of WireGuard's does not
                    if not re.match(rf"(fe80::/64|multicast ff00::/8) dev {getattr(self, 'interface', 'wg0')}", line)] for v in (4, 6)}

    def way(self, target, *more):
        """By what a packet leaves."""
        route = self.pod.show(f"-{6 if is6(target) else 4}", "route", "get", target, *more)
        if route.startswith("local ") or not route:
            return "nowhere"
        return "the tunnel" if f" dev {self.interface} " in route else "the cluster"

    def state(self):
        rules = {v: self.pod.show(f"-{v}", "rule", "show") for v in (4, 6)}
        return rules, self.tables("51820"), self.tables("51821"), self.tables("main")

    # ---- checks ----

    def each(self):
        """Address family and its place in the pairs of addresses."""
        return [(v, 0 if v == 4 else 1) for v in self.cluster.families]

    def control(self, capture):
        """The capture sees a packet to the very address that must not be reached, let out for that by a rule."""
        for v, at in self.each():
            self.pod.ip(f"-{v} rule add priority 1 fwmark {CONTROL_MARK} lookup main")
            out = start(self.pod, "udp", INTERNET[at], 9, mark=CONTROL_MARK, payload=b"control")
            self.pod.ip(f"-{v} rule del priority 1")
            seen = until(lambda: any(p.payload == b"control" and p.v6 == (v == 6) for p in capture.read()), 3)
            if not isinstance(out, str):
                out.close()
            self.check(f"the capture sees IPv{v}", seen, out if isinstance(out, str) else "nothing came")

    def no_leak(self, when, targets=INTERNET, devices=True):
        """No way of asking the internet leaves by the cluster's network, nor does what a stream has left to say."""
        capture = self.cluster.capture()
        self.control(capture)
        out = []
        if self.stream:
            try:
                self.stream.send(b"more")
            except OSError:
                pass
        for v, at in self.each():
            own = self.cluster.addresses[v]
            for kind in ("tcp", "udp"):
                for bind, device in ((None, None), (own, None), (None, self.cluster.device))[:3 if devices else 2]:
                    out.append(start(self.pod, kind, targets[at], PORT, bind=bind, device=device))
            # a client that dials from the port it listens on
            out.append(start(self.pod, "tcp", targets[at], PORT, source_port=random.randrange(10000, 30000)))
        self.nothing_left(capture, out, 0.25, when)

    def nothing_left(self, capture, out, seconds, when):
        """What the sockets send meanwhile stays off the cluster's network."""
        time.sleep(seconds)
        leaked = sorted({str(p) for p in capture.read() if not self.cluster.allowed(p)})
        for item in out:
            if not isinstance(item, str):
                item.close()
        capture.close()
        self.check(f"nothing leaks {when}", not leaked, "; ".join(leaked))

    def egress(self, when="", targets=INTERNET, families=None):
        for v, at in self.each():
            if families and v not in families:
                continue
            for kind in ("tcp", "udp"):
                self.equal(f"{kind} over IPv{v} goes through the tunnel{when}", ask(self.pod, kind, targets[at], PORT), TUNNEL[at])
            stream = start(self.pod, "tcp", targets[at], PORT)
            self.stream = None if isinstance(stream, str) else stream

    def services(self, when=""):
        for v, at in self.each():
            own = self.cluster.addresses[v]
            for kind in ("tcp", "udp"):
                self.equal(f"a service answers, {kind} IPv{v} {when}", ask(self.pod, kind, self.cluster.service[at], PORT), own)
                self.equal(f"another pod answers, {kind} IPv{v} {when}", ask(self.pod, kind, self.cluster.other_pod[at], PORT), own)
                if self.template.get("dnsPolicy") != "None":
                    self.check(f"the cluster's DNS answers, {kind} IPv{v} {when}", resolve(self.pod, kind, self.cluster.dns[at]))
            self.equal(f"another pod reaches the pod, IPv{v} {when}",
                       ask(self.cluster.others, "tcp", own, WEB, bind=self.cluster.other_pod[at]), self.cluster.other_pod[at])

    def inbound(self, when=""):
        """Probes from the node, whose neighbour entry has expired, and clients from outside."""
        self.cluster.node.run("ip", "neigh", "flush", "dev", "cni0" if self.cluster.layout == "bridge" else "veth0")
        for v, at in self.each():
            own = self.cluster.addresses[v]
            for name, source in (("the node's own address", None), ("its address on the LAN", ("192.0.2.1", "2001:db8:1::1")[at])):
                answer = ask(self.cluster.node, "tcp", own, WEB, bind=source)
                self.check(f"a probe from {name} is answered, IPv{v} {when}", "tcp" not in answer, answer)
            for name, space, source in (("another node", self.cluster.others, ("192.0.2.2", "2001:db8:1::2")[at]),
                                        ("a client outside", self.cluster.world, CLIENT[at])):
                self.equal(f"{name} is answered, IPv{v} {when}", ask(space, "tcp", own, WEB, bind=source), source)

    def download(self, families=None):
        """Much data in one stream, in packets that are not cut on the way."""
        capture = self.cluster.capture()
        for v, at in self.each():
            if not families or v in families:
                self.equal(f"a download over IPv{v} arrives whole", download(self.pod, INTERNET[at], PORT, 300000), 300000)
        packets = capture.read()
        capture.close()
        self.check("no packet of the tunnel is cut", not any(p.fragment for p in packets))

    def first_run(self):
        """From the first rule on nothing leaks while the tunnel is built."""
        capture, chatter = self.cluster.capture(), Chatter(self)
        log = self.up()
        stopped = chatter.stop()
        packets = [p for p in capture.read() if p.payload.startswith(b"chatter")]
        capture.close()
        for v, at in self.each():
            own = [int(p.payload.split()[1]) for p in packets if p.v6 == (v == 6)]
            self.check(f"the capture sees the pod before it is closed, IPv{v}", own)
            last = stopped.get(v)
            self.check(f"the pod is closed, IPv{v}", last is not None)
            self.check(f"nothing leaks while the tunnel is built, IPv{v}", last is None or all(n < last for n in own), f"{own[-3:]} after {last}")
        return log

    def again(self, before):
        """Another run, with the pod closed from its start to its end, builds the same."""
        capture, chatter = self.cluster.capture(), Chatter(self)
        self.control(capture)
        self.up()
        chatter.stop()
        leaked = [str(p) for p in capture.read() if p.payload.startswith(b"chatter") or not self.cluster.allowed(p)]
        capture.close()
        self.check("nothing leaks while it is built again", not leaked, "; ".join(sorted(set(leaked))[:4]))
        after = self.state()
        for name, old, new in zip(("rules", "table 51820", "table 51821", "table main"), before, after):
            self.equal(f"a second run leaves the same {name}", new, old)

    def mtu(self, wanted):
        self.equal("the MTU", int(re.search(r"mtu (\d+)", self.pod.show("link", "show", self.interface))[1]), wanted)

    def battery(self, mtu=None, families=None):
        """Everything that holds for a tunnel."""
        log = self.first_run()
        self.check("no warning", "warning" not in log, log)
        self.equal("table main is untouched", self.tables("main"), self.main)
        before = self.state()
        self.mtu(mtu or self.cluster.mtu - 80)
        self.egress(families=families)
        self.no_leak("beside the tunnel")
        self.services()
        self.inbound()
        self.download(families)
        return before

    def outages(self, before, families=None):
        """The ways in which a tunnel ends."""
        self.cluster.die()
        self.no_leak("when the server is dead")
        self.services("when the server is dead")
        self.cluster.revive()
        for v, _ in self.each():
            self.pod.ip(f"-{v} route flush table 51820")
        self.no_leak("when the table is flushed")
        self.again(before)
        self.pod.ip(f"link set {self.interface} down")
        self.no_leak("when the interface is down")
        self.services("when the interface is down")
        self.pod.ip(f"link del {self.interface}")
        self.no_leak("when the interface is deleted")
        self.inbound("when the interface is deleted")
        self.again(before)
        self.egress(" after the second run", families=families)

    def moved(self):
        """A server that answers from another address is followed there, which no rule names."""
        command = {**self.spec, "command": ["/usr/bin/wg"], "args": ["set", self.interface, "peer", self.server_key, "endpoint", f"{GATEWAY}:51820"]}
        self.equal("wg moves the endpoint", self.container.run(command), (0, ""))
        self.egress(" of a server that has moved")

    def close(self):
        self.cluster.close()


class Stop(Exception):
    """The first failure is enough."""


class Chatter:
    """Asks the internet all the time, in a process of its own; says from which number on it was refused."""

    def __init__(self, trial):
        self.reading, writing = os.pipe()
        begun, ready = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            try:
                libc.prctl(1, 9)
                os.close(self.reading)
                number, closed = 0, {}
                while True:
                    for v, at in trial.each():
                        out = start(trial.pod, "udp", INTERNET[at], PORT, payload=f"chatter {number} ".encode())
                        if isinstance(out, str):
                            if v not in closed:
                                closed[v] = number
                                os.write(writing, f"{v} {number}\n".encode())
                        else:
                            out.close()
                        for way in ({"bind": trial.cluster.addresses[v]}, {"device": trial.cluster.device}):
                            start(trial.pod, "udp", INTERNET[at], PORT, payload=f"chatter {number} ".encode(), **way)
                    number += 1
                    if number == 3:
                        os.write(ready, b"x")
                    time.sleep(0.004)
            finally:
                os._exit(1)
        os.close(writing)
        os.close(ready)
        os.read(begun, 1)
        os.close(begun)

    def stop(self):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        text = b""
        while part := os.read(self.reading, 4096):
            text += part
        os.close(self.reading)
        return {int(line.split()[0]): int(line.split()[1]) for line in text.decode().splitlines()}


# ---- scenarios: layouts -------------------------------------------------------------------------------------------

@scenario("fast", "kernel")
def bridge():
    trial = Trial()
    yield trial
    trial.outages(trial.battery())
    trial.moved()
    trial.check("it is built soon", trial.took < 4 or trial.cluster.kernel, trial.took)


@scenario("fast")
def cost():
    """A node that starts many pods, or a CPU limit, makes each process dear. wireguard-go's threads count as some, too."""
    for families in ("4", "46"):
        trial = Trial(families=families)
        yield trial
        for name, most in (("start", 135), ("second run", 170)):
            trial.up()
            processes, seconds = trial.cost
            print(f"cost: a {name} with IPv{families} takes {processes} processes and {seconds:.2f} s of CPU")
            trial.check(f"a {name} takes few processes", processes <= most, processes)


@scenario("fast")
def another_network():
    """Networks beside the cluster's, as Multus adds them: what one reaches directly stays there, all else is in the tunnel."""
    trial = Trial(layout="calico")
    yield trial
    veth(trial.pod, "net2", trial.cluster.node, "veth2")
    trial.pod.ip("addr add 172.31.9.2/24 dev net2")
    trial.cluster.node.ip("addr add 172.31.9.1/24 dev veth2")
    # one whose device has no address yet, and a node that answers for any address
    veth(trial.pod, "net3", trial.cluster.node, "veth3")
    trial.cluster.node.sysctl("net/ipv4/conf/veth3/proxy_arp", 1)
    trial.cluster.node.sysctl("net/ipv4/neigh/veth3/proxy_delay", 0)
    trial.up()
    trial.check("a neighbour on it is reached there", " dev net2 " in trial.pod.show("route", "get", "172.31.9.1"))
    trial.egress()
    trial.no_leak("beside the tunnel")
    for device in (trial.cluster.device, "net2", "net3"):
        trial.equal(f"what is bound to {device}", trial.way(INTERNET[0], "oif", device), "nowhere")
    capture = Capture(trial.cluster.node, "veth3")
    sent = [start(trial.pod, kind, INTERNET[0], PORT, device="net3") for kind in ("tcp", "udp")]
    time.sleep(0.25)
    leaked = [str(p) for p in capture.read() if not p.v6]
    trial.check("nothing leaks from a device without an address", not leaked, leaked)
    before = trial.state()
    trial.up()
    trial.equal("a second run leaves the same", trial.state(), before)


@scenario("fast")
def from_the_tunnel_into_the_cluster():
    """A pod inherits `ip_forward` from its node: what the VPN's server sends for others ends in the pod."""
    trial = Trial()
    yield trial
    trial.pod.sysctl("net/ipv4/ip_forward", 1)
    trial.up()
    service, server = trial.cluster.service[0], trial.cluster.server
    server.run("wg", "set", "wgs0", "peer", trial.keys.public, "allowed-ips", f"{TUNNEL[0]}/32,{service}/32")
    server.ip(f"route add {service} dev wgs0 src {INSIDE[0]}")
    trial.egress()
    capture = trial.cluster.capture()
    trial.control(capture)
    for kind in ("udp", "tcp"):
        ask(server, kind, service, PORT, bind=INSIDE[0], seconds=0.3, tries=1)
    passed = [str(p) for p in capture.read() if p.source == INSIDE[0]]
    trial.check("nothing passes through", not passed, passed)


@scenario("fast", "kernel")
def dual_stack():
    trial = Trial(families="46")
    yield trial
    trial.outages(trial.battery())


@scenario("fast", "kernel")
def calico_strict():
    trial = Trial(layout="calico", families="46", rp_filter=1, mtu=1450)
    yield trial
    trial.outages(trial.battery())


@scenario()
def calico_loose():
    trial = Trial(layout="calico", rp_filter=2)
    yield trial
    trial.outages(trial.battery())


@scenario("fast")
def aws():
    trial = Trial(layout="aws", rp_filter=1, mtu=9001, device="ens5")
    yield trial
    trial.outages(trial.battery())


@scenario()
def bridge_strict():
    trial = Trial(rp_filter=1, device="net1")
    yield trial
    trial.outages(trial.battery())


@scenario("fast", "kernel")
def ipv6_only():
    trial = Trial(families="6")
    yield trial
    trial.outages(trial.battery())


@scenario("fast")
def no_ipv6_in_the_kernel():
    trial = Trial(addresses=[a + "/32" if not is6(a) else a + "/128" for a in TUNNEL], allowed=["0.0.0.0/0", "::/0"])
    yield trial
    trial.container.tool("ip", NO_IPV6)
    trial.up()
    trial.egress()
    trial.no_leak("beside the tunnel")
    trial.inbound()


@scenario("fast")
def ipv6_switched_off():
    trial = Trial(addresses=[a + "/32" if not is6(a) else a + "/128" for a in TUNNEL], allowed=["0.0.0.0/0", "::/0"], ipv6_off=True)
    yield trial
    trial.battery()


# ---- scenarios: tunnels -------------------------------------------------------------------------------------------

@scenario("fast", "kernel")
def ipv4_tunnel_in_a_dual_pod():
    """IPv6 has no way in the tunnel, and none beside it; the kernel repeats a refused connect with the pod's address."""
    trial = Trial(families="46", addresses=[TUNNEL[0] + "/32"], allowed=["0.0.0.0/0"])
    yield trial
    trial.outages(trial.battery(families=[4]), families=[4])


@scenario("fast", "kernel")
def split_tunnel():
    for layout in (dict(families="46", rp_filter=1), dict(layout="calico", rp_filter=1)):
        trial = Trial(**layout, allowed=["203.0.113.0/24", "2001:db8:80::/64"])
        yield trial
        log = trial.up()
        trial.check("the log says that it is split", "full tunnel: no" in log, log)
        before = trial.state()
        for when in ("", " after the second run"):
            trial.egress(when)
            trial.no_leak("beside a split tunnel" + when)
            for v, at in trial.each():
                for kind in ("tcp", "udp"):
                    own = trial.cluster.addresses[v]
                    for bind in (None, own):
                        trial.equal(f"the rest leaves by the cluster's network, {kind} IPv{v} from {bind}{when}",
                                    ask(trial.pod, kind, ELSEWHERE[at], PORT, bind=bind), own)
            trial.services(when)
            trial.inbound(when)
            trial.pod.ip("link del wg0")
            trial.no_leak("from a split tunnel whose interface is gone")
            trial.up()
            trial.equal("a second run leaves the same", trial.state(), before)


@scenario()
def half_routes():
    """Two halves are a full tunnel."""
    trial = Trial(allowed=["0.0.0.0/1", "128.0.0.0/1"])
    yield trial
    trial.outages(trial.battery())


@scenario("fast")
def many_small_routes():
    """Prefixes of length 6 and less that leave out the private ranges are a full tunnel."""
    trial = Trial(layout="calico", allowed=["192.0.0.0/3", "64.0.0.0/3", "32.0.0.0/6", "128.0.0.0/2"])
    yield trial
    log = trial.up()
    trial.check("the log says that it is full", "full tunnel: yes" in log, log)
    trial.no_leak("to what no peer has", ("10.9.9.9", ELSEWHERE[1]))
    trial.egress()


@scenario("fast")
def two_addresses_and_a_psk():
    trial = Trial(addresses=[TUNNEL[0] + "/16", "10.65.0.9/32"], psk=True)
    yield trial
    trial.battery()
    trial.check("the wide prefix is no route", "10.64.0.0/16" not in str(trial.tables("all")))
    trial.check("the second address is there", "10.65.0.9/32" in trial.pod.show("addr", "show", "wg0"))


@scenario("fast")
def endpoint_by_name():
    """The resolver is outside the ranges that are local: its rule is gone when the tunnel stands."""
    trial = Trial(endpoint="vpn.example:51820")
    yield trial
    trial.container.resolv = f"nameserver {LAN_RESOLVER}\nsearch default.svc.cluster.local\noptions ndots:5\n"
    log = trial.up()
    trial.check("the resolver's way is named", f"warning: {LAN_RESOLVER} goes into the tunnel" in log, log)
    trial.egress()
    capture = trial.cluster.capture()
    trial.control(capture)
    resolve(trial.pod, "udp", LAN_RESOLVER, seconds=0.3)
    seen = [str(p) for p in capture.read() if p.target == LAN_RESOLVER]
    trial.check("no query leaves beside the tunnel", not seen, seen)
    before = trial.state()
    trial.pod.ip("link del wg0")
    trial.up()
    trial.equal("a second run leaves the same", trial.state(), before)
    trial.container.files({"wg0.conf": trial.conf(endpoint="nowhere.example:51820")})
    trial.fails("the endpoint's name does not resolve: use its address")
    trial.check("the resolver's rule is gone after a failure", LAN_RESOLVER not in trial.pod.show("rule"))


@scenario("fast")
def endpoint_by_a_name_of_both_families():
    """Of a name's addresses, the one that the pod has a way to."""
    for families in ("4", "6", "46"):
        trial = Trial(endpoint="both.example:51820", families=families)
        yield trial
        trial.up()
        trial.egress()
        before = trial.state()
        trial.up()
        trial.equal("a second run leaves the same", trial.state(), before)


@scenario("fast")
def dns_in_the_tunnel():
    trial = Trial(flags=["--dns", INSIDE[0]], layout="calico")
    yield trial
    trial.equal("the pod's resolver", (trial.template["dnsPolicy"], trial.template["dnsConfig"]),
                ("None", {"nameservers": [INSIDE[0]], "options": [{"name": "ndots", "value": "1"}]}))
    trial.container.resolv = f"nameserver {INSIDE[0]}\noptions ndots:1\n"
    trial.first_run()
    before = trial.state()
    for when in ("beside the tunnel", "when the interface is deleted"):
        capture = trial.cluster.capture()
        trial.control(capture)
        for kind in ("udp", "tcp"):
            if "beside" in when:
                trial.check(f"the resolver in the tunnel answers, {kind}", resolve(trial.pod, kind, INSIDE[0]))
            for server in (trial.cluster.dns[0], INSIDE[0], INTERNET[0]):
                out = start(trial.pod, kind, server, 53)
                time.sleep(0.1)
                if not isinstance(out, str):
                    out.close()
            for device in (trial.cluster.device,):
                start(trial.pod, kind, trial.cluster.dns[0], 53, device=device)
                start(trial.pod, kind, trial.cluster.dns[0], 53, bind=trial.cluster.addresses[4])
        time.sleep(0.1)
        seen = sorted({str(p) for p in capture.read() if p.dport == 53})
        trial.check(f"no query leaves {when}", not seen, seen)
        trial.equal(f"a service answers {when}", ask(trial.pod, "tcp", trial.cluster.service[0], PORT), trial.cluster.addresses[4])
        trial.no_leak(when)
        if "beside" in when:
            trial.pod.ip("link del wg0")
    trial.again(before)
    trial.container.files({"wg0.conf": trial.conf(endpoint="vpn.example:51820")})
    trial.fails("the endpoint's name does not resolve: use its address")


@scenario("fast")
def endpoint_on_port_53():
    """A provider's way through firewalls: no query, though it looks like one to a strict rp_filter."""
    trial = Trial(flags=["--dns", INSIDE[0]], rp_filter=1, endpoint_port=53)
    yield trial
    trial.battery()


@scenario("fast")
def several_peers():
    trial = Trial()
    yield trial
    cluster = trial.cluster
    second = cluster.serve("wgs1", trial.keys.public, [], port=51821, inside=())
    cluster.server.run("wg", "set", "wgs1", "peer", trial.keys.public, "allowed-ips", TUNNEL[0] + "/32")
    cluster.server.ip("rule add from 198.18.0.0/15 lookup 77", f"route add {TUNNEL[0]} dev wgs1 table 77")
    peers = (trial.conf() + f"PersistentKeepalive = 25\n\n[Peer]\nPublicKey = {second}\nAllowedIPs = 198.18.0.0/15\nEndpoint = {ENDPOINT[0]}:51821\n"
             f"\n[Peer]\nPublicKey = {Keys().public}\nAllowedIPs = 100.64.0.0/10\n"
             f"\n[Peer]\nPublicKey = {Keys().public}\nEndpoint = [{ENDPOINT[1]}]:51820\n")
    trial.container.files({"wg0.conf": peers})
    trial.up()
    # wireguard-go may go up before it is told to, when the peer that has a keepalive has no way yet, and tries again after 5 s
    until(lambda: trial.show("latest-handshakes").count("\t0\n") == 2, 8)
    trial.egress()
    trial.egress(" of the second peer", targets=ELSEWHERE)
    trial.no_leak("beside two peers")
    trial.no_leak("to a peer without an endpoint", ("100.64.0.9", ELSEWHERE[1]))
    trial.equal("keepalive is as the file says", sorted(line.split()[1] for line in trial.show("persistent-keepalive").splitlines()), ["25", "off", "off", "off"])


@scenario("fast", "kernel")
def said_twice():
    """The kernel refuses a rule that is there, and takes a rule to `/0` for any other. So may a file, a pod and a node say things."""
    trial = Trial(families="46", allowed=["198.18.0.0/15", "0.0.0.0/0", "2001:db8:18::/48", "::/0"])
    yield trial
    device = trial.cluster.device
    trial.pod.ip(f"addr add 10.244.1.6/24 dev {device}", f"-6 addr add fd00:10:244:1::6/64 dev {device} nodad", "addr add 10.244.1.6/32 dev lo")
    resolver = trial.container.resolv.splitlines()[0]
    trial.container.resolv = f"{resolver}\n{resolver}\nnameserver fe80::1%{device}\n"
    trial.container.files({"wg0.conf": trial.conf() + f"\n[Peer]\nPublicKey = {Keys().public}\nEndpoint = {trial.endpoint}\n"})
    trial.up()
    before = trial.state()
    trial.egress()
    trial.no_leak("with all that")
    trial.no_leak("to the network named first", ELSEWHERE)
    trial.inbound("with all that")
    trial.pod.ip("link del wg0")
    trial.no_leak("when the interface is gone")
    trial.no_leak("to the network named first when the interface is gone", ELSEWHERE)
    trial.up()
    trial.equal("a second run leaves the same", trial.state(), before)


@scenario("fast")
def script_from_a_config_map():
    """What is read from a ConfigMap runs only if it is the script that was meant; else nothing of it does."""
    flags = ["--script", "configmap"]
    trial = Trial(flags)
    yield trial
    text = config_map()["data"]["wgsidecar.sh"]
    trial.container.tool("sha256sum", "/tools/busybox")
    trial.container.tool("touch", "/tools/busybox")
    untouched = trial.state()
    message = "is not the one that was meant"
    for other in (None, "", text.replace("set -ef", "set -e"), "touch /run/wireguard/here\n" + text, text + "touch /run/wireguard/here\n"):
        files = {"wg0.conf": trial.conf()}
        trial.container.files(files if other is None else files | {"wgsidecar.sh": other})
        trial.fails(message, closed=False)
        trial.equal("nothing of it has run", trial.state(), untouched)
    trial.equal("nor any other text", os.listdir(trial.container.run_dir), [])
    trial.container.files({"wg0.conf": trial.conf(), "wgsidecar.sh": text})
    trial.up()
    trial.egress()
    trial.inbound()
    before = trial.state()
    # a container that is started again finds what was there, whatever became of the ConfigMap
    trial.container.files({"wg0.conf": trial.conf(), "wgsidecar.sh": "true\n"})
    trial.fails(message)
    trial.equal("a run that is refused changes nothing", trial.state(), before)
    trial.container.files({"wg0.conf": trial.conf(), "wgsidecar.sh": text})
    trial.up()
    trial.equal("a second run leaves the same", trial.state(), before)


@scenario()
def any_file():
    """Files made at random: whatever peers they have, in whatever order, an address goes where the AllowedIPs say."""
    chance = random.Random(1)
    networks = ["0.0.0.0/0", "::/0", "0.0.0.0/1", "8000::/1", "198.18.0.0/15", "203.0.113.80", "100.64.0.1/10", "2001:db8:80::80/128", "2001:db8:18::1/48"]
    endpoints = ["", "198.51.100.200:51820", "198.51.100.200:443", "[2001:db8:200::1]:51820"]
    for switch in ("auto", "on", "off"):
        trial = Trial(flags=["--handshake-timeout", "0", "--kill-switch", switch], families="46", serve=False)
        yield trial
        for _ in range(8):
            routes = [chance.sample(networks, chance.randint(0, 4)) for _ in range(chance.randint(1, 4))]
            peers = [{"PublicKey": Keys().public, "AllowedIPs": ", ".join(some), "Endpoint": endpoint}
                     for some, endpoint in zip(routes, endpoints[1:2] + chance.choices(endpoints, k=3))]
            peers = ["\n".join(["[Peer]", *(f"{key} = {value}" for key, value in peer.items() if value), ""]) for peer in peers]
            interface = f"[Interface]\nPrivateKey = {trial.keys.private}\nAddress = {', '.join(trial.addresses)}\n"
            trial.container.files({"wg0.conf": "\n".join([interface, *chance.sample(peers, len(peers))])})
            trial.up()
            taken = [ip_network(route, strict=False) for some in routes for route in some]
            closed = switch == "on" or (switch == "auto" and any(net.prefixlen <= 6 for net in taken))
            for there in (True, False):
                for target in (*INTERNET, *ELSEWHERE, "100.64.0.9", "192.168.7.7", "2606:4700::1"):
                    label = f"{target} with {switch}, {routes}, {'beside' if there else 'without'} the interface"
                    if not any(ip_address(target) in net for net in taken):
                        trial.equal(label, trial.way(target), "nowhere" if closed else "the cluster")
                    elif there:
                        trial.equal(label, trial.way(target), "the tunnel")
                    elif switch != "off":
                        trial.equal(label, trial.way(target), "nowhere")
                        trial.equal(label + ", from its device", trial.way(target, "oif", trial.cluster.device), "nowhere")
                if there:
                    trial.pod.ip("link del wg0")


@scenario("fast")
def files():
    """The shapes in which providers hand out their files."""
    trial = Trial(addresses=["10.64.7.2"])
    yield trial
    plain_file = trial.conf()
    shapes = {
        "CRLF, BOM and odd case": "\ufeff" + plain_file.replace("PrivateKey", "PRIVATEKEY").replace("Address", "address").replace("\n", "\r\n"),
        "no blanks, no final newline": plain_file.replace(" = ", "=").rstrip("\n"),
        "indented, with tabs": plain_file.replace("\n", "\n\t ").replace(" = ", "\t=\t"),
        "two Address lines": plain_file.replace("DNS =", "Address = 10.65.0.9/32\nDNS ="),
        "hooks, a table and a comment behind a value": plain_file.replace("DNS =", "PostUp = touch /hooked; reboot\nPreDown=x\nTable = off\nSaveConfig = true\nDNS =").replace("51820\n", "51820 # here\n"),
    }
    for name, text in shapes.items():
        trial.container.files({"wg0.conf": text})
        code, log = trial.run()
        trial.equal(f"{name}: it is built", (code, log if code else ""), (0, ""))
        trial.egress(f", {name}")
        if name.startswith("two"):
            trial.check("both are there", "10.65.0.9" in trial.pod.show("addr", "show", "wg0"))
    trial.container.files({"wg0.conf": trial.conf().replace("Address = 10.64.7.2", "Address = 10.66.6.6"), "wg0.address": "10.64.7.2/32,\r\n10.65.0.9/32\r\n"})
    trial.up()
    trial.egress(", wg0.address")
    trial.check("wg0.address wins", "10.66.6.6" not in trial.pod.show("addr", "show", "wg0") and "10.65.0.9" in trial.pod.show("addr", "show", "wg0"))


@scenario("fast")
def mtu():
    trial = Trial(path_mtu=1400)
    yield trial
    trial.up()
    trial.mtu(1320)
    trial.container.files({"wg0.conf": trial.conf(more="MTU = 1290\n")})
    trial.up()
    trial.mtu(1290)
    trial = Trial(mtu=1340)
    yield trial
    trial.up()
    trial.mtu(1280)
    trial = Trial(flags=["--mtu", "1384"], more="MTU = 1290\n")
    yield trial
    trial.up()
    trial.mtu(1384)
    trial.download()


# ---- scenarios: settings ------------------------------------------------------------------------------------------

def answers(trial, kind, port, at, expected):
    """Whether a client outside gets an answer from the pod, and what left it."""
    capture = trial.cluster.capture()
    trial.control(capture)
    own = list(trial.cluster.addresses.values())[at]
    answer = ask(trial.cluster.world, kind, own, port, seconds=2.0 if expected else 0.2, tries=3 if expected else 1, bind=CLIENT[at])
    left = [p for p in capture.read() if p.sport == port]
    capture.close()
    return answer == CLIENT[at], bool(left)


@scenario("fast")
def inbound():
    for value, wanted in (("all", {"tcp 8080"}), ("none", set()), ("tcp:8080,udp:6881", {"tcp 8080", "udp 6881"}),
                          ("tcp:61400-61600", {"tcp 61500"})):
        trial = Trial(flags=["--inbound", value], families="46")
        yield trial
        trial.up()
        for at in (0, 1):
            for kind, port in (("tcp", WEB), ("tcp", HIGH), ("udp", TORRENT), ("udp", WEB)):
                open_ = f"{kind} {port}" in wanted
                trial.equal(f"inbound {value}: {kind} {port} IPv{6 if at else 4} is answered", answers(trial, kind, port, at, open_), (open_, open_))
        # Lint's `blocked-probe` says so: a probe from the pod's own network is answered whatever is let out, others are not.
        for v, at in trial.each():
            own, lan = trial.cluster.addresses[v], ("192.0.2.1", "2001:db8:1::1")[at]
            near = ask(trial.cluster.node, "tcp", own, WEB)
            trial.check(f"inbound {value}: a probe from the pod's network is answered, IPv{v}", "tcp" not in near, near)
            far = ask(trial.cluster.node, "tcp", own, WEB, bind=lan)
            trial.equal(f"inbound {value}: a probe from the node's LAN is answered, IPv{v}", "tcp" not in far, "tcp 8080" in wanted)
        trial.egress(f" with inbound {value}")
        trial.services(f"with inbound {value}")
        trial.no_leak(f"with inbound {value}")
        before = trial.state()
        trial.again(before)


@scenario("fast")
def kill_switch():
    trial = Trial(flags=["--kill-switch", "on"], layout="calico", allowed=["203.0.113.0/24"])
    yield trial
    trial.up()
    trial.egress()
    trial.no_leak("to what no peer has, with the kill switch", ELSEWHERE)
    trial.services("with the kill switch")
    trial = Trial(flags=["--kill-switch", "off"])
    yield trial
    trial.up()
    trial.egress()
    trial.no_leak("beside a tunnel that is up, without the kill switch", devices=False)
    trial.inbound("without the kill switch")
    trial.pod.ip("link del wg0", "route flush table 51820")
    for bind in (None, trial.cluster.addresses[4]):
        trial.equal(f"without the kill switch the pod falls back, from {bind}", ask(trial.pod, "tcp", INTERNET[0], PORT, bind=bind), trial.cluster.addresses[4])


@scenario("fast")
def names_and_numbers():
    trial = Trial(flags=["--interface", "vpn0", "--rule-priority", "500", "--cluster", "kubeadm", "--local", "192.0.2.0/24,203.0.113.81/32"], rp_filter=1)
    yield trial
    trial.outages(trial.battery())
    trial.check("the rules are where they should be", {line.split(":")[0] for line in trial.pod.show("rule").splitlines()} <= {"0", "32766", "32767", *map(str, range(500, 510))}, trial.pod.show("rule"))
    trial.equal("a local range is not in the tunnel", ask(trial.pod, "tcp", OTHER_NODE, PORT), trial.cluster.addresses[4])


@scenario("fast")
def other_transports():
    """SCTP and UDP-Lite need no privilege either: bound to the pod's address they stay in as TCP and UDP do."""
    trial = Trial()
    yield trial
    trial.up()
    capture = trial.cluster.capture()
    trial.control(capture)
    for protocol in (132, 136):
        with trial.pod.socket(socket.AF_INET, socket.SOCK_RAW, protocol) as out:
            out.bind((trial.cluster.addresses[4], 0))
            try:
                out.sendto(bytes(20), (INTERNET[0], 0))
            except OSError:
                pass
    time.sleep(0.25)
    leaked = [str(p) for p in capture.read() if p.protocol in (132, 136)]
    capture.close()
    trial.check("nothing leaks by another transport", not leaked, leaked)


@scenario("fast")
def no_wait():
    """Without a wait the pod starts, closed, and talks when the server is there."""
    trial = Trial(flags=["--handshake-timeout", "0"])
    yield trial
    trial.cluster.die()
    trial.up()
    trial.no_leak("while there is no server")
    trial.cluster.revive()
    trial.check("the tunnel comes up later", until(lambda: ask(trial.pod, "udp", INTERNET[0], PORT, 0.5) == TUNNEL[0], 20))


@scenario("fast")
def dialing_from_a_servers_port():
    """Where a lookup fails, IPv6 picks the socket a source address and looks again: then it looks like a server's reply."""
    for addresses, allowed in (([TUNNEL[0] + "/32"], ["0.0.0.0/0", "::/0"]), ([TUNNEL[0] + "/32"], ["0.0.0.0/0"]), (None, None)):
        trial = Trial(families="46", addresses=addresses, allowed=allowed)
        yield trial
        # an address of the internet, nearer to what is asked for than any other
        trial.pod.ip(f"-6 addr add 2001:db8:81::5/64 dev {trial.cluster.device} nodad")
        for when in ("up", "up again", "gone"):
            trial.pod.ip("link del wg0") if when == "gone" else trial.up()
            capture = trial.cluster.capture()
            trial.control(capture)
            sockets = [start(trial.pod, "tcp", target, PORT, source_port=22000, device=device) for target in (*INTERNET, *ELSEWHERE) for device in (None, trial.cluster.device)]
            # what is sent again is routed anew
            trial.nothing_left(capture, sockets, 1.3, f"{when}, with {addresses} and {allowed}")
        trial.services("with an address on lo")
        trial.inbound("with an address on lo")


@scenario("fast")
def wrong_preset():
    for flags in ([], ["--dns", INSIDE[0]]):
        trial = Trial(flags=["--cluster", "k3s", *flags])
        yield trial
        log = trial.up()
        named = lambda address: f"wgsidecar: warning: {address} goes into the tunnel: check the settings cluster and local" in log.splitlines()
        trial.check("the API's address is named", named(trial.cluster.api), log)
        trial.equal("the resolver is named", named(trial.cluster.dns[0]), not flags)
    trial = Trial(flags=["--cluster", "none", "--local", "10.96.0.1/32,10.96.0.10/32"])
    yield trial
    trial.check("right ranges are not warned of", "warning" not in trial.up())


@scenario("fast")
def key_per_replica():
    trial = Trial(flags=["--key-per-replica"], kind="StatefulSet")
    yield trial
    field = [e for e in trial.spec["env"] if e["name"] == "WG_ORDINAL"]
    trial.equal("the ordinal is the pod's label", field[0]["valueFrom"]["fieldRef"]["fieldPath"], "metadata.labels['apps.kubernetes.io/pod-index']")
    good, other = trial.conf(), trial.conf(key=Keys().private)
    trial.container.files({"0.conf": other, "1.conf": other, "3.conf": good, "3.address": "10.64.7.2/32"})
    trial.up(env={"WG_ORDINAL": "3"})
    trial.egress(" with the label's key")
    for hostname in ("web-12-3", "web-3.web.media-2.svc.cluster.local"):
        trial.container.hostname = hostname
        trial.up(env={"WG_ORDINAL": ""})
        trial.egress(f" with the key of {hostname}")
    trial.fails("the Secret has no 2.conf", env={"WG_ORDINAL": "2"})
    trial = Trial(flags=["--key-per-replica"], kind="Job")
    yield trial
    trial.container.files({"0.conf": other, "1.conf": trial.conf()})
    trial.up(env={"JOB_COMPLETION_INDEX": "1"})
    trial.egress(" with the completion index's key")
    trial.fails("this pod has no completion index")


# ---- scenarios: failures ------------------------------------------------------------------------------------------

@scenario("fast")
def failures():
    trial = Trial(flags=["--handshake-timeout", "2"], families="46")
    yield trial
    good = trial.conf()
    trial.fails("the container needs uid 0 and NET_ADMIN", closed=False, capabilities=[])
    trial.fails("the container needs uid 0 and NET_ADMIN", closed=False, user=1000)
    if not trial.cluster.kernel:
        trial.container.tool("ip", "/usr/sbin/ip")
        trial.fails("cannot create wg0: the node's kernel has no WireGuard")
        trial.services("after a failure at the interface")
        trial.container.tool("ip", STAND_IN)
    for files, message in (
        ({}, "the Secret has no wg0.conf"),
        ({"wg0.conf": good.replace("Address", "#")}, "the Secret holds no tunnel address"),
        ({"wg0.conf": good.replace("10.64.7.2/32", "10.64.7.2.1/32")}, "cannot add the address 10.64.7.2.1/32"),
        ({"wg0.conf": good.replace("Endpoint", "#")}, "wg0.conf has no peer with an Endpoint"),
        ({"wg0.conf": good.replace("AllowedIPs", "Allowed")}, "wg rejects wg0.conf: "),
        ({"wg0.conf": good.replace(trial.keys.private, trial.keys.private[:-2])}, "wg rejects wg0.conf: Key is not the correct length or format"),
        ({"wg0.conf": ""}, "the Secret holds no tunnel address"),
        ({"wg0.conf": trial.conf(endpoint="nowhere.example:51820")}, "the endpoint's name does not resolve: use its address"),
        ({"wg0.conf": trial.conf(server=Keys().public)}, "no handshake: the endpoint cannot be reached, or a key is wrong"),
    ):
        trial.secrets.append(trial.keys.private[:-2])
        trial.container.files(files)
        trial.fails(message)
    trial.container.files({"wg0.conf": trial.conf(more="MTU = 70000\n")})
    code, log = trial.run()
    trial.check("a command that fails ends the script", code not in (0, None), log)
    trial.no_leak("after a command that failed")
    trial.cluster.die()
    trial.container.files({"wg0.conf": good})
    spent = sum(os.times()[2:4])
    took = trial.fails("no handshake: the endpoint cannot be reached, or a key is wrong")
    spent = sum(os.times()[2:4]) - spent
    trial.check("it sleeps while it waits", spent < took / 4, f"{spent} s of CPU in {took} s")
    # the script counts whole seconds, so two may be little more than one
    trial.check("it waits as long as it should", 1 <= took < 12, took)
    trial.services("after a failed handshake")
    trial.cluster.revive()
    trial.up()
    trial.egress(" after the failures")


APK = """#!/tools/sh
[ "$*" = "add --no-cache --no-scripts iproute2-minimal wireguard-tools-wg" ] || { echo "apk: $*"; exit 9; }
from=$(echo | nc -w 2 203.0.113.80 80 | head -n1)
[ "$from" ] || { echo 'apk: temporary error (try again later)' >&2; exit 1; }
echo "mirror saw $from" >&2
cp /usr/local/stand-in/* /opt/ && exit
"""


@scenario("fast")
def install_tools():
    """A try that failed must not cut its successor off from the package mirror; a tunnel that stands must not be opened."""
    trial = Trial(flags=["--install-tools", "--handshake-timeout", "2"])
    yield trial
    trial.check("the root can be written to", not trial.spec["securityContext"].get("readOnlyRootFilesystem"))
    container = trial.container
    real = STAND_IN if not trial.cluster.kernel else "/usr/sbin/ip"
    container.tool("installed-ip", real)
    container.writable_tools = {"ip": "/tools/busybox"}
    os.unlink(container.tools + "/wg")
    os.unlink(container.tools + "/ip")
    container.tool("rm", "/tools/busybox")
    container.tool("apk", APK.replace("cp /usr/local/stand-in/* /opt/", "rm /opt/ip && cp /tools/installed-ip /opt/ip && cp /usr/bin/wg /opt/wg"))
    trial.cluster.die()
    trial.fails("no handshake")
    log = trial.logs[-1]
    trial.check("the first try reaches the mirror by the cluster's network", "mirror saw " + trial.cluster.addresses[4] in log, log)
    trial.container.files({})
    trial.fails("the Secret has no wg0.conf")
    trial.check("a failed try does not cut the next off", "mirror saw " + trial.cluster.addresses[4] in trial.logs[-1], trial.logs[-1])
    trial.container.files({"wg0.conf": trial.conf()})
    trial.cluster.revive()
    log = trial.up()
    before = trial.state()
    trial.egress()
    log = trial.up()
    trial.check("with a tunnel apk goes through it", "mirror saw " + TUNNEL[0] in log, log)
    trial.equal("a second run leaves the same", trial.state(), before)
    trial.again(before)
    trial.container.files({})
    trial.fails("the Secret has no wg0.conf")
    trial.fails("apk cannot install the tools: the package mirror cannot be reached")


@scenario("fast")
def own_address_in_a_local_range():
    """A provider hands out what it likes, Mullvad 10.64.0.0/10: an address among the services' or the pods' is an address."""
    for own in ("10.100.7.2", "10.244.7.2"):
        trial = Trial(addresses=[own + "/32"], serve=False)
        yield trial
        key = trial.cluster.serve("wgs0", trial.keys.public, [own])
        trial.cluster.world.ip(f"route add {own} via {GATEWAY}")
        trial.container.files({"wg0.conf": trial.conf(server=key)})
        trial.up()
        for kind in ("tcp", "udp"):
            trial.equal(f"{kind} goes through the tunnel from {own}", ask(trial.pod, kind, INTERNET[0], PORT), own)
        trial.no_leak(f"with {own}")
        trial.services(f"with {own}")
        trial.inbound(f"with {own}")


@scenario("fast")
def resolver_in_a_local_range():
    """Queries have a rule of their own before those of the local ranges."""
    resolver = "10.100.0.1"
    trial = Trial(flags=["--dns", resolver], inside=(resolver,))
    yield trial
    trial.container.resolv = f"nameserver {resolver}\n"
    trial.up()
    capture = trial.cluster.capture()
    trial.control(capture)
    for kind in ("udp", "tcp"):
        trial.check(f"the resolver in the tunnel answers, {kind}", resolve(trial.pod, kind, resolver))
    seen = [str(p) for p in capture.read() if p.dport == 53]
    capture.close()
    trial.check("no query leaves beside the tunnel", not seen, seen)
    trial.services("with a resolver in a local range")


@scenario("fast")
def endpoint_in_a_local_range():
    """A server in the LAN, or behind a service: its packets never enter the tunnel anyway."""
    for endpoint, flags in ((ENDPOINT[0], ["--cluster", "kubeadm", "--local", "198.51.100.0/24"]), ("10.96.45.7", [])):
        trial = Trial(flags=flags, endpoint=f"{endpoint}:51820")
        yield trial
        if endpoint != ENDPOINT[0]:
            trial.cluster.server.ip(f"addr add {endpoint}/32 dev lo")
            trial.cluster.node.ip(f"route add {endpoint} via {GATEWAY}")
        trial.up()
        trial.egress(f" with a server at {endpoint}")
        trial.no_leak(f"with a server at {endpoint}")
        trial.services(f"with a server at {endpoint}")
        before = trial.state()
        trial.again(before)


@scenario("fast")
def allowed_ips_in_a_local_range():
    """What `cidr-overlap` is about: a network of the VPN's that counts as the cluster's is asked for in clear."""
    trial = Trial(allowed=["203.0.113.0/24", "10.100.0.0/16"])
    yield trial
    trial.up()
    trial.egress()
    trial.equal("what the tunnel is to carry goes to the cluster", trial.way("10.100.5.5"), "the cluster")
    capture = trial.cluster.capture()
    out = start(trial.pod, "udp", "10.100.5.5", PORT)
    seen = until(lambda: [str(p) for p in capture.read() if p.target == "10.100.5.5"])
    trial.check("and leaves in clear", seen, out if isinstance(out, str) else "nothing came")
    trial = Trial(flags=["--cluster", "none", "--local", "10.96.0.0/16,10.244.0.0/16"], allowed=["203.0.113.0/24", "10.100.0.0/16"])
    yield trial
    trial.up()
    trial.equal("with the right ranges it is in the tunnel", trial.way("10.100.5.5"), "the tunnel")
    trial.services("with the right ranges")


class Node:
    """A node, for the pods that use its network: they run in it, and it must be left alone."""

    def __init__(self, trial):
        self.trial, self.space = trial, trial.cluster.node
        self.container = Container(self.space, "node")
        self.container.hosts, self.container.resolv = NODE_HOSTS, trial.container.resolv
        self.container.tool("wg", "/usr/bin/wg")
        self.container.tool("ip", STAND_IN if not trial.cluster.kernel else "/usr/sbin/ip")
        self.container.tool("apk", "#!/tools/sh\necho apk ran\nexit 1\n")

    def state(self):
        show = [("link",), ("addr",), ("addrlabel",), ("-4", "rule"), ("-6", "rule"), ("-4", "route", "show", "table", "all"), ("-6", "route", "show", "table", "all")]
        # what traffic changes by itself
        return {" ".join(what): re.sub(r" (expires|users|age) \S+", "", self.space.show(*what)) for what in show}

    def refuses(self, name, container, env=()):
        """The script ends before it touches anything, with the reason in its last line, as often as the kubelet starts it."""
        before = self.state()
        for run in ("the first run", "the next run"):
            code, log = self.container.run(container, env={"KUBERNETES_SERVICE_HOST": self.trial.cluster.api, **dict(env)})
            self.trial.equal(f"{name}: {run} fails", (code, log), (1, "wgsidecar: the pod uses the node's network: remove hostNetwork or the tunnel\n"))
            after = self.state()
            for what in before:
                self.trial.equal(f"{name}: {run} leaves `ip {what}` alone", after[what], before[what])

    def lives(self, when):
        for at in (0, 1):
            for kind in ("tcp", "udp"):
                answer = ask(self.space, kind, INTERNET[at], PORT)
                self.trial.check(f"the node reaches the internet {when}, {kind} to {INTERNET[at]}", not answer.startswith(kind), answer)
        self.trial.inbound(when)


@scenario("fast")
def host_network():
    """A patch cannot see `hostNetwork: true`: whatever kind it brings the tunnel to, and with whatever settings, the node stays as it is."""
    trial = Trial(families="46")
    yield trial
    node = Node(trial)
    # rules of the node's own at our priorities, which `--install-tools` would lift
    for offset in range(10):
        node.space.ip(f"rule add pref {100 + offset} to 203.0.113.{offset} lookup main", f"-6 rule add pref {100 + offset} to 2001:db8:113::{offset} lookup main")
    good = {"wg0.conf": trial.conf()}
    for name, files, kind, flags in (
        ("a Deployment", good, "Deployment", []),
        ("a Deployment without a Secret", {}, "Deployment", []),
        ("a DaemonSet", good, "DaemonSet", ["--allow", "daemonset-shares-key"]),
        ("a StatefulSet with a key for each replica", {"0.conf": trial.conf()}, "StatefulSet", ["--key-per-replica"]),
        ("with tools that are installed at start", good, "Deployment", ["--install-tools"]),
        ("with other settings", good, "Deployment", ["--dns", INSIDE[0], "--kill-switch", "off", "--inbound", "none", "--rule-priority", "500", "--interface", "wg7"]),
    ):
        node.container.files(files)
        node.refuses(name, patched(kind, *flags), env={"WG_ORDINAL": "0"})
        node.lives(name)
    # With hostAliases the kubelet writes more below the header.
    node.container.hosts += "\n# Entries added by HostAliases.\n10.1.2.3\tfoo.local\n"
    node.refuses("with hostAliases", patched("Deployment"))
    # The checks above can fail: without the header there is nothing to tell the node by.
    node.container.hosts = HOSTS
    before = node.state()
    node.container.files({})
    code, log = node.container.run(patched("Deployment"))
    trial.equal("without the header the script goes on", (code, log), (1, "wgsidecar: the Secret has no wg0.conf\n"))
    trial.check("and changes the node's rules", node.state() != before)
    node.container.close()


# The scenarios of the sidecar are in files of their own, which know this one by its name.
sys.modules.setdefault("suite", sys.modules[__name__])
import sidecar  # noqa: E402, F401
import hostile  # noqa: E402, F401


# ---- running them -------------------------------------------------------------------------------------------------

def run_one(name):
    """In a process with its own mounts and processes: what is left ends with it."""
    call(libc.unshare, NEWNS | 0x20000000)
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    libc.prctl(1, 9)
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    mount("proc", "/proc", "proc")
    mount("tmpfs", "/mnt", "tmpfs")
    tempfile.tempdir = "/mnt"
    os.makedirs("/run/wireguard", exist_ok=True)
    mount("tmpfs", "/run/wireguard", "tmpfs")
    started, trials = time.monotonic(), []
    crash = ""
    try:
        for trial in SCENARIOS[name][0]():
            trials.append(trial)
    except Stop:
        pass
    except Exception:  # a scenario that cannot go on is a failed check
        import traceback
        crash = traceback.format_exc()
    failures = [f for t in trials for f in t.failures] + ([crash] if crash else [])
    count = sum(t.count for t in trials) + bool(crash)
    for failure in failures:
        print(f"FAIL {name}: {failure}")
    print(f"{name}: {count - len(failures)} passed, {len(failures)} failed, {time.monotonic() - started:.1f} s", flush=True)
    os._exit(bool(failures))


def run_all(names, jobs):
    """Scenarios side by side, each output whole; the totals at the end."""
    waiting, running, passed, failed = list(names), {}, 0, 0
    while waiting or running:
        while waiting and len(running) < jobs:
            child = subprocess.Popen([sys.executable, __file__, "--one", waiting[0]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            running[child] = waiting.pop(0)
        for child in [c for c in running if c.poll() is not None] or time.sleep(0.05) or []:
            name, output = running.pop(child), child.stdout.read()
            print(output, end="", flush=True)
            totals = re.search(r"(\d+) passed, (\d+) failed", output)
            if not totals:
                print(f"FAIL {name}: it ended without a result")
            passed, failed = passed + int(totals[1] if totals else 0), failed + int(totals[2] if totals else 1)
            if failed and os.environ.get("FIRST_FAILURE"):
                waiting = []
    return passed, failed


def main(args):
    if args[:1] == ["--one"]:
        sys.exit(run_one(args[1]))
    if args[:1] == ["--tag"]:
        args = [name for name, (_, tags) in SCENARIOS.items() if args[1] in tags]
    passed, failed = run_all(args or SCENARIOS, int(os.environ.get("JOBS", 2)))
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main(sys.argv[1:])
