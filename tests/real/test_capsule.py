"""Gemini: Molly Brown."""
import os

import real
from real import Row

MOLLY_BROWN = """
Hostname = "good.test"
Port = $gemini
CertPath = "$cert"
KeyPath = "$key"
DocBase = "$folder/capsule"
AccessLog = "-"
ErrorLog = "-"
"""


class MollyBrown(real.Server):
    """It listens on every address and knows no other choice."""
    program, package = "molly-brown", "molly-brown"
    ports = ("gemini",)
    rows = [Row("gemini://good.test:{gemini}/", tls=True, mistrust="up")]

    def configure(self):
        # It shows what everybody may read.
        os.chmod(self.write("capsule/index.gmi", "# Bonjour\n"), 0o644)
        os.chmod(self.path("capsule"), 0o755)
        return [self.executable, "-c", self.write("molly.conf", MOLLY_BROWN)]

    def test_bad_answers(self):
        self.assert_rows([Row("gemini://good.test:{gemini}/nowhere")], "down", "http_status")

    def test_certificate_for_another_name(self):
        """It has nothing to say for other names, which comes before the certificate: that is taken as it comes."""
        self.assert_rows(self.rows, "down", "http_status", name="other.test")


if __name__ == "__main__":
    real.main()
