"""A Kubernetes node in a virtual machine, its control plane, a VPN server, and an internet that writes down whom it saw.

    wgnode      etcd, API server, controllers, scheduler, the node's resolver, router; 172.30.0.1
                the virtual machine is 172.30.0.10, its pods 10.244.0.0/24, services 10.96.0.0/12; a second
                one, where a section wants it, 172.30.0.11, its pods 10.244.1.0/24
    wgnode-vpn  wireguard-go on 198.51.100.2:51820, the tunnel is 10.64.0.0/24
    wgnode-net  the internet, 203.0.113.10

Each network has IPv6 too. What the internet sees of a pod is the node's address without a tunnel, and the VPN's with one.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ["SUITE_CACHE"]) / "node"
RUN = CACHE / "run"
WGSIDECAR = os.environ["WGSIDECAR"]
CNI = os.environ.get("NODE_CNI", "bridge")
IMAGE = "docker.io/linuxserver/wireguard:1.0.20250521-r1-ls116"
PLANE, VPN, NET = "wgnode", "wgnode-vpn", "wgnode-net"
ROUTER, NODE, NODE6, SECOND = "172.30.0.1", "172.30.0.10", "fd00:30::10", "172.30.0.11"
os.environ["KUBECONFIG"] = str(CACHE / "pki/admin.kubeconfig")
# Over websockets `kubectl exec` loses what a pod says before all streams are there.
os.environ["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = "false"
VPN4, VPN6, NET4, NET6 = "198.51.100.2", "3fff:100::2", "203.0.113.10", "3fff:203::10"
# Whom the internet sees over TCP and UDP, IPv4 and IPv6.
BY_VPN, IN_CLEAR, CUT_OFF = [VPN4, VPN4, VPN6, VPN6], [NODE, NODE, NODE6, NODE6], ["error"] * 4

# How long to wait for anything that is to come, in seconds. The machine is emulated, and others may use the processor: a
# condition decides and no clock, so that only a failure waits this long.
PATIENCE = 900


def call(*command, stdin=None, namespace=None):
    """Runs a program, in a network namespace; its status and all that it said."""
    if namespace:
        command = ("nsenter", f"--net=/run/netns/{namespace}", *command)
    ran = subprocess.run([str(word) for word in command], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE + 300)
    return ran.returncode, ran.stdout.strip()


def must(*command, **how):
    status, said = call(*command, **how)
    if status:
        raise RuntimeError(f"{' '.join(map(str, command))}: {said}")
    return said


def k(*arguments, stdin=None):
    """kubectl: all that it said."""
    return call("kubectl", *arguments, stdin=stdin, namespace=PLANE)[1]


def k_status(*arguments, stdin=None):
    return call("kubectl", *arguments, stdin=stdin, namespace=PLANE)[0]


def vm(command, address=NODE):
    """A line of bash in a virtual machine: its status and what it said."""
    said = call("socat", "-t", "600", "-", f"TCP:{address}:2222", stdin=f"{{ {command}\n}} </dev/null 2>&1\necho \"@$?\"\n", namespace=PLANE)[1]
    said, _, status = said.rpartition("@")
    return int(status) if status.isdigit() else 255, said.strip()


def until(true, seconds=PATIENCE):
    """Asks once a second; whether it came true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(1)
    return True


# Programs in the background: a file holds the process id, and the name that proves that it is still this one. They end with
# this process, however it ends, unless the node is to be kept.
children = {}
TIED = [] if os.environ.get("NODE_KEEP") else ["setpriv", "--pdeathsig", "KILL"]


def running(name):
    if name in children:
        children[name].poll()
    try:
        pid, program = json.loads((RUN / f"{name}.pid").read_text())
        return pid if program in Path(f"/proc/{pid}/cmdline").read_text() else None
    except (OSError, ValueError):
        return None


def start(name, namespace, *command):
    if running(name):
        return
    with open(RUN / f"{name}.log", "ab") as log:
        child = subprocess.Popen([*TIED, "nsenter", f"--net=/run/netns/{namespace}", *map(str, command)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    children[name] = child
    (RUN / f"{name}.pid").write_text(json.dumps([child.pid, str(command[0])]))


def stop(name, how=signal.SIGTERM):
    pid = running(name)
    if pid:
        os.kill(pid, how)
        if not until(lambda: not running(name), 20):
            os.kill(pid, signal.SIGKILL)
            until(lambda: not running(name), 20)
    (RUN / f"{name}.pid").unlink(missing_ok=True)


# The VPN's server.
SOCKET = Path("/var/run/wireguard/wgnode0.sock")


def genkey():
    return must("wg", "genkey")


def keys():
    """Ten clients as a provider's page would give them: RUN/pN.conf."""
    server = genkey()
    text = f"[Interface]\nPrivateKey = {server}\nListenPort = 51820\n"
    for i in range(10):
        own, shared = genkey(), must("wg", "genpsk")
        text += f"[Peer]\nPublicKey = {must('wg', 'pubkey', stdin=own)}\nPresharedKey = {shared}\nAllowedIPs = 10.64.0.1{i}/32, fd64::1{i}/128\n"
        (RUN / f"p{i}.conf").write_text(
            f"[Interface]\n# Device: Brave Otter\nPrivateKey = {own}\nAddress = 10.64.0.1{i}/32,fd64::1{i}/128\nDNS = 10.64.0.1\n\n[Peer]\n"
            f"PublicKey = {must('wg', 'pubkey', stdin=server)}\nPresharedKey = {shared}\nAllowedIPs = 0.0.0.0/0,::0/0\nEndpoint = {VPN4}:51820\n")
    (RUN / "server.conf").write_text(text)


def server_up():
    if running("vpn"):
        return
    start("vpn", VPN, "wireguard-go", "-f", "wgnode0")
    if not until(lambda: SOCKET.exists() and call("ip", "-n", VPN, "link", "show", "wgnode0")[0] == 0):
        raise RuntimeError("wireguard-go does not start")
    must("wg", "setconf", "wgnode0", RUN / "server.conf", namespace=VPN)
    for address in "10.64.0.1/24", "fd64::1/64":
        must("ip", "-n", VPN, "address", "add", address, "dev", "wgnode0")
    must("ip", "-n", VPN, "link", "set", "wgnode0", "mtu", "1420", "up")


def server_down():
    stop("vpn", signal.SIGKILL)
    SOCKET.unlink(missing_ok=True)


def networks():
    for namespace in PLANE, VPN, NET:
        must("ip", "netns", "add", namespace)
        must("ip", "-n", namespace, "link", "set", "lo", "up")
        must("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0", namespace=namespace)
    must("ip", "-n", PLANE, "link", "add", "nodes", "type", "bridge")
    for number in 1, 2:
        must("ip", "-n", PLANE, "tuntap", "add", "dev", f"tap{number}", "mode", "tap")
        must("ip", "-n", PLANE, "link", "set", f"tap{number}", "master", "nodes", "up")
    for device, namespace in ("vpn0", VPN), ("net0", NET):
        must("ip", "link", "add", device, "netns", PLANE, "type", "veth", "peer", "name", "eth0", "netns", namespace)
    for namespace, device, addresses, routers in (
        (PLANE, "nodes", (ROUTER + "/24", "fd00:30::1/64"), ()),
        (PLANE, "vpn0", ("198.51.100.1/24", "3fff:100::1/64"), ()),
        (PLANE, "net0", ("203.0.113.1/24", "3fff:203::1/64"), ()),
        (VPN, "eth0", (VPN4 + "/24", VPN6 + "/64"), ("198.51.100.1", "3fff:100::1")),
        (NET, "eth0", (NET4 + "/24", NET6 + "/64"), ("203.0.113.1", "3fff:203::1")),
    ):
        for address in addresses:
            must("ip", "-n", namespace, "address", "add", address, "dev", device, *(["nodad"] if ":" in address else []))
        must("ip", "-n", namespace, "link", "set", device, "up")
        for router in routers:
            must("ip", "-n", namespace, "route", "add", "default", "via", router)
    must("nft", "add table inet nat; add chain inet nat out { type nat hook postrouting priority 100; }; add rule inet nat out iifname wgnode0 oifname eth0 masquerade", namespace=VPN)
    # The second witness of a leak: what a node sends to the world other than to the VPN's port, to whoever asked first, and
    # the kernel's word to the server that a pod is gone. What one node sends to another may pass here too.
    must("nft", "-f", "-", namespace=PLANE, stdin=f"""table inet watch {{
  counter clear {{}}
  chain seen {{
    type filter hook forward priority 0;
    iifname != "nodes" accept
    oifname "nodes" accept
    udp dport 51820 ip daddr {VPN4} accept
    ct direction reply accept
    ip daddr {VPN4} icmp type destination-unreachable accept
    counter name clear
  }}
}}
""")


def control_plane():
    pki, bin = CACHE / "pki", CACHE / "plane"
    services, pods = "10.96.0.0/12,fd00:10:96::/112", "10.244.0.0/16,fd00:10:244::/56"
    start("etcd", PLANE, CACHE / "bin/etcd", "--data-dir", RUN / "etcd", "--unsafe-no-fsync")
    start("apiserver", PLANE, bin / "kube-apiserver", "--etcd-servers", "http://127.0.0.1:2379", "--advertise-address", ROUTER, "--service-cluster-ip-range", services,
          "--authorization-mode", "Node,RBAC", "--enable-admission-plugins", "NodeRestriction", "--allow-privileged", "--cert-dir", RUN / "certificates",
          "--client-ca-file", pki / "ca.crt", "--tls-cert-file", pki / "apiserver.crt", "--tls-private-key-file", pki / "apiserver.key",
          "--kubelet-client-certificate", pki / "admin.crt", "--kubelet-client-key", pki / "admin.key", "--kubelet-preferred-address-types", "InternalIP",
          "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", pki / "sa.pub", "--service-account-signing-key-file", pki / "sa.key")
    if not until(lambda: k("get", "--raw", "/readyz") == "ok"):
        raise RuntimeError(f"the API server does not start: {RUN}/apiserver.log")
    start("controllers", PLANE, bin / "kube-controller-manager", "--kubeconfig", pki / "controller-manager.kubeconfig", "--authentication-kubeconfig", pki / "controller-manager.kubeconfig",
          "--use-service-account-credentials", "--root-ca-file", pki / "ca.crt", "--service-account-private-key-file", pki / "sa.key", "--leader-elect=false",
          "--allocate-node-cidrs", "--cluster-cidr", pods, "--service-cluster-ip-range", services, "--cert-dir", RUN / "certificates", "--node-monitor-grace-period", "120s")
    start("scheduler", PLANE, bin / "kube-scheduler", "--kubeconfig", pki / "scheduler.kubeconfig", "--leader-elect=false", "--cert-dir", RUN / "certificates")


def machine(number=1):
    start(f"machine{number}", PLANE, "qemu-system-x86_64", "-accel", "tcg,thread=multi,tb-size=1024", "-cpu", "max", "-smp", "2", "-m", "3072", "-display", "none",
          "-serial", f"file:{RUN}/console{number}.log", "-monitor", f"unix:{RUN}/monitor{number},server=on,wait=off", "-kernel", CACHE / "vm/vmlinuz", "-initrd", CACHE / "vm/initrd", "-append", f"console=ttyS0 quiet panic=10 mitigations=off apparmor=1 NODE={number} CNI={CNI}",
          # what is written to the disk is gone with the machine
          "-drive", f"file={CACHE}/vm/node.img,format=raw,if=virtio,cache=unsafe,snapshot=on",
          "-netdev", f"tap,id=n,ifname=tap{number},script=no,downscript=no", "-device", f"virtio-net-pci,netdev=n,mac=52:54:00:00:00:0{number}", "-device", "virtio-rng-pci")


def power_cut():
    """What the node has not written to its disk is lost, and it starts anew."""
    must("socat", "-", f"UNIX-CONNECT:{RUN}/monitor1", stdin="system_reset\n")


fresh = False  # whether the node is of this run


def up():
    """Everything, anew; or what stands already."""
    global fresh
    if running("machine1") and k("get", "--raw", "/readyz") == "ok":
        return
    fresh = True
    down()
    shutil.rmtree(RUN, ignore_errors=True)
    RUN.mkdir(mode=0o700)
    networks()
    keys()
    machine()
    start("internet", NET, "/usr/bin/python3", HERE / "internet.py", RUN / "seen")
    start("resolver", PLANE, "dnsmasq", "-k", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file=", "--bind-interfaces", f"--listen-address={ROUTER}",
          f"--address=/internet.test/{NET4}", f"--address=/vpn.test/{VPN4}", "--local=/test/")
    start("tcpdump", PLANE, "tcpdump", "-lnni", "nodes", f"(src net 172.30.0.0/24 and not dst net 172.30.0.0/24 and not dst {VPN4}) or (src net fd00:30::/64 and not dst net fd00:30::/64 and not ip6 multicast)")
    server_up()
    control_plane()
    if k_status("apply", "-f", HERE / "cluster.yaml"):
        raise RuntimeError("cluster.yaml does not apply")
    if not until(lambda: k_status("-n", "kube-system", "rollout", "status", "deploy/coredns", "--timeout=5s") == 0):
        raise RuntimeError(f"the node does not start: {RUN}/console1.log; {k('get', 'pod,node', '-A', '-o', 'wide')}")


def second(wanted):
    """Whether there is a second node."""
    if wanted and not running("machine2"):
        machine(2)
        if not until(lambda: k_status("wait", "--for=condition=Ready", "node/node2", "--timeout=5s") == 0):
            raise RuntimeError(f"the second node does not start: {RUN}/console2.log")
    elif not wanted and running("machine2"):
        stop("machine2")
        k("delete", "node", "node2")


def down():
    for name in "machine2", "machine1", "scheduler", "controllers", "apiserver", "etcd", "tcpdump", "vpn", "vpn-resolver", "resolver", "internet":
        stop(name)
    SOCKET.unlink(missing_ok=True)
    for namespace in PLANE, VPN, NET:
        call("ip", "netns", "delete", namespace)


# What a pod's traffic shows.
def seen(mark, since=0.0):
    """Whom the internet saw behind a mark."""
    lines = (line.split() for line in (RUN / "seen").read_text().splitlines()) if (RUN / "seen").exists() else ()
    return [address for at, address, said in lines if said == mark and float(at) >= since]


def leaks(mark):
    return [address for address in seen(mark) if address not in BY_VPN]


def clear():
    """How many packets the node has sent to the world in clear."""
    return int(re.search(r"packets (\d+)", must("nft", "list", "counter", "inet", "watch", "clear", namespace=PLANE))[1])


def egress(namespace, pod, container="web"):
    """Whom the internet sees when the pod asks now."""
    asks = "; ".join(f"probe {how} {to} now | sed 's/^error.*/error/'" for how, to in (("tcp", f"{NET4}:80"), ("udp", f"{NET4}:9000"), ("tcp", f"[{NET6}]:80"), ("udp", f"[{NET6}]:9000")))
    return k("-n", namespace, "exec", pod, "-c", container, "--", "sh", "-c", asks).split()


def wgsidecar(command, *flags, stdin=None):
    """What the program printed; what it said besides is in `wgsidecar.said`, its status in `wgsidecar.status`."""
    ran = subprocess.run([WGSIDECAR, command, "--no-config", *map(str, flags)], input=stdin, capture_output=True, text=True)
    wgsidecar.status, wgsidecar.said = ran.returncode, ran.stderr.strip()
    return ran.stdout
