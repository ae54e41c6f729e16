"""A kube-apiserver and its etcd on the loopback, with nothing behind them: no controller, no scheduler, no kubelet."""
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

TOKEN = "admin-of-a-server-that-nobody-else-can-reach"
# Plain HTTP between the two; what the API server shows is signed by itself.
UNVERIFIED = ssl._create_unverified_context()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, apiserver, etcd):
        self.folder = tempfile.mkdtemp(prefix="wgsidecar-policy-")
        self.port, client, peer = free_port(), free_port(), free_port()
        self.processes = []
        self.connection = None
        key = f"{self.folder}/accounts.key"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        with open(f"{self.folder}/tokens.csv", "w") as tokens:
            tokens.write(f"{TOKEN},admin,admin,system:masters\n")
        self.start("etcd", etcd, "--data-dir", f"{self.folder}/etcd", "--unsafe-no-fsync",
                   "--listen-client-urls", f"http://127.0.0.1:{client}", "--advertise-client-urls", f"http://127.0.0.1:{client}",
                   "--listen-peer-urls", f"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
                   "--initial-cluster", f"default=http://127.0.0.1:{peer}")
        self.start("kube-apiserver", apiserver, "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1",
                   "--secure-port", str(self.port), "--cert-dir", f"{self.folder}/certificates", "--etcd-servers", f"http://127.0.0.1:{client}",
                   "--endpoint-reconciler-type", "none", "--service-cluster-ip-range", "10.96.0.0/12", "--allow-privileged",
                   "--token-auth-file", f"{self.folder}/tokens.csv", "--authorization-mode", "RBAC", "--profiling=false",
                   "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", key,
                   "--service-account-signing-key-file", key)
        self.wait()

    def start(self, name, *command):
        log = open(f"{self.folder}/{name}.log", "wb")
        self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def wait(self):
        for _ in range(600):
            if any(process.poll() is not None for process in self.processes):
                break
            try:
                if self.call("GET", "/readyz")[1] == "ok":
                    return
            except OSError:
                self.connection = None
            time.sleep(0.2)
        self.stop(keep=True)
        raise SystemExit(f"the API server did not start: see {self.folder}")

    def stop(self, keep=False):
        # The API server first: without its etcd it waits for a long time.
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if not keep:
            shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def call(self, method, path, body=None, kind="application/json"):
        """Status, answer, warnings."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=UNVERIFIED, timeout=60)
        data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        self.connection.request(method, path, data, {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        warnings = [value.split('"', 1)[1].rsplit('"', 1)[0].replace('\\"', '"') for value in answer.headers.get_all("Warning") or []]
        try:
            return answer.status, json.loads(text), warnings
        except ValueError:
            return answer.status, text, warnings

    @property
    def version(self):
        return self.call("GET", "/version")[1]["gitVersion"]

    def must(self, method, path, body=None, kind="application/json"):
        status, answer, _ = self.call(method, path, body, kind)
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {answer}")
        return answer

    def apply(self, item):
        """Creates a policy or a binding, or replaces it."""
        plural = item["kind"].lower().removesuffix("y") + ("ies" if item["kind"].endswith("y") else "s")
        path = f"/apis/{item['apiVersion']}/{plural}"
        status, answer, _ = self.call("POST", f"{path}?fieldValidation=Strict", item)
        if status == 409:
            name = f"{path}/{item['metadata']['name']}"
            version = self.must("GET", name)["metadata"]["resourceVersion"]
            item = {**item, "metadata": {**item["metadata"], "resourceVersion": version}}
            status, answer, _ = self.call("PUT", f"{name}?fieldValidation=Strict", item)
        if status >= 300:
            raise SystemExit(f"{item['kind']} {item['metadata']['name']}: {status} {answer.get('message', answer)}")

    def delete(self, item):
        plural = item["kind"].lower().removesuffix("y") + ("ies" if item["kind"].endswith("y") else "s")
        self.call("DELETE", f"/apis/{item['apiVersion']}/{plural}/{item['metadata']['name']}")

    def namespace(self, name, labels=None, annotations=None):
        """The controller that would make the default service account is not there."""
        metadata = {"name": name, "labels": labels or {}, "annotations": annotations or {}}
        for _ in range(50):
            status, answer, _ = self.call("POST", "/api/v1/namespaces", {"metadata": metadata})
            if status in (201, 409):
                break
            time.sleep(0.1)
        self.account(name, "default")

    def account(self, namespace, name):
        for _ in range(50):
            status, _, _ = self.call("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts", {"metadata": {"name": name}})
            if status in (201, 409):
                return
            time.sleep(0.1)
        raise SystemExit(f"no service account {namespace}/{name}")

    def dry(self, namespace, path, item):
        """What would become of an object; nothing is stored."""
        group = "/api/v1" if item.get("apiVersion", "v1") == "v1" else f"/apis/{item['apiVersion']}"
        return self.call("POST", f"{group}/namespaces/{namespace}/{path}?dryRun=All&fieldValidation=Strict", item)
