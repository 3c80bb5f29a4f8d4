"""Time: chrony, with a clock of its own that it does not set."""
import real
from real import Row

CHRONY = """
$bind
port $ntp
cmdport 0
bindcmdaddress /
pidfile $folder/pid
driftfile $folder/drift
user $user
allow all
$source
"""


class Chrony(real.Server):
    program, package = "chronyd", "chrony"
    udp_ports = ("ntp",)
    rows = [Row("ntp://good.test:{ntp}")]
    source = "local stratum 5"

    def configure(self):
        path = self.write("chrony.conf", CHRONY, source=self.source,
                          bind="\n".join(f"bindaddress {address}" for address in self.addresses()))
        return [self.executable, "-d", "-x", "-U", "-f", path]


class ChronyWithoutTime(Chrony):
    """Nobody told it the time, and it says so."""
    rows = [Row("ntp://good.test:{ntp}")]
    source = ""

    def test_answers(self):
        self.assert_rows(self.rows, "down", "body_mismatch")


if __name__ == "__main__":
    real.main()
