"""vibrisse serve, seen from outside: what visitors get, what attackers do not, and what it survives."""
import datetime
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import together
from lab import Lab, wait_for

VIBRISSE = os.environ.get("VIBRISSE", "vibrisse")
PATIENCE = 60  # seconds, for what should take one
PAGE = "<!doctype html><html><body><!--stale--><p>%s</p></body></html>"


def stamp_text(structure=1, age=0, state="ok", languages=("fr", "en")):
    now = datetime.datetime.now(datetime.timezone.utc)
    measured = now - datetime.timedelta(seconds=age)
    return json.dumps({"v": 1, "structure": structure, "written": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                       "measured": measured.strftime("%Y-%m-%dT%H:%M:%SZ"), "interval_s": 60, "state": state,
                       "languages": list(languages)})


class Site:
    """A folder as the keeper writes it."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="vibrisse-serve-")
        self.write("index.html", PAGE % "both")
        self.write("fr/index.html", PAGE % ("bonjour " * 400))
        self.write("en/index.html", PAGE % ("hello " * 400))
        self.write("fr/h/chat-perche/index.html", PAGE % "chat")
        self.write("api/v1/all.json", "[%s]" % ", ".join(map(str, range(2000))))
        self.write("metrics", "# EOF\n")
        self.write("vibrisse.0123456789ab.css", "p { margin: 0 }\n" * 50)
        self.write(".hidden", "secret")

    def write(self, name, text):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".new", "w") as file:
            file.write(text)
        os.rename(path + ".new", path)

    def remove(self):
        shutil.rmtree(self.path)


class Server:
    def __init__(self, site, *options, listen="127.0.0.1:0", **more):
        self.process = subprocess.Popen([VIBRISSE, "serve", "--site", site.path, "--listen", listen, *options],
                                        stderr=subprocess.PIPE, text=True, **more)
        self.first_line = self.process.stderr.readline()
        found = re.fullmatch(r"listening on http://(.*):(\d+)/\n", self.first_line)
        assert found, self.first_line
        self.host, self.port = found[1].strip("[]"), int(found[2])

    def get(self, path, method="GET", **headers):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def raw(self, data):
        """Sends bytes as they are; returns all that comes back until the end of the stream."""
        with self.dial() as client:
            client.sendall(data)
            return read_all(client)

    def dial(self):
        return socket.create_connection((self.host, self.port), timeout=PATIENCE)

    def end(self):
        self.process.terminate()
        rest = self.process.stderr.read()
        self.process.stderr.close()
        return self.process.wait(PATIENCE), rest


def read_all(client):
    data = b""
    try:
        while chunk := client.recv(65536):
            data += chunk
    except ConnectionResetError:
        pass
    return data


def ask(client):
    """The beginning of the answer, or nothing where there is none."""
    try:
        client.sendall(b"GET /en/ HTTP/1.1\r\nHost: x\r\n\r\n")
        return client.recv(65536)
    except (BrokenPipeError, ConnectionResetError):
        return b""


def own_address():
    """That of this machine towards others; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def eventually(test, what):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if what():
            return
        time.sleep(0.1)
    test.fail("it did not come about within %d s" % PATIENCE)


class Serving(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.remove)

    def serve(self, *options, **more):
        self.server = Server(self.site, *options, **more)
        self.addCleanup(self.end_if_alive)
        return self.server

    def end_if_alive(self):
        if self.server.process.returncode is None:
            self.server.end()

    def still_serves(self):
        self.assertEqual(self.server.get("/fr/")[0], 200)


class Visitors(Serving):
    def test_pages_and_redirects(self):
        server = self.serve()
        status, headers, body = server.get("/fr/")
        self.assertEqual(status, 200)
        self.assertIn(b"bonjour", body)
        self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
        self.assertEqual(server.get("/fr")[:1], (301,))
        self.assertEqual(server.get("/fr/h/chat-perche")[1]["Location"], "chat-perche/")
        self.assertEqual(server.get("/fr/?utm_source=x")[0], 200)
        self.assertEqual(server.get("/metrics")[1]["Content-Type"],
                         "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.assertIn("immutable", server.get("/vibrisse.0123456789ab.css")[1]["Cache-Control"])

    def test_language_of_the_entrance(self):
        self.site.write(".stamp", stamp_text())
        server = self.serve()
        for wish, target in (("fr", "fr/"), ("en-GB,en;q=0.9,fr;q=0.1", "en/"), ("de", "fr/"), ("", "fr/")):
            status, headers, _ = server.get("/", Accept_Language=wish)
            self.assertEqual((status, headers["Location"], headers["Vary"]), (302, target, "Accept-Language"))

    def test_encodings(self):
        server = self.serve()
        plain = server.get("/api/v1/all.json")
        packed = server.get("/api/v1/all.json", Accept_Encoding="gzip")
        brotli = server.get("/api/v1/all.json", Accept_Encoding="gzip, deflate, br")
        self.assertEqual(gzip.decompress(packed[2]), plain[2])
        self.assertEqual(packed[1]["Content-Encoding"], "gzip")
        self.assertEqual(brotli[1]["Content-Encoding"], "br")
        self.assertLess(len(brotli[2]), len(plain[2]) // 2)
        self.assertEqual(len({answer[1]["ETag"] for answer in (plain, packed, brotli)}), 3)

    @unittest.skipUnless(shutil.which("node"), "node undoes brotli")
    def test_brotli_comes_back(self):
        server = self.serve()
        plain = server.get("/api/v1/all.json")[2]
        packed = server.get("/api/v1/all.json", Accept_Encoding="br")[2]
        undo = "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(0)))"
        self.assertEqual(subprocess.run(["node", "-e", undo], input=packed, stdout=subprocess.PIPE).stdout, plain)

    def test_head_and_conditions(self):
        server = self.serve()
        status, headers, body = server.get("/fr/")
        head = server.get("/fr/", method="HEAD")
        self.assertEqual(head[0], 200)
        self.assertEqual(head[2], b"")
        self.assertEqual(head[1]["Content-Length"], str(len(body)))
        self.assertEqual(head[1]["ETag"], headers["ETag"])
        again = server.get("/fr/", If_None_Match='"other", %s' % headers["ETag"])
        self.assertEqual((again[0], again[2]), (304, b""))
        for name in ("ETag", "Cache-Control", "Vary"):
            self.assertEqual(again[1][name], headers[name])
        self.assertEqual(server.get("/fr/", Range="bytes=0-1,2-3,4-5")[2], body)

    def test_headers_of_every_answer(self):
        server = self.serve()
        for path, method in (("/fr/", "GET"), ("/", "GET"), ("/nothing", "GET"), ("/healthz", "GET"), ("/fr", "GET"),
                             ("/fr/", "POST"), ("/" + "a" * 1500, "GET")):
            headers = server.get(path, method=method)[1]
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["Cross-Origin-Opener-Policy"], "same-origin")

    def test_ipv6(self):
        server = self.serve(listen="[::1]:0")
        self.assertIn("http://[::1]:", server.first_line)
        self.still_serves()

    def test_keeps_connections(self):
        server = self.serve()
        connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)
        for _ in range(20):
            connection.request("GET", "/fr/")
            self.assertIn(b"bonjour", connection.getresponse().read())
        connection.close()


class Changes(Serving):
    def test_content(self):
        server = self.serve()
        self.assertIn(b"chat", server.get("/fr/h/chat-perche/")[2])
        self.site.write("fr/h/chat-perche/index.html", PAGE % "souris")
        eventually(self, lambda: b"souris" in server.get("/fr/h/chat-perche/")[2])

    def test_structure(self):
        self.site.write(".stamp", stamp_text(structure=1))
        server = self.serve()
        self.site.write("fr/h/nouveau/index.html", PAGE % "nouveau")
        self.assertEqual(server.get("/fr/h/nouveau/")[0], 404)
        self.site.write(".stamp", stamp_text(structure=2))
        eventually(self, lambda: server.get("/fr/h/nouveau/")[0] == 200)
        os.remove(os.path.join(self.site.path, "fr/h/nouveau/index.html"))
        self.site.write(".stamp", stamp_text(structure=3))
        eventually(self, lambda: server.get("/fr/h/nouveau/")[0] == 404)

    def test_health_and_notice(self):
        server = self.serve()
        self.assertEqual(server.get("/healthz")[0], 503)
        self.site.write(".stamp", stamp_text())
        eventually(self, lambda: server.get("/healthz")[0] == 200)
        self.assertEqual(json.loads(server.get("/healthz")[2])["status"], "ok")
        fresh = server.get("/fr/")
        self.assertIn(b"<!--stale-->", fresh[2])
        self.site.write(".stamp", stamp_text(age=300))
        eventually(self, lambda: server.get("/healthz")[0] == 503)
        for path in ("/fr/", "/en/"):
            status, headers, body = server.get(path)
            self.assertEqual(status, 200)
            self.assertNotIn(b"<!--stale-->", body)
            self.assertIn(b"<aside", body)
            self.assertNotEqual(headers["ETag"], fresh[1]["ETag"])
        self.assertNotEqual(server.get("/fr/")[2].split(b"<p>b")[0], server.get("/en/")[2].split(b"<p>h")[0])
        self.site.write(".stamp", stamp_text(state="the disk is full"))
        eventually(self, lambda: b"the disk is full" in server.get("/healthz")[2])
        self.site.write(".stamp", stamp_text())
        eventually(self, lambda: server.get("/fr/")[1]["ETag"] == fresh[1]["ETag"])

    def test_what_is_embedded_elsewhere_does_not_look_alive(self):
        self.site.write("badge/a/pad.fr.svg", '<svg><title>Pads</title><text x="28">Pads</text><text>fonctionne</text></svg>')
        self.site.write("badge/a/pad.json", '{"schemaVersion":1,"label":"Pads","message":"fonctionne","color":"1d6b61"}')
        self.site.write("api/v1/collective.json", '{"format":"vibrisse/1","hosters":[]}')
        self.site.write(".stamp", stamp_text())
        server = self.serve()
        paths = ("/badge/a/pad.fr.svg", "/badge/a/pad.json", "/api/v1/collective.json")
        fresh = {path: server.get(path) for path in paths}
        for path in paths[:2]:
            self.assertIn(b"fonctionne", fresh[path][2])
        self.assertRegex(json.loads(fresh[paths[2]][2])["measured"], r"^\d{4}-.*:00Z$")
        self.site.write(".stamp", stamp_text(age=300))
        eventually(self, lambda: server.get("/healthz")[0] == 503)
        for path in paths:
            status, headers, body = server.get(path, If_None_Match=fresh[path][1]["ETag"])
            self.assertEqual(status, 200)
            self.assertNotIn(b"fonctionne", body)
        for path in paths[:2]:
            self.assertIn("mesures arrêtées", server.get(path)[2].decode())
            self.assertIn(b"Pads", server.get(path)[2])
        document = json.loads(server.get(paths[2])[2])
        self.assertTrue(document["stale"])
        self.assertRegex(document["measured"], r"^\d{4}-.*Z$")
        self.assertEqual(document["format"], "vibrisse/1")
        self.site.write(".stamp", stamp_text())
        eventually(self, lambda: server.get(paths[0])[2] == fresh[paths[0]][2])

    def test_empty_site(self):
        shutil.rmtree(self.site.path)
        os.mkdir(self.site.path)
        server = self.serve()
        status, headers, _ = server.get("/fr/")
        self.assertEqual(status, 503)
        self.assertIn("Retry-After", headers)
        self.site.write("fr/index.html", PAGE % "bonjour")
        eventually(self, lambda: server.get("/fr/")[0] == 200)


class StaleTruth(unittest.TestCase):
    """Keeper and prober are killed; what is served must not go on saying that all works."""

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)

    def test_killed(self):
        lab = self.lab
        lab.configure({"pad": lab.web().url}, interval="5s")
        lab.start()
        badge, document = "/badge/chat-perche/pad.fr.svg", "/api/v1/collective.json"
        wait_for("it is measured and served", lambda: lab.get("/healthz")[0] == 200 and ">disponible<" in lab.get(badge)[1])
        self.assertNotIn("<aside", lab.get("/fr/")[1])
        fresh = json.loads(lab.get(document)[1])
        self.assertNotIn("stale", fresh)
        self.assertRegex(fresh["measured"], r"^\d{4}-.*:00Z$")
        server, prober = lab.server_pid(), lab.children()["prober"]
        for pid in (lab.monitor.pid, prober):  # the keeper first: it would start another prober
            os.kill(pid, signal.SIGKILL)
        lab.monitor.wait()
        wait_for("the health is bad", lambda: lab.get("/healthz")[0] == 503, 180)
        self.assertEqual(lab.server_pid(), server)
        self.assertIn("<aside", lab.get("/fr/")[1])
        self.assertNotIn(">disponible<", lab.get(badge)[1])
        self.assertIn("mesures arrêtées", lab.get(badge)[1])
        self.assertTrue(json.loads(lab.get(document)[1])["stale"])
        self.assertRegex(json.loads(lab.get(document)[1])["measured"], r"^\d{4}-.*Z$")


class Planted(unittest.TestCase):
    """Links that somebody else put into the site's folder: nothing is written, nor removed, at their other end."""

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.lab.configure({"pad": self.lab.web().url})
        self.assertEqual(self.lab.run("run", "-c", self.lab.config, "--once").returncode, 0)
        self.victim = self.lab.path("victim")
        os.makedirs(os.path.join(self.victim, "pad"))
        for name in ("file", "index.html", "pad/index.html"):
            self.lab.write("victim/" + name, "mine")

    def site(self, *parts):
        return os.path.join(self.lab.site, *parts)

    def render(self):
        done = self.lab.run("render", "-c", self.lab.config)
        found = {}
        for folder, _, names in os.walk(self.victim):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    found[os.path.relpath(os.path.join(folder, name), self.victim)] = file.read()
        self.assertEqual(found, dict.fromkeys(("file", "index.html", "pad/index.html"), "mine"))
        return done

    def test_files(self):
        for name in ("fr/index.html", "badge/chat-perche/pad.fr.svg", "api/v2/summary.json"):
            os.remove(self.site(name))
            os.symlink(os.path.join(self.victim, "file"), self.site(name))
        os.symlink(os.path.join(self.victim, "file"), self.site("fr", ".index.html.new"))
        self.assertEqual(self.render().returncode, 0)
        for name in ("fr/index.html", "badge/chat-perche/pad.fr.svg", "api/v2/summary.json"):
            self.assertFalse(os.path.islink(self.site(name)), name)
            self.assertGreater(os.path.getsize(self.site(name)), 4)

    def test_folders(self):
        for name in ("fr/h/chat-perche", "en/h", "badge"):
            shutil.rmtree(self.site(name))
            os.symlink(self.victim, self.site(name))
            done = self.render()
            self.assertEqual(done.returncode, 1, name)
            self.assertIn("cannot make the folder of " + name, done.stderr)
            os.remove(self.site(name))
        self.assertEqual(self.render().returncode, 0)


class Attackers(Serving):
    def test_pipelining(self):
        """Each request has its answer, in order; who sends and does not read holds up nobody."""
        server = self.serve()
        paths = ("/fr/", "/nothing/", "/metrics", "/en")
        data = b"".join(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % paths[i % 4].encode() for i in range(200))
        with server.dial() as client:
            client.sendall(data[:-1])
            client.sendall(data[-1:] + b"GET /fr/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            found = re.findall(rb"HTTP/1\.1 (\d+) ", read_all(client))
        self.assertEqual(found, [b"200", b"404", b"200", b"301"] * 50 + [b"200"])
        floods = [server.dial() for _ in range(8)]
        try:
            for flood in floods:
                flood.setblocking(False)
                try:
                    for _ in range(500):
                        flood.send(data)
                except (BlockingIOError, ConnectionResetError):
                    pass
            self.still_serves()
            self.assertLess(self.resident_kb(), 100 * 1024)
        finally:
            for flood in floods:
                flood.close()
        self.still_serves()

    def resident_kb(self):
        with open("/proc/%d/status" % self.server.process.pid, encoding="utf-8") as file:
            return int(re.search(r"^VmRSS:\s+(\d+)", file.read(), re.M)[1])

    def test_range_bombs(self):
        """However many ranges are asked for, no more is sent than the file has."""
        server = self.serve()
        size = len(server.get("/api/v1/all.json")[2])
        for ranges in ("0-" + ",0-" * 1000, ",".join("%d-%d" % (i, i + 9000) for i in range(1000)), "0-0,-1" * 300,
                       "0-18446744073709551615", "18446744073709551615-", "-99999999999999999999", "5-1", "a-b", ""):
            status, _, body = server.get("/api/v1/all.json", Range="bytes=" + ranges)
            self.assertIn(status, (200, 206, 416, 431), ranges[:30])
            self.assertLessEqual(len(body), size)
        self.still_serves()

    def test_many_from_one_address(self):
        """So many and no more; loopback, where a proxy is, has no limit."""
        address = own_address()
        if not address:
            self.skipTest("this machine has no address but loopback")
        self.server = Server(self.site, "--per-address", "3", listen="0.0.0.0:0")
        self.addCleanup(self.end_if_alive)
        held = [socket.create_connection((address, self.server.port), timeout=PATIENCE) for _ in range(3)]
        self.addCleanup(lambda: [client.close() for client in held])
        for client in held:
            self.assertTrue(ask(client).startswith(b"HTTP/1.1 200 "))
        with socket.create_connection((address, self.server.port), timeout=PATIENCE) as one_more:
            self.assertEqual(ask(one_more), b"")
        self.server.host = "127.0.0.1"
        self.still_serves()
        held.pop().close()
        self.server.host = address
        eventually(self, self.answers_now)

    def test_paths(self):
        os.symlink("/etc/passwd", os.path.join(self.site.path, "passwd.txt"))
        os.symlink("/etc", os.path.join(self.site.path, "etc"))
        server = self.serve()
        for path in ("/../../etc/passwd", "/fr/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd",
                     "/fr/..%5c..%5cetc/passwd", "/fr/%00", "/fr/%00.html", "/metrics%00", "//", "//fr/", "/fr//", "/./fr/",
                     "/fr/.", "/fr/..", "/passwd.txt", "/etc/passwd", "/etc/", "/etc", "/.hidden", "/.stamp", "/fr%2findex.html",
                     "/%c0%ae%c0%ae/", "/%", "/%zz", "/fr/\\", "/fr/;x", "/FR/", "/C:/", "/%252e%252e/", "*", "fr/", "/fr/index.html/"):
            answer = server.raw(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path.encode())
            self.assertTrue(answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), (path, answer[:60]))
            self.assertNotIn(b"root:", answer)
            self.assertNotIn(b"secret", answer)
        self.still_serves()

    def test_requests(self):
        server = self.serve()
        cases = ((b"GET /" + b"a" * 1100 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b" 414 "),
                 (b"GET /fr/ HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40000 + b"\r\n\r\n", b" 431 "),
                 (b"GET /fr/ HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5000 + b"\r\n", b" 431 "),
                 (b"PUT /fr/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", b" 405 "),
                 (b"POST /fr/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", b" 405 "),
                 (b"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b" 405 "),
                 (b"GET /fr/ HTTP/1.1\r\nHost: \"><script>\r\nConnection: close\r\n\r\n", b" 200 "),
                 (b"GET http://elsewhere.example/fr/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b" 200 "),
                 (b"GET /fr/ HTTP/1.0\r\n\r\n", b" 200 "))
        for request, wanted in cases:
            answer = server.raw(request)
            self.assertIn(wanted, answer.split(b"\r\n")[0], request[:60])
            self.assertNotIn(b"<script>", answer)
        for garbage in (b"\0" * 100, b"\x16\x03\x01\x02\0" + b"x" * 500, b"GET\r\n\r\n", b"\r\n" * 50 + b"\x80\x81"):
            with server.dial() as client:
                client.sendall(garbage)
                client.shutdown(socket.SHUT_WR)
                read_all(client)
        self.still_serves()

    def test_slowloris(self):
        server = self.serve()
        begin = time.monotonic()
        with server.dial() as client:
            client.settimeout(0.2)
            data = b"GET /fr/ HTTP/1.1\r\nHost: x\r\nX: "
            closed = False
            while not closed and time.monotonic() < begin + PATIENCE:
                try:
                    client.sendall(data)
                    closed = client.recv(100) == b""
                except socket.timeout:
                    pass
                except (BrokenPipeError, ConnectionResetError):
                    closed = True
                data = b"a"
        self.assertTrue(closed)
        self.still_serves()

    def test_slow_reader(self):
        self.site.write("big.csv", "1,2,3\n" * 2000000)
        server = self.serve()
        idle = self.open_sockets()
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(PATIENCE)
            client.connect((server.host, server.port))
            client.sendall(b"GET /big.csv HTTP/1.1\r\nHost: x\r\n\r\n")
            eventually(self, lambda: self.open_sockets() > idle)
            self.still_serves()
            eventually(self, lambda: self.open_sockets() == idle)
            self.assertLess(len(read_all(client)), 12000000)
        self.still_serves()

    def open_sockets(self):
        folder = "/proc/%d/fd" % self.server.process.pid
        links = []
        for name in os.listdir(folder):
            try:
                links.append(os.readlink(os.path.join(folder, name)))
            except FileNotFoundError:
                pass
        return sum(link.startswith("socket:") for link in links)

    def test_a_thousand_connections(self):
        server = self.serve()
        clients = []
        try:
            for i in range(1000):
                client = socket.socket()
                client.setblocking(False)
                client.connect_ex((server.host, server.port))
                clients.append(client)
            eventually(self, self.answers_now)
        finally:
            for client in clients:
                client.close()
        self.still_serves()

    def answers_now(self):
        try:
            return self.server.get("/fr/")[0] == 200
        except OSError:
            return False


class Process(Serving):
    def test_ends_on_term(self):
        server = self.serve()
        with server.dial() as idle:  # does not hold it up: without us it would be cut after 10 s
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertTrue(idle.recv(1))  # so it was accepted: one that was not is reset
            begin = time.monotonic()
            server.process.terminate()
            while idle.recv(65536):
                pass
            self.assertLess(time.monotonic() - begin, 10)
        rest = server.process.stderr.read()
        server.process.stderr.close()
        self.assertEqual((server.process.wait(PATIENCE), rest), (0, ""))

    def test_lives_on_without_parent_and_terminal(self):
        launcher = ("import subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, "
                    "stderr=subprocess.PIPE, text=True); print(p.pid, p.stderr.readline(), flush=True)")
        with subprocess.Popen(["python3", "-c", launcher, VIBRISSE, "serve", "--site", self.site.path, "--listen",
                               "127.0.0.1:0"], stdout=subprocess.PIPE, text=True) as parent:
            pid, line = parent.stdout.readline().split(" ", 1)
        try:
            port = int(re.search(r":(\d+)/", line)[1])
            for _ in range(3):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                connection.request("GET", "/fr/")
                self.assertEqual(connection.getresponse().status, 200)
                connection.close()
                time.sleep(0.5)
        finally:
            os.kill(int(pid), signal.SIGTERM)

    def test_writes_nothing_and_names_nobody(self):
        server = self.serve()
        before = self.listing()
        for path in ("/fr/", "/nothing", "/../x"):
            server.get(path)
        status, rest = server.end()
        self.assertEqual(self.listing(), before)
        self.assertNotIn("127.0.0.1", rest)

    def listing(self):
        return sorted((os.path.join(folder, name), os.stat(os.path.join(folder, name)).st_mtime_ns)
                      for folder, _, names in os.walk(self.site.path) for name in names)

    def run_once(self, *arguments):
        return subprocess.run([VIBRISSE, "serve", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=PATIENCE)

    def test_what_is_wrong_is_said(self):
        server = self.serve()
        taken = "127.0.0.1:%d" % server.port
        cases = ((["--site", "/nonexistent"], 1, "/nonexistent"),
                 (["--site", self.site.path, "--listen", taken], 1, "another program"),
                 (["--site", self.site.path, "--listen", "192.0.2.1:0"], 1, "does not have that address"),
                 ([], 2, "--site"),
                 (["--site", self.site.path, "--listen", "8080"], 2, "ADDR:PORT"),
                 (["--site", self.site.path, "--per-address", "many"], 2, "number"),
                 (["--site", self.site.path, "--per-address", "-1"], 2, "number"),
                 ([self.site.path], 2, "--site"),
                 (["--unknown"], 2, "--unknown"))
        for arguments, status, part in cases:
            run = self.run_once(*arguments)
            self.assertEqual(run.returncode, status, arguments)
            self.assertIn(part, run.stderr)
            self.assertEqual(run.stdout, "")
        help_text = self.run_once("--help")
        self.assertEqual(help_text.returncode, 0)
        for word in ("--site", "--listen", "--per-address"):
            self.assertIn(word, help_text.stdout)


if __name__ == "__main__":
    together.main()
