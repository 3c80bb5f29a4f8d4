"""The forms of the site, with the monitor that runs: the checker of files finds faults and reaches no private network; an address
says yes or no by the link that it was sent; and what attackers send to a form is refused, limited or cut off."""
import concurrent.futures
import contextlib
import email
import email.policy
import html
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest
import urllib.parse

import together
from lab import Lab, wait_for
from test_channels import MailServer

GOOD = b"file.class = service\nservice.name = Pad\nservice.website = https://pad.example/\n"
BAD = "file.class = service\nservice.name = Pad\nservice.website = http://a.example/\n<b>&amp; <i>: 1\n".encode()
TYPE = "application/x-www-form-urlencoded"
PATIENCE = 60


class Slow:
    """A server that takes connections and says nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.held = []
        threading.Thread(target=self.hold, daemon=True).start()

    def hold(self):
        while True:
            try:
                self.held.append(self.socket.accept()[0])
            except OSError:
                return

    @property
    def url(self):
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/"

    def close(self):
        self.socket.close()
        for one in self.held:
            one.close()


class Forms(unittest.TestCase):
    allow = '"127.0.0.0/8", "::1/128"'

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.web = self.lab.web(body=BAD)
        self.lab.configure({"pad": self.web.url})
        with open(self.lab.config, encoding="utf-8") as file:
            text = file.read()
        self.lab.write("vibrisse.yaml", self.configured(text.replace('"127.0.0.0/8", "::1/128"', self.allow)))
        with open(self.lab.path("hosters.d", "chat-perche.yaml"), "a", encoding="utf-8") as file:
            file.write("contact: tech@perche.example\n")
        self.lab.start()
        wait_for("the page is there", lambda: "<form" in self.lab.page("/fr/check/"))

    def configured(self, text):
        return text

    def send(self, method, path, body=None, headers=None):
        host, port = self.lab.listen.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        try:
            with contextlib.suppress(BrokenPipeError):  # refused before all of it was sent
                connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer, answer.read().decode()
        finally:
            connection.close()

    def check(self, url, language="fr", **headers):
        body = urllib.parse.urlencode({"url": url})
        return self.send("POST", f"/{language}/check/", body, {"Content-Type": TYPE, **headers})


def text_of(page):
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


class Checker(Forms):
    def test_finds(self):
        for language, words in (("fr", ("Ce qui a été trouvé", "service.website n’est pas chiffré", "ligne 3", "avertissement")),
                                ("en", ("What was found", "service.website is not encrypted", "line 3", "warning"))):
            answer, page = self.check(self.web.url + "x.properties", language)
            self.assertEqual(answer.status, 200)
            for word in words:
                self.assertIn(word, text_of(page))
            self.assertIn("&lt;b&gt;&amp;amp; &lt;i&gt;: 1", page)
            self.assertNotIn("<b>&", page)
            self.assertNotIn("<i>", page)
            self.assertIn(f'value="{self.web.url}x.properties"', page)
            self.assertEqual(answer.getheader("Cache-Control"), "no-store")
            self.assertEqual(answer.getheader("Referrer-Policy"), "no-referrer")
            self.assertIn("form-action 'self'", answer.getheader("Content-Security-Policy"))
            self.assertIsNone(answer.getheader("Set-Cookie"))
        self.assertIn(self.web.url, self.lab.run("register", "lint", "--allow-net", "127.0.0.0/8", self.web.url).stdout)

    def test_without_fault_and_lost(self):
        self.web.body = GOOD
        page = self.check(self.web.url)[1]
        self.assertNotIn("Erreur", page)
        self.web.status = 404
        self.assertIn("Le fichier ne peut pas être lu", text_of(self.check(self.web.url)[1]))
        self.web.stop()
        self.assertIn("il refuse la connexion", text_of(self.check(self.web.url)[1]))

    def test_ports(self):
        """A network that is allowed is allowed at each port; a redirect out of it is not."""
        self.assertIn("il refuse la connexion", text_of(self.check("http://127.0.0.1:1/")[1]))
        self.web.status, self.web.headers = 302, {"Location": "http://9.9.9.9:25/x"}
        self.assertIn("our rules forbid port 25", text_of(self.check(self.web.url)[1]))

    def test_no_address(self):
        for url in ("", "ftp://a.example/", "javascript:alert(1)", "/etc/passwd", "--config", '"><script>'):
            answer, page = self.check(url)
            self.assertEqual(answer.status, 400, url)
            self.assertIn("aria-invalid", page)
            self.assertNotIn("<script", page)

    def test_link_fills_in(self):
        page = self.lab.page("/fr/check/?url=https%3A%2F%2Fa.example%2F%22%3E%3Cx")
        self.assertIn('value="https://a.example/&quot;&gt;&lt;x"', page)
        self.assertNotIn("found-h", page)

    def test_packed(self):
        host, port = self.lab.listen.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        connection.request("GET", "/en/check/", headers={"Accept-Encoding": "br, gzip"})
        answer = connection.getresponse()
        self.assertEqual(answer.getheader("Content-Encoding"), "br")
        self.assertLess(len(answer.read()), 16 * 1024)
        connection.close()

    def test_limited(self):
        """A thousand posts of one visitor behind the proxy, then of very many: few of them reach anybody."""
        begin = time.monotonic()
        statuses = [self.check(self.web.url + "limit", **{"X-Forwarded-For": "9.9.9.9, 2001:db8::7"})[0].status
                    for _ in range(12)]
        self.assertEqual(statuses[:6], [200] * 6)
        self.assertLessEqual(statuses[6:].count(200), (time.monotonic() - begin) / 20)
        self.assertEqual(set(statuses[6:]) - {200}, {429})
        answer, page = wait_for("one of the same /64 is limited", lambda: (
            got := self.check(self.web.url, **{"X-Forwarded-For": "2001:db8::8"}))[0].status == 429 and got)
        self.assertIn(int(answer.getheader("Retry-After")), range(1, 61))
        self.assertIn("trop souvent", text_of(page))
        self.assertEqual(self.check(self.web.url, **{"X-Forwarded-For": "2001:db8:1::8"})[0].status, 200)
        def is_limited(i):
            return self.check(self.web.url, **{"X-Forwarded-For": f"2001:db8:{i:x}::1"})[0].status == 429

        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:  # not slower than one a second, whatever one that passes takes
            passed = list(pool.map(is_limited, range(16, 1016))).count(False)
        self.assertLessEqual(passed, 30 + time.monotonic() - begin)
        self.assertEqual(self.lab.get("/fr/")[0], 200)

    def test_own_limits(self):
        """What hangs is given up in time, and those who come meanwhile are told to wait or to go."""
        slow = Slow()
        self.addCleanup(slow.close)
        pages = []
        threads = [threading.Thread(target=lambda i=i: pages.append(self.check(slow.url + str(i))[0].status))
                   for i in range(9)]
        for thread in threads:
            thread.start()
        wait_for("some are sent away at once", lambda: pages.count(503) >= 2)
        self.assertEqual(self.lab.get("/fr/")[0], 200)
        slow.close()
        for thread in threads:
            thread.join(PATIENCE)
        self.assertGreaterEqual(pages.count(200), 2)
        self.assertEqual(set(pages), {200, 503})

    def test_keeper_gone(self):
        """The server outlives the monitor, and says that nobody answers."""
        self.lab.monitor.send_signal(signal.SIGKILL)
        self.lab.monitor.wait(30)
        answer, page = self.check(self.web.url)
        self.assertEqual(answer.status, 503)
        self.assertTrue(answer.getheader("Retry-After"))
        self.assertIn("ne répond pas", text_of(page))

    def test_stop_while_asking(self):
        """A file that hangs holds nobody up who wants to stop the monitor."""
        slow = Slow()
        self.addCleanup(slow.close)
        got = []
        thread = threading.Thread(target=lambda: got.append(self.check(slow.url)))
        thread.start()
        wait_for("it is being fetched", lambda: slow.held)
        begin = time.monotonic()
        self.assertEqual(self.lab.stop(), 0)
        self.assertLess(time.monotonic() - begin, 20)
        thread.join(PATIENCE)


class Private(Forms):
    allow = '"192.0.2.0/24"'

    def test_private_address(self):
        asked = []
        self.web.server.RequestHandlerClass.log_request = lambda *_: asked.append(1)
        for url in (self.web.url, self.web.url.replace("127.0.0.1", "localhost"), self.web.url.replace("127.0.0.1", "2130706433")):
            page = text_of(self.check(url)[1])
            self.assertIn("ne peut pas être lu", page)
        self.assertEqual(asked, [])

    def test_ports(self):
        """Strangers' mail servers are not asked for files; nothing is sent there."""
        for language, words in (("fr", "aux ports 80, 443 et à partir de 1024"), ("en", "at ports 80, 443 and those from 1024 on")):
            self.assertIn(words, text_of(self.lab.page(f"/{language}/check/")))
            for host in ("9.9.9.9", "[2620:fe::9]"):
                page = text_of(self.check(f"http://{host}:25/", language)[1])
                self.assertIn("our rules forbid port 25", page)
                self.assertEqual(page.count(words), 2)


class Consent(Forms):
    def configured(self, text):
        return text.replace("collective: {", 'collective: {address: "https://statut.example", ') + (
            f"alerts: {{contacts: yes, allow: [127.0.0.0/8], mail: {{from: v@essai.example, "
            f'server: "smtp://127.0.0.1:{self.relay.port}", security: none}}}}\n')

    def setUp(self):
        self.relay = MailServer()
        self.addCleanup(self.relay.__exit__)
        super().setUp()
        wait_for("the question was sent", lambda: self.relay.mails)
        mail = email.message_from_bytes(self.relay.mails[0][1], policy=email.policy.SMTP)
        text = mail.get_body(("plain",)).get_content()
        link = re.search(r"https://statut\.example(/\S*?token=[\w.~-]+)", text)[1]
        self.path, self.token = link, link.split("token=")[1]

    def look(self):
        answer, page = self.send("GET", self.path)
        return answer.status, text_of(page), page

    def say(self, body, path="/fr/alerts/"):
        answer, page = self.send("POST", path, body, {"Content-Type": TYPE})
        return answer.status, text_of(page)

    def test_yes_and_no(self):
        """A link only looks, however often it is followed; the buttons decide."""
        for _ in range(3):
            status, text, page = self.look()
            self.assertEqual(status, 200)
            self.assertRegex(text, r"Faut-il prévenir\s+t…@perche\.example\s+quand un service de\s+Le Chat Perché")
        self.assertEqual(re.findall(r'name="word" value="(\w+)"', page), ["confirm", "stop"])
        status, text = self.say(f"word=confirm&token={self.token}")
        self.assertEqual(status, 200)
        self.assertIn("C’est fait", text)
        status, text, page = self.look()
        self.assertNotIn("C’est fait", text)
        self.assertIn("est prévenue quand", text)
        self.assertEqual(re.findall(r'name="word" value="(\w+)"', page), ["stop"])
        self.assertIn("plus rien n’est envoyé", self.say(f"word=stop&token={self.token}")[1])
        self.assertIn("Rien n’est envoyé", self.look()[1])

    def test_one_click(self):
        """What a mail program sends (RFC 8058): it stops at once, and a GET never does."""
        self.send("GET", self.path + "&List-Unsubscribe=One-Click")
        self.send("GET", self.path + "&word=stop")
        self.assertIn("Faut-il prévenir", self.look()[1])
        status, text = self.say("List-Unsubscribe=One-Click", self.path.replace("/fr/", "/en/"))
        self.assertEqual(status, 200)
        self.assertIn("nothing more is sent", text)
        self.assertIn("Rien n’est envoyé", self.look()[1])

    def test_strange_tokens(self):
        for token in ("x", self.token[:-1], self.token + "A", self.token.swapcase(), "A" * 200):
            answer, page = self.send("GET", f"/fr/alerts/?token={token}")
            self.assertEqual(answer.status, 404, token)
            self.assertNotIn("<button", page)
        for query in ("", "?token=", "?token=%22%3E%3Cscript%3E", "?token=a%0Ab", "?token=" + "A" * 600):
            answer, page = self.send("GET", "/fr/alerts/" + query)
            self.assertEqual(answer.status, 200, query)
            self.assertIn("par le lien du message", text_of(page))
            self.assertNotIn("<script", page)
        for line in (b'{"form":"consent"}\n', b'{"form":"consent","word":"stop","address":"tech@perche.example"}\n',
                     b'{"form":"consent","word":"list","token":"x"}\n'):
            with socket.socket(socket.AF_UNIX) as counter:
                counter.connect(os.path.join(self.lab.data, "forms"))
                counter.sendall(line)
                answer = json.loads(b"".join(iter(lambda: counter.recv(4096), b"")))
                self.assertNotIn("contacts", answer)
        self.assertIn("Faut-il prévenir", self.look()[1])


class Attacks(Forms):
    def test_methods(self):
        for method, path, status, allow in (("POST", "/fr/", 405, "GET, HEAD"), ("POST", "/fr/check", 405, "GET, HEAD"),
                                            ("PUT", "/fr/check/", 405, "GET, HEAD, POST"),
                                            ("POST", "/xx/check/", 405, "GET, HEAD"),
                                            ("POST", "/healthz", 405, "GET, HEAD")):
            answer, _ = self.send(method, path, "url=x", {"Content-Type": TYPE})
            self.assertEqual((answer.status, answer.getheader("Allow")), (status, allow), (method, path))
        answer, body = self.send("HEAD", "/fr/check/")
        self.assertEqual((answer.status, body), (200, ""))

    def test_bodies(self):
        for headers, body, status in (({"Content-Type": "application/json"}, "{}", 415), ({}, "url=x", 415),
                                      ({"Content-Type": TYPE + "x"}, "url=x", 415),
                                      ({"Content-Type": TYPE + "; charset=utf-8"}, "url=x", 400),
                                      ({"Content-Type": TYPE}, "url=" + "x" * 4093, 413),
                                      ({"Content-Type": TYPE}, "url=https%3A//a.example/%ff", 400),
                                      ({"Content-Type": TYPE}, "url=https%3A//a.example/%00", 400),
                                      ({"Content-Type": TYPE}, "url=https://a.example/" + "x" * 2000, 400),
                                      ({"Content-Type": TYPE}, "", 400)):
            with self.subTest(status=status, body=body[:20]):
                self.assertEqual(self.send("POST", "/fr/check/", body, headers)[0].status, status)
        self.assertEqual(self.send("POST", "/fr/check/", iter([b"url=x"]), {"Content-Type": TYPE})[0].status, 411)

    def dial(self):
        host, port = self.lab.listen.split(":")
        return socket.create_connection((host, int(port)), PATIENCE)

    def test_huge_and_slow(self):
        """Who announces much or sends byte by byte loses the connection, and keeps nobody else from theirs."""
        with self.dial() as huge:
            huge.sendall(f"POST /fr/check/ HTTP/1.1\r\nHost: x\r\nContent-Type: {TYPE}\r\n"
                         "Content-Length: 100000000000\r\n\r\n".encode())
            self.assertIn(b" 413 ", huge.recv(4096))
        slow = [self.dial() for _ in range(40)]
        for one in slow:
            one.sendall(f"POST /fr/check/ HTTP/1.1\r\nHost: x\r\nContent-Type: {TYPE}\r\nContent-Length: 4000\r\n\r\nu".encode())
        self.assertEqual(self.lab.get("/fr/check/")[0], 200)
        for one in slow:
            with one:
                self.assertEqual(one.recv(4096), b"")

    def test_only_forms_at_the_counter(self):
        """Nothing of the commands is taken at the server's socket, and nobody else may open it."""
        path = os.path.join(self.lab.data, "forms")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        for line in (b"status\n", b'word {"action":"x"}\n', b"[]\n", b"{}\n", b'{"form":"status"}\n',
                     b'{"form":"register","url":"file:///etc/passwd","language":"fr"}\n',
                     b'{"form":"register","url":"https://a.example/","language":"../fr"}\n'):
            with socket.socket(socket.AF_UNIX) as counter:
                counter.connect(path)
                counter.sendall(line)
                self.assertEqual(json.loads(b"".join(iter(lambda: counter.recv(4096), b""))), {"outcome": "refused"})
        with socket.socket(socket.AF_UNIX) as counter:
            counter.connect(path)
            counter.sendall(b"x" * 4000)
            with contextlib.suppress(ConnectionResetError):
                self.assertEqual(counter.recv(4096), b"")

    def test_without_monitor(self):
        """A site that is served alone has no form, and says so."""
        self.lab.stop()
        with subprocess.Popen([os.environ["VIBRISSE"], "serve", "--site", self.lab.site, "--listen", self.lab.listen],
                              stderr=subprocess.DEVNULL) as server:
            wait_for("it serves", lambda: self.lab.get("/fr/check/")[0] == 200)
            self.assertIn("pas de formulaire ici", self.lab.page("/fr/check/"))
            self.assertNotIn("<form", self.lab.page("/fr/check/"))
            self.assertEqual(self.check(self.web.url)[0].status, 405)
            server.terminate()


if __name__ == "__main__":
    together.main()
