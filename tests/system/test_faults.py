"""A disk that fails, fills or is closed to us: one clear message, nothing acknowledged is lost, and all goes on by itself.

VIBRISSE_FAULTS sets how many system calls of a recording fail, one after the other; 0 = each of them (tests/crash/README.md).
"""
import contextlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

from keeping import Keeping, Record, Stream, injected, points
from lab import Lab, wait_for

FAULTS = int(os.environ.get("VIBRISSE_FAULTS", "16"))
SEED = int(os.environ.get("VIBRISSE_SEED", "1"))
PAD, PAGE = "chat-perche/pad", "/fr/h/chat-perche/pad/"

# What a disk can refuse, and with which words.
REFUSALS = {"write": "EIO ENOSPC", "pwrite64": "EIO ENOSPC EROFS", "fsync": "EIO ENOSPC", "fdatasync": "EIO ENOSPC", "syncfs": "EIO",
            "ftruncate": "EIO", "renameat": "EIO ENOSPC", "openat": "EIO EACCES EMFILE", "mkdirat": "ENOSPC", "pread64": "EIO",
            "unlink": "EIO", "unlinkat": "EIO", "mmap": "ENOMEM"}


def needs_strace(test):
    if not shutil.which("strace"):
        test.skipTest("strace is not installed")


def forged(record, statement):
    with contextlib.closing(sqlite3.connect(f"{record}/ledger.sqlite")) as ledger:
        ledger.execute(statement)
        ledger.commit()


class EachCall(unittest.TestCase):
    """A recording in which one system call fails, or it and all after it."""

    def setUp(self):
        needs_strace(self)
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
                refused += self.check(call, number, error, "+" if i % 2 and call != "mmap" else "")
        self.assertEqual(keeping.record.replay(keeping.lines).returncode, 0)
        self.assertEqual(keeping.fault(), "")
        self.assertEqual(keeping.record.changes(), keeping.undisturbed(), "as if nothing had happened")
        print(f"{len(plan)} faults, {refused} of them reported", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
