"""A disk that fails, fills or is closed to us while the monitor runs."""
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

import together
from lab import Lab, wait_for

PAD, PAGE = "chat-perche/pad", "/fr/h/chat-perche/pad/"


class Running(unittest.TestCase):
    """A monitor whose disk fails while it runs: it measures on, its pages stay, it says so once, and recovers by itself."""

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)

    def start(self):
        self.web = self.lab.web()
        self.lab.configure({"pad": self.web.url})
        self.lab.start()
        wait_for("pad is up", lambda: self.lab.state(PAD) == "up")
        wait_for("its page says so", lambda: "Disponible" in self.lab.page(PAGE))
        wait_for("all is well", lambda: self.lab.status()["health"] == "ok")

    def states(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.lab.data}/ledger.sqlite?mode=ro", uri=True)) as ledger:
            return [row[0] for row in ledger.execute(
                f"select state from event join subject on subject.id = subject where kind = 'state' and name = '{PAD}'"
                " order by seq")]

    def outage_in_trouble(self, word):
        """An outage that the ledger cannot be told: believed, shown, and told by the status."""
        self.web.stop()
        wait_for("it believes what it sees", lambda: self.lab.state(PAD) == "down")
        health = wait_for("it says what is wrong", lambda: (self.lab.status() or {"health": "ok"})["health"].replace("ok", ""))
        self.assertIn(word, health)
        self.assertGreater(self.lab.status()["ledger"]["waiting"], 0)
        measured = self.lab.status()["measured"]
        wait_for("it measures on", lambda: self.lab.status()["measured"] > measured)
        self.assertEqual(self.lab.get(PAGE)[0], 200, "its pages stay")

    def well_again(self):
        wait_for("it is well again", lambda: self.lab.status()["health"] == "ok")
        wait_for("the outage is in the ledger", lambda: self.states() == ["up", "down"])
        wait_for("and on the page", lambda: "Indisponible" in self.lab.page(PAGE))
        self.assertEqual(self.lab.status()["ledger"]["waiting"], 0)
        self.assertEqual(self.lab.stop(), 0)
        said = [line for line in self.lab.said().splitlines() if "cannot write" in line and "what=ledger" in line]
        self.assertEqual(len(said), 1, self.lab.said())
        done = self.lab.run("verify", "-c", self.lab.config)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    @contextlib.contextmanager
    def failing(self, calls, error):
        """The calls fail while this lasts. Tracing ends with the tracer."""
        tracer = subprocess.Popen(["strace", "-f", "-qq", "-o", os.devnull, "-p", str(self.lab.monitor.pid),
                                   "-e", f"trace={calls}", "-e", f"inject={calls}:error={error}"], stderr=subprocess.PIPE)
        try:
            wait_for("it is traced", lambda: self.traced() == tracer.pid)
            yield
        finally:
            tracer.terminate()
            tracer.communicate()

    def traced(self):
        with open(f"/proc/{self.lab.monitor.pid}/status", encoding="utf-8") as file:
            return int(re.search(r"TracerPid:\t(\d+)", file.read())[1])

    def need_strace(self):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")

    def test_disk_fails(self):
        self.need_strace()
        self.start()
        with self.failing("fdatasync,fsync,syncfs", "EIO"):
            self.outage_in_trouble("disk fails")
        self.well_again()

    def test_remounted_read_only(self):
        """As Linux does with a file system that it no longer trusts."""
        self.need_strace()
        self.start()
        with self.failing("pwrite64,ftruncate,fdatasync", "EROFS"):
            self.outage_in_trouble("ledger")
        self.well_again()

    def test_ledger_is_held(self):
        self.start()
        with contextlib.closing(sqlite3.connect(f"{self.lab.data}/ledger.sqlite", isolation_level=None)) as other:
            other.execute("begin immediate")
            self.outage_in_trouble("another program holds it")
            other.execute("rollback")
        self.well_again()

    def test_no_inodes(self):
        """No file can be made any more: those that are there go on."""
        disk = tempfile.mkdtemp(prefix="vibrisse-disk-")
        self.addCleanup(os.rmdir, disk)
        if os.getuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,nr_inodes=400", "none", disk], check=False,
                                         capture_output=True).returncode:
            self.skipTest("only root can mount a small disk")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        self.addCleanup(self.lab.stop)
        self.lab.data, self.lab.site = os.path.join(disk, "data"), os.path.join(disk, "site")
        self.start()
        filler = os.path.join(disk, "filler")
        os.mkdir(filler)
        with contextlib.suppress(OSError):
            for i in range(1000):
                with open(os.path.join(filler, str(i)), "wb"):
                    pass
        self.web.stop()
        wait_for("it believes what it sees", lambda: self.lab.state(PAD) == "down")
        wait_for("it is in the ledger", lambda: self.states() == ["up", "down"])
        wait_for("it says what is wrong", lambda: self.lab.status()["health"] != "ok")
        self.assertEqual(self.lab.get(PAGE)[0], 200, "its pages stay")
        shutil.rmtree(filler)
        wait_for("it is well again", lambda: self.lab.status()["health"] == "ok")
        wait_for("its page is new", lambda: "Indisponible" in self.lab.page(PAGE))
        self.assertEqual(self.lab.stop(), 0)
        for part in ("ledger", "site", "series"):
            self.assertLessEqual(self.lab.said().count(f"what={part} why"), 1, self.lab.said())


if __name__ == "__main__":
    together.main()
