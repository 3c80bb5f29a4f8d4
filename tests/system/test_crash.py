"""Kills and power cuts. Whatever happens, at the next start the record agrees with itself, and what was acknowledged is there.

A short form of what tests/crash/README.md describes: VIBRISSE_KILLS, VIBRISSE_CUTS, VIBRISSE_RUNS and VIBRISSE_SEED set how
many, and which.
"""
import contextlib
import ctypes
import fcntl
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from keeping import CALLS, Keeping, injected, points
from lab import Lab

KILLS = int(os.environ.get("VIBRISSE_KILLS", "24"))
CUTS = int(os.environ.get("VIBRISSE_CUTS", "3"))
RUNS = int(os.environ.get("VIBRISSE_RUNS", "0"))
SEED = int(os.environ.get("VIBRISSE_SEED", "1"))


class Kills(unittest.TestCase):
    def setUp(self):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        self.keeping = Keeping(SEED)
        self.addCleanup(self.keeping.record.close)

    def at_call(self, call, number):
        """Killed before its n-th call of this name. What it reports is what counts, not whether it was in time."""
        done = self.keeping.record.replay(self.keeping.lines, before=injected(call, f"signal=KILL:when={number}"))
        return done.returncode, done.stderr

    def at_random(self, longest):
        """Killed anywhere, also in the midst of what librrd writes to memory."""
        child = subprocess.Popen(self.keeping.record.command("replay"), stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True)
        timer = threading.Timer(longest * self.keeping.random.random(), child.kill)
        timer.start()
        said = child.communicate(self.keeping.lines)[1]
        timer.cancel()
        return child.returncode, said

    def duration(self):
        begin = time.monotonic()
        self.assertEqual(self.keeping.record.replay(self.keeping.lines).returncode, 0)
        self.keeping.acknowledge()
        return time.monotonic() - begin

    def test_kills(self):
        keeping = self.keeping
        longest = min(self.duration() for _ in range(3))
        calls = points(keeping.record, keeping.lines, CALLS)
        keeping.acknowledge()
        # In the long form each call has its turn; in the short one they are spread over all.
        plan = [calls[i % len(calls)] if KILLS > len(calls) else keeping.random.choice(calls) for i in range((KILLS + 1) // 2)]
        kills = acknowledged = 0
        while kills < KILLS:
            call = plan[kills // 2] if kills % 2 == 0 else ("at random", 0)
            status, said = self.at_call(*call) if call[1] else self.at_random(longest)
            if status == 0:
                keeping.acknowledge()
                acknowledged += 1
                if call[1]:
                    plan[kills // 2] = keeping.random.choice(calls)
                continue
            self.assertIn(status, (-signal.SIGKILL, 128 + signal.SIGKILL), f"{call}: {said}")
            kills += 1
            # Now and then the start after a crash crashes, too.
            if keeping.random.random() < 0.7:
                self.assertEqual(keeping.fault(), "", f"kill {kills}, {call}, VIBRISSE_SEED={SEED}")
        self.assertEqual(keeping.record.replay(keeping.lines).returncode, 0)
        self.assertEqual(keeping.fault(), "")
        self.assertEqual(keeping.record.changes(), keeping.undisturbed(), "as if nothing had happened")
        print(f"{kills} kills, at {len(set(plan))} of {len(calls)} system calls and at random; {acknowledged} chunks "
              f"acknowledged between them, {len(keeping.record.changes())} changes", file=sys.stderr)


class KilledRuns(unittest.TestCase):
    """The whole monitor is killed while it measures a server that comes and goes."""

    def setUp(self):
        if not RUNS:
            self.skipTest("takes half a minute a kill: set VIBRISSE_RUNS")
        self.random = random.Random(SEED)
        self.lab = Lab()
        self.addCleanup(self.lab.close)

    def events(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.lab.data}/ledger.sqlite?mode=ro", uri=True)) as ledger:
            return ledger.execute("select count(*) from event").fetchone()[0]

    def live(self, web, seconds):
        """What the ledger had at the start, and how many events the monitor reported to be committed since."""
        before = self.events() if os.path.exists(f"{self.lab.data}/ledger.sqlite") else 0
        self.lab.start()
        reported, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            status = self.lab.status()
            reported = status["ledger"]["events"] if status else reported
            if self.random.random() < 0.15:
                web.stop() if web.server else web.start()
            time.sleep(0.5)
        return before + reported

    def test_killed_runs(self):
        web = self.lab.web()
        self.lab.configure({"pad": web.url})
        for i in range(RUNS):
            reported = self.live(web, self.random.uniform(5, 50))
            self.lab.monitor.kill()
            self.lab.stop()
            self.assertGreaterEqual(self.events(), reported, f"kill {i}")
            done = self.lab.run("replay", "-c", self.lab.config, os.devnull)
            self.assertEqual(done.returncode, 0, done.stderr)
            done = self.lab.run("verify", "-c", self.lab.config)
            self.assertEqual((done.returncode, done.stdout), (0, ""), f"kill {i}: {done.stderr}")
        print(f"{RUNS} kills of a running monitor, {self.events()} events", file=sys.stderr)


class Disk:
    """A file system of its own whose power can be cut."""

    SHUTDOWN, NOLOGFLUSH = 0x8004587D, 2  # linux/fs.h of ext4, xfs, f2fs

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="vibrisse-disk-")
        self.image, self.mounted = os.path.join(self.folder, "image"), os.path.join(self.folder, "mounted")
        os.mkdir(self.mounted)
        with open(self.image, "wb") as file:
            file.truncate(96 * 1024 * 1024)

    def make(self):
        """False where this is not permitted."""
        return self.call("mkfs.ext4", "-q", "-F", self.image) and self.mount()

    @staticmethod
    def call(*words):
        return shutil.which(words[0]) is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0

    def mount(self):
        return self.call("mount", "-o", "loop", self.image, self.mounted)

    def unmount(self):
        return self.call("umount", self.mounted)

    def cut(self):
        """What was not synced by now is lost, journal and all."""
        folder = os.open(self.mounted, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, self.SHUTDOWN, ctypes.c_uint32(self.NOLOGFLUSH))
        finally:
            os.close(folder)

    def close(self):
        if os.path.ismount(self.mounted):
            self.unmount()
        shutil.rmtree(self.folder, ignore_errors=True)


class PowerCuts(unittest.TestCase):
    def setUp(self):
        self.disk = Disk()
        self.addCleanup(self.disk.close)
        if os.getuid() or not self.disk.make():
            self.skipTest("only root, with loop devices and mkfs.ext4, can cut the power of a disk")
        self.keeping = Keeping(SEED, os.path.join(self.disk.mounted, "data"))
        self.addCleanup(self.keeping.record.close)

    def record_until(self, dark):
        """Chunk after chunk; what is acknowledged is noted here, outside of the disk. Their number."""
        count = 0
        while self.keeping.record.replay(self.keeping.lines).returncode == 0 and not dark.is_set():
            with contextlib.suppress(sqlite3.Error):  # dark a moment later: then the chunk comes again
                self.keeping.acknowledge()
                count += 1
        return count

    def cut_after(self, seconds):
        dark = threading.Event()
        timer = threading.Timer(seconds, lambda: (self.disk.cut(), dark.set()))
        timer.start()
        count = self.record_until(dark)
        timer.join()
        return count

    def test_power_cuts(self):
        count = 0
        for i in range(CUTS):
            count += self.cut_after(self.keeping.random.uniform(0.3, 2.0))
            self.assertTrue(self.disk.unmount() and self.disk.mount(), "the disk can be mounted again")
            self.assertEqual(self.keeping.fault(), "", f"cut {i}, VIBRISSE_SEED={SEED}")
        self.assertEqual(self.keeping.record.replay(self.keeping.lines).returncode, 0)
        self.assertEqual(self.keeping.record.changes(), self.keeping.undisturbed(), "as if nothing had happened")
        print(f"{CUTS} power cuts, {count} chunks acknowledged between them", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
