"""Alerts by XMPP: through Prosody, read by somebody who is there; and servers that are none."""
import base64
import contextlib
import json
import re
import socket
import ssl
import subprocess
import threading
import time

import real
import test_alerts
import test_names
from test_routes import start

PROSODY = """
pidfile = "$folder/prosody.pid"
data_path = "$folder/data"
log = { info = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { $xmpp }
c2s_direct_tls_ports = { $xmpps }
s2s_ports = { }
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping", "smacks", "offline" }
modules_disabled = { "s2s" }
authentication = "internal_plain"
c2s_require_encryption = true
ssl = { certificate = "$cert", key = "$key" }
c2s_direct_tls_ssl = { certificate = "$cert", key = "$key" }
VirtualHost "good.test"
VirtualHost "other.test"
Component "rooms.good.test" "muc"
    muc_room_locking = false
"""

TLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"


# The first is closed, the second speaks TLS at once.
ZONE = test_names.ZONE + """
_xmpp-client._tcp SRV 1 0 $closed talk.good.test.
_xmpps-client._tcp SRV 2 0 $xmpps talk.good.test.
talk A 127.0.0.1
"""


def carry(options, alert=None, trusting="root.pem", allow=("127.0.0.0/8",), resolver="127.0.0.1:1"):
    """The receipt."""
    rules = {"v": 1, "errand": "rules", "allow": list(allow), "ca_file": real.Certificates.path(trusting),
             "resolvers": [resolver]}
    with subprocess.Popen([real.VIBRISSE, "courier"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as courier:
        patience = threading.Timer(120, courier.kill)
        patience.start()
        courier.stdin.write(json.dumps(rules) + "\n" + json.dumps(
            {"v": 1, "errand": "carry", "target": "t", "channel": "xmpp", "options": options,
             "alert": alert or test_alerts.alert("down")}) + "\n")
        courier.stdin.flush()
        receipt = json.loads(courier.stdout.readline())
        courier.stdin.close()
        ended = courier.wait()
        patience.cancel()
    if ended != 0:
        raise AssertionError(f"the courier ended with {ended}")
    return receipt


class Person:
    """Somebody who reads what comes for her, and in the room."""

    def __init__(self, port, room=None, nick="camille"):
        context = ssl.create_default_context(cafile=real.Certificates.path("root.pem"))
        raw = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket = context.wrap_socket(raw, server_hostname="good.test")
        self.heard = ""
        self.open("</stream:features>")
        login = base64.b64encode(b"\0camille\0open").decode()
        self.say(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{login}</auth>")
        self.wait("<success")
        self.open("</stream:features>")
        self.say("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq><presence/>")
        self.wait("</jid>")
        if room:
            self.say(f"<presence to='{room}/{nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
            self.wait("</subject>|<subject/>|<subject xmlns=[^>]*/>")

    def open(self, until):
        self.say("<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='good.test' version='1.0'"
                 " xmlns:stream='http://etherx.jabber.org/streams'>")
        self.wait(until)

    def say(self, text):
        self.socket.sendall(text.encode())

    def wait(self, pattern):
        """All that came until then, and forgets it."""
        while not re.search(pattern, self.heard):
            got = self.socket.recv(65536)
            if not got:
                raise AssertionError("the server hung up")
            self.heard += got.decode()
        heard, self.heard = self.heard, ""
        return heard

    def messages(self):
        """What has been said to her so far: what is asked now is answered behind it."""
        self.say("<iq type='get' id='end' to='good.test'><ping xmlns='urn:xmpp:ping'/></iq>")
        return re.findall(r"<message .*?</message>", self.wait("id='end'[^>]*>"), re.S)

    def close(self):
        self.socket.close()


class Prosody(real.Server):
    program, package = "prosody", "prosody"
    ports = ("xmpp", "xmpps")
    families = ("ipv4",)

    def configure(self):
        for host in ("good", "other"):
            for user, password in (("vibrisse", "se same"), ("camille", "open")):
                self.write(f"data/{host}%2etest/accounts/{user}.dat", f'return {{ ["password"] = "{password}" }};\n')
        return [self.executable, "-F", "--config", self.write("prosody.cfg.lua", PROSODY)]

    def send(self, trusting="root.pem", way="xmpp", allow=("127.0.0.0/8",), kind="down", **options):
        given = {"jid": "vibrisse@good.test", "password": "se same", "server": f"{way}://127.0.0.1:{self.port[way]}"}
        if "room" not in options:
            given["to"] = "camille@good.test"
        return carry({**given, **options}, test_alerts.alert(kind), trusting, allow)

    def check(self, message, kind):
        self.assertIn(f"type='{kind}'", message)
        name = "down".ljust(26, "a")
        self.assertRegex(message, f"<message [^>]*id='{name}'")
        self.assertRegex(message, f"<origin-id [^>]*id='{name}'|<origin-id id='{name}'")
        self.assertIn("<thread>outage-1</thread>", message)
        self.assertIn("<body>Carnets (Le Chat Perché)\u00a0: indisponible\n", message)

    def test_a_to_a_person(self):
        person = Person(self.port["xmpps"])
        for way in ("xmpp", "xmpps"):
            receipt = self.send(way=way)
            self.assertEqual(receipt["end"], "delivered", receipt)
            (message,) = person.messages()
            self.check(message, "chat")
        person.close()

    def test_b_into_a_room(self):
        person = Person(self.port["xmpps"], "tech@rooms.good.test", "vibrisse")
        for _ in range(2):
            receipt = self.send(room="tech@rooms.good.test")
            self.assertEqual(receipt["end"], "delivered", receipt)
            (message,) = person.messages()
            self.check(message, "groupchat")
            self.assertIn("from='tech@rooms.good.test/vibrisse_'", message)
        person.close()

    def test_c_what_waiting_does_not_mend(self):
        self.assertEqual(self.send(password="wrong"),
                         {**self.send(password="wrong"), "end": "refused", "detail": "it does not take the password"})
        receipt = self.send(to="nobody@good.test")
        self.assertEqual((receipt["end"], receipt["detail"]),
                         ("refused", "nobody@good.test: service-unavailable"), receipt)

    def test_d_certificates(self):
        for how in ({"jid": "vibrisse@other.test"}, {"trusting": "self.pem"}):
            for way in ("xmpp", "xmpps"):
                receipt = self.send(way=way, **how)
                self.assertEqual(receipt["end"], "later", receipt)
                self.assertIn("Certificate verification FAILED", receipt["detail"])

    def test_e_address_policy(self):
        receipt = self.send(allow=())
        self.assertEqual(receipt["end"], "later", receipt)
        self.assertIn("may be written to", receipt["detail"])

    def test_f_where_its_domain_says(self):
        with contextlib.ExitStack() as cleanups:
            records = {**self.port, "closed": real.free_port(), "serial": 1}
            names = start(type("Bind", (test_names.Bind,), {"zone": ZONE, "records": records}), cleanups)
            person = Person(self.port["xmpps"])
            receipt = carry({"jid": "vibrisse@good.test", "password": "se same", "to": "camille@good.test"},
                            resolver=f"127.0.0.1:{names.port['dns']}")
            self.assertEqual(receipt["end"], "delivered", receipt)
            self.check(*person.messages(), "chat")
            person.close()

    def test_g_dies_and_returns(self):
        type(self).stop()
        self.assertEqual(self.send()["end"], "later")
        with open(self.path("said"), "ab") as log:
            type(self).child = subprocess.Popen([self.executable, "-F", "--config", self.path("prosody.cfg.lua")],
                                                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                                                env=self.environment(), start_new_session=True, **self.identity())
        self.assertTrue(self.wait_until_ready())
        person = Person(self.port["xmpps"])
        self.assertEqual(self.send()["end"], "delivered")
        self.assertEqual(len(person.messages()), 1)
        person.close()


class NoServer(real.unittest.TestCase):
    """What answers is no XMPP server, or one that goes no further."""

    @contextlib.contextmanager
    def serve(self, *turns, then=None):
        """For each turn, waits until that was heard and says the other."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def act():
                with contextlib.suppress(OSError):
                    link, _ = listener.accept()
                    with link:
                        link.settimeout(100)
                        for heard, said in turns:
                            got = b""
                            while heard not in got:
                                got += link.recv(65536) or b"\0" * 100000
                                if len(got) > 100000:
                                    return
                            link.sendall(said.encode())
                        while then and then(link):
                            pass
            thread = threading.Thread(target=act)
            thread.start()
            yield {"jid": "vibrisse@good.test", "password": "x", "to": "camille@good.test",
                   "server": f"xmpp://127.0.0.1:{listener.getsockname()[1]}"}
            thread.join()

    STREAM = ("<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='1' from='good.test' version='1.0'"
              " xmlns:stream='http://etherx.jabber.org/streams'>")

    def expect(self, detail, *turns, then=None, within_s=60):
        begun = time.monotonic()
        with self.serve(*turns, then=then) as options:
            receipt = carry(options)
        self.assertEqual(receipt["end"], "later", receipt)
        self.assertRegex(receipt["detail"], detail)
        self.assertLess(time.monotonic() - begun, within_s)

    def test_stalls_in_the_middle_of_tls(self):
        """The library would wait for ever."""
        self.expect("in time",
                    (b"<stream:stream", f"{self.STREAM}<stream:features>{TLS}</stream:features>"),
                    (b"<starttls", "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
                    then=lambda link: link.recv(4096))

    def test_without_encryption(self):
        self.expect("TLS|encrypted", (b"<stream:stream", self.STREAM + "<stream:features><mechanisms "
                    "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>"
                    "</stream:features>"), then=lambda link: link.recv(4096))

    def test_sends_without_end(self):
        def flood(link):
            link.sendall(b"x" * 65536)
            return True
        self.expect("too much", (b"<stream:stream", self.STREAM + "<message><body>"), then=flood)

    def test_no_xml(self):
        self.expect(".", (b"<stream:stream", "220 mail.good.test ESMTP\r\n"), then=lambda link: link.recv(4096))

    def test_hangs_up(self):
        self.expect("hung up", (b"<stream:stream", ""))


if __name__ == "__main__":
    real.main()
