"""WebSocket, Gemini, NodeInfo and Matrix from outside: `vibrisse probe` against small servers with an authority of their own."""
import base64
import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from lab import VIBRISSE, free_port

UP, DEGRADED, DOWN, UNKNOWN, USAGE = 0, 1, 2, 3, 2
NAMES = "subjectAltName=DNS:watched.test,DNS:localhost,DNS:other.test,IP:127.0.0.1"


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True, timeout=60)


class Authority:
    """A folder with an authority, a certificate of it and one that is signed by itself."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="vibrisse-test-")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
        openssl("req", "-x509", *key, "-keyout", self.path("ca.key"), "-out", self.path("ca.pem"), "-days", "900",
                "-subj", "/CN=ca", "-addext", "basicConstraints=critical,CA:TRUE")
        openssl("req", "-x509", *key, "-keyout", self.path("self.key"), "-out", self.path("self.pem"), "-days", "900",
                "-subj", "/CN=somebody", "-addext", "subjectAltName=DNS:somebody.test")
        openssl("req", *key, "-keyout", self.path("good.key"), "-out", self.path("good.csr"), "-subj", "/CN=watched.test",
                "-addext", NAMES)
        openssl("x509", "-req", "-in", self.path("good.csr"), "-CA", self.path("ca.pem"), "-CAkey", self.path("ca.key"),
                "-CAcreateserial", "-out", self.path("good.pem"), "-days", "800", "-copy_extensions", "copy")

    def path(self, name):
        return os.path.join(self.folder, name)

    def context(self, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(f"{name}.pem"), self.path(f"{name}.key"))
        return context

    def close(self):
        shutil.rmtree(self.folder)


class Server:
    """Gives every visitor, one after the other, to `serve(connection)`; under TLS when there is a context."""

    def __init__(self, serve, context=None):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.serve, self.context, self.over = serve, context, False
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                if self.over:
                    return
                connection.settimeout(30)
                try:
                    if self.context:
                        with self.context.wrap_socket(connection, server_side=True) as secured:
                            self.serve(secured)
                    else:
                        self.serve(connection)
                except OSError:
                    pass  # the visitor has gone

    def stop(self):
        self.over = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self.thread.join()
        self.listener.close()


def read_until(connection, end):
    heard = b""
    while not heard.endswith(end):
        more = connection.recv(4096)
        if not more:
            break
        heard += more
    return heard


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.close)

    def serve(self, serve, certificate=None):
        server = Server(serve, self.authority.context(certificate) if certificate else None)
        self.addCleanup(server.stop)
        return server.port

    def probe(self, *args):
        done = subprocess.run([VIBRISSE, "probe", "--json", "--allow-net", "127.0.0.0/8", "--ipv4", "--ca-file",
                               self.authority.path("ca.pem"), *args], capture_output=True, text=True, timeout=120)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(lines), 1, done.stderr)
        return done.returncode, lines[0]

    def refusal(self, *args):
        done = subprocess.run([VIBRISSE, "probe", *args], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, USAGE, done.stderr)
        return done.stderr


class WebSocket(Case):
    def setUp(self):
        self.heard = []

    def shake(self, connection, frames=b"", accept=None):
        request = read_until(connection, b"\r\n\r\n").decode()
        if not request:
            return
        self.heard.append(request)
        key = request.split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
        guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = accept or base64.b64encode(hashlib.sha1((key + guid).encode()).digest()).decode()
        connection.sendall(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            f"Sec-WebSocket-Accept: {accept}\r\n\r\n").encode() + frames)
        self.heard.append(connection.recv(100))

    def test_good(self):
        port = self.serve(self.shake)
        status, line = self.probe(f"ws://127.0.0.1:{port}/socket?v=4")
        self.assertEqual((status, line["reason"], line["check"]), (UP, "ok", "ws"), line)
        self.assertIn(f"GET /socket?v=4 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n", self.heard[0])
        self.assertIn("\r\nUser-Agent: vibrisse/", self.heard[0])
        self.assertEqual(self.heard[1][:2], b"\x88\x82")  # a closing frame, masked
        self.assertEqual(bytes(byte ^ mask for byte, mask in zip(self.heard[1][6:], self.heard[1][2:6])), b"\x03\xe8")

    def test_under_tls(self):
        port = self.serve(self.shake, "good")
        url = f"wss://watched.test:{port}/"
        status, line = self.probe("-o", "address=127.0.0.1", "-o", "origin=https://watched.test", url)
        self.assertEqual((status, line["reason"]), (UP, "ok"), line)
        self.assertEqual(line["certificate"]["chain_ok"], True)
        self.assertGreater(line["phases"]["tls"], 0)
        self.assertIn("\r\nOrigin: https://watched.test\r\n", self.heard[0])
        port = self.serve(self.shake, "self")
        status, line = self.probe("-o", "address=127.0.0.1", f"wss://watched.test:{port}/")
        self.assertEqual((status, line["reason"]), (DOWN, "tls_self_signed"))

    def test_wrong_accept(self):
        port = self.serve(lambda connection: self.shake(connection, accept="AAAAAAAAAAAAAAAAAAAAAAAAAAA="))
        status, line = self.probe(f"ws://127.0.0.1:{port}/")
        self.assertEqual((status, line["reason"]), (DOWN, "protocol_error"))
        self.assertIn("Sec-WebSocket-Accept", line["detail"])

    def test_refusals(self):
        for answer, reason, words in ((b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "http_status", "HTTP 502"),
                                      (b"HTTP/1.1 429 Slow\r\n\r\n", "blocked", "less often"),
                                      (b"HTTP/1.1 200 OK\r\n\r\n<html>", "http_status", "no WebSocket"),
                                      (b"SSH-2.0-x\r\n", "protocol_error", "SSH-2.0-x"),
                                      (b"HTTP/1.1 101 x\r\n" + b"a: b\r\n" * 5000, "body_too_large", "16384")):
            def refuse(connection, answer=answer):
                read_until(connection, b"\r\n\r\n")
                connection.sendall(answer)
                connection.recv(100)

            _, line = self.probe(f"ws://127.0.0.1:{self.serve(refuse)}/")
            self.assertEqual(line["reason"], reason, line)
            self.assertIn(words, line["detail"])

    def test_ping(self):
        def answer(connection):
            self.shake(connection, b"\x81\x02hi")
            ping = self.heard[1]
            connection.sendall(b"\x8a\x08" + bytes(byte ^ ping[2 + i % 4] for i, byte in enumerate(ping[6:14])))
            self.heard.append(connection.recv(100))

        status, line = self.probe("-o", "ping=yes", f"ws://127.0.0.1:{self.serve(answer)}/")
        self.assertEqual((status, line["reason"]), (UP, "ok"), line)
        self.assertEqual((self.heard[1][0], self.heard[2][0]), (0x89, 0x88))
        port = self.serve(self.shake)
        status, line = self.probe("-t", "500ms", "-o", "ping=yes", f"ws://127.0.0.1:{port}/")
        self.assertEqual((status, line["reason"]), (DOWN, "closed_early"), line)

    def test_urls_and_options(self):
        for args, words in ((["ws://a.test/x#y"], "never sent"), (["wss://a.test/é"], "%C3%A9"),
                            (["-o", "subprotocol=a b", "ws://a.test/"], "one word"),
                            (["-o", "pong=yes", "ws://a.test/"], "did you mean ping")):
            self.assertIn(words, self.refusal(*args))


class Gemini(Case):
    def serve_line(self, line, certificate="self"):
        def serve(connection):
            self.heard = read_until(connection, b"\r\n")
            connection.sendall(line)

        return self.serve(serve, certificate)

    def test_good(self):
        for line, words in ((b"20 text/gemini\r\n# Bonjour\n", ""), (b"10 Who?\r\n", "asks for an input"),
                            (b"31 gemini://other.test/\r\n", "redirects to 31 gemini://other.test/"),
                            (b"60 Come in\r\n", "wants a certificate of the visitor: 60 Come in")):
            port = self.serve_line(line)
            status, found = self.probe("-o", "address=127.0.0.1", f"gemini://watched.test:{port}/log/?q")
            self.assertEqual((status, found["reason"]), (UP, "ok"), found)
            self.assertIn(words, found["detail"])
            self.assertEqual(self.heard, f"gemini://watched.test:{port}/log/?q\r\n".encode())
            self.assertEqual(found["certificate"]["subject"], "somebody")

    def test_bad(self):
        for line, status, reason in ((b"41 upgrading\r\n", DOWN, "http_status"), (b"51 Not found\r\n", DOWN, "http_status"),
                                     (b"44 60\r\n", UNKNOWN, "blocked"), (b"hello\r\n", DOWN, "protocol_error"),
                                     (b"20 " + b"x" * 2000, DOWN, "protocol_error"), (b"", DOWN, "closed_early")):
            port = self.serve_line(line)
            self.assertEqual((status, reason), (lambda found: (found[0], found[1]["reason"]))(
                self.probe("-o", "address=127.0.0.1", f"gemini://watched.test:{port}")))

    def test_cut_everywhere(self):
        whole = b"20 text/gemini\r\n"
        for length in range(len(whole)):
            _, found = self.probe(f"gemini://127.0.0.1:{self.serve_line(whole[:length])}/")
            self.assertEqual(found["reason"], "closed_early", length)

    def test_silence_and_no_tls(self):
        port = self.serve(lambda connection: connection.recv(100) and connection.recv(100), "self")
        status, found = self.probe("-t", "500ms", f"gemini://127.0.0.1:{port}/")
        self.assertEqual((status, found["reason"]), (DOWN, "timeout"))
        port = self.serve_line(b"20 text/gemini\r\n", None)
        status, found = self.probe("-t", "2s", f"gemini://127.0.0.1:{port}/")
        self.assertEqual(status, DOWN)
        status, found = self.probe(f"gemini://127.0.0.1:{free_port()}/")
        self.assertEqual((status, found["reason"]), (DOWN, "connect_refused"))

    def test_urls(self):
        self.assertIn("longer than 1023", self.refusal("gemini://a.test/" + "x" * 1010))


if __name__ == "__main__":
    unittest.main()
