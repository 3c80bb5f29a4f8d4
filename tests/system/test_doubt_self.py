"""Is it us? A dead resolver, a clock that jumps and a process that stands still are nobody's outage."""
import contextlib
import glob
import http.server
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import threading
import time
import unittest

import together
from doubts import INTERVAL, Doubt
from lab import wait_for

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")


class Names:
    """A name server on loopback: every name under .example is 127.0.0.1, while it answers."""

    def __init__(self):
        self.answering, self.failing, self.broken = True, False, set()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.server = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                question, sender = self.socket.recvfrom(512)
                if self.answering:
                    self.socket.sendto(self.answer(question), sender)

    def answer(self, question):
        end, labels = 12, []
        while question[end]:
            labels.append(question[end + 1:end + 1 + question[end]].decode())
            end += question[end] + 1
        kind = struct.unpack(">H", question[end + 1:end + 3])[0]
        head, asked = question[:2], question[12:end + 5]
        if self.failing or ".".join(labels) in self.broken:
            return head + struct.pack(">HHHHH", 0x8182, 1, 0, 0, 0) + asked
        if kind != 1:
            return head + struct.pack(">HHHHH", 0x8180, 1, 0, 0, 0) + asked
        return (head + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0) + asked
                + b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton("127.0.0.1"))

    def close(self):
        self.socket.close()


class Resolver(Doubt):
    def setUp(self):
        super().setUp()
        self.names = Names()
        self.addCleanup(self.names.close)

    def configure_names(self, hosters, sentinels=()):
        """Each hoster and each sentinel has a domain of its own."""
        port = self.lab.web().port
        self.configure({f"h{i}/s": f"http://pad.d{i}.example:{port}/" for i in range(hosters)},
                       [f"http://pad.{name}.example:{port}/" for name in sentinels],
                       network=f'resolvers: ["{self.names.server}"]')

    def check_dead(self, **state):
        self.start()
        for name, value in state.items():
            setattr(self.names, name, value)
        wait_for("our resolver is dead", lambda: self.senses()["resolver"] == "blind", seconds=120)
        wait_for("results say so", lambda: self.all_lines_say("self"), seconds=120)
        self.keep_it_so(3)
        for name, value in state.items():
            setattr(self.names, name, not value)
        self.assertIn("resolver blind: our resolver answers for nobody", self.end("resolver"))

    def test_silent(self):
        self.configure_names(2)
        self.check_dead(answering=False)

    def test_failing(self):
        self.configure_names(2)
        self.check_dead(failing=True)

    def test_one_hoster(self):
        """The sentinels' names tell."""
        self.configure_names(1, ["a", "b", "c"])
        self.check_dead(failing=True)

    def test_one_name_fails(self):
        """Of one hoster alone: that is his outage."""
        self.configure_names(3)
        self.start()
        self.names.broken.add("pad.d1.example")
        wait_for("it is down", lambda: self.lab.state("h1/s") == "down")
        self.assertEqual(self.lines("h1/s")["ipv4"][1], "dns_servfail")
        self.assertEqual(self.lab.state("h0/s"), "up")


class Process(Doubt):
    def test_frozen(self):
        """For longer than two intervals, with attempts under way."""
        services = [self.lab.web() for _ in range(3)]
        self.configure({f"h{i}/s": web.url for i, web in enumerate(services)})
        self.start()
        prober = self.lab.children()["prober"]
        for _ in range(2):
            os.kill(prober, signal.SIGSTOP)
            try:
                time.sleep(2 * INTERVAL + 1)
            finally:
                os.kill(prober, signal.SIGCONT)
            self.keep_it_so(3)
        self.assertEqual(self.lab.children()["prober"], prober, "a shorter time than that is forgiven")
        wait_for("all are up", self.all_are_up)
        self.assertEqual(self.lab.stop(), 0)
        self.assert_no_down()


@unittest.skipUnless(FAKETIME and shutil.which("openssl"), "needs libfaketime")
class Clock(Doubt):
    def test_jumped(self):
        """By years: no certificate is blamed."""
        key, certificate = self.lab.path("key.pem"), self.lab.path("ca.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "90", "-subj", "/CN=pad", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        server, port = self.serve_tls(certificate, key)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.configure({"h0/s": f"https://127.0.0.1:{port}/"}, network=f"ca-file: {certificate}",
                       more="sandbox: off")  # the false clock keeps files of its own
        offset = self.lab.write("offset", "+0\n")
        self.start(LD_PRELOAD=FAKETIME[0], FAKETIME_TIMESTAMP_FILE=offset, FAKETIME_NO_CACHE="1",
                   FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1",
                   ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")
        self.lab.write("offset", "+400d\n")
        wait_for("the jump is seen", lambda: self.senses()["clock"] == "impaired")
        wait_for("results say so", lambda: self.lines("h0/s")["ipv4"][1] == "self")
        self.assertIn("our clock jumped by 345", self.lines("h0/s")["ipv4"][2])
        self.assertIn("(tls_expired)", self.lines("h0/s")["ipv4"][2])
        self.keep_it_so(3)
        self.lab.stop()
        self.assert_no_down()

    def serve_tls(self, certificate, key):
        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # visitors that do not like its certificate

        server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server, server.server_address[1]

if __name__ == "__main__":
    together.main()
