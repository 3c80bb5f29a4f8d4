"""Where services are found: a prober between a name server of ours and the servers that it names."""
import json
import socketserver
import struct
import subprocess
import threading
import unittest

from lab import VIBRISSE, free_port

A, MX, AAAA, SRV = 1, 15, 28, 33
NXDOMAIN, SERVFAIL = 3, 2


def wire_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def srv(priority, port, target):
    return SRV, struct.pack("!HHH", priority, 0, port) + wire_name(target)


def mx(priority, target):
    return MX, struct.pack("!H", priority) + wire_name(target)


HERE = (A, bytes([127, 0, 0, 1]))


class Datagrams:
    """A UDP port that answers every packet by `answer(bytes)`."""

    def __init__(self, answer):
        datagrams = self
        self.count = 0

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                question, server = self.request
                datagrams.count += 1
                server.sendto(answer(question), self.client_address)

        self.server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Names(Datagrams):
    """A name server: name -> records, or an RCODE; what is missing does not exist."""

    def __init__(self, zone):
        self.zone = zone
        super().__init__(self.reply)

    def reply(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode().lower())
            at += 1 + question[at]
        asked, = struct.unpack("!H", question[at + 1:at + 3])
        found = self.zone.get(".".join(labels), NXDOMAIN)
        rcode, records = (found, []) if isinstance(found, int) else (0, [r for r in found if r[0] == asked])
        head = question[:2] + struct.pack("!HHHHH", 0x8180 | rcode, 1, len(records), 0, 0)
        body = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data for kind, data in records)
        return head + question[12:at + 5] + body


def phone(question):
    """An answer to OPTIONS (RFC 3261 section 8.2.6)."""
    copied = [line for line in question.decode().split("\r\n")
              if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
    return "\r\n".join(["SIP/2.0 200 OK", *copied, "Content-Length: 0", "", ""]).encode()


class Routes(unittest.TestCase):
    def start(self, server):
        self.addCleanup(server.stop)
        return server

    def results(self, zone, url, count=1, **check):
        """The first results of a check under these names, of `count` families. A prober that stood still takes what fails for
        its own fault: that result is passed over."""
        names = self.start(Names(zone))
        orders = [
            {"v": 1, "order": "watch", "service": "hoster/service", "role": "essential", "family": "both", "id": "c",
             "url": url, "interval_ms": 2000, "timeout_ms": 5000, "slow_ms": 0, "options": [], **check},
            {"v": 1, "order": "go", "vantage": "here", "at_once": True, "allow": ["127.0.0.0/8"],
             "user_agent_url": "https://example.org/robot", "servers": [f"127.0.0.1:{names.port}"], "rechecks_ms": []}]
        with subprocess.Popen([VIBRISSE, "prober"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as prober:
            prober.stdin.write("".join(json.dumps(order) + "\n" for order in orders))
            prober.stdin.flush()
            patience = threading.Timer(60, prober.kill)
            patience.start()
            found = {}
            while len(found) < count:
                line = json.loads(prober.stdout.readline())
                if "heartbeat" not in line and "stood still" not in line.get("detail", ""):
                    found.setdefault(line["family"], line)
            prober.stdin.close()
            prober.stdout.read()
            patience.cancel()
            self.assertEqual(prober.wait(60), 0)
        return list(found.values())

    def test_every_server_of_a_service(self):
        first, second = self.start(Datagrams(phone)), self.start(Datagrams(phone))
        zone = {"_sip._udp.talk.test": [srv(1, first.port, "one.test"), srv(2, second.port, "two.test")],
                "one.test": [HERE], "two.test": [HERE]}
        result, = self.results(zone, "sip://talk.test")
        self.assertEqual((result["outcome"], result["reason"], result["family"]), ("up", "ok", "ipv4"))
        self.assertGreater(first.count, 0)
        self.assertGreater(second.count, 0)

    def test_one_server_fails(self):
        good, dead = self.start(Datagrams(phone)), free_port()
        zone = {"_sip._udp.talk.test": [srv(1, dead, "one.test"), srv(2, good.port, "two.test")],
                "one.test": [HERE], "two.test": [HERE]}
        result, = self.results(zone, "sip://talk.test")
        self.assertEqual((result["outcome"], result["reason"]), ("degraded", "targets_failing"))
        self.assertTrue(result["detail"].startswith(f"one.test:{dead}: connect_refused"), result["detail"])

    def test_a_port_in_the_url_is_the_port(self):
        server, other = self.start(Datagrams(phone)), self.start(Datagrams(phone))
        zone = {"_sip._udp.talk.test": [srv(1, other.port, "talk.test")], "talk.test": [HERE]}
        result, = self.results(zone, f"sip://talk.test:{server.port}")
        self.assertEqual(result["reason"], "ok")
        self.assertEqual(other.count, 0)

    def test_what_is_not_offered(self):
        result, = self.results({"mail.test": [mx(0, "."), HERE]}, "smtp://mail.test")
        self.assertEqual((result["outcome"], result["reason"]), ("down", "not_offered"))
        self.assertIn("null MX", result["detail"])
        result, = self.results({"_xmpp-client._tcp.chat.test": [srv(0, 0, ".")]}, "xmpp://chat.test")
        self.assertEqual((result["outcome"], result["reason"]), ("down", "not_offered"))

    def test_a_look_up_that_fails(self):
        result, = self.results({"mail.test": SERVFAIL}, "smtp://mail.test")
        self.assertEqual((result["outcome"], result["reason"]), ("down", "dns_servfail"))
        result, = self.results({"mail.test": [mx(10, "gone.test")]}, "smtp://mail.test")
        self.assertEqual((result["outcome"], result["reason"]), ("down", "dns_nxdomain"))
        self.assertIn("gone.test", result["detail"])

    def test_chat_is_asked_for_by_its_domain(self):
        heard = []

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                heard.append(self.request.recv(4096).decode())
                self.request.sendall(b"<stream:stream xmlns='jabber:client' version='1.0' id='1' "
                                     b"xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>")
                self.request.recv(4096)
                self.request.sendall(b"</stream:stream>")

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        zone = {"_xmpp-client._tcp.chat.test": [srv(5, server.server_address[1], "host.test")], "host.test": [HERE]}
        result, = self.results(zone, "xmpp://chat.test", options=[["starttls", "never"]])
        self.assertEqual(result["reason"], "ok", result.get("detail"))
        self.assertIn("to='chat.test'", heard[0])


if __name__ == "__main__":
    unittest.main()
