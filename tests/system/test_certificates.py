"""The certificate of a running server is replaced: what the ledger and the page say of it."""
import http.server
import json
import os
import sqlite3
import ssl
import subprocess
import threading
import unittest

from lab import Lab, wait_for

PAD, PAGE = "chat-perche/pad", "/fr/h/chat-perche/pad/"


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


class Authorities:
    """Two of them, and servers' certificates from them, all in one folder."""

    def __init__(self, folder):
        self.folder = folder
        for name in "old", "new":
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "999",
                    "-subj", f"/O=Autorité/CN={name}", "-utf8", "-keyout", self.path(f"{name}.key"),
                    "-out", self.path(f"{name}.pem"))
        with open(self.path("both.pem"), "wb") as both:
            for name in "old", "new":
                with open(self.path(f"{name}.pem"), "rb") as one:
                    both.write(one.read())

    def path(self, name):
        return os.path.join(self.folder, name)

    def issue(self, name, authority, days, key):
        """NAME.pem for 127.0.0.1; KEY.key is made when it is missing."""
        if not os.path.exists(self.path(f"{key}.key")):
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path(f"{key}.key"))
        openssl("req", "-x509", "-new", "-key", self.path(f"{key}.key"), "-CA", self.path(f"{authority}.pem"),
                "-CAkey", self.path(f"{authority}.key"), "-days", str(days), "-subj", "/CN=pad.test",
                "-addext", "subjectAltName=DNS:pad.test,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
                "-out", self.path(f"{name}.pem"))
        return self.path(f"{name}.pem"), self.path(f"{key}.key")


class SecureWeb:
    """Answers over TLS, with the certificate that was loaded last."""

    def __init__(self, certificate):
        web = self
        self.answers = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                web.answers += 1
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass

        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.show(certificate)
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = self.context.wrap_socket(self.server.socket, server_side=True,
                                                      do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, certificate):
        self.context.load_cert_chain(*certificate)

    def wait_for_visits(self):
        """Of which the last began after this call."""
        before = self.answers
        wait_for("two more visits", lambda: self.answers >= before + 2)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Certificates(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.authorities = Authorities(self.lab.folder)
        self.web = SecureWeb(self.authorities.issue("first", "old", 60, "one"))
        self.addCleanup(self.web.stop)
        self.lab.configure({"pad": self.web.url}, interval="4s",
                           network=f"ca-file: {self.authorities.path('both.pem')}")

    def events(self):
        """(subject, details) of every change, read by another program than ours."""
        with sqlite3.connect(f"file:{self.lab.data}/ledger.sqlite?mode=ro", uri=True) as ledger:
            rows = ledger.execute("select name, canonical, event.before, at from event join leaf using (seq)"
                                  " join subject on subject.id = event.subject"
                                  " where kind = 'certificate' order by seq").fetchall()
        for _, _, before, at in rows:
            self.assertLess(before, at + 1)
        return [(name, json.loads(canonical)["detail"]) for name, canonical, _, _ in rows]

    def change(self, certificate, count):
        self.web.show(certificate)
        wait_for(f"{count} changes are in the ledger", lambda: len(self.events()) == count)
        return self.events()[-1]

    def fingerprint(self, name):
        done = subprocess.run(["openssl", "x509", "-in", self.authorities.path(f"{name}.pem"), "-noout", "-fingerprint",
                               "-sha256"], check=True, capture_output=True, text=True)
        return done.stdout.split("=")[1].strip().replace(":", "").lower()

    def test_changes(self):
        self.lab.start()
        wait_for("pad is up", lambda: self.lab.state(PAD) == "up")
        wait_for("its page knows the certificate", lambda: "vu pour la première fois" in self.lab.page(PAGE))
        (subject, first), = self.events()
        self.assertEqual(subject.rsplit("/", 1)[0], PAD)
        self.assertEqual(list(first), ["now"])
        self.assertEqual(first["now"]["sha256"], self.fingerprint("first"))
        self.assertEqual(first["now"]["names"], "pad.test, 127.0.0.1")

        subject, renewal = self.change(self.authorities.issue("second", "old", 90, "one"), 2)
        self.assertEqual(renewal["changed"], ["certificate"])
        self.assertEqual(renewal["before"], first["now"])
        self.assertEqual(renewal["now"]["sha256"], self.fingerprint("second"))
        wait_for("the page tells of the renewal", lambda: "renouvelé 59" in self.lab.page(PAGE))
        self.assertIn("Même émetteur. Même clé.", self.lab.page(PAGE))

        subject, move = self.change(self.authorities.issue("third", "new", 90, "two"), 3)
        self.assertEqual(move["changed"], ["certificate", "issuer", "key"])
        wait_for("the page tells of the move",
                 lambda: "Autorité (new), et non plus Autorité (old). Nouvelle clé." in self.lab.page(PAGE))

        # The last one but one again is nothing new, nor is anything after a restart.
        self.web.show((self.authorities.path("second.pem"), self.authorities.path("one.key")))
        self.web.wait_for_visits()
        self.assertEqual(self.lab.stop(), 0)
        self.web.show((self.authorities.path("third.pem"), self.authorities.path("two.key")))
        self.lab.start()
        self.web.wait_for_visits()
        self.assertEqual(self.lab.stop(), 0)
        self.assertEqual(len(self.events()), 3)
        done = self.lab.run("verify", "-c", self.lab.config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_without_tls(self):
        web = self.lab.web()
        self.lab.configure({"pad": web.url})
        self.lab.run("run", "-c", self.lab.config, "--once", check=True)
        with open(f"{self.lab.site}{PAGE}index.html", encoding="utf-8") as page:
            self.assertNotIn('id="cert-h"', page.read())
        self.assertEqual(self.events(), [])


if __name__ == "__main__":
    unittest.main()
