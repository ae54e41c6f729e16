"""A mutating webhook that puts a container of its own before all others."""
import base64
import json
import shutil
import ssl
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = review["request"]
        present = request["object"]["spec"].get("initContainers")
        patch = [] if present else [{"op": "add", "path": "/spec/initContainers", "value": []}]
        if not any(container["name"] == "other" for container in present or []):
            patch.append({"op": "add", "path": "/spec/initContainers/0", "value": {"name": "other", "image": "busybox:1.37"}})
        response = {"uid": request["uid"], "allowed": True}
        if len(patch) > (0 if present else 1):
            response |= {"patchType": "JSONPatch", "patch": base64.b64encode(json.dumps(patch).encode()).decode()}
        answer = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Webhook:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="wgsidecar-webhook-")
        self.certificate, key = f"{self.folder}/certificate", f"{self.folder}/key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", self.certificate,
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        shutil.rmtree(self.folder)

    def configuration(self, namespaces, reinvocation):
        bundle = base64.b64encode(open(self.certificate, "rb").read()).decode()
        return {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "other"}, "webhooks": [{
            "name": "other.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None", "reinvocationPolicy": reinvocation,
            "clientConfig": {"url": f"https://127.0.0.1:{self.server.server_port}/", "caBundle": bundle},
            "namespaceSelector": {"matchLabels": namespaces},
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}]}
