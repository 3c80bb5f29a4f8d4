"""A record in which everything happened, backed up on one machine and restored on another: all that is served is the same."""
import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from lab import VIBRISSE

YEAR = os.path.join(os.environ["SOURCE"], "tests", "year")
sys.path.insert(0, YEAR)

import words  # noqa: E402

UNTIL, SERVED = "2026-11-01T00:00:00Z", "2026-11-01T00:20:00Z"
SAID = 1793491800  # s; between them
REGISTER = {
    "members": {"hoster": "pelote-rouge", "name": "Pelote Rouge", "website": "https://pelote-rouge.example/",
                "services": [{"id": "pad", "name": "Pad", "url": "https://pad.pelote-rouge.example/", "software": "Etherpad"}]},
    "journal": {"v": 1, "at": "2026-10-31T12:00:00Z", "files": 2, "left_out": 0},
    "copies": {}, "report": {"members": [], "files": [], "left_out": 0}}
NUMBERS = {"nuage": ("nextcloud", {"total": 120, "month": 45, "halfyear": 80, "posts": 7}), "pad": ("sante", {"total": 6, "month": 5})}


def used(service, check, users):
    return json.dumps({"v": 1, "time": "2026-11-01T00:10:00Z", "vantage": "paris", "service": f"chat-perche/{service}",
                       "check": check, "family": "ipv4", "outcome": "up", "reason": "ok", "attempt": 1, "users": users})


def private(path, flags):
    return os.open(path, flags, 0o600)


class Moving(unittest.TestCase):
    def setUp(self):
        # What is under test is what is copied, not the disk.
        self.folder = tempfile.mkdtemp(prefix="vibrisse-test-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data, self.config = self.path("data"), self.path("vibrisse.yaml")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run_it(self, *arguments, **more):
        done = subprocess.run([VIBRISSE, *arguments], capture_output=True, text=True, check=False, timeout=300, **more)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def live(self):
        """A fortnight with outages, certificates, maintenance; words about it, what is used, a member that a register named."""
        made = subprocess.run([sys.executable, os.path.join(YEAR, "make"), self.folder, "--until", UNTIL, "--days", "12",
                               "--interval", "60"], capture_output=True, text=True, check=False, timeout=600)
        self.assertEqual(made.returncode, 0, made.stderr)
        with open(self.config, "a", encoding="utf-8") as file:
            file.write('register: [{chatonsinfos: "https://federation.example/"}]\n')
        os.mkdir(self.path("data/register"), 0o700)
        for name, line in REGISTER.items():
            with open(self.path("data/register", name), "w", encoding="utf-8", opener=private) as file:
                file.write(json.dumps(line) + "\n")
        self.run_it("replay", "-c", self.config, "-", input="".join(f"{used(service, *one)}\n" for service, one in NUMBERS.items()))
        words.say(VIBRISSE, self.folder, SAID, ["incident", "dispute", "nid-d-octets/pad", "--at", "2026-10-31T20:00:00Z",
                                                "--fr", "Notre page répondait.", "--by", "Nid d’Octets"])

        self.run_it("report", "2026", "-c", self.config, "--draft", "--until", "2026-12-24", "--out", self.path("data/reports"))

    def served(self, data):
        site = f"{data}-site"
        self.run_it("render", "-c", self.config, "--data", data, "--site", site, "--at", SERVED)
        return site

    def pages(self, site):
        return sorted(os.path.relpath(os.path.join(where, name), site) for where, _, names in os.walk(site) for name in names)

    def test_everything(self):
        self.live()
        self.run_it("backup", "--data", self.data, "--out", self.path("copy.tar.gz"))
        elsewhere = self.path("elsewhere")
        self.run_it("restore", "--data", elsewhere, "--in", self.path("copy.tar.gz"))
        self.assertEqual(self.run_it("verify", "-c", self.config, "--data", elsewhere), "")
        for name in REGISTER:
            self.assertEqual(os.stat(os.path.join(elsewhere, "register", name)).st_mode & 0o777, 0o600, name)
        here, there = self.served(self.data), self.served(elsewhere)
        names = self.pages(here)
        self.assertEqual(names, self.pages(there))
        self.assertEqual(filecmp.cmpfiles(here, there, names, shallow=False)[1:], ([], []))
        self.all_is_told(here)

    def all_is_told(self, site):
        """Else the comparison would say nothing."""
        for name, said in {
                "fr/h/pelote-rouge/pad/index.html": "Pelote Rouge", "fr/register/index.html": "2026",
                "fr/h/nid-d-octets/pad/index.html": "Notre page répondait", "fr/h/chat-perche/nuage/index.html": "version 32 de Nextcloud",
                "fr/h/cafe-des-octets/listes/index.html": "Historique du certificat",
                "data/usage/chat-perche.csv": "120", "fr/report/2026/index.html": "2026"}.items():
            with open(os.path.join(site, name), encoding="utf-8") as file:
                self.assertIn(said, file.read(), name)


if __name__ == "__main__":
    unittest.main()
