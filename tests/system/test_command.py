"""A program of the operator's own as a check: from the command line, in a configuration, and under the running prober."""
import json
import os
import subprocess
import tempfile
import unittest

from lab import VIBRISSE

UP, DEGRADED, DOWN, UNKNOWN, USAGE = 0, 1, 2, 3, 2


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def script(self, body):
        path = os.path.join(self.folder, "check_it")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + body)
        os.chmod(path, 0o700)
        return path

    def probe(self, *args):
        done = subprocess.run([VIBRISSE, "probe", "--json", *args], capture_output=True, text=True, timeout=120)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def test_true(self):
        """On this very machine, whatever the policy says of its addresses."""
        status, lines, _ = self.probe("-4", "command://localhost/bin/true")
        self.assertEqual((status, [line["reason"] for line in lines]), (UP, ["ok"]))
        status, lines, _ = self.probe("-4", "command://127.0.0.1/bin/true")
        self.assertEqual((status, [line["reason"] for line in lines]), (UNKNOWN, ["refused_by_policy"]))

    def test_verdicts(self):
        path = self.script('echo "$1 is $2 on $3 port $4|time=$5s;;;"; exit $6\n')
        url = "command://127.0.0.1:4242" + path
        for code, status, reason in ((0, UP, "ok"), (1, DEGRADED, "command_warning"), (2, DOWN, "command_critical"),
                                     (3, UNKNOWN, "command_unknown"), (77, UNKNOWN, "command_unknown")):
            got, (line,), _ = self.probe("--allow-net", "127.0.0.0/8", "-o",
                                         f"arguments={{host}} {{address}} ipv{{family}} {{port}} 0.125 {code}", url)
            self.assertEqual((got, line["reason"], line["detail"]),
                             (status, reason, "127.0.0.1 is 127.0.0.1 on ipv4 port 4242"))
            self.assertEqual(line["phases"]["total"], 125)

    def test_time_out(self):
        status, (line,), _ = self.probe("-4", "-t", "300ms", "command://localhost" + self.script("sleep 1000\n"))
        self.assertEqual((status, line["reason"]), (DOWN, "timeout"))
        self.assertIn("did not end within 300 ms", line["detail"])

    def test_missing(self):
        status, (line,), _ = self.probe("-4", "command://localhost/no/such/plugin")
        self.assertEqual((status, line["reason"]), (UNKNOWN, "self"))
        self.assertIn("no such file", line["detail"])

    def test_what_does_not_do(self):
        for args, words in ((["command://localhost"], "which program?"),
                            (["-o", "arguments=-x 'y", "command://localhost/bin/true"], "a quote has no end"),
                            (["-o", "argument=x", "command://localhost/bin/true"], "did you mean arguments?")):
            status, lines, said = self.probe(*args)
            self.assertEqual((status, lines), (USAGE, []), args)
            self.assertIn(words, said)

    def write_configuration(self, check):
        path = os.path.join(self.folder, "some.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("collective: {name: Some}\nhosters:\n  - hoster: one\n    name: One\n    services:\n"
                       "      - id: disk\n        name: Disk\n        checks:\n          - " + check + "\n")
        return path

    def test_a_list_is_not_taken_apart(self):
        """Commas, blanks and quotes arrive as they were written."""
        path = self.script('printf "%s" $#; for a; do printf " <%s>" "$a"; done; exit 1\n')
        config = self.write_configuration(f"{{url: \"command://localhost{path}\", family: ipv4, "
                                          "arguments: [-w, \"1,2\", \"it's two\", \"\", \"{host}\"]}")
        done = subprocess.run([VIBRISSE, "run", "--once", "-c", config, "--data", self.folder + "/data", "--site",
                               self.folder + "/site"], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.folder + "/site/en/h/one/disk/index.html", encoding="utf-8") as page:
            self.assertIn("5 &lt;-w&gt; &lt;1,2&gt; &lt;it&#39;s two&gt; &lt;&gt; &lt;localhost&gt;", page.read())

    def test_faults_are_placed(self):
        config = self.write_configuration("{url: \"command://localhost/\", arguments: \"'\"}")
        done = subprocess.run([VIBRISSE, "check-config", "-c", config], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("some.yaml:9:19: which program?", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
