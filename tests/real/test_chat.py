"""Chat and voice: Prosody, ngIRCd, Mumble."""
import real
from real import Row

PROSODY = """
pidfile = "$folder/prosody.pid"
data_path = "$folder/data"
log = { info = "*console" }
interfaces = { $interfaces }
c2s_ports = { $xmpp }
c2s_direct_tls_ports = { $xmpps }
s2s_ports = { $xmpp_server }
modules_enabled = { "roster", "saslauth", "tls", "dialback", "disco", "websocket" }
http_ports = { $ws }
https_ports = { $wss }
http_interfaces = { $interfaces }
https_interfaces = { $interfaces }
https_ssl = { certificate = "$cert", key = "$key" }
authentication = "internal_hashed"
c2s_require_encryption = true
s2s_require_encryption = true
ssl = { certificate = "$cert", key = "$key" }
c2s_direct_tls_ssl = { certificate = "$cert", key = "$key" }
VirtualHost "good.test"
    ssl = { certificate = "$cert", key = "$key" }
VirtualHost "other.test"
    ssl = { certificate = "$cert", key = "$key" }
"""

NGIRCD = """
[Global]
Name = irc.good.test
Info = Essai
Listen = $listen
Ports = $irc
[Options]
DNS = no
Ident = no
PAM = no
PredefChannelsOnly = no
[SSL]
CertFile = $cert
KeyFile = $key
Ports = $ircs
"""

MUMBLE = """
database=$folder/mumble.sqlite
host=$host
port=$mumble
sslCert=$cert
sslKey=$key
registerName=
dbus=
ice=
autobanAttempts=0
bonjour=False
allowping=$pings
"""


class Prosody(real.Server):
    program, package = "prosody", "prosody"
    ports = ("xmpp", "xmpps", "xmpp_server", "ws", "wss")
    rows = [Row("xmpp://good.test:{xmpp}", tls=True), Row("xmpps://good.test:{xmpps}", tls=True),
            Row("xmpp-server://good.test:{xmpp_server}", tls=True),
            Row("ws://good.test:{ws}/xmpp-websocket", "subprotocol=xmpp", "ping=yes"),
            Row("wss://good.test:{wss}/xmpp-websocket", "subprotocol=xmpp", "ping=yes", tls=True)]

    def configure(self):
        path = self.write("prosody.cfg.lua", PROSODY, interfaces=", ".join(f'"{one}"' for one in self.addresses()))
        self.folder_of("data")
        return [self.executable, "-F", "--config", path]

    def test_domain_of_others(self):
        in_clear_first = [self.rows[0], self.rows[2]]
        self.assert_rows(in_clear_first, "down", "banner_refused", name="third.test")

    def test_no_websocket(self):
        self.assert_rows([Row("wss://good.test:{wss}/nowhere")], "down", "http_status")
        self.assert_rows([Row("wss://good.test:{wss}/xmpp-websocket", "subprotocol=mqtt")], "down", "body_mismatch",
                         "http_status", "protocol_error")


class NgIrcd(real.Server):
    program, package = "ngircd", "ngircd"
    ports = ("irc", "ircs")
    rows = [Row("irc://good.test:{irc}"), Row("ircs://good.test:{ircs}", tls=True)]

    def configure(self):
        path = self.write("ngircd.conf", NGIRCD, listen=", ".join(self.addresses()))
        return [self.executable, "-n", "-f", path]


class Mumble(real.Server):
    program, package = "murmurd", "mumble-server"
    ports, udp_ports = ("mumble",), ("mumble",)
    rows = [Row("mumble://good.test:{mumble}", tls=True, mistrust="up"), Row("tls://good.test:{mumble}", tls=True)]

    pings = "true"

    def configure(self):
        path = self.write("mumble.ini", MUMBLE, host=" ".join(self.addresses()), pings=self.pings)
        return [self.executable, "-fg", "-ini", path]


class MumbleWithoutPings(Mumble):
    """Some administrators turn them off: it works all the same."""
    rows = [Row("mumble://good.test:{mumble}", "timeout=20s", tls=True, mistrust="up")]
    pings = "false"


if __name__ == "__main__":
    real.main()
