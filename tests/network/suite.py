"""The scenarios: what a pod with our block does and does not do. Run by tests/network/run."""
import os
import re
import subprocess
import sys
import tempfile
import time

from cluster import *
from lab import *

SCENARIOS = {}


def scenario(*tags):
    def register(function):
        SCENARIOS[function.__name__.replace("_", "-")] = (function, set(tags))
        return function
    return register


class Trial:
    """One pod, one provider's file, and the checks made on them."""

    def __init__(self, flags=(), kind="Deployment", allowed=None, addresses=None, endpoint=None, psk=False, inside=INSIDE, conf=None, serve=True, more="", **layout):
        self.cluster = Cluster(**layout)
        self.pod, self.container = self.cluster.pod, self.cluster.container
        if self.cluster.layout == "aws":
            flags = ["--cluster", "eks", "--local", "10.0.0.0/16", *flags]
        elif 6 in self.cluster.families:
            flags = ["--cluster", "kind", *flags]
        self.spec, self.template = injected(*flags, kind=kind)
        self.interface = next((flags[i + 1] for i, f in enumerate(flags) if f == "--interface"), "wg0")
        self.base = int(next((flags[i + 1] for i, f in enumerate(flags) if f == "--rule-priority"), 100))
        index = 0 if self.cluster.v4 else 1
        self.endpoint = endpoint or (f"[{ENDPOINT[1]}]:51820" if index else f"{ENDPOINT[0]}:51820")
        self.addresses = addresses or [TUNNEL[0] + "/32"] * (self.cluster.v4) + [TUNNEL[1] + "/128"] * (self.cluster.v6)
        self.routes = allowed or ["0.0.0.0/0"] * (self.cluster.v4) + ["::/0"] * (self.cluster.v6)
        self.keys, self.psk = Keys(), wg_key("genpsk") if psk else None
        self.secrets = [self.keys.private] + [self.psk] * bool(psk)
        self.server_key = self.cluster.serve("wgs0", self.keys.public, list(TUNNEL), psk=self.psk, inside=inside) if serve else Keys().public
        self.container.files({"wg0.conf": conf or self.conf(more=more)})
        self.logs, self.count, self.failures = [], 0, []
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

    def run(self, **options):
        code, log = self.container.run(self.spec, **options)
        self.logs.append(log)
        self.check("no key in the log", not any(key in log for key in self.secrets))
        return code, log

    def up(self, **options):
        code, log = self.run(**options)
        self.equal("the script succeeds", (code, log[-600:] if code else ""), (0, ""))
        last = (log.splitlines() or [""])[-1]
        self.check("the last line says what was built", re.fullmatch(f"{self.interface} is up: .* mtu [0-9]+, full tunnel: (yes|no)", last), last)
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
            self.services("after a failure") if "rules" in closed_parts(closed) else None
        return time.monotonic() - started

    def tables(self, name):
        return {v: [line for line in self.pod.show(f"-{v}", "route", "show", "table", name).splitlines()
                    # a tun device gets a link-local address from the kernel, an interface of WireGuard's does not
                    if not re.match(rf"(fe80::/64|multicast ff00::/8) dev {getattr(self, 'interface', 'wg0')}", line)] for v in (4, 6)}

    def state(self):
        rules = {v: self.pod.show(f"-{v}", "rule", "show") for v in (4, 6)}
        return rules, self.tables("51820"), self.tables("51821"), self.tables("main")

    # ---- checks ----

    def each(self):
        """Address family and its place in the pairs of addresses."""
        return [(v, 0 if v == 4 else 1) for v in self.cluster.families]

    def control(self, capture):
        """The capture sees a packet to the very address that must not be reached."""
        for v, at in self.each():
            out = start(self.pod, "udp", INTERNET[at], 9, mark=MARK, payload=b"control")
            seen = until(lambda: any(p.payload == b"control" and p.v6 == (v == 6) for p in capture.read()), 3)
            if not isinstance(out, str):
                out.close()
            self.check(f"the capture sees IPv{v}", seen, out if isinstance(out, str) else "nothing came")

    def no_leak(self, when, targets=INTERNET, only=None):
        """No way of asking the internet leaves by the cluster's network."""
        capture = self.cluster.capture()
        self.control(capture)
        out = []
        for v, at in self.each():
            own, any_source = self.cluster.addresses[v], None
            for kind in ("tcp", "udp"):
                for bind, device in ((None, None), (own, None), (None, self.cluster.device)):
                    out.append(start(self.pod, kind, targets[at], PORT, bind=bind, device=device))
        time.sleep(0.25)
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
                self.equal(f"{kind} over IPv{v} goes through the tunnel{when}", ask(self.pod, kind, targets[at], PORT), self.tunnel[at])

    @property
    def tunnel(self):
        return TUNNEL

    def services(self, when=""):
        for v, at in self.each():
            own = self.cluster.addresses[v]
            for kind in ("tcp", "udp"):
                self.equal(f"a service answers, {kind} IPv{v} {when}", ask(self.pod, kind, self.cluster.service[at], PORT), own)
                self.equal(f"another pod answers, {kind} IPv{v} {when}", ask(self.pod, kind, self.cluster.other_pod[at], PORT), own)
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

    def download(self, targets=INTERNET):
        """Much data in one stream, in packets that are not cut on the way."""
        capture = self.cluster.capture()
        for v, at in self.each():
            self.equal(f"a download over IPv{v} arrives whole", download(self.pod, targets[at], PORT, 300000), 300000)
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

    def battery(self, mtu=None):
        """Everything that holds for a full tunnel."""
        log = self.first_run()
        self.equal("the log is one line", len(log.splitlines()), 1)
        self.equal("table main is untouched", self.tables("main"), self.main)
        before = self.state()
        self.mtu(mtu or self.cluster.mtu - 80)
        self.egress()
        self.no_leak("beside the tunnel")
        self.services()
        self.inbound()
        self.download()
        return before

    def outages(self, before):
        """The ways in which a tunnel ends."""
        self.cluster.server.ip("link set wgs0 down")
        self.no_leak("when the server is dead")
        self.services("when the server is dead")
        self.cluster.server.ip("link set wgs0 up", *(f"-{6 if is6(a) else 4} route replace {a} dev wgs0" for a in TUNNEL))
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
        self.egress(" after the second run")

    def close(self):
        self.cluster.close()


def closed_parts(closed):
    return closed if isinstance(closed, tuple) else ()


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
                        start(trial.pod, "udp", INTERNET[at], PORT, payload=f"chatter {number} ".encode(), bind=trial.cluster.addresses[v])
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


# ---- scenarios ----------------------------------------------------------------------------------------------------

@scenario("fast", "kernel")
def bridge():
    trial = Trial()
    yield trial
    trial.outages(trial.battery())


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
    for trial in trials:
        trial.close()
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
