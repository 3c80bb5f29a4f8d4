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

from lab import VIBRISSE, free_port, wait_for

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
        done = subprocess.run([VIBRISSE, "probe", "--json", "--allow-net", "127.0.0.0/8", "--ipv4", "-o", "slow=0s", "--ca-file",
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
        wait_for("the server has heard the end", lambda: len(self.heard) == 2)
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
        wait_for("the server has heard the end", lambda: len(self.heard) == 3)
        self.assertEqual((self.heard[1][0], self.heard[2][0]), (0x89, 0x88))
        port = self.serve(self.shake)
        status, line = self.probe("-t", "20s", "-o", "ping=yes", f"ws://127.0.0.1:{port}/")
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
        for patience in ("500ms", "5s", "30s"):  # to connect within
            status, found = self.probe("-t", patience, f"gemini://127.0.0.1:{port}/")
            if found["reason"] != "connect_timeout":
                break
        self.assertEqual((status, found["reason"]), (DOWN, "timeout"))
        port = self.serve_line(b"20 text/gemini\r\n", None)
        status, found = self.probe("-t", "20s", f"gemini://127.0.0.1:{port}/")
        self.assertEqual(status, DOWN)
        status, found = self.probe(f"gemini://127.0.0.1:{free_port()}/")
        self.assertEqual((status, found["reason"]), (DOWN, "connect_refused"))

    def test_urls(self):
        self.assertIn("longer than 1023", self.refusal("gemini://a.test/" + "x" * 1010))


class Documents(Case):
    """Documents over HTTPS: {path: document, or (status, bytes)}. One that needs a port is made by a function of it."""

    def publish(self, documents, certificate="good"):
        asked, port = [], None

        def serve(connection):
            request = read_until(connection, b"\r\n\r\n").decode()
            if not request:
                return
            path = request.split(" ")[1]
            asked.append(request)
            status, body = self.answer(documents, path, port)
            head = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", "Connection: close"]
            if status == 301:
                head.append(f"Location: {body.decode()}")
            connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)

        port = self.serve(serve, certificate)
        return port, asked

    @staticmethod
    def answer(documents, path, port):
        document = documents.get(path, (404, b"nothing"))
        document = document(port) if callable(document) else document
        return document if isinstance(document, tuple) else (200, json.dumps(document).encode())

    def look(self, scheme, port, *args):
        return self.probe("-o", "address=127.0.0.1", *args, f"{scheme}://watched.test:{port}")


def index(port, *versions, host="watched.test"):
    return {"links": [{"rel": f"http://nodeinfo.diaspora.software/ns/schema/{version}",
                       "href": f"https://{host}:{port}/nodeinfo/{version}"} for version in versions]}


MASTODON = {"version": "2.1", "software": {"name": "mastodon", "version": "4.2.1"}, "openRegistrations": False,
            "usage": {"users": {"total": 1200, "activeMonth": 300, "activeHalfyear": 500}, "localPosts": 7}}


class NodeInfo(Documents):
    def test_good(self):
        port, asked = self.publish({"/.well-known/nodeinfo": lambda port: index(port, "2.0", "2.1", "9.0"),
                                    "/nodeinfo/2.1": MASTODON})
        status, line = self.look("nodeinfo", port, "-o", "software=Mastodon", "-o", "expect-json=/openRegistrations = false")
        self.assertEqual((status, line["reason"]), (UP, "ok"), line)
        self.assertEqual(line["users"], {"total": 1200, "month": 300, "halfyear": 500, "posts": 7})
        self.assertEqual(line["detail"], "mastodon 4.2.1, 1200 users, 300 active in the month")
        self.assertTrue(line["certificate"]["chain_ok"])
        self.assertEqual([request.split(" ")[1] for request in asked], ["/.well-known/nodeinfo", "/nodeinfo/2.1"])

    def test_prefix_and_private_figures(self):
        port, _ = self.publish({"/social/.well-known/nodeinfo": lambda port: index(port, "1.0"),
                                "/nodeinfo/1.0": {"version": "1.0", "software": {"name": "gitea"}, "usage": {"users": {}}}})
        status, line = self.probe("-o", "address=127.0.0.1", f"nodeinfo://watched.test:{port}/social/")
        self.assertEqual((status, line["detail"]), (UP, "gitea"), line)
        self.assertNotIn("users", line)

    def test_figures_alone(self):
        """Looked at for them only, it is never down, and nothing of it is measured."""
        path, document = "/.well-known/nodeinfo", "/nodeinfo/2.1"
        good = lambda port: index(port, "2.1")
        private = {**MASTODON, "usage": {"users": {"total": 0, "activeMonth": 0, "activeHalfyear": 0}}}
        for documents, reason, words in (({path: good, document: MASTODON}, "ok", "1200 users"),
                                         ({path: good, document: private}, "no_figures", "the document has none"),
                                         ({path: good}, "no_figures", "http_status, nodeinfo: HTTP 404"),
                                         ({}, "no_figures", "HTTP 404")):
            port, _ = self.publish(documents)
            _, line = self.look("nodeinfo", port, "-o", "figures=yes")
            self.assertEqual(line["reason"], reason, line)
            self.assertIn(words, line["detail"])
            self.assertNotIn("certificate", line)
            self.assertEqual("users" in line, reason == "ok")

    def test_moved_to_another_host(self):
        port, _ = self.publish({"/.well-known/nodeinfo": lambda port: index(port, "2.1", host="localhost"),
                                "/nodeinfo/2.1": MASTODON})
        moved, _ = self.publish({"/.well-known/nodeinfo": (301, f"https://localhost:{port}/.well-known/nodeinfo".encode())})
        status, line = self.look("nodeinfo", moved)
        self.assertEqual((status, line["reason"]), (UP, "ok"), line)

    def test_bad(self):
        path, document = "/.well-known/nodeinfo", "/nodeinfo/2.1"
        good = lambda port: index(port, "2.1")
        for documents, args, reason, words in (
                ({}, [], "http_status", "/.well-known/nodeinfo: HTTP 404"),
                ({path: (503, b"")}, [], "http_status", "HTTP 503"),
                ({path: (429, b"")}, [], "blocked", "less often"),
                ({path: (200, b"<html>")}, [], "protocol_error", "not JSON"),
                ({path: {"links": []}}, [], "protocol_error", "no document of a schema"),
                ({path: lambda port: index(port, "2.1", host="other.test")}, [], "protocol_error", "elsewhere"),
                ({path: good}, [], "http_status", "nodeinfo: HTTP 404"),
                ({path: good, document: {"version": "2.1"}}, [], "protocol_error", "lacks software.name"),
                ({path: good, document: (200, b"[" * 100000)}, [], "protocol_error", "not JSON"),
                ({path: good, document: (200, b" " * 1100000)}, [], "body_too_large", ""),
                ({path: good, document: MASTODON}, ["-o", "software=peertube"], "body_mismatch", "is: mastodon"),
                ({path: good, document: MASTODON}, ["-o", "expect-json=/usage/localPosts = 8"], "body_mismatch", "it is 7"),
                ({path: (301, b"https://10.0.0.1/")}, [], "refused_by_policy", "10.0.0.1")):
            port, _ = self.publish(documents)
            _, line = self.look("nodeinfo", port, *args)
            self.assertEqual(line["reason"], reason, line)
            self.assertIn(words, line["detail"])
            self.assertIn("certificate", line)
        port, _ = self.publish({}, "self")
        self.assertEqual(self.look("nodeinfo", port)[1]["reason"], "tls_self_signed")
        self.assertIn("not a query", self.refusal("nodeinfo://a.test/x?y"))


CLIENT, SERVER = "/.well-known/matrix/client", "/.well-known/matrix/server"
VERSIONS, FEDERATION = "/_matrix/client/versions", "/_matrix/federation/v1/version"
SYNAPSE = {"server": {"name": "Synapse", "version": "1.98.0"}}


class Matrix(Documents):
    def test_all_on_one_host(self):
        port, asked = self.publish({VERSIONS: {"versions": ["r0.6.1", "v1.11"]}, FEDERATION: SYNAPSE,
                                    SERVER: lambda port: {"m.server": f"watched.test:{port}"}})
        status, line = self.look("matrix", port)
        self.assertEqual((status, line["reason"]), (UP, "ok"), line)
        self.assertEqual(line["detail"], "client API v1.11; federation: Synapse 1.98.0")
        self.assertEqual([request.split(" ")[1] for request in asked], [CLIENT, VERSIONS, SERVER, FEDERATION])

    def test_delegated(self):
        home, heard = self.publish({"/base/_matrix/client/versions": {"versions": ["v1.11"]}, FEDERATION: SYNAPSE})
        port, _ = self.publish({CLIENT: {"m.homeserver": {"base_url": f"https://localhost:{home}/base/"}},
                                SERVER: {"m.server": f"localhost:{home}"}})
        status, line = self.look("matrix", port)
        self.assertEqual((status, line["reason"]), (UP, "ok"), line)
        self.assertIn(f"\r\nHost: localhost:{home}\r\n", heard[1])

    def test_closed_to_others(self):
        port, asked = self.publish({VERSIONS: {"versions": ["v1.11"]}})
        status, line = self.look("matrix", port, "-o", "federation=no")
        self.assertEqual((status, line["detail"]), (UP, "client API v1.11"), line)
        self.assertEqual(len(asked), 2)

    def test_client_api_down(self):
        for documents, reason, words in (
                ({CLIENT: (500, b"")}, "http_status", f"{CLIENT}: HTTP 500"),
                ({CLIENT: (200, b"<html>")}, "protocol_error", "not JSON"),
                ({CLIENT: {"m.homeserver": {}}}, "protocol_error", "lacks m.homeserver.base_url"),
                ({CLIENT: {"m.homeserver": {"base_url": "https://10.0.0.1"}}}, "refused_by_policy", "10.0.0.1"),
                ({CLIENT: {"m.homeserver": {"base_url": "https://nowhere.invalid"}}}, None, "nowhere.invalid"),
                ({}, "http_status", "client API: HTTP 404"),
                ({VERSIONS: {"versions": []}}, "protocol_error", "names no versions")):
            port, _ = self.publish(documents)
            status, line = self.look("matrix", port)
            self.assertIn(words, line["detail"])
            if reason:
                self.assertEqual(line["reason"], reason, line)
        closed = free_port()
        port, _ = self.publish({CLIENT: {"m.homeserver": {"base_url": f"https://watched.test:{closed}"}}})
        status, line = self.look("matrix", port)
        self.assertEqual((status, line["reason"]), (DOWN, "connect_refused"), line)

    def test_federation_down_only_degrades(self):
        good = {VERSIONS: {"versions": ["v1.11"]}}
        stranger, _ = self.publish({FEDERATION: SYNAPSE}, "self")
        for server, documents, reason, words in (
                (f"watched.test:{free_port()}", {}, "connect_refused", ""),
                (f"localhost:{stranger}", {}, "tls_self_signed", ""),
                ("watched.test:{port}", {}, "http_status", "HTTP 404"),
                ("watched.test:{port}", {FEDERATION: {"server": {}}}, "protocol_error", "lacks server.name"),
                ("watched.test:{port}", {FEDERATION: (301, b"https://localhost/")}, "http_status", "HTTP 301")):
            port, _ = self.publish({**good, **documents,
                                    SERVER: lambda port, server=server: {"m.server": server.format(port=port)}})
            status, line = self.look("matrix", port)
            self.assertEqual((status, line["outcome"], line["reason"]), (DEGRADED, "degraded", reason), line)
            self.assertIn("clients are served, but federation: ", line["detail"])
            self.assertIn(words, line["detail"])

    def test_delegation_to_forbidden_networks(self):
        for server in ("10.0.0.1", "10.0.0.1:443", "[fe80::1]:8448"):
            port, _ = self.publish({VERSIONS: {"versions": ["v1.11"]}, SERVER: {"m.server": server}})
            status, line = self.look("matrix", port)
            self.assertIn(line["reason"], ("refused_by_policy", "ok"), line)
            self.assertNotEqual(line["outcome"], "down")

    def test_urls(self):
        self.assertIn("has no path", self.refusal("matrix://a.test/x"))


if __name__ == "__main__":
    unittest.main()
