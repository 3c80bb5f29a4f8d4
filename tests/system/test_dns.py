"""dns and dot, from the command line and from a configuration, against servers made to order."""
import json
import os
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from lab import VIBRISSE

UP, DEGRADED, DOWN, USAGE = 0, 1, 2, 2
A, NS, SOA = 1, 2, 6


def record(kind, data):
    return b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


def answer(question, *records, flags=0x8400):
    end = 12 + question[12:].index(b"\0") + 5
    head = struct.pack("!HHHHHH", struct.unpack("!H", question[:2])[0], flags, 1, len(records), 0, 0)
    return head + question[12:end] + b"".join(records)


def signature(seconds):
    """RRSIG over the A records, good for so long."""
    return record(46, struct.pack("!HBBIIIH", A, 13, 2, 60, int(time.time()) + seconds, 0, 1) + b"\0seal")


def kind_of(question):
    end = 12 + question[12:].index(b"\0") + 1
    return struct.unpack("!H", question[end:end + 2])[0]


class Server:
    """Answers by `reply(question)` over UDP and over TCP, or over TLS alone; of the n-th answer over a stream `cut(n)`
    bytes are sent."""

    def __init__(self, reply, context=None, udp=True, tcp=True):
        self.reply, self.context, self.calls, self.cut = reply, context, 0, lambda number: None
        while True:
            self.tcp = socket.create_server(("127.0.0.1", 0))
            self.port = self.tcp.getsockname()[1]
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                self.udp.bind(("127.0.0.1", self.port))
                break
            except OSError:
                self.tcp.close()
                self.udp.close()
        if not tcp:
            self.tcp.close()
        workers = [self.serve_udp] * udp + [self.serve_tcp] * tcp
        self.threads = [threading.Thread(target=worker) for worker in workers]
        for thread in self.threads:
            thread.start()

    def serve_udp(self):
        while True:
            question, visitor = self.udp.recvfrom(2000)
            if question == b"stop":
                return
            self.udp.sendto(self.reply(question), visitor)

    def serve_tcp(self):
        while True:
            visitor = self.tcp.accept()[0]
            visitor.settimeout(60)
            with visitor:
                if visitor.recv(4, socket.MSG_PEEK) == b"stop":
                    return
                try:
                    self.talk(self.context.wrap_socket(visitor, server_side=True) if self.context else visitor)
                except (OSError, struct.error):
                    pass  # who does not believe us leaves

    def talk(self, visitor):
        with visitor:
            size = struct.unpack("!H", visitor.recv(2))[0]
            reply = self.reply(visitor.recv(size))
            framed = struct.pack("!H", len(reply)) + reply
            self.calls += 1
            visitor.sendall(framed[:self.cut(self.calls - 1)])
            if self.context:
                visitor.unwrap()

    def stop(self):
        try:
            self.udp.sendto(b"stop", ("127.0.0.1", self.port))
            with socket.create_connection(("127.0.0.1", self.port)) as last:
                last.sendall(b"stop")
        except ConnectionRefusedError:
            pass
        for thread in self.threads:
            thread.join()
        self.tcp.close()
        self.udp.close()


def zone(question):
    return answer(question, {SOA: record(SOA, b"\0\0" + struct.pack("!IIIII", 7, 1, 1, 1, 1)),
                             NS: record(NS, b"\x09localhost\0")}.get(kind_of(question), record(A, b"\xc0\0\2\7")))


class Dns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.certificate = os.path.join(cls.folder.name, "cert.pem")
        key = os.path.join(cls.folder.name, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-keyout", key, "-out", cls.certificate, "-days", "90", "-subj", "/CN=resolver.test",
                        "-addext", "subjectAltName=DNS:resolver.test"], check=True, capture_output=True)
        cls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.context.load_cert_chain(cls.certificate, key)

    def serve(self, reply, **how):
        server = Server(reply, **how)
        self.addCleanup(server.stop)
        return server

    def probe(self, *args):
        done = subprocess.run([VIBRISSE, "probe", "--json", "--allow-net", "127.0.0.0/8", "--ca-file", self.certificate,
                               "-o", "address=127.0.0.1", *args], capture_output=True, text=True, timeout=120)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def test_dot(self):
        server = self.serve(lambda question: answer(question, record(A, b"\xc0\0\2\7"), signature(86400),
                                                    flags=0x81A0), context=self.context, udp=False)
        url = f"dot://resolver.test:{server.port}/example.org?type=A"
        status, (line,), _ = self.probe("-o", "expect-exactly=192.0.2.7", "-o", "dnssec=validated", url)
        self.assertEqual((status, line["reason"], line["check"]), (UP, "ok", "dot"))
        self.assertRegex(line["detail"], "^DNSSEC: signed until .*, validated$")
        self.assertGreater(line["phases"]["tls"], 0)
        self.assertTrue(line["certificate"]["chain_ok"])
        status, (line,), _ = self.probe("-o", "expect-rcode=NXDOMAIN", url)
        self.assertEqual((status, line["reason"]), (DOWN, "body_mismatch"))
        status, (line,), _ = self.probe(url.replace("resolver.test", "another.test"))
        self.assertEqual((status, line["reason"]), (DOWN, "tls_hostname"))

    def test_dot_cut_at_every_byte(self):
        server = self.serve(lambda question: answer(question, record(A, b"\xc0\0\2\7"), flags=0x8180),
                            context=self.context, udp=False)
        length = 2 + 12 + 17 + 16
        server.cut = lambda number: number
        _, lines, _ = self.probe(*[f"dot://resolver.test:{server.port}/example.org"] * length)
        self.assertEqual({(line["reason"], line["outcome"]) for line in lines}, {("closed_early", "down")})
        self.assertEqual({line["detail"] for line in lines},
                         {f"closed the connection after {count} bytes" for count in range(length)})
        _, (line,), _ = self.probe(f"dot://resolver.test:{server.port}/example.org")
        self.assertEqual(line["reason"], "ok")

    def test_transports(self):
        server = self.serve(zone)
        url = "dns://ns.test:%d/example.org"
        status, (line,), _ = self.probe("-o", "transport=both", url % server.port)
        self.assertEqual((status, line["reason"], server.calls), (UP, "ok", 1))
        status, (line,), _ = self.probe("-o", "transport=tcp", url % server.port)
        self.assertEqual((status, line["reason"], server.calls), (UP, "ok", 2))
        self.assertIn("connect", line["phases"])
        deaf = self.serve(zone, tcp=False)
        status, (line,), _ = self.probe(url % deaf.port)
        self.assertEqual((status, line["reason"]), (UP, "ok"))
        status, (line,), _ = self.probe("-o", "transport=both", url % deaf.port)
        self.assertEqual((status, line["reason"]), (DOWN, "connect_refused"))
        self.assertTrue(line["detail"].startswith("over TCP: "), line["detail"])

    def test_serials(self):
        server = self.serve(zone)
        url = f"dns://ns.test:{server.port}/example.org?type=SOA"
        status, (line,), _ = self.probe("-o", "serials=same", url)
        self.assertEqual((status, line["reason"]), (UP, "ok"))
        self.assertEqual(line["detail"], "DNSSEC: not signed; serial 7 on 1 name server")
        server.reply = lambda question: zone(question) if kind_of(question) != NS else answer(
            question, record(NS, b"\x09localhost\0"), record(NS, b"\x0210\x010\x010\x011\0"))
        status, (line,), _ = self.probe("-o", "serials=same", url)
        self.assertEqual((status, line["reason"]), (DEGRADED, "dns_serials"))
        self.assertEqual(line["detail"], "10.0.0.1: 10.0.0.1 is not public; ns.test has 7")

    def test_configuration(self):
        def check(*checks):
            path = os.path.join(self.folder.name, "some.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write("collective: {name: Some}\nhosters:\n  - hoster: one\n    name: One\n    services:\n"
                           "      - id: names\n        name: Names\n        checks:\n" +
                           "".join(f"          - {one}\n" for one in checks))
            done = subprocess.run([VIBRISSE, "check-config", "-c", path], capture_output=True, text=True, timeout=60)
            return done.returncode, done.stdout + done.stderr

        status, said = check(
            '{url: "dns://ns.example.org/example.org?type=SOA", serials: same, transport: both}',
            '{url: "dns://ns.example.org/example.org", expect: {exactly: [192.0.2.1, 192.0.2.2]}}',
            '{url: "dns://ns.example.org/nix.example.org", expect: {rcode: NXDOMAIN}, dnssec: required}',
            '{url: "dot://resolver.example.org/example.org?type=A", dnssec: validated}')
        self.assertEqual(status, 0, said)
        status, said = check('{url: "dns://ns.example.org/example.org", dnssec: validated}')
        self.assertNotEqual(status, 0)
        self.assertIn("some.yaml:9:13: dnssec validated is for resolvers", said)


if __name__ == "__main__":
    unittest.main()
