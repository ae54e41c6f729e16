"""The internet of the tests: HTTP on port 80, UDP on 9000. Both answer with whom they saw, and write it into FILE: time, address, mark."""
import socket
import socketserver
import sys
import threading
import time

log = open(sys.argv[1], "a", buffering=1)


def saw(client, mark):
    address = client[0].removeprefix("::ffff:")
    log.write(f"{time.time():.3f} {address} {mark or '-'}\n")
    return address.encode()


class Page(socketserver.StreamRequestHandler):
    timeout = 20

    def handle(self):
        request = self.rfile.readline().decode("ascii", "replace").split()
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + saw(self.client_address, "".join(request[1:2]).strip("/")))


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        data, answers = self.request
        answers.sendto(saw(self.client_address, data.decode("ascii", "replace")), self.client_address)


class Tcp(socketserver.ThreadingTCPServer):
    address_family, daemon_threads, allow_reuse_address, request_queue_size = socket.AF_INET6, True, True, 64


class Udp(socketserver.ThreadingUDPServer):
    address_family, daemon_threads = socket.AF_INET6, True


threading.Thread(target=Udp(("::", 9000), Echo).serve_forever, daemon=True).start()
Tcp(("::", 80), Page).serve_forever()
