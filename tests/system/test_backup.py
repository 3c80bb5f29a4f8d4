"""backup beside a running monitor, restore elsewhere: the same record. What is no backup leaves nothing behind."""
import gzip
import io
import json
import os
import shutil
import subprocess
import tarfile
import unittest

from keeping import Record, Stream, stamp
from lab import Lab, wait_for

PAD = "chat-perche/pad"


def tree(folder):
    """path: contents of all that is below."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found


class Running(unittest.TestCase):
    """Of a monitor that is recording."""

    def test_backup_of_a_running_monitor(self):
        lab = Lab()
        self.addCleanup(lab.close)
        web = lab.web()
        lab.configure({"pad": web.url})
        lab.start()
        wait_for("pad is up", lambda: lab.state(PAD) == "up")
        web.stop()
        wait_for("pad is down", lambda: lab.state(PAD) == "down")
        wait_for("the series are there", lambda: os.path.exists(lab.path("data/series", PAD, "avail.rrd")))
        out = lab.path("backup.tar.gz")
        done = lab.run("backup", "--data", lab.data, "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.stat(out).st_mode & 0o777, 0o600, "for its owner's eyes only")
        self.assertEqual(lab.stop(), 0)
        elsewhere = lab.path("elsewhere")
        done = lab.run("restore", "--data", elsewhere, "--in", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = lab.run("verify", "-c", lab.config, "--data", elsewhere)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        # As far as the backup goes, both say the same.
        record = Record(elsewhere)
        self.addCleanup(record.close)
        until = record.frontiers()[PAD]
        self.same(lab, elsewhere, "availability", "--json", "--from", stamp(until - 3600), "--to", stamp(until))

    def same(self, lab, elsewhere, command, *args):
        """But for answer times, which the ledger learns every five minutes."""
        figures = []
        for data in (lab.data, elsewhere):
            done = lab.run(command, "-c", lab.config, "--data", data, *args)
            self.assertEqual(done.returncode, 0, done.stderr)
            figures.append([{key: value for key, value in row.items() if not key.startswith("latency")}
                            for row in json.loads(done.stdout)])
        self.assertEqual(figures[0], figures[1])


class Backup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.record = Record(profile="compact")
        cls.addClassCleanup(cls.record.close)
        stream = Stream(11)
        for _ in range(3):
            assert cls.record.replay(stream.take(120)).returncode == 0
        cls.until = stream.now
        cls.out = os.path.join(cls.record.folder, "backup.tar.gz")
        done = cls.backup(cls.out)
        assert done.returncode == 0, done.stderr

    @classmethod
    def backup(cls, out, data=None, before=()):
        return subprocess.run([*before, os.environ["VIBRISSE"], "backup", "--data", data or cls.record.data, "--out", out],
                              capture_output=True, text=True, check=False, timeout=60)

    def setUp(self):
        self.folder = os.path.join(self.record.folder, self.id().rsplit(".", 1)[1])
        os.mkdir(self.folder)
        self.target = os.path.join(self.folder, "target")

    def restore(self, archive, target=None):
        return subprocess.run([os.environ["VIBRISSE"], "restore", "--data", target or self.target, "--in", archive],
                              capture_output=True, text=True, check=False, timeout=60)

    def run_on(self, data, command, *args):
        record = Record(data, profile="compact")
        self.addCleanup(record.close)
        done = record.run(command, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_restored_is_equal(self):
        done = self.restore(self.out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.run_on(self.target, "verify"), "")
        span = ("--from", stamp(self.until - 86400), "--to", stamp(self.until))
        self.assertEqual(self.run_on(self.record.data, "availability", "--json", *span),
                         self.run_on(self.target, "availability", "--json", *span))
        pages = []
        for data in (self.record.data, self.target):
            site = os.path.join(self.folder, f"site-{os.path.basename(data)}")
            self.run_on(data, "render", "--site", site, "--at", stamp(self.until))
            pages.append(tree(site))
        self.assertEqual(sorted(pages[0]), sorted(pages[1]))
        for name, contents in pages[0].items():
            self.assertEqual(contents, pages[1][name], name)
        self.assertIn("fr/index.html", pages[0])

    def test_goes_on_where_it_ended(self):
        """The same results afterwards make the same record here and there."""
        self.assertEqual(self.restore(self.out).returncode, 0)
        here = os.path.join(self.folder, "here")
        shutil.copytree(self.record.data, here)
        more, changes = Stream(12, self.until).take(60), []
        for data in (here, self.target):
            record = Record(data, profile="compact")
            self.addCleanup(record.close)
            self.assertEqual(record.replay(more).returncode, 0)
            self.assertEqual(record.differences(), "")
            changes.append(record.changes())
        self.assertEqual(changes[0], changes[1])

    def test_twice_the_same(self):
        again = os.path.join(self.folder, "again.tar.gz")
        self.assertEqual(self.backup(again).returncode, 0)
        with tarfile.open(self.out) as first, tarfile.open(again) as second:
            self.assertEqual(first.extractfile("SHA256SUMS").read(), second.extractfile("SHA256SUMS").read())

    def test_what_tar_and_sha256sum_say(self):
        subprocess.run(["tar", "-xzf", self.out, "-C", self.folder], check=True)
        subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=self.folder, check=True)

    # ---- backups that cannot be made ----

    def not_made(self, out, *words, **how):
        done = self.backup(out, **how)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        return done

    def test_target_is_there(self):
        out = os.path.join(self.folder, "out")
        with open(out, "w", encoding="utf-8") as file:
            file.write("mine")
        self.not_made(out, out, "is there already")
        with open(out, encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")

    def test_nothing_to_back_up(self):
        out = os.path.join(self.folder, "out")
        self.not_made(out, "it is not there", data=os.path.join(self.folder, "nowhere"))
        self.assertFalse(os.path.exists(out))

    # ---- archives that are none ----

    def refused(self, archive, *words):
        done = self.restore(archive)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertFalse(os.path.exists(self.target), "nothing is left behind")

    def refused_into_a_folder(self, archive):
        os.mkdir(self.target)
        self.assertEqual(self.restore(archive).returncode, 1)
        self.assertEqual(os.listdir(self.target), [], "an empty folder stays, empty")

    def written(self, contents, name="archive"):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(contents)
        return path

    def test_cut(self):
        with open(self.out, "rb") as file:
            whole = file.read()
        for length in (0, 1, 100, len(whole) // 2, len(whole) - 100, len(whole) - 9):
            with self.subTest(length=length):
                self.refused(self.written(whole[:length]))

    def test_cut_inside(self):
        """Whole as gzip, but the tar file ends early: at each member."""
        with gzip.open(self.out) as file:
            whole = file.read()
        with tarfile.open(self.out) as archive:
            offsets = [member.offset for member in archive.getmembers()]
        for length in (*offsets[1:], offsets[-1] + 700):
            with self.subTest(length=length):
                self.refused(self.written(gzip.compress(whole[:length], 1)))
        self.refused_into_a_folder(self.written(whole[:offsets[-1]]))

    def test_damaged(self):
        with gzip.open(self.out) as file:
            whole = bytearray(file.read())
        with tarfile.open(self.out) as archive:
            places = [member.offset_data + member.size // 2 for member in archive.getmembers()]
        for place in places:
            with self.subTest(place=place):
                whole[place] ^= 1
                self.refused(self.written(gzip.compress(bytes(whole), 1)))
                whole[place] ^= 1

    def test_not_there(self):
        self.refused(os.path.join(self.folder, "nothing"), "nothing")

    def test_something_else(self):
        self.refused(self.written(b"hello" * 1000))
        self.refused(self.written(gzip.compress(b"hello" * 1000)))
        self.refused("/dev/null")
        self.refused(self.folder)

    def with_member(self, change):
        """The good archive, and what `change` adds to it before the sums."""
        path = os.path.join(self.folder, "archive")
        with tarfile.open(self.out) as old, tarfile.open(path, "w") as new:
            for member in old.getmembers():
                if member.name == "SHA256SUMS":
                    change(new)
                new.addfile(member, old.extractfile(member))
        return path

    def test_foreign_members(self):
        outside = os.path.join(self.record.folder, "planted")
        cases = {
            "climbing": ("../planted", tarfile.REGTYPE, ""),
            "climbing inside": ("series/../../planted", tarfile.REGTYPE, ""),
            "climbing as a series": ("series/a/../../../planted.rrd", tarfile.REGTYPE, ""),
            "absolute": (outside, tarfile.REGTYPE, ""),
            "link": ("series/a/b/avail.rrd", tarfile.SYMTYPE, outside),
            "link of a folder": ("series/a", tarfile.SYMTYPE, self.record.folder),
            "hard link": ("series/a/b/avail.rrd", tarfile.LNKTYPE, "ledger.sqlite"),
            "hard link outside": ("series/a/b/avail.rrd", tarfile.LNKTYPE, "/etc/passwd"),
            "device": ("series/a/b/avail.rrd", tarfile.CHRTYPE, ""),
            "block device": ("series/a/b/avail.rrd", tarfile.BLKTYPE, ""),
            "pipe": ("series/a/b/avail.rrd", tarfile.FIFOTYPE, ""),
            "folder": ("series/a/b/avail.rrd", tarfile.DIRTYPE, ""),
            "doubled": ("series/chat-perche/pad/avail.rrd", tarfile.REGTYPE, ""),
            "doubled ledger": ("ledger.sqlite", tarfile.REGTYPE, ""),
            "operator's word": ("register/accept", tarfile.REGTYPE, ""),
            "below a register's file": ("register/members/a", tarfile.REGTYPE, ""),
            "other file": ("vibrisse.yaml", tarfile.REGTYPE, ""),
            "hidden": ("series/a/b/.avail.rrd", tarfile.REGTYPE, ""),
            "dot": ("./series/a/b/avail.rrd", tarfile.REGTYPE, ""),
            "capital": ("series/A/b/avail.rrd", tarfile.REGTYPE, ""),
            "long": ("series/a/" + "b" * 300 + "/avail.rrd", tarfile.REGTYPE, ""),
            "no name": ("", tarfile.REGTYPE, ""),
        }
        for what, (name, kind, link) in cases.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.devmajor, member.devminor = kind, link, 1, 3
            member.size = 5 if kind == tarfile.REGTYPE else 0
            with self.subTest(what=what):
                self.refused(self.with_member(lambda new, m=member: new.addfile(m, io.BytesIO(b"owned"))))
                self.assertFalse(os.path.lexists(outside))
                self.assertFalse(os.path.lexists(os.path.join(self.folder, "planted")))

    def test_without_a_ledger(self):
        path = os.path.join(self.folder, "archive")
        with tarfile.open(path, "w:gz") as new:
            new.addfile(tarfile.TarInfo("SHA256SUMS"), io.BytesIO(b""))
        self.refused(path, "no ledger")

    def test_after_the_sums(self):
        with tarfile.open(self.out) as old:
            members = [(member, old.extractfile(member).read()) for member in old.getmembers()]
        path = os.path.join(self.folder, "archive")
        with tarfile.open(path, "w:gz") as new:
            for member, contents in (members[-1], *members[:-1]):
                new.addfile(member, io.BytesIO(contents))
        self.refused(path)

    # ---- targets ----

    def test_target_is_not_empty(self):
        os.mkdir(self.target)
        with open(os.path.join(self.target, "mine"), "w", encoding="utf-8"):
            pass
        done = self.restore(self.out)
        self.assertEqual(done.returncode, 1)
        self.assertIn("not empty", done.stderr)
        self.assertEqual(os.listdir(self.target), ["mine"])

    def test_target_is_a_file(self):
        self.written(b"mine", "target")
        self.assertEqual(self.restore(self.out).returncode, 1)
        with open(self.target, "rb") as file:
            self.assertEqual(file.read(), b"mine")

    def test_target_is_empty(self):
        os.mkdir(self.target)
        self.assertEqual(self.restore(self.out).returncode, 0)
        self.assertEqual(self.run_on(self.target, "verify"), "")

    # ---- disks that are full ----

    def on_small_disk(self, size, script):
        """Runs the script with a disk of that size at $disk, in a name space of its own."""
        disk = os.path.join(self.folder, "disk")
        os.makedirs(disk, exist_ok=True)
        mount = f'mount -t tmpfs -o size={size} none "$disk" || exit 99\n'
        done = subprocess.run(["unshare", "-Urm", "sh", "-c", mount + script], capture_output=True, text=True, check=False,
                              timeout=60, env={**os.environ, "disk": disk, "data": self.record.data, "out": self.out})
        if done.returncode == 99 or "unshare failed" in done.stderr:
            self.skipTest("this system does not permit name spaces with a disk of one's own")
        return done

    def test_full_disk_at_backup(self):
        done = self.on_small_disk("16k", '"$VIBRISSE" backup --data "$data" --out "$disk/out"; s=$?; ls -A "$disk"; exit $s')
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertRegex(done.stderr, "No space left|disk is full")

    def test_full_disk_at_restore(self):
        done = self.on_small_disk("64k", '"$VIBRISSE" restore --data "$disk/data" --in "$out"; s=$?; ls -A "$disk"; exit $s')
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("No space left", done.stderr)

    def test_out_below_nothing(self):
        self.not_made(os.path.join(self.folder, "nowhere", "out"), "No such file")

    def test_interrupted_copies_are_gone(self):
        names = [name for name in os.listdir(self.record.folder) if "ledger" in name]
        self.assertEqual(names, [], "the copy of the ledger is not left beside the archive")


if __name__ == "__main__":
    unittest.main()
