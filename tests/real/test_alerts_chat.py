"""Alerts into a real chat: by ngIRCd, read by somebody who is in the channel."""
import json
import socket
import subprocess
import threading
import time

import real
import test_alerts

NGIRCD = """
[Global]
Name = irc.good.test
Info = a server
Listen = 127.0.0.1
Ports = $irc
MotdPhrase = welcome
PidFile = $folder/pid
[Limits]
MaxConnectionsIP = 0
[Options]
DNS = no
Ident = no
PAM = no
[SSL]
CertFile = $cert
KeyFile = $key
Ports = $ircs
[Channel]
Name = #closed
Modes = i
"""


class Guest:
    """Somebody in #tech, who writes down what is said there."""

    def __init__(self, port, nick="guest"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.file = self.socket.makefile("rw", encoding="utf-8", newline="\r\n")
        self.say(f"NICK {nick}\r\nUSER {nick} 0 * :Guest")
        self.wait(" 001 ")
        self.say("JOIN #tech")
        self.wait(" 366 ")

    def say(self, text):
        self.file.write(text + "\r\n")
        self.file.flush()

    def wait(self, part):
        while True:
            line = self.file.readline()
            if not line:
                raise AssertionError("the server hung up")
            if line.startswith("PING "):
                self.say("PONG " + line[5:].strip())
            if part in line:
                return line.strip()

    def close(self):
        self.file.close()
        self.socket.close()


class NgIrcd(real.Server):
    program, package = "ngircd", "ngircd"
    ports = ("irc", "ircs")
    families = ("ipv4",)

    def configure(self):
        return [self.executable, "-n", "-f", self.write("ngircd.conf", NGIRCD)]

    def send(self, way, trusting="root.pem", **options):
        rules = {"v": 1, "errand": "rules", "allow": ["127.0.0.0/8"], "ca_file": real.Certificates.path(trusting),
                 "resolvers": ["127.0.0.1:1"]}
        options = {"server": f"{way}://127.0.0.1:{self.port[way]}", "to": "#tech", **options}
        with subprocess.Popen([real.VIBRISSE, "courier"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as courier:
            patience = threading.Timer(120, courier.kill)
            patience.start()
            courier.stdin.write(json.dumps(rules) + "\n" + json.dumps(
                {"v": 1, "errand": "carry", "target": "t", "channel": "irc", "options": options,
                 "alert": test_alerts.alert("down")}) + "\n")
            courier.stdin.flush()
            receipt = json.loads(courier.stdout.readline())
            courier.stdin.close()
            courier.wait()
            patience.cancel()
        return receipt

    def test_a_it_is_read(self):
        guest = Guest(self.port["irc"])
        receipt = self.send("irc")
        self.assertEqual(receipt["end"], "delivered", receipt)
        first = guest.wait("PRIVMSG #tech ")
        self.assertTrue(first.startswith(":vibrisse!"), first)
        self.assertTrue(first.endswith(" PRIVMSG #tech :Carnets (Le Chat Perché)\u00a0: indisponible"), ascii(first))
        self.assertIn("Raison\u00a0: il refuse la connexion.", guest.wait("Raison"))
        guest.close()

    def test_b_to_one_person_whose_name_is_taken_here(self):
        guest, other = Guest(self.port["irc"], "camille"), Guest(self.port["irc"], "vibrisse")
        receipt = self.send("irc", to="camille")
        self.assertEqual(receipt["end"], "delivered", receipt)
        self.assertTrue(guest.wait("PRIVMSG camille ").startswith(":vibrisse_!"))
        guest.close()
        other.close()

    def test_c_not_let_in(self):
        self.assertEqual(self.send("irc", to="#closed")["end"], "refused")
        self.assertEqual(self.send("irc", to="nobody-there")["end"], "refused")

    def test_d_encrypted(self):
        receipt = self.send("ircs")
        self.assertEqual(receipt["end"], "delivered", receipt)
        receipt = self.send("ircs", trusting="self.pem")
        self.assertEqual(receipt["end"], "later", receipt)
        self.assertIn("certificate", receipt["detail"])

    def test_e_dies_and_returns(self):
        port = self.port["irc"]
        type(self).stop()
        self.assertEqual(self.send("irc")["end"], "later")
        with open(self.path("said"), "ab") as log:
            type(self).child = subprocess.Popen([self.executable, "-n", "-f", self.path("ngircd.conf")],
                                                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                                                env=self.environment(), start_new_session=True, **self.identity())
        self.assertTrue(self.wait_until_ready())
        guest = Guest(port)
        self.assertEqual(self.send("irc")["end"], "delivered")
        guest.wait("PRIVMSG #tech ")
        guest.say("PING :end")
        deadline = time.monotonic() + 60
        heard = []
        while time.monotonic() < deadline:
            line = guest.file.readline()
            heard.append(line)
            if " PONG " in line:
                break
        self.assertEqual(sum("indisponible" in line for line in heard), 0)
        guest.close()


if __name__ == "__main__":
    real.main()
