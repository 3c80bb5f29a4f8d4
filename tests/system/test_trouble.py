"""What goes wrong on our own side: files that cannot be read, a frozen prober, a disk that is full."""
import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import unittest

import together
from lab import Lab, wait_for

PAD, PAGE = "chat-perche/pad", "/fr/h/chat-perche/pad/"


def states(lab):
    with contextlib.closing(sqlite3.connect(f"file:{lab.data}/ledger.sqlite?mode=ro", uri=True)) as ledger:
        return [row[0] for row in ledger.execute(
            "select state from event join subject on subject.id = event.subject where kind = 'state' and name = ?"
            " order by seq", (PAD,))]


class Start(unittest.TestCase):
    """One clear sentence and status 1; nothing is left running."""

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.lab.configure({"pad": "http://127.0.0.1:9/"})

    def refused(self, *words, args=(), **how):
        done = self.lab.run("run", "-c", self.lab.config, *args, **how)
        said = [line for line in done.stderr.splitlines() if " info: " not in line]
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(said), 1, done.stderr)
        for word in words:
            self.assertIn(word, said[0])

    def test_no_configuration(self):
        os.unlink(self.lab.config)
        self.refused(self.lab.config, "No such file")

    def test_folder_as_configuration(self):
        os.unlink(self.lab.config)
        os.mkdir(self.lab.config)
        self.refused(self.lab.config)

    def test_data_below_nothing(self):
        self.refused("/proc/nothing/data", args=("--data", "/proc/nothing/data"))

    def test_data_is_a_file(self):
        self.refused("file", args=("--data", self.lab.write("file", "x")))

    def test_site_is_a_file(self):
        self.refused("file", args=("--site", self.lab.write("file", "x")))

    def test_site_below_nothing(self):
        self.refused("/proc/nothing/site", args=("--site", "/proc/nothing/site"))

    def test_series_is_a_file(self):
        self.lab.write("data/series", "x")
        self.refused("series")

    def test_control_is_a_folder(self):
        os.makedirs(os.path.join(self.lab.data, "control"))
        self.refused("control", "address already in use")

    def test_data_too_deep_for_a_socket(self):
        deep = self.lab.path("d" * 100)
        os.mkdir(deep)
        self.refused("too long for a socket", args=("--data", deep))

    def test_program_gone(self):
        """The keeper's own program cannot be started again as its children."""
        copy = self.lab.path("vibrisse")
        shutil.copy(os.environ["VIBRISSE"], copy)
        done = subprocess.run(["/bin/sh", "-c", 'exec 3< "$1"; rm "$1"; exec /proc/self/fd/3 run -c "$2"', "sh", copy,
                               self.lab.config], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("cannot start the prober", done.stderr)


class Trouble(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)

    def start(self):
        self.lab.configure({"pad": self.lab.web().url})
        self.lab.start()
        wait_for("pad is up", lambda: self.lab.state(PAD) == "up")

    def test_frozen_prober(self):
        """Time that nobody measured is unknown, never down; the prober is replaced."""
        self.start()
        frozen = self.lab.children()["prober"]
        os.kill(frozen, signal.SIGSTOP)
        wait_for("the prober is replaced", lambda: self.lab.children().get("prober", frozen) != frozen)
        stopped = self.lab.status()["measured"]
        wait_for("measuring goes on", lambda: self.lab.status()["measured"] > stopped)
        wait_for("the return is in the ledger", lambda: states(self.lab)[-1] == "up")
        self.assertEqual(self.lab.stop(), 0)
        self.assertIn("the prober is silent and is ended", self.lab.said())
        self.assertEqual(states(self.lab), ["up", "unknown", "up"])
        with contextlib.closing(sqlite3.connect(f"{self.lab.data}/ledger.sqlite")) as ledger:
            blind = ledger.execute("select at - before from event where kind = 'blind'").fetchall()
        self.assertEqual(len(blind), 1)
        self.assertGreaterEqual(blind[0][0], 15)

    def test_frozen_prober_at_the_end(self):
        """A prober that cannot obey does not keep the monitor from ending."""
        self.start()
        prober = self.lab.children()["prober"]
        os.kill(prober, signal.SIGSTOP)
        wait_for("the prober is frozen", lambda: self.lab.is_frozen(prober))
        self.assertEqual(self.lab.stop(), 0)
        self.assertIn("does not end and is killed", self.lab.said())

    def test_frozen_keeper(self):
        """A monitor that was stopped for long, with its host perhaps, does not blame its prober."""
        self.start()
        wait_for("its page says so", lambda: "Disponible" in self.lab.page(PAGE))
        prober = self.lab.children()["prober"]
        self.lab.monitor.send_signal(signal.SIGSTOP)
        self.addCleanup(self.lab.monitor.send_signal, signal.SIGCONT)
        with self.assertRaises(subprocess.TimeoutExpired):
            self.lab.monitor.wait(timeout=20)
        before = self.lab.page(PAGE)
        self.assertTrue(before, "pages are served meanwhile")
        self.lab.monitor.send_signal(signal.SIGCONT)
        stopped = self.lab.status()["measured"]
        wait_for("measuring goes on", lambda: self.lab.status()["measured"] > stopped)
        self.assertEqual(self.lab.children()["prober"], prober)

    def test_idle_connection(self):
        """Somebody who connects to the control socket and says nothing does not keep the monitor from ending."""
        self.start()
        with socket.socket(socket.AF_UNIX) as idle:
            idle.connect(os.path.join(self.lab.data, "control"))
            self.assertEqual(self.lab.stop(), 0)

    def test_full_disk(self):
        """On a disk of 32 MiB: said once, told by the status, pages stay, and all goes on when there is room again."""
        disk = tempfile.mkdtemp(prefix="vibrisse-disk-")
        self.addCleanup(os.rmdir, disk)
        if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "none", disk], check=False,
                                              capture_output=True).returncode:
            self.skipTest("only root can mount a small disk")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        self.addCleanup(self.lab.stop)
        self.lab.data, self.lab.site = os.path.join(disk, "data"), os.path.join(disk, "site")
        self.start()
        wait_for("its page says so", lambda: "Disponible" in self.lab.page(PAGE))
        filler = os.path.join(disk, "filler")
        with open(filler, "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass
        self.lab.webs[0].stop()
        wait_for("it believes what it sees", lambda: self.lab.state(PAD) == "down")
        wait_for("it says what is wrong", lambda: self.lab.status()["health"] != "ok")
        self.assertEqual(self.lab.get(PAGE)[0], 200, "the old page stays")
        os.unlink(filler)
        wait_for("it is well again", lambda: self.lab.status()["health"] == "ok")
        wait_for("the outage is in the ledger", lambda: states(self.lab) == ["up", "down"])
        wait_for("and on the page", lambda: "Indisponible" in self.lab.page(PAGE))
        self.assertEqual(self.lab.stop(), 0)
        for part in ("ledger", "site", "series"):
            faults = [line for line in self.lab.said().splitlines() if "cannot write" in line and f"what={part}" in line]
            self.assertLessEqual(len(faults), 1, "\n".join(faults))


if __name__ == "__main__":
    together.main()
