"""What is wrong with an installation is found, and said with what to do."""
import json
import os
import pty
import socket
import subprocess
import unittest

import together
from lab import VIBRISSE, Lab, free_port, wait_for


class Doctor(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.web = self.lab.web()

    def examine(self, *args, **how):
        """(exit status, [(about, grade, text)])"""
        done = self.lab.run("doctor", "-c", self.lab.config, "--json", *args, **how)
        return done.returncode, [(one["about"], one["grade"], one["text"]) for one in json.loads(done.stdout)]

    def assert_found(self, found, about, grade, words):
        self.assertTrue(any(one[:2] == (about, grade) and words in one[2] for one in found), (about, grade, words, found))

    def test_a_monitor_that_runs(self):
        self.lab.configure({"pad": self.web.url}, more=f"sentinels: ['tcp://127.0.0.1:{self.web.port}']")
        self.lab.start()
        wait_for("the pad is up", lambda: self.lab.state("chat-perche/pad") == "up")
        status, found = self.examine()
        self.assertEqual(status, 0, found)
        self.assert_found(found, "monitor", "well", "it runs")
        self.assert_found(found, "folders", "well", self.lab.data)
        self.assert_found(found, "ledger", "well", "opens")
        self.assert_found(found, "port", "well", self.lab.listen)
        self.assert_found(found, "sentinels", "well", f"tcp://127.0.0.1:{self.web.port} answers")

    def test_folders(self):
        self.lab.configure({"pad": self.web.url})
        status, found = self.examine("--site", self.lab.path("nowhere", "site"), "--data", self.lab.config)
        self.assertEqual(status, 1)
        self.assert_found(found, "folders", "bad", "is no folder")
        self.assert_found(found, "folders", "bad", "cannot be made")

    def test_a_port_that_is_taken_and_one_that_is_not_ours(self):
        self.lab.configure({"pad": self.web.url})
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = "127.0.0.1:%d" % other.getsockname()[1]
            self.assert_found(self.examine("--listen", taken)[1], "port", "look", f"{taken} is taken")
        self.assert_found(self.examine("--listen", "192.0.2.4:8080")[1], "port", "bad", "nobody can listen at 192.0.2.4:8080")

    def test_alerts(self):
        token = self.lab.write("token", "x\n")
        os.chmod(token, 0o644)
        dead = free_port()
        self.lab.configure({"pad": self.web.url}, more=(
            f"alerts: {{targets: [{{name: n, channel: ntfy, url: 'https://ntfy.sh', topic: t, token: {{file: '{token}'}}}}, "
            f"{{name: m, channel: mail, from: a@b.example, to: [c@b.example], server: 'smtp://127.0.0.1:{dead}'}}], "
            "routes: [{to: n}, {to: m}], allow: [127.0.0.0/8]}"))
        status, found = self.examine()
        self.assertEqual(status, 1)
        self.assert_found(found, "secrets", "look", f"others of this machine may read {token}")
        self.assert_found(found, "mail", "bad", f"smtp://127.0.0.1:{dead} does not answer as it should")
        status, found = self.examine("--offline")
        self.assertEqual(status, 0)
        self.assertFalse([one for one in found if one[0] in ("mail", "names", "sentinels")])

    def test_for_people(self):
        self.lab.configure({"pad": self.web.url})
        done = self.lab.run("doctor", "-c", self.lab.config)
        self.assertIn("no monitor runs with this data folder", done.stdout)
        self.assertIn("systemctl start vibrisse", done.stdout)
        self.assertRegex(done.stdout, r"\n0 bad, \d+ to look at, \d+ well\n$")
        self.assertEqual(self.lab.run("doctor").returncode, 2)
        self.assertEqual(self.lab.run("doctor", "-c", self.lab.config, "more").returncode, 2)

    def test_the_living_table(self):
        """What is not up comes first; it is drawn again and again until it is ended."""
        self.lab.configure({"a-pad": self.web.url, "mail": f"http://127.0.0.1:{free_port()}/"})
        self.lab.start()
        wait_for("mail is down", lambda: self.lab.state("chat-perche/mail") == "down")
        wait_for("the pad is up", lambda: self.lab.state("chat-perche/a-pad") == "up")
        ours, theirs = pty.openpty()
        with subprocess.Popen([VIBRISSE, "status", "-c", self.lab.config, "--watch"], stdin=theirs, stdout=theirs) as table:
            drawn = ""
            while drawn.count("Ctrl-C ends") < 3:
                drawn += os.read(ours, 4096).decode()
            table.terminate()
        os.close(ours)
        os.close(theirs)
        self.assertLess(drawn.index("chat-perche/mail"), drawn.index("chat-perche/a-pad"))
        refused = self.lab.run("status", "-c", self.lab.config, "--watch")
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("draws on a terminal", refused.stderr)


if __name__ == "__main__":
    together.main()
