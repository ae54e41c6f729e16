"""Network namespaces, containers and captures. Knows nothing of the tunnel's rules or of what is checked.

Everything lives in the process that makes it: namespaces are held by file descriptors, and end with it.
"""
import ctypes
import json
import os
import re
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import time

libc = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWUTS, NEWNET = 0x00020000, 0x04000000, 0x40000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18


def call(function, *args):
    if function(*args) != 0:
        raise OSError(ctypes.get_errno(), f"{function.__name__}{args}")


def mount(source, target, kind=b"none", flags=0, data=None):
    text = lambda value: value.encode() if isinstance(value, str) else value
    call(libc.mount, text(source), text(target), text(kind), flags, text(data))


def until(condition, seconds=5.0, pause=0.02):
    """Polls; returns the first true value, or the last false one."""
    end = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(pause)
    return value


class Space:
    """A network namespace; `with space:` is inside it."""

    def __init__(self, name, sysctls=()):
        self.name = name
        with open("/proc/thread-self/ns/net") as home:
            call(libc.unshare, NEWNET)
            self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            self.path = f"/proc/{os.getpid()}/fd/{self.fd}"
            call(libc.setns, home.fileno(), NEWNET)
        self.homes = []
        self.sysctl("net/ipv6/conf/default/accept_dad", 0)
        self.sysctl("net/ipv6/conf/default/accept_ra", 0)
        for key, value in sysctls:
            self.sysctl(key, value)
        self.ip("link set lo up")

    def __enter__(self):
        self.homes.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY))
        call(libc.setns, self.fd, NEWNET)

    def __exit__(self, *_):
        home = self.homes.pop()
        call(libc.setns, home, NEWNET)
        os.close(home)

    def sysctl(self, key, value):
        with self, open(f"/proc/sys/{key}", "w") as file:
            file.write(str(value))

    def run(self, *args, **options):
        with self:
            return subprocess.run(args, capture_output=True, text=True, **options)

    def ip(self, *lines):
        """Lines of `ip -batch`, those with -4 or -6 in front after the rest."""
        for family in ("", "-4", "-6"):
            batch = [line.removeprefix(family).strip() for line in lines if (re.match("-[46]", line) or [""])[0] == family]
            if batch:
                done = self.run("ip", *filter(None, [family]), "-batch", "-", input="\n".join(batch) + "\n")
                if done.returncode:
                    raise RuntimeError(f"{self.name}: {done.stderr}{batch}")

    def show(self, *args):
        return self.run("ip", *args).stdout

    def socket(self, family, kind, protocol=0):
        with self:
            return socket.socket(family, kind, protocol)


def veth(left, left_name, right, right_name, mtu=1500):
    left.ip(f"link add name {left_name} mtu {mtu} type veth peer name {right_name} mtu {mtu} netns {right.path}",
            f"link set {left_name} up")
    right.ip(f"link set {right_name} up")


def is6(address):
    return ":" in address


def family(address):
    return socket.AF_INET6 if is6(address) else socket.AF_INET


# ---- what answers -------------------------------------------------------------------------------------------------

class Servers:
    """Listeners in several namespaces, in one process of their own.

    TCP says who connected, then echoes; a request `get N` is answered with N bytes. UDP says who asked. DNS knows the
    names it is given.
    """

    def __init__(self, names):
        self.names, self.sockets, self.pid = names, {}, None
        self.moved = tempfile.NamedTemporaryFile("w+", suffix=".json")

    def add(self, space, port, what="echo"):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            listener = space.socket(socket.AF_INET6, kind)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            if kind == socket.SOCK_DGRAM:
                # answers leave with the address that was asked
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            listener.bind(("::", port))
            if kind == socket.SOCK_STREAM:
                listener.listen(64)
            self.sockets[listener] = what if kind == socket.SOCK_DGRAM else "listen " + what
        return self

    def start(self):
        self.pid = os.fork()
        if self.pid:
            for listener in self.sockets:
                listener.close()
            return
        try:
            libc.prctl(1, 9)
            while True:
                for ready in select.select(list(self.sockets), [], [])[0]:
                    try:
                        self.serve(ready, self.sockets[ready])
                    except (OSError, IndexError):  # a peer that went away, a query that is none
                        if self.sockets[ready].startswith("stream"):
                            self.forget(ready)
        except BaseException as error:
            print("the servers ended:", repr(error), flush=True)
        finally:
            os._exit(1)

    def forget(self, stream):
        del self.sockets[stream]
        stream.close()

    def serve(self, ready, what):
        if what.startswith("listen "):
            stream, peer = ready.accept()
            self.sockets[stream] = "stream " + what.split()[1]
            if what == "listen echo":
                stream.sendall(plain(peer[0]).encode() + b"\n")
        elif what.startswith("stream "):
            data = ready.recv(65536)
            if not data:
                self.forget(ready)
            elif what == "stream dns":
                answer = self.answer(data[2:])
                ready.sendall(struct.pack("!H", len(answer)) + answer)
            elif data.startswith(b"get "):
                ready.setblocking(True)
                ready.sendall(b"x" * int(data.split()[1]))
            else:
                ready.sendall(data)
        else:
            data, ancillary, _, peer = ready.recvmsg(65536, 256)
            answer = self.answer(data) if what == "dns" else plain(peer[0]).encode()
            keep = [(level, kind, value[:16] + b"\0\0\0\0") for level, kind, value in ancillary]
            ready.sendmsg([answer], keep, 0, peer)

    def move(self, name, *addresses):
        """From now on a name has other addresses."""
        with open(self.moved.name, "w") as file:
            json.dump({**self.names, name: addresses}, file)

    def known(self):
        with open(self.moved.name) as file:
            text = file.read()
        return json.loads(text) if text else self.names

    def answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        known = self.known().get(".".join(labels).lower())
        found = [a for a in known or [] if kind == (28 if is6(a) else 1)]
        head = query[:2] + struct.pack("!HHHHH", 0x8180 if known else 0x8183, 1, len(found), 0, 0)
        records = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(raw)) + raw
                           for raw in (socket.inet_pton(family(a), a) for a in found))
        return head + query[12:at + 5] + records

    def stop(self):
        if self.pid:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)


def plain(address):
    return address.removeprefix("::ffff:")


# ---- what asks ----------------------------------------------------------------------------------------------------

def start(space, kind, address, port, bind=None, source_port=0, device=None, mark=None, payload=b"who"):
    """A socket on its way, or the error's text."""
    out = space.socket(family(address), socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    out.setblocking(False)
    try:
        if mark:
            out.setsockopt(socket.SOL_SOCKET, 36, mark)
        if device:
            out.setsockopt(socket.SOL_SOCKET, 25, device.encode())
        if bind or source_port:
            out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            out.bind((bind or ("::" if is6(address) else "0.0.0.0"), source_port))
        if kind == "tcp":
            try:
                out.connect((address, port))
            except BlockingIOError:
                pass
        else:
            out.connect((address, port))
            out.send(payload)
        return out
    except OSError as error:
        out.close()
        return f"{kind} {address}: {error.strerror}"


def ask(space, kind, address, port, seconds=3.0, tries=3, **options):
    """What the other side says, or the error's text. UDP asks again."""
    error = ""
    for _ in range(tries if kind == "udp" else 1):
        out = start(space, kind, address, port, **options)
        if isinstance(out, str):
            return out
        with out:
            readable = select.select([out], [], [], seconds)[0]
            try:
                if readable:
                    return out.recv(4096).decode("latin-1").split("\n")[0]
            except OSError as failed:
                return f"{kind} {address}: {failed.strerror}"
            error = f"{kind} {address}: no answer"
    return error


def download(space, address, port, size, seconds=10.0):
    """How many bytes came."""
    out = start(space, "tcp", address, port)
    if isinstance(out, str):
        return out
    with out:
        out.setblocking(True)
        out.settimeout(seconds)
        try:
            out.recv(4096)
            out.sendall(f"get {size}\n".encode())
            got = 0
            while got < size:
                part = out.recv(65536)
                if not part:
                    break
                got += len(part)
            return got
        except OSError as error:
            return str(error)


def resolve(space, kind, server, name="web.example", seconds=2.0):
    """True when the resolver answers."""
    query = b"\x12\x34\x01\x00\x00\x01\0\0\0\0\0\0" + b"".join(bytes([len(p)]) + p.encode() for p in name.split(".")) + b"\0\0\x01\0\x01"
    if kind == "udp":
        return ask(space, "udp", server, 53, seconds, payload=query).startswith("\x12\x34")
    out = start(space, "tcp", server, 53)
    if isinstance(out, str):
        return False
    with out:
        try:
            if not select.select([], [out], [], seconds)[1]:
                return False
            out.send(struct.pack("!H", len(query)) + query)
            return bool(select.select([out], [], [], seconds)[0]) and out.recv(4096)[2:4] == b"\x12\x34"
        except OSError:
            return False


# ---- what sees ----------------------------------------------------------------------------------------------------

class Packet:
    """An IP packet that came out of the pod."""

    def __init__(self, kind, frame):
        self.v6 = kind == 0x86DD
        if self.v6:
            self.source, self.target = (socket.inet_ntop(socket.AF_INET6, frame[at:at + 16]) for at in (8, 24))
            self.protocol, body, self.fragment = frame[6], frame[40:], frame[6] == 44
        else:
            self.source, self.target = (socket.inet_ntop(socket.AF_INET, frame[at:at + 4]) for at in (12, 16))
            self.protocol, body = frame[9], frame[(frame[0] & 15) * 4:]
            self.fragment = bool(struct.unpack("!H", frame[6:8])[0] & 0x3FFF)
        self.size, self.sport, self.dport, self.payload = len(frame), 0, 0, b""
        if self.protocol in (6, 17) and len(body) >= 8:
            self.sport, self.dport = struct.unpack("!HH", body[:4])
            self.payload = body[8:] if self.protocol == 17 else b""

    def __str__(self):
        name = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp6"}.get(self.protocol, self.protocol)
        return f"{name} {self.source}:{self.sport} > {self.target}:{self.dport}"


class Capture:
    """Everything that enters `device` from its other end."""

    def __init__(self, space, device):
        self.socket = space.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)
        with space:
            self.socket.bind((device, 3))
        self.socket.setblocking(False)
        self.seen = []

    def read(self):
        while True:
            try:
                frame, (_, kind, direction, *_) = self.socket.recvfrom(65536)
            except BlockingIOError:
                return self.seen
            if direction != 4 and kind in (0x0800, 0x86DD):
                self.seen.append(Packet(kind, frame))

    def close(self):
        self.socket.close()


# ---- the container ------------------------------------------------------------------------------------------------

APPLETS = "sh cat cut date grep head hostname nc sed sha256sum sleep sort timeout tr wc cp".split()
# What the kubelet writes on top of /etc/hosts (pkg/kubelet/kubelet_pods.go), in a pod and in one with `hostNetwork`.
HOSTS = "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n10.244.1.5\tweb-0\n"
NODE_HOSTS = "# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n192.0.2.1\tnode\n"
# Debian's static busybox prefers its own `ip` to any other, which no image's does: `run` unpacks the other package.
BUSYBOX = os.environ.get("BUSYBOX", "/usr/bin/busybox")


class Container:
    """Runs a container of a manifest in a pod's network, as a runtime would: its own root, mounts, user, capabilities."""

    def __init__(self, space, hostname="web-0"):
        self.space, self.hostname = space, hostname
        self.home = tempfile.mkdtemp(prefix="container.")
        self.secret, self.tools, self.run_dir = (os.path.join(self.home, name) for name in ("secret", "tools", "run"))
        for path in (self.secret, self.tools, self.run_dir, self.home + "/root"):
            os.mkdir(path)
        shutil.copy(BUSYBOX, f"{self.tools}/busybox")
        for applet in APPLETS:
            self.tool(applet, "/tools/busybox")
        self.resolv, self.writable_tools, self.written = "", {}, 0
        self.hosts = HOSTS

    def tool(self, name, text):
        path = f"{self.tools}/{name}"
        if os.path.lexists(path):
            os.unlink(path)
        if text.startswith("/"):
            os.symlink(text, path)
        else:
            with open(path, "w") as file:
                file.write(text)
            os.chmod(path, 0o755)

    def files(self, files):
        """What the Secret holds from now on, all at once, as the kubelet brings it: through a link to a folder."""
        self.written += 1
        folder = f"..{self.written}"
        os.mkdir(f"{self.secret}/{folder}")
        for name, text in files.items():
            with open(f"{self.secret}/{folder}/{name}", "wb") as file:
                file.write(text if isinstance(text, bytes) else text.encode())
            os.chmod(f"{self.secret}/{folder}/{name}", 0o400)
        before = os.path.realpath(f"{self.secret}/..data")
        os.symlink(folder, f"{self.secret}/..next")
        os.rename(f"{self.secret}/..next", f"{self.secret}/..data")
        there = {name for name in os.listdir(self.secret) if not name.startswith("..")}
        for name in files.keys() - there:
            os.symlink(f"..data/{name}", f"{self.secret}/{name}")
        for name in there - files.keys():
            os.unlink(f"{self.secret}/{name}")
        shutil.rmtree(before, ignore_errors=True)

    def enter(self, read_only):
        """In the child: the root that the container sees."""
        libc.prctl(1, 9)
        call(libc.unshare, NEWNS | NEWUTS)
        socket.sethostname(self.hostname)
        root = self.home + "/root"
        mount("none", "/", flags=MS_REC | MS_PRIVATE)
        mount("tmpfs", root, "tmpfs", data="mode=755")
        for name in ("usr", "etc", "etc/wireguard", "dev", "proc", "sys", "tools", "run", "run/wireguard", "var", "tmp", "opt"):
            os.mkdir(f"{root}/{name}")
        for name, target in (("bin", "usr/bin"), ("sbin", "usr/sbin"), ("lib", "usr/lib"), ("lib64", "usr/lib64"), ("var/run", "/run")):
            os.symlink(target, f"{root}/{name}")
        for name, target in self.writable_tools.items():
            os.symlink(target, f"{root}/opt/{name}")
        with open(f"{root}/etc/resolv.conf", "w") as file:
            file.write(self.resolv)
        with open(f"{root}/etc/hosts", "w") as file:
            file.write(self.hosts)
        for source, name, flags in (("/usr", "usr", MS_RDONLY), ("/dev", "dev", 0), (self.secret, "etc/wireguard", MS_RDONLY),
                                    (self.tools, "tools", MS_RDONLY), (self.run_dir, "run/wireguard", 0), ("/proc", "proc", 0),
                                    ("/proc/sys", "proc/sys", MS_RDONLY)):
            mount(source, f"{root}/{name}", flags=MS_BIND | MS_REC)
            if flags:
                mount("none", f"{root}/{name}", flags=MS_BIND | MS_REMOUNT | flags)
        mount("sysfs", f"{root}/sys", "sysfs", MS_RDONLY)
        if read_only:
            mount("none", root, flags=MS_BIND | MS_REMOUNT | MS_RDONLY)
        os.chroot(root)
        os.chdir("/")

    def start(self, spec, env=(), user=None, capabilities=None, shell=None, log="log"):
        """`spec` as a process of its own; `user` and `capabilities` stand in for what a cluster refuses."""
        security = spec["securityContext"]
        keep = security["capabilities"].get("add", []) if capabilities is None else capabilities
        assert security["capabilities"]["drop"] == ["ALL"]
        caps = "".join(f",+{name.lower()}" for name in keep)
        command = ["/usr/bin/setpriv", f"--bounding-set=-all{caps}", f"--inh-caps=-all{caps}", "--clear-groups",
                   f"--reuid={security['runAsUser'] if user is None else user}", f"--regid={security['runAsGroup'] if user is None else user}"]
        if not security["allowPrivilegeEscalation"]:
            command.append("--no-new-privs")
        if spec.get("restartPolicy") == "Always":
            # what stays has processes of its own, which end with its first
            own = "/usr/bin/mount --bind /proc/sys /proc/sys && /usr/bin/mount -o remount,bind,ro /proc/sys && exec \"$@\""
            command = ["/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "/usr/bin/sh", "-c", own, "sh", *command]
        entry = spec["command"] + spec["args"]
        if shell:
            entry[0] = shell
        environment = {"PATH": "/opt:/tools", "HOSTNAME": self.hostname, **dict(env)}
        # what Kubernetes does to arguments
        entry = [re.sub(r"\$\$|\$\(([A-Za-z0-9_.-]+)\)", lambda m: "$" if m[0] == "$$" else environment.get(m[1], m[0]), word) for word in entry]
        output = open(f"{self.home}/{log}", "w+")
        with self.space, output:
            return subprocess.Popen(command + entry, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                    preexec_fn=lambda: self.enter(security.get("readOnlyRootFilesystem", False)))

    def run(self, spec, seconds=300, **options):
        """Exit code and the log of one run of `spec`.

        In an emulator on a machine that is busy otherwise a run takes a minute, and that is no failure.
        """
        child = self.start(spec, **options)
        try:
            code = child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            code = f"still running after {seconds} s"
        return code, self.said()

    def said(self):
        """The log so far."""
        with open(self.home + "/log") as log:
            return log.read()

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)
