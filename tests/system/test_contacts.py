"""The contact that a register names: asked once, told nothing before its owner says yes, and nothing after they say no;
through restarts, crawls, and another address in the file."""
import contextlib
import email
import email.policy
import http.server
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import threading
import time
import unittest

import together
from lab import Lab, wait_for
from test_channels import MailServer, Names

PAD = "alpha/pad"
PLACE = "https://statut.example"

FEDERATION = """file.class = federation
file.protocol = ChatonsInfos-0.5
federation.name = Essai
subs.alpha = {base}/alpha.properties
"""
ORGANIZATION = """file.class = organization
file.protocol = ChatonsInfos-0.5
organization.name = Alpha
organization.contact.email = {contact}
organization.status.level = ACTIVE
subs.pad = {base}/pad.properties
"""
SERVICE = """file.class = service
file.protocol = ChatonsInfos-0.5
service.name = Pad
service.website = {website}
service.status.level = OK
"""


class Register:
    """The files of a federation with one member."""

    def __init__(self, website):
        register = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                text = register.files().get(self.path)
                body = (text or "").encode()
                self.send_response(200 if text else 404)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.website, self.contact = website, "tech@alpha.example"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://alpha.example:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def files(self):
        return {name: text.format(base=self.base, website=self.website, contact=self.contact)
                for name, text in (("/federation.properties", FEDERATION), ("/alpha.properties", ORGANIZATION),
                                   ("/pad.properties", SERVICE))}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Contacts(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.pad = self.lab.web()
        self.names = Names({"alpha.example": "127.0.0.1"})
        self.addCleanup(self.names.__exit__)
        self.register = Register(f"http://alpha.example:{self.pad.port}/")
        self.addCleanup(self.register.stop)
        self.relay = MailServer()
        self.addCleanup(self.relay.__exit__)
        self.configure()

    def configure(self, alerts="contacts: yes", more=""):
        self.lab.write("vibrisse.yaml", "\n".join([
            f"collective: {{name: Essai, languages: [fr, en], timezone: Europe/Paris, address: \"{PLACE}\"}}",
            f"data: {self.lab.data}", f"site: {self.lab.site}", f"listen: {self.lab.listen}",
            "vantage: {name: essai}",
            "defaults: {interval: 1s, timeout: 1s, slow: 0s, recheck: [1s, 2s]}",
            f'network: {{allow: ["127.0.0.0/8"], resolvers: ["{self.names.endpoint}"]}}',
            f'register: [{{chatonsinfos: "{self.register.base}/federation.properties"}}]',
            f"alerts: {{{alerts}, allow: [127.0.0.0/8], mail: {{from: vibrisse@essai.example, "
            f'server: "smtp://127.0.0.1:{self.relay.port}", security: none}}}}', more]) + "\n")

    def start(self, state="up"):
        self.lab.start()
        self.wait_state(state)

    def wait_state(self, state):
        wait_for(f"{PAD} is {state}", lambda: self.lab.state(PAD) == state, 90)

    def mails(self):
        return [(envelope["to"][0], email.message_from_bytes(data, policy=email.policy.SMTP))
                for envelope, data in self.relay.mails]

    def wait_mail(self, count):
        """The newest, of so many."""
        wait_for(f"{count} mails", lambda: len(self.relay.mails) >= count, 90)
        self.assertEqual(len(self.relay.mails), count)
        return self.mails()[-1][1]

    def command(self, *args, status=0):
        done = self.lab.run("alert", "consent", "-c", self.lab.config, *args)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def contacts(self):
        return json.loads(self.command("list", "--json"))["contacts"]

    def take(self, word, token):
        """What the form on the site asks of the monitor, by its socket."""
        request = {"action": "consent", "word": word, "token": token, "language": "fr"}
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(os.path.join(self.lab.data, "control"))
            connection.sendall(b"alert " + json.dumps(request).encode() + b"\n")
            answer = b""
            while got := connection.recv(65536):
                answer += got
        return json.loads(answer)

    def crawl(self):
        crawls = self.lab.said().count("the registers were read")
        self.lab.monitor.send_signal(signal.SIGHUP)
        wait_for("a crawl", lambda: self.lab.said().count("the registers were read") > crawls)

    @staticmethod
    def token_of(mail):
        [link] = re.findall(r"<(https://[^>]*)>", mail["List-Unsubscribe"])
        assert link.startswith(PLACE + "/fr/alerts/?token="), link
        return link.split("=", 1)[1]

    @staticmethod
    def text_of(mail):
        return mail.get_body(("plain",)).get_content()

    def question(self):
        """Of the first mail: the token that says yes."""
        mail = self.wait_mail(1)
        tokens = re.findall(re.escape(PLACE) + r"/fr/alerts/\?token=(\S+)", self.text_of(mail))
        self.assertEqual(len(tokens), 2)  # yes, and no
        self.assertEqual(tokens[1], self.token_of(mail))
        return tokens[0]


class Life(Contacts):
    def test_asked_told_stopped(self):
        self.start()
        token = self.question()
        [(to, mail)] = self.mails()
        self.assertIn("<tech@alpha.example>", to)
        self.assertEqual(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertEqual(mail["Subject"], "Pouvons-nous vous écrire quand un service tombe en panne\u202f?")
        self.assertIn("Alpha", self.text_of(mail))
        self.check_nothing_told()
        self.check_confirm(token)
        self.check_stop(token)
        self.check_ledger()

    def check_nothing_told(self):
        """An outage and its end, a restart in between, a crawl, and the question is the only mail."""
        self.pad.stop()
        self.wait_state("down")
        self.assertEqual(self.lab.stop(), 0)
        self.start("down")
        self.crawl()
        self.pad.start()
        self.wait_state("up")
        self.crawl()
        time.sleep(3)
        self.assertEqual(len(self.relay.mails), 1)
        [contact] = self.contacts()
        self.assertEqual((contact["hoster"], contact["state"], contact["address"]), ("alpha", "asked", "t…@alpha.example"))
        self.assertIn("alpha: t…@alpha.example: asked, no answer yet, since ", self.command("list"))

    def check_confirm(self, token):
        self.assertEqual(self.take("look", "c" + token[1:-1] + ("A" if token[-1] != "A" else "B")), {"outcome": "void"})
        self.assertEqual(self.take("look", "nonsense"), {"outcome": "void"})
        looked = self.take("look", token)
        self.assertEqual((looked["state"], looked["changed"], looked["may_confirm"]), ("asked", False, True))
        said = self.take("confirm", token)
        self.assertEqual(said, {"outcome": "is", "state": "given", "changed": True, "may_confirm": True,
                                "address": "t…@alpha.example", "hoster": "alpha", "name": "Alpha"})
        self.pad.stop()
        mail = self.wait_mail(2)
        self.assertIn("indisponible", mail["Subject"])
        self.assertIn("Pour ne plus rien recevoir de nous", self.text_of(mail))
        self.assertEqual(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.stop_token = self.token_of(mail)
        self.assertNotEqual(self.stop_token, token)
        self.pad.start()
        self.assertIn("rétabli", self.wait_mail(3)["Subject"])
        self.wait_state("up")

    def check_stop(self, token):
        self.assertEqual(self.take("stop", self.stop_token)["state"], "stopped")
        self.lab.monitor.kill()  # what was answered is on disk
        self.lab.monitor.wait()
        self.lab.log.close()
        self.start()
        self.pad.stop()
        self.wait_state("down")
        self.crawl()
        time.sleep(3)
        self.assertEqual(len(self.relay.mails), 3)
        self.assertEqual(self.take("confirm", token)["state"], "given")
        self.assertIn("indisponible", self.wait_mail(4)["Subject"])
        self.assertIn("tech@alpha.example: gets nothing any more", self.command("stop", "tech@alpha.example"))
        self.pad.start()
        self.wait_state("up")
        time.sleep(3)
        self.assertEqual(len(self.relay.mails), 4)

    def check_ledger(self):
        """Append-only, and without any address; the key is its owner's alone."""
        self.assertEqual(self.lab.stop(), 0)
        path = os.path.join(self.lab.data, "ledger.sqlite")
        with contextlib.closing(sqlite3.connect(path)) as ledger:
            self.assertEqual(ledger.execute("select step, by, hoster from consent order by seq").fetchall(),
                             [("asked", "monitor", "alpha"), ("confirmed", "link", "alpha"), ("stopped", "link", "alpha"),
                              ("confirmed", "link", "alpha"), ("stopped", "operator", "alpha")])
            with self.assertRaises(sqlite3.DatabaseError):
                ledger.execute("update consent set step = 'confirmed'")
            dump = "\n".join(ledger.iterdump())
        self.assertNotIn("tech@", dump)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.lab.data, "consent.key")).st_mode), 0o600)
        verified = self.lab.run("verify", "-c", self.lab.config)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


class Others(Contacts):
    def test_another_address_is_asked_anew(self):
        self.start()
        token = self.question()
        self.assertEqual(self.take("confirm", token)["state"], "given")
        self.register.contact = "neuve@alpha.example"
        self.crawl()
        self.assertIn("<neuve@alpha.example>", (self.wait_mail(2), self.mails())[1][1][0])
        self.assertEqual(self.take("look", token), {"outcome": "void"})
        self.pad.stop()
        self.wait_state("down")
        time.sleep(3)
        self.assertEqual(len(self.relay.mails), 2)

    def test_configured_alerts_win(self):
        self.configure(more="hosters: [{hoster: alpha, alerts: [{mail: garde@alpha.example}]}]")
        self.start()
        self.pad.stop()
        mail = self.wait_mail(1)
        self.assertIn("<garde@alpha.example>", self.mails()[0][0])
        self.assertIn("indisponible", mail["Subject"])
        self.assertNotIn("Pour ne plus rien recevoir", self.text_of(mail))
        self.assertEqual(self.contacts(), [])

    def test_not_switched_on(self):
        self.configure(alerts="contacts: no")
        self.start()
        self.pad.stop()
        self.wait_state("down")
        time.sleep(3)
        self.assertEqual((self.relay.mails, self.contacts()), ([], []))
        self.assertIn("no contact is asked", self.command("list"))
        self.assertFalse(os.path.exists(os.path.join(self.lab.data, "consent.key")))

    def test_without_a_monitor(self):
        """An operator's word is taken in any case; who never was asked need not be, then."""
        self.assertIn("consent takes list, confirm ADDRESS or stop ADDRESS", self.command(status=2))
        self.assertIn("has no 'yes'", self.command("yes", status=2))
        self.assertIn("is no mail address", self.command("stop", "alpha", status=2))
        self.start()
        self.question()
        self.lab.stop()
        self.assertIn("no hoster has the contact", self.command("confirm", "nobody@alpha.example", status=1))
        self.assertIn("is told of its services", self.command("confirm", "TECH@alpha.example"))
        self.start()
        self.assertEqual(self.contacts()[0]["state"], "given")
        self.pad.stop()
        self.wait_mail(2)


if __name__ == "__main__":
    together.main()
