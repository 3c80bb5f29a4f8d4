"""The demonstration shows every state, each for the reason that it has: real servers, the real monitor."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

from lab import VIBRISSE
from ports import free_ports

SOURCE = pathlib.Path(os.environ["SOURCE"])

# «visio» naps now and then: any state is right for it.
WANTED = {
    "ecuelle/agendas": ("down", "tls_expired"),
    "ecuelle/fichiers": ("degraded", "tls_expires_soon"),
    "pelote/blogs": ("down", "http_status"),
    "pelote/forge": ("down", "connect_refused"),
    "ronron/messagerie": ("degraded", "connect_refused"),
    "siamois/dessin": ("degraded", "slow"),
    "siamois/liens": ("up", "ok"),
    "siamois/photos": ("unknown", "blocked"),
    "vibrisse-libre/notes": ("up", "ok"),
    "vibrisse-libre/pads": ("up", "ok"),
    "vibrisse-libre/sondages": ("up", "ok"),
}


class Demo(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vibrisse-demo-test."))
        self.folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.port = free_ports(5)
        subprocess.run([SOURCE / "etc/demo/prepare.sh", self.folder, str(self.port)], check=True)

    def start(self, *command):
        with open(self.folder / "log", "a") as log:
            process = subprocess.Popen(command, cwd=self.folder, stderr=log)
        self.addCleanup(self.stop, process)
        return process

    @staticmethod
    def stop(process):
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def status(self):
        done = subprocess.run([VIBRISSE, "status", "-c", "vibrisse.yaml", "--json"], cwd=self.folder,
                              capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else {"services": []}

    def wait_for_servers(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port + 2)) == 0:
                    return
            time.sleep(0.1)
        self.fail("nginx did not start: " + (self.folder / "log").read_text())

    def test_every_state_for_its_reason(self):
        self.start("/usr/sbin/nginx", "-p", f"{self.folder}/", "-c", "nginx.conf", "-e", "nginx-error.log")
        self.wait_for_servers()
        monitor = self.start(VIBRISSE, "run", "-c", "vibrisse.yaml")
        found, deadline = {}, time.monotonic() + 120
        while time.monotonic() < deadline:
            found = {service["service"]: (service["state"], service["reason"])
                     for service in self.status()["services"]}
            if {key: found.get(key) for key in WANTED} == WANTED:
                break
            self.assertIsNone(monitor.poll(), (self.folder / "log").read_text())
            time.sleep(0.5)
        self.assertEqual({key: found.get(key) for key in WANTED}, WANTED)
        self.assertIn("ronron/visio", found)
        self.page_names_all_hosters()

    def page_names_all_hosters(self):
        page, deadline = "", time.monotonic() + 60
        while time.monotonic() < deadline and "Pelote" not in page:
            page = subprocess.run(["curl", "-s", f"http://127.0.0.1:{self.port}/fr/"], capture_output=True,
                                  text=True).stdout
            time.sleep(0.5)
        for name in ("La Vibrisse Libre", "L’Écuelle partagée", "Le Ronron numérique", "Pelote &amp; Réseau",
                     "Les Siamois du Câble"):
            self.assertIn(name, page)


if __name__ == "__main__":
    unittest.main()
