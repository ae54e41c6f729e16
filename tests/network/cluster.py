"""A pod on a cluster's network, with what it talks to. Knows the layouts of CNIs, not what is checked.

    pod -- node -- lan -- others   services, cluster DNS, other pods, another node
                       -- world    hosts of the internet, a client from outside
                       -- server   the WireGuard server, which routes to the world
"""
import os
import subprocess
from ipaddress import ip_address, ip_network

import yaml

from lab import Capture, Container, Servers, Space, ask, is6, start, until, veth

CONTROL_MARK = 77
NODE, OTHER_NODE, LAN_RESOLVER, GATEWAY = "192.0.2.1", "192.0.2.2", "192.0.2.53", "192.0.2.4"
INTERNET, ELSEWHERE, CLIENT = ("203.0.113.80", "2001:db8:80::80"), ("198.18.0.80", "2001:db8:18::80"), ("198.51.100.7", "2001:db8:7::7")
ENDPOINT = ("198.51.100.200", "2001:db8:200::1")
INSIDE = ("10.64.0.1", "fd64::1")
TUNNEL = ("10.64.7.2", "fd64::7:2")
PORT, WEB, TORRENT, HIGH = 80, 8080, 6881, 61500
NAMES = {"vpn.example": ENDPOINT[:1], "both.example": ENDPOINT, "web.example": INTERNET}


def wg_key(*args, text=None):
    return subprocess.run(["wg", *args], input=text, capture_output=True, text=True, check=True).stdout.strip()


class Keys:
    def __init__(self):
        self.private = wg_key("genkey")
        self.public = wg_key("pubkey", text=self.private)


def kernel_has_wireguard():
    probe = Space("probe")
    return probe.run("ip", "link", "add", "name", "wgprobe", "type", "wireguard").returncode == 0


# Where the kernel has no module, wireguard-go answers `ip link add … type wireguard`, and nothing else changes.
STAND_IN = """#!/tools/sh
gone() { while [ -e /run/wireguard/$1.sock ]; do sleep 0.02; done; }
case "$*" in
  "link add "*" type wireguard") gone $3; LOG_LEVEL=silent exec /usr/bin/wireguard-go $3 >/dev/null 2>&1 ;;
  "link del "*) /usr/sbin/ip "$@" || exit; gone $3; exit ;;
esac
exec /usr/sbin/ip "$@"
"""
# A kernel that was booted with ipv6.disable=1.
NO_IPV6 = STAND_IN.replace("case", "case \"$*\" in *-6*|*:*) echo 'RTNETLINK answers: Operation not supported' >&2; exit 2 ;; esac\ncase", 1)


class Cluster:
    def __init__(self, layout="bridge", families="4", rp_filter=0, mtu=1500, device="eth0", path_mtu=None, ipv6_off=False, endpoint_port=51820):
        self.layout, self.families, self.device, self.mtu = layout, [int(f) for f in families], device, mtu
        self.endpoint_port, self.endpoints = endpoint_port, set(ENDPOINT)
        self.v4, self.v6 = 4 in self.families, 6 in self.families
        rp = [(f"net/ipv4/conf/{name}/rp_filter", rp_filter) for name in ("all", "default")]
        off = [(f"net/ipv4/conf/{name}/rp_filter", 0) for name in ("all", "default")]
        forward = off + [("net/ipv4/ip_forward", 1), ("net/ipv6/conf/all/forwarding", 1)]
        self.pod = Space("pod", rp + [(f"net/ipv6/conf/{name}/disable_ipv6", int(ipv6_off)) for name in ("all", "default")])
        self.node, self.others, self.world, self.server = (Space(name, forward) for name in ("node", "others", "world", "server"))
        self.lan = Space("lan", off)
        aws = layout == "aws"
        pods, services = ("10.0", "10.100") if aws else ("10.244", "10.96")
        self.addresses = {4: f"{pods}.1.5", 6: "fd00:10:244:1::5"}
        self.addresses = {f: a for f, a in self.addresses.items() if f in self.families}
        self.other_pod = (f"{pods}.2.9", "fd00:10:244:2::9")
        self.service, self.dns = (f"{services}.0.50", "fd00:10:96::50"), (f"{services}.0.10", "fd00:10:96::10")
        self.local = [ip_network(n) for n in ((f"{services}.0.0/16", f"{pods}.0.0/16") + ("fd00:10:96::/112", "fd00:10:244::/56"))]
        self.build_lan(max(mtu, 1500), services, pods)
        self.build_pod(f"{pods}.1.1", path_mtu)
        self.servers = Servers(NAMES)
        for space in (self.others, self.world, self.server):
            self.servers.add(space, PORT)
            if space != self.server or endpoint_port != 53:
                self.servers.add(space, 53, "dns")
        for port in (WEB, TORRENT, HIGH):
            self.servers.add(self.pod, port)
        self.servers.start()
        self.container = Container(self.pod)
        self.container.resolv = f"nameserver {self.dns[0 if self.v4 else 1]}\nsearch default.svc.cluster.local\noptions ndots:5\n"
        self.api = f"{services}.0.1" if self.v4 else "fd00:10:96::1"
        self.kernel = kernel_has_wireguard()
        self.container.tool("wg", "/usr/bin/wg")
        self.container.tool("ip", "/usr/sbin/ip" if self.kernel else STAND_IN)

    def build_lan(self, mtu, services, pods):
        self.lan.ip("link add name br0 type bridge", f"link set br0 mtu {mtu} up")
        for number, space in enumerate((self.node, self.others, self.world, self.server), 1):
            veth(space, "lan0", self.lan, f"port{number}", mtu)
            self.lan.ip(f"link set port{number} master br0")
            space.ip(f"addr add 192.0.2.{number}/24 dev lan0", f"-6 addr add 2001:db8:1::{number}/64 dev lan0 nodad")
        own = lambda space, *addresses: space.ip(*(f"-6 addr add {a}/128 dev lo nodad" if is6(a) else f"-4 addr add {a}/32 dev lo" for a in addresses))
        own(self.others, f"{services}.0.1", "fd00:10:96::1", *self.service, *self.dns, *self.other_pod, LAN_RESOLVER)
        own(self.world, *INTERNET, *ELSEWHERE, *CLIENT)
        own(self.server, *ENDPOINT)
        via = lambda space, number, *nets: space.ip(*(f"-6 route add {n} via 2001:db8:1::{number}" if is6(n) else f"-4 route add {n} via 192.0.2.{number}" for n in nets))
        via(self.node, 2, f"{services}.0.0/16", f"{pods}.2.0/24", "fd00:10:96::/112", "fd00:10:244:2::/64", LAN_RESOLVER)
        via(self.node, 4, *ENDPOINT)
        via(self.node, 3, "0.0.0.0/0", "::/0")
        via(self.others, 1, "0.0.0.0/0", "::/0")
        via(self.world, 1, f"{pods}.1.0/24", "fd00:10:244:1::/64")
        via(self.world, 4, "10.64.0.0/16", "fd64::/64", *ENDPOINT)
        via(self.server, 1, f"{pods}.1.0/24", "fd00:10:244:1::/64")
        via(self.server, 3, "0.0.0.0/0", "::/0")

    def build_pod(self, gateway, path_mtu):
        d, host, mtu = self.device, "veth0", self.mtu
        v4, v6 = self.addresses.get(4), self.addresses.get(6)
        veth(self.pod, d, self.node, host, mtu)
        self.node.sysctl(f"net/ipv4/conf/{host}/rp_filter", 0)
        lock = f" mtu lock {path_mtu}" if path_mtu else ""
        if self.layout == "bridge":
            self.node.ip("link add name cni0 type bridge", f"link set cni0 mtu {mtu} up", f"link set {host} master cni0",
                         f"addr add {gateway}/24 dev cni0", "-6 addr add fd00:10:244:1::1/64 dev cni0 nodad")
            if v4:
                self.pod.ip(f"addr add {v4}/24 dev {d}", f"route add default via {gateway}{lock}", f"route add 10.244.0.0/16 via {gateway}")
            if v6:
                self.pod.ip(f"-6 addr add {v6}/64 dev {d} nodad", "-6 route add default via fd00:10:244:1::1")
        else:
            # one address each, the gateway is link-local: the node answers ARP for it (Calico) or it is entered by hand (AWS)
            self.node.sysctl(f"net/ipv4/conf/{host}/proxy_arp", 1)
            self.node.sysctl(f"net/ipv4/neigh/{host}/proxy_delay", 0)
            self.node.ip(f"link set {host} address ee:ee:ee:ee:ee:ee")
            if v4:
                self.node.ip(f"route add {v4}/32 dev {host} scope link")
                self.pod.ip(f"addr add {v4}/32 dev {d}", f"route add 169.254.1.1 dev {d} scope link",
                            f"route add default via 169.254.1.1 dev {d}{lock}")
                if self.layout == "aws":
                    self.pod.ip(f"neigh replace 169.254.1.1 lladdr ee:ee:ee:ee:ee:ee dev {d} nud permanent")
            if v6:
                self.node.ip(f"-6 route add {v6}/128 dev {host}", f"-6 addr add fe80::1/64 dev {host} nodad")
                self.pod.ip(f"-6 addr add {v6}/128 dev {d} nodad", f"-6 route add default via fe80::1 dev {d}")

    # ---- the WireGuard server ----

    def serve(self, name, client_public, allowed, port=51820, psk=None, inside=INSIDE):
        """A server's interface with one client; its public key."""
        keys = Keys()
        if self.kernel:
            self.server.ip(f"link add name {name} type wireguard")
        else:
            self.server.run("wireguard-go", name, env={**os.environ, "LOG_LEVEL": "silent"}, timeout=20)
        shared = ["preshared-key", "/dev/fd/0"] if psk else []
        text = keys.private
        with open(self.container.home + "/key", "w") as file:
            file.write(text)
        done = self.server.run("wg", "set", name, "listen-port", str(port), "private-key", file.name, "peer", client_public,
                               *shared, "allowed-ips", ",".join(allowed), input=psk)
        assert done.returncode == 0, done.stderr
        self.server.ip(*(f"-6 addr add {a}/128 dev {name} nodad" if is6(a) else f"-4 addr add {a}/32 dev {name}" for a in inside),
                       f"link set {name} mtu {max(self.mtu, 1500) - 80} up",
                       *(f"-6 route replace {a} dev {name}" if is6(a) else f"-4 route replace {a} dev {name}" for a in allowed if a not in inside))
        return keys.public

    # ---- views ----

    def capture(self):
        return Capture(self.node, "veth0")

    def allowed(self, packet):
        """Whether a packet that left the pod by the cluster's network may do so."""
        target = ip_address(packet.target)
        return (packet.protocol not in (6, 17) or target.is_multicast or target.is_link_local
                or any(target in net for net in self.local)
                or (packet.protocol == 17 and packet.target in self.endpoints and packet.dport in (51820, 51821, self.endpoint_port))
                or packet.payload.startswith(b"control") or packet.sport == WEB)

    def move_server(self, old, new):
        """The server leaves one of its addresses and takes another."""
        self.endpoints.add(new)
        self.node.ip(f"route replace {new} via {GATEWAY}" if not is6(new) else f"-6 route replace {new} via 2001:db8:1::4")
        self.die()
        self.server.ip(f"addr add {new}/{128 if is6(new) else 32} dev lo", f"addr del {old}/{128 if is6(old) else 32} dev lo")
        # It has forgotten its clients, as a new machine would: a word from it would tell them where it is.
        for line in self.server.run("wg", "show", "all", "peers").stdout.splitlines():
            name, peer = line.split()
            self.server.run("wg", "set", name, "peer", peer, "endpoint", "[::1]:9" if is6(new) else "127.0.0.1:9")
        self.revive()

    def die(self):
        """The server's cable is pulled."""
        self.lan.ip("link set port4 nomaster")

    def revive(self):
        """The cable is back, and the node has forgotten that nobody answered it."""
        self.lan.ip("link set port4 master br0")
        self.node.ip("neigh flush dev lan0")

    def close(self):
        for line in self.server.show("-o", "link", "show", "type", "wireguard" if self.kernel else "tun").splitlines():
            name = line.split(":")[1].strip()
            self.server.ip(f"link del {name}")
            until(lambda: not os.path.exists(f"/run/wireguard/{name}.sock"))
        self.servers.stop()
        self.container.close()


DEPLOYMENT = """\
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web}}
spec:
  {extra}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers: [{{name: web, image: web}}]
"""
JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: web}
spec:
  completionMode: Indexed
  completions: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: web, image: web}]
"""


def injected(*flags, kind="Deployment"):
    """The init container, cut from the manifest that the binary writes."""
    text = JOB if kind == "Job" else DEPLOYMENT.format(kind=kind, extra={
        "Deployment": "strategy: {type: Recreate}", "StatefulSet": "serviceName: web"}[kind])
    done = subprocess.run([os.environ["WGSIDECAR"], "inject", "--no-config", "-q", "--secret", "vpn", *flags],
                          input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    spec = yaml.safe_load(done.stdout)["spec"]["template"]["spec"]
    container = spec["initContainers"][0]
    assert [v["mountPath"] for v in container["volumeMounts"]] == ["/etc/wireguard"]
    volume = spec["volumes"][0]
    if "configmap" in flags:
        assert volume["projected"]["defaultMode"] == 256
        secret, script = volume["projected"]["sources"]
        assert secret == {"secret": {"name": "vpn"}} and [it["path"] for it in script["configMap"]["items"]] == ["wgsidecar.sh"]
    else:
        assert volume["secret"] == {"secretName": "vpn", "defaultMode": 256}
    return without_a_line(container), spec


def config_map(*flags):
    """The ConfigMap that holds the script."""
    done = subprocess.run([os.environ["WGSIDECAR"], "script", "--no-config", *flags], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)


def without_a_line(container):
    """The container, its script without the line that `mutate` takes out."""
    without = os.environ.get("SCRIPT_WITHOUT")
    if without:
        lines = container["args"][0].splitlines(keepends=True)
        container["args"][0] = "".join(line for line in lines if line.rstrip("\n") != without)
    return container


def patched(kind, *flags):
    """The init container that `patch` has for a kind: no rule sees the workload that gets it."""
    done = subprocess.run([os.environ["WGSIDECAR"], "patch", "--no-config", "--secret", "vpn", *flags], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    patches = {p["target"]["kind"]: yaml.safe_load(p["patch"]) for p in yaml.safe_load(done.stdout)["patches"]}
    return without_a_line(patches[kind]["spec"]["template"]["spec"]["initContainers"][0])
