"""Where services are found: a domain of BIND's, whose records lead to Prosody."""
import contextlib
import unittest

import real
import test_chat
import test_names

ZONE = test_names.ZONE + """
_xmpp-client._tcp SRV 0 0 $xmpp talk.good.test.
_xmpps-client._tcp SRV 0 0 $xmpps talk.good.test.
_xmpp-server._tcp SRV 0 0 $xmpp_server talk.good.test.
_xmpps-client._tcp SRV 1 0 $closed talk.good.test.
_sip._udp SRV 0 0 0 .
talk A 127.0.0.1
$six
"""


def start(server, cleanups):
    cleanups.callback(server.doClassCleanups)
    server.setUpClass()
    return server


class Domain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cleanups = contextlib.ExitStack()
        cls.addClassCleanup(cleanups.close)
        cls.chat = start(test_chat.Prosody, cleanups)
        records = {**cls.chat.port, "closed": real.free_port(), "serial": 1,
                   "six": "talk AAAA ::1" if "ipv6" in real.FAMILIES else ""}
        cls.names = start(type("Bind", (test_names.Bind,), {"zone": ZONE, "records": records}), cleanups)

    def assert_all(self, url, outcome, reason, count=len(real.FAMILIES)):
        for line in real.prober_results(url, count, [f"127.0.0.1:{self.names.port['dns']}"]):
            with self.subTest(url=url, family=line["family"]):
                self.assertEqual((line["outcome"], line["reason"]), (outcome, reason), line)

    def test_answers(self):
        for url in ("xmpp://good.test", "xmpp-server://good.test"):
            self.assert_all(url, "up", "ok")

    def test_one_of_two(self):
        self.assert_all("xmpps://good.test", "degraded", "targets_failing")

    def test_none_by_declaration(self):
        self.assert_all("sip://good.test", "down", "not_offered", count=1)

    def test_unknown_domain(self):
        for url in ("xmpp://nobody.good.test", "smtp://nobody.good.test"):
            self.assert_all(url, "down", "dns_nxdomain", count=1)

    def test_stopped(self):
        self.chat.stop()
        self.assert_all("xmpp://good.test", "down", "connect_refused")


if __name__ == "__main__":
    real.main()
