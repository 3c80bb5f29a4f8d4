"""A disk that fails a recording, or was never ours: one clear message, nothing acknowledged is lost, nothing is changed.

VIBRISSE_FAULTS sets how many system calls of a recording fail, one after the other; 0 = each of them (tests/crash/README.md).
"""
import contextlib
import os
import random
import shutil
import sqlite3
import sys
import unittest

from keeping import Keeping, Record, Stream, injected, points

FAULTS = int(os.environ.get("VIBRISSE_FAULTS", "16"))
SEED = int(os.environ.get("VIBRISSE_SEED", "1"))

# What a disk can refuse, and with which words.
REFUSALS = {"write": "EIO ENOSPC", "pwrite64": "EIO ENOSPC EROFS", "fsync": "EIO ENOSPC", "fdatasync": "EIO ENOSPC", "syncfs": "EIO",
            "ftruncate": "EIO", "renameat": "EIO ENOSPC", "openat": "EIO EACCES EMFILE", "mkdirat": "ENOSPC", "pread64": "EIO",
            "unlink": "EIO", "unlinkat": "EIO"}


class EachCall(unittest.TestCase):
    """A recording in which one system call fails, or it and all after it."""

    def setUp(self):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        self.keeping = Keeping(SEED)
        self.addCleanup(self.keeping.record.close)

    def check(self, call, number, error, further):
        done = self.keeping.record.replay(self.keeping.lines, before=injected(call, f"error={error}:when={number}{further}"))
        what = f"{error} of {call} {number}{further}, VIBRISSE_SEED={SEED}: {done.stderr}"
        self.assertIn(done.returncode, (0, 1), what)
        self.assertNotIn("Sanitizer", done.stderr, what)
        said = [line for line in done.stderr.splitlines() if line.startswith("vibrisse replay: ")]
        if done.returncode == 0:
            self.assertEqual(said, [], what)
            self.keeping.acknowledge()
        elif call != "write":  # its own standard error may be what it cannot write to
            self.assertTrue(said or "error while loading" in done.stderr, what)
            self.assertLessEqual(len(said), 1, what)
        self.assertEqual(self.keeping.fault(), "", what)
        return done.returncode

    def test_each_call_fails(self):
        keeping = self.keeping
        self.assertEqual(keeping.record.replay(keeping.lines).returncode, 0)
        keeping.acknowledge()
        calls = points(keeping.record, keeping.lines, tuple(REFUSALS))
        keeping.acknowledge()
        plan = [(call, number, error) for call, number in calls for error in REFUSALS[call].split()]
        if FAULTS:
            plan = random.Random(SEED).sample(plan, FAULTS)
        refused = 0
        for i, (call, number, error) in enumerate(plan):
            with self.subTest(call=call, number=number, error=error):
                refused += self.check(call, number, error, "+" if i % 2 else "")
        self.assertEqual(keeping.record.replay(keeping.lines).returncode, 0)
        self.assertEqual(keeping.fault(), "")
        self.assertEqual(keeping.record.changes(), keeping.undisturbed(), "as if nothing had happened")
        print(f"{len(plan)} faults, {refused} of them reported", file=sys.stderr)


class Start(unittest.TestCase):
    """One clear sentence and status 1, and nothing is changed."""

    def setUp(self):
        self.record = Record()
        self.addCleanup(self.record.close)
        self.assertEqual(self.record.replay(Stream(SEED).take(10)).returncode, 0)

    def refused(self, *words, **how):
        for command in ("run", "replay"):
            done = self.record.run(command, input="", **how)
            said = [line for line in done.stderr.splitlines() if not line.startswith(" ")]
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertEqual(len(said), 1, done.stderr)
            for word in words:
                self.assertIn(word, said[0])

    def page_of(self, name):
        with contextlib.closing(sqlite3.connect(f"{self.record.data}/ledger.sqlite")) as ledger:
            ledger.execute("pragma wal_checkpoint(truncate)")
            size = ledger.execute("pragma page_size").fetchone()[0]
            return size, ledger.execute(f"select rootpage from sqlite_schema where name = '{name}'").fetchone()[0]

    def damage(self, page, size):
        with open(f"{self.record.data}/ledger.sqlite", "r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)

    def test_no_database(self):
        self.damage(1, 4096)
        self.refused("no ledger but something else")

    def test_damaged_where_records_are_kept(self):
        size, page = self.page_of("kept")
        self.damage(page, size)
        self.refused("damaged", "restore a backup")

    def test_cut(self):
        os.truncate(f"{self.record.data}/ledger.sqlite", 5000)
        self.refused("damaged")

    def test_held_by_another(self):
        with contextlib.closing(sqlite3.connect(f"{self.record.data}/ledger.sqlite", isolation_level=None)) as other:
            other.execute("pragma locking_mode=exclusive")
            other.execute("begin exclusive")
            self.refused("another program holds it")

    def not_ours(self, path, *words):
        if os.getuid():
            self.skipTest("only root can be refused what it owns")
        for where, folders, files in os.walk(self.record.folder):
            for name in (".", *folders, *files):
                os.chown(os.path.join(where, name), 65534, 65534)
        os.chown(path, 0, 0)
        os.chmod(path, 0o700 if os.path.isdir(path) else 0o600)
        self.refused(*words, user=65534, group=65534)

    def test_ledger_of_another_user(self):
        self.not_ours(f"{self.record.data}/ledger.sqlite", "ledger", "owner and the rights")

    def test_series_of_another_user(self):
        self.not_ours(f"{self.record.data}/series", "series", "Permission denied")

    def test_data_of_another_user(self):
        self.not_ours(self.record.data, self.record.data, "Permission denied")


if __name__ == "__main__":
    unittest.main()
