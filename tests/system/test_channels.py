"""Alerts on their way: the courier against receivers on loopback that check what their documentation demands, and against
such as misbehave. What a request must look like is written here anew, signatures are made by another implementation."""
import base64
import contextlib
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import resource
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from lab import wait_for
from test_attacks import Server, flood
from test_tls_kinds import LIBSSL, Pki

VIBRISSE, SOURCE = os.environ["VIBRISSE"], os.environ["SOURCE"]
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
HOSTILE = "@everyone @room <!channel> *b* [a](https://x.example)"


def alert(kind="down", target="t", number=0, **changes):
    """As alert_write() has it: an outage of the pads of Le Chat Perché."""
    row = {"kind": kind, "before": "up", "after": "down", "reason": "connect_refused", "service": "chat-perche/pad",
           "name": "Carnets", "hoster": "Le Chat Perché", "since": "2026-01-02T03:04:00Z", "detail": HOSTILE,
           "link": "https://exemple.example/fr/h/chat-perche/pad/",
           "sights": [{"vantage": "paris", "family": "ipv4", "outcome": "down"}]}
    if kind == "recovery":
        row.update(before="down", after="up", until="2026-01-02T03:16:00Z", reason="ok", detail="", sights=[])
    value = {"v": 1, "kind": kind, "severity": "critical", "id": f"{kind}{number}".ljust(26, "a"), "thread": "outage-1",
             "opens": kind == "down", "at": "2026-01-02T03:04:00Z", "target": target, "language": "fr", "total": 1,
             "rows": [row]}
    value.update(changes)
    return value


class Courier:
    """The process, with rules that let it write to loopback."""

    def __init__(self, **rules):
        self.process = subprocess.Popen([VIBRISSE, "courier"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env={**os.environ, "TZ": "UTC", "VIBRISSE_SANDBOX": "programs"})
        self.patience = threading.Timer(120, self.process.kill)
        self.patience.start()
        self.rules(**rules)

    def rules(self, **rules):
        self.write({"v": 1, "errand": "rules", "allow": ["127.0.0.0/8", "::1"], "user_agent": "vibrisse/test", **rules})

    def write(self, value):
        self.raw(json.dumps(value) + "\n")

    def raw(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def carry(self, channel, options, what=None, target="t"):
        self.write({"v": 1, "errand": "carry", "target": target, "channel": channel, "options": options,
                    "alert": what or alert(target=target)})

    def receipt(self):
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("no receipt: " + self.process.stderr.read())
        return json.loads(line)

    def send(self, channel, options, what=None):
        self.carry(channel, options, what)
        return self.receipt()

    def close(self):
        """Its last words."""
        self.process.stdin.close()
        rest, said = self.process.stdout.read(), self.process.stderr.read()
        status = self.process.wait()
        self.patience.cancel()
        self.process.stdout.close()
        self.process.stderr.close()
        if status:
            raise AssertionError(f"the courier ended with {status}: {said}")
        return rest + said

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.process.kill()
            self.process.communicate()
            self.patience.cancel()
        elif not self.process.stdin.closed:
            self.close()


class Receiver:
    """An HTTP server: keeps what it got, answers as it is told."""

    def __init__(self, answer=None):
        self.got = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.got.append((self.command, self.path, self.headers, body))
                try:
                    (answer or receiver.good)(self)
                except OSError:
                    pass
                self.close_connection = True

            do_POST = do_PUT = do_GET = handle_any

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    body = b"{}"

    def good(self, handler):
        reply(handler, 200, body=self.body)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def reply(handler, status, body=b"", **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


class Payloads(unittest.TestCase):
    """Each HTTP channel: method, path, headers, the very keys."""

    def request(self, channel, options, kind="down", answer=b"{}"):
        with Receiver() as receiver, Courier() as courier:
            receiver.body = answer
            filled = {name: value.replace("URL", receiver.url) for name, value in options.items()}
            receipt = courier.send(channel, filled, alert(kind))
            self.assertEqual((receipt["end"], receipt["target"]), ("delivered", "t"), receipt)
            self.assertEqual(receipt["id"], alert(kind)["id"])
            self.assertEqual(len(receiver.got), 1)
            method, path, headers, body = receiver.got[0]
            self.assertEqual(headers["Content-Type"], "application/json")
            self.assertEqual(headers["User-Agent"], "vibrisse/test")
            return method, path, headers, json.loads(body)

    def assert_harmless(self, text):
        for call in ("@everyone", "@room", "<!channel>"):
            self.assertNotIn(call, text)

    def test_ntfy(self):
        method, path, headers, body = self.request("ntfy", {"url": "URL/", "topic": "night", "token": "tk_1"})
        self.assertEqual((method, path, headers["Authorization"]), ("POST", "/", "Bearer tk_1"))
        self.assertEqual(set(body), {"topic", "title", "message", "priority", "tags", "click"})
        self.assertEqual((body["topic"], body["priority"], body["tags"]), ("night", 5, ["down"]))
        self.assertEqual(body["title"], "Carnets (Le Chat Perché)\u00a0: indisponible")

    def test_gotify(self):
        method, path, headers, body = self.request("gotify", {"url": "URL/push", "token": "A1"})
        self.assertEqual((method, path, headers["X-Gotify-Key"]), ("POST", "/push/message", "A1"))
        self.assertEqual(set(body), {"title", "message", "priority", "extras"})
        self.assertEqual(body["extras"]["client::display"], {"contentType": "text/plain"})

    def test_matrix(self):
        method, path, headers, body = self.request("matrix", {"url": "URL", "room": "!r:m.example", "token": "syt"})
        self.assertEqual(method, "PUT")
        self.assertEqual(path, f"/_matrix/client/v3/rooms/%21r%3Am.example/send/m.room.message/{alert()['id']}")
        self.assertEqual(headers["Authorization"], "Bearer syt")
        self.assertEqual((body["msgtype"], body["m.mentions"], body["format"]),
                         ("m.text", {}, "org.matrix.custom.html"))
        self.assert_harmless(body["body"])
        self.assertIn("&lt;!channel&gt;", body["formatted_body"])

    def test_chats(self):
        for channel, answer, path in (("mattermost", b"ok", "/hooks/x"), ("slack", b"ok", "/hooks/x"),
                                      ("rocketchat", b'{"success":true}', "/hooks/x"),
                                      ("discord", b"{}", "/hooks/x?wait=true")):
            with self.subTest(channel):
                method, where, _, body = self.request(channel, {"url": "URL/hooks/x"}, answer=answer)
                self.assertEqual((method, where), ("POST", path))
                text = body["content" if channel == "discord" else "text"]
                self.assert_harmless(text)
                self.assertIn("https://exemple.example/fr/h/chat-perche/pad/", text)
                if channel == "discord":
                    self.assertEqual(body["allowed_mentions"], {"parse": []})

    def test_telegram(self):
        method, path, _, body = self.request("telegram", {"url": "URL", "chat": "-100", "token": "1:A"},
                                             answer=b'{"ok":true}')
        self.assertEqual((method, path, body["chat_id"]), ("POST", "/bot1:A/sendMessage", "-100"))
        self.assertNotIn("parse_mode", body)
        self.assert_harmless(body["text"])

    def test_signal(self):
        method, path, _, body = self.request("signal", {"url": "URL", "to": "+331,+332"},
                                             answer=b'{"jsonrpc":"2.0","result":{"timestamp":1}}')
        self.assertEqual((method, path), ("POST", "/api/v1/rpc"))
        self.assertEqual((body["jsonrpc"], body["method"], body["id"]), ("2.0", "send", alert()["id"]))
        self.assertEqual(body["params"]["recipient"], ["+331", "+332"])

    def test_mastodon(self):
        method, path, headers, body = self.request("mastodon", {"url": "URL", "to": "@me@s.example", "token": "T"})
        self.assertEqual((method, path), ("POST", "/api/v1/statuses"))
        self.assertEqual((headers["Idempotency-Key"], headers["Authorization"]), (alert()["id"], "Bearer T"))
        self.assertEqual((body["visibility"], body["language"]), ("direct", "fr"))
        self.assertTrue(body["status"].startswith("@me@s.example "))
        self.assert_harmless(body["status"])
        self.assertLessEqual(len(body["status"]), 500)

    def test_alertmanager(self):
        method, path, _, (body,) = self.request("alertmanager", {"url": "URL"})
        self.assertEqual((method, path), ("POST", "/api/v2/alerts"))
        self.assertEqual(body["labels"], {"alertname": "vibrisse", "thread": "outage-1", "service": "chat-perche/pad"})
        self.assertEqual(body["startsAt"], "2026-01-02T03:04:00Z")
        _, _, _, (end,) = self.request("alertmanager", {"url": "URL"}, "recovery")
        self.assertEqual((end["labels"], end["endsAt"]), (body["labels"], "2026-01-02T03:16:00Z"))

    def test_pagerduty(self):
        method, path, _, body = self.request("pagerduty", {"url": "URL", "key": "R0"})
        self.assertEqual((method, path), ("POST", "/v2/enqueue"))
        self.assertEqual((body["routing_key"], body["event_action"], body["dedup_key"]), ("R0", "trigger", "outage-1"))
        self.assertEqual((body["payload"]["severity"], body["payload"]["source"]), ("critical", "chat-perche/pad"))
        self.assertEqual(self.request("pagerduty", {"url": "URL", "key": "R0"}, "recovery")[3]["event_action"],
                         "resolve")

    def test_webhook_signature(self):
        with Receiver() as receiver, Courier() as courier:
            for _ in range(2):
                self.assertEqual(courier.send("webhook", {"url": receiver.url + "/x", "secret": SECRET})["end"],
                                 "delivered")
            for _, path, headers, body in receiver.got:
                signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
                expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
                self.assertEqual((path, headers["webhook-signature"]), ("/x", "v1," + expected))
                self.assertEqual(headers["webhook-id"], alert()["id"])
                self.assertLess(abs(int(headers["webhook-timestamp"]) - time.time()), 60)
                self.assertEqual(json.loads(body)["type"], "vibrisse.down")


class Words(unittest.TestCase):
    """An operator's own."""

    def test_template(self):
        own = {"down.fr.txt": "[panne] {whom}\n\nOn a vu {evidence}\n\n{link}\n", "down.fr": "is told, and not used"}
        with Receiver() as receiver, Courier(templates=own) as courier:
            for kind in ("down", "recovery"):
                receipt = courier.send("discord", {"url": receiver.url}, alert(kind))
                self.assertEqual(receipt["end"], "delivered", receipt)
            said = courier.close()
            self.assertIn("a template is not used", said)
            down, recovery = (json.loads(body)["content"] for _, _, _, body in receiver.got)
        self.assertTrue(down.startswith("\\[panne\\] Carnets (Le Chat Perché)"), down)
        self.assertIn("On a vu «", down)
        self.assertNotIn("@everyone", down)
        self.assertIn("https://exemple.example/fr/h/chat-perche/pad/", down)
        self.assertIn("rétabli", recovery)


class BadReceivers(unittest.TestCase):
    def answer(self, how, **rules):
        with Receiver(how) as receiver, Courier(**rules) as courier:
            receipt = courier.send("webhook", {"url": receiver.url, "secret": SECRET})
            return receipt, receiver

    def test_statuses(self):
        date = "Fri, 02 Jan 1970 03:04:05 GMT"
        for status, headers, end, after in (
                (202, {}, "delivered", 0), (301, {"Location": "http://127.0.0.1:1/"}, "refused", 0),
                (307, {"Location": "/elsewhere"}, "refused", 0), (400, {}, "refused", 0), (404, {}, "refused", 0),
                (410, {}, "refused", 0), (429, {"Retry_After": "1000000000000"}, "later", 3600),
                (429, {"Retry_After": date}, "later", 0), (429, {"Retry_After": "77"}, "later", 77),
                (500, {}, "later", 0), (503, {"Retry_After": "soon"}, "later", 0)):
            with self.subTest(status=status, **headers):
                receipt, receiver = self.answer(lambda handler, s=status, h=headers: reply(handler, s, b"words", **h))
                self.assertEqual((receipt["end"], receipt["after_s"]), (end, after), receipt)
                self.assertEqual(len(receiver.got), 1)

    def test_an_answer_without_end(self):
        """The status says that it was taken. No more than the maximum is read, and nothing like it is kept."""
        written = []

        def flood(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(1 << 30))
            handler.end_headers()
            for _ in range(1 << 14):
                handler.wfile.write(b"x" * 65536)
                written.append(65536)

        receipt, _ = self.answer(flood)
        self.assertEqual(receipt["end"], "delivered")
        self.assertLess(sum(written), 1 << 26)  # what buffers of sockets hold besides
        if "asan" not in subprocess.run(["ldd", VIBRISSE], capture_output=True, text=True).stdout:
            self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 64 * 1024)

    def test_endless_headers(self):
        def flood(handler):
            while True:
                handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\n" + b"Link: </x>\r\n" * 100 + b"\r\n")

        receipt, _ = self.answer(flood)
        self.assertEqual(receipt["end"], "later")

    def test_endless_words_of_tls(self):
        """New keys one after the other would keep the whole courier busy."""
        with tempfile.TemporaryDirectory() as folder:
            pki = Pki(folder)
            pki.root("root", "/CN=Test Root")
            pki.make("good", "root", key=pki.key("leaf"))
            server = Server(flood(pki, ssl.TLSVersion.TLSv1_3, lambda stream: LIBSSL.SSL_key_update(stream, 1)))
            self.addCleanup(server.close)
            with Courier(ca_file=pki.path("root.pem")) as courier:
                receipt = courier.send("webhook", {"url": f"https://127.0.0.1:{server.port}/", "secret": SECRET})
        self.assertEqual(receipt["end"], "later", receipt)
        self.assertIn("without end", receipt["detail"])

    def test_hangs_up(self):
        receipt, receiver = self.answer(lambda handler: handler.connection.shutdown(socket.SHUT_RDWR))
        self.assertEqual((receipt["end"], len(receiver.got)), ("later", 1), receipt)

    def test_words_of_the_answer_are_harmless(self):
        receipt, _ = self.answer(lambda handler: reply(handler, 400, "\x1b[2J\u202eno\r\nno".encode()))
        self.assertEqual(receipt["detail"], "status 400: [2Jno  no")

    def test_nobody_there(self):
        with socket.socket() as closed, Courier() as courier:
            closed.bind(("127.0.0.1", 0))
            receipt = courier.send("webhook", {"url": f"http://127.0.0.1:{closed.getsockname()[1]}/", "secret": SECRET})
            self.assertEqual(receipt["end"], "later", receipt)

    def test_addresses_of_ours_need_to_be_allowed(self):
        for host in ("127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]"):
            with self.subTest(host), Receiver() as receiver, Courier(allow=[]) as courier:
                url = f"http://{host}:{receiver.server.server_port}/"
                receipt = courier.send("webhook", {"url": url, "secret": SECRET})
                self.assertNotEqual(receipt["end"], "delivered")
                self.assertEqual(receiver.got, [])

    def test_slow_ones_delay_nobody(self):
        """One takes 20 s, one never answers, a program never ends: each within its limit of 30 s, while others go on. A chat's
        first server that never answers leaves time for the second."""
        def late(handler):
            time.sleep(20)
            reply(handler, 200)

        stop = threading.Event()
        mute, second = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
        servers = [(number, server.getsockname()[1], "talk.test") for number, server in enumerate((mute, second))]
        with Receiver(late) as slow, Receiver(lambda handler: stop.wait(300)) as silent, Receiver() as good, mute, second, \
                Names({"_xmpp-client._tcp.x.test": servers, "talk.test": "127.0.0.1"}) as names, \
                Courier(resolvers=[names.endpoint]) as courier:
            began = time.monotonic()
            courier.carry("xmpp", Referrals.OPTIONS, target="chat")
            courier.carry("webhook", {"url": slow.url, "secret": SECRET}, target="slow")
            courier.carry("webhook", {"url": silent.url, "secret": SECRET}, target="silent")
            courier.carry("command", {"command": "/bin/sleep 300"}, target="program")
            for _ in range(20):
                courier.carry("webhook", {"url": good.url, "secret": SECRET}, target="good")
            for _ in range(20):
                self.assertEqual(courier.receipt()["target"], "good")
            ends = {receipt["target"]: receipt for receipt in (courier.receipt() for _ in range(4))}
            stop.set()
            second.settimeout(60)
            with second.accept()[0] as guest:  # it came there, too
                self.assertIn(b"<stream:stream", guest.recv(4096))
            self.assertEqual({name: receipt["end"] for name, receipt in ends.items()},
                             {"slow": "delivered", "silent": "later", "program": "later", "chat": "later"}, ends)
            self.assertLess(time.monotonic() - began, 100)

    def test_signs_of_life_wait_for_nobody(self):
        """As many alerts as can be under way, and more that wait, at a receiver that never answers: it is through before any
        of them is given up."""
        stop = threading.Event()
        with Receiver(lambda handler: stop.wait(300)) as silent, Receiver() as good, Courier() as courier:
            for _ in range(40):
                courier.carry("webhook", {"url": silent.url, "secret": SECRET}, target="silent")
            wait_for("the courier has its hands full", lambda: len(silent.got) == 16)
            courier.write({"v": 1, "errand": "ping", "id": "sign-0-1", "url": good.url + "/u", "signal": "fail", "words": "so"})
            receipt = courier.receipt()
            self.assertEqual((receipt["id"], receipt["end"]), ("sign-0-1", "delivered"))
            self.assertEqual([(method, path, body) for method, path, _, body in good.got], [("POST", "/u/fail", b"so")])
            stop.set()


class MailServer:
    """As much of SMTP as a relay speaks (RFC 5321, 3207, 4954). `behave` maps a command to what is done instead: a reply,
    or None to hang up."""

    def __init__(self, certificate=None, implicit=False, port=0, **behave):
        self.mails, self.logins, self.connections, self.behave = [], [], 0, behave
        self.context = None
        self.implicit = implicit
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, certificate.replace(".pem", ".key"))
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            self.talk(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def talk(self, connection):
        if self.implicit:
            with self.context.wrap_socket(connection, server_side=True) as secured:
                self.converse(secured, True)
        elif self.converse(connection, False):
            with self.context.wrap_socket(connection, server_side=True) as secured:
                self.converse(secured, True)

    def converse(self, connection, secure):
        """Whether encryption shall begin."""
        file = connection.makefile("rwb")
        envelope = {"to": []}

        def say(text):
            file.write(text.encode() + b"\r\n")
            file.flush()

        if secure is self.implicit:
            say("220 sink.test ESMTP")
        while line := file.readline().decode().rstrip("\r\n"):
            verb = line.split(" ")[0].upper()
            if verb in self.behave:
                instead = self.behave[verb]
                instead = instead(line) if callable(instead) else instead
                if instead is None:
                    return False
                if instead:
                    say(instead)
                    continue
            if verb == "EHLO":
                say("250-sink.test")
                if self.context and not secure:
                    say("250-STARTTLS")
                if secure:
                    say("250-AUTH PLAIN")
                say("250 8BITMIME")
            elif verb == "STARTTLS":
                say("220 go")
                return True
            elif verb == "AUTH":
                blob = line.split(" ")[2] if len(line.split(" ")) > 2 else None
                if blob is None:
                    say("334 ")
                    blob = file.readline().decode().strip()
                self.logins.append(base64.b64decode(blob).split(b"\0")[1:])
                say("235 welcome")
            elif verb == "MAIL":
                envelope = {"from": line, "to": [], "secure": secure}
                say("250 ok")
            elif verb == "RCPT":
                envelope["to"].append(line)
                say("250 ok")
            elif verb == "DATA":
                say("354 go on")
                lines = []
                while (got := file.readline()) not in (b".\r\n", b""):
                    lines.append(got[1:] if got.startswith(b"..") else got)
                if "END" in self.behave and self.behave["END"] is None:
                    return False
                if "END" in self.behave:
                    say(self.behave["END"])
                    continue
                self.mails.append((envelope, b"".join(lines)))
                say("250 queued")
            elif verb == "QUIT":
                say("221 bye")
                return False
            else:
                say("250 ok")
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vibrisse-channels-")
        subprocess.run(["bash", os.path.join(SOURCE, "tests/lib/net/pki.sh"), cls.folder], check=True,
                       stdout=subprocess.DEVNULL)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def options(self, relay, **changes):
        return {"to": "a@x.example,b@x.example", "from": "v@x.example", "server": f"smtp://127.0.0.1:{relay.port}",
                "security": "none", **changes}

    def test_a_thread_in_a_mailbox(self):
        with MailServer() as server, Courier() as courier:
            for what in (alert(), alert("reminder", number=1), alert("recovery", number=2)):
                self.assertEqual(courier.send("mail", self.options(server), what)["end"], "delivered")
            envelopes = [envelope for envelope, _ in server.mails]
            self.assertEqual([part.split(" ")[1] for part in envelopes[0]["to"]],
                             ["TO:<a@x.example>", "TO:<b@x.example>"])
            self.assertTrue(envelopes[0]["from"].startswith("MAIL FROM:<v@x.example>"))
            first, reminder, end = (email.message_from_bytes(mail, policy=email.policy.default)
                                    for _, mail in server.mails)
        root = first["Message-ID"]
        self.assertIsNone(first["In-Reply-To"])
        for later in (reminder, end):
            self.assertEqual((later["In-Reply-To"], later["References"]), (root, root))
        self.assertEqual(len({str(mail["Message-ID"]) for mail in (first, reminder, end)}), 3)
        self.assertEqual(first["Subject"], "Carnets (Le Chat Perché)\u00a0: indisponible")
        self.assertIn("rétabli après 12", end["Subject"])
        self.assertEqual((first["Auto-Submitted"], first["List-Id"]), ("auto-generated", "vibrisse <alerts.x.example>"))
        self.assertEqual(first["List-Unsubscribe"], "<mailto:v@x.example?subject=unsubscribe>")
        self.assertEqual([part.get_content_type() for part in first.walk()],
                         ["multipart/alternative", "text/plain", "text/html"])
        self.assertEqual(first.defects, [])
        text = first.get_body(("plain",)).get_content()
        self.assertIn(f"«\u202f{HOSTILE}\u202f»", text)
        self.assertIn("https://exemple.example/fr/h/chat-perche/pad/", text)
        self.assertIn("&lt;!channel&gt;", first.get_body(("html",)).get_content())

    def test_a_repeat_has_the_same_id(self):
        with MailServer() as server, Courier() as courier:
            for _ in range(2):
                courier.send("mail", self.options(server), alert("recovery"))
            ids = {email.message_from_bytes(mail)["Message-ID"] for _, mail in server.mails}
            self.assertEqual((len(server.mails), len(ids)), (2, 1))

    def test_encryption_and_login(self):
        trusting = os.path.join(self.folder, "root.pem")
        good = os.path.join(self.folder, "good.pem")
        for implicit in (False, True):
            with self.subTest(implicit=implicit), MailServer(good, implicit) as server, \
                    Names({"good.test": "127.0.0.1"}) as names, \
                    Courier(ca_file=trusting, resolvers=[names.endpoint]) as courier:
                options = self.options(server, security="tls", username="vibrisse", password="p=1 é",
                                       server=f"smtp{'s' if implicit else ''}://good.test:{server.port}")
                receipt = courier.send("mail", options)
                self.assertEqual(receipt["end"], "delivered", receipt)
                self.assertTrue(server.mails[0][0]["secure"])
                self.assertEqual(server.logins, [[b"vibrisse", "p=1 é".encode()]])

    def test_without_encryption_nothing_is_said(self):
        """No STARTTLS offered, a certificate for another name, one of a stranger: neither login nor mail."""
        good = os.path.join(self.folder, "good.pem")
        for certificate, trusting, name in ((None, "root.pem", "good.test"), (good, "root.pem", "other.test"),
                                            (good, "self.pem", "good.test")):
            with self.subTest(certificate=certificate, trusting=trusting, name=name), \
                    MailServer(certificate) as server, Names({name: "127.0.0.1"}) as names, \
                    Courier(ca_file=os.path.join(self.folder, trusting), resolvers=[names.endpoint]) as courier:
                options = self.options(server, security="tls", username="u", password="p",
                                       server=f"smtp://{name}:{server.port}")
                self.assertEqual(courier.send("mail", options)["end"], "later")
                self.assertEqual((server.mails, server.logins), ([], []))

    def test_replies(self):
        for behave, end in (
                ({"MAIL": "451 try again"}, "later"), ({"MAIL": "550 not from you"}, "refused"),
                ({"RCPT": "550 no such user"}, "refused"), ({"RCPT": "450 greylisted"}, "later"),
                ({"END": "554 spam"}, "refused"), ({"END": "452 disk full"}, "later"), ({"END": None}, "later"),
                ({"DATA": None}, "later"), ({"EHLO": None}, "later"),
                ({"RCPT": lambda line: "550 gone" if "<a@" in line else ""}, "delivered")):
            with self.subTest(behave=behave), MailServer(**behave) as server, Courier() as courier:
                receipt = courier.send("mail", self.options(server))
                self.assertEqual(receipt["end"], end, receipt)
                self.assertEqual(len(server.mails), end == "delivered")

    def test_login_refused(self):
        with MailServer(os.path.join(self.folder, "good.pem"), True, AUTH="535 no") as server, \
                Names({"good.test": "127.0.0.1"}) as names, \
                Courier(ca_file=os.path.join(self.folder, "root.pem"), resolvers=[names.endpoint]) as courier:
            receipt = courier.send("mail", self.options(server, server=f"smtps://good.test:{server.port}", username="u",
                                                        password="secret-word", security="tls"))
            self.assertEqual(receipt["end"], "refused", receipt)
            self.assertNotIn("secret-word", json.dumps(receipt))

    def test_this_machines_program(self):
        told = os.path.join(self.folder, "sendmail-was-told")
        program = os.path.join(self.folder, "sendmail")
        with open(program, "w", encoding="ascii") as file:
            file.write(f'#!/bin/sh\nfor word; do echo "$word"; done >{told}.args\ncat >{told}\n')
        os.chmod(program, 0o755)
        with Courier() as courier:
            receipt = courier.send("mail", {"to": "a@x.example,b@x.example", "from": "v@x.example", "sendmail": program})
        self.assertEqual(receipt["end"], "delivered", receipt)
        with open(told + ".args", encoding="ascii") as file:
            self.assertEqual(file.read().split(), ["-i", "-f", "v@x.example", "--", "a@x.example", "b@x.example"])
        with open(told, "rb") as file:
            mail = file.read()
        self.assertNotIn(b"\r", mail)
        self.assertEqual(email.message_from_bytes(mail)["Message-ID"], "<outage-1.t@x.example>")


class Names:
    """A name server for A records, and for SRV where a list of (priority, port, host) is given; what it does not know does
    not exist."""

    def __init__(self, names):
        self.names, self.asked = names, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.endpoint = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                question, who = self.socket.recvfrom(2048)
            except OSError:
                return
            if not question:
                return
            self.asked += 1
            self.socket.sendto(self.answer(question), who)

    def answer(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += 1 + question[at]
        end = at + 5
        kind = struct.unpack(">H", question[at + 1:at + 3])[0]
        known = self.names.get(".".join(labels).lower())
        answers = []
        if kind == 1 and isinstance(known, str):
            answers = [socket.inet_aton(known)]
        elif kind == 33 and isinstance(known, list):
            answers = [struct.pack(">HHH", priority, 0, port) + b"".join(
                bytes([len(label)]) + label.encode() for label in host.split(".")) + b"\0" * bool(host)
                for priority, port, host in known]
        records = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data for data in answers)
        code = 0 if known else 3
        return (question[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(answers), 0, 0) + question[12:end] +
                records)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class DeadResolver(unittest.TestCase):
    def dead(self):
        """Where nobody listens."""
        closed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(closed.close)
        closed.bind(("127.0.0.1", 0))
        endpoint = f"127.0.0.1:{closed.getsockname()[1]}"
        closed.close()
        return endpoint

    def test_the_second_resolver_knows(self):
        with Receiver() as receiver, Names({"hook.test": "127.0.0.1"}) as names, \
                Courier(resolvers=[self.dead()], second=[names.endpoint]) as courier:
            url = f"http://hook.test:{receiver.server.server_port}/"
            self.assertEqual(courier.send("webhook", {"url": url, "secret": SECRET})["end"], "delivered")
            self.assertEqual(receiver.got[0][2]["Host"], f"hook.test:{receiver.server.server_port}")

    def test_the_relay_has_a_fixed_address(self):
        with MailServer() as server, Courier(resolvers=[self.dead()], second=[self.dead()]) as courier:
            options = {"to": "a@x.example", "from": "v@x.example", "security": "none",
                       "server": f"smtp://relay.test:{server.port}"}
            receipt = courier.send("mail", options)
            self.assertEqual(receipt["end"], "later", receipt)
            receipt = courier.send("mail", {**options, "fallback-address": "127.0.0.1"})
            self.assertEqual(receipt["end"], "delivered", receipt)

    def test_a_name_that_leads_inside_is_refused(self):
        with Receiver() as receiver, Names({"hook.test": "127.0.0.1"}) as names, \
                Courier(allow=[], resolvers=[names.endpoint]) as courier:
            url = f"http://hook.test:{receiver.server.server_port}/"
            receipt = courier.send("webhook", {"url": url, "secret": SECRET})
            self.assertIn("our own rules", receipt["detail"])
            self.assertEqual(receiver.got, [])


class Referrals(unittest.TestCase):
    """Where an account's XMPP server is: as its domain says by SRV. What it speaks has tests with a real one."""
    OPTIONS = {"jid": "v@x.test", "password": "p", "to": "me@x.test"}

    def send(self, names, dead=None):
        """The receipt, and what the server heard first from each that came, before it hung up. Its port stands for None."""
        heard = []
        with socket.create_server(("127.0.0.1", 0)) as server:
            def listen():
                with contextlib.suppress(OSError):
                    while True:
                        with server.accept()[0] as guest:
                            heard.append(guest.recv(4096))

            threading.Thread(target=listen, daemon=True).start()
            port = server.getsockname()[1]
            servers = {name: [(row[0], row[1] or port, row[2]) for row in value] if isinstance(value, list) else value
                       for name, value in names.items()}
            with Names(servers) as known:
                resolvers = {"resolvers": [dead], "second": [known.endpoint]} if dead else {"resolvers": [known.endpoint]}
                with Courier(**resolvers) as courier:
                    receipt = courier.send("xmpp", self.OPTIONS)
            server.shutdown(socket.SHUT_RDWR)
        return receipt["end"], receipt["detail"], b"".join(heard)

    def test_the_preferred_server(self):
        _, _, heard = self.send({"_xmpp-client._tcp.x.test": [(10, 1, "old.test"), (5, None, "talk.test")],
                                 "old.test": "127.0.0.1", "talk.test": "127.0.0.1"})
        self.assertRegex(heard.decode(), "<stream:stream [^>]*to=[\"']x.test[\"']")

    def test_one_without_an_address_is_passed_over(self):
        _, _, heard = self.send({"_xmpp-client._tcp.x.test": [(1, 1, "gone.test"), (5, None, "talk.test")],
                                 "talk.test": "127.0.0.1"})
        self.assertIn(b"stream", heard)

    def test_the_next_one_when_one_does_not_connect(self):
        _, _, heard = self.send({"_xmpp-client._tcp.x.test": [(1, 1, "talk.test"), (5, None, "talk.test")],
                                 "talk.test": "127.0.0.1"})
        self.assertIn(b"stream", heard)

    def test_the_next_one_when_one_hangs_up(self):
        _, _, heard = self.send({"_xmpp-client._tcp.x.test": [(1, None, "talk.test"), (5, None, "again.test")],
                                 "talk.test": "127.0.0.1", "again.test": "127.0.0.1"})
        self.assertEqual(heard.count(b"<stream:stream"), 2)

    def test_tls_at_once(self):
        """Servers of both kinds are one list: the preferred one does not connect, the next is asked for its domain by SNI."""
        _, _, heard = self.send({"_xmpp-client._tcp.x.test": [(1, 1, "talk.test"), (20, 1, "talk.test")],
                                 "_xmpps-client._tcp.x.test": [(5, None, "talk.test")], "talk.test": "127.0.0.1"})
        self.assertTrue(heard.startswith(b"\x16\x03") and b"x.test" in heard, heard)

    def test_tls_at_once_alone(self):
        _, _, heard = self.send({"_xmpp-client._tcp.x.test": [(0, 5222, "")], "talk.test": "127.0.0.1",
                                 "_xmpps-client._tcp.x.test": [(5, None, "talk.test")]})
        self.assertTrue(heard.startswith(b"\x16\x03"), heard)

    def test_the_second_resolver_knows(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
            closed.bind(("127.0.0.1", 0))
            dead = f"127.0.0.1:{closed.getsockname()[1]}"
        _, _, heard = self.send({"_xmpp-client._tcp.x.test": [(1, None, "talk.test")], "talk.test": "127.0.0.1"}, dead)
        self.assertIn(b"stream", heard)

    def test_it_has_none(self):
        self.assertEqual(self.send({"_xmpp-client._tcp.x.test": [(0, 5222, "")]}),
                         ("later", "its domain says that it has no such server", b""))
        end, detail, _ = self.send({"_xmpps-client._tcp.x.test": [(0, 5223, "")]})  # of the other kind it says nothing
        self.assertEqual((end, detail.split(":")[0]), ("later", "x.test"))

    def test_nothing_is_said(self):
        end, detail, _ = self.send({})
        self.assertEqual((end, detail.split(":")[0]), ("later", "x.test"))


class Programs(unittest.TestCase):
    def test_what_it_reads(self):
        with tempfile.TemporaryDirectory() as folder, Courier() as courier:
            out = os.path.join(folder, "out")
            receipt = courier.send("command", {"command": f"/usr/bin/tee '{out}' /dev/null"})
            self.assertEqual(receipt["end"], "delivered", receipt)
            with open(out, encoding="utf-8") as file:
                first, rest = file.read().split("\n", 1)
            self.assertEqual(json.loads(first)["id"], alert()["id"])
            self.assertTrue(rest.startswith("Carnets (Le Chat Perché)\u00a0: indisponible\n"))

    def test_no_shell(self):
        with tempfile.TemporaryDirectory() as folder, Courier() as courier:
            planted = os.path.join(folder, "planted")
            courier.send("command", {"command": f"/bin/echo $(touch {planted}) ; touch {planted}"})
            self.assertFalse(os.path.exists(planted))

    def test_exit_status(self):
        for script, end in (("exit 0", "delivered"), ("exit 75", "later"), ("exit 1", "later"), ("exit 67", "refused"),
                            ("kill -9 $$", "later"), ("exec /nonexistent", "refused")):
            with self.subTest(script), Courier() as courier:
                self.assertEqual(courier.send("command", {"command": f"/bin/sh -c '{script}'"})["end"], end)
        with Courier() as courier:
            receipt = courier.send("command", {"command": "/nonexistent"})
            self.assertEqual(receipt["end"], "later", receipt)


class Process(unittest.TestCase):
    def test_nonsense_is_passed_over(self):
        with Receiver() as receiver, Courier() as courier:
            for line in ("", "{}", "nonsense", "[1]", '{"errand":"fly"}', '{"errand":"carry","target":1}',
                         '{"v":1,"errand":"carry","target":"t","channel":"ntfy","options":{},"alert":{}}',
                         '{"v":1,"errand":"rules","allow":[1]}', "x" * 400000):
                courier.raw(line + "\n")
            self.assertEqual(courier.send("webhook", {"url": receiver.url, "secret": SECRET})["end"], "delivered")
            said = courier.close()
        self.assertIn("the line is too long", said)

    def test_bad_options_are_refused(self):
        with Courier() as courier:
            for channel, options in (("fax", {}), ("ntfy", {}), ("webhook", {"url": "http://x/", "secret": "short"}),
                                     ("ntfy", {"url": "ftp://127.0.0.1/", "topic": "t"})):
                self.assertEqual(courier.send(channel, options)["end"], "refused")

    def test_new_rules(self):
        with Receiver() as receiver, Courier(allow=[]) as courier:
            options = {"url": receiver.url, "secret": SECRET}
            self.assertEqual(courier.send("webhook", options)["end"], "later")
            courier.rules()
            self.assertEqual(courier.send("webhook", options)["end"], "delivered")
            courier.rules(allow=["nonsense"])
            self.assertEqual(courier.send("webhook", options)["end"], "later")
            courier.rules()
            self.assertEqual(courier.send("webhook", options)["end"], "delivered")

    def test_what_is_under_way_comes_to_its_end(self):
        def late(handler):
            time.sleep(2)
            reply(handler, 200)

        with Receiver(late) as receiver:
            courier = Courier()
            courier.carry("webhook", {"url": receiver.url, "secret": SECRET})
            while not receiver.got:
                time.sleep(0.01)
            self.assertIn('"end":"delivered"', courier.close())

    def test_many_at_once(self):
        with Receiver() as receiver, Courier() as courier:
            sender = threading.Thread(target=lambda: [
                courier.carry("webhook", {"url": receiver.url, "secret": SECRET}, alert(number=i)) for i in range(300)])
            sender.start()
            ids = {courier.receipt()["id"] for _ in range(300)}
            sender.join()
            self.assertEqual((len(ids), len(receiver.got)), (300, 300))

    def test_receiver_dies_and_returns(self):
        with Receiver() as receiver, Courier() as courier:
            options = {"url": receiver.url, "secret": SECRET}
            port = receiver.server.server_port
            receiver.server.shutdown()
            receiver.server.server_close()
            self.assertEqual(courier.send("webhook", options)["end"], "later")
            receiver.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), receiver.server.RequestHandlerClass)
            threading.Thread(target=receiver.server.serve_forever, daemon=True).start()
            self.assertEqual(courier.send("webhook", options)["end"], "delivered")
            self.assertEqual(len(receiver.got), 1)


class Command(unittest.TestCase):
    """vibrisse alert test TARGET -c FILE"""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="vibrisse-alert-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.secret = os.path.join(self.folder, "secret")
        with open(self.secret, "w", encoding="ascii") as file:
            file.write(SECRET + "\n")

    def write(self, targets, rest="  allow: [127.0.0.0/8]\n"):
        path = os.path.join(self.folder, "vibrisse.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("collective: {name: C, languages: [fr], timezone: Europe/Paris, "
                       "address: \"https://exemple.example/\"}\nvantage: {name: paris}\n"
                       "hosters: [{hoster: h, services: [{id: s, url: \"https://x.example/\"}]}]\n"
                       f"alerts:\n{rest}  targets:\n{targets}")
        return path

    def call(self, *words, **variables):
        return subprocess.run([VIBRISSE, *words], capture_output=True, text=True, timeout=100,
                              env={**os.environ, **variables})

    def test_it_arrives(self):
        with Receiver() as receiver:
            path = self.write(f"    - {{name: hook, channel: webhook, url: \"{receiver.url}/\", "
                              f"secret: {{file: {self.secret}}}}}\n"
                              f"    - {{name: push, channel: gotify, url: \"{receiver.url}/\", language: en, "
                              "token: {env: GOTIFY}}\n")
            done = self.call("alert", "test", "hook", "-c", path, GOTIFY="A1")
            self.assertEqual((done.returncode, done.stdout), (0, "hook (webhook): the receiver took the message\n"))
            done = self.call("alert", "test", "push", "-c", path, GOTIFY="A1")
            self.assertEqual(done.returncode, 0, done.stderr)
            (_, _, headers, body), (_, _, gotify, push) = receiver.got
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            self.assertEqual(headers["webhook-signature"],
                             "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode())
            self.assertEqual(json.loads(body)["data"]["title"], "Essai\u00a0: les alertes arrivent ici")
            self.assertIn("(UTC+", json.loads(body)["data"]["text"])
            self.assertEqual(gotify["X-Gotify-Key"], "A1")
            self.assertEqual(json.loads(push)["title"], "Test: alerts arrive here")

    def test_it_does_not(self):
        with Receiver(lambda handler: reply(handler, 403, b"no")) as receiver:
            path = self.write(f"    - {{name: n, channel: ntfy, url: \"{receiver.url}\", topic: t}}\n")
            done = self.call("alert", "test", "n", "-c", path)
            self.assertEqual((done.returncode, done.stdout), (1, "n (ntfy): refused: status 403: no\n"))
            self.assertEqual(self.call("alert", "test", "m", "-c", path).returncode, 2)
            self.assertEqual(self.call("alert", "test", "-c", path).returncode, 2)
            self.assertEqual(self.call("alert", "fly", "n", "-c", path).returncode, 2)

    def test_secrets_are_not_shown(self):
        path = self.write("    - {name: here, channel: gotify, url: \"https://g.example/\", token: in-clear-1}\n"
                          f"    - {{name: there, channel: gotify, url: \"https://g.example/\", "
                          f"token: {{file: {self.secret}}}}}\n"
                          "    - {name: env, channel: slack, url: {env: SLACK}}\n")
        done = self.call("check-config", "--print", "-c", path, SLACK="https://hooks.example/in-clear-2")
        self.assertEqual(done.returncode, 0, done.stderr)
        for secret in ("in-clear-1", "in-clear-2", SECRET):
            self.assertNotIn(secret, done.stdout + done.stderr)
        self.assertIn(f"token: {{file: {self.secret}}}", done.stdout)
        self.assertIn("url: {env: SLACK}", done.stdout)
        self.assertIn("is a secret and stands here", self.call("check-config", "-c", path,
                                                               SLACK="https://hooks.example/").stderr)

    def test_faults_of_the_configuration(self):
        for target, says in (
                ("{name: a, channel: ntfi}", "there is no channel \"ntfi\", did you mean ntfy?"),
                ("{name: a, channel: ntfy, url: \"https://n.example\"}", "needs the option \"topic\""),
                ("{name: a, channel: ntfy, url: \"https://n.example\", topik: t}", "did you mean \"topic\"?"),
                ("{name: a, channel: slack, url: {file: relative}}", "the path from the root on"),
                ("{name: a, channel: slack, url: {file: /nonexistent/x}}", "/nonexistent/x"),
                ("{name: a, channel: slack, url: {env: NOT_THERE_1}}", "the environment has no NOT_THERE_1"),
                ("{channel: slack, url: \"https://s.example/\"}", "needs the key \"name\""),
                ("{name: a, channel: mail, to: [tech], from: v@x.example}", "no mail address"),
                ("{name: a, channel: ntfy, url: \"ftp://n.example\", topic: t}", "must begin with https://")):
            with self.subTest(target):
                done = self.call("check-config", "-c", self.write(f"    - {target}\n"))
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn(says, done.stderr)
        both = "    - {name: a, channel: ntfy, url: \"https://n.example\", topic: t}\n" * 2
        self.assertIn("another target has the name", self.call("check-config", "-c", self.write(both)).stderr)

    def test_templates(self):
        folder = os.path.join(self.folder, "templates")
        target = "    - {name: hook, channel: webhook, url: \"URL/\", language: fr, secret: \"" + SECRET + "\"}\n"
        os.mkdir(folder)

        def put(name, text):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)

        def write(url):
            return self.write(target.replace("URL", url), f"  allow: [127.0.0.0/8]\n  templates: {folder}\n")

        with Receiver() as receiver:
            put("test.fr.txt", "Coucou de {target}\n\nRien de grave, {time}.\n\n{link}\n")
            put("test.fr.txt~", "an editor's")
            path = write(receiver.url)
            done = self.call("alert", "test", "hook", "-c", path)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            data = json.loads(receiver.got[0][3])["data"]
            self.assertEqual(data["title"], "Coucou de hook")
            self.assertTrue(data["text"].startswith("Rien de grave, "), data["text"])
            self.assertIn("https://exemple.example/", data["text"])
            self.assertIn(f"templates: {folder}", self.call("check-config", "--print", "-c", path).stdout)
        for name, text, says in (
                ("down.fr.txt", "A {sevice}\n{link}\n", "down.fr.txt: line 1: nothing has the name {sevice}, did you mean"),
                ("down.txt", "A\n{link}\n", "down.txt: a language that messages are written in must stand before .txt"),
                ("down.fr.txt", "A\n", "down.fr.txt: {link} must stand on one line of its own"),
                ("down.fr.txt", "A\n" * 3000, "down.fr.txt")):
            with self.subTest(name=name, says=says):
                put(name, text)
                done = self.call("check-config", "-c", path)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn(says, done.stderr)
                os.remove(os.path.join(folder, name))
        shutil.rmtree(folder)
        self.assertIn("cannot be read", self.call("check-config", "-c", path).stderr)

    def test_builtin_templates_are_a_start(self):
        path = self.write("    - {name: s, channel: slack, url: \"https://s.example/\"}\n")
        listed = self.call("alert", "templates", "-c", path).stdout
        names = [line.strip() for line in listed.splitlines() if line.endswith(".txt")]
        self.assertIn("down.fr.txt", names)
        self.assertIn("  {acknowledge}", listed)
        folder = os.path.join(self.folder, "start")
        os.mkdir(folder)
        for name in names:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(self.call("alert", "templates", name, "-c", path).stdout)
        for one in (folder, os.path.join(SOURCE, "etc", "templates")):
            path = self.write("    - {name: s, channel: slack, url: \"https://s.example/\"}\n", f"  templates: {one}\n")
            done = self.call("check-config", "-c", path)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.call("alert", "templates", "fax.fr.txt", "-c", path).returncode, 2)


if __name__ == "__main__":
    unittest.main()
