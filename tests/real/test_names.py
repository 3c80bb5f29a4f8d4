"""Name servers: BIND, Knot DNS."""
import os
import shutil

import real
from real import Row

NAMED = """
tls local { cert-file "$cert"; key-file "$key"; };
options {
    directory "$folder";
    pid-file none;
    session-keyfile none;
    recursion no;
    dnssec-validation no;
    empty-zones-enable no;
    max-cache-size 4m;
    listen-on { none; };
    $listen
    $listen_tls
};
controls {};
zone "good.test" { type primary; file "zone"; };
zone "old.test" { type secondary; primaries { 127.0.0.1 port $closed; }; file "never"; };
"""

ZONE = """
$$TTL 300
@ SOA ns.good.test. hostmaster.good.test. ( $serial 3600 600 86400 300 )
@ NS ns.good.test.
@ MX 10 mx.good.test.
@ TXT "bonjour"
ns A 127.0.0.1
ns AAAA ::1
mx A 127.0.0.1
www A 192.0.2.1
"""

KNOT = """
server:
    rundir: $folder
    listen: $address@$dns
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: $folder/db
    journal-db-max-size: 8M
    kasp-db-max-size: 8M
    timer-db-max-size: 8M
template:
  - id: default
    storage: $folder
    journal-content: none
    zonefile-sync: -1
zone:
  - domain: whole.test
    file: whole
  - domain: torn.test
    file: torn
"""

TWICE = """
$$TTL 300
@ SOA ns1 hostmaster ( $serial 3600 600 86400 300 )
@ NS ns1
@ NS ns2
ns1 A 127.0.0.1
ns2 A 127.0.0.2
"""


class Bind(real.Server):
    program, package = "named", "bind9"
    ports, udp_ports, closed_ports = ("dns", "dot"), ("dns",), ("closed",)
    zone, records = ZONE, {"serial": 2026010101}
    rows = [
        Row("dns://good.test:{dns}/good.test?type=SOA", "authoritative=yes", "expect-record=ns.good.test"),
        Row("dns://good.test:{dns}/good.test?type=TXT", 'expect-record="bonjour"'),
        Row("dns://good.test:{dns}/www.good.test", "expect-record=192.0.2.1"),
        Row("dns://good.test:{dns}/ns.good.test?type=AAAA", "expect-record=::1"),
        Row("dns://good.test:{dns}/good.test?type=MX", "transport=tcp", "expect-record=10 mx.good.test"),
        Row("dot://good.test:{dot}/good.test?type=SOA", "recursion=no", "authoritative=yes", tls=True),
    ]

    def configure(self):
        # AppArmor, where it is, keeps the one of /usr/sbin from reading a test's folder.
        program = shutil.copy(self.executable, self.path("named"))
        os.chmod(program, 0o700)
        self.write("zone", self.zone, **self.records)
        path = self.write("named.conf", NAMED, listen=self.listen("dns", ""), listen_tls=self.listen("dot", "tls local "))
        return [program, "-g", "-n", "1", "-c", path]

    def listen(self, port, how):
        words = {"ipv4": "listen-on", "ipv6": "listen-on-v6"}
        return "".join(f"{words[family]} port {self.port[port]} {how}{{ {real.LOOPBACK[family]}; }};"
                       for family in self.families)

    def test_bad_answers(self):
        at = "dns://good.test:{dns}/"
        self.assert_rows([Row(at + "good.test?type=TXT", 'expect-record="bonsoir"')], "down", "body_mismatch")
        self.assert_rows([Row(at + "nobody.good.test")], "down", "dns_nxdomain")
        self.assert_rows([Row(at + "old.test?type=SOA")], "down", "dns_servfail")
        self.assert_rows([Row(at + "example.org?type=SOA")], "down", "banner_refused", "dns_servfail")


class Knot(real.Server):
    program, package = "knotd", "knot"
    ports = udp_ports = ("dns",)
    families = ("ipv4",)
    address, serial = "127.0.0.2", 7
    rows = [Row("dns://good.test:{dns}/torn.test?type=SOA", "address=127.0.0.2", "authoritative=yes", "transport=both")]

    @classmethod
    def addresses(cls, bracketed=False):
        return [cls.address]

    def configure(self):
        self.folder_of("db")
        self.write("whole", TWICE, serial=7)
        self.write("torn", TWICE, serial=self.serial)
        return [self.executable, "-c", self.write("knot.conf", KNOT, address=self.address)]

    def test_serials(self):
        """Two servers of the same zones, of which one is behind."""
        first = type("First", (Knot,), {"address": "127.0.0.1", "serial": 8, "given_ports": self.port})
        self.addCleanup(first.doClassCleanups)
        first.setUpClass()
        for zone, outcome, reason in (("whole", "up", "ok"), ("torn", "degraded", "dns_serials")):
            url = f"dns://ns1.{zone}.test:{self.port['dns']}/{zone}.test?type=SOA"
            line, = real.prober_results(url, 1, [f"127.0.0.1:{self.port['dns']}"], serials="same")
            self.assertEqual((line["outcome"], line["reason"]), (outcome, reason), line)


if __name__ == "__main__":
    real.main()
