"""Calls: coturn, Kamailio."""
import real
from real import Row

KAMAILIO = """
children=1
log_stderror=yes
debug=0
auto_aliases=no
dns=no
rev_dns=no
disable_tcp=yes
$listen
mpath="$modules"
loadmodule "sl.so"
request_route {
    if (method == "OPTIONS") {
        sl_send_reply("$status", "$phrase");
    }
}
"""


class Coturn(real.Server):
    program, package = "turnserver", "coturn"
    ports = udp_ports = ("stun",)
    rows = [Row("stun://good.test:{stun}"), Row("turn://good.test:{stun}")]

    def configure(self):
        listen = [word for address in self.addresses() for word in ("-L", address, "-E", address)]
        path = self.write("turnserver.conf", "user=essai:essai\n")
        return [self.executable, "-c", path, "-n", "-p", str(self.port["stun"]), *listen, "-r", "good.test", "-a",
                "--no-cli", "--no-tls", "--no-dtls", "--log-file", "stdout", "-b", self.path("turndb"), "--pidfile",
                self.path("pid"), "-m", "1", "--allow-loopback-peers", "-u", "essai:essai"]


class Kamailio(real.Server):
    program, package = "kamailio", "kamailio"
    udp_ports = ("sip",)
    rows = [Row("sip://good.test:{sip}")]
    status, phrase = "200", "Bonjour"

    def configure(self):
        listen = "\n".join(f"listen=udp:{address}:{self.port['sip']}" for address in self.addresses(True))
        path = self.write("kamailio.cfg", KAMAILIO, listen=listen, modules=real.find_folder("kamailio/modules"),
                          status=self.status, phrase=self.phrase)
        return [self.executable, "-DD", "-E", "-f", path, "-Y", self.folder, "-m", "8", "-M", "4"]


class KamailioWithoutItsBackend(Kamailio):
    rows = [Row("sip://good.test:{sip}")]
    status, phrase = "503", "Plus personne"

    def test_answers(self):
        self.assert_rows(self.rows, "down", "http_status")


if __name__ == "__main__":
    real.main()
