"""/metrics of a running monitor: well-formed, true, made anew, without a file; and silent when the monitor is dead."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import unittest
import urllib.request

import openmetrics
import together
from lab import Lab, wait_for

MIME = "application/openmetrics-text; version=1.0.0; charset=utf-8"
# What would end a label, a line or the whole of it.
HOSTILE = '"} 1 # {x="\\\\'
LOG_LINE = re.compile(r"listening on http://[\d.:]+/|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [a-z]+ (debug|info|warning|error): [^\x00-\x1f\x7f-\x9f\u202a-\u202e]+")


UNPACKED = os.path.join(os.environ["SOURCE"], "build", "servers", "usr", "bin")
PROMTOOL = shutil.which("promtool", path=os.environ["PATH"] + os.pathsep + UNPACKED)


def sample(families, name, **labels):
    for key, value in families.get(name, {"samples": {}})["samples"].items():
        if set(labels.items()) <= set(key):
            return value
    return None


class Metrics(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)

    def read(self):
        status, text = self.lab.get("/metrics")
        return openmetrics.read(text) if status == 200 else {}

    def add_strangers(self):
        """A hoster whose every text is hostile, at a server that answers so."""
        web = self.lab.web(status=302)
        web.headers["Location"] = f"http://127.0.0.1:9/{HOSTILE}\u202e".encode().decode("latin-1") + "w" * 10240
        text = json.dumps(HOSTILE)
        self.lab.write("hosters.d/strangers.yaml", f"hoster: strangers\nname: {text}\nkind: {text}\nplace: {text}\nservices:\n"
                       f"  - {{id: pad, name: {text}, kind: {text}, software: {text}, checks: [{json.dumps(web.url)}]}}\n")

    def all_known(self):
        """The metrics, once each service is as it will stay; else None."""
        families = self.read()
        down = [sample(families, "vibrisse_service_state", hoster=hoster, service=service, vibrisse_service_state="down")
                for hoster, service in (("chat-perche", "mail"), ("strangers", "pad"))]
        good = sample(families, "probe_success", hoster="chat-perche", service="pad", family="ipv4")
        return families if all(down) and good else None

    def look_at_strangers(self, families):
        self.assertEqual(sample(families, "probe_success", hoster="strangers"), 0)
        for family in families.values():
            for labels in family["samples"]:
                for _, value in labels:
                    self.assertRegex(value, r"^[\w.:/+-]*$")
        with open(self.lab.path("log"), encoding="utf-8") as log:
            for line in log.read().splitlines():
                self.assertTrue(LOG_LINE.fullmatch(line), line)

    def test_running(self):
        good, bad = self.lab.web(), self.lab.web(status=500)
        self.lab.configure({"pad": good.url, "mail": bad.url}, interval="5s")
        self.add_strangers()
        self.lab.start()
        families = wait_for("two services are down, one works", self.all_known)
        self.look_at_strangers(families)
        self.assertEqual(sample(families, "probe_success", hoster="chat-perche", service="pad", family="ipv4"), 1)
        self.assertEqual(sample(families, "probe_success", service="mail"), 0)
        self.assertGreater(sample(families, "probe_duration_seconds", hoster="chat-perche", service="pad"), 0)
        self.assertEqual(sample(families, "vibrisse_checks"), 3)
        self.assertEqual(len(families["vibrisse_service_state"]["samples"]), 3 * 5)
        taken = sample(families, "vibrisse_results", fate="taken")
        wait_for("newer metrics", lambda: sample(self.read(), "vibrisse_results", fate="taken") > taken)
        with urllib.request.urlopen(f"http://{self.lab.listen}/metrics", timeout=60) as answer:
            self.assertEqual(answer.headers["Content-Type"], MIME)
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertFalse(os.path.exists(os.path.join(self.lab.site, "metrics")))
        self.look_after_death()

    def is_asking(self):
        """The server holds a lock on what the monitor writes; then it is written often."""
        folder = f"/proc/{self.lab.server_pid()}/fdinfo"
        for name in os.listdir(folder):
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                if "OFDLCK" in pathlib.Path(folder, name).read_text(encoding="utf-8"):
                    return True
        return False

    def test_written_often_only_for_readers(self):
        self.lab.configure({"pad": self.lab.web().url}, interval="5s")
        self.lab.start()
        wait_for("pages", lambda: self.lab.get("/fr/")[0] == 200)
        self.assertFalse(self.is_asking())
        wait_for("metrics", lambda: self.lab.get("/metrics")[0] == 200)
        wait_for("the monitor is told", self.is_asking)

    def read_plain(self):
        request = urllib.request.Request(f"http://{self.lab.listen}/metrics", headers={"Accept": "text/plain"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            self.assertEqual(answer.headers["Vary"], "Accept")
            return answer.read().decode()

    def test_plain(self):
        self.lab.configure({"pad": self.lab.web().url}, interval="5s")
        self.lab.start()
        wait_for("metrics", lambda: sample(self.read(), "probe_success", service="pad") == 1)
        text = self.read_plain()
        self.assertIn("# TYPE vibrisse_results_total counter\n", text)
        self.assertIn('# TYPE vibrisse_service_state gauge\n', text)
        self.assertNotIn("# EOF", text)

    def test_promtool_is_silent(self):
        if not PROMTOOL:
            self.assertNotEqual(os.environ.get("VIBRISSE_REAL"), "required", "promtool is missing")
            self.skipTest("no promtool here")
        self.lab.configure({"pad": self.lab.web().url, "mail": self.lab.web(status=500).url}, interval="5s")
        self.lab.start()
        wait_for("metrics", lambda: sample(self.read(), "probe_success", service="mail") == 0)
        for text, silent in ((self.read_plain(), True), (self.read_plain() + "# TYPE odd counter\nodd 1\n", False)):
            done = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout + done.stderr) == (0, ""), silent, done.stdout + done.stderr)

    def look_after_death(self):
        """The server lives on; what it holds is no news any more."""
        pid = self.lab.server_pid()
        self.lab.monitor.send_signal(signal.SIGKILL)
        self.lab.monitor.wait()
        wait_for("the server owns up to it", lambda: self.lab.get("/metrics")[0] == 503, 120)
        self.assertEqual(self.lab.get("/fr/")[0], 200)
        self.assertEqual(self.lab.server_pid(), pid)

    def test_without_a_monitor(self):
        """Served by itself, a folder has no metrics but those that lie in it."""
        self.lab.configure({"pad": self.lab.web().url})
        self.assertEqual(self.lab.run("serve", "--site", self.lab.folder, "--board", "/nonexistent").returncode, 1)


if __name__ == "__main__":
    together.main()
