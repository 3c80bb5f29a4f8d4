"""What operators say: announced maintenance and its figures, notes and disputes beside interruptions."""
import concurrent.futures
import contextlib
import datetime
import json
import os
import sqlite3
import subprocess
import unittest
import zoneinfo

from lab import Lab, digest, wait_for

PAD, PARIS = "chat-perche/pad", zoneinfo.ZoneInfo("Europe/Paris")
TEXTS = ("--fr", "Mise à jour", "--en", "Update", "--by", "Le Chat Perché")


def utc(*when):
    return int(datetime.datetime(*when, tzinfo=datetime.timezone.utc).timestamp())


def paris(*when):
    return int(datetime.datetime(*when, tzinfo=PARIS).timestamp())


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def result(at, reason="ok", service=PAD):
    return json.dumps({"v": 1, "time": stamp(at), "vantage": "essai", "service": service, "check": "http", "family": "ipv4",
                       "outcome": "up" if reason == "ok" else "down", "reason": reason, "detail": "", "attempt": 1,
                       "phases": {"total": 20}})


class Record(unittest.TestCase):
    """Everything without a monitor: the commands open the ledger themselves."""

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.lab.configure({"pad": "http://127.0.0.1:9/", "mail": "http://127.0.0.1:9/mail"}, interval="1h")

    def say(self, *args, status=0):
        done = self.lab.run(args[0], args[1], "-c", self.lab.config, *args[2:])
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def replay(self, *results):
        done = self.lab.run("replay", "-c", self.lab.config, input="\n".join(results) + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)

    def hours(self, begin, end, down=()):
        """A result each hour; down in the given stretches (begin, end)."""
        for at in range(begin, end, 3600):
            yield result(at, "connect_refused" if any(a <= at < b for a, b in down) else "ok")

    def plant(self, at, facts, recorded, subject=PAD, kind="maintenance"):
        """An event as the ledger would hold it had it been said at `recorded`; its number."""
        with contextlib.closing(sqlite3.connect(os.path.join(self.lab.data, "ledger.sqlite"))) as ledger, ledger:
            ledger.execute("insert or ignore into subject (name) values (?)", (subject,))
            [number] = ledger.execute("select id from subject where name = ?", (subject,)).fetchone()
            [seq] = ledger.execute("select coalesce(max(seq), 0) + 1 from event").fetchone()
            detail = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
            canonical = (f'{{"v":1,"seq":{seq},"recorded_ms":{recorded * 1000},"kind":"{kind}","subject":"{subject}",'
                         f'"at":{at},"before":0,"detail":{detail}}}')
            ledger.execute("insert into event (seq, recorded_ms, kind, subject, at, before, detail, digest)"
                           " values (?, ?, ?, ?, ?, 0, ?, ?)",
                           (seq, recorded * 1000, kind, number, at, detail, digest(canonical)))
        return seq

    def announce(self, begin, end, recorded=None, every=None, **more):
        facts = {"action": "add", "to": stamp(end), **({"every": every} if every else {}),
                 "text": {"fr": "Mise à jour"}, "by": "Le Chat Perché"}
        return self.plant(begin, facts, begin - 86400 if recorded is None else recorded, **more)

    def account(self, begin, end, name=PAD):
        done = self.lab.run("availability", "-c", self.lab.config, "--json", "--from", stamp(begin), "--to", stamp(end),
                            name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)[0]

    def verify(self):
        done = self.lab.run("verify", "-c", self.lab.config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def events(self):
        with contextlib.closing(sqlite3.connect(os.path.join(self.lab.data, "ledger.sqlite"))) as ledger:
            return ledger.execute("select count(*) from event").fetchone()[0]

    def sums(self, begin, hours):
        """What rrdtool has of up, down, maint, in seconds."""
        path = os.path.join(self.lab.data, "series", PAD, "avail.rrd")
        printed = subprocess.run(["rrdtool", "fetch", path, "AVERAGE", "-r", "3600", "-s", str(begin),
                                  "-e", str(begin + hours * 3600 - 1)], capture_output=True, text=True, check=True).stdout
        rows = [line.split(":")[1].split() for line in printed.splitlines() if ":" in line][:hours]
        return [round(sum(float(row[i]) for row in rows) * 3600) for i in range(3)]

    # ---- figures ----

    def test_figures(self):
        """A week in March, with 3 h down of which 2 h were announced, and 1 h of maintenance without interruption."""
        begin, end = utc(2025, 3, 3), utc(2025, 3, 10)
        hour = lambda n: begin + n * 3600
        self.replay(result(begin))
        self.announce(hour(10), hour(12))
        self.announce(hour(30), hour(31))
        self.announce(hour(40), hour(50), recorded=hour(40) + 1)  # late: it counts for nothing
        self.replay(*self.hours(hour(1), end + 7200, down=[(hour(9), hour(12)), (hour(42), hour(45))]))
        got = self.account(begin, end)
        # three failures in a row, from the first one on to the first good result
        self.assertEqual((got["up_s"], got["down_s"], got["unknown_s"]), (168 * 3600 - 6 * 3600, 6 * 3600, 0))
        self.assertEqual(got["maintenance_s"], 3 * 3600)
        self.assertEqual(got["availability"], 0.96428)
        # without the three hours: 161 h up and 4 h down
        self.assertEqual(got["availability_excluding_maintenance"], 161 * 100000 // 165 / 100000)
        self.verify()
        self.assertEqual(self.sums(begin, 168), [162 * 3600, 6 * 3600, 3 * 3600])

    def test_cap_of_a_year(self):
        """At most 12 h a service and civil year, in the collective's zone; a new year begins anew."""
        begin, end = utc(2024, 12, 1), utc(2025, 2, 1)
        self.replay(result(begin))
        self.announce(paris(2024, 12, 10, 8), paris(2024, 12, 10, 18))             # 10 h
        self.announce(paris(2024, 12, 20, 8), paris(2024, 12, 20, 18))             # 2 h of 10 are left
        self.announce(paris(2024, 12, 31, 20), paris(2025, 1, 1, 3), subject="")  # 3 h of 2025
        self.announce(paris(2025, 1, 5, 0), paris(2025, 1, 6, 0), subject="chat-perche")  # 9 h of 24 are left
        self.replay(*self.hours(begin + 3600, end + 7200))
        self.assertEqual(self.account(begin, end)["maintenance_s"], 24 * 3600)
        self.assertEqual(self.account(paris(2025, 1, 1), end)["maintenance_s"], 12 * 3600)
        self.assertEqual(self.account(paris(2025, 1, 5, 8), paris(2025, 1, 5, 12))["maintenance_s"], 3600)
        self.assertEqual(self.account(begin, end, "chat-perche/mail")["maintenance_s"], 16 * 3600)
        self.verify()

    def test_recurring_over_summer_time(self):
        """At 2:30 by the clock each Sunday; the night in which that hour is left out, an hour later."""
        first = paris(2025, 3, 16, 2, 30)
        self.replay(result(first - 86400))
        self.announce(first, first + 1200, every="FREQ=WEEKLY;BYDAY=SU;UNTIL=20250413")
        self.replay(*self.hours(first - 86400 + 3600, first + 40 * 86400))
        for at, seconds in ((first, 1200), (first + 7 * 86400, 1200), (paris(2025, 3, 30, 3, 30), 1200),
                            (paris(2025, 4, 6, 2, 30), 1200), (paris(2025, 4, 13, 2, 30), 1200),
                            (paris(2025, 4, 20, 2, 30), 0)):
            self.assertEqual(self.account(at, at + 1200)["maintenance_s"], seconds, stamp(at))
        self.assertEqual(self.account(first, first + 39 * 86400)["maintenance_s"], 5 * 1200)
        self.verify()

    def test_cancelled(self):
        """From then on it is no more; what is past of it stays."""
        begin = utc(2025, 5, 1)
        self.replay(result(begin))
        seq = self.announce(begin + 36000, begin + 36000 + 7200, every="FREQ=DAILY")
        self.plant(begin + 2 * 86400 + 36000 + 1800, {"action": "cancel", "of": seq, "by": "Le Chat Perché"},
                   begin + 2 * 86400 + 36000 + 1800)
        self.replay(*self.hours(begin + 3600, begin + 6 * 86400))
        self.assertEqual(self.account(begin, begin + 5 * 86400)["maintenance_s"], 2 * 7200 + 1800)
        self.verify()

    # ---- words ----

    def test_wrong_arguments(self):
        """Told with status 2 before anything is written."""
        self.replay(result(utc(2025, 1, 1)))
        before = self.events()
        add = ("maintenance", "add")
        period = ("--from", "2099-01-01", "--for", "1h")
        for args, word in (
                ((*add, *period, *TEXTS), "--all"),
                ((*add, PAD, "--all", *period, *TEXTS), "--all"),
                ((*add, "nobody/pad", *period, *TEXTS), "nobody/pad"),
                ((*add, PAD, "--for", "1h", *TEXTS), "--from"),
                ((*add, PAD, "--from", "2099-02-30", "--for", "1h", *TEXTS), "--from"),
                ((*add, PAD, "--from", "2099-01-02", *TEXTS), "--for"),
                ((*add, PAD, *period, "--to", "2099-01-02", *TEXTS), "--for"),
                ((*add, PAD, "--from", "2099-01-02", "--to", "2099-01-01", *TEXTS), "before it begins"),
                ((*add, PAD, "--from", "2099-01-02", "--for", "soon", *TEXTS), "--for"),
                ((*add, PAD, *period), "--fr"),
                ((*add, PAD, *period, "--fr", "x"), "--by"),
                ((*add, PAD, *period, "--fr", " ", "--by", "x"), "empty"),
                ((*add, PAD, *period, "--fr", "x" * 1001, "--by", "x"), "1000"),
                ((*add, PAD, *period, *TEXTS, "--link", "javascript:alert(1)"), "https://"),
                ((*add, PAD, *period, *TEXTS, "--link", "https://a.example/\"><script>"), "https://"),
                ((*add, PAD, *period, *TEXTS, "--every", "FREQ=HOURLY"), "FREQ"),
                ((*add, PAD, *period, *TEXTS, "--every", "FREQ=WEEKLY;BYDAY=SU"), "first occurrence"),
                (("maintenance", "cancel", "x", "--by", "x"), "number"),
                (("maintenance", "cancel", "1"), "--by"),
                (("maintenance", "list", "1"), "list"),
                (("maintenance", "delete"), "delete"),
                (("incident", "annotate", *TEXTS, "--at", "2025"), "HOSTER/SERVICE"),
                (("incident", "annotate", "chat-perche", *TEXTS, "--at", "2025"), "chat-perche"),
                (("incident", "annotate", PAD, *TEXTS), "--at"),
                (("incident", "annotate", PAD, *TEXTS, "--at", "2025", "--cause", "moon"), "power"),
                (("incident", "dispute", PAD, *TEXTS, "--at", "2025", "--cause", "power"), "--cause"),
                (("incident", "list", "nobody"), "nobody"),
                (("incident", "forget"), "forget")):
            done = self.say(*args, status=2)
            self.assertIn(word, done.stderr, args)
            self.assertEqual(done.stdout, "")
        self.assertEqual(self.events(), before)

    def test_refused_by_the_record(self):
        """Status 1: what cannot be said of this record."""
        self.replay(*self.hours(utc(2025, 1, 1), utc(2025, 1, 2)))
        before = self.events()
        done = self.say("incident", "annotate", PAD, "--at", "2025-01-01T12:00:00Z", *TEXTS, status=1)
        self.assertIn("no interruption", done.stderr)
        done = self.say("maintenance", "cancel", "1", "--by", "x", status=1)
        self.assertIn("no maintenance", done.stderr)
        done = self.say("maintenance", "add", PAD, "--from", "2099-01-01", "--for", "32d", *TEXTS, status=1)
        self.assertIn("31 days", done.stderr)
        self.assertEqual(self.events(), before)

    def test_add_list_cancel(self):
        done = self.say("maintenance", "add", "chat-perche", "--from", "2099-01-04T01:00:00Z", "--for", "90m",
                        "--every", "FREQ=WEEKLY;BYDAY=SU", *TEXTS)
        self.assertRegex(done.stdout, r"^maintenance 1: chat-perche, 2099-01-04T01:00:00Z to 2099-01-04T02:30:00Z")
        self.assertEqual(done.stderr, "")
        done = self.say("maintenance", "add", "--all", "--from", "2020-01-01", "--to", "2020-01-02", *TEXTS)
        self.assertIn("begun already", done.stderr)
        [coming, past] = json.loads(self.say("maintenance", "list", "--json").stdout)
        self.assertEqual((coming["number"], coming["subject"], coming["state"], coming["late"], coming["every"]),
                         (1, "chat-perche", "coming", False, "FREQ=WEEKLY;BYDAY=SU"))
        self.assertEqual(coming["text"], {"fr": "Mise à jour", "en": "Update"})
        self.assertEqual((past["subject"], past["state"], past["late"]), ("", "past", True))
        done = self.say("maintenance", "cancel", "2", "--by", "x", status=1)
        self.assertIn("over", done.stderr)
        self.say("maintenance", "cancel", "1", "--by", "Le Chat Perché")
        done = self.say("maintenance", "cancel", "1", "--by", "Le Chat Perché", status=1)
        self.assertIn("already", done.stderr)
        rows = self.say("maintenance", "list").stdout.splitlines()
        self.assertEqual(len(rows), 3)
        self.assertRegex(rows[1], r"^ *1  chat-perche .*  cancelled  FREQ=WEEKLY;BYDAY=SU: Update$")
        self.assertRegex(rows[2], r"^ *2  \(all\) .*  past .*announced late.*Update$")
        self.verify()

    def test_clock_times(self):
        """As people write them: by the clock of the collective, which leaves one hour out and has another twice."""
        self.replay(result(utc(2025, 1, 1)))
        period = lambda when, until: ("maintenance", "add", PAD, "--from", when, "--to", until, *TEXTS)
        for when, until, begin, end in (
                ("2098-12-01T14:30", "2098-12-01 16:00", "2098-12-01T13:30:00Z", "2098-12-01T15:00:00Z"),
                ("2098-07-01 14:30:15", "2098-07-02", "2098-07-01T12:30:15Z", "2098-07-01T22:00:00Z"),
                ("2098-10-26T02:30", "2098-10-26T03:00", "2098-10-26T00:30:00Z", "2098-10-26T02:00:00Z"),
                ("2098-12-01T14:30:00Z", "2098-12-01T14:30:00-01:00", "2098-12-01T14:30:00Z", "2098-12-01T15:30:00Z")):
            self.assertIn(f"{begin} to {end}", self.say(*period(when, until)).stdout)
        before = self.events()
        for when in ("2098-03-30T02:30", "2098-03-30 02:00:00"):
            done = self.say(*period(when, "2098-04"), status=2)
            self.assertIn(f"--from: there is no {when}", done.stderr)
            self.assertIn(f"perhaps 2098-03-30T03:{when[14:16]} is meant", done.stderr)
        for when in ("2098-12-01T24:00", "2098-12-01T14:60", "2098-12-01T14", "2098-12-01T14:30:", "2098-12-01T14:30:60",
                     "2098-12-01_14:30", "2098-12-01T1:30", "2098-11-31T14:30", "2098-13", "2098-00-01", "2098-12-01T",
                     "2098-12-01T14:30 ", "14:30", "tomorrow", ""):
            self.assertIn(f"not '{when}'", self.say(*period(when, "2099"), status=2).stderr)
        self.assertEqual(self.events(), before)
        for args in (("availability", "--from"), ("availability", "--to"), ("render", "--at")):
            done = self.lab.run(args[0], "-c", self.lab.config, args[1], "2025-03-30T02:30")
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{args[1]}: there is no 2025-03-30T02:30", done.stderr)

    def test_notes(self):
        begin = utc(2025, 1, 1)
        self.replay(*self.hours(begin, begin + 48 * 3600,
                                down=[(begin + 36000, begin + 54000), (begin + 90000, begin + 108000)]))
        by = ("--by", "Le Chat Perché")
        for at, text, outage, number in ((begin + 40000, "first", 36000, 0), (begin + 80000, "second", 36000, 1),
                                         (begin + 100000, "other", 90000, 0)):
            done = self.say("incident", "annotate", PAD, "--at", stamp(at), "--cause", "power", "--en", text, *by, "--json")
            noted = json.loads(done.stdout)
            self.assertEqual(noted["at"], stamp(begin + outage))
            self.assertEqual(bool(noted["facts"].get("of")), bool(number), text)
        self.say("incident", "dispute", PAD, "--at", stamp(begin + 36000), "--fr", "Non !", *by,
                 "--link", "https://chat-perche.example/journal?a=1&b=2")
        self.say("incident", "annotate", PAD, "--at", stamp(begin + 36000), "--en", "seen from Lyon, too", "--by", "Lyon")
        listed = json.loads(self.say("incident", "list", "--from", "2025", "--to", "2026", "--json", PAD).stdout)
        self.assertEqual([entry["from"] for entry in listed], [stamp(begin + 36000), stamp(begin + 90000)])
        self.assertEqual([(note["kind"], note["by"], *note["text"].values()) for note in listed[0]["notes"]],
                         [("annotate", "Le Chat Perché", "second"), ("dispute", "Le Chat Perché", "Non !"),
                          ("annotate", "Lyon", "seen from Lyon, too")])
        self.assertEqual(listed[0]["notes"][1]["link"], "https://chat-perche.example/journal?a=1&b=2")
        rows = self.say("incident", "list", "--from", "2025", "--to", "2026", "chat-perche").stdout
        self.assertIn("disputed, Le Chat Perché: Non !", rows)
        done = self.say("incident", "annotate", PAD, "--at", stamp(begin + 30000), "--en", "x", *by, status=1)
        self.assertIn("no interruption", done.stderr)
        self.verify()
        with contextlib.closing(sqlite3.connect(os.path.join(self.lab.data, "ledger.sqlite"))) as ledger:
            said = ledger.execute("select count(*) from event where kind = 'annotation'").fetchone()[0]
        self.assertEqual(said, 5)  # the replaced one stays

    def test_pages_of_a_time(self):
        """`render --at` tells what was known then."""
        begin = utc(2025, 1, 1)
        self.replay(result(begin))
        self.announce(begin + 10 * 86400, begin + 10 * 86400 + 7200, recorded=begin + 86400)
        self.announce(begin + 50 * 86400, begin + 50 * 86400 + 7200, recorded=begin + 86400)
        self.replay(*self.hours(begin + 3600, begin + 12 * 86400))

        def page(at):
            done = self.lab.run("render", "-c", self.lab.config, "--at", stamp(at))
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(self.lab.site, "fr/h/chat-perche/pad/index.html"), encoding="utf-8") as file:
                return file.read()

        self.assertNotIn("Mise à jour", page(begin + 3600))
        coming = page(begin + 2 * 86400)
        self.assertEqual(coming.count("Mise à jour"), 1, "the other one is more than 30 days ahead")
        self.assertIn("11\u00a0janvier", coming)
        self.assertIn("Mise à jour", page(begin + 10 * 86400 + 3600))

    def test_full_disk(self):
        """Nothing is half-said."""
        if os.geteuid() != 0:
            self.skipTest("a small file system needs root")
        self.replay(result(utc(2025, 1, 1)))
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c",
             'mount -t tmpfs -o size=1m none "$0" && cp -r "$1"/. "$0" && dd if=/dev/zero of="$0/fill" bs=1k 2>&1;'
             'shift; "$@"; s=$?; rm "$0/fill"; cp "$0"/ledger.sqlite* "$DATA"/; exit $s',
             self.lab.write("small/.keep", "").removesuffix("/.keep"), self.lab.data, os.environ["VIBRISSE"], "maintenance", "add", "-c",
             self.lab.config, "--data", self.lab.path("small"), "--all", "--from", "2099-01-01", "--for", "1h", *TEXTS],
            env={**os.environ, "DATA": self.lab.data}, capture_output=True, text=True, timeout=60)
        if "mount" in done.stderr or "unshare" in done.stderr:
            self.skipTest("a mount namespace is not permitted here")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("full", done.stderr)
        self.assertEqual(json.loads(self.say("maintenance", "list", "--json").stdout), [])


class Running(unittest.TestCase):
    """With a monitor, through its socket."""

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.web = self.lab.web()
        self.lab.configure({"pad": self.web.url, "mail": self.web.url + "mail"}, interval="5s")
        self.lab.start()
        wait_for("a monitor", lambda: self.lab.run("status", "-c", self.lab.config).returncode == 0)

    def say(self, *args, status=0):
        done = self.lab.run(args[0], args[1], "-c", self.lab.config, *args[2:])
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def state(self, service=PAD):
        done = self.lab.run("status", "-c", self.lab.config, "--json")
        return next(entry["state"] for entry in json.loads(done.stdout)["services"] if entry["service"] == service)

    def page(self, path):
        try:
            with open(os.path.join(self.lab.site, path, "index.html"), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def shown(self, path):
        """The state below the title: the days further down have words of their own."""
        return self.page(path).partition("</h1>")[2].partition("</p>")[0]

    def test_maintenance(self):
        wait_for("an answer", lambda: self.state() == "up")
        soon = int(datetime.datetime.now().timestamp()) + 2
        said = json.loads(self.say("maintenance", "add", PAD, "--from", stamp(soon), "--for", "1h", *TEXTS, "--json").stdout)
        self.say("maintenance", "add", "--all", "--from", stamp(soon + 5 * 86400), "--for", "1h",
                 "--fr", 'Coupure <script>alert(1)</script> "&\u202e', "--en", "Cut", "--by", "L’équipe <b>")
        for path in ("fr", "fr/h/chat-perche", "fr/h/chat-perche/pad"):
            page = wait_for(f"the maintenance on {path}",
                            lambda path=path: "Mise à jour" in (got := self.page(path)) and "Coupure" in got and got)
            self.assertIn("Coupure &lt;script&gt;alert(1)&lt;/script&gt; ", page)
            self.assertNotIn("<script", page)
            self.assertNotIn("\u202e", page)
            self.assertNotIn("équipe <b>", page)
        self.assertNotIn("Mise à jour", self.page("fr/h/chat-perche/mail"))
        self.web.stop()
        wait_for("the outage", lambda: self.state() == "down")
        state = wait_for("a state of maintenance", lambda: "En maintenance" in (got := self.shown("fr/h/chat-perche/pad")) and got)
        self.assertIn("#s-maint", state)
        state = wait_for("in English", lambda: "Under maintenance" in (got := self.shown("en/h/chat-perche/pad")) and got)
        self.assertNotIn("Unavailable</span>", state)
        self.say("maintenance", "cancel", str(said["seq"]), "--by", "Le Chat Perché")
        wait_for("unavailable again", lambda: "En maintenance" not in (got := self.shown("fr/h/chat-perche/pad"))
                 and "Indisponible" in got)
        done = self.lab.run("availability", "-c", self.lab.config, "--json", "--from", stamp(soon), PAD)
        account = json.loads(done.stdout)[0]
        self.assertGreater(account["down_s"], 0, "its seconds still count as measured")
        self.assertGreater(account["maintenance_s"], 0)
        self.say("incident", "annotate", PAD, "--at", stamp(int(datetime.datetime.now().timestamp())), "--cause", "power",
                 "--fr", "Disque <plein>", "--en", "Disk full", "--link", "https://chat-perche.example/?a=1&b=2",
                 "--by", "Le Chat Perché")
        self.say("incident", "dispute", PAD, "--at", stamp(int(datetime.datetime.now().timestamp())),
                 "--fr", "Nous n’étions pas en panne", "--by", "Le Chat Perché")
        page = wait_for("the note", lambda: "Disque" in (got := self.page("fr/h/chat-perche/pad")) and "panne" in got and got)
        self.assertIn("«\u202fDisque &lt;plein&gt;\u202f»", page)
        self.assertIn('href="https://chat-perche.example/?a=1&amp;b=2"', page)
        self.assertIn('rel="nofollow', page)
        self.assertIn("“Disk full”", wait_for("in English", lambda: "Disk full" in (
            got := self.page("en/h/chat-perche/pad")) and got))
        self.report()
        self.assertEqual(self.lab.stop(), 0)
        done = self.lab.run("verify", "-c", self.lab.config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def report(self):
        """Of a year in which nothing was measured: commented and final by the monitor, which shows it."""
        year = datetime.datetime.now(PARIS).year - 1
        self.say("report", str(year), "--comment", "chat-perche", "--fr", "Nous n’étions pas <là>", "--by", "Le Chat Perché")
        self.say("report", str(year), "--final", "--by", "L’équipe")
        self.say("report", str(year), "--correct", "--en", "Nothing & all", "--by", "L’équipe")
        self.assertEqual([line.split()[3] for line in self.say("report", "--list").stdout.splitlines()],
                         ["comment", "final", "corrected"])
        wait_for("its page", lambda: "“Nothing &amp; all”" in self.page(f"fr/report/{year}"))
        wait_for("that of the hoster", lambda: "«\u202fNous n’étions pas &lt;là&gt;\u202f»" in self.page(
            f"fr/report/{year}/h/chat-perche"))
        for language, word in (("fr", "corrigé"), ("en", "corrected")):
            wait_for("a link", lambda word=word, language=language: f'href="../report/{year}/"' in (
                got := self.page(f"{language}/data")) and word in got)

    def test_many_at_once(self):
        """One writer: each gets its own number, none is lost; what is refused writes nothing."""
        def add(i):
            return json.loads(self.say("maintenance", "add", PAD, "--from", "2099-01-01", "--for", f"{i + 1}h",
                                       "--en", "é" * 1000, "--fr", "\U0001f408" * 1000, "--by", f"n{i}", "--json").stdout)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            said = list(pool.map(add, range(8)))
        self.assertEqual(len({answer["seq"] for answer in said}), 8)
        listed = json.loads(self.say("maintenance", "list", "--json").stdout)
        self.assertEqual(sorted(entry["by"] for entry in listed), [f"n{i}" for i in range(8)])
        self.assertTrue(all(entry["text"]["fr"] == "\U0001f408" * 1000 for entry in listed))
        done = self.say("incident", "annotate", PAD, "--at", "2020", *TEXTS, status=1)
        self.assertIn("no interruption", done.stderr)
        self.assertEqual(self.lab.stop(), 0)
        self.assertEqual(len(json.loads(self.say("maintenance", "list", "--json").stdout)), 8)


if __name__ == "__main__":
    unittest.main()
