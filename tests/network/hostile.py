"""What nobody wishes a container that stays: files, names, clocks, tools and callers that are wrong. Registered by suite.py."""
import os
import random
import re
import signal
import threading
import time

from cluster import *
from lab import *
from sidecar import OTHER_PORT, Stayer, Watch, answers, index, memory, scrape
from suite import scenario


class Kubelet(threading.Thread):
    """Starts the container anew whenever it ends; keeps what each has said."""

    def __init__(self, stayer):
        super().__init__(daemon=True)
        self.stayer, self.logs, self.on = stayer, [], True
        stayer.start()
        self.start()

    def run(self):
        # a container ends with the thread that has started it
        while self.on or self.stayer.process.poll() is None:
            if self.stayer.process.poll() is None:
                time.sleep(0.05)
                continue
            self.logs.append(self.stayer.container.said())
            time.sleep(0.3)
            self.stayer.start()

    def said(self):
        return "".join(self.logs) + self.stayer.container.said()

    def stop(self):
        until(lambda: self.stayer.processes()[0], 10)
        self.on = False
        log = self.said()
        self.stayer.trial.check("no key in any log", not any(key in log for key in self.stayer.trial.secrets), "")
        self.stayer.end()
        self.join()
        return log


def ended(stayer, message, seconds=20):
    """The container ends by itself, and its last line says why."""
    code = until(lambda: stayer.process.poll(), seconds)
    log = stayer.container.said()
    stayer.trial.equal(f"it ends: {message}", code, 1)
    stayer.trial.check(f"it says: {message}", message in (log.splitlines() or [""])[-1], log[-600:])
    stayer.trial.check("no key in the log", not any(key in log for key in stayer.trial.secrets), log)


def fewer_rules(trial, state):
    """A state whose rules are in any order, as one that is written anew may be."""
    return {v: sorted(text.splitlines()) for v, text in state[0].items()}, *state[1:]


@scenario("fast", "sidecar")
def sidecar_bad_secrets():
    """A Secret that changes to what is no tunnel closes the pod until it is right, and nothing says that it is up."""
    stayer = Stayer(families="46")
    trial = stayer.trial
    yield trial
    good = {"wg0.conf": trial.conf()}
    stayer.start().until_up()
    before = trial.state()
    server, key, address = f"PublicKey = {trial.server_key}\n", trial.keys.private, f"Address = {', '.join(trial.addresses)}\n"
    for name, files, message in (
        ("garbage", {"wg0.conf": b"\x00\x01\xff\xfe" * 5000}, "the Secret holds no tunnel address"),
        ("empty", {"wg0.conf": ""}, "the Secret holds no tunnel address"),
        ("gone", {}, "the Secret has no wg0.conf"),
        ("another name", {"wg.conf": trial.conf()}, "the Secret has no wg0.conf"),
        ("cut off", {"wg0.conf": trial.conf()[:90]}, "wg0.conf has no peer with an Endpoint"),
        ("a key that is cut off", {"wg0.conf": trial.conf(key=key[:20])}, "wg rejects wg0.conf:"),
        ("no endpoint", {"wg0.conf": f"[Interface]\nPrivateKey = {key}\n{address}[Peer]\n{server}AllowedIPs = 0.0.0.0/0, ::/0\n"}, "wg0.conf has no peer with an Endpoint"),
        ("no peer", {"wg0.conf": f"[Interface]\nPrivateKey = {key}\n{address}"}, "wg0.conf has no peer with an Endpoint"),
        ("an endpoint without a port", {"wg0.conf": trial.conf(endpoint=ENDPOINT[0])}, "wg rejects wg0.conf:"),
        ("a name that is none", {"wg0.conf": trial.conf(endpoint="nowhere.example:51820")}, "the endpoint's name does not resolve"),
        ("an address that is none", {"wg0.conf": trial.conf().replace("Address = ", "Address = 10.64.7.300/32, ")}, "cannot add the address 10.64.7.300/32"),
        ("a web page", {"wg0.conf": "<!DOCTYPE html>\n<title>404 Not Found</title>\n" * 2000}, "the Secret holds no tunnel address"),
    ):
        watch = Watch(trial)
        trial.container.files(files)
        ended(stayer, message)
        watch.end(f"while the Secret is {name}")
        trial.no_leak(f"after a Secret that is {name}")
        trial.equal(f"{name}: nobody says that the tunnel is up", stayer.word(), "down")
        trial.check(f"{name}: the startup probe goes on to succeed", stayer.probe())
        stayer.start()
        ended(stayer, message)
        trial.no_leak(f"after another start, {name}")
        trial.container.files(good)
        stayer.start()
        stayer.until(f"{name}: the right file is taken", lambda: stayer.word() == "up")
        trial.equal(f"{name}: the state is the same", fewer_rules(trial, trial.state()), fewer_rules(trial, before))
    trial.egress(" at last")
    stayer.end()


@scenario("fast", "sidecar")
def sidecar_fewer_servers():
    """The Secret loses the file that is in use: the tunnel is built of what is left, in the same container."""
    stayer = Stayer("--handshake-timeout", "3")
    trial = stayer.trial
    yield trial
    dead = trial.conf(server=Keys().public)
    trial.container.files({"wg0.conf": dead, "wg1.conf": trial.conf()})
    stayer.start().until_up()
    trial.check("the second stands", "by wg1.conf" in stayer.container.said(), stayer.container.said())
    process, watch = stayer.process, Watch(trial)
    trial.container.files({"wg0.conf": trial.conf()})
    stayer.until("the first is taken", lambda: "by wg0.conf" in stayer.container.said())
    trial.container.files({"wg0.conf": dead, "wg1.conf": dead, "wg2.conf": trial.conf()})
    stayer.until("and then one of three", lambda: "by wg2.conf" in stayer.container.said(), 60)
    watch.end("while there are fewer servers, and more")
    trial.check("in the same container", process.poll() is None, stayer.container.said())
    trial.egress()
    stayer.end()


@scenario("fast", "sidecar")
def sidecar_server_without_a_name():
    """A provider that gives a server up takes its name away: the next of the Secret is tried, at the start and later."""
    stayer = Stayer("--handshake-timeout", "3")
    trial = stayer.trial
    yield trial
    gone = trial.conf(endpoint="nowhere.example:51820")
    trial.container.files({"wg0.conf": gone, "wg1.conf": trial.conf()})
    stayer.start().until_up()
    watch = Watch(trial)
    log = stayer.container.said()
    trial.check("the log says which stands", "by wg1.conf" in log, log)
    trial.egress()
    before = trial.state()
    stayer.end()
    # later, in the middle of three
    other = trial.cluster.serve("wgs1", trial.keys.public, [TUNNEL[0]], OTHER_PORT, inside=("10.64.0.2",))
    trial.cluster.server.ip(f"route replace {TUNNEL[0]} dev wgs0")
    trial.container.files({"wg0.conf": trial.conf(), "wg1.conf": gone, "wg2.conf": trial.conf(server=other, endpoint=f"{ENDPOINT[0]}:{OTHER_PORT}")})
    stayer.start()
    stayer.until("the first stands", lambda: "by wg0.conf" in stayer.container.said())
    process = stayer.process
    trial.cluster.server.ip("link set wgs0 down", f"route replace {TUNNEL[0]} dev wgs1")
    stayer.until("the third is taken", lambda: "by wg2.conf" in stayer.container.said(), 60)
    trial.check("in the same container", process.poll() is None, stayer.container.said())
    watch.end("while names are gone")
    trial.check("the resolver's rule is gone", "100:" in str(before) and "101:" not in trial.pod.show("rule"), trial.pod.show("rule"))
    trial.egress(" of the third")
    stayer.end()


@scenario("fast", "sidecar")
def sidecar_many_addresses():
    """Of a name's addresses each is tried in turn, in whatever order they come; none that is not the endpoint's family."""
    stayer = Stayer(endpoint="vpn.example:51820")
    trial = stayer.trial
    yield trial
    stayer.start().until_up()
    trial.egress()
    # the one that answers is the last to be tried, beyond the end of the list
    dead, alive = [f"198.51.100.{n}" for n in (210, 190, 205)], "198.51.100.195"
    trial.cluster.endpoints.update(dead)
    watch = Watch(trial)
    trial.cluster.move_server(ENDPOINT[0], alive)
    trial.cluster.servers.move("vpn.example", *dead, alive, INTERNET[1])
    stayer.until("the one that answers is found", lambda: answers(trial), 90)
    tried = re.findall(r"is now at (\S+)", stayer.container.said())
    trial.equal("each is tried once", sorted(tried), sorted([*dead, alive]))
    # the old rule goes last
    rules = lambda: [line for line in trial.pod.show("rule").splitlines() if "dport 51820" in line]
    one = lambda: len(rules()) == 1 and alive in rules()[0]
    stayer.until("one rule, for it", one, 10)
    watch.end("while addresses are tried")
    # now none of them, no answer, and the other family only
    for addresses in ((), (INTERNET[1],), ("127.0.0.1",), (trial.cluster.addresses[4],)):
        watch = Watch(trial)
        trial.cluster.die()
        trial.cluster.servers.move("vpn.example", *addresses)
        time.sleep(6)
        watch.end(f"while the name is {addresses or 'nothing'}")
        trial.services(f"while the name is {addresses or 'nothing'}")
    trial.cluster.servers.move("vpn.example", alive)
    # a word from the server would tell where it is
    trial.cluster.server.run("wg", "set", "wgs0", "peer", trial.keys.public, "endpoint", "127.0.0.1:9")
    trial.cluster.revive()
    stayer.until("and home again", lambda: answers(trial), 60)
    stayer.until("one rule again", one, 10)
    stayer.end()


@scenario("fast", "sidecar", "kernel")
def sidecar_keepalive():
    """The seconds in which it asks for a handshake end, however that ends: else an idle tunnel looks like a silent server."""
    stayer = Stayer("--handshake-timeout", "2", "--unhealthy", "restart")
    trial = stayer.trial
    yield trial
    stayer.start().until_up()
    trial.cluster.die()
    talk = start(trial.pod, "udp", INTERNET[0], PORT, payload=b"x" * 900)
    stayer.until("it is down", lambda: sent(talk, 900) and stayer.word() == "down", 60)
    stayer.end()
    # started anew it waits in vain
    stayer.start()
    time.sleep(5)
    trial.cluster.revive()
    stayer.until("the tunnel is up again", lambda: sent(talk, 1) and stayer.word() == "up", 60)
    stayer.until("the keepalive is the file's", lambda: trial.show("persistent-keepalive").split()[1:] == ["off"], 5)
    stayer.end()
    talk.close()


def sent(out, size):
    """The error of what was sent before is not one of this."""
    try:
        out.send(b"x" * size)
    except OSError:
        pass
    return True


@scenario("fast", "sidecar")
def sidecar_fwmark_of_the_file():
    """A mark that the file asks for would send the tunnel's packets into the tunnel."""
    stayer = Stayer(more="FwMark = 0x1234\n")
    trial = stayer.trial
    yield trial
    stayer.start().until_up()
    trial.equal("the mark is ours", trial.show("fwmark").strip(), "0xca6c")
    trial.egress()
    trial.no_leak("with another mark in the file")
    stayer.end()


# What `date` says where somebody has put the clock back or forward.
CLOCK = """#!/tools/sh
echo $(($(/tools/busybox date +%s) + $(cat /run/wireguard/clock 2>/dev/null || echo 0)))
"""


@scenario("fast", "sidecar")
def sidecar_clock():
    """A clock that is put back makes a handshake one of the future; what is sent and not answered says that the server is dead."""
    stayer = Stayer(endpoint="vpn.example:51820")
    trial = stayer.trial
    yield trial
    trial.container.tool("date", CLOCK)
    clock = f"{trial.container.run_dir}/clock"
    stayer.start().until_up()
    for seconds in (-7200, 7200):
        with open(clock, "w") as file:
            file.write(str(seconds))
        trial.egress(f" with a clock that is {seconds} s wrong")
        watch = Watch(trial)
        trial.cluster.die()
        stayer.until(f"a dead server is noticed by a clock that is {seconds} s wrong", lambda: stayer.word() == "down", 30)
        watch.end(f"with a clock that is {seconds} s wrong")
        trial.cluster.revive()
        with open(clock, "w") as file:
            file.write("0")
        stayer.until("the tunnel is up again", lambda: stayer.word() == "up", 60)
    # a wait ends after its time, whatever the clock says
    stayer.end()
    trial.pod.ip("link del wg0")
    trial.cluster.die()
    stayer.start()
    stayer.until("it waits", lambda: "wg0" in trial.pod.show("link"))
    with open(clock, "w") as file:
        file.write("-7200")
    ended(stayer, "no handshake", 60)


ODD_WG = """#!/tools/sh
read -r odd 2>/dev/null </run/wireguard/odd || odd=
case $odd:$* in
  fail:*) echo 'Unable to access interface: Resource temporarily unavailable' >&2; exit 1 ;;
  nothing:show*) exit ;;
  words:show*) echo 'a b c d e f'; echo '(none)	(none)	(none)'; exit ;;
  stars:show*) echo '* $(reboot) `reboot` ; * | [0-9]	9999999999999999999999	-'; exit ;;
esac
exec /usr/bin/wg "$@"
"""


@scenario("fast", "sidecar")
def sidecar_odd_wg():
    """Whatever `wg` says for a while, the pod stays closed, and the tunnel is there again afterwards."""
    stayer = Stayer()
    trial = stayer.trial
    yield trial
    trial.container.tool("wg", ODD_WG)
    kubelet = Kubelet(stayer)
    stayer.until_up()
    before = trial.state()
    for odd in ("fail", "nothing", "words", "stars"):
        watch = Watch(trial)
        with open(f"{trial.container.run_dir}/odd", "w") as file:
            file.write(odd + "\n")
        time.sleep(5)
        watch.end(f"while wg says {odd}")
        os.unlink(f"{trial.container.run_dir}/odd")
        stayer.until(f"up again after {odd}", lambda: stayer.word() == "up" and answers(trial), 60)
        stayer.until(f"the state is the same after {odd}", lambda: fewer_rules(trial, trial.state()) == fewer_rules(trial, before), 20)
    kubelet.stop()


@scenario("fast", "sidecar")
def sidecar_killed_anywhere():
    """Killed in the middle of whatever it does, again and again, while its Secret changes."""
    stayer = Stayer(families="46")
    trial = stayer.trial
    yield trial
    good, bad = {"wg0.conf": trial.conf()}, {"wg0.conf": "garbage"}
    kubelet = Kubelet(stayer)
    stayer.until_up()
    before, number = trial.state(), index(trial)
    watch = Watch(trial)
    chance = random.Random(3)
    for turn in range(25):
        trial.container.files(bad if turn % 5 == 3 else {"wg0.conf": trial.conf(more=f"MTU = {1300 + turn}\n")})
        stayer.process and stayer.process.poll() is None and kill_first(stayer, chance.choice((signal.SIGKILL, signal.SIGTERM)))
        time.sleep(chance.uniform(0.02, 0.8))
    trial.container.files(good)
    stayer.until("it stands at last", lambda: stayer.word() == "up" and answers(trial), 60)
    stayer.until("the state is the same", lambda: fewer_rules(trial, trial.state()) == fewer_rules(trial, before), 20)
    watch.end("through all that")
    trial.equal("the interface has its number still", index(trial), number)
    trial.egress()
    kubelet.stop()


def kill_first(stayer, which):
    first = stayer.processes()[0]
    if first:
        try:
            os.kill(first[0], which)
        except ProcessLookupError:
            pass


@scenario("fast", "sidecar")
def sidecar_ended_while_it_asks():
    """The end comes while it asks a resolver that says nothing: the way to it is not left open."""
    stayer = Stayer(endpoint="vpn.example:51820")
    trial = stayer.trial
    yield trial
    trial.container.resolv = f"nameserver {LAN_RESOLVER}\n"
    stayer.start().until_up()
    trial.cluster.local.append(ip_network(LAN_RESOLVER))
    trial.cluster.die()
    trial.cluster.lan.ip("link set port2 nomaster")
    start(trial.pod, "udp", INTERNET[0], PORT, payload=b"x" * 700)
    stayer.until("it asks", lambda: "101:" in trial.pod.show("rule"), 60)
    stayer.end()
    trial.check("the resolver's way is closed", "101:" not in trial.pod.show("rule"), trial.pod.show("rule"))
    trial.no_leak("after that")


@scenario("fast", "sidecar")
def sidecar_metrics_under_fire():
    """Callers who say nothing, too much, rubbish, or never listen: the container goes on, small, and answers others."""
    stayer = Stayer("--metrics", "9586")
    trial = stayer.trial
    yield trial
    stayer.start().until_up()
    others, own, source = trial.cluster.others, trial.cluster.addresses[4], trial.cluster.other_pod[0]
    ask_it = lambda: scrape(others, own, 9586, source)
    watch = Watch(trial)
    for name, text in (("nothing", b""), ("garbage", os.urandom(5000) + b"\r\n\r\n"), ("a line without end", b"GET /" + b"a" * 200000), ("many headers", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20000),
                       ("shell", b"GET /$(reboot);`reboot` HTTP/1.1\r\nHost: $(kill 1)\r\n\\\r\n\r\n"), ("zeros", bytes(10000))):
        out = start(others, "tcp", own, 9586, bind=source)
        trial.check("a connection", not isinstance(out, str), out)
        out.setblocking(True)
        out.settimeout(3)
        try:
            out.sendall(text)
        except OSError:
            pass
        trial.check(f"others are answered beside {name}", "wireguard_sent" in ask_it())
        out.close()
    idle = len(stayer.processes()[1])
    flood, most, heavy = [], 0, 0
    for _ in range(12):
        # more of them than its queue takes, again and again
        flood += [out for out in (start(others, "tcp", own, 9586, bind=source) for _ in range(100)) if not isinstance(out, str)]
        time.sleep(0.3)
        processes = stayer.processes()[1]
        most, heavy = max(most, len(processes)), max(heavy, memory(processes, "Pss"))
    print(f"sidecar: {len(flood)} callers, at most {most} processes of {heavy} KiB")
    trial.check("few processes, however many call", most < 200, most)
    for out in flood:
        out.close()
    stayer.until("they all go", lambda: len(stayer.processes()[1]) <= idle, 20)
    trial.check("and the next is answered", "wireguard_sent" in ask_it())
    trial.check("the container is the same", stayer.process.poll() is None)
    watch.end("under fire")
    trial.egress()
    stayer.end()
