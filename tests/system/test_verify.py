"""verify says nothing of a good record, and names whatever differs; a series that is lost is made anew from the ledger."""
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import unittest

from keeping import HOSTER, Record, Stream
from lab import digest

SERVICE = f"{HOSTER}/pad"


class Verify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.good = Record()
        cls.addClassCleanup(cls.good.close)
        stream = Stream(7)
        for _ in range(4):
            done = cls.good.replay(stream.take(120))
            assert done.returncode == 0, done.stderr
        cls.after = stream.take(60)

    def setUp(self):
        self.record = Record()
        self.addCleanup(self.record.close)
        shutil.copytree(self.good.data, self.record.data)

    def plant(self, *statements):
        """What a forger would do: take the triggers away, change something, put them back."""
        with contextlib.closing(sqlite3.connect(f"{self.record.data}/ledger.sqlite")) as ledger:
            triggers = ledger.execute("select name, sql from sqlite_schema where type = 'trigger'").fetchall()
            for name, _ in triggers:
                ledger.execute(f"drop trigger {name}")
            changed = sum(ledger.execute(statement).rowcount for statement in statements)
            for _, sql in triggers:
                ledger.execute(sql)
            ledger.commit()
        self.assertGreater(changed, 0, "the plant changed nothing")

    def says(self, *words):
        done = self.record.run("verify")
        self.assertEqual(done.returncode, 1, done.stderr)
        lines = [line for line in done.stdout.splitlines() if all(word in line for word in words)]
        self.assertTrue(lines, f"{words} not in {done.stdout + done.stderr}")
        self.assertNotIn("Sanitizer", done.stderr)

    def number(self, sql):
        return self.record.query(sql)[0][0]

    def rebuilt(self, events=1):
        """The next start mends it, and says so in the ledger."""
        before = self.number("select count(*) from event where kind = 'series'")
        done = self.record.replay(self.after)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.record.differences(), "")
        self.assertEqual(self.number("select count(*) from event where kind = 'series'"), before + events)

    # ---- a good record ----

    def test_nothing_to_say(self):
        done = self.record.run("verify")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.assertIn("3 services, 57 hours compared: 0 differences", done.stderr)

    def test_no_record(self):
        shutil.rmtree(self.record.data)
        done = self.record.run("verify")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ledger.sqlite", done.stderr)
        self.assertFalse(os.path.exists(self.record.data), "verify makes nothing")

    # ---- the ledger ----

    def last(self, subject=SERVICE):
        return self.number(f"select max(seq) from event join subject on subject.id = subject where name = '{subject}'")

    def test_event_altered(self):
        seq = self.last()
        self.plant(f"update event set detail = 'nothing of note' where seq = {seq}")
        self.says("not what was written", f"event {seq} ")

    def test_time_altered(self):
        seq = self.last()
        self.plant(f"update event set at = at + 1 where seq = {seq}")
        self.says("not what was written", f"event {seq} ")

    def test_event_and_digest_altered(self):
        """An outage is made shorter, with the digest to match: the series tell."""
        seq, at = self.record.query("select seq, at from event join subject on subject.id = subject"
                                    f" where name = '{SERVICE}' and was = 'down' limit 1")[0]
        self.plant(f"update event set at = {at - 30}, before = {at - 60} where seq = {seq}")
        self.plant(f"update event set digest = {digest(self.number(f'select canonical from leaf where seq = {seq}'))}"
                   f" where seq = {seq}")
        self.says("series", SERVICE, "by the ledger")

    def test_digest_altered(self):
        self.plant("update event set digest = digest + 1 where seq = 5")
        self.says("not what was written", "event 5 ")

    def test_event_removed(self):
        self.plant("delete from event where seq = 9")
        self.says("events 9 to 9 are missing")

    def test_first_events_removed(self):
        self.plant("delete from event where seq <= 2")
        self.says("events 1 to 2 are missing")

    def test_last_events_removed(self):
        """Of the end no number is missing, but what the next start goes on from says otherwise."""
        self.plant(f"delete from event where seq >= {self.last()}")
        self.says(SERVICE, "by its record", "by its events")

    def test_chain_broken(self):
        seq = self.last()
        self.plant(f"update event set was = 'maintenance' where seq = {seq}")
        self.says(f"event {seq} says that {SERVICE} was maintenance")

    def copy_blip(self, changes):
        """One more event like an unconfirmed failure there is, but for what is changed; its line and its seq."""
        columns = {"kind": "kind", "subject": "subject", "at": "at", "before": "before", "detail": "detail", **changes}
        self.plant(f"insert into event (seq, recorded_ms, {', '.join(columns)}, digest)"
                   f" select (select max(seq) + 1 from event), recorded_ms, {', '.join(columns.values())}, 0"
                   " from event where kind = 'blip' order by seq limit 1")
        seq, line = self.record.query("select seq, name from event join subject on subject.id = subject"
                                      " order by seq desc limit 1")[0]
        self.plant(f"update event set digest = {digest(self.number(f'select canonical from leaf where seq = {seq}'))}"
                   f" where seq = {seq}")
        return line, seq

    def test_blip_doubled(self):
        line, seq = self.copy_blip({})
        self.says(f"event {seq} tells once more", line)

    def test_blip_within_an_outage(self):
        at = self.number("select at + 1 from event join subject on subject.id = subject where kind = 'state' and"
                         " state = 'down' and name like '%/%/%' order by seq limit 1")
        subject = self.number(f"select subject from event where kind = 'state' and state = 'down' and at = {at - 1}"
                              " order by seq limit 1")
        line, seq = self.copy_blip({"subject": str(subject), "at": str(at), "detail": """json_set(detail, '$.until', 0)"""})
        self.says(f"event {seq} says that {line} failed", "it was down then")

    def test_blip_of_three(self):
        _, seq = self.copy_blip({"at": "at + 1", "detail": "json_set(detail, '$.results', 3)"})
        self.says(f"event {seq} tells of an unconfirmed failure that cannot be")

    def test_bracket_turned_round(self):
        seq = self.last()
        self.plant(f"update event set before = at + 5 where seq = {seq}")
        self.says(f"event {seq} ", "bracket")

    def test_frontier_back(self):
        self.plant(f"update frontier set until = 1700000000 where subject = (select id from subject where name = '{SERVICE}')")
        self.says(SERVICE, "is known up to")

    def test_frontier_ahead(self):
        self.plant(f"update frontier set until = until + 7200 where subject = (select id from subject where name = '{SERVICE}')")
        self.says(SERVICE, "7200 s further than its record")

    def test_subject_gone(self):
        with contextlib.closing(sqlite3.connect(f"{self.record.data}/ledger.sqlite")) as ledger:
            ledger.execute("pragma foreign_keys = off")
            ledger.execute(f"delete from subject where name = '{SERVICE}'")
            ledger.commit()
        self.says("names a subject that is not there")

    def test_file_damaged(self):
        path = f"{self.record.data}/ledger.sqlite"
        with contextlib.closing(sqlite3.connect(path)) as ledger:
            ledger.execute("pragma wal_checkpoint(truncate)")
            page = ledger.execute("select rootpage from sqlite_schema where name = 'event_state'").fetchone()[0]
            size = ledger.execute("pragma page_size").fetchone()[0]
        with open(path, "r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\x0a" + bytes(size - 1))
        done = self.record.run("verify")
        self.assertEqual(done.returncode, 1)
        self.assertIn("damaged", done.stdout + done.stderr)

    # ---- the series ----

    def rrdtool(self, *words):
        subprocess.run(["rrdtool", *words], check=True, capture_output=True)

    def test_row_altered(self):
        """A minute of the dump is turned round, and with it its hour."""
        path = self.record.series("pad")
        dump = subprocess.run(["rrdtool", "dump", path], check=True, capture_output=True, text=True).stdout
        hours = dump.index("<pdp_per_row>60<")
        row = dump.index("<v>1.0000000000e+00</v><v>0.0000000000e+00</v>", hours)
        forged = os.path.join(self.record.folder, "forged.xml")
        with open(forged, "w", encoding="utf-8") as file:
            file.write(dump[:row] + "<v>5.0000000000e-01</v><v>5.0000000000e-01</v>"
                       + dump[row + len("<v>1.0000000000e+00</v><v>0.0000000000e+00</v>"):])
        os.unlink(path)
        self.rrdtool("restore", forged, path)
        self.says("series", SERVICE, "was up for 1800.000 s", "by the ledger")

    def test_line_altered(self):
        """An hour of one family, of which the service's verdict says nothing."""
        path = self.record.series("pad", "web.ipv4.avail.rrd")
        dump = subprocess.run(["rrdtool", "dump", path], check=True, capture_output=True, text=True).stdout
        hours = dump.index("<pdp_per_row>12<")
        # The first hour in which anything is known began before the line did.
        _, row = [match for match in re.finditer(r"<v>[1-9][^<]*</v>(?=<v>)", dump) if match.start() > hours][:2]
        forged = os.path.join(self.record.folder, "forged.xml")
        with open(forged, "w", encoding="utf-8") as file:
            file.write(dump[:row.start()] + "<v>0.0000000000e+00</v>" + dump[row.end():])
        os.unlink(path)
        self.rrdtool("restore", forged, path)
        self.says("series", f"{SERVICE}/web/ipv4 was up for 0.000 s", "by the ledger")

    def test_line_missing(self):
        os.unlink(self.record.series("pad", "web.ipv6.avail.rrd"))
        self.says(f"{SERVICE}/web/ipv6", "no avail.rrd")
        self.rebuilt()

    def test_missing(self):
        os.unlink(self.record.series("pad"))
        self.says(SERVICE, "no avail.rrd")
        self.rebuilt()

    def test_all_missing(self):
        shutil.rmtree(os.path.join(self.record.data, "series"))
        self.says(SERVICE, "no avail.rrd")
        self.rebuilt(events=9)  # of three services, and of both families of each

    def bad(self, why, spoil, service="pad", name="avail.rrd"):
        path = self.record.series(service, name)
        spoil(path)
        self.says("series", f"{HOSTER}/{service}/{name}", why)
        self.rebuilt(events=int(name.endswith("avail.rrd")))
        self.assertTrue(os.path.lexists(path + ".bad"), "it was set aside")
        self.assertTrue(os.path.isfile(path) and not os.path.islink(path), "and is there again")

    @staticmethod
    def cut(path):
        os.truncate(path, os.path.getsize(path) // 2)

    def other_step(self, path):
        os.unlink(path)
        self.rrdtool("create", path, "--step", "10", "DS:up:GAUGE:20:U:U", "RRA:AVERAGE:0.5:1:10")

    def future(self, path):
        self.rrdtool("update", path, "4000000000" + ":1" * self.rrd_sources(path))

    @staticmethod
    def rrd_sources(path):
        info = subprocess.run(["rrdtool", "info", path], check=True, capture_output=True, text=True).stdout
        return info.count(".type = ")

    @staticmethod
    def link(path):
        os.unlink(path)
        os.symlink("/etc/passwd", path)

    @staticmethod
    def empty(path):
        os.truncate(path, 0)

    @staticmethod
    def zero(path):
        with open(path, "r+b") as file:
            file.write(bytes(4096))

    def test_bad_files(self):
        """Each kind of file, spoilt in each way, is named, set aside and made anew."""
        for name in ("avail.rrd", "web.ipv4.avail.rrd", "web.ipv4.lat.rrd", "web.cert.rrd"):
            for why, spoil in (("another size", self.cut), ("another size", self.empty), ("another size", self.other_step),
                               ("no RRD file", self.zero), ("the future", self.future), ("opened", self.link)):
                with self.subTest(name=name, spoil=spoil.__name__):
                    self.setUp()
                    self.bad(why, spoil, name=name)


if __name__ == "__main__":
    unittest.main()
